/*
 * NVIDIA GSP GPU model: RPC functions
 *
 * To serve a function: write a GspRpcHandler that edits the payload into the
 * reply, declare it in gsp_rm.h and add a line to rpc_functions[]. min_len is
 * what the payload must have at least; a function whose size depends on its
 * contents also gets a total(), from which a split message knows its end.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "qemu/log.h"
#include "qemu/units.h"
#include "gsp_rm.h"
#include "trace.h"

typedef struct RpcFunction {
    uint32_t fn;
    const char *name;
    uint32_t min_len;
    GspRpcHandler *handler;
    uint64_t (*total)(const uint8_t *payload);
    GspPhase phase;
    bool no_reply;
    bool init;                   /* belongs before INIT_DONE */
    bool total_if_split;         /* otherwise the handler checks the size */
    bool first_part_only;        /* the reply is one element, however long */
} RpcFunction;

static uint64_t total_control(const uint8_t *p)
{
    return R570_RC_PARAMS + (uint64_t)ldl_le_p(p + R570_RC_PARAMS_SIZE);
}

static uint64_t total_alloc(const uint8_t *p)
{
    return R570_RA_PARAMS + (uint64_t)ldl_le_p(p + R570_RA_PARAMS_SIZE);
}

static uint64_t total_memory(const uint8_t *p)
{
    return R570_AM_PTES + 8ULL * ldl_le_p(p + R570_AM_PAGE_COUNT);
}

static uint64_t total_registry(const uint8_t *p)
{
    return ldl_le_p(p + R570_REG_SIZE);
}

/* Accepted, and nothing comes of it */
static uint32_t rpc_nothing(GspRm *rm, GspRpcMsg *msg)
{
    return NVS_OK;
}

static uint32_t rpc_unloading(GspRm *rm, GspRpcMsg *msg)
{
    if (msg->payload[R570_UN_IN_PM] || msg->payload[R570_UN_GC6]) {
        qemu_log_mask(LOG_UNIMP, "gsp: suspend is served as an unload\n");
    }
    gsp_log_write(rm, GSP_LOG_RM, "GSP-RM (model): unloading");
    gsp_vgpus_unloading(rm);
    rm->gpu->rm_unload_asked = true;
    rm->unloading = true;
    return NVS_OK;
}

static uint32_t rpc_bar_pde(GspRm *rm, GspRpcMsg *msg)
{
    GspGpu *s = rm->gpu;
    const uint8_t *p = msg->payload;
    uint32_t bar = ldl_le_p(p + R570_BP_BAR);
    uint64_t shift = ldq_le_p(p + R570_BP_SHIFT);
    uint64_t entry = cpu_to_le64(ldq_le_p(p + R570_BP_ENTRY));

    if (bar > 1 || shift != gsp_root_pde_shift(rm->gpu->chip)) {
        gsp_rule_broken(s, GSP_RULE_BAR_PDE, "barType %u, level shift %" PRIu64,
                        bar, shift);
        return NVS_INVALID_ARGUMENT;
    }
    s->bar_pde[bar] = le64_to_cpu(entry);
    s->bar_pde_shift[bar] = shift;
    gsp_fb_write(s, gsp_rm_bar_root(rm, bar + 1), &entry, sizeof(entry));
    return NVS_OK;
}

static const RpcFunction rpc_functions[] = {
    { .fn = R570_FN_NOP, .name = "NOP", .handler = rpc_nothing },
    { .fn = R570_FN_ALLOC_MEMORY, .name = "ALLOC_MEMORY",
      .min_len = R570_AM_PTES, .handler = gsp_rpc_alloc_memory,
      .total = total_memory, .first_part_only = true },
    { .fn = R570_FN_FREE, .name = "FREE", .min_len = R570_FR_SIZE,
      .handler = gsp_rpc_free },
    { .fn = R570_FN_DUP_OBJECT, .name = "DUP_OBJECT", .min_len = R570_DU_SIZE,
      .handler = gsp_rpc_dup },
    { .fn = R570_FN_UNLOADING, .name = "UNLOADING_GUEST_DRIVER",
      .min_len = R570_UN_SIZE, .handler = rpc_unloading,
      .phase = GSP_PHASE_UNLOAD },
    { .fn = R570_FN_GET_STATIC_INFO, .name = "GET_GSP_STATIC_INFO",
      .min_len = R570_ST_SIZE, .handler = gsp_rpc_static_info,
      .phase = GSP_PHASE_STATIC_INFO },
    { .fn = R570_FN_UPDATE_BAR_PDE, .name = "UPDATE_BAR_PDE",
      .min_len = R570_BP_SIZE, .handler = rpc_bar_pde },
    { .fn = R570_FN_SET_SYSTEM_INFO, .name = "GSP_SET_SYSTEM_INFO",
      .min_len = R570_SI_SIZE, .handler = gsp_rpc_sysinfo,
      .phase = GSP_PHASE_SYSINFO, .no_reply = true, .init = true },
    { .fn = R570_FN_SET_REGISTRY, .name = "SET_REGISTRY",
      .min_len = R570_REG_ENTRIES, .handler = gsp_rpc_registry,
      .total = total_registry, .total_if_split = true,
      .phase = GSP_PHASE_REGISTRY, .no_reply = true, .init = true },
    { .fn = R570_FN_INIT_POST_OBJGPU, .name = "GSP_INIT_POST_OBJGPU",
      .handler = rpc_nothing, .no_reply = true },
    { .fn = R570_FN_RM_CONTROL, .name = "GSP_RM_CONTROL",
      .min_len = R570_RC_PARAMS, .handler = gsp_rpc_control,
      .total = total_control },
    { .fn = R570_FN_RM_ALLOC, .name = "GSP_RM_ALLOC",
      .min_len = R570_RA_PARAMS, .handler = gsp_rpc_alloc,
      .total = total_alloc },
};

static const RpcFunction *find(uint32_t fn)
{
    for (size_t i = 0; i < ARRAY_SIZE(rpc_functions); i++) {
        if (rpc_functions[i].fn == fn) {
            return &rpc_functions[i];
        }
    }
    return NULL;
}

/* The phase that a message of this function, or this event, belongs to */
GspPhase gsp_rpc_phase(GspRm *rm, uint32_t fn)
{
    const RpcFunction *f = find(fn);

    switch (fn) {
    case R570_EV_RUN_CPU_SEQUENCER:
        return GSP_PHASE_SEQUENCER;
    case R570_EV_INIT_DONE:
        return GSP_PHASE_INIT_DONE;
    case R570_FN_RM_CONTROL:
        return rm->control_phase;
    }
    return f && f->phase ? f->phase : GSP_PHASE_RPC;
}

static void reply(GspRm *rm, const GspRpcMsg *msg, uint32_t len,
                  uint32_t result)
{
    gsp_rm_send(rm, msg->fn, msg->payload, len, result, msg->sequence);
}

static void serve(GspRm *rm, GspRpcMsg *msg)
{
    const RpcFunction *f = find(msg->fn);
    uint32_t len = msg->len, result;

    rm->control_phase = GSP_PHASE_RPC;
    if (msg->fn == R570_FN_RM_CONTROL) {
        rm->control_phase = gsp_control_phase(ldl_le_p(msg->payload +
                                                       R570_RC_CMD));
    }
    if (gsp_rm_crash_here(rm, gsp_rpc_phase(rm, msg->fn), msg->fn)) {
        return;
    }
    trace_gsp_rpc_begin(msg->fn, f->name, len);
    rm->gpu->rpc_count++;
    result = f->handler(rm, msg);
    trace_gsp_rpc_end(msg->fn, f->name, result);
    if (f->first_part_only) {
        len = MIN(len, R570_RPC_PAYLOAD_MAX);
    }
    if (!f->no_reply && gsp_rm_alive(rm)) {
        reply(rm, msg, len, result);
    }
    gsp_stamp(rm->gpu, f->name);
}

/* May this message be served now? Otherwise it is answered, or RM is dead */
static bool admit(GspRm *rm, const GspRpcMsg *msg)
{
    const RpcFunction *f = find(msg->fn);

    if (msg->fn == R570_FN_CONTINUATION) {
        gsp_rule_broken(rm->gpu, GSP_RULE_CONTINUATION_UNEXPECTED,
                        "%u bytes", msg->len);
        gsp_rm_die(rm);
        return false;
    }
    if (!f) {
        if (msg->fn >= R570_FN_NUM) {
            gsp_rule_broken(rm->gpu, GSP_RULE_RPC_FUNCTION_UNKNOWN, "fn %u",
                            msg->fn);
        } else {
            trace_gsp_rpc_unimplemented(msg->fn);
            qemu_log_mask(LOG_UNIMP, "gsp: rpc function %u\n", msg->fn);
        }
        reply(rm, msg, msg->len, R570_RPC_RESULT_UNKNOWN_FN);
        return false;
    }
    if (rm->state != GSP_RM_READY && !f->init) {
        gsp_rule_broken(rm->gpu, GSP_RULE_RPC_BEFORE_INIT_DONE, "%s", f->name);
        reply(rm, msg, msg->len, NVS_INVALID_STATE);
        return false;
    }
    return true;
}

static void bad_length(GspRm *rm, const GspRpcMsg *msg, uint64_t need)
{
    const RpcFunction *f = find(msg->fn);

    gsp_rule_broken(rm->gpu, GSP_RULE_RPC_PAYLOAD_LENGTH,
                    "%s: %u bytes, needs %" PRIu64, f->name, msg->len, need);
    if (f->no_reply) {
        gsp_rm_panic(rm, "GSP-RM panic: command too short");
    } else {
        reply(rm, msg, msg->len, R570_RPC_RESULT_BAD_FORMAT);
    }
}

/*
 * Split messages
 */

static void begin_split(GspRm *rm, GspRpcMsg *msg, uint64_t total)
{
    if (total > GSP_RM_MESSAGE_MAX) {
        gsp_rule_broken(rm->gpu, GSP_RULE_MESSAGE_TOO_LARGE,
                        "fn %u: %" PRIu64 " bytes", msg->fn, total);
        gsp_rm_die(rm);
        return;
    }
    rm->part = *msg;
    rm->part_total = total;
    msg->payload = NULL;
}

static void continue_split(GspRm *rm, const GspRpcMsg *msg)
{
    GspRpcMsg *part = &rm->part;

    if (msg->fn != R570_FN_CONTINUATION) {
        gsp_rule_broken(rm->gpu, GSP_RULE_CONTINUATION_INTERRUPTED,
                        "fn %u after %u of %u bytes of fn %u", msg->fn,
                        part->len, rm->part_total, part->fn);
        gsp_rm_die(rm);
        return;
    }
    if (msg->len > rm->part_total - part->len) {
        gsp_rule_broken(rm->gpu, GSP_RULE_CONTINUATION_OVERRUN,
                        "fn %u: %u more bytes, %u of %u are here", part->fn,
                        msg->len, part->len, rm->part_total);
        gsp_rm_die(rm);
        return;
    }
    part->payload = g_realloc(part->payload, part->len + msg->len);
    memcpy(part->payload + part->len, msg->payload, msg->len);
    part->len += msg->len;
    if (part->len == rm->part_total) {
        GspRpcMsg whole = *part;

        *part = (GspRpcMsg) { 0 };
        serve(rm, &whole);
        g_free(whole.payload);
    }
}

void gsp_rpc_take(GspRm *rm, GspRpcMsg *msg)
{
    const RpcFunction *f = find(msg->fn);
    uint64_t need;

    if (rm->part.payload) {
        continue_split(rm, msg);
    } else if (admit(rm, msg)) {
        need = f->min_len;
        if (msg->len >= need && f->total &&
            (msg->full || !f->total_if_split)) {
            need = MAX(need, f->total(msg->payload));
        }
        if (msg->len < need && msg->full) {
            begin_split(rm, msg, need);
        } else if (msg->len < need) {
            bad_length(rm, msg, need);
        } else {
            serve(rm, msg);
        }
    }
    g_free(msg->payload);
}
