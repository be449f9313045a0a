/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Inside the sriov room.
 */
#ifndef _GSP_SRIOV_INTERNAL_H
#define _GSP_SRIOV_INTERNAL_H

#include <linux/gsp_vf.h>

#include "sriov/state.h"

struct gsp_vf;

int vgpu_step_from(struct gsp_vf *vf, enum gsp_vgpu_step step, enum gsp_vgpu_state *was);
void vgpu_tell(struct gsp_vf *vf, enum gsp_vf_event event);
int vgpu_dead(struct gsp_vf *vf);
int vgpu_stopped(struct gsp_vf *vf);
int vgpu_report(struct gsp_vf *vf, const char *what, int ret);

#endif
