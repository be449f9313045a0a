// SPDX-License-Identifier: GPL-2.0-only
/*
 * Framebuffer: what is taken is nobody else's, what is given back is all there.
 */
#include <kunit/test.h>
#include <linux/prandom.h>
#include <linux/sizes.h>

#include "abi/abi.h"
#include "part/fb.h"

#define SEGMENT		SZ_32M
#define NR_SEGMENTS	64
#define FB_SIZE		((u64)NR_SEGMENTS * SEGMENT)
#define OWNERS		48

/*
 * One owner of framebuffer in the random test.
 */
struct owner {
	bool whole;
	unsigned int nr;
	struct gsp_fb_range ranges[NR_SEGMENTS];
};

static void plain_config(struct gsp_config *config)
{
	config->fb_size = FB_SIZE;
	config->nr_regions = 1;
	config->regions[0] = (struct gsp_fb_region) { .size = FB_SIZE, .usable = true };
}

static struct gsp_fb *new_fb(struct kunit *test)
{
	struct gsp_config *config = kunit_kzalloc(test, sizeof(*config), GFP_KERNEL);
	struct gsp_fb *fb = kunit_kzalloc(test, sizeof(*fb), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, config);
	KUNIT_ASSERT_NOT_NULL(test, fb);
	plain_config(config);
	KUNIT_ASSERT_EQ(test, gsp_fb_init(fb, config, FB_SIZE, SEGMENT), 0);
	return fb;
}

static u64 bytes_free(struct gsp_fb *fb)
{
	struct gsp_fb_stats stats;

	gsp_fb_stats(fb, &stats);
	return stats.free;
}

/* Regions are joined where they touch; reserved ones win. */
static void regions(struct kunit *test)
{
	struct gsp_config *config = kunit_kzalloc(test, sizeof(*config), GFP_KERNEL);
	struct gsp_fb_stats stats;
	struct gsp_fb fb;

	KUNIT_ASSERT_NOT_NULL(test, config);
	config->fb_size = FB_SIZE;
	config->nr_regions = 4;
	config->regions[0] = (struct gsp_fb_region) { SEGMENT + SZ_1M, 3 * SEGMENT, true };
	config->regions[1] = (struct gsp_fb_region) { 0, SEGMENT + SZ_1M, true };
	config->regions[2] = (struct gsp_fb_region) { 2 * SEGMENT, SZ_4K, false };
	config->regions[3] = (struct gsp_fb_region) { 10 * SEGMENT, 4 * SEGMENT, true };

	/* 0, 1 and 3 of the first two, 10 to 12 of the last, whose end is cut. */
	KUNIT_ASSERT_EQ(test, gsp_fb_init(&fb, config, 14 * SEGMENT - 1, SEGMENT), 0);
	gsp_fb_stats(&fb, &stats);
	KUNIT_EXPECT_EQ(test, stats.total, 6 * (u64)SEGMENT);
	KUNIT_EXPECT_EQ(test, stats.largest, 3 * (u64)SEGMENT);
	gsp_fb_fini(&fb);
}

static void lies(struct kunit *test)
{
	static const struct gsp_fb_region bad[] = {
		{ FB_SIZE + 1, 0, true },
		{ 0, FB_SIZE + 1, true },
		{ U64_MAX, 1, true },
		{ SZ_4K, U64_MAX, false },
	};
	struct gsp_config *config = kunit_kzalloc(test, sizeof(*config), GFP_KERNEL);
	struct gsp_fb fb;
	int i;

	KUNIT_ASSERT_NOT_NULL(test, config);
	plain_config(config);
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		config->regions[0] = bad[i];
		KUNIT_EXPECT_EQ(test, gsp_fb_init(&fb, config, FB_SIZE, SEGMENT), -EPROTO);
	}
	plain_config(config);
	KUNIT_EXPECT_EQ(test, gsp_fb_init(&fb, config, FB_SIZE + 1, SEGMENT), -EPROTO);
	KUNIT_EXPECT_EQ(test, gsp_fb_init(&fb, config, SEGMENT - 1, SEGMENT), -EPROTO);
	KUNIT_EXPECT_EQ(test, gsp_fb_init(&fb, config, FB_SIZE, 0), -EPROTO);
	KUNIT_EXPECT_EQ(test, gsp_fb_init(&fb, config, FB_SIZE, SEGMENT + 1), -EPROTO);
	KUNIT_EXPECT_EQ(test, gsp_fb_init(&fb, config, FB_SIZE, SZ_2K), -EPROTO);
	config->nr_regions = GSP_FB_REGIONS_MAX + 1;
	KUNIT_EXPECT_EQ(test, gsp_fb_init(&fb, config, FB_SIZE, SEGMENT), -EPROTO);
}

/* With every second segment taken, pieces have to do; too many pieces do not. */
static void fragmentation(struct kunit *test)
{
	struct gsp_fb_range *r = kunit_kcalloc(test, NR_SEGMENTS, sizeof(*r), GFP_KERNEL);
	struct gsp_fb *fb = new_fb(test);
	unsigned int i, nr;

	KUNIT_ASSERT_NOT_NULL(test, r);
	for (i = 0; i < NR_SEGMENTS; i++)
		KUNIT_ASSERT_EQ(test, gsp_fb_alloc_segments(fb, 1, &r[i], 1, &nr), 0);
	KUNIT_EXPECT_EQ(test, gsp_fb_alloc_segments(fb, 1, r, 1, &nr), -ENOSPC);
	for (i = 0; i < NR_SEGMENTS; i += 2)
		gsp_fb_free_segments(fb, &r[i], 1);

	KUNIT_EXPECT_EQ(test, gsp_fb_alloc_segments(fb, 9, r, 8, &nr), -ENOSPC);
	KUNIT_EXPECT_EQ(test, bytes_free(fb), FB_SIZE / 2);
	KUNIT_ASSERT_EQ(test, gsp_fb_alloc_segments(fb, 9, r, 9, &nr), 0);
	KUNIT_EXPECT_EQ(test, nr, 9);
	for (i = 0; i < nr; i++) {
		KUNIT_EXPECT_EQ(test, r[i].addr, 2 * i * (u64)SEGMENT);
		KUNIT_EXPECT_EQ(test, r[i].size, (u64)SEGMENT);
	}
	KUNIT_EXPECT_EQ(test, bytes_free(fb), FB_SIZE / 2 - 9 * (u64)SEGMENT);
	gsp_fb_fini(fb);
}

static void small_pieces(struct kunit *test)
{
	struct gsp_fb *fb = new_fb(test);
	u64 a, b, c, addr;

	KUNIT_ASSERT_EQ(test, gsp_fb_alloc(fb, 1, 1, &a), 0);
	KUNIT_ASSERT_EQ(test, gsp_fb_alloc(fb, SZ_1M, SZ_1M, &b), 0);
	KUNIT_ASSERT_EQ(test, gsp_fb_alloc(fb, SZ_4K, SZ_4K, &c), 0);
	KUNIT_EXPECT_EQ(test, bytes_free(fb), FB_SIZE - SEGMENT);
	KUNIT_EXPECT_TRUE(test, IS_ALIGNED(b, SZ_1M));
	KUNIT_EXPECT_NE(test, a, c);

	/* Longer than a segment, and a whole one that has to be aligned. */
	KUNIT_ASSERT_EQ(test, gsp_fb_alloc(fb, SEGMENT + 1, SEGMENT, &addr), 0);
	KUNIT_EXPECT_EQ(test, bytes_free(fb), FB_SIZE - 3 * (u64)SEGMENT);
	gsp_fb_free(fb, addr, SEGMENT + 1);
	KUNIT_ASSERT_EQ(test, gsp_fb_alloc(fb, SEGMENT, SEGMENT, &addr), 0);
	KUNIT_EXPECT_TRUE(test, IS_ALIGNED(addr, SEGMENT));
	gsp_fb_free(fb, addr, SEGMENT);

	gsp_fb_free(fb, b, SZ_1M);
	gsp_fb_free(fb, a, 1);
	gsp_fb_free(fb, c, SZ_4K);
	KUNIT_EXPECT_EQ(test, bytes_free(fb), FB_SIZE);

	KUNIT_EXPECT_EQ(test, gsp_fb_alloc(fb, 0, 1, &addr), -EINVAL);
	KUNIT_EXPECT_EQ(test, gsp_fb_alloc(fb, 1, 3, &addr), -EINVAL);
	KUNIT_EXPECT_EQ(test, gsp_fb_alloc(fb, 1, 2 * SEGMENT, &addr), -EINVAL);
	KUNIT_EXPECT_EQ(test, gsp_fb_alloc(fb, FB_SIZE + 1, 1, &addr), -EINVAL);
	gsp_fb_fini(fb);
}

static void quarantine(struct kunit *test)
{
	struct gsp_fb *fb = new_fb(test);
	struct gsp_fb_stats stats;
	struct gsp_fb_range r[2];
	unsigned int nr;
	u64 addr;

	KUNIT_ASSERT_EQ(test, gsp_fb_alloc_segments(fb, 2, r, 2, &nr), 0);
	gsp_fb_quarantine(fb, r, nr);
	KUNIT_ASSERT_EQ(test, gsp_fb_alloc(fb, SZ_4K, SZ_4K, &addr), 0);
	r[1] = (struct gsp_fb_range) { addr, SZ_4K };
	gsp_fb_quarantine(fb, &r[1], 1);

	gsp_fb_stats(fb, &stats);
	KUNIT_EXPECT_EQ(test, stats.quarantined, 2 * (u64)SEGMENT + SZ_4K);
	KUNIT_EXPECT_EQ(test, stats.free, FB_SIZE - 3 * (u64)SEGMENT);
	KUNIT_EXPECT_EQ(test, stats.total, FB_SIZE);
	KUNIT_EXPECT_EQ(test, gsp_fb_alloc_segments(fb, NR_SEGMENTS - 2, r, 2, &nr), -ENOSPC);
	gsp_fb_fini(fb);
}

static bool overlap(const struct owner *a, const struct owner *b)
{
	unsigned int i, j;

	for (i = 0; i < a->nr; i++)
		for (j = 0; j < b->nr; j++)
			if (a->ranges[i].addr < b->ranges[j].addr + b->ranges[j].size &&
			    b->ranges[j].addr < a->ranges[i].addr + a->ranges[i].size)
				return true;
	return false;
}

static void take(struct gsp_fb *fb, struct rnd_state *dice, struct owner *o)
{
	u32 nr = 1 + prandom_u32_state(dice) % 9;

	o->whole = prandom_u32_state(dice) & 1;
	if (o->whole) {
		if (gsp_fb_alloc_segments(fb, nr, o->ranges, NR_SEGMENTS, &o->nr))
			o->nr = 0;
		return;
	}
	o->ranges[0].size = nr * SZ_4K << prandom_u32_state(dice) % 10;
	o->nr = !gsp_fb_alloc(fb, o->ranges[0].size, SZ_4K << prandom_u32_state(dice) % 8,
			      &o->ranges[0].addr);
}

static void give(struct gsp_fb *fb, struct owner *o)
{
	if (o->nr && o->whole)
		gsp_fb_free_segments(fb, o->ranges, o->nr);
	else if (o->nr)
		gsp_fb_free(fb, o->ranges[0].addr, o->ranges[0].size);
	o->nr = 0;
}

static void any_order(struct kunit *test)
{
	struct owner *owners = kunit_kcalloc(test, OWNERS, sizeof(*owners), GFP_KERNEL);
	struct gsp_fb *fb = new_fb(test);
	struct rnd_state dice;
	unsigned int i, j, round;

	KUNIT_ASSERT_NOT_NULL(test, owners);
	prandom_seed_state(&dice, 4);
	for (round = 0; round < 4000; round++) {
		i = prandom_u32_state(&dice) % OWNERS;
		if (owners[i].nr) {
			give(fb, &owners[i]);
			continue;
		}
		take(fb, &dice, &owners[i]);
		for (j = 0; j < OWNERS; j++)
			if (j != i)
				KUNIT_ASSERT_FALSE(test, overlap(&owners[i], &owners[j]));
	}
	for (i = 0; i < OWNERS; i++)
		give(fb, &owners[i]);
	KUNIT_EXPECT_EQ(test, bytes_free(fb), FB_SIZE);
	gsp_fb_fini(fb);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(regions),
	KUNIT_CASE(lies),
	KUNIT_CASE(fragmentation),
	KUNIT_CASE(small_pieces),
	KUNIT_CASE(quarantine),
	KUNIT_CASE(any_order),
	{}
};

static struct kunit_suite suite = {
	.name = "gsp_core_part_fb",
	.test_cases = cases,
};

kunit_test_suite(suite);
