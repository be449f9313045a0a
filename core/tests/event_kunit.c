// SPDX-License-Identifier: GPL-2.0-only
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/delay.h>

#include "event/event.h"

#define FN_ERROR_LOG	0x1006
#define FN_MMU_FAULT	0x1005

struct listener {
	struct gsp_event_sub sub;
	struct completion *gate;
	u8 seen[2 * GSP_EVENT_QUEUE_MAX];
	unsigned int nr;
};

static void listen(void *ctx, const void *payload, size_t len)
{
	struct listener *l = ctx;

	if (l->gate)
		wait_for_completion(l->gate);
	if (l->nr < ARRAY_SIZE(l->seen))
		l->seen[l->nr++] = len ? *(const u8 *)payload : 0;
}

struct fixture {
	struct gsp_event_queue q;
	struct listener a, b;
};

static void init_listener(struct listener *l, enum gsp_event event)
{
	l->sub.event = event;
	l->sub.handler = listen;
	l->sub.ctx = l;
}

static int event_init(struct kunit *test)
{
	struct fixture *f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);

	if (!f)
		return -ENOMEM;
	test->priv = f;
	init_listener(&f->a, GSP_EVENT_ERROR_LOG);
	init_listener(&f->b, GSP_EVENT_ERROR_LOG);
	return gsp_event_queue_init(&f->q, gsp_abi_default());
}

static void event_exit(struct kunit *test)
{
	struct fixture *f = test->priv;

	if (f)
		gsp_event_queue_fini(&f->q);
}

static int push(struct fixture *f, u32 fn, u8 byte)
{
	return gsp_event_queue_push(&f->q, fn, &byte, 1);
}

static void in_order_to_everyone(struct kunit *test)
{
	struct fixture *f = test->priv;
	int i;

	gsp_event_subscribe(&f->q, &f->a.sub);
	gsp_event_subscribe(&f->q, &f->b.sub);
	for (i = 0; i < 50; i++) {
		KUNIT_EXPECT_EQ(test, push(f, FN_ERROR_LOG, i), 0);
		KUNIT_EXPECT_EQ(test, push(f, FN_MMU_FAULT, 255), 0);
	}
	gsp_event_queue_flush(&f->q);

	KUNIT_ASSERT_EQ(test, f->a.nr, 50);
	KUNIT_ASSERT_EQ(test, f->b.nr, 50);
	for (i = 0; i < 50; i++)
		KUNIT_EXPECT_EQ(test, f->a.seen[i], i);
}

static void unknown_refused(struct kunit *test)
{
	struct fixture *f = test->priv;

	KUNIT_EXPECT_EQ(test, push(f, 0x1fff, 0), -ENOENT);
	KUNIT_EXPECT_EQ(test, f->q.nr_pending, 0);
}

static void storm_bounded(struct kunit *test)
{
	struct fixture *f = test->priv;
	DECLARE_COMPLETION_ONSTACK(gate);
	int i, lost = 0;

	f->a.gate = &gate;
	gsp_event_subscribe(&f->q, &f->a.sub);
	for (i = 0; i < GSP_EVENT_QUEUE_MAX + 10; i++)
		if (push(f, FN_ERROR_LOG, i) == -ENOBUFS)
			lost++;
	complete_all(&gate);
	gsp_event_queue_flush(&f->q);

	/* one may have left the queue for the handler's hands */
	KUNIT_EXPECT_GE(test, lost, 9);
	KUNIT_EXPECT_EQ(test, f->q.dropped, lost);
	KUNIT_EXPECT_EQ(test, f->a.nr, GSP_EVENT_QUEUE_MAX + 10 - lost);
}

static void nothing_after_unsubscribe(struct kunit *test)
{
	struct fixture *f = test->priv;
	unsigned int before;

	gsp_event_subscribe(&f->q, &f->a.sub);
	push(f, FN_ERROR_LOG, 1);
	gsp_event_unsubscribe(&f->q, &f->a.sub);
	before = f->a.nr;
	push(f, FN_ERROR_LOG, 2);
	gsp_event_queue_flush(&f->q);
	KUNIT_EXPECT_EQ(test, f->a.nr, before);
	KUNIT_EXPECT_LE(test, before, 1);
}

static void unsubscribe_waits_for_handler(struct kunit *test)
{
	struct fixture *f = test->priv;
	DECLARE_COMPLETION_ONSTACK(gate);

	f->a.gate = &gate;
	gsp_event_subscribe(&f->q, &f->a.sub);
	push(f, FN_ERROR_LOG, 1);
	/* let the worker enter the handler */
	while (!mutex_is_locked(&f->q.subs_lock))
		fsleep(1000);
	complete_all(&gate);
	gsp_event_unsubscribe(&f->q, &f->a.sub);
	KUNIT_EXPECT_EQ(test, f->a.nr, 1);
}

static void empty_payload(struct kunit *test)
{
	struct fixture *f = test->priv;

	gsp_event_subscribe(&f->q, &f->a.sub);
	KUNIT_EXPECT_EQ(test, gsp_event_queue_push(&f->q, FN_ERROR_LOG, NULL, 0), 0);
	gsp_event_queue_flush(&f->q);
	KUNIT_EXPECT_EQ(test, f->a.nr, 1);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(in_order_to_everyone),
	KUNIT_CASE(unknown_refused),
	KUNIT_CASE(storm_bounded),
	KUNIT_CASE(nothing_after_unsubscribe),
	KUNIT_CASE(unsubscribe_waits_for_handler),
	KUNIT_CASE(empty_payload),
	{}
};

static struct kunit_suite suite = {
	.name = "gsp_core_event",
	.init = event_init,
	.exit = event_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);
