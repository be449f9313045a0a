// SPDX-License-Identifier: GPL-2.0-only
/* Outer header which all small firmware files have in common. */
#include "fw/bin.h"

#include <linux/errno.h>
#include "fw/blob.h"

#define BIN_MAGIC	0x10de
#define BIN_VERSION	1

/* Words of the header, which begins the file. */
enum {
	BIN_W_MAGIC, BIN_W_VERSION, BIN_W_SIZE, BIN_W_HEADER, BIN_W_DATA, BIN_W_DATA_SIZE, BIN_WORDS
};

/**
 * gsp_fw_bin_parse() - read the outer header
 * @file: the whole file
 * @bin: filled
 *
 * The header's own total size is a rounded figure in all known files and is
 * not looked at.
 *
 * Context: any.
 * Return: 0, -ENODATA when the file is truncated, -ENOEXEC when it is no such
 * container, -E2BIG when the image is bigger than %GSP_FW_BIN_PAYLOAD_MAX,
 * -EINVAL when it is empty. The reason is noted in @file.
 */
int gsp_fw_bin_parse(struct gsp_fw_blob *file, struct gsp_fw_bin *bin)
{
	u32 w[BIN_WORDS];
	int ret = gsp_fw_words(file, 0, w, BIN_WORDS, "file size");

	if (ret)
		return ret;
	if (w[BIN_W_MAGIC] != BIN_MAGIC)
		return gsp_fw_reject(&file->err, -ENOEXEC, "magic", BIN_MAGIC, w[BIN_W_MAGIC]);
	if (w[BIN_W_VERSION] != BIN_VERSION)
		return gsp_fw_reject(&file->err, -ENOEXEC, "container version", BIN_VERSION,
				     w[BIN_W_VERSION]);
	bin->header = w[BIN_W_HEADER];
	bin->payload = w[BIN_W_DATA];
	bin->payload_size = w[BIN_W_DATA_SIZE];
	if (!bin->payload_size)
		return gsp_fw_reject(&file->err, -EINVAL, "smallest image size", 1, 0);
	if (bin->payload_size > GSP_FW_BIN_PAYLOAD_MAX)
		return gsp_fw_reject(&file->err, -E2BIG, "largest image size",
				     GSP_FW_BIN_PAYLOAD_MAX, bin->payload_size);
	if (!gsp_fw_need(file, bin->payload, bin->payload_size, "file size"))
		return -ENODATA;
	return 0;
}
