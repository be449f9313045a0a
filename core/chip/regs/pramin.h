/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * PRAMIN: one MiB of framebuffer that shows in the registers.  The register that
 * moves it is a fact of the chip; it counts in units of 64 KiB.
 */
#ifndef _GSP_REGS_PRAMIN_H
#define _GSP_REGS_PRAMIN_H

#include <linux/bits.h>

#define GSP_PRAMIN_WINDOW_BASE			GENMASK(23, 0)
#define GSP_PRAMIN_WINDOW_SHIFT			16

#define GSP_PRAMIN				0x700000
#define GSP_PRAMIN_SIZE				0x100000

#endif
