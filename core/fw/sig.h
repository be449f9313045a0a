/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GSP_FW_SIG_H
#define GSP_FW_SIG_H

#include <linux/types.h>

/* RSA-3K, the signature that the boot ROM of GA102 and later checks. */
#define GSP_FW_SIG_SIZE		384

int gsp_fw_sig_by_version(u32 image_version, u32 nr_sigs, u32 fuse_version);
int gsp_fw_sig_by_mask(u16 versions, u32 nr_sigs, u32 fuse_version);

#endif
