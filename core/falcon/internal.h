/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Shared by the files of this room only.
 */
#ifndef _GSP_FALCON_INTERNAL_H
#define _GSP_FALCON_INTERNAL_H

#include <linux/types.h>

struct gsp_falcon;

int falcon_poll(const struct gsp_falcon *f, u32 reg, u32 mask, u32 want,
		unsigned long timeout_us, const char *what);
void falcon_pulse_reset(const struct gsp_falcon *f);
void falcon_publish_boot0(const struct gsp_falcon *f);
void falcon_open_window(const struct gsp_falcon *f, unsigned int window);
void falcon_retrigger(const struct gsp_falcon *f);

#endif
