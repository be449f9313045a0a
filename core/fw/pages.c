// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory for what is too big to be contiguous: one vmalloc range, which the
 * firmware loader can read a file straight into, mapped for the device with
 * one scatter list. With an IOMMU that is one IOVA range and one flush.
 */
#include "fw/pages.h"

#include <linux/dma-mapping.h>
#include <linux/highmem.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

/**
 * gsp_fw_pages_alloc() - allocate memory, not yet mapped for the device
 * @dev: device that will read it
 * @size: bytes wanted, not 0
 * @mem: must be zeroed; filled. The bytes behind @size are zero, the others are undefined.
 *
 * Huge pages are used where they are to be had: the scatter list gets short.
 *
 * Context: process, may sleep.
 * Return: 0, -ENOMEM.
 */
int gsp_fw_pages_alloc(struct device *dev, size_t size, struct gsp_fw_pages *mem)
{
	size_t whole = PAGE_ALIGN(size);

	mem->va = vmalloc_huge(whole, GFP_KERNEL | __GFP_NOWARN);
	if (!mem->va)
		return -ENOMEM;
	mem->size = size;
	memset(mem->va + size, 0, whole - size);
	return 0;
}

static struct page **collect_pages(void *va, unsigned int nr)
{
	struct page **pages = kvmalloc_objs(*pages, nr);
	unsigned int i;

	for (i = 0; pages && i < nr; i++)
		pages[i] = vmalloc_to_page(va + (size_t)i * PAGE_SIZE);
	return pages;
}

/**
 * gsp_fw_pages_map() - make filled memory readable for the device
 * @dev: device that will read it
 * @mem: allocated memory, its contents final. Whoever changes them later calls
 *	 dma_sync_sgtable_for_device() afterwards.
 *
 * Context: process, may sleep.
 * Return: 0, -ENOMEM, errno of dma_map_sgtable().
 */
int gsp_fw_pages_map(struct device *dev, struct gsp_fw_pages *mem)
{
	unsigned int nr = PAGE_ALIGN(mem->size) >> PAGE_SHIFT;
	size_t max = min_t(size_t, dma_get_max_seg_size(dev), dma_max_mapping_size(dev));
	struct page **pages = collect_pages(mem->va, nr);
	int ret;

	if (!pages)
		return -ENOMEM;
	max = min_t(size_t, max, UINT_MAX) & PAGE_MASK;
	ret = sg_alloc_table_from_pages_segment(&mem->sgt, pages, nr, 0, (size_t)nr << PAGE_SHIFT,
						max, GFP_KERNEL);
	kvfree(pages);
	if (ret)
		return ret;

	flush_kernel_vmap_range(mem->va, (size_t)nr << PAGE_SHIFT);
	ret = dma_map_sgtable(dev, &mem->sgt, DMA_TO_DEVICE, 0);
	if (ret) {
		sg_free_table(&mem->sgt);
		return ret;
	}
	mem->mapped = true;
	return 0;
}

/**
 * gsp_fw_pages_free() - undo gsp_fw_pages_map() and gsp_fw_pages_alloc()
 * @dev: device it was mapped for
 * @mem: the memory; nothing happens when none is allocated
 *
 * Context: process, may sleep. The device must not read the memory any more.
 */
void gsp_fw_pages_free(struct device *dev, struct gsp_fw_pages *mem)
{
	if (mem->mapped) {
		dma_unmap_sgtable(dev, &mem->sgt, DMA_TO_DEVICE, 0);
		sg_free_table(&mem->sgt);
		mem->mapped = false;
	}
	vfree(mem->va);
	mem->va = NULL;
}
