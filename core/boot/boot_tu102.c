// SPDX-License-Identifier: GPL-2.0-only
/*
 * The flavours of Turing and GA100, whose falcons have no boot ROM and no DMA
 * to load them with.
 *
 * Turing does what its successors do (boot_sec2.c), but FWSEC is more than the
 * CPU should carry word by word: a small generic boot loader is put into the GSP
 * falcon instead, which fetches FWSEC from system memory and enters it.
 *
 * GA100 has no FRTS.  Its booter sets the protected region up, and FWSEC runs
 * on the way down alone.
 *
 * Their plain layouts never reach below what is clear after a reset, and there
 * is no scrubber for them.
 */
#include "boot/boot.h"

#include <linux/device.h>
#include <linux/errno.h>

#include "boot/internal.h"
#include "chip/chip.h"
#include "fw/bl.h"
#include "fw/fwsec.h"

/* FWSEC for falcons without a boot ROM. */
#define FWSEC_VERSION	2

static int tu102_prepare(struct gsp_boot *b)
{
	int ret;

	ret = sec2_load_booters(b);
	if (ret)
		return ret;
	ret = gsp_fw_bl_load(b->dev, b->chip->fw_dir, b->abi->release, &b->loader);
	if (ret)
		return ret;
	return sec2_read_fwsec(b, FWSEC_VERSION);
}

/* The loader, at the end of IMEM and out of FWSEC's way, with the order to run @fwsec. */
static struct gsp_falcon_ucode loader_ucode(struct gsp_boot *b, const struct gsp_fwsec *fwsec)
{
	const struct gsp_fw_bl *bl = b->loader;

	gsp_fw_bl_order(b->loader, fwsec->image.addr, &fwsec->ucode);
	return (struct gsp_falcon_ucode){
		.name = "FWSEC's loader",
		.va = bl->image,
		.size = bl->code_size + GSP_FW_BL_ORDER_SIZE,
		.entry = {
			.dst = gsp_falcon_imem_size(&b->gsp) - bl->code_size,
			.virt = bl->desc.start,
			.size = bl->code_size,
		},
		.data = {
			.src = bl->code_size,
			.dst = bl->desc.order,
			.size = GSP_FW_BL_ORDER_SIZE,
		},
		.window = GSP_FW_BL_WINDOW,
	};
}

/*
 * Turing, from reset to a running GSP-RM:
 *
 *  #1 forget a message interrupt of an earlier life
 *  #2 the loader on the GSP, and with it FWSEC-FRTS: protect the top of the
 *     framebuffer; it reports success, and the region is where we wanted it
 *  #3 reset the GSP and leave the libos arguments with it; its RISC-V core does
 *     not run yet
 *  #4 booter_load on SEC2, with the metadata of the region: extend it, verify
 *     and copy GSP-RM, start the RISC-V core; it reports success
 *  #5 publish the version of the bootloader
 *  #6 the RISC-V core is active
 */
static int tu102_start(struct gsp_boot *b)
{
	const struct gsp_falcon_ucode frts = loader_ucode(b, b->fwsec_frts);
	int ret;

	/* #1 */
	gsp_falcon_forget_message(&b->gsp);
	/* #2 */
	ret = sec2_run_frts(b, &frts);
	if (ret)
		return ret;
	/* #3 */
	ret = sec2_reset_gsp(b);
	if (ret)
		return ret;
	/* #4 */
	ret = sec2_run_booter_load(b);
	if (ret)
		return ret;
	/* #5 */
	boot_phase(b, "GSP-RM start");
	gsp_falcon_set_os(&b->gsp, b->app_version);
	/* #6 */
	return gsp_falcon_wait_riscv(&b->gsp);
}

/*
 * GA100, from reset to a running GSP-RM:
 *
 *  #1 forget a message interrupt of an earlier life
 *  #2 reset the GSP and leave the libos arguments with it; its RISC-V core does
 *     not run yet
 *  #3 booter_load on SEC2, with the metadata of the region: set it up, verify
 *     and copy GSP-RM, start the RISC-V core; it reports success
 *  #4 publish the version of the bootloader
 *  #5 the RISC-V core is active
 */
static int ga100_start(struct gsp_boot *b)
{
	int ret;

	/* Nothing of it runs on the way up, so nothing speaks against it. */
	b->fwsec_ok = true;

	/* #1 */
	gsp_falcon_forget_message(&b->gsp);
	/* #2 */
	ret = sec2_reset_gsp(b);
	if (ret)
		return ret;
	/* #3 */
	ret = sec2_run_booter_load(b);
	if (ret)
		return ret;
	/* #4 */
	boot_phase(b, "GSP-RM start");
	gsp_falcon_set_os(&b->gsp, b->app_version);
	/* #5 */
	return gsp_falcon_wait_riscv(&b->gsp);
}

static int tu102_stop(struct gsp_boot *b, bool said_goodbye)
{
	const struct gsp_falcon_ucode sb = loader_ucode(b, b->fwsec_sb);

	return sec2_take_down(b, said_goodbye, &sb);
}

const struct gsp_boot_ops gsp_boot_tu102_ops = {
	.wait_ready	= sec2_wait_ready,
	.layout		= sec2_layout,
	.can_vgpu	= sec2_can_vgpu,
	.prepare	= tu102_prepare,
	.start		= tu102_start,
	.stop		= tu102_stop,
};

const struct gsp_boot_ops gsp_boot_ga100_ops = {
	.wait_ready	= sec2_wait_ready,
	.layout		= sec2_layout,
	.can_vgpu	= sec2_can_vgpu,
	.prepare	= tu102_prepare,
	.start		= ga100_start,
	.stop		= tu102_stop,
};
