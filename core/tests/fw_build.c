// SPDX-License-Identifier: GPL-2.0-only
/* Small well-formed firmware files for the tests of core/fw. */
#include "fw_build.h"

#include <kunit/test.h>
#include <linux/crc32.h>
#include <linux/string.h>

#define SIG_SIZE	384

void fwb_put(u8 *data, size_t off, unsigned int width, u64 val)
{
	unsigned int i;

	for (i = 0; i < width; i++)
		data[off + i] = val >> (8 * i);
}

static void put_words(u8 *data, size_t off, const u32 *words, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		fwb_put(data, off + 4 * i, 4, words[i]);
}

void fwb_patch(struct fwb_file *f, const struct fwb_patch *p)
{
	fwb_put(f->data, p->off, p->width, p->val);
}

static struct fwb_file new_file(struct kunit *test, size_t len)
{
	struct fwb_file f = { .data = kunit_kzalloc(test, len, GFP_KERNEL), .len = len };

	KUNIT_ASSERT_NOT_NULL(test, f.data);
	return f;
}

/* A prefix ends where its memory does, so that KASAN sees a read behind it. */
void fwb_each_prefix(struct kunit *test, const struct fwb_file *f,
		     int (*parse)(const void *data, size_t len))
{
	u8 *copy = kunit_kmalloc(test, f->len, GFP_KERNEL);
	u8 *end = copy + f->len;
	size_t len;

	KUNIT_ASSERT_NOT_NULL(test, copy);
	for (len = 0; len < f->len; len++) {
		memcpy(end - len, f->data, len);
		KUNIT_EXPECT_NE_MSG(test, parse(end - len, len), 0, "prefix of %zu bytes", len);
	}
	KUNIT_EXPECT_EQ(test, parse(f->data, f->len), 0);
}

static void put_section(u8 *data, unsigned int n, u32 name, u32 type, u64 off, u64 size)
{
	fwb_put(data, FWB_ELF_SECTION(n, 0x00), 4, name);
	fwb_put(data, FWB_ELF_SECTION(n, 0x04), 4, type);
	fwb_put(data, FWB_ELF_SECTION(n, 0x18), 8, off);
	fwb_put(data, FWB_ELF_SECTION(n, 0x20), 8, size);
}

struct fwb_file fwb_elf(struct kunit *test)
{
	static const u8 ident[] = { 0x7f, 'E', 'L', 'F', 2, 1, 1 };
	static const u8 note[] = { 4, 0, 0, 0, 20, 0, 0, 0, 3, 0, 0, 0, 'G', 'N', 'U', 0 };
	static const char names[] = "\0.fwimage\0.note.gnu.build-id\0.fwversion\0"
				    ".fwsignature_ad10x\0.fwsignature_ga10x\0.shstrtab";
	struct fwb_file f = new_file(test, FWB_ELF_LEN);

	memcpy(f.data, ident, sizeof(ident));
	fwb_put(f.data, 0x10, 2, 1);
	fwb_put(f.data, 0x12, 2, 0xf3);
	fwb_put(f.data, 0x28, 8, FWB_ELF_TABLE);
	fwb_put(f.data, 0x3a, 2, 0x40);
	fwb_put(f.data, 0x3c, 2, 7);
	fwb_put(f.data, 0x3e, 2, 6);
	memset(f.data + FWB_ELF_IMAGE, 0x11, FWB_ELF_IMAGE_SIZE);
	memcpy(f.data + FWB_ELF_NOTE, note, sizeof(note));
	memset(f.data + FWB_ELF_NOTE + sizeof(note), 0xb1, 20);
	memcpy(f.data + FWB_ELF_VERSION, "570.144", 8);
	memset(f.data + FWB_ELF_SIG_AD10X, 0xad, 0x1000);
	memset(f.data + FWB_ELF_SIG_GA10X, 0x6a, 0x1000);
	memcpy(f.data + FWB_ELF_NAMES, names, sizeof(names));

	put_section(f.data, 1, 1, 1, FWB_ELF_IMAGE, FWB_ELF_IMAGE_SIZE);
	put_section(f.data, 2, 10, 7, FWB_ELF_NOTE, 0x24);
	put_section(f.data, 3, 29, 1, FWB_ELF_VERSION, 8);
	put_section(f.data, 4, 40, 1, FWB_ELF_SIG_AD10X, 0x1000);
	put_section(f.data, 5, 59, 1, FWB_ELF_SIG_GA10X, 0x1000);
	put_section(f.data, 6, 78, 3, FWB_ELF_NAMES, sizeof(names));
	return f;
}

struct fwb_file fwb_hs(struct kunit *test)
{
	static const u32 outer[] = {
		0x10de, 1, 0xb00, FWB_HS_INNER, FWB_HS_DATA, FWB_HS_DATA_SIZE,
	};
	static const u32 inner[] = {
		FWB_HS_SIGS, 2 * SIG_SIZE, FWB_HS_PATCH_LOC, FWB_HS_PATCH_SIG, FWB_HS_META, 12,
		FWB_HS_NUM_SIG, FWB_HS_LOAD, 0x24,
	};
	/* patch_loc, patch_sig, fuse version, engine, ucode id, num_sig */
	static const u32 values[] = { 0x310, 0, 1, 1, 3, 2 };
	static const u32 load[] = { 0, 0x100, 0x300, 0x400, 1, 0x100, 0x200, 0x100, 0 };
	struct fwb_file f = new_file(test, FWB_HS_LEN);

	put_words(f.data, 0, outer, ARRAY_SIZE(outer));
	put_words(f.data, FWB_HS_INNER, inner, ARRAY_SIZE(inner));
	memset(f.data + FWB_HS_SIGS, 0xa1, SIG_SIZE);
	memset(f.data + FWB_HS_SIGS + SIG_SIZE, 0xa0, SIG_SIZE);
	put_words(f.data, FWB_HS_PATCH_LOC, values, ARRAY_SIZE(values));
	put_words(f.data, FWB_HS_LOAD, load, ARRAY_SIZE(load));
	memset(f.data + FWB_HS_DATA, 0x22, FWB_HS_DATA_SIZE);
	return f;
}

struct fwb_file fwb_bl(struct kunit *test)
{
	static const u32 outer[] = {
		0x10de, 1, 0x400, FWB_BL_DESC, FWB_BL_DATA, FWB_BL_DATA_SIZE,
	};
	/* start tag, place in DMEM, code, data */
	static const u32 desc[] = { 0xfd, 0, 0, 0x200, 0x200, 0x100 };
	struct fwb_file f = new_file(test, FWB_BL_LEN);

	put_words(f.data, 0, outer, ARRAY_SIZE(outer));
	put_words(f.data, FWB_BL_DESC, desc, ARRAY_SIZE(desc));
	memset(f.data + FWB_BL_DATA, 0x66, FWB_BL_DATA_SIZE);
	return f;
}

struct fwb_file fwb_riscv(struct kunit *test, unsigned int version)
{
	size_t desc = version == 4 ? 0x4c : 0x54;
	const u32 outer[] = {
		0x10de, 1, 0x1100, FWB_RV_DESC, FWB_RV_DESC + desc, FWB_RV_DATA_SIZE,
	};
	/* bootloader, parameters, ELF, application version, manifest, monitor data and code, on */
	const u32 words[] = {
		version, 0xc00, 0x300, 0xf00, 0x10, 0, 0, 7,
		0x40, 0x80, 0x100, 0x200, 0x300, 0x900, 1,
	};
	struct fwb_file f = new_file(test, FWB_RV_DESC + desc + FWB_RV_DATA_SIZE);

	put_words(f.data, 0, outer, ARRAY_SIZE(outer));
	put_words(f.data, FWB_RV_DESC, words, ARRAY_SIZE(words));
	memset(f.data + FWB_RV_DESC + desc, 0x33, FWB_RV_DATA_SIZE);
	return f;
}

static void put_section32(u8 *data, unsigned int n, u32 name, u32 type, u32 off, u32 size)
{
	fwb_put(data, FWB_FMC_SECTION(n, 0x00), 4, name);
	fwb_put(data, FWB_FMC_SECTION(n, 0x04), 4, type);
	fwb_put(data, FWB_FMC_SECTION(n, 0x10), 4, off);
	fwb_put(data, FWB_FMC_SECTION(n, 0x14), 4, size);
}

/* A section filled with one byte, and its CRC-32. */
static void put_blob32(u8 *data, unsigned int n, u32 name, u32 off, u32 size, u8 fill)
{
	put_section32(data, n, name, 1, off, size);
	memset(data + off, fill, size);
	fwb_put(data, FWB_FMC_SECTION(n, 0x1c), 4, ~crc32_le(~0, data + off, size));
}

struct fwb_file fwb_fmc(struct kunit *test)
{
	static const u8 ident[] = { 0x7f, 'E', 'L', 'F', 1, 1, 1 };
	static const char names[] = "\0.shstrtab\0hash\0signature\0publickey\0image";
	struct fwb_file f = new_file(test, FWB_FMC_LEN);

	memcpy(f.data, ident, sizeof(ident));
	fwb_put(f.data, 0x14, 4, 1);
	fwb_put(f.data, 0x20, 4, FWB_FMC_TABLE);
	fwb_put(f.data, 0x28, 2, 0x34);
	fwb_put(f.data, 0x2e, 2, 0x28);
	fwb_put(f.data, 0x30, 2, 6);
	fwb_put(f.data, 0x32, 2, 1);
	memcpy(f.data + FWB_FMC_NAMES, names, sizeof(names));
	put_section32(f.data, 1, 1, 3, FWB_FMC_NAMES, sizeof(names));
	put_blob32(f.data, 2, 11, FWB_FMC_HASH, 48, 0x4a);
	put_blob32(f.data, 3, 16, FWB_FMC_SIG, FWB_FMC_SIG_SIZE, 0x51);
	put_blob32(f.data, 4, 26, FWB_FMC_KEY, FWB_FMC_KEY_SIZE, 0x4b);
	put_blob32(f.data, 5, 36, FWB_FMC_IMAGE, FWB_FMC_IMAGE_SIZE, 0x66);
	return f;
}

static void put_image(u8 *rom, size_t base, size_t size, u8 type, bool last)
{
	fwb_put(rom, base, 2, 0xaa55);
	fwb_put(rom, base + 0x18, 2, FWB_ROM_PCIR);
	memcpy(rom + base + FWB_ROM_PCIR, "PCIR", 4);
	fwb_put(rom, base + FWB_ROM_PCIR + 0x0a, 2, 0x18);
	fwb_put(rom, base + FWB_ROM_PCIR + 0x10, 2, size / 0x200);
	rom[base + FWB_ROM_PCIR + 0x14] = type;
	rom[base + FWB_ROM_PCIR + 0x15] = last ? 0x80 : 0;
	memcpy(rom + base + FWB_ROM_NPDE, "NPDE", 4);
	fwb_put(rom, base + FWB_ROM_NPDE + 0x08, 2, size / 0x200);
	rom[base + FWB_ROM_NPDE + 0x0a] = last ? 0x80 : 0;
}

static void put_dmem(u8 *dmem)
{
	static const u8 appif[] = { 1, 4, 8, 2 };
	static const u32 entries[] = { 1, 0, 4, FWB_DMEM_MAPPER };

	memset(dmem, 0x44, FWB_ROM_DMEM_SIZE);
	memcpy(dmem + FWB_DMEM_APPIF, appif, sizeof(appif));
	put_words(dmem, FWB_DMEM_APPIF + 4, entries, ARRAY_SIZE(entries));
	memcpy(dmem + FWB_DMEM_MAPPER, "DMAP", 4);
	fwb_put(dmem, FWB_DMEM_MAPPER + 0x08, 4, FWB_DMEM_CMD);
	fwb_put(dmem, FWB_DMEM_MAPPER + 0x0c, 4, FWB_DMEM_CMD_SIZE);
}

/* Pointers count through the PC-AT image and then from the first extension image on. */
static u32 rom_pointer(size_t off)
{
	return FWB_ROM_PCAT_SIZE + off - FWB_ROM_EXT;
}

struct fwb_file fwb_rom(struct kunit *test)
{
	static const u8 bit[] = {
		0xff, 0xb8, 'B', 'I', 'T', 0, 0, 1, 12, 6, 2, 0, 'i', 2, 4, 0, 0, 0,
	};
	static const u8 token[] = { 'p', 2, 4, 0, FWB_ROM_POINTER, 0 };
	static const u8 table[] = { 1, 6, 6, 2, 0, 0, 0x05, 7, 0, 0, 0, 0, 0x85, 7 };
	static const u32 desc[] = {
		0x032c0301, 0x600, FWB_DMEM_SIG, FWB_DMEM_APPIF, 0, FWB_ROM_IMEM_SIZE, 0, 0,
		FWB_ROM_DMEM_SIZE, 0x02090400, 0x5,
	};
	struct fwb_file f = new_file(test, FWB_ROM_LEN);

	put_image(f.data, 0, FWB_ROM_PCAT_SIZE, 0x00, false);
	put_image(f.data, FWB_ROM_EFI, FWB_ROM_EXT - FWB_ROM_EFI, 0x03, false);
	put_image(f.data, FWB_ROM_EXT, FWB_ROM_EXT2 - FWB_ROM_EXT, 0xe0, false);
	put_image(f.data, FWB_ROM_EXT2, FWB_ROM_LEN - FWB_ROM_EXT2, 0xe0, true);
	memcpy(f.data + FWB_ROM_BIT, bit, sizeof(bit));
	memcpy(f.data + FWB_ROM_TOKEN, token, sizeof(token));
	fwb_put(f.data, FWB_ROM_POINTER, 4, rom_pointer(FWB_ROM_TABLE));
	memcpy(f.data + FWB_ROM_TABLE, table, sizeof(table));
	fwb_put(f.data, FWB_ROM_TABLE + sizeof(table), 4, rom_pointer(FWB_ROM_DESC));
	put_words(f.data, FWB_ROM_DESC, desc, ARRAY_SIZE(desc));
	memset(f.data + FWB_ROM_SIGS, 0xb0, SIG_SIZE);
	memset(f.data + FWB_ROM_SIGS + SIG_SIZE, 0xb2, SIG_SIZE);
	memset(f.data + FWB_ROM_IMEM, 0x55, FWB_ROM_IMEM_SIZE);
	put_dmem(f.data + FWB_ROM_DMEM);
	return f;
}

struct fwb_file fwb_fwsec_v2(struct kunit *test)
{
	/* Addresses of code begin at 0x1000, so that they are no offsets. */
	static const u32 desc[] = {
		0x003c0201, 0x700, 0x700, 0x1000, FWB_DMEM_APPIF, 0, FWB_V2_IMEM_SIZE, 0x1000,
		0x1100, 0x200, FWB_V2_IMEM_SIZE, 0, FWB_ROM_DMEM_SIZE, 0, 0,
	};
	struct fwb_file f = new_file(test, FWB_V2_LEN);

	put_words(f.data, 0, desc, ARRAY_SIZE(desc));
	memset(f.data + FWB_V2_IMEM, 0x55, FWB_V2_IMEM_SIZE);
	put_dmem(f.data + FWB_V2_DMEM);
	return f;
}
