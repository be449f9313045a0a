// SPDX-License-Identifier: GPL-2.0-only
/* The generic boot loader: its container, and the order that it is given. */
#include <kunit/test.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#include "fw/bl.h"
#include "fw_build.h"

static int parse(const void *data, size_t len)
{
	struct gsp_fw_blob blob = { .data = data, .len = len };
	struct gsp_fw_bl_desc desc;

	return gsp_fw_bl_parse(&blob, &desc);
}

static void well_formed(struct kunit *test)
{
	struct fwb_file f = fwb_bl(test);
	struct gsp_fw_blob blob = { .data = f.data, .len = f.len };
	struct gsp_fw_bl_desc d;

	KUNIT_ASSERT_EQ(test, gsp_fw_bl_parse(&blob, &d), 0);
	KUNIT_EXPECT_EQ(test, d.code, FWB_BL_DATA);
	KUNIT_EXPECT_EQ(test, d.code_size, 0x200);
	KUNIT_EXPECT_EQ(test, d.start, 0xfd00);
	KUNIT_EXPECT_EQ(test, d.order, 0);
}

static void every_prefix(struct kunit *test)
{
	struct fwb_file f = fwb_bl(test);

	fwb_each_prefix(test, &f, parse);
}

#define BL(word)	(FWB_BL_DESC + 4 * (word))

static const struct fwb_patch patches[] = {
	{ "magic", 0x00, 4, 0x10df, -ENOEXEC },
	{ "container version", 0x04, 4, 2, -ENOEXEC },
	{ "descriptor outside", 0x0c, 4, FWB_BL_LEN - 0x17, -ENODATA },
	{ "descriptor far outside", 0x0c, 4, ~0U, -ENODATA },
	{ "image outside", 0x10, 4, FWB_BL_DATA + 1, -ENODATA },
	{ "image empty", 0x14, 4, 0, -EINVAL },
	{ "image beyond reason", 0x14, 4, 0x100001, -E2BIG },
	{ "start tag of 17 bits", BL(0), 4, 0x10000, -EINVAL },
	{ "last block beyond 16 bits of tag", BL(0), 4, 0xffff, -EINVAL },
	{ "start tag wraps", BL(0), 4, ~0U, -EINVAL },
	{ "order not aligned", BL(1), 4, 2, -EINVAL },
	{ "order outside of DMEM", BL(1), 4, 0xffb0, -EINVAL },
	{ "order far outside of DMEM", BL(1), 4, 0xfffffffc, -EINVAL },
	{ "code outside", BL(2), 4, 0x101, -EINVAL },
	{ "code far outside", BL(2), 4, ~0U, -EINVAL },
	{ "code empty", BL(3), 4, 0, -EINVAL },
	{ "code too long", BL(3), 4, 0x301, -EINVAL },
	{ "code beyond reason", BL(3), 4, 0x1001, -EINVAL },
	{ "data outside", BL(4), 4, 0x201, -EINVAL },
	{ "data wraps", BL(5), 4, ~0U, -EINVAL },
};

KUNIT_ARRAY_PARAM_DESC(patches, patches, name);

static void malformed(struct kunit *test)
{
	const struct fwb_patch *p = test->param_value;
	struct fwb_file f = fwb_bl(test);
	struct gsp_fw_blob blob = { .data = f.data, .len = f.len };
	struct gsp_fw_bl_desc d;

	fwb_patch(&f, p);
	KUNIT_EXPECT_EQ(test, gsp_fw_bl_parse(&blob, &d), p->ret);
	KUNIT_EXPECT_NOT_NULL(test, blob.err.what);
}

/* Word by word as the loader reads it, and again with another image. */
static void order(struct kunit *test)
{
	static const struct gsp_fw_ucode uc = {
		.ns_size = 0x100, .imem_src = 0x100, .imem_size = 0x200,
		.dmem_src = 0x300, .dmem_size = 0x400,
	};
	static const u32 want[GSP_FW_BL_ORDER_SIZE / 4] = {
		[8] = 4, [9] = 0x56789000, [10] = 0x1234, [12] = 0x100, [13] = 0x100,
		[14] = 0x200, [16] = 0x56789300, [17] = 0x1234, [18] = 0x400,
	};
	u8 image[0x200 + GSP_FW_BL_ORDER_SIZE + 4];
	struct gsp_fw_bl bl = { .image = image, .code_size = 0x200 };
	unsigned int i;

	memset(image, 0x77, sizeof(image));
	gsp_fw_bl_order(&bl, 0x123456789000, &uc);
	for (i = 0; i < ARRAY_SIZE(want); i++)
		KUNIT_EXPECT_EQ_MSG(test, get_unaligned_le32(image + 0x200 + 4 * i), want[i],
				    "word %u", i);
	KUNIT_EXPECT_EQ(test, image[0x1ff], 0x77);
	KUNIT_EXPECT_EQ(test, image[0x200 + GSP_FW_BL_ORDER_SIZE], 0x77);

	gsp_fw_bl_order(&bl, 0x5000, &uc);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(image + 0x224), 0x5000);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(image + 0x228), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(image + 0x240), 0x5300);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(well_formed),
	KUNIT_CASE(every_prefix),
	KUNIT_CASE_PARAM(malformed, patches_gen_params),
	KUNIT_CASE(order),
	{}
};

static struct kunit_suite suite = {
	.name = "gsp_core_fw_bl",
	.test_cases = cases,
};

kunit_test_suite(suite);
