/*
 * NVIDIA GSP GPU model: VMMU
 *
 * Which framebuffer a VF sees: a list of pieces for each GFID, made of whole
 * segments, that lie behind one another in the guest's view. GSP-RM sets it
 * when it starts a plugin task and takes it away behind the task; it made sure
 * that no piece belongs to anybody else.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/range.h"
#include "gsp_hw.h"
#include "trace.h"

void gsp_vmmu_set(GspGpu *s, unsigned gfid, const GspVgpuFb *map)
{
    assert(gfid < GSP_VMMU_GFIDS);
    g_free(s->vmmu[gfid]);
    s->vmmu[gfid] = map ? g_memdup2(map, sizeof(*map)) : NULL;
    s->vmmu_told &= ~(1ull << gfid);
    trace_gsp_vmmu_set(gfid, map ? map->nr : 0);
}

bool gsp_vmmu_translate(GspGpu *s, unsigned gfid, uint64_t addr,
                        uint64_t *fb_addr, uint64_t *len)
{
    const GspVgpuFb *map = gfid < GSP_VMMU_GFIDS ? s->vmmu[gfid] : NULL;

    for (uint32_t i = 0; map && i < map->nr; i++) {
        if (addr < map->seg[i].len) {
            *fb_addr = map->seg[i].addr + addr;
            *len = map->seg[i].len - addr;
            return true;
        }
        addr -= map->seg[i].len;
    }
    return false;
}

/* The GFID that sees some of this framebuffer; 0: none does */
static unsigned vmmu_owner(GspGpu *s, uint64_t addr, uint64_t len)
{
    for (unsigned gfid = 1; gfid < GSP_VMMU_GFIDS; gfid++) {
        const GspVgpuFb *map = s->vmmu[gfid];

        for (uint32_t i = 0; map && i < map->nr; i++) {
            if (ranges_overlap(addr, len, map->seg[i].addr,
                               map->seg[i].len)) {
                return gfid;
            }
        }
    }
    return 0;
}

/* Scrubbing is for framebuffer whose guest is at rest; told once per vGPU */
void gsp_vmmu_pf_writes(GspGpu *s, uint64_t addr, uint64_t len)
{
    unsigned gfid = vmmu_owner(s, addr, len);

    if (gfid && !(s->vmmu_told & 1ull << gfid) && gsp_vgpu_live(s, gfid)) {
        s->vmmu_told |= 1ull << gfid;
        gsp_rule_broken(s, GSP_RULE_VGPU_FB_PF_WRITE, "0x%" PRIx64 " + 0x%"
                        PRIx64 " is GFID %u's", addr, len, gfid);
    }
}
