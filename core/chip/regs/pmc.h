/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * PMC: the block that says what this GPU is.
 */
#ifndef _GSP_REGS_PMC_H
#define _GSP_REGS_PMC_H

#include <linux/bits.h>

/* Never all ones on a living GPU, hence the liveness question too. */
#define GSP_PMC_BOOT_0				0x000000
#define   GSP_PMC_BOOT_0_CHIP			GENMASK(28, 20)

#define GSP_PMC_BOOT_42				0x000a00
#define   GSP_PMC_BOOT_42_CHIP			GENMASK(29, 20)

/* A read of a device that is gone. */
#define GSP_READ_GONE				0xffffffffu

#endif
