// SPDX-License-Identifier: GPL-2.0-only
/*
 * The life of a vGPU: what is done in which order, and undone when any of it
 * fails; who waits for whom, and who does not.
 */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/kthread.h>

#include "fake_vgpu.h"
#include "sriov/pf.h"
#include "sriov/provision.h"
#include "sriov/vgpu.h"

#define LONG_MS	60000

static const struct gsp_vf_open opener = { .pid = 4711 };

static int life_init(struct kunit *test)
{
	struct fake_vgpu *fake = kunit_kzalloc(test, sizeof(*fake), GFP_KERNEL);
	int i, ret;

	test->priv = fake;
	if (!fake)
		return -ENOMEM;
	ret = fake_vgpu_init(fake, test);
	for (i = 0; !ret && i < FAKE_NR_VFS; i++)
		ret = gsp_vf_set_type(&fake->vfs[i], FAKE_TYPE_1G);
	fake_vgpu_trace(fake);
	return ret;
}

static void life_exit(struct kunit *test)
{
	if (test->priv)
		fake_vgpu_exit(test->priv);
}

static void expect_state(struct kunit *test, struct gsp_vf *vf, enum gsp_vgpu_state want)
{
	KUNIT_EXPECT_STREQ(test, gsp_vgpu_state_name(gsp_vgpu_state(vf)),
			   gsp_vgpu_state_name(want));
}

static void in_order(struct kunit *test)
{
	struct fake_vgpu *fake = test->priv;
	struct gsp_vf *vf = &fake->vfs[0];
	int i;

	for (i = 0; i < 3; i++) {
		KUNIT_ASSERT_EQ(test, gsp_vgpu_create(vf, &opener), 0);
		KUNIT_EXPECT_STREQ(test, fake_vgpu_trace(fake), "SMB12+");
		KUNIT_EXPECT_EQ(test, vf->opener.pid, 4711);
		KUNIT_EXPECT_EQ(test, gsp_vgpu_create(vf, &opener), -EBUSY);
		KUNIT_EXPECT_EQ(test, gsp_vgpu_bme(vf, false), 0);
		KUNIT_EXPECT_EQ(test, gsp_vgpu_reset(vf), 0);
		KUNIT_EXPECT_STREQ(test, fake_vgpu_trace(fake), "--3S+");
		gsp_vgpu_destroy(vf);
		KUNIT_EXPECT_STREQ(test, fake_vgpu_trace(fake), "-DSXmE");
		gsp_vgpu_destroy(vf);
		KUNIT_EXPECT_STREQ(test, fake_vgpu_trace(fake), "");
		expect_state(test, vf, GSP_VGPU_IDLE);
	}
	KUNIT_EXPECT_EQ(test, gsp_vgpu_reset(vf), -ENODEV);
	KUNIT_EXPECT_EQ(test, gsp_vgpu_bme(vf, true), -ENODEV);
	KUNIT_EXPECT_EQ(test, fake->quarantined, 0);
}

/* ---- each step fails ---- */

struct step {
	const char *name;
	char fail;		/* this thing fails */
	unsigned int fail_at;	/* the n-th time */
	int err;		/* like this */
	enum fake_answer up;
	char nasty;		/* this message is answered */
	enum fake_answer message;	/* like this */
	bool no_unload;
	int ret;
	const char *trace;
	enum gsp_vgpu_state state;
	unsigned int quarantined;
};

static const struct step up_steps[] = {
	{ .name = "clear", .fail = 'S', .fail_at = 1, .err = -EIO, .ret = -EIO,
	  .trace = "ScQE", .quarantined = 5 },
	{ .name = "clear, not tried", .fail = 'S', .fail_at = 1, .err = -ENOMEM, .ret = -ENOMEM,
	  .trace = "SE" },
	{ .name = "map", .fail = 'M', .fail_at = 1, .err = -ENOSPC, .ret = -ENOSPC,
	  .trace = "SME" },
	{ .name = "bootload refused", .fail = 'B', .fail_at = 1, .err = -EINVAL, .ret = -EINVAL,
	  .trace = "SMBmE" },
	{ .name = "bootload unanswered", .fail = 'B', .fail_at = 1, .err = -ETIMEDOUT,
	  .ret = -ETIMEDOUT, .trace = "SMBDSXmE" },
	{ .name = "plugin silent", .up = FAKE_SILENT, .ret = -ETIMEDOUT, .trace = "SMBDSXmE" },
	{ .name = "plugin crashes", .up = FAKE_CRASHES, .ret = -EIO, .trace = "SMBDSXmE" },
	{ .name = "plugin silent and stuck", .up = FAKE_SILENT, .no_unload = true,
	  .ret = -ETIMEDOUT, .trace = "SMBDXmqQE", .quarantined = 5 },
	{ .name = "version refused", .nasty = '1', .message = FAKE_REFUSES, .ret = -EREMOTEIO,
	  .trace = "SMB1DSXmE" },
	{ .name = "version unanswered", .nasty = '1', .message = FAKE_SILENT, .ret = -ETIMEDOUT,
	  .trace = "SMB1DSXmE" },
	{ .name = "configuration refused", .nasty = '2', .message = FAKE_REFUSES,
	  .ret = -EREMOTEIO, .trace = "SMB12DSXmE" },
	{ .name = "configuration crashes", .nasty = '2', .message = FAKE_CRASHES, .ret = -EIO,
	  .trace = "SMB12DSXmE" },
	{ .name = "bus mastering refused", .nasty = '+', .message = FAKE_REFUSES,
	  .ret = -EREMOTEIO, .trace = "SMB12+DSXmE" },
	{ .name = "bus mastering crashes", .nasty = '+', .message = FAKE_CRASHES, .ret = -EIO,
	  .trace = "SMB12+DSXmE" },
	{ .name = "refused, memory stays dirty", .nasty = '1', .message = FAKE_REFUSES,
	  .fail = 'S', .fail_at = 2, .err = -ETIMEDOUT, .ret = -EREMOTEIO,
	  .trace = "SMB1DSXmcQE", .quarantined = 5 },
	{ .name = "refused, GFID stays", .nasty = '1', .message = FAKE_REFUSES, .fail = 'X',
	  .fail_at = 1, .err = -EBUSY, .ret = -EREMOTEIO, .trace = "SMB1DSXmqQE",
	  .state = GSP_VGPU_LOST, .quarantined = 5 },
};

KUNIT_ARRAY_PARAM_DESC(up_steps, up_steps, name);

static void arm(struct fake_vgpu *fake, const struct step *step)
{
	fake->fail = step->fail;
	fake->fail_at = step->fail_at;
	fake->err = step->err;
	fake->up = step->up;
	fake->nasty = step->nasty;
	fake->message = step->message;
	fake->no_unload = step->no_unload;
}

/* After a failure the VF is as good as before, unless it is lost. */
static void tries_again(struct kunit *test, struct gsp_vf *vf, const struct step *step)
{
	struct fake_vgpu *fake = test->priv;
	static const struct step none = {};
	bool lost = step->state == GSP_VGPU_LOST;

	arm(fake, &none);
	expect_state(test, vf, step->state);
	KUNIT_EXPECT_EQ(test, fake->quarantined, step->quarantined);
	KUNIT_EXPECT_EQ(test, !vf->share.ranges, !!step->quarantined);
	KUNIT_EXPECT_FALSE(test, !!vf->plugin.mem);
	KUNIT_EXPECT_EQ(test, gsp_vgpu_create(vf, &opener), lost ? -EIO : 0);
	gsp_vgpu_destroy(vf);
	expect_state(test, vf, step->state);
	if (!lost)
		KUNIT_EXPECT_EQ(test, gsp_vf_set_type(vf, FAKE_TYPE_1G_TOO), 0);
	KUNIT_EXPECT_EQ(test, gsp_vf_set_type(vf, 0), 0);
	KUNIT_EXPECT_EQ(test, gsp_vf_set_type(vf, FAKE_TYPE_1G), lost ? -EIO : 0);
}

static void making_fails(struct kunit *test)
{
	const struct step *step = test->param_value;
	struct fake_vgpu *fake = test->priv;
	struct gsp_vf *vf = &fake->vfs[0];

	/* What is quarantined can't be had again, and heaps are few. */
	gsp_vf_set_type(&fake->vfs[3], 0);
	fake_vgpu_trace(fake);
	arm(fake, step);
	KUNIT_EXPECT_EQ(test, gsp_vgpu_create(vf, &opener), step->ret);
	KUNIT_EXPECT_STREQ(test, fake_vgpu_trace(fake), step->trace);
	tries_again(test, vf, step);
}

static const struct step down_steps[] = {
	{ .name = "bus mastering refused", .nasty = '-', .message = FAKE_REFUSES,
	  .trace = "-DSXmE" },
	{ .name = "bus mastering unanswered", .nasty = '-', .message = FAKE_SILENT,
	  .trace = "-DSXmE" },
	{ .name = "crash", .nasty = '-', .message = FAKE_CRASHES, .trace = "-DSXmE" },
	{ .name = "shutdown unanswered", .fail = 'D', .fail_at = 1, .err = -ETIMEDOUT,
	  .trace = "-DXmqQE", .quarantined = 5 },
	{ .name = "shutdown, not tried at first", .fail = 'D', .fail_at = 1, .err = -ENOMEM,
	  .trace = "-DDSXmE" },
	{ .name = "no completion", .no_unload = true, .trace = "-DXmqQE", .quarantined = 5 },
	{ .name = "no completion, no cleanup", .no_unload = true, .fail = 'X', .fail_at = 1,
	  .err = -EBUSY, .trace = "-DXmqQE", .state = GSP_VGPU_LOST, .quarantined = 5 },
	{ .name = "clear", .fail = 'S', .fail_at = 1, .err = -EIO, .trace = "-DSXmcQE",
	  .quarantined = 5 },
	{ .name = "clear, not tried at first", .fail = 'S', .fail_at = 1, .err = -ENOMEM,
	  .trace = "-DSSXmE" },
	{ .name = "cleanup", .fail = 'X', .fail_at = 1, .err = -ETIMEDOUT, .trace = "-DSXmqQE",
	  .state = GSP_VGPU_LOST, .quarantined = 5 },
	{ .name = "cleanup, not tried at first", .fail = 'X', .fail_at = 1, .err = -ENOMEM,
	  .trace = "-DSXXmE" },
};

KUNIT_ARRAY_PARAM_DESC(down_steps, down_steps, name);

static void unmaking_fails(struct kunit *test)
{
	const struct step *step = test->param_value;
	struct fake_vgpu *fake = test->priv;
	struct gsp_vf *vf = &fake->vfs[0];

	gsp_vf_set_type(&fake->vfs[3], 0);
	KUNIT_ASSERT_EQ(test, gsp_vgpu_create(vf, &opener), 0);
	fake_vgpu_trace(fake);
	arm(fake, step);
	gsp_vgpu_destroy(vf);
	KUNIT_EXPECT_STREQ(test, fake_vgpu_trace(fake), step->trace);
	tries_again(test, vf, step);
}

/* The event is lost, or the word is not seen: either is enough. */
static void up_by_either(struct kunit *test)
{
	struct fake_vgpu *fake = test->priv;

	fake->up = FAKE_OK_UNTOLD;
	KUNIT_EXPECT_EQ(test, gsp_vgpu_create(&fake->vfs[0], &opener), 0);
	fake->up = FAKE_OK_UNSEEN;
	KUNIT_EXPECT_EQ(test, gsp_vgpu_create(&fake->vfs[1], &opener), 0);
	gsp_vgpu_destroy(&fake->vfs[0]);
	gsp_vgpu_destroy(&fake->vfs[1]);
}

/* ---- events ---- */

static void count_event(void *priv, enum gsp_vf_event event)
{
	unsigned int *counts = priv;

	counts[event]++;
}

static const struct gsp_vf_ops holder = { .event = count_event };

static void hold(struct gsp_vf *vf, unsigned int *counts)
{
	vf->ops = &holder;
	vf->priv = counts;
}

static void told_of_crash_once(struct kunit *test)
{
	unsigned int counts[GSP_VF_EVENT_LICENCE + 1] = {};
	struct fake_vgpu *fake = test->priv;
	struct gsp_vf *vf = &fake->vfs[0];

	hold(vf, counts);
	gsp_sriov_notify(vf, GSP_PLUGIN_CRASHED);
	KUNIT_EXPECT_EQ_MSG(test, counts[GSP_VF_EVENT_DEAD], 0, "it is not open");

	KUNIT_ASSERT_EQ(test, gsp_vgpu_create(vf, &opener), 0);
	gsp_sriov_notify(vf, GSP_PLUGIN_GUEST_LOADED);
	KUNIT_EXPECT_TRUE(test, vf->stats.guest_loaded);
	gsp_sriov_notify(vf, GSP_PLUGIN_LICENCE);
	gsp_sriov_notify(vf, GSP_PLUGIN_GUEST_UNLOADED);
	gsp_sriov_fault(vf);
	gsp_sriov_notify(vf, GSP_PLUGIN_CRASHED);
	gsp_sriov_notify(vf, GSP_PLUGIN_CRASHED);
	gsp_sriov_dead(&fake->s);
	KUNIT_EXPECT_EQ(test, counts[GSP_VF_EVENT_DEAD], 1);
	KUNIT_EXPECT_EQ(test, counts[GSP_VF_EVENT_GUEST_LOADED], 1);
	KUNIT_EXPECT_EQ(test, counts[GSP_VF_EVENT_GUEST_UNLOADED], 1);
	KUNIT_EXPECT_EQ(test, counts[GSP_VF_EVENT_LICENCE], 1);
	KUNIT_EXPECT_EQ(test, counts[GSP_VF_EVENT_FAULT], 1);

	expect_state(test, vf, GSP_VGPU_BROKEN);
	KUNIT_EXPECT_EQ(test, gsp_vgpu_reset(vf), -EIO);
	fake_vgpu_trace(fake);
	gsp_vgpu_destroy(vf);
	KUNIT_EXPECT_STREQ(test, fake_vgpu_trace(fake), "DSXmE");
	KUNIT_EXPECT_EQ(test, gsp_vgpu_create(vf, &opener), 0);
	gsp_vgpu_destroy(vf);
}

/* The crash of a plugin may become known by the call that fails of it. */
static void told_of_death_by_call(struct kunit *test)
{
	unsigned int counts[GSP_VF_EVENT_LICENCE + 1] = {};
	struct fake_vgpu *fake = test->priv;
	struct gsp_vf *vf = &fake->vfs[0];

	hold(vf, counts);
	KUNIT_ASSERT_EQ(test, gsp_vgpu_create(vf, &opener), 0);
	fake->nasty = '-';
	fake->message = FAKE_REFUSES;
	KUNIT_EXPECT_EQ(test, gsp_vgpu_bme(vf, false), -EREMOTEIO);
	KUNIT_EXPECT_EQ_MSG(test, counts[GSP_VF_EVENT_DEAD], 0, "it goes on");
	fake->message = FAKE_SILENT;
	KUNIT_EXPECT_EQ(test, gsp_vgpu_bme(vf, false), -ETIMEDOUT);
	KUNIT_EXPECT_EQ(test, counts[GSP_VF_EVENT_DEAD], 1);
	expect_state(test, vf, GSP_VGPU_BROKEN);
	gsp_sriov_notify(vf, GSP_PLUGIN_CRASHED);
	KUNIT_EXPECT_EQ(test, counts[GSP_VF_EVENT_DEAD], 1);
	gsp_vgpu_destroy(vf);

	KUNIT_ASSERT_EQ(test, gsp_vgpu_create(vf, &opener), 0);
	fake->message = FAKE_CRASHES;
	KUNIT_EXPECT_EQ(test, gsp_vgpu_reset(vf), -EIO);
	KUNIT_EXPECT_EQ(test, counts[GSP_VF_EVENT_DEAD], 2);
	gsp_vgpu_destroy(vf);
	KUNIT_EXPECT_EQ(test, counts[GSP_VF_EVENT_DEAD], 2);
}

static void failed_reset_sticks(struct kunit *test)
{
	struct fake_vgpu *fake = test->priv;
	struct gsp_vf *vf = &fake->vfs[0];

	KUNIT_ASSERT_EQ(test, gsp_vgpu_create(vf, &opener), 0);
	fake->nasty = '+';
	fake->message = FAKE_REFUSES;
	KUNIT_EXPECT_EQ(test, gsp_vgpu_bme(vf, true), -EREMOTEIO);
	expect_state(test, vf, GSP_VGPU_RUNNING);
	fake->nasty = '3';
	KUNIT_EXPECT_EQ(test, gsp_vgpu_reset(vf), -EREMOTEIO);
	expect_state(test, vf, GSP_VGPU_BROKEN);
	fake->nasty = 0;
	KUNIT_EXPECT_EQ(test, gsp_vgpu_reset(vf), -EIO);
	gsp_vgpu_destroy(vf);
	expect_state(test, vf, GSP_VGPU_IDLE);
}

static void found_by_channel(struct kunit *test)
{
	struct fake_vgpu *fake = test->priv;
	struct gsp_vf *vf = &fake->vfs[1];
	u32 chid = vf->share.chid;

	KUNIT_EXPECT_NULL(test, gsp_sriov_find_chid(&fake->s, chid));
	KUNIT_ASSERT_EQ(test, gsp_vgpu_create(vf, &opener), 0);
	KUNIT_EXPECT_PTR_EQ(test, gsp_sriov_find_chid(&fake->s, chid), vf);
	KUNIT_EXPECT_PTR_EQ(test, gsp_sriov_find_chid(&fake->s, chid + 63), vf);
	KUNIT_EXPECT_NULL(test, gsp_sriov_find_chid(&fake->s, chid + 64));
	KUNIT_EXPECT_NULL(test, gsp_sriov_find_chid(&fake->s, U32_MAX));
	KUNIT_EXPECT_PTR_EQ(test, gsp_sriov_find_gfid(&fake->s, 2), vf);
	KUNIT_EXPECT_NULL(test, gsp_sriov_find_gfid(&fake->s, 0));
	KUNIT_EXPECT_NULL(test, gsp_sriov_find_gfid(&fake->s, FAKE_NR_VFS + 1));
	gsp_vgpu_destroy(vf);
}

/* ---- threads ---- */

struct job {
	struct gsp_vf *vf;
	int ret;
	struct completion done;
};

static int create_thread(void *arg)
{
	struct job *job = arg;

	job->ret = gsp_vgpu_create(job->vf, &opener);
	complete(&job->done);
	return 0;
}

static int reset_thread(void *arg)
{
	struct job *job = arg;

	job->ret = gsp_vgpu_reset(job->vf);
	complete(&job->done);
	return 0;
}

static void start(struct kunit *test, struct job *job, struct gsp_vf *vf, int (*run)(void *arg))
{
	struct task_struct *t;

	job->vf = vf;
	init_completion(&job->done);
	t = kthread_run(run, job, "stuck");
	KUNIT_ASSERT_FALSE(test, IS_ERR(t));
}

/* A create whose plugin never comes up, far from its deadline. */
static void start_stuck(struct kunit *test, struct job *job, struct gsp_vf *vf)
{
	struct fake_vgpu *fake = test->priv;
	int i;

	fake->silent_gfid = vf->gfid;
	fake->timeouts.up = LONG_MS;
	start(test, job, vf, create_thread);
	for (i = 0; i < 100 && !READ_ONCE(vf->plugin.mem); i++)
		msleep(20);
	KUNIT_ASSERT_TRUE(test, !!READ_ONCE(vf->plugin.mem));
	msleep(FAKE_SHORT_MS);
}

static void expect_end(struct kunit *test, struct job *job, int ret)
{
	KUNIT_ASSERT_NE(test, wait_for_completion_timeout(&job->done, 10 * HZ), 0);
	KUNIT_EXPECT_EQ(test, job->ret, ret);
	expect_state(test, job->vf, GSP_VGPU_IDLE);
}

static void stuck_one_stops_nobody(struct kunit *test)
{
	struct fake_vgpu *fake = test->priv;
	struct job job;

	start_stuck(test, &job, &fake->vfs[0]);
	KUNIT_EXPECT_EQ(test, gsp_vgpu_create(&fake->vfs[1], &opener), 0);
	KUNIT_EXPECT_EQ(test, gsp_vgpu_reset(&fake->vfs[1]), 0);
	gsp_vgpu_destroy(&fake->vfs[1]);
	KUNIT_EXPECT_EQ(test, gsp_vf_set_type(&fake->vfs[2], FAKE_TYPE_1G_TOO), 0);
	KUNIT_EXPECT_EQ(test, gsp_vgpu_create(&fake->vfs[0], &opener), -EBUSY);
	KUNIT_EXPECT_EQ(test, gsp_vgpu_reset(&fake->vfs[0]), -EBUSY);
	expect_state(test, &fake->vfs[0], GSP_VGPU_STARTING);

	gsp_vgpu_destroy(&fake->vfs[0]);
	expect_end(test, &job, -ECANCELED);
}

static void crash_ends_stuck_one(struct kunit *test)
{
	struct fake_vgpu *fake = test->priv;
	struct job job;

	start_stuck(test, &job, &fake->vfs[0]);
	gsp_sriov_notify(&fake->vfs[0], GSP_PLUGIN_CRASHED);
	expect_end(test, &job, -EIO);
}

static void not_told_of_a_close(struct kunit *test)
{
	unsigned int counts[GSP_VF_EVENT_LICENCE + 1] = {};
	struct fake_vgpu *fake = test->priv;
	struct gsp_vf *vf = &fake->vfs[0];
	struct job job;
	int i;

	hold(vf, counts);
	KUNIT_ASSERT_EQ(test, gsp_vgpu_create(vf, &opener), 0);
	fake->timeouts.message = LONG_MS;
	fake->nasty = '3';
	fake->message = FAKE_SILENT;
	start(test, &job, vf, reset_thread);
	for (i = 0; i < 100 && gsp_vgpu_state(vf) != GSP_VGPU_BUSY; i++)
		msleep(20);
	expect_state(test, vf, GSP_VGPU_BUSY);

	gsp_vgpu_destroy(vf);
	expect_end(test, &job, -ECANCELED);
	KUNIT_EXPECT_EQ(test, counts[GSP_VF_EVENT_DEAD], 0);
}

static void death_ends_all(struct kunit *test)
{
	unsigned int counts[GSP_VF_EVENT_LICENCE + 1] = {};
	struct fake_vgpu *fake = test->priv;
	struct job job;

	hold(&fake->vfs[1], counts);
	KUNIT_ASSERT_EQ(test, gsp_vgpu_create(&fake->vfs[1], &opener), 0);
	start_stuck(test, &job, &fake->vfs[0]);

	WRITE_ONCE(fake->dead, -ENODEV);
	gsp_sriov_dead(&fake->s);
	KUNIT_ASSERT_NE(test, wait_for_completion_timeout(&job.done, 10 * HZ), 0);
	KUNIT_EXPECT_EQ(test, job.ret, -ENODEV);
	expect_state(test, &fake->vfs[0], GSP_VGPU_LOST);
	KUNIT_EXPECT_EQ(test, counts[GSP_VF_EVENT_DEAD], 1);
	KUNIT_EXPECT_EQ(test, gsp_vgpu_reset(&fake->vfs[1]), -ENODEV);
	gsp_vgpu_destroy(&fake->vfs[1]);
	expect_state(test, &fake->vfs[1], GSP_VGPU_LOST);
	KUNIT_EXPECT_EQ(test, fake->quarantined, 10);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(in_order),
	KUNIT_CASE_PARAM(making_fails, up_steps_gen_params),
	KUNIT_CASE_PARAM(unmaking_fails, down_steps_gen_params),
	KUNIT_CASE(up_by_either),
	KUNIT_CASE(told_of_crash_once),
	KUNIT_CASE(told_of_death_by_call),
	KUNIT_CASE(failed_reset_sticks),
	KUNIT_CASE(found_by_channel),
	KUNIT_CASE(stuck_one_stops_nobody),
	KUNIT_CASE(crash_ends_stuck_one),
	KUNIT_CASE(not_told_of_a_close),
	KUNIT_CASE(death_ends_all),
	{}
};

static struct kunit_suite suite = {
	.name = "gsp_core_sriov_vgpu",
	.init = life_init,
	.exit = life_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);
