// SPDX-License-Identifier: GPL-2.0-only
/*
 * Product reconfiguration: settings ("knobs") that the board keeps, and that
 * the vendor's tools change.
 */
#include "fsp/fsp.h"

#include <kunit/visibility.h>
#include <linux/export.h>

#include "fsp/mctp.h"

#define PRC_READ		0x0c
/* The value that this boot of the GPU goes by, not the one that is stored. */
#define PRC_FLAG_ACTIVE		0x02
#define PRC_VGPU_MODE		0x29

/**
 * gsp_fsp_read_vgpu_knob - is the board switched to vGPU mode?
 * @fsp: FSP, booted
 * @answer: without an error code the value is in the lower half of its data, 1
 *	for on; nothing is there if @answer->len is below 4
 *
 * Context: process context, may sleep.
 * Return: as gsp_fsp_ask().
 */
int gsp_fsp_read_vgpu_knob(const struct gsp_fsp *fsp, struct gsp_fsp_answer *answer)
{
	static const u8 payload[] = { PRC_READ, PRC_FLAG_ACTIVE, PRC_VGPU_MODE, 0 };

	return gsp_fsp_ask(fsp, GSP_NVDM_PRC, payload, sizeof(payload), answer);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_fsp_read_vgpu_knob);
