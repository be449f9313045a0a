// SPDX-License-Identifier: GPL-2.0-only
/*
 * What of a BAR a guest may reach: borders, last bytes, absurd numbers.
 */
#include <kunit/test.h>
#include <linux/limits.h>
#include <linux/prandom.h>
#include <linux/sizes.h>
#include <linux/string.h>

#include "range.h"

#define PAGES	64
#define ROUNDS	2000

/* The Ada page and the MSI-X table, as they are on the silicon. */
static const struct gsp_vfio_range ada[] = { { 0x3000, 0x4000 }, { 0x10000, 0x11000 } };

static void clip(struct kunit *test)
{
	static const struct {
		u64 size, pos, count, got;
	} rows[] = {
		{ SZ_64M, 0, 4, 4 },
		{ SZ_64M, SZ_64M - 1, 1, 1 },
		{ SZ_64M, SZ_64M - 1, 2, 1 },
		{ SZ_64M, SZ_64M - 4, 8, 4 },
		{ SZ_64M, SZ_64M, 1, 0 },
		{ SZ_64M, SZ_64M + 1, 1, 0 },
		{ SZ_64M, U64_MAX, 1, 0 },
		{ SZ_64M, U64_MAX, U64_MAX, 0 },
		{ SZ_64M, 1, U64_MAX, SZ_64M - 1 },
		{ SZ_64M, 0, 0, 0 },
		{ 0, 0, 1, 0 },
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		KUNIT_EXPECT_EQ_MSG(test, gsp_vfio_clip(rows[i].size, rows[i].pos, rows[i].count),
				    rows[i].got, "row %d", i);
		KUNIT_EXPECT_EQ_MSG(test,
				    gsp_vfio_inside(rows[i].size, rows[i].pos, rows[i].count),
				    rows[i].count && rows[i].got == rows[i].count, "row %d", i);
	}
}

static void meets(struct kunit *test)
{
	KUNIT_EXPECT_FALSE(test, gsp_vfio_meets(ada, 2, 0, 0x3000));
	KUNIT_EXPECT_TRUE(test, gsp_vfio_meets(ada, 2, 0, 0x3001));
	KUNIT_EXPECT_TRUE(test, gsp_vfio_meets(ada, 2, 0x3fff, 1));
	KUNIT_EXPECT_FALSE(test, gsp_vfio_meets(ada, 2, 0x4000, 0xc000));
	KUNIT_EXPECT_TRUE(test, gsp_vfio_meets(ada, 2, 0x4000, 0xc001));
	KUNIT_EXPECT_FALSE(test, gsp_vfio_meets(ada, 2, 0x11000, SZ_16M - 0x11000));
	/* A PMD around both */
	KUNIT_EXPECT_TRUE(test, gsp_vfio_meets(ada, 2, 0, SZ_2M));
	KUNIT_EXPECT_FALSE(test, gsp_vfio_meets(ada, 2, SZ_2M, SZ_2M));
	KUNIT_EXPECT_FALSE(test, gsp_vfio_meets(ada, 0, 0, SZ_2M));
}

static void run(struct kunit *test)
{
	static const struct {
		u64 pos, count, got;
		unsigned int in;
	} rows[] = {
		{ 0, SZ_16M, 0x3000, 2 },
		{ 0x2ffc, 4, 4, 2 },
		{ 0x2ffe, 4, 2, 2 },
		{ 0x3000, 4, 4, 0 },
		{ 0x3ffc, 8, 4, 0 },
		{ 0x4000, SZ_16M, 0xc000, 2 },
		{ 0x10800, SZ_16M, 0x800, 1 },
		{ 0x11000, 16, 16, 2 },
		{ 0x11000, 0, 0, 2 },
	};
	unsigned int in;
	int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		KUNIT_EXPECT_EQ_MSG(test, gsp_vfio_run(ada, 2, rows[i].pos, rows[i].count, &in),
				    rows[i].got, "row %d", i);
		KUNIT_EXPECT_EQ_MSG(test, in, rows[i].in, "row %d", i);
	}
	KUNIT_EXPECT_EQ(test, gsp_vfio_run(ada, 0, 0x3000, SZ_1M, &in), SZ_1M);
	KUNIT_EXPECT_EQ(test, in, 0);
}

static void width(struct kunit *test)
{
	static const struct {
		u64 pos, count;
		unsigned int got;
	} rows[] = {
		{ 0x30b0, 4, 4 }, { 0x30b0, 8, 4 }, { 0x30b0, 3, 2 }, { 0x30b0, 1, 1 },
		{ 0x30b1, 4, 1 }, { 0x30b2, 4, 2 }, { 0x30b2, 1, 1 }, { 0x30b3, 9, 1 },
		{ 0x30b4, U64_MAX, 4 },
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		KUNIT_EXPECT_EQ_MSG(test, gsp_vfio_width(rows[i].pos, rows[i].count), rows[i].got,
				    "row %d", i);
}

/* Pages of 4 KiB and of 64 KiB see different holes. */
static void add(struct kunit *test)
{
	struct gsp_vfio_range r[3];
	unsigned int nr;

	nr = gsp_vfio_add(r, 0, (struct gsp_vfio_range) { 0x10000, 0x10060 }, SZ_4K);
	nr = gsp_vfio_add(r, nr, ada[0], SZ_4K);
	KUNIT_ASSERT_EQ(test, nr, 2);
	KUNIT_EXPECT_MEMEQ(test, r, ada, sizeof(ada));

	nr = gsp_vfio_add(r, 0, ada[0], SZ_64K);
	nr = gsp_vfio_add(r, nr, ada[1], SZ_64K);
	KUNIT_ASSERT_EQ(test, nr, 1);
	KUNIT_EXPECT_EQ(test, r[0].start, 0);
	KUNIT_EXPECT_EQ(test, r[0].end, SZ_128K);
}

static void gaps(struct kunit *test)
{
	static const struct gsp_vfio_range want[] = {
		{ 0, 0x3000 }, { 0x4000, 0x10000 }, { 0x11000, SZ_16M },
	};
	static const struct gsp_vfio_range ends[] = { { 0, 0x1000 }, { SZ_16M - 0x1000, SZ_16M } };
	struct gsp_vfio_range found[3];

	KUNIT_ASSERT_EQ(test, gsp_vfio_gaps(ada, 2, SZ_16M, found), 3);
	KUNIT_EXPECT_MEMEQ(test, found, want, sizeof(want));
	KUNIT_ASSERT_EQ(test, gsp_vfio_gaps(ends, 2, SZ_16M, found), 1);
	KUNIT_EXPECT_EQ(test, found[0].start, 0x1000);
	KUNIT_EXPECT_EQ(test, found[0].end, SZ_16M - 0x1000);
	KUNIT_ASSERT_EQ(test, gsp_vfio_gaps(ada, 0, SZ_16M, found), 1);
	KUNIT_EXPECT_EQ(test, found[0].end, SZ_16M);
	/* A BAR that ends before the holes, or within one */
	KUNIT_ASSERT_EQ(test, gsp_vfio_gaps(ada, 2, 0x3000, found), 1);
	KUNIT_EXPECT_EQ(test, found[0].end, 0x3000);
	KUNIT_EXPECT_EQ(test, gsp_vfio_gaps(ada, 2, 0x3800, found), 1);
}

static unsigned int make_ranges(struct rnd_state *rnd, struct gsp_vfio_range *r, bool *hole)
{
	unsigned int i, page, nr = 0, wanted = prandom_u32_state(rnd) % 6;

	memset(hole, 0, PAGES);
	for (i = 0; i < wanted; i++) {
		u64 first = prandom_u32_state(rnd) % PAGES;
		u64 last = min(first + prandom_u32_state(rnd) % 8, PAGES - 1);

		/* Somewhere in its first page to somewhere in its last one */
		nr = gsp_vfio_add(r, nr, (struct gsp_vfio_range) {
				  first * SZ_4K + 100, last * SZ_4K + 200 }, SZ_4K);
		for (page = first; page <= last; page++)
			hole[page] = true;
	}
	return nr;
}

/* Page by page, the list says what was put into it, and gaps are what is left. */
static void any_ranges(struct kunit *test)
{
	struct gsp_vfio_range r[7], found[8];
	struct rnd_state rnd;
	bool hole[PAGES];
	unsigned int i, in, page, nr, nr_gaps;

	prandom_seed_state(&rnd, 0x3000);
	for (i = 0; i < ROUNDS; i++) {
		nr = make_ranges(&rnd, r, hole);
		nr_gaps = gsp_vfio_gaps(r, nr, PAGES * SZ_4K, found);
		for (page = 0; page < PAGES; page++) {
			u64 pos = page * SZ_4K;

			KUNIT_ASSERT_EQ(test, gsp_vfio_meets(r, nr, pos, SZ_4K), hole[page]);
			KUNIT_ASSERT_EQ(test, gsp_vfio_meets(found, nr_gaps, pos, SZ_4K),
					!hole[page]);
			KUNIT_ASSERT_GE(test, gsp_vfio_run(r, nr, pos, SZ_4K, &in), SZ_4K);
			KUNIT_ASSERT_EQ(test, in < nr, hole[page]);
		}
		for (in = 1; in < nr; in++)
			KUNIT_ASSERT_LT(test, r[in - 1].end, r[in].start);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(clip),
	KUNIT_CASE(meets),
	KUNIT_CASE(run),
	KUNIT_CASE(width),
	KUNIT_CASE(add),
	KUNIT_CASE(gaps),
	KUNIT_CASE(any_ranges),
	{}
};

static struct kunit_suite suite = {
	.name = "gsp_vfio_pci_range",
	.test_cases = cases,
};

kunit_test_suite(suite);

MODULE_DESCRIPTION("KUnit tests of gsp-vfio-pci");
MODULE_LICENSE("GPL");
