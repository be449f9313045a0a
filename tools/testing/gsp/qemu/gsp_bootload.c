/*
 * NVIDIA GSP GPU model: BOOTLOAD of a plugin task
 *
 * The host picks framebuffer, channel ids and a heap for a vGPU and names them
 * (vGPU contract 2.2). We hold what it names against the device, the boot and
 * the other vGPUs.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "qemu/range.h"
#include "hw/pci/pci.h"
#include "gsp_engine.h"
#include "gsp_vgpu.h"
#include "trace.h"

#define PLUGIN_CHANNELS_MAX  5
#define SWIZZ_NONE           0xFFFFFFFF

static void decode(GspVgpu *v, const uint8_t *p)
{
    static const uint16_t logs[GSP_VGPU_LOGS] = {
        R570_BL_INIT_LOG, R570_BL_VGPU_LOG, R570_BL_KERNEL_LOG,
    };

    v->dbdf = ldl_le_p(p + R570_BL_DBDF);
    v->gfid = ldl_le_p(p + R570_BL_GFID);
    v->swizz = ldl_le_p(p + R570_BL_SWIZZ_ID);
    v->channels = ldl_le_p(p + R570_BL_CHANNELS);
    v->plugin_channels = ldl_le_p(p + R570_BL_PLUGIN_CHANNELS);
    for (unsigned i = 0; i < GSP_VGPU_ENGINES; i++) {
        v->chid[i] = ldl_le_p(p + R570_BL_CHID_OFFSET + 4 * i);
    }
    v->fb.nr = ldl_le_p(p + R570_BL_FB_SEGMENTS);
    for (unsigned i = 0; i < MIN(v->fb.nr, GSP_VMMU_SEGMENTS); i++) {
        v->fb.seg[i].addr = ldq_le_p(p + R570_BL_FB_ADDR + 8 * i);
        v->fb.seg[i].len = ldq_le_p(p + R570_BL_FB_LENGTH + 8 * i);
    }
    v->heap = ldq_le_p(p + R570_BL_HEAP_ADDR);
    v->heap_size = ldq_le_p(p + R570_BL_HEAP_LENGTH);
    v->ctrl = ldq_le_p(p + R570_BL_CTRL_OFFSET);
    for (unsigned i = 0; i < GSP_VGPU_LOGS; i++) {
        v->log[i].pa = ldq_le_p(p + logs[i]);
        v->log[i].size = ldq_le_p(p + logs[i] + 8);
        v->log[i].fb = true;
    }
}

/* Where the VF of this GFID is; message 2 tells it as well */
uint32_t gsp_vgpu_check_dbdf(GspRm *rm, const GspVgpu *v, uint32_t dbdf)
{
    PCIDevice *dev = PCI_DEVICE(rm->gpu);
    const uint8_t *cap = dev->config + rm->gpu->chip->sriov_cap;
    uint32_t want = pci_get_bdf(dev) +
                    pci_get_word(cap + PCI_SRIOV_VF_OFFSET) +
                    pci_get_word(cap + PCI_SRIOV_VF_STRIDE) * (v->gfid - 1);

    if (dbdf == want) {
        return NVS_OK;
    }
    return gsp_vgpu_refuse(rm, GSP_RULE_VGPU_DBDF, NVS_INVALID_ARGUMENT,
                           "0x%x, the VF of GFID %u is 0x%x", dbdf, v->gfid,
                           want);
}

static uint32_t check_identity(GspRm *rm, const GspVgpu *v)
{
    uint32_t live = 0, most = rm->boot.wpr_meta[R570_WM_VF_PARTITIONS];

    if (!v->gfid || v->gfid > MIN(rm->gpu->total_vfs, GSP_GFIDS - 1)) {
        return gsp_vgpu_refuse(rm, GSP_RULE_VGPU_GFID, NVS_INVALID_ARGUMENT,
                               "%u, there are %d VFs", v->gfid,
                               rm->gpu->total_vfs);
    }
    if (rm->vgpus->vgpu[v->gfid]) {
        return gsp_vgpu_refuse(rm, GSP_RULE_VGPU_GFID_BUSY, NVS_INVALID_STATE,
                               "%u", v->gfid);
    }
    for (unsigned gfid = 0; gfid < GSP_GFIDS; gfid++) {
        live += rm->vgpus->vgpu[gfid] != NULL;
    }
    if (live >= most) {
        return gsp_vgpu_refuse(rm, GSP_RULE_VGPU_PARTITIONS,
                               NVS_INSUFFICIENT_RESOURCES,
                               "GFID %u beside %u", v->gfid, live);
    }
    if (v->swizz && v->swizz != SWIZZ_NONE) {
        return gsp_vgpu_refuse(rm, GSP_RULE_VGPU_SWIZZ, NVS_INVALID_ARGUMENT,
                               "0x%x without MIG", v->swizz);
    }
    return v->dbdf ? gsp_vgpu_check_dbdf(rm, v, v->dbdf) : NVS_OK;
}

/* Framebuffer that is the host's to give */
static bool in_fb(GspRm *rm, uint64_t addr, uint64_t len)
{
    uint64_t end = gsp_rm_bar_root(rm, 1);

    return len && addr < end && len <= end - addr;
}

static bool overlap(uint64_t a, uint64_t alen, uint64_t b, uint64_t blen)
{
    return alen && blen && ranges_overlap(a, alen, b, blen);
}

/* Does a piece of framebuffer belong to v, be it guest's or plugin's? */
static bool vgpu_has_fb(const GspVgpu *v, uint64_t addr, uint64_t len)
{
    for (uint32_t i = 0; i < v->fb.nr; i++) {
        if (overlap(addr, len, v->fb.seg[i].addr, v->fb.seg[i].len)) {
            return true;
        }
    }
    return overlap(addr, len, v->heap, v->heap_size);
}

static uint32_t check_free(GspRm *rm, uint64_t addr, uint64_t len)
{
    for (unsigned gfid = 0; gfid < GSP_GFIDS; gfid++) {
        const GspVgpu *v = rm->vgpus->vgpu[gfid];

        if (v && vgpu_has_fb(v, addr, len)) {
            return gsp_vgpu_refuse(rm, GSP_RULE_VGPU_FB_OVERLAP,
                                   NVS_INVALID_ARGUMENT, "0x%" PRIx64 " + 0x%"
                                   PRIx64 " is GFID %u's", addr, len, gfid);
        }
    }
    if (gsp_channels_use(rm, addr, len)) {
        return gsp_vgpu_refuse(rm, GSP_RULE_VGPU_FB_OVERLAP,
                               NVS_INVALID_ARGUMENT, "0x%" PRIx64 " + 0x%"
                               PRIx64 " is a channel's of the PF", addr, len);
    }
    return NVS_OK;
}

/* A piece, and those before it */
static uint32_t check_segment(GspRm *rm, const GspVgpu *v, uint32_t i)
{
    uint64_t addr = v->fb.seg[i].addr, len = v->fb.seg[i].len;
    GspVgpu before = { .fb.nr = i };

    if (!len || addr % GSP_VMMU_SEGMENT_SIZE || len % GSP_VMMU_SEGMENT_SIZE) {
        return gsp_vgpu_refuse(rm, GSP_RULE_VGPU_FB_ALIGNMENT,
                               NVS_INVALID_ARGUMENT, "piece %u: 0x%" PRIx64
                               " + 0x%" PRIx64, i, addr, len);
    }
    if (!in_fb(rm, addr, len)) {
        return gsp_vgpu_refuse(rm, GSP_RULE_VGPU_FB_RANGE,
                               NVS_INVALID_ARGUMENT, "piece %u: 0x%" PRIx64
                               " + 0x%" PRIx64, i, addr, len);
    }
    memcpy(before.fb.seg, v->fb.seg, i * sizeof(before.fb.seg[0]));
    if (vgpu_has_fb(&before, addr, len)) {
        return gsp_vgpu_refuse(rm, GSP_RULE_VGPU_FB_OVERLAP,
                               NVS_INVALID_ARGUMENT, "piece %u lies in another",
                               i);
    }
    return check_free(rm, addr, len);
}

static uint32_t check_fb(GspRm *rm, const GspVgpu *v)
{
    uint32_t status = NVS_OK;

    if (!v->fb.nr || v->fb.nr > GSP_VMMU_SEGMENTS) {
        return gsp_vgpu_refuse(rm, GSP_RULE_VGPU_FB_SEGMENTS,
                               NVS_INVALID_ARGUMENT, "%u", v->fb.nr);
    }
    for (uint32_t i = 0; i < v->fb.nr && status == NVS_OK; i++) {
        status = check_segment(rm, v, i);
    }
    return status;
}

static uint32_t check_heap(GspRm *rm, const GspVgpu *v)
{
    GspVgpu guest = { .fb = v->fb };

    if (v->heap_size < R570_PB_TOTAL) {
        return gsp_vgpu_refuse(rm, GSP_RULE_VGPU_HEAP_SIZE,
                               NVS_INVALID_ARGUMENT, "0x%" PRIx64 ", the "
                               "buffer needs 0x%x", v->heap_size,
                               R570_PB_TOTAL);
    }
    if (v->heap % GSP_PAGE_SIZE || v->heap_size % GSP_PAGE_SIZE ||
        !in_fb(rm, v->heap, v->heap_size)) {
        return gsp_vgpu_refuse(rm, GSP_RULE_VGPU_HEAP_RANGE,
                               NVS_INVALID_ARGUMENT, "0x%" PRIx64 " + 0x%"
                               PRIx64, v->heap, v->heap_size);
    }
    if (v->ctrl % GSP_PAGE_SIZE ||
        v->ctrl > v->heap_size - R570_PB_LOGS) {
        return gsp_vgpu_refuse(rm, GSP_RULE_VGPU_CTRL_BUFFER,
                               NVS_INVALID_ARGUMENT, "0x%" PRIx64, v->ctrl);
    }
    if (vgpu_has_fb(&guest, v->heap, v->heap_size)) {
        return gsp_vgpu_refuse(rm, GSP_RULE_VGPU_FB_OVERLAP,
                               NVS_INVALID_ARGUMENT, "the heap lies in the "
                               "guest's framebuffer");
    }
    return check_free(rm, v->heap, v->heap_size);
}

/* Logs are named by framebuffer address, and lie in the heap apart */
static uint32_t check_logs(GspRm *rm, const GspVgpu *v)
{
    for (unsigned i = 0; i < GSP_VGPU_LOGS; i++) {
        const GspLog *l = &v->log[i];
        bool bad = l->size < GSP_PAGE_SIZE || l->pa % 8 || l->size % 8 ||
                   l->pa < v->heap || l->size > v->heap_size ||
                   l->pa - v->heap > v->heap_size - l->size ||
                   overlap(l->pa, l->size, v->heap + v->ctrl, R570_PB_LOGS);

        for (unsigned j = 0; j < i; j++) {
            bad |= overlap(l->pa, l->size, v->log[j].pa, v->log[j].size);
        }
        if (bad) {
            return gsp_vgpu_refuse(rm, GSP_RULE_VGPU_LOG_RANGE,
                                   NVS_INVALID_ARGUMENT, "log %u: 0x%" PRIx64
                                   " + 0x%" PRIx64, i, l->pa, l->size);
        }
    }
    return NVS_OK;
}

/* Ids are a runlist's, so that its engines are given the same ones */
static uint32_t check_engine_channels(GspRm *rm, const GspVgpu *v,
                                      const GspHostEngine *engine)
{
    uint32_t e = engine->type, first = v->chid[e];

    if (!engine->runlist && first != v->chid[GSP_ENGINE_GR0]) {
        return gsp_vgpu_refuse(rm, GSP_RULE_VGPU_CHANNEL_RANGE,
                               NVS_INVALID_ARGUMENT, "engine %u: from %u, GR0 "
                               "on its runlist from %u", e, first,
                               v->chid[GSP_ENGINE_GR0]);
    }
    if (first >= GSP_CHIDS || v->channels > GSP_CHIDS - first) {
        return gsp_vgpu_refuse(rm, GSP_RULE_VGPU_CHANNEL_RANGE,
                               NVS_INVALID_ARGUMENT, "engine %u: %u from %u", e,
                               v->channels, first);
    }
    for (unsigned gfid = 0; gfid < GSP_GFIDS; gfid++) {
        const GspVgpu *other = rm->vgpus->vgpu[gfid];

        if (other && other != v &&
            overlap(first, v->channels, other->chid[e], other->channels)) {
            return gsp_vgpu_refuse(rm, GSP_RULE_VGPU_CHANNELS_BUSY,
                                   NVS_INSUFFICIENT_RESOURCES, "engine %u: %u "
                                   "from %u, some are GFID %u's", e,
                                   v->channels, first, gfid);
        }
    }
    if (gsp_channels_busy(rm, e, first, v->channels)) {
        return gsp_vgpu_refuse(rm, GSP_RULE_VGPU_CHANNELS_BUSY,
                               NVS_INSUFFICIENT_RESOURCES, "engine %u: %u from "
                               "%u, the PF has some", e, v->channels, first);
    }
    return NVS_OK;
}

uint32_t gsp_vgpu_check_channels(GspRm *rm, const GspVgpu *v)
{
    uint32_t status = NVS_OK;
    GspHostEngine e;
    unsigned n;

    if ((v->channels & (v->channels - 1)) || v->channels > GSP_CHIDS ||
        v->plugin_channels > PLUGIN_CHANNELS_MAX ||
        (v->channels && v->plugin_channels > v->channels)) {
        return gsp_vgpu_refuse(rm, GSP_RULE_VGPU_CHANNEL_COUNT,
                               NVS_INVALID_ARGUMENT, "%u, %u of the plugin",
                               v->channels, v->plugin_channels);
    }
    for (n = 0; v->channels && gsp_engine_nth(rm->gpu->chip, n, &e); n++) {
        status = status ?: check_engine_channels(rm, v, &e);
    }
    return status;
}

/* A driver that polls the word would take the plugin for running */
static uint32_t check_word(GspRm *rm, GspVgpu *v)
{
    uint32_t word;

    if (gsp_plugin_word(rm, v, &word) && word == R570_PC_BOOTLOADED) {
        return gsp_vgpu_refuse(rm, GSP_RULE_VGPU_BOOTLOADED_STALE, NVS_OK,
                               "GFID %u", v->gfid);
    }
    return NVS_OK;
}

static uint32_t check_bootload(GspRm *rm, GspVgpu *v)
{
    uint32_t status = check_identity(rm, v);

    status = status ?: check_fb(rm, v);
    status = status ?: check_heap(rm, v);
    status = status ?: check_logs(rm, v);
    status = status ?: gsp_vgpu_check_channels(rm, v);
    return status ?: check_word(rm, v);
}

uint32_t gsp_vgpu_bootload(GspRm *rm, GspObject *o, uint8_t *p)
{
    uint32_t type = ldl_le_p(p + R570_BL_TYPE), status;
    GspVgpu *v;
    uint64_t arg;

    if (!rm->vgpus) {
        return NVS_NOT_SUPPORTED;
    }
    v = g_new0(GspVgpu, 1);
    decode(v, p);
    status = check_bootload(rm, v);
    if (status == NVS_OK && type) {
        status = gsp_vgpu_claim_type(rm, v, type);
    }
    if (status == NVS_OK &&
        gsp_fault_hit(rm->gpu, GSP_FAULT_BOOTLOAD_REFUSED, GSP_PHASE_BOOTLOAD,
                      0, &arg)) {
        status = arg;
    }
    trace_gsp_vgpu_bootload(v->gfid, v->fb.nr, v->heap, v->channels, status);
    if (status != NVS_OK) {
        g_free(v);
        return status;
    }
    v->state = GSP_VGPU_STARTING;
    v->due = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) + GSP_PLUGIN_DELAY_NS;
    rm->vgpus->vgpu[v->gfid] = v;
    gsp_vmmu_set(rm->gpu, v->gfid, &v->fb);
    return NVS_OK;
}
