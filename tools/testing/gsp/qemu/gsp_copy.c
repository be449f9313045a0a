/*
 * NVIDIA GSP GPU model: copy engine
 *
 * Pitch-linear copies between virtual addresses, and fills with the constants
 * of remapping, with or without a semaphore behind them; methods are those of
 * the published clc7b5.h. Block-linear layouts, other remapping and physical
 * addresses are not modelled.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "qemu/cutils.h"
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
#define REMAP_CONST_A       0x700
#define REMAP_CONST_B       0x704
#define REMAP_COMPONENTS    0x708

#define TRANSFER(v)         ((v) & 3)        /* 0: none */
#define SEMAPHORE(v)        ((v) >> 3 & 3)   /* 1: one word, 2: four words */
#define INTERRUPT(v)        ((v) >> 5 & 3)
#define SRC_PITCH           (1u << 7)
#define DST_PITCH           (1u << 8)
#define MULTI_LINE          (1u << 9)
#define REMAP               (1u << 10)
#define SRC_PHYSICAL        (1u << 12)
#define DST_PHYSICAL        (1u << 13)

#define COMPONENT(v, n)     ((v) >> 4 * (n) & 7)
#define COMPONENT_SIZE(v)   (1 + ((v) >> 16 & 3))
#define DST_COMPONENTS(v)   (1 + ((v) >> 24 & 3))
#define CONST_A             4
#define CONST_B             5

#define COPY_MAX            (1 * GiB)
#define CLEAR_MAX           (256 * GiB)
#define CHUNK               4096
#define ELEMENT_MAX         16

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

/* What each element is filled with; its size, 0: not from constants alone */
static uint32_t fill_element(GspChannel *c, uint8_t *out)
{
    uint32_t comp = reg(c, REMAP_COMPONENTS), size = COMPONENT_SIZE(comp);

    for (uint32_t i = 0; i < DST_COMPONENTS(comp); i++) {
        uint32_t from = COMPONENT(comp, i);

        if (from != CONST_A && from != CONST_B) {
            return 0;
        }
        stn_le_p(out + i * size, size,
                 reg(c, from == CONST_A ? REMAP_CONST_A : REMAP_CONST_B));
    }
    return size * DST_COMPONENTS(comp);
}

static bool fill_line(GspRm *rm, GspChannel *c, uint64_t dst, uint64_t len,
                      const uint8_t *element, uint32_t size)
{
    uint8_t buf[CHUNK];
    uint64_t whole = CHUNK / size * size;

    if (buffer_is_zero(element, size)) {
        return gsp_channel_clear(rm, c, dst, len);
    }
    for (uint32_t i = 0; i < whole; i += size) {
        memcpy(buf + i, element, size);
    }
    while (len) {
        uint64_t n = MIN(len, whole);

        if (!gsp_channel_write(rm, c, dst, buf, n)) {
            return false;
        }
        dst += n;
        len -= n;
    }
    return true;
}

/* Line length and count are in elements; there is no source */
static bool fill(GspRm *rm, GspChannel *c, uint32_t launch)
{
    uint64_t dst = address(c, OFFSET_OUT), len;
    uint32_t lines = launch & MULTI_LINE ? reg(c, LINE_COUNT) : 1, size;
    uint8_t element[ELEMENT_MAX];

    size = fill_element(c, element);
    len = (uint64_t)reg(c, LINE_LENGTH_IN) * size;
    if (!size || !(launch & DST_PITCH) || (launch & DST_PHYSICAL) ||
        (len && lines > (buffer_is_zero(element, size) ? CLEAR_MAX
                                                       : COPY_MAX) / len)) {
        qemu_log_mask(LOG_UNIMP, "gsp: LAUNCH_DMA 0x%08x, remap 0x%08x\n",
                      launch, reg(c, REMAP_COMPONENTS));
        return true;
    }
    trace_gsp_channel_fill(c->chid, dst, len * lines);
    for (uint32_t i = 0; i < lines; i++) {
        if (!fill_line(rm, c, dst, len, element, size)) {
            gsp_channel_fault(rm, c, dst);
            return false;
        }
        dst += reg(c, PITCH_OUT);
    }
    return true;
}

static bool copy(GspRm *rm, GspChannel *c, uint32_t launch)
{
    uint64_t src = address(c, OFFSET_IN), dst = address(c, OFFSET_OUT);
    uint32_t lines = launch & MULTI_LINE ? reg(c, LINE_COUNT) : 1;
    uint32_t len = reg(c, LINE_LENGTH_IN);

    if ((launch & (SRC_PITCH | DST_PITCH)) != (SRC_PITCH | DST_PITCH) ||
        (launch & (SRC_PHYSICAL | DST_PHYSICAL)) ||
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

/* The semaphore behind it is released, whether or not it did anything */
static bool transfer(GspRm *rm, GspChannel *c, uint32_t launch)
{
    if (gsp_fault_hit(rm->gpu, GSP_FAULT_SCRUB_NOOP, GSP_PHASE_ANY, 0, NULL)) {
        return true;
    }
    return launch & REMAP ? fill(rm, c, launch) : copy(rm, c, launch);
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
    if (TRANSFER(data) && !transfer(rm, c, data)) {
        return;
    }
    if (SEMAPHORE(data)) {
        semaphore(rm, c, data);
    }
    if (INTERRUPT(data)) {
        gsp_intr_raise(rm->gpu, gsp_channel_vector(c->runlist));
    }
}
