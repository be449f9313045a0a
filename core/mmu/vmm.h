/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Address spaces: page tables, and who uses which virtual addresses.
 */
#ifndef _GSP_MMU_VMM_H
#define _GSP_MMU_VMM_H

#include <linux/types.h>

struct gsp_mmu;
struct gsp_vmm;

int gsp_vmm_create(struct gsp_mmu *mmu, u64 va_base, u64 va_size, struct gsp_vmm **out);
int gsp_vmm_create_on_root(struct gsp_mmu *mmu, u64 root, u64 va_base, u64 va_size,
			   struct gsp_vmm **out);
void gsp_vmm_destroy(struct gsp_vmm *vmm, bool keep_root);
u64 gsp_vmm_root(const struct gsp_vmm *vmm);

int gsp_vmm_alloc_va(struct gsp_vmm *vmm, u64 size, u64 align, u64 *va);
void gsp_vmm_free_va(struct gsp_vmm *vmm, u64 va);

int gsp_vmm_map_fb(struct gsp_vmm *vmm, u64 va, u64 addr, u64 size, unsigned int flags);
int gsp_vmm_map_sys(struct gsp_vmm *vmm, u64 va, dma_addr_t addr, u64 size, unsigned int flags);
int gsp_vmm_unmap(struct gsp_vmm *vmm, u64 va, u64 size);

#endif
