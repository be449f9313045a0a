// SPDX-License-Identifier: GPL-2.0-only
/*
 * GA100, the Ampere of the data centre.  Boots like Turing, but without FRTS:
 * its booter sets the protected region up.  All of its framebuffer is clear
 * after a reset.  Its size is reported in whole GiB, rounded up; the VBIOS locks
 * what is not there.  Release 570.144 does not run its vGPUs on the GSP.
 */
#include <linux/limits.h>
#include <linux/sizes.h>

#include "chip/chip.h"

const struct gsp_chip gsp_chips_ga100[] = {
	{
		.id = 0x170,
		.name = "GA100",
		.fw_dir = "ga100",
		.fw_signature = ".fwsignature_ga100",
		.fb_locked = true,
		.libos = 2,
		.dma_bits = 47,
		.fb_bar = 1,
		.inst_bar = 3,
		.nonwpr_heap_size = SZ_1M,
		.prescrubbed = U64_MAX,
		.base_rm_heap = SZ_8M,
		.nr_chids = 2048,
		.channel_class = 0xc56f,
		.copy_class = 0xc6b5,
		.nr_intr_leaves = 8,
		.msi_rearm = true,
		.pcie_cfg_mirror = 0x088000,
		.pramin_window = 0x001700,
		.falcon = &gsp_falcon_ga100_ops,
		.fb = &gsp_fb_ga100_ops,
		.boot = &gsp_boot_ga100_ops,
		.mmu = &gsp_mmu_fmt_v2,
	},
	{}
};
