// SPDX-License-Identifier: GPL-2.0-only
/*
 * The transfer engine against a fake firmware.
 *
 * Deadlines that are to be met are long, those that are to pass are short, so
 * that a slow machine changes the time a test takes but not its result.
 */
#include <kunit/test.h>

#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/prandom.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/unaligned.h>
#include <linux/vmalloc.h>

#include "fake_fw.h"

#define LONG_MS		20000
#define SHORT_MS	60
#define FN		76
#define FN2		103
#define MAX_PAYLOAD	0xffb0u

static void free_mem(void *mem)
{
	vfree(mem);
}

static u8 *get_mem(struct kunit *test, size_t size)
{
	u8 *mem = vzalloc(size);
	size_t i;

	KUNIT_ASSERT_NOT_NULL(test, mem);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, free_mem, mem), 0);
	for (i = 0; i < size; i++)
		mem[i] = i * 13 + (i >> 8) + 5;
	return mem;
}

/* A call with a 16-byte head and a 24-byte body, echoed by a good firmware. */
struct small {
	u8 head[16];
	u8 body[24];
	u8 guard[8];
	struct gsp_payload msg;
};

static void init_small(struct small *s, u8 seed)
{
	memset(s->head, seed, sizeof(s->head));
	memset(s->body, seed + 1, sizeof(s->body));
	memset(s->guard, 0xee, sizeof(s->guard));
	s->msg = (struct gsp_payload){ s->head, sizeof(s->head), s->body, sizeof(s->body) };
}

static int call_small(struct fake_fw *fw, u32 fn, u8 seed, unsigned int ms)
{
	struct small req, reply;
	int ret;

	init_small(&req, seed);
	init_small(&reply, 0);
	ret = gsp_rpc_xfer(fw->rpc, fn, &req.msg, &reply.msg, ms);
	if (memchr_inv(reply.guard, 0xee, sizeof(reply.guard)))
		return -EOVERFLOW;
	if (ret)
		return ret;
	if (reply.msg.body_len != 24 || memcmp(req.head, reply.head, 16) ||
	    memcmp(req.body, reply.body, 24))
		return -EBADMSG;
	return 0;
}

static struct gsp_rpc_stats stats_of(struct fake_fw *fw)
{
	struct gsp_rpc_stats stats;

	gsp_rpc_get_stats(fw->rpc, &stats);
	return stats;
}

/* The engine still works: what every test of a survivable fault ends with. */
static void expect_alive(struct kunit *test, struct fake_fw *fw)
{
	WRITE_ONCE(fw->handler, fake_fw_echo);
	KUNIT_EXPECT_EQ(test, call_small(fw, FN, 0x33, LONG_MS), 0);
	KUNIT_EXPECT_EQ(test, gsp_rpc_state(fw->rpc), GSP_RPC_RUNNING);
	KUNIT_EXPECT_EQ(test, fw->deaths, 0);
}

static void expect_dead(struct kunit *test, struct fake_fw *fw, enum gsp_rpc_death why)
{
	KUNIT_EXPECT_EQ(test, gsp_rpc_state(fw->rpc), GSP_RPC_DEAD);
	KUNIT_EXPECT_STREQ(test, gsp_rpc_death_text(gsp_rpc_death(fw->rpc)),
			   gsp_rpc_death_text(why));
	KUNIT_EXPECT_EQ(test, fw->deaths, 1);
	KUNIT_EXPECT_EQ(test, fw->death, why);
	KUNIT_EXPECT_EQ(test, call_small(fw, FN, 1, LONG_MS),
			why == GSP_RPC_DEATH_GONE ? -ENODEV : -EIO);
	KUNIT_EXPECT_NE(test, gsp_rpc_start(fw->rpc), 0);
}

/* ---- ordinary life; each of these with and without echo, polling and not ---- */

struct mode {
	const char *name;
	bool echo;
	bool irq;
};

static const struct mode modes[] = {
	{ "function, polling", false, false },
	{ "function, interrupt", false, true },
	{ "sequence, polling", true, false },
	{ "sequence, interrupt", true, true },
};

KUNIT_ARRAY_PARAM_DESC(modes, modes, name);

static struct fake_fw *boot_mode(struct kunit *test, fake_handler handler, void *arg)
{
	const struct mode *mode = test->param_value;
	struct fake_fw *fw = fake_fw_create(test, mode->echo);

	fw->irq = mode->irq;
	gsp_rpc_set_irq(fw->rpc, mode->irq);
	fake_fw_boot(fw, handler, arg);
	return fw;
}

static void xfer_normal(struct kunit *test)
{
	struct fake_fw *fw = boot_mode(test, fake_fw_echo, NULL);
	int i;

	for (i = 0; i < 200; i++)
		KUNIT_ASSERT_EQ(test, call_small(fw, FN + i % 20, i, LONG_MS), 0);
	KUNIT_EXPECT_EQ(test, fw->cmd_seq_errors, 0);
	KUNIT_EXPECT_EQ(test, fw->damaged, 0);
	KUNIT_EXPECT_EQ(test, stats_of(fw).sent, 200);
	KUNIT_EXPECT_EQ(test, stats_of(fw).received, 200);
	KUNIT_EXPECT_EQ(test, stats_of(fw).out_of_order, 0);
	KUNIT_EXPECT_EQ(test, stats_of(fw).orphans, 0);
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
	struct fake_fw *fw = boot_mode(test, answer_inverted, NULL);
	struct gsp_payload reply;
	struct small s;

	init_small(&s, 0x40);
	reply = s.msg;
	KUNIT_EXPECT_EQ(test, gsp_rpc_xfer(fw->rpc, FN, &s.msg, &reply, LONG_MS), 0);
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
	struct fake_fw *fw = boot_mode(test, answer_after_events, NULL);

	KUNIT_EXPECT_EQ(test, call_small(fw, FN, 9, LONG_MS), 0);
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
		c->ret = call_small(c->fw, c->fn, c->seed + 5 * i, c->ms);
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
	struct fake_fw *fw = boot_mode(test, fake_fw_echo, NULL);
	struct caller c[4];
	int i;

	/* Two of them call the same function. */
	for (i = 0; i < ARRAY_SIZE(c); i++)
		start_caller(test, &c[i], fw, FN + i / 2, 100, LONG_MS);
	for (i = 0; i < ARRAY_SIZE(c); i++)
		wait_for_completion(&c[i].done);
	for (i = 0; i < ARRAY_SIZE(c); i++)
		KUNIT_EXPECT_EQ_MSG(test, c[i].failed, 0, "caller %d: %d", i, c[i].ret);
	KUNIT_EXPECT_EQ(test, stats_of(fw).received, 400);
	KUNIT_EXPECT_EQ(test, fw->cmd_seq_errors, 0);
	KUNIT_EXPECT_EQ(test, fw->damaged, 0);
}

/* Requests of all sizes around the boundaries, answered with the same. */
static void xfer_sizes(struct kunit *test)
{
	static const size_t lens[] = {
		0, 1, 0xfb0, 0xfb1, MAX_PAYLOAD - 1, MAX_PAYLOAD, MAX_PAYLOAD + 1,
		2 * MAX_PAYLOAD - 1, 2 * MAX_PAYLOAD, 2 * MAX_PAYLOAD + 1, 600000,
	};
	struct fake_fw *fw = boot_mode(test, fake_fw_echo, NULL);
	u8 *src = get_mem(test, 600000), *dst = get_mem(test, 600001);
	struct gsp_payload req, reply;
	int i;

	for (i = 0; i < ARRAY_SIZE(lens); i++) {
		size_t head = lens[i] / 3;

		req = (struct gsp_payload){ src, head, src + head, lens[i] - head };
		head = lens[i] / 2;
		reply = (struct gsp_payload){ dst, head, dst + head, lens[i] - head };
		memset(dst, 0xee, 600001);
		fw->expect_len = lens[i];
		KUNIT_ASSERT_EQ_MSG(test, gsp_rpc_xfer(fw->rpc, FN, &req, &reply, LONG_MS), 0,
				    "length 0x%zx", lens[i]);
		KUNIT_EXPECT_EQ(test, reply.body_len, lens[i] - head);
		KUNIT_EXPECT_EQ(test, memcmp(src, dst, lens[i]), 0);
		KUNIT_EXPECT_EQ(test, dst[lens[i]], 0xee);
	}
	KUNIT_EXPECT_EQ(test, fw->damaged, 0);
	KUNIT_EXPECT_EQ(test, fw->cmd_seq_errors, 0);
	KUNIT_EXPECT_EQ(test, stats_of(fw).orphans, 0);
}

/*
 * The firmware fills the status ring before it reads on, in the middle of a
 * request longer than the command ring: it goes on only when rx drains.
 */
static void flood_then_echo(struct fake_fw *fw, const struct fake_request *req)
{
	static const u8 payload[3000];
	int i;

	if (req->fn == FN2)
		for (i = 0; i < 300; i++)
			fake_fw_send(fw, 0x1003, 0, 0, payload, sizeof(payload));
	fake_fw_echo(fw, req);
}

static void xfer_drains_while_sending(struct kunit *test)
{
	struct fake_fw *fw = fake_fw_create(test, false);
	u8 *src = get_mem(test, 600000), *dst = get_mem(test, 600000);
	struct gsp_payload req = { .body = src, .body_len = 600000 };
	struct gsp_payload reply = { .body = dst, .body_len = 600000 };

	fake_fw_boot(fw, flood_then_echo, NULL);
	fw->expect_len = 600000;
	/* The flood is the answer to a post; the long request queues up behind it. */
	KUNIT_EXPECT_EQ(test, gsp_rpc_post(fw->rpc, FN2, NULL), 0);
	memset(dst, 0, 600000);
	KUNIT_EXPECT_EQ(test, gsp_rpc_xfer(fw->rpc, FN, &req, &reply, LONG_MS), 0);
	KUNIT_EXPECT_EQ(test, memcmp(src, dst, 600000), 0);
	KUNIT_EXPECT_EQ(test, fw->events, 300);
	KUNIT_EXPECT_EQ(test, stats_of(fw).orphans, 1);	/* the echo of the post */
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
	struct small s;

	init_small(&s, 7);
	KUNIT_EXPECT_EQ(test, gsp_rpc_post(fw->rpc, 72, &s.msg), 0);
	KUNIT_EXPECT_EQ(test, gsp_rpc_post(fw->rpc, 73, &s.msg), 0);
	KUNIT_EXPECT_EQ(test, call_small(fw, FN, 1, LONG_MS), -EAGAIN);
	fake_fw_boot(fw, record_posts, seen);
	KUNIT_EXPECT_EQ(test, call_small(fw, FN, 1, LONG_MS), 0);
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

	KUNIT_EXPECT_EQ(test, gsp_rpc_wait(fw->rpc, have_event, fw, SHORT_MS), -ETIMEDOUT);
	KUNIT_EXPECT_EQ(test, fw->asked, 1);
	fake_fw_boot(fw, answer_after_events, NULL);
	KUNIT_EXPECT_EQ(test, gsp_rpc_post(fw->rpc, 72, NULL), 0);
	KUNIT_EXPECT_EQ(test, gsp_rpc_wait(fw->rpc, have_event, fw, LONG_MS), 0);
	fw->events = 0;
	fw->alive = false;
	KUNIT_EXPECT_EQ(test, gsp_rpc_wait(fw->rpc, have_event, fw, SHORT_MS), 0 - EIO);
	expect_dead(test, fw, GSP_RPC_DEATH_SILENT);
}

static void xfer_stop_and_restart(struct kunit *test)
{
	struct fake_fw *fw = fake_fw_create(test, false);

	KUNIT_EXPECT_EQ(test, gsp_rpc_start(fw->rpc), -EBUSY);
	fake_fw_boot(fw, answer_after_events, NULL);
	KUNIT_EXPECT_EQ(test, call_small(fw, FN, 1, LONG_MS), 0);
	gsp_rpc_stop(fw->rpc);
	KUNIT_EXPECT_EQ(test, call_small(fw, FN, 1, LONG_MS), -EIO);
	KUNIT_EXPECT_EQ(test, gsp_rpc_post(fw->rpc, FN, NULL), -EIO);

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
	expect_alive(test, fw);
	KUNIT_EXPECT_EQ(test, fw->cmd_seq_errors, 0);
}

static void xfer_arguments(struct kunit *test)
{
	struct fake_fw *fw = fake_fw_create(test, false);
	struct gsp_payload big = { .body = fw, .body_len = GSP_RPC_MAX_PAYLOAD + 1 };

	fake_fw_boot(fw, fake_fw_echo, NULL);
	KUNIT_EXPECT_EQ(test, call_small(fw, FAKE_CONTINUATION, 1, LONG_MS), -EINVAL);
	KUNIT_EXPECT_EQ(test, call_small(fw, 0x1001, 1, LONG_MS), -EINVAL);
	KUNIT_EXPECT_EQ(test, call_small(fw, 256, 1, LONG_MS), -EINVAL);
	KUNIT_EXPECT_EQ(test, gsp_rpc_post(fw->rpc, FN, &big), -EMSGSIZE);
	KUNIT_EXPECT_EQ(test, gsp_rpc_xfer(fw->rpc, FN, NULL, &big, LONG_MS), -EMSGSIZE);
	KUNIT_EXPECT_EQ(test, fw->cmds, 0);
	expect_alive(test, fw);
}

/* ---- replies that are late, lost, or wrong ---- */

static void no_answer(struct fake_fw *fw, const struct fake_request *req)
{
}

static void xfer_late_reply(struct kunit *test)
{
	struct fake_fw *fw = boot_mode(test, no_answer, NULL);
	const struct mode *mode = test->param_value;
	u32 seq;

	KUNIT_EXPECT_EQ(test, call_small(fw, FN, 1, SHORT_MS), -ETIMEDOUT);
	KUNIT_EXPECT_EQ(test, fw->asked, 1);
	seq = fw->req.sequence;
	fw->handler = fake_fw_echo;
	if (!mode->echo) {
		/* Its answer would pass for ours; other functions are fine. */
		KUNIT_EXPECT_EQ(test, call_small(fw, FN, 2, LONG_MS), -EBUSY);
		KUNIT_EXPECT_EQ(test, call_small(fw, FN2, 2, LONG_MS), 0);
		KUNIT_EXPECT_EQ(test, call_small(fw, FN, 2, LONG_MS), -EBUSY);
	}
	/* Full of bytes that nobody may see. */
	fake_fw_send(fw, FN, seq, 0, fw->req.data, 40);
	KUNIT_EXPECT_EQ(test, call_small(fw, FN, 3, LONG_MS), 0);
	KUNIT_EXPECT_EQ(test, stats_of(fw).late, 1);
	KUNIT_EXPECT_EQ(test, stats_of(fw).orphans, 0);
	expect_alive(test, fw);
}

/* It comes while the caller gives up: answer or timeout, but nothing in between. */
static void answer_at_deadline(struct fake_fw *fw, const struct fake_request *req)
{
	static unsigned int us;

	us = (us + 137) % 2000;
	msleep(4);
	usleep_range(us, us + 1);
	fake_fw_echo(fw, req);
}

static void xfer_race_with_deadline(struct kunit *test)
{
	struct fake_fw *fw = boot_mode(test, answer_at_deadline, NULL);
	int i, ret;

	for (i = 0; i < 100; i++) {
		ret = call_small(fw, FN, i, 5);
		if (ret && ret != -ETIMEDOUT && ret != -EBUSY)
			KUNIT_FAIL(test, "call %d: %d", i, ret);
	}
	fw->handler = fake_fw_echo;
	msleep(20);
	KUNIT_EXPECT_EQ(test, gsp_rpc_state(fw->rpc), GSP_RPC_RUNNING);
	KUNIT_EXPECT_EQ(test, call_small(fw, FN2, 1, LONG_MS), 0);
	KUNIT_EXPECT_EQ(test, call_small(fw, FN, 1, LONG_MS), 0);
	KUNIT_EXPECT_EQ(test, stats_of(fw).orphans, 0);
}

static void xfer_lost_and_dead(struct kunit *test)
{
	struct fake_fw *fw = boot_mode(test, no_answer, NULL);

	fw->alive = false;
	KUNIT_EXPECT_EQ(test, call_small(fw, FN, 1, SHORT_MS), -EIO);
	KUNIT_EXPECT_EQ(test, fw->asked, 1);
	expect_dead(test, fw, GSP_RPC_DEATH_SILENT);
}

/* No interrupt comes although one is armed: slow, but answered and counted. */
static void xfer_missed_interrupt(struct kunit *test)
{
	struct fake_fw *fw = fake_fw_create(test, false);

	gsp_rpc_set_irq(fw->rpc, true);
	fake_fw_boot(fw, fake_fw_echo, NULL);
	KUNIT_EXPECT_EQ(test, call_small(fw, FN, 1, 10 * SHORT_MS), 0);
	KUNIT_EXPECT_EQ(test, stats_of(fw).missed_irq, 1);
	KUNIT_EXPECT_EQ(test, fw->asked, 0);
}

/* A reply that is not as long as it should be. */
struct wrong_len {
	const char *name;
	size_t len;
	int want;
	size_t body_len;
};

static const struct wrong_len wrong_lens[] = {
	{ "empty", 0, -EPROTO },
	{ "head cut short", 15, -EPROTO },
	{ "head only", 16, 0, 0 },
	{ "body cut short", 39, 0, 23 },
	{ "exact", 40, 0, 24 },
	{ "one byte more", 41, -EMSGSIZE },
	{ "a full message", MAX_PAYLOAD, -EMSGSIZE },
	{ "many messages", 200000, -EMSGSIZE },
};

KUNIT_ARRAY_PARAM_DESC(wrong_lens, wrong_lens, name);

static void answer_with_len(struct fake_fw *fw, const struct fake_request *req)
{
	const struct wrong_len *w = fw->arg;

	fake_fw_reply(fw, req, fw->req.data, w->len);
}

static void xfer_reply_length(struct kunit *test)
{
	const struct wrong_len *w = test->param_value;
	struct fake_fw *fw = fake_fw_create(test, false);
	struct small s;

	fake_fw_boot(fw, answer_with_len, (void *)w);
	init_small(&s, 5);
	KUNIT_EXPECT_EQ(test, gsp_rpc_xfer(fw->rpc, FN, NULL, &s.msg, LONG_MS), w->want);
	if (!w->want)
		KUNIT_EXPECT_EQ(test, s.msg.body_len, w->body_len);
	KUNIT_EXPECT_EQ(test, s.guard[0], 0xee);
	expect_alive(test, fw);
	/* The remains of an answer that was too long go nowhere. */
	KUNIT_EXPECT_EQ(test, stats_of(fw).orphans, w->len > MAX_PAYLOAD ? 3 : 0);
}

/* A long answer stops after its first, full record. */
static void xfer_reply_broken_off(struct kunit *test)
{
	static const struct wrong_len full = { .len = MAX_PAYLOAD };
	struct fake_fw *fw = fake_fw_create(test, false);
	u8 *dst = get_mem(test, 3 * MAX_PAYLOAD);
	struct gsp_payload reply = { .body = dst, .body_len = 3 * MAX_PAYLOAD };
	struct gsp_msg record = { .fn = FAKE_CONTINUATION };

	fake_fw_boot(fw, answer_with_len, (void *)&full);
	KUNIT_EXPECT_EQ(test, gsp_rpc_xfer(fw->rpc, FN, NULL, &reply, SHORT_MS), -EPROTO);
	/* Its second record comes when nobody waits: no caller, no harm. */
	vfree(vzalloc(SZ_4K));
	KUNIT_EXPECT_TRUE(test, fake_fw_put(fw, &record, fw->req.data, 100, NULL));
	expect_alive(test, fw);
	KUNIT_EXPECT_EQ(test, stats_of(fw).orphans, 1);
}

static void full_then_event(struct fake_fw *fw, const struct fake_request *req)
{
	fake_fw_reply(fw, req, fw->req.data, MAX_PAYLOAD);
	fake_fw_send(fw, 0x1003, 0, 0, NULL, 0);
}

/* An answer of exactly one full message ends with the next thing that is said. */
static void xfer_reply_full_message(struct kunit *test)
{
	struct fake_fw *fw = fake_fw_create(test, false);
	u8 *dst = get_mem(test, 2 * MAX_PAYLOAD);
	struct gsp_payload reply = { .body = dst, .body_len = 2 * MAX_PAYLOAD };

	fake_fw_boot(fw, full_then_event, NULL);
	KUNIT_EXPECT_EQ(test, gsp_rpc_xfer(fw->rpc, FN, NULL, &reply, LONG_MS), 0);
	KUNIT_EXPECT_EQ(test, reply.body_len, MAX_PAYLOAD);
	expect_alive(test, fw);
	KUNIT_EXPECT_EQ(test, fw->events, 1);
}

static void answer_error(struct fake_fw *fw, const struct fake_request *req)
{
	fake_fw_send(fw, req->fn, req->sequence, 0x55, NULL, 0);
}

static void xfer_error_status(struct kunit *test)
{
	struct fake_fw *fw = boot_mode(test, answer_error, NULL);
	struct small s;

	init_small(&s, 5);
	KUNIT_EXPECT_EQ(test, gsp_rpc_xfer(fw->rpc, FN, NULL, &s.msg, LONG_MS), -EREMOTEIO);
	KUNIT_EXPECT_EQ(test, s.msg.result, 0x55);
	fake_fw_send(fw, 0x1003, 0, 1, NULL, 0);	/* an event can't have failed */
	expect_alive(test, fw);
	KUNIT_EXPECT_EQ(test, fw->events, 0);
	KUNIT_EXPECT_EQ(test, stats_of(fw).bad_result, 1);
}

static void answer_other_function(struct fake_fw *fw, const struct fake_request *req)
{
	fake_fw_send(fw, FN2, req->sequence, 0, req->data, req->len);
	fake_fw_send(fw, 0xabc, req->sequence, 0, req->data, req->len);
	fake_fw_send(fw, FAKE_CONTINUATION, req->sequence, 0, req->data, req->len);
	fake_fw_echo(fw, req);
}

/* Functions nobody called, known or not, are thrown away; the answer still counts. */
static void xfer_unknown_function(struct kunit *test)
{
	struct fake_fw *fw = fake_fw_create(test, false);

	fake_fw_boot(fw, answer_other_function, NULL);
	KUNIT_EXPECT_EQ(test, call_small(fw, FN, 4, LONG_MS), 0);
	KUNIT_EXPECT_EQ(test, stats_of(fw).orphans, 3);
	KUNIT_EXPECT_EQ(test, fw->events, 0);
	expect_alive(test, fw);
}

static void answer_wrong_sequence(struct fake_fw *fw, const struct fake_request *req)
{
	fake_fw_send(fw, req->fn, req->sequence + 100, 0, req->data, req->len);
}

static void xfer_wrong_sequence(struct kunit *test)
{
	struct fake_fw *fw = boot_mode(test, answer_wrong_sequence, NULL);
	const struct mode *mode = test->param_value;

	if (mode->echo) {
		KUNIT_EXPECT_EQ(test, call_small(fw, FN, 4, SHORT_MS), -ETIMEDOUT);
		KUNIT_EXPECT_EQ(test, stats_of(fw).orphans, 1);
	} else {
		/* Such firmware says nothing by it. */
		KUNIT_EXPECT_EQ(test, call_small(fw, FN, 4, LONG_MS), 0);
	}
	expect_alive(test, fw);
}

/* ---- spoiled messages ---- */

struct spoiled {
	const char *name;
	struct fake_bend bend;
	int want;
	enum gsp_rpc_death death;
};

/* What happens to a 40-byte answer when one word of it is something else. */
static const struct spoiled spoiled[] = {
	{ "checksum", { 0x20, 0x12345678 }, -EPROTO },
	{ "payload", { 0x54, 0x12345678 }, -EPROTO },
	{ "last bytes", { 0x74, 0x12345678 }, -EPROTO },
	{ "element sequence", { 0x24, 0x12345678, true }, 0 },
	{ "no elements", { 0x28, 0, true }, -EIO, GSP_RPC_DEATH_ELEMENTS },
	{ "too many elements", { 0x28, 17, true, 17 }, -EIO, GSP_RPC_DEATH_ELEMENTS },
	{ "more elements than published", { 0x28, 2, true }, -EIO, GSP_RPC_DEATH_ELEMENTS },
	{ "more elements than bytes", { 0x28, 2, true, 2 }, -EIO, GSP_RPC_DEATH_LENGTH },
	{ "length zero", { 0x38, 0, true }, -EIO, GSP_RPC_DEATH_LENGTH },
	{ "length below header", { 0x38, 31, true }, -EIO, GSP_RPC_DEATH_LENGTH },
	{ "length beyond elements", { 0x38, 0xfd1, true }, -EIO, GSP_RPC_DEATH_LENGTH },
	{ "length huge", { 0x38, 0xfffffff0, true }, -EIO, GSP_RPC_DEATH_LENGTH },
	{ "header version", { 0x30, 0x04000000, true }, -EIO, GSP_RPC_DEATH_HEADER },
	{ "signature", { 0x34, 0, true }, -EIO, GSP_RPC_DEATH_HEADER },
};

KUNIT_ARRAY_PARAM_DESC(spoiled, spoiled, name);

static void answer_spoiled(struct fake_fw *fw, const struct fake_request *req)
{
	const struct spoiled *s = fw->arg;
	struct gsp_msg msg = { .fn = req->fn, .sequence = req->sequence };

	fake_fw_put(fw, &msg, req->data, req->len, &s->bend);
}

static void xfer_spoiled(struct kunit *test)
{
	const struct spoiled *s = test->param_value;
	struct fake_fw *fw = fake_fw_create(test, false);

	fake_fw_boot(fw, answer_spoiled, (void *)s);
	KUNIT_EXPECT_EQ(test, call_small(fw, FN, 4, LONG_MS), s->want);
	if (s->death) {
		expect_dead(test, fw, s->death);
		return;
	}
	expect_alive(test, fw);
	KUNIT_EXPECT_EQ(test, stats_of(fw).bad_checksum, s->want == -EPROTO);
	KUNIT_EXPECT_EQ(test, stats_of(fw).out_of_order, s->want ? 0 : 2);
}

static void answer_bad_index(struct fake_fw *fw, const struct fake_request *req)
{
	put_unaligned_le32(63, (u8 *)gsp_shm_statq(&fw->shm) + 0x10);
}

static void xfer_bad_rx_index(struct kunit *test)
{
	struct fake_fw *fw = fake_fw_create(test, false);

	fake_fw_boot(fw, answer_bad_index, NULL);
	KUNIT_EXPECT_EQ(test, call_small(fw, FN, 4, LONG_MS), -EIO);
	expect_dead(test, fw, GSP_RPC_DEATH_INDEX);
}

static void xfer_bad_tx_index(struct kunit *test)
{
	struct fake_fw *fw = fake_fw_create(test, false);

	fake_fw_boot(fw, no_answer, NULL);
	put_unaligned_le32(0xffffffff, (u8 *)gsp_shm_statq(&fw->shm) + 0x20);
	KUNIT_EXPECT_EQ(test, call_small(fw, FN, 4, LONG_MS), -EIO);
	expect_dead(test, fw, GSP_RPC_DEATH_INDEX);
}

/* ---- death ---- */

static void xfer_kill_while_waiting(struct kunit *test)
{
	struct fake_fw *fw = boot_mode(test, no_answer, NULL);
	unsigned long before = jiffies;
	struct caller c[3];
	int i;

	for (i = 0; i < ARRAY_SIZE(c); i++)
		start_caller(test, &c[i], fw, FN + i, 1, 10 * LONG_MS);
	msleep(SHORT_MS);
	gsp_rpc_kill(fw->rpc, GSP_RPC_DEATH_GONE);
	gsp_rpc_kill(fw->rpc, GSP_RPC_DEATH_CRASHED);
	for (i = 0; i < ARRAY_SIZE(c); i++) {
		wait_for_completion(&c[i].done);
		KUNIT_EXPECT_EQ(test, c[i].ret, -ENODEV);
	}
	KUNIT_EXPECT_TRUE(test, time_before(jiffies, before + msecs_to_jiffies(LONG_MS)));
	KUNIT_EXPECT_EQ(test, fw->asked, 0);
	expect_dead(test, fw, GSP_RPC_DEATH_GONE);
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
	struct fake_fw *fw = boot_mode(test, event_only, NULL);

	fw->on_event = kill_on_event;
	KUNIT_EXPECT_EQ(test, call_small(fw, FN, 4, LONG_MS), -EIO);
	expect_dead(test, fw, GSP_RPC_DEATH_CRASHED);
	KUNIT_EXPECT_EQ(test, fw->events, 1);
}

static void stop_in_the_middle(struct fake_fw *fw, const struct fake_request *req)
{
}

/* The firmware reads no more while a request is longer than the ring. */
static void xfer_tx_stuck(struct kunit *test)
{
	struct fake_fw *fw = fake_fw_create(test, false);
	u8 *src = get_mem(test, 600000);
	struct gsp_payload req = { .body = src, .body_len = 600000 }, reply = {};

	fake_fw_boot(fw, stop_in_the_middle, NULL);
	fake_fw_halt(fw);
	KUNIT_EXPECT_EQ(test, gsp_rpc_xfer(fw->rpc, FN, &req, &reply, SHORT_MS), -EIO);
	KUNIT_EXPECT_EQ(test, fw->asked, 1);
	expect_dead(test, fw, GSP_RPC_DEATH_TX_STUCK);
}

/* The ring is full of requests: whoever comes next waits no longer than it said. */
static void xfer_ring_full(struct kunit *test)
{
	struct fake_fw *fw = fake_fw_create(test, false);
	int i;

	for (i = 0; i < 62; i++)
		KUNIT_ASSERT_EQ(test, gsp_rpc_post(fw->rpc, 72, NULL), 0);
	gsp_rpc_run(fw->rpc);
	KUNIT_EXPECT_EQ(test, call_small(fw, FN, 4, SHORT_MS), -ETIMEDOUT);
	fake_fw_boot(fw, no_answer, NULL);
	/* Nothing was sent, so nothing is owed. */
	expect_alive(test, fw);
	KUNIT_EXPECT_EQ(test, fw->cmds, 63);
}

/* A call that waits for another one gives up at its own deadline. */
static void xfer_gate_deadline(struct kunit *test)
{
	struct fake_fw *fw = fake_fw_create(test, false);
	struct caller slow;

	fake_fw_boot(fw, no_answer, NULL);
	start_caller(test, &slow, fw, FN, 1, LONG_MS);
	while (!READ_ONCE(fw->cmds))
		msleep(1);
	KUNIT_EXPECT_EQ(test, call_small(fw, FN2, 4, SHORT_MS), -ETIMEDOUT);
	gsp_rpc_kill(fw->rpc, GSP_RPC_DEATH_REMOVED);
	wait_for_completion(&slow.done);
	KUNIT_EXPECT_EQ(test, slow.ret, -EIO);
}

/* Without lockdep, which would report it first, the RPC is refused. */
static void call_on_event(struct fake_fw *fw, u32 fn)
{
	fw->event_sum = gsp_rpc_post(fw->rpc, FN, NULL);
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
	KUNIT_EXPECT_EQ(test, call_small(fw, FN, 4, LONG_MS), 0);
	KUNIT_EXPECT_EQ(test, (int)fw->event_sum, -EDEADLK);
}

/* ---- hostile ---- */

static void storm(struct fake_fw *fw, const struct fake_request *req)
{
	while (!fake_fw_stopping(fw) && READ_ONCE(fw->handler) == storm)
		fake_fw_send(fw, 0x1003, 0, 0, NULL, 0);
}

/* A firmware that never stops talking keeps nobody beyond the deadline. */
static void xfer_event_storm(struct kunit *test)
{
	struct fake_fw *fw = fake_fw_create(test, false);
	unsigned long before = jiffies;

	fake_fw_boot(fw, storm, NULL);
	KUNIT_EXPECT_EQ(test, call_small(fw, FN, 4, SHORT_MS), -ETIMEDOUT);
	KUNIT_EXPECT_TRUE(test, time_before(jiffies, before + msecs_to_jiffies(LONG_MS)));
	KUNIT_EXPECT_GT(test, fw->events, 100);
	WRITE_ONCE(fw->handler, fake_fw_echo);
	KUNIT_EXPECT_EQ(test, call_small(fw, FN2, 4, LONG_MS), 0);
}

/* Random bytes over the whole status queue, header page and all. */
static void fuzz_bytes(struct fake_fw *fw, const struct fake_request *req)
{
	struct rnd_state *rnd = fw->arg;
	u8 *statq = gsp_shm_statq(&fw->shm);

	prandom_bytes_state(rnd, statq + 0x1000, 0x3f000);
	put_unaligned_le32(prandom_u32_state(rnd) % 70, statq + 0x10);
	put_unaligned_le32(prandom_u32_state(rnd) % 64, statq + 0x20);
}

/*
 * Messages that get past the first checks: right headers, random function,
 * length, status and checksum, some of them spoiled in one random word.
 */
static void fuzz_messages(struct fake_fw *fw, const struct fake_request *req)
{
	static const u32 fns[] = { FN, FAKE_CONTINUATION, 0x1003, FN, FN2 };
	static const u32 lens[] = { 0, 15, 40, 64, 5000, MAX_PAYLOAD };
	struct rnd_state *rnd = fw->arg;
	struct fake_bend bend;
	struct gsp_msg msg;
	u32 r, len;
	int i;

	for (i = 0; i < 8; i++) {
		r = prandom_u32_state(rnd);
		msg = (struct gsp_msg){ .fn = fns[r % 5], .sequence = req->sequence + r / 5 % 2 };
		msg.result = r >> 8 & 0xf ? 0 : r;
		len = lens[(r >> 12) % 6];
		bend.off = 4 * ((r >> 16) % 32);
		bend.val = prandom_u32_state(rnd);
		bend.reseal = len < 128 && r >> 31;
		bend.publish = 0;
		if (!fake_fw_put(fw, &msg, req->data, len, (r >> 24) % 4 ? NULL : &bend))
			return;
	}
}

static void fuzz_with(struct kunit *test, fake_handler handler, int rounds)
{
	unsigned int died = 0, i, calls;
	struct rnd_state rnd;
	struct fake_fw *fw;
	int ret;

	prandom_seed_state(&rnd, 0x47535021);
	fw = fake_fw_create(test, false);
	for (i = 0; i < rounds; i++) {
		fw->stat_seq = 0;
		fw->cmds = 0;
		fake_fw_boot(fw, handler, &rnd);
		for (calls = 0; calls < 6; calls++) {
			ret = call_small(fw, FN + calls % 2 * (FN2 - FN), i, 4);
			/* Whatever it is, it is not success by chance or an overrun. */
			KUNIT_ASSERT_NE(test, ret, -EOVERFLOW);
			KUNIT_ASSERT_LE(test, ret, 0);
		}
		died += gsp_rpc_state(fw->rpc) == GSP_RPC_DEAD;
		fake_fw_halt(fw);
		gsp_rpc_kill(fw->rpc, GSP_RPC_DEATH_REMOVED);
		KUNIT_ASSERT_EQ(test, fake_fw_renew(fw), 0);
	}
	kunit_info(test, "%u of %d channels died of it", died, rounds);
	KUNIT_EXPECT_GT(test, died, 0);
}

static void xfer_fuzz_bytes(struct kunit *test)
{
	fuzz_with(test, fuzz_bytes, 100);
}

static void xfer_fuzz_messages(struct kunit *test)
{
	fuzz_with(test, fuzz_messages, 100);
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
	KUNIT_CASE_PARAM(xfer_late_reply, modes_gen_params),
	KUNIT_CASE_PARAM(xfer_race_with_deadline, modes_gen_params),
	KUNIT_CASE_PARAM(xfer_lost_and_dead, modes_gen_params),
	KUNIT_CASE(xfer_missed_interrupt),
	KUNIT_CASE_PARAM(xfer_reply_length, wrong_lens_gen_params),
	KUNIT_CASE(xfer_reply_broken_off),
	KUNIT_CASE(xfer_reply_full_message),
	KUNIT_CASE_PARAM(xfer_error_status, modes_gen_params),
	KUNIT_CASE(xfer_unknown_function),
	KUNIT_CASE_PARAM(xfer_wrong_sequence, modes_gen_params),
	KUNIT_CASE_PARAM(xfer_spoiled, spoiled_gen_params),
	KUNIT_CASE(xfer_bad_rx_index),
	KUNIT_CASE(xfer_bad_tx_index),
	KUNIT_CASE_PARAM(xfer_kill_while_waiting, modes_gen_params),
	KUNIT_CASE_PARAM(xfer_kill_from_event, modes_gen_params),
	KUNIT_CASE(xfer_tx_stuck),
	KUNIT_CASE(xfer_ring_full),
	KUNIT_CASE(xfer_gate_deadline),
	KUNIT_CASE(xfer_from_event),
	KUNIT_CASE_SLOW(xfer_event_storm),
	KUNIT_CASE_SLOW(xfer_fuzz_bytes),
	KUNIT_CASE_SLOW(xfer_fuzz_messages),
	{}
};

static struct kunit_suite xfer_suite = {
	.name = "gsp_rpc_xfer",
	.test_cases = xfer_cases,
};

kunit_test_suite(xfer_suite);
