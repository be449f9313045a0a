/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The life of a vGPU, from the driver of a VF that opens it to its end.
 */
#ifndef _GSP_SRIOV_VGPU_H
#define _GSP_SRIOV_VGPU_H

#include <linux/types.h>

#include "abi/vgpu.h"
#include "sriov/state.h"

struct gsp_vf;
struct gsp_vf_open;

void gsp_vgpu_init(struct gsp_vf *vf);
int gsp_vgpu_step(struct gsp_vf *vf, enum gsp_vgpu_step step);
enum gsp_vgpu_state gsp_vgpu_state(struct gsp_vf *vf);
bool gsp_vgpu_is_open(struct gsp_vf *vf);

int gsp_vgpu_create(struct gsp_vf *vf, const struct gsp_vf_open *open);
int gsp_vgpu_reset(struct gsp_vf *vf);
int gsp_vgpu_bme(struct gsp_vf *vf, bool enable);
void gsp_vgpu_destroy(struct gsp_vf *vf);

void gsp_vgpu_break(struct gsp_vf *vf);

#endif
