/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GSP_FW_RISCV_H
#define GSP_FW_RISCV_H

#include <linux/types.h>
#include "fw/blob.h"
#include "fw/ucode.h"

struct device;

/**
 * struct gsp_fw_riscv_desc - what a bootloader container says about itself
 * @payload: offset of the image in the file
 * @payload_size: bytes of the image
 * @version: layout version of the descriptor, 4 or 5
 * @app_version: value for the falcon's OS register
 * @manifest_offset: offset of the manifest in the image
 * @code_offset: offset of the monitor's code in the image
 * @data_offset: offset of the monitor's data in the image
 */
struct gsp_fw_riscv_desc {
	u32 payload;
	u32 payload_size;
	u32 version;
	u32 app_version;
	u32 manifest_offset;
	u32 code_offset;
	u32 data_offset;
};

/**
 * struct gsp_fw_riscv - the RISC-V bootloader of GSP-RM
 * @dev: device which @payload is mapped for
 * @desc: parsed descriptor: the offsets that the WPR metadata hands on
 * @payload: the image, page aligned; address and size go to the WPR metadata
 *
 * The booter copies it to the protected framebuffer region, so it may be freed
 * after INIT_DONE.
 */
struct gsp_fw_riscv {
	struct device *dev;
	struct gsp_fw_riscv_desc desc;
	struct gsp_fw_dma payload;
};

int gsp_fw_riscv_load(struct device *dev, const char *fw_dir, const char *release,
		      struct gsp_fw_riscv **out);
void gsp_fw_riscv_free(struct gsp_fw_riscv *rv);

int gsp_fw_riscv_parse(struct gsp_fw_blob *file, struct gsp_fw_riscv_desc *desc);

#endif
