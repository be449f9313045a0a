// SPDX-License-Identifier: GPL-2.0-only
/*
 * The memory shared with the firmware: one allocation, contiguous for the
 * device.
 *
 *	0x00000  page table: the address of each page, this one included
 *	0x01000  command queue: header page and 63 elements
 *	0x41000  status queue: the same
 *
 * Each side writes to its own queue only, read pointers included (ring.c).
 */
#include "rpc/shm.h"

#include <asm/byteorder.h>
#include <linux/dma-mapping.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/sizes.h>
#include <linux/string.h>

#include <kunit/visibility.h>

#include "rpc/ring.h"

/* The firmware's pages are 4 KiB whatever the kernel's are. */
#define SHM_SIZE	(GSP_RPC_SHM_PAGES * SZ_4K)

/**
 * gsp_shm_init() - allocate the shared memory
 * @shm: filled in
 * @dev: device that the firmware runs on
 *
 * Context: May sleep.
 * Return: 0, or -ENOMEM.
 */
int gsp_shm_init(struct gsp_shm *shm, struct device *dev)
{
	shm->va = dma_alloc_coherent(dev, SHM_SIZE, &shm->dma, GFP_KERNEL);
	if (!shm->va)
		return -ENOMEM;
	shm->dev = dev;
	return 0;
}

/**
 * gsp_shm_fini() - give the shared memory back
 * @shm: what gsp_shm_init() filled in; the firmware no longer uses it
 *
 * Context: May sleep.
 */
void gsp_shm_fini(struct gsp_shm *shm)
{
	if (shm->dev)
		dma_free_coherent(shm->dev, SHM_SIZE, shm->va, shm->dma);
	shm->dev = NULL;
}

/**
 * gsp_shm_format() - clear all pages, write the page table and our queue header
 * @shm: the memory
 *
 * The header of the status queue is the firmware's to write.
 *
 * Context: Any. The firmware must not be running.
 */
void gsp_shm_format(const struct gsp_shm *shm)
{
	__le64 *table = shm->va;
	unsigned int i;

	memset(shm->va, 0, SHM_SIZE);
	for (i = 0; i < GSP_RPC_SHM_PAGES; i++)
		table[i] = cpu_to_le64(shm->dma + (u64)i * SZ_4K);
	gsp_ring_format(gsp_shm_cmdq(shm));
}
EXPORT_SYMBOL_IF_KUNIT(gsp_shm_format);

/**
 * gsp_shm_cmdq() - the command queue, CPU to firmware
 * @shm: the memory
 *
 * Context: Any.
 * Return: its header page.
 */
void *gsp_shm_cmdq(const struct gsp_shm *shm)
{
	return shm->va + GSP_RPC_CMDQ_OFFSET;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_shm_cmdq);

/**
 * gsp_shm_statq() - the status queue, firmware to CPU
 * @shm: the memory
 *
 * Context: Any.
 * Return: its header page.
 */
void *gsp_shm_statq(const struct gsp_shm *shm)
{
	return shm->va + GSP_RPC_STATQ_OFFSET;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_shm_statq);
