// SPDX-License-Identifier: GPL-2.0-only
/*
 * The only reader of the status ring.
 *
 * For each message: look at the headers once and decide whether its size is
 * credible (if not the channel is dead, as the next message can't be found),
 * copy the payload to where it belongs and sum it up on the way, give the
 * elements back, and only then judge what was copied. A bad message costs one
 * call at most, never the ring.
 *
 * Answers go straight into the buffers of the call that waits; events into
 * one buffer and from there to the event callback, outside of all locks but
 * the one that keeps them in order; everything else is counted, traced and
 * thrown away.
 */
#include "rpc/xfer.h"

#include <linux/device.h>
#include <linux/export.h>
#include <linux/lockdep.h>
#include <linux/sched.h>

#include <kunit/visibility.h>

#include "rpc/msg.h"
#include "rpc/rpc.h"
#include "trace.h"

/* Not an errno: the answer goes on in the next message. */
#define RX_MORE		1

static const enum gsp_rpc_death death_of[] = {
	[GSP_MSG_BAD_INDEX]	= GSP_RPC_DEATH_INDEX,
	[GSP_MSG_BAD_ELEMENTS]	= GSP_RPC_DEATH_ELEMENTS,
	[GSP_MSG_BAD_LENGTH]	= GSP_RPC_DEATH_LENGTH,
	[GSP_MSG_BAD_HEADER]	= GSP_RPC_DEATH_HEADER,
};

static struct gsp_xfer *find_pending(struct gsp_rpc *rpc, const struct gsp_msg *msg)
{
	u32 key = rpc->desc.echoes_sequence ? msg->sequence : msg->fn;
	struct gsp_xfer *xfer;

	hash_for_each_possible(rpc->pending, xfer, node, key) {
		if (xfer->key == key && xfer->fn == msg->fn && xfer != rpc->partial)
			return xfer;
	}
	return NULL;
}

/* Whose answer is this? From here until finish_copy() only rx completes it. */
static struct gsp_xfer *begin_copy(struct gsp_rpc *rpc, const struct gsp_msg *msg)
{
	struct gsp_xfer *xfer;

	spin_lock(&rpc->lock);
	if (msg->fn == rpc->desc.continuation_fn)
		xfer = rpc->partial;
	else
		xfer = find_pending(rpc, msg);
	if (xfer)
		xfer->copying = true;
	spin_unlock(&rpc->lock);
	return xfer;
}

static void finish_copy(struct gsp_rpc *rpc, struct gsp_xfer *xfer, int status)
{
	spin_lock(&rpc->lock);
	xfer->copying = false;
	if (xfer->failed)
		status = xfer->failed;
	if (status == RX_MORE)
		rpc->partial = xfer;
	else
		gsp_xfer_finish_locked(rpc, xfer, status);
	spin_unlock(&rpc->lock);
}

/* All of the answer is there: is it as long as it has to be? */
static int judge_length(struct gsp_xfer *xfer)
{
	struct gsp_payload *reply = xfer->reply;

	if (xfer->got < reply->head_len)
		return -EPROTO;
	reply->body_len = xfer->got - reply->head_len;
	return 0;
}

/* One message of the answer has been copied, and it is what was sent. */
static int judge_reply(struct gsp_xfer *xfer, const struct gsp_msg *msg)
{
	size_t room = xfer->reply->head_len + xfer->reply->body_len;

	if (msg->result) {
		xfer->reply->result = msg->result;
		return -EREMOTEIO;
	}
	xfer->got += msg->len;
	if (xfer->got > room)
		return -EMSGSIZE;
	if (msg->len == GSP_MSG_MAX_PAYLOAD && xfer->got < room)
		return RX_MORE;
	return judge_length(xfer);
}

/* Another message than a continuation record: an answer that went on has ended. */
static void end_partial(struct gsp_rpc *rpc)
{
	struct gsp_xfer *xfer;

	spin_lock(&rpc->lock);
	xfer = rpc->partial;
	if (xfer)
		gsp_xfer_finish_locked(rpc, xfer, judge_length(xfer));
	spin_unlock(&rpc->lock);
}

static void drop(struct gsp_rpc *rpc, const struct gsp_msg *msg, u64 *counter, const char *why)
{
	(*counter)++;
	trace_gsp_rpc_drop(rpc->dev, 0, msg->fn, msg->len, why);
}

/* An answer nobody waits for: late, or never asked for. */
static void drop_reply(struct gsp_rpc *rpc, const struct gsp_msg *msg)
{
	bool late = false;

	if (msg->fn < GSP_RPC_NR_FUNCTIONS && !rpc->desc.echoes_sequence) {
		spin_lock(&rpc->lock);
		late = __test_and_clear_bit(msg->fn, rpc->lost);
		spin_unlock(&rpc->lock);
	} else if (msg->fn < GSP_RPC_NR_FUNCTIONS) {
		late = msg->sequence && msg->sequence <= READ_ONCE(rpc->last_seq);
	}
	if (msg->fn == rpc->desc.continuation_fn)
		late = false;

	if (late)
		drop(rpc, msg, &rpc->stats.late, "late reply");
	else
		drop(rpc, msg, &rpc->stats.orphans, "nobody waits for it");
}

static void deliver_event(struct gsp_rpc *rpc, const struct gsp_msg *msg)
{
	if (msg->result) {
		drop(rpc, msg, &rpc->stats.bad_result, "event with an error status");
		return;
	}
	rpc->stats.events++;
	lock_map_acquire(&rpc->rx_map);
	rpc->ops->event(rpc->ctx, msg->fn, rpc->event_buf, msg->len);
	lock_map_release(&rpc->rx_map);
}

/* Element sequence numbers tell about lost messages; they decide nothing. */
static void note_order(struct gsp_rpc *rpc, const struct gsp_msg *msg)
{
	if (msg->elem_seq != rpc->rx_seq)
		rpc->stats.out_of_order++;
	rpc->rx_seq = msg->elem_seq + 1;
}

static void handle_message(struct gsp_rpc *rpc, struct gsp_msg *msg)
{
	struct gsp_payload event = { .body = rpc->event_buf, .body_len = GSP_MSG_MAX_PAYLOAD };
	bool is_event = msg->fn >= rpc->desc.first_event;
	struct gsp_xfer *xfer = NULL;

	if (!is_event)
		xfer = begin_copy(rpc, msg);
	if (xfer)
		gsp_msg_read(&rpc->rx, msg, xfer->reply, xfer->got);
	else
		gsp_msg_read(&rpc->rx, msg, is_event ? &event : NULL, 0);
	gsp_ring_consume(&rpc->rx, msg->nr_elems);

	rpc->stats.received++;
	note_order(rpc, msg);
	trace_gsp_rpc_rx(rpc->dev, xfer ? xfer->seq : 0, msg->fn, msg->len, msg->result,
			 msg->elem_seq);

	if (!gsp_msg_intact(msg)) {
		drop(rpc, msg, &rpc->stats.bad_checksum, "checksum");
		if (xfer)
			finish_copy(rpc, xfer, -EPROTO);
		return;
	}
	if (msg->fn != rpc->desc.continuation_fn)
		end_partial(rpc);
	if (xfer)
		finish_copy(rpc, xfer, judge_reply(xfer, msg));
	else if (gsp_rpc_state(rpc) == GSP_RPC_STOPPING)
		trace_gsp_rpc_drop(rpc->dev, 0, msg->fn, msg->len, "stopping");
	else if (is_event)
		deliver_event(rpc, msg);
	else
		drop_reply(rpc, msg);
}

static bool is_listening(const struct gsp_rpc *rpc)
{
	enum gsp_rpc_state state = gsp_rpc_state(rpc);

	return state != GSP_RPC_OFF && state != GSP_RPC_DEAD;
}

/**
 * gsp_rx_drain_locked() - handle what is in the status ring, within bounds
 * @rpc: channel
 *
 * Handles as many messages as the ring can hold, so that a firmware that
 * never stops talking can't keep a caller beyond its deadline.
 *
 * Context: &gsp_rpc.rx_lock held. May sleep.
 * Return: true when there may be more.
 */
bool gsp_rx_drain_locked(struct gsp_rpc *rpc)
{
	enum gsp_msg_verdict verdict = GSP_MSG_NONE;
	unsigned int budget = GSP_RING_MAX_USED;
	struct gsp_msg msg;

	lockdep_assert_held(&rpc->rx_lock);
	WRITE_ONCE(rpc->rx_task, current);
	while (budget-- && is_listening(rpc)) {
		verdict = gsp_msg_peek(&rpc->rx, &msg);
		if (verdict != GSP_MSG_OK)
			break;
		handle_message(rpc, &msg);
	}
	if (verdict > GSP_MSG_OK)
		gsp_rpc_kill(rpc, death_of[verdict]);
	WRITE_ONCE(rpc->rx_task, NULL);
	return verdict == GSP_MSG_OK && is_listening(rpc);
}

/**
 * gsp_rpc_poll() - drain the status ring once
 * @rpc: channel
 *
 * Completes calls and delivers events. For a threaded interrupt handler, which
 * repeats it while it returns true, and for whoever waits while no interrupt
 * is armed. From the event callback it does nothing.
 *
 * Context: May sleep.
 * Return: true when there may be more to drain.
 */
bool gsp_rpc_poll(struct gsp_rpc *rpc)
{
	bool more;

	if (READ_ONCE(rpc->rx_task) == current)
		return false;
	mutex_lock(&rpc->rx_lock);
	more = gsp_rx_drain_locked(rpc);
	mutex_unlock(&rpc->rx_lock);
	return more;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_rpc_poll);
