// SPDX-License-Identifier: GPL-2.0-only
#include "mmu/mmu.h"

#include <kunit/visibility.h>
#include <linux/bitfield.h>
#include <linux/cleanup.h>
#include <linux/device.h>
#include <linux/export.h>
#include <linux/time64.h>

#include "chip/chip.h"
#include "chip/regs/mmu.h"
#include "mmio/mmio.h"

/* nouveau waits as long. */
#define INVALIDATE_TIMEOUT_US	(2 * USEC_PER_SEC)

static int invalidate(struct gsp_mmu *mmu, u64 root, enum gsp_mmu_scope scope)
{
	const u32 what = scope == GSP_MMU_SCOPE_BAR ?
		GSP_MMU_INVALIDATE_ALL_PDB | GSP_MMU_INVALIDATE_HUB_ONLY : 0;

	int ret;

	guard(mutex)(&mmu->tlb_lock);
	gsp_wr32(mmu->mmio, GSP_MMU_INVALIDATE_PDB,
		 FIELD_PREP(GSP_MMU_INVALIDATE_PDB_ADDR,
			    root >> GSP_MMU_INVALIDATE_PDB_SHIFT &
			    FIELD_MAX(GSP_MMU_INVALIDATE_PDB_ADDR)));
	gsp_wr32(mmu->mmio, GSP_MMU_INVALIDATE_UPPER_PDB,
		 FIELD_PREP(GSP_MMU_INVALIDATE_UPPER_PDB_ADDR,
			    root >> GSP_MMU_INVALIDATE_UPPER_PDB_SHIFT));
	gsp_wr32(mmu->mmio, GSP_MMU_INVALIDATE,
		 GSP_MMU_INVALIDATE_TRIGGER | GSP_MMU_INVALIDATE_ALL_VA | what);
	/* That the GPU is gone is no news of this room's. */
	ret = gsp_poll32_quiet(mmu->mmio, GSP_MMU_INVALIDATE, GSP_MMU_INVALIDATE_TRIGGER, 0,
			       INVALIDATE_TIMEOUT_US, NULL);
	if (ret == -ETIMEDOUT)
		dev_err(mmu->mmio->dev, "the GMMU does not forget its page tables\n");
	return ret;
}

/**
 * gsp_mmu_init - set the GMMU up
 * @mmu: to fill in
 * @mmio: registers of the GPU
 * @chip: what silicon it is
 * @mem: framebuffer to make them of
 * @mem_ctx: first argument of @mem
 *
 * Context: process context.
 */
void gsp_mmu_init(struct gsp_mmu *mmu, const struct gsp_mmio *mmio,
		  const struct gsp_chip *chip, const struct gsp_mmu_mem_ops *mem, void *mem_ctx)
{
	mmu->mmio = mmio;
	mmu->fmt = chip->mmu;
	mmu->mem = mem;
	mmu->mem_ctx = mem_ctx;
	mmu->invalidate = invalidate;
	gsp_pramin_init(&mmu->pramin, mmio, chip->pramin_window);
	mutex_init(&mmu->tlb_lock);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_mmu_init);

/**
 * gsp_mmu_fini - the GMMU is used no more
 * @mmu: GMMU without address spaces
 *
 * Context: process context.
 */
void gsp_mmu_fini(struct gsp_mmu *mmu)
{
	mutex_destroy(&mmu->tlb_lock);
	gsp_pramin_fini(&mmu->pramin);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_mmu_fini);

/**
 * gsp_mmu_alloc_zeroed - take framebuffer that the GMMU or host will read
 * @mmu: GMMU
 * @size: bytes, a power of two
 * @addr: set to the framebuffer address, aligned to @size; not touched on error
 *
 * Context: process context, may sleep.
 * Return: 0; what the allocator says; -ENODEV if the GPU is gone.
 */
int gsp_mmu_alloc_zeroed(struct gsp_mmu *mmu, size_t size, u64 *addr)
{
	u64 fresh;
	int ret;

	ret = mmu->mem->alloc(mmu->mem_ctx, size, &fresh);
	if (ret)
		return ret;
	ret = gsp_pramin_fill(&mmu->pramin, fresh, 0, size);
	if (ret)
		gsp_mmu_free(mmu, fresh, size);
	else
		*addr = fresh;
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_mmu_alloc_zeroed);

/**
 * gsp_mmu_free - give framebuffer back
 * @mmu: GMMU
 * @addr: framebuffer address
 * @size: bytes, as they were taken
 *
 * Context: process context, may sleep.
 */
void gsp_mmu_free(struct gsp_mmu *mmu, u64 addr, size_t size)
{
	mmu->mem->free(mmu->mem_ctx, addr, size);
}
