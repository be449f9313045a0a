/*
 * NVIDIA GSP GPU model: the test page of a VF
 *
 * No hardware has it, and it is off unless the PF's property vf-test is on. It
 * does for tests what a guest's engines would do: DMA and interrupts. Memory is
 * reached with the VF's requester id, framebuffer through the VMMU.
 *
 *   0x00  "VFT0"                       read only
 *   0x04  GFID                         read only
 *   0x08  bus address, 64 bits
 *   0x10  address in the guest's framebuffer, 64 bits
 *   0x18  length in bytes
 *   0x1c  command: 1 memory to framebuffer, 2 framebuffer to memory
 *   0x20  status of the last command: 0 done, 1 no such framebuffer,
 *         2 DMA refused, 3 no such command       read only
 *   0x24  write: send that MSI-X vector
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "gsp_vf.h"
#include "trace.h"

#define T_ID            0x00
#define T_GFID          0x04
#define T_DMA           0x08
#define T_FB            0x10
#define T_LENGTH        0x18
#define T_COMMAND       0x1c
#define T_STATUS        0x20
#define T_MSIX          0x24

#define ID              0x30544656
#define TO_FB           1
#define FROM_FB         2
#define STATUS_OK       0
#define STATUS_FB       1
#define STATUS_DMA      2
#define STATUS_COMMAND  3

/* Pieces that neither cross a page of memory nor a segment */
static uint32_t copy(GspVf *v, bool to_fb)
{
    GspGpu *s = gsp_vf_pf(v);
    PCIDevice *dev = PCI_DEVICE(v);
    uint64_t dma = v->test.dma, fb = v->test.fb, fb_addr;
    uint8_t buf[GSP_PAGE_SIZE];

    for (uint32_t left = v->test.len, n; left; left -= n) {
        n = MIN(left, GSP_PAGE_SIZE - fb % GSP_PAGE_SIZE);
        if (!gsp_vf_fb_find(v, fb, n, &fb_addr)) {
            return STATUS_FB;
        }
        if (to_fb) {
            if (pci_dma_read(dev, dma, buf, n) != MEMTX_OK) {
                return STATUS_DMA;
            }
            gsp_fb_write(s, fb_addr, buf, n);
        } else {
            gsp_fb_read(s, fb_addr, buf, n);
            if (pci_dma_write(dev, dma, buf, n) != MEMTX_OK) {
                return STATUS_DMA;
            }
        }
        dma += n;
        fb += n;
    }
    return STATUS_OK;
}

static void command(GspVf *v, uint32_t val)
{
    if (val != TO_FB && val != FROM_FB) {
        v->test.status = STATUS_COMMAND;
    } else if (gsp_vf_fault(v, GSP_FAULT_VF_DMA_LOST)) {
        v->test.status = STATUS_OK;
    } else {
        v->test.status = copy(v, val == TO_FB);
    }
    trace_gsp_vf_test(gsp_vf_gfid(v), val, v->test.dma, v->test.fb,
                      v->test.len, v->test.status);
}

uint32_t gsp_vf_test_read(GspVf *v, uint32_t off)
{
    switch (off) {
    case T_ID:
        return ID;
    case T_GFID:
        return gsp_vf_gfid(v);
    case T_DMA:
        return v->test.dma;
    case T_DMA + 4:
        return v->test.dma >> 32;
    case T_FB:
        return v->test.fb;
    case T_FB + 4:
        return v->test.fb >> 32;
    case T_LENGTH:
        return v->test.len;
    case T_STATUS:
        return v->test.status;
    default:
        return 0;
    }
}

void gsp_vf_test_write(GspVf *v, uint32_t off, uint32_t val)
{
    switch (off) {
    case T_DMA:
        v->test.dma = deposit64(v->test.dma, 0, 32, val);
        break;
    case T_DMA + 4:
        v->test.dma = deposit64(v->test.dma, 32, 32, val);
        break;
    case T_FB:
        v->test.fb = deposit64(v->test.fb, 0, 32, val);
        break;
    case T_FB + 4:
        v->test.fb = deposit64(v->test.fb, 32, 32, val);
        break;
    case T_LENGTH:
        v->test.len = val;
        break;
    case T_COMMAND:
        command(v, val);
        break;
    case T_MSIX:
        if (val < gsp_vf_pf(v)->chip->msix_vectors) {
            gsp_vf_notify(v, val);
        }
        break;
    }
}
