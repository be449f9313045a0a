// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bytes that users' tools take apart.
 */
#include <kunit/test.h>
#include <linux/gfp.h>
#include <linux/string.h>

#include "sysfs/sysfs.h"

static int page_init(struct kunit *test)
{
	test->priv = (void *)get_zeroed_page(GFP_KERNEL);
	return test->priv ? 0 : -ENOMEM;
}

static void page_exit(struct kunit *test)
{
	free_page((unsigned long)test->priv);
}

/* As a real host with an L40S shows them. */
static void table_is_exact(struct kunit *test)
{
	char *page = test->priv;
	int at = 0;

	at += gsp_sysfs_emit_type(page, at, 0, NULL);
	at += gsp_sysfs_emit_type(page, at, 1145, "NVIDIA L40S-1B");
	at += gsp_sysfs_emit_type(page, at, 2164, "NVIDIA L40S-3B");
	KUNIT_EXPECT_STREQ(test, page,
			   "ID    : vGPU Name\n1145  : NVIDIA L40S-1B\n2164  : NVIDIA L40S-3B\n");
	KUNIT_EXPECT_EQ(test, at, strlen(page));
}

static void width_of_numbers(struct kunit *test)
{
	char *page = test->priv;
	int at = 0;

	at += gsp_sysfs_emit_type(page, at, 7, "a");
	at += gsp_sysfs_emit_type(page, at, 12345, "b");
	at += gsp_sysfs_emit_type(page, at, 123456, "c");
	at += gsp_sysfs_emit_type(page, at, U32_MAX, "d");
	KUNIT_EXPECT_STREQ(test, page, "7     : a\n12345 : b\n123456 : c\n4294967295 : d\n");
}

/* More types than a page has room for: whole rows, and the last one ends. */
static void no_torn_row(struct kunit *test)
{
	static const char name[] = "NVIDIA 0123456789-0123456789-48Q";
	char *page = test->priv;
	int at = 0, rows = 0, n;

	KUNIT_ASSERT_EQ(test, strlen(name), 32);
	do {
		n = gsp_sysfs_emit_type(page, at, 1145 + rows, name);
		at += n;
		rows++;
	} while (n && rows < 10000);
	KUNIT_EXPECT_LT(test, rows, 10000);
	KUNIT_EXPECT_LT(test, at, PAGE_SIZE);
	KUNIT_EXPECT_GT(test, at, PAGE_SIZE - 50);
	KUNIT_EXPECT_EQ(test, page[at - 1], '\n');
	KUNIT_EXPECT_EQ(test, strlen(page), at);
}

static void numbers_that_are_none(struct kunit *test)
{
	static const char * const bad[] = {
		"", "\n", " ", "x", "1145x", "1145 ", " 1145", "0x479", "1145\n\n", "-1",
		"4294967296", "1145,1146", "nvidia-1145", "NVIDIA L40S-1B",
	};
	u32 id;
	int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		KUNIT_EXPECT_EQ_MSG(test, gsp_sysfs_parse_type(bad[i], &id), -EINVAL, "'%s'",
				    bad[i]);
}

static void numbers(struct kunit *test)
{
	u32 id = 1;

	KUNIT_EXPECT_EQ(test, gsp_sysfs_parse_type("0", &id), 0);
	KUNIT_EXPECT_EQ(test, id, 0);
	KUNIT_EXPECT_EQ(test, gsp_sysfs_parse_type("1145\n", &id), 0);
	KUNIT_EXPECT_EQ(test, id, 1145);
	KUNIT_EXPECT_EQ(test, gsp_sysfs_parse_type("0010", &id), 0);
	KUNIT_EXPECT_EQ(test, id, 10);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(table_is_exact),
	KUNIT_CASE(width_of_numbers),
	KUNIT_CASE(no_torn_row),
	KUNIT_CASE(numbers_that_are_none),
	KUNIT_CASE(numbers),
	{}
};

static struct kunit_suite suite = {
	.name = "gsp_core_sysfs",
	.init = page_init,
	.exit = page_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);
