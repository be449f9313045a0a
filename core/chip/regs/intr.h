/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The interrupt tree of the physical function.
 *
 * Source v sits in bit v % 32 of leaf v / 32; each bit of the top word stands
 * for two leaves.  How many leaves there are is a fact of the chip.  A pending
 * source raises the function's MSI if it is enabled at its leaf and at the top.
 */
#ifndef _GSP_REGS_INTR_H
#define _GSP_REGS_INTR_H

#include <linux/bits.h>

#define GSP_INTR_NR_LEAVES_MAX			16

/* Pending; write one to clear. */
#define GSP_INTR_LEAF(i)			(0xb81000 + 4 * (i))
#define GSP_INTR_LEAF_EN_SET(i)			(0xb81200 + 4 * (i))
#define GSP_INTR_LEAF_EN_CLEAR(i)		(0xb81400 + 4 * (i))

/* Bit n: something enabled is pending in leaf 2n or 2n + 1. */
#define GSP_INTR_TOP				0xb81600
#define GSP_INTR_TOP_EN_SET			0xb81608
#define GSP_INTR_TOP_EN_CLEAR			0xb81610
#define   GSP_INTR_TOP_ALL(nr_leaves)		GENMASK((nr_leaves) / 2 - 1, 0)

/* Raise a source by software. */
#define GSP_INTR_LEAF_TRIGGER			0xb81640
#define   GSP_INTR_LEAF_TRIGGER_VECTOR		GENMASK(11, 0)

/* In the mirror of PCI configuration space, Turing to Ada: let the next MSI out. */
#define GSP_INTR_CFG_MSI_REARM			0x704

#endif
