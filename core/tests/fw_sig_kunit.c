// SPDX-License-Identifier: GPL-2.0-only
/* Choice of the signature by fuse version. */
#include <kunit/test.h>

#include "fw/sig.h"

struct by_version {
	const char *name;
	u32 image;
	u32 nr;
	u32 fuse;
	int idx;
};

static const struct by_version by_version[] = {
	{ "two, none burnt", 1, 2, 0, 1 },
	{ "two, newest", 1, 2, 1, 0 },
	{ "two, too new", 1, 2, 2, -ENOKEY },
	{ "one, none burnt", 0, 1, 0, 0 },
	{ "one, burnt", 0, 1, 1, -ENOKEY },
	{ "three, oldest", 5, 3, 3, 2 },
	{ "three, too old", 5, 3, 2, -ENOKEY },
	{ "three, middle", 5, 3, 4, 1 },
	{ "three, none burnt", 5, 3, 0, 2 },
	{ "none", 1, 0, 0, -ENOKEY },
	{ "none, burnt", 1, 0, 1, -ENOKEY },
	{ "far apart", 0xffffffff, 2, 1, -ENOKEY },
};

KUNIT_ARRAY_PARAM_DESC(by_version, by_version, name);

static void choose_by_version(struct kunit *test)
{
	const struct by_version *p = test->param_value;

	KUNIT_EXPECT_EQ(test, gsp_fw_sig_by_version(p->image, p->nr, p->fuse), p->idx);
}

struct by_mask {
	const char *name;
	u16 versions;
	u32 nr;
	u32 fuse;
	int idx;
};

static const struct by_mask by_mask[] = {
	{ "first", 0x0001, 1, 0, 0 },
	{ "not there", 0x0001, 1, 1, -ENOKEY },
	{ "gap before", 0x0005, 2, 2, 1 },
	{ "in the gap", 0x0005, 2, 1, -ENOKEY },
	{ "below the first", 0x000c, 2, 0, -ENOKEY },
	{ "first above 0", 0x000c, 2, 2, 0 },
	{ "second above 0", 0x000c, 2, 3, 1 },
	{ "last bit", 0x8000, 1, 15, 0 },
	{ "all", 0xffff, 16, 15, 15 },
	{ "behind the mask", 0xffff, 16, 16, -ENOKEY },
	{ "far behind the mask", 0xffff, 16, 32, -ENOKEY },
	{ "fewer signatures than bits", 0x0007, 2, 2, -ENOKEY },
	{ "no versions", 0x0000, 1, 0, -ENOKEY },
	{ "no signatures", 0x0001, 0, 0, -ENOKEY },
};

KUNIT_ARRAY_PARAM_DESC(by_mask, by_mask, name);

static void choose_by_mask(struct kunit *test)
{
	const struct by_mask *p = test->param_value;

	KUNIT_EXPECT_EQ(test, gsp_fw_sig_by_mask(p->versions, p->nr, p->fuse), p->idx);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(choose_by_version, by_version_gen_params),
	KUNIT_CASE_PARAM(choose_by_mask, by_mask_gen_params),
	{}
};

static struct kunit_suite suite = {
	.name = "gsp_core_fw_sig",
	.test_cases = cases,
};

kunit_test_suite(suite);
