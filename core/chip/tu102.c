// SPDX-License-Identifier: GPL-2.0-only
/*
 * Turing, the first with a GSP.  TU11x has firmware signed for it alone; the
 * files of the other dies are links to those of TU102 and TU116.  Release
 * 570.144 leaves vGPUs of Turing to the host's own resource manager.
 */
#include <linux/sizes.h>

#include "chip/chip.h"

#define TURING(_id, _name, _dir, _signature) {		\
	.id = (_id),					\
	.name = (_name),				\
	.fw_dir = (_dir),				\
	.fw_signature = (_signature),			\
	.libos = 2,					\
	.dma_bits = 47,					\
	.fb_bar = 1,					\
	.inst_bar = 3,					\
	.frts_size = SZ_1M,				\
	.nonwpr_heap_size = SZ_1M,			\
	.prescrubbed = SZ_256M,				\
	.base_rm_heap = SZ_8M,				\
	.nr_chids = 2048,				\
	.channel_class = 0xc46f,			\
	.copy_class = 0xc5b5,				\
	.nr_intr_leaves = 8,				\
	.msi_rearm = true,				\
	.pcie_cfg_mirror = 0x088000,			\
	.pramin_window = 0x001700,			\
	.falcon = &gsp_falcon_tu102_ops,		\
	.fb = &gsp_fb_tu102_ops,			\
	.boot = &gsp_boot_tu102_ops,			\
	.mmu = &gsp_mmu_fmt_v2,				\
}

#define TU10X(_id, _name, _dir)	TURING(_id, _name, _dir, ".fwsignature_tu10x")
#define TU11X(_id, _name, _dir)	TURING(_id, _name, _dir, ".fwsignature_tu11x")

const struct gsp_chip gsp_chips_tu10x[] = {
	TU10X(0x162, "TU102", "tu102"),
	TU10X(0x164, "TU104", "tu104"),
	TU10X(0x166, "TU106", "tu106"),
	TU11X(0x167, "TU117", "tu117"),
	TU11X(0x168, "TU116", "tu116"),
	{}
};
