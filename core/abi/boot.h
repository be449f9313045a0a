/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The structures that firmware finds through pointer registers while it boots.
 */
#ifndef _GSP_ABI_BOOT_H
#define _GSP_ABI_BOOT_H

#include <linux/types.h>

/**
 * struct gsp_wpr_layout - the top of the framebuffer, carved up for GSP-RM
 * @fb_size: framebuffer size in bytes
 * @vga_offset: start of the VGA workspace
 * @vga_size: size of the VGA workspace
 * @frts_offset: start of the FRTS region that FWSEC protects first
 * @frts_size: size of the FRTS region
 * @wpr_end: end (exclusive) of WPR2
 * @boot_offset: where booter puts the GSP bootloader
 * @fw_offset: where booter puts the GSP-RM image
 * @heap_offset: start of the heap inside WPR2
 * @heap_size: size of that heap
 * @wpr_start: start of WPR2
 * @nonwpr_offset: start of the heap that lies below WPR2
 * @nonwpr_size: size of that heap
 *
 * All values in bytes from the start of the framebuffer.  Where an FMC lays the
 * framebuffer out, the driver knows sizes alone and the rest is zero.
 */
struct gsp_wpr_layout {
	u64 fb_size;
	u64 vga_offset;
	u64 vga_size;
	u64 frts_offset;
	u64 frts_size;
	u64 wpr_end;
	u64 boot_offset;
	u64 fw_offset;
	u64 heap_offset;
	u64 heap_size;
	u64 wpr_start;
	u64 nonwpr_offset;
	u64 nonwpr_size;
};

/**
 * struct gsp_wpr_meta - what booter_load or the FMC needs beside the layout
 * @radix3: DMA address of the image's level-0 page
 * @image_size: size of the GSP-RM image in bytes
 * @bootloader: DMA address of the bootloader's payload
 * @bootloader_size: size of that payload
 * @code_offset: monitor code inside the bootloader
 * @data_offset: monitor data inside the bootloader
 * @manifest_offset: manifest inside the bootloader
 * @signature: DMA address of the image's signature
 * @signature_size: size of the signature
 * @pmu_reserved: bytes above FRTS that firmware keeps for the PMU
 * @vf_partitions: number of vGPU partitions that the heap is sized for
 */
struct gsp_wpr_meta {
	u64 radix3;
	u64 image_size;
	u64 bootloader;
	u64 bootloader_size;
	u64 code_offset;
	u64 data_offset;
	u64 manifest_offset;
	u64 signature;
	u64 signature_size;
	u32 pmu_reserved;
	u8 vf_partitions;
};

/**
 * struct gsp_heap_in - what the heap inside WPR2 is sized for
 * @fb_size: framebuffer in bytes
 * @libos: version of libos, the kernel below GSP-RM: 2 or 3
 * @base_rm: bytes that GSP-RM of the chip's family takes for itself
 * @vf_partitions: number of vGPU partitions, 0 for a GPU booted plain
 */
struct gsp_heap_in {
	u64 fb_size;
	unsigned int libos;
	u32 base_rm;
	unsigned int vf_partitions;
};

/**
 * struct gsp_fmc_params - what the FMC needs, where there is one
 * @wpr_meta: DMA address of the metadata of WPR2
 * @libos_args: DMA address of the libos arguments
 */
struct gsp_fmc_params {
	u64 wpr_meta;
	u64 libos_args;
};

/**
 * struct gsp_libos_region - one named memory region handed to libos
 * @name: at most 8 characters, "LOGINIT" for example
 * @addr: DMA address, page aligned
 * @size: bytes, a multiple of 4096
 */
struct gsp_libos_region {
	const char *name;
	u64 addr;
	u64 size;
};

/**
 * struct gsp_rm_args - where GSP-RM finds the message queues
 * @shm: DMA address of the shared memory (its page table comes first)
 * @nr_pages: pages of the shared memory
 * @cmdq_offset: command queue, bytes from @shm
 * @statq_offset: status queue, bytes from @shm
 */
struct gsp_rm_args {
	u64 shm;
	u32 nr_pages;
	u64 cmdq_offset;
	u64 statq_offset;
};

/**
 * struct gsp_seq_prog - a register program that the firmware asks us to run
 * @cmds: packed opcodes and operands
 * @nr_dwords: how many of them are valid
 */
struct gsp_seq_prog {
	const __le32 *cmds;
	u32 nr_dwords;
};

/**
 * struct gsp_abi_boot - boot-time structures of a release
 * @wpr_meta_size: bytes that @wpr_meta writes (at most a page)
 * @wpr_meta: write GspFwWprMeta
 * @fmc_params: write GSP_FMC_BOOT_PARAMS into one page
 * @libos_args: write the zero-terminated list of @nr regions into one page
 * @rm_args: write the arguments of GSP-RM into one page
 * @heap_size: WPR heap in bytes
 * @sequencer: find the program in a RUN_CPU_SEQUENCER payload;
 *	-EPROTO if the payload is too short for what it announces
 */
struct gsp_abi_boot {
	size_t wpr_meta_size;
	void (*wpr_meta)(void *page, const struct gsp_wpr_layout *layout,
			 const struct gsp_wpr_meta *meta);
	void (*fmc_params)(void *page, const struct gsp_fmc_params *params);
	void (*libos_args)(void *page, const struct gsp_libos_region *regions,
			   unsigned int nr);
	void (*rm_args)(void *page, const struct gsp_rm_args *args);
	u64 (*heap_size)(const struct gsp_heap_in *in);
	int (*sequencer)(const void *payload, size_t len,
			 struct gsp_seq_prog *prog);
};

#endif
