// SPDX-License-Identifier: GPL-2.0-only
#include "boot/boot.h"

#include <kunit/visibility.h>
#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/pci.h>
#include <linux/sizes.h>

#include "boot/fb.h"
#include "boot/internal.h"
#include "chip/chip.h"
#include "chip/regs/fb.h"
#include "fw/bl.h"
#include "fw/fmc.h"
#include "fw/fwsec.h"
#include "fw/hs.h"
#include "fw/image.h"
#include "fw/riscv.h"
#include "mmio/mmio.h"
#include "trace.h"

/* GSP-RM's idea of a page, whatever the CPU's. */
#define BOOT_PAGE_SIZE	SZ_4K

/* More than this many MiB of framebuffer is a register that lies. */
#define FB_MAX		(SZ_1T)

/**
 * boot_phase - note what comes next
 * @b: boot
 * @phase: its name; begins each message about the falcons until the next one
 */
void boot_phase(struct gsp_boot *b, const char *phase)
{
	b->gsp.phase = phase;
	b->sec2.phase = phase;
	trace_gsp_boot_phase(b->dev, phase);
}

/**
 * boot_page_alloc - allocate one page of coherent memory
 * @b: boot
 * @page: to fill in; zeroed
 *
 * Return: 0 or -ENOMEM.
 */
int boot_page_alloc(struct gsp_boot *b, struct gsp_boot_page *page)
{
	page->mem = dma_alloc_coherent(b->dev, BOOT_PAGE_SIZE, &page->dma, GFP_KERNEL);
	return page->mem ? 0 : -ENOMEM;
}

/**
 * boot_page_free - the mirror of boot_page_alloc()
 * @b: boot
 * @page: page, or none
 */
void boot_page_free(struct gsp_boot *b, struct gsp_boot_page *page)
{
	if (!page->mem)
		return;
	dma_free_coherent(b->dev, BOOT_PAGE_SIZE, page->mem, page->dma);
	page->mem = NULL;
}

/**
 * boot_reset_function - reset the GPU as a PCI function and wait for it
 * @b: boot
 *
 * Clears everything, the protected region included.  Configuration space is
 * saved and restored; the flush page must be set again.
 *
 * Context: process context with the device lock held, as in probe, remove and
 * shutdown.  The driver's own reset_prepare and reset_done are called.
 * Return: 0, or the negative errno of the PCI core, of the wait, or -EBUSY when
 * the protected region has survived; each but 0 after one message.
 */
int boot_reset_function(struct gsp_boot *b)
{
	int ret;

	ret = pci_reset_function_locked(b->pdev);
	if (ret) {
		dev_err(b->dev, "reset: function cannot be reset: error %d\n", ret);
		return ret;
	}
	ret = b->chip->boot->wait_ready(b);
	if (ret)
		return ret;
	if (!gsp_fb_wpr2_up(b->mmio))
		return 0;
	dev_err(b->dev,
		"reset: WPR2 has survived it: register %#08x & %#lx: expected 0x0, found %#x; power cycle the GPU\n",
		GSP_FB_WPR2_HI, GSP_FB_WPR2_HI_ADDR, gsp_rd32(b->mmio, GSP_FB_WPR2_HI));
	return -EBUSY;
}

/*
 * A protected region that is up before we made one belongs to a GSP-RM that
 * nobody took down: a crashed kernel's, or a driver's that failed to.
 */
static int cure_wpr2(struct gsp_boot *b)
{
	if (!gsp_fb_wpr2_up(b->mmio))
		return 0;
	/* All ones, read from a GPU that is gone, look like a region that is up. */
	if (gsp_mmio_gone(b->mmio)) {
		dev_err(b->dev, "WPR2: device is gone: register %#08x reads all ones\n",
			GSP_FB_WPR2_HI);
		return -ENODEV;
	}
	dev_warn(b->dev, "WPR2 already up at %#llx, left by an earlier GSP-RM; resetting the GPU\n",
		 gsp_fb_wpr2_start(b->mmio));
	return boot_reset_function(b);
}

static int set_flush_page(struct gsp_boot *b)
{
	int ret;

	ret = boot_page_alloc(b, &b->flush);
	if (ret)
		return ret;
	return b->chip->fb->set_flush_page(b->mmio, b->flush.dma);
}

/* Leave the registers alone if somebody else has set them since. */
static void clear_flush_page(struct gsp_boot *b)
{
	if (b->flush.mem && !gsp_mmio_gone(b->mmio) &&
	    b->chip->fb->flush_page(b->mmio) == b->flush.dma)
		b->chip->fb->set_flush_page(b->mmio, 0);
	boot_page_free(b, &b->flush);
}

static int load_image(struct gsp_boot *b)
{
	int ret;

	ret = gsp_fw_image_load(b->dev, b->chip->fw_dir, b->abi->release, b->chip->fw_signature,
				b->chip->fw_whole_pages, &b->image);
	if (ret)
		return ret;
	ret = gsp_fw_riscv_load(b->dev, b->chip->fw_dir, b->abi->release, &b->bootloader);
	if (ret)
		return ret;
	b->app_version = b->bootloader->desc.app_version;
	return 0;
}

/**
 * boot_fb_size - how much framebuffer the board says that it has
 * @b: boot
 * @size: set to it, in bytes
 *
 * Return: 0, or -EIO after one message when that cannot be.
 */
int boot_fb_size(struct gsp_boot *b, u64 *size)
{
	*size = b->chip->fb->size(b->mmio);
	if (*size >= SZ_1M && *size <= FB_MAX)
		return 0;
	dev_err(b->dev, "framebuffer: expected a size of 1 MiB to 1 TiB, found %#llx\n", *size);
	return -EIO;
}

/**
 * gsp_boot_heap_size - heap that GSP-RM needs
 * @b: boot, its first group of fields set
 * @fb_size: bytes of framebuffer
 * @vf_partitions: vGPUs that it is to run, 0 for none
 *
 * Context: any.
 * Return: its bytes.
 */
u64 gsp_boot_heap_size(const struct gsp_boot *b, u64 fb_size, unsigned int vf_partitions)
{
	const struct gsp_heap_in in = {
		.fb_size = fb_size,
		.libos = b->chip->libos,
		.base_rm = b->chip->base_rm_heap,
		.vf_partitions = vf_partitions,
	};

	return b->abi->boot.heap_size(&in);
}

/* A board that lacks what vGPU needs is divided, and booted, plain. */
static int choose_layout(struct gsp_boot *b)
{
	int ret = b->chip->boot->layout(b);

	if (ret || !b->vf_partitions || b->chip->boot->can_vgpu(b))
		return ret;
	return b->chip->boot->layout(b);
}

static int write_libos(struct gsp_boot *b)
{
	int ret;

	ret = boot_page_alloc(b, &b->libos);
	if (ret)
		return ret;
	b->abi->boot.libos_args(b->libos.mem, b->regions, b->nr_regions);
	return 0;
}

static int write_wpr_meta(struct gsp_boot *b)
{
	const struct gsp_wpr_meta meta = {
		.radix3 = b->image->radix3,
		.image_size = b->image->image.size,
		.bootloader = b->bootloader->payload.addr,
		.bootloader_size = b->bootloader->payload.size,
		.code_offset = b->bootloader->desc.code_offset,
		.data_offset = b->bootloader->desc.data_offset,
		.manifest_offset = b->bootloader->desc.manifest_offset,
		.signature = b->image->signature.addr,
		.signature_size = b->image->signature.size,
		.pmu_reserved = b->chip->fsp.pmu_reserved,
		.vf_partitions = b->vf_partitions,
	};
	int ret;

	ret = boot_page_alloc(b, &b->wpr_meta);
	if (ret)
		return ret;
	b->abi->boot.wpr_meta(b->wpr_meta.mem, &b->layout, &meta);
	return 0;
}

/**
 * gsp_boot_prepare - do everything that can fail without touching a falcon
 * @b: boot, its first group of fields set and the rest zero
 *
 * The steps::
 *
 *  #1 the GPU's own firmware has finished
 *  #2 no protected region is up, if need be after a reset
 *  #3 the flush page is set, before any falcon is reset
 *  #4 GSP-RM and its bootloader are in memory
 *  #5 the top of the framebuffer is divided for them, which is when the mode
 *     is final
 *  #6 what the flavour will run is in memory, for the way up and the way down
 *  #7 the libos arguments are written
 *  #8 the metadata of the protected region is written
 *
 * Context: process context with the device lock held, may sleep.
 * Return: 0; -ENODEV when the device is gone; -ETIMEDOUT when the GPU does not
 * get ready; -EBUSY when a protected region cannot be removed; -ERANGE when the
 * flush page cannot be reached; -EIO, -ENOSPC or -EINVAL when the framebuffer is
 * not usable; -ENOMEM; whatever the firmware
 * and VBIOS readers return.  After an error gsp_boot_fini() frees what was
 * built.
 */
int gsp_boot_prepare(struct gsp_boot *b)
{
	const struct gsp_boot_ops *ops = b->chip->boot;
	int ret;

	gsp_falcon_init_gsp(&b->gsp, b->mmio, b->chip->falcon);
	gsp_falcon_init_sec2(&b->sec2, b->mmio, b->chip->falcon);
	gsp_fsp_init(&b->fsp, b->mmio);
	boot_phase(b, "prepare");

	/* #1 */
	ret = ops->wait_ready(b);
	if (ret)
		return ret;
	/* #2 */
	ret = cure_wpr2(b);
	if (ret)
		return ret;
	/* #3 */
	ret = set_flush_page(b);
	if (ret)
		return ret;
	/* #4 */
	ret = load_image(b);
	if (ret)
		return ret;
	/* #5 */
	ret = choose_layout(b);
	if (ret)
		return ret;
	/* #6 */
	ret = ops->prepare(b);
	if (ret)
		return ret;
	/* #7 */
	ret = write_libos(b);
	if (ret)
		return ret;
	/* #8 */
	return write_wpr_meta(b);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_boot_prepare);

/**
 * gsp_boot_start - bring GSP-RM up
 * @b: boot, prepared
 *
 * Context: process context, may sleep.
 * Return: 0 when the RISC-V core runs; -ETIMEDOUT when a falcon, or it, does
 * not do what it should in time; -EIO when firmware reports an error; -EINVAL
 * when an image does not fit its falcon; -ENODEV when the device is gone; each
 * but 0 after one message.  After an error gsp_boot_stop() cleans up.
 */
int gsp_boot_start(struct gsp_boot *b)
{
	int ret;

	b->touched = true;
	b->fwsec_ok = false;
	ret = b->chip->boot->start(b);
	/* All ones, read from a GPU that is gone, look like an error report first. */
	if (ret && gsp_mmio_gone(b->mmio))
		return -ENODEV;
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_boot_start);

/**
 * gsp_boot_release_load_files - free what only starting needed
 * @b: boot, after INIT_DONE or for good
 *
 * Context: process context, may sleep.
 */
void gsp_boot_release_load_files(struct gsp_boot *b)
{
	boot_page_free(b, &b->wpr_meta);
	boot_page_free(b, &b->fmc_params);
	gsp_fw_fmc_free(b->fmc);
	b->fmc = NULL;
	gsp_fwsec_destroy(b->fwsec_frts);
	b->fwsec_frts = NULL;
	gsp_fw_hs_free(b->booter_load);
	b->booter_load = NULL;
	gsp_fw_hs_free(b->scrubber);
	b->scrubber = NULL;
	gsp_fw_riscv_free(b->bootloader);
	b->bootloader = NULL;
	gsp_fw_image_free(b->image);
	b->image = NULL;
}

/**
 * gsp_boot_was_reset - somebody else has reset the GPU
 * @b: boot; nothing is left of what gsp_boot_start() did
 *
 * Context: as gsp_boot_stop().
 */
void gsp_boot_was_reset(struct gsp_boot *b)
{
	b->touched = false;
}

/**
 * gsp_boot_stop - take GSP-RM down, dead or alive
 * @b: boot; nothing happens unless gsp_boot_start() was called since
 * @said_goodbye: GSP-RM has acknowledged that the driver unloads, so wait for
 *	it to finish; false when it is dead or never came up
 *
 * Whatever is returned, the GPU no longer reads or writes host memory
 * afterwards, so that all memory it was given may be freed.
 *
 * Context: process context with the device lock held, may sleep, at most about
 * 20 s on a GPU that answers nothing.
 * Return: 0 when the GPU is as it was before start; -ENODEV, without a message,
 * when the device is gone; else the first error after a message: -ETIMEDOUT,
 * -EIO, -EINVAL or -EBUSY.
 */
int gsp_boot_stop(struct gsp_boot *b, bool said_goodbye)
{
	int ret;

	if (!b->touched)
		return 0;
	b->touched = false;
	if (gsp_mmio_gone(b->mmio)) {
		dev_dbg(b->dev, "stop: device is gone, nothing left to stop\n");
		return -ENODEV;
	}
	ret = b->chip->boot->stop(b, said_goodbye);
	boot_phase(b, "stopped");
	return ret;
}

/**
 * gsp_boot_fini - free everything
 * @b: boot, stopped or never started
 *
 * Context: process context, may sleep.
 */
void gsp_boot_fini(struct gsp_boot *b)
{
	gsp_boot_release_load_files(b);
	gsp_fwsec_destroy(b->fwsec_sb);
	b->fwsec_sb = NULL;
	gsp_fw_bl_free(b->loader);
	b->loader = NULL;
	gsp_fw_hs_free(b->booter_unload);
	b->booter_unload = NULL;
	boot_page_free(b, &b->libos);
	clear_flush_page(b);
}
