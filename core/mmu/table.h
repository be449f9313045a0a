/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A tree of page tables in framebuffer.
 *
 * The tables are only ever written; what stands in them is known from a copy
 * of the tree in host memory. A table, once made, stays until the tree goes:
 * the next mapping there costs no allocation and cannot fail for lack of
 * memory, and no walk of the GPU's meets a table that was given to somebody
 * else.
 *
 * Nothing here invalidates what the GPU has cached, and nothing locks: both is
 * the address space's.
 */
#ifndef _GSP_MMU_TABLE_H
#define _GSP_MMU_TABLE_H

#include <linux/types.h>

#include "abi/chan.h"

struct gsp_mmu;
struct gsp_pt;

/**
 * struct gsp_pt_tree - one tree
 * @mmu: GMMU
 * @root: root directory
 * @own_root: it is the driver's memory, otherwise GSP-RM's
 */
struct gsp_pt_tree {
	struct gsp_mmu *mmu;
	struct gsp_pt *root;
	bool own_root;
};

/**
 * struct gsp_pt_mapping - what is to be mapped, or unmapped
 * @va: virtual address
 * @size: bytes
 * @addr: physical address; to map only
 * @aperture: of which memory; to map only
 * @flags: GSP_MMU_*; to map only
 *
 * All in multiples of 4 KiB.
 */
struct gsp_pt_mapping {
	u64 va;
	u64 size;
	u64 addr;
	enum gsp_aperture aperture;
	unsigned int flags;
};

int gsp_pt_create(struct gsp_pt_tree *tree, struct gsp_mmu *mmu);
int gsp_pt_create_on_root(struct gsp_pt_tree *tree, struct gsp_mmu *mmu, u64 root);
void gsp_pt_unlink(struct gsp_pt_tree *tree);
void gsp_pt_destroy(struct gsp_pt_tree *tree, bool keep_root);
u64 gsp_pt_root(const struct gsp_pt_tree *tree);
int gsp_pt_map(struct gsp_pt_tree *tree, struct gsp_pt_mapping m);
int gsp_pt_unmap(struct gsp_pt_tree *tree, struct gsp_pt_mapping m);

#endif
