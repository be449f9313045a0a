// SPDX-License-Identifier: GPL-2.0-only
/*
 * The generic boot loader of falcons that have no boot ROM.
 *
 *   file:   outer header | descriptor | image (code, data)
 *
 * Of the image only the code is used.  The data would be an empty order; the
 * order that we write in its place says where in system memory code and data of
 * the image lie that is to be run, and where they go.
 */
#include "fw/bl.h"

#include <kunit/visibility.h>
#include <linux/align.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/firmware.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "fw/bin.h"
#include "fw/file.h"

#define FALCON_BLOCK	256
#define BL_CODE_MAX	0x1000
#define BL_ADDR_END	(0x10000 * FALCON_BLOCK)
#define DMEM_ADDR_END	0x10000

/* Words of the descriptor. */
enum {
	BL_W_START_TAG, BL_W_DMEM_LOAD, BL_W_CODE, BL_W_CODE_SIZE, BL_W_DATA, BL_W_DATA_SIZE,
	BL_WORDS
};

/* The order as the loader reads it from DMEM. */
struct bl_order {
	__le32 reserved[4];
	__le32 signature[4];
	__le32 window;
	__le64 code_base;
	__le32 ns_offset;
	__le32 ns_size;
	__le32 sec_offset;
	__le32 sec_size;
	__le32 entry;
	__le64 data_base;
	__le32 data_size;
	__le32 argc;
	__le32 argv;
} __packed;

static_assert(sizeof(struct bl_order) == GSP_FW_BL_ORDER_SIZE);

static int check_desc(struct gsp_fw_blob *f, const u32 *w, const struct gsp_fw_bin *bin)
{
	u64 start = (u64)w[BL_W_START_TAG] * FALCON_BLOCK;

	if (!w[BL_W_CODE_SIZE] || w[BL_W_CODE_SIZE] > BL_CODE_MAX)
		return gsp_fw_reject(&f->err, -EINVAL, "largest size of loader code", BL_CODE_MAX,
				     w[BL_W_CODE_SIZE]);
	if (!gsp_fw_range_ok(w[BL_W_CODE], w[BL_W_CODE_SIZE], bin->payload_size))
		return gsp_fw_reject(&f->err, -EINVAL, "largest end of loader code",
				     bin->payload_size, (u64)w[BL_W_CODE] + w[BL_W_CODE_SIZE]);
	if (!gsp_fw_range_ok(w[BL_W_DATA], w[BL_W_DATA_SIZE], bin->payload_size))
		return gsp_fw_reject(&f->err, -EINVAL, "largest end of loader data",
				     bin->payload_size, (u64)w[BL_W_DATA] + w[BL_W_DATA_SIZE]);
	if (!gsp_fw_range_ok(start, ALIGN(w[BL_W_CODE_SIZE], FALCON_BLOCK), BL_ADDR_END))
		return gsp_fw_reject(&f->err, -EINVAL, "largest address of loader code",
				     BL_ADDR_END, start + w[BL_W_CODE_SIZE]);
	if (!IS_ALIGNED(w[BL_W_DMEM_LOAD], sizeof(u32)) ||
	    !gsp_fw_range_ok(w[BL_W_DMEM_LOAD], GSP_FW_BL_ORDER_SIZE, DMEM_ADDR_END))
		return gsp_fw_reject(&f->err, -EINVAL, "largest place of the loader's order",
				     DMEM_ADDR_END - GSP_FW_BL_ORDER_SIZE, w[BL_W_DMEM_LOAD]);
	return 0;
}

/**
 * gsp_fw_bl_parse() - read the container of the generic boot loader
 * @file: the whole file
 * @desc: filled; every offset in it is checked
 *
 * Context: any.
 * Return: 0, -ENODATA when the file or the descriptor is truncated, -ENOEXEC
 * when it is no such container, -E2BIG when the image is too big, -EINVAL when
 * the descriptor contradicts the image or a falcon. The reason is noted in
 * @file.
 */
int gsp_fw_bl_parse(struct gsp_fw_blob *file, struct gsp_fw_bl_desc *desc)
{
	struct gsp_fw_bin bin;
	u32 w[BL_WORDS];
	int ret;

	memset(desc, 0, sizeof(*desc));
	ret = gsp_fw_bin_parse(file, &bin);
	if (!ret)
		ret = gsp_fw_words(file, bin.header, w, BL_WORDS, "end of descriptor");
	if (!ret)
		ret = check_desc(file, w, &bin);
	if (ret)
		return ret;
	*desc = (struct gsp_fw_bl_desc){
		.code = bin.payload + w[BL_W_CODE],
		.code_size = w[BL_W_CODE_SIZE],
		.start = w[BL_W_START_TAG] * FALCON_BLOCK,
		.order = w[BL_W_DMEM_LOAD],
	};
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_fw_bl_parse);

/* Takes over what is needed of the file, so that it can be let go. */
static int keep_code(struct gsp_fw_bl *bl, const u8 *file)
{
	bl->code_size = ALIGN(bl->desc.code_size, FALCON_BLOCK);
	bl->image = kzalloc(bl->code_size + GSP_FW_BL_ORDER_SIZE, GFP_KERNEL);
	if (!bl->image)
		return -ENOMEM;
	memcpy(bl->image, file + bl->desc.code, bl->desc.code_size);
	return 0;
}

static int load_file(struct gsp_fw_bl *bl, struct device *dev, const char *path)
{
	struct gsp_fw_blob blob = {};
	const struct firmware *fw;
	int ret;

	ret = gsp_fw_file_get(dev, path, &fw);
	if (ret)
		return ret;
	blob.data = fw->data;
	blob.len = fw->size;
	ret = gsp_fw_bl_parse(&blob, &bl->desc);
	if (!ret)
		ret = keep_code(bl, fw->data);
	release_firmware(fw);
	if (ret)
		gsp_fw_report(dev, path, &blob.err, ret);
	return ret;
}

/**
 * gsp_fw_bl_load() - load the generic boot loader
 * @dev: device that runs it; a failure is logged
 * @fw_dir: chip folder
 * @release: firmware release
 * @out: set on success
 *
 * Context: process, may sleep.
 * Return: 0, -ENOENT when there is no such file, -ENOMEM, -ENAMETOOLONG, or as
 * gsp_fw_bl_parse().
 */
int gsp_fw_bl_load(struct device *dev, const char *fw_dir, const char *release,
		   struct gsp_fw_bl **out)
{
	struct gsp_fw_bl *bl = kzalloc_obj(*bl);
	char path[GSP_FW_PATH_MAX];
	int ret;

	if (!bl)
		return -ENOMEM;
	ret = gsp_fw_path(path, fw_dir, "gen_bootloader", release);
	if (!ret)
		ret = load_file(bl, dev, path);
	if (ret) {
		gsp_fw_bl_free(bl);
		return ret;
	}
	*out = bl;
	return 0;
}

/**
 * gsp_fw_bl_order() - tell the loader what to load
 * @bl: the loader; no falcon is being loaded with it now
 * @addr: device address of the image to load, 256-byte aligned
 * @uc: how it is loaded; its code goes to the same offset in IMEM, its data to
 *	the start of DMEM
 *
 * Context: any; callers take turns.
 */
void gsp_fw_bl_order(struct gsp_fw_bl *bl, u64 addr, const struct gsp_fw_ucode *uc)
{
	const struct bl_order order = {
		.window = cpu_to_le32(GSP_FW_BL_WINDOW),
		.code_base = cpu_to_le64(addr),
		.ns_offset = cpu_to_le32(uc->ns_src),
		.ns_size = cpu_to_le32(uc->ns_size),
		.sec_offset = cpu_to_le32(uc->imem_src),
		.sec_size = cpu_to_le32(uc->imem_size),
		.data_base = cpu_to_le64(addr + uc->dmem_src),
		.data_size = cpu_to_le32(uc->dmem_size),
	};

	memcpy(bl->image + bl->code_size, &order, sizeof(order));
}
EXPORT_SYMBOL_IF_KUNIT(gsp_fw_bl_order);

/**
 * gsp_fw_bl_free() - let the loader go
 * @bl: the loader, or NULL
 *
 * Context: process.
 */
void gsp_fw_bl_free(struct gsp_fw_bl *bl)
{
	if (!bl)
		return;
	kfree(bl->image);
	kfree(bl);
}
