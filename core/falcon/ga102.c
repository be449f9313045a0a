// SPDX-License-Identifier: GPL-2.0-only
/*
 * Falcons of GA102 and later: loaded by DMA, verified by a boot ROM, and
 * sharing their block with a RISC-V core.
 */
#include "falcon/falcon.h"

#include <linux/align.h>
#include <linux/bitfield.h>
#include <linux/bitops.h>
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/time64.h>
#include <linux/wordpart.h>

#include "chip/chip.h"
#include "chip/regs/falcon.h"
#include "chip/regs/fuse.h"
#include "chip/regs/pmc.h"
#include "falcon/internal.h"
#include "mmio/mmio.h"

#define RESET_READY_TIMEOUT_US	150
#define SCRUB_TIMEOUT_US	(20 * USEC_PER_MSEC)
#define SELECT_TIMEOUT_US	(10 * USEC_PER_MSEC)
#define DMA_TIMEOUT_US		(2 * USEC_PER_SEC)

/* Engines in an image's engine_id_mask. */
#define ENGINE_SEC2		BIT(0)
#define ENGINE_GSP		BIT(10)

static int wait_scrubbed(const struct gsp_falcon *f)
{
	return falcon_poll(f, f->base + GSP_FALCON_HWCFG2, GSP_FALCON_HWCFG2_MEM_SCRUBBING, 0,
			   SCRUB_TIMEOUT_US, "memory not scrubbed");
}

static void reset_engine(const struct gsp_falcon *f)
{
	/* Some boards never raise this bit; the pulse works all the same. */
	gsp_poll32_quiet(f->mmio, f->base + GSP_FALCON_HWCFG2, GSP_FALCON_HWCFG2_RESET_READY,
			 GSP_FALCON_HWCFG2_RESET_READY, RESET_READY_TIMEOUT_US, NULL);
	falcon_pulse_reset(f);
}

static int select_falcon(const struct gsp_falcon *f)
{
	u32 reg = f->base2 + GSP_FALCON2_BCR_CTRL;

	if (!(gsp_rd32(f->mmio, reg) & GSP_FALCON2_BCR_CTRL_RISCV))
		return 0;
	gsp_wr32(f->mmio, reg, 0);
	return falcon_poll(f, reg, GSP_FALCON2_BCR_CTRL_VALID, GSP_FALCON2_BCR_CTRL_VALID,
			   SELECT_TIMEOUT_US, "falcon core not selected");
}

static int ga102_reset(const struct gsp_falcon *f)
{
	int ret;

	reset_engine(f);
	ret = wait_scrubbed(f);
	if (ret)
		return ret;
	ret = select_falcon(f);
	if (ret)
		return ret;
	/* Selecting the core scrubs its memory again. */
	ret = wait_scrubbed(f);
	if (ret)
		return ret;
	falcon_publish_boot0(f);
	return 0;
}

static int ga102_reset_riscv(const struct gsp_falcon *f)
{
	int ret;

	reset_engine(f);
	ret = wait_scrubbed(f);
	if (ret)
		return ret;
	gsp_rmw32(f->mmio, f->base2 + GSP_FALCON2_BCR_CTRL, 0,
		  GSP_FALCON2_BCR_CTRL_VALID | GSP_FALCON2_BCR_CTRL_RISCV |
		  GSP_FALCON2_BCR_CTRL_BRFETCH);
	return 0;
}

static bool part_ok(const struct gsp_falcon_ucode *uc, const struct gsp_falcon_part *p)
{
	return IS_ALIGNED(p->src | p->dst | p->size, GSP_FALCON_BLOCK) &&
	       (u64)p->src + p->size <= uc->size &&
	       (u64)p->dst + p->size <= GSP_FALCON_DMATRFMOFFS_OFFSET;
}

static int check_ucode(const struct gsp_falcon *f, const struct gsp_falcon_ucode *uc)
{
	const u64 dma_end = 1ULL << (GSP_FALCON_DMATRFBASE1_SHIFT +
				     hweight32(GSP_FALCON_DMATRFBASE1_HI));

	if (part_ok(uc, &uc->code) && part_ok(uc, &uc->data) && uc->code.size &&
	    uc->code.virt == uc->code.src &&
	    IS_ALIGNED(uc->dma, GSP_FALCON_BLOCK) && uc->dma + uc->size <= dma_end)
		return 0;
	dev_err(f->mmio->dev,
		"%s: %s: %s does not fit: code %#x+%#x to %#x, data %#x+%#x to %#x of %#zx bytes at %pad\n",
		f->phase, f->name, uc->name, uc->code.src, uc->code.size, uc->code.dst,
		uc->data.src, uc->data.size, uc->data.dst, uc->size, &uc->dma);
	return -EINVAL;
}

/* Copy @size bytes from @base + @src to @dst of the memory that @cmd selects. */
static int dma_load(const struct gsp_falcon *f, u64 base, u32 src, u32 dst, u32 size, u32 cmd)
{
	u32 pos;
	int ret;

	cmd |= FIELD_PREP(GSP_FALCON_DMATRFCMD_SIZE, GSP_FALCON_DMATRFCMD_SIZE_256B);
	gsp_wr32(f->mmio, f->base + GSP_FALCON_DMATRFBASE,
		 lower_32_bits(base >> GSP_FALCON_DMATRFBASE_SHIFT));
	gsp_wr32(f->mmio, f->base + GSP_FALCON_DMATRFBASE1,
		 FIELD_PREP(GSP_FALCON_DMATRFBASE1_HI, base >> GSP_FALCON_DMATRFBASE1_SHIFT));

	for (pos = 0; pos < size; pos += GSP_FALCON_BLOCK) {
		gsp_wr32(f->mmio, f->base + GSP_FALCON_DMATRFMOFFS, dst + pos);
		gsp_wr32(f->mmio, f->base + GSP_FALCON_DMATRFFBOFFS, src + pos);
		gsp_wr32(f->mmio, f->base + GSP_FALCON_DMATRFCMD, cmd);
		ret = falcon_poll(f, f->base + GSP_FALCON_DMATRFCMD, GSP_FALCON_DMATRFCMD_IDLE,
				  GSP_FALCON_DMATRFCMD_IDLE, DMA_TIMEOUT_US, "DMA not done");
		if (ret)
			return ret;
	}
	return 0;
}

static void set_brom(const struct gsp_falcon *f, const struct gsp_falcon_ucode *uc)
{
	gsp_wr32(f->mmio, f->base2 + GSP_FALCON2_BROM_PARAADDR, uc->para_addr);
	gsp_wr32(f->mmio, f->base2 + GSP_FALCON2_BROM_ENGIDMASK, uc->engine_id_mask);
	gsp_wr32(f->mmio, f->base2 + GSP_FALCON2_BROM_UCODE_ID,
		 FIELD_PREP(GSP_FALCON2_BROM_UCODE_ID_ID, uc->ucode_id));
	gsp_wr32(f->mmio, f->base2 + GSP_FALCON2_MOD_SEL,
		 FIELD_PREP(GSP_FALCON2_MOD_SEL_ALGO, GSP_FALCON2_MOD_SEL_RSA3K));
}

/*
 * The tag that gives a block of IMEM its virtual address is the offset that the
 * DMA reads from, so code is addressed through the offset and data, which has
 * no tag, through the base.
 */
static int ga102_load(const struct gsp_falcon *f, const struct gsp_falcon_ucode *uc)
{
	int ret;

	ret = check_ucode(f, uc);
	if (ret)
		return ret;

	gsp_falcon_allow_dma(f);
	falcon_open_window(f, 0);

	ret = dma_load(f, uc->dma, uc->code.src, uc->code.dst, uc->code.size,
		       GSP_FALCON_DMATRFCMD_IMEM | FIELD_PREP(GSP_FALCON_DMATRFCMD_SEC, 1));
	if (ret)
		return ret;
	ret = dma_load(f, uc->dma + uc->data.src, 0, uc->data.dst, uc->data.size, 0);
	if (ret)
		return ret;

	set_brom(f, uc);
	gsp_wr32(f->mmio, f->base + GSP_FALCON_BOOTVEC, uc->code.virt);
	return 0;
}

static int ga102_fuse_version(const struct gsp_falcon *f, const char *image, u32 engine_id_mask,
			      u8 ucode_id, u32 *version)
{
	u32 reg;

	if (ucode_id < 1 || ucode_id > GSP_FUSE_NR_UCODES)
		reg = 0;
	else if (engine_id_mask & ENGINE_SEC2)
		reg = GSP_FUSE_UCODE_SEC2(ucode_id);
	else if (engine_id_mask & ENGINE_GSP)
		reg = GSP_FUSE_UCODE_GSP(ucode_id);
	else
		reg = 0;

	if (!reg) {
		dev_err(f->mmio->dev,
			"%s: %s: expected ucode 1 to %u of engines %#lx, found ucode %u of engines %#x\n",
			f->phase, image, GSP_FUSE_NR_UCODES, ENGINE_SEC2 | ENGINE_GSP, ucode_id,
			engine_id_mask);
		return -EINVAL;
	}
	*version = fls(FIELD_GET(GSP_FUSE_UCODE_VERSION, gsp_rd32(f->mmio, reg)));
	return 0;
}

static bool ga102_riscv_active(const struct gsp_falcon *f)
{
	u32 val = gsp_rd32(f->mmio, f->base2 + GSP_FALCON2_RISCV_CPUCTL);

	return val != GSP_READ_GONE && val & GSP_FALCON2_RISCV_CPUCTL_ACTIVE;
}

static int ga102_wait_riscv(const struct gsp_falcon *f, unsigned long timeout_us)
{
	return falcon_poll(f, f->base2 + GSP_FALCON2_RISCV_CPUCTL,
			   GSP_FALCON2_RISCV_CPUCTL_ACTIVE, GSP_FALCON2_RISCV_CPUCTL_ACTIVE,
			   timeout_us, "RISC-V core not active");
}

static u32 ga102_riscv_irqmask(const struct gsp_falcon *f)
{
	return gsp_rd32(f->mmio, f->base2 + GSP_FALCON2_RISCV_IRQMASK);
}

const struct gsp_falcon_ops gsp_falcon_ga102_ops = {
	.reset		= ga102_reset,
	.reset_riscv	= ga102_reset_riscv,
	.load		= ga102_load,
	.fuse_version	= ga102_fuse_version,
	.riscv_active	= ga102_riscv_active,
	.wait_riscv	= ga102_wait_riscv,
	.riscv_irqmask	= ga102_riscv_irqmask,
	.retrigger	= falcon_retrigger,
};
