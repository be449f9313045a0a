/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Registers made of plain memory.  Nothing behaves; a test writes beforehand
 * what the driver shall read, and looks afterwards at what it wrote.
 */
#ifndef _GSP_TESTS_FAKE_MMIO_H
#define _GSP_TESTS_FAKE_MMIO_H

#include <linux/types.h>

#include "mmio/mmio.h"

struct kunit;

/* As much as a real BAR0 holds. */
#define FAKE_BAR0_SIZE	0x1000000

struct gsp_mmio *fake_mmio_create(struct kunit *test);
u32 fake_rd(const struct gsp_mmio *m, u32 reg);
void fake_wr(const struct gsp_mmio *m, u32 reg, u32 val);

#endif
