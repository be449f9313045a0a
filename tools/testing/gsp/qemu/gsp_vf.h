/*
 * NVIDIA GSP GPU model: a VF
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HW_MISC_GSP_VF_H
#define HW_MISC_GSP_VF_H

#include "gsp_hw.h"

#define TYPE_GSP_VF "gsp-vf"
OBJECT_DECLARE_SIMPLE_TYPE(GspVf, GSP_VF)

#define GSP_VF_BLOCKS       2       /* registers: those of the PF, user page */

/* The page that only tests have (property vf-test) */
#define GSP_VF_TEST         0x2f000

typedef struct GspVfTest {
    uint64_t dma, fb;
    uint32_t len, status;
} GspVfTest;

struct GspVf {
    PCIDevice parent_obj;

    MemoryRegion bar0, bar1, bar2;
    GspBlock block[GSP_VF_BLOCKS];
    GspTree tree;
    GspVfTest test;
};

GspGpu *gsp_vf_pf(GspVf *v);
unsigned gsp_vf_gfid(GspVf *v);

/* Does a fault of this kind strike the VF? */
bool gsp_vf_fault(GspVf *v, GspFaultKind kind);
/* An interrupt by MSI-X, if that is enabled */
void gsp_vf_notify(GspVf *v, unsigned vector);

/* Up to size bytes of framebuffer as the guest sees it; false: rule broken */
bool gsp_vf_fb_find(GspVf *v, uint64_t addr, uint64_t size, uint64_t *fb_addr);

/* gsp_vf_regs.c */
void gsp_vf_regs_init(GspVf *v);
void gsp_vf_regs_exit(GspVf *v);
void gsp_vf_regs_reset(GspVf *v);
uint32_t gsp_vf_reg_read(GspVf *v, uint32_t addr);
void gsp_vf_reg_write(GspVf *v, uint32_t addr, uint32_t val);

/* gsp_vf_test.c: off is from the start of the page */
uint32_t gsp_vf_test_read(GspVf *v, uint32_t off);
void gsp_vf_test_write(GspVf *v, uint32_t off, uint32_t val);

#endif /* HW_MISC_GSP_VF_H */
