/*
 * NVIDIA GSP GPU model: vGPU types
 *
 * Types come from the host, and a type is signed: what was not made by whom it
 * may be made by is refused. The signature of generated types is the model's
 * own (README); NVIDIA's can't be verified here and so are refused as well.
 *
 * Without heterogeneous mode all vGPUs of a GPU have profiles of one size.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "gsp_vgpu.h"
#include "trace.h"

#define SIGNATURE_TEXT       "gsp-synthetic-vgpu-type"
#define SIGNATURE_RELEASE    570

static void signature_part(const uint8_t *record, uint32_t part, uint8_t *out)
{
    static const uint8_t none[R570_VT_SIGNATURE_LEN];
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    uint32_t head[2] = { cpu_to_le32(part), cpu_to_le32(SIGNATURE_RELEASE) };
    size_t tail = R570_VT_SIGNATURE + R570_VT_SIGNATURE_LEN;
    gsize len = GSP_SHA256_LEN;

    g_checksum_update(sum, (const guchar *)SIGNATURE_TEXT,
                      sizeof(SIGNATURE_TEXT));
    g_checksum_update(sum, (const guchar *)head, sizeof(head));
    g_checksum_update(sum, record, R570_VT_SIGNATURE);
    g_checksum_update(sum, none, sizeof(none));
    g_checksum_update(sum, record + tail, R570_VT_SIZE - tail);
    g_checksum_get_digest(sum, out, &len);
}

static bool signature_ok(const uint8_t *record)
{
    uint8_t want[R570_VT_SIGNATURE_LEN];

    for (uint32_t i = 0; i < sizeof(want) / GSP_SHA256_LEN; i++) {
        signature_part(record, i, want + i * GSP_SHA256_LEN);
    }
    return !memcmp(want, record + R570_VT_SIGNATURE, sizeof(want));
}

static GspVgpuType *type_find(GspRm *rm, uint32_t id)
{
    struct GspVgpus *vs = rm->vgpus;

    for (unsigned i = 0; i < vs->nr_types; i++) {
        if (vs->type[i].id == id) {
            return &vs->type[i];
        }
    }
    return NULL;
}

/* One that is known already is replaced */
static void type_add(GspRm *rm, const uint8_t *record)
{
    struct GspVgpus *vs = rm->vgpus;
    GspVgpuType *t = type_find(rm, ldl_le_p(record + R570_VT_ID));

    if (!t) {
        t = &vs->type[vs->nr_types++];
    }
    *t = (GspVgpuType) {
        .id = ldl_le_p(record + R570_VT_ID),
        .max_instance = ldl_le_p(record + R570_VT_MAX_INSTANCE),
        .profile_size = ldq_le_p(record + R570_VT_PROFILE_SIZE),
        .fb_length = ldq_le_p(record + R570_VT_FB_LENGTH),
        .heap_size = ldq_le_p(record + R570_VT_HEAP_SIZE),
    };
    trace_gsp_vgpu_type(t->id, t->max_instance, t->fb_length);
}

uint32_t gsp_vgpu_add_types(GspRm *rm, GspObject *o, uint8_t *p)
{
    struct GspVgpus *vs = rm->vgpus;
    uint32_t nr = ldl_le_p(p + R570_AT_COUNT);
    unsigned have = vs && !p[R570_AT_DISCARD] ? vs->nr_types : 0;

    if (!vs) {
        return NVS_NOT_SUPPORTED;
    }
    if (nr > GSP_VGPU_TYPES - have) {
        return gsp_vgpu_refuse(rm, GSP_RULE_VGPU_TYPE_COUNT,
                               NVS_INVALID_ARGUMENT, "%u types after %u", nr,
                               have);
    }
    for (uint32_t i = 0; i < nr; i++) {
        const uint8_t *record = p + R570_AT_TYPES + i * R570_VT_SIZE;

        if (!signature_ok(record)) {
            return gsp_vgpu_refuse(rm, GSP_RULE_VGPU_TYPE_SIGNATURE,
                                   NVS_INVALID_ARGUMENT, "type %u",
                                   ldl_le_p(record + R570_VT_ID));
        }
    }
    vs->nr_types = have;
    for (uint32_t i = 0; i < nr; i++) {
        type_add(rm, p + R570_AT_TYPES + i * R570_VT_SIZE);
    }
    return NVS_OK;
}

/* Only between vGPUs (device_ctrl.c of the public sources) */
uint32_t gsp_vgpu_set_hetero(GspRm *rm, GspObject *o, uint8_t *p)
{
    if (!rm->vgpus) {
        return NVS_NOT_SUPPORTED;
    }
    for (unsigned gfid = 0; gfid < GSP_GFIDS; gfid++) {
        if (rm->vgpus->vgpu[gfid]) {
            return NVS_STATE_IN_USE;
        }
    }
    rm->vgpus->hetero = p[0];
    return NVS_OK;
}

static uint64_t fb_total(const GspVgpu *v)
{
    uint64_t total = 0;

    for (uint32_t i = 0; i < v->fb.nr; i++) {
        total += v->fb.seg[i].len;
    }
    return total;
}

/* Is what the vGPU was given what its type says? */
static uint32_t check_resources(GspRm *rm, const GspVgpu *v,
                                const GspVgpuType *t)
{
    if (v->heap_size < t->heap_size) {
        return gsp_vgpu_refuse(rm, GSP_RULE_VGPU_HEAP_SIZE,
                               NVS_INVALID_ARGUMENT, "0x%" PRIx64 ", type %u "
                               "needs 0x%" PRIx64, v->heap_size, t->id,
                               t->heap_size);
    }
    if (fb_total(v) > ROUND_UP(t->fb_length, GSP_VMMU_SEGMENT_SIZE)) {
        return gsp_vgpu_refuse(rm, GSP_RULE_VGPU_FB_LENGTH,
                               NVS_INVALID_ARGUMENT, "0x%" PRIx64 ", type %u "
                               "has 0x%" PRIx64, fb_total(v), t->id,
                               t->fb_length);
    }
    return NVS_OK;
}

/* How does the type go with the other vGPUs of this GPU? */
static uint32_t check_others(GspRm *rm, const GspVgpu *v, const GspVgpuType *t)
{
    uint32_t same = 0;

    for (unsigned gfid = 0; gfid < GSP_GFIDS; gfid++) {
        const GspVgpu *other = rm->vgpus->vgpu[gfid];
        const GspVgpuType *ot;

        if (!other || other == v || !other->type) {
            continue;
        }
        ot = type_find(rm, other->type);
        if (!ot || ot->profile_size == t->profile_size) {
            same++;
        } else if (!rm->vgpus->hetero) {
            return gsp_vgpu_refuse(rm, GSP_RULE_VGPU_HOMOGENEOUS,
                                   NVS_INVALID_STATE, "type %u beside type %u "
                                   "of GFID %u", t->id, ot->id, gfid);
        }
    }
    if (same >= t->max_instance) {
        return gsp_vgpu_refuse(rm, GSP_RULE_VGPU_MAX_INSTANCE,
                               NVS_INSUFFICIENT_RESOURCES, "type %u is there "
                               "%u times", t->id, same);
    }
    return NVS_OK;
}

uint32_t gsp_vgpu_claim_type(GspRm *rm, GspVgpu *v, uint32_t id)
{
    const GspVgpuType *t = type_find(rm, id);
    uint32_t status;

    if (!t || (v->type && v->type != id)) {
        return gsp_vgpu_refuse(rm, GSP_RULE_VGPU_TYPE_UNKNOWN,
                               NVS_INVALID_ARGUMENT, "type %u, bootload said "
                               "%u", id, v->type);
    }
    status = check_resources(rm, v, t);
    if (status == NVS_OK) {
        status = check_others(rm, v, t);
    }
    if (status == NVS_OK) {
        v->type = id;
    }
    return status;
}
