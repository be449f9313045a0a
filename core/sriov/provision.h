/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What each VF is to be, and what it could be.
 *
 * All vGPUs of a GPU are of one size: the first type that is chosen decides,
 * until no VF has a type any more. Every function is complete when it returns.
 */
#ifndef _GSP_SRIOV_PROVISION_H
#define _GSP_SRIOV_PROVISION_H

#include <linux/types.h>

#include "abi/vgpu.h"

struct gsp_sriov;
struct gsp_vf;

int gsp_vf_set_type(struct gsp_vf *vf, u32 id);
u32 gsp_vf_type(struct gsp_vf *vf);
void gsp_vf_creatable(struct gsp_vf *vf,
		      void (*emit)(void *ctx, const struct gsp_vgpu_type *type), void *ctx);
int gsp_vf_set_params(struct gsp_vf *vf, const char *text);
ssize_t gsp_vf_params(struct gsp_vf *vf, char *page);
int gsp_vf_placement(struct gsp_vf *vf, u32 *id);

u64 gsp_type_framebuffer(struct gsp_sriov *s, const struct gsp_vgpu_type *type);
void gsp_type_capacity(struct gsp_sriov *s, const struct gsp_vgpu_type *type, unsigned int *max,
		       unsigned int *available);

#endif
