/*
 * NVIDIA GSP GPU model: signed ucode
 *
 * Tells whose code a falcon was loaded with and whether the signature in its
 * DMEM is the one that the fused version demands. From GA102 on a boot ROM does
 * that, by its registers; before, a stub that is not secure enters the secure
 * code, and hardware verifies. Published ucode is known by digest (gsp_known.c),
 * generated test ucode by a marker and a signature rule of its own (README).
 * Boot contract §3.7, §4.3, §8.3.
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
#define SYNTH_ROLE      16
#define SYNTH_REL       20
#define SYNTH_SLOT      24
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

static uint32_t ucode_fuse(GspGpu *s, GspFalcon *f)
{
    return gsp_fuse_version(s, f->engine,
                            gsp_reg(f->pri2, FALCON2_UCODE_ID) & 0xff);
}

/* What a falcon was loaded with, as the check of its signature sees it */
typedef struct Loaded {
    uint8_t *code;               /* the entry, then what is secure */
    uint32_t entry_len, secure_len;
    uint8_t *data;               /* dmem_top bytes, the slot zeroed */
    uint32_t slot, sig_len;      /* where the signature is in DMEM */
    uint32_t fuse;               /* the version it has to be of */
} Loaded;

static void loaded_free(Loaded *l)
{
    g_free(l->code);
    g_free(l->data);
}

/* Code by the boot ROM: all from IMEM 0 on, and all of it secure */
static bool ucode_code_brom(GspGpu *s, GspFalcon *f, Loaded *l)
{
    bool secure = true;
    uint32_t n = 0;

    while (n < f->imem_size / BLOCK && (f->imem_tag[n] & GSP_IMEM_VALID)) {
        secure &= !!(f->imem_tag[n] & GSP_IMEM_SECURE);
        n++;
    }
    if (!secure || !n) {
        gsp_rule_broken(s, GSP_RULE_UCODE_NOT_SECURE, "%s", f->name);
        return false;
    }
    l->code = g_memdup2(f->imem, n * BLOCK);
    l->secure_len = n * BLOCK;
    return true;
}

/* Generated secure code in a place that is not secure? */
static bool ucode_has_mark(const Loaded *l)
{
    for (uint32_t at = 0; at < l->entry_len; at += BLOCK) {
        if (!memcmp(l->code + at, SYNTH_MARK, sizeof(SYNTH_MARK))) {
            return true;
        }
    }
    return false;
}

/* Code by a stub: what follows the PC by its tags, first the stub itself */
static bool ucode_code_stub(GspGpu *s, GspFalcon *f, Loaded *l)
{
    uint32_t tag = f->pc / BLOCK;
    int n;

    l->code = g_malloc(f->imem_size);
    while ((n = gsp_falcon_block(f, tag++)) >= 0) {
        bool secure = f->imem_tag[n] & GSP_IMEM_SECURE;

        if (!secure && l->secure_len) {
            break;
        }
        memcpy(l->code + l->entry_len + l->secure_len, f->imem + n * BLOCK,
               BLOCK);
        *(secure ? &l->secure_len : &l->entry_len) += BLOCK;
    }
    if (!l->entry_len) {
        gsp_rule_broken(s, GSP_RULE_UCODE_ENTRY, "%s 0x%x", f->name, f->pc);
        return false;
    }
    if (!l->secure_len) {
        gsp_rule_broken(s, ucode_has_mark(l) ? GSP_RULE_UCODE_NOT_SECURE
                                             : GSP_RULE_UCODE_UNKNOWN,
                        "%s 0x%x bytes, none of them secure", f->name,
                        l->entry_len);
        return false;
    }
    return true;
}

static void ucode_digest(const Loaded *l, uint32_t from, uint32_t data_len,
                         uint8_t out[GSP_SHA256_LEN])
{
    struct iovec iov[] = {
        { l->code + from, l->entry_len + l->secure_len - from },
        { l->data, data_len },
    };

    gsp_sha256(iov, ARRAY_SIZE(iov), out);
}

/* The data again, with another slot zeroed; false: there is none */
static bool ucode_slot(GspFalcon *f, Loaded *l, uint32_t slot, uint32_t len)
{
    if (slot > f->dmem_top || f->dmem_top - slot < len) {
        return false;
    }
    g_free(l->data);
    l->data = g_memdup2(f->dmem, f->dmem_top);
    memset(l->data + slot, 0, len);
    l->slot = slot;
    l->sig_len = len;
    return true;
}

static void ucode_wrong_signature(GspGpu *s, GspFalcon *f, const Loaded *l,
                                  int other)
{
    if (buffer_is_zero(f->dmem + l->slot, l->sig_len)) {
        gsp_rule_broken(s, GSP_RULE_SIGNATURE_NOT_PATCHED,
                        "%s slot at 0x%x is empty", f->name, l->slot);
    } else if (other >= 0) {
        gsp_rule_broken(s, GSP_RULE_SIGNATURE_VERSION,
                        "%s signature of version %d, fuse says %u", f->name,
                        other, l->fuse);
    } else {
        gsp_rule_broken(s, GSP_RULE_SIGNATURE_INVALID, "%s", f->name);
    }
}

static bool ucode_verify_synth(GspGpu *s, GspFalcon *f, const Loaded *l,
                               GspRole role)
{
    uint8_t digest[GSP_SHA256_LEN], sig[GSP_HS_SIG_LEN];
    int other = -1;

    ucode_digest(l, l->entry_len, f->dmem_top, digest);
    for (uint32_t v = 0; v < VERSIONS; v++) {
        gsp_ucode_synth_sig(role, v, digest, sig);
        if (!memcmp(sig, f->dmem + l->slot, l->sig_len)) {
            if (v == l->fuse) {
                return true;
            }
            other = v;
        }
    }
    ucode_wrong_signature(s, f, l, other);
    return false;
}

static bool ucode_verify_known(GspGpu *s, GspFalcon *f, const Loaded *l,
                               const GspKnownUcode *k)
{
    struct iovec iov = { f->dmem + l->slot, l->sig_len };
    uint8_t digest[GSP_SHA256_LEN];
    int other = -1;

    gsp_sha256(&iov, 1, digest);
    for (uint32_t v = 0; v < ARRAY_SIZE(k->sig); v++) {
        if (!memcmp(digest, k->sig[v], sizeof(digest))) {
            if (v == l->fuse) {
                return true;
            }
            other = v;
        }
    }
    ucode_wrong_signature(s, f, l, other);
    return false;
}

static const GspKnownUcode *ucode_find_known(GspGpu *s, GspFalcon *f,
                                             Loaded *l)
{
    bool stub = s->chip->family & GSP_HAS_PIO;
    uint8_t digest[GSP_SHA256_LEN];

    for (const GspKnownUcode *k = gsp_known_ucodes; k->chip; k++) {
        if (k->entry_len != l->entry_len || k->code_len != l->secure_len ||
            k->data_len > f->dmem_top ||
            (stub ? !ucode_slot(f, l, k->sig_off, s->chip->hs_sig_len)
                  : k->sig_off != l->slot)) {
            continue;
        }
        ucode_digest(l, 0, k->data_len, digest);
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
    if (role == GSP_ROLE_FWSEC || (s->chip->family & GSP_HAS_PIO)) {
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

/*
 * The mark of generated ucode: role, release, and for chips without a boot ROM
 * where the signature is.
 */
static GspRole ucode_synth_role(const Loaded *l)
{
    const uint8_t *mark = l->code + l->entry_len;
    uint32_t role;

    if (memcmp(mark, SYNTH_MARK, sizeof(SYNTH_MARK))) {
        return GSP_ROLE_NONE;
    }
    role = ldl_le_p(mark + SYNTH_ROLE);
    return role <= GSP_ROLE_FWSEC ? role : GSP_ROLE_NONE;
}

/* The word behind the role: 0 is the release that generated images speak */
static const char *ucode_synth_release(const Loaded *l)
{
    return ldl_le_p(l->code + l->entry_len + SYNTH_REL) ? "another release"
                                                        : GSP_SYNTH_RELEASE;
}

static bool ucode_synth_slot(GspGpu *s, GspFalcon *f, Loaded *l, GspRole role)
{
    uint32_t slot = ldl_le_p(l->code + l->entry_len + SYNTH_SLOT);

    if (!(s->chip->family & GSP_HAS_PIO) ||
        ucode_slot(f, l, slot, role == GSP_ROLE_FWSEC ? GSP_FWSEC_V2_SIG_LEN
                                                      : s->chip->hs_sig_len)) {
        return true;
    }
    gsp_rule_broken(s, GSP_RULE_SIGNATURE_INVALID,
                    "%s slot at 0x%x, 0x%x bytes loaded", f->name, slot,
                    f->dmem_top);
    return false;
}

static bool ucode_load(GspGpu *s, GspFalcon *f, Loaded *l)
{
    if (s->chip->family & GSP_HAS_PIO) {
        return ucode_code_stub(s, f, l);
    }
    l->fuse = ucode_fuse(s, f);
    return ucode_brom_ok(s, f) && ucode_code_brom(s, f, l) &&
           ucode_slot(f, l, gsp_reg(f->pri2, FALCON2_PARAADDR),
                      GSP_HS_SIG_LEN);
}

static bool ucode_judge(GspGpu *s, GspFalcon *f, Loaded *l, GspUcode *out)
{
    const GspKnownUcode *known;

    out->role = ucode_synth_role(l);
    if (out->role) {
        if (!ucode_synth_slot(s, f, l, out->role)) {
            return false;
        }
        out->synthetic = true;
        out->release = ucode_synth_release(l);
        if (out->role == GSP_ROLE_FWSEC) {
            gsp_fwsec_mask(l->data, f->dmem_top);
        }
        trace_gsp_ucode(f->name, out->role, "synthetic");
        return ucode_engine_ok(s, f, out->role, NULL) &&
               ucode_verify_synth(s, f, l, out->role);
    }
    known = ucode_find_known(s, f, l);
    if (!known) {
        gsp_rule_broken(s, GSP_RULE_UCODE_UNKNOWN,
                        "%s 0x%x bytes of code, 0x%x of data", f->name,
                        l->entry_len + l->secure_len, f->dmem_top);
        return false;
    }
    out->role = known->role;
    out->release = known->release;
    trace_gsp_ucode(f->name, out->role, out->release);
    return ucode_engine_ok(s, f, out->role, known->chip) &&
           ucode_verify_known(s, f, l, known);
}

bool gsp_ucode_verify(GspGpu *s, GspFalcon *f, GspUcode *out)
{
    Loaded l = { 0 };
    bool ok;

    memset(out, 0, sizeof(*out));
    ok = ucode_load(s, f, &l) && ucode_judge(s, f, &l, out);
    loaded_free(&l);
    return ok;
}
