// SPDX-License-Identifier: GPL-2.0-only
#include "mmu/vmm.h"

#include <kunit/visibility.h>
#include <linux/align.h>
#include <linux/cleanup.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/log2.h>
#include <linux/maple_tree.h>
#include <linux/mutex.h>
#include <linux/slab.h>

#include "mmu/fmt.h"
#include "mmu/mmu.h"
#include "mmu/table.h"

/**
 * struct gsp_vmm - one address space
 * @mmu: GMMU
 * @scope: what its invalidations are about
 * @base: first virtual address
 * @end: first virtual address behind it
 * @lock: protects everything below
 * @ranges: virtual addresses in use, in pages of 4 KiB
 * @tree: page tables
 */
struct gsp_vmm {
	struct gsp_mmu *mmu;
	enum gsp_mmu_scope scope;
	u64 base;
	u64 end;
	struct mutex lock;	/* taken before those of the GMMU */
	struct maple_tree ranges;
	struct gsp_pt_tree tree;
};

static int invalidate(struct gsp_vmm *vmm)
{
	return vmm->mmu->invalidate(vmm->mmu, gsp_pt_root(&vmm->tree), vmm->scope);
}

static int unmap_locked(struct gsp_vmm *vmm, u64 va, u64 size)
{
	int ret, err;

	lockdep_assert_held(&vmm->lock);
	ret = gsp_pt_unmap(&vmm->tree, (struct gsp_pt_mapping){ .va = va, .size = size });
	err = invalidate(vmm);
	return ret ?: err;
}

static bool range_ok(const struct gsp_vmm *vmm, u64 va, u64 size)
{
	return size && IS_ALIGNED(va | size, GSP_MMU_PAGE_SIZE) &&
	       va >= vmm->base && va < vmm->end && size <= vmm->end - va;
}

static int map(struct gsp_vmm *vmm, struct gsp_pt_mapping m)
{
	int ret;

	if (!range_ok(vmm, m.va, m.size) || !IS_ALIGNED(m.addr, GSP_MMU_PAGE_SIZE))
		return -EINVAL;

	guard(mutex)(&vmm->lock);
	ret = gsp_pt_map(&vmm->tree, m);
	if (ret) {
		/* What had been written for a moment may have been seen. */
		invalidate(vmm);
		return ret;
	}
	ret = invalidate(vmm);
	if (ret)
		unmap_locked(vmm, m.va, m.size);
	return ret;
}

/**
 * gsp_vmm_map_fb - map framebuffer
 * @vmm: address space
 * @va: virtual address
 * @addr: framebuffer address
 * @size: bytes
 * @flags: GSP_MMU_*
 *
 * All three are multiples of 4 KiB. Where they allow, pages of 2 MiB are used.
 *
 * Context: process context, may sleep.
 * Return: 0; -EINVAL if it does not fit; -EEXIST if something is mapped there;
 * -ENOMEM or the allocator's error if a page table is missing; -ETIMEDOUT or
 * -ENODEV if the GPU does not answer. After an error nothing is mapped.
 */
int gsp_vmm_map_fb(struct gsp_vmm *vmm, u64 va, u64 addr, u64 size, unsigned int flags)
{
	return map(vmm, (struct gsp_pt_mapping){ .va = va, .size = size, .addr = addr,
						 .aperture = GSP_APERTURE_FB, .flags = flags });
}
EXPORT_SYMBOL_IF_KUNIT(gsp_vmm_map_fb);

/**
 * gsp_vmm_map_sys - map coherent system memory
 * @vmm: address space
 * @va: virtual address
 * @addr: DMA address
 * @size: bytes
 * @flags: GSP_MMU_*
 *
 * Context: process context, may sleep.
 * Return: as gsp_vmm_map_fb().
 */
int gsp_vmm_map_sys(struct gsp_vmm *vmm, u64 va, dma_addr_t addr, u64 size, unsigned int flags)
{
	return map(vmm, (struct gsp_pt_mapping){ .va = va, .size = size, .addr = addr,
						 .aperture = GSP_APERTURE_SYS, .flags = flags });
}
EXPORT_SYMBOL_IF_KUNIT(gsp_vmm_map_sys);

/**
 * gsp_vmm_unmap - unmap what was mapped
 * @vmm: address space
 * @va: virtual address
 * @size: bytes; whole mappings, with or without holes between them
 *
 * Context: process context, may sleep.
 * Return: 0; -ETIMEDOUT if the GPU may still use the old mapping; -ENODEV if
 * it is gone. To the driver the range is free in any case.
 */
int gsp_vmm_unmap(struct gsp_vmm *vmm, u64 va, u64 size)
{
	if (WARN_ON_ONCE(!range_ok(vmm, va, size)))
		return -EINVAL;

	guard(mutex)(&vmm->lock);
	return unmap_locked(vmm, va, size);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_vmm_unmap);

/**
 * gsp_vmm_alloc_va - find a free range of virtual addresses
 * @vmm: address space
 * @size: bytes, rounded up to 4 KiB
 * @align: power of two
 * @va: set to the first address
 *
 * Context: process context, may sleep.
 * Return: 0; -EINVAL; -ENOSPC; -ENOMEM.
 */
int gsp_vmm_alloc_va(struct gsp_vmm *vmm, u64 size, u64 align, u64 *va)
{
	MA_STATE(mas, &vmm->ranges, 0, 0);
	unsigned long nr, step, first;

	if (!size || size > vmm->end - vmm->base || !is_power_of_2(align))
		return -EINVAL;
	nr = DIV_ROUND_UP_ULL(size, GSP_MMU_PAGE_SIZE);
	step = max(align, GSP_MMU_PAGE_SIZE) >> GSP_MMU_PAGE_SHIFT;

	guard(mutex)(&vmm->lock);
	/* The tree knows no alignment: look for room for the worst case. */
	if (mas_empty_area(&mas, vmm->base >> GSP_MMU_PAGE_SHIFT,
			   (vmm->end - 1) >> GSP_MMU_PAGE_SHIFT, nr + step - 1))
		return -ENOSPC;
	first = ALIGN(mas.index, step);
	mas_set_range(&mas, first, first + nr - 1);
	if (mas_store_gfp(&mas, vmm, GFP_KERNEL))
		return -ENOMEM;
	*va = (u64)first << GSP_MMU_PAGE_SHIFT;
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_vmm_alloc_va);

/**
 * gsp_vmm_free_va - give a range of virtual addresses back
 * @vmm: address space
 * @va: first address, as gsp_vmm_alloc_va() gave it; nothing is mapped there
 *
 * Context: process context, may sleep.
 */
void gsp_vmm_free_va(struct gsp_vmm *vmm, u64 va)
{
	MA_STATE(mas, &vmm->ranges, va >> GSP_MMU_PAGE_SHIFT, va >> GSP_MMU_PAGE_SHIFT);

	guard(mutex)(&vmm->lock);
	WARN_ON_ONCE(!mas_erase(&mas));
}
EXPORT_SYMBOL_IF_KUNIT(gsp_vmm_free_va);

static struct gsp_vmm *vmm_new(struct gsp_mmu *mmu, u64 va_base, u64 va_size)
{
	const struct gsp_mmu_level *top = &mmu->fmt->levels[0];
	const u64 limit = (u64)top->nr << top->shift;
	struct gsp_vmm *vmm;

	if (!va_size || !IS_ALIGNED(va_base | va_size, GSP_MMU_PAGE_SIZE) ||
	    va_base >= limit || va_size > limit - va_base)
		return ERR_PTR(-EINVAL);
	vmm = kzalloc_obj(*vmm);
	if (!vmm)
		return ERR_PTR(-ENOMEM);

	vmm->mmu = mmu;
	vmm->base = va_base;
	vmm->end = va_base + va_size;
	mutex_init(&vmm->lock);
	mt_init_flags(&vmm->ranges, MT_FLAGS_ALLOC_RANGE | MT_FLAGS_LOCK_EXTERN);
	mt_set_external_lock(&vmm->ranges, &vmm->lock);
	return vmm;
}

static void vmm_free(struct gsp_vmm *vmm)
{
	scoped_guard(mutex, &vmm->lock)
		__mt_destroy(&vmm->ranges);
	mutex_destroy(&vmm->lock);
	kfree(vmm);
}

/**
 * gsp_vmm_create - create an address space
 * @mmu: GMMU, which must outlive it
 * @va_base: first virtual address that may be used, a multiple of 4 KiB
 * @va_size: bytes of virtual addresses, a multiple of 4 KiB
 * @out: set to the address space
 *
 * Context: process context, may sleep.
 * Return: 0; -EINVAL; -ENOMEM; the allocator's error; -ENODEV.
 */
int gsp_vmm_create(struct gsp_mmu *mmu, u64 va_base, u64 va_size, struct gsp_vmm **out)
{
	struct gsp_vmm *vmm = vmm_new(mmu, va_base, va_size);
	int ret;

	if (IS_ERR(vmm))
		return PTR_ERR(vmm);
	vmm->scope = GSP_MMU_SCOPE_ROOT;
	ret = gsp_pt_create(&vmm->tree, mmu);
	if (ret)
		vmm_free(vmm);
	else
		*out = vmm;
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_vmm_create);

/**
 * gsp_vmm_create_on_root - take over an address space that GSP-RM made
 * @mmu: GMMU, which must outlive it
 * @root: framebuffer address of its root directory, which GSP-RM owns and
 *	leaves empty
 * @va_base: first virtual address that may be used, a multiple of 4 KiB
 * @va_size: bytes of virtual addresses, a multiple of 4 KiB
 * @out: set to the address space
 *
 * Context: process context, may sleep.
 * Return: 0; -EINVAL; -ENOMEM.
 */
int gsp_vmm_create_on_root(struct gsp_mmu *mmu, u64 root, u64 va_base, u64 va_size,
			   struct gsp_vmm **out)
{
	struct gsp_vmm *vmm;
	int ret;

	if (!root || !IS_ALIGNED(root, GSP_MMU_TABLE_SIZE))
		return -EINVAL;
	vmm = vmm_new(mmu, va_base, va_size);
	if (IS_ERR(vmm))
		return PTR_ERR(vmm);
	vmm->scope = GSP_MMU_SCOPE_BAR;
	ret = gsp_pt_create_on_root(&vmm->tree, mmu, root);
	if (ret)
		vmm_free(vmm);
	else
		*out = vmm;
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_vmm_create_on_root);

/**
 * gsp_vmm_destroy - destroy an address space with everything mapped in it
 * @vmm: address space, which no engine is told to use any more; may be NULL
 * @keep_root: an engine may not have forgotten it: the page of its root, which
 *	is empty from now on, is not given back
 *
 * Context: process context, may sleep.
 */
void gsp_vmm_destroy(struct gsp_vmm *vmm, bool keep_root)
{
	if (!vmm)
		return;
	scoped_guard(mutex, &vmm->lock) {
		gsp_pt_unlink(&vmm->tree);
		invalidate(vmm);
		gsp_pt_destroy(&vmm->tree, keep_root);
	}
	vmm_free(vmm);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_vmm_destroy);

/**
 * gsp_vmm_root - where the page tables begin
 * @vmm: address space
 *
 * Context: any.
 * Return: framebuffer address of the root directory.
 */
u64 gsp_vmm_root(const struct gsp_vmm *vmm)
{
	return gsp_pt_root(&vmm->tree);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_vmm_root);
