/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Scratch registers through which the GPU's own firmware (GFW), FWSEC and
 * GSP-RM report how far they are.  Turing to Ada.
 */
#ifndef _GSP_REGS_GFW_H
#define _GSP_REGS_GFW_H

#include <linux/bits.h>

/* Error codes of FWSEC, in the PBUS software scratch registers. */
#define GSP_GFW_FRTS_STATUS			0x001438
#define   GSP_GFW_FRTS_STATUS_ERROR		GENMASK(31, 16)
#define GSP_GFW_SB_STATUS			0x001454
#define   GSP_GFW_SB_STATUS_ERROR		GENMASK(15, 0)

/* GSP-RM has resumed after a hand-off that the sequencer took part in. */
#define GSP_GFW_BSI_SCRATCH_14			0x1180f8
#define   GSP_GFW_BSI_STAGE_3_HANDOFF		BIT(26)

/* How far clearing the framebuffer is: by the VBIOS its end, by the scrubber the rest. */
#define GSP_GFW_BSI_SCRATCH_15			0x1180fc
#define   GSP_GFW_BSI_SCRUBBER_HANDOFF		GENMASK(31, 29)
#define     GSP_GFW_BSI_SCRUBBER_DONE		3

/* May the CPU read BOOT_PROGRESS yet? */
#define GSP_GFW_BOOT_PRIV_MASK			0x118128
#define   GSP_GFW_BOOT_PRIV_MASK_CPU_READ	BIT(0)
#define GSP_GFW_BOOT_PROGRESS			0x118234
#define   GSP_GFW_BOOT_PROGRESS_VALUE		GENMASK(7, 0)
#define     GSP_GFW_BOOT_PROGRESS_DONE		0xff

#endif
