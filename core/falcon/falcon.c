// SPDX-License-Identifier: GPL-2.0-only
#include "falcon/falcon.h"

#include <kunit/visibility.h>
#include <linux/bitfield.h>
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/time64.h>
#include <linux/wordpart.h>

#include "chip/regs/falcon.h"
#include "chip/regs/pmc.h"
#include "falcon/internal.h"
#include "mmio/mmio.h"

#define RESET_PULSE_US		10
#define HALT_TIMEOUT_US		(2 * USEC_PER_SEC)
#define RISCV_TIMEOUT_US	(5 * USEC_PER_SEC)

static void falcon_init(struct gsp_falcon *f, const struct gsp_mmio *m,
			const struct gsp_falcon_ops *ops, const char *name, u32 base)
{
	*f = (struct gsp_falcon){
		.mmio = m,
		.ops = ops,
		.name = name,
		.phase = "idle",
		.base = base,
		.base2 = base + GSP_FALCON2_DISTANCE,
	};
}

/**
 * gsp_falcon_init_gsp - describe the falcon that GSP-RM runs on
 * @f: falcon to fill in
 * @m: registers of the GPU
 * @ops: how its generation works
 *
 * Context: any; touches no register.
 */
void gsp_falcon_init_gsp(struct gsp_falcon *f, const struct gsp_mmio *m,
			 const struct gsp_falcon_ops *ops)
{
	falcon_init(f, m, ops, "GSP falcon", GSP_FALCON_BASE_GSP);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_falcon_init_gsp);

/**
 * gsp_falcon_init_sec2 - describe the security falcon, which runs the booters
 * @f: falcon to fill in
 * @m: registers of the GPU
 * @ops: how its generation works
 *
 * Context: any; touches no register.
 */
void gsp_falcon_init_sec2(struct gsp_falcon *f, const struct gsp_mmio *m,
			  const struct gsp_falcon_ops *ops)
{
	falcon_init(f, m, ops, "SEC2 falcon", GSP_FALCON_BASE_SEC2);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_falcon_init_sec2);

/**
 * falcon_poll - wait for bits of a falcon register
 * @f: falcon
 * @reg: absolute offset
 * @mask: bits that matter
 * @want: value to wait for
 * @timeout_us: longest time to wait
 * @what: what is being waited for
 *
 * Context: process context, may sleep.
 * Return: 0, -ETIMEDOUT or -ENODEV, each but 0 after one message.
 */
int falcon_poll(const struct gsp_falcon *f, u32 reg, u32 mask, u32 want,
		unsigned long timeout_us, const char *what)
{
	u32 found;
	int ret;

	ret = gsp_poll32_quiet(f->mmio, reg, mask, want, timeout_us, &found);
	if (ret == -ENODEV)
		dev_err(f->mmio->dev, "%s: %s: %s: device is gone: register %#08x reads all ones\n",
			f->phase, f->name, what, reg);
	else if (ret)
		dev_err(f->mmio->dev,
			"%s: %s: %s: register %#08x & %#x: expected %#x, found %#x after %lu ms\n",
			f->phase, f->name, what, reg, mask, want, found & mask,
			timeout_us / USEC_PER_MSEC);
	return ret;
}

/**
 * falcon_pulse_reset - hold the engine in reset for a moment
 * @f: falcon
 *
 * Context: any.  Its memories are being cleared when this returns.
 */
void falcon_pulse_reset(const struct gsp_falcon *f)
{
	gsp_rmw32(f->mmio, f->base + GSP_FALCON_ENGINE, 0, GSP_FALCON_ENGINE_RESET);
	udelay(RESET_PULSE_US);
	gsp_rmw32(f->mmio, f->base + GSP_FALCON_ENGINE, GSP_FALCON_ENGINE_RESET, 0);
}

/**
 * falcon_publish_boot0 - tell the code which chip it runs on
 * @f: falcon, just reset
 *
 * Context: any.
 */
void falcon_publish_boot0(const struct gsp_falcon *f)
{
	gsp_wr32(f->mmio, f->base + GSP_FALCON_RM, gsp_rd32(f->mmio, GSP_PMC_BOOT_0));
}

/**
 * falcon_open_window - let a DMA window reach system memory
 * @f: falcon
 * @window: index of the window
 *
 * Context: any.
 */
void falcon_open_window(const struct gsp_falcon *f, unsigned int window)
{
	gsp_rmw32(f->mmio, f->base + GSP_FALCON_FBIF_TRANSCFG(window),
		  GSP_FALCON_FBIF_TRANSCFG_TARGET | GSP_FALCON_FBIF_TRANSCFG_PHYSICAL,
		  FIELD_PREP(GSP_FALCON_FBIF_TRANSCFG_TARGET, GSP_FALCON_FBIF_TARGET_COHERENT) |
		  GSP_FALCON_FBIF_TRANSCFG_PHYSICAL);
}

/**
 * falcon_retrigger - ask for another interrupt if the cause is still there
 * @f: falcon of a chip whose interrupts are pulses
 *
 * Context: any, also hard interrupt.
 */
void falcon_retrigger(const struct gsp_falcon *f)
{
	gsp_wr32(f->mmio, f->base + GSP_FALCON_INTR_RETRIGGER, GSP_FALCON_INTR_RETRIGGER_NOW);
}

/**
 * gsp_falcon_imem_size - how much code fits
 * @f: falcon
 *
 * Context: any.
 * Return: size of IMEM in bytes.
 */
u32 gsp_falcon_imem_size(const struct gsp_falcon *f)
{
	u32 val = gsp_rd32(f->mmio, f->base + GSP_FALCON_HWCFG);

	return FIELD_GET(GSP_FALCON_HWCFG_IMEM, val) * GSP_FALCON_BLOCK;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_falcon_imem_size);

/**
 * gsp_falcon_reset - reset a falcon and select its falcon core
 * @f: falcon
 *
 * The hardware flushes to system memory while it resets, so the flush page must
 * have been set.
 *
 * Context: process context, may sleep.
 * Return: 0, -ETIMEDOUT when the falcon does not become ready, -ENODEV when the
 * device is gone; each but 0 after one message.
 */
int gsp_falcon_reset(const struct gsp_falcon *f)
{
	return f->ops->reset(f);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_falcon_reset);

/**
 * gsp_falcon_reset_riscv - reset a falcon and select its RISC-V core
 * @f: falcon
 *
 * Context: process context, may sleep.
 * Return: as gsp_falcon_reset().
 */
int gsp_falcon_reset_riscv(const struct gsp_falcon *f)
{
	return f->ops->reset_riscv(f);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_falcon_reset_riscv);

/**
 * gsp_falcon_load - load an image into a falcon in reset
 * @f: falcon
 * @uc: what to load
 *
 * Context: process context, may sleep.
 * Return: 0; -EINVAL when the description does not fit the image or the
 * hardware; -ETIMEDOUT when a transfer does not end; -EIO when it did not arrive;
 * -ENODEV when the device is gone; each but 0 after one message.
 */
int gsp_falcon_load(const struct gsp_falcon *f, const struct gsp_falcon_ucode *uc)
{
	return f->ops->load(f, uc);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_falcon_load);

/**
 * gsp_falcon_start - let the falcon core run from its boot vector
 * @f: falcon
 *
 * Context: any.
 */
void gsp_falcon_start(const struct gsp_falcon *f)
{
	u32 reg = GSP_FALCON_CPUCTL;

	if (gsp_rd32(f->mmio, f->base + GSP_FALCON_CPUCTL) & GSP_FALCON_CPUCTL_ALIAS_EN)
		reg = GSP_FALCON_CPUCTL_ALIAS;
	gsp_wr32(f->mmio, f->base + reg, GSP_FALCON_CPUCTL_STARTCPU);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_falcon_start);

/**
 * gsp_falcon_wait_halt - wait until the falcon core has halted
 * @f: falcon
 *
 * Context: process context, may sleep.
 * Return: 0, -ETIMEDOUT after 2 s, -ENODEV; each but 0 after one message.
 */
int gsp_falcon_wait_halt(const struct gsp_falcon *f)
{
	return falcon_poll(f, f->base + GSP_FALCON_CPUCTL, GSP_FALCON_CPUCTL_HALTED,
			   GSP_FALCON_CPUCTL_HALTED, HALT_TIMEOUT_US, "not halted");
}
EXPORT_SYMBOL_IF_KUNIT(gsp_falcon_wait_halt);

/**
 * gsp_falcon_run - reset, load, start, wait until halted
 * @f: falcon
 * @uc: what to run
 * @mailbox: value for the mailboxes; afterwards what the code left there
 *
 * Context: process context, may sleep.
 * Return: 0 when the code has halted, whatever it says in its mailboxes; else
 * as gsp_falcon_reset(), gsp_falcon_load() and gsp_falcon_wait_halt().
 */
int gsp_falcon_run(const struct gsp_falcon *f, const struct gsp_falcon_ucode *uc, u64 *mailbox)
{
	int ret;

	ret = gsp_falcon_reset(f);
	if (ret)
		return ret;
	ret = gsp_falcon_load(f, uc);
	if (ret)
		return ret;
	gsp_falcon_set_mailbox(f, *mailbox);
	gsp_falcon_start(f);
	ret = gsp_falcon_wait_halt(f);
	if (ret)
		return ret;
	*mailbox = gsp_falcon_mailbox(f);
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_falcon_run);

/**
 * gsp_falcon_allow_dma - let the falcon reach memory without a context
 * @f: falcon
 *
 * Context: any.
 */
void gsp_falcon_allow_dma(const struct gsp_falcon *f)
{
	gsp_rmw32(f->mmio, f->base + GSP_FALCON_FBIF_CTL, 0, GSP_FALCON_FBIF_CTL_ALLOW_PHYS);
	gsp_wr32(f->mmio, f->base + GSP_FALCON_DMACTL, 0);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_falcon_allow_dma);

/**
 * gsp_falcon_set_mailbox - write both mailboxes
 * @f: falcon
 * @val: low half for MAILBOX0, high half for MAILBOX1
 *
 * Context: any.
 */
void gsp_falcon_set_mailbox(const struct gsp_falcon *f, u64 val)
{
	gsp_wr32(f->mmio, f->base + GSP_FALCON_MAILBOX0, lower_32_bits(val));
	gsp_wr32(f->mmio, f->base + GSP_FALCON_MAILBOX1, upper_32_bits(val));
}
EXPORT_SYMBOL_IF_KUNIT(gsp_falcon_set_mailbox);

/**
 * gsp_falcon_mailbox - read both mailboxes
 * @f: falcon
 *
 * Context: any.
 * Return: MAILBOX0 in the low half, MAILBOX1 in the high half.
 */
u64 gsp_falcon_mailbox(const struct gsp_falcon *f)
{
	u64 lo = gsp_rd32(f->mmio, f->base + GSP_FALCON_MAILBOX0);
	u64 hi = gsp_rd32(f->mmio, f->base + GSP_FALCON_MAILBOX1);

	return hi << 32 | lo;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_falcon_mailbox);

/**
 * gsp_falcon_check_mailbox - did the code that halted report success?
 * @f: falcon
 *
 * Context: any.
 * Return: 0 when MAILBOX0 is zero, else -EIO after one message.
 */
int gsp_falcon_check_mailbox(const struct gsp_falcon *f)
{
	u32 reg = f->base + GSP_FALCON_MAILBOX0;
	u32 found = gsp_rd32(f->mmio, reg);

	if (!found)
		return 0;
	dev_err(f->mmio->dev,
		"%s: %s: error reported: MAILBOX0 %#08x: expected 0x0, found %#x (MAILBOX1 %#x)\n",
		f->phase, f->name, reg, found, gsp_rd32(f->mmio, f->base + GSP_FALCON_MAILBOX1));
	return -EIO;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_falcon_check_mailbox);

/**
 * gsp_falcon_wait_unloaded - wait until GSP-RM says that it has gone
 * @f: the GSP's falcon
 * @timeout_us: longest time to wait
 *
 * Context: process context, may sleep.
 * Return: 0, -ETIMEDOUT, -ENODEV; each but 0 after one message.
 */
int gsp_falcon_wait_unloaded(const struct gsp_falcon *f, unsigned long timeout_us)
{
	return falcon_poll(f, f->base + GSP_FALCON_MAILBOX0, GSP_FALCON_MAILBOX0_UNLOADED,
			   GSP_FALCON_MAILBOX0_UNLOADED, timeout_us, "GSP-RM not unloaded");
}
EXPORT_SYMBOL_IF_KUNIT(gsp_falcon_wait_unloaded);

/**
 * gsp_falcon_set_os - publish the version of the application
 * @f: falcon
 * @version: its version
 *
 * Context: any.
 */
void gsp_falcon_set_os(const struct gsp_falcon *f, u32 version)
{
	gsp_wr32(f->mmio, f->base + GSP_FALCON_OS, version);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_falcon_set_os);

/**
 * gsp_falcon_riscv_active - has the RISC-V core been started?
 * @f: falcon
 *
 * Context: any.
 * Return: true if it runs; false also when the device is gone.
 */
bool gsp_falcon_riscv_active(const struct gsp_falcon *f)
{
	return f->ops->riscv_active(f);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_falcon_riscv_active);

/**
 * gsp_falcon_wait_riscv - wait until the RISC-V core runs
 * @f: falcon
 *
 * Context: process context, may sleep.
 * Return: 0, -ETIMEDOUT after 5 s, -ENODEV; each but 0 after one message.
 */
int gsp_falcon_wait_riscv(const struct gsp_falcon *f)
{
	return f->ops->wait_riscv(f, RISCV_TIMEOUT_US);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_falcon_wait_riscv);

/**
 * gsp_falcon_fuse_version - version of an image that the fuses ask for
 * @f: falcon
 * @image: where the image comes from, for the message
 * @engine_id_mask: engines that the image is signed for
 * @ucode_id: number of the image
 * @version: the version; 0 when no fuse is blown
 *
 * Context: any.
 * Return: 0, or -EINVAL after one message when no fuse belongs to the image.
 */
int gsp_falcon_fuse_version(const struct gsp_falcon *f, const char *image, u32 engine_id_mask,
			    u8 ucode_id, u32 *version)
{
	return f->ops->fuse_version(f, image, engine_id_mask, ucode_id, version);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_falcon_fuse_version);

/**
 * gsp_falcon_ring_doorbell - tell GSP-RM that the command queue has grown
 * @f: the GSP's falcon
 *
 * Context: any.  Queue memory written before is visible to GSP-RM.
 */
void gsp_falcon_ring_doorbell(const struct gsp_falcon *f)
{
	gsp_wr32(f->mmio, f->base + GSP_FALCON_QUEUE_HEAD(0), 0);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_falcon_ring_doorbell);

/**
 * gsp_falcon_forget_message - drop a pending message interrupt
 * @f: the GSP's falcon
 *
 * Context: any, also hard interrupt.
 */
void gsp_falcon_forget_message(const struct gsp_falcon *f)
{
	gsp_wr32(f->mmio, f->base + GSP_FALCON_IRQSCLR, GSP_FALCON_IRQ_SWGEN0);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_falcon_forget_message);

/* Nothing but messages is expected; what else comes, comes once. */
static void refuse_irq(const struct gsp_falcon *f, u32 bits)
{
	gsp_wr32(f->mmio, f->base + GSP_FALCON_IRQMCLR, bits);
	dev_err_ratelimited(f->mmio->dev,
			    "%s: interrupt: IRQSTAT %#08x: expected %#lx, found also %#x%s\n",
			    f->name, f->base + GSP_FALCON_IRQSTAT, GSP_FALCON_IRQ_SWGEN0, bits,
			    bits & GSP_FALCON_IRQ_HALT ? "; the core has halted" : "");
}

/**
 * gsp_falcon_serve_irq - acknowledge what the GSP has for the host
 * @f: the GSP's falcon
 *
 * Comes before the look at the queue, so that a message which arrives in
 * between raises the interrupt again; where interrupts are pulses, another one is
 * asked for in case it has arrived already.
 *
 * Context: any, also hard interrupt.
 * Return: true if there is a reason to look at the queue.
 */
bool gsp_falcon_serve_irq(const struct gsp_falcon *f)
{
	u32 pending = gsp_rd32(f->mmio, f->base + GSP_FALCON_IRQSTAT) & f->ops->riscv_irqmask(f);

	gsp_wr32(f->mmio, f->base + GSP_FALCON_IRQSCLR, pending);
	if (pending & ~GSP_FALCON_IRQ_SWGEN0)
		refuse_irq(f, pending & ~GSP_FALCON_IRQ_SWGEN0);
	f->ops->retrigger(f);
	return pending;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_falcon_serve_irq);
