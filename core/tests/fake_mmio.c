// SPDX-License-Identifier: GPL-2.0-only
#include "fake_mmio.h"

#include <kunit/device.h>
#include <kunit/test.h>
#include <linux/vmalloc.h>

/* An AD102 of stepping A1. */
#define FAKE_BOOT_0	0x192000a1

static void free_bar0(void *mem)
{
	vfree(mem);
}

/**
 * fake_mmio_create - a BAR0 full of zeros, but for BOOT_0
 * @test: test that owns it
 *
 * Return: the aperture; a failure ends the test.
 */
struct gsp_mmio *fake_mmio_create(struct kunit *test)
{
	struct gsp_mmio *m = kunit_kzalloc(test, sizeof(*m), GFP_KERNEL);
	void *mem = vzalloc(FAKE_BAR0_SIZE);

	KUNIT_ASSERT_NOT_NULL(test, mem);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, free_bar0, mem), 0);
	KUNIT_ASSERT_NOT_NULL(test, m);

	m->dev = kunit_device_register(test, "gsp-fake");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, m->dev);
	m->base = (void __iomem __force *)mem;
	m->size = FAKE_BAR0_SIZE;
	fake_wr(m, 0, FAKE_BOOT_0);
	return m;
}

/**
 * fake_rd - look at a register
 * @m: aperture
 * @reg: offset
 *
 * Return: its value.
 */
u32 fake_rd(const struct gsp_mmio *m, u32 reg)
{
	return READ_ONCE(*(u32 __force *)(m->base + reg));
}

/**
 * fake_wr - set a register
 * @m: aperture
 * @reg: offset
 * @val: value
 */
void fake_wr(const struct gsp_mmio *m, u32 reg, u32 val)
{
	WRITE_ONCE(*(u32 __force *)(m->base + reg), val);
}
