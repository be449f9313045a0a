/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The GPU as its clients see it: the auxiliary device that they bind to.
 */
#ifndef _GSP_CLIENT_HOST_H
#define _GSP_CLIENT_HOST_H

struct gsp_device;

int gsp_client_host_create(struct gsp_device *gsp);
void gsp_client_host_destroy(struct gsp_device *gsp);
void gsp_client_host_died(struct gsp_device *gsp);

#endif
