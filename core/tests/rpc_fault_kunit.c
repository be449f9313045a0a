// SPDX-License-Identifier: GPL-2.0-only
/*
 * The transfer engine against a firmware that is slow, wrong, or hostile.
 */
#include <kunit/test.h>

#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/prandom.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#include "fake_host.h"

KUNIT_ARRAY_PARAM_DESC(modes, host_modes, name);

/* These take seconds on a slow machine. */
static const struct kunit_attributes slow = { .speed = KUNIT_SPEED_SLOW };

/* ---- replies that are late, lost, or wrong ---- */

static void fault_late_reply(struct kunit *test)
{
	struct fake_fw *fw = host_boot(test, host_no_answer, NULL);
	const struct host_mode *mode = test->param_value;
	u32 seq;

	KUNIT_EXPECT_EQ(test, host_call(fw, HOST_FN, 1, HOST_SHORT_MS), -ETIMEDOUT);
	KUNIT_EXPECT_EQ(test, fw->asked, 1);
	seq = fw->req.sequence;
	fw->handler = fake_fw_echo;
	if (!mode->echo) {
		/* Its answer would pass for ours; other functions are fine. */
		KUNIT_EXPECT_EQ(test, host_call(fw, HOST_FN, 2, HOST_LONG_MS), -EBUSY);
		KUNIT_EXPECT_EQ(test, host_call(fw, HOST_FN2, 2, HOST_LONG_MS), 0);
		KUNIT_EXPECT_EQ(test, host_call(fw, HOST_FN, 2, HOST_LONG_MS), -EBUSY);
	}
	/* Full of bytes that nobody may see. */
	fake_fw_send(fw, HOST_FN, seq, 0, fw->req.data, 40);
	KUNIT_EXPECT_EQ(test, host_call(fw, HOST_FN, 3, HOST_LONG_MS), 0);
	KUNIT_EXPECT_EQ(test, host_stats(fw).late, 1);
	KUNIT_EXPECT_EQ(test, host_stats(fw).orphans, 0);
	host_expect_alive(test, fw);
}

/* It comes while the caller gives up: answer or timeout, but nothing in between. */
static void answer_at_deadline(struct fake_fw *fw, const struct fake_request *req)
{
	static unsigned int us;

	us = (us + 137) % 2000;
	usleep_range(4000 + us, 4001 + us);
	fake_fw_echo(fw, req);
}

static void fault_race_with_deadline(struct kunit *test)
{
	struct fake_fw *fw = host_boot(test, answer_at_deadline, NULL);
	int i, ret;

	for (i = 0; i < 100; i++) {
		ret = host_call(fw, HOST_FN, i, 5);
		if (ret && ret != -ETIMEDOUT && ret != -EBUSY)
			KUNIT_FAIL(test, "call %d: %d", i, ret);
	}
	fw->handler = fake_fw_echo;
	msleep(20);
	KUNIT_EXPECT_EQ(test, gsp_rpc_state(fw->rpc), GSP_RPC_RUNNING);
	KUNIT_EXPECT_EQ(test, host_call(fw, HOST_FN2, 1, HOST_LONG_MS), 0);
	KUNIT_EXPECT_EQ(test, host_call(fw, HOST_FN, 1, HOST_LONG_MS), 0);
	KUNIT_EXPECT_EQ(test, host_stats(fw).orphans, 0);
}

static void fault_lost_and_dead(struct kunit *test)
{
	struct fake_fw *fw = host_boot(test, host_no_answer, NULL);

	fw->alive = false;
	KUNIT_EXPECT_EQ(test, host_call(fw, HOST_FN, 1, HOST_SHORT_MS), -EIO);
	KUNIT_EXPECT_EQ(test, fw->asked, 1);
	host_expect_dead(test, fw, GSP_RPC_DEATH_SILENT);
}

/* No interrupt comes although one is armed: slow, but answered and counted. */
static void fault_missed_interrupt(struct kunit *test)
{
	struct fake_fw *fw = fake_fw_create(test, false);

	gsp_rpc_set_irq(fw->rpc, true);
	fake_fw_boot(fw, fake_fw_echo, NULL);
	KUNIT_EXPECT_EQ(test, host_call(fw, HOST_FN, 1, 10 * HOST_SHORT_MS), 0);
	KUNIT_EXPECT_EQ(test, host_stats(fw).missed_irq, 1);
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
	{ "a full message", HOST_FULL, -EMSGSIZE },
	{ "many messages", 200000, -EMSGSIZE },
};

KUNIT_ARRAY_PARAM_DESC(wrong_lens, wrong_lens, name);

static void answer_with_len(struct fake_fw *fw, const struct fake_request *req)
{
	const struct wrong_len *w = fw->arg;

	fake_fw_reply(fw, req, fw->req.data, w->len);
}

static void fault_reply_length(struct kunit *test)
{
	const struct wrong_len *w = test->param_value;
	struct fake_fw *fw = fake_fw_create(test, false);
	struct host_small s;

	fake_fw_boot(fw, answer_with_len, (void *)w);
	host_small_init(&s, 5);
	KUNIT_EXPECT_EQ(test, gsp_rpc_xfer(fw->rpc, HOST_FN, NULL, &s.msg, HOST_LONG_MS), w->want);
	if (!w->want)
		KUNIT_EXPECT_EQ(test, s.msg.body_len, w->body_len);
	KUNIT_EXPECT_EQ(test, s.guard[0], 0xee);
	host_expect_alive(test, fw);
	/* The remains of an answer that was too long go nowhere. */
	KUNIT_EXPECT_EQ(test, host_stats(fw).orphans, w->len > HOST_FULL ? 3 : 0);
}

/* A long answer stops after its first, full record. */
static void fault_reply_broken_off(struct kunit *test)
{
	static const struct wrong_len full = { .len = HOST_FULL };
	struct fake_fw *fw = fake_fw_create(test, false);
	u8 *dst = host_mem(test, 3 * HOST_FULL);
	struct gsp_payload reply = { .body = dst, .body_len = 3 * HOST_FULL };
	struct gsp_msg record = { .fn = FAKE_CONTINUATION };

	fake_fw_boot(fw, answer_with_len, (void *)&full);
	KUNIT_EXPECT_EQ(test, gsp_rpc_xfer(fw->rpc, HOST_FN, NULL, &reply, HOST_SHORT_MS), -EPROTO);
	/* Its second record comes when nobody waits: no caller, no harm. */
	KUNIT_EXPECT_TRUE(test, fake_fw_put(fw, &record, fw->req.data, 100, NULL));
	host_expect_alive(test, fw);
	KUNIT_EXPECT_EQ(test, host_stats(fw).orphans, 1);
}

static void full_then_event(struct fake_fw *fw, const struct fake_request *req)
{
	fake_fw_reply(fw, req, fw->req.data, HOST_FULL);
	fake_fw_send(fw, 0x1003, 0, 0, NULL, 0);
}

/* An answer of exactly one full message ends with the next thing that is said. */
static void fault_reply_full_message(struct kunit *test)
{
	struct fake_fw *fw = fake_fw_create(test, false);
	u8 *dst = host_mem(test, 2 * HOST_FULL);
	struct gsp_payload reply = { .body = dst, .body_len = 2 * HOST_FULL };

	fake_fw_boot(fw, full_then_event, NULL);
	KUNIT_EXPECT_EQ(test, gsp_rpc_xfer(fw->rpc, HOST_FN, NULL, &reply, HOST_LONG_MS), 0);
	KUNIT_EXPECT_EQ(test, reply.body_len, HOST_FULL);
	host_expect_alive(test, fw);
	KUNIT_EXPECT_EQ(test, fw->events, 1);
}

static void answer_error(struct fake_fw *fw, const struct fake_request *req)
{
	fake_fw_send(fw, req->fn, req->sequence, 0x55, NULL, 0);
}

static void fault_error_status(struct kunit *test)
{
	struct fake_fw *fw = host_boot(test, answer_error, NULL);
	struct host_small s;

	host_small_init(&s, 5);
	KUNIT_EXPECT_EQ(test, gsp_rpc_xfer(fw->rpc, HOST_FN, NULL, &s.msg, HOST_LONG_MS),
			-EREMOTEIO);
	KUNIT_EXPECT_EQ(test, s.msg.result, 0x55);
	fake_fw_send(fw, 0x1003, 0, 1, NULL, 0);	/* an event can't have failed */
	host_expect_alive(test, fw);
	KUNIT_EXPECT_EQ(test, fw->events, 0);
	KUNIT_EXPECT_EQ(test, host_stats(fw).bad_result, 1);
}

static void answer_other_function(struct fake_fw *fw, const struct fake_request *req)
{
	fake_fw_send(fw, HOST_FN2, req->sequence, 0, req->data, 3);
	fake_fw_send(fw, 0xabc, req->sequence, 0, req->data, req->len);
	fake_fw_send(fw, FAKE_CONTINUATION, req->sequence, 0, req->data, req->len);
	fake_fw_echo(fw, req);
}

/* Functions nobody called, known or not, are thrown away; the answer still counts. */
static void fault_unknown_function(struct kunit *test)
{
	struct fake_fw *fw = host_boot(test, answer_other_function, NULL);

	KUNIT_EXPECT_EQ(test, host_call(fw, HOST_FN, 4, HOST_LONG_MS), 0);
	KUNIT_EXPECT_EQ(test, host_stats(fw).orphans + host_stats(fw).late, 3);
	KUNIT_EXPECT_EQ(test, fw->events, 0);
	host_expect_alive(test, fw);
}

static void answer_wrong_sequence(struct fake_fw *fw, const struct fake_request *req)
{
	fake_fw_send(fw, req->fn, req->sequence + 100, 0, req->data, req->len);
}

static void fault_wrong_sequence(struct kunit *test)
{
	struct fake_fw *fw = host_boot(test, answer_wrong_sequence, NULL);
	const struct host_mode *mode = test->param_value;

	if (mode->echo) {
		KUNIT_EXPECT_EQ(test, host_call(fw, HOST_FN, 4, HOST_SHORT_MS), -ETIMEDOUT);
		KUNIT_EXPECT_EQ(test, host_stats(fw).orphans, 1);
	} else {
		/* Such firmware says nothing by it. */
		KUNIT_EXPECT_EQ(test, host_call(fw, HOST_FN, 4, HOST_LONG_MS), 0);
	}
	host_expect_alive(test, fw);
}

static void answer_twice(struct fake_fw *fw, const struct fake_request *req)
{
	fake_fw_echo(fw, req);
	fake_fw_echo(fw, req);
}

/* The second answer to one call is not the answer to the next one. */
static void fault_answered_twice(struct kunit *test)
{
	struct fake_fw *fw = host_boot(test, answer_twice, NULL);

	KUNIT_EXPECT_EQ(test, host_call(fw, HOST_FN, 4, HOST_LONG_MS), 0);
	while (READ_ONCE(fw->answers) < 2)
		usleep_range(500, 1000);
	WRITE_ONCE(fw->handler, fake_fw_echo);
	KUNIT_EXPECT_EQ(test, host_call(fw, HOST_FN, 5, HOST_LONG_MS), 0);
	KUNIT_EXPECT_EQ(test, host_stats(fw).orphans + host_stats(fw).late, 1);
	host_expect_alive(test, fw);
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

static void fault_spoiled(struct kunit *test)
{
	const struct spoiled *s = test->param_value;
	struct fake_fw *fw = fake_fw_create(test, false);

	fake_fw_boot(fw, answer_spoiled, (void *)s);
	KUNIT_EXPECT_EQ(test, host_call(fw, HOST_FN, 4, HOST_LONG_MS), s->want);
	if (s->death) {
		host_expect_dead(test, fw, s->death);
		return;
	}
	host_expect_alive(test, fw);
	KUNIT_EXPECT_EQ(test, host_stats(fw).bad_checksum, s->want == -EPROTO);
	KUNIT_EXPECT_EQ(test, host_stats(fw).out_of_order, s->want ? 0 : 2);
}

static void answer_bad_index(struct fake_fw *fw, const struct fake_request *req)
{
	put_unaligned_le32(63, (u8 *)gsp_shm_statq(&fw->shm) + 0x10);
}

static void fault_bad_rx_index(struct kunit *test)
{
	struct fake_fw *fw = fake_fw_create(test, false);

	fake_fw_boot(fw, answer_bad_index, NULL);
	KUNIT_EXPECT_EQ(test, host_call(fw, HOST_FN, 4, HOST_LONG_MS), -EIO);
	host_expect_dead(test, fw, GSP_RPC_DEATH_INDEX);
}

static void fault_bad_tx_index(struct kunit *test)
{
	struct fake_fw *fw = fake_fw_create(test, false);

	fake_fw_boot(fw, host_no_answer, NULL);
	put_unaligned_le32(0xffffffff, (u8 *)gsp_shm_statq(&fw->shm) + 0x20);
	KUNIT_EXPECT_EQ(test, host_call(fw, HOST_FN, 4, HOST_LONG_MS), -EIO);
	host_expect_dead(test, fw, GSP_RPC_DEATH_INDEX);
}

/* ---- hostile ---- */

static void storm(struct fake_fw *fw, const struct fake_request *req)
{
	while (!fake_fw_stopping(fw) && READ_ONCE(fw->handler) == storm)
		fake_fw_send(fw, 0x1003, 0, 0, NULL, 0);
}

/* A firmware that never stops talking keeps nobody beyond the deadline. */
static void fault_event_storm(struct kunit *test)
{
	struct fake_fw *fw = fake_fw_create(test, false);
	unsigned long before = jiffies;

	fake_fw_boot(fw, storm, NULL);
	KUNIT_EXPECT_EQ(test, host_call(fw, HOST_FN, 4, HOST_SHORT_MS), -ETIMEDOUT);
	KUNIT_EXPECT_TRUE(test, time_before(jiffies, before + msecs_to_jiffies(HOST_LONG_MS)));
	KUNIT_EXPECT_GT(test, fw->events, 100);
	WRITE_ONCE(fw->handler, fake_fw_echo);
	KUNIT_EXPECT_EQ(test, host_call(fw, HOST_FN2, 4, HOST_LONG_MS), 0);
}

static void event_after_event(struct fake_fw *fw, u32 fn)
{
	fake_fw_send(fw, fn, 0, 0, NULL, 0);
}

static void first_event(struct fake_fw *fw, const struct fake_request *req)
{
	event_after_event(fw, 0x1003);
}

/* The same with a ring that is never found empty. */
static void fault_endless_ring(struct kunit *test)
{
	struct fake_fw *fw = fake_fw_create(test, false);

	fw->on_event = event_after_event;
	fake_fw_boot(fw, first_event, NULL);
	KUNIT_EXPECT_EQ(test, host_call(fw, HOST_FN, 4, HOST_SHORT_MS), -ETIMEDOUT);
	KUNIT_EXPECT_GT(test, fw->events, 62);
	fw->on_event = NULL;
	while (gsp_rpc_poll(fw->rpc))
		cond_resched();
	WRITE_ONCE(fw->handler, fake_fw_echo);
	KUNIT_EXPECT_EQ(test, host_call(fw, HOST_FN2, 4, HOST_LONG_MS), 0);
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
	static const u32 fns[] = { HOST_FN, FAKE_CONTINUATION, 0x1003, HOST_FN, HOST_FN2 };
	static const u32 lens[] = { 0, 15, 40, 64, 5000, HOST_FULL };
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
			ret = host_call(fw, HOST_FN + calls % 2 * (HOST_FN2 - HOST_FN), i, 4);
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

static void fault_fuzz_bytes(struct kunit *test)
{
	fuzz_with(test, fuzz_bytes, 100);
}

static void fault_fuzz_messages(struct kunit *test)
{
	fuzz_with(test, fuzz_messages, 100);
}

static struct kunit_case fault_cases[] = {
	KUNIT_CASE_PARAM(fault_late_reply, modes_gen_params),
	KUNIT_CASE_PARAM_ATTR(fault_race_with_deadline, modes_gen_params, slow),
	KUNIT_CASE_PARAM(fault_lost_and_dead, modes_gen_params),
	KUNIT_CASE(fault_missed_interrupt),
	KUNIT_CASE_PARAM(fault_reply_length, wrong_lens_gen_params),
	KUNIT_CASE(fault_reply_broken_off),
	KUNIT_CASE(fault_reply_full_message),
	KUNIT_CASE_PARAM(fault_error_status, modes_gen_params),
	KUNIT_CASE_PARAM(fault_unknown_function, modes_gen_params),
	KUNIT_CASE_PARAM(fault_wrong_sequence, modes_gen_params),
	KUNIT_CASE_PARAM(fault_answered_twice, modes_gen_params),
	KUNIT_CASE_PARAM(fault_spoiled, spoiled_gen_params),
	KUNIT_CASE(fault_bad_rx_index),
	KUNIT_CASE(fault_bad_tx_index),
	KUNIT_CASE_SLOW(fault_event_storm),
	KUNIT_CASE_SLOW(fault_endless_ring),
	KUNIT_CASE_SLOW(fault_fuzz_bytes),
	KUNIT_CASE_SLOW(fault_fuzz_messages),
	{}
};

static struct kunit_suite fault_suite = {
	.name = "gsp_rpc_fault",
	.test_cases = fault_cases,
};

kunit_test_suite(fault_suite);
