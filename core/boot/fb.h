/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What boot asks of the framebuffer: how large it is, where the VGA workspace
 * begins, what the VBIOS has locked, whether a write-protected region (WPR2) is
 * up, and the page that the hardware writes to when it flushes to system memory.
 */
#ifndef _GSP_BOOT_FB_H
#define _GSP_BOOT_FB_H

#include <linux/types.h>

struct gsp_mmio;

/**
 * struct gsp_fb_ops - what differs between memory controllers
 * @size: bytes of framebuffer that may be used
 * @has_display: may the board have a display, hence a VGA workspace?
 * @set_flush_page: give the hardware the device address of the flush page;
 *	-ERANGE after one message when it cannot hold it
 * @flush_page: device address that it holds now
 */
struct gsp_fb_ops {
	u64 (*size)(const struct gsp_mmio *m);
	bool (*has_display)(const struct gsp_mmio *m);
	int (*set_flush_page)(const struct gsp_mmio *m, u64 addr);
	u64 (*flush_page)(const struct gsp_mmio *m);
};

u64 gsp_fb_vga_offset(const struct gsp_mmio *m, const struct gsp_fb_ops *ops, u64 fb_size);
u64 gsp_fb_locked_offset(const struct gsp_mmio *m, u64 fb_size);
bool gsp_fb_wpr2_up(const struct gsp_mmio *m);
u64 gsp_fb_wpr2_start(const struct gsp_mmio *m);

#endif
