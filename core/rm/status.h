/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * NV_STATUS: what RM says of a call, as errno and as text.
 */
#ifndef _GSP_RM_STATUS_H
#define _GSP_RM_STATUS_H

#include <linux/types.h>

int gsp_rm_errno(u32 status);
const char *gsp_rm_status_name(u32 status);

#endif
