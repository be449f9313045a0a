/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Inside the rpc room: the channel and its transfers. Not for other rooms.
 */
#ifndef _GSP_RPC_XFER_H
#define _GSP_RPC_XFER_H

#include <linux/completion.h>
#include <linux/hashtable.h>
#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/semaphore.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include "rpc/ring.h"
#include "rpc/rpc.h"
#include "rpc/shm.h"

struct task_struct;

/* Functions below this can be called; it bounds the record of lost replies. */
#define GSP_RPC_NR_FUNCTIONS	256

/*
 * How long a call waits for its turn. Those ahead of it end within their own
 * deadlines, or all at once with the channel, so this bounds their number; it is
 * shorter than what the kernel takes for a hung task.
 */
#define GSP_RPC_QUEUE_TIMEOUT	(100 * HZ)

/* Whoever waits asks this often whether the firmware still lives. */
#define GSP_RPC_LIFE_SIGN_PERIOD HZ

/**
 * struct gsp_xfer - one call in flight, on its caller's stack
 * @node: in &gsp_rpc.pending while an answer may still come
 * @key: what &gsp_rpc.pending finds it by: function, or sequence if echoed
 * @fn: function called
 * @seq: host-side number, monotonic; also on the wire
 * @reply: where the answer goes
 * @got: payload bytes of the answer so far
 * @status: outcome, valid once @done
 * @copying: rx writes into @reply; only rx may complete it then
 * @failed: what it is to be completed with after @copying, or 0
 * @done: completed; nobody but the caller touches the xfer afterwards
 *
 * Fields that change are protected by &gsp_rpc.lock, @reply's content and
 * @got by @copying.
 */
struct gsp_xfer {
	struct hlist_node node;
	u32 key;
	u32 fn;
	u32 seq;
	struct gsp_payload *reply;
	size_t got;
	int status;
	int failed;
	bool copying;
	struct completion done;
};

/**
 * struct gsp_rpc - one channel pair
 * @dev: for messages and traces
 * @ops: what the owner provides
 * @ctx: the owner, for @ops
 * @desc: facts of the firmware release
 * @shm: shared memory
 * @irq: an interrupt drains the status ring, waiters need not
 * @gate: who may send. Where the firmware echoes no sequence the gate is held
 *	for the whole call, as replies can only be told apart by function.
 *	A semaphore because it can be waited for with a deadline.
 * @queue_timeout: how long @gate is waited for, in jiffies
 * @next_look: when gsp_rpc_look() asks again; of two that race both may ask
 * @tx: writing end of the command ring, under @gate
 * @tx_seq: next element sequence, under @gate
 * @last_seq: host-side number given out last, under @gate
 * @last_fn: function sent last, under @gate; for the message about death
 * @rx_lock: who may read. Held while events are delivered.
 * @rx: reading end of the status ring, under @rx_lock
 * @rx_seq: element sequence expected next, under @rx_lock
 * @rx_task: who holds @rx_lock, to refuse RPCs from event callbacks
 * @event_buf: where an event is copied to, under @rx_lock
 * @rx_map: makes lockdep report an RPC that waits for rx from within rx
 * @stats: counters, under @rx_lock; only sent is under @gate
 * @lock: protects everything below
 * @state: see rpc.h; read without the lock where a stale value does no harm
 * @death: why @state is DEAD
 * @pending: calls that wait. Intrusive, so that a call allocates nothing.
 * @partial: the one whose answer goes on in continuation records
 * @lost: functions whose answer did not come in time and may still come
 *
 * Lock order: @gate, @rx_lock, @lock.
 */
struct gsp_rpc {
	struct device *dev;
	const struct gsp_rpc_ops *ops;
	void *ctx;
	struct gsp_rpc_desc desc;
	struct gsp_shm shm;
	bool irq;

	struct semaphore gate;
	unsigned long queue_timeout;
	unsigned long next_look;
	struct gsp_ring tx;
	u32 tx_seq;
	u32 last_seq;
	u32 last_fn;

	struct mutex rx_lock; /* the status ring's reading end */
	struct gsp_ring rx;
	u32 rx_seq;
	struct task_struct *rx_task;
	void *event_buf;
	struct lockdep_map rx_map;
	struct gsp_rpc_stats stats;

	spinlock_t lock; /* state and pending calls */
	enum gsp_rpc_state state;
	enum gsp_rpc_death death;
	DECLARE_HASHTABLE(pending, 4);
	struct gsp_xfer *partial;
	DECLARE_BITMAP(lost, GSP_RPC_NR_FUNCTIONS);
};

/* rpc.c */
int gsp_rpc_create_on(struct device *dev, const struct gsp_rpc_ops *ops, void *ctx,
		      const struct gsp_rpc_desc *desc, const struct gsp_shm *shm,
		      struct gsp_rpc **out);
int gsp_rpc_closed_errno(const struct gsp_rpc *rpc);

/* rx.c */
bool gsp_rx_drain_locked(struct gsp_rpc *rpc);

/* xfer.c */
void gsp_xfer_finish_locked(struct gsp_rpc *rpc, struct gsp_xfer *xfer, int status);

#endif /* _GSP_RPC_XFER_H */
