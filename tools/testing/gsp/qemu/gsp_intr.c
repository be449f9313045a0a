/*
 * NVIDIA GSP GPU model: the interrupt tree
 *
 * Units raise vectors; a vector is a pulse that sets a bit in a leaf. A leaf
 * that is pending and enabled shows in TOP, and TOP with its enable makes a
 * message. MSI sends one and then waits for the rearm register (config mirror
 * + 0x704) or for TOP being enabled again; MSI-X needs no rearm. Boot contract
 * §2.13.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/pci/msi.h"
#include "hw/pci/msix.h"
#include "gsp_hw.h"
#include "trace.h"

static uint32_t gsp_intr_top(GspGpu *s)
{
    uint32_t top = 0;

    for (int i = 0; i < GSP_LEAVES; i++) {
        if (s->leaf[i] & s->leaf_en[i]) {
            top |= 1u << i / 2;
        }
    }
    return top;
}

/* Something became visible at the top: tell the CPU, in the way it chose */
void gsp_intr_update(GspGpu *s)
{
    PCIDevice *dev = PCI_DEVICE(s);
    bool pending = !s->gone && (gsp_intr_top(s) & s->top_en);

    if (msix_enabled(dev)) {
        if (pending) {
            trace_gsp_intr_deliver("msi-x");
            msix_notify(dev, 0);
        }
    } else if (msi_enabled(dev)) {
        if (pending && s->msi_armed) {
            trace_gsp_intr_deliver("msi");
            s->msi_armed = false;
            msi_notify(dev, 0);
        }
    } else {
        pci_set_irq(dev, pending);
    }
}

void gsp_intr_rearm_msi(GspGpu *s)
{
    s->msi_armed = true;
    gsp_intr_update(s);
}

void gsp_intr_raise(GspGpu *s, unsigned vector)
{
    unsigned i = vector / 32;
    uint32_t bit = 1u << vector % 32;

    if (i >= GSP_LEAVES) {
        return;
    }
    s->leaf[i] |= bit;
    trace_gsp_intr_raise(vector, s->leaf_en[i] & bit);
    if (s->leaf_en[i] & bit) {
        gsp_intr_update(s);
    }
}

static uint32_t leaf_read(GspGpu *s, GspBlock *b, uint32_t off)
{
    return s->leaf[(off - 0x1000) / 4];
}

/* INTx is a level and has to follow; messages are edges and need no update */
static void gsp_intr_lowered(GspGpu *s)
{
    if (!msix_enabled(PCI_DEVICE(s)) && !msi_enabled(PCI_DEVICE(s))) {
        gsp_intr_update(s);
    }
}

static void leaf_write(GspGpu *s, GspBlock *b, uint32_t off, uint32_t val)
{
    s->leaf[(off - 0x1000) / 4] &= ~val;
    gsp_intr_lowered(s);
}

static uint32_t leaf_en_read(GspGpu *s, GspBlock *b, uint32_t off)
{
    return s->leaf_en[(off & 0x1ff) / 4];
}

static void leaf_en_set(GspGpu *s, GspBlock *b, uint32_t off, uint32_t val)
{
    unsigned i = (off & 0x1ff) / 4;
    uint32_t fresh = val & ~s->leaf_en[i];

    s->leaf_en[i] |= val;
    if (s->leaf[i] & fresh) {
        gsp_intr_update(s);
    }
}

static void leaf_en_clear(GspGpu *s, GspBlock *b, uint32_t off, uint32_t val)
{
    s->leaf_en[(off & 0x1ff) / 4] &= ~val;
    gsp_intr_lowered(s);
}

static uint32_t top_read(GspGpu *s, GspBlock *b, uint32_t off)
{
    return gsp_intr_top(s);
}

static uint32_t top_en_read(GspGpu *s, GspBlock *b, uint32_t off)
{
    return s->top_en;
}

static void top_en_set(GspGpu *s, GspBlock *b, uint32_t off, uint32_t val)
{
    uint32_t fresh = val & ~s->top_en;

    s->top_en |= val;
    if (gsp_intr_top(s) & fresh) {
        gsp_intr_update(s);
    }
}

static void top_en_clear(GspGpu *s, GspBlock *b, uint32_t off, uint32_t val)
{
    s->top_en &= ~val;
    gsp_intr_lowered(s);
}

static void leaf_trigger(GspGpu *s, GspBlock *b, uint32_t off, uint32_t val)
{
    gsp_intr_raise(s, val & 0xfff);
}

/* An invalidation is done at once: the trigger bit reads 0 */
static void mmu_invalidate(GspGpu *s, GspBlock *b, uint32_t off, uint32_t val)
{
    gsp_reg_set(b, off, val & ~(1u << 31));
}

static void priv_doorbell(GspGpu *s, GspBlock *b, uint32_t off, uint32_t val)
{
    gsp_plugin_doorbell(s, val & 0xfff);
}

#define RW 0xffffffff
static const GspReg vfn_regs[] = {
    { 0x0f40, "BAR1_BLOCK", 0, RW },
    { 0x0f48, "BAR2_BLOCK", 0, RW },
    { 0x0f50, "BIND_STATUS" },
    { 0x1000, "LEAF", 0, RW, leaf_read, leaf_write, GSP_LEAVES },
    { 0x1200, "LEAF_EN_SET", 0, RW, leaf_en_read, leaf_en_set, GSP_LEAVES },
    { 0x1400, "LEAF_EN_CLEAR", 0, RW, leaf_en_read, leaf_en_clear,
      GSP_LEAVES },
    { 0x1600, "TOP", 0, 0, top_read },
    { 0x1608, "TOP_EN_SET", 0, RW, top_en_read, top_en_set },
    { 0x1610, "TOP_EN_CLEAR", 0, RW, top_en_read, top_en_clear },
    { 0x1640, "LEAF_TRIGGER", 0, RW, .wr = leaf_trigger },
    { 0x2100, "MAILBOX_SCRATCH", 0, RW, .count = 16 },
    { 0x2200, "PRIV_DOORBELL", 0, RW, .wr = priv_doorbell },
    { 0x30a0, "INVALIDATE_PDB_LO", 0, RW },
    { 0x30a4, "INVALIDATE_PDB_HI", 0, RW },
    { 0x30b0, "INVALIDATE", 0, RW, .wr = mmu_invalidate },
};

void gsp_intr_init(GspGpu *s)
{
    gsp_block_add(s, "vfn", 0xb80000, 0x10000, vfn_regs, ARRAY_SIZE(vfn_regs),
                  NULL);
}

void gsp_intr_reset(GspGpu *s)
{
    memset(s->leaf, 0, sizeof(s->leaf));
    memset(s->leaf_en, 0, sizeof(s->leaf_en));
    s->top_en = 0;
    s->msi_armed = true;
    pci_set_irq(PCI_DEVICE(s), 0);
}
