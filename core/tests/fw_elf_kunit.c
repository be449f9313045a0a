// SPDX-License-Identifier: GPL-2.0-only
/* Sections of the GSP-RM file. */
#include <kunit/test.h>
#include <linux/string.h>

#include "fw/elf.h"
#include "fw_build.h"

struct memory {
	struct gsp_elf_source src;
	const u8 *data;
	size_t len;
};

static int memory_read(struct gsp_elf_source *src, u64 off, void *buf, size_t len)
{
	struct memory *m = container_of(src, struct memory, src);

	if (off > m->len || len > m->len - off)
		return -ENODATA;
	memcpy(buf, m->data + off, len);
	return 0;
}

static u64 memory_size(struct gsp_elf_source *src, u64 limit)
{
	return container_of(src, struct memory, src)->len;
}

static int scan(const void *data, size_t len, const char *release, const char *section,
		struct gsp_fw_err *err, struct gsp_elf *elf)
{
	struct memory m = {
		.src = { .read = memory_read, .size = memory_size },
		.data = data,
		.len = len,
	};
	struct gsp_elf_want want = {
		.release = release,
		.sig_section = section,
		.whole_pages = true,
	};

	memset(err, 0, sizeof(*err));
	return gsp_elf_scan(&m.src, &want, err, elf);
}

static int scan_ada(const void *data, size_t len)
{
	struct gsp_fw_err err;
	struct gsp_elf elf;

	return scan(data, len, "570.144", ".fwsignature_ad10x", &err, &elf);
}

static void well_formed(struct kunit *test)
{
	struct fwb_file f = fwb_elf(test);
	struct gsp_fw_err err;
	struct gsp_elf elf;

	KUNIT_ASSERT_EQ(test, scan(f.data, f.len, "570.144", ".fwsignature_ad10x", &err, &elf), 0);
	KUNIT_EXPECT_NULL(test, err.what);
	KUNIT_EXPECT_EQ(test, elf.image.off, FWB_ELF_IMAGE);
	KUNIT_EXPECT_EQ(test, elf.image.size, FWB_ELF_IMAGE_SIZE);
	KUNIT_EXPECT_EQ(test, elf.signature.off, FWB_ELF_SIG_AD10X);
	KUNIT_EXPECT_EQ(test, elf.signature.size, 0x1000);
	KUNIT_EXPECT_STREQ(test, elf.version, "570.144");
	KUNIT_ASSERT_EQ(test, elf.build_id_len, 20);
	KUNIT_EXPECT_EQ(test, elf.build_id[0], 0xb1);
	KUNIT_EXPECT_EQ(test, elf.build_id[19], 0xb1);

	KUNIT_ASSERT_EQ(test, scan(f.data, f.len, "570.144", ".fwsignature_ga10x", &err, &elf), 0);
	KUNIT_EXPECT_EQ(test, elf.signature.off, FWB_ELF_SIG_GA10X);
}

static void every_prefix(struct kunit *test)
{
	struct fwb_file f = fwb_elf(test);

	fwb_each_prefix(test, &f, scan_ada);
}

static void truncation_names_both_sizes(struct kunit *test)
{
	struct fwb_file f = fwb_elf(test);
	struct gsp_fw_err err;
	struct gsp_elf elf;

	KUNIT_EXPECT_EQ(test, scan(f.data, 0x1800, "570.144", ".fwsignature_ad10x", &err, &elf),
			-ENODATA);
	KUNIT_EXPECT_STREQ(test, err.what, "file size");
	KUNIT_EXPECT_EQ(test, err.want, FWB_ELF_LEN);
	KUNIT_EXPECT_EQ(test, err.got, 0x1800);
}

static void other_release(struct kunit *test)
{
	struct fwb_file f = fwb_elf(test);
	struct gsp_fw_err err;
	struct gsp_elf elf;

	f.data[FWB_ELF_VERSION + 6] = '\n';
	KUNIT_EXPECT_EQ(test, scan(f.data, f.len, "570.144", ".fwsignature_ad10x", &err, &elf),
			-EINVAL);
	KUNIT_EXPECT_STREQ(test, err.want_str, "570.144");
	KUNIT_EXPECT_STREQ(test, err.got_str, "570.14?");
}

static void missing_signature(struct kunit *test)
{
	struct fwb_file f = fwb_elf(test);
	struct gsp_fw_err err;
	struct gsp_elf elf;

	KUNIT_EXPECT_EQ(test, scan(f.data, f.len, "570.144", ".fwsignature_gb20x", &err, &elf),
			-ENOENT);
	KUNIT_EXPECT_STREQ(test, err.want_str, ".fwsignature_gb20x");
}

static void no_build_id(struct kunit *test)
{
	struct fwb_file f = fwb_elf(test);
	struct gsp_fw_err err;
	struct gsp_elf elf;

	fwb_put(f.data, FWB_ELF_SECTION(2, 0x00), 4, 0);
	KUNIT_EXPECT_EQ(test, scan(f.data, f.len, "570.144", ".fwsignature_ad10x", &err, &elf), 0);
	KUNIT_EXPECT_EQ(test, elf.build_id_len, 0);
}

static const struct fwb_patch patches[] = {
	{ "magic", 0x00, 4, 0x464c457e, -ENOEXEC },
	{ "32 bit", 0x04, 1, 1, -ENOEXEC },
	{ "big endian", 0x05, 1, 2, -ENOEXEC },
	{ "section header size", 0x3a, 2, 40, -ENOEXEC },
	{ "no sections", 0x3c, 2, 0, -EINVAL },
	{ "too many sections", 0x3c, 2, 0xffff, -EINVAL },
	{ "name section outside", 0x3e, 2, 7, -EINVAL },
	{ "name section is another", 0x3e, 2, 4, -EINVAL },
	{ "table at end", 0x28, 8, FWB_ELF_LEN, -ENODATA },
	{ "table wraps", 0x28, 8, -0x40ULL, -EINVAL },
	{ "table over header", 0x28, 8, 0, -E2BIG },
	{ "name outside", FWB_ELF_SECTION(1, 0x00), 4, 0x80, -EINVAL },
	{ "name far outside", FWB_ELF_SECTION(1, 0x00), 4, ~0U, -EINVAL },
	{ "no image", FWB_ELF_SECTION(1, 0x00), 4, 0, -ENOENT },
	{ "no version", FWB_ELF_SECTION(3, 0x00), 4, 0, -ENOENT },
	{ "image twice", FWB_ELF_SECTION(5, 0x00), 4, 1, -EINVAL },
	{ "image without bytes", FWB_ELF_SECTION(1, 0x04), 4, 8, -EINVAL },
	{ "image empty", FWB_ELF_SECTION(1, 0x20), 8, 0, -EINVAL },
	{ "image of half a page", FWB_ELF_SECTION(1, 0x20), 8, 0x800, -EINVAL },
	{ "image of 1 GiB and a page", FWB_ELF_SECTION(1, 0x20), 8, 0x40001000, -E2BIG },
	{ "image size wraps", FWB_ELF_SECTION(1, 0x20), 8, -0x1000ULL, -E2BIG },
	{ "image of 1 GiB", FWB_ELF_SECTION(1, 0x20), 8, 0x40000000, -ENODATA },
	{ "image outside", FWB_ELF_SECTION(1, 0x18), 8, FWB_ELF_LEN, -ENODATA },
	{ "image far outside", FWB_ELF_SECTION(1, 0x18), 8, 1ULL << 62, -ENODATA },
	{ "image wraps", FWB_ELF_SECTION(1, 0x18), 8, -0x800ULL, -EINVAL },
	{ "image over header", FWB_ELF_SECTION(1, 0x18), 8, 0x3f, -EINVAL },
	{ "image over note", FWB_ELF_SECTION(1, 0x18), 8, 0x41, -EINVAL },
	{ "version too short", FWB_ELF_SECTION(3, 0x20), 8, 1, -EINVAL },
	{ "version too long", FWB_ELF_SECTION(3, 0x20), 8, 33, -E2BIG },
	{ "version not terminated", FWB_ELF_SECTION(3, 0x20), 8, 7, -EINVAL },
	{ "version of another release", FWB_ELF_VERSION + 6, 1, '5', -EINVAL },
	{ "version shorter", FWB_ELF_VERSION + 6, 1, 0, -EINVAL },
	{ "signature too short", FWB_ELF_SECTION(4, 0x20), 8, 0xfff, -EINVAL },
	{ "signature too long", FWB_ELF_SECTION(4, 0x20), 8, 0x10001, -E2BIG },
	{ "signature over image", FWB_ELF_SECTION(4, 0x18), 8, 0x103f, -EINVAL },
	{ "signature outside", FWB_ELF_SECTION(4, 0x18), 8, FWB_ELF_LEN - 0xfff, -ENODATA },
	{ "note too long", FWB_ELF_SECTION(2, 0x20), 8, 0x101, -E2BIG },
	{ "build id longer than note", FWB_ELF_NOTE + 4, 4, 21, -EINVAL },
	{ "build id much longer", FWB_ELF_NOTE + 4, 4, ~0U, -EINVAL },
	{ "names empty", FWB_ELF_SECTION(6, 0x20), 8, 0, -EINVAL },
	{ "names too long", FWB_ELF_SECTION(6, 0x20), 8, 4097, -E2BIG },
	{ "names outside", FWB_ELF_SECTION(6, 0x18), 8, 1ULL << 40, -ENODATA },
	{ "names not terminated", FWB_ELF_SECTION(6, 0x20), 8, 0x50, -EINVAL },
};

KUNIT_ARRAY_PARAM_DESC(patches, patches, name);

static void malformed(struct kunit *test)
{
	const struct fwb_patch *p = test->param_value;
	struct fwb_file f = fwb_elf(test);
	struct gsp_fw_err err;
	struct gsp_elf elf;

	fwb_patch(&f, p);
	KUNIT_EXPECT_EQ(test, scan(f.data, f.len, "570.144", ".fwsignature_ad10x", &err, &elf),
			p->ret);
	KUNIT_EXPECT_NOT_NULL(test, err.what);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(well_formed),
	KUNIT_CASE(every_prefix),
	KUNIT_CASE(truncation_names_both_sizes),
	KUNIT_CASE(other_release),
	KUNIT_CASE(missing_signature),
	KUNIT_CASE(no_build_id),
	KUNIT_CASE_PARAM(malformed, patches_gen_params),
	{}
};

static struct kunit_suite suite = {
	.name = "gsp_core_fw_elf",
	.test_cases = cases,
};

kunit_test_suite(suite);
