/*
 * NVIDIA GSP GPU model: BAR0
 *
 * BAR0 is a map of blocks, each a table of registers (GspReg) or a piece of
 * memory. An access finds its block by page and its register by an index made
 * when the block was added. What no table names reads zero, swallows writes
 * and is logged as unimplemented.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/log.h"
#include "qemu/units.h"
#include "gsp_hw.h"
#include "trace.h"

#define TARGET_LOCKED   0xbadf4101      /* a PRI error: §2.6(8), §2.16 */

static unsigned gsp_reg_count(const GspReg *r)
{
    return r->count ?: 1;
}

static uint32_t gsp_reg_off(const GspReg *r, unsigned i)
{
    return r->off + i * (r->stride ?: 4);
}

void gsp_block_init(GspBlock *b, const char *name, uint32_t base,
                    uint32_t size, const GspReg *regs, unsigned nregs,
                    void *opaque)
{
    assert(!(base % GSP_PAGE_SIZE) && !(size % GSP_PAGE_SIZE));
    *b = (GspBlock) {
        .name = name, .base = base, .size = size,
        .regs = regs, .nregs = nregs, .opaque = opaque,
    };
    if (nregs) {
        b->val = g_new0(uint32_t, size / 4);
        b->idx = g_new0(uint16_t, size / 4);
    }
    for (unsigned r = 0; r < nregs; r++) {
        for (unsigned i = 0; i < gsp_reg_count(&regs[r]); i++) {
            uint32_t off = gsp_reg_off(&regs[r], i);

            assert(off < size && !b->idx[off / 4]);
            b->idx[off / 4] = r + 1;
        }
    }
}

GspBlock *gsp_block_add(GspGpu *s, const char *name, uint32_t base,
                        uint32_t size, const GspReg *regs, unsigned nregs,
                        void *opaque)
{
    GspBlock *b = &s->blocks[s->nblocks++];

    assert(s->nblocks <= GSP_BLOCKS_MAX);
    gsp_block_init(b, name, base, size, regs, nregs, opaque);
    for (uint32_t a = base; a < base + size; a += GSP_PAGE_SIZE) {
        assert(!s->page[a / GSP_PAGE_SIZE]);
        s->page[a / GSP_PAGE_SIZE] = b;
    }
    return b;
}

void gsp_block_reset(GspBlock *b)
{
    for (unsigned r = 0; r < b->nregs; r++) {
        for (unsigned i = 0; i < gsp_reg_count(&b->regs[r]); i++) {
            gsp_reg_set(b, gsp_reg_off(&b->regs[r], i), b->regs[r].reset);
        }
    }
}

void gsp_blocks_reset(GspGpu *s)
{
    for (unsigned n = 0; n < s->nblocks; n++) {
        gsp_block_reset(&s->blocks[n]);
    }
}

void gsp_block_free(GspBlock *b)
{
    g_free(b->val);
    g_free(b->idx);
}

void gsp_blocks_free(GspGpu *s)
{
    for (unsigned n = 0; n < s->nblocks; n++) {
        gsp_block_free(&s->blocks[n]);
    }
    s->nblocks = 0;
}

const GspReg *gsp_reg_find(GspBlock *b, uint32_t off)
{
    unsigned i = b && b->idx ? b->idx[off / 4] : 0;

    return i ? &b->regs[i - 1] : NULL;
}

uint32_t gsp_block_read(GspGpu *s, GspBlock *b, const GspReg *r, uint32_t off)
{
    uint32_t val = r->rd ? r->rd(s, b, off) : gsp_reg(b, off);

    trace_gsp_reg_read(b->name, r->name, b->base + off, val);
    return val;
}

void gsp_block_write(GspGpu *s, GspBlock *b, const GspReg *r, uint32_t off,
                     uint32_t val)
{
    trace_gsp_reg_write(b->name, r->name, b->base + off, val);
    val = (gsp_reg(b, off) & ~r->wmask) | (val & r->wmask);
    if (r->wr) {
        r->wr(s, b, off, val);
    } else {
        gsp_reg_set(b, off, val);
    }
}

uint32_t gsp_reg_read(GspGpu *s, uint32_t addr)
{
    GspBlock *b = s->page[addr / GSP_PAGE_SIZE];
    const GspReg *r;

    if (b && b->read) {
        return b->read(s, b, addr - b->base, 4);
    }
    r = gsp_reg_find(b, b ? addr - b->base : 0);
    if (!r) {
        trace_gsp_bar0_unknown_read(addr);
        qemu_log_mask(LOG_UNIMP, "gsp: read of unknown register 0x%06x\n",
                      addr);
        return 0;
    }
    return gsp_block_read(s, b, r, addr - b->base);
}

void gsp_reg_write(GspGpu *s, uint32_t addr, uint32_t val)
{
    GspBlock *b = s->page[addr / GSP_PAGE_SIZE];
    uint32_t off = b ? addr - b->base : 0;
    const GspReg *r;

    if (b && b->write) {
        b->write(s, b, off, val, 4);
        return;
    }
    r = gsp_reg_find(b, off);
    if (!r) {
        trace_gsp_bar0_unknown_write(addr, val);
        qemu_log_mask(LOG_UNIMP, "gsp: write 0x%08x to unknown register "
                      "0x%06x\n", val, addr);
        return;
    }
    gsp_block_write(s, b, r, off, val);
}

/* A register is a dword; only blocks that say so take anything else */
static bool gsp_bar0_size_ok(GspGpu *s, uint32_t addr, unsigned size)
{
    GspBlock *b = s->page[addr / GSP_PAGE_SIZE];

    if ((size == 4 && !(addr & 3)) || (b && b->any_size)) {
        return true;
    }
    gsp_rule_broken(s, GSP_RULE_BAR0_ACCESS_SIZE, "0x%06x size %u", addr,
                    size);
    return false;
}

static uint64_t gsp_bar0_read(void *opaque, hwaddr addr, unsigned size)
{
    GspGpu *s = opaque;
    GspBlock *b = s->page[addr / GSP_PAGE_SIZE];

    gsp_stamp_access(s, false);
    if (s->gone) {
        return MAKE_64BIT_MASK(0, size * 8);
    }
    if (!gsp_bar0_size_ok(s, addr, size)) {
        return 0;
    }
    if (b && b->open && !b->open(s, b, addr - b->base)) {
        return TARGET_LOCKED;
    }
    if (b && b->read) {
        return b->read(s, b, addr - b->base, size);
    }
    return gsp_reg_read(s, addr & ~3ull) >> (addr & 3) * 8;
}

static void gsp_bar0_write(void *opaque, hwaddr addr, uint64_t val,
                           unsigned size)
{
    GspGpu *s = opaque;
    GspBlock *b = s->page[addr / GSP_PAGE_SIZE];
    const GspReg *r;

    gsp_stamp_access(s, true);
    if (s->gone || !gsp_bar0_size_ok(s, addr, size)) {
        return;
    }
    if (b && b->open && !b->open(s, b, addr - b->base)) {
        return;
    }
    if (b && b->write) {
        b->write(s, b, addr - b->base, val, size);
        return;
    }
    if (size != 4) {
        trace_gsp_bar0_unknown_write(addr, val);
        return;
    }
    r = gsp_reg_find(b, b ? addr - b->base : 0);
    if (r && r->priv) {
        gsp_rule_broken(s, GSP_RULE_PRIVILEGED_WRITE, "%s.%s 0x%06x <- 0x%08x",
                        b->name, r->name, (uint32_t)addr, (uint32_t)val);
        return;
    }
    gsp_reg_write(s, addr, val);
}

static const MemoryRegionOps gsp_bar0_ops = {
    .read = gsp_bar0_read,
    .write = gsp_bar0_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 8, .unaligned = true },
    .impl = { .min_access_size = 1, .max_access_size = 8, .unaligned = true },
};

void gsp_bar0_init(GspGpu *s)
{
    memory_region_init_io(&s->bar0, OBJECT(s), &gsp_bar0_ops, s, "gsp-bar0",
                          GSP_BAR0_SIZE);
}
