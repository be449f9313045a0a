/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Framebuffer through the window in the registers.
 *
 * Slow, but it needs no page tables, so page tables are written with it. One
 * window serves the whole GPU: whoever moves it holds the lock until the last
 * access is made.
 */
#ifndef _GSP_MMU_PRAMIN_H
#define _GSP_MMU_PRAMIN_H

#include <linux/mutex.h>
#include <linux/types.h>

struct gsp_mmio;

/**
 * struct gsp_pramin - the window of one GPU
 * @mmio: registers
 * @window: offset of the register that moves it
 * @lock: protects @base and the accesses made through the window
 * @base: framebuffer address that the window shows, or U64_MAX if not known
 */
struct gsp_pramin {
	const struct gsp_mmio *mmio;
	u32 window;
	struct mutex lock;	/* the window stays where it is */
	u64 base;
};

void gsp_pramin_init(struct gsp_pramin *p, const struct gsp_mmio *mmio, u32 window);
void gsp_pramin_fini(struct gsp_pramin *p);
int gsp_pramin_read(struct gsp_pramin *p, u64 addr, void *buf, size_t len);
int gsp_pramin_write(struct gsp_pramin *p, u64 addr, const void *buf, size_t len);
int gsp_pramin_fill(struct gsp_pramin *p, u64 addr, u32 val, size_t len);

#endif
