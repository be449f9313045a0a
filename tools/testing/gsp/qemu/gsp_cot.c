/*
 * NVIDIA GSP GPU model: the chain-of-trust message
 *
 * What the FSP checks before it starts GSP-FMC: shape of the payload, where
 * FRTS is to be, and the FMC image, which it fetches and measures itself.
 * Published images are known by their SHA-384; one that was generated says how
 * long it is (README). Boot contract §4.8, §8.2, §8.5.6.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/cutils.h"
#include "qemu/units.h"
#include "crypto/hash.h"
#include "qapi/error.h"
#include "gsp_hw.h"

#define COT_LEN         0x35c
#define COT_VERSION     0x000
#define COT_SIZE        0x002
#define COT_FMC         0x004
#define COT_FRTS_SYSMEM 0x00c
#define COT_FRTS_SYSMEM_LEN 12
#define COT_FRTS        0x018
#define COT_FRTS_SIZE   0x020
#define COT_HASH        0x024
#define COT_KEY         0x054
#define COT_SIG         0x1d4
#define COT_SLOT        384             /* room for key or signature */
#define COT_PARAMS      0x354

#define FRTS_SIZE       (1 * MiB)
#define FRTS_ALIGN      (2 * MiB)
#define IMAGE_ALIGN     GSP_PAGE_SIZE
#define PARAMS_ALIGN    8
#define FMC_MAX         (1 * MiB)

#define SYNTH_FMC       "GSP-SYNTH-FMCIMG"      /* 16 bytes, no end */
#define SYNTH_FMC_SIZE  0x10
#define SYNTH_FMC_RELEASE 0x14
#define SYNTH_FMC_CHIP  0x18            /* zero padded */
#define SYNTH_FMC_HEAD  0x28
#define SYNTH_SALT      "gsp-synthetic-signature"
#define SYNTH_KEY       "publickey"
#define SYNTH_SIG       "fmc"

static void sha384(const void *buf, size_t len, uint8_t out[GSP_SHA384_LEN])
{
    struct iovec iov = { (void *)buf, len };
    uint8_t *digest = out;
    size_t n = GSP_SHA384_LEN;

    qcrypto_hash_bytesv(QCRYPTO_HASH_ALGO_SHA384, &iov, 1, &digest, &n,
                        &error_abort);
}

/*
 * Shape
 */
static uint32_t cot_shape(GspGpu *s, const uint8_t *p, uint32_t len)
{
    if (len != COT_LEN || lduw_le_p(p + COT_SIZE) != COT_LEN) {
        gsp_rule_broken(s, GSP_RULE_COT_SIZE, "0x%x bytes, size 0x%x", len,
                        len < 4 ? 0 : lduw_le_p(p + COT_SIZE));
        return GSP_FSP_INVALID_DATA;
    }
    if (lduw_le_p(p + COT_VERSION) != s->chip->cot_version) {
        gsp_rule_broken(s, GSP_RULE_COT_VERSION, "%u, not %u",
                        lduw_le_p(p + COT_VERSION), s->chip->cot_version);
        return GSP_FSP_NOT_SUPPORTED;
    }
    return GSP_FSP_OK;
}

static uint32_t cot_state(GspGpu *s)
{
    if (gsp_fmc_running(s) || s->falcon[GSP_ENGINE_GSP].riscv_active) {
        gsp_rule_broken(s, GSP_RULE_COT_RUNNING, "%s",
                        gsp_fmc_running(s) ? "GSP-FMC" : "GSP-RM");
        return GSP_FSP_INVALID_STATE;
    }
    if (s->wpr2_hi) {
        gsp_rule_broken(s, GSP_RULE_COT_WPR2_UP, "0x%" PRIx64 "..0x%" PRIx64,
                        s->wpr2_lo, s->wpr2_hi);
        return GSP_FSP_INVALID_STATE;
    }
    return GSP_FSP_OK;
}

/* FRTS in system memory, and none at all (resume), are not modelled */
static uint32_t cot_frts(GspGpu *s, const uint8_t *p, GspCot *out)
{
    out->frts_from_end = ldq_le_p(p + COT_FRTS);
    out->frts_size = ldl_le_p(p + COT_FRTS_SIZE);
    if (buffer_is_zero(p + COT_FRTS_SYSMEM, COT_FRTS_SYSMEM_LEN) &&
        out->frts_size == FRTS_SIZE && !(out->frts_from_end % FRTS_ALIGN) &&
        out->frts_from_end >= s->chip->frts_from_end &&
        out->frts_from_end < s->fb_size - FRTS_SIZE) {
        return GSP_FSP_OK;
    }
    gsp_rule_broken(s, GSP_RULE_COT_FRTS, "0x%x bytes that end 0x%" PRIx64
                    " before the end, at least 0x%x; in system memory 0x%"
                    PRIx64 " + 0x%x", out->frts_size, out->frts_from_end,
                    s->chip->frts_from_end, ldq_le_p(p + COT_FRTS_SYSMEM),
                    ldl_le_p(p + COT_FRTS_SYSMEM + 8));
    return GSP_FSP_INVALID_DATA;
}

static uint32_t cot_addresses(GspGpu *s, const uint8_t *p, GspCot *out)
{
    uint64_t fmc = ldq_le_p(p + COT_FMC);

    out->params = ldq_le_p(p + COT_PARAMS);
    if (fmc && !(fmc % IMAGE_ALIGN) && out->params &&
        !(out->params % PARAMS_ALIGN)) {
        return GSP_FSP_OK;
    }
    gsp_rule_broken(s, GSP_RULE_COT_ADDRESS, "image 0x%" PRIx64
                    ", parameters 0x%" PRIx64, fmc, out->params);
    return GSP_FSP_INVALID_DATA;
}

/*
 * Authenticity: key and signature fill the beginning of their slots
 */
static bool slot_is(const uint8_t *slot, uint32_t len, const uint8_t *want)
{
    uint8_t digest[GSP_SHA256_LEN];
    struct iovec iov = { (void *)slot, len };

    gsp_sha256(&iov, 1, digest);
    return !memcmp(digest, want, sizeof(digest)) &&
           buffer_is_zero(slot + len, COT_SLOT - len);
}

static uint32_t cot_authentic(GspGpu *s, const uint8_t *p, const uint8_t *key,
                              const uint8_t *sig)
{
    if (!slot_is(p + COT_KEY, s->chip->fmc_key_len, key)) {
        gsp_rule_broken(s, GSP_RULE_COT_PUBLIC_KEY, "not the %u bytes of %s",
                        s->chip->fmc_key_len, s->chip->name);
        return GSP_FSP_INVALID_DATA;
    }
    if (!slot_is(p + COT_SIG, s->chip->fmc_sig_len, sig)) {
        gsp_rule_broken(s, GSP_RULE_COT_SIGNATURE, "not %u bytes of this image",
                        s->chip->fmc_sig_len);
        return GSP_FSP_INVALID_DATA;
    }
    return GSP_FSP_OK;
}

/* Generated key or signature: digests of a label, a number, what is signed */
static void synth_slot(const char *label, const uint8_t *what, size_t n,
                       uint32_t len, uint8_t digest[GSP_SHA256_LEN])
{
    uint8_t slot[COT_SLOT];
    struct iovec all = { slot, len };

    for (uint32_t i = 0; i < COT_SLOT / GSP_SHA256_LEN; i++) {
        uint32_t word = cpu_to_le32(i);
        struct iovec iov[] = {
            { (void *)SYNTH_SALT, sizeof(SYNTH_SALT) },
            { (void *)label, strlen(label) },
            { &word, sizeof(word) },
            { (void *)what, n },
        };

        gsp_sha256(iov, ARRAY_SIZE(iov), slot + i * GSP_SHA256_LEN);
    }
    gsp_sha256(&all, 1, digest);
}

static uint32_t cot_hash(GspGpu *s, const uint8_t *p,
                         const uint8_t hash[GSP_SHA384_LEN])
{
    if (!memcmp(p + COT_HASH, hash, GSP_SHA384_LEN)) {
        return GSP_FSP_OK;
    }
    gsp_rule_broken(s, GSP_RULE_COT_HASH, "0x%08x.., measured 0x%08x..",
                    ldl_be_p(p + COT_HASH), ldl_be_p(hash));
    return GSP_FSP_INVALID_DATA;
}

static uint32_t cot_synth(GspGpu *s, const uint8_t *p, const uint8_t *image,
                          uint32_t size, GspCot *out)
{
    uint8_t hash[GSP_SHA384_LEN];
    uint8_t key[GSP_SHA256_LEN], sig[GSP_SHA256_LEN];
    uint32_t error;

    sha384(image, size, hash);
    error = cot_hash(s, p, hash);
    if (error) {
        return error;
    }
    if (strncmp((const char *)image + SYNTH_FMC_CHIP, s->chip->fw_dir,
                SYNTH_FMC_HEAD - SYNTH_FMC_CHIP)) {
        gsp_rule_broken(s, GSP_RULE_FMC_CHIP, "%.16s on %s",
                        (const char *)image + SYNTH_FMC_CHIP, s->chip->name);
        return GSP_FSP_INVALID_DATA;
    }
    synth_slot(SYNTH_KEY, NULL, 0, s->chip->fmc_key_len, key);
    synth_slot(SYNTH_SIG, hash, sizeof(hash), s->chip->fmc_sig_len, sig);
    out->synthetic = true;
    out->release = ldl_le_p(image + SYNTH_FMC_RELEASE) ? "another release"
                                                       : GSP_SYNTH_RELEASE;
    return cot_authentic(s, p, key, sig);
}

static uint32_t cot_known(GspGpu *s, const uint8_t *p, const GspKnownFmc *k,
                          GspCot *out)
{
    if (strcmp(k->chip, s->chip->fw_dir)) {
        gsp_rule_broken(s, GSP_RULE_FMC_CHIP, "%s on %s", k->chip,
                        s->chip->name);
        return GSP_FSP_INVALID_DATA;
    }
    out->release = k->release;
    return cot_authentic(s, p, k->key, k->sig);
}

/*
 * The message does not say how long the image is: it is as long as the one that
 * it names by its hash, or as the chip's.
 */
static bool fmc_claimed(const uint8_t *p, const GspKnownFmc *k)
{
    return !memcmp(p + COT_HASH, k->hash, GSP_SHA384_LEN);
}

static const GspKnownFmc *known_fmc(GspGpu *s, const uint8_t *p, uint8_t *buf)
{
    uint8_t hash[GSP_SHA384_LEN];

    for (const GspKnownFmc *k = gsp_known_fmcs; k->chip; k++) {
        if (!fmc_claimed(p, k) && strcmp(k->chip, s->chip->fw_dir)) {
            continue;
        }
        if (!gsp_dma_read(s, ldq_le_p(p + COT_FMC), buf, k->size)) {
            return NULL;
        }
        sha384(buf, k->size, hash);
        if (fmc_claimed(p, k) || !memcmp(hash, k->hash, sizeof(hash))) {
            return cot_hash(s, p, hash) ? NULL : k;
        }
    }
    gsp_rule_broken(s, GSP_RULE_FMC_UNKNOWN, "begins with 0x%08x",
                    ldl_be_p(buf));
    return NULL;
}

static uint32_t cot_image(GspGpu *s, const uint8_t *p, GspCot *out)
{
    g_autofree uint8_t *buf = g_malloc(FMC_MAX);
    uint64_t addr = ldq_le_p(p + COT_FMC);
    const GspKnownFmc *k;
    uint32_t size;

    if (!gsp_dma_read(s, addr, buf, SYNTH_FMC_HEAD)) {
        return GSP_FSP_INVALID_DATA;
    }
    if (!memcmp(buf, SYNTH_FMC, strlen(SYNTH_FMC))) {
        size = ldl_le_p(buf + SYNTH_FMC_SIZE);
        if (size < SYNTH_FMC_HEAD || size > FMC_MAX) {
            gsp_rule_broken(s, GSP_RULE_FMC_UNKNOWN, "0x%x bytes", size);
            return GSP_FSP_INVALID_DATA;
        }
        return gsp_dma_read(s, addr, buf, size)
               ? cot_synth(s, p, buf, size, out) : GSP_FSP_INVALID_DATA;
    }
    k = known_fmc(s, p, buf);
    return k ? cot_known(s, p, k, out) : GSP_FSP_INVALID_DATA;
}

uint32_t gsp_cot_check(GspGpu *s, const uint8_t *p, uint32_t len, GspCot *out)
{
    uint32_t error = cot_shape(s, p, len);

    memset(out, 0, sizeof(*out));
    if (!error) {
        error = cot_state(s);
    }
    if (!error) {
        error = cot_frts(s, p, out);
    }
    if (!error) {
        error = cot_addresses(s, p, out);
    }
    return error ?: cot_image(s, p, out);
}
