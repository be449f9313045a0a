/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GSP_FW_VBIOS_H
#define GSP_FW_VBIOS_H

#include <linux/types.h>
#include "fw/blob.h"
#include "fw/fwsec_desc.h"

struct device;

/* All that the GPU exposes of its ROM. */
#define GSP_VBIOS_MAX		0x100000

/**
 * struct gsp_vbios - what the boot needs out of the video BIOS
 * @rom: the buffer that was parsed; borrowed, must stay until the last gsp_fwsec_create()
 * @len: bytes of @rom
 * @base: offset of the first image, past an IFR header
 * @pcat: offset of the PC-AT image
 * @pcat_size: its size, which is also where the second part of the pointer space begins
 * @ext: offset of the first NVIDIA extension image (type 0xe0)
 * @ext_size: bytes from there to the end of the last image
 * @fwsec: the production FWSEC descriptor
 *
 * Pointers in the VBIOS count through the PC-AT image first and then through
 * the extension images, as if whatever stands between the two were not there.
 */
struct gsp_vbios {
	const u8 *rom;
	size_t len;
	u32 base;
	u32 pcat;
	u32 pcat_size;
	u32 ext;
	u32 ext_size;
	struct gsp_fwsec_desc fwsec;
};

size_t gsp_vbios_want(const void *rom, size_t have);
int gsp_vbios_parse(struct device *dev, const void *rom, size_t len, struct gsp_vbios *vbios);

int gsp_vbios_scan(struct gsp_fw_blob *rom, struct gsp_vbios *vbios);

#endif
