// SPDX-License-Identifier: GPL-2.0-only
/*
 * The GSP of Hopper and later while somebody else starts it.
 *
 * Its registers are the FSP's alone at first. Then the host may read them, but
 * its first code (FMC) keeps the host out of the rest: that is the lockdown. It
 * takes the address of its parameters out of the mailboxes, works, and either
 * leaves an error code there or lifts the lockdown with MAILBOX0 zero.
 */
#include "falcon/falcon.h"

#include <kunit/visibility.h>
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/iopoll.h>
#include <linux/time64.h>
#include <linux/wordpart.h>

#include "chip/regs/falcon.h"
#include "chip/regs/pmc.h"
#include "mmio/mmio.h"

#define POLL_US		1000

static bool readable(u32 val)
{
	return val && (val & GSP_FALCON_READ_LOCKED_MASK) != GSP_FALCON_READ_LOCKED;
}

/*
 * Done, failed, or neither; what was read is noted for the messages.
 *
 * MAILBOX0 decides alone: the FMC may clear both mailboxes while we read them
 * one after the other. No error code looks like the address, which is that of a
 * page (kernel_gsp_gh100.c in NVIDIA/open-gpu-kernel-modules).
 */
static int look(const struct gsp_falcon *f, u64 params, u32 *hwcfg2, u32 *mailbox0)
{
	*hwcfg2 = gsp_rd32(f->mmio, f->base + GSP_FALCON_HWCFG2);
	if (*hwcfg2 == GSP_READ_GONE && gsp_mmio_gone(f->mmio))
		return -ENODEV;
	if (!readable(*hwcfg2))
		return -EAGAIN;
	*mailbox0 = gsp_rd32(f->mmio, f->base + GSP_FALCON_MAILBOX0);
	if (!*mailbox0)
		return *hwcfg2 & GSP_FALCON_HWCFG2_LOCKDOWN ? -EAGAIN : 0;
	/* Not yet fetched, or taken away from us between the two reads. */
	if (*mailbox0 == lower_32_bits(params) || !readable(*mailbox0))
		return -EAGAIN;
	return -EIO;
}

/**
 * gsp_falcon_wait_lockdown - wait until the FMC hands the GSP over
 * @f: the GSP's falcon
 * @params: address of the FMC's parameters, which is in the mailboxes at first
 * @timeout_us: longest time to wait
 * @error: set to what MAILBOX0 held last; with -EIO, the FMC's error code
 *
 * Context: process context, may sleep.
 * Return: 0; -EIO, without a message, when the FMC reports an error;
 * -ETIMEDOUT or -ENODEV, each after one message.
 */
int gsp_falcon_wait_lockdown(const struct gsp_falcon *f, u64 params, unsigned long timeout_us,
			     u32 *error)
{
	u32 hwcfg2;
	int ret;

	*error = 0;
	read_poll_timeout(look, ret, ret != -EAGAIN, POLL_US, timeout_us, false, f, params,
			  &hwcfg2, error);
	if (ret == -ENODEV)
		dev_err(f->mmio->dev, "%s: %s: device is gone: register %#08x reads all ones\n",
			f->phase, f->name, f->base + GSP_FALCON_HWCFG2);
	if (ret != -EAGAIN)
		return ret;
	dev_err(f->mmio->dev,
		"%s: %s: lockdown not lifted: register %#08x & %#lx: expected 0x0, found %#x after %lu ms (MAILBOX0 %#x)\n",
		f->phase, f->name, f->base + GSP_FALCON_HWCFG2, GSP_FALCON_HWCFG2_LOCKDOWN, hwcfg2,
		timeout_us / USEC_PER_MSEC, *error);
	return -ETIMEDOUT;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_falcon_wait_lockdown);

static int look_halted(const struct gsp_falcon *f, u32 *cpuctl)
{
	u32 hwcfg2 = gsp_rd32(f->mmio, f->base + GSP_FALCON_HWCFG2);

	*cpuctl = gsp_rd32(f->mmio, f->base2 + GSP_FALCON2_RISCV_CPUCTL);
	if (hwcfg2 == GSP_READ_GONE && gsp_mmio_gone(f->mmio))
		return -ENODEV;
	return readable(hwcfg2) && *cpuctl & GSP_FALCON2_RISCV_CPUCTL_HALTED ? 0 : -EAGAIN;
}

/**
 * gsp_falcon_wait_riscv_halted - wait until the RISC-V core has stopped for good
 * @f: the GSP's falcon
 * @timeout_us: longest time to wait
 *
 * Context: process context, may sleep.
 * Return: 0, -ETIMEDOUT, -ENODEV; each but 0 after one message.
 */
int gsp_falcon_wait_riscv_halted(const struct gsp_falcon *f, unsigned long timeout_us)
{
	const u32 reg = f->base2 + GSP_FALCON2_RISCV_CPUCTL;
	u32 cpuctl;
	int ret;

	read_poll_timeout(look_halted, ret, ret != -EAGAIN, POLL_US, timeout_us, false, f,
			  &cpuctl);
	if (!ret)
		return 0;
	if (ret == -ENODEV) {
		dev_err(f->mmio->dev, "%s: %s: device is gone: register %#08x reads all ones\n",
			f->phase, f->name, reg);
		return ret;
	}
	dev_err(f->mmio->dev,
		"%s: %s: RISC-V core not halted: register %#08x: expected %#lx to be set, found %#x after %lu ms\n",
		f->phase, f->name, reg, GSP_FALCON2_RISCV_CPUCTL_HALTED, cpuctl,
		timeout_us / USEC_PER_MSEC);
	return -ETIMEDOUT;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_falcon_wait_riscv_halted);
