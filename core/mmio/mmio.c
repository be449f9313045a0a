// SPDX-License-Identifier: GPL-2.0-only
#include "mmio/mmio.h"

#include <kunit/visibility.h>
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/export.h>
#include <linux/io.h>
#include <linux/ktime.h>
#include <linux/minmax.h>

#include "chip/regs/pmc.h"

/* A poll spins this many times first, since most waits are over at once. */
#define POLL_SPINS	20
#define POLL_NAP_MAX_US	1000

/**
 * gsp_rd32 - read a register
 * @m: aperture
 * @reg: byte offset, a multiple of 4
 *
 * Context: any.
 * Return: the value; all ones if the device is gone.
 */
u32 gsp_rd32(const struct gsp_mmio *m, u32 reg)
{
	return readl(m->base + reg);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_rd32);

/**
 * gsp_wr32 - write a register
 * @m: aperture
 * @reg: byte offset, a multiple of 4
 * @val: value
 *
 * Memory that the CPU wrote before is visible to the device before the write.
 *
 * Context: any.
 */
void gsp_wr32(const struct gsp_mmio *m, u32 reg, u32 val)
{
	writel(val, m->base + reg);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_wr32);

/**
 * gsp_rmw32 - change some bits of a register
 * @m: aperture
 * @reg: byte offset, a multiple of 4
 * @clear: bits to clear
 * @set: bits to set afterwards
 *
 * Context: any; two callers on one register need a rule of their own.
 * Return: the value before the change.
 */
u32 gsp_rmw32(const struct gsp_mmio *m, u32 reg, u32 clear, u32 set)
{
	u32 old = gsp_rd32(m, reg);

	gsp_wr32(m, reg, (old & ~clear) | set);
	return old;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_rmw32);

/**
 * gsp_mmio_gone - has the device left the bus?
 * @m: aperture
 *
 * Context: any.
 * Return: true if BOOT_0 reads all ones, which no GPU answers.
 */
bool gsp_mmio_gone(const struct gsp_mmio *m)
{
	return gsp_rd32(m, GSP_PMC_BOOT_0) == GSP_READ_GONE;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_mmio_gone);

/* Spin, then sleep longer and longer; @round counts the calls. */
static void poll_pause(unsigned int round)
{
	unsigned long us;

	if (round < POLL_SPINS) {
		udelay(1);
		return;
	}
	us = min(10UL << min(round - POLL_SPINS, 10U), POLL_NAP_MAX_US);
	usleep_range(us, 2 * us);
}

/**
 * gsp_poll32_quiet - wait for bits of a register, without a message
 * @m: aperture
 * @reg: byte offset, a multiple of 4
 * @mask: bits that matter
 * @want: value to wait for
 * @timeout_us: longest time to wait
 * @found: last value read; may be NULL
 *
 * The register is read once more after the time is up, so that a caller that
 * slept too long does not accuse the device.
 *
 * Context: process context, may sleep.
 * Return: 0, -ETIMEDOUT, or -ENODEV if the device is gone.
 */
int gsp_poll32_quiet(const struct gsp_mmio *m, u32 reg, u32 mask, u32 want,
		     unsigned long timeout_us, u32 *found)
{
	ktime_t end = ktime_add_us(ktime_get(), timeout_us);
	unsigned int round;
	bool last;
	u32 val;

	might_sleep();
	for (round = 0;; round++) {
		last = ktime_after(ktime_get(), end);
		val = gsp_rd32(m, reg);
		if (found)
			*found = val;
		if (val == GSP_READ_GONE && gsp_mmio_gone(m))
			return -ENODEV;
		if ((val & mask) == want)
			return 0;
		if (last)
			return -ETIMEDOUT;
		poll_pause(round);
	}
}
EXPORT_SYMBOL_IF_KUNIT(gsp_poll32_quiet);

/**
 * gsp_poll32 - wait for bits of a register
 * @m: aperture
 * @reg: byte offset, a multiple of 4
 * @mask: bits that matter
 * @want: value to wait for
 * @timeout_us: longest time to wait
 * @what: what is being waited for, begins the message on failure
 *
 * Context: process context, may sleep.
 * Return: 0, -ETIMEDOUT, or -ENODEV if the device is gone; each but 0 after
 * one message.
 */
int gsp_poll32(const struct gsp_mmio *m, u32 reg, u32 mask, u32 want,
	       unsigned long timeout_us, const char *what)
{
	u32 found;
	int ret;

	ret = gsp_poll32_quiet(m, reg, mask, want, timeout_us, &found);
	if (ret == -ENODEV)
		dev_err(m->dev, "%s: device is gone: register %#08x reads all ones\n", what, reg);
	else if (ret)
		dev_err(m->dev, "%s: register %#08x & %#x: expected %#x, found %#x after %lu ms\n",
			what, reg, mask, want, found & mask, timeout_us / USEC_PER_MSEC);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_poll32);
