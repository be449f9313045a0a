/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Invalidation of what the GMMU caches of page tables, by the physical
 * function's own copy of the registers.
 */
#ifndef _GSP_REGS_MMU_H
#define _GSP_REGS_MMU_H

#include <linux/bits.h>

/* Root page directory, bits 39:12, and in which memory it lies. */
#define GSP_MMU_INVALIDATE_PDB			0xb830a0
#define   GSP_MMU_INVALIDATE_PDB_ADDR		GENMASK(31, 4)
#define   GSP_MMU_INVALIDATE_PDB_SHIFT		12
#define GSP_MMU_INVALIDATE_UPPER_PDB		0xb830a4
#define   GSP_MMU_INVALIDATE_UPPER_PDB_ADDR	GENMASK(19, 0)
#define   GSP_MMU_INVALIDATE_UPPER_PDB_SHIFT	40

/* The trigger reads zero again when it is done. */
#define GSP_MMU_INVALIDATE			0xb830b0
#define   GSP_MMU_INVALIDATE_ALL_VA		BIT(0)
#define   GSP_MMU_INVALIDATE_ALL_PDB		BIT(1)
#define   GSP_MMU_INVALIDATE_HUB_ONLY		BIT(2)
#define   GSP_MMU_INVALIDATE_TRIGGER		BIT(31)

#endif
