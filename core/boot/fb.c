// SPDX-License-Identifier: GPL-2.0-only
#include "boot/fb.h"

#include <kunit/visibility.h>
#include <linux/bitfield.h>
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/minmax.h>
#include <linux/sizes.h>
#include <linux/wordpart.h>

#include "chip/chip.h"
#include "chip/regs/fb.h"
#include "chip/regs/fuse.h"
#include "mmio/mmio.h"

/* What the VGA workspace takes when nothing says otherwise. */
#define VGA_DEFAULT_SIZE	SZ_1M
#define VGA_LOW_SIZE		SZ_128K

/**
 * gsp_fb_vga_offset - where the VGA workspace begins
 * @m: registers of the GPU
 * @ops: how its framebuffer is measured
 * @fb_size: bytes of framebuffer
 *
 * The VBIOS of a board with a display may have placed the workspace.  A place
 * below the last MiB is one that the firmware does not keep; it then uses the
 * last 128 KiB.
 *
 * Context: any.
 * Return: offset in the framebuffer; nothing of ours may lie at or above it.
 */
u64 gsp_fb_vga_offset(const struct gsp_mmio *m, const struct gsp_fb_ops *ops, u64 fb_size)
{
	const u64 base = fb_size - VGA_DEFAULT_SIZE;
	u64 addr;
	u32 val;

	if (!ops->has_display(m))
		return base;
	val = gsp_rd32(m, GSP_FB_VGA_WORKSPACE);
	if (!(val & GSP_FB_VGA_WORKSPACE_VALID))
		return base;
	addr = (u64)FIELD_GET(GSP_FB_VGA_WORKSPACE_ADDR, val) << GSP_FB_VGA_WORKSPACE_SHIFT;
	return addr < base ? fb_size - VGA_LOW_SIZE : addr;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_fb_vga_offset);

/**
 * gsp_fb_locked_offset - what has the VBIOS locked at the end?
 * @m: registers of a GPU that may have such a lock
 * @fb_size: bytes of framebuffer, as reported
 *
 * A lock whose end lies below its start is none, and one that may not be read
 * is taken for none.
 *
 * Context: any.
 * Return: offset in the framebuffer; nothing of ours may lie at or above it.
 */
u64 gsp_fb_locked_offset(const struct gsp_mmio *m, u64 fb_size)
{
	u64 lo, hi;

	if (!(gsp_rd32(m, GSP_FB_LOCK_PRIV_MASK) & GSP_FB_LOCK_PRIV_MASK_CPU_READ))
		return fb_size;
	lo = FIELD_GET(GSP_FB_LOCK_LO_ADDR, gsp_rd32(m, GSP_FB_LOCK_LO));
	hi = FIELD_GET(GSP_FB_LOCK_HI_ADDR, gsp_rd32(m, GSP_FB_LOCK_HI));
	return hi < lo ? fb_size : min(lo << GSP_FB_LOCK_SHIFT, fb_size);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_fb_locked_offset);

/**
 * gsp_fb_wpr2_up - is a write-protected region up?
 * @m: registers of the GPU
 *
 * Context: any.
 * Return: true if so.
 */
bool gsp_fb_wpr2_up(const struct gsp_mmio *m)
{
	return gsp_rd32(m, GSP_FB_WPR2_HI) & GSP_FB_WPR2_HI_ADDR;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_fb_wpr2_up);

/**
 * gsp_fb_wpr2_start - where the write-protected region begins
 * @m: registers of the GPU
 *
 * Context: any.
 * Return: offset in the framebuffer; means nothing when no region is up.
 */
u64 gsp_fb_wpr2_start(const struct gsp_mmio *m)
{
	return (u64)FIELD_GET(GSP_FB_WPR2_LO_ADDR, gsp_rd32(m, GSP_FB_WPR2_LO)) <<
	       GSP_FB_WPR2_SHIFT;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_fb_wpr2_start);

static u64 tu102_size(const struct gsp_mmio *m)
{
	u32 val = gsp_rd32(m, GSP_FB_LOCAL_MEMORY_RANGE);
	u64 size = (u64)FIELD_GET(GSP_FB_LOCAL_MEMORY_RANGE_MAG, val) * SZ_1M;

	size <<= FIELD_GET(GSP_FB_LOCAL_MEMORY_RANGE_SCALE, val);
	return val & GSP_FB_LOCAL_MEMORY_RANGE_ECC ? size / 16 * 15 : size;
}

static bool tu102_has_display(const struct gsp_mmio *m)
{
	return !(gsp_rd32(m, GSP_FUSE_DISPLAY_TU102) & GSP_FUSE_DISPLAY_DISABLED);
}

static int tu102_set_flush_page(const struct gsp_mmio *m, u64 addr)
{
	if (addr >> GSP_FB_FLUSH_HI_SHIFT) {
		dev_err(m->dev,
			"flush page: register %#08x: expected below %#llx, found %#llx\n",
			GSP_FB_FLUSH_LO, 1ULL << GSP_FB_FLUSH_HI_SHIFT, addr);
		return -ERANGE;
	}
	gsp_wr32(m, GSP_FB_FLUSH_LO, addr >> GSP_FB_FLUSH_LO_SHIFT);
	return 0;
}

static u64 tu102_flush_page(const struct gsp_mmio *m)
{
	return (u64)gsp_rd32(m, GSP_FB_FLUSH_LO) << GSP_FB_FLUSH_LO_SHIFT;
}

static u64 ga102_size(const struct gsp_mmio *m)
{
	return (u64)gsp_rd32(m, GSP_FB_USABLE_SIZE_MIB) * SZ_1M;
}

static bool ga102_has_display(const struct gsp_mmio *m)
{
	return !(gsp_rd32(m, GSP_FUSE_DISPLAY) & GSP_FUSE_DISPLAY_DISABLED);
}

static int ga102_set_flush_page(const struct gsp_mmio *m, u64 addr)
{
	gsp_wr32(m, GSP_FB_FLUSH_HI,
		 FIELD_PREP(GSP_FB_FLUSH_HI_ADDR, addr >> GSP_FB_FLUSH_HI_SHIFT));
	gsp_wr32(m, GSP_FB_FLUSH_LO, lower_32_bits(addr >> GSP_FB_FLUSH_LO_SHIFT));
	return 0;
}

static u64 ga102_flush_page(const struct gsp_mmio *m)
{
	u64 hi = FIELD_GET(GSP_FB_FLUSH_HI_ADDR, gsp_rd32(m, GSP_FB_FLUSH_HI));

	return hi << GSP_FB_FLUSH_HI_SHIFT |
	       (u64)gsp_rd32(m, GSP_FB_FLUSH_LO) << GSP_FB_FLUSH_LO_SHIFT;
}

const struct gsp_fb_ops gsp_fb_tu102_ops = {
	.size		= tu102_size,
	.has_display	= tu102_has_display,
	.set_flush_page	= tu102_set_flush_page,
	.flush_page	= tu102_flush_page,
};

/* Measured like Turing, the rest like GA102. */
const struct gsp_fb_ops gsp_fb_ga100_ops = {
	.size		= tu102_size,
	.has_display	= ga102_has_display,
	.set_flush_page	= ga102_set_flush_page,
	.flush_page	= ga102_flush_page,
};

const struct gsp_fb_ops gsp_fb_ga102_ops = {
	.size		= ga102_size,
	.has_display	= ga102_has_display,
	.set_flush_page	= ga102_set_flush_page,
	.flush_page	= ga102_flush_page,
};

/* Hopper and later take the address as it is. */
static int write_halves(const struct gsp_mmio *m, u32 hi, u32 lo, u64 addr)
{
	gsp_wr32(m, hi, upper_32_bits(addr));
	gsp_wr32(m, lo, lower_32_bits(addr));
	return 0;
}

static u64 read_halves(const struct gsp_mmio *m, u32 hi, u32 lo)
{
	return (u64)gsp_rd32(m, hi) << 32 | gsp_rd32(m, lo);
}

static int gh100_set_flush_page(const struct gsp_mmio *m, u64 addr)
{
	return write_halves(m, GSP_FB_GH100_FLUSH_HI, GSP_FB_GH100_FLUSH_LO, addr);
}

static u64 gh100_flush_page(const struct gsp_mmio *m)
{
	return read_halves(m, GSP_FB_GH100_FLUSH_HI, GSP_FB_GH100_FLUSH_LO);
}

const struct gsp_fb_ops gsp_fb_gh100_ops = {
	.size		= ga102_size,
	.has_display	= ga102_has_display,
	.set_flush_page	= gh100_set_flush_page,
	.flush_page	= gh100_flush_page,
};

static int gb100_set_flush_page(const struct gsp_mmio *m, u64 addr)
{
	write_halves(m, GSP_FB_GB100_FLUSH_HI, GSP_FB_GB100_FLUSH_LO, addr);
	return write_halves(m, GSP_FB_GB100_EG_FLUSH_HI, GSP_FB_GB100_EG_FLUSH_LO, addr);
}

static u64 gb100_flush_page(const struct gsp_mmio *m)
{
	return read_halves(m, GSP_FB_GB100_FLUSH_HI, GSP_FB_GB100_FLUSH_LO);
}

const struct gsp_fb_ops gsp_fb_gb100_ops = {
	.size		= ga102_size,
	.has_display	= ga102_has_display,
	.set_flush_page	= gb100_set_flush_page,
	.flush_page	= gb100_flush_page,
};

static int gb202_set_flush_page(const struct gsp_mmio *m, u64 addr)
{
	return write_halves(m, GSP_FB_GB202_FLUSH_HI, GSP_FB_GB202_FLUSH_LO, addr);
}

static u64 gb202_flush_page(const struct gsp_mmio *m)
{
	return read_halves(m, GSP_FB_GB202_FLUSH_HI, GSP_FB_GB202_FLUSH_LO);
}

const struct gsp_fb_ops gsp_fb_gb202_ops = {
	.size		= ga102_size,
	.has_display	= ga102_has_display,
	.set_flush_page	= gb202_set_flush_page,
	.flush_page	= gb202_flush_page,
};
