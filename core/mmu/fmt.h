/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Formats of the GMMU's page tables: tables of numbers and pure encoders.
 *
 * A page table tree has a root directory, further directories, and tables of
 * 4 KiB pages. An entry of the last directory is two words wide: it leads to a
 * table of large pages and to one of 4 KiB pages, of which the driver uses the
 * latter, or is itself a page of 2 MiB. Zero is an entry that faults, in every
 * format and at every level.
 */
#ifndef _GSP_MMU_FMT_H
#define _GSP_MMU_FMT_H

#include <linux/bits.h>
#include <linux/types.h>

#include "abi/chan.h"

#define GSP_MMU_LEVELS_MAX	6
#define GSP_MMU_ENTRIES_MAX	512
#define GSP_MMU_TABLE_SIZE	4096u

#define GSP_MMU_PAGE_SHIFT	12
#define GSP_MMU_PAGE_SIZE	BIT_ULL(GSP_MMU_PAGE_SHIFT)
#define GSP_MMU_HUGE_SHIFT	21
#define GSP_MMU_HUGE_SIZE	BIT_ULL(GSP_MMU_HUGE_SHIFT)

/* What a mapping allows; nothing set is read, write and atomics. */
#define GSP_MMU_RO		BIT(0)

/**
 * struct gsp_mmu_level - geometry of one level
 * @shift: an entry covers 1 << @shift bytes
 * @nr: entries of a table
 * @words: 64-bit words of an entry
 */
struct gsp_mmu_level {
	u8 shift;
	u16 nr;
	u8 words;
};

/**
 * struct gsp_mmu_fmt - one format
 * @name: for people
 * @nr_levels: levels, root directory to table of 4 KiB pages
 * @levels: the levels, root first; the last but one is the two-word directory
 * @pde: word that leads to the table at @addr, a multiple of 4 KiB
 * @pte: word that maps the page at @addr, a multiple of its size
 */
struct gsp_mmu_fmt {
	const char *name;
	u8 nr_levels;
	struct gsp_mmu_level levels[GSP_MMU_LEVELS_MAX];
	u64 (*pde)(enum gsp_aperture aperture, u64 addr);
	u64 (*pte)(enum gsp_aperture aperture, u64 addr, unsigned int flags);
};

#endif
