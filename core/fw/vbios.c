// SPDX-License-Identifier: GPL-2.0-only
/*
 * The video BIOS: from the ROM's first byte to the FWSEC descriptor.
 *
 *   ROM:  [IFR header] image, image, … last image
 *   image: ROM signature, at 0x18 the offset of a PCIR structure (size, code
 *          type, last flag), behind that maybe an NPDE structure that overrides
 *          size and last flag
 *
 *   PC-AT image:  BIT header -> token 'p' -> pointer to the falcon ucode table
 *   extension images:  falcon ucode table -> entry 0x85 -> FWSEC descriptor,
 *          signatures, code, data
 *
 * Images follow each other without gaps but for the rounding to 512 bytes, and
 * each must have a size, so the walk only goes forward and ends with the ROM.
 */
#include "fw/vbios.h"

#include <kunit/visibility.h>
#include <linux/align.h>
#include <linux/array_size.h>
#include <linux/bitfield.h>
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/unaligned.h>
#include "fw/fwsec_desc.h"

#define IFR_SIGNATURE		0x4947564e	/* "NVGI" */
#define IFR_VERSION		GENMASK(15, 8)
#define IFR_FIXED_SIZE		GENMASK(30, 16)
#define IFR_TOTAL_SIZE		GENMASK(19, 0)
#define IFR_DIRECTORY_GAP	4096
#define IFR_DIRECTORY		0x44524652	/* "RFRD" */

#define ROM_BLOCK		512
#define ROM_PCIR_AT		0x18
#define ROM_SIGNATURE		0xaa55
#define ROM_SIGNATURE_NV	0x4e56
#define ROM_SIGNATURE_NV2	0xbb77

#define PCIR_SIZE		24
#define PCIR_SIGNATURE		0x52494350	/* "PCIR" */
#define PCIR_SIGNATURE_NV	0x5344504e	/* "NPDS" */
#define PCIR_LENGTH		0x0a
#define PCIR_BLOCKS		0x10
#define PCIR_CODE_TYPE		0x14
#define PCIR_FLAGS		0x15
#define   PCIR_LAST		BIT(7)

#define NPDE_SIZE		11
#define NPDE_SIGNATURE		0x4544504e	/* "NPDE" */
#define NPDE_BLOCKS		0x08
#define NPDE_FLAGS		0x0a

#define CODE_PCAT		0x00
#define CODE_NBSI		0x70
#define CODE_EXT		0xe0

#define BIT_HEADER_SIZE		12
#define BIT_TOKEN_SIZE		6
#define BIT_TOKEN_FALCON	0x70
#define BIT_TOKEN_VERSION	2

#define TABLE_VERSION		1
#define TABLE_HEADER_SIZE	4
#define TABLE_ENTRY_SIZE	6
#define TABLE_APP_FWSEC		0x85

struct image {
	u32 off;
	u32 size;
	u8 type;
	bool last;
};

static int rom_u32(struct gsp_fw_blob *rom, u64 off, u32 *val, const char *what)
{
	return gsp_fw_words(rom, off, val, 1, what);
}

/* Version 3: behind the data comes a flash status page, then a directory. */
static int ifr_v3_base(struct gsp_fw_blob *rom, u32 total, u32 *base)
{
	u32 status, sig;
	u64 dir;
	int ret;

	ret = rom_u32(rom, total, &status, "end of IFR data");
	if (ret)
		return ret;
	dir = (u64)status + IFR_DIRECTORY_GAP;
	ret = rom_u32(rom, dir, &sig, "end of IFR directory");
	if (ret)
		return ret;
	if (sig != IFR_DIRECTORY)
		return gsp_fw_reject(&rom->err, -EINVAL, "IFR directory signature", IFR_DIRECTORY,
				     sig);
	return rom_u32(rom, dir + 8, base, "end of IFR directory");
}

/* Where the first image begins. */
static int find_base(struct gsp_fw_blob *rom, u32 *base)
{
	u32 w[3];
	int ret;

	*base = 0;
	ret = gsp_fw_words(rom, 0, w, ARRAY_SIZE(w), "size of ROM");
	if (ret || w[0] != IFR_SIGNATURE)
		return ret;
	switch (FIELD_GET(IFR_VERSION, w[1])) {
	case 1:
	case 2:
		return rom_u32(rom, FIELD_GET(IFR_FIXED_SIZE, w[1]) + 4, base, "end of IFR data");
	case 3:
		return ifr_v3_base(rom, FIELD_GET(IFR_TOTAL_SIZE, w[2]), base);
	default:
		return gsp_fw_reject(&rom->err, -EINVAL, "newest IFR version", 3,
				     FIELD_GET(IFR_VERSION, w[1]));
	}
}

/* Size and last flag from the NPDE, when there is one inside of the image and it has a size. */
static int apply_npde(struct gsp_fw_blob *rom, const struct image *img, u64 off, u32 *blocks,
		      bool *last)
{
	const u8 *p;

	if (*blocks && !gsp_fw_range_ok(off, NPDE_SIZE, *blocks * ROM_BLOCK))
		return 0;
	p = gsp_fw_need(rom, img->off + off, NPDE_SIZE, "end of NPDE");
	if (!p)
		return -ENODATA;
	if (get_unaligned_le32(p) != NPDE_SIGNATURE || !get_unaligned_le16(p + NPDE_BLOCKS))
		return 0;
	*blocks = get_unaligned_le16(p + NPDE_BLOCKS);
	*last = p[NPDE_FLAGS] & PCIR_LAST;
	return 0;
}

static int read_pcir(struct gsp_fw_blob *rom, struct image *img, u32 pcir_off)
{
	const u8 *p = gsp_fw_need(rom, (u64)img->off + pcir_off, PCIR_SIZE, "end of PCIR");
	u32 blocks, npde;

	if (!p)
		return -ENODATA;
	if (get_unaligned_le32(p) != PCIR_SIGNATURE && get_unaligned_le32(p) != PCIR_SIGNATURE_NV)
		return gsp_fw_reject(&rom->err, -EINVAL, "PCIR signature", PCIR_SIGNATURE,
				     get_unaligned_le32(p));
	blocks = get_unaligned_le16(p + PCIR_BLOCKS);
	img->type = p[PCIR_CODE_TYPE];
	img->last = img->type == CODE_NBSI || (p[PCIR_FLAGS] & PCIR_LAST);
	npde = ALIGN(pcir_off + get_unaligned_le16(p + PCIR_LENGTH), 16);
	if (img->type != CODE_NBSI && apply_npde(rom, img, npde, &blocks, &img->last))
		return -ENODATA;
	if (!blocks)
		return gsp_fw_reject(&rom->err, -EINVAL, "smallest image size", ROM_BLOCK, 0);
	img->size = blocks * ROM_BLOCK;
	if (pcir_off + PCIR_SIZE > img->size)
		return gsp_fw_reject(&rom->err, -EINVAL, "largest end of PCIR", img->size,
				     pcir_off + PCIR_SIZE);
	return 0;
}

static int read_image(struct gsp_fw_blob *rom, struct image *img, u64 off)
{
	const u8 *p = gsp_fw_need(rom, off, ROM_PCIR_AT + 2, "end of image header");
	int ret;
	u16 sig;

	if (!p)
		return -ENODATA;
	sig = get_unaligned_le16(p);
	if (sig != ROM_SIGNATURE && sig != ROM_SIGNATURE_NV && sig != ROM_SIGNATURE_NV2)
		return gsp_fw_reject(&rom->err, -EINVAL, "image signature", ROM_SIGNATURE, sig);
	img->off = off;
	ret = read_pcir(rom, img, get_unaligned_le16(p + ROM_PCIR_AT));
	if (!ret && !gsp_fw_need(rom, img->off, img->size, "end of image"))
		ret = -ENODATA;
	return ret;
}

static void note_image(struct gsp_vbios *v, const struct image *img)
{
	if (img->type == CODE_PCAT && !v->pcat_size) {
		v->pcat = img->off;
		v->pcat_size = img->size;
	}
	if (img->type == CODE_EXT && !v->ext)
		v->ext = img->off;
	if (v->ext)
		v->ext_size = img->off + img->size - v->ext;
}

/* Goes through the chain. Each step is at least a block, and all stays in the ROM. */
static int walk_images(struct gsp_fw_blob *rom, struct gsp_vbios *v)
{
	struct image img;
	u64 off;
	int ret;

	ret = find_base(rom, &v->base);
	if (ret)
		return ret;
	off = v->base;
	do {
		ret = read_image(rom, &img, off);
		if (ret)
			return ret;
		note_image(v, &img);
		off = ALIGN((u64)img.off + img.size, ROM_BLOCK);
	} while (!img.last);

	return 0;
}

/* The BIT header stands anywhere in the PC-AT image. */
static int find_bit(struct gsp_fw_blob *pcat, u32 *bit)
{
	static const u8 sig[6] = { 0xff, 0xb8, 'B', 'I', 'T', 0 };
	size_t i;

	for (i = 0; i + BIT_HEADER_SIZE <= pcat->len; i++) {
		if (!memcmp(pcat->data + i, sig, sizeof(sig))) {
			*bit = i;
			return 0;
		}
	}
	return gsp_fw_reject(&pcat->err, -ENOENT, "BIT headers", 1, 0);
}

static int find_token(struct gsp_fw_blob *pcat, u32 bit, u8 id, const u8 **token)
{
	const u8 *hdr = pcat->data + bit, *p;
	u8 hdr_size = hdr[8], stride = hdr[9], nr = hdr[10];
	unsigned int i;

	if (stride < BIT_TOKEN_SIZE)
		return gsp_fw_reject(&pcat->err, -EINVAL, "smallest BIT token", BIT_TOKEN_SIZE,
				     stride);
	for (i = 0; i < nr; i++) {
		p = gsp_fw_need(pcat, bit + hdr_size + i * stride, BIT_TOKEN_SIZE,
				"end of BIT tokens");
		if (!p)
			return -ENODATA;
		if (p[0] == id) {
			*token = p;
			return 0;
		}
	}
	return gsp_fw_reject(&pcat->err, -ENOENT, "BIT token", id, 0);
}

/* Pointer to the falcon ucode table, out of the PC-AT image. */
static int read_falcon_pointer(struct gsp_fw_blob *pcat, u32 *ptr)
{
	const u8 *token;
	u32 bit;
	int ret;

	ret = find_bit(pcat, &bit);
	if (!ret)
		ret = find_token(pcat, bit, BIT_TOKEN_FALCON, &token);
	if (ret)
		return ret;
	if (token[1] != BIT_TOKEN_VERSION)
		return gsp_fw_reject(&pcat->err, -EINVAL, "falcon data version", BIT_TOKEN_VERSION,
				     token[1]);
	if (get_unaligned_le16(token + 2) < sizeof(u32))
		return gsp_fw_reject(&pcat->err, -EINVAL, "smallest falcon data", sizeof(u32),
				     get_unaligned_le16(token + 2));
	return gsp_fw_words(pcat, get_unaligned_le16(token + 4), ptr, 1, "end of falcon data");
}

/* Turns a VBIOS pointer into an offset in the extension images. */
static int ext_offset(struct gsp_fw_err *err, const struct gsp_vbios *v, u32 ptr, u32 *off)
{
	if (ptr < v->pcat_size)
		return gsp_fw_reject(err, -EINVAL, "smallest pointer to the extension",
				     v->pcat_size, ptr);
	*off = ptr - v->pcat_size;
	return 0;
}

static int find_fwsec(struct gsp_fw_blob *ext, const struct gsp_vbios *v, u32 table, u32 *desc)
{
	const u8 *hdr = gsp_fw_need(ext, table, TABLE_HEADER_SIZE, "end of ucode table");
	const u8 *p;
	unsigned int i;

	if (!hdr)
		return -ENODATA;
	if (hdr[0] != TABLE_VERSION)
		return gsp_fw_reject(&ext->err, -EINVAL, "ucode table version", TABLE_VERSION,
				     hdr[0]);
	if (hdr[1] < TABLE_HEADER_SIZE)
		return gsp_fw_reject(&ext->err, -EINVAL, "smallest ucode table header",
				     TABLE_HEADER_SIZE, hdr[1]);
	if (hdr[2] < TABLE_ENTRY_SIZE)
		return gsp_fw_reject(&ext->err, -EINVAL, "smallest ucode table entry",
				     TABLE_ENTRY_SIZE, hdr[2]);
	for (i = 0; i < hdr[3]; i++) {
		p = gsp_fw_need(ext, (u64)table + hdr[1] + i * hdr[2], TABLE_ENTRY_SIZE,
				"end of ucode table");
		if (!p)
			return -ENODATA;
		if (p[0] == TABLE_APP_FWSEC)
			return ext_offset(&ext->err, v, get_unaligned_le32(p + 2), desc);
	}
	return gsp_fw_reject(&ext->err, -ENOENT, "FWSEC entry in the ucode table", TABLE_APP_FWSEC,
			     0);
}

/* Views of the two parts; each keeps its own reason, which the ROM's takes over. */
static struct gsp_fw_blob part_of(const struct gsp_fw_blob *rom, u32 off, u32 size)
{
	return (struct gsp_fw_blob){ .data = rom->data + off, .len = size };
}

static int scan_ext(struct gsp_fw_blob *ext, struct gsp_vbios *v, u32 table_ptr)
{
	u32 table, desc;
	int ret;

	ret = ext_offset(&ext->err, v, table_ptr, &table);
	if (!ret)
		ret = find_fwsec(ext, v, table, &desc);
	if (!ret)
		ret = gsp_fwsec_desc_parse(ext, desc, &v->fwsec);
	if (ret)
		return ret;
	v->fwsec.ucode += v->ext;
	v->fwsec.sigs += v->ext;
	return 0;
}

/**
 * gsp_vbios_scan() - find FWSEC in a ROM
 * @rom: the ROM, from its first byte
 * @vbios: filled; all offsets in it are checked
 *
 * Context: any.
 * Return: 0, -ENODATA when something ends behind the ROM or what it is part
 * of, -ENOENT when there is no PC-AT image, extension image, BIT header,
 * falcon token or FWSEC, -EINVAL when a structure is malformed. The reason is
 * noted in @rom.
 */
int gsp_vbios_scan(struct gsp_fw_blob *rom, struct gsp_vbios *vbios)
{
	struct gsp_fw_blob part;
	u32 table;
	int ret;

	memset(vbios, 0, sizeof(*vbios));
	vbios->rom = rom->data;
	vbios->len = rom->len;
	ret = walk_images(rom, vbios);
	if (ret)
		return ret;
	if (!vbios->pcat_size)
		return gsp_fw_reject(&rom->err, -ENOENT, "PC-AT images", 1, 0);
	if (!vbios->ext)
		return gsp_fw_reject(&rom->err, -ENOENT, "extension images", 1, 0);

	part = part_of(rom, vbios->pcat, vbios->pcat_size);
	ret = read_falcon_pointer(&part, &table);
	if (!ret) {
		part = part_of(rom, vbios->ext, vbios->ext_size);
		ret = scan_ext(&part, vbios, table);
	}
	if (ret)
		rom->err = part.err;
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_vbios_scan);

/**
 * gsp_vbios_want() - how much of the ROM has to be read?
 * @rom: what has been read so far, from the ROM's first byte
 * @have: how much that is
 *
 * Reading the ROM is slow, and most of it is not VBIOS. The caller begins with
 * nothing, asks, reads up to the answer, and asks again, until the answer is
 * not above what it has. Then it has the whole image chain, or all that makes
 * sense to read of a broken one, about which gsp_vbios_parse() complains.
 *
 * Context: any.
 * Return: bytes to have, a multiple of 4, at most %GSP_VBIOS_MAX, or @have.
 */
size_t gsp_vbios_want(const void *rom, size_t have)
{
	struct gsp_fw_blob blob = { .data = rom, .len = have };
	struct gsp_vbios v = {};

	if (walk_images(&blob, &v) != -ENODATA)
		return have;
	return max_t(u64, have, ALIGN(min_t(u64, blob.err.want, GSP_VBIOS_MAX), ROM_BLOCK));
}
EXPORT_SYMBOL_IF_KUNIT(gsp_vbios_want);

/**
 * gsp_vbios_parse() - find FWSEC in the VBIOS
 * @dev: device it belongs to; a failure is logged
 * @rom: the ROM, from its first byte; must stay as long as @vbios is used
 * @len: bytes of @rom
 * @vbios: filled
 *
 * Context: process.
 * Return: as gsp_vbios_scan().
 */
int gsp_vbios_parse(struct device *dev, const void *rom, size_t len, struct gsp_vbios *vbios)
{
	struct gsp_fw_blob blob = { .data = rom, .len = len };
	int ret = gsp_vbios_scan(&blob, vbios);

	if (ret)
		gsp_fw_report(dev, "VBIOS", &blob.err, ret);
	return ret;
}
