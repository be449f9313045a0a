// SPDX-License-Identifier: GPL-2.0-only
/*
 * BARs in a guest's memory.
 *
 * Mappings are filled by faults, a page, a PMD or a PUD at a time, and emptied
 * whenever nobody may reach the VF: a reset, a low power state, the end of the
 * vGPU. BAR0 can be mapped as a whole; its holes are never filled, and whoever
 * touches one gets SIGBUS. A huge mapping would span them, so there is none then.
 */
#include "vfio_dev.h"

#include <linux/align.h>
#include <linux/cleanup.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/pci.h>
#include <linux/pfn.h>
#include <linux/rwsem.h>

static unsigned int bar_of(const struct vm_area_struct *vma)
{
	return vma->vm_pgoff >> (VFIO_PCI_OFFSET_SHIFT - PAGE_SHIFT);
}

static u64 start_of(const struct vm_area_struct *vma)
{
	return ((u64)vma->vm_pgoff << PAGE_SHIFT) & VFIO_PCI_OFFSET_MASK;
}

static struct gsp_vfio_device *device_of(const struct vm_area_struct *vma)
{
	struct vfio_pci_core_device *core = vma->vm_private_data;

	return gsp_vfio_of(&core->vdev);
}

static bool is_hole(struct gsp_vfio_device *g, unsigned int bar, u64 pos, u64 size)
{
	return bar == VFIO_PCI_BAR0_REGION_INDEX &&
	       gsp_vfio_meets(g->holes, g->nr_holes, pos, size);
}

static vm_fault_t insert(struct gsp_vfio_device *g, struct vm_fault *vmf, unsigned long pfn,
			 unsigned int order)
{
	/* Once the vGPU has failed what is inserted here would not go away again. */
	guard(rwsem_read)(&g->core.memory_lock);
	if (READ_ONCE(g->error))
		return VM_FAULT_SIGBUS;
	return vfio_pci_vmf_insert_pfn(&g->core, vmf, pfn, order);
}

static vm_fault_t huge_fault(struct vm_fault *vmf, unsigned int order)
{
	struct vm_area_struct *vma = vmf->vma;
	struct gsp_vfio_device *g = device_of(vma);
	unsigned long addr = ALIGN_DOWN(vmf->address, PAGE_SIZE << order);
	u64 pos = start_of(vma) + addr - vma->vm_start;
	unsigned long pfn = PHYS_PFN(pci_resource_start(g->core.pdev, bar_of(vma)) + pos);

	if (!is_aligned_for_order(vma, addr, pfn, order))
		return VM_FAULT_FALLBACK;
	if (is_hole(g, bar_of(vma), pos, PAGE_SIZE << order))
		return order ? VM_FAULT_FALLBACK : VM_FAULT_SIGBUS;
	if (gsp_vfio_ready(g))
		return VM_FAULT_SIGBUS;
	return insert(g, vmf, pfn, order);
}

static vm_fault_t page_fault(struct vm_fault *vmf)
{
	return huge_fault(vmf, 0);
}

static const struct vm_operations_struct bar_vm_ops = {
	.fault = page_fault,
#ifdef CONFIG_ARCH_SUPPORTS_HUGE_PFNMAP
	.huge_fault = huge_fault,
#endif
};

/**
 * gsp_vfio_mmap - the guest maps a BAR
 * @vdev: open VF
 * @vma: where, and what
 *
 * Context: process context with the memory map's lock held.
 * Return: 0; -EINVAL outside of what is the guest's, and as vfio_pci_core_mmap().
 */
int gsp_vfio_mmap(struct vfio_device *vdev, struct vm_area_struct *vma)
{
	struct gsp_vfio_device *g = gsp_vfio_of(vdev);
	int ret;

	if (bar_of(vma) > VFIO_PCI_BAR5_REGION_INDEX)
		return vfio_pci_core_mmap(vdev, vma);
	if (!gsp_vfio_inside(PAGE_ALIGN(gsp_vfio_bar_size(g, bar_of(vma))), start_of(vma),
			     vma->vm_end - vma->vm_start))
		return -EINVAL;
	ret = vfio_pci_core_mmap(vdev, vma);
	if (!ret)
		vma->vm_ops = &bar_vm_ops;
	return ret;
}

/**
 * gsp_vfio_zap - empty all mappings of the BARs
 * @g: VF
 *
 * Context: process context, may sleep; memory_lock held for writing, or nobody
 * minds if a fault that is under way fills a page again.
 */
void gsp_vfio_zap(struct gsp_vfio_device *g)
{
	loff_t start = VFIO_PCI_INDEX_TO_OFFSET(VFIO_PCI_BAR0_REGION_INDEX);
	loff_t end = VFIO_PCI_INDEX_TO_OFFSET(VFIO_PCI_ROM_REGION_INDEX);

	unmap_mapping_range(g->core.vdev.inode->i_mapping, start, end - start, true);
}
