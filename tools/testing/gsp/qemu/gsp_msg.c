/*
 * NVIDIA GSP GPU model: from a message to elements of the status queue
 *
 * A message longer than an element is split as the CPU splits its own (boot
 * contract 6.6): a full-sized first element, then records of function 71.
 * Sequence number and checksum are filled in when an element enters the ring,
 * so that elements which waited still count up.
 *
 * The faults that spoil messages act here and nowhere else.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "qemu/units.h"
#include "gsp_rm.h"
#include "trace.h"

#define EV_MMU_FAULT_QUEUED  0x1005     /* empty, every driver knows it */
#define TRUNCATE_TO          8          /* payload bytes that are left */
#define OVERSIZE_BY          64

/* What the faults of one message come to */
typedef struct Spoil {
    bool drop;
    int64_t delay_ns;
    size_t len;
    uint32_t result;
    uint32_t checksum_flip, seq_skew, count_skew, rpc_length;
} Spoil;

static GspOut *element_new(uint32_t fn, const uint8_t *payload, size_t len,
                           uint32_t result, uint32_t sequence)
{
    GspOut *o = g_new0(GspOut, 1);
    uint8_t *rpc;

    assert(len <= R570_RPC_PAYLOAD_MAX);
    o->fn = fn;
    o->pages = DIV_ROUND_UP(R570_EL_HDR + R570_RPC_HDR + len, GSP_PAGE_SIZE);
    o->buf = g_malloc0(o->pages * GSP_PAGE_SIZE);
    rpc = o->buf + R570_EL_HDR;
    stl_le_p(rpc + R570_RPC_VERSION, R570_RPC_HEADER_VERSION);
    stl_le_p(rpc + R570_RPC_SIGNATURE, R570_RPC_SIGNATURE_VALUE);
    stl_le_p(rpc + R570_RPC_LENGTH, R570_RPC_HDR + len);
    stl_le_p(rpc + R570_RPC_FUNCTION, fn);
    stl_le_p(rpc + R570_RPC_RESULT, result);
    stl_le_p(rpc + R570_RPC_SEQUENCE, sequence);
    if (len) {
        memcpy(rpc + R570_RPC_HDR, payload, len);
    }
    return o;
}

/* Room for a whole message, however long the CPU has not drained? */
static bool may_wait(GspRm *rm, uint32_t fn, size_t len)
{
    uint64_t pages = (len / R570_RPC_PAYLOAD_MAX + 1) * R570_EL_PAGES_MAX;

    if (rm->ring.out_pages + pages <= GSP_RM_OUT_PAGES_MAX) {
        return true;
    }
    gsp_rule_broken(rm->gpu, GSP_RULE_STATUS_QUEUE_OVERFLOW,
                    "the CPU does not drain: %u pages wait, fn 0x%x is lost",
                    rm->ring.out_pages, fn);
    return false;
}

static void enqueue(GspRm *rm, GspOut *o, int64_t delay_ns)
{
    GspRing *r = &rm->ring;

    r->out_pages += o->pages;
    if (delay_ns) {
        o->due = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) + delay_ns;
        QSIMPLEQ_INSERT_TAIL(&r->late, o, next);
    } else {
        QSIMPLEQ_INSERT_TAIL(&r->out, o, next);
    }
}

/*
 * Faults
 */

/* Where the status field of a reply's payload is; 0: it has none */
static size_t status_offset(uint32_t fn)
{
    switch (fn) {
    case R570_FN_RM_ALLOC:
        return R570_RA_STATUS;
    case R570_FN_RM_CONTROL:
        return R570_RC_STATUS;
    case R570_FN_FREE:
        return R570_FR_STATUS;
    case R570_FN_DUP_OBJECT:
        return R570_DU_STATUS;
    default:
        return 0;
    }
}

static void send_unknown_event(GspRm *rm, uint64_t nr)
{
    static const uint8_t body[16] = "unknown event";

    if (!may_wait(rm, nr, sizeof(body))) {
        return;
    }
    enqueue(rm, element_new(nr, body, sizeof(body), 0, 0), 0);
}

static void fault_contents(GspRm *rm, uint32_t fn, GspPhase ph,
                           uint8_t *payload, Spoil *sp)
{
    size_t off = status_offset(fn), len = sp->len;
    uint64_t arg;

    if (gsp_fault_hit(rm->gpu, GSP_FAULT_REPLY_TRUNCATE, ph, fn, &arg)) {
        sp->len = MIN(sp->len, arg ? arg : TRUNCATE_TO);
    }
    if (gsp_fault_hit(rm->gpu, GSP_FAULT_REPLY_OVERSIZE, ph, fn, &arg)) {
        sp->len += MIN(arg ? arg : OVERSIZE_BY, GSP_RM_MESSAGE_MAX);
    }
    if (off && MIN(sp->len, len) >= off + 4 &&
        gsp_fault_hit(rm->gpu, GSP_FAULT_BAD_STATUS, ph, fn, &arg)) {
        stl_le_p(payload + off, arg);
    }
    if (gsp_fault_hit(rm->gpu, GSP_FAULT_RPC_RESULT, ph, fn, &arg)) {
        sp->result = arg;
    }
}

static void fault_transport(GspRm *rm, uint32_t fn, GspPhase ph, Spoil *sp)
{
    uint64_t arg;

    if (gsp_fault_hit(rm->gpu, GSP_FAULT_EVENT_UNKNOWN, ph, fn, &arg)) {
        send_unknown_event(rm, arg);
    }
    if (gsp_fault_hit(rm->gpu, GSP_FAULT_EVENT_STORM, ph, fn, &arg)) {
        rm->storm_left = MIN(arg, UINT32_MAX);
    }
    if (gsp_fault_hit(rm->gpu, GSP_FAULT_REPLY_NONE, ph, fn, NULL)) {
        sp->drop = true;
    }
    if (gsp_fault_hit(rm->gpu, GSP_FAULT_REPLY_LATE, ph, fn, &arg)) {
        sp->delay_ns = MIN(arg, 3600 * 1000) * SCALE_MS;
    }
    if (gsp_fault_hit(rm->gpu, GSP_FAULT_REPLY_CHECKSUM, ph, fn, &arg)) {
        sp->checksum_flip = arg;
    }
    if (gsp_fault_hit(rm->gpu, GSP_FAULT_REPLY_SEQUENCE, ph, fn, &arg)) {
        sp->seq_skew = arg;
    }
    if (gsp_fault_hit(rm->gpu, GSP_FAULT_ELEMENT_COUNT, ph, fn, &arg)) {
        sp->count_skew = arg;
    }
    if (gsp_fault_hit(rm->gpu, GSP_FAULT_ELEMENT_LENGTH, ph, fn, &arg)) {
        sp->rpc_length = arg;
    }
}

/* Lies about the element; they concern the first one of a message */
static void spoil_element(GspOut *o, const Spoil *sp)
{
    o->checksum_flip = sp->checksum_flip;
    o->seq_skew = sp->seq_skew;
    o->count_skew = sp->count_skew;
    if (sp->rpc_length) {
        stl_le_p(o->buf + R570_EL_HDR + R570_RPC_LENGTH, sp->rpc_length);
    }
}

/*
 * Sending
 */

static void send_split(GspRm *rm, uint32_t fn, const uint8_t *payload,
                       uint32_t sequence, const Spoil *sp)
{
    size_t done = MIN(sp->len, R570_RPC_PAYLOAD_MAX);
    GspOut *o = element_new(fn, payload, done, sp->result, sequence);

    spoil_element(o, sp);
    enqueue(rm, o, sp->delay_ns);
    while (done < sp->len) {
        size_t n = MIN(sp->len - done, R570_RPC_PAYLOAD_MAX);

        o = element_new(R570_FN_CONTINUATION, payload + done, n, sp->result,
                        sequence);
        enqueue(rm, o, sp->delay_ns);
        done += n;
    }
}

void gsp_rm_send(GspRm *rm, uint32_t fn, const void *payload, size_t len,
                 uint32_t result, uint32_t sequence)
{
    Spoil sp = { .len = len, .result = result };
    GspPhase ph = gsp_rpc_phase(rm, fn);
    g_autofree uint8_t *copy = g_memdup2(payload, len);

    fault_contents(rm, fn, ph, copy, &sp);
    fault_transport(rm, fn, ph, &sp);
    if (sp.drop || !may_wait(rm, fn, sp.len)) {
        return;
    }
    if (sp.len > len) {
        copy = g_realloc(copy, sp.len);
        memset(copy + len, 0, sp.len - len);
    }
    /* the fault reply-sequence concerns both numbers, where both are told */
    sequence = rm->gpu->echo_seq ? sequence + sp.seq_skew : 0;
    send_split(rm, fn, copy, sequence, &sp);
}

void gsp_rm_send_plain(GspRm *rm, uint32_t fn, const void *payload, size_t len)
{
    enqueue(rm, element_new(fn, payload, len, 0, 0), 0);
}

/* Keeps the ring full of events until it is over; replies come through */
void gsp_rm_storm(GspRm *rm)
{
    uint32_t n;

    if (!rm->storm_left || !QSIMPLEQ_EMPTY(&rm->ring.out)) {
        return;
    }
    n = MIN(rm->storm_left, gsp_ring_room(rm));
    rm->storm_left -= n;
    while (n--) {
        gsp_rm_send_plain(rm, EV_MMU_FAULT_QUEUED, NULL, 0);
    }
}
