/*
 * NVIDIA GSP GPU model: host, which executes channels
 *
 * Fetches GPFIFO entries between GPGet and GPPut, decodes the pushbuffers they
 * name, executes host's own methods (semaphores, interrupt) and hands those of
 * a subchannel's class on. Formats are those of the published clc56f.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "qemu/log.h"
#include "gsp_channel.h"
#include "trace.h"

#define USERD_GP_GET        0x88
#define USERD_GP_PUT        0x8C

#define OP_INC              1
#define OP_NON_INC          3
#define OP_IMMEDIATE        4
#define OP_ONE_INC          5
#define OP_END_SEGMENT      7

#define HOST_METHODS        0x100            /* below: host's own */
#define SET_OBJECT          0x000
#define NOP                 0x008
#define NON_STALL_INTERRUPT 0x020
#define FB_FLUSH            0x024
#define MEM_OP_A            0x028
#define MEM_OP_D            0x034
#define SEM_ADDR_LO         0x05C
#define SEM_ADDR_HI         0x060
#define SEM_PAYLOAD_LO      0x064
#define SEM_PAYLOAD_HI      0x068
#define SEM_EXECUTE         0x06C
#define WFI                 0x078

#define SEM_ACQUIRE         0
#define SEM_RELEASE         1
#define SEM_ACQ_STRICT_GEQ  2
#define SEM_ACQ_CIRC_GEQ    3
#define SEM_ACQ_AND         4
#define SEM_ACQ_NOR         5
#define SEM_64BIT           (1u << 24)
#define SEM_TIMESTAMP       (1u << 25)

#define CLASS_COPY(id)      (((id) & 0xFF) == 0xB5)  /* of each generation */

/* Words in one go; a loop in a pushbuffer must not keep QEMU for ever */
#define WORDS_MAX           (1 << 20)

static bool userd_access(GspRm *rm, GspChannel *c, uint32_t off, uint32_t *val,
                         bool write)
{
    uint64_t addr = c->userd + off;

    if (c->userd_sysmem) {
        return write ? gsp_dma_write(rm->gpu, addr, val, 4)
                     : gsp_dma_read(rm->gpu, addr, val, 4);
    }
    return write ? gsp_fb_write(rm->gpu, addr, val, 4)
                 : gsp_fb_read(rm->gpu, addr, val, 4);
}

static uint64_t sem_mask(uint32_t exec)
{
    return exec & SEM_64BIT ? UINT64_MAX : UINT32_MAX;
}

static void sem_release(GspRm *rm, GspChannel *c, uint32_t exec)
{
    uint64_t data[2] = { cpu_to_le64(c->sem_payload & sem_mask(exec)),
                         cpu_to_le64(gsp_ptimer_ns(rm->gpu)) };
    size_t len = exec & SEM_TIMESTAMP ? 16 : exec & SEM_64BIT ? 8 : 4;

    trace_gsp_channel_release(c->chid, c->sem_addr, c->sem_payload);
    if (!gsp_channel_write(rm, c, c->sem_addr, data, len)) {
        gsp_channel_fault(rm, c, c->sem_addr);
    }
}

/* May the channel go on? A fault is no reason to wait either */
static bool sem_acquired(GspRm *rm, GspChannel *c, uint32_t exec)
{
    uint64_t val = 0, want = c->sem_payload & sem_mask(exec);

    if (!gsp_channel_read(rm, c, c->sem_addr, &val, exec & SEM_64BIT ? 8 : 4)) {
        gsp_channel_fault(rm, c, c->sem_addr);
        return true;
    }
    val = le64_to_cpu(val);
    switch (exec & 7) {
    case SEM_ACQUIRE:
        return val == want;
    case SEM_ACQ_STRICT_GEQ:
        return val >= want;
    case SEM_ACQ_CIRC_GEQ:
        return exec & SEM_64BIT ? (int64_t)(val - want) >= 0
                                : (int32_t)(val - want) >= 0;
    case SEM_ACQ_AND:
        return val & want;
    default:
        return ~(val | want) & sem_mask(exec);       /* ACQ_NOR */
    }
}

/* false: the channel has to wait and comes back to this method */
static bool sem_execute(GspRm *rm, GspChannel *c, uint32_t exec)
{
    switch (exec & 7) {
    case SEM_RELEASE:
        sem_release(rm, c, exec);
        return true;
    case SEM_ACQUIRE:
    case SEM_ACQ_STRICT_GEQ:
    case SEM_ACQ_CIRC_GEQ:
    case SEM_ACQ_AND:
    case SEM_ACQ_NOR:
        return sem_acquired(rm, c, exec);
    default:
        qemu_log_mask(LOG_UNIMP, "gsp: semaphore operation %u\n", exec & 7);
        return true;
    }
}

static bool host_method(GspRm *rm, GspChannel *c, uint32_t method,
                        uint32_t data)
{
    switch (method) {
    case SET_OBJECT:
        c->class[c->subch] = data & 0xffff;
        return true;
    case SEM_ADDR_LO:
        c->sem_addr = deposit64(c->sem_addr, 0, 32, data & ~3u);
        return true;
    case SEM_ADDR_HI:
        c->sem_addr = deposit64(c->sem_addr, 32, 32, data & 0x1ffff);
        return true;
    case SEM_PAYLOAD_LO:
        c->sem_payload = deposit64(c->sem_payload, 0, 32, data);
        return true;
    case SEM_PAYLOAD_HI:
        c->sem_payload = deposit64(c->sem_payload, 32, 32, data);
        return true;
    case SEM_EXECUTE:
        return sem_execute(rm, c, data);
    case NON_STALL_INTERRUPT:
        gsp_intr_raise(rm->gpu, gsp_channel_vector(c->runlist));
        return true;
    case NOP:
    case FB_FLUSH:
    case MEM_OP_A ... MEM_OP_D:      /* no caches to flush or invalidate */
    case WFI:                        /* everything is done at once */
        return true;
    default:
        qemu_log_mask(LOG_UNIMP, "gsp: host method 0x%x\n", method);
        return true;
    }
}

static bool host_execute(GspRm *rm, GspChannel *c, uint32_t method,
                         uint32_t data)
{
    trace_gsp_channel_method(c->chid, c->subch, method, data);
    if (method < HOST_METHODS) {
        return host_method(rm, c, method, data);
    }
    if (CLASS_COPY(c->class[c->subch])) {
        gsp_copy_method(rm, c, method, data);
    } else {
        qemu_log_mask(LOG_UNIMP, "gsp: method 0x%x of class 0x%x\n", method,
                      c->class[c->subch]);
    }
    return true;
}

static bool host_header(GspRm *rm, GspChannel *c, uint32_t word)
{
    uint32_t op = word >> 29, n = word >> 16 & 0x1fff;

    c->method = (word & 0xfff) << 2;
    c->subch = word >> 13 & 7;
    c->count = 0;
    switch (op) {
    case OP_IMMEDIATE:
        return host_execute(rm, c, c->method, n);
    case OP_INC:
    case OP_NON_INC:
    case OP_ONE_INC:
        c->count = n;
        c->inc = op != OP_NON_INC;
        c->once = op == OP_ONE_INC;
        return true;
    case OP_END_SEGMENT:
        c->seg_left = 1;             /* this word is the last */
        return true;
    default:
        if (word) {                  /* 0 is a NOP */
            qemu_log_mask(LOG_UNIMP, "gsp: pushbuffer word 0x%08x\n", word);
        }
        return true;
    }
}

/* One word; false: it was not consumed, the channel waits */
static bool host_word(GspRm *rm, GspChannel *c, uint32_t word)
{
    if (!c->count) {
        return host_header(rm, c, word);
    }
    if (!host_execute(rm, c, c->method, word)) {
        return false;
    }
    c->count--;
    if (c->inc) {
        c->method += 4;
        c->inc = !c->once;
    }
    return true;
}

/* The segment of the next GPFIFO entry; false: nothing is there */
static bool host_next(GspRm *rm, GspChannel *c)
{
    uint64_t at, entry;
    uint32_t get, put;

    if (!userd_access(rm, c, USERD_GP_GET, &get, false) ||
        !userd_access(rm, c, USERD_GP_PUT, &put, false)) {
        return false;
    }
    get = le32_to_cpu(get);
    put = le32_to_cpu(put);
    if (get == put || get >= c->entries || put >= c->entries) {
        return false;
    }
    at = c->gpfifo + 8ull * get;
    if (!gsp_channel_read(rm, c, at, &entry, 8)) {
        gsp_channel_fault(rm, c, at);
        return false;
    }
    entry = le64_to_cpu(entry);
    c->seg = entry & 0xfffffffffcull;
    c->seg_left = entry >> 42 & 0x1fffff;
    c->count = 0;
    get = cpu_to_le32((get + 1) % c->entries);
    return userd_access(rm, c, USERD_GP_GET, &get, true);
}

bool gsp_host_run(GspRm *rm, GspChannel *c)
{
    uint32_t word;

    for (unsigned n = 0; n < WORDS_MAX && !c->dead; n++) {
        if (!c->seg_left) {
            if (!host_next(rm, c)) {
                return false;
            }
            continue;
        }
        if (!gsp_channel_read(rm, c, c->seg, &word, 4)) {
            gsp_channel_fault(rm, c, c->seg);
            return false;
        }
        if (!host_word(rm, c, le32_to_cpu(word))) {
            return true;
        }
        c->seg += 4;
        c->seg_left--;
    }
    return !c->dead;
}
