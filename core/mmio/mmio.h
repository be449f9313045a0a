/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Register access.
 *
 * BAR0 is 16 MiB of 32-bit little-endian registers.  Everything in the driver
 * that reads or writes one goes through the five functions below, so that the
 * decision "the device is gone" and the way a register is waited for exist
 * once.
 *
 * A device that fell off the bus answers every read with all ones.  Some
 * registers may legitimately read all ones, so a single read proves nothing:
 * gsp_mmio_gone() asks BOOT_0, which never does on a living GPU.
 */
#ifndef _GSP_MMIO_H
#define _GSP_MMIO_H

#include <linux/types.h>

struct device;

/**
 * struct gsp_mmio - one mapped register aperture
 * @dev: device that messages are about
 * @base: start of the mapping; KUnit points it at plain memory
 * @size: length of the mapping in bytes
 *
 * Plain data without a lock: each register belongs to the room that drives it,
 * and that room's own rules say who may touch it when.
 */
struct gsp_mmio {
	struct device *dev;
	void __iomem *base;
	resource_size_t size;
};

u32 gsp_rd32(const struct gsp_mmio *m, u32 reg);
void gsp_wr32(const struct gsp_mmio *m, u32 reg, u32 val);
u32 gsp_rmw32(const struct gsp_mmio *m, u32 reg, u32 clear, u32 set);
bool gsp_mmio_gone(const struct gsp_mmio *m);
int gsp_poll32_quiet(const struct gsp_mmio *m, u32 reg, u32 mask, u32 want,
		     unsigned long timeout_us, u32 *found);
int gsp_poll32(const struct gsp_mmio *m, u32 reg, u32 mask, u32 want,
	       unsigned long timeout_us, const char *what);

#endif
