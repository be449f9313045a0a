// SPDX-License-Identifier: GPL-2.0-only
/* Descriptors of the RISC-V bootloader and of FWSEC. */
#include <kunit/test.h>

#include "fw/fwsec_desc.h"
#include "fw/riscv.h"
#include "fw_build.h"

static int parse_riscv(const void *data, size_t len)
{
	struct gsp_fw_blob blob = { .data = data, .len = len };
	struct gsp_fw_riscv_desc desc;

	return gsp_fw_riscv_parse(&blob, &desc);
}

static void expect_riscv(struct kunit *test, unsigned int version, u32 payload)
{
	struct fwb_file f = fwb_riscv(test, version);
	struct gsp_fw_blob blob = { .data = f.data, .len = f.len };
	struct gsp_fw_riscv_desc d;

	KUNIT_ASSERT_EQ(test, gsp_fw_riscv_parse(&blob, &d), 0);
	KUNIT_EXPECT_EQ(test, d.version, version);
	KUNIT_EXPECT_EQ(test, d.payload, payload);
	KUNIT_EXPECT_EQ(test, d.payload_size, FWB_RV_DATA_SIZE);
	KUNIT_EXPECT_EQ(test, d.app_version, 7);
	KUNIT_EXPECT_EQ(test, d.manifest_offset, 0x40);
	KUNIT_EXPECT_EQ(test, d.data_offset, 0x100);
	KUNIT_EXPECT_EQ(test, d.code_offset, 0x300);
}

static void riscv_v4(struct kunit *test)
{
	expect_riscv(test, 4, 0x64);
}

static void riscv_v5(struct kunit *test)
{
	expect_riscv(test, 5, 0x6c);
}

static void riscv_every_prefix(struct kunit *test)
{
	struct fwb_file v4 = fwb_riscv(test, 4), v5 = fwb_riscv(test, 5);

	fwb_each_prefix(test, &v4, parse_riscv);
	fwb_each_prefix(test, &v5, parse_riscv);
}

/* Image first, descriptor last: the descriptor is what a prefix cuts off. */
static void riscv_descriptor_cut(struct kunit *test)
{
	struct fwb_file f = fwb_riscv(test, 5);
	struct gsp_fw_blob blob = { .data = f.data, .len = f.len };
	struct gsp_fw_riscv_desc d;
	u32 at = f.len - 0x53;

	fwb_put(f.data, 0x0c, 4, at);
	fwb_put(f.data, at, 4, 5);
	KUNIT_EXPECT_EQ(test, gsp_fw_riscv_parse(&blob, &d), -ENODATA);
	KUNIT_EXPECT_EQ(test, blob.err.want, f.len + 1);
	KUNIT_EXPECT_EQ(test, blob.err.got, f.len);
}

#define RV(word)	(FWB_RV_DESC + 4 * (word))

static const struct fwb_patch riscv_patches[] = {
	{ "magic", 0x00, 4, 0, -ENOEXEC },
	{ "container version", 0x04, 4, 0, -ENOEXEC },
	{ "descriptor outside", 0x0c, 4, ~0U, -ENODATA },
	{ "image outside", 0x10, 4, 0x6d, -ENODATA },
	{ "image empty", 0x14, 4, 0, -EINVAL },
	{ "image of half a page", 0x14, 4, 0x800, -EINVAL },
	{ "image beyond reason", 0x14, 4, 0x101000, -E2BIG },
	{ "version 3", RV(0), 4, 3, -ENOEXEC },
	{ "version 6", RV(0), 4, 6, -ENOEXEC },
	{ "bootloader outside", RV(1), 4, 0xd01, -EINVAL },
	{ "bootloader wraps", RV(2), 4, -0xc00U, -EINVAL },
	{ "parameters outside", RV(3), 4, 0xff1, -EINVAL },
	{ "ELF outside", RV(5), 4, 0x1001, -EINVAL },
	{ "manifest outside", RV(9), 4, 0xfc1, -EINVAL },
	{ "monitor data outside", RV(10), 4, 0xe01, -EINVAL },
	{ "monitor code outside", RV(12), 4, 0x701, -EINVAL },
	{ "boot ROM code outside", RV(16), 4, 0x1001, -EINVAL },
	{ "boot ROM data far outside", RV(17), 4, ~0U, -EINVAL },
};

KUNIT_ARRAY_PARAM_DESC(riscv_patches, riscv_patches, name);

static void riscv_malformed(struct kunit *test)
{
	const struct fwb_patch *p = test->param_value;
	struct fwb_file f = fwb_riscv(test, 5);
	struct gsp_fw_blob blob = { .data = f.data, .len = f.len };
	struct gsp_fw_riscv_desc d;

	fwb_patch(&f, p);
	KUNIT_EXPECT_EQ(test, gsp_fw_riscv_parse(&blob, &d), p->ret);
	KUNIT_EXPECT_NOT_NULL(test, blob.err.what);
}

/* The FWSEC part of a ROM, alone. */
static struct fwb_file fwsec_part(struct kunit *test)
{
	struct fwb_file f = fwb_rom(test);

	f.data += FWB_ROM_DESC;
	f.len = FWB_ROM_DMEM + FWB_ROM_DMEM_SIZE - FWB_ROM_DESC;
	return f;
}

static int parse_fwsec(const void *data, size_t len)
{
	struct gsp_fw_blob blob = { .data = data, .len = len };
	struct gsp_fwsec_desc desc;

	return gsp_fwsec_desc_parse(&blob, 0, &desc);
}

static void fwsec_v3(struct kunit *test)
{
	struct fwb_file f = fwsec_part(test);
	struct gsp_fw_blob blob = { .data = f.data, .len = f.len };
	struct gsp_fwsec_desc d;

	KUNIT_ASSERT_EQ(test, gsp_fwsec_desc_parse(&blob, 0, &d), 0);
	KUNIT_EXPECT_EQ(test, d.version, 3);
	KUNIT_EXPECT_EQ(test, d.sigs, 0x2c);
	KUNIT_EXPECT_EQ(test, d.ucode, 0x32c);
	KUNIT_EXPECT_EQ(test, d.pkc_data_offset, FWB_DMEM_SIG);
	KUNIT_EXPECT_EQ(test, d.interface_offset, FWB_DMEM_APPIF);
	KUNIT_EXPECT_EQ(test, d.imem_phys_base, 0);
	KUNIT_EXPECT_EQ(test, d.imem_load_size, FWB_ROM_IMEM_SIZE);
	KUNIT_EXPECT_EQ(test, d.dmem_phys_base, 0);
	KUNIT_EXPECT_EQ(test, d.dmem_load_size, FWB_ROM_DMEM_SIZE);
	KUNIT_EXPECT_EQ(test, d.engine_id_mask, 0x400);
	KUNIT_EXPECT_EQ(test, d.ucode_id, 9);
	KUNIT_EXPECT_EQ(test, d.nr_sigs, 2);
	KUNIT_EXPECT_EQ(test, d.sig_versions, 5);
	KUNIT_EXPECT_EQ(test, d.sec_offset, 0);
	KUNIT_EXPECT_EQ(test, d.sec_size, FWB_ROM_IMEM_SIZE);
	KUNIT_EXPECT_EQ(test, d.dmem_offset, FWB_ROM_IMEM_SIZE);
}

static void fwsec_v2(struct kunit *test)
{
	struct fwb_file f = fwb_fwsec_v2(test);
	struct gsp_fw_blob blob = { .data = f.data, .len = f.len };
	struct gsp_fwsec_desc d;

	KUNIT_ASSERT_EQ(test, gsp_fwsec_desc_parse(&blob, 0, &d), 0);
	KUNIT_EXPECT_EQ(test, d.version, 2);
	KUNIT_EXPECT_EQ(test, d.ucode, FWB_V2_IMEM);
	KUNIT_EXPECT_EQ(test, d.interface_offset, FWB_DMEM_APPIF);
	KUNIT_EXPECT_EQ(test, d.imem_load_size, FWB_V2_IMEM_SIZE);
	KUNIT_EXPECT_EQ(test, d.sec_offset, 0x100);
	KUNIT_EXPECT_EQ(test, d.sec_size, 0x200);
	KUNIT_EXPECT_EQ(test, d.dmem_offset, FWB_V2_IMEM_SIZE);
	KUNIT_EXPECT_EQ(test, d.dmem_load_size, FWB_ROM_DMEM_SIZE);
	KUNIT_EXPECT_EQ(test, d.nr_sigs, 0);
}

/* A descriptor that is longer than it need be, data that do not follow the code at once. */
static void fwsec_v2_gaps(struct kunit *test)
{
	struct fwb_file f = fwb_fwsec_v2(test);
	struct gsp_fw_blob blob = { .data = f.data, .len = f.len };
	struct gsp_fwsec_desc d;

	fwb_put(f.data, 0x02, 2, 0x4c);
	fwb_put(f.data, 0x28, 4, 0x310);
	fwb_put(f.data, 0x30, 4, 0x3e0);
	KUNIT_ASSERT_EQ(test, gsp_fwsec_desc_parse(&blob, 0, &d), 0);
	KUNIT_EXPECT_EQ(test, d.ucode, 0x4c);
	KUNIT_EXPECT_EQ(test, d.dmem_offset, 0x310);
	KUNIT_EXPECT_EQ(test, d.ucode + d.dmem_offset + d.dmem_load_size, f.len);
}

static void fwsec_v2_every_prefix(struct kunit *test)
{
	struct fwb_file f = fwb_fwsec_v2(test);

	fwb_each_prefix(test, &f, parse_fwsec);
}

static const struct fwb_patch fwsec_v2_patches[] = {
	{ "not valid", 0x00, 1, 0, -EINVAL },
	{ "version 1", 0x01, 1, 1, -EINVAL },
	{ "version 3, whose fields lie elsewhere", 0x01, 1, 3, -EINVAL },
	{ "size too small", 0x02, 2, 0x3b, -EINVAL },
	{ "size too big", 0x02, 2, 0x3d, -ENODATA },
	{ "code not at the start of IMEM", 0x14, 4, 0x100, -EINVAL },
	{ "code empty", 0x18, 4, 0, -EINVAL },
	{ "code shorter than its secure part", 0x18, 4, 0x1ff, -EINVAL },
	{ "code not aligned", 0x18, 4, 0x301, -EINVAL },
	{ "code too long", 0x18, 4, 0x800, -ENODATA },
	{ "code far too long", 0x18, 4, 0xffffff00, -ENODATA },
	{ "secure code before code", 0x1c, 4, 0x1200, -EINVAL },
	{ "secure code not aligned", 0x20, 4, 0x1080, -EINVAL },
	{ "secure code behind code", 0x20, 4, 0x1200, -EINVAL },
	{ "secure code far behind code", 0x20, 4, 0xffffff00, -EINVAL },
	{ "no secure code", 0x24, 4, 0, -EINVAL },
	{ "secure code too long", 0x24, 4, 0x201, -EINVAL },
	{ "secure code wraps", 0x24, 4, 0xffffff00, -EINVAL },
	{ "data outside", 0x28, 4, 0x301, -ENODATA },
	{ "data far outside", 0x28, 4, ~0U, -ENODATA },
	{ "data not at the start of DMEM", 0x2c, 4, 0x100, -EINVAL },
	{ "data too long", 0x30, 4, 0x401, -ENODATA },
	{ "data wraps", 0x30, 4, ~0U, -ENODATA },
};

KUNIT_ARRAY_PARAM_DESC(fwsec_v2_patches, fwsec_v2_patches, name);

static void fwsec_v2_malformed(struct kunit *test)
{
	const struct fwb_patch *p = test->param_value;
	struct fwb_file f = fwb_fwsec_v2(test);
	struct gsp_fw_blob blob = { .data = f.data, .len = f.len };
	struct gsp_fwsec_desc d;

	fwb_patch(&f, p);
	KUNIT_EXPECT_EQ(test, gsp_fwsec_desc_parse(&blob, 0, &d), p->ret);
	KUNIT_EXPECT_NOT_NULL(test, blob.err.what);
}

static void fwsec_every_prefix(struct kunit *test)
{
	struct fwb_file f = fwsec_part(test);

	fwb_each_prefix(test, &f, parse_fwsec);
}

static const struct fwb_patch fwsec_patches[] = {
	{ "not valid", 0x00, 1, 0, -EINVAL },
	{ "version 2, whose fields lie elsewhere", 0x01, 1, 2, -EINVAL },
	{ "version 4", 0x01, 1, 4, -EINVAL },
	{ "size without signatures", 0x02, 2, 0x2c, -EINVAL },
	{ "size too small", 0x02, 2, 0x32b, -EINVAL },
	{ "size too big", 0x02, 2, 0x32d, -ENODATA },
	{ "signature slot outside", 0x08, 4, 0x281, -EINVAL },
	{ "signature slot far outside", 0x08, 4, ~0U, -EINVAL },
	{ "code not aligned in IMEM", 0x10, 4, 0x80, -EINVAL },
	{ "code empty", 0x14, 4, 0, -EINVAL },
	{ "code not aligned", 0x14, 4, 0x1f0, -EINVAL },
	{ "code too long", 0x14, 4, 0x300, -ENODATA },
	{ "code wraps", 0x14, 4, 0xffffff00, -ENODATA },
	{ "data not aligned in DMEM", 0x1c, 4, 1, -EINVAL },
	{ "data shorter than a signature", 0x20, 4, 0x17f, -EINVAL },
	{ "data too long", 0x20, 4, 0x401, -ENODATA },
	{ "data wraps", 0x20, 4, ~0U, -ENODATA },
	{ "no ucode id", 0x26, 1, 0, -EINVAL },
	{ "ucode id too big", 0x26, 1, 17, -EINVAL },
	{ "no signatures", 0x27, 1, 0, -EINVAL },
	{ "more signatures than size", 0x27, 1, 3, -EINVAL },
};

KUNIT_ARRAY_PARAM_DESC(fwsec_patches, fwsec_patches, name);

static void fwsec_malformed(struct kunit *test)
{
	const struct fwb_patch *p = test->param_value;
	struct fwb_file f = fwsec_part(test);
	struct gsp_fw_blob blob = { .data = f.data, .len = f.len };
	struct gsp_fwsec_desc d;

	fwb_patch(&f, p);
	KUNIT_EXPECT_EQ(test, gsp_fwsec_desc_parse(&blob, 0, &d), p->ret);
	KUNIT_EXPECT_NOT_NULL(test, blob.err.what);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(riscv_v4),
	KUNIT_CASE(riscv_v5),
	KUNIT_CASE(riscv_every_prefix),
	KUNIT_CASE(riscv_descriptor_cut),
	KUNIT_CASE_PARAM(riscv_malformed, riscv_patches_gen_params),
	KUNIT_CASE(fwsec_v3),
	KUNIT_CASE(fwsec_v2),
	KUNIT_CASE(fwsec_v2_gaps),
	KUNIT_CASE(fwsec_every_prefix),
	KUNIT_CASE(fwsec_v2_every_prefix),
	KUNIT_CASE_PARAM(fwsec_malformed, fwsec_patches_gen_params),
	KUNIT_CASE_PARAM(fwsec_v2_malformed, fwsec_v2_patches_gen_params),
	{}
};

static struct kunit_suite suite = {
	.name = "gsp_core_fw_ucode_desc",
	.test_cases = cases,
};

kunit_test_suite(suite);
