// SPDX-License-Identifier: GPL-2.0-only
/*
 * Channel ids: from the top for vGPUs, from the bottom for everybody else.
 */
#include <kunit/test.h>
#include <linux/prandom.h>

#include "part/chid.h"

#define TOTAL	2048

static void share(struct kunit *test)
{
	static const struct {
		u32 max_instance;
		u32 pow2;
		u32 any;
	} rows[] = {
		{ 1, 2048, 2048 }, { 2, 1024, 1024 }, { 3, 512, 682 }, { 12, 128, 170 },
		{ 32, 64, 64 }, { 2048, 1, 1 }, { 2049, 0, 0 }, { 0, 0, 0 },
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		KUNIT_EXPECT_EQ(test, gsp_chid_per_vgpu(TOTAL, rows[i].max_instance, false),
				rows[i].pow2);
		KUNIT_EXPECT_EQ(test, gsp_chid_per_vgpu(TOTAL, rows[i].max_instance, true),
				rows[i].any);
	}
}

static void from_both_ends(struct kunit *test)
{
	struct gsp_chids c;
	u32 first, one;

	KUNIT_ASSERT_EQ(test, gsp_chids_init(&c, TOTAL), 0);
	KUNIT_ASSERT_EQ(test, gsp_chid_alloc(&c, 64, &first), 0);
	KUNIT_EXPECT_EQ(test, first, TOTAL - 64);
	KUNIT_ASSERT_EQ(test, gsp_chid_alloc_one(&c, &one), 0);
	KUNIT_EXPECT_EQ(test, one, 0);

	/* A half that the core has a channel in is no vGPU's. */
	KUNIT_EXPECT_EQ(test, gsp_chid_alloc(&c, TOTAL / 2, &first), -ENOSPC);
	gsp_chid_free(&c, TOTAL - 64, 64);
	KUNIT_EXPECT_EQ(test, gsp_chid_alloc(&c, TOTAL / 2, &first), 0);
	KUNIT_EXPECT_EQ(test, gsp_chid_alloc(&c, TOTAL / 2, &first), -ENOSPC);
	KUNIT_EXPECT_EQ(test, gsp_chid_alloc(&c, 0, &first), -EINVAL);
	gsp_chids_fini(&c);
	KUNIT_EXPECT_EQ(test, gsp_chids_init(&c, 0), -EINVAL);
}

static void exhaustion(struct kunit *test)
{
	struct gsp_chid_stats stats;
	struct gsp_chids c;
	u32 first;
	int i;

	KUNIT_ASSERT_EQ(test, gsp_chids_init(&c, TOTAL), 0);
	for (i = 0; i < 32; i++)
		KUNIT_ASSERT_EQ(test, gsp_chid_alloc(&c, 64, &first), 0);
	KUNIT_EXPECT_EQ(test, first, 0);
	KUNIT_EXPECT_EQ(test, gsp_chid_alloc(&c, 64, &first), -ENOSPC);
	KUNIT_EXPECT_EQ(test, gsp_chid_alloc_one(&c, &first), -ENOSPC);

	gsp_chid_quarantine(&c, 0, 64);
	gsp_chid_free(&c, 64, 64);
	KUNIT_ASSERT_EQ(test, gsp_chid_alloc(&c, 64, &first), 0);
	KUNIT_EXPECT_EQ(test, first, 64);
	gsp_chid_stats(&c, &stats);
	KUNIT_EXPECT_EQ(test, stats.total, TOTAL);
	KUNIT_EXPECT_EQ(test, stats.free, 0);
	KUNIT_EXPECT_EQ(test, stats.quarantined, 64);
	gsp_chids_fini(&c);
}

static void any_order(struct kunit *test)
{
	u8 *owner = kunit_kzalloc(test, TOTAL, GFP_KERNEL);
	struct { u32 first, nr; } runs[24] = {};
	struct gsp_chid_stats stats;
	struct rnd_state dice;
	struct gsp_chids c;
	unsigned int round, i, id;

	KUNIT_ASSERT_NOT_NULL(test, owner);
	KUNIT_ASSERT_EQ(test, gsp_chids_init(&c, TOTAL), 0);
	prandom_seed_state(&dice, 4);
	for (round = 0; round < 4000; round++) {
		i = prandom_u32_state(&dice) % ARRAY_SIZE(runs);
		if (runs[i].nr) {
			memset(owner + runs[i].first, 0, runs[i].nr);
			gsp_chid_free(&c, runs[i].first, runs[i].nr);
			runs[i].nr = 0;
			continue;
		}
		runs[i].nr = 1 << prandom_u32_state(&dice) % 9;
		if (gsp_chid_alloc(&c, runs[i].nr, &runs[i].first)) {
			runs[i].nr = 0;
			continue;
		}
		for (id = runs[i].first; id < runs[i].first + runs[i].nr; id++) {
			KUNIT_ASSERT_EQ(test, owner[id], 0);
			owner[id] = 1;
		}
	}
	for (i = 0; i < ARRAY_SIZE(runs); i++)
		gsp_chid_free(&c, runs[i].first, runs[i].nr);
	gsp_chid_stats(&c, &stats);
	KUNIT_EXPECT_EQ(test, stats.free, TOTAL);
	gsp_chids_fini(&c);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(share),
	KUNIT_CASE(from_both_ends),
	KUNIT_CASE(exhaustion),
	KUNIT_CASE(any_order),
	{}
};

static struct kunit_suite suite = {
	.name = "gsp_core_part_chid",
	.test_cases = cases,
};

kunit_test_suite(suite);
