/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GSP_FW_BIN_H
#define GSP_FW_BIN_H

#include <linux/types.h>

struct gsp_fw_blob;

/* No image in this container comes near to it; more is not worth contiguous memory. */
#define GSP_FW_BIN_PAYLOAD_MAX	0x100000

/**
 * struct gsp_fw_bin - outer header of the small containers
 * @header: offset in the file of the inner header
 * @payload: offset in the file of the image
 * @payload_size: its size
 */
struct gsp_fw_bin {
	u32 header;
	u32 payload;
	u32 payload_size;
};

int gsp_fw_bin_parse(struct gsp_fw_blob *file, struct gsp_fw_bin *bin);

#endif
