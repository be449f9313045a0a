// SPDX-License-Identifier: GPL-2.0-only
/* Containers of signed falcon images, and signing them. */
#include <kunit/device.h>
#include <kunit/test.h>
#include <linux/string.h>

#include "fw/hs.h"
#include "fw_build.h"

static int parse(const void *data, size_t len)
{
	struct gsp_fw_blob blob = { .data = data, .len = len };
	struct gsp_fw_hs_desc desc;

	return gsp_fw_hs_parse(&blob, &desc);
}

static void well_formed(struct kunit *test)
{
	struct fwb_file f = fwb_hs(test);
	struct gsp_fw_blob blob = { .data = f.data, .len = f.len };
	struct gsp_fw_hs_desc d;

	KUNIT_ASSERT_EQ(test, gsp_fw_hs_parse(&blob, &d), 0);
	KUNIT_EXPECT_EQ(test, d.payload, FWB_HS_DATA);
	KUNIT_EXPECT_EQ(test, d.payload_size, FWB_HS_DATA_SIZE);
	KUNIT_EXPECT_EQ(test, d.sigs, FWB_HS_SIGS);
	KUNIT_EXPECT_EQ(test, d.sig_size, 384);
	KUNIT_EXPECT_EQ(test, d.nr_sigs, 2);
	KUNIT_EXPECT_EQ(test, d.patch_loc, 0x310);
	KUNIT_EXPECT_EQ(test, d.fuse_version, 1);
	KUNIT_EXPECT_EQ(test, d.ucode.ns_src, 0);
	KUNIT_EXPECT_EQ(test, d.ucode.ns_size, 0x100);
	KUNIT_EXPECT_EQ(test, d.ucode.imem_src, 0x100);
	KUNIT_EXPECT_EQ(test, d.ucode.imem_dst, 0);
	KUNIT_EXPECT_EQ(test, d.ucode.imem_size, 0x200);
	KUNIT_EXPECT_EQ(test, d.ucode.dmem_src, 0x300);
	KUNIT_EXPECT_EQ(test, d.ucode.dmem_dst, 0);
	KUNIT_EXPECT_EQ(test, d.ucode.dmem_size, 0x400);
	KUNIT_EXPECT_EQ(test, d.ucode.pkc_offset, 0x10);
	KUNIT_EXPECT_EQ(test, d.ucode.engine_id_mask, 1);
	KUNIT_EXPECT_EQ(test, d.ucode.ucode_id, 3);
}

static void every_prefix(struct kunit *test)
{
	struct fwb_file f = fwb_hs(test);

	fwb_each_prefix(test, &f, parse);
}

static const struct fwb_patch patches[] = {
	{ "magic", 0x00, 4, 0x10df, -ENOEXEC },
	{ "container version", 0x04, 4, 2, -ENOEXEC },
	{ "inner header outside", 0x0c, 4, FWB_HS_LEN - 35, -ENODATA },
	{ "inner header far outside", 0x0c, 4, ~0U, -ENODATA },
	{ "image outside", 0x10, 4, FWB_HS_DATA + 1, -ENODATA },
	{ "image far outside", 0x10, 4, ~0U, -ENODATA },
	{ "image empty", 0x14, 4, 0, -EINVAL },
	{ "image too long", 0x14, 4, FWB_HS_DATA_SIZE + 1, -ENODATA },
	{ "image beyond reason", 0x14, 4, 0x100001, -E2BIG },
	{ "signatures outside", FWB_HS_INNER + 0x00, 4, FWB_HS_LEN - 767, -ENODATA },
	{ "signatures far outside", FWB_HS_INNER + 0x00, 4, ~0U, -ENODATA },
	{ "signatures of no size", FWB_HS_INNER + 0x04, 4, 0, -EINVAL },
	{ "signatures of odd size", FWB_HS_INNER + 0x04, 4, 767, -EINVAL },
	{ "signatures too big", FWB_HS_INNER + 0x04, 4, 770, -EINVAL },
	{ "patch location word outside", FWB_HS_INNER + 0x08, 4, FWB_HS_LEN - 3, -ENODATA },
	{ "signature skip word outside", FWB_HS_INNER + 0x0c, 4, ~0U, -ENODATA },
	{ "metadata outside", FWB_HS_INNER + 0x10, 4, FWB_HS_LEN - 11, -ENODATA },
	{ "metadata too short", FWB_HS_INNER + 0x14, 4, 11, -EINVAL },
	{ "signature count word outside", FWB_HS_INNER + 0x18, 4, ~0U, -ENODATA },
	{ "load header outside", FWB_HS_INNER + 0x1c, 4, FWB_HS_LEN - 35, -ENODATA },
	{ "load header too short", FWB_HS_INNER + 0x20, 4, 35, -EINVAL },
	{ "patch location before data", FWB_HS_PATCH_LOC, 4, 0x2ff, -EINVAL },
	{ "patch location too late", FWB_HS_PATCH_LOC, 4, 0x581, -EINVAL },
	{ "patch location far outside", FWB_HS_PATCH_LOC, 4, ~0U, -EINVAL },
	{ "signature skip outside", FWB_HS_PATCH_SIG, 4, ~0U, -ENODATA },
	{ "no engine", FWB_HS_META + 4, 4, 0, -EINVAL },
	{ "engine of 17 bits", FWB_HS_META + 4, 4, 0x10000, -EINVAL },
	{ "no ucode id", FWB_HS_META + 8, 4, 0, -EINVAL },
	{ "ucode id too big", FWB_HS_META + 8, 4, 17, -EINVAL },
	{ "no signatures", FWB_HS_NUM_SIG, 4, 0, -EINVAL },
	{ "too many signatures", FWB_HS_NUM_SIG, 4, 17, -EINVAL },
	{ "signature count does not divide", FWB_HS_NUM_SIG, 4, 5, -EINVAL },
	{ "non-secure code not aligned", FWB_HS_LOAD + 0x00, 4, 0x10, -EINVAL },
	{ "non-secure code far outside", FWB_HS_LOAD + 0x00, 4, 0xffffff00, -EINVAL },
	{ "non-secure code empty", FWB_HS_LOAD + 0x04, 4, 0, -EINVAL },
	{ "non-secure code reaches secure code", FWB_HS_LOAD + 0x04, 4, 0x200, -EINVAL },
	{ "data not aligned", FWB_HS_LOAD + 0x08, 4, 0x310, -EINVAL },
	{ "data outside", FWB_HS_LOAD + 0x08, 4, 0x400, -EINVAL },
	{ "data far outside", FWB_HS_LOAD + 0x08, 4, 0xffffff00, -EINVAL },
	{ "data empty", FWB_HS_LOAD + 0x0c, 4, 0, -EINVAL },
	{ "data too long", FWB_HS_LOAD + 0x0c, 4, 0x500, -EINVAL },
	{ "no applications", FWB_HS_LOAD + 0x10, 4, 0, -EINVAL },
	{ "more applications than room", FWB_HS_LOAD + 0x10, 4, 2, -EINVAL },
	{ "code not aligned", FWB_HS_LOAD + 0x14, 4, 0x80, -EINVAL },
	{ "code far outside", FWB_HS_LOAD + 0x14, 4, 0xffffff00, -EINVAL },
	{ "code empty", FWB_HS_LOAD + 0x18, 4, 0, -EINVAL },
	{ "code reaches data", FWB_HS_LOAD + 0x18, 4, 0x300, -EINVAL },
};

KUNIT_ARRAY_PARAM_DESC(patches, patches, name);

static void malformed(struct kunit *test)
{
	const struct fwb_patch *p = test->param_value;
	struct fwb_file f = fwb_hs(test);
	struct gsp_fw_blob blob = { .data = f.data, .len = f.len };
	struct gsp_fw_hs_desc d;

	fwb_patch(&f, p);
	KUNIT_EXPECT_EQ(test, gsp_fw_hs_parse(&blob, &d), p->ret);
	KUNIT_EXPECT_NOT_NULL(test, blob.err.what);
}

/* The signature goes to its place, replaces an earlier one, and nothing else changes. */
static void sign(struct kunit *test)
{
	struct fwb_file f = fwb_hs(test);
	struct gsp_fw_blob blob = { .data = f.data, .len = f.len };
	struct gsp_fw_hs hs = { .dev = kunit_device_register(test, "gsp-fw-hs") };
	u8 *image = f.data + FWB_HS_DATA;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, hs.dev);
	KUNIT_ASSERT_EQ(test, gsp_fw_hs_parse(&blob, &hs.desc), 0);
	hs.payload.va = image;
	hs.sigs = f.data + FWB_HS_SIGS;

	KUNIT_EXPECT_EQ(test, gsp_fw_hs_sign(&hs, 1), 0);
	KUNIT_EXPECT_EQ(test, image[0x310], 0xa1);
	KUNIT_EXPECT_EQ(test, image[0x310 + 383], 0xa1);
	KUNIT_EXPECT_EQ(test, gsp_fw_hs_sign(&hs, 2), -ENOKEY);
	KUNIT_EXPECT_EQ(test, image[0x310], 0xa1);
	KUNIT_EXPECT_EQ(test, gsp_fw_hs_sign(&hs, 0), 0);
	KUNIT_EXPECT_EQ(test, image[0x310], 0xa0);
	KUNIT_EXPECT_EQ(test, image[0x310 + 383], 0xa0);
	KUNIT_EXPECT_EQ(test, image[0x30f], 0x22);
	KUNIT_EXPECT_EQ(test, image[0x310 + 384], 0x22);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(well_formed),
	KUNIT_CASE(every_prefix),
	KUNIT_CASE_PARAM(malformed, patches_gen_params),
	KUNIT_CASE(sign),
	{}
};

static struct kunit_suite suite = {
	.name = "gsp_core_fw_hs",
	.test_cases = cases,
};

kunit_test_suite(suite);
