/*
 * NVIDIA GSP GPU model: registers of a VF
 *
 * What the PF has at 0xb80000, a VF has at 0, and behind it a user page. Those
 * registers are here that public headers name (boot contract §1.5, §2.13) and
 * that need nobody behind them: the interrupt tree, which sends MSI-X vector 0,
 * the time, TLB invalidation, which is done at once. The others hold what was
 * written: no guest's plugin reads the mailbox, no channel hears the doorbells,
 * no fault comes into a fault buffer.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/log.h"
#include "gsp_vf.h"

#define RW              0xffffffff
#define PTR             0x000fffff      /* of a fault buffer, or its size */
#define SIZE_FLAGS      0xe0000000
#define BOOT_1_VF       0x00020000
#define ID_END          0x8             /* what a VF that is off still has */

#define PRIV_SIZE       0x4000
#define USER            0x30000
#define USER_SIZE       0x1000

static uint32_t boot_0(GspGpu *s, GspBlock *b, uint32_t off)
{
    return gsp_reg_read(s, 0);
}

static uint32_t tree_read(GspGpu *s, GspBlock *b, uint32_t off)
{
    GspVf *v = b->opaque;

    return gsp_tree_read(&v->tree, off);
}

static void tree_write(GspGpu *s, GspBlock *b, uint32_t off, uint32_t val)
{
    GspVf *v = b->opaque;

    if (gsp_tree_write(&v->tree, off, val) && gsp_tree_pending(&v->tree)) {
        gsp_vf_notify(v, 0);
    }
}

static uint32_t time_0(GspGpu *s, GspBlock *b, uint32_t off)
{
    return gsp_ptimer_ns(s) & 0xffffffe0;
}

static uint32_t time_1(GspGpu *s, GspBlock *b, uint32_t off)
{
    return gsp_ptimer_ns(s) >> 32;
}

#define PRIV_REGS(leaves) \
    { 0x0000, "BOOT_0", .rd = boot_0 }, \
    { 0x0004, "BOOT_1", BOOT_1_VF }, \
    { 0x0f50, "BIND_STATUS" }, \
    GSP_TREE_REGS(tree_read, tree_write, tree_write, leaves), \
    { 0x2100, "MAILBOX_SCRATCH", 0, RW, .count = 16 }, \
    { 0x2200, "PRIV_DOORBELL" }, \
    { 0x3000, "FAULT_BUFFER_LO", 0, RW, .count = 2, .stride = 32 }, \
    { 0x3004, "FAULT_BUFFER_HI", 0, RW, .count = 2, .stride = 32 }, \
    { 0x3008, "FAULT_BUFFER_GET", 0, PTR, .count = 2, .stride = 32 }, \
    { 0x300c, "FAULT_BUFFER_PUT", .count = 2, .stride = 32 }, \
    { 0x3010, "FAULT_BUFFER_SIZE", 0, SIZE_FLAGS | PTR, .count = 2, \
      .stride = 32 }, \
    { 0x3070, "PAGE_FAULT_CTRL", 0, RW }, \
    { 0x3080, "FAULT_ADDR_LO" }, \
    { 0x3084, "FAULT_ADDR_HI" }, \
    { 0x3088, "FAULT_INST_LO" }, \
    { 0x308c, "FAULT_INST_HI" }, \
    { 0x3090, "FAULT_INFO" }, \
    { 0x3094, "FAULT_STATUS" }, \
    { 0x30a0, "INVALIDATE_PDB_LO", 0, RW }, \
    { 0x30a4, "INVALIDATE_PDB_HI", 0, RW }, \
    { 0x30b0, "INVALIDATE", 0, 0x7fffffff }

static const GspReg priv_regs[] = {
    { 0x0f40, "BAR1_BLOCK", 0, RW },
    { 0x0f48, "BAR2_BLOCK", 0, RW },
    PRIV_REGS(GSP_LEAVES),
};

static const GspReg hopper_priv_regs[] = {
    { 0x0f60, "FUNC_BAR1_BLOCK_LOW", 0, RW },
    { 0x0f64, "FUNC_BAR1_BLOCK_HIGH", 0, RW },
    PRIV_REGS(GSP_LEAVES_HOPPER),
};

static const GspReg user_regs[] = {
    { 0x080, "TIME_0", .rd = time_0 },
    { 0x084, "TIME_1", .rd = time_1 },
    { 0x090, "DOORBELL" },
    { 0x094, "ERR_CONT" },
};

void gsp_vf_regs_init(GspVf *v)
{
    bool hopper = gsp_vf_pf(v)->chip->family & GSP_HAS_FSP;

    gsp_block_init(&v->block[0], "vf", 0, PRIV_SIZE,
                   hopper ? hopper_priv_regs : priv_regs,
                   hopper ? ARRAY_SIZE(hopper_priv_regs)
                          : ARRAY_SIZE(priv_regs), v);
    gsp_block_init(&v->block[1], "vf-user", USER, USER_SIZE, user_regs,
                   ARRAY_SIZE(user_regs), v);
}

void gsp_vf_regs_exit(GspVf *v)
{
    for (int i = 0; i < GSP_VF_BLOCKS; i++) {
        gsp_block_free(&v->block[i]);
    }
}

void gsp_vf_regs_reset(GspVf *v)
{
    for (int i = 0; i < GSP_VF_BLOCKS; i++) {
        gsp_block_reset(&v->block[i]);
    }
    gsp_tree_reset(&v->tree, gsp_vf_pf(v)->chip);
}

/* The block that has this register; NULL: nobody has it, or the VF is off */
static GspBlock *reg_block(GspVf *v, uint32_t addr, const GspReg **r)
{
    bool on = gsp_vf_pf(v)->vf_partitions;

    *r = NULL;
    for (int i = 0; i < GSP_VF_BLOCKS; i++) {
        GspBlock *b = &v->block[i];

        if (addr - b->base < b->size) {
            *r = gsp_reg_find(b, addr - b->base);
            return *r && (on || addr < ID_END) ? b : NULL;
        }
    }
    return NULL;
}

static const char *why_not(GspVf *v)
{
    return gsp_vf_pf(v)->vf_partitions ? "unknown register"
                                       : "a register that is off";
}

uint32_t gsp_vf_reg_read(GspVf *v, uint32_t addr)
{
    const GspReg *r;
    GspBlock *b = reg_block(v, addr, &r);

    if (b) {
        return gsp_block_read(gsp_vf_pf(v), b, r, addr - b->base);
    }
    qemu_log_mask(LOG_UNIMP, "gsp: VF of GFID %u: read of %s 0x%06x\n",
                  gsp_vf_gfid(v), why_not(v), addr);
    return 0;
}

void gsp_vf_reg_write(GspVf *v, uint32_t addr, uint32_t val)
{
    const GspReg *r;
    GspBlock *b = reg_block(v, addr, &r);

    if (b) {
        gsp_block_write(gsp_vf_pf(v), b, r, addr - b->base, val);
        return;
    }
    qemu_log_mask(LOG_UNIMP, "gsp: VF of GFID %u: write 0x%08x to %s 0x%06x\n",
                  gsp_vf_gfid(v), val, why_not(v), addr);
}
