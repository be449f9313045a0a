/*
 * NVIDIA GSP GPU model: the FSP of Hopper and Blackwell
 *
 * The CPU puts a packet into EMEM, says in QUEUE_TAIL where it ends and rings
 * by QUEUE_HEAD; the FSP takes it, makes HEAD equal to TAIL, and puts its reply
 * at the same place, told by MSGQ_HEAD and MSGQ_TAIL. A packet is an MCTP
 * header, an NVDM header, a payload. COT boots the GSP (gsp_cot.c, gsp_fmc.c),
 * PRC reads a knob. Boot contract §2.7, §4.8, §7.2.
 *
 * A packet without sound headers is answered by an error as well; which code
 * goes with which mistake is synthetic.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "qemu/timer.h"
#include "gsp_hw.h"
#include "trace.h"

#define RW              0xffffffff
#define CHANNEL         1024            /* bytes of EMEM channel 0 */
#define REPLY_MAX       64
#define SERVE_NS        (200 * 1000)    /* from doorbell to reply */
#define BOOT_COMPLETE   0xff

#define EMEMC           0xac0
#define EMEMD           0xac4
#define QUEUE_HEAD      0xc00
#define QUEUE_TAIL      0xc04
#define MSGQ_HEAD       0xc80
#define MSGQ_TAIL       0xc84

#define EMEMC_ADDR      0xfffc
#define EMEMC_AINCW     (1u << 24)
#define EMEMC_AINCR     (1u << 25)

#define MCTP_SINGLE     0xc0000000      /* SOM, EOM, all else 0 */
#define MCTP_SEQ        28
#define MCTP_TAG        24
#define NVDM_HEADER     0x0010de7e      /* PCI vendor message, NVIDIA's */
#define NVDM_PRC        0x13
#define NVDM_COT        0x14
#define NVDM_RESPONSE   0x15
#define HEADERS         8

#define PRC_LEN         4
#define PRC_READ        0x0c
#define PRC_ACTIVE      (1u << 1)
#define PRC_VGPU_MODE   0x29

struct GspFsp {
    GspBlock *pri;
    QEMUTimer *timer;
    QEMUBH *bh;
    uint8_t emem[CHANNEL];
    bool seen, stuck;            /* its boot, by the CPU; for ever */
    int64_t due;                 /* of the message being served; 0: none */
    uint8_t reply[REPLY_MAX];    /* behind another message (fault) */
    uint32_t reply_len;
};

static uint32_t ptr_get(struct GspFsp *f, uint32_t off)
{
    return gsp_reg(f->pri, off);
}

/*
 * EMEM
 */
static uint32_t *emem_word(GspGpu *s, uint32_t ctl)
{
    uint32_t at = ctl & EMEMC_ADDR;

    if (at >= CHANNEL) {
        gsp_rule_broken(s, GSP_RULE_FSP_EMEM_RANGE, "EMEMC 0x%x", ctl);
        return NULL;
    }
    return (uint32_t *)(s->fsp->emem + at);
}

static bool channel_ok(GspGpu *s, uint32_t off)
{
    if (off % 0x40 < 8) {
        return true;
    }
    gsp_rule_broken(s, GSP_RULE_FSP_CHANNEL, "0x8f2%03x", off);
    return false;
}

static uint32_t ememd_read(GspGpu *s, GspBlock *b, uint32_t off)
{
    uint32_t ctl = gsp_reg(b, EMEMC), *word;

    word = channel_ok(s, off) ? emem_word(s, ctl) : NULL;
    if (word && (ctl & EMEMC_AINCR)) {
        gsp_reg_set(b, EMEMC, ctl + 4);
    }
    return word ? le32_to_cpu(*word) : 0;
}

static void ememd_write(GspGpu *s, GspBlock *b, uint32_t off, uint32_t val)
{
    uint32_t ctl = gsp_reg(b, EMEMC), *word;

    if (s->fsp->due) {
        gsp_rule_broken(s, GSP_RULE_FSP_BUSY, "EMEM 0x%x",
                        ctl & EMEMC_ADDR);
        return;
    }
    word = channel_ok(s, off) ? emem_word(s, ctl) : NULL;
    if (!word) {
        return;
    }
    *word = cpu_to_le32(val);
    if (ctl & EMEMC_AINCW) {
        gsp_reg_set(b, EMEMC, ctl + 4);
    }
}

/*
 * Replies
 */
static void reply_put(GspGpu *s, const uint8_t *msg, uint32_t len)
{
    struct GspFsp *f = s->fsp;

    trace_gsp_fsp_reply(ldl_le_p(msg), ldl_le_p(msg + 4), len);
    memcpy(f->emem, msg, MIN(len, REPLY_MAX));
    gsp_reg_set(f->pri, MSGQ_HEAD, 0);
    gsp_reg_set(f->pri, MSGQ_TAIL, len - 4);
}

/* What may go wrong with a reply */
static void reply_send(GspGpu *s, GspPhase phase, uint8_t *msg, uint32_t len)
{
    struct GspFsp *f = s->fsp;
    uint64_t arg;

    if (gsp_fault_hit(s, GSP_FAULT_FSP_SILENT, phase, 0, NULL)) {
        return;
    }
    if (gsp_fault_hit(s, GSP_FAULT_FSP_TAG, phase, 0, &arg)) {
        stl_le_p(msg, ldl_le_p(msg) | (arg & 7) << MCTP_TAG);
    }
    if (gsp_fault_hit(s, GSP_FAULT_FSP_SEQUENCE, phase, 0, &arg)) {
        stl_le_p(msg, ldl_le_p(msg) | (arg & 3) << MCTP_SEQ);
    }
    if (gsp_fault_hit(s, GSP_FAULT_FSP_TRUNCATE, phase, 0, &arg)) {
        len = MIN(len, ROUND_UP(arg, 4) ?: 4);
    }
    if (gsp_fault_hit(s, GSP_FAULT_FSP_OVERSIZE, phase, 0, &arg)) {
        len = ROUND_UP(arg, 4) ?: 4;
    }
    if (gsp_fault_hit(s, GSP_FAULT_FSP_OTHER, phase, 0, &arg)) {
        uint8_t other[REPLY_MAX] = { 0 };

        stl_le_p(other, MCTP_SINGLE);
        stl_le_p(other + 4, NVDM_HEADER | arg << 24);
        memcpy(f->reply, msg, REPLY_MAX);
        f->reply_len = len;
        reply_put(s, other, HEADERS + 4);
        return;
    }
    reply_put(s, msg, len);
}

/* Returns the error that is told */
static uint32_t respond(GspGpu *s, GspPhase phase, uint8_t nvdm,
                        uint32_t error, const uint8_t *more, uint32_t len)
{
    uint8_t msg[REPLY_MAX] = { 0 };
    uint64_t arg = error;

    if (gsp_fault_hit(s, GSP_FAULT_FSP_ERROR, phase, 0, &arg) ||
        (phase == GSP_PHASE_PRC &&
         gsp_fault_hit(s, GSP_FAULT_PRC_REFUSED, phase, 0, &arg))) {
        error = arg;
    }
    stl_le_p(msg, MCTP_SINGLE);
    stl_le_p(msg + 4, NVDM_HEADER | NVDM_RESPONSE << 24);
    stl_le_p(msg + 12, nvdm);
    stl_le_p(msg + 16, error);
    if (!error && len) {
        memcpy(msg + 20, more, len);
    }
    reply_send(s, phase, msg, 20 + (error ? 0 : len));
    return error;
}

/*
 * Messages
 */
static void serve_prc(GspGpu *s, const uint8_t *p, uint32_t len)
{
    uint8_t value[4] = { s->vgpu_mode };
    uint32_t error = GSP_FSP_OK;

    if (!gsp_boot_phase(s, GSP_PHASE_PRC)) {
        return;
    }
    if (len != PRC_LEN || p[0] != PRC_READ || p[1] != PRC_ACTIVE || p[3]) {
        gsp_rule_broken(s, GSP_RULE_PRC_MESSAGE, "%u bytes, 0x%x", len,
                        len < PRC_LEN ? 0 : ldl_le_p(p));
        error = GSP_FSP_INVALID_DATA;
    } else if (p[2] != PRC_VGPU_MODE) {
        gsp_rule_broken(s, GSP_RULE_PRC_KNOB, "0x%x", p[2]);
        error = GSP_FSP_INVALID_KNOB;
    }
    respond(s, GSP_PHASE_PRC, NVDM_PRC, error, value, sizeof(value));
}

static void serve_cot(GspGpu *s, const uint8_t *p, uint32_t len)
{
    uint32_t error;
    GspCot cot;

    if (!gsp_boot_phase(s, GSP_PHASE_COT)) {
        return;
    }
    if (!s->flush_page_set) {
        /* it boots all the same: nothing is flushed on the way */
        gsp_rule_broken(s, GSP_RULE_FLUSH_PAGE_UNSET, "GSP reset by the FSP");
    }
    error = gsp_cot_check(s, p, len, &cot);
    /* also when that reply is lost or damaged */
    if (!respond(s, GSP_PHASE_COT, NVDM_COT, error, NULL, 0)) {
        gsp_fmc_start(s, &cot);
    }
}

static bool headers_ok(GspGpu *s, uint32_t mctp, uint32_t nvdm)
{
    if (mctp != MCTP_SINGLE) {
        gsp_rule_broken(s, GSP_RULE_FSP_MCTP, "0x%08x, not 0x%08x", mctp,
                        MCTP_SINGLE);
        return false;
    }
    if ((nvdm & 0xffffff) != NVDM_HEADER) {
        gsp_rule_broken(s, GSP_RULE_FSP_NVDM, "0x%08x, not 0x..%06x", nvdm,
                        NVDM_HEADER);
        return false;
    }
    return true;
}

static void serve(GspGpu *s, const uint8_t *p, uint32_t len)
{
    uint32_t mctp, nvdm;

    if (len < HEADERS) {
        gsp_rule_broken(s, GSP_RULE_FSP_SHORT, "%u bytes", len);
        return;
    }
    mctp = ldl_le_p(p);
    nvdm = ldl_le_p(p + 4);
    trace_gsp_fsp_message(mctp, nvdm, len);
    if (!headers_ok(s, mctp, nvdm)) {
        respond(s, GSP_PHASE_ANY, nvdm >> 24, GSP_FSP_INVALID_DATA, NULL, 0);
    } else if (nvdm >> 24 == NVDM_COT) {
        serve_cot(s, p + HEADERS, len - HEADERS);
    } else if (nvdm >> 24 == NVDM_PRC && s->chip->family == GSP_GB20X) {
        serve_prc(s, p + HEADERS, len - HEADERS);
    } else {
        gsp_rule_broken(s, GSP_RULE_FSP_NVDM_TYPE, "0x%02x", nvdm >> 24);
        respond(s, GSP_PHASE_ANY, nvdm >> 24, GSP_FSP_NOT_SUPPORTED, NULL, 0);
    }
}

/*
 * The queue
 */
static void queue_head(GspGpu *s, GspBlock *b, uint32_t off, uint32_t val)
{
    struct GspFsp *f = s->fsp;

    gsp_reg_set(b, off, val);
    if (!channel_ok(s, off) || f->stuck) {
        return;
    }
    if (!f->seen) {
        /* it is complete all the same: the FSP would answer */
        gsp_rule_broken(s, GSP_RULE_FSP_NOT_AWAITED, "HEAD 0x%x", val);
    }
    if (f->due) {
        gsp_rule_broken(s, GSP_RULE_FSP_BUSY, "HEAD 0x%x", val);
        return;
    }
    if (ptr_get(f, MSGQ_HEAD) != ptr_get(f, MSGQ_TAIL)) {
        gsp_rule_broken(s, GSP_RULE_FSP_UNREAD, "MSGQ 0x%x..0x%x",
                        ptr_get(f, MSGQ_HEAD), ptr_get(f, MSGQ_TAIL));
        return;
    }
    f->due = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) + SERVE_NS;
    gsp_fsp_wake(s, SERVE_NS);
}

static void queue_take(GspGpu *s)
{
    struct GspFsp *f = s->fsp;
    uint32_t head = ptr_get(f, QUEUE_HEAD), tail = ptr_get(f, QUEUE_TAIL);
    uint8_t packet[CHANNEL];

    f->due = 0;
    gsp_reg_set(f->pri, QUEUE_HEAD, tail);
    if (head || tail % 4 || tail > CHANNEL - 4) {
        gsp_rule_broken(s, GSP_RULE_FSP_QUEUE, "HEAD 0x%x TAIL 0x%x", head,
                        tail);
        return;
    }
    memcpy(packet, f->emem, sizeof(packet));
    serve(s, packet, tail + 4);
}

/* The CPU has read a message when it makes MSGQ_HEAD equal to MSGQ_TAIL */
static void msgq_write(GspGpu *s, GspBlock *b, uint32_t off, uint32_t val)
{
    struct GspFsp *f = s->fsp;

    gsp_reg_set(b, off, val);
    if (channel_ok(s, off) && f->reply_len &&
        ptr_get(f, MSGQ_HEAD) == ptr_get(f, MSGQ_TAIL) && off == MSGQ_HEAD) {
        gsp_fsp_wake(s, SERVE_NS);
    }
}

static void fsp_work(void *opaque)
{
    GspGpu *s = opaque;
    struct GspFsp *f = s->fsp;
    int64_t now = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);

    if (s->gone) {
        return;
    }
    if (f->due && now >= f->due) {
        queue_take(s);
    } else if (f->due) {
        gsp_fsp_wake(s, f->due - now);
    }
    if (f->reply_len && ptr_get(f, MSGQ_HEAD) == ptr_get(f, MSGQ_TAIL)) {
        reply_put(s, f->reply, f->reply_len);
        f->reply_len = 0;
    }
    gsp_fmc_work(s);
}

/* A bottom half is guarded against reentrance and a timer is not */
static void fsp_timer(void *opaque)
{
    GspGpu *s = opaque;

    qemu_bh_schedule(s->fsp->bh);
}

void gsp_fsp_wake(GspGpu *s, int64_t in_ns)
{
    timer_mod_anticipate_ns(s->fsp->timer,
                            qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) + in_ns);
}

static uint32_t boot_status(GspGpu *s, GspBlock *b, uint32_t off)
{
    if (s->fsp->stuck) {
        return 0;
    }
    s->fsp->seen = true;
    return BOOT_COMPLETE;
}

static const GspReg fsp_regs[] = {
    { EMEMC, "EMEMC", 0, 0x0300fffc, .count = 8, .stride = 8 },
    { EMEMD, "EMEMD", 0, RW, ememd_read, ememd_write, 8, 8 },
    { QUEUE_HEAD, "QUEUE_HEAD", 0, RW, .wr = queue_head, .count = 8,
      .stride = 8 },
    { QUEUE_TAIL, "QUEUE_TAIL", 0, RW, .count = 8, .stride = 8 },
    { MSGQ_HEAD, "MSGQ_HEAD", 0, RW, .wr = msgq_write, .count = 8,
      .stride = 8 },
    { MSGQ_TAIL, "MSGQ_TAIL", 0, RW, .wr = msgq_write, .count = 8,
      .stride = 8 },
};

static const GspReg scratch_regs[] = {
    { 0x320, "COMMON_SCRATCH_GROUP_2", .count = 4, .priv = true },
    { 0x330, "COMMON_SCRATCH_GROUP_3", .count = 4, .priv = true },
};

static const GspReg therm_regs[] = {
    { 0x0bc, "I2CS_SCRATCH", .rd = boot_status, .priv = true },
};

static const GspUnit units[] = {
    UNIT("fsp-scratch", 0x8f0000, scratch_regs, 0),
    UNIT_BUT("therm", 0x020000, therm_regs, 0, GSP_GB20X),
    UNIT_BUT("therm", 0xad0000, therm_regs, 0, ~GSP_GB20X),
};

void gsp_fsp_init(GspGpu *s)
{
    if (!(s->chip->family & GSP_HAS_FSP)) {
        return;
    }
    s->fsp = g_new0(struct GspFsp, 1);
    gsp_fmc_init(s);
    s->fsp->pri = gsp_block_add(s, "fsp", 0x8f2000, 0x1000, fsp_regs,
                                ARRAY_SIZE(fsp_regs), NULL);
    s->fsp->timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, fsp_timer, s);
    s->fsp->bh = qemu_bh_new_guarded(fsp_work, s,
                                     &DEVICE(s)->mem_reentrancy_guard);
    gsp_units_add(s, units, ARRAY_SIZE(units));
}

void gsp_fsp_exit(GspGpu *s)
{
    if (s->fsp) {
        timer_free(s->fsp->timer);
        qemu_bh_delete(s->fsp->bh);
        gsp_fmc_exit(s);
        g_free(s->fsp);
        s->fsp = NULL;
    }
}

void gsp_fsp_reset(GspGpu *s)
{
    struct GspFsp *f = s->fsp;

    if (!f) {
        return;
    }
    timer_del(f->timer);
    qemu_bh_cancel(f->bh);
    f->seen = false;
    f->due = 0;
    f->reply_len = 0;
    memset(f->emem, 0, sizeof(f->emem));
    gsp_fmc_reset(s);
}

void gsp_fsp_standing_faults(GspGpu *s, GspPhase phase)
{
    if (s->fsp) {
        s->fsp->stuck = gsp_fault_hit(s, GSP_FAULT_FSP_STUCK, phase, 0, NULL);
    }
}

/* It takes WPR2 down, and the GSP can be booted again */
void gsp_fsp_gsp_halted(GspGpu *s)
{
    if (s->fsp) {
        s->vf_partitions = 0;
        gsp_wpr2_set(s, 0, 0);
    }
}
