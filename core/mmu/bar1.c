// SPDX-License-Identifier: GPL-2.0-only
#include "mmu/bar1.h"

#include <linux/align.h>
#include <linux/errno.h>
#include <linux/io.h>
#include <linux/minmax.h>
#include <linux/overflow.h>
#include <linux/pci.h>

#include "abi/chan.h"
#include "mmu/fmt.h"
#include "mmu/mmu.h"
#include "mmu/vmm.h"

/**
 * gsp_bar1_init - take the aperture over
 * @bar1: to fill in
 * @mmu: GMMU, which must outlive it
 * @pdev: the GPU
 * @fb_bar: PCI resource index of the aperture
 * @root_pde_base: framebuffer address of its root directory, as GSP-RM says
 *
 * Context: process context, may sleep.
 * Return: 0; -ENODEV if the function has no such BAR; as
 * gsp_vmm_create_on_root().
 */
int gsp_bar1_init(struct gsp_bar1 *bar1, struct gsp_mmu *mmu, struct pci_dev *pdev, int fb_bar,
		  u64 root_pde_base)
{
	*bar1 = (struct gsp_bar1) {
		.phys = pci_resource_start(pdev, fb_bar),
		.size = pci_resource_len(pdev, fb_bar),
	};
	if (!bar1->phys || !bar1->size)
		return -ENODEV;
	return gsp_vmm_create_on_root(mmu, root_pde_base, 0, bar1->size, &bar1->vmm);
}

/**
 * gsp_bar1_fini - leave the aperture to GSP-RM
 * @bar1: aperture without mappings, initialised or not quite
 *
 * Context: process context, may sleep.
 */
void gsp_bar1_fini(struct gsp_bar1 *bar1)
{
	gsp_vmm_destroy(bar1->vmm, false);
	bar1->vmm = NULL;
}

static int total_size(const struct gsp_fb_range *r, unsigned int nr, u64 *size)
{
	unsigned int i;

	*size = 0;
	for (i = 0; i < nr; i++)
		if (!r[i].size || !IS_ALIGNED(r[i].addr | r[i].size, GSP_MMU_PAGE_SIZE) ||
		    check_add_overflow(*size, r[i].size, size))
			return -EINVAL;
	return nr ? 0 : -EINVAL;
}

static int map_ranges(struct gsp_bar1 *bar1, u64 va, const struct gsp_fb_range *r,
		      unsigned int nr)
{
	u64 at = va;
	unsigned int i;
	int ret;

	for (i = 0; i < nr; i++) {
		ret = gsp_vmm_map_fb(bar1->vmm, at, r[i].addr, r[i].size, 0);
		if (ret)
			break;
		at += r[i].size;
	}
	if (i < nr && at > va)
		gsp_vmm_unmap(bar1->vmm, va, at - va);
	return i < nr ? ret : 0;
}

/**
 * gsp_bar1_map - let the CPU see framebuffer
 * @bar1: aperture
 * @r: ranges, multiples of 4 KiB, which show one behind the other
 * @nr: their number
 * @out: set to where they show
 *
 * Context: process context, may sleep.
 * Return: 0; -EINVAL; -ENOSPC if the aperture has no such room; -ENOMEM; as
 * gsp_vmm_map_fb().
 */
int gsp_bar1_map(struct gsp_bar1 *bar1, const struct gsp_fb_range *r, unsigned int nr,
		 struct gsp_bar1_map *out)
{
	u64 size, va;
	int ret;

	ret = total_size(r, nr, &size);
	if (ret)
		return ret;
	if (size > bar1->size)
		return -ENOSPC;
	ret = gsp_vmm_alloc_va(bar1->vmm, size,
			       size < GSP_MMU_HUGE_SIZE ? GSP_MMU_PAGE_SIZE : GSP_MMU_HUGE_SIZE,
			       &va);
	if (ret)
		return ret;

	ret = map_ranges(bar1, va, r, nr);
	if (ret)
		goto err_va;
	*out = (struct gsp_bar1_map) {
		.va = va, .size = size, .cpu = ioremap(bar1->phys + va, size),
	};
	if (out->cpu)
		return 0;

	ret = -ENOMEM;
	gsp_vmm_unmap(bar1->vmm, va, size);
err_va:
	gsp_vmm_free_va(bar1->vmm, va);
	return ret;
}

/**
 * gsp_bar1_unmap - hide framebuffer again
 * @bar1: aperture
 * @map: mapping, as gsp_bar1_map() gave it; is cleared
 *
 * Context: process context, may sleep.
 */
void gsp_bar1_unmap(struct gsp_bar1 *bar1, struct gsp_bar1_map *map)
{
	iounmap(map->cpu);
	gsp_vmm_unmap(bar1->vmm, map->va, map->size);
	gsp_vmm_free_va(bar1->vmm, map->va);
	*map = (struct gsp_bar1_map) {};
}
