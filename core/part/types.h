/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The catalogue of vGPU types.
 *
 * GSP-RM of this generation knows no types by itself: the host tells them, from
 * a file that NVIDIA's vGPU software brings. Each carries NVIDIA's signature,
 * so they are taken as they are or not at all.
 */
#ifndef _GSP_PART_TYPES_H
#define _GSP_PART_TYPES_H

#include <linux/types.h>

struct device;
struct gsp_abi;
struct gsp_fw_blob;
struct gsp_vgpu_type;

/**
 * struct gsp_vgpu_types - the types that a board offers
 * @nr: how many; 0 without a file
 * @types: the types, in the order of the file
 * @records: memory of their raw records
 *
 * Constant after gsp_vgpu_types_load().
 */
struct gsp_vgpu_types {
	unsigned int nr;
	struct gsp_vgpu_type *types;
	void *records;
};

int gsp_vgpu_types_load(struct device *dev, const struct gsp_abi *abi, u16 device_id,
			struct gsp_vgpu_types *types);
void gsp_vgpu_types_fini(struct gsp_vgpu_types *types);
const struct gsp_vgpu_type *gsp_vgpu_types_find(const struct gsp_vgpu_types *types, u32 id);

u64 gsp_vgpu_fb_size(const struct gsp_vgpu_type *type, u64 total, u64 segment, bool ecc);

int gsp_vgpu_types_parse(struct gsp_fw_blob *file, const struct gsp_abi *abi, u16 device_id,
			 struct gsp_vgpu_types *types);

#endif
