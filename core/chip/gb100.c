// SPDX-License-Identifier: GPL-2.0-only
/*
 * Blackwell of the data centre.  Unlike Hopper its FMC is signed with an
 * elliptic curve, and the end of the framebuffer is kept for the PMU.
 *
 * GB110 and GB112 (B300) are left out: linux-firmware has no files for them.
 * About a switch to vGPU mode as little is known as on Hopper.
 */
#include <linux/sizes.h>

#include "chip/chip.h"

#define GB10X(_id, _name, _dir) {			\
	.id = (_id),					\
	.name = (_name),				\
	.fw_dir = (_dir),				\
	.fw_signature = ".fwsignature_gb10x",		\
	.fw_whole_pages = true,				\
	.vgpu = true,					\
	.libos = 3,					\
	.dma_bits = 52,					\
	.fb_bar = 2,					\
	.inst_bar = 4,					\
	.frts_size = SZ_1M,				\
	.nonwpr_heap_size = SZ_2M,			\
	.base_rm_heap = 14 * SZ_1M,			\
	.nr_chids = 2048,				\
	.channel_class = 0xc96f,			\
	.copy_class = 0xc9b5,				\
	.nr_intr_leaves = 16,				\
	.pcie_cfg_mirror = 0x092000,			\
	.pramin_window = 0x10fd40,			\
	.fsp = {					\
		.boot_status = 0x0200bc,		\
		.cot_version = 2,			\
		.publickey_size = 97,			\
		.signature_size = 96,			\
		.frts_from_end = 28 * SZ_1M,		\
		.pmu_reserved = 0x1820000,		\
	},						\
	.falcon = &gsp_falcon_ga102_ops,		\
	.fb = &gsp_fb_gb100_ops,			\
	.boot = &gsp_boot_fsp_ops,			\
	.mmu = &gsp_mmu_fmt_v3,				\
}

const struct gsp_chip gsp_chips_gb10x[] = {
	GB10X(0x1a0, "GB100", "gb100"),
	GB10X(0x1a2, "GB102", "gb102"),
	{}
};
