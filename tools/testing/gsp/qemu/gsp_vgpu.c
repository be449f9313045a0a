/*
 * NVIDIA GSP GPU model: vGPUs
 *
 * A vGPU is a GFID with framebuffer, channel ids and a heap for its plugin
 * task. Framebuffer is never cleared, neither at its beginning nor at its end.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "gsp_vgpu.h"
#include "trace.h"

/* GPUs whose GSP runs the plugin (g_gpu_nvoc.c of the public sources) */
static const uint16_t offload_chips[] = {
    0x192, 0x193, 0x194, 0x196, 0x197, 0x180, 0x1a0, 0x1a2,
    0x1b2, 0x1b3, 0x1b5, 0x1b6, 0x1b7,
};

uint32_t gsp_vgpu_refuse(GspRm *rm, GspRule rule, uint32_t status,
                         const char *fmt, ...)
{
    g_autofree char *why = NULL;
    va_list ap;

    va_start(ap, fmt);
    why = g_strdup_vprintf(fmt, ap);
    va_end(ap);
    gsp_rule_broken(rm->gpu, rule, "%s", why);
    return status;
}

/*
 * Start and end of GSP-RM
 */

/* GSP-RM was told about VFs, and to offer them */
void gsp_vgpus_init(GspRm *rm)
{
    uint32_t mode = 0;

    gsp_registry_dword(rm, "RMSetSriovMode", &mode);
    if (mode != 1) {
        return;
    }
    if (!rm->vf_info) {
        gsp_rule_broken(rm->gpu, GSP_RULE_SRIOV_MODE, "totalVFs is 0");
        return;
    }
    rm->sriov = true;
    for (size_t i = 0; i < ARRAY_SIZE(offload_chips); i++) {
        if (rm->gpu->chip->id == offload_chips[i]) {
            rm->vgpus = g_new0(struct GspVgpus, 1);
        }
    }
}

static void vgpu_free(GspRm *rm, GspVgpu *v)
{
    gsp_vmmu_set(rm->gpu, v->gfid, NULL);
    rm->vgpus->vgpu[v->gfid] = NULL;
    g_free(v);
}

void gsp_vgpus_fini(GspRm *rm)
{
    if (!rm->vgpus) {
        return;
    }
    for (unsigned gfid = 0; gfid < GSP_GFIDS; gfid++) {
        if (rm->vgpus->vgpu[gfid]) {
            vgpu_free(rm, rm->vgpus->vgpu[gfid]);
        }
    }
    g_free(rm->vgpus);
    rm->vgpus = NULL;
}

/* A driver stops its vGPUs before GSP-RM; what it could not stop is excused */
void gsp_vgpus_unloading(GspRm *rm)
{
    for (unsigned gfid = 0; rm->vgpus && gfid < GSP_GFIDS; gfid++) {
        const GspVgpu *v = rm->vgpus->vgpu[gfid];

        if (v && v->state != GSP_VGPU_CRASHED && v->state != GSP_VGPU_STUCK) {
            gsp_rule_broken(rm->gpu, GSP_RULE_VGPU_LEFT, "GFID %u", gfid);
        }
    }
}

void gsp_vgpus_run(GspRm *rm, int64_t now)
{
    for (unsigned gfid = 0; rm->vgpus && gfid < GSP_GFIDS; gfid++) {
        GspVgpu *v = rm->vgpus->vgpu[gfid];

        if (v && v->due <= now && gsp_rm_alive(rm)) {
            v->due = INT64_MAX;
            gsp_plugin_run(rm, v);
        }
    }
}

int64_t gsp_vgpus_due(GspRm *rm)
{
    int64_t due = INT64_MAX;

    for (unsigned gfid = 0; rm->vgpus && gfid < GSP_GFIDS; gfid++) {
        const GspVgpu *v = rm->vgpus->vgpu[gfid];

        due = v ? MIN(due, v->due) : due;
    }
    return due;
}

bool gsp_vgpu_live(GspGpu *s, unsigned gfid)
{
    const GspVgpu *v = s->rm->vgpus && gfid < GSP_GFIDS
                       ? s->rm->vgpus->vgpu[gfid] : NULL;

    return v && v->state == GSP_VGPU_RUNNING && v->bus_master;
}

bool gsp_vgpu_has_chid(GspRm *rm, uint32_t engine, uint32_t chid)
{
    for (unsigned gfid = 0; rm->vgpus && gfid < GSP_GFIDS; gfid++) {
        const GspVgpu *v = rm->vgpus->vgpu[gfid];

        if (v && engine < GSP_VGPU_ENGINES &&
            chid - v->chid[engine] < v->channels) {
            return true;
        }
    }
    return false;
}

/*
 * SHUTDOWN and CLEANUP
 */

static GspVgpu *find(GspRm *rm, uint32_t gfid)
{
    GspVgpu *v = gfid < GSP_GFIDS ? rm->vgpus->vgpu[gfid] : NULL;

    if (!v) {
        gsp_rule_broken(rm->gpu, GSP_RULE_VGPU_NO_PLUGIN, "GFID %u", gfid);
    }
    return v;
}

uint32_t gsp_vgpu_shutdown(GspRm *rm, GspObject *o, uint8_t *p)
{
    uint32_t gfid = ldl_le_p(p);
    GspVgpu *v;

    if (!rm->vgpus) {
        return NVS_NOT_SUPPORTED;
    }
    v = find(rm, gfid);
    if (!v) {
        return NVS_OBJECT_NOT_FOUND;
    }
    trace_gsp_vgpu_shutdown(gfid, v->state);
    switch (v->state) {
    case GSP_VGPU_CRASHED:
        return NVS_OK;           /* nobody is left to say UNLOADED */
    case GSP_VGPU_STOPPING:
    case GSP_VGPU_STOPPED:
        return gsp_vgpu_refuse(rm, GSP_RULE_VGPU_SHUTDOWN_ORDER,
                               NVS_INVALID_STATE, "GFID %u", gfid);
    default:
        break;
    }
    v->rung = false;
    if (v->state == GSP_VGPU_STUCK ||
        gsp_fault_hit(rm->gpu, GSP_FAULT_PLUGIN_NO_UNLOAD, GSP_PHASE_SHUTDOWN,
                      0, NULL)) {
        v->state = GSP_VGPU_STUCK;
        v->due = INT64_MAX;
        return NVS_OK;
    }
    v->state = GSP_VGPU_STOPPING;
    v->due = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) + GSP_PLUGIN_DELAY_NS;
    return NVS_OK;
}

uint32_t gsp_vgpu_cleanup(GspRm *rm, GspObject *o, uint8_t *p)
{
    uint32_t gfid = ldl_le_p(p);
    GspVgpu *v;

    if (!rm->vgpus) {
        return NVS_NOT_SUPPORTED;
    }
    v = find(rm, gfid);
    if (!v) {
        return NVS_OBJECT_NOT_FOUND;
    }
    switch (v->state) {
    case GSP_VGPU_STUCK:
        return NVS_INVALID_STATE;            /* not the driver's fault */
    case GSP_VGPU_STARTING:
    case GSP_VGPU_RUNNING:
        return gsp_vgpu_refuse(rm, GSP_RULE_VGPU_CLEANUP_ORDER,
                               NVS_INVALID_STATE, "GFID %u still runs", gfid);
    case GSP_VGPU_STOPPING:      /* known drivers do not wait for the event */
        gsp_plugin_event(rm, v, GSP_PLUGIN_UNLOADED, GSP_PHASE_SHUTDOWN);
        break;
    default:
        break;
    }
    vgpu_free(rm, v);
    trace_gsp_vgpu_cleanup(gfid);
    return NVS_OK;
}
