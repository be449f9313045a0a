/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GSP_FW_FMC_H
#define GSP_FW_FMC_H

#include <linux/types.h>
#include "fw/blob.h"
#include "fw/ucode.h"

struct device;

#define GSP_FW_FMC_HASH_SIZE	48
#define GSP_FW_FMC_KEY_MAX	384

/**
 * struct gsp_fw_fmc_want - what the chip's file must hold
 * @publickey_size: bytes of the key, at most GSP_FW_FMC_KEY_MAX
 * @signature_size: bytes of the signature, at most GSP_FW_FMC_KEY_MAX
 */
struct gsp_fw_fmc_want {
	u32 publickey_size;
	u32 signature_size;
};

/**
 * struct gsp_fw_fmc_part - a section of the file
 * @off: offset in the file
 * @size: bytes
 */
struct gsp_fw_fmc_part {
	u32 off;
	u32 size;
};

/**
 * struct gsp_fw_fmc_desc - where things are in the file
 * @image: the code
 * @hash: SHA-384 of it
 * @publickey: key that it is signed with
 * @signature: signature
 */
struct gsp_fw_fmc_desc {
	struct gsp_fw_fmc_part image;
	struct gsp_fw_fmc_part hash;
	struct gsp_fw_fmc_part publickey;
	struct gsp_fw_fmc_part signature;
};

/**
 * struct gsp_fw_fmc - the first code of the GSP (FMC), Hopper and later
 * @dev: device which @image is mapped for
 * @desc: sizes of what follows
 * @image: the code, page aligned; the FSP loads and verifies it
 * @hash: SHA-384 of it, as the file says; the FSP compares
 * @publickey: key that it is signed with
 * @signature: signature
 *
 * The FSP has copied the code when the FMC runs.
 */
struct gsp_fw_fmc {
	struct device *dev;
	struct gsp_fw_fmc_desc desc;
	struct gsp_fw_dma image;
	u8 hash[GSP_FW_FMC_HASH_SIZE];
	u8 publickey[GSP_FW_FMC_KEY_MAX];
	u8 signature[GSP_FW_FMC_KEY_MAX];
};

int gsp_fw_fmc_load(struct device *dev, const char *fw_dir, const char *release,
		    const struct gsp_fw_fmc_want *want, struct gsp_fw_fmc **out);
void gsp_fw_fmc_free(struct gsp_fw_fmc *fmc);

int gsp_fw_fmc_parse(struct gsp_fw_blob *file, const struct gsp_fw_fmc_want *want,
		     struct gsp_fw_fmc_desc *desc);

#endif
