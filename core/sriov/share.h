/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a vGPU has of the GPU: framebuffer, a heap for its plugin, channel ids.
 *
 * A share is reserved when the type is chosen, so that whoever chooses learns
 * at once whether there is room, and is kept from one open to the next.
 */
#ifndef _GSP_SRIOV_SHARE_H
#define _GSP_SRIOV_SHARE_H

#include <linux/types.h>

struct gsp_fb_range;
struct gsp_vf;
struct gsp_vgpu_host;
struct gsp_vgpu_share;
struct gsp_vgpu_type;

/* What must not be used again. */
#define GSP_SHARE_FB		0x1	/* framebuffer and heap */
#define GSP_SHARE_CHIDS		0x2

u64 gsp_share_fb_size(const struct gsp_vgpu_host *host, const struct gsp_vgpu_type *type);
unsigned int gsp_share_room(const struct gsp_vgpu_host *host, const struct gsp_vgpu_type *type);
u16 gsp_share_placement(const struct gsp_vgpu_share *share, const struct gsp_vgpu_type *type);
const struct gsp_fb_range *gsp_share_heap(const struct gsp_vgpu_share *share);

int gsp_share_reserve_locked(struct gsp_vf *vf, const struct gsp_vgpu_type *type);
void gsp_share_release_locked(struct gsp_vf *vf);
void gsp_share_quarantine_locked(struct gsp_vf *vf, unsigned int what);

#endif
