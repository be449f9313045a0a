// SPDX-License-Identifier: GPL-2.0-only
/*
 * The RISC-V bootloader of GSP-RM: an image and a descriptor of its parts.
 *
 * Version 4 of the descriptor ends before the last two words of version 5.
 * Only three offsets and the application version are handed on, but all parts
 * are checked: a file in which one is wrong is a broken file.
 */
#include "fw/riscv.h"

#include <kunit/visibility.h>
#include <linux/align.h>
#include <linux/array_size.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/firmware.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "fw/bin.h"
#include "fw/file.h"

#define GSP_PAGE	4096

/* Words of the descriptor. */
enum {
	RV_W_VERSION, RV_W_BOOT, RV_W_BOOT_SIZE, RV_W_PARAM, RV_W_PARAM_SIZE, RV_W_ELF,
	RV_W_ELF_SIZE, RV_W_APP_VERSION, RV_W_MANIFEST, RV_W_MANIFEST_SIZE, RV_W_DATA,
	RV_W_DATA_SIZE, RV_W_CODE, RV_W_CODE_SIZE, RV_W_MONITOR, RV_W_SWBROM_CODE,
	RV_W_SWBROM_CODE_SIZE, RV_W_SWBROM_DATA, RV_W_SWBROM_DATA_SIZE, RV_WORDS_V4,
	RV_W_FB_RESERVED = RV_WORDS_V4, RV_W_SIGNED_AS_CODE, RV_WORDS_V5
};

/* Words that hold the offset of a part of the image; its size is the next one. */
static const struct {
	u8 word;
	const char *what;
} parts[] = {
	{ RV_W_BOOT,		"largest end of bootloader" },
	{ RV_W_PARAM,		"largest end of bootloader parameters" },
	{ RV_W_ELF,		"largest end of ELF" },
	{ RV_W_MANIFEST,	"largest end of manifest" },
	{ RV_W_DATA,		"largest end of monitor data" },
	{ RV_W_CODE,		"largest end of monitor code" },
	{ RV_W_SWBROM_CODE,	"largest end of boot ROM code" },
	{ RV_W_SWBROM_DATA,	"largest end of boot ROM data" },
};

/**
 * gsp_fw_riscv_parse() - read the container of a RISC-V bootloader
 * @file: the whole file
 * @desc: filled; every offset in it is checked
 *
 * Context: any.
 * Return: 0, -ENODATA when the file or the descriptor is truncated, -ENOEXEC
 * when it is no such container or has an unknown descriptor version, -E2BIG
 * when the image is too big, -EINVAL when a part is not inside of the image or
 * the image is no whole pages. The reason is noted in @file.
 */
int gsp_fw_riscv_parse(struct gsp_fw_blob *file, struct gsp_fw_riscv_desc *desc)
{
	struct gsp_fw_bin bin;
	u32 w[RV_WORDS_V5];
	unsigned int i;
	int ret;

	memset(desc, 0, sizeof(*desc));
	ret = gsp_fw_bin_parse(file, &bin);
	if (!ret)
		ret = gsp_fw_words(file, bin.header, w, RV_WORDS_V4, "end of descriptor");
	if (ret)
		return ret;
	if (w[RV_W_VERSION] != 4 && w[RV_W_VERSION] != 5)
		return gsp_fw_reject(&file->err, -ENOEXEC, "descriptor version", 5,
				     w[RV_W_VERSION]);
	if (w[RV_W_VERSION] == 5 &&
	    !gsp_fw_need(file, bin.header, RV_WORDS_V5 * sizeof(u32), "end of descriptor"))
		return -ENODATA;
	if (!IS_ALIGNED(bin.payload_size, GSP_PAGE))
		return gsp_fw_reject(&file->err, -EINVAL, "size of image",
				     ALIGN(bin.payload_size, GSP_PAGE), bin.payload_size);
	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		const u32 *part = &w[parts[i].word];

		if (!gsp_fw_range_ok(part[0], part[1], bin.payload_size))
			return gsp_fw_reject(&file->err, -EINVAL, parts[i].what, bin.payload_size,
					     (u64)part[0] + part[1]);
	}

	*desc = (struct gsp_fw_riscv_desc){
		.payload = bin.payload,
		.payload_size = bin.payload_size,
		.version = w[RV_W_VERSION],
		.app_version = w[RV_W_APP_VERSION],
		.manifest_offset = w[RV_W_MANIFEST],
		.code_offset = w[RV_W_CODE],
		.data_offset = w[RV_W_DATA],
	};
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_fw_riscv_parse);

static int load_file(struct gsp_fw_riscv *rv, const char *path)
{
	struct gsp_fw_blob blob = {};
	const struct firmware *fw;
	int ret;

	ret = gsp_fw_file_get(rv->dev, path, &fw);
	if (ret)
		return ret;
	blob.data = fw->data;
	blob.len = fw->size;
	ret = gsp_fw_riscv_parse(&blob, &rv->desc);
	if (!ret)
		ret = gsp_fw_dma_alloc(rv->dev, rv->desc.payload_size, &rv->payload);
	if (!ret)
		memcpy(rv->payload.va, fw->data + rv->desc.payload, rv->desc.payload_size);
	release_firmware(fw);
	if (ret)
		gsp_fw_report(rv->dev, path, &blob.err, ret);
	return ret;
}

/**
 * gsp_fw_riscv_load() - load the RISC-V bootloader
 * @dev: device that runs it; a failure is logged
 * @fw_dir: chip folder
 * @release: firmware release
 * @out: set on success
 *
 * Context: process, may sleep.
 * Return: 0, -ENOENT when there is no such file, -ENOMEM, -ENAMETOOLONG, or as
 * gsp_fw_riscv_parse().
 */
int gsp_fw_riscv_load(struct device *dev, const char *fw_dir, const char *release,
		      struct gsp_fw_riscv **out)
{
	struct gsp_fw_riscv *rv = kzalloc_obj(*rv);
	char path[GSP_FW_PATH_MAX];
	int ret;

	if (!rv)
		return -ENOMEM;
	rv->dev = dev;
	ret = gsp_fw_path(path, fw_dir, "bootloader", release);
	if (!ret)
		ret = load_file(rv, path);
	if (ret) {
		gsp_fw_riscv_free(rv);
		return ret;
	}
	*out = rv;
	return 0;
}

/**
 * gsp_fw_riscv_free() - let the bootloader go
 * @rv: the bootloader, or NULL; the booter must have copied it
 *
 * Context: process.
 */
void gsp_fw_riscv_free(struct gsp_fw_riscv *rv)
{
	if (!rv)
		return;
	gsp_fw_dma_free(rv->dev, &rv->payload);
	kfree(rv);
}
