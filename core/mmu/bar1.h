/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * BAR1: framebuffer for the CPU.
 *
 * The aperture leads through an address space whose root directory GSP-RM
 * made and told in its static information; the driver hangs its own tables
 * below that live page. Virtual address and offset in the BAR are the same.
 */
#ifndef _GSP_MMU_BAR1_H
#define _GSP_MMU_BAR1_H

#include <linux/types.h>

struct gsp_fb_range;
struct gsp_mmu;
struct gsp_vmm;
struct pci_dev;

/**
 * struct gsp_bar1 - the aperture of one GPU
 * @vmm: its address space; NULL when there is none
 * @phys: where the CPU sees it
 * @size: bytes
 *
 * Constant between init and fini; @vmm has a lock of its own.
 */
struct gsp_bar1 {
	struct gsp_vmm *vmm;
	phys_addr_t phys;
	u64 size;
};

/**
 * struct gsp_bar1_map - one mapping
 * @va: offset in the BAR
 * @size: bytes
 * @cpu: where the driver sees it, uncached
 */
struct gsp_bar1_map {
	u64 va;
	u64 size;
	void __iomem *cpu;
};

int gsp_bar1_init(struct gsp_bar1 *bar1, struct gsp_mmu *mmu, struct pci_dev *pdev, int fb_bar,
		  u64 root_pde_base);
void gsp_bar1_fini(struct gsp_bar1 *bar1);
int gsp_bar1_map(struct gsp_bar1 *bar1, const struct gsp_fb_range *r, unsigned int nr,
		 struct gsp_bar1_map *out);
void gsp_bar1_unmap(struct gsp_bar1 *bar1, struct gsp_bar1_map *map);

#endif
