/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What all address spaces of a GPU share: the format of its page tables, the
 * memory that they are made of, and the caches to invalidate after a change.
 */
#ifndef _GSP_MMU_MMU_H
#define _GSP_MMU_MMU_H

#include <linux/mutex.h>
#include <linux/types.h>

#include "mmu/pramin.h"

struct gsp_chip;
struct gsp_mmio;
struct gsp_mmu_fmt;

/**
 * struct gsp_mmu_mem_ops - framebuffer for page tables and instance blocks
 * @alloc: take @size bytes, aligned to their size; 0 or a negative errno
 * @free: give them back
 *
 * Both are called in process context, with an address space's lock held.
 */
struct gsp_mmu_mem_ops {
	int (*alloc)(void *ctx, size_t size, u64 *addr);
	void (*free)(void *ctx, u64 addr, size_t size);
};

/**
 * enum gsp_mmu_scope - what an invalidation is about
 * @GSP_MMU_SCOPE_ROOT: the address space of one root directory
 * @GSP_MMU_SCOPE_BAR: the CPU's apertures, which hang below an instance block
 *	of GSP-RM's; no engine is concerned, so the hub's caches suffice
 */
enum gsp_mmu_scope {
	GSP_MMU_SCOPE_ROOT,
	GSP_MMU_SCOPE_BAR,
};

/**
 * struct gsp_mmu - the GMMU of one GPU
 * @mmio: registers
 * @fmt: format of the page tables
 * @mem: where page tables come from
 * @mem_ctx: first argument of @mem
 * @invalidate: forget what is cached of the page tables below a root; 0,
 *	-ETIMEDOUT or -ENODEV
 * @pramin: how page tables are written
 * @tlb_lock: one invalidation at a time
 *
 * Lock order: an address space's lock, then the allocator's behind @mem,
 * @pramin's or @tlb_lock, none of which is held while another is taken.
 */
struct gsp_mmu {
	const struct gsp_mmio *mmio;
	const struct gsp_mmu_fmt *fmt;
	const struct gsp_mmu_mem_ops *mem;
	void *mem_ctx;
	int (*invalidate)(struct gsp_mmu *mmu, u64 root, enum gsp_mmu_scope scope);
	struct gsp_pramin pramin;
	struct mutex tlb_lock;	/* registers of the invalidation */
};

void gsp_mmu_init(struct gsp_mmu *mmu, const struct gsp_mmio *mmio,
		  const struct gsp_chip *chip, const struct gsp_mmu_mem_ops *mem, void *mem_ctx);
void gsp_mmu_fini(struct gsp_mmu *mmu);
int gsp_mmu_alloc_zeroed(struct gsp_mmu *mmu, size_t size, u64 *addr);
void gsp_mmu_free(struct gsp_mmu *mmu, u64 addr, size_t size);

#endif
