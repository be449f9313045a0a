// SPDX-License-Identifier: GPL-2.0-only
/*
 * What host and plugin write into their shared memory, and when. The offsets
 * are numbers on purpose: they are the firmware's. The plugin is a thread that
 * looks at plain memory when it is rung.
 */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/sched/task.h>
#include <linux/sizes.h>
#include <linux/unaligned.h>
#include <linux/vmalloc.h>

#include "abi/abi.h"
#include "sriov/plugin.h"

#define TYPE		0x4
#define SEQ		0x8
#define ERROR_GET	56
#define RESPONSE	0x1000
#define RSP_SEQ		(RESPONSE + 4)
#define RSP_RESULT	(RESPONSE + 8)
#define RSP_ERROR_PUT	(RESPONSE + 344)
#define MESSAGE		0x2000
#define ERROR		0x203000
#define TOTAL		0x274000
#define UP		0x4e654a6f
#define SHORT_MS	30
#define LONG_MS		20000

struct fixture {
	struct kunit *test;
	struct gsp_plugin p;
	u8 *mem;
	struct task_struct *thread;
	struct completion rung;
	unsigned int rings;
	/* what the plugin does */
	bool silent;
	bool crash;
	u32 result;
	unsigned int delay_ms;
	/* what it saw */
	u32 type, seq;
	u8 params[16];
	int stopped;
};

static void ring(void *ctx)
{
	struct fixture *f = ctx;

	f->rings++;
	complete(&f->rung);
}

static int stopped(void *ctx)
{
	struct fixture *f = ctx;

	return READ_ONCE(f->stopped);
}

static const struct gsp_plugin_ops ops = { .ring = ring, .stopped = stopped };

static void serve(struct fixture *f)
{
	f->type = get_unaligned_le32(f->mem + TYPE);
	f->seq = get_unaligned_le32(f->mem + SEQ);
	memcpy(f->params, f->mem + MESSAGE, sizeof(f->params));
	if (f->delay_ms)
		msleep(f->delay_ms);
	if (f->crash)
		gsp_plugin_report(&f->p, GSP_PLUGIN_CRASHED);
	if (f->crash || f->silent)
		return;
	put_unaligned_le32(f->result, f->mem + RSP_RESULT);
	/* The result is there before the number is. */
	smp_wmb();
	put_unaligned_le32(f->seq, f->mem + RSP_SEQ);
}

static int plugin_thread(void *arg)
{
	struct fixture *f = arg;

	while (!kthread_should_stop())
		if (!wait_for_completion_interruptible(&f->rung) && !kthread_should_stop())
			serve(f);
	return 0;
}

static int plugin_init(struct kunit *test)
{
	struct fixture *f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);
	struct task_struct *thread;

	test->priv = f;
	if (!f)
		return -ENOMEM;
	f->test = test;
	f->mem = vmalloc(TOTAL);
	if (!f->mem)
		return -ENOMEM;
	/* Whoever had it before left what looks like a plugin that is up. */
	memset(f->mem, 0x5a, TOTAL);
	put_unaligned_le32(UP, f->mem + SEQ);
	init_completion(&f->rung);
	gsp_plugin_init(&f->p, gsp_abi_default()->plugin, &ops, f);
	thread = kthread_run(plugin_thread, f, "fake-plugin");
	if (IS_ERR(thread))
		return PTR_ERR(thread);
	f->thread = thread;
	return gsp_plugin_attach(&f->p, (void __iomem __force *)f->mem);
}

static void plugin_exit(struct kunit *test)
{
	struct fixture *f = test->priv;

	if (!f)
		return;
	if (f->thread) {
		complete_all(&f->rung);
		kthread_stop(f->thread);
	}
	vfree(f->mem);
}

static void memory_is_prepared(struct kunit *test)
{
	struct fixture *f = test->priv;

	KUNIT_EXPECT_EQ(test, get_unaligned_le32(f->mem), 1);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(f->mem + SEQ), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_le64(f->mem + 16), RESPONSE);
	KUNIT_EXPECT_EQ(test, get_unaligned_le64(f->mem + 24), MESSAGE);
	KUNIT_EXPECT_EQ(test, get_unaligned_le64(f->mem + 40), ERROR);
	KUNIT_EXPECT_NULL(test, memchr_inv(f->mem + RESPONSE, 0, SZ_4K));
	KUNIT_EXPECT_NULL(test, memchr_inv(f->mem + 48, 0, SZ_4K - 48));
}

static void up_is_seen(struct kunit *test)
{
	struct fixture *f = test->priv;

	KUNIT_EXPECT_EQ(test, gsp_plugin_wait_up(&f->p, SHORT_MS), -ETIMEDOUT);
	put_unaligned_le32(UP, f->mem + SEQ);
	KUNIT_EXPECT_EQ(test, gsp_plugin_wait_up(&f->p, SHORT_MS), 0);
}

static void up_is_told(struct kunit *test)
{
	struct fixture *f = test->priv;

	gsp_plugin_report(&f->p, GSP_PLUGIN_BOOTLOADED);
	KUNIT_EXPECT_EQ(test, gsp_plugin_wait_up(&f->p, SHORT_MS), 0);
}

static void messages_in_order(struct kunit *test)
{
	struct fixture *f = test->priv;
	const struct gsp_plugin_config config = { .sbdf = 0x00020104, .uuid = { 1, 2, 3 } };

	KUNIT_EXPECT_EQ(test, gsp_plugin_version(&f->p, LONG_MS), 0);
	KUNIT_EXPECT_EQ(test, f->type, 1);
	KUNIT_EXPECT_EQ(test, f->seq, 1);
	KUNIT_EXPECT_EQ(test, gsp_plugin_config(&f->p, &config, LONG_MS), 0);
	KUNIT_EXPECT_EQ(test, f->type, 2);
	KUNIT_EXPECT_EQ(test, f->seq, 2);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(f->params), 0x00030201);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(f->mem + MESSAGE + 16), 0x00020104);
	KUNIT_EXPECT_EQ(test, gsp_plugin_bme(&f->p, true, LONG_MS), 0);
	KUNIT_EXPECT_EQ(test, f->type, 13);
	KUNIT_EXPECT_EQ(test, f->params[0], 1);
	KUNIT_EXPECT_EQ(test, gsp_plugin_reset(&f->p, LONG_MS), 0);
	KUNIT_EXPECT_EQ(test, f->type, 3);
	KUNIT_EXPECT_EQ(test, f->seq, 4);
	KUNIT_EXPECT_EQ(test, f->rings, 4);
}

static void number_skips_zero(struct kunit *test)
{
	struct fixture *f = test->priv;

	f->p.seq = U32_MAX - 1;
	KUNIT_EXPECT_EQ(test, gsp_plugin_reset(&f->p, LONG_MS), 0);
	KUNIT_EXPECT_EQ(test, f->seq, U32_MAX);
	KUNIT_EXPECT_EQ(test, gsp_plugin_reset(&f->p, LONG_MS), 0);
	KUNIT_EXPECT_EQ(test, f->seq, 1);
}

static void slow_answer_is_waited_for(struct kunit *test)
{
	struct fixture *f = test->priv;

	f->delay_ms = 2 * SHORT_MS;
	KUNIT_EXPECT_EQ(test, gsp_plugin_reset(&f->p, LONG_MS), 0);
}

static void refusal(struct kunit *test)
{
	struct fixture *f = test->priv;

	f->result = 0x1f;
	KUNIT_EXPECT_EQ(test, gsp_plugin_version(&f->p, LONG_MS), -EREMOTEIO);
	f->result = 0;
	KUNIT_EXPECT_EQ(test, gsp_plugin_version(&f->p, LONG_MS), 0);
}

static void silence(struct kunit *test)
{
	struct fixture *f = test->priv;

	f->silent = true;
	KUNIT_EXPECT_EQ(test, gsp_plugin_version(&f->p, SHORT_MS), -ETIMEDOUT);
}

/* No wait outlives what it waits for: the deadline is far away. */
static void crash_ends_wait(struct kunit *test)
{
	struct fixture *f = test->priv;

	f->crash = true;
	KUNIT_EXPECT_EQ(test, gsp_plugin_version(&f->p, LONG_MS), -EIO);
	KUNIT_EXPECT_EQ(test, f->rings, 1);
	KUNIT_EXPECT_EQ(test, gsp_plugin_reset(&f->p, LONG_MS), -EIO);
	KUNIT_EXPECT_EQ_MSG(test, f->rings, 1, "nobody is there to be rung");
}

static int stop_later(void *arg)
{
	struct fixture *f = arg;

	msleep(SHORT_MS);
	WRITE_ONCE(f->stopped, -ECANCELED);
	gsp_plugin_wake(&f->p);
	return 0;
}

static void stop_ends_wait(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct task_struct *t = kthread_create(stop_later, f, "fake-stop");

	KUNIT_ASSERT_FALSE(test, IS_ERR(t));
	get_task_struct(t);
	wake_up_process(t);
	KUNIT_EXPECT_EQ(test, gsp_plugin_wait_up(&f->p, LONG_MS), -ECANCELED);
	kthread_stop_put(t);
}

static void unloaded(struct kunit *test)
{
	struct fixture *f = test->priv;

	KUNIT_EXPECT_EQ(test, gsp_plugin_wait_unloaded(&f->p, SHORT_MS), -ETIMEDOUT);
	gsp_plugin_report(&f->p, GSP_PLUGIN_UNLOADED);
	KUNIT_EXPECT_EQ(test, gsp_plugin_wait_unloaded(&f->p, SHORT_MS), 0);
}

/* The memory is used again by another plugin: nothing is left of the first. */
static void attached_again(struct kunit *test)
{
	struct fixture *f = test->priv;

	gsp_plugin_report(&f->p, GSP_PLUGIN_BOOTLOADED);
	gsp_plugin_report(&f->p, GSP_PLUGIN_CRASHED);
	KUNIT_ASSERT_EQ(test, gsp_plugin_attach(&f->p, (void __iomem __force *)f->mem), 0);
	KUNIT_EXPECT_EQ(test, gsp_plugin_wait_up(&f->p, SHORT_MS), -ETIMEDOUT);
	KUNIT_EXPECT_EQ(test, gsp_plugin_version(&f->p, LONG_MS), 0);
	KUNIT_EXPECT_EQ(test, f->seq, 1);
}

static void error_text(struct kunit *test)
{
	struct fixture *f = test->priv;
	char text[16];

	KUNIT_EXPECT_EQ(test, gsp_plugin_error_text(&f->p, text, sizeof(text)), 0);
	memcpy(f->mem + ERROR, "hello", 5);
	put_unaligned_le32(5, f->mem + RSP_ERROR_PUT);
	KUNIT_EXPECT_EQ(test, gsp_plugin_error_text(&f->p, text, sizeof(text)), 5);
	KUNIT_EXPECT_STREQ(test, text, "hello");
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(f->mem + ERROR_GET), 5);

	/* Round the end. */
	put_unaligned_le32(SZ_4K - 2, f->mem + ERROR_GET);
	put_unaligned_le32(2, f->mem + RSP_ERROR_PUT);
	memcpy(f->mem + ERROR + SZ_4K - 2, "AB", 2);
	memcpy(f->mem + ERROR, "CD", 2);
	KUNIT_EXPECT_EQ(test, gsp_plugin_error_text(&f->p, text, sizeof(text)), 4);
	KUNIT_EXPECT_STREQ(test, text, "ABCD");

	/* More than fits comes next time. */
	put_unaligned_le32(0, f->mem + ERROR_GET);
	put_unaligned_le32(100, f->mem + RSP_ERROR_PUT);
	KUNIT_EXPECT_EQ(test, gsp_plugin_error_text(&f->p, text, sizeof(text)), 15);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(f->mem + ERROR_GET), 15);

	/* Nonsense. */
	put_unaligned_le32(SZ_4K, f->mem + RSP_ERROR_PUT);
	KUNIT_EXPECT_EQ(test, gsp_plugin_error_text(&f->p, text, sizeof(text)), 0);
	gsp_plugin_detach(&f->p);
	KUNIT_EXPECT_EQ(test, gsp_plugin_error_text(&f->p, text, sizeof(text)), 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(memory_is_prepared),
	KUNIT_CASE(up_is_seen),
	KUNIT_CASE(up_is_told),
	KUNIT_CASE(messages_in_order),
	KUNIT_CASE(number_skips_zero),
	KUNIT_CASE(slow_answer_is_waited_for),
	KUNIT_CASE(refusal),
	KUNIT_CASE(silence),
	KUNIT_CASE(crash_ends_wait),
	KUNIT_CASE(stop_ends_wait),
	KUNIT_CASE(unloaded),
	KUNIT_CASE(attached_again),
	KUNIT_CASE(error_text),
	{}
};

static struct kunit_suite suite = {
	.name = "gsp_core_sriov_plugin",
	.init = plugin_init,
	.exit = plugin_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);
