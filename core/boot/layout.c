// SPDX-License-Identifier: GPL-2.0-only
/*
 * The framebuffer from its end downwards (Turing to Ada):
 *
 *	fb_size		-----------------------------
 *			VGA workspace, or what the VBIOS has locked
 *	vga_offset	-----------------------------
 *	wpr_end		----------------------------- 128 KiB   \
 *			FRTS, written by FWSEC; none on GA100    |
 *	frts_offset	-----------------------------            |
 *			RISC-V bootloader                        |
 *	boot_offset	----------------------------- 4 KiB      | WPR2
 *			GSP-RM image                             |
 *	fw_offset	----------------------------- 64 KiB     |
 *			heap of GSP-RM                           |
 *	heap_offset	----------------------------- 1 MiB      |
 *			copy of the WPR metadata                 |
 *	wpr_start	----------------------------- 1 MiB     /
 *			unprotected heap
 *	nonwpr_offset	-----------------------------
 *			free
 *
 * A number beside a line is the alignment of its address.
 *
 * On Hopper and later the FMC divides it, in the same order but for a part above
 * FRTS that is kept for the PMU, and is told sizes alone.
 */
#include "boot/layout.h"

#include <kunit/visibility.h>
#include <linux/align.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/sizes.h>

#include "abi/abi.h"

#define VGA_ALIGN	SZ_128K
#define BOOT_ALIGN	SZ_4K
#define FW_ALIGN	SZ_64K
#define WPR_ALIGN	SZ_1M
#define META_SIZE	SZ_256

/* What every driver tells an FMC. */
#define FMC_VGA_SIZE	SZ_128K

/* Take @size bytes off the end of what is free; false when there is no room. */
static bool take(u64 *top, u64 size, u64 align)
{
	if (size > *top)
		return false;
	*top = round_down(*top - size, align);
	return *top > 0;
}

/**
 * gsp_layout_compute - divide the top of the framebuffer
 * @in: the sizes
 * @out: the layout; undefined on error
 *
 * Context: any.
 * Return: 0, -EINVAL when a size is zero that must not be or the VGA workspace
 * is not in the framebuffer, -ENOSPC when the framebuffer is too small.
 */
int gsp_layout_compute(const struct gsp_layout_in *in, struct gsp_wpr_layout *out)
{
	u64 top = min(in->vga_offset, in->locked_offset);

	if (!in->boot_size || !in->fw_size || !in->heap_size || in->vga_offset > in->fb_size)
		return -EINVAL;

	out->fb_size = in->fb_size;
	out->vga_offset = in->vga_offset;
	out->vga_size = in->fb_size - in->vga_offset;

	if (!take(&top, 0, VGA_ALIGN))
		return -ENOSPC;
	out->wpr_end = top;

	if (!take(&top, in->frts_size, VGA_ALIGN))
		return -ENOSPC;
	out->frts_offset = top;
	out->frts_size = in->frts_size;

	if (!take(&top, in->boot_size, BOOT_ALIGN))
		return -ENOSPC;
	out->boot_offset = top;

	if (!take(&top, in->fw_size, FW_ALIGN))
		return -ENOSPC;
	out->fw_offset = top;

	if (!take(&top, in->heap_size, WPR_ALIGN))
		return -ENOSPC;
	out->heap_offset = top;
	out->heap_size = round_down(out->fw_offset - top, (u64)WPR_ALIGN);

	if (!take(&top, META_SIZE, WPR_ALIGN))
		return -ENOSPC;
	out->wpr_start = top;

	if (in->nonwpr_size > top)
		return -ENOSPC;
	out->nonwpr_offset = top - in->nonwpr_size;
	out->nonwpr_size = in->nonwpr_size;
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_layout_compute);

/**
 * gsp_layout_sizes - ask for sizes, where an FMC divides the framebuffer
 * @in: the sizes; the place of the VGA workspace is of no interest
 * @out: the sizes, with every offset zero; undefined on error
 *
 * That the FMC will find room is checked as far as it can be known.
 *
 * Context: any.
 * Return: 0, -EINVAL when a size is zero that must not be, -ENOSPC when the
 * framebuffer is too small.
 */
int gsp_layout_sizes(const struct gsp_layout_in *in, struct gsp_wpr_layout *out)
{
	u64 top = in->fb_size;

	if (!in->boot_size || !in->fw_size || !in->heap_size)
		return -EINVAL;
	if (!take(&top, in->frts_from_end, VGA_ALIGN) || !take(&top, in->frts_size, VGA_ALIGN) ||
	    !take(&top, in->boot_size, BOOT_ALIGN) || !take(&top, in->fw_size, FW_ALIGN) ||
	    !take(&top, in->heap_size, WPR_ALIGN) || !take(&top, META_SIZE, WPR_ALIGN) ||
	    in->nonwpr_size > top)
		return -ENOSPC;

	*out = (struct gsp_wpr_layout) {
		.vga_size = FMC_VGA_SIZE,
		.frts_size = in->frts_size,
		.heap_size = in->heap_size,
		.nonwpr_size = in->nonwpr_size,
	};
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_layout_sizes);

/**
 * gsp_layout_needs_scrub - does it reach below what is clear after a reset?
 * @layout: the layout
 * @prescrubbed: bytes at the end of the framebuffer that are clear
 *
 * Context: any.
 * Return: true when the rest must be cleared before firmware may use it.
 */
bool gsp_layout_needs_scrub(const struct gsp_wpr_layout *layout, u64 prescrubbed)
{
	return layout->fb_size - layout->nonwpr_offset > prescrubbed;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_layout_needs_scrub);
