// SPDX-License-Identifier: GPL-2.0-only
/*
 * Blackwell of workstations.  BAR0 has 32 bits again, registers of the FSP and
 * of the framebuffer have moved, a doorbell says that it is a channel's, and
 * vGPU mode is a setting of the board.
 */
#include <linux/bits.h>
#include <linux/sizes.h>

#include "chip/chip.h"

#define GB20X(_id, _name, _dir) {			\
	.id = (_id),					\
	.name = (_name),				\
	.fw_dir = (_dir),				\
	.fw_signature = ".fwsignature_gb20x",		\
	.fw_whole_pages = true,				\
	.vgpu = true,					\
	.libos = 3,					\
	.dma_bits = 52,					\
	.fb_bar = 1,					\
	.inst_bar = 3,					\
	.frts_size = SZ_1M,				\
	.nonwpr_heap_size = SZ_2M + SZ_128K,		\
	.base_rm_heap = 14 * SZ_1M,			\
	.nr_chids = 2048,				\
	.channel_class = 0xca6f,			\
	.copy_class = 0xcab5,				\
	.doorbell = BIT(30),				\
	.nr_intr_leaves = 16,				\
	.pcie_cfg_mirror = 0x092000,			\
	.pramin_window = 0x10fd40,			\
	.fsp = {					\
		.boot_status = 0xad00bc,		\
		.cot_version = 2,			\
		.publickey_size = 97,			\
		.signature_size = 96,			\
		.frts_from_end = 28 * SZ_1M,		\
		.pmu_reserved = 0x1820000,		\
		.vgpu_knob = true,			\
	},						\
	.falcon = &gsp_falcon_ga102_ops,		\
	.fb = &gsp_fb_gb202_ops,			\
	.boot = &gsp_boot_fsp_ops,			\
	.mmu = &gsp_mmu_fmt_v3,				\
}

const struct gsp_chip gsp_chips_gb20x[] = {
	GB20X(0x1b2, "GB202", "gb202"),
	GB20X(0x1b3, "GB203", "gb203"),
	GB20X(0x1b5, "GB205", "gb205"),
	GB20X(0x1b6, "GB206", "gb206"),
	GB20X(0x1b7, "GB207", "gb207"),
	{}
};
