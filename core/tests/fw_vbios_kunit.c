// SPDX-License-Identifier: GPL-2.0-only
/* From the first byte of a ROM to FWSEC with a command and a signature. */
#include <kunit/device.h>
#include <kunit/test.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#include "fw/fwsec.h"
#include "fw/vbios.h"
#include "fw_build.h"

static int parse(const void *data, size_t len)
{
	struct gsp_fw_blob blob = { .data = data, .len = len };
	struct gsp_vbios v;

	return gsp_vbios_scan(&blob, &v);
}

static void expect_rom(struct kunit *test, const struct fwb_file *f, u32 base)
{
	struct gsp_fw_blob blob = { .data = f->data, .len = f->len };
	struct gsp_vbios v;

	KUNIT_ASSERT_EQ(test, gsp_vbios_scan(&blob, &v), 0);
	KUNIT_EXPECT_PTR_EQ(test, v.rom, (const u8 *)f->data);
	KUNIT_EXPECT_EQ(test, v.len, f->len);
	KUNIT_EXPECT_EQ(test, v.base, base);
	KUNIT_EXPECT_EQ(test, v.pcat, base);
	KUNIT_EXPECT_EQ(test, v.pcat_size, FWB_ROM_PCAT_SIZE);
	KUNIT_EXPECT_EQ(test, v.ext, base + FWB_ROM_EXT);
	KUNIT_EXPECT_EQ(test, v.ext_size, FWB_ROM_LEN - FWB_ROM_EXT);
	KUNIT_EXPECT_EQ(test, v.fwsec.version, 3);
	KUNIT_EXPECT_EQ(test, v.fwsec.sigs, base + FWB_ROM_SIGS);
	KUNIT_EXPECT_EQ(test, v.fwsec.ucode, base + FWB_ROM_IMEM);
	KUNIT_EXPECT_EQ(test, v.fwsec.ucode_id, 9);
}

static void well_formed(struct kunit *test)
{
	struct fwb_file f = fwb_rom(test);

	expect_rom(test, &f, 0);
}

static void every_prefix(struct kunit *test)
{
	struct fwb_file f = fwb_rom(test);

	fwb_each_prefix(test, &f, parse);
}

/* The same ROM behind @gap bytes with an IFR header. */
static struct fwb_file behind_ifr(struct kunit *test, size_t gap, u8 version)
{
	struct fwb_file rom = fwb_rom(test);
	struct fwb_file f = { .len = gap + rom.len };

	f.data = kunit_kzalloc(test, f.len, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, f.data);
	memcpy(f.data + gap, rom.data, rom.len);
	memcpy(f.data, "NVGI", 4);
	f.data[5] = version;
	return f;
}

static void ifr(struct kunit *test)
{
	struct fwb_file f = behind_ifr(test, 0x200, 1);

	fwb_put(f.data, 6, 2, 0x30);
	fwb_put(f.data, 0x34, 4, 0x200);
	expect_rom(test, &f, 0x200);
	f.data[5] = 2;
	expect_rom(test, &f, 0x200);
	f.data[5] = 4;
	KUNIT_EXPECT_EQ(test, parse(f.data, f.len), -EINVAL);
	f.data[5] = 1;
	fwb_put(f.data, 0x34, 4, ~0U);
	KUNIT_EXPECT_EQ(test, parse(f.data, f.len), -ENODATA);
}

static void ifr_v3(struct kunit *test)
{
	struct fwb_file f = behind_ifr(test, 0x2000, 3);

	fwb_put(f.data, 8, 4, 0x40);
	fwb_put(f.data, 0x40, 4, 0x400);
	memcpy(f.data + 0x1400, "RFRD", 4);
	fwb_put(f.data, 0x1408, 4, 0x2000);
	expect_rom(test, &f, 0x2000);

	fwb_put(f.data, 0x40, 4, ~0U);
	KUNIT_EXPECT_EQ(test, parse(f.data, f.len), -ENODATA);
	fwb_put(f.data, 0x40, 4, 0x404);
	KUNIT_EXPECT_EQ(test, parse(f.data, f.len), -EINVAL);
	fwb_put(f.data, 8, 4, 0xfffff);
	KUNIT_EXPECT_EQ(test, parse(f.data, f.len), -ENODATA);
}

/* Without NPDE, or with one that has no size, the PCIR counts. */
static void pcir_alone(struct kunit *test)
{
	struct fwb_file f = fwb_rom(test);

	fwb_put(f.data, FWB_ROM_NPDE, 4, 0);
	fwb_put(f.data, FWB_ROM_EXT2 + FWB_ROM_NPDE + 0x08, 2, 0);
	fwb_put(f.data, FWB_ROM_EXT2 + FWB_ROM_NPDE + 0x0a, 1, 0);
	expect_rom(test, &f, 0);
}

/* Where both have a size, the NPDE counts. */
static void npde_first(struct kunit *test)
{
	struct fwb_file f = fwb_rom(test);

	fwb_put(f.data, FWB_ROM_PCIR + 0x10, 2, 1);
	fwb_put(f.data, FWB_ROM_PCIR + 0x15, 1, 0x80);
	fwb_put(f.data, FWB_ROM_EFI + FWB_ROM_PCIR + 0x10, 2, 0);
	expect_rom(test, &f, 0);
}

/* Reads as little as asked for, until nothing more is wanted. */
static size_t read_wanted(struct kunit *test, const struct fwb_file *f)
{
	size_t have = 0, want;
	unsigned int rounds = 0;
	u8 *copy;

	for (;;) {
		copy = kunit_kmalloc(test, have, GFP_KERNEL);
		memcpy(copy, f->data, have);
		want = gsp_vbios_want(copy, have);
		kunit_kfree(test, copy);
		KUNIT_EXPECT_LE(test, want, (size_t)GSP_VBIOS_MAX);
		KUNIT_ASSERT_LT(test, rounds++, 32);
		if (want <= have || want > f->len)
			return want;
		have = want;
	}
}

static void want(struct kunit *test)
{
	struct fwb_file f = fwb_rom(test);
	struct fwb_file behind = behind_ifr(test, 0x200, 1);

	KUNIT_EXPECT_EQ(test, read_wanted(test, &f), FWB_ROM_LEN);

	fwb_put(behind.data, 6, 2, 0x30);
	fwb_put(behind.data, 0x34, 4, 0x200);
	KUNIT_EXPECT_EQ(test, read_wanted(test, &behind), 0x200 + FWB_ROM_LEN);

	/* a broken chain wants no more */
	fwb_put(f.data, FWB_ROM_EXT, 2, 0);
	KUNIT_EXPECT_LT(test, read_wanted(test, &f), FWB_ROM_LEN);

	/* an image that would end far behind the ROM */
	f = fwb_rom(test);
	fwb_put(f.data, FWB_ROM_NPDE + 0x08, 2, 0xffff);
	KUNIT_EXPECT_EQ(test, read_wanted(test, &f), GSP_VBIOS_MAX);
}

static void want_ends_with_the_rom(struct kunit *test)
{
	u8 *rom = kunit_kzalloc(test, GSP_VBIOS_MAX, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, rom);
	memcpy(rom, "NVGI", 4);
	rom[5] = 1;
	fwb_put(rom, 4 + 0, 1, 0);
	fwb_put(rom, 6, 2, 0x30);
	fwb_put(rom, 0x34, 4, GSP_VBIOS_MAX - 0x10);
	KUNIT_EXPECT_EQ(test, gsp_vbios_want(rom, GSP_VBIOS_MAX), GSP_VBIOS_MAX);
	KUNIT_EXPECT_EQ(test, gsp_vbios_want(rom, 0x200), GSP_VBIOS_MAX);
}

static const struct fwb_patch patches[] = {
	{ "signature of the first image", 0x00, 2, 0xaa54, -EINVAL },
	{ "signature of a later image", FWB_ROM_EXT2, 2, 0, -EINVAL },
	{ "all ones", 0x00, 8, ~0ULL, -EINVAL },
	{ "PCIR outside", 0x18, 2, 0xffff, -ENODATA },
	{ "PCIR of a small image outside", FWB_ROM_EFI + 0x18, 2, 0x480, -EINVAL },
	{ "PCIR signature", FWB_ROM_PCIR, 4, 0, -EINVAL },
	{ "no size in PCIR, but in NPDE", FWB_ROM_EXT + FWB_ROM_PCIR + 0x10, 2, 0, 0 },
	{ "last image too long", FWB_ROM_EXT2 + FWB_ROM_NPDE + 0x08, 2, 6, -ENODATA },
	{ "first image much too long", FWB_ROM_NPDE + 0x08, 2, 0xffff, -ENODATA },
	{ "no last image", FWB_ROM_EXT2 + FWB_ROM_NPDE + 0x0a, 1, 0, -ENODATA },
	{ "first image is last", FWB_ROM_NPDE + 0x0a, 1, 0x80, -ENOENT },
	{ "NBSI image is last", FWB_ROM_EFI + FWB_ROM_PCIR + 0x14, 1, 0x70, -ENOENT },
	{ "no PC-AT image", FWB_ROM_PCIR + 0x14, 1, 0x03, -ENOENT },
	{ "no BIT", FWB_ROM_BIT, 1, 0, -ENOENT },
	{ "BIT token too small", FWB_ROM_BIT + 9, 1, 5, -EINVAL },
	{ "BIT token far apart", FWB_ROM_BIT + 9, 1, 0xff, -ENOENT },
	{ "no BIT tokens", FWB_ROM_BIT + 10, 1, 0, -ENOENT },
	{ "falcon token is another", FWB_ROM_TOKEN, 1, 'q', -ENOENT },
	{ "falcon data version", FWB_ROM_TOKEN + 1, 1, 1, -EINVAL },
	{ "falcon data too short", FWB_ROM_TOKEN + 2, 2, 3, -EINVAL },
	{ "falcon data outside", FWB_ROM_TOKEN + 4, 2, 0x3fd, -ENODATA },
	{ "ucode table in PC-AT", FWB_ROM_POINTER, 4, 0x3ff, -EINVAL },
	{ "ucode table outside", FWB_ROM_POINTER, 4, 0x400 + 0xbfd, -ENODATA },
	{ "ucode table far outside", FWB_ROM_POINTER, 4, ~0U, -ENODATA },
	{ "ucode table version", FWB_ROM_TABLE, 1, 2, -EINVAL },
	{ "ucode table header", FWB_ROM_TABLE + 1, 1, 3, -EINVAL },
	{ "ucode table entry", FWB_ROM_TABLE + 2, 1, 5, -EINVAL },
	{ "ucode table empty", FWB_ROM_TABLE + 3, 1, 0, -ENOENT },
	{ "no FWSEC", FWB_ROM_TABLE + 12, 1, 0x84, -ENOENT },
	{ "FWSEC in PC-AT", FWB_ROM_TABLE + 14, 4, 0x200, -EINVAL },
	{ "FWSEC outside", FWB_ROM_TABLE + 14, 4, 0x400 + 0xbfd, -ENODATA },
	{ "FWSEC far outside", FWB_ROM_TABLE + 14, 4, ~0U, -ENODATA },
	{ "FWSEC of version 2 with the fields of 3", FWB_ROM_DESC + 1, 1, 2, -EINVAL },
	{ "FWSEC not valid", FWB_ROM_DESC, 1, 0, -EINVAL },
	{ "FWSEC code beyond the image", FWB_ROM_DESC + 0x14, 4, 0x400, -ENODATA },
};

KUNIT_ARRAY_PARAM_DESC(patches, patches, name);

static void malformed(struct kunit *test)
{
	const struct fwb_patch *p = test->param_value;
	struct fwb_file f = fwb_rom(test);
	struct gsp_fw_blob blob = { .data = f.data, .len = f.len };
	struct gsp_vbios v;

	fwb_patch(&f, p);
	KUNIT_EXPECT_EQ(test, gsp_vbios_scan(&blob, &v), p->ret);
	KUNIT_EXPECT_EQ(test, !!blob.err.what, !!p->ret);
}

/* A chain that would never move on. */
static void zero_length(struct kunit *test)
{
	struct fwb_file f = fwb_rom(test);
	struct gsp_fw_blob blob = { .data = f.data, .len = f.len };
	struct gsp_vbios v;

	fwb_put(f.data, FWB_ROM_EFI + FWB_ROM_PCIR + 0x10, 2, 0);
	fwb_put(f.data, FWB_ROM_EFI + FWB_ROM_NPDE + 0x08, 2, 0);
	KUNIT_EXPECT_EQ(test, gsp_vbios_scan(&blob, &v), -EINVAL);
	KUNIT_EXPECT_STREQ(test, blob.err.what, "smallest image size");
	KUNIT_EXPECT_LE(test, gsp_vbios_want(f.data, f.len), f.len);
}

/* ---- FWSEC's DMEM ---- */

static int find_map(const void *dmem, size_t len, struct gsp_fwsec_map *map)
{
	struct gsp_fw_blob blob = { .data = dmem, .len = len };

	return gsp_fwsec_find_map(&blob, FWB_DMEM_APPIF, map);
}

static int find_some_map(const void *dmem, size_t len)
{
	struct gsp_fwsec_map map;

	return find_map(dmem, len, &map);
}

/* DMEM alone, up to the end of what find_map() has to see. */
static struct fwb_file dmem_part(struct kunit *test)
{
	struct fwb_file f = fwb_rom(test);

	f.data += FWB_ROM_DMEM;
	f.len = FWB_DMEM_CMD + 0x2c;
	return f;
}

static void map(struct kunit *test)
{
	struct fwb_file f = dmem_part(test);
	struct gsp_fwsec_map m;

	KUNIT_ASSERT_EQ(test, find_map(f.data, f.len, &m), 0);
	KUNIT_EXPECT_EQ(test, m.mapper, FWB_DMEM_MAPPER);
	KUNIT_EXPECT_EQ(test, m.cmd, FWB_DMEM_CMD);
	fwb_each_prefix(test, &f, find_some_map);
}

static const struct fwb_patch map_patches[] = {
	{ "interface table version", FWB_DMEM_APPIF, 1, 2, -EINVAL },
	{ "interface table header", FWB_DMEM_APPIF + 1, 1, 3, -EINVAL },
	{ "interface table entry", FWB_DMEM_APPIF + 2, 1, 7, -EINVAL },
	{ "interface table empty", FWB_DMEM_APPIF + 3, 1, 0, -ENOENT },
	{ "one interface", FWB_DMEM_APPIF + 3, 1, 1, -ENOENT },
	{ "interface entries far apart", FWB_DMEM_APPIF + 2, 1, 0xff, -ENODATA },
	{ "no mapper", FWB_DMEM_APPIF + 12, 4, 5, -ENOENT },
	{ "mapper outside", FWB_DMEM_APPIF + 16, 4, FWB_DMEM_CMD + 0x2c - 0x3f, -ENODATA },
	{ "mapper far outside", FWB_DMEM_APPIF + 16, 4, ~0U, -ENODATA },
	{ "command buffer outside", FWB_DMEM_MAPPER + 8, 4, FWB_DMEM_CMD + 1, -ENODATA },
	{ "command buffer far outside", FWB_DMEM_MAPPER + 8, 4, ~0U, -ENODATA },
	{ "command buffer too small", FWB_DMEM_MAPPER + 12, 4, 0x2b, -EINVAL },
};

KUNIT_ARRAY_PARAM_DESC(map_patches, map_patches, name);

static void map_malformed(struct kunit *test)
{
	const struct fwb_patch *p = test->param_value;
	struct fwb_file f = dmem_part(test);
	struct gsp_fwsec_map m;

	fwb_patch(&f, p);
	KUNIT_EXPECT_EQ(test, find_map(f.data, f.len, &m), p->ret);
}

/* The image as gsp_fwsec_create() leaves it, but in ordinary memory. */
static struct gsp_fwsec fwsec(struct kunit *test, struct fwb_file *f)
{
	struct gsp_fw_blob blob = { .data = f->data, .len = f->len };
	struct gsp_fwsec s = { .dev = kunit_device_register(test, "gsp-vbios") };
	struct gsp_vbios v;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, s.dev);
	KUNIT_ASSERT_EQ(test, gsp_vbios_scan(&blob, &v), 0);
	s.desc = v.fwsec;
	s.ucode.dmem_src = FWB_ROM_IMEM_SIZE;
	s.map.mapper = FWB_DMEM_MAPPER;
	s.map.cmd = FWB_DMEM_CMD;
	s.image.va = f->data + FWB_ROM_IMEM;
	s.sigs = f->data + FWB_ROM_SIGS;
	return s;
}

static void commands(struct kunit *test)
{
	static const u32 frts[] = { 1, 24, 0, 0, 0, 2, 1, 20, 0x5ff00, 0x100, 2 };
	struct fwb_file f = fwb_rom(test);
	struct gsp_fwsec s = fwsec(test, &f);
	const u8 *dmem = f.data + FWB_ROM_DMEM;
	unsigned int i;

	KUNIT_ASSERT_EQ(test, gsp_fwsec_set_frts(&s, 0x5ff00000, 0x100000), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(dmem + FWB_DMEM_MAPPER + 0x2c), 0x15);
	for (i = 0; i < ARRAY_SIZE(frts); i++)
		KUNIT_EXPECT_EQ(test, get_unaligned_le32(dmem + FWB_DMEM_CMD + 4 * i), frts[i]);
	KUNIT_EXPECT_EQ(test, dmem[FWB_DMEM_CMD - 1], 0x44);
	KUNIT_EXPECT_EQ(test, dmem[FWB_DMEM_CMD + 0x2c], 0x44);

	KUNIT_EXPECT_EQ(test, gsp_fwsec_set_frts(&s, 0x5ff00800, 0x100000), -EINVAL);
	KUNIT_EXPECT_EQ(test, gsp_fwsec_set_frts(&s, 0x5ff00000, 0), -EINVAL);
	KUNIT_EXPECT_EQ(test, gsp_fwsec_set_frts(&s, 1ULL << 44, 0x100000), -EINVAL);

	gsp_fwsec_set_sb(&s);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(dmem + FWB_DMEM_MAPPER + 0x2c), 0x19);
	for (i = 0; i < 6; i++)
		KUNIT_EXPECT_EQ(test, get_unaligned_le32(dmem + FWB_DMEM_CMD + 4 * i), frts[i]);
}

static void sign(struct kunit *test)
{
	struct fwb_file f = fwb_rom(test);
	struct gsp_fwsec s = fwsec(test, &f);
	const u8 *dmem = f.data + FWB_ROM_DMEM;

	KUNIT_EXPECT_EQ(test, gsp_fwsec_sign(&s, 1), -ENOKEY);
	KUNIT_EXPECT_EQ(test, dmem[FWB_DMEM_SIG], 0x44);
	KUNIT_EXPECT_EQ(test, gsp_fwsec_sign(&s, 0), 0);
	KUNIT_EXPECT_EQ(test, dmem[FWB_DMEM_SIG], 0xb0);
	KUNIT_EXPECT_EQ(test, gsp_fwsec_sign(&s, 2), 0);
	KUNIT_EXPECT_EQ(test, dmem[FWB_DMEM_SIG], 0xb2);
	KUNIT_EXPECT_EQ(test, dmem[FWB_DMEM_SIG + 383], 0xb2);
	KUNIT_EXPECT_EQ(test, dmem[FWB_DMEM_SIG - 1], 0x44);
	KUNIT_EXPECT_EQ(test, dmem[FWB_DMEM_SIG + 384], 0x44);
}

/* A sound descriptor, but of a FWSEC that these falcons cannot run. */
static void of_other_falcons(struct kunit *test)
{
	struct fwb_file f = fwb_rom(test);
	struct gsp_fw_blob blob = { .data = f.data, .len = f.len };
	struct device *dev = kunit_device_register(test, "gsp-vbios");
	struct gsp_fwsec *out = NULL;
	struct gsp_vbios v;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, dev);
	KUNIT_ASSERT_EQ(test, gsp_vbios_scan(&blob, &v), 0);
	KUNIT_EXPECT_EQ(test, gsp_fwsec_create(dev, &v, 2, &out), -EOPNOTSUPP);
	KUNIT_EXPECT_NULL(test, out);
}

/* Turing's has its signature inside. */
static void sign_v2(struct kunit *test)
{
	struct fwb_file f = fwb_rom(test);
	struct gsp_fwsec s = fwsec(test, &f);
	u8 *before = kunit_kmalloc(test, f.len, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, before);
	memcpy(before, f.data, f.len);
	s.desc.nr_sigs = 0;
	s.sigs = NULL;
	KUNIT_EXPECT_EQ(test, gsp_fwsec_sign(&s, 0), 0);
	KUNIT_EXPECT_MEMEQ(test, f.data, before, f.len);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(well_formed),
	KUNIT_CASE(every_prefix),
	KUNIT_CASE(ifr),
	KUNIT_CASE(ifr_v3),
	KUNIT_CASE(pcir_alone),
	KUNIT_CASE(npde_first),
	KUNIT_CASE(want),
	KUNIT_CASE(want_ends_with_the_rom),
	KUNIT_CASE_PARAM(malformed, patches_gen_params),
	KUNIT_CASE(zero_length),
	KUNIT_CASE(map),
	KUNIT_CASE_PARAM(map_malformed, map_patches_gen_params),
	KUNIT_CASE(commands),
	KUNIT_CASE(sign),
	KUNIT_CASE(of_other_falcons),
	KUNIT_CASE(sign_v2),
	{}
};

static struct kunit_suite suite = {
	.name = "gsp_core_fw_vbios",
	.test_cases = cases,
};

kunit_test_suite(suite);
