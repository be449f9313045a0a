// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls that wait for their turn: of a firmware that does not echo the sequence
 * one call is in flight, and some take long.
 */
#include <kunit/test.h>

#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>

#include "fake_host.h"
#include "rpc/xfer.h"

/* Waiting for a slow call takes longer than a deadline, an answer much less. */
#define SLOW_MS		(15 * HOST_SHORT_MS)
#define DEADLINE_MS	(10 * HOST_SHORT_MS)

static const struct host_mode modes[] = {
	{ "polling", false, false },
	{ "interrupt", false, true },
};

KUNIT_ARRAY_PARAM_DESC(modes, modes, name);

struct caller {
	struct fake_fw *fw;
	u32 fn;
	unsigned int ms;
	int ret;
	unsigned long took;
	struct completion done;
};

static int caller_thread(void *data)
{
	struct caller *c = data;
	unsigned long start = jiffies;

	c->ret = host_call(c->fw, c->fn, c->fn, c->ms);
	c->took = jiffies - start;
	complete(&c->done);
	return 0;
}

static void start_caller(struct kunit *test, struct caller *c, struct fake_fw *fw, u32 fn,
			 unsigned int ms)
{
	*c = (struct caller){ .fw = fw, .fn = fn, .ms = ms };
	init_completion(&c->done);
	KUNIT_ASSERT_FALSE(test, IS_ERR(kthread_run(caller_thread, c, "caller-%u", fn)));
}

/* The firmware has the call and does not answer yet. */
static void wait_sent(struct kunit *test, struct fake_fw *fw, unsigned int nr)
{
	unsigned long end = jiffies + msecs_to_jiffies(HOST_LONG_MS);

	while (READ_ONCE(fw->cmds) < nr && time_before(jiffies, end))
		usleep_range(100, 200);
	KUNIT_ASSERT_GE(test, READ_ONCE(fw->cmds), nr);
}

/* Works at HOST_FN for long; everything else is answered at once. */
static void slow_at_one(struct fake_fw *fw, const struct fake_request *req)
{
	if (req->fn == HOST_FN)
		msleep(SLOW_MS);
	fake_fw_echo(fw, req);
}

/* Waiting takes longer than a deadline, which does not run yet. */
static void queue_deadline_from_sending(struct kunit *test)
{
	struct fake_fw *fw = host_boot(test, slow_at_one, NULL);
	struct caller slow;

	start_caller(test, &slow, fw, HOST_FN, HOST_LONG_MS);
	wait_sent(test, fw, 1);
	KUNIT_EXPECT_EQ(test, host_call(fw, HOST_FN2, 2, DEADLINE_MS), 0);
	wait_for_completion(&slow.done);
	KUNIT_EXPECT_EQ(test, slow.ret, 0);
	host_expect_alive(test, fw);
}

/* Each takes less than a deadline, all together more. */
static void slow_at_all(struct fake_fw *fw, const struct fake_request *req)
{
	msleep(2 * HOST_SHORT_MS);
	fake_fw_echo(fw, req);
}

static void queue_sum_of_waits(struct kunit *test)
{
	struct fake_fw *fw = host_boot(test, slow_at_all, NULL);
	struct caller c[8];
	int i;

	for (i = 0; i < ARRAY_SIZE(c); i++)
		start_caller(test, &c[i], fw, HOST_FN, DEADLINE_MS);
	for (i = 0; i < ARRAY_SIZE(c); i++) {
		wait_for_completion(&c[i].done);
		KUNIT_EXPECT_EQ_MSG(test, c[i].ret, 0, "caller %d", i);
	}
	KUNIT_EXPECT_EQ(test, fw->cmds, ARRAY_SIZE(c));
	host_expect_alive(test, fw);
}

static void hold_until_released(struct fake_fw *fw, const struct fake_request *req)
{
	struct completion *release = fw->arg;

	while (!try_wait_for_completion(release) && !fake_fw_stopping(fw))
		usleep_range(1000, 2000);
	fake_fw_echo(fw, req);
}

/* Its turn never comes: it says so, and neither firmware nor function suffer. */
static void queue_unsent_accuses_nobody(struct kunit *test)
{
	DECLARE_COMPLETION_ONSTACK(release);
	struct fake_fw *fw = host_boot(test, hold_until_released, &release);
	unsigned long start = jiffies;
	struct caller slow;

	fw->rpc->queue_timeout = msecs_to_jiffies(HOST_SHORT_MS);
	start_caller(test, &slow, fw, HOST_FN, HOST_LONG_MS);
	wait_sent(test, fw, 1);
	KUNIT_EXPECT_EQ(test, host_call(fw, HOST_FN2, 2, HOST_LONG_MS), -EBUSY);
	KUNIT_EXPECT_EQ(test, gsp_rpc_post(fw->rpc, HOST_FN2, NULL), -EBUSY);
	/* From a second on the slow one asks. */
	if (time_before(jiffies, start + HZ))
		KUNIT_EXPECT_EQ(test, fw->asked, 0);
	KUNIT_EXPECT_EQ(test, fw->cmds, 1);
	KUNIT_EXPECT_EQ(test, gsp_rpc_state(fw->rpc), GSP_RPC_RUNNING);
	KUNIT_EXPECT_FALSE(test, test_bit(HOST_FN2, fw->rpc->lost));
	complete_all(&release);
	wait_for_completion(&slow.done);
	KUNIT_EXPECT_EQ(test, slow.ret, 0);
	KUNIT_EXPECT_EQ(test, host_call(fw, HOST_FN2, 2, HOST_LONG_MS), 0);
	host_expect_alive(test, fw);
}

/* However long they would wait, they end when the channel does. */
static void queue_ends_with_channel(struct kunit *test, void (*end)(struct gsp_rpc *rpc))
{
	DECLARE_COMPLETION_ONSTACK(release);
	struct fake_fw *fw = host_boot(test, hold_until_released, &release);
	struct caller c[4];
	int i;

	start_caller(test, &c[0], fw, HOST_FN, HOST_LONG_MS);
	wait_sent(test, fw, 1);
	for (i = 1; i < ARRAY_SIZE(c); i++)
		start_caller(test, &c[i], fw, HOST_FN2, HOST_LONG_MS);
	msleep(HOST_SHORT_MS);
	end(fw->rpc);
	for (i = 0; i < ARRAY_SIZE(c); i++) {
		wait_for_completion(&c[i].done);
		KUNIT_EXPECT_EQ_MSG(test, c[i].ret, -EIO, "caller %d", i);
		KUNIT_EXPECT_LT_MSG(test, c[i].took, msecs_to_jiffies(HOST_LONG_MS),
				    "caller %d", i);
	}
	KUNIT_EXPECT_EQ(test, fw->cmds, 1);
	complete_all(&release);
	fake_fw_halt(fw);
}

static void kill_channel(struct gsp_rpc *rpc)
{
	gsp_rpc_kill(rpc, GSP_RPC_DEATH_CRASHED);
}

static void queue_ends_with_death(struct kunit *test)
{
	queue_ends_with_channel(test, kill_channel);
}

static void queue_ends_with_stop(struct kunit *test)
{
	queue_ends_with_channel(test, gsp_rpc_stop);
}

/* By the function: a handler that is changed later may still get the first call. */
static void loses_one(struct fake_fw *fw, const struct fake_request *req)
{
	if (req->fn != HOST_FN)
		fake_fw_echo(fw, req);
}

/* One call gets no answer; those behind it don't pay for that with their time. */
static void queue_behind_lost_call(struct kunit *test)
{
	struct fake_fw *fw = host_boot(test, loses_one, NULL);
	struct caller lost;

	start_caller(test, &lost, fw, HOST_FN, SLOW_MS);
	wait_sent(test, fw, 1);
	KUNIT_EXPECT_EQ(test, host_call(fw, HOST_FN2, 2, DEADLINE_MS), 0);
	wait_for_completion(&lost.done);
	KUNIT_EXPECT_EQ(test, lost.ret, -ETIMEDOUT);
	KUNIT_EXPECT_GE(test, fw->asked, 1);
}

static const struct kunit_attributes slow = { .speed = KUNIT_SPEED_SLOW };

/* Nobody calls, so nobody else would notice. */
static void queue_look_finds_dead(struct kunit *test)
{
	struct fake_fw *fw = host_boot(test, fake_fw_echo, NULL);

	KUNIT_EXPECT_EQ(test, gsp_rpc_look(fw->rpc), 0);
	fw->alive = false;
	msleep(1100);
	KUNIT_EXPECT_EQ(test, gsp_rpc_look(fw->rpc), -EIO);
	KUNIT_EXPECT_EQ(test, gsp_rpc_death(fw->rpc), GSP_RPC_DEATH_SILENT);
	KUNIT_EXPECT_EQ(test, gsp_rpc_look(fw->rpc), -EIO);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(queue_deadline_from_sending, modes_gen_params),
	KUNIT_CASE_PARAM(queue_sum_of_waits, modes_gen_params),
	KUNIT_CASE_PARAM(queue_unsent_accuses_nobody, modes_gen_params),
	KUNIT_CASE_PARAM(queue_ends_with_death, modes_gen_params),
	KUNIT_CASE_PARAM(queue_ends_with_stop, modes_gen_params),
	KUNIT_CASE_PARAM(queue_behind_lost_call, modes_gen_params),
	KUNIT_CASE_PARAM_ATTR(queue_look_finds_dead, modes_gen_params, slow),
	{}
};

static struct kunit_suite suite = {
	.name = "gsp_core_rpc_queue",
	.test_cases = cases,
};

kunit_test_suite(suite);
