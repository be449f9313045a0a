// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hopper: the first whose GSP is started by a security processor (FSP), with
 * 64 bits of BAR0, page tables of version 3 and an interrupt tree of twice the
 * size.
 *
 * Whether a board of it must be switched to vGPU mode by the vendor's tools, as
 * those of GB20x, is not known: no public driver asks.
 */
#include <linux/sizes.h>

#include "chip/chip.h"

const struct gsp_chip gsp_chips_gh100[] = {
	{
		.id = 0x180,
		.name = "GH100",
		.fw_dir = "gh100",
		.fw_signature = ".fwsignature_gh100",
		.fw_whole_pages = true,
		.vgpu = true,
		.libos = 3,
		.dma_bits = 52,
		.fb_bar = 2,
		.inst_bar = 4,
		.frts_size = SZ_1M,
		.nonwpr_heap_size = SZ_2M,
		.base_rm_heap = 14 * SZ_1M,
		.nr_chids = 2048,
		.channel_class = 0xc86f,
		.copy_class = 0xc8b5,
		.nr_intr_leaves = 16,
		.pcie_cfg_mirror = 0x092000,
		.pramin_window = 0x10fd40,
		.fsp = {
			.boot_status = 0x0200bc,
			.cot_version = 1,
			.publickey_size = 384,
			.signature_size = 384,
			.frts_from_end = SZ_2M,
		},
		.falcon = &gsp_falcon_ga102_ops,
		.fb = &gsp_fb_gh100_ops,
		.boot = &gsp_boot_fsp_ops,
		.mmu = &gsp_mmu_fmt_v3,
	},
	{}
};
