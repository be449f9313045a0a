/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a running GPU is divided into, and by what.
 */
#ifndef _GSP_RESOURCES_H
#define _GSP_RESOURCES_H

struct gsp_device;

int gsp_resources_start(struct gsp_device *gsp);
void gsp_resources_stop(struct gsp_device *gsp);
void gsp_resources_quiesce(struct gsp_device *gsp);

#endif
