// SPDX-License-Identifier: GPL-2.0-only
#include "mmu/fmt.h"

#include <kunit/visibility.h>
#include <linux/export.h>

#include "chip/chip.h"

/*
 * Version 2, Pascal to Ada.
 *
 * Sources: NV_MMU_VER2_* in src/common/inc/swref/published/turing/tu102/dev_mmu.h
 * of NVIDIA/open-gpu-kernel-modules, tag 570.144; nouveau's vmmgp100.c.
 */
#define V2_PTE_VALID		BIT_ULL(0)
#define V2_APERTURE(a)		((u64)(a) << 1)
#define V2_VOL			BIT_ULL(3)
#define V2_PTE_READ_ONLY	BIT_ULL(6)
/* Page frame numbers stand in bits 8 and up. */
#define V2_ADDR(addr)		((addr) >> 12 << 8)

/* Numbers of the apertures; in a directory zero means that there is no table. */
#define PDE_FB			1
#define PTE_FB			0
#define SYS_COHERENT		2

static u64 v2_pde(enum gsp_aperture aperture, u64 addr)
{
	if (aperture == GSP_APERTURE_SYS)
		return V2_ADDR(addr) | V2_APERTURE(SYS_COHERENT) | V2_VOL;
	return V2_ADDR(addr) | V2_APERTURE(PDE_FB);
}

static u64 v2_pte(enum gsp_aperture aperture, u64 addr, unsigned int flags)
{
	u64 pte = V2_ADDR(addr) | V2_PTE_VALID;

	pte |= flags & GSP_MMU_RO ? V2_PTE_READ_ONLY : 0;
	if (aperture == GSP_APERTURE_SYS)
		return pte | V2_APERTURE(SYS_COHERENT) | V2_VOL;
	return pte | V2_APERTURE(PTE_FB);
}

const struct gsp_mmu_fmt gsp_mmu_fmt_v2 = {
	.name = "v2",
	.nr_levels = 5,
	.levels = {
		{ 47, 4, 1 }, { 38, 512, 1 }, { 29, 512, 1 }, { 21, 256, 2 }, { 12, 512, 1 },
	},
	.pde = v2_pde,
	.pte = v2_pte,
};
EXPORT_SYMBOL_IF_KUNIT(gsp_mmu_fmt_v2);

/*
 * Version 3, Hopper and later. One field, PCF, says who may do what, whether
 * it is cached, and whether address translation services may be asked.
 *
 * Sources: NV_MMU_VER3_* in src/common/inc/swref/published/hopper/gh100/dev_mmu.h
 * of NVIDIA/open-gpu-kernel-modules, tag 570.144; nouveau's vmmgh100.c.
 */
#define V3_PTE_VALID		BIT_ULL(0)
#define V3_APERTURE(a)		((u64)(a) << 1)
#define V3_PCF(p)		((u64)(p) << 3)
#define V3_ADDR(addr)		(addr)

#define PDE_CACHED_NO_ATS	2
#define PDE_UNCACHED_ATS	1
/* Regular, atomics, no ATS ("ACD"). */
#define PTE_RW_CACHED		0x10
#define PTE_RW_UNCACHED		0x11
#define PTE_RO_CACHED		0x14
#define PTE_RO_UNCACHED		0x15

static u64 v3_pde(enum gsp_aperture aperture, u64 addr)
{
	if (aperture == GSP_APERTURE_SYS)
		return V3_ADDR(addr) | V3_APERTURE(SYS_COHERENT) | V3_PCF(PDE_UNCACHED_ATS);
	return V3_ADDR(addr) | V3_APERTURE(PDE_FB) | V3_PCF(PDE_CACHED_NO_ATS);
}

static u64 v3_pte(enum gsp_aperture aperture, u64 addr, unsigned int flags)
{
	bool ro = flags & GSP_MMU_RO;

	if (aperture == GSP_APERTURE_SYS)
		return V3_ADDR(addr) | V3_PTE_VALID | V3_APERTURE(SYS_COHERENT) |
		       V3_PCF(ro ? PTE_RO_UNCACHED : PTE_RW_UNCACHED);
	return V3_ADDR(addr) | V3_PTE_VALID | V3_APERTURE(PTE_FB) |
	       V3_PCF(ro ? PTE_RO_CACHED : PTE_RW_CACHED);
}

const struct gsp_mmu_fmt gsp_mmu_fmt_v3 = {
	.name = "v3",
	.nr_levels = 6,
	.levels = {
		{ 56, 2, 1 }, { 47, 512, 1 }, { 38, 512, 1 }, { 29, 512, 1 },
		{ 21, 256, 2 }, { 12, 512, 1 },
	},
	.pde = v3_pde,
	.pte = v3_pte,
};
EXPORT_SYMBOL_IF_KUNIT(gsp_mmu_fmt_v3);
