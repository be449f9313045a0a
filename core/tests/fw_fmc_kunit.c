// SPDX-License-Identifier: GPL-2.0-only
/* The file of the FMC. */
#include <kunit/test.h>
#include <linux/errno.h>

#include "fw/fmc.h"
#include "fw_build.h"

static const struct gsp_fw_fmc_want blackwell = {
	.publickey_size = FWB_FMC_KEY_SIZE,
	.signature_size = FWB_FMC_SIG_SIZE,
};

static int parse_as(const struct fwb_file *f, const struct gsp_fw_fmc_want *want,
		    struct gsp_fw_err *err, struct gsp_fw_fmc_desc *desc)
{
	struct gsp_fw_blob blob = { .data = f->data, .len = f->len };
	int ret = gsp_fw_fmc_parse(&blob, want, desc);

	*err = blob.err;
	return ret;
}

static int parse(const void *data, size_t len)
{
	const struct fwb_file f = { .data = (u8 *)data, .len = len };
	struct gsp_fw_fmc_desc desc;
	struct gsp_fw_err err;

	return parse_as(&f, &blackwell, &err, &desc);
}

static void well_formed(struct kunit *test)
{
	struct fwb_file f = fwb_fmc(test);
	struct gsp_fw_fmc_desc desc;
	struct gsp_fw_err err;

	KUNIT_ASSERT_EQ(test, parse_as(&f, &blackwell, &err, &desc), 0);
	KUNIT_EXPECT_NULL(test, err.what);
	KUNIT_EXPECT_EQ(test, desc.image.off, FWB_FMC_IMAGE);
	KUNIT_EXPECT_EQ(test, desc.image.size, FWB_FMC_IMAGE_SIZE);
	KUNIT_EXPECT_EQ(test, desc.hash.off, FWB_FMC_HASH);
	KUNIT_EXPECT_EQ(test, desc.hash.size, 48);
	KUNIT_EXPECT_EQ(test, desc.publickey.off, FWB_FMC_KEY);
	KUNIT_EXPECT_EQ(test, desc.publickey.size, 97);
	KUNIT_EXPECT_EQ(test, desc.signature.off, FWB_FMC_SIG);
	KUNIT_EXPECT_EQ(test, desc.signature.size, 96);
}

static void every_prefix(struct kunit *test)
{
	struct fwb_file f = fwb_fmc(test);

	fwb_each_prefix(test, &f, parse);
}

/* A file of another family: keys of another size. */
static void other_family(struct kunit *test)
{
	const struct gsp_fw_fmc_want hopper = { .publickey_size = 384, .signature_size = 384 };
	const struct gsp_fw_fmc_want smaller = { .publickey_size = 96, .signature_size = 96 };
	const struct gsp_fw_fmc_want nonsense = { .publickey_size = 385, .signature_size = 96 };
	struct fwb_file f = fwb_fmc(test);
	struct gsp_fw_fmc_desc desc;
	struct gsp_fw_err err;

	KUNIT_EXPECT_EQ(test, parse_as(&f, &hopper, &err, &desc), -EINVAL);
	KUNIT_EXPECT_EQ(test, err.want, 384);
	KUNIT_EXPECT_EQ(test, err.got, 97);
	KUNIT_EXPECT_EQ(test, parse_as(&f, &smaller, &err, &desc), -E2BIG);
	KUNIT_EXPECT_EQ(test, parse_as(&f, &nonsense, &err, &desc), -EINVAL);
}

/* Zero where the CRC is means that there is none. */
static void no_checksum(struct kunit *test)
{
	struct fwb_file f = fwb_fmc(test);
	struct gsp_fw_fmc_desc desc;
	struct gsp_fw_err err;

	f.data[FWB_FMC_IMAGE] ^= 1;
	KUNIT_EXPECT_EQ(test, parse_as(&f, &blackwell, &err, &desc), -EINVAL);
	fwb_put(f.data, FWB_FMC_SECTION(5, 0x1c), 4, 0);
	KUNIT_EXPECT_EQ(test, parse_as(&f, &blackwell, &err, &desc), 0);
}

static void missing_section(struct kunit *test)
{
	struct fwb_file f = fwb_fmc(test);
	struct gsp_fw_fmc_desc desc;
	struct gsp_fw_err err;

	fwb_put(f.data, FWB_FMC_SECTION(5, 0x00), 4, 0);
	KUNIT_EXPECT_EQ(test, parse_as(&f, &blackwell, &err, &desc), -ENOENT);
	KUNIT_EXPECT_STREQ(test, err.want_str, "image");
}

static const struct fwb_patch patches[] = {
	{ "magic", 0x00, 4, 0x464c457e, -ENOEXEC },
	{ "64 bit", 0x04, 1, 2, -ENOEXEC },
	{ "big endian", 0x05, 1, 2, -ENOEXEC },
	{ "ELF version", 0x06, 1, 0, -ENOEXEC },
	{ "section header size", 0x2e, 2, 0x40, -ENOEXEC },
	{ "no sections", 0x30, 2, 0, -EINVAL },
	{ "too many sections", 0x30, 2, 17, -EINVAL },
	{ "name section outside", 0x32, 2, 6, -EINVAL },
	{ "name section is another", 0x32, 2, 2, -EINVAL },
	{ "table at end", 0x20, 4, FWB_FMC_LEN, -ENODATA },
	{ "table far outside", 0x20, 4, 0xfffffffc, -ENODATA },
	{ "table not aligned", 0x20, 4, 0x35, -EINVAL },
	{ "table over header", 0x20, 4, 0, -EINVAL },
	{ "names empty", FWB_FMC_SECTION(1, 0x14), 4, 0, -EINVAL },
	{ "names outside", FWB_FMC_SECTION(1, 0x10), 4, FWB_FMC_LEN, -ENODATA },
	{ "names far too long", FWB_FMC_SECTION(1, 0x14), 4, ~0U, -ENODATA },
	{ "names not terminated", FWB_FMC_SECTION(1, 0x14), 4, 0x29, -EINVAL },
	{ "name outside", FWB_FMC_SECTION(2, 0x00), 4, FWB_FMC_NAMES_SIZE, -EINVAL },
	{ "name far outside", FWB_FMC_SECTION(2, 0x00), 4, ~0U, -EINVAL },
	{ "hash missing", FWB_FMC_SECTION(2, 0x00), 4, 0, -ENOENT },
	{ "hash twice", FWB_FMC_SECTION(5, 0x00), 4, 11, -EINVAL },
	{ "hash without bytes", FWB_FMC_SECTION(2, 0x04), 4, 8, -EINVAL },
	{ "hash too short", FWB_FMC_SECTION(2, 0x14), 4, 47, -EINVAL },
	{ "hash too long", FWB_FMC_SECTION(2, 0x14), 4, 49, -E2BIG },
	{ "hash damaged", FWB_FMC_HASH, 1, 0, -EINVAL },
	{ "signature too short", FWB_FMC_SECTION(3, 0x14), 4, 95, -EINVAL },
	{ "signature too long", FWB_FMC_SECTION(3, 0x14), 4, 97, -E2BIG },
	{ "signature outside", FWB_FMC_SECTION(3, 0x10), 4, FWB_FMC_LEN - 95, -ENODATA },
	{ "signature far outside", FWB_FMC_SECTION(3, 0x10), 4, ~0U, -ENODATA },
	{ "signature damaged", FWB_FMC_SIG + 95, 1, 0, -EINVAL },
	{ "key too short", FWB_FMC_SECTION(4, 0x14), 4, 0, -EINVAL },
	{ "key too long", FWB_FMC_SECTION(4, 0x14), 4, 384, -E2BIG },
	{ "key damaged", FWB_FMC_KEY + 50, 1, 0, -EINVAL },
	{ "image empty", FWB_FMC_SECTION(5, 0x14), 4, 0, -EINVAL },
	{ "image too long", FWB_FMC_SECTION(5, 0x14), 4, 0x100001, -E2BIG },
	{ "image of all sizes", FWB_FMC_SECTION(5, 0x14), 4, ~0U, -E2BIG },
	{ "image outside", FWB_FMC_SECTION(5, 0x10), 4, FWB_FMC_IMAGE + 1, -ENODATA },
	{ "image damaged", FWB_FMC_LEN - 1, 1, 0, -EINVAL },
	{ "checksum of image", FWB_FMC_SECTION(5, 0x1c), 4, 1, -EINVAL },
};

KUNIT_ARRAY_PARAM_DESC(patches, patches, name);

static void malformed(struct kunit *test)
{
	const struct fwb_patch *p = test->param_value;
	struct fwb_file f = fwb_fmc(test);
	struct gsp_fw_fmc_desc desc;
	struct gsp_fw_err err;

	fwb_patch(&f, p);
	KUNIT_EXPECT_EQ(test, parse_as(&f, &blackwell, &err, &desc), p->ret);
	KUNIT_EXPECT_NOT_NULL(test, err.what);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(well_formed),
	KUNIT_CASE(every_prefix),
	KUNIT_CASE(other_family),
	KUNIT_CASE(no_checksum),
	KUNIT_CASE(missing_section),
	KUNIT_CASE_PARAM(malformed, patches_gen_params),
	{}
};

static struct kunit_suite suite = {
	.name = "gsp_core_fw_fmc",
	.test_cases = cases,
};

kunit_test_suite(suite);
