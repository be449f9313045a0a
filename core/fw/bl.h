/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GSP_FW_BL_H
#define GSP_FW_BL_H

#include <linux/types.h>
#include "fw/blob.h"
#include "fw/ucode.h"

struct device;

/* Bytes of the descriptor that tells the loader what to load. */
#define GSP_FW_BL_ORDER_SIZE	84
/* DMA window through which it does that. */
#define GSP_FW_BL_WINDOW	4

/**
 * struct gsp_fw_bl_desc - what the file of the generic boot loader says
 * @code: offset of the code in the file
 * @code_size: its bytes
 * @start: virtual address of the first instruction
 * @order: offset in DMEM where the loader looks for its order
 */
struct gsp_fw_bl_desc {
	u32 code;
	u32 code_size;
	u32 start;
	u32 order;
};

/**
 * struct gsp_fw_bl - the generic boot loader, and its order
 * @desc: what its file says
 * @image: the code, filled up with zeros to whole blocks of 256 bytes, and then
 *	the order
 * @code_size: bytes of the code in @image
 *
 * The loader is put into a falcon by the CPU, fetches another image by DMA and
 * enters it.  It stays usable for any number of starts; a new order replaces
 * the one before.
 */
struct gsp_fw_bl {
	struct gsp_fw_bl_desc desc;
	u8 *image;
	u32 code_size;
};

int gsp_fw_bl_load(struct device *dev, const char *fw_dir, const char *release,
		   struct gsp_fw_bl **out);
void gsp_fw_bl_order(struct gsp_fw_bl *bl, u64 addr, const struct gsp_fw_ucode *uc);
void gsp_fw_bl_free(struct gsp_fw_bl *bl);

int gsp_fw_bl_parse(struct gsp_fw_blob *file, struct gsp_fw_bl_desc *desc);

#endif
