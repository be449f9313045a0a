// SPDX-License-Identifier: GPL-2.0-only
/*
 * The flavour of Hopper and Blackwell: the security processor (FSP), which has
 * booted by itself, verifies and starts the first code of the GSP (FMC), which
 * divides the framebuffer, sets up the protected region (WPR2), copies GSP-RM
 * into it and hands the core over.
 *
 * The host gives sizes and addresses, asks the FSP once, and waits. It runs
 * nothing on any falcon, up or down.
 */
#include "boot/boot.h"

#include <kunit/visibility.h>
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/string.h>
#include <linux/time64.h>

#include "boot/internal.h"
#include "boot/layout.h"
#include "chip/chip.h"
#include "fw/fmc.h"
#include "fw/image.h"
#include "fw/riscv.h"

#define LOCKDOWN_TIMEOUT_US	(30 * USEC_PER_SEC)
#define GOODBYE_TIMEOUT_US	(5 * USEC_PER_SEC)
#define HALT_TIMEOUT_US		(5 * USEC_PER_SEC)

#define WHY_MAX			80

static_assert(GSP_FW_FMC_HASH_SIZE == GSP_FSP_HASH_SIZE);
static_assert(GSP_FW_FMC_KEY_MAX == GSP_FSP_KEY_MAX);

static int fsp_wait_ready(struct gsp_boot *b)
{
	return gsp_fsp_wait_boot(&b->fsp, b->chip->fsp.boot_status);
}

static int fsp_layout(struct gsp_boot *b)
{
	struct gsp_layout_in in = {
		.frts_size = b->chip->frts_size,
		.frts_from_end = b->chip->fsp.frts_from_end,
		.boot_size = b->bootloader->payload.size,
		.fw_size = b->image->image.size,
		.nonwpr_size = b->chip->nonwpr_heap_size,
	};
	int ret;

	ret = boot_fb_size(b, &in.fb_size);
	if (ret)
		return ret;
	in.heap_size = gsp_boot_heap_size(b, in.fb_size, b->vf_partitions);
	ret = gsp_layout_sizes(&in, &b->layout);
	if (ret)
		dev_err(b->dev,
			"framebuffer: no room for GSP-RM: framebuffer %#llx, image %#llx, heap %#llx\n",
			in.fb_size, in.fw_size, in.heap_size);
	return ret;
}

/* Why the board's setting speaks against vGPU; false when it does not. */
static bool knob_is_off(struct gsp_boot *b, char why[WHY_MAX])
{
	struct gsp_fsp_answer answer;

	if (gsp_fsp_read_vgpu_knob(&b->fsp, &answer))
		strscpy(why, "the FSP does not tell whether vGPU mode is on", WHY_MAX);
	else if (answer.error)
		snprintf(why, WHY_MAX, "the FSP has no vGPU mode: error code %#x (%s)",
			 answer.error, gsp_fsp_error_text(answer.error));
	else if (answer.len < sizeof(answer.data))
		snprintf(why, WHY_MAX, "vGPU mode: expected %zu bytes, found %u",
			 sizeof(answer.data), answer.len);
	else if (!lower_16_bits(answer.data))
		strscpy(why, "vGPU mode is switched off in the board", WHY_MAX);
	else if (lower_16_bits(answer.data) != 1)
		snprintf(why, WHY_MAX, "vGPU mode: expected 0 or 1, found %#x",
			 lower_16_bits(answer.data));
	else
		return false;
	return true;
}

static bool fsp_can_vgpu(struct gsp_boot *b)
{
	char why[WHY_MAX];

	if (!b->chip->fsp.vgpu_knob || !knob_is_off(b, why))
		return true;
	boot_plain(b, why);
	return false;
}

static int fsp_prepare(struct gsp_boot *b)
{
	const struct gsp_fw_fmc_want want = {
		.publickey_size = b->chip->fsp.publickey_size,
		.signature_size = b->chip->fsp.signature_size,
	};
	int ret;

	ret = gsp_fw_fmc_load(b->dev, b->chip->fw_dir, b->abi->release, &want, &b->fmc);
	return ret ?: boot_page_alloc(b, &b->fmc_params);
}

static void write_params(struct gsp_boot *b)
{
	const struct gsp_fmc_params params = {
		.wpr_meta = b->wpr_meta.dma,
		.libos_args = b->libos.dma,
	};

	b->abi->boot.fmc_params(b->fmc_params.mem, &params);
}

static int start_fmc(struct gsp_boot *b)
{
	const struct gsp_fsp_cot cot = {
		.version = b->chip->fsp.cot_version,
		.fmc = b->fmc->image.addr,
		.params = b->fmc_params.dma,
		.frts_from_end = b->chip->fsp.frts_from_end,
		.frts_size = b->chip->frts_size,
		.hash = b->fmc->hash,
		.publickey = b->fmc->publickey,
		.publickey_size = b->fmc->desc.publickey.size,
		.signature = b->fmc->signature,
		.signature_size = b->fmc->desc.signature.size,
	};

	return gsp_fsp_start_fmc(&b->fsp, &cot);
}

/**
 * boot_fmc_error - what an error code of the FMC says
 * @code: what it left in MAILBOX0
 * @buf: filled with words
 * @size: bytes of @buf
 *
 * Codes of its loader (ACR) have 8 bits; others have the format of
 * gsp_fmc_error_code_formatting.h in NVIDIA/open-gpu-kernel-modules.
 *
 * Context: any.
 */
void boot_fmc_error(u32 code, char *buf, size_t size)
{
	u32 partition = code >> 24 & 0xf;

	if (code <= 0xff)
		snprintf(buf, size, "loader, code %#x", code);
	else if (code >> 28 == 1)
		snprintf(buf, size, "partition %u, code %#x, info %#x", partition, code & 0xffff,
			 code >> 16 & 0xff);
	else if (code >> 28 == 0)
		snprintf(buf, size, "separation kernel, partition %u, error %#x in phase %#x",
			 partition, code >> 8 & 0xff, code & 0xff);
	else
		strscpy(buf, "of no format that is known", size);
}
EXPORT_SYMBOL_IF_KUNIT(boot_fmc_error);

static int wait_lockdown(struct gsp_boot *b)
{
	char text[64];
	u32 code;
	int ret;

	ret = gsp_falcon_wait_lockdown(&b->gsp, b->fmc_params.dma, LOCKDOWN_TIMEOUT_US, &code);
	if (ret != -EIO)
		return ret;
	boot_fmc_error(code, text, sizeof(text));
	dev_err(b->dev, "FMC: error reported: MAILBOX0 of the GSP: expected 0x0, found %#x (%s)\n",
		code, text);
	return ret;
}

/*
 * From reset to a running GSP-RM:
 *
 *  #1 forget a message interrupt of an earlier life
 *  #2 the FMC's parameters: where the metadata and the libos arguments are
 *  #3 the FSP verifies the FMC and agrees to start it
 *  #4 the FMC has protected and loaded GSP-RM, and lifts the lockdown
 *  #5 publish the version of the bootloader
 *  #6 the RISC-V core is active
 */
static int fsp_start(struct gsp_boot *b)
{
	int ret;

	/* #1 */
	gsp_falcon_forget_message(&b->gsp);

	/* #2 */
	write_params(b);

	/* #3 */
	boot_phase(b, "chain of trust");
	ret = start_fmc(b);
	if (ret)
		return ret;

	/* #4 */
	boot_phase(b, "FMC");
	ret = wait_lockdown(b);
	if (ret)
		return ret;

	/* #5 */
	boot_phase(b, "GSP-RM start");
	gsp_falcon_set_os(&b->gsp, b->app_version);
	/* #6 */
	return gsp_falcon_wait_riscv(&b->gsp);
}

/*
 * The way back:
 *
 *  #1 wait until GSP-RM has unloaded itself, and the FMC after it
 *  #2 the protected region is down, which is the FMC's last act
 *  #3 if anything of that failed, or GSP-RM has not agreed to unload, reset the
 *     whole function: there is no code that could be run instead
 */
static int fsp_stop(struct gsp_boot *b, bool said_goodbye)
{
	int ret;

	boot_phase(b, "unload");
	if (!said_goodbye)
		return boot_reset_or_isolate(b);
	/* #1 */
	ret = gsp_falcon_wait_unloaded(&b->gsp, GOODBYE_TIMEOUT_US);
	if (!ret)
		ret = gsp_falcon_wait_riscv_halted(&b->gsp, HALT_TIMEOUT_US);
	/* #2 */
	if (!ret)
		ret = boot_check_wpr2_down(b);
	/* #3 */
	if (ret && ret != -ENODEV)
		boot_reset_or_isolate(b);
	return ret;
}

const struct gsp_boot_ops gsp_boot_fsp_ops = {
	.wait_ready	= fsp_wait_ready,
	.layout		= fsp_layout,
	.can_vgpu	= fsp_can_vgpu,
	.prepare	= fsp_prepare,
	.start		= fsp_start,
	.stop		= fsp_stop,
};
