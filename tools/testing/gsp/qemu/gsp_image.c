/*
 * NVIDIA GSP GPU model: GSP image and RISC-V bootloader
 *
 * What booter_load fetches from system memory: the bootloader, the image
 * behind its radix3 table and the signature section. They are copied to where
 * the WPR meta wants them and recognised there, by the digest of a published
 * file or by the marker of a generated one. Boot contract §5.5, §8.5, §8.6.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/cutils.h"
#include "gsp_hw.h"
#include "gsp_wprmeta.h"

#define PTES            (GSP_PAGE_SIZE / 8)
#define RADIX3_MAX      ((uint64_t)PTES * PTES * GSP_PAGE_SIZE)
#define SIGNATURE_LEN   0x1000

#define SYNTH_LOADER    "GSP-SYNTH-BOOTLD"
#define SYNTH_LOADER_DIGEST 0x10
#define SYNTH_LOADER_BODY   0x30
#define SYNTH_IMAGE     "GSP-SYNTH-FWIMAGE"
#define SYNTH_SIGNATURE "gsp-synthetic-signature"
#define SYNTH_IMAGE_SIZE   0x18
#define SYNTH_IMAGE_DIGEST 0x20
#define SYNTH_IMAGE_BODY   0x1000

static void digest_of(const void *buf, size_t len,
                      uint8_t out[GSP_SHA256_LEN])
{
    struct iovec iov = { (void *)buf, len };

    gsp_sha256(&iov, 1, out);
}

static const GspKnownBlob *blob_find(const GspKnownBlob *table,
                                     const char *name, uint64_t size,
                                     const uint8_t digest[GSP_SHA256_LEN])
{
    for (const GspKnownBlob *k = table; k->name; k++) {
        if ((!name || !strcmp(k->name, name)) && k->size == size &&
            !memcmp(k->digest, digest, GSP_SHA256_LEN)) {
            return k;
        }
    }
    return NULL;
}

/*
 * RISC-V bootloader
 */
static bool loader_offsets_ok(GspGpu *s, const GspWprMeta *m,
                              const GspKnownBlob *k)
{
    bool ok = k ? m->code_off == k->code_off && m->data_off == k->data_off &&
                  m->manifest_off == k->manifest_off
                : m->code_off < m->bootloader_size &&
                  m->data_off < m->bootloader_size &&
                  m->manifest_off < m->bootloader_size;

    if (!ok) {
        gsp_rule_broken(s, GSP_RULE_BOOTLOADER_OFFSETS, "code 0x%" PRIx64
                        " data 0x%" PRIx64 " manifest 0x%" PRIx64,
                        m->code_off, m->data_off, m->manifest_off);
    }
    return ok;
}

static bool loader_is_synth(const uint8_t *buf, uint64_t size)
{
    uint8_t digest[GSP_SHA256_LEN];

    if (size < SYNTH_LOADER_BODY ||
        memcmp(buf, SYNTH_LOADER, strlen(SYNTH_LOADER))) {
        return false;
    }
    digest_of(buf + SYNTH_LOADER_BODY, size - SYNTH_LOADER_BODY, digest);
    return !memcmp(digest, buf + SYNTH_LOADER_DIGEST, sizeof(digest));
}

bool gsp_image_load_bootloader(GspGpu *s, const GspWprMeta *m, GspBlob *blob)
{
    uint8_t *buf = s->fb + m->bootloader;
    uint8_t digest[GSP_SHA256_LEN];
    const GspKnownBlob *k;

    if (!gsp_dma_read(s, m->bootloader_addr, buf, m->bootloader_size)) {
        return false;
    }
    if (loader_is_synth(buf, m->bootloader_size)) {
        *blob = (GspBlob) { GSP_SYNTH_RELEASE, true };
        return loader_offsets_ok(s, m, NULL);
    }
    digest_of(buf, m->bootloader_size, digest);
    k = blob_find(gsp_known_bootloaders, s->chip->fw_dir, m->bootloader_size,
                  digest);
    if (!k) {
        gsp_rule_broken(s, GSP_RULE_BOOTLOADER_UNKNOWN, "0x%" PRIx64 " bytes",
                        m->bootloader_size);
        return false;
    }
    *blob = (GspBlob) { k->release, false };
    return loader_offsets_ok(s, m, k);
}

/*
 * radix3: page tables in system memory, three levels of one page or more
 */
static bool radix3_entry_ok(GspGpu *s, int level, uint64_t index, uint64_t pte)
{
    if (!pte) {
        gsp_rule_broken(s, GSP_RULE_RADIX3_SHORT, "level %d entry %" PRIu64
                        " is zero", level, index);
        return false;
    }
    if (pte % GSP_PAGE_SIZE) {
        gsp_rule_broken(s, GSP_RULE_RADIX3_MISALIGNED, "level %d entry %"
                        PRIu64 " is 0x%" PRIx64, level, index, pte);
        return false;
    }
    return true;
}

static bool radix3_table(GspGpu *s, int level, uint64_t addr, unsigned n,
                         uint64_t first, uint64_t ptes[PTES])
{
    if (!gsp_dma_read(s, addr, ptes, n * sizeof(uint64_t))) {
        return false;
    }
    for (unsigned i = 0; i < n; i++) {
        ptes[i] = le64_to_cpu(ptes[i]);
        if (!radix3_entry_ok(s, level, first + i, ptes[i])) {
            return false;
        }
    }
    return true;
}

/* Neighbouring pages are fetched in one go */
static bool radix3_pages(GspGpu *s, const uint64_t *ptes, unsigned n,
                         uint8_t *dst, uint64_t left)
{
    unsigned run;

    for (unsigned i = 0; i < n; i += run) {
        uint64_t off = (uint64_t)i * GSP_PAGE_SIZE;

        run = 1;
        while (i + run < n && ptes[i + run] == ptes[i] + run * GSP_PAGE_SIZE) {
            run++;
        }
        if (!gsp_dma_read(s, ptes[i], dst + off,
                          MIN((uint64_t)run * GSP_PAGE_SIZE, left - off))) {
            return false;
        }
    }
    return true;
}

static bool radix3_fetch(GspGpu *s, const GspWprMeta *m)
{
    uint64_t l0[PTES], l1[PTES], l2[PTES];
    uint64_t pages = DIV_ROUND_UP(m->image_size, GSP_PAGE_SIZE);
    unsigned tables = DIV_ROUND_UP(pages, PTES);

    if (m->image_size > RADIX3_MAX) {
        gsp_rule_broken(s, GSP_RULE_RADIX3_SHORT, "image of 0x%" PRIx64
                        " bytes", m->image_size);
        return false;
    }
    if (!radix3_table(s, 0, m->radix3_addr, 1, 0, l0) ||
        !radix3_table(s, 1, l0[0], tables, 0, l1)) {
        return false;
    }
    for (unsigned t = 0; t < tables; t++) {
        uint64_t first = (uint64_t)t * PTES;
        uint64_t off = first * GSP_PAGE_SIZE;
        unsigned n = MIN(pages - first, PTES);

        if (!radix3_table(s, 2, l1[t], n, first, l2) ||
            !radix3_pages(s, l2, n, s->fb + m->image + off,
                          m->image_size - off)) {
            return false;
        }
    }
    return true;
}

/*
 * Image
 */
static bool image_is_synth(const uint8_t *image, uint64_t size)
{
    static const char mark[SYNTH_IMAGE_SIZE] = SYNTH_IMAGE;

    return size >= SYNTH_IMAGE_BODY && !memcmp(image, mark, sizeof(mark));
}

static bool image_synth_ok(GspGpu *s, const uint8_t *image, uint64_t size)
{
    uint8_t digest[GSP_SHA256_LEN];

    digest_of(image + SYNTH_IMAGE_BODY, size - SYNTH_IMAGE_BODY, digest);
    if (ldq_le_p(image + SYNTH_IMAGE_SIZE) != size ||
        memcmp(image + SYNTH_IMAGE_DIGEST, digest, sizeof(digest))) {
        gsp_rule_broken(s, GSP_RULE_IMAGE_DIGEST, "synthetic image of 0x%"
                        PRIx64 " bytes", size);
        return false;
    }
    return true;
}

/* The size tells which published image it claims to be, the digest proves it */
static bool image_known_ok(GspGpu *s, const uint8_t *image, uint64_t size,
                           const uint8_t digest[GSP_SHA256_LEN],
                           GspBlob *blob)
{
    const GspKnownBlob *k = gsp_known_images;

    while (k->name && k->size != size) {
        k++;
    }
    if (!k->name) {
        gsp_rule_broken(s, GSP_RULE_IMAGE_UNKNOWN, "0x%" PRIx64 " bytes",
                        size);
        return false;
    }
    k = blob_find(gsp_known_images, NULL, size, digest);
    if (!k) {
        gsp_rule_broken(s, GSP_RULE_IMAGE_DIGEST, "0x%" PRIx64 " bytes",
                        size);
        return false;
    }
    *blob = (GspBlob) { k->release, false };
    return true;
}

static bool signature_synth_ok(GspGpu *s, const uint8_t *sig,
                               const uint8_t image_digest[GSP_SHA256_LEN])
{
    const char *section = s->chip->fw_signature;
    uint8_t want[GSP_SHA256_LEN];
    struct iovec iov[] = {
        { (void *)SYNTH_SIGNATURE, sizeof(SYNTH_SIGNATURE) },
        { (void *)section, strlen(section) },
        { (void *)image_digest, GSP_SHA256_LEN },
    };

    gsp_sha256(iov, ARRAY_SIZE(iov), want);
    return !memcmp(sig, want, sizeof(want)) &&
           buffer_is_zero(sig + sizeof(want), SIGNATURE_LEN - sizeof(want));
}

static bool signature_known_ok(GspGpu *s, const uint8_t *sig,
                               const char *release)
{
    uint8_t digest[GSP_SHA256_LEN];
    const GspKnownBlob *k;

    digest_of(sig, SIGNATURE_LEN, digest);
    for (k = gsp_known_signatures; k->name; k++) {
        if (!strcmp(k->name, s->chip->fw_signature) &&
            !strcmp(k->release, release) &&
            !memcmp(k->digest, digest, sizeof(digest))) {
            return true;
        }
    }
    return false;
}

static bool image_signature_ok(GspGpu *s, const GspWprMeta *m,
                               const uint8_t image_digest[GSP_SHA256_LEN],
                               const GspBlob *blob)
{
    uint8_t sig[SIGNATURE_LEN];

    if (m->signature_size != SIGNATURE_LEN) {
        gsp_rule_broken(s, GSP_RULE_IMAGE_SIGNATURE, "0x%" PRIx64 " bytes",
                        m->signature_size);
        return false;
    }
    if (!gsp_dma_read(s, m->signature_addr, sig, sizeof(sig))) {
        return false;
    }
    if (blob->synthetic ? signature_synth_ok(s, sig, image_digest)
                        : signature_known_ok(s, sig, blob->release)) {
        return true;
    }
    gsp_rule_broken(s, GSP_RULE_IMAGE_SIGNATURE, "not %s of this image",
                    s->chip->fw_signature);
    return false;
}

bool gsp_image_load(GspGpu *s, const GspWprMeta *m, GspBlob *blob)
{
    const uint8_t *image = s->fb + m->image;
    uint8_t digest[GSP_SHA256_LEN];

    if (!radix3_fetch(s, m)) {
        return false;
    }
    digest_of(image, m->image_size, digest);
    if (image_is_synth(image, m->image_size)) {
        *blob = (GspBlob) { GSP_SYNTH_RELEASE, true };
        if (!image_synth_ok(s, image, m->image_size)) {
            return false;
        }
    } else if (!image_known_ok(s, image, m->image_size, digest, blob)) {
        return false;
    }
    return image_signature_ok(s, m, digest, blob);
}
