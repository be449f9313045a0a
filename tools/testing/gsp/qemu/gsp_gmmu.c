/*
 * NVIDIA GSP GPU model: BAR1 and BAR3
 *
 * Both lead through a GMMU address space whose root page directory GSP-RM
 * keeps in framebuffer (static info bar1PdeBase, bar2PdeBase; PCI BAR3 is the
 * aperture that the driver calls BAR2). Tables are walked at each access, in
 * the version 2 format of Pascal .. Ada or the version 3 format of Hopper and
 * Blackwell; there is no TLB. Boot contract §6.11.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/log.h"
#include "qemu/madvise.h"
#include "qemu/units.h"
#include "gsp_hw.h"
#include "trace.h"

#define PTE_VALID       (1ull << 0)
#define PTE_RO          (1ull << 6)
#define APERTURE(e)     ((e) >> 1 & 3)
#define PDE_VIDMEM      1
#define PTE_VIDMEM      0
#define ADDR_VIDMEM(e)  (((e) >> 8 & 0x1ffffff) << 12)
#define ADDR_SYSMEM(e)  (((e) >> 8 & 0x3fffffffffff) << 12)
/* the table of 64 KiB pages is 256 bytes: its address has four bits more */
#define ADDR_BIG_VIDMEM(e)  (((e) >> 4 & 0x1fffffff) << 8)
#define ADDR_BIG_SYSMEM(e)  (((e) >> 4 & 0x3ffffffffffff) << 8)

#define FAULT_VALUE     0xffffffffffffffffull

typedef struct GmmuPage {
    uint64_t addr, left;         /* left: bytes of the page from there on */
    bool sysmem, readonly;
} GmmuPage;

static bool gmmu_read(GspGpu *s, bool sysmem, uint64_t addr, uint64_t *val,
                      unsigned n)
{
    bool ok = sysmem ? gsp_dma_read(s, addr, val, n * 8)
                     : gsp_fb_read(s, addr, val, n * 8);

    for (unsigned i = 0; ok && i < n; i++) {
        val[i] = le64_to_cpu(val[i]);
    }
    return ok;
}

static bool gmmu_leaf(uint64_t pte, uint64_t va, uint64_t page_size,
                      GmmuPage *out)
{
    if (!(pte & PTE_VALID)) {
        return false;
    }
    out->sysmem = APERTURE(pte) != PTE_VIDMEM;
    out->readonly = pte & PTE_RO;
    out->addr = (out->sysmem ? ADDR_SYSMEM(pte) : ADDR_VIDMEM(pte)) +
                (va & (page_size - 1));
    out->left = page_size - (va & (page_size - 1));
    return true;
}

/* The last directory has two entries side by side: 64 KiB and 4 KiB pages */
static bool gmmu_walk_last(GspGpu *s, bool sysmem, uint64_t dir, uint64_t va,
                           GmmuPage *out)
{
    uint64_t pde[2], pte;

    if (!gmmu_read(s, sysmem, dir + (va >> 21 & 0xff) * 16, pde, 2)) {
        return false;
    }
    if (pde[0] & PTE_VALID) {
        return gmmu_leaf(pde[0], va, 2 * MiB, out);
    }
    if (APERTURE(pde[1])) {
        sysmem = APERTURE(pde[1]) != PDE_VIDMEM;
        dir = sysmem ? ADDR_SYSMEM(pde[1]) : ADDR_VIDMEM(pde[1]);
        if (gmmu_read(s, sysmem, dir + (va >> 12 & 0x1ff) * 8, &pte, 1) &&
            gmmu_leaf(pte, va, 4 * KiB, out)) {
            return true;
        }
    }
    if (!APERTURE(pde[0])) {
        return false;
    }
    sysmem = APERTURE(pde[0]) != PDE_VIDMEM;
    dir = sysmem ? ADDR_BIG_SYSMEM(pde[0]) : ADDR_BIG_VIDMEM(pde[0]);
    return gmmu_read(s, sysmem, dir + (va >> 16 & 0x1f) * 8, &pte, 1) &&
           gmmu_leaf(pte, va, 64 * KiB, out);
}

/*
 * Version 3: addresses stand where they belong, what a page may be used for is
 * one field (PCF), and two levels more can be pages.
 */
#define V3_ADDR(e)      ((e) & 0x000ffffffffff000ull)
#define V3_ADDR_VID(e)  ((e) & 0x000000fffffff000ull)
#define V3_ADDR_BIG(e)  ((e) & 0x000fffffffffff00ull)
#define V3_PCF_RO       (1ull << 5)     /* bit 2 of PCF 7:3 */
#define V3_LAST_SHIFT   21
#define V3_PAGE_SHIFT   38              /* directories below may be pages */

static bool gmmu3_leaf(uint64_t pte, uint64_t va, uint64_t page_size,
                       GmmuPage *out)
{
    uint64_t off = va & (page_size - 1);

    if (!(pte & PTE_VALID)) {
        return false;
    }
    out->sysmem = APERTURE(pte) != PTE_VIDMEM;
    out->readonly = pte & V3_PCF_RO;
    out->addr = (out->sysmem ? V3_ADDR(pte) : V3_ADDR_VID(pte)) + off;
    out->left = page_size - off;
    return true;
}

static bool gmmu3_walk_last(GspGpu *s, bool sysmem, uint64_t dir, uint64_t va,
                            GmmuPage *out)
{
    uint64_t pde[2], pte;

    if (!gmmu_read(s, sysmem, dir + (va >> V3_LAST_SHIFT & 0xff) * 16, pde,
                   2)) {
        return false;
    }
    if (pde[0] & PTE_VALID) {
        return gmmu3_leaf(pde[0], va, 2 * MiB, out);
    }
    if (APERTURE(pde[1]) &&
        gmmu_read(s, APERTURE(pde[1]) != PDE_VIDMEM,
                  V3_ADDR(pde[1]) + (va >> 12 & 0x1ff) * 8, &pte, 1) &&
        gmmu3_leaf(pte, va, 4 * KiB, out)) {
        return true;
    }
    return APERTURE(pde[0]) &&
           gmmu_read(s, APERTURE(pde[0]) != PDE_VIDMEM,
                     V3_ADDR_BIG(pde[0]) + (va >> 16 & 0x1f) * 8, &pte, 1) &&
           gmmu3_leaf(pte, va, 64 * KiB, out);
}

static bool gmmu3_walk(GspGpu *s, uint64_t root, uint64_t va, GmmuPage *out)
{
    bool sysmem = false;
    uint64_t dir = root, pde;

    for (unsigned shift = 56; shift > V3_LAST_SHIFT; shift -= 9) {
        uint64_t index = va >> shift & (shift == 56 ? 1 : 0x1ff);

        if (!gmmu_read(s, sysmem, dir + index * 8, &pde, 1)) {
            return false;
        }
        if (pde & PTE_VALID) {
            return shift <= V3_PAGE_SHIFT &&
                   gmmu3_leaf(pde, va, 1ull << shift, out);
        }
        if (!APERTURE(pde)) {
            return false;
        }
        sysmem = APERTURE(pde) != PDE_VIDMEM;
        dir = V3_ADDR(pde);
    }
    return gmmu3_walk_last(s, sysmem, dir, va, out);
}

static bool gmmu2_walk(GspGpu *s, uint64_t root, uint64_t va, GmmuPage *out)
{
    static const struct {
        uint8_t shift;
        uint16_t mask;
    } levels[] = { { 47, 0x3 }, { 38, 0x1ff }, { 29, 0x1ff } };
    bool sysmem = false;
    uint64_t dir = root, pde;

    for (size_t i = 0; i < ARRAY_SIZE(levels); i++) {
        uint64_t index = va >> levels[i].shift & levels[i].mask;

        if (!gmmu_read(s, sysmem, dir + index * 8, &pde, 1) ||
            !APERTURE(pde)) {
            return false;
        }
        sysmem = APERTURE(pde) != PDE_VIDMEM;
        dir = sysmem ? ADDR_SYSMEM(pde) : ADDR_VIDMEM(pde);
    }
    return gmmu_walk_last(s, sysmem, dir, va, out);
}

static bool gmmu_walk(GspGpu *s, uint64_t root, uint64_t va, GmmuPage *out)
{
    return s->chip->family & GSP_HAS_FSP ? gmmu3_walk(s, root, va, out)
                                         : gmmu2_walk(s, root, va, out);
}

bool gsp_gmmu_access(GspGpu *s, uint64_t root, uint64_t va, void *buf,
                     size_t len, bool write)
{
    while (len) {
        size_t n = MIN(len, GSP_PAGE_SIZE - (va & (GSP_PAGE_SIZE - 1)));
        GmmuPage page;
        bool ok;

        if (!gmmu_walk(s, root, va, &page) || (write && page.readonly)) {
            return false;
        }
        if (page.sysmem) {
            ok = write ? gsp_dma_write(s, page.addr, buf, n)
                       : gsp_dma_read(s, page.addr, buf, n);
        } else {
            if (write) {
                gsp_vmmu_pf_writes(s, page.addr, n);
            }
            ok = !gsp_wpr2_touches(s, page.addr, n) &&
                 (write ? gsp_fb_write(s, page.addr, buf, n)
                        : gsp_fb_read(s, page.addr, buf, n));
        }
        if (!ok) {
            return false;
        }
        va += n;
        buf = (char *)buf + n;
        len -= n;
    }
    return true;
}

/* Whole host pages are dropped, so that clearing costs no memory */
static void fb_zero(GspGpu *s, uint64_t addr, uint64_t len)
{
    size_t page = qemu_real_host_page_size();
    uint64_t first = ROUND_UP(addr, page);
    uint64_t last = QEMU_ALIGN_DOWN(addr + len, page);

    if (first >= last ||
        qemu_madvise(s->fb + first, last - first, QEMU_MADV_DONTNEED)) {
        memset(s->fb + addr, 0, len);
        return;
    }
    memset(s->fb + addr, 0, first - addr);
    memset(s->fb + last, 0, addr + len - last);
}

bool gsp_gmmu_clear(GspGpu *s, uint64_t root, uint64_t va, uint64_t len)
{
    static const uint8_t zero[GSP_PAGE_SIZE];

    while (len) {
        GmmuPage page;
        uint64_t n;

        if (!gmmu_walk(s, root, va, &page) || page.readonly) {
            return false;
        }
        n = MIN(len, page.left);
        if (page.sysmem) {
            n = MIN(n, sizeof(zero));
            if (!gsp_dma_write(s, page.addr, zero, n)) {
                return false;
            }
        } else if (page.addr > s->fb_size || n > s->fb_size - page.addr ||
                   gsp_wpr2_touches(s, page.addr, n)) {
            return false;
        } else {
            gsp_vmmu_pf_writes(s, page.addr, n);
            fb_zero(s, page.addr, n);
        }
        va += n;
        len -= n;
    }
    return true;
}

/*
 * Before GSP-RM runs there is no address space behind the BARs. When it dies
 * the tables are still there: the GMMU is hardware.
 */
static bool gsp_bar_translate(GspGpu *s, unsigned bar, hwaddr va,
                              unsigned size, GmmuPage *page)
{
    if ((s->state == GSP_STATE_RM_READY || s->state == GSP_STATE_DEAD) &&
        (va & (GSP_PAGE_SIZE - 1)) + size <= GSP_PAGE_SIZE &&
        gmmu_walk(s, gsp_rm_bar_root(s->rm, bar), va, page)) {
        return true;
    }
    qemu_log_mask(LOG_GUEST_ERROR, "gsp: BAR%u offset 0x%" HWADDR_PRIx
                  " is not mapped\n", bar, va);
    return false;
}

static uint64_t gsp_bar_read(GspGpu *s, unsigned bar, hwaddr addr,
                             unsigned size)
{
    uint64_t val = 0;
    GmmuPage page;

    trace_gsp_bar_access(bar, addr, size, false);
    if (s->gone || !gsp_bar_translate(s, bar, addr, size, &page)) {
        return FAULT_VALUE & MAKE_64BIT_MASK(0, size * 8);
    }
    if (!page.sysmem) {
        return gsp_fb_cpu_read(s, page.addr, size);
    }
    gsp_dma_read(s, page.addr, &val, size);
    return le64_to_cpu(val);
}

static void gsp_bar_write(GspGpu *s, unsigned bar, hwaddr addr, uint64_t val,
                          unsigned size)
{
    GmmuPage page;

    trace_gsp_bar_access(bar, addr, size, true);
    if (s->gone || !gsp_bar_translate(s, bar, addr, size, &page) ||
        page.readonly) {
        return;
    }
    if (!page.sysmem) {
        gsp_fb_cpu_write(s, page.addr, val, size);
        return;
    }
    val = cpu_to_le64(val);
    gsp_dma_write(s, page.addr, &val, size);
}

static uint64_t gsp_bar1_read(void *opaque, hwaddr addr, unsigned size)
{
    return gsp_bar_read(opaque, 1, addr, size);
}

static void gsp_bar1_write(void *opaque, hwaddr addr, uint64_t val,
                           unsigned size)
{
    gsp_bar_write(opaque, 1, addr, val, size);
}

static uint64_t gsp_bar2_read(void *opaque, hwaddr addr, unsigned size)
{
    return gsp_bar_read(opaque, 2, addr, size);
}

static void gsp_bar2_write(void *opaque, hwaddr addr, uint64_t val,
                           unsigned size)
{
    gsp_bar_write(opaque, 2, addr, val, size);
}

#define GSP_BAR_OPS(r, w) { \
    .read = r, \
    .write = w, \
    .endianness = DEVICE_LITTLE_ENDIAN, \
    .valid = { .max_access_size = 8, .unaligned = true }, \
    .impl = { .max_access_size = 8, .unaligned = true }, \
}

static const MemoryRegionOps gsp_bar1_ops = GSP_BAR_OPS(gsp_bar1_read,
                                                        gsp_bar1_write);
static const MemoryRegionOps gsp_bar2_ops = GSP_BAR_OPS(gsp_bar2_read,
                                                        gsp_bar2_write);

void gsp_bars_init(GspGpu *s)
{
    memory_region_init_io(&s->bar1, OBJECT(s), &gsp_bar1_ops, s, "gsp-bar1",
                          (uint64_t)s->bar1_mib * MiB);
    memory_region_init_io(&s->bar3, OBJECT(s), &gsp_bar2_ops, s, "gsp-bar2",
                          GSP_BAR3_SIZE);
}
