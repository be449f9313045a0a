// SPDX-License-Identifier: GPL-2.0-only
/*
 * The transfer engine: ordinary life, states and death. What a firmware can
 * do wrong is in rpc_fault_kunit.c.
 */
#include <kunit/test.h>

#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/string.h>

#include "fake_host.h"

KUNIT_ARRAY_PARAM_DESC(modes, host_modes, name);

static void xfer_normal(struct kunit *test)
{
	struct fake_fw *fw = host_boot(test, fake_fw_echo, NULL);
	int i;

	for (i = 0; i < 200; i++)
		KUNIT_ASSERT_EQ(test, host_call(fw, HOST_FN + i % 20, i, HOST_LONG_MS), 0);
	KUNIT_EXPECT_EQ(test, fw->cmd_seq_errors, 0);
	KUNIT_EXPECT_EQ(test, fw->damaged, 0);
	KUNIT_EXPECT_EQ(test, host_stats(fw).sent, 200);
	KUNIT_EXPECT_EQ(test, host_stats(fw).received, 200);
	KUNIT_EXPECT_EQ(test, host_stats(fw).out_of_order, 0);
	KUNIT_EXPECT_EQ(test, host_stats(fw).orphans, 0);
	KUNIT_EXPECT_EQ(test, fw->asked, 0);
}

/* Request and reply in the same memory; the firmware changes the body. */
static void answer_inverted(struct fake_fw *fw, const struct fake_request *req)
{
	size_t i;

	for (i = 16; i < req->len; i++)
		req->data[i] ^= 0xff;
	fake_fw_echo(fw, req);
}

static void xfer_in_place(struct kunit *test)
{
	struct fake_fw *fw = host_boot(test, answer_inverted, NULL);
	struct gsp_payload reply;
	struct host_small s;

	host_small_init(&s, 0x40);
	reply = s.msg;
	KUNIT_EXPECT_EQ(test, gsp_rpc_xfer(fw->rpc, HOST_FN, &s.msg, &reply, HOST_LONG_MS), 0);
	KUNIT_EXPECT_EQ(test, s.head[15], 0x40);
	KUNIT_EXPECT_EQ(test, s.body[0], 0x41 ^ 0xff);
	KUNIT_EXPECT_EQ(test, s.body[23], 0x41 ^ 0xff);
	KUNIT_EXPECT_EQ(test, s.guard[0], 0xee);
}

static void answer_after_events(struct fake_fw *fw, const struct fake_request *req)
{
	static const u8 payload[] = { 1, 2, 3, 4, 5 };

	fake_fw_send(fw, 0x1003, 0, 0, payload, sizeof(payload));
	fake_fw_send(fw, 0x1fff, 0, 0, payload, 3);
	fake_fw_echo(fw, req);
}

static void xfer_event_between(struct kunit *test)
{
	struct fake_fw *fw = host_boot(test, answer_after_events, NULL);

	KUNIT_EXPECT_EQ(test, host_call(fw, HOST_FN, 9, HOST_LONG_MS), 0);
	KUNIT_EXPECT_EQ(test, fw->events, 2);
	KUNIT_EXPECT_EQ(test, fw->event_fn, 0x1fff);
	KUNIT_EXPECT_EQ(test, fw->event_len, 3);
	KUNIT_EXPECT_EQ(test, fw->event_sum, 6);
}

struct caller {
	struct fake_fw *fw;
	u32 fn;
	u8 seed;
	int calls;
	unsigned int ms;
	int failed;
	int ret;
	struct completion done;
	struct task_struct *task;
};

static int caller_thread(void *data)
{
	struct caller *c = data;
	int i;

	for (i = 0; i < c->calls; i++) {
		c->ret = host_call(c->fw, c->fn, c->seed + 5 * i, c->ms);
		c->failed += !!c->ret;
	}
	complete(&c->done);
	return 0;
}

static void start_caller(struct kunit *test, struct caller *c, struct fake_fw *fw,
			 u32 fn, int calls, unsigned int ms)
{
	*c = (struct caller){ .fw = fw, .fn = fn, .seed = fn, .calls = calls, .ms = ms };
	init_completion(&c->done);
	c->task = kthread_run(caller_thread, c, "caller-%u", fn);
	KUNIT_ASSERT_FALSE(test, IS_ERR(c->task));
}

static void xfer_many_callers(struct kunit *test)
{
	struct fake_fw *fw = host_boot(test, fake_fw_echo, NULL);
	struct caller c[4];
	int i;

	/* Two of them call the same function. */
	for (i = 0; i < ARRAY_SIZE(c); i++)
		start_caller(test, &c[i], fw, HOST_FN + i / 2, 100, HOST_LONG_MS);
	for (i = 0; i < ARRAY_SIZE(c); i++)
		wait_for_completion(&c[i].done);
	for (i = 0; i < ARRAY_SIZE(c); i++)
		KUNIT_EXPECT_EQ_MSG(test, c[i].failed, 0, "caller %d: %d", i, c[i].ret);
	KUNIT_EXPECT_EQ(test, host_stats(fw).received, 400);
	KUNIT_EXPECT_EQ(test, fw->cmd_seq_errors, 0);
	KUNIT_EXPECT_EQ(test, fw->damaged, 0);
}

/* Requests of all sizes around the boundaries, answered with the same. */
static void xfer_sizes(struct kunit *test)
{
	static const size_t lens[] = {
		0, 1, 0xfb0, 0xfb1, HOST_FULL - 1, HOST_FULL, HOST_FULL + 1,
		2 * HOST_FULL - 1, 2 * HOST_FULL, 2 * HOST_FULL + 1, 600000,
	};
	struct fake_fw *fw = host_boot(test, fake_fw_echo, NULL);
	u8 *src = host_mem(test, 600000), *dst = host_mem(test, 600001);
	struct gsp_payload req, reply;
	int i, ret;

	for (i = 0; i < ARRAY_SIZE(lens); i++) {
		size_t head = lens[i] / 3;

		req = (struct gsp_payload){ src, head, src + head, lens[i] - head };
		head = lens[i] / 2;
		reply = (struct gsp_payload){ dst, head, dst + head, lens[i] - head };
		memset(dst, 0xee, 600001);
		fw->expect_len = lens[i];
		ret = gsp_rpc_xfer(fw->rpc, HOST_FN, &req, &reply, HOST_LONG_MS);
		KUNIT_ASSERT_EQ_MSG(test, ret, 0, "length 0x%zx", lens[i]);
		KUNIT_EXPECT_EQ(test, reply.body_len, lens[i] - head);
		KUNIT_EXPECT_EQ(test, memcmp(src, dst, lens[i]), 0);
		KUNIT_EXPECT_EQ(test, dst[lens[i]], 0xee);
	}
	KUNIT_EXPECT_EQ(test, fw->damaged, 0);
	KUNIT_EXPECT_EQ(test, fw->cmd_seq_errors, 0);
	KUNIT_EXPECT_EQ(test, host_stats(fw).orphans, 0);
}

/*
 * The firmware fills the status ring before it reads on, in the middle of a
 * request longer than the command ring: it goes on only when rx drains.
 */
static void flood_then_echo(struct fake_fw *fw, const struct fake_request *req)
{
	static const u8 payload[3000];
	int i;

	if (req->fn == HOST_FN2)
		for (i = 0; i < 300; i++)
			fake_fw_send(fw, 0x1003, 0, 0, payload, sizeof(payload));
	fake_fw_echo(fw, req);
}

static void xfer_drains_while_sending(struct kunit *test)
{
	struct fake_fw *fw = fake_fw_create(test, false);
	u8 *src = host_mem(test, 600000), *dst = host_mem(test, 600000);
	struct gsp_payload req = { .body = src, .body_len = 600000 };
	struct gsp_payload reply = { .body = dst, .body_len = 600000 };

	fake_fw_boot(fw, flood_then_echo, NULL);
	fw->expect_len = 600000;
	/* The flood is the answer to a post; the long request queues up behind it. */
	KUNIT_EXPECT_EQ(test, gsp_rpc_post(fw->rpc, HOST_FN2, NULL), 0);
	memset(dst, 0, 600000);
	KUNIT_EXPECT_EQ(test, gsp_rpc_xfer(fw->rpc, HOST_FN, &req, &reply, HOST_LONG_MS), 0);
	KUNIT_EXPECT_EQ(test, memcmp(src, dst, 600000), 0);
	KUNIT_EXPECT_EQ(test, fw->events, 300);
	KUNIT_EXPECT_EQ(test, host_stats(fw).orphans, 1);	/* the echo of the post */
}

/* ---- states ---- */

static void record_posts(struct fake_fw *fw, const struct fake_request *req)
{
	u32 *seen = fw->arg;

	if (fw->cmds <= 2) {
		seen[2 * fw->cmds - 2] = req->fn;
		seen[2 * fw->cmds - 1] = req->sequence;
	} else {
		seen[4] = req->sequence;
		fake_fw_echo(fw, req);
	}
}

/* Two posts are queued before the firmware runs; they carry sequence 0. */
static void xfer_posts_before_boot(struct kunit *test)
{
	struct fake_fw *fw = fake_fw_create(test, false);
	u32 seen[5] = {};
	struct host_small s;

	host_small_init(&s, 7);
	KUNIT_EXPECT_EQ(test, gsp_rpc_post(fw->rpc, 72, &s.msg), 0);
	KUNIT_EXPECT_EQ(test, gsp_rpc_post(fw->rpc, 73, &s.msg), 0);
	KUNIT_EXPECT_EQ(test, host_call(fw, HOST_FN, 1, HOST_LONG_MS), -EAGAIN);
	fake_fw_boot(fw, record_posts, seen);
	KUNIT_EXPECT_EQ(test, host_call(fw, HOST_FN, 1, HOST_LONG_MS), 0);
	KUNIT_EXPECT_EQ(test, seen[0], 72);
	KUNIT_EXPECT_EQ(test, seen[2], 73);
	KUNIT_EXPECT_EQ(test, seen[1], 0);
	KUNIT_EXPECT_EQ(test, seen[3], 0);
	KUNIT_EXPECT_NE(test, seen[4], 0);
	KUNIT_EXPECT_EQ(test, fw->cmds, 3);
	KUNIT_EXPECT_EQ(test, fw->cmd_seq_errors, 0);
}

static bool have_event(void *arg)
{
	struct fake_fw *fw = arg;

	return READ_ONCE(fw->events) > 0;
}

static void xfer_wait_for_event(struct kunit *test)
{
	struct fake_fw *fw = fake_fw_create(test, false);

	KUNIT_EXPECT_EQ(test, gsp_rpc_wait(fw->rpc, have_event, fw, HOST_SHORT_MS), -ETIMEDOUT);
	KUNIT_EXPECT_EQ(test, fw->asked, 1);
	fake_fw_boot(fw, answer_after_events, NULL);
	KUNIT_EXPECT_EQ(test, gsp_rpc_post(fw->rpc, 72, NULL), 0);
	KUNIT_EXPECT_EQ(test, gsp_rpc_wait(fw->rpc, have_event, fw, HOST_LONG_MS), 0);
	fw->events = 0;
	fw->alive = false;
	KUNIT_EXPECT_EQ(test, gsp_rpc_wait(fw->rpc, have_event, fw, HOST_SHORT_MS), 0 - EIO);
	host_expect_dead(test, fw, GSP_RPC_DEATH_SILENT);
}

static void xfer_stop_and_restart(struct kunit *test)
{
	struct fake_fw *fw = fake_fw_create(test, false);

	KUNIT_EXPECT_EQ(test, gsp_rpc_start(fw->rpc), -EBUSY);
	fake_fw_boot(fw, answer_after_events, NULL);
	KUNIT_EXPECT_EQ(test, host_call(fw, HOST_FN, 1, HOST_LONG_MS), 0);
	gsp_rpc_stop(fw->rpc);
	KUNIT_EXPECT_EQ(test, host_call(fw, HOST_FN, 1, HOST_LONG_MS), -EIO);
	KUNIT_EXPECT_EQ(test, gsp_rpc_post(fw->rpc, HOST_FN, NULL), -EIO);

	/* What is said now is dropped quietly. */
	fake_fw_send(fw, 0x1003, 0, 0, NULL, 0);
	gsp_rpc_poll(fw->rpc);
	KUNIT_EXPECT_EQ(test, fw->events, 2);
	KUNIT_EXPECT_EQ(test, gsp_ring_room(&fw->stat), 62);

	fake_fw_halt(fw);
	KUNIT_ASSERT_EQ(test, gsp_rpc_start(fw->rpc), 0);
	KUNIT_EXPECT_EQ(test, gsp_rpc_state(fw->rpc), GSP_RPC_BOOTING);
	fw->cmds = 0;
	fw->stat_seq = 0;
	fake_fw_boot(fw, fake_fw_echo, NULL);
	host_expect_alive(test, fw);
	KUNIT_EXPECT_EQ(test, fw->cmd_seq_errors, 0);
}

static void xfer_arguments(struct kunit *test)
{
	struct fake_fw *fw = fake_fw_create(test, false);
	struct gsp_payload big = { .body = fw, .body_len = GSP_RPC_MAX_PAYLOAD + 1 };

	fake_fw_boot(fw, fake_fw_echo, NULL);
	KUNIT_EXPECT_EQ(test, host_call(fw, FAKE_CONTINUATION, 1, HOST_LONG_MS), -EINVAL);
	KUNIT_EXPECT_EQ(test, host_call(fw, 0x1001, 1, HOST_LONG_MS), -EINVAL);
	KUNIT_EXPECT_EQ(test, host_call(fw, 256, 1, HOST_LONG_MS), -EINVAL);
	KUNIT_EXPECT_EQ(test, gsp_rpc_post(fw->rpc, HOST_FN, &big), -EMSGSIZE);
	KUNIT_EXPECT_EQ(test, gsp_rpc_xfer(fw->rpc, HOST_FN, NULL, &big, HOST_LONG_MS), -EMSGSIZE);
	KUNIT_EXPECT_EQ(test, fw->cmds, 0);
	host_expect_alive(test, fw);
}

/* ---- death ---- */

static void xfer_kill_while_waiting(struct kunit *test)
{
	struct fake_fw *fw = host_boot(test, host_no_answer, NULL);
	unsigned long before = jiffies;
	struct caller c[3];
	int i;

	for (i = 0; i < ARRAY_SIZE(c); i++)
		start_caller(test, &c[i], fw, HOST_FN + i, 1, 10 * HOST_LONG_MS);
	msleep(HOST_SHORT_MS);
	gsp_rpc_kill(fw->rpc, GSP_RPC_DEATH_GONE);
	gsp_rpc_kill(fw->rpc, GSP_RPC_DEATH_CRASHED);
	for (i = 0; i < ARRAY_SIZE(c); i++) {
		wait_for_completion(&c[i].done);
		KUNIT_EXPECT_EQ(test, c[i].ret, -ENODEV);
	}
	KUNIT_EXPECT_TRUE(test, time_before(jiffies, before + msecs_to_jiffies(HOST_LONG_MS)));
	KUNIT_EXPECT_EQ(test, fw->asked, 0);
	host_expect_dead(test, fw, GSP_RPC_DEATH_GONE);
}

/* Whoever waits when the channel stops has nothing left to wait for. */
static void xfer_stop_while_waiting(struct kunit *test)
{
	struct fake_fw *fw = host_boot(test, host_no_answer, NULL);
	unsigned long before = jiffies;
	struct caller c;

	start_caller(test, &c, fw, HOST_FN, 1, 10 * HOST_LONG_MS);
	while (!READ_ONCE(fw->cmds))
		usleep_range(500, 1000);
	gsp_rpc_stop(fw->rpc);
	wait_for_completion(&c.done);
	KUNIT_EXPECT_EQ(test, c.ret, -EIO);
	KUNIT_EXPECT_TRUE(test, time_before(jiffies, before + msecs_to_jiffies(HOST_LONG_MS)));
	KUNIT_EXPECT_EQ(test, gsp_rpc_state(fw->rpc), GSP_RPC_STOPPING);
	KUNIT_EXPECT_EQ(test, fw->deaths, 0);
}

static void kill_on_event(struct fake_fw *fw, u32 fn)
{
	gsp_rpc_kill(fw->rpc, GSP_RPC_DEATH_CRASHED);
}

static void event_only(struct fake_fw *fw, const struct fake_request *req)
{
	fake_fw_send(fw, 0x1006, 0, 0, NULL, 0);
}

/* The event callback finds that the firmware crashed. */
static void xfer_kill_from_event(struct kunit *test)
{
	struct fake_fw *fw = host_boot(test, event_only, NULL);

	fw->on_event = kill_on_event;
	KUNIT_EXPECT_EQ(test, host_call(fw, HOST_FN, 4, HOST_LONG_MS), -EIO);
	host_expect_dead(test, fw, GSP_RPC_DEATH_CRASHED);
	KUNIT_EXPECT_EQ(test, fw->events, 1);
}

static void stop_in_the_middle(struct fake_fw *fw, const struct fake_request *req)
{
}

/* The firmware reads no more while a request is longer than the ring. */
static void xfer_tx_stuck(struct kunit *test)
{
	struct fake_fw *fw = fake_fw_create(test, false);
	u8 *src = host_mem(test, 600000);
	struct gsp_payload req = { .body = src, .body_len = 600000 }, reply = {};

	fake_fw_boot(fw, stop_in_the_middle, NULL);
	fake_fw_halt(fw);
	KUNIT_EXPECT_EQ(test, gsp_rpc_xfer(fw->rpc, HOST_FN, &req, &reply, HOST_SHORT_MS), -EIO);
	KUNIT_EXPECT_EQ(test, fw->asked, 1);
	host_expect_dead(test, fw, GSP_RPC_DEATH_TX_STUCK);
}

/* The ring is full of requests: whoever comes next waits no longer than it said. */
static void xfer_ring_full(struct kunit *test)
{
	struct fake_fw *fw = fake_fw_create(test, false);
	int i;

	for (i = 0; i < 62; i++)
		KUNIT_ASSERT_EQ(test, gsp_rpc_post(fw->rpc, 72, NULL), 0);
	gsp_rpc_run(fw->rpc);
	KUNIT_EXPECT_EQ(test, host_call(fw, HOST_FN, 4, HOST_SHORT_MS), -ETIMEDOUT);
	fake_fw_boot(fw, host_no_answer, NULL);
	/* Nothing was sent, so nothing is owed. */
	host_expect_alive(test, fw);
	KUNIT_EXPECT_EQ(test, fw->cmds, 63);
}

/* Without lockdep, which would report it first, the RPC is refused. */
static void call_on_event(struct fake_fw *fw, u32 fn)
{
	fw->event_sum = gsp_rpc_post(fw->rpc, HOST_FN, NULL);
	gsp_rpc_poll(fw->rpc);
}

static void xfer_from_event(struct kunit *test)
{
	struct fake_fw *fw;

	if (IS_ENABLED(CONFIG_LOCKDEP))
		kunit_skip(test, "lockdep reports it, and is off afterwards");
	fw = fake_fw_create(test, false);
	fw->on_event = call_on_event;
	fake_fw_boot(fw, answer_after_events, NULL);
	KUNIT_EXPECT_EQ(test, host_call(fw, HOST_FN, 4, HOST_LONG_MS), 0);
	KUNIT_EXPECT_EQ(test, (int)fw->event_sum, -EDEADLK);
}

static struct kunit_case xfer_cases[] = {
	KUNIT_CASE_PARAM(xfer_normal, modes_gen_params),
	KUNIT_CASE_PARAM(xfer_in_place, modes_gen_params),
	KUNIT_CASE_PARAM(xfer_event_between, modes_gen_params),
	KUNIT_CASE_PARAM(xfer_many_callers, modes_gen_params),
	KUNIT_CASE_PARAM(xfer_sizes, modes_gen_params),
	KUNIT_CASE(xfer_drains_while_sending),
	KUNIT_CASE(xfer_posts_before_boot),
	KUNIT_CASE(xfer_wait_for_event),
	KUNIT_CASE(xfer_stop_and_restart),
	KUNIT_CASE(xfer_arguments),
	KUNIT_CASE_PARAM(xfer_kill_while_waiting, modes_gen_params),
	KUNIT_CASE_PARAM(xfer_stop_while_waiting, modes_gen_params),
	KUNIT_CASE_PARAM(xfer_kill_from_event, modes_gen_params),
	KUNIT_CASE(xfer_tx_stuck),
	KUNIT_CASE(xfer_ring_full),
	KUNIT_CASE(xfer_from_event),
	{}
};

static struct kunit_suite xfer_suite = {
	.name = "gsp_rpc_xfer",
	.test_cases = xfer_cases,
};

kunit_test_suite(xfer_suite);
