/*
 * NVIDIA GSP GPU model: framebuffer
 *
 * Sparse host memory without reservation, so that a 48 GiB board runs on a
 * small machine. The CPU reaches it through the PRAMIN window; WPR2 is closed
 * to the CPU. Nothing here ever clears framebuffer: what was written stays,
 * over boot, unload and reset, until somebody overwrites it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/units.h"
#include "qapi/error.h"
#include "gsp_hw.h"
#include "trace.h"

#define PRAMIN_BASE     0x700000
#define PRAMIN_SIZE     (1 * MiB)

uint32_t gsp_fb_range(uint32_t mib)
{
    uint32_t scale = 0;

    for (; mib > 0x3f; mib >>= 1, scale++) {
        if (mib & 1) {
            return 0;
        }
    }
    return mib << 4 | scale;
}

bool gsp_fb_init(GspGpu *s, Error **errp)
{
    if ((s->chip->family & GSP_HAS_PIO) && !gsp_fb_range(s->fb_mib)) {
        error_setg(errp, "gsp-gpu: %s cannot say fb-size %u", s->chip->name,
                   s->fb_mib);
        return false;
    }
    s->fb_size = (uint64_t)s->fb_mib * MiB;
    s->fb = mmap(NULL, s->fb_size, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (s->fb == MAP_FAILED) {
        s->fb = NULL;
        error_setg_errno(errp, errno, "gsp-gpu: %u MiB of framebuffer",
                         s->fb_mib);
        return false;
    }
    return true;
}

void gsp_fb_exit(GspGpu *s)
{
    if (s->fb) {
        munmap(s->fb, s->fb_size);
        s->fb = NULL;
    }
}

static bool gsp_fb_range_ok(GspGpu *s, uint64_t addr, uint64_t len)
{
    return addr <= s->fb_size && len <= s->fb_size - addr;
}

bool gsp_fb_read(GspGpu *s, uint64_t addr, void *buf, size_t len)
{
    if (!gsp_fb_range_ok(s, addr, len)) {
        return false;
    }
    memcpy(buf, s->fb + addr, len);
    return true;
}

bool gsp_fb_write(GspGpu *s, uint64_t addr, const void *buf, size_t len)
{
    if (!gsp_fb_range_ok(s, addr, len)) {
        return false;
    }
    memcpy(s->fb + addr, buf, len);
    return true;
}

void gsp_wpr2_set(GspGpu *s, uint64_t lo, uint64_t hi)
{
    s->wpr2_lo = lo;
    s->wpr2_hi = hi;
    trace_gsp_wpr2(lo, hi);
}

bool gsp_wpr2_touches(GspGpu *s, uint64_t addr, uint64_t size)
{
    return addr + size > s->wpr2_lo && addr < s->wpr2_hi;
}

/* May the CPU access this piece of framebuffer? */
static bool gsp_fb_cpu_ok(GspGpu *s, uint64_t addr, unsigned size)
{
    if (!gsp_fb_range_ok(s, addr, size)) {
        gsp_rule_broken(s, GSP_RULE_FB_OUT_OF_RANGE, "0x%" PRIx64, addr);
        return false;
    }
    if (gsp_wpr2_touches(s, addr, size)) {
        gsp_rule_broken(s, GSP_RULE_WPR2_CPU_ACCESS, "0x%" PRIx64, addr);
        return false;
    }
    return true;
}

uint64_t gsp_fb_cpu_read(GspGpu *s, uint64_t addr, unsigned size)
{
    uint64_t val = 0;

    if (!gsp_fb_cpu_ok(s, addr, size)) {
        return 0xbadf5040 & MAKE_64BIT_MASK(0, size * 8);
    }
    memcpy(&val, s->fb + addr, size);
    return le64_to_cpu(val);
}

void gsp_fb_cpu_write(GspGpu *s, uint64_t addr, uint64_t val, unsigned size)
{
    if (gsp_fb_cpu_ok(s, addr, size)) {
        val = cpu_to_le64(val);
        memcpy(s->fb + addr, &val, size);
    }
}

/*
 * PRAMIN: one MiB of framebuffer at (window register << 16)
 */
static uint64_t pramin_addr(GspGpu *s, uint32_t off)
{
    return ((uint64_t)gsp_reg(s->window, s->window_off) << 16) + off;
}

static uint64_t pramin_read(GspGpu *s, GspBlock *b, uint32_t off,
                            unsigned size)
{
    return gsp_fb_cpu_read(s, pramin_addr(s, off), size);
}

static void pramin_write(GspGpu *s, GspBlock *b, uint32_t off, uint64_t val,
                         unsigned size)
{
    gsp_fb_cpu_write(s, pramin_addr(s, off), val, size);
}

void gsp_pramin_init(GspGpu *s)
{
    GspBlock *b = gsp_block_add(s, "pramin", PRAMIN_BASE, PRAMIN_SIZE, NULL, 0,
                                NULL);

    b->read = pramin_read;
    b->write = pramin_write;
    b->any_size = true;
}
