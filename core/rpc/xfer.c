// SPDX-License-Identifier: GPL-2.0-only
/*
 * One call: send the request, wait for the answer, or know why there is none.
 *
 * A call lives on its caller's stack and allocates nothing. It enters the
 * pending table right before the last part of its request is published, so no
 * message that came earlier can be its answer. Whoever takes it out of the
 * table completes it, once: rx with the answer, death or stop with an error,
 * or the caller itself when its deadline has passed.
 *
 * rx writes into the caller's buffers, therefore the caller that gives up
 * does so while holding rx_lock: no copy can be under way.
 *
 * Firmware that does not echo the sequence answers with the function number
 * alone. One call is then in flight, and a function whose answer did not come
 * in time stays unusable until that answer was drained: it would pass for the
 * answer to the next call.
 *
 * The answer always finds room: rx waits for nobody, a sender that waits for
 * room in the command ring lets rx run meanwhile, and the answer's buffers are
 * known before the question is asked.
 */
#include "rpc/xfer.h"

#include <linux/bitmap.h>
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/jiffies.h>
#include <linux/minmax.h>
#include <linux/sched.h>

#include <kunit/visibility.h>

#include "rpc/msg.h"
#include "rpc/rpc.h"
#include "trace.h"

/* A post only waits for room in the ring. */
#define POST_TIMEOUT_MS		5000
/* Naps between two looks at a ring, growing. */
#define NAP_MIN_US		10
#define NAP_MAX_US		1000
/* A sleeping waiter looks at the ring this often, should an interrupt get lost. */
#define SLEEP_SLICE		(HZ / 10 ? : 1)

static size_t payload_len(const struct gsp_payload *payload)
{
	return payload ? payload->head_len + payload->body_len : 0;
}

static void nap(unsigned int *us)
{
	usleep_range(*us, 2 * *us);
	*us = min(2 * *us, NAP_MAX_US);
}

/* Waiting for rx from within rx can't end; lockdep says so before it happens. */
static int check_not_in_rx(struct gsp_rpc *rpc)
{
	lock_map_acquire(&rpc->rx_map);
	lock_map_release(&rpc->rx_map);
	return READ_ONCE(rpc->rx_task) == current ? -EDEADLK : 0;
}

/* May something be sent now? */
static int check_open(const struct gsp_rpc *rpc, bool call)
{
	switch (gsp_rpc_state(rpc)) {
	case GSP_RPC_RUNNING:
		return 0;
	case GSP_RPC_BOOTING:
		return call ? -EAGAIN : 0;
	default:
		return gsp_rpc_closed_errno(rpc);
	}
}

static int check_args(const struct gsp_rpc *rpc, u32 fn, const struct gsp_payload *req,
		      const struct gsp_payload *reply)
{
	if (fn >= GSP_RPC_NR_FUNCTIONS || fn >= rpc->desc.first_event ||
	    fn == rpc->desc.continuation_fn)
		return -EINVAL;
	if (payload_len(req) > GSP_RPC_MAX_PAYLOAD || payload_len(reply) > GSP_RPC_MAX_PAYLOAD)
		return -EMSGSIZE;
	return 0;
}

/* A deadline has passed: is the other end still there? */
static int timed_out(struct gsp_rpc *rpc)
{
	if (!rpc->ops->alive(rpc->ctx))
		gsp_rpc_kill(rpc, GSP_RPC_DEATH_SILENT);
	return gsp_rpc_state(rpc) == GSP_RPC_DEAD ? gsp_rpc_closed_errno(rpc) : -ETIMEDOUT;
}

/*
 * Once in a while: is the other end dead?  What it said before it died is still
 * in the ring, so a caller that hears yes looks there once more.
 */
static bool found_dead(struct gsp_rpc *rpc, unsigned long *next_look)
{
	if (time_before(jiffies, *next_look))
		return false;
	*next_look = jiffies + GSP_RPC_LIFE_SIGN_PERIOD;
	return !rpc->ops->alive(rpc->ctx);
}

/*
 * Wait for those who came earlier. The firmware has not heard of this call yet
 * and is not to blame when its turn doesn't come.
 */
static int enter_gate(struct gsp_rpc *rpc)
{
	if (!down_timeout(&rpc->gate, rpc->queue_timeout))
		return 0;
	return check_open(rpc, false) ?: -EBUSY;
}

static u32 next_seq(struct gsp_rpc *rpc)
{
	if (!++rpc->last_seq)
		rpc->last_seq = 1;
	return rpc->last_seq;
}

/*
 * What is overdue, or was said without being asked, must not pass for the
 * answer to this call.
 */
static int check_lost(struct gsp_rpc *rpc, u32 fn)
{
	bool lost;

	gsp_rpc_poll(rpc);
	spin_lock(&rpc->lock);
	lost = test_bit(fn, rpc->lost);
	spin_unlock(&rpc->lock);
	return lost ? -EBUSY : 0;
}

/* From here on the answer may come. */
static int arm(struct gsp_rpc *rpc, struct gsp_xfer *xfer)
{
	int ret;

	spin_lock(&rpc->lock);
	ret = check_open(rpc, true);
	if (!ret)
		hash_add(rpc->pending, &xfer->node, xfer->key);
	spin_unlock(&rpc->lock);
	return ret;
}

/* Wait for @nr elements of room. Meanwhile the firmware must be able to talk. */
static int wait_room(struct gsp_rpc *rpc, int nr, unsigned long deadline)
{
	unsigned long next_look = jiffies + GSP_RPC_LIFE_SIGN_PERIOD;
	unsigned int us = NAP_MIN_US;
	bool expired;
	int room, ret;

	for (;;) {
		expired = time_after_eq(jiffies, deadline);
		if (found_dead(rpc, &next_look))
			gsp_rpc_kill(rpc, GSP_RPC_DEATH_SILENT);
		room = gsp_ring_room(&rpc->tx);
		if (room >= nr)
			return 0;
		if (room < 0)
			gsp_rpc_kill(rpc, GSP_RPC_DEATH_INDEX);
		ret = check_open(rpc, false);
		if (ret)
			return ret;
		if (expired)
			return timed_out(rpc);
		if (!gsp_rpc_poll(rpc))
			nap(&us);
	}
}

/* Put a request into the ring, in as many messages as it takes. */
static int send(struct gsp_rpc *rpc, struct gsp_msg *msg, const struct gsp_payload *req,
		struct gsp_xfer *xfer, unsigned long deadline)
{
	size_t total = payload_len(req), at = 0;
	int ret;

	WRITE_ONCE(rpc->last_fn, msg->fn);
	do {
		msg->len = min_t(size_t, total - at, GSP_MSG_MAX_PAYLOAD);
		ret = wait_room(rpc, gsp_msg_elems(msg->len), deadline);
		if (ret)
			break;
		msg->elem_seq = rpc->tx_seq;
		gsp_msg_write(&rpc->tx, msg, req, at);
		at += msg->len;
		if (xfer && at == total) {
			ret = arm(rpc, xfer);
			if (ret)
				break;
		}
		gsp_ring_publish(&rpc->tx, msg->nr_elems);
		rpc->tx_seq++;
		rpc->stats.sent++;
		rpc->ops->doorbell(rpc->ctx);
		msg->fn = rpc->desc.continuation_fn;
	} while (at < total);

	if (ret == -ETIMEDOUT && at) {
		gsp_rpc_kill(rpc, GSP_RPC_DEATH_TX_STUCK);
		ret = gsp_rpc_closed_errno(rpc);
	}
	return ret;
}

/**
 * gsp_xfer_finish_locked() - complete a call
 * @rpc: channel
 * @xfer: a call in the pending table
 * @status: its outcome
 *
 * The xfer must not be touched afterwards.
 *
 * Context: &gsp_rpc.lock held.
 */
void gsp_xfer_finish_locked(struct gsp_rpc *rpc, struct gsp_xfer *xfer, int status)
{
	lockdep_assert_held(&rpc->lock);
	hash_del(&xfer->node);
	if (rpc->partial == xfer)
		rpc->partial = NULL;
	xfer->status = status;
	complete(&xfer->done);
}

/*
 * The deadline has passed. Unless the answer came after all, see to it that
 * nobody writes to this call's memory any more.
 */
static int give_up(struct gsp_rpc *rpc, struct gsp_xfer *xfer)
{
	bool answered, broken_off = false;

	mutex_lock(&rpc->rx_lock);
	spin_lock(&rpc->lock);
	answered = completion_done(&xfer->done);
	if (!answered) {
		broken_off = rpc->partial == xfer;
		if (!broken_off && !rpc->desc.echoes_sequence)
			__set_bit(xfer->fn, rpc->lost);
		gsp_xfer_finish_locked(rpc, xfer, -ETIMEDOUT);
	}
	spin_unlock(&rpc->lock);
	mutex_unlock(&rpc->rx_lock);

	if (answered)
		return xfer->status;
	if (broken_off)
		return -EPROTO;
	return timed_out(rpc);
}

/* The interrupt should have come by now. Is there something in the ring? */
static bool look_without_irq(struct gsp_rpc *rpc, struct gsp_xfer *xfer)
{
	bool found;

	mutex_lock(&rpc->rx_lock);
	gsp_rx_drain_locked(rpc);
	found = completion_done(&xfer->done);
	if (found)
		rpc->stats.missed_irq++;
	mutex_unlock(&rpc->rx_lock);
	return found;
}

/* Sleep until rx completes the call, and look now and then. */
static bool sleep_for_answer(struct gsp_rpc *rpc, struct gsp_xfer *xfer, long left)
{
	return wait_for_completion_timeout(&xfer->done, clamp(left, 0L, SLEEP_SLICE)) ||
	       look_without_irq(rpc, xfer);
}

/* Be the one who drains the ring. */
static bool poll_for_answer(struct gsp_rpc *rpc, struct gsp_xfer *xfer, unsigned int *us)
{
	bool more = gsp_rpc_poll(rpc);

	if (completion_done(&xfer->done))
		return true;
	if (!more)
		nap(us);
	return false;
}

static int wait_answer(struct gsp_rpc *rpc, struct gsp_xfer *xfer, unsigned long deadline)
{
	unsigned long next_look = jiffies + GSP_RPC_LIFE_SIGN_PERIOD;
	unsigned int us = NAP_MIN_US;
	bool done, dead;
	long left;

	trace_gsp_rpc_wait(rpc->dev, xfer->seq, xfer->fn, READ_ONCE(rpc->irq));
	do {
		left = deadline - jiffies;
		dead = found_dead(rpc, &next_look);
		if (READ_ONCE(rpc->irq))
			done = sleep_for_answer(rpc, xfer, left);
		else
			done = poll_for_answer(rpc, xfer, &us);
		if (done)
			return xfer->status;
		if (dead)
			gsp_rpc_kill(rpc, GSP_RPC_DEATH_SILENT);
	} while (left > 0);
	return give_up(rpc, xfer);
}

/* A call, with the arguments checked. */
static int call(struct gsp_rpc *rpc, u32 fn, const struct gsp_payload *req,
		struct gsp_payload *reply, unsigned int timeout_ms)
{
	const bool one_in_flight = !rpc->desc.echoes_sequence;
	struct gsp_xfer xfer = { .fn = fn, .reply = reply };
	struct gsp_msg msg = { .fn = fn, .result = GSP_MSG_RESULT_REQUEST };
	unsigned long deadline;
	int ret;

	ret = enter_gate(rpc);
	if (ret)
		return ret;
	ret = check_open(rpc, true) ?: one_in_flight ? check_lost(rpc, fn) : 0;
	if (ret) {
		up(&rpc->gate);
		return ret;
	}

	init_completion(&xfer.done);
	xfer.seq = next_seq(rpc);
	xfer.key = one_in_flight ? fn : xfer.seq;
	msg.sequence = xfer.seq;
	reply->result = 0;
	trace_gsp_rpc_begin(rpc->dev, xfer.seq, fn, payload_len(req), true);
	deadline = jiffies + msecs_to_jiffies(timeout_ms);
	ret = send(rpc, &msg, req, &xfer, deadline);
	if (!one_in_flight)
		up(&rpc->gate);
	if (!ret)
		ret = wait_answer(rpc, &xfer, deadline);
	if (one_in_flight)
		up(&rpc->gate);
	trace_gsp_rpc_end(rpc->dev, xfer.seq, fn, ret, reply->result, xfer.got);
	return ret;
}

/* A message that nobody answers; the firmware expects sequence 0 in it. */
static int post(struct gsp_rpc *rpc, u32 fn, const struct gsp_payload *req,
		unsigned int timeout_ms)
{
	struct gsp_msg msg = { .fn = fn, .result = GSP_MSG_RESULT_REQUEST };
	int ret;

	ret = enter_gate(rpc);
	if (ret)
		return ret;
	ret = check_open(rpc, false);
	if (!ret) {
		trace_gsp_rpc_begin(rpc->dev, 0, fn, payload_len(req), false);
		ret = send(rpc, &msg, req, NULL, jiffies + msecs_to_jiffies(timeout_ms));
		trace_gsp_rpc_end(rpc->dev, 0, fn, ret, 0, 0);
	}
	up(&rpc->gate);
	return ret;
}

/**
 * gsp_rpc_xfer() - call a function of the firmware
 * @rpc: channel, RUNNING
 * @fn: function number, below 256
 * @req: request; NULL for an empty one
 * @reply: where the answer goes; its @body_len becomes what was received, its
 *	@result the firmware's transport status. NULL when the firmware does not
 *	answer this function; the call then returns once the request is queued.
 * @timeout_ms: time from when it is sent to when it is answered
 *
 * Calls are sent in the order in which they came. Waiting for those that came
 * earlier takes no time off @timeout_ms: it ends with their own deadlines, with
 * the channel's death, and in any case after 100 seconds.
 *
 * @reply may use the memory of @req. On failure the content of the reply is
 * undefined, its lengths are unchanged.
 *
 * Context: May sleep, not in reclaim. Not from the event callback.
 * Return: 0, or
 * -ETIMEDOUT: no answer in time, but the firmware lives;
 * -EIO: the channel is dead, stopping or off; -ENODEV: the device is gone;
 * -EPROTO: the answer is damaged, broken off, or shorter than the head;
 * -EMSGSIZE: the answer is longer than the buffers, or an argument longer
 * than %GSP_RPC_MAX_PAYLOAD;
 * -EREMOTEIO: transport status not zero, see @reply->result;
 * -EBUSY: not sent, as the answer to an earlier call of @fn is still overdue
 * or its turn did not come in time; the firmware is not to blame;
 * -EAGAIN: the firmware is still booting and only takes posts;
 * -EDEADLK: called from the event callback; -EINVAL: not a callable function.
 */
int gsp_rpc_xfer(struct gsp_rpc *rpc, u32 fn, const struct gsp_payload *req,
		 struct gsp_payload *reply, unsigned int timeout_ms)
{
	int ret;

	ret = check_not_in_rx(rpc) ?: check_args(rpc, fn, req, reply);
	if (ret)
		return ret;
	return reply ? call(rpc, fn, req, reply, timeout_ms) : post(rpc, fn, req, timeout_ms);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_rpc_xfer);

/**
 * gsp_rpc_post() - queue a message that the firmware does not answer
 * @rpc: channel, BOOTING or RUNNING
 * @fn: function number, below 256
 * @req: message; NULL for an empty one
 *
 * Waits for its turn as a call does, and then at most some seconds for room in
 * the ring.
 *
 * Context: May sleep, not in reclaim. Not from the event callback.
 * Return: 0, or -ETIMEDOUT, -EIO, -ENODEV, -EMSGSIZE, -EBUSY, -EDEADLK,
 * -EINVAL as gsp_rpc_xfer().
 */
int gsp_rpc_post(struct gsp_rpc *rpc, u32 fn, const struct gsp_payload *req)
{
	return gsp_rpc_xfer(rpc, fn, req, NULL, POST_TIMEOUT_MS);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_rpc_post);

/**
 * gsp_rpc_wait() - drain the status ring until something has happened
 * @rpc: channel
 * @cond: asked after each look at the ring; typically whether an event came
 * @arg: for @cond
 * @timeout_ms: how long
 *
 * Context: May sleep. Not from the event callback.
 * Return: 0 when @cond said yes; -ETIMEDOUT when it did not in time but the
 * firmware lives; -EIO when the channel is dead or off, or dies meanwhile,
 * -ENODEV when the device is gone; -EDEADLK from the event callback.
 */
int gsp_rpc_wait(struct gsp_rpc *rpc, bool (*cond)(void *arg), void *arg,
		 unsigned int timeout_ms)
{
	unsigned long deadline = jiffies + msecs_to_jiffies(timeout_ms);
	unsigned long next_look = jiffies + GSP_RPC_LIFE_SIGN_PERIOD;
	unsigned int us = NAP_MIN_US;
	bool expired, dead, more;
	enum gsp_rpc_state state;
	int ret;

	ret = check_not_in_rx(rpc);
	while (!ret) {
		expired = time_after_eq(jiffies, deadline);
		dead = found_dead(rpc, &next_look);
		more = gsp_rpc_poll(rpc);
		if (cond(arg))
			return 0;
		if (dead)
			gsp_rpc_kill(rpc, GSP_RPC_DEATH_SILENT);
		state = gsp_rpc_state(rpc);
		if (state == GSP_RPC_DEAD || state == GSP_RPC_OFF)
			ret = gsp_rpc_closed_errno(rpc);
		else if (expired)
			ret = timed_out(rpc);
		else if (!more)
			nap(&us);
	}
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_rpc_wait);
