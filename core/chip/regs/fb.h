/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Framebuffer: its size, its protected region, and the page in system memory
 * that a flush writes to.
 */
#ifndef _GSP_REGS_FB_H
#define _GSP_REGS_FB_H

#include <linux/bits.h>

/* Flush page, Turing to Ada.  Write HI first: the write to LO takes effect. */
#define GSP_FB_FLUSH_LO				0x100c10
#define   GSP_FB_FLUSH_LO_SHIFT			8
/* GA100 to Ada; on Turing the address ends below it. */
#define GSP_FB_FLUSH_HI				0x100c40
#define   GSP_FB_FLUSH_HI_ADDR			GENMASK(23, 0)
#define   GSP_FB_FLUSH_HI_SHIFT			40

/* Flush page, GH100, in two halves.  Write HI first here, too. */
#define GSP_FB_GH100_FLUSH_LO			0x100a34
#define GSP_FB_GH100_FLUSH_HI			0x100a38

/* GB10x has two pairs in its first hub, which must agree. */
#define GSP_FB_GB100_FLUSH_LO			0x870e50
#define GSP_FB_GB100_FLUSH_HI			0x870e54
#define GSP_FB_GB100_EG_FLUSH_LO		0x8706c0
#define GSP_FB_GB100_EG_FLUSH_HI		0x8706c4

/* GB20x */
#define GSP_FB_GB202_FLUSH_LO			0x8a1d58
#define GSP_FB_GB202_FLUSH_HI			0x8a1d5c

/* Turing and GA100: the size is MAG << SCALE MiB, less a sixteenth for ECC. */
#define GSP_FB_LOCAL_MEMORY_RANGE		0x100ce0
#define   GSP_FB_LOCAL_MEMORY_RANGE_SCALE	GENMASK(3, 0)
#define   GSP_FB_LOCAL_MEMORY_RANGE_MAG		GENMASK(9, 4)
#define   GSP_FB_LOCAL_MEMORY_RANGE_ECC		BIT(30)

/* GA100: what the VBIOS has locked, in units of 4 KiB, if we may read it. */
#define GSP_FB_LOCK_PRIV_MASK			0x1fa7c8
#define   GSP_FB_LOCK_PRIV_MASK_CPU_READ	BIT(0)
#define GSP_FB_LOCK_LO				0x1fa82c
#define   GSP_FB_LOCK_LO_ADDR			GENMASK(31, 4)
#define GSP_FB_LOCK_HI				0x1fa830
#define   GSP_FB_LOCK_HI_ADDR			GENMASK(31, 4)
#define GSP_FB_LOCK_SHIFT			12

/* GA102 and later, a scratch register that the VBIOS fills. */
#define GSP_FB_USABLE_SIZE_MIB			0x1183a4

/* WPR2: the region that only firmware may write, in units of 4 KiB. */
#define GSP_FB_WPR2_LO				0x1fa824
#define   GSP_FB_WPR2_LO_ADDR			GENMASK(31, 4)
#define GSP_FB_WPR2_HI				0x1fa828
/* Zero: no region is up. */
#define   GSP_FB_WPR2_HI_ADDR			GENMASK(31, 4)
#define GSP_FB_WPR2_SHIFT			12

/* Where the VBIOS put the VGA workspace of a board with a display. */
#define GSP_FB_VGA_WORKSPACE			0x625f04
#define   GSP_FB_VGA_WORKSPACE_VALID		BIT(3)
#define   GSP_FB_VGA_WORKSPACE_ADDR		GENMASK(31, 8)
#define   GSP_FB_VGA_WORKSPACE_SHIFT		16

#endif
