/*
 * NVIDIA GSP GPU model: the generic boot loader of falcons without a boot ROM
 *
 * 512 bytes at the end of IMEM. Its descriptor in DMEM says where in memory a
 * ucode is: it copies that code into IMEM, the data over its own descriptor, and
 * goes on there. Turing and GA100 run FWSEC by it. Boot contract §3.9.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/cutils.h"
#include "gsp_hw.h"
#include "trace.h"

#define BLOCK           256
#define CODE_LEN        0x200

#define SYNTH_MARK      "GSP-SYNTH-LOADER"
#define SYNTH_DIGEST    0x10
#define SYNTH_BODY      0x30

#define DESC_LEN        0x54
#define DESC_ZERO       0x20         /* reserved and signature */
#define DESC_CTX_DMAS   8

typedef struct Desc {
    uint32_t ctx_dma, entry, argc, argv;
    uint64_t code, data;             /* bus addresses */
    uint32_t plain_off, plain_len, secure_off, secure_len, data_len;
} Desc;

static bool loader_code(const GspFalcon *f, uint8_t code[CODE_LEN])
{
    uint32_t tag = f->pc / BLOCK;

    for (uint32_t i = 0; i < CODE_LEN / BLOCK; i++) {
        int n = gsp_falcon_block(f, tag + i);

        if (n < 0 || (f->imem_tag[n] & GSP_IMEM_SECURE)) {
            return false;
        }
        memcpy(code + i * BLOCK, f->imem + n * BLOCK, BLOCK);
    }
    return true;
}

static bool loader_is_synth(const uint8_t code[CODE_LEN])
{
    struct iovec iov = { (void *)(code + SYNTH_BODY), CODE_LEN - SYNTH_BODY };
    uint8_t digest[GSP_SHA256_LEN];

    gsp_sha256(&iov, 1, digest);
    return !memcmp(code, SYNTH_MARK, strlen(SYNTH_MARK)) &&
           !memcmp(code + SYNTH_DIGEST, digest, sizeof(digest));
}

bool gsp_loader_loaded(const GspFalcon *f)
{
    uint8_t code[CODE_LEN], digest[GSP_SHA256_LEN];
    struct iovec iov = { code, CODE_LEN };

    if (!loader_code(f, code)) {
        return false;
    }
    gsp_sha256(&iov, 1, digest);
    for (const GspKnownBlob *k = gsp_known_loaders; k->name; k++) {
        if (!memcmp(k->digest, digest, sizeof(digest))) {
            return true;
        }
    }
    return loader_is_synth(code);
}

static void loader_decode(const uint8_t *p, Desc *d)
{
    *d = (Desc) {
        .ctx_dma = ldl_le_p(p + 0x20), .code = ldq_le_p(p + 0x24),
        .plain_off = ldl_le_p(p + 0x2c), .plain_len = ldl_le_p(p + 0x30),
        .secure_off = ldl_le_p(p + 0x34), .secure_len = ldl_le_p(p + 0x38),
        .entry = ldl_le_p(p + 0x3c), .data = ldq_le_p(p + 0x40),
        .data_len = ldl_le_p(p + 0x48), .argc = ldl_le_p(p + 0x4c),
        .argv = ldl_le_p(p + 0x50),
    };
}

/* It moves blocks: what it is told of begins with one, code ends with one */
static bool loader_desc_ok(GspGpu *s, GspFalcon *f, const Desc *d)
{
    bool whole = !((d->code | d->data | d->plain_off | d->plain_len |
                    d->secure_off | d->secure_len) % BLOCK) &&
                 !(d->data_len % 4);

    if (f->dmem_top >= DESC_LEN && buffer_is_zero(f->dmem, DESC_ZERO) &&
        d->ctx_dma < DESC_CTX_DMAS && whole && d->code && d->data &&
        d->plain_len && d->data_len && !d->entry && !d->argc && !d->argv) {
        return true;
    }
    gsp_rule_broken(s, GSP_RULE_LOADER_DESC, "0x%x bytes, DMA %u, code 0x%"
                    PRIx64 " 0x%x + 0x%x, 0x%x + 0x%x, data 0x%" PRIx64
                    " + 0x%x, entry 0x%x", f->dmem_top, d->ctx_dma, d->code,
                    d->plain_off, d->plain_len, d->secure_off, d->secure_len,
                    d->data, d->data_len, d->entry);
    return false;
}

static bool loader_range_ok(GspGpu *s, GspFalcon *f, const Desc *d)
{
    uint64_t plain_end = (uint64_t)d->plain_off + d->plain_len;
    uint64_t secure_end = (uint64_t)d->secure_off + d->secure_len;
    uint32_t room = f->imem_size - CODE_LEN;

    if (plain_end <= d->secure_off && secure_end <= room &&
        d->data_len <= f->dmem_size) {
        return true;
    }
    gsp_rule_broken(s, GSP_RULE_LOADER_RANGE, "code to 0x%" PRIx64 " and 0x%x"
                    "..0x%" PRIx64 " of 0x%x, data 0x%x of 0x%x", plain_end,
                    d->secure_off, secure_end, room, d->data_len,
                    f->dmem_size);
    return false;
}

static bool loader_fetch_code(GspGpu *s, GspFalcon *f, uint64_t addr,
                              uint32_t off, uint32_t len, uint32_t flags)
{
    if (!gsp_dma_read(s, addr + off, f->imem + off, len)) {
        return false;
    }
    for (uint32_t i = off / BLOCK; i < (off + len) / BLOCK; i++) {
        f->imem_tag[i] = GSP_IMEM_VALID | GSP_IMEM_TAG(i) | flags;
    }
    return true;
}

/* Afterwards the falcon holds what the descriptor told of, and is there */
bool gsp_loader_run(GspGpu *s, GspFalcon *f)
{
    Desc d;

    loader_decode(f->dmem, &d);
    if (!loader_desc_ok(s, f, &d) || !loader_range_ok(s, f, &d) ||
        !gsp_falcon_aperture_ok(s, f, d.ctx_dma)) {
        return false;
    }
    trace_gsp_loader(f->name, d.code, d.plain_len + d.secure_len, d.data,
                     d.data_len);
    f->dmem_top = d.data_len;
    f->pc = d.entry;
    return loader_fetch_code(s, f, d.code, d.plain_off, d.plain_len, 0) &&
           loader_fetch_code(s, f, d.code, d.secure_off, d.secure_len,
                             GSP_IMEM_SECURE) &&
           gsp_dma_read(s, d.data, f->dmem, d.data_len);
}
