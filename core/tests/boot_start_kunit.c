// SPDX-License-Identifier: GPL-2.0-only
/*
 * A GPU that has gone: what a failed start is called, and what WPR2 seems to be.
 */
#include <kunit/test.h>
#include <linux/errno.h>

#include "boot/boot.h"
#include "chip/chip.h"
#include "chip/regs/fb.h"
#include "fake_mmio.h"

#define BOOT_0		0x000000
#define AD102_BOOT_0	0x192000a1

static int outcome;

static int start(struct gsp_boot *b)
{
	return outcome;
}

static const struct gsp_boot_ops ops = { .start = start };
static const struct gsp_chip chip = { .boot = &ops };

static int started(const struct gsp_mmio *m, int ret)
{
	struct gsp_boot b = { .mmio = m, .chip = &chip };

	outcome = ret;
	return gsp_boot_start(&b);
}

static void gone_or_not(struct kunit *test)
{
	struct gsp_mmio *m = fake_mmio_create(test);

	fake_wr(m, BOOT_0, AD102_BOOT_0);
	KUNIT_EXPECT_EQ(test, started(m, 0), 0);
	KUNIT_EXPECT_EQ(test, started(m, -EIO), -EIO);
	KUNIT_EXPECT_EQ(test, started(m, -ETIMEDOUT), -ETIMEDOUT);

	fake_wr(m, BOOT_0, ~0);
	KUNIT_EXPECT_EQ(test, started(m, -EIO), -ENODEV);
	KUNIT_EXPECT_EQ(test, started(m, -ENODEV), -ENODEV);
}

static int ready(struct gsp_boot *b)
{
	return 0;
}

/* WPR2 seems to be up then; without a PCI device to reset, a reset would show. */
static void gone_before_prepare(struct kunit *test)
{
	static const struct gsp_boot_ops ready_ops = { .wait_ready = ready };
	static const struct gsp_chip gone_chip = { .boot = &ready_ops };
	struct gsp_mmio *m = fake_mmio_create(test);
	struct gsp_boot b = { .dev = m->dev, .mmio = m, .chip = &gone_chip };

	fake_wr(m, BOOT_0, ~0);
	fake_wr(m, GSP_FB_WPR2_HI, ~0);
	KUNIT_EXPECT_EQ(test, gsp_boot_prepare(&b), -ENODEV);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(gone_before_prepare),
	KUNIT_CASE(gone_or_not),
	{}
};

static struct kunit_suite suite = {
	.name = "gsp_boot_start",
	.test_cases = cases,
};

kunit_test_suite(suite);
