/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fuses: what the board was made to be.
 */
#ifndef _GSP_REGS_FUSE_H
#define _GSP_REGS_FUSE_H

#include <linux/bits.h>

/* It has moved after Turing; the bit has not. */
#define GSP_FUSE_DISPLAY_TU102			0x021c04
#define GSP_FUSE_DISPLAY			0x820c04
#define   GSP_FUSE_DISPLAY_DISABLED		BIT(0)

/*
 * One register per ucode id, counted from 1.  The highest set bit tells which
 * version of that ucode the board accepts, so that old ones can be revoked.
 */
#define GSP_FUSE_UCODE_SEC2(id)			(0x824140 + 4 * ((id) - 1))
#define GSP_FUSE_UCODE_GSP(id)			(0x8241c0 + 4 * ((id) - 1))
#define   GSP_FUSE_UCODE_VERSION		GENMASK(15, 0)
#define GSP_FUSE_NR_UCODES			16

#endif
