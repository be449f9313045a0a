/*
 * NVIDIA GSP GPU model: copy engine
 *
 * Pitch-linear copies between virtual addresses, with or without a semaphore
 * behind them; methods are those of the published clc7b5.h. Block-linear
 * layouts, remapping and physical addresses are not modelled.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "qemu/log.h"
#include "qemu/units.h"
#include "gsp_channel.h"
#include "trace.h"

#define SET_SEMAPHORE_A     0x240            /* upper, lower, payload */
#define LAUNCH_DMA          0x300
#define OFFSET_IN           0x400            /* upper, lower */
#define OFFSET_OUT          0x408
#define PITCH_IN            0x410
#define PITCH_OUT           0x414
#define LINE_LENGTH_IN      0x418
#define LINE_COUNT          0x41C

#define TRANSFER(v)         ((v) & 3)        /* 0: none */
#define SEMAPHORE(v)        ((v) >> 3 & 3)   /* 1: one word, 2: four words */
#define INTERRUPT(v)        ((v) >> 5 & 3)
#define SRC_PITCH           (1u << 7)
#define DST_PITCH           (1u << 8)
#define MULTI_LINE          (1u << 9)
#define REMAP               (1u << 10)
#define SRC_PHYSICAL        (1u << 12)
#define DST_PHYSICAL        (1u << 13)

#define COPY_MAX            (1 * GiB)
#define CHUNK               4096

static uint32_t reg(GspChannel *c, uint32_t method)
{
    return c->ce[method / 4];
}

static uint64_t address(GspChannel *c, uint32_t method)
{
    return (uint64_t)(reg(c, method) & 0x1ffff) << 32 | reg(c, method + 4);
}

static bool copy_line(GspRm *rm, GspChannel *c, uint64_t src, uint64_t dst,
                      uint32_t len)
{
    uint8_t buf[CHUNK];

    while (len) {
        uint32_t n = MIN(len, CHUNK);

        if (!gsp_channel_read(rm, c, src, buf, n)) {
            gsp_channel_fault(rm, c, src);
            return false;
        }
        if (!gsp_channel_write(rm, c, dst, buf, n)) {
            gsp_channel_fault(rm, c, dst);
            return false;
        }
        src += n;
        dst += n;
        len -= n;
    }
    return true;
}

static bool copy(GspRm *rm, GspChannel *c, uint32_t launch)
{
    uint64_t src = address(c, OFFSET_IN), dst = address(c, OFFSET_OUT);
    uint32_t lines = launch & MULTI_LINE ? reg(c, LINE_COUNT) : 1;
    uint32_t len = reg(c, LINE_LENGTH_IN);

    if ((launch & (SRC_PITCH | DST_PITCH)) != (SRC_PITCH | DST_PITCH) ||
        (launch & (REMAP | SRC_PHYSICAL | DST_PHYSICAL)) ||
        (uint64_t)lines * len > COPY_MAX) {
        qemu_log_mask(LOG_UNIMP, "gsp: LAUNCH_DMA 0x%08x\n", launch);
        return true;
    }
    trace_gsp_channel_copy(c->chid, src, dst, (uint64_t)lines * len);
    for (uint32_t i = 0; i < lines; i++) {
        if (!copy_line(rm, c, src, dst, len)) {
            return false;
        }
        src += reg(c, PITCH_IN);
        dst += reg(c, PITCH_OUT);
    }
    return true;
}

static void semaphore(GspRm *rm, GspChannel *c, uint32_t launch)
{
    uint64_t addr = address(c, SET_SEMAPHORE_A);
    size_t len = SEMAPHORE(launch) == 1 ? 4 : 16;
    uint64_t data[2] = { cpu_to_le64(reg(c, SET_SEMAPHORE_A + 8)),
                         cpu_to_le64(gsp_ptimer_ns(rm->gpu)) };

    if (!gsp_channel_write(rm, c, addr, data, len)) {
        gsp_channel_fault(rm, c, addr);
    }
}

void gsp_copy_method(GspRm *rm, GspChannel *c, uint32_t method, uint32_t data)
{
    c->ce[method % GSP_METHODS / 4] = data;
    if (method != LAUNCH_DMA) {
        return;
    }
    if (TRANSFER(data) && !copy(rm, c, data)) {
        return;
    }
    if (SEMAPHORE(data)) {
        semaphore(rm, c, data);
    }
    if (INTERRUPT(data)) {
        gsp_intr_raise(rm->gpu, gsp_channel_vector(c->runlist));
    }
}
