// SPDX-License-Identifier: GPL-2.0-only
/*
 * FWSEC, ready to run: the image out of the VBIOS with a signature and a command.
 *
 * The image's DMEM part holds a table of application interfaces. One of them,
 * DMEMMAPPER, has a word for the command and points to a buffer for what the
 * command needs:
 *
 *   FRTS  create the protected framebuffer region WPR2 and put FRTS data there
 *   SB    the secure boot part alone, run on the way down
 *
 * Both commands are told to take the VBIOS from the ROM by themselves.
 */
#include "fw/fwsec.h"

#include <kunit/visibility.h>
#include <linux/align.h>
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/unaligned.h>
#include "fw/sig.h"

#define FALCON_BLOCK		256
#define FRTS_PAGE_SHIFT		12

#define APPIF_VERSION		1
#define APPIF_HEADER_SIZE	4
#define APPIF_ENTRY_SIZE	8
#define APPIF_DMEMMAPPER	4

#define MAPPER_SIZE		0x40
#define MAPPER_CMD_BUFFER	0x08
#define MAPPER_CMD_SIZE		0x0c
#define MAPPER_INIT_CMD		0x2c
#define   INIT_CMD_FRTS		0x15
#define   INIT_CMD_SB		0x19

/* The command buffer. */
#define CMD_VBIOS_VERSION	0x00
#define CMD_VBIOS_SIZE		0x04
#define CMD_VBIOS_ADDR		0x08
#define CMD_VBIOS_LENGTH	0x10
#define CMD_VBIOS_FLAGS		0x14
#define CMD_FRTS_VERSION	0x18
#define CMD_FRTS_SIZE		0x1c
#define CMD_FRTS_ADDR		0x20
#define CMD_FRTS_LENGTH		0x24
#define CMD_FRTS_TYPE		0x28
#define   FRTS_TYPE_FB		2
#define CMD_SIZE		0x2c

static int find_mapper(struct gsp_fw_blob *dmem, u32 off, u32 *mapper)
{
	const u8 *hdr = gsp_fw_need(dmem, off, APPIF_HEADER_SIZE, "end of FWSEC interface table");
	u32 entry[2];
	unsigned int i;
	int ret;

	if (!hdr)
		return -ENODATA;
	if (hdr[0] != APPIF_VERSION)
		return gsp_fw_reject(&dmem->err, -EINVAL, "FWSEC interface table version",
				     APPIF_VERSION, hdr[0]);
	if (hdr[1] < APPIF_HEADER_SIZE)
		return gsp_fw_reject(&dmem->err, -EINVAL, "smallest FWSEC interface header",
				     APPIF_HEADER_SIZE, hdr[1]);
	if (hdr[2] < APPIF_ENTRY_SIZE)
		return gsp_fw_reject(&dmem->err, -EINVAL, "smallest FWSEC interface entry",
				     APPIF_ENTRY_SIZE, hdr[2]);
	for (i = 0; i < hdr[3]; i++) {
		ret = gsp_fw_words(dmem, (u64)off + hdr[1] + i * hdr[2], entry, 2,
				   "end of FWSEC interface table");
		if (ret)
			return ret;
		if (entry[0] == APPIF_DMEMMAPPER) {
			*mapper = entry[1];
			return 0;
		}
	}
	return gsp_fw_reject(&dmem->err, -ENOENT, "FWSEC interface", APPIF_DMEMMAPPER, 0);
}

/**
 * gsp_fwsec_find_map() - find where FWSEC takes its command from
 * @dmem: the DMEM part
 * @interface_offset: offset in it of the interface table
 * @map: filled; both structures are inside of @dmem
 *
 * Context: any.
 * Return: 0, -ENODATA when a structure ends behind @dmem, -ENOENT when there
 * is no DMEMMAPPER, -EINVAL when a table is malformed. The reason is noted in
 * @dmem.
 */
int gsp_fwsec_find_map(struct gsp_fw_blob *dmem, u32 interface_offset, struct gsp_fwsec_map *map)
{
	const u8 *mapper;
	u32 size;
	int ret;

	ret = find_mapper(dmem, interface_offset, &map->mapper);
	if (ret)
		return ret;
	mapper = gsp_fw_need(dmem, map->mapper, MAPPER_SIZE, "end of FWSEC mapper");
	if (!mapper)
		return -ENODATA;
	map->cmd = get_unaligned_le32(mapper + MAPPER_CMD_BUFFER);
	size = get_unaligned_le32(mapper + MAPPER_CMD_SIZE);
	if (size < CMD_SIZE)
		return gsp_fw_reject(&dmem->err, -EINVAL, "smallest FWSEC command buffer", CMD_SIZE,
				     size);
	if (!gsp_fw_need(dmem, map->cmd, CMD_SIZE, "end of FWSEC command buffer"))
		return -ENODATA;
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_fwsec_find_map);

static void fill_ucode(struct gsp_fwsec *f)
{
	const struct gsp_fwsec_desc *d = &f->desc;

	f->ucode = (struct gsp_fw_ucode){
		.ns_size = d->imem_load_size - d->sec_size,
		.imem_src = d->sec_offset,
		.imem_dst = d->imem_phys_base + d->sec_offset,
		.imem_size = ALIGN(d->sec_size, FALCON_BLOCK),
		.dmem_src = ALIGN(d->imem_load_size, FALCON_BLOCK),
		.dmem_dst = d->dmem_phys_base,
		.dmem_size = ALIGN(d->dmem_load_size, FALCON_BLOCK),
		.pkc_offset = d->pkc_data_offset,
		.engine_id_mask = d->engine_id_mask,
		.ucode_id = d->ucode_id,
	};
}

/* Signatures to choose from; none in version 2. */
static int keep_sigs(struct gsp_fwsec *f, const struct gsp_vbios *v)
{
	if (!f->desc.nr_sigs)
		return 0;
	f->sigs = kmemdup(v->rom + f->desc.sigs, (size_t)f->desc.nr_sigs * GSP_FW_SIG_SIZE,
			  GFP_KERNEL);
	return f->sigs ? 0 : -ENOMEM;
}

static int build_image(struct gsp_fwsec *f, const struct gsp_vbios *v, struct gsp_fw_err *err)
{
	const struct gsp_fwsec_desc *d = &f->desc;
	struct gsp_fw_blob dmem = {
		.data = v->rom + d->ucode + d->dmem_offset,
		.len = d->dmem_load_size,
	};
	int ret;

	ret = gsp_fwsec_find_map(&dmem, d->interface_offset, &f->map);
	if (ret) {
		*err = dmem.err;
		return ret;
	}
	ret = keep_sigs(f, v);
	if (ret)
		return ret;
	fill_ucode(f);
	ret = gsp_fw_dma_alloc(f->dev, f->ucode.dmem_src + f->ucode.dmem_size, &f->image);
	if (ret)
		return ret;
	memcpy(f->image.va, v->rom + d->ucode, d->imem_load_size);
	memcpy(f->image.va + f->ucode.dmem_src, dmem.data, dmem.len);
	return 0;
}

/**
 * gsp_fwsec_create() - make a copy of FWSEC that the GSP falcon can load
 * @dev: device that runs it; a failure is logged
 * @vbios: parsed VBIOS, not needed afterwards
 * @version: version of the descriptor that goes with this GPU's falcons
 * @out: set on success
 *
 * The copy still lacks a signature and a command.
 *
 * Context: process, may sleep.
 * Return: 0, -EOPNOTSUPP when the VBIOS brings a FWSEC for other falcons,
 * -ENODATA, -ENOENT or -EINVAL as gsp_fwsec_find_map(), -ENOMEM.
 */
int gsp_fwsec_create(struct device *dev, const struct gsp_vbios *vbios, unsigned int version,
		     struct gsp_fwsec **out)
{
	struct gsp_fwsec *f = kzalloc_obj(*f);
	struct gsp_fw_err err = {};
	int ret;

	if (!f)
		return -ENOMEM;
	f->dev = dev;
	f->desc = vbios->fwsec;
	if (f->desc.version != version)
		ret = gsp_fw_reject(&err, -EOPNOTSUPP, "FWSEC descriptor version", version,
				    f->desc.version);
	else
		ret = build_image(f, vbios, &err);
	if (ret) {
		gsp_fw_report(dev, "VBIOS", &err, ret);
		gsp_fwsec_destroy(f);
		return ret;
	}
	*out = f;
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_fwsec_create);

/**
 * gsp_fwsec_destroy() - let a copy go
 * @fwsec: the copy, or NULL; the falcon must have loaded it or be unable to
 *
 * Context: process.
 */
void gsp_fwsec_destroy(struct gsp_fwsec *fwsec)
{
	if (!fwsec)
		return;
	gsp_fw_dma_free(fwsec->dev, &fwsec->image);
	kfree(fwsec->sigs);
	kfree(fwsec);
}

/**
 * gsp_fwsec_sign() - put in the signature that this GPU accepts
 * @fwsec: the copy; the falcon must not be loading it now
 * @fuse_version: version burnt in the GPU for the image's engine and ucode id;
 *		  0 when none is
 *
 * Nothing is to be done for version 2, which is signed inside.
 *
 * Context: any; callers of one copy take turns. A failure is logged.
 * Return: 0, -ENOKEY when there is no signature for that version.
 */
int gsp_fwsec_sign(struct gsp_fwsec *fwsec, u32 fuse_version)
{
	const struct gsp_fwsec_desc *d = &fwsec->desc;
	int idx;

	if (!d->nr_sigs)
		return 0;
	idx = gsp_fw_sig_by_mask(d->sig_versions, d->nr_sigs, fuse_version);
	if (idx < 0) {
		struct gsp_fw_err err = {};

		gsp_fw_reject(&err, idx, "mask of fuse versions with a signature", d->sig_versions,
			      fuse_version);
		gsp_fw_report(fwsec->dev, "VBIOS", &err, idx);
		return idx;
	}
	memcpy(fwsec->image.va + fwsec->ucode.dmem_src + d->pkc_data_offset,
	       fwsec->sigs + (size_t)idx * GSP_FW_SIG_SIZE, GSP_FW_SIG_SIZE);
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_fwsec_sign);

/* Writes what both commands have in common, and returns the command buffer. */
static u8 *write_command(struct gsp_fwsec *f, u32 init_cmd)
{
	u8 *dmem = f->image.va + f->ucode.dmem_src;
	u8 *cmd = dmem + f->map.cmd;

	put_unaligned_le32(init_cmd, dmem + f->map.mapper + MAPPER_INIT_CMD);
	put_unaligned_le32(1, cmd + CMD_VBIOS_VERSION);
	put_unaligned_le32(CMD_FRTS_VERSION - CMD_VBIOS_VERSION, cmd + CMD_VBIOS_SIZE);
	put_unaligned_le64(0, cmd + CMD_VBIOS_ADDR);
	put_unaligned_le32(0, cmd + CMD_VBIOS_LENGTH);
	put_unaligned_le32(2, cmd + CMD_VBIOS_FLAGS);
	return cmd;
}

/**
 * gsp_fwsec_set_frts() - have this copy run the FRTS command
 * @fwsec: the copy; the falcon must not be loading it now
 * @addr: start of the FRTS region in the framebuffer, 4 KiB aligned
 * @size: its bytes, a multiple of 4 KiB
 *
 * Context: any; callers of one copy take turns. A failure is logged.
 * Return: 0, -EINVAL when the region is not aligned, empty, or beyond 16 TiB.
 */
int gsp_fwsec_set_frts(struct gsp_fwsec *fwsec, u64 addr, u64 size)
{
	u64 page = addr >> FRTS_PAGE_SHIFT, nr_pages = size >> FRTS_PAGE_SHIFT;
	u8 *cmd;

	if (!size || (addr | size) & (BIT(FRTS_PAGE_SHIFT) - 1) || page > U32_MAX ||
	    nr_pages > U32_MAX) {
		dev_err(fwsec->dev, "FWSEC: FRTS region: expected whole pages, found %#llx+%#llx\n",
			addr, size);
		return -EINVAL;
	}
	cmd = write_command(fwsec, INIT_CMD_FRTS);
	put_unaligned_le32(1, cmd + CMD_FRTS_VERSION);
	put_unaligned_le32(CMD_SIZE - CMD_FRTS_VERSION, cmd + CMD_FRTS_SIZE);
	put_unaligned_le32(page, cmd + CMD_FRTS_ADDR);
	put_unaligned_le32(nr_pages, cmd + CMD_FRTS_LENGTH);
	put_unaligned_le32(FRTS_TYPE_FB, cmd + CMD_FRTS_TYPE);
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_fwsec_set_frts);

/**
 * gsp_fwsec_set_sb() - have this copy run the SB command
 * @fwsec: the copy; the falcon must not be loading it now
 *
 * Context: any; callers of one copy take turns.
 */
void gsp_fwsec_set_sb(struct gsp_fwsec *fwsec)
{
	write_command(fwsec, INIT_CMD_SB);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_fwsec_set_sb);
