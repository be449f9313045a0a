/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How the top of the framebuffer is divided for GSP-RM.  Arithmetic only: no
 * device, no memory, so that tables worked out by hand can test it.
 */
#ifndef _GSP_BOOT_LAYOUT_H
#define _GSP_BOOT_LAYOUT_H

#include <linux/types.h>

struct gsp_wpr_layout;

/**
 * struct gsp_layout_in - the sizes that decide the layout
 * @fb_size: bytes of framebuffer
 * @vga_offset: start of the VGA workspace; nothing may lie at or above it
 * @locked_offset: start of what the VBIOS has locked, @fb_size if nothing;
 *	nothing may lie at or above it
 * @frts_size: bytes of firmware runtime scratch, 0 where FWSEC sets up none
 * @frts_from_end: bytes from the end of FRTS to that of the framebuffer, where
 *	an FMC lays it out
 * @boot_size: bytes of the RISC-V bootloader
 * @fw_size: bytes of the GSP-RM image
 * @heap_size: bytes of heap that GSP-RM needs inside the protected region
 * @nonwpr_size: bytes of heap that it needs just below that region
 */
struct gsp_layout_in {
	u64 fb_size;
	u64 vga_offset;
	u64 locked_offset;
	u64 frts_size;
	u64 frts_from_end;
	u64 boot_size;
	u64 fw_size;
	u64 heap_size;
	u64 nonwpr_size;
};

int gsp_layout_compute(const struct gsp_layout_in *in, struct gsp_wpr_layout *out);
int gsp_layout_sizes(const struct gsp_layout_in *in, struct gsp_wpr_layout *out);
bool gsp_layout_needs_scrub(const struct gsp_wpr_layout *layout, u64 prescrubbed);

#endif
