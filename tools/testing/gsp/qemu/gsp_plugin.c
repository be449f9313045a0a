/*
 * NVIDIA GSP GPU model: plugin tasks
 *
 * Each vGPU has a task in the GSP that the host talks to through a buffer at
 * the start of the task's heap (vGPU contract 2.5). The host writes a message,
 * its type, then its sequence number, and rings the doorbell of the GFID; the
 * task writes result and reply, then the number it has processed. That it came
 * up shows in the word of the sequence number and by an event.
 *
 * Only messages with published contents are served: 1, 2, 3 and 13.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "qemu/log.h"
#include "qemu/range.h"
#include "qapi/error.h"
#include "gsp_channel.h"
#include "gsp_vgpu.h"
#include "trace.h"

#define DOORBELL_HANDLE      17
#define DOORBELL_PER_GFID    32
#define ENGINE_COPY2         11
#define INIT_LOG             0
#define PLUGIN_LOG           1
#define KERNEL_LOG           2

static bool buf_read(GspRm *rm, GspVgpu *v, uint64_t off, void *buf, size_t len)
{
    return gsp_fb_read(rm->gpu, v->heap + off, buf, len);
}

static bool buf_write(GspRm *rm, GspVgpu *v, uint64_t off, const void *buf,
                      size_t len)
{
    return gsp_fb_write(rm->gpu, v->heap + off, buf, len);
}

static void buf_write_word(GspRm *rm, GspVgpu *v, uint64_t off, uint32_t val)
{
    uint32_t le = cpu_to_le32(val);

    buf_write(rm, v, off, &le, sizeof(le));
}

/* The word that says "bootloaded", later the number of the host's message */
bool gsp_plugin_word(GspRm *rm, GspVgpu *v, uint32_t *word)
{
    bool ok = buf_read(rm, v, v->ctrl + R570_PC_SEQ, word, sizeof(*word));

    *word = le32_to_cpu(*word);
    return ok;
}

static void plugin_log(GspRm *rm, GspVgpu *v, unsigned log, const char *fmt,
                       uint32_t val)
{
    g_autofree char *text = g_strdup_printf("vGPU plugin (model): GFID %u %s "
                                            "%u", v->gfid, fmt, val);

    gsp_log_append(rm, &v->log[log], text);
}

/*
 * Events
 */

void gsp_plugin_event(GspRm *rm, GspVgpu *v, GspPluginEvent what,
                      GspPhase phase)
{
    uint8_t p[R570_VP_SIZE];

    if (gsp_fault_hit(rm->gpu, GSP_FAULT_PLUGIN_EVENT_LOST, phase, 0, NULL)) {
        return;
    }
    trace_gsp_plugin_event(v->gfid, what);
    stl_le_p(p + R570_VP_GFID, v->gfid);
    stl_le_p(p + R570_VP_NOTIFY_INDEX, what);
    gsp_rm_send(rm, R570_EV_VGPU_PLUGIN, p, sizeof(p), 0, 0);
}

/* An engine of the VF, or of the PF if gfid is 0, has failed */
void gsp_plugin_rc(GspRm *rm, uint32_t gfid, uint32_t engine, uint32_t chid,
                   uint32_t type)
{
    uint8_t rc[R570_RT_SIZE] = { 0 }, log[R570_OL_SIZE] = { 0 };

    stl_le_p(log + R570_OL_TYPE, type);
    stl_le_p(log + R570_OL_CHID, chid);
    snprintf((char *)log + R570_OL_TEXT, R570_OL_TEXT_LEN,
             "requested error %u, channel %u, engine %u", type, chid, engine);
    gsp_rm_send(rm, R570_EV_OS_ERROR_LOG, log, sizeof(log), 0, 0);

    stl_le_p(rc + R570_RT_ENGINE, engine);
    stl_le_p(rc + R570_RT_CHID, chid);
    stl_le_p(rc + R570_RT_GFID, gfid);
    stl_le_p(rc + R570_RT_TYPE, type);
    gsp_rm_send(rm, R570_EV_RC_TRIGGERED, rc, sizeof(rc), 0, 0);
}

static void plugin_crash(GspRm *rm, GspVgpu *v, GspPhase phase)
{
    v->state = GSP_VGPU_CRASHED;
    v->due = INT64_MAX;
    plugin_log(rm, v, PLUGIN_LOG, "has crashed in phase", phase);
    plugin_log(rm, v, KERNEL_LOG, "has crashed in phase", phase);
    gsp_plugin_event(rm, v, GSP_PLUGIN_CRASHED, phase);
}

/* Where the host put the error region and the like; it was looked at before */
static uint64_t buf_offset(GspRm *rm, GspVgpu *v, uint32_t field)
{
    uint64_t off = 0;

    buf_read(rm, v, v->ctrl + field, &off, sizeof(off));
    return le64_to_cpu(off);
}

static void response_word(GspRm *rm, GspVgpu *v, uint32_t field, uint32_t val)
{
    buf_write_word(rm, v, buf_offset(rm, v, R570_PC_RESPONSE) + field, val);
}

/* The error region is a ring of text between the host's get and our put */
static void error_message(GspRm *rm, GspVgpu *v, uint32_t nr)
{
    g_autofree char *text = g_strdup_printf("vGPU plugin (model): GFID %u "
                                            "error %u\n", v->gfid, nr);
    uint64_t region = buf_offset(rm, v, R570_PC_ERROR);

    for (const char *c = text; *c; c++) {
        buf_write(rm, v, region + v->error_put, c, 1);
        v->error_put = (v->error_put + 1) % GSP_PAGE_SIZE;
    }
    response_word(rm, v, R570_PR_ERROR_PUT, v->error_put);
}

/* Property raise-event: something happens to the guest, or to the task */
bool gsp_plugin_raise(GspRm *rm, uint32_t gfid, uint32_t what, uint32_t data,
                      Error **errp)
{
    GspVgpu *v = rm->vgpus && gfid < GSP_GFIDS ? rm->vgpus->vgpu[gfid] : NULL;

    if (!v || v->state != GSP_VGPU_RUNNING || what >= GSP_PLUGIN_EVENTS) {
        error_setg(errp, "no plugin of GFID %u runs, or no event %u", gfid,
                   what);
        return false;
    }
    if (what > GSP_PLUGIN_CRASHED && !v->configured) {
        error_setg(errp, "GFID %u has no configuration yet", gfid);
        return false;
    }
    switch (what) {
    case GSP_PLUGIN_CRASHED:
        plugin_crash(rm, v, GSP_PHASE_ANY);
        return true;
    case GSP_PLUGIN_ERROR_MESSAGE:
        error_message(rm, v, data);
        break;
    case GSP_PLUGIN_LICENCE:
        response_word(rm, v, R570_PR_LICENCE, data);
        break;
    case GSP_PLUGIN_GUEST_OS:
        response_word(rm, v, R570_PR_GUEST_OS, data);
        break;
    }
    gsp_plugin_event(rm, v, what, GSP_PHASE_ANY);
    return true;
}

/*
 * Coming up
 */

static void plugin_start(GspRm *rm, GspVgpu *v)
{
    if (gsp_fault_hit(rm->gpu, GSP_FAULT_PLUGIN_SILENT, GSP_PHASE_BOOTLOAD, 0,
                      NULL)) {
        return;
    }
    plugin_log(rm, v, INIT_LOG, "is started, channels:", v->channels);
    plugin_log(rm, v, KERNEL_LOG, "is started, pieces of framebuffer:",
               v->fb.nr);
    if (gsp_fault_hit(rm->gpu, GSP_FAULT_PLUGIN_CRASH, GSP_PHASE_BOOTLOAD, 0,
                      NULL)) {
        plugin_crash(rm, v, GSP_PHASE_BOOTLOAD);
        return;
    }
    v->state = GSP_VGPU_RUNNING;
    buf_write_word(rm, v, v->ctrl + R570_PC_SEQ, R570_PC_BOOTLOADED);
    gsp_plugin_event(rm, v, GSP_PLUGIN_BOOTLOADED, GSP_PHASE_BOOTLOAD);
}

/*
 * Messages
 */

typedef struct Region {
    const char *name;
    uint32_t field, size;
} Region;

static const Region regions[] = {
    { "response", R570_PC_RESPONSE, GSP_PAGE_SIZE },
    { "message", R570_PC_MESSAGE, GSP_PAGE_SIZE },
    { "migration", R570_PC_MIGRATION, R570_PB_MIGRATION_SIZE },
    { "error", R570_PC_ERROR, GSP_PAGE_SIZE },
};

/* Whole pages of the heap that nothing else uses */
static bool region_ok(GspVgpu *v, const uint8_t *ctrl, unsigned nr)
{
    uint64_t off = ldq_le_p(ctrl + regions[nr].field), len = regions[nr].size;

    if (off % GSP_PAGE_SIZE || off >= v->heap_size ||
        len > v->heap_size - off ||
        ranges_overlap(off, len, v->ctrl, GSP_PAGE_SIZE)) {
        return false;
    }
    for (unsigned i = 0; i < GSP_VGPU_LOGS; i++) {
        if (ranges_overlap(off, len, v->log[i].pa - v->heap, v->log[i].size)) {
            return false;
        }
    }
    for (unsigned i = 0; i < nr; i++) {
        if (ranges_overlap(off, len, ldq_le_p(ctrl + regions[i].field),
                           regions[i].size)) {
            return false;
        }
    }
    return true;
}

static bool check_ctrl(GspRm *rm, GspVgpu *v, const uint8_t *ctrl)
{
    uint32_t version = ldl_le_p(ctrl + R570_PC_VERSION);

    if (version != R570_PC_VERSION_1) {
        gsp_rule_broken(rm->gpu, GSP_RULE_PLUGIN_VERSION, "GFID %u: %u",
                        v->gfid, version);
        return false;
    }
    for (unsigned i = 0; i < ARRAY_SIZE(regions); i++) {
        if (!region_ok(v, ctrl, i)) {
            gsp_rule_broken(rm->gpu, GSP_RULE_PLUGIN_LAYOUT, "GFID %u: %s at "
                            "0x%" PRIx64, v->gfid, regions[i].name,
                            ldq_le_p(ctrl + regions[i].field));
            return false;
        }
    }
    return true;
}

static bool check_seq(GspRm *rm, GspVgpu *v, uint32_t seq)
{
    uint32_t want = v->seq + 1 ?: 1;

    if (seq == want) {
        return true;
    }
    gsp_rule_broken(rm->gpu, GSP_RULE_PLUGIN_SEQUENCE, "GFID %u: %u after %u",
                    v->gfid, seq, v->seq);
    return false;
}

static uint32_t order(GspRm *rm, GspVgpu *v, const char *what)
{
    gsp_rule_broken(rm->gpu, GSP_RULE_PLUGIN_ORDER, "GFID %u: %s", v->gfid,
                    what);
    return NVS_INVALID_STATE;
}

static uint32_t msg_version(GspRm *rm, GspVgpu *v, uint8_t *p)
{
    if (v->negotiated) {
        return order(rm, v, "VERSION_NEGOTIATION again");
    }
    v->negotiated = true;
    return NVS_OK;
}

static uint32_t msg_config(GspRm *rm, GspVgpu *v, uint8_t *p)
{
    uint32_t status;

    if (!v->negotiated || v->configured) {
        return order(rm, v, "SETUP_CONFIG_PARAMS_AND_INIT");
    }
    status = gsp_plugin_config(rm, v, p);
    v->configured = status == NVS_OK;
    return status;
}

static uint32_t msg_reset(GspRm *rm, GspVgpu *v, uint8_t *p)
{
    return v->configured ? NVS_OK : order(rm, v, "RESET");
}

static uint32_t msg_bme(GspRm *rm, GspVgpu *v, uint8_t *p)
{
    if (!v->configured) {
        return order(rm, v, "UPDATE_BME_STATE");
    }
    if (p[0] > 1) {
        return gsp_vgpu_refuse(rm, GSP_RULE_PLUGIN_BME, NVS_INVALID_ARGUMENT,
                               "GFID %u: %u", v->gfid, p[0]);
    }
    v->bus_master = p[0];
    p[1] = 1;                    /* allowed */
    return NVS_OK;
}

static const struct {
    const char *name;
    GspPhase phase;
    uint32_t (*handler)(GspRm *rm, GspVgpu *v, uint8_t *p);
} messages[] = {
    [1] = { "VERSION_NEGOTIATION", GSP_PHASE_PLUGIN_VERSION, msg_version },
    [2] = { "SETUP_CONFIG_PARAMS_AND_INIT", GSP_PHASE_PLUGIN_CONFIG,
            msg_config },
    [3] = { "RESET", GSP_PHASE_PLUGIN_RESET, msg_reset },
    [13] = { "UPDATE_BME_STATE", GSP_PHASE_PLUGIN_BME, msg_bme },
};

static uint32_t message_handle(GspRm *rm, GspVgpu *v, uint32_t type, uint8_t *p)
{
    if (type && type < R570_PM_NUM &&
        (type >= ARRAY_SIZE(messages) || !messages[type].handler)) {
        qemu_log_mask(LOG_UNIMP, "gsp: plugin message %u\n", type);
        return NVS_NOT_SUPPORTED;
    }
    if (!type || type >= R570_PM_NUM) {
        return gsp_vgpu_refuse(rm, GSP_RULE_PLUGIN_MESSAGE,
                               NVS_INVALID_ARGUMENT, "GFID %u: %u", v->gfid,
                               type);
    }
    return messages[type].handler(rm, v, p);
}

/* Does a fault end this message before it is served? */
static bool message_lost(GspRm *rm, GspVgpu *v, GspPhase phase, uint32_t type)
{
    if (gsp_rm_crash_here(rm, phase, type)) {
        return true;
    }
    if (gsp_fault_hit(rm->gpu, GSP_FAULT_PLUGIN_CRASH, phase, type, NULL)) {
        plugin_crash(rm, v, phase);
        return true;
    }
    return gsp_fault_hit(rm->gpu, GSP_FAULT_PLUGIN_SILENT, phase, type, NULL);
}

static void message_serve(GspRm *rm, GspVgpu *v, const uint8_t *ctrl)
{
    uint32_t type = ldl_le_p(ctrl + R570_PC_TYPE), result;
    uint64_t at = ldq_le_p(ctrl + R570_PC_MESSAGE), arg;
    GspPhase phase = type < ARRAY_SIZE(messages) && messages[type].phase ?
                     messages[type].phase : GSP_PHASE_RPC;
    uint8_t payload[GSP_PAGE_SIZE];

    buf_read(rm, v, at, payload, sizeof(payload));
    response_word(rm, v, R570_PR_SEQ_RECEIVED, v->seq);
    if (message_lost(rm, v, phase, type)) {
        return;
    }
    result = message_handle(rm, v, type, payload);
    if (gsp_fault_hit(rm->gpu, GSP_FAULT_PLUGIN_RESULT, phase, type, &arg)) {
        result = arg;
    }
    trace_gsp_plugin_message(v->gfid, type, v->seq, result);
    plugin_log(rm, v, PLUGIN_LOG, "served message", type);
    buf_write(rm, v, at, payload, sizeof(payload));
    response_word(rm, v, R570_PR_RESULT, result);
    response_word(rm, v, R570_PR_SEQ_PROCESSED, v->seq);
    if (gsp_fault_hit(rm->gpu, GSP_FAULT_RC_GFID, phase, type, &arg)) {
        gsp_plugin_rc(rm, v->gfid, ENGINE_COPY2, v->chid[ENGINE_COPY2], arg);
    }
}

static void plugin_look(GspRm *rm, GspVgpu *v)
{
    uint8_t ctrl[GSP_PAGE_SIZE];
    uint32_t seq;

    v->rung = false;
    buf_read(rm, v, v->ctrl, ctrl, sizeof(ctrl));
    seq = ldl_le_p(ctrl + R570_PC_SEQ);
    if (check_ctrl(rm, v, ctrl) && check_seq(rm, v, seq)) {
        v->seq = seq;
        message_serve(rm, v, ctrl);
    }
}

void gsp_plugin_run(GspRm *rm, GspVgpu *v)
{
    switch (v->state) {
    case GSP_VGPU_STARTING:
        plugin_start(rm, v);
        break;
    case GSP_VGPU_RUNNING:
        plugin_look(rm, v);
        break;
    case GSP_VGPU_STOPPING:
        v->state = GSP_VGPU_STOPPED;
        gsp_plugin_event(rm, v, GSP_PLUGIN_UNLOADED, GSP_PHASE_SHUTDOWN);
        break;
    default:
        break;
    }
}

void gsp_plugin_doorbell(GspGpu *s, uint32_t vector)
{
    GspRm *rm = s->rm;
    uint32_t gfid = vector / DOORBELL_PER_GFID;
    GspVgpu *v = NULL;

    trace_gsp_plugin_doorbell(vector);
    if (!gsp_rm_alive(rm)) {
        return;
    }
    if (rm->vgpus && gfid < GSP_GFIDS) {
        v = rm->vgpus->vgpu[gfid];
    }
    if (!v || vector % DOORBELL_PER_GFID != DOORBELL_HANDLE ||
        v->state == GSP_VGPU_STARTING) {
        gsp_rule_broken(s, GSP_RULE_PLUGIN_DOORBELL, "vector %u", vector);
        return;
    }
    if (v->state != GSP_VGPU_RUNNING) {
        return;                  /* it has just crashed, or is told to end */
    }
    if (v->rung) {
        gsp_rule_broken(s, GSP_RULE_PLUGIN_BUSY, "GFID %u", gfid);
        return;
    }
    v->rung = true;
    v->due = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) +
             (int64_t)rm->delay_us * SCALE_US;
    gsp_rm_soon(rm);
}
