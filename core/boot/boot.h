/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From reset to a running GSP-RM, and back.
 *
 *	gsp_boot_choose_mode()		plain, or ready for vGPU
 *	gsp_boot_prepare()		everything that can fail without having
 *					touched a falcon: files, VBIOS, layout,
 *					and all that unloading will need
 *	gsp_boot_start()		the falcons run; GSP-RM is active
 *	gsp_boot_sequencer_run()	as often as GSP-RM asks for it
 *	gsp_boot_release_load_files()	after INIT_DONE
 *	gsp_boot_stop()			the way back, also after a failed start
 *	gsp_boot_fini()
 *
 * The caller owns the RPC channel: it queues what GSP-RM must find before
 * start(), waits for INIT_DONE after it, and says goodbye before stop().
 *
 * What stays in memory while GSP-RM runs, and why:
 *	FWSEC-SB and booter_unload	stopping must work without file system,
 *					also when GSP-RM is dead; with them the
 *					generic boot loader, where FWSEC needs it
 *	the libos arguments		GSP-RM keeps their address for its life
 *	the flush page			each falcon reset writes to it
 */
#ifndef _GSP_BOOT_H
#define _GSP_BOOT_H

#include <linux/types.h>

#include "abi/abi.h"
#include "falcon/falcon.h"
#include "fsp/fsp.h"

struct gsp_boot;
struct gsp_chip;
struct gsp_fw_bl;
struct gsp_fw_fmc;
struct gsp_fw_hs;
struct gsp_fw_image;
struct gsp_fw_riscv;
struct gsp_fwsec;
struct gsp_mmio;
struct pci_dev;

/**
 * struct gsp_boot_ops - what differs between boot flavours
 * @wait_ready: wait until the GPU's own firmware has finished after a reset
 * @layout: divide the framebuffer for GSP-RM, or learn what sizes to ask for,
 *	in the mode that is chosen so far
 * @can_vgpu: is there all that only a boot for vGPU needs?  Called with the
 *	layout of that mode; false after boot_plain()
 * @prepare: build what start and stop will run
 * @start: bring GSP-RM up, from a GPU in reset to an active RISC-V core
 * @stop: take it down until nothing of it is left, dead or alive
 */
struct gsp_boot_ops {
	int (*wait_ready)(struct gsp_boot *b);
	int (*layout)(struct gsp_boot *b);
	bool (*can_vgpu)(struct gsp_boot *b);
	int (*prepare)(struct gsp_boot *b);
	int (*start)(struct gsp_boot *b);
	int (*stop)(struct gsp_boot *b, bool said_goodbye);
};

/**
 * struct gsp_boot_page - one page of coherent memory
 * @mem: address for the CPU, NULL while there is none
 * @dma: address for the device
 */
struct gsp_boot_page {
	void *mem;
	dma_addr_t dma;
};

/**
 * struct gsp_boot - one GPU on its way up or down
 * @dev: the device, for messages and DMA memory
 * @pdev: the same as a PCI function, for the reset that cures WPR2
 * @mmio: its registers
 * @chip: what silicon it is
 * @abi: the firmware release that it is to run
 * @regions: memory regions that the libos arguments list (logs, RM arguments)
 * @nr_regions: number of @regions
 * @vf_partitions: partitions that the firmware's heap is sized for, 0 when
 *	booted plain; chosen by gsp_boot_choose_mode(), final after prepare
 * @vf: what GSP-RM is told of the VFs, zero when booted plain
 * @gsp: the falcon that GSP-RM runs on
 * @sec2: the falcon that runs the booters
 * @fsp: the security processor, where there is one
 * @layout: how the top of the framebuffer is divided, valid after prepare
 * @flush: page that the hardware writes to when it flushes
 * @libos: the libos arguments
 * @wpr_meta: description of layout and files for booter_load or the FMC, until
 *	release
 * @fmc_params: parameters of @fmc, until release
 * @loader: puts FWSEC into a falcon without a boot ROM; NULL for one with it
 * @fwsec_sb: FWSEC with the SB command, to stop
 * @booter_unload: the booter that takes the protected region down
 * @fwsec_frts: FWSEC with the FRTS command, to start, until release; NULL where
 *	there is no FRTS
 * @fmc: first code of the GSP, which the FSP starts, until release; NULL where
 *	there is none
 * @image: GSP-RM, until release
 * @bootloader: its RISC-V bootloader, until release
 * @booter_load: the booter that starts it, until release
 * @scrubber: clears framebuffer before it, until release; NULL when not needed
 * @app_version: version of @bootloader, which outlives it for the sequencer
 * @touched: start has touched the falcons, so that stop has work to do
 * @fwsec_ok: FWSEC has not failed on the way up, so that it is worth running
 *
 * The first group is set by the caller before gsp_boot_prepare(), which needs
 * the rest zeroed.  No lock: the caller (probe, remove, shutdown) runs one
 * function at a time; only gsp_boot_sequencer_run() is called from the RPC
 * receive path, and never concurrently with start or stop.
 */
struct gsp_boot {
	struct device *dev;
	struct pci_dev *pdev;
	const struct gsp_mmio *mmio;
	const struct gsp_chip *chip;
	const struct gsp_abi *abi;
	const struct gsp_libos_region *regions;
	unsigned int nr_regions;
	unsigned int vf_partitions;
	struct gsp_vf_info vf;

	struct gsp_falcon gsp;
	struct gsp_falcon sec2;
	struct gsp_fsp fsp;
	struct gsp_wpr_layout layout;
	struct gsp_boot_page flush;
	struct gsp_boot_page libos;
	struct gsp_boot_page wpr_meta;
	struct gsp_boot_page fmc_params;
	struct gsp_fw_bl *loader;
	struct gsp_fwsec *fwsec_sb;
	struct gsp_fw_hs *booter_unload;
	struct gsp_fwsec *fwsec_frts;
	struct gsp_fw_fmc *fmc;
	struct gsp_fw_image *image;
	struct gsp_fw_riscv *bootloader;
	struct gsp_fw_hs *booter_load;
	struct gsp_fw_hs *scrubber;
	u32 app_version;
	bool touched;
	bool fwsec_ok;
};

u64 gsp_boot_heap_size(const struct gsp_boot *b, u64 fb_size, unsigned int vf_partitions);
void gsp_boot_choose_mode(struct gsp_boot *b, bool listed);
int gsp_boot_prepare(struct gsp_boot *b);
int gsp_boot_start(struct gsp_boot *b);
int gsp_boot_sequencer_run(struct gsp_boot *b, const __le32 *cmds, size_t nr_dwords);
void gsp_boot_release_load_files(struct gsp_boot *b);
void gsp_boot_was_reset(struct gsp_boot *b);
int gsp_boot_stop(struct gsp_boot *b, bool said_goodbye);
void gsp_boot_fini(struct gsp_boot *b);

#endif
