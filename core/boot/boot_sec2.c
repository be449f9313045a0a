// SPDX-License-Identifier: GPL-2.0-only
/*
 * The flavour of GA102 to Ada: FWSEC, which the VBIOS brings, runs on the GSP
 * falcon and sets up the protected region (WPR2); a booter, which NVIDIA signs
 * and we bring, runs on SEC2, extends the region, copies GSP-RM into it and
 * starts the RISC-V core of the GSP.  Turing and GA100, in boot_tu102.c, share
 * most of its steps.
 *
 * Only the end of the framebuffer is clear, with valid ECC, after a reset.  A
 * layout that reaches further down needs a third image of NVIDIA's on SEC2, the
 * scrubber, before the booter; a GSP-RM that starts without it hangs.
 */
#include "boot/boot.h"

#include <linux/bitfield.h>
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/time64.h>

#include "boot/fb.h"
#include "boot/internal.h"
#include "boot/layout.h"
#include "chip/chip.h"
#include "chip/regs/fb.h"
#include "chip/regs/gfw.h"
#include "fw/file.h"
#include "fw/fwsec.h"
#include "fw/hs.h"
#include "fw/image.h"
#include "fw/riscv.h"
#include "mmio/mmio.h"

#define GFW_TIMEOUT_US	(4 * USEC_PER_SEC)

/* FWSEC for falcons with a boot ROM. */
#define FWSEC_VERSION	3

/**
 * sec2_wait_ready - wait until GFW has finished
 * @b: boot
 *
 * Context: process context, may sleep.
 * Return: 0, -ETIMEDOUT, -ENODEV; each but 0 after one message.
 */
int sec2_wait_ready(struct gsp_boot *b)
{
	int ret;

	ret = gsp_poll32(b->mmio, GSP_GFW_BOOT_PRIV_MASK, GSP_GFW_BOOT_PRIV_MASK_CPU_READ,
			 GSP_GFW_BOOT_PRIV_MASK_CPU_READ, GFW_TIMEOUT_US,
			 "GFW boot: progress not readable");
	if (ret)
		return ret;
	return gsp_poll32(b->mmio, GSP_GFW_BOOT_PROGRESS, GSP_GFW_BOOT_PROGRESS_VALUE,
			  GSP_GFW_BOOT_PROGRESS_DONE, GFW_TIMEOUT_US, "GFW boot: not complete");
}

/**
 * sec2_ucode - describe an image of the firmware room to the falcon room
 * @name: what it is called in messages
 * @image: where it is
 * @fw: how it is to be loaded
 *
 * Return: the description.
 */
struct gsp_falcon_ucode sec2_ucode(const char *name, const struct gsp_fw_dma *image,
				   const struct gsp_fw_ucode *fw)
{
	return (struct gsp_falcon_ucode){
		.name = name,
		.va = image->va,
		.dma = image->addr,
		.size = image->size,
		.entry = { .src = fw->ns_src, .virt = fw->ns_src, .size = fw->ns_size },
		.code = {
			.src = fw->imem_src,
			.dst = fw->imem_dst,
			.virt = fw->imem_src,
			.size = fw->imem_size,
		},
		.data = { .src = fw->dmem_src, .dst = fw->dmem_dst, .size = fw->dmem_size },
		.para_addr = fw->pkc_offset,
		.engine_id_mask = fw->engine_id_mask,
		.ucode_id = fw->ucode_id,
	};
}

/* One FWSEC image, signed for this board. */
static int build_fwsec(struct gsp_boot *b, const struct gsp_vbios *vbios, unsigned int version,
		       struct gsp_fwsec **out)
{
	u32 fuse_version;
	int ret;

	ret = gsp_fwsec_create(b->dev, vbios, version, out);
	if (ret)
		return ret;
	ret = gsp_falcon_fuse_version(&b->gsp, "FWSEC", (*out)->ucode.engine_id_mask,
				      (*out)->ucode.ucode_id, &fuse_version);
	if (ret)
		return ret;
	return gsp_fwsec_sign(*out, fuse_version);
}

static int build_fwsecs(struct gsp_boot *b, const u8 *rom, size_t len, unsigned int version)
{
	struct gsp_vbios vbios;
	int ret;

	ret = gsp_vbios_parse(b->dev, rom, len, &vbios);
	if (ret)
		return ret;
	ret = build_fwsec(b, &vbios, version, &b->fwsec_sb);
	if (ret)
		return ret;
	gsp_fwsec_set_sb(b->fwsec_sb);
	if (!b->layout.frts_size)
		return 0;

	ret = build_fwsec(b, &vbios, version, &b->fwsec_frts);
	if (ret)
		return ret;
	return gsp_fwsec_set_frts(b->fwsec_frts, b->layout.frts_offset, b->layout.frts_size);
}

/**
 * sec2_read_fwsec - get FWSEC out of the VBIOS, once for each command
 * @b: boot, its layout computed
 * @version: version of its descriptor that goes with the falcons
 *
 * Context: process context, may sleep; reads the ROM word by word.
 * Return: 0; -ENODEV when the device is gone; -ENOMEM; whatever the VBIOS
 * readers return; each but 0 and -ENOMEM after one message.
 */
int sec2_read_fwsec(struct gsp_boot *b, unsigned int version)
{
	size_t len;
	u8 *rom;
	int ret;

	ret = prom_read(b->mmio, &rom, &len);
	if (ret)
		return ret;
	ret = build_fwsecs(b, rom, len, version);
	kvfree(rom);
	return ret;
}

static int load_hs(struct gsp_boot *b, const char *name, struct gsp_fw_hs **out)
{
	u32 version;
	int ret;

	ret = gsp_fw_hs_load(b->dev, b->chip->fw_dir, name, b->abi->release, out);
	if (ret)
		return ret;
	ret = gsp_falcon_fuse_version(&b->sec2, (*out)->path, (*out)->desc.ucode.engine_id_mask,
				      (*out)->desc.ucode.ucode_id, &version);
	if (ret)
		return ret;
	return gsp_fw_hs_sign(*out, version);
}

/**
 * sec2_load_booters - read the booters, for the way up and the way down
 * @b: boot
 *
 * Context: process context, may sleep.
 * Return: as gsp_fw_hs_load() and gsp_fw_hs_sign().
 */
int sec2_load_booters(struct gsp_boot *b)
{
	return load_hs(b, "booter_unload", &b->booter_unload) ?:
	       load_hs(b, "booter_load", &b->booter_load);
}

static bool scrubber_done(struct gsp_boot *b)
{
	u32 val = gsp_rd32(b->mmio, GSP_GFW_BSI_SCRATCH_15);

	return FIELD_GET(GSP_GFW_BSI_SCRUBBER_HANDOFF, val) >= GSP_GFW_BSI_SCRUBBER_DONE;
}

static bool needs_scrubber(struct gsp_boot *b)
{
	return gsp_layout_needs_scrub(&b->layout, b->chip->prescrubbed) && !scrubber_done(b);
}

/**
 * sec2_layout - divide the top of the framebuffer
 * @b: boot, its files loaded
 *
 * Context: process context, may sleep.
 * Return: 0; -EIO, -EINVAL or -ENOSPC after one message.
 */
int sec2_layout(struct gsp_boot *b)
{
	struct gsp_layout_in in = {
		.frts_size = b->chip->frts_size,
		.boot_size = b->bootloader->payload.size,
		.fw_size = b->image->image.size,
		.nonwpr_size = b->chip->nonwpr_heap_size,
	};
	int ret;

	ret = boot_fb_size(b, &in.fb_size);
	if (ret)
		return ret;
	in.vga_offset = gsp_fb_vga_offset(b->mmio, b->chip->fb, in.fb_size);
	in.locked_offset = in.fb_size;
	if (b->chip->fb_locked)
		in.locked_offset = gsp_fb_locked_offset(b->mmio, in.fb_size);
	in.heap_size = gsp_boot_heap_size(b, in.fb_size, b->vf_partitions);

	ret = gsp_layout_compute(&in, &b->layout);
	if (ret)
		dev_err(b->dev,
			"framebuffer: no room for GSP-RM: framebuffer %#llx, VGA workspace at %#llx, locked from %#llx, image %#llx, heap %#llx\n",
			in.fb_size, in.vga_offset, in.locked_offset, in.fw_size, in.heap_size);
	return ret;
}

/**
 * sec2_can_vgpu - is there a scrubber, if it is needed?
 * @b: boot, its layout computed for vGPU
 *
 * Its file came to linux-firmware later than the others.
 *
 * Context: process context, may sleep.
 * Return: false after boot_plain() when there is none.
 */
bool sec2_can_vgpu(struct gsp_boot *b)
{
	char path[GSP_FW_PATH_MAX];
	char why[GSP_FW_PATH_MAX + 32];

	if (!needs_scrubber(b) ||
	    gsp_fw_path(path, b->chip->fw_dir, "scrubber", b->abi->release) ||
	    gsp_fw_file_exists(b->dev, path))
		return true;
	snprintf(why, sizeof(why), "no firmware file %s", path);
	boot_plain(b, why);
	return false;
}

static int sec2_prepare(struct gsp_boot *b)
{
	int ret;

	ret = sec2_load_booters(b);
	if (ret)
		return ret;
	if (needs_scrubber(b)) {
		ret = load_hs(b, "scrubber", &b->scrubber);
		if (ret)
			return ret;
	}
	return sec2_read_fwsec(b, FWSEC_VERSION);
}

/* Did FWSEC protect what it was asked to? */
static int check_frts(struct gsp_boot *b)
{
	u32 status = gsp_rd32(b->mmio, GSP_GFW_FRTS_STATUS);
	u64 start;

	if (FIELD_GET(GSP_GFW_FRTS_STATUS_ERROR, status)) {
		dev_err(b->dev,
			"FWSEC-FRTS: error reported: register %#08x & %#lx: expected 0x0, found %#x\n",
			GSP_GFW_FRTS_STATUS, GSP_GFW_FRTS_STATUS_ERROR, status);
		return -EIO;
	}
	if (!gsp_fb_wpr2_up(b->mmio)) {
		dev_err(b->dev,
			"FWSEC-FRTS: WPR2 not up: register %#08x: expected an address, found %#x\n",
			GSP_FB_WPR2_HI, gsp_rd32(b->mmio, GSP_FB_WPR2_HI));
		return -EIO;
	}
	start = gsp_fb_wpr2_start(b->mmio);
	if (start != b->layout.frts_offset) {
		dev_err(b->dev,
			"FWSEC-FRTS: WPR2 misplaced: register %#08x: expected %#llx, found %#llx\n",
			GSP_FB_WPR2_LO, b->layout.frts_offset, start);
		return -EIO;
	}
	return 0;
}

/**
 * sec2_run_frts - have FWSEC protect the top of the framebuffer
 * @b: boot
 * @frts: FWSEC with the FRTS command
 *
 * Context: process context, may sleep.
 * Return: 0 when the region is where we wanted it; -EIO when FWSEC reports an
 * error or it is not; else as gsp_falcon_run(); each but 0 after one message.
 */
int sec2_run_frts(struct gsp_boot *b, const struct gsp_falcon_ucode *frts)
{
	u64 mailbox = 0;
	int ret;

	boot_phase(b, "FWSEC-FRTS");
	ret = gsp_falcon_run(&b->gsp, frts, &mailbox);
	if (ret)
		return ret;
	ret = gsp_falcon_check_mailbox(&b->gsp);
	if (ret)
		return ret;
	ret = check_frts(b);
	if (ret)
		return ret;
	b->fwsec_ok = true;
	return 0;
}

/**
 * sec2_reset_gsp - make the GSP's RISC-V core ready to be started
 * @b: boot
 *
 * It finds the address of the libos arguments in its mailboxes.
 *
 * Context: process context, may sleep.
 * Return: as gsp_falcon_reset_riscv().
 */
int sec2_reset_gsp(struct gsp_boot *b)
{
	int ret;

	boot_phase(b, "GSP reset");
	ret = gsp_falcon_reset_riscv(&b->gsp);
	if (ret)
		return ret;
	gsp_falcon_set_mailbox(&b->gsp, b->libos.dma);
	return 0;
}

/**
 * sec2_run_booter_load - run booter_load on SEC2
 * @b: boot
 *
 * Context: process context, may sleep.
 * Return: 0; -EIO when it reports an error; else as gsp_falcon_run(); each but
 * 0 after one message.
 */
int sec2_run_booter_load(struct gsp_boot *b)
{
	const struct gsp_falcon_ucode booter =
		sec2_ucode("booter_load", &b->booter_load->payload, &b->booter_load->desc.ucode);
	u64 mailbox = b->wpr_meta.dma;
	int ret;

	boot_phase(b, "booter_load");
	ret = gsp_falcon_run(&b->sec2, &booter, &mailbox);
	if (ret)
		return ret;
	return gsp_falcon_check_mailbox(&b->sec2);
}

/* The scrubber reports through a register of its own; its mailboxes say nothing. */
static int run_scrubber(struct gsp_boot *b)
{
	struct gsp_falcon_ucode scrubber;
	u64 mailbox = 0;
	int ret;

	if (!b->scrubber || scrubber_done(b))
		return 0;
	scrubber = sec2_ucode("scrubber", &b->scrubber->payload, &b->scrubber->desc.ucode);
	boot_phase(b, "scrubber");
	ret = gsp_falcon_run(&b->sec2, &scrubber, &mailbox);
	if (ret)
		return ret;
	if (scrubber_done(b))
		return 0;
	dev_err(b->dev,
		"scrubber: not done: register %#08x & %#lx: expected at least %#x, found %#x\n",
		GSP_GFW_BSI_SCRATCH_15, GSP_GFW_BSI_SCRUBBER_HANDOFF, GSP_GFW_BSI_SCRUBBER_DONE,
		gsp_rd32(b->mmio, GSP_GFW_BSI_SCRATCH_15));
	return -EIO;
}

/*
 * From reset to a running GSP-RM:
 *
 *  #1 forget a message interrupt of an earlier life
 *  #2 FWSEC-FRTS on the GSP: protect the top of the framebuffer; it reports
 *     success, and the region is where we wanted it
 *  #3 reset the GSP into RISC-V mode and leave the libos arguments with it;
 *     the core does not run yet
 *  #4 the scrubber on SEC2, if the layout reaches below what is clear
 *  #5 booter_load on SEC2, with the metadata of the region: extend it, verify
 *     and copy GSP-RM, start the RISC-V core; it reports success
 *  #6 publish the version of the bootloader
 *  #7 the RISC-V core is active
 */
static int sec2_start(struct gsp_boot *b)
{
	const struct gsp_falcon_ucode frts =
		sec2_ucode("FWSEC", &b->fwsec_frts->image, &b->fwsec_frts->ucode);
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
	ret = run_scrubber(b);
	if (ret)
		return ret;
	/* #5 */
	ret = sec2_run_booter_load(b);
	if (ret)
		return ret;
	/* #6 */
	boot_phase(b, "GSP-RM start");
	gsp_falcon_set_os(&b->gsp, b->app_version);
	/* #7 */
	return gsp_falcon_wait_riscv(&b->gsp);
}

static int sec2_stop(struct gsp_boot *b, bool said_goodbye)
{
	const struct gsp_falcon_ucode sb =
		sec2_ucode("FWSEC", &b->fwsec_sb->image, &b->fwsec_sb->ucode);

	return sec2_take_down(b, said_goodbye, &sb);
}

const struct gsp_boot_ops gsp_boot_sec2_ops = {
	.wait_ready	= sec2_wait_ready,
	.layout		= sec2_layout,
	.can_vgpu	= sec2_can_vgpu,
	.prepare	= sec2_prepare,
	.start		= sec2_start,
	.stop		= sec2_stop,
};
