// SPDX-License-Identifier: GPL-2.0-only
/*
 * The other Amperes.  They boot like Ada, on the same image of GSP-RM, but
 * release 570.144 runs no vGPUs on theirs: it has no scrubber for them, which
 * the heap for vGPUs would need.  The files of the smaller dies are links to
 * GA102's.
 */
#include <linux/sizes.h>

#include "chip/chip.h"

#define GA10X(_id, _name, _dir) {			\
	.id = (_id),					\
	.name = (_name),				\
	.fw_dir = (_dir),				\
	.fw_signature = ".fwsignature_ga10x",		\
	.fw_whole_pages = true,				\
	.libos = 3,					\
	.dma_bits = 47,					\
	.fb_bar = 1,					\
	.inst_bar = 3,					\
	.frts_size = SZ_1M,				\
	.nonwpr_heap_size = SZ_1M,			\
	.prescrubbed = SZ_256M,				\
	.base_rm_heap = SZ_8M,				\
	.nr_chids = 2048,				\
	.channel_class = 0xc56f,			\
	.copy_class = 0xc7b5,				\
	.nr_intr_leaves = 8,				\
	.msi_rearm = true,				\
	.pcie_cfg_mirror = 0x088000,			\
	.pramin_window = 0x001700,			\
	.falcon = &gsp_falcon_ga102_ops,		\
	.fb = &gsp_fb_ga102_ops,			\
	.boot = &gsp_boot_sec2_ops,			\
	.mmu = &gsp_mmu_fmt_v2,				\
}

const struct gsp_chip gsp_chips_ga10x[] = {
	GA10X(0x172, "GA102", "ga102"),
	GA10X(0x173, "GA103", "ga103"),
	GA10X(0x174, "GA104", "ga104"),
	GA10X(0x176, "GA106", "ga106"),
	GA10X(0x177, "GA107", "ga107"),
	{}
};
