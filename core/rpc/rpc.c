// SPDX-License-Identifier: GPL-2.0-only
/*
 * A channel's life: create, start, run, stop, destroy, and how it dies.
 *
 * One function changes the state. Death is recorded once, with its first
 * reason, and completes every waiting call at once; a call whose answer is
 * being copied at that moment is completed by the copier, right after.
 */
#include "rpc/rpc.h"

#include <linux/bitmap.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/jiffies.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include <kunit/visibility.h>

#include "rpc/msg.h"
#include "rpc/ring.h"
#include "rpc/shm.h"
#include "rpc/xfer.h"
#include "trace.h"

static const char * const state_names[] = {
	[GSP_RPC_OFF]		= "OFF",
	[GSP_RPC_BOOTING]	= "BOOTING",
	[GSP_RPC_RUNNING]	= "RUNNING",
	[GSP_RPC_STOPPING]	= "STOPPING",
	[GSP_RPC_DEAD]		= "DEAD",
};

static const char * const death_texts[GSP_RPC_NR_DEATHS] = {
	[GSP_RPC_DEATH_NONE]		= "not dead",
	[GSP_RPC_DEATH_INDEX]		= "firmware wrote a ring index out of range",
	[GSP_RPC_DEATH_ELEMENTS]	= "element count of a message not credible",
	[GSP_RPC_DEATH_LENGTH]		= "length of a message not credible",
	[GSP_RPC_DEATH_HEADER]		= "version or signature of a message wrong",
	[GSP_RPC_DEATH_TX_STUCK]	= "firmware stopped reading in the middle of a message",
	[GSP_RPC_DEATH_SILENT]		= "no answer and no sign of life",
	[GSP_RPC_DEATH_CRASHED]		= "firmware reported a crash",
	[GSP_RPC_DEATH_BOOT]		= "firmware did not come up",
	[GSP_RPC_DEATH_LINK]		= "cut off after an error on the PCI link",
	[GSP_RPC_DEATH_GONE]		= "device is gone",
	[GSP_RPC_DEATH_REMOVED]		= "driver is letting go of the device",
};

/**
 * gsp_rpc_state_name() - name of a state
 * @state: the state
 *
 * Context: Any.
 * Return: its name in capitals, "?" for what is none.
 */
const char *gsp_rpc_state_name(enum gsp_rpc_state state)
{
	return state < ARRAY_SIZE(state_names) ? state_names[state] : "?";
}

/**
 * gsp_rpc_death_text() - a reason in words
 * @reason: the reason
 *
 * Context: Any.
 * Return: text that completes "channel dead: ...", "?" for what is none.
 */
const char *gsp_rpc_death_text(enum gsp_rpc_death reason)
{
	return reason < ARRAY_SIZE(death_texts) ? death_texts[reason] : "?";
}
EXPORT_SYMBOL_IF_KUNIT(gsp_rpc_death_text);

/**
 * gsp_rpc_state() - the state, as of a moment ago
 * @rpc: channel
 *
 * Context: Any.
 * Return: the state.
 */
enum gsp_rpc_state gsp_rpc_state(const struct gsp_rpc *rpc)
{
	return READ_ONCE(rpc->state);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_rpc_state);

/**
 * gsp_rpc_death() - why the channel died
 * @rpc: channel
 *
 * Context: Any.
 * Return: the first reason, %GSP_RPC_DEATH_NONE while it lives.
 */
enum gsp_rpc_death gsp_rpc_death(const struct gsp_rpc *rpc)
{
	return READ_ONCE(rpc->death);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_rpc_death);

/**
 * gsp_rpc_closed_errno() - what a call fails with when the channel takes none
 * @rpc: channel
 *
 * Context: Any.
 * Return: -ENODEV when the device is gone, otherwise -EIO.
 */
int gsp_rpc_closed_errno(const struct gsp_rpc *rpc)
{
	return gsp_rpc_death(rpc) == GSP_RPC_DEATH_GONE ? -ENODEV : -EIO;
}

/* The only place where the state changes. */
static void set_state_locked(struct gsp_rpc *rpc, enum gsp_rpc_state state)
{
	lockdep_assert_held(&rpc->lock);
	trace_gsp_rpc_state(rpc->dev, gsp_rpc_state_name(rpc->state), gsp_rpc_state_name(state),
			    gsp_rpc_death_text(rpc->death));
	WRITE_ONCE(rpc->state, state);
}

static void fail_waiters_locked(struct gsp_rpc *rpc)
{
	int err = gsp_rpc_closed_errno(rpc);
	struct hlist_node *next;
	struct gsp_xfer *xfer;
	int bucket;

	hash_for_each_safe(rpc->pending, bucket, next, xfer, node) {
		if (xfer->copying)
			xfer->failed = err;
		else
			gsp_xfer_finish_locked(rpc, xfer, err);
	}
}

/**
 * gsp_rpc_create_on() - like gsp_rpc_create(), on memory that the caller owns
 * @dev: device that the firmware runs on
 * @ops: what the channel needs from its owner; outlives the channel
 * @ctx: the owner, handed to @ops
 * @desc: facts of the firmware release; copied
 * @shm: the memory; copied, and the channel's to free once this succeeds
 * @out: the channel
 *
 * Context: May sleep.
 * Return: 0, or -ENOMEM.
 */
int gsp_rpc_create_on(struct device *dev, const struct gsp_rpc_ops *ops, void *ctx,
		      const struct gsp_rpc_desc *desc, const struct gsp_shm *shm,
		      struct gsp_rpc **out)
{
	static struct lock_class_key rx_key;
	struct gsp_rpc *rpc;

	rpc = kzalloc_obj(*rpc);
	if (!rpc)
		return -ENOMEM;
	rpc->event_buf = kvmalloc(GSP_MSG_MAX_PAYLOAD, GFP_KERNEL);
	if (!rpc->event_buf) {
		kfree(rpc);
		return -ENOMEM;
	}

	rpc->dev = dev;
	rpc->ops = ops;
	rpc->ctx = ctx;
	rpc->desc = *desc;
	rpc->shm = *shm;
	sema_init(&rpc->gate, 1);
	rpc->queue_timeout = GSP_RPC_QUEUE_TIMEOUT;
	rpc->next_look = jiffies;
	mutex_init(&rpc->rx_lock);
	spin_lock_init(&rpc->lock);
	hash_init(rpc->pending);
	lockdep_init_map(&rpc->rx_map, "gsp_rpc_rx", &rx_key, 0);
	*out = rpc;
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_rpc_create_on);

/**
 * gsp_rpc_create() - make a channel, in state OFF
 * @dev: device that the firmware runs on
 * @ops: what the channel needs from its owner; outlives the channel
 * @ctx: the owner, handed to @ops
 * @desc: facts of the firmware release; copied
 * @out: the channel
 *
 * Context: May sleep.
 * Return: 0, or -ENOMEM.
 */
int gsp_rpc_create(struct device *dev, const struct gsp_rpc_ops *ops, void *ctx,
		   const struct gsp_rpc_desc *desc, struct gsp_rpc **out)
{
	struct gsp_shm shm;
	int ret;

	ret = gsp_shm_init(&shm, dev);
	if (ret)
		return ret;
	ret = gsp_rpc_create_on(dev, ops, ctx, desc, &shm, out);
	if (ret)
		gsp_shm_fini(&shm);
	return ret;
}

/**
 * gsp_rpc_destroy() - free a channel
 * @rpc: channel; NULL is fine
 *
 * The firmware no longer runs, and nobody is in a call of this channel,
 * gsp_rpc_poll() included.
 *
 * Context: May sleep.
 */
void gsp_rpc_destroy(struct gsp_rpc *rpc)
{
	if (!rpc)
		return;
	WARN_ON(!hash_empty(rpc->pending));
	gsp_shm_fini(&rpc->shm);
	mutex_destroy(&rpc->rx_lock);
	kvfree(rpc->event_buf);
	kfree(rpc);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_rpc_destroy);

/* Both rings empty, nothing known of an earlier firmware. */
static void reset_rings(struct gsp_rpc *rpc)
{
	void *cmdq = gsp_shm_cmdq(&rpc->shm);
	void *statq = gsp_shm_statq(&rpc->shm);

	gsp_shm_format(&rpc->shm);
	gsp_ring_init_producer(&rpc->tx, cmdq, statq);
	gsp_ring_init_consumer(&rpc->rx, statq, cmdq);
	rpc->tx_seq = 0;
	rpc->rx_seq = 0;
	bitmap_zero(rpc->lost, GSP_RPC_NR_FUNCTIONS);
}

/**
 * gsp_rpc_start() - fresh rings, state BOOTING
 * @rpc: channel, OFF or STOPPING
 *
 * To be called before the firmware is told about the shared memory. Posts are
 * taken from now on, and are in the ring when the firmware comes up.
 *
 * Context: May sleep. Nobody else uses the channel yet.
 * Return: 0; -EBUSY when the channel is in use; -EIO when it is dead, -ENODEV
 * when the device is gone.
 */
int gsp_rpc_start(struct gsp_rpc *rpc)
{
	enum gsp_rpc_state state;

	mutex_lock(&rpc->rx_lock);
	state = gsp_rpc_state(rpc);
	if (state == GSP_RPC_OFF || state == GSP_RPC_STOPPING) {
		reset_rings(rpc);
		spin_lock(&rpc->lock);
		if (rpc->state != GSP_RPC_DEAD)
			set_state_locked(rpc, GSP_RPC_BOOTING);
		state = rpc->state;
		spin_unlock(&rpc->lock);
	} else if (state != GSP_RPC_DEAD) {
		mutex_unlock(&rpc->rx_lock);
		return -EBUSY;
	}
	mutex_unlock(&rpc->rx_lock);
	return state == GSP_RPC_DEAD ? gsp_rpc_closed_errno(rpc) : 0;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_rpc_start);

/**
 * gsp_rpc_run() - the firmware is up: BOOTING becomes RUNNING
 * @rpc: channel; in another state nothing happens
 *
 * Context: Any but interrupt; the event callback may call it.
 */
void gsp_rpc_run(struct gsp_rpc *rpc)
{
	spin_lock(&rpc->lock);
	if (rpc->state == GSP_RPC_BOOTING)
		set_state_locked(rpc, GSP_RPC_RUNNING);
	spin_unlock(&rpc->lock);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_rpc_run);

/**
 * gsp_rpc_stop() - accept nothing new, drop quietly what still comes
 * @rpc: channel; OFF or DEAD stays what it is
 *
 * The call that asks the firmware to unload comes before this. Calls that
 * still wait fail with -EIO.
 *
 * Context: Any but interrupt.
 */
void gsp_rpc_stop(struct gsp_rpc *rpc)
{
	spin_lock(&rpc->lock);
	if (rpc->state == GSP_RPC_BOOTING || rpc->state == GSP_RPC_RUNNING) {
		set_state_locked(rpc, GSP_RPC_STOPPING);
		fail_waiters_locked(rpc);
	}
	spin_unlock(&rpc->lock);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_rpc_stop);

/*
 * The one message about it: whoever fails because of it adds none. Two reasons
 * are no news: the owner has told why it gives up, or wants it so.
 */
static void report_death(struct gsp_rpc *rpc, enum gsp_rpc_state was)
{
	u32 fn = READ_ONCE(rpc->last_fn);
	const char *name = NULL;

	if (rpc->death == GSP_RPC_DEATH_REMOVED || rpc->death == GSP_RPC_DEATH_BOOT)
		return;
	if (rpc->ops->fn_name)
		name = rpc->ops->fn_name(rpc->ctx, fn);
	dev_err(rpc->dev, "GSP channel dead: %s (was %s, last call %u %s)\n",
		gsp_rpc_death_text(rpc->death), gsp_rpc_state_name(was), fn, name ?: "");
}

/**
 * gsp_rpc_kill() - declare the channel dead
 * @rpc: channel
 * @reason: why; only the first one counts
 *
 * Every waiting call fails at once with -EIO, or with -ENODEV when @reason is
 * %GSP_RPC_DEATH_GONE, and so does every later one. The reason is logged here,
 * once, unless it is %GSP_RPC_DEATH_BOOT or %GSP_RPC_DEATH_REMOVED; a caller
 * that fails on a dead channel need not log it again.
 *
 * Context: May sleep. May be called from the callbacks in &struct gsp_rpc_ops.
 */
void gsp_rpc_kill(struct gsp_rpc *rpc, enum gsp_rpc_death reason)
{
	enum gsp_rpc_state was;

	spin_lock(&rpc->lock);
	was = rpc->state;
	if (was != GSP_RPC_DEAD) {
		WRITE_ONCE(rpc->death, reason);
		set_state_locked(rpc, GSP_RPC_DEAD);
		fail_waiters_locked(rpc);
	}
	spin_unlock(&rpc->lock);
	if (was == GSP_RPC_DEAD)
		return;

	report_death(rpc, was);
	if (rpc->ops->dead)
		rpc->ops->dead(rpc->ctx, reason);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_rpc_kill);

/**
 * gsp_rpc_look() - ask now and then whether the other end is still there
 * @rpc: channel
 *
 * For who waits for something that is no answer to a call. What the firmware
 * said before it died is read first.
 *
 * Context: May sleep. Not from the event callback.
 * Return: 0 while calls can be made; -EIO when the channel is dead or closed,
 * -ENODEV when the device is gone.
 */
int gsp_rpc_look(struct gsp_rpc *rpc)
{
	if (gsp_rpc_state(rpc) != GSP_RPC_RUNNING)
		return gsp_rpc_closed_errno(rpc);
	if (time_before(jiffies, READ_ONCE(rpc->next_look)))
		return 0;
	WRITE_ONCE(rpc->next_look, jiffies + GSP_RPC_LIFE_SIGN_PERIOD);
	if (rpc->ops->alive(rpc->ctx))
		return 0;
	gsp_rpc_poll(rpc);
	gsp_rpc_kill(rpc, GSP_RPC_DEATH_SILENT);
	return gsp_rpc_closed_errno(rpc);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_rpc_look);

/**
 * gsp_rpc_set_irq() - does an interrupt drain the status ring?
 * @rpc: channel
 * @armed: true: waiters sleep; false: waiters drain the ring themselves
 *
 * Context: Any. Waiters notice within a tenth of a second.
 */
void gsp_rpc_set_irq(struct gsp_rpc *rpc, bool armed)
{
	WRITE_ONCE(rpc->irq, armed);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_rpc_set_irq);

/**
 * gsp_rpc_shm_addr() - where the shared memory is
 * @rpc: channel
 *
 * Context: Any.
 * Return: address of its first page, the page table, as the device sees it.
 */
dma_addr_t gsp_rpc_shm_addr(const struct gsp_rpc *rpc)
{
	return rpc->shm.dma;
}

/**
 * gsp_rpc_get_stats() - copy the counters
 * @rpc: channel
 * @stats: the copy
 *
 * Context: May sleep. Not from the event callback.
 */
void gsp_rpc_get_stats(struct gsp_rpc *rpc, struct gsp_rpc_stats *stats)
{
	mutex_lock(&rpc->rx_lock);
	*stats = rpc->stats;
	mutex_unlock(&rpc->rx_lock);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_rpc_get_stats);
