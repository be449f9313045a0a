/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the host does to virtual functions by register.
 *
 * Source: NVIDIA/open-gpu-kernel-modules 570.144, dev_vm.h of ampere/ga102
 * (doorbell, seen through the PF's window at 0xb80000) and turing/tu102 (page of
 * the fault buffers) in src/common/inc/swref/published/, and
 * src/nvidia/interface/nv_sriov_defines.h (vectors).
 */
#ifndef _GSP_REGS_VGPU_H
#define _GSP_REGS_VGPU_H

#include <linux/bits.h>
#include <linux/sizes.h>

/* One leaf of interrupt vectors per GFID, the plugin's is among them. */
#define GSP_PRIV_DOORBELL		0xb82200
#define GSP_PRIV_DOORBELL_PER_GFID	32
#define GSP_PRIV_DOORBELL_PLUGIN	17

/* In BAR0 of a VF: MMU fault buffers and TLB invalidation. */
#define GSP_VF_TLB_PAGE			0x3000
#define GSP_VF_TLB_PAGE_SIZE		SZ_4K
#define GSP_VF_INVALIDATE		0x30b0
#define   GSP_VF_INVALIDATE_TRIGGER	BIT(31)

#endif
