/*
 * NVIDIA GSP GPU model: checks of GspFwWprMeta
 *
 * Every field against the layout that the boot contract gives,
 * §5.1 .. §5.3; on chips with an FSP that layout is made here, §5.4.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/units.h"
#include "gsp_hw.h"
#include "gsp_wprmeta.h"

#define MAGIC           0xdc3aae21371a60b3ull
#define REVISION        1
#define BOOTLOADER_MAX  (1 * MiB)
#define HEAP_MIN        (88 * MiB)      /* libos 3 of 570.144 */
#define HEAP_MIN_LIBOS2 (64 * MiB)
#define HEAP_MIN_VGPU   (581 * MiB)
#define SIGNATURE_ALIGN 256
#define PRESCRUBBED     (256 * MiB)

/* Where the 64-bit fields are */
static const struct {
    uint16_t off, member;
} fields[] = {
#define FIELD64(o, m) { o, offsetof(GspWprMeta, m) }
    FIELD64(0x00, magic), FIELD64(0x08, revision),
    FIELD64(0x10, radix3_addr), FIELD64(0x18, image_size),
    FIELD64(0x20, bootloader_addr), FIELD64(0x28, bootloader_size),
    FIELD64(0x30, code_off), FIELD64(0x38, data_off),
    FIELD64(0x40, manifest_off), FIELD64(0x48, signature_addr),
    FIELD64(0x50, signature_size), FIELD64(0x58, rsvd_start),
    FIELD64(0x60, non_wpr_heap), FIELD64(0x68, non_wpr_heap_size),
    FIELD64(0x70, wpr_start), FIELD64(0x78, heap), FIELD64(0x80, heap_size),
    FIELD64(0x88, image), FIELD64(0x90, bootloader), FIELD64(0x98, frts),
    FIELD64(0xa0, frts_size), FIELD64(0xa8, wpr_end), FIELD64(0xb0, fb_size),
    FIELD64(0xb8, vga), FIELD64(0xc0, vga_size),
    FIELD64(GSP_WPRMETA_VERIFIED, verified),
};

static void wprmeta_decode(const uint8_t *raw, GspWprMeta *m)
{
    for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
        *(uint64_t *)((char *)m + fields[i].member) = ldq_le_p(raw +
                                                               fields[i].off);
    }
    m->vf_count = raw[0xf0];
    m->pmu_size = ldl_le_p(raw + 0xf4);
}

static bool wprmeta_header_ok(GspGpu *s, const GspWprMeta *m)
{
    if (m->magic != MAGIC) {
        gsp_rule_broken(s, GSP_RULE_WPRMETA_MAGIC, "0x%" PRIx64, m->magic);
        return false;
    }
    if (m->revision != REVISION) {
        gsp_rule_broken(s, GSP_RULE_WPRMETA_REVISION, "%" PRIu64,
                        m->revision);
        return false;
    }
    if (m->verified) {
        gsp_rule_broken(s, GSP_RULE_WPRMETA_VERIFIED, "0x%" PRIx64,
                        m->verified);
        return false;
    }
    return true;
}

static bool wprmeta_fb_size_ok(GspGpu *s, const GspWprMeta *m)
{
    if (m->fb_size != s->fb_size) {
        gsp_rule_broken(s, GSP_RULE_WPRMETA_FB_SIZE, "0x%" PRIx64
                        ", not 0x%" PRIx64, m->fb_size, s->fb_size);
        return false;
    }
    return true;
}

static bool wprmeta_sysmem_ok(GspGpu *s, const GspWprMeta *m)
{
    const struct {
        const char *name;
        uint64_t addr, size, align;
    } r[] = {
        { "radix3", m->radix3_addr, m->image_size, GSP_PAGE_SIZE },
        { "bootloader", m->bootloader_addr, m->bootloader_size,
          GSP_PAGE_SIZE },
        { "signature", m->signature_addr, m->signature_size,
          SIGNATURE_ALIGN },
    };

    for (size_t i = 0; i < ARRAY_SIZE(r); i++) {
        if (!r[i].addr || r[i].addr % r[i].align || !r[i].size) {
            gsp_rule_broken(s, GSP_RULE_WPRMETA_SYSMEM, "%s 0x%" PRIx64
                            " size 0x%" PRIx64, r[i].name, r[i].addr,
                            r[i].size);
            return false;
        }
    }
    return true;
}

/* The regions of framebuffer from low to high, and how each is aligned */
typedef struct Region {
    const char *name;
    uint64_t off, size;
    uint64_t off_align, size_align;
} Region;

#define REGIONS 8

static void wprmeta_regions(const GspWprMeta *m, Region r[REGIONS])
{
    const Region all[REGIONS] = {
        { "non-WPR heap", m->non_wpr_heap, m->non_wpr_heap_size, 1 * MiB,
          64 * KiB },
        { "WPR meta", m->wpr_start, GSP_WPRMETA_LEN, 1 * MiB, 1 },
        { "WPR heap", m->heap, m->heap_size, 1 * MiB, 1 * MiB },
        { "image", m->image, m->image_size, 64 * KiB, 1 },
        { "bootloader", m->bootloader, m->bootloader_size, 4 * KiB, 1 },
        { "FRTS", m->frts, m->frts_size, 128 * KiB, 128 * KiB },
        { "WPR end", m->wpr_end, 0, 128 * KiB, 1 },
        { "VGA workspace", m->vga, m->vga_size, 64 * KiB, 64 * KiB },
    };

    memcpy(r, all, sizeof(all));
}

static bool wprmeta_layout_ok(GspGpu *s, const GspWprMeta *m)
{
    Region r[REGIONS];

    wprmeta_regions(m, r);
    for (int i = 0; i < REGIONS; i++) {
        if (r[i].off > s->fb_size || r[i].size > s->fb_size - r[i].off) {
            gsp_rule_broken(s, GSP_RULE_WPRMETA_OUT_OF_FB, "%s 0x%" PRIx64
                            " + 0x%" PRIx64, r[i].name, r[i].off, r[i].size);
            return false;
        }
    }
    for (int i = 0; i < REGIONS; i++) {
        if (r[i].off % r[i].off_align || r[i].size % r[i].size_align) {
            gsp_rule_broken(s, GSP_RULE_WPRMETA_ALIGNMENT, "%s 0x%" PRIx64
                            " + 0x%" PRIx64, r[i].name, r[i].off, r[i].size);
            return false;
        }
    }
    for (int i = 0; i + 1 < REGIONS; i++) {
        if (r[i].off + r[i].size > r[i + 1].off) {
            gsp_rule_broken(s, GSP_RULE_WPRMETA_OVERLAP, "%s ends at 0x%"
                            PRIx64 ", %s starts at 0x%" PRIx64, r[i].name,
                            r[i].off + r[i].size, r[i + 1].name,
                            r[i + 1].off);
            return false;
        }
    }
    if (m->rsvd_start != m->non_wpr_heap) {
        gsp_rule_broken(s, GSP_RULE_WPRMETA_OVERLAP, "reserved start 0x%"
                        PRIx64 " is not the non-WPR heap", m->rsvd_start);
        return false;
    }
    return true;
}

/* GA100: no FRTS, and booter_load makes WPR2 */
static bool wprmeta_no_frts_ok(GspGpu *s, const GspWprMeta *m)
{
    if (s->wpr2_hi) {
        gsp_rule_broken(s, GSP_RULE_BOOTER_WPR2_UP, "WPR2 0x%" PRIx64
                        "..0x%" PRIx64, s->wpr2_lo, s->wpr2_hi);
        return false;
    }
    if (m->frts_size) {
        gsp_rule_broken(s, GSP_RULE_WPRMETA_FRTS, "0x%" PRIx64 " bytes, %s "
                        "has none", m->frts_size, s->chip->name);
        return false;
    }
    if (m->wpr_end != m->frts) {
        gsp_rule_broken(s, GSP_RULE_WPRMETA_WPR_END, "0x%" PRIx64
                        ", FRTS would be at 0x%" PRIx64, m->wpr_end, m->frts);
        return false;
    }
    return true;
}

static bool wprmeta_wpr2_ok(GspGpu *s, const GspWprMeta *m)
{
    uint64_t frts_end = m->frts + m->frts_size;

    if (s->chip->family == GSP_GA100) {
        return wprmeta_no_frts_ok(s, m);
    }
    if (!s->wpr2_hi || s->state != GSP_STATE_FWSEC) {
        gsp_rule_broken(s, GSP_RULE_BOOTER_NEEDS_FRTS, "WPR2 0x%" PRIx64
                        "..0x%" PRIx64, s->wpr2_lo, s->wpr2_hi);
        return false;
    }
    if (m->frts != s->wpr2_lo || frts_end != s->wpr2_hi) {
        gsp_rule_broken(s, GSP_RULE_WPRMETA_FRTS, "0x%" PRIx64 "..0x%" PRIx64
                        ", WPR2 0x%" PRIx64 "..0x%" PRIx64, m->frts, frts_end,
                        s->wpr2_lo, s->wpr2_hi);
        return false;
    }
    if (m->wpr_end != frts_end) {
        gsp_rule_broken(s, GSP_RULE_WPRMETA_WPR_END, "0x%" PRIx64
                        ", FRTS ends at 0x%" PRIx64, m->wpr_end, frts_end);
        return false;
    }
    return true;
}

static bool wprmeta_heap_ok(GspGpu *s, const GspWprMeta *m)
{
    bool libos2 = s->chip->family & GSP_HAS_PIO;
    uint64_t min = m->vf_count ? HEAP_MIN_VGPU
                               : libos2 ? HEAP_MIN_LIBOS2 : HEAP_MIN;

    if (m->heap_size < min) {
        gsp_rule_broken(s, GSP_RULE_WPRMETA_HEAP, "0x%" PRIx64
                        ", at least 0x%" PRIx64 " for %u VFs", m->heap_size,
                        min, m->vf_count);
        return false;
    }
    return true;
}

static bool wprmeta_lock_ok(GspGpu *s, const GspWprMeta *m)
{
    uint64_t lock = s->fb_size - s->chip->mmu_lock_mib * MiB;

    if (s->chip->mmu_lock_mib && m->wpr_end > lock) {
        gsp_rule_broken(s, GSP_RULE_WPRMETA_LOCKED, "WPR ends at 0x%" PRIx64
                        ", locked from 0x%" PRIx64 " on", m->wpr_end, lock);
        return false;
    }
    return true;
}

/* Only the end of framebuffer is usable until the scrubber ran */
static bool wprmeta_scrubbed(GspGpu *s, const GspWprMeta *m)
{
    uint64_t needed = s->fb_size - m->rsvd_start;

    if (!s->chip->scrubber_ucode_id || s->scrubbed || needed <= PRESCRUBBED) {
        return true;
    }
    gsp_rule_broken(s, GSP_RULE_BOOTER_NEEDS_SCRUBBER, "0x%" PRIx64
                    " at the end of framebuffer are to be used, 0x%llx are "
                    "scrubbed", needed, (long long)PRESCRUBBED);
    return false;
}

static bool wprmeta_bootloader_ok(GspGpu *s, const GspWprMeta *m)
{
    if (m->bootloader_size > BOOTLOADER_MAX) {
        gsp_rule_broken(s, GSP_RULE_BOOTLOADER_UNKNOWN, "0x%" PRIx64 " bytes",
                        m->bootloader_size);
        return false;
    }
    return true;
}

bool gsp_wprmeta_check(GspGpu *s, const uint8_t *raw, GspWprMeta *m)
{
    wprmeta_decode(raw, m);
    return wprmeta_header_ok(s, m) && wprmeta_fb_size_ok(s, m) &&
           wprmeta_sysmem_ok(s, m) && wprmeta_layout_ok(s, m) &&
           wprmeta_wpr2_ok(s, m) && wprmeta_lock_ok(s, m) &&
           wprmeta_heap_ok(s, m) && wprmeta_scrubbed(s, m) &&
           wprmeta_bootloader_ok(s, m);
}

/*
 * Chips with an FSP
 */
static bool wprmeta_offsets_zero(GspGpu *s, const GspWprMeta *m)
{
    const struct {
        const char *name;
        uint64_t val;
    } f[] = {
        { "gspFwRsvdStart", m->rsvd_start },
        { "nonWprHeapOffset", m->non_wpr_heap },
        { "gspFwWprStart", m->wpr_start }, { "gspFwHeapOffset", m->heap },
        { "gspFwOffset", m->image }, { "bootBinOffset", m->bootloader },
        { "frtsOffset", m->frts }, { "gspFwWprEnd", m->wpr_end },
        { "fbSize", m->fb_size }, { "vgaWorkspaceOffset", m->vga },
    };

    for (size_t i = 0; i < ARRAY_SIZE(f); i++) {
        if (f[i].val) {
            gsp_rule_broken(s, GSP_RULE_WPRMETA_NOT_ZERO, "%s 0x%" PRIx64,
                            f[i].name, f[i].val);
            return false;
        }
    }
    return true;
}

/* What is above FRTS has to fit there */
static bool wprmeta_sizes_ok(GspGpu *s, const GspWprMeta *m,
                             uint64_t frts_from_end)
{
    if (m->non_wpr_heap_size >= s->chip->non_wpr_heap &&
        !(m->non_wpr_heap_size % (64 * KiB)) &&
        m->pmu_size == s->chip->pmu_reserved &&
        m->vga_size && !(m->vga_size % (64 * KiB)) &&
        m->vga_size <= frts_from_end - m->pmu_size) {
        return true;
    }
    gsp_rule_broken(s, GSP_RULE_WPRMETA_RESERVED, "non-WPR heap 0x%" PRIx64
                    " of 0x%x, PMU 0x%x of 0x%x, VGA workspace 0x%" PRIx64,
                    m->non_wpr_heap_size, s->chip->non_wpr_heap, m->pmu_size,
                    s->chip->pmu_reserved, m->vga_size);
    return false;
}

/* The next lower place for so many bytes */
static bool lay_below(GspGpu *s, const char *name, uint64_t above,
                      uint64_t size, uint64_t align, uint64_t *at)
{
    if (size > above) {
        gsp_rule_broken(s, GSP_RULE_WPRMETA_OUT_OF_FB, "%s of 0x%" PRIx64
                        " below 0x%" PRIx64, name, size, above);
        return false;
    }
    *at = QEMU_ALIGN_DOWN(above - size, align);
    return true;
}

bool gsp_wprmeta_lay_out(GspGpu *s, uint8_t *raw, GspWprMeta *m,
                         uint64_t frts_from_end, uint64_t frts_size)
{
    wprmeta_decode(raw, m);
    if (!wprmeta_header_ok(s, m) || !wprmeta_sysmem_ok(s, m) ||
        !wprmeta_offsets_zero(s, m) || !wprmeta_heap_ok(s, m) ||
        !wprmeta_sizes_ok(s, m, frts_from_end) ||
        !wprmeta_bootloader_ok(s, m)) {
        return false;
    }
    if (m->frts_size != frts_size) {
        gsp_rule_broken(s, GSP_RULE_WPRMETA_FRTS, "0x%" PRIx64 " bytes, COT "
                        "says 0x%" PRIx64, m->frts_size, frts_size);
        return false;
    }
    m->fb_size = s->fb_size;
    m->vga = m->fb_size - m->vga_size;
    m->wpr_end = m->fb_size - frts_from_end;
    m->frts = m->wpr_end - m->frts_size;
    if (!lay_below(s, "bootloader", m->frts, m->bootloader_size, 4 * KiB,
                   &m->bootloader) ||
        !lay_below(s, "image", m->bootloader, m->image_size, 64 * KiB,
                   &m->image) ||
        !lay_below(s, "WPR heap", m->image, m->heap_size, 1 * MiB,
                   &m->heap) ||
        !lay_below(s, "WPR meta", m->heap, GSP_WPRMETA_LEN, 1 * MiB,
                   &m->wpr_start) ||
        !lay_below(s, "non-WPR heap", m->wpr_start, m->non_wpr_heap_size,
                   64 * KiB, &m->non_wpr_heap)) {
        return false;
    }
    m->heap_size = QEMU_ALIGN_DOWN(m->image - m->heap, 1 * MiB);
    m->rsvd_start = m->non_wpr_heap;
    for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
        stq_le_p(raw + fields[i].off, *(uint64_t *)((char *)m +
                                                    fields[i].member));
    }
    return true;
}
