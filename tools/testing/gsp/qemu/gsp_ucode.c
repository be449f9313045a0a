/*
 * NVIDIA GSP GPU model: the falcon boot ROM
 *
 * Tells whose code a falcon was loaded with and whether the signature in its
 * DMEM is the one that the fused version demands. Published ucode is known by
 * digest (gsp_known.c), generated test ucode by a marker and a signature rule
 * of its own (README). Boot contract §3.7, §8.3.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/cutils.h"
#include "crypto/hash.h"
#include "qapi/error.h"
#include "gsp_hw.h"
#include "trace.h"

#define BLOCK           256
#define MOD_SEL_RSA3K   1
#define VERSIONS        16

#define SYNTH_MARK      "GSP-SYNTH-UCODE"
#define SYNTH_SIGNATURE "gsp-synthetic-signature"

void gsp_sha256(const struct iovec *iov, size_t niov,
                uint8_t out[GSP_SHA256_LEN])
{
    uint8_t *digest = out;
    size_t len = GSP_SHA256_LEN;

    qcrypto_hash_bytesv(QCRYPTO_HASH_ALGO_SHA256, iov, niov, &digest, &len,
                        &error_abort);
}

void gsp_ucode_synth_sig(GspRole role, uint32_t version,
                         const uint8_t digest[GSP_SHA256_LEN],
                         uint8_t sig[GSP_HS_SIG_LEN])
{
    for (uint32_t i = 0; i < GSP_HS_SIG_LEN / GSP_SHA256_LEN; i++) {
        uint32_t words[3] = { cpu_to_le32(role), cpu_to_le32(version),
                              cpu_to_le32(i) };
        struct iovec iov[] = {
            { (void *)SYNTH_SIGNATURE, sizeof(SYNTH_SIGNATURE) },
            { words, sizeof(words) },
            { (void *)digest, GSP_SHA256_LEN },
        };

        gsp_sha256(iov, ARRAY_SIZE(iov), sig + i * GSP_SHA256_LEN);
    }
}

/* What the boot ROM is told by its registers */
static bool ucode_brom_ok(GspGpu *s, GspFalcon *f)
{
    uint32_t algo = gsp_reg(f->pri2, FALCON2_MOD_SEL) & 0xff;
    uint32_t id = gsp_reg(f->pri2, FALCON2_UCODE_ID) & 0xff;
    uint32_t engines = gsp_reg(f->pri2, FALCON2_ENGIDMASK);
    uint32_t slot = gsp_reg(f->pri2, FALCON2_PARAADDR);

    if (algo != MOD_SEL_RSA3K || !id || !engines) {
        gsp_rule_broken(s, GSP_RULE_BROM_PARAMS,
                        "%s MOD_SEL %u UCODE_ID %u ENGIDMASK 0x%x", f->name,
                        algo, id, engines);
        return false;
    }
    if (engines != f->engine_mask) {
        gsp_rule_broken(s, GSP_RULE_BROM_ENGINE, "%s ENGIDMASK 0x%x",
                        f->name, engines);
        return false;
    }
    if (slot > f->dmem_top || f->dmem_top - slot < GSP_HS_SIG_LEN) {
        gsp_rule_broken(s, GSP_RULE_BROM_PARAADDR,
                        "%s PARAADDR 0x%x, 0x%x bytes loaded", f->name, slot,
                        f->dmem_top);
        return false;
    }
    return true;
}

/* Length of the code from IMEM 0 on; all of it has to be secure */
static uint32_t ucode_code_len(GspGpu *s, GspFalcon *f, bool *secure)
{
    uint32_t n = 0;

    *secure = true;
    while (n < f->imem_size / BLOCK && (f->imem_tag[n] & GSP_IMEM_VALID)) {
        *secure &= !!(f->imem_tag[n] & GSP_IMEM_SECURE);
        n++;
    }
    return n * BLOCK;
}

static void ucode_digest(GspFalcon *f, uint32_t code_len, const uint8_t *data,
                         uint32_t data_len, uint8_t out[GSP_SHA256_LEN])
{
    struct iovec iov[] = {
        { f->imem, code_len },
        { (void *)data, data_len },
    };

    gsp_sha256(iov, ARRAY_SIZE(iov), out);
}

static void ucode_wrong_signature(GspGpu *s, GspFalcon *f, uint32_t want,
                                  int other)
{
    const uint8_t *slot = f->dmem + gsp_reg(f->pri2, FALCON2_PARAADDR);

    if (buffer_is_zero(slot, GSP_HS_SIG_LEN)) {
        gsp_rule_broken(s, GSP_RULE_SIGNATURE_NOT_PATCHED,
                        "%s slot at 0x%x is empty", f->name,
                        gsp_reg(f->pri2, FALCON2_PARAADDR));
    } else if (other >= 0) {
        gsp_rule_broken(s, GSP_RULE_SIGNATURE_VERSION,
                        "%s signature of version %d, fuse says %u", f->name,
                        other, want);
    } else {
        gsp_rule_broken(s, GSP_RULE_SIGNATURE_INVALID, "%s", f->name);
    }
}

static uint32_t ucode_fuse(GspGpu *s, GspFalcon *f)
{
    return gsp_fuse_version(s, f->engine,
                            gsp_reg(f->pri2, FALCON2_UCODE_ID) & 0xff);
}

static bool ucode_verify_synth(GspGpu *s, GspFalcon *f, uint32_t code_len,
                               const uint8_t *data, GspRole role)
{
    const uint8_t *slot = f->dmem + gsp_reg(f->pri2, FALCON2_PARAADDR);
    uint8_t digest[GSP_SHA256_LEN], sig[GSP_HS_SIG_LEN];
    uint32_t want = ucode_fuse(s, f);
    int other = -1;

    ucode_digest(f, code_len, data, f->dmem_top, digest);
    for (uint32_t v = 0; v < VERSIONS; v++) {
        gsp_ucode_synth_sig(role, v, digest, sig);
        if (!memcmp(sig, slot, sizeof(sig))) {
            if (v == want) {
                return true;
            }
            other = v;
        }
    }
    ucode_wrong_signature(s, f, want, other);
    return false;
}

static bool ucode_verify_known(GspGpu *s, GspFalcon *f,
                               const GspKnownUcode *k)
{
    uint8_t *slot = f->dmem + gsp_reg(f->pri2, FALCON2_PARAADDR);
    struct iovec iov = { slot, GSP_HS_SIG_LEN };
    uint8_t digest[GSP_SHA256_LEN];
    uint32_t want = ucode_fuse(s, f);
    int other = -1;

    gsp_sha256(&iov, 1, digest);
    for (uint32_t v = 0; v < ARRAY_SIZE(k->sig); v++) {
        if (!memcmp(digest, k->sig[v], sizeof(digest))) {
            if (v == want) {
                return true;
            }
            other = v;
        }
    }
    ucode_wrong_signature(s, f, want, other);
    return false;
}

static const GspKnownUcode *ucode_find_known(GspFalcon *f, uint32_t code_len,
                                             const uint8_t *data)
{
    uint32_t slot = gsp_reg(f->pri2, FALCON2_PARAADDR);
    uint8_t digest[GSP_SHA256_LEN];

    for (const GspKnownUcode *k = gsp_known_ucodes; k->chip; k++) {
        if (k->code_len != code_len || k->data_len > f->dmem_top ||
            k->sig_off != slot) {
            continue;
        }
        ucode_digest(f, code_len, data, k->data_len, digest);
        if (!memcmp(digest, k->digest, sizeof(digest))) {
            return k;
        }
    }
    return NULL;
}

static bool ucode_engine_ok(GspGpu *s, GspFalcon *f, GspRole role,
                            const char *chip)
{
    GspEngine want = role == GSP_ROLE_FWSEC ? GSP_ENGINE_GSP
                                            : GSP_ENGINE_SEC2;
    uint32_t id = gsp_reg(f->pri2, FALCON2_UCODE_ID) & 0xff, signed_for;

    if (f->engine != want || (chip && strcmp(chip, s->chip->fw_dir))) {
        gsp_rule_broken(s, GSP_RULE_UCODE_ENGINE, "role %u of %s on %s of %s",
                        role, chip ?: "any chip", f->name, s->chip->name);
        return false;
    }
    if (role == GSP_ROLE_FWSEC) {
        return true;
    }
    signed_for = role == GSP_ROLE_SCRUBBER ? s->chip->scrubber_ucode_id
                                           : s->chip->booter_ucode_id;
    if (id != signed_for) {
        gsp_rule_broken(s, GSP_RULE_BROM_UCODE_ID, "%s UCODE_ID %u, not %u",
                        f->name, id, signed_for);
        return false;
    }
    return true;
}

/* Roles of generated ucode that this engine's boot ROM accepts as such */
static GspRole ucode_synth_role(GspFalcon *f, uint32_t code_len)
{
    uint32_t role;

    if (code_len < sizeof(SYNTH_MARK) + 8 ||
        memcmp(f->imem, SYNTH_MARK, sizeof(SYNTH_MARK))) {
        return GSP_ROLE_NONE;
    }
    role = ldl_le_p(f->imem + sizeof(SYNTH_MARK));
    return role <= GSP_ROLE_FWSEC ? role : GSP_ROLE_NONE;
}

/* The word behind the role: 0 is the release that generated images speak */
static const char *ucode_synth_release(GspFalcon *f)
{
    return ldl_le_p(f->imem + sizeof(SYNTH_MARK) + 4) ? "another release"
                                                      : GSP_SYNTH_RELEASE;
}

bool gsp_ucode_verify(GspGpu *s, GspFalcon *f, GspUcode *out)
{
    g_autofree uint8_t *data = NULL;
    const GspKnownUcode *known;
    uint32_t code_len;
    bool secure;

    memset(out, 0, sizeof(*out));
    if (!ucode_brom_ok(s, f)) {
        return false;
    }
    code_len = ucode_code_len(s, f, &secure);
    if (!secure || !code_len) {
        gsp_rule_broken(s, GSP_RULE_UCODE_NOT_SECURE, "%s", f->name);
        return false;
    }
    data = g_memdup2(f->dmem, f->dmem_top);
    memset(data + gsp_reg(f->pri2, FALCON2_PARAADDR), 0, GSP_HS_SIG_LEN);

    out->role = ucode_synth_role(f, code_len);
    if (out->role) {
        out->synthetic = true;
        out->release = ucode_synth_release(f);
        if (out->role == GSP_ROLE_FWSEC) {
            gsp_fwsec_mask(data, f->dmem_top);
        }
        trace_gsp_ucode(f->name, out->role, "synthetic");
        return ucode_engine_ok(s, f, out->role, NULL) &&
               ucode_verify_synth(s, f, code_len, data, out->role);
    }
    known = ucode_find_known(f, code_len, data);
    if (!known) {
        gsp_rule_broken(s, GSP_RULE_UCODE_UNKNOWN,
                        "%s 0x%x bytes of code, 0x%x of data", f->name,
                        code_len, f->dmem_top);
        return false;
    }
    out->role = known->role;
    out->release = known->release;
    trace_gsp_ucode(f->name, out->role, out->release);
    return ucode_engine_ok(s, f, out->role, known->chip) &&
           ucode_verify_known(s, f, known);
}
