// SPDX-License-Identifier: GPL-2.0-only
/*
 * Falcons of Turing and GA100: without a boot ROM, and loaded word by word by
 * the CPU (PIO).  Execution begins in code that is not secure; that has the
 * hardware verify the secure code behind it.  The RISC-V core needs no
 * selecting: the booter that starts it takes the block over.
 */
#include "falcon/falcon.h"

#include <linux/align.h>
#include <linux/bitfield.h>
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/sizes.h>
#include <linux/time64.h>
#include <linux/unaligned.h>

#include "chip/chip.h"
#include "chip/regs/falcon.h"
#include "chip/regs/pmc.h"
#include "falcon/internal.h"
#include "mmio/mmio.h"

#define SCRUB_TIMEOUT_US	(10 * USEC_PER_MSEC)

/* The ports count bytes in 16 bits, and tags blocks. */
#define PORT_END		SZ_64K
#define TAG_END			(SZ_64K * GSP_FALCON_BLOCK)

static int tu102_reset(const struct gsp_falcon *f)
{
	int ret;

	falcon_pulse_reset(f);
	ret = falcon_poll(f, f->base + GSP_FALCON_DMACTL, GSP_FALCON_DMACTL_SCRUBBING, 0,
			  SCRUB_TIMEOUT_US, "memory not scrubbed");
	if (ret)
		return ret;
	falcon_publish_boot0(f);
	return 0;
}

static u64 dmem_end(const struct gsp_falcon *f)
{
	u32 val = gsp_rd32(f->mmio, f->base + GSP_FALCON_HWCFG);
	u32 size = FIELD_GET(GSP_FALCON_HWCFG_DMEM, val) * GSP_FALCON_BLOCK;

	return min(size, PORT_END);
}

static u64 imem_end(const struct gsp_falcon *f)
{
	u32 size = gsp_falcon_imem_size(f);

	return min(size, PORT_END);
}

/* Secure code follows the code that has it verified. */
static u64 code_dst(const struct gsp_falcon_ucode *uc)
{
	return (u64)uc->entry.dst + uc->entry.size + uc->code.dst;
}

static bool code_ok(const struct gsp_falcon_ucode *uc, const struct gsp_falcon_part *p)
{
	return IS_ALIGNED(p->dst | p->virt | p->size, GSP_FALCON_BLOCK) &&
	       (u64)p->src + p->size <= uc->size && (u64)p->virt + p->size <= TAG_END;
}

static bool data_ok(const struct gsp_falcon_ucode *uc, const struct gsp_falcon_part *p)
{
	return IS_ALIGNED(p->dst | p->size, sizeof(u32)) && (u64)p->src + p->size <= uc->size;
}

static int check_ucode(const struct gsp_falcon *f, const struct gsp_falcon_ucode *uc)
{
	const u64 imem = imem_end(f), dmem = dmem_end(f);

	if (uc->entry.size && code_ok(uc, &uc->entry) && code_ok(uc, &uc->code) &&
	    data_ok(uc, &uc->data) && code_dst(uc) + uc->code.size <= imem &&
	    (u64)uc->data.dst + uc->data.size <= dmem)
		return 0;
	dev_err(f->mmio->dev,
		"%s: %s: %s does not fit: entry %#x+%#x to %#x, code %#x+%#x to %#llx, data %#x+%#x to %#x of %#zx bytes; IMEM %#llx, DMEM %#llx\n",
		f->phase, f->name, uc->name, uc->entry.src, uc->entry.size, uc->entry.dst,
		uc->code.src, uc->code.size, code_dst(uc), uc->data.src, uc->data.size,
		uc->data.dst, uc->size, imem, dmem);
	return -EINVAL;
}

static void write_words(const struct gsp_falcon *f, u32 reg, const void *from, u32 size)
{
	u32 pos;

	for (pos = 0; pos < size; pos += sizeof(u32))
		gsp_wr32(f->mmio, f->base + reg, get_unaligned_le32(from + pos));
}

/* One tag per block; the port itself steps from word to word. */
static void write_code(const struct gsp_falcon *f, const struct gsp_falcon_ucode *uc,
		       const struct gsp_falcon_part *p, u32 dst, u32 secure)
{
	u32 pos;

	gsp_wr32(f->mmio, f->base + GSP_FALCON_IMEMC,
		 FIELD_PREP(GSP_FALCON_IMEMC_OFFSET, dst) | GSP_FALCON_IMEMC_AINCW | secure);
	for (pos = 0; pos < p->size; pos += GSP_FALCON_BLOCK) {
		gsp_wr32(f->mmio, f->base + GSP_FALCON_IMEMT,
			 FIELD_PREP(GSP_FALCON_IMEMT_TAG, (p->virt + pos) / GSP_FALCON_BLOCK));
		write_words(f, GSP_FALCON_IMEMD, uc->va + p->src + pos, GSP_FALCON_BLOCK);
	}
}

static void write_data(const struct gsp_falcon *f, const struct gsp_falcon_ucode *uc)
{
	gsp_wr32(f->mmio, f->base + GSP_FALCON_DMEMC,
		 FIELD_PREP(GSP_FALCON_DMEMC_OFFSET, uc->data.dst) | GSP_FALCON_DMEMC_AINCW);
	write_words(f, GSP_FALCON_DMEMD, uc->va + uc->data.src, uc->data.size);
}

/*
 * Writes are not answered: a port that drops or doubles one shows in the last
 * word.  Code is left to the hardware, which does not run what it cannot verify,
 * and does not let secure code be read.
 */
static int check_data(const struct gsp_falcon *f, const struct gsp_falcon_ucode *uc)
{
	u32 reg = f->base + GSP_FALCON_DMEMD;
	u32 last, want, found;

	if (!uc->data.size)
		return 0;
	last = uc->data.size - sizeof(u32);
	want = get_unaligned_le32(uc->va + uc->data.src + last);
	gsp_wr32(f->mmio, f->base + GSP_FALCON_DMEMC,
		 FIELD_PREP(GSP_FALCON_DMEMC_OFFSET, uc->data.dst + last));
	found = gsp_rd32(f->mmio, reg);
	if (found == want)
		return 0;
	if (found == GSP_READ_GONE && gsp_mmio_gone(f->mmio)) {
		dev_err(f->mmio->dev, "%s: %s: device is gone: register %#08x reads all ones\n",
			f->phase, f->name, reg);
		return -ENODEV;
	}
	dev_err(f->mmio->dev,
		"%s: %s: %s not loaded: register %#08x, DMEM %#x: expected %#x, found %#x\n",
		f->phase, f->name, uc->name, reg, uc->data.dst + last, want, found);
	return -EIO;
}

static int tu102_load(const struct gsp_falcon *f, const struct gsp_falcon_ucode *uc)
{
	int ret;

	ret = check_ucode(f, uc);
	if (ret)
		return ret;

	gsp_falcon_allow_dma(f);
	if (uc->window)
		falcon_open_window(f, uc->window);

	write_code(f, uc, &uc->entry, uc->entry.dst, 0);
	if (uc->code.size)
		write_code(f, uc, &uc->code, code_dst(uc), GSP_FALCON_IMEMC_SECURE);
	write_data(f, uc);
	ret = check_data(f, uc);
	if (ret)
		return ret;

	gsp_wr32(f->mmio, f->base + GSP_FALCON_BOOTVEC, uc->entry.virt);
	return 0;
}

/* Their images come with one signature, whatever the fuses say. */
static int tu102_fuse_version(const struct gsp_falcon *f, const char *image, u32 engine_id_mask,
			      u8 ucode_id, u32 *version)
{
	*version = 0;
	return 0;
}

static bool tu102_riscv_active(const struct gsp_falcon *f)
{
	u32 val = gsp_rd32(f->mmio, f->base2 + GSP_FALCON2_TU102_RISCV_STATUS);

	return val != GSP_READ_GONE && val & GSP_FALCON2_TU102_RISCV_STATUS_ACTIVE;
}

static int tu102_wait_riscv(const struct gsp_falcon *f, unsigned long timeout_us)
{
	return falcon_poll(f, f->base2 + GSP_FALCON2_TU102_RISCV_STATUS,
			   GSP_FALCON2_TU102_RISCV_STATUS_ACTIVE,
			   GSP_FALCON2_TU102_RISCV_STATUS_ACTIVE, timeout_us,
			   "RISC-V core not active");
}

static u32 tu102_riscv_irqmask(const struct gsp_falcon *f)
{
	return gsp_rd32(f->mmio, f->base2 + GSP_FALCON2_TU102_RISCV_IRQMASK);
}

/* Turing resends an interrupt by itself when its leaf was cleared too early. */
static void tu102_retrigger(const struct gsp_falcon *f)
{
}

const struct gsp_falcon_ops gsp_falcon_tu102_ops = {
	.reset		= tu102_reset,
	.reset_riscv	= tu102_reset,
	.load		= tu102_load,
	.fuse_version	= tu102_fuse_version,
	.riscv_active	= tu102_riscv_active,
	.wait_riscv	= tu102_wait_riscv,
	.riscv_irqmask	= tu102_riscv_irqmask,
	.retrigger	= tu102_retrigger,
};

const struct gsp_falcon_ops gsp_falcon_ga100_ops = {
	.reset		= tu102_reset,
	.reset_riscv	= tu102_reset,
	.load		= tu102_load,
	.fuse_version	= tu102_fuse_version,
	.riscv_active	= tu102_riscv_active,
	.wait_riscv	= tu102_wait_riscv,
	.riscv_irqmask	= tu102_riscv_irqmask,
	.retrigger	= falcon_retrigger,
};
