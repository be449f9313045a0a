/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which silicon is this?
 *
 * One constant record per die, found by the chip id that the boot registers
 * hold.  What differs between dies is either a fact (a field of struct
 * gsp_chip) or a different sequence (one of the small ops sets it points to,
 * none of whose members is ever NULL).  Nothing outside this folder compares
 * chip ids or architectures.
 *
 * The ops sets stand in the rooms whose work they vary; they are declared here
 * by name only, so that the table needs no header of a higher room.
 */
#ifndef _GSP_CHIP_H
#define _GSP_CHIP_H

#include <linux/types.h>

struct gsp_boot_ops;
struct gsp_falcon_ops;
struct gsp_fb_ops;
struct gsp_mmio;
struct gsp_mmu_fmt;

/**
 * struct gsp_chip_fsp - constant facts about the security processor of one die
 * @boot_status: BAR0 offset of the register that tells whether it has booted
 * @cot_version: version of the chain-of-trust message that it takes
 * @publickey_size: bytes of the key that the FMC is signed with
 * @signature_size: bytes of the signature of the FMC
 * @frts_from_end: bytes from the end of the firmware runtime scratch to the end
 *	of the framebuffer
 * @pmu_reserved: bytes of them that are kept for the PMU
 * @vgpu_knob: vGPU mode is a setting of the board, which the FSP tells
 */
struct gsp_chip_fsp {
	u32 boot_status;
	u16 cot_version;
	u16 publickey_size;
	u16 signature_size;
	u32 frts_from_end;
	u32 pmu_reserved;
	bool vgpu_knob;
};

/**
 * struct gsp_chip - constant facts about one die
 * @id: architecture << 4 | implementation, as BOOT_42 reports it
 * @name: name for people, "AD102"
 * @fw_dir: folder of its firmware below nvidia/, "ad102"
 * @fw_signature: ELF section with the signature of its family
 * @fw_whole_pages: the image of its family is a whole number of pages
 * @vgpu: its GSP-RM can run vGPUs
 * @fb_locked: the VBIOS may have locked the end of its framebuffer
 * @libos: version of the kernel below its GSP-RM, which sizes the heap
 * @dma_bits: width of the addresses that its DMA engines produce
 * @fb_bar: PCI resource index of the framebuffer aperture (logical BAR1)
 * @inst_bar: PCI resource index of the instance aperture (logical BAR2)
 * @frts_size: bytes of the firmware runtime scratch, 0 where there is none
 * @nonwpr_heap_size: bytes that GSP-RM wants below the protected region
 * @prescrubbed: bytes at the end of the framebuffer that firmware may use
 *	without the scrubber having run, U64_MAX for all of it
 * @base_rm_heap: bytes of heap that GSP-RM of its family takes for itself
 * @nr_chids: channel ids of each runlist
 * @channel_class: number of the RM class of its channels
 * @copy_class: that of its copy engines
 * @doorbell: bits of a channel's doorbell beside its id and its runlist
 * @nr_intr_leaves: leaves of the interrupt tree
 * @msi_rearm: each MSI must be let out by a write to @pcie_cfg_mirror
 * @pcie_cfg_mirror: BAR0 offset of the mirror of PCI configuration space
 * @pramin_window: BAR0 offset of the register that moves the window to the
 *	framebuffer
 * @fsp: its security processor; zero where GSP-RM is started without one
 * @falcon: how its falcons are reset, loaded and watched
 * @fb: how its framebuffer is measured
 * @boot: how GSP-RM is started and stopped
 * @mmu: format of its page tables
 */
struct gsp_chip {
	u16 id;
	const char *name;
	const char *fw_dir;
	const char *fw_signature;
	bool fw_whole_pages;
	bool vgpu;
	bool fb_locked;
	u8 libos;
	u8 dma_bits;
	u8 fb_bar;
	u8 inst_bar;
	u32 frts_size;
	u32 nonwpr_heap_size;
	u64 prescrubbed;
	u32 base_rm_heap;
	u32 nr_chids;
	u16 channel_class;
	u16 copy_class;
	u32 doorbell;
	u8 nr_intr_leaves;
	bool msi_rearm;
	u32 pcie_cfg_mirror;
	u32 pramin_window;
	struct gsp_chip_fsp fsp;
	const struct gsp_falcon_ops *falcon;
	const struct gsp_fb_ops *fb;
	const struct gsp_boot_ops *boot;
	const struct gsp_mmu_fmt *mmu;
};

/* The ops sets, each defined in the room that is named after it. */
extern const struct gsp_falcon_ops gsp_falcon_tu102_ops;
extern const struct gsp_falcon_ops gsp_falcon_ga100_ops;
extern const struct gsp_falcon_ops gsp_falcon_ga102_ops;
extern const struct gsp_fb_ops gsp_fb_tu102_ops;
extern const struct gsp_fb_ops gsp_fb_ga100_ops;
extern const struct gsp_fb_ops gsp_fb_ga102_ops;
extern const struct gsp_fb_ops gsp_fb_gh100_ops;
extern const struct gsp_fb_ops gsp_fb_gb100_ops;
extern const struct gsp_fb_ops gsp_fb_gb202_ops;
extern const struct gsp_boot_ops gsp_boot_tu102_ops;
extern const struct gsp_boot_ops gsp_boot_ga100_ops;
extern const struct gsp_boot_ops gsp_boot_sec2_ops;
extern const struct gsp_boot_ops gsp_boot_fsp_ops;
extern const struct gsp_mmu_fmt gsp_mmu_fmt_v2;
extern const struct gsp_mmu_fmt gsp_mmu_fmt_v3;

/* The families, each in the file of its first die; an empty record ends a list. */
extern const struct gsp_chip gsp_chips_tu10x[];
extern const struct gsp_chip gsp_chips_ga100[];
extern const struct gsp_chip gsp_chips_ga10x[];
extern const struct gsp_chip gsp_chips_ad10x[];
extern const struct gsp_chip gsp_chips_gh100[];
extern const struct gsp_chip gsp_chips_gb10x[];
extern const struct gsp_chip gsp_chips_gb20x[];

const struct gsp_chip *gsp_chip_find(u32 boot0, u32 boot42);
const struct gsp_chip *gsp_chip_at(unsigned int idx);
int gsp_chip_identify(const struct gsp_mmio *m, const struct gsp_chip **chip);

#endif
