// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every step from every state of a vGPU. Each row has a letter for each step:
 * where it leads to, '.' where it is refused.
 */
#include <kunit/test.h>
#include <linux/string.h>

#include "sriov/state.h"

static const char letters[] = "IsRbfBtL";

static const struct {
	enum gsp_vgpu_state state;
	/* OPEN UP GIVE_UP WORK DONE BREAK CLOSE CLOSED LOSE */
	const char *leads_to;
	int refused;
	bool working;
} rows[] = {
	{ GSP_VGPU_IDLE,     "s....I...", -ENODEV, false },
	{ GSP_VGPU_STARTING, ".Rt..f...", -EBUSY, true },
	{ GSP_VGPU_RUNNING,  "...b.Bt..", -EBUSY, false },
	{ GSP_VGPU_BUSY,     "....Rf...", -EBUSY, true },
	{ GSP_VGPU_FAILING,  "..t.Bf...", -EIO, true },
	{ GSP_VGPU_BROKEN,   ".....Bt..", -EIO, false },
	{ GSP_VGPU_STOPPING, ".....t.IL", -EBUSY, true },
	{ GSP_VGPU_LOST,     ".....L...", -EIO, false },
};

static void every_step_from_every_state(struct kunit *test)
{
	enum gsp_vgpu_state next;
	int i, step;

	KUNIT_ASSERT_EQ(test, ARRAY_SIZE(rows), GSP_NR_VGPU_STATES);
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		KUNIT_ASSERT_EQ(test, strlen(rows[i].leads_to), GSP_NR_VGPU_STEPS);
		for (step = 0; step < GSP_NR_VGPU_STEPS; step++) {
			char want = rows[i].leads_to[step];
			int ret = gsp_vgpu_state_next(rows[i].state, step, &next);

			KUNIT_EXPECT_EQ_MSG(test, ret, want == '.' ? rows[i].refused : 0,
					    "%s, step %d", gsp_vgpu_state_name(rows[i].state),
					    step);
			if (!ret)
				KUNIT_EXPECT_EQ(test, letters[next], want);
		}
	}
}

static void who_works(struct kunit *test)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		KUNIT_EXPECT_EQ(test, gsp_vgpu_state_working(rows[i].state), rows[i].working);
		KUNIT_EXPECT_NOT_NULL(test, gsp_vgpu_state_name(rows[i].state));
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(every_step_from_every_state),
	KUNIT_CASE(who_works),
	{}
};

static struct kunit_suite suite = {
	.name = "gsp_core_sriov_state",
	.test_cases = cases,
};

kunit_test_suite(suite);
