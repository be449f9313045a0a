/*
 * NVIDIA GSP GPU model: the plain units
 *
 * Identification, scratch, timer, fuses, config mirror, framebuffer and
 * write-protected-region registers: boot contract §1.1, §2.2 .. §2.4,
 * §2.9 .. §2.12, §2.14.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/units.h"
#include "gsp_hw.h"

#define RW 0xffffffff

#define BAR0_WINDOW     0x700           /* of PBUS */
#define SCRUBBER_DONE   (3u << 29)      /* HANDOFF of BSI scratch 15 */

/* PMC */
static uint32_t pmc_boot_0(GspGpu *s, GspBlock *b, uint32_t off)
{
    return s->chip->id << 20 | 0xa1;
}

static uint32_t pmc_boot_42(GspGpu *s, GspBlock *b, uint32_t off)
{
    return s->chip->id << 20 | 0xa1000;
}

static const GspReg pmc_regs[] = {
    { 0x000, "BOOT_0", .rd = pmc_boot_0 },
    { 0x004, "BOOT_1" },
    { 0x100, "INTR" },
    { 0x140, "INTR_EN", 0, RW },
    { 0x160, "INTR_EN_SET", 0, RW },
    { 0x180, "INTR_EN_CLEAR", 0, RW },
    { 0x200, "ENABLE", 0, RW },
    { 0x600, "DEVICE_ENABLE", 0, RW },
    { 0xa00, "BOOT_42", .rd = pmc_boot_42 },
};

/* PBUS: software scratch and the PRAMIN window base */
static const GspReg bus_regs[] = {
    { 0x400, "SW_SCRATCH", 0, RW, .count = 64 },
    { BAR0_WINDOW, "BAR0_WINDOW", 0, 0x03ffffff },
};

/* PTIMER: nanoseconds of virtual time, bits 4:0 read zero */
uint64_t gsp_ptimer_ns(GspGpu *s)
{
    return qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
}

static uint32_t timer_time_0(GspGpu *s, GspBlock *b, uint32_t off)
{
    return gsp_ptimer_ns(s) & 0xffffffe0;
}

static uint32_t timer_time_1(GspGpu *s, GspBlock *b, uint32_t off)
{
    return gsp_ptimer_ns(s) >> 32;
}

static const GspReg timer_regs[] = {
    { 0x100, "INTR_0" },
    { 0x140, "INTR_EN_0", 0, RW },
    { 0x200, "NUMERATOR", 0, RW },
    { 0x210, "DENOMINATOR", 0, RW },
    { 0x400, "TIME_0", .rd = timer_time_0 },
    { 0x410, "TIME_1", .rd = timer_time_1 },
    { 0x420, "ALARM_0", 0, RW },
};

static void user_doorbell(GspGpu *s, GspBlock *b, uint32_t off, uint32_t val)
{
    gsp_channel_doorbell(s, val);
}

/* The same time in the user page of the virtual-function space */
static const GspReg vfn_user_regs[] = {
    { 0x080, "TIME_0", .rd = timer_time_0 },
    { 0x084, "TIME_1", .rd = timer_time_1 },
    { 0x090, "DOORBELL", 0, RW, .wr = user_doorbell },
};

/* Fuses: display fused off; a ucode version is a bit of a thermometer */
uint32_t gsp_fuse_version(GspGpu *s, GspEngine engine, unsigned ucode_id)
{
    return engine == GSP_ENGINE_GSP ? s->fuse_gsp : s->fuse_sec2;
}

static uint32_t fuse_bits(uint32_t version)
{
    return version ? 1u << (version - 1) : 0;
}

static uint32_t fuse_gsp(GspGpu *s, GspBlock *b, uint32_t off)
{
    return fuse_bits(gsp_fuse_version(s, GSP_ENGINE_GSP,
                                      (off - 0x1c0) / 4 + 1));
}

static uint32_t fuse_sec2(GspGpu *s, GspBlock *b, uint32_t off)
{
    return fuse_bits(gsp_fuse_version(s, GSP_ENGINE_SEC2,
                                      (off - 0x140) / 4 + 1));
}

static const GspReg fuse_regs[] = {
    { 0x74c, "GSP_DEBUG_DISABLE", 1, .priv = true },
    { 0xc04, "DISPLAY_DISABLE", 1, .priv = true },
};

static const GspReg fuse_regs_tu[] = {
    { 0x74c, "GSP_DEBUG_DISABLE", 1, .priv = true },
    { 0xc00, "CE_DISABLE", .priv = true },
    { 0xc04, "DISPLAY_DISABLE", 1, .priv = true },
};

static const GspReg fpf_regs[] = {
    { 0x100, "UCODE_NVDEC", .count = 16, .priv = true },
    { 0x140, "UCODE_SEC2", .rd = fuse_sec2, .count = 16, .priv = true },
    { 0x1c0, "UCODE_GSP", .rd = fuse_gsp, .count = 16, .priv = true },
};

static const GspReg pflush_regs[] = {
    { 0x000, "FLUSH", 0, 0 },       /* done at once: bit 1 reads 0 */
};

/* Config mirror: configuration space plus registers of its own */
static uint32_t mirror_read(GspGpu *s, GspBlock *b, uint32_t off)
{
    return pci_default_read_config(PCI_DEVICE(s), off, 4);
}

static void mirror_rearm(GspGpu *s, GspBlock *b, uint32_t off, uint32_t val)
{
    gsp_intr_rearm_msi(s);
}

static const GspReg mirror_regs[] = {
    { 0x000, "CONFIG", .rd = mirror_read, .count = 20 },
    { 0x050, "ROM_SHADOW", 1, RW },
    { 0x054, "CONFIG", .rd = mirror_read, .count = 428 },
    { 0x704, "MSI_REARM", 0, RW, .wr = mirror_rearm },
    { 0x708, "CONFIG", .rd = mirror_read, .count = 574 },
};

/* PFB: the sysmem flush page; the write of the low register takes effect */
static void pfb_flush_lo(GspGpu *s, GspBlock *b, uint32_t off, uint32_t val)
{
    gsp_reg_set(b, off, val);
    s->flush_page_set = val || gsp_reg(b, 0xc40);
}

static const GspReg pfb_regs[] = {
    { 0xc10, "SYSMEM_FLUSH_LO", 0, RW, .wr = pfb_flush_lo },
    { 0xc40, "SYSMEM_FLUSH_HI", 0, 0x00ffffff },
};

/* Framebuffer size: magnitude and scale; nothing is taken for ECC */
static uint32_t pfb_range(GspGpu *s, GspBlock *b, uint32_t off)
{
    return gsp_fb_range(s->fb_mib);
}

/* Turing's flush page is a 40-bit address */
static const GspReg pfb_regs_tu[] = {
    { 0xc10, "SYSMEM_FLUSH", 0, RW, .wr = pfb_flush_lo },
    { 0xce0, "MMU_LOCAL_MEMORY_RANGE", .rd = pfb_range, .priv = true },
};

static const GspReg pfb_regs_ga100[] = {
    { 0xc10, "SYSMEM_FLUSH_LO", 0, RW, .wr = pfb_flush_lo },
    { 0xc40, "SYSMEM_FLUSH_HI", 0, 0x00ffffff },
    { 0xce0, "MMU_LOCAL_MEMORY_RANGE", .rd = pfb_range, .priv = true },
};

static const GspReg straps_regs[] = {
    { 0x000, "STRAPS" },
};

/* Always-on scratch: GFW boot progress, framebuffer size, BSI scratch */
static uint32_t aon_gfw_progress(GspGpu *s, GspBlock *b, uint32_t off)
{
    if (s->gfw_stuck) {
        return 0x01;
    }
    s->gfw_seen = true;
    return 0xff;
}

static uint32_t aon_fb_size(GspGpu *s, GspBlock *b, uint32_t off)
{
    return s->fb_mib;
}

static uint32_t aon_scrubber(GspGpu *s, GspBlock *b, uint32_t off)
{
    return s->scrubbed ? SCRUBBER_DONE : 0;
}

static const GspReg aon_regs[] = {
    { 0x0f8, "BSI_SECURE_SCRATCH_14", .priv = true },
    { 0x0fc, "BSI_SECURE_SCRATCH_15", .rd = aon_scrubber, .priv = true },
    { 0x128, "GROUP_05_PRIV_LEVEL_MASK", 1, .priv = true },
    { 0x234, "GFW_BOOT_PROGRESS", .rd = aon_gfw_progress, .priv = true },
    { 0x3a4, "USABLE_FB_SIZE_IN_MB", .rd = aon_fb_size, .priv = true },
};

/* The size in MiB is a later chip's */
static const GspReg aon_regs_tu[] = {
    { 0x0f8, "BSI_SECURE_SCRATCH_14", .priv = true },
    { 0x0fc, "BSI_SECURE_SCRATCH_15", .rd = aon_scrubber, .priv = true },
    { 0x128, "GROUP_05_PRIV_LEVEL_MASK", 1, .priv = true },
    { 0x234, "GFW_BOOT_PROGRESS", .rd = aon_gfw_progress, .priv = true },
};

/* WPR2: down reads LO all ones, HI zero */
static uint32_t mmu_wpr2_lo(GspGpu *s, GspBlock *b, uint32_t off)
{
    return s->wpr2_hi ? s->wpr2_lo >> 12 << 4 : 0xfffffff0;
}

static uint32_t mmu_wpr2_hi(GspGpu *s, GspBlock *b, uint32_t off)
{
    return s->wpr2_hi >> 12 << 4;
}

/* What is locked at the end of framebuffer, for the row remapper (GA100) */
static uint32_t mmu_lock_mask(GspGpu *s, GspBlock *b, uint32_t off)
{
    return s->chip->mmu_lock_mib != 0;
}

static uint32_t mmu_lock_lo(GspGpu *s, GspBlock *b, uint32_t off)
{
    uint64_t lo = s->fb_size - s->chip->mmu_lock_mib * MiB;

    return s->chip->mmu_lock_mib ? lo >> 12 << 4 : 0xfffffff0;
}

static uint32_t mmu_lock_hi(GspGpu *s, GspBlock *b, uint32_t off)
{
    return s->chip->mmu_lock_mib ? (s->fb_size - 1) >> 12 << 4 : 0;
}

static const GspReg mmu_regs[] = {
    { 0x3e0, "FB_SIZE_ALT", .priv = true },
    { 0x7c8, "LOCK_CFG_PRIV_LEVEL_MASK", .rd = mmu_lock_mask, .priv = true },
    { 0x7cc, "WPR2_PRIV_LEVEL_MASK", .priv = true },
    { 0x80c, "VPR_WPR_CFG", .priv = true },
    { 0x824, "WPR2_ADDR_LO", .rd = mmu_wpr2_lo, .priv = true },
    { 0x828, "WPR2_ADDR_HI", .rd = mmu_wpr2_hi, .priv = true },
    { 0x82c, "LOCK_ADDR_LO", .rd = mmu_lock_lo, .priv = true },
    { 0x830, "LOCK_ADDR_HI", .rd = mmu_lock_hi, .priv = true },
};

/* PDISP: fused off; legacy VGA registers are bytes that go nowhere */
static uint64_t pdisp_read(GspGpu *s, GspBlock *b, uint32_t off, unsigned size)
{
    return 0;
}

static void pdisp_write(GspGpu *s, GspBlock *b, uint32_t off, uint64_t val,
                        unsigned size)
{
}

/* PROM: flash behind the end of the image reads erased */
static uint64_t prom_read(GspGpu *s, GspBlock *b, uint32_t off, unsigned size)
{
    return off + 4 <= s->prom_size ? ldl_le_p(s->prom + off) : 0xffffffff;
}

static void prom_write(GspGpu *s, GspBlock *b, uint32_t off, uint64_t val,
                       unsigned size)
{
}

static const GspUnit units[] = {
    UNIT("pmc", 0x000000, pmc_regs, 0),
    UNIT_BUT("pbus", 0x001000, bus_regs, offsetof(GspGpu, bus), GSP_HAS_FSP),
    UNIT("ptimer", 0x009000, timer_regs, 0),
    UNIT("pflush", 0x070000, pflush_regs, 0),
    UNIT_BUT("xve", 0x088000, mirror_regs, 0, GSP_HAS_FSP),
    UNIT_BUT("pfb", 0x100000, pfb_regs, offsetof(GspGpu, pfb),
             GSP_HAS_PIO | GSP_HAS_FSP),
    UNIT_BUT("pfb", 0x100000, pfb_regs_tu, offsetof(GspGpu, pfb), ~GSP_TU10X),
    UNIT_BUT("pfb", 0x100000, pfb_regs_ga100, offsetof(GspGpu, pfb),
             ~GSP_GA100),
    UNIT("straps", 0x101000, straps_regs, 0),
    UNIT_BUT("aon", 0x118000, aon_regs, 0, GSP_HAS_PIO | GSP_HAS_FSP),
    UNIT_BUT("aon", 0x118000, aon_regs_tu, 0, ~GSP_HAS_PIO),
    UNIT("mmu", 0x1fa000, mmu_regs, offsetof(GspGpu, mmu)),
    UNIT_BUT("fuse", 0x021000, fuse_regs_tu, 0, ~GSP_TU10X),
    UNIT_BUT("fuse", 0x820000, fuse_regs, 0, GSP_TU10X),
    UNIT_BUT("fpf", 0x824000, fpf_regs, 0, GSP_TU10X),
    UNIT("user", 0xbb0000, vfn_user_regs, 0),
};

void gsp_units_add(GspGpu *s, const GspUnit *u, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        GspBlock *b;

        if (u[i].absent & s->chip->family) {
            continue;
        }
        b = gsp_block_add(s, u[i].name, u[i].base, u[i].size, u[i].regs,
                          u[i].nregs, NULL);
        if (u[i].keep) {
            *(GspBlock **)((char *)s + u[i].keep) = b;
        }
    }
}

void gsp_regs_init(GspGpu *s)
{
    GspBlock *b;

    gsp_units_add(s, units, ARRAY_SIZE(units));
    if (s->chip->family & GSP_HAS_FSP) {
        gsp_hopper_regs_init(s);
    } else {
        s->window = s->bus;
        s->window_off = BAR0_WINDOW;
        b = gsp_block_add(s, "prom", 0x300000, 1 * MiB, NULL, 0, NULL);
        b->read = prom_read;
        b->write = prom_write;
    }
    b = gsp_block_add(s, "pdisp", 0x600000, 1 * MiB, NULL, 0, NULL);
    b->read = pdisp_read;
    b->write = pdisp_write;
    b->any_size = true;
}

void gsp_regs_reset(GspGpu *s)
{
    s->gfw_seen = false;
    s->flush_page_set = false;
    s->scrubbed = false;
}
