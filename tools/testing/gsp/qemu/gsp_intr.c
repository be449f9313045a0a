/*
 * NVIDIA GSP GPU model: the interrupt tree
 *
 * Units raise vectors; a vector is a pulse that sets a bit in a leaf. A leaf
 * that is pending and enabled shows in TOP, and TOP with its enable makes a
 * message. MSI sends one and then waits for the rearm register (config mirror
 * + 0x704) or for TOP being enabled again; MSI-X needs no rearm, nor does MSI
 * of Hopper and later, which have no such register. Boot contract §2.13. A VF
 * has a tree of its own, at the same offsets (gsp_vf_regs.c).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/pci/msi.h"
#include "hw/pci/msix.h"
#include "gsp_hw.h"
#include "trace.h"

/*
 * The tree
 */
static uint32_t tree_top(const GspTree *t)
{
    uint32_t top = 0;

    for (int i = 0; i < t->leaves; i++) {
        if (t->leaf[i] & t->leaf_en[i]) {
            top |= 1u << i / 2;
        }
    }
    return top;
}

bool gsp_tree_pending(const GspTree *t)
{
    return tree_top(t) & t->top_en;
}

void gsp_tree_reset(GspTree *t, const GspChip *c)
{
    *t = (GspTree) {
        .leaves = c->family & GSP_HAS_FSP ? GSP_LEAVES_HOPPER : GSP_LEAVES,
    };
}

bool gsp_tree_raise(GspTree *t, unsigned vector)
{
    unsigned i = vector / 32;
    uint32_t bit = 1u << vector % 32;

    if (i >= t->leaves) {
        return false;
    }
    t->leaf[i] |= bit;
    return t->leaf_en[i] & bit;
}

/* A register of the arrays belongs to leaf i, those of TOP do not care */
uint32_t gsp_tree_read(const GspTree *t, uint32_t off)
{
    unsigned i = off % 0x40 / 4;

    switch (off) {
    case GSP_TREE_TOP:
        return tree_top(t);
    case GSP_TREE_TOP_EN_SET:
    case GSP_TREE_TOP_EN_CLEAR:
        return t->top_en;
    default:
        return off < GSP_TREE_LEAF_EN_SET ? t->leaf[i] : t->leaf_en[i];
    }
}

static bool leaf_write(GspTree *t, uint32_t off, uint32_t val)
{
    unsigned i = off % 0x40 / 4;
    uint32_t fresh = val & ~t->leaf_en[i];

    switch (off & ~0x3f) {
    case GSP_TREE_LEAF:
        t->leaf[i] &= ~val;
        return false;
    case GSP_TREE_LEAF_EN_SET:
        t->leaf_en[i] |= val;
        return t->leaf[i] & fresh;
    default:
        t->leaf_en[i] &= ~val;
        return false;
    }
}

bool gsp_tree_write(GspTree *t, uint32_t off, uint32_t val)
{
    uint32_t fresh = val & ~t->top_en;

    switch (off) {
    case GSP_TREE_TOP_EN_SET:
        t->top_en |= val;
        return tree_top(t) & fresh;
    case GSP_TREE_TOP_EN_CLEAR:
        t->top_en &= ~val;
        return false;
    case GSP_TREE_LEAF_TRIGGER:
        return gsp_tree_raise(t, val & 0xfff);
    default:
        return leaf_write(t, off, val);
    }
}

/*
 * The PF's
 */

/* Something became visible at the top: tell the CPU, in the way it chose */
void gsp_intr_update(GspGpu *s)
{
    PCIDevice *dev = PCI_DEVICE(s);
    bool pending = !s->gone && gsp_tree_pending(&s->tree);

    if (msix_enabled(dev)) {
        if (pending) {
            trace_gsp_intr_deliver("msi-x");
            msix_notify(dev, 0);
        }
    } else if (msi_enabled(dev)) {
        if (pending && s->msi_armed) {
            trace_gsp_intr_deliver("msi");
            s->msi_armed = s->chip->family & GSP_HAS_FSP;
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
    bool tell = gsp_tree_raise(&s->tree, vector);

    trace_gsp_intr_raise(vector, tell);
    if (tell) {
        gsp_intr_update(s);
    }
}

void gsp_intr_drop(GspGpu *s, unsigned vector)
{
    PCIDevice *dev = PCI_DEVICE(s);

    s->tree.leaf[vector / 32] &= ~(1u << vector % 32);
    if (!msix_enabled(dev) && !msi_enabled(dev)) {
        gsp_intr_update(s);
    }
}

static uint32_t tree_read(GspGpu *s, GspBlock *b, uint32_t off)
{
    return gsp_tree_read(&s->tree, off);
}

/* INTx is a level and has to follow; messages are edges */
static void tree_write(GspGpu *s, GspBlock *b, uint32_t off, uint32_t val)
{
    PCIDevice *dev = PCI_DEVICE(s);

    if (gsp_tree_write(&s->tree, off, val) ||
        (!msix_enabled(dev) && !msi_enabled(dev))) {
        gsp_intr_update(s);
    }
    if (off < GSP_TREE_LEAF_EN_SET) {
        gsp_falcon_resample(s);
    }
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
#define VFN_REGS(leaves) \
    { 0x0f50, "BIND_STATUS" }, \
    GSP_TREE_REGS(tree_read, tree_write, leaf_trigger, leaves), \
    { 0x2100, "MAILBOX_SCRATCH", 0, RW, .count = 16 }, \
    { 0x2200, "PRIV_DOORBELL", 0, RW, .wr = priv_doorbell }, \
    { 0x30a0, "INVALIDATE_PDB_LO", 0, RW }, \
    { 0x30a4, "INVALIDATE_PDB_HI", 0, RW }, \
    { 0x30b0, "INVALIDATE", 0, RW, .wr = mmu_invalidate }

static const GspReg vfn_regs[] = {
    { 0x0f40, "BAR1_BLOCK", 0, RW },
    { 0x0f48, "BAR2_BLOCK", 0, RW },
    VFN_REGS(GSP_LEAVES),
};

static const GspReg hopper_vfn_regs[] = {
    { 0x0f60, "FUNC_BAR1_BLOCK_LOW", 0, RW },
    { 0x0f64, "FUNC_BAR1_BLOCK_HIGH", 0, RW },
    VFN_REGS(GSP_LEAVES_HOPPER),
};

void gsp_intr_init(GspGpu *s)
{
    bool hopper = s->chip->family & GSP_HAS_FSP;

    gsp_block_add(s, "vfn", 0xb80000, 0x10000,
                  hopper ? hopper_vfn_regs : vfn_regs,
                  hopper ? ARRAY_SIZE(hopper_vfn_regs) : ARRAY_SIZE(vfn_regs),
                  NULL);
}

void gsp_intr_reset(GspGpu *s)
{
    gsp_tree_reset(&s->tree, s->chip);
    s->leaf_held = false;
    s->msi_armed = true;
    pci_set_irq(PCI_DEVICE(s), 0);
}
