/*
 * NVIDIA GSP GPU model: the plain units of Hopper and Blackwell
 *
 * What they have elsewhere than Turing .. Ada, or in place of it: the PRAMIN
 * window, the config mirror, the sysmem flush page, the always-on scratch. Boot
 * contract §2.1, §2.2, §2.4, §2.8.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "gsp_hw.h"

#define RW              0xffffffff
#define XAL_EP_WINDOW   0xd40           /* of XAL_EP */
#define FLUSH_HI_BITS   0x000fffff      /* an address has 52 bits */
#define FLUSH_LO_BITS   0xffffff00

#define GH100_FLUSH_LO  0xa34
#define GH100_FLUSH_HI  0xa38
#define HSHUB_FLUSH_LO  0xe50
#define HSHUB_FLUSH_HI  0xe54
#define HSHUB_EG_LO     0x6c0
#define HSHUB_EG_HI     0x6c4
#define FBHUB_FLUSH_LO  0xd58
#define FBHUB_FLUSH_HI  0xd5c

/* PBUS: software scratch alone; the window has moved */
static const GspReg bus_regs[] = {
    { 0x400, "SW_SCRATCH", 0, RW, .count = 64 },
};

static const GspReg xal_ep_regs[] = {
    { XAL_EP_WINDOW, "BAR0_WINDOW", 0, 0x003fffff },
};

/* Config mirror: nothing but configuration space */
static uint32_t pcfgm_read(GspGpu *s, GspBlock *b, uint32_t off)
{
    return pci_default_read_config(PCI_DEVICE(s), off, 4);
}

static const GspReg pcfgm_regs[] = {
    { 0x000, "CONFIG", .rd = pcfgm_read, .count = 1024 },
};

/*
 * The sysmem flush page; the write of the low register takes effect. Drivers
 * differ in what they write on GH100 (raw address, or shifted by 8): any goes.
 */
static void flush_set(GspGpu *s, GspBlock *b, uint32_t off, uint32_t val,
                      uint32_t hi)
{
    gsp_reg_set(b, off, val);
    s->flush_page_set = val || gsp_reg(b, hi);
}

static void gh100_flush_lo(GspGpu *s, GspBlock *b, uint32_t off, uint32_t val)
{
    flush_set(s, b, off, val, GH100_FLUSH_HI);
}

static void fbhub_flush_lo(GspGpu *s, GspBlock *b, uint32_t off, uint32_t val)
{
    flush_set(s, b, off, val, FBHUB_FLUSH_HI);
}

/* The second pair is written last and has to say the same */
static void hshub_eg_lo(GspGpu *s, GspBlock *b, uint32_t off, uint32_t val)
{
    flush_set(s, b, off, val, HSHUB_EG_HI);
    if (val != gsp_reg(b, HSHUB_FLUSH_LO) ||
        gsp_reg(b, HSHUB_EG_HI) != gsp_reg(b, HSHUB_FLUSH_HI)) {
        s->flush_page_set = false;
        gsp_rule_broken(s, GSP_RULE_FLUSH_PAGE_PAIR,
                        "EG 0x%x:%08x, primary 0x%x:%08x",
                        gsp_reg(b, HSHUB_EG_HI), val,
                        gsp_reg(b, HSHUB_FLUSH_HI),
                        gsp_reg(b, HSHUB_FLUSH_LO));
    }
}

static const GspReg gh100_pfb_regs[] = {
    { GH100_FLUSH_LO, "SYSMEM_FLUSH_LO", 0, RW, .wr = gh100_flush_lo },
    { GH100_FLUSH_HI, "SYSMEM_FLUSH_HI", 0, FLUSH_HI_BITS },
};

static const GspReg hshub_regs[] = {
    { HSHUB_EG_LO, "EG_SYSMEM_FLUSH_LO", 0, FLUSH_LO_BITS,
      .wr = hshub_eg_lo },
    { HSHUB_EG_HI, "EG_SYSMEM_FLUSH_HI", 0, FLUSH_HI_BITS },
    { HSHUB_FLUSH_LO, "SYSMEM_FLUSH_LO", 0, FLUSH_LO_BITS },
    { HSHUB_FLUSH_HI, "SYSMEM_FLUSH_HI", 0, FLUSH_HI_BITS },
};

static const GspReg fbhub_regs[] = {
    { FBHUB_FLUSH_LO, "SYSMEM_FLUSH_LO", 0, FLUSH_LO_BITS,
      .wr = fbhub_flush_lo },
    { FBHUB_FLUSH_HI, "SYSMEM_FLUSH_HI", 0, FLUSH_HI_BITS },
};

/* Always-on scratch: version of the FSP's ucode, framebuffer size */
static uint32_t aon_fb_size(GspGpu *s, GspBlock *b, uint32_t off)
{
    return s->fb_mib;
}

static const GspReg aon_regs[] = {
    { 0x0f8, "BSI_SECURE_SCRATCH_14", .priv = true },
    { 0x214, "SECURE_SCRATCH_GROUP_03", .count = 2, .priv = true },
    { 0x2cc, "SECURE_SCRATCH_GROUP_20", .priv = true },
    { 0x3a4, "USABLE_FB_SIZE_IN_MB", .rd = aon_fb_size, .priv = true },
};

static const GspUnit units[] = {
    UNIT("pbus", 0x001000, bus_regs, offsetof(GspGpu, bus)),
    UNIT("pcfgm", 0x092000, pcfgm_regs, 0),
    UNIT("xal-ep", 0x10f000, xal_ep_regs, offsetof(GspGpu, window)),
    UNIT("aon", 0x118000, aon_regs, 0),
    UNIT_BUT("pfb", 0x100000, gh100_pfb_regs, 0, ~GSP_GH100),
    UNIT_BUT("hshub0", 0x870000, hshub_regs, 0, ~GSP_GB10X),
    UNIT_BUT("fbhub0", 0x8a1000, fbhub_regs, 0, ~GSP_GB20X),
};

void gsp_hopper_regs_init(GspGpu *s)
{
    gsp_units_add(s, units, ARRAY_SIZE(units));
    s->window_off = XAL_EP_WINDOW;
}
