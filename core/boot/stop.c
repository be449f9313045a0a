// SPDX-License-Identifier: GPL-2.0-only
/*
 * The way back, Turing to Ada, and what every flavour's has.  It must work when
 * GSP-RM is dead, when start failed half way, and without a file system, so it
 * uses nothing but registers and the images that were prepared before start.
 */
#include "boot/boot.h"

#include <linux/bitfield.h>
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/pci.h>
#include <linux/time64.h>

#include "boot/fb.h"
#include "boot/internal.h"
#include "chip/regs/fb.h"
#include "chip/regs/gfw.h"
#include "fw/hs.h"
#include "mmio/mmio.h"

#define GOODBYE_TIMEOUT_US	(5 * USEC_PER_SEC)

/* In both mailboxes of booter_unload: tear down, keep nothing for a resume. */
#define MAILBOX_PLAIN_UNLOAD	(0xffULL << 32 | 0xff)

static int run_fwsec_sb(struct gsp_boot *b, const struct gsp_falcon_ucode *sb)
{
	u64 mailbox = 0;
	u32 status;
	int ret;

	boot_phase(b, "FWSEC-SB");
	ret = gsp_falcon_run(&b->gsp, sb, &mailbox);
	if (ret)
		return ret;
	ret = gsp_falcon_check_mailbox(&b->gsp);
	if (ret)
		return ret;
	status = gsp_rd32(b->mmio, GSP_GFW_SB_STATUS);
	if (!FIELD_GET(GSP_GFW_SB_STATUS_ERROR, status))
		return 0;
	dev_err(b->dev,
		"FWSEC-SB: error reported: register %#08x & %#lx: expected 0x0, found %#x\n",
		GSP_GFW_SB_STATUS, GSP_GFW_SB_STATUS_ERROR, status);
	return -EIO;
}

static int run_booter_unload(struct gsp_boot *b)
{
	const struct gsp_falcon_ucode booter =
		sec2_ucode("booter_unload", &b->booter_unload->payload,
			   &b->booter_unload->desc.ucode);
	u64 mailbox = MAILBOX_PLAIN_UNLOAD;
	int ret;

	if (!gsp_fb_wpr2_up(b->mmio))
		return 0;
	boot_phase(b, "booter_unload");
	ret = gsp_falcon_run(&b->sec2, &booter, &mailbox);
	if (ret)
		return ret;
	return gsp_falcon_check_mailbox(&b->sec2);
}

/**
 * boot_check_wpr2_down - is the protected region down, as it should be?
 * @b: boot
 *
 * Return: 0, or -EBUSY after one message.
 */
int boot_check_wpr2_down(struct gsp_boot *b)
{
	if (!gsp_fb_wpr2_up(b->mmio))
		return 0;
	dev_err(b->dev, "stop: WPR2 still up: register %#08x & %#lx: expected 0x0, found %#x\n",
		GSP_FB_WPR2_HI, GSP_FB_WPR2_HI_ADDR, gsp_rd32(b->mmio, GSP_FB_WPR2_HI));
	return -EBUSY;
}

/**
 * boot_reset_or_isolate - reset the function, or take away its right to reach
 *	memory
 * @b: boot, of which something does not end by itself
 *
 * Return: as boot_reset_function().
 */
int boot_reset_or_isolate(struct gsp_boot *b)
{
	int ret = boot_reset_function(b);

	if (ret)
		pci_clear_master(b->pdev);
	return ret;
}

/**
 * sec2_take_down - take GSP-RM down
 * @b: boot
 * @said_goodbye: GSP-RM was told to unload and has agreed
 * @sb: FWSEC with the SB command
 *
 * The steps::
 *
 *  #1 wait until GSP-RM has unloaded itself, if it said that it would
 *  #2 FWSEC-SB on the GSP: the reset ends GSP-RM for certain, the code brings
 *     back what the VBIOS had set up.  Not if FWSEC failed on the way up: it
 *     would again, for the same reason.
 *  #3 booter_unload on SEC2: take the protected region down, if it is up
 *  #4 the region is down
 *  #5 if anything from #2 on failed or was left out, reset the whole function,
 *     and if even that fails, take away its right to reach memory
 *
 * A step that fails does not keep the next one from being tried, unless it
 * found that the device is gone.
 *
 * Context: process context with the device lock held, may sleep.
 * Return: 0, or the first error.
 */
int sec2_take_down(struct gsp_boot *b, bool said_goodbye, const struct gsp_falcon_ucode *sb)
{
	int first = 0, ret;

	/* #1 */
	boot_phase(b, "unload");
	if (said_goodbye)
		first = gsp_falcon_wait_unloaded(&b->gsp, GOODBYE_TIMEOUT_US);
	if (first == -ENODEV)
		return first;
	if (!b->fwsec_ok)
		return boot_reset_or_isolate(b);
	/* #2 */
	ret = run_fwsec_sb(b, sb);
	/* #3 */
	if (ret != -ENODEV)
		ret = run_booter_unload(b) ?: ret;
	/* #4 */
	if (!ret)
		ret = boot_check_wpr2_down(b);
	/* #5 */
	if (ret && ret != -ENODEV)
		boot_reset_or_isolate(b);
	return first ?: ret;
}
