/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GSP_FW_HS_H
#define GSP_FW_HS_H

#include <linux/types.h>
#include "fw/blob.h"
#include "fw/file.h"
#include "fw/ucode.h"

struct device;

/**
 * struct gsp_fw_hs_desc - what a booter or scrubber container says about itself
 * @payload: offset of the image in the file
 * @payload_size: bytes of the image
 * @sigs: offset of the first signature in the file
 * @sig_size: bytes of one signature
 * @nr_sigs: number of signatures, at least one
 * @patch_loc: offset in the image where the chosen signature goes
 * @fuse_version: fuse version of the image, which the first signature is for
 * @ucode: load parameters
 */
struct gsp_fw_hs_desc {
	u32 payload;
	u32 payload_size;
	u32 sigs;
	u32 sig_size;
	u32 nr_sigs;
	u32 patch_loc;
	u32 fuse_version;
	struct gsp_fw_ucode ucode;
};

/**
 * struct gsp_fw_hs - a signed falcon image (booter_load, booter_unload, scrubber)
 * @dev: device which @payload is mapped for
 * @path: file it came from
 * @desc: parsed container; read @desc.ucode for the falcon
 * @payload: the image; load offsets are relative to @payload.addr
 * @sigs: copy of all signatures, so that signing needs no file
 *
 * gsp_fw_hs_sign() must have succeeded before the image is started. The image
 * stays usable for any number of starts; signing again replaces the signature.
 */
struct gsp_fw_hs {
	struct device *dev;
	char path[GSP_FW_PATH_MAX];
	struct gsp_fw_hs_desc desc;
	struct gsp_fw_dma payload;
	u8 *sigs;
};

int gsp_fw_hs_load(struct device *dev, const char *fw_dir, const char *name, const char *release,
		   struct gsp_fw_hs **out);
int gsp_fw_hs_sign(struct gsp_fw_hs *hs, u32 fuse_version);
void gsp_fw_hs_free(struct gsp_fw_hs *hs);

int gsp_fw_hs_parse(struct gsp_fw_blob *file, struct gsp_fw_hs_desc *desc);

#endif
