/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The firmware speaks first.
 *
 * The receive path copies each event into a bounded queue; one worker hands
 * them to the subscribers, in the order of arrival and one at a time, holding
 * no transport lock. So a handler may sleep and may call GSP-RM. A subscriber
 * sees every event that arrives after subscribe and none after unsubscribe.
 */
#ifndef _GSP_EVENT_EVENT_H
#define _GSP_EVENT_EVENT_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include "abi/abi.h"

/* A storm beyond this is dropped and counted. */
#define GSP_EVENT_QUEUE_MAX	256

/**
 * struct gsp_event_sub - one subscriber to one kind of event
 * @node: in the queue's list; private
 * @event: what it wants
 * @handler: called from the queue's worker; the payload is as the release
 *	lays it out and valid during the call. May sleep and call GSP-RM, must
 *	not subscribe or unsubscribe.
 * @ctx: first argument of @handler
 *
 * The subscriber owns the memory, which must stay until unsubscribe returns.
 */
struct gsp_event_sub {
	struct list_head node;
	enum gsp_event event;
	void (*handler)(void *ctx, const void *payload, size_t len);
	void *ctx;
};

/**
 * struct gsp_event_queue - events between the receive path and subscribers
 * @abi: release that numbers the events
 * @wq: ordered workqueue that runs @work
 * @work: hands pending events to subscribers
 * @pending_lock: protects @pending, @nr_pending and @dropped
 * @pending: events, oldest first
 * @nr_pending: their number
 * @dropped: events lost to a full queue
 * @subs_lock: protects @subs; held while handlers run
 * @subs: subscribers
 *
 * Lock order: @subs_lock, then whatever a handler takes. @pending_lock nests
 * inside everything.
 */
struct gsp_event_queue {
	const struct gsp_abi *abi;
	struct workqueue_struct *wq;
	struct work_struct work;
	spinlock_t pending_lock;	/* innermost */
	struct list_head pending;
	unsigned int nr_pending;
	unsigned long dropped;
	struct mutex subs_lock;		/* held while handlers run */
	struct list_head subs;
};

int gsp_event_queue_init(struct gsp_event_queue *q, const struct gsp_abi *abi);
void gsp_event_queue_fini(struct gsp_event_queue *q);
int gsp_event_queue_push(struct gsp_event_queue *q, u32 fn, const void *payload, size_t len);
void gsp_event_queue_flush(struct gsp_event_queue *q);

void gsp_event_subscribe(struct gsp_event_queue *q, struct gsp_event_sub *sub);
void gsp_event_unsubscribe(struct gsp_event_queue *q, struct gsp_event_sub *sub);

#endif
