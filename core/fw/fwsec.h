/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GSP_FW_FWSEC_H
#define GSP_FW_FWSEC_H

#include <linux/types.h>
#include "fw/blob.h"
#include "fw/ucode.h"
#include "fw/vbios.h"

struct device;

/**
 * struct gsp_fwsec_map - where FWSEC takes its command from, as offsets in its DMEM
 * @mapper: the DMEMMAPPER structure
 * @cmd: the command buffer
 */
struct gsp_fwsec_map {
	u32 mapper;
	u32 cmd;
};

/**
 * struct gsp_fwsec - one copy of FWSEC, ready for the GSP falcon
 * @dev: device which @image is mapped for
 * @desc: descriptor it was built by
 * @ucode: load parameters, offsets relative to @image.addr
 * @image: IMEM part followed by DMEM part
 * @map: where the command goes
 * @sigs: copy of all signatures, so that signing needs no ROM; NULL if there are none
 *
 * FWSEC writes to its own DMEM only, so an image stays usable for any number
 * of starts. One image holds one command at a time: keep a second one with the
 * SB command for the way down, built while the ROM can still be read.
 */
struct gsp_fwsec {
	struct device *dev;
	struct gsp_fwsec_desc desc;
	struct gsp_fw_ucode ucode;
	struct gsp_fw_dma image;
	struct gsp_fwsec_map map;
	u8 *sigs;
};

int gsp_fwsec_create(struct device *dev, const struct gsp_vbios *vbios, unsigned int version,
		     struct gsp_fwsec **out);
void gsp_fwsec_destroy(struct gsp_fwsec *fwsec);
int gsp_fwsec_sign(struct gsp_fwsec *fwsec, u32 fuse_version);
int gsp_fwsec_set_frts(struct gsp_fwsec *fwsec, u64 addr, u64 size);
void gsp_fwsec_set_sb(struct gsp_fwsec *fwsec);

int gsp_fwsec_find_map(struct gsp_fw_blob *dmem, u32 interface_offset, struct gsp_fwsec_map *map);

#endif
