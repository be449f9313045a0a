// SPDX-License-Identifier: GPL-2.0-only
/* Coherent memory for small images and signatures. */
#include "fw/ucode.h"

#include <linux/dma-mapping.h>
#include <linux/mm.h>

/**
 * gsp_fw_dma_alloc() - allocate zeroed coherent memory
 * @dev: device that reads it
 * @size: bytes wanted, not 0; rounded up to pages
 * @mem: filled
 *
 * Context: process, may sleep.
 * Return: 0, -ENOMEM.
 */
int gsp_fw_dma_alloc(struct device *dev, size_t size, struct gsp_fw_dma *mem)
{
	void *va = dma_alloc_coherent(dev, PAGE_ALIGN(size), &mem->addr, GFP_KERNEL);

	if (!va)
		return -ENOMEM;
	mem->va = va;
	mem->size = size;
	return 0;
}

/**
 * gsp_fw_dma_free() - undo gsp_fw_dma_alloc()
 * @dev: device it was allocated for
 * @mem: the memory; nothing happens when none is allocated
 *
 * Context: process. The device must not read the memory any more.
 */
void gsp_fw_dma_free(struct device *dev, struct gsp_fw_dma *mem)
{
	if (mem->va)
		dma_free_coherent(dev, PAGE_ALIGN(mem->size), mem->va, mem->addr);
	mem->va = NULL;
}
