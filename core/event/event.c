// SPDX-License-Identifier: GPL-2.0-only
#include "event/event.h"

#include <kunit/visibility.h>
#include <linux/cleanup.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/string.h>

struct pending_event {
	struct list_head node;
	enum gsp_event event;
	size_t len;
	u8 payload[] __aligned(8) __counted_by(len);
};

static struct pending_event *pop(struct gsp_event_queue *q)
{
	struct pending_event *ev;

	guard(spinlock)(&q->pending_lock);
	ev = list_first_entry_or_null(&q->pending, struct pending_event, node);
	if (ev) {
		list_del(&ev->node);
		q->nr_pending--;
	}
	return ev;
}

static void dispatch(struct gsp_event_queue *q, const struct pending_event *ev)
{
	struct gsp_event_sub *sub;

	guard(mutex)(&q->subs_lock);
	list_for_each_entry(sub, &q->subs, node)
		if (sub->event == ev->event)
			sub->handler(sub->ctx, ev->payload, ev->len);
}

static void event_work(struct work_struct *work)
{
	struct gsp_event_queue *q = container_of(work, struct gsp_event_queue, work);
	struct pending_event *ev;

	while ((ev = pop(q))) {
		dispatch(q, ev);
		kvfree(ev);
	}
}

/**
 * gsp_event_queue_init - make an empty queue
 * @q: to fill in
 * @abi: release that numbers the events
 *
 * Context: process context, may sleep.
 * Return: 0 or -ENOMEM.
 */
int gsp_event_queue_init(struct gsp_event_queue *q, const struct gsp_abi *abi)
{
	q->abi = abi;
	spin_lock_init(&q->pending_lock);
	INIT_LIST_HEAD(&q->pending);
	mutex_init(&q->subs_lock);
	INIT_LIST_HEAD(&q->subs);
	INIT_WORK(&q->work, event_work);
	q->nr_pending = 0;
	q->dropped = 0;

	q->wq = alloc_ordered_workqueue("gsp-event", 0);
	return q->wq ? 0 : -ENOMEM;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_event_queue_init);

/**
 * gsp_event_queue_fini - end a queue that nothing pushes to any more
 * @q: queue; events that wait are still delivered
 *
 * Context: process context, may sleep.
 */
void gsp_event_queue_fini(struct gsp_event_queue *q)
{
	destroy_workqueue(q->wq);
	mutex_destroy(&q->subs_lock);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_event_queue_fini);

/**
 * gsp_event_queue_push - an event has arrived
 * @q: queue
 * @fn: function number on the wire
 * @payload: payload, copied
 * @len: its size in bytes
 *
 * An event of no number known to the release is refused, as is one that
 * finds the queue full.
 *
 * Context: process context, may sleep.
 * Return: 0; -ENOENT for an unknown number; -ENOBUFS when full; -ENOMEM.
 */
int gsp_event_queue_push(struct gsp_event_queue *q, u32 fn, const void *payload, size_t len)
{
	enum gsp_event event = gsp_abi_event(q->abi, fn);
	struct pending_event *ev;

	if (event == GSP_NR_EVENTS)
		return -ENOENT;
	ev = kvmalloc(struct_size(ev, payload, len), GFP_KERNEL);
	if (!ev)
		return -ENOMEM;

	ev->event = event;
	ev->len = len;
	if (len)
		memcpy(ev->payload, payload, len);

	scoped_guard(spinlock, &q->pending_lock) {
		if (q->nr_pending < GSP_EVENT_QUEUE_MAX) {
			list_add_tail(&ev->node, &q->pending);
			q->nr_pending++;
			queue_work(q->wq, &q->work);
			return 0;
		}
		q->dropped++;
	}
	kvfree(ev);
	return -ENOBUFS;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_event_queue_push);

/**
 * gsp_event_queue_flush - wait until what has been pushed is handled
 * @q: queue
 *
 * Context: process context, may sleep; not from a handler.
 */
void gsp_event_queue_flush(struct gsp_event_queue *q)
{
	flush_workqueue(q->wq);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_event_queue_flush);

/**
 * gsp_event_subscribe - receive one kind of event from now on
 * @q: queue
 * @sub: subscriber, filled in except for @sub->node
 *
 * Subscribers to the same kind are called in the order of subscription.
 *
 * Context: process context, may sleep; not from a handler.
 */
void gsp_event_subscribe(struct gsp_event_queue *q, struct gsp_event_sub *sub)
{
	guard(mutex)(&q->subs_lock);
	list_add_tail(&sub->node, &q->subs);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_event_subscribe);

/**
 * gsp_event_unsubscribe - stop receiving
 * @q: queue
 * @sub: subscriber; its handler does not run when this returns, nor later
 *
 * Context: process context, may sleep until a running handler returns; not
 * from a handler.
 */
void gsp_event_unsubscribe(struct gsp_event_queue *q, struct gsp_event_sub *sub)
{
	guard(mutex)(&q->subs_lock);
	list_del(&sub->node);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_event_unsubscribe);
