// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ada.  One generation of everything that boot touches: the dies differ in
 * name and size alone, and linux-firmware links the folders of the smaller
 * ones to AD102's files.
 */
#include <linux/sizes.h>

#include "chip/chip.h"

#define AD10X(_id, _name, _dir) {			\
	.id = (_id),					\
	.name = (_name),				\
	.fw_dir = (_dir),				\
	.fw_signature = ".fwsignature_ad10x",		\
	.fw_whole_pages = true,				\
	.vgpu = true,					\
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

const struct gsp_chip gsp_chips_ad10x[] = {
	AD10X(0x192, "AD102", "ad102"),
	AD10X(0x193, "AD103", "ad103"),
	AD10X(0x194, "AD104", "ad104"),
	AD10X(0x196, "AD106", "ad106"),
	AD10X(0x197, "AD107", "ad107"),
	{}
};
