// SPDX-License-Identifier: GPL-2.0-only
/* The page tables of the image. */
#include <asm/byteorder.h>
#include <kunit/test.h>
#include <linux/scatterlist.h>
#include <linux/vmalloc.h>

#include "fw/radix3.h"

#define PAGE		4096ULL
#define IMAGE_AT	0x7fff00000000ULL
#define TABLES_AT	0x1234000ULL

KUNIT_DEFINE_ACTION_WRAPPER(free_table, sg_free_table, struct sg_table *);
KUNIT_DEFINE_ACTION_WRAPPER(free_memory, vfree, const void *);

/* A list as it is after mapping: segments of @per pages, with a hole of a page between them. */
static struct sg_table *mapped(struct kunit *test, u64 pages, unsigned int per, u64 at)
{
	struct sg_table *sgt = kunit_kzalloc(test, sizeof(*sgt), GFP_KERNEL);
	struct scatterlist *sg;
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, sgt);
	KUNIT_ASSERT_EQ(test, sg_alloc_table(sgt, DIV_ROUND_UP_ULL(pages, per), GFP_KERNEL), 0);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, free_table, sgt), 0);
	for_each_sgtable_sg(sgt, sg, i) {
		sg_dma_address(sg) = at + i * (per + 1ULL) * PAGE;
		sg_dma_len(sg) = min_t(u64, per, pages - (u64)i * per) * PAGE;
	}
	return sgt;
}

/* Address of page @n of such a list. */
static u64 page_at(u64 at, u64 n, unsigned int per)
{
	return at + (n + n / per) * PAGE;
}

static void *table_memory(struct kunit *test, size_t size)
{
	void *mem = vmalloc(size);

	KUNIT_ASSERT_NOT_NULL(test, mem);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, free_memory, mem), 0);
	memset(mem, 0xff, size);
	return mem;
}

struct geometry {
	const char *name;
	u64 size;
	u64 pages;
	u64 level2;
};

static const struct geometry geometries[] = {
	{ "one byte", 1, 1, 1 },
	{ "1 page", 4096, 1, 1 },
	{ "1 page and a byte", 4097, 2, 1 },
	{ "512 pages", 0x200000, 512, 1 },
	{ "513 pages", 0x201000, 513, 2 },
	{ "570.144 for Ada", 0x3c99000, 15513, 31 },
	{ "570.144 for Turing", 0x1b34ea0, 6965, 14 },
};

KUNIT_ARRAY_PARAM_DESC(geometries, geometries, name);

static void expect_level(struct kunit *test, const __le64 *level, u64 room, u64 nr, u64 at,
			 u64 first, unsigned int per)
{
	u64 i, bad = 0;

	for (i = 0; i < room; i++)
		bad += le64_to_cpu(level[i]) != (i < nr ? page_at(at, first + i, per) : 0);
	KUNIT_EXPECT_EQ(test, bad, 0);
}

static void fill(struct kunit *test)
{
	const struct geometry *g = test->param_value;
	struct sg_table *image = mapped(test, g->pages, 7, IMAGE_AT);
	struct sg_table *tables = mapped(test, g->level2 + 2, 3, TABLES_AT);
	size_t size = gsp_radix3_size(g->size);
	dma_addr_t root;
	__le64 *t;

	KUNIT_ASSERT_EQ(test, size, (g->level2 + 2) * PAGE);
	t = table_memory(test, size);
	KUNIT_ASSERT_EQ(test, gsp_radix3_fill(t, tables, g->size, image, &root), 0);
	KUNIT_EXPECT_EQ(test, root, TABLES_AT);
	expect_level(test, t, 512, 1, TABLES_AT, 1, 3);
	expect_level(test, t + 512, 512, g->level2, TABLES_AT, 2, 3);
	expect_level(test, t + 1024, g->level2 * 512, g->pages, IMAGE_AT, 0, 7);
}

static void sizes(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, gsp_radix3_size(0), 0);
	KUNIT_EXPECT_EQ(test, gsp_radix3_size(0x40000000), 514 * PAGE);
	KUNIT_EXPECT_EQ(test, gsp_radix3_size(0x40000001), 0);
	KUNIT_EXPECT_EQ(test, gsp_radix3_size(U64_MAX), 0);
}

static int fill_with(struct kunit *test, struct sg_table *tables, struct sg_table *image)
{
	dma_addr_t root;

	return gsp_radix3_fill(table_memory(test, 3 * PAGE), tables, 10 * PAGE, image, &root);
}

static void lists_that_do_not_fit(struct kunit *test)
{
	struct sg_table *tables = mapped(test, 3, 3, TABLES_AT);
	struct sg_table *image = mapped(test, 10, 4, IMAGE_AT);

	KUNIT_EXPECT_EQ(test, fill_with(test, tables, image), 0);
	KUNIT_EXPECT_EQ(test, fill_with(test, mapped(test, 2, 3, TABLES_AT), image), -EFAULT);
	KUNIT_EXPECT_EQ(test, fill_with(test, tables, mapped(test, 9, 4, IMAGE_AT)), -EFAULT);
	KUNIT_EXPECT_EQ(test, fill_with(test, tables, mapped(test, 10, 4, IMAGE_AT + 512)),
			-EFAULT);
	sg_dma_len(image->sgl) -= 512;
	KUNIT_EXPECT_EQ(test, fill_with(test, tables, image), -EFAULT);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(sizes),
	KUNIT_CASE_PARAM(fill, geometries_gen_params),
	KUNIT_CASE(lists_that_do_not_fit),
	{}
};

static struct kunit_suite suite = {
	.name = "gsp_core_radix3",
	.test_cases = cases,
};

kunit_test_suite(suite);
