/*
 * NVIDIA GSP GPU model: the message queues as GSP-RM sees them
 *
 * Shared memory (boot contract 6.1-6.4) is reached page by page through its own
 * page table, which was copied once at the start. Pointers of the CPU are read
 * once per use and checked before anything is derived from them; an element is
 * copied whole before it is judged, so the guest can't change it in between.
 *
 *   command queue: CPU writes shm+0x1010, we write shm+0x41020 (read pointer)
 *   status queue:  we write shm+0x41010, CPU writes shm+0x1020 (read pointer)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "qemu/units.h"
#include "gsp_rm.h"
#include "trace.h"

#define SLOTS R570_QUEUE_SLOTS

static bool shm_access(GspRm *rm, uint64_t off, void *buf, size_t len, bool wr)
{
    uint8_t *p = buf;

    while (len) {
        uint64_t idx = off / GSP_PAGE_SIZE, in = off % GSP_PAGE_SIZE;
        size_t n = MIN(len, GSP_PAGE_SIZE - in);

        assert(idx < R570_SHM_PAGES);
        if (wr ? !gsp_dma_write(rm->gpu, rm->ring.page[idx] + in, p, n)
               : !gsp_dma_read(rm->gpu, rm->ring.page[idx] + in, p, n)) {
            gsp_rm_die(rm);
            return false;
        }
        off += n;
        p += n;
        len -= n;
    }
    return true;
}

static bool shm_read32(GspRm *rm, uint64_t off, uint32_t *val)
{
    uint32_t le;

    if (!shm_access(rm, off, &le, sizeof(le), false)) {
        return false;
    }
    *val = le32_to_cpu(le);
    return true;
}

static bool shm_write32(GspRm *rm, uint64_t off, uint32_t val)
{
    uint32_t le = cpu_to_le32(val);

    return shm_access(rm, off, &le, sizeof(le), true);
}

static uint64_t slot_off(uint64_t queue, uint32_t slot)
{
    return queue + GSP_PAGE_SIZE + (uint64_t)(slot % SLOTS) * GSP_PAGE_SIZE;
}

uint32_t gsp_ring_checksum(const uint8_t *buf, size_t len)
{
    uint64_t sum = 0;
    size_t i;

    for (i = 0; i + 8 <= len; i += 8) {
        sum ^= ldq_le_p(buf + i);
    }
    for (; i < len; i++) {
        sum ^= (uint64_t)buf[i] << (i % 8 * 8);
    }
    return (sum >> 32) ^ (uint32_t)sum;
}

/*
 * Attach: the header of the command queue, then our own one
 */

typedef struct HeaderCheck {
    uint32_t off, want;
    GspRule rule;
    const char *what;
} HeaderCheck;

static const HeaderCheck header_checks[] = {
    { R570_QH_VERSION, 0, GSP_RULE_QUEUE_HEADER_VERSION, "version" },
    { R570_QH_SIZE, R570_QUEUE_SIZE, GSP_RULE_QUEUE_HEADER_SIZE, "size" },
    { R570_QH_MSG_SIZE, GSP_PAGE_SIZE, GSP_RULE_QUEUE_HEADER_SIZE, "msgSize" },
    { R570_QH_MSG_COUNT, SLOTS, GSP_RULE_QUEUE_HEADER_COUNT, "msgCount" },
    { R570_QH_FLAGS, 1, GSP_RULE_QUEUE_HEADER_FLAGS, "flags" },
    { R570_QH_RX_HDR_OFF, 0x20, GSP_RULE_QUEUE_HEADER_OFFSETS, "rxHdrOff" },
    { R570_QH_ENTRY_OFF, GSP_PAGE_SIZE, GSP_RULE_QUEUE_HEADER_OFFSETS,
      "entryOff" },
    { R570_QH_READ_PTR, 0, GSP_RULE_QUEUE_HEADER_READ_POINTER, "readPtr" },
};

static bool check_cmdq_header(GspRm *rm)
{
    uint8_t hdr[R570_QH_BYTES];

    if (!shm_access(rm, rm->ring.cmdq, hdr, sizeof(hdr), false)) {
        return false;
    }
    for (size_t i = 0; i < ARRAY_SIZE(header_checks); i++) {
        const HeaderCheck *c = &header_checks[i];
        uint32_t got = ldl_le_p(hdr + c->off);

        if (got != c->want) {
            gsp_rule_broken(rm->gpu, c->rule,
                            "command queue %s is 0x%x, expected 0x%x",
                            c->what, got, c->want);
            return false;
        }
    }
    return true;
}

bool gsp_ring_attach(GspRm *rm)
{
    uint8_t hdr[R570_QH_BYTES] = { 0 };

    if (!check_cmdq_header(rm)) {
        return false;
    }
    stl_le_p(hdr + R570_QH_SIZE, R570_QUEUE_SIZE);
    stl_le_p(hdr + R570_QH_MSG_SIZE, GSP_PAGE_SIZE);
    stl_le_p(hdr + R570_QH_MSG_COUNT, SLOTS);
    stl_le_p(hdr + R570_QH_FLAGS, 1);
    stl_le_p(hdr + R570_QH_RX_HDR_OFF, 0x20);
    stl_le_p(hdr + R570_QH_ENTRY_OFF, GSP_PAGE_SIZE);
    return shm_access(rm, rm->ring.statq, hdr, sizeof(hdr), true);
}

static void out_free(GspOut *o)
{
    g_free(o->buf);
    g_free(o);
}

void gsp_ring_reset(GspRm *rm)
{
    GspOutQueue *queues[] = { &rm->ring.out, &rm->ring.late };

    for (size_t i = 0; i < ARRAY_SIZE(queues); i++) {
        GspOut *o;

        while ((o = QSIMPLEQ_FIRST(queues[i]))) {
            QSIMPLEQ_REMOVE_HEAD(queues[i], next);
            out_free(o);
        }
    }
    memset(&rm->ring, 0, sizeof(rm->ring));
    QSIMPLEQ_INIT(&rm->ring.out);
    QSIMPLEQ_INIT(&rm->ring.late);
}

/*
 * Receive
 */

static bool broken(GspRm *rm, GspRule rule, const char *what,
                   uint32_t got, uint32_t want)
{
    gsp_rule_broken(rm->gpu, rule,
                    "command %u: %s is 0x%x, expected 0x%x",
                    rm->ring.cmd_seq, what, got, want);
    gsp_rm_die(rm);
    return false;
}

/* What can be said from the first page alone: how much there is to copy */
static bool check_extent(GspRm *rm, const uint8_t *el, uint32_t avail)
{
    uint32_t count = ldl_le_p(el + R570_EL_COUNT);
    uint32_t length = ldl_le_p(el + R570_EL_HDR + R570_RPC_LENGTH);
    uint32_t want;

    if (count < 1 || count > R570_EL_PAGES_MAX || count > avail) {
        return broken(rm, GSP_RULE_ELEMENT_COUNT_RANGE, "elemCount", count,
                      MIN(avail, R570_EL_PAGES_MAX));
    }
    if (length < R570_RPC_HDR || length > R570_RPC_LENGTH_MAX) {
        return broken(rm, GSP_RULE_RPC_LENGTH_RANGE, "length", length,
                      R570_RPC_LENGTH_MAX);
    }
    want = DIV_ROUND_UP(R570_EL_HDR + length, GSP_PAGE_SIZE);
    if (count != want) {
        return broken(rm, GSP_RULE_ELEMENT_COUNT_MISMATCH, "elemCount", count,
                      want);
    }
    return true;
}

static bool check_headers(GspRm *rm, const uint8_t *el, uint32_t length)
{
    const uint8_t *rpc = el + R570_EL_HDR;
    uint32_t sum = gsp_ring_checksum(el, R570_EL_HDR + length);

    if (sum) {
        return broken(rm, GSP_RULE_ELEMENT_CHECKSUM, "checkSum",
                      ldl_le_p(el + R570_EL_CHECKSUM),
                      ldl_le_p(el + R570_EL_CHECKSUM) ^ sum);
    }
    if (ldl_le_p(el + R570_EL_SEQ) != rm->ring.cmd_seq) {
        return broken(rm, GSP_RULE_ELEMENT_SEQUENCE, "seqNum",
                      ldl_le_p(el + R570_EL_SEQ), rm->ring.cmd_seq);
    }
    if (ldl_le_p(rpc + R570_RPC_VERSION) != R570_RPC_HEADER_VERSION) {
        return broken(rm, GSP_RULE_RPC_HEADER_VERSION, "header_version",
                      ldl_le_p(rpc + R570_RPC_VERSION),
                      R570_RPC_HEADER_VERSION);
    }
    if (ldl_le_p(rpc + R570_RPC_SIGNATURE) != R570_RPC_SIGNATURE_VALUE) {
        return broken(rm, GSP_RULE_RPC_SIGNATURE, "signature",
                      ldl_le_p(rpc + R570_RPC_SIGNATURE),
                      R570_RPC_SIGNATURE_VALUE);
    }
    return true;
}

/* Elements the CPU has published and we have not taken; 0 also on an error */
static uint32_t published(GspRm *rm)
{
    uint32_t write;

    if (!shm_read32(rm, rm->ring.cmdq + R570_QH_WRITE_PTR, &write)) {
        return 0;
    }
    if (write >= SLOTS) {
        broken(rm, GSP_RULE_CMDQ_WRITE_POINTER, "writePtr", write, SLOTS - 1);
        return 0;
    }
    return (write + SLOTS - rm->ring.cmd_read) % SLOTS;
}

/* Copies a whole element into a fresh buffer; the caller frees it */
static uint8_t *fetch_element(GspRm *rm, uint32_t avail, uint32_t *count)
{
    GspRing *r = &rm->ring;
    g_autofree uint8_t *el = g_malloc(R570_EL_PAGES_MAX * GSP_PAGE_SIZE);
    uint32_t i;

    if (!shm_access(rm, slot_off(r->cmdq, r->cmd_read), el, GSP_PAGE_SIZE,
                    false) ||
        !check_extent(rm, el, avail)) {
        return NULL;
    }
    *count = ldl_le_p(el + R570_EL_COUNT);
    for (i = 1; i < *count; i++) {
        if (!shm_access(rm, slot_off(r->cmdq, r->cmd_read + i),
                        el + i * GSP_PAGE_SIZE, GSP_PAGE_SIZE, false)) {
            return NULL;
        }
    }
    return g_steal_pointer(&el);
}

bool gsp_ring_receive(GspRm *rm, GspRpcMsg *msg)
{
    GspRing *r = &rm->ring;
    g_autofree uint8_t *el = NULL;
    const uint8_t *rpc;
    uint32_t avail, count, length;

    avail = published(rm);
    if (!avail) {
        return false;
    }
    el = fetch_element(rm, avail, &count);
    if (!el) {
        return false;
    }
    rpc = el + R570_EL_HDR;
    length = ldl_le_p(rpc + R570_RPC_LENGTH);
    if (!check_headers(rm, el, length)) {
        return false;
    }

    msg->fn = ldl_le_p(rpc + R570_RPC_FUNCTION);
    msg->sequence = ldl_le_p(rpc + R570_RPC_SEQUENCE);
    msg->len = length - R570_RPC_HDR;
    msg->payload = g_memdup2(rpc + R570_RPC_HDR, msg->len);
    msg->full = length == R570_RPC_LENGTH_MAX;
    trace_gsp_rpc_in(msg->fn, msg->sequence, msg->len, r->cmd_seq);

    r->cmd_seq++;
    r->cmd_read = (r->cmd_read + count) % SLOTS;
    if (!shm_write32(rm, r->statq + R570_QH_READ_PTR, r->cmd_read)) {
        g_free(msg->payload);
        return false;
    }
    return true;
}

/*
 * Send
 */

/* Free slots of the status queue; one is always left free */
uint32_t gsp_ring_room(GspRm *rm)
{
    GspRing *r = &rm->ring;
    uint32_t read, unread;

    if (!shm_read32(rm, r->cmdq + R570_QH_READ_PTR, &read)) {
        return 0;
    }
    unread = (r->stat_write + SLOTS - read % SLOTS) % SLOTS;
    if (read >= SLOTS || unread > r->stat_unread) {
        gsp_rule_broken(rm->gpu, GSP_RULE_STATQ_READ_POINTER,
                        "readPtr is %u, %u elements unread before 0x%x",
                        read, r->stat_unread, r->stat_write);
        gsp_rm_die(rm);
        return 0;
    }
    r->stat_unread = unread;
    return SLOTS - 1 - unread;
}

static bool write_element(GspRm *rm, GspOut *o)
{
    GspRing *r = &rm->ring;
    uint32_t length, sum, i;

    gsp_fuzz_message(rm->gpu, o->buf, o->pages * GSP_PAGE_SIZE);
    length = ldl_le_p(o->buf + R570_EL_HDR + R570_RPC_LENGTH);
    stl_le_p(o->buf + R570_EL_SEQ, r->stat_seq + o->seq_skew);
    stl_le_p(o->buf + R570_EL_COUNT, o->pages + o->count_skew);
    stl_le_p(o->buf + R570_EL_CHECKSUM, 0);
    sum = gsp_ring_checksum(o->buf, MIN(R570_EL_HDR + (uint64_t)length,
                                        o->pages * GSP_PAGE_SIZE));
    stl_le_p(o->buf + R570_EL_CHECKSUM, sum ^ o->checksum_flip);
    gsp_fuzz_element(rm->gpu, o->buf, o->pages * GSP_PAGE_SIZE);

    for (i = 0; i < o->pages; i++) {
        if (!shm_access(rm, slot_off(r->statq, r->stat_write + i),
                        o->buf + i * GSP_PAGE_SIZE, GSP_PAGE_SIZE, true)) {
            return false;
        }
    }
    r->stat_seq++;
    r->stat_write = (r->stat_write + o->pages) % SLOTS;
    r->stat_unread += o->pages;
    trace_gsp_rpc_out(o->fn, length, o->pages, r->stat_seq - 1);
    return shm_write32(rm, r->statq + R570_QH_WRITE_PTR, r->stat_write);
}

void gsp_ring_flush(GspRm *rm)
{
    GspRing *r = &rm->ring;
    bool sent = false;
    GspOut *o;

    while (gsp_rm_alive(rm) && (o = QSIMPLEQ_FIRST(&r->out)) &&
           o->pages <= gsp_ring_room(rm)) {
        if (!write_element(rm, o)) {
            break;
        }
        QSIMPLEQ_REMOVE_HEAD(&r->out, next);
        r->out_pages -= o->pages;
        out_free(o);
        sent = true;
    }
    if (sent) {
        gsp_rm_signal(rm->gpu);
    }
}
