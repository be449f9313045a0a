/*
 * NVIDIA GSP GPU model: a VBIOS made up at realize
 *
 * A chain of three images as both known readers expect it: PC-AT with the BIT
 * table, an EFI image that has to be skipped, and a FWSEC image with falcon
 * table, descriptor, signatures and ucode. The ucode is a generated one (the
 * model recognises it by marker) and carries a signature for each fuse version
 * of the property "fwsec-versions"; on Turing and GA100, whose descriptor is of
 * version 2, one that is part of the ucode. GA100 shows an IFR header in front.
 * The property "vbios" takes a file instead. Boot contract §3.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "qemu/units.h"
#include "qapi/error.h"
#include "gsp_hw.h"

#define PCAT_LEN        0x2000
#define EFI_LEN         0x400
#define FWSEC_BASE      (PCAT_LEN + EFI_LEN)

#define PCIR_OFF        0x40
#define PCIR_LEN        0x18
#define NPDE_OFF        0x60         /* next 16-byte boundary after PCIR */
#define NPDE_LEN        0x0b
#define CODE_PCAT       0x00
#define CODE_EFI        0x03
#define CODE_FWSEC      0xe0

/* In front of the chain: version 3 of the header, with a directory */
#define IFR_TOTAL       0x200
#define IFR_STATUS      0x400
#define IFR_DIRECTORY   (IFR_STATUS + 0x1000)
#define IFR_LEN         (IFR_DIRECTORY + 0x200)

/* In the PC-AT image */
#define BIT_OFF         0x200
#define FALCON_PTR_OFF  0x300
#define VERSION_OFF     0x320

/* In the FWSEC image */
#define TABLE_OFF       0x200
#define DESC_OFF        0x240
#define DESC_LEN        0x2c
#define DESC_V2_LEN     0x3c
#define ENTRY_LEN       0x100        /* of V2: code that is not secure */
#define IMEM_LEN        0x2000
#define DMEM_LEN        0x1000

/* In DMEM */
#define APPIF_OFF       0x10
#define MAPPER_OFF      0x40
#define CMD_IN_OFF      0x100
#define CMD_IN_LEN      0x40
#define CMD_OUT_OFF     0x180
#define CMD_OUT_LEN     0x40
#define SIG_OFF         0x200

#define APP_FWSEC_PROD  0x85
#define TARGET_GSP      0x07

static void put_image(GspGpu *s, uint8_t *p, uint32_t len, uint8_t code,
                      bool last)
{
    uint8_t *pcir = p + PCIR_OFF, *npde = p + NPDE_OFF;

    stw_le_p(p, 0xaa55);
    p[2] = MIN(len / 512, 0xff);
    stw_le_p(p + 0x18, PCIR_OFF);

    memcpy(pcir, "PCIR", 4);
    stw_le_p(pcir + 0x04, PCI_VENDOR_ID_NVIDIA);
    stw_le_p(pcir + 0x06, s->device_id);
    stw_le_p(pcir + 0x0a, PCIR_LEN);
    pcir[0x0c] = 3;
    pcir[0x0f] = 0x03;               /* class 03 00 00 */
    stw_le_p(pcir + 0x10, len / 512);
    stw_le_p(pcir + 0x12, 1);
    pcir[0x14] = code;
    pcir[0x15] = last ? 0x80 : 0;
    stw_le_p(pcir + 0x16, len / 512);

    memcpy(npde, "NPDE", 4);
    stw_le_p(npde + 0x04, 0x0101);
    stw_le_p(npde + 0x06, NPDE_LEN);
    stw_le_p(npde + 0x08, len / 512);
    npde[0x0a] = last ? 0x80 : 0;
}

/* The byte sum of an image is zero; its last byte sees to that */
static void put_checksum(uint8_t *p, uint32_t len)
{
    uint8_t sum = 0;

    for (uint32_t i = 0; i < len; i++) {
        sum += p[i];
    }
    p[len - 1] -= sum;
}

static uint8_t *put_token(uint8_t *p, uint8_t id, uint8_t version,
                          uint16_t size, uint16_t off)
{
    p[0] = id;
    p[1] = version;
    stw_le_p(p + 2, size);
    stw_le_p(p + 4, off);
    return p + 6;
}

static void put_pcat(GspGpu *s, uint8_t *p)
{
    static const uint8_t bit_id[] = { 0xff, 0xb8, 'B', 'I', 'T', 0 };
    uint8_t *bit = p + BIT_OFF, *token = bit + 12;

    put_image(s, p, PCAT_LEN, CODE_PCAT, false);
    memcpy(bit, bit_id, sizeof(bit_id));
    stw_le_p(bit + 6, 0x0100);
    bit[8] = 12;
    bit[9] = 6;
    bit[10] = 2;
    token = put_token(token, 'i', 2, 5, VERSION_OFF);
    put_token(token, 'p', 2, 4, FALCON_PTR_OFF);
    put_checksum(bit, 12);

    /* pointers count the PC-AT image, then the FWSEC image behind it */
    stl_le_p(p + FALCON_PTR_OFF, PCAT_LEN + TABLE_OFF);
    stl_le_p(p + VERSION_OFF, 0x95020000);
    put_checksum(p, PCAT_LEN);
}

static void put_dmem(uint8_t *dmem)
{
    uint8_t *appif = dmem + APPIF_OFF, *mapper = dmem + MAPPER_OFF;

    appif[0] = 1;
    appif[1] = 4;
    appif[2] = 8;
    appif[3] = 1;
    stl_le_p(appif + 4, 4);
    stl_le_p(appif + 8, MAPPER_OFF);

    memcpy(mapper, "DMAP", 4);
    stw_le_p(mapper + 0x04, 3);
    stw_le_p(mapper + 0x06, 0x40);
    stl_le_p(mapper + 0x08, CMD_IN_OFF);
    stl_le_p(mapper + 0x0c, CMD_IN_LEN);
    stl_le_p(mapper + 0x10, CMD_OUT_OFF);
    stl_le_p(mapper + 0x14, CMD_OUT_LEN);
}

static void put_imem(uint8_t *imem, uint32_t entry_len)
{
    static const char mark[16] = "GSP-SYNTH-UCODE";
    uint8_t *secure = imem + entry_len;

    for (uint32_t i = 0; i < IMEM_LEN; i++) {
        imem[i] = i * 7 + (i >> 8);
    }
    memcpy(secure, mark, sizeof(mark));
    stl_le_p(secure + 16, GSP_ROLE_FWSEC);
    stl_le_p(secure + 20, 0);
    stl_le_p(secure + 24, SIG_OFF);
}

static void ucode_digest(const uint8_t *ucode, uint32_t entry_len,
                         uint8_t digest[GSP_SHA256_LEN])
{
    struct iovec iov = { (void *)(ucode + entry_len),
                         IMEM_LEN + DMEM_LEN - entry_len };

    gsp_sha256(&iov, 1, digest);
}

static void put_signatures(GspGpu *s, uint8_t *sigs, const uint8_t *ucode)
{
    uint8_t digest[GSP_SHA256_LEN];

    ucode_digest(ucode, 0, digest);
    for (int v = 0; v < 16; v++) {
        if (s->fwsec_versions >> v & 1) {
            gsp_ucode_synth_sig(GSP_ROLE_FWSEC, v, digest, sigs);
            sigs += GSP_HS_SIG_LEN;
        }
    }
}

static void put_desc_v3(GspGpu *s, uint8_t *desc, unsigned count)
{
    uint32_t desc_len = DESC_LEN + count * GSP_HS_SIG_LEN;
    uint8_t *ucode = desc + desc_len;

    stl_le_p(desc + 0x00, desc_len << 16 | 3 << 8 | 1);
    stl_le_p(desc + 0x04, IMEM_LEN + DMEM_LEN);
    stl_le_p(desc + 0x08, SIG_OFF);
    stl_le_p(desc + 0x0c, APPIF_OFF);
    stl_le_p(desc + 0x14, IMEM_LEN);
    stl_le_p(desc + 0x20, DMEM_LEN);
    stw_le_p(desc + 0x24, 1 << 10);
    desc[0x26] = s->chip->fwsec_ucode_id;
    desc[0x27] = count;
    stw_le_p(desc + 0x28, s->fwsec_versions);

    put_imem(ucode, 0);
    put_dmem(ucode + IMEM_LEN);
    put_signatures(s, desc + DESC_LEN, ucode);
}

static void put_desc_v2(uint8_t *desc)
{
    uint8_t *ucode = desc + DESC_V2_LEN, *dmem = ucode + IMEM_LEN;
    uint8_t digest[GSP_SHA256_LEN], sig[GSP_HS_SIG_LEN];

    stl_le_p(desc + 0x00, DESC_V2_LEN << 16 | 2 << 8 | 1);
    stl_le_p(desc + 0x04, IMEM_LEN + DMEM_LEN);
    stl_le_p(desc + 0x08, IMEM_LEN + DMEM_LEN);
    stl_le_p(desc + 0x10, APPIF_OFF);
    stl_le_p(desc + 0x18, IMEM_LEN);
    stl_le_p(desc + 0x20, ENTRY_LEN);
    stl_le_p(desc + 0x24, IMEM_LEN - ENTRY_LEN);
    stl_le_p(desc + 0x28, IMEM_LEN);
    stl_le_p(desc + 0x30, DMEM_LEN);

    put_imem(ucode, ENTRY_LEN);
    put_dmem(dmem);
    ucode_digest(ucode, ENTRY_LEN, digest);
    gsp_ucode_synth_sig(GSP_ROLE_FWSEC, 0, digest, sig);
    memcpy(dmem + SIG_OFF, sig, GSP_FWSEC_V2_SIG_LEN);
}

static void put_fwsec(GspGpu *s, uint8_t *p, uint32_t len, unsigned count)
{
    uint8_t *table = p + TABLE_OFF, *desc = p + DESC_OFF;

    put_image(s, p, len, CODE_FWSEC, true);
    table[0] = 1;
    table[1] = 6;
    table[2] = 6;
    table[3] = 1;
    table[6] = APP_FWSEC_PROD;
    table[7] = TARGET_GSP;
    stl_le_p(table + 8, PCAT_LEN + DESC_OFF);

    if (s->chip->family & GSP_HAS_PIO) {
        put_desc_v2(desc);
    } else {
        put_desc_v3(s, desc, count);
    }
    put_checksum(p, len);
}

static void put_ifr(uint8_t *p)
{
    uint8_t *directory = p + IFR_DIRECTORY;

    memcpy(p, "NVGI", 4);
    stl_le_p(p + 4, 0x20 << 16 | 3 << 8);
    stl_le_p(p + 8, IFR_TOTAL);
    stl_le_p(p + IFR_TOTAL, IFR_STATUS);
    memcpy(directory, "RFRD", 4);
    stl_le_p(directory + 8, IFR_LEN);
}

static void gsp_vbios_build(GspGpu *s)
{
    unsigned count = ctpop16(s->fwsec_versions);
    uint32_t fwsec = ROUND_UP(DESC_OFF + DESC_LEN + count * GSP_HS_SIG_LEN +
                              IMEM_LEN + DMEM_LEN + 1, 512);

    uint32_t ifr = s->chip->family == GSP_GA100 ? IFR_LEN : 0;
    uint8_t *p;

    s->prom_size = ifr + FWSEC_BASE + fwsec;
    s->prom = g_malloc0(s->prom_size);
    p = s->prom + ifr;
    if (ifr) {
        put_ifr(s->prom);
    }
    put_pcat(s, p);
    put_image(s, p + PCAT_LEN, EFI_LEN, CODE_EFI, false);
    put_checksum(p + PCAT_LEN, EFI_LEN);
    put_fwsec(s, p + FWSEC_BASE, fwsec, count);
}

static bool gsp_vbios_load(GspGpu *s, Error **errp)
{
    g_autoptr(GError) err = NULL;
    char *data;
    gsize len;

    if (!g_file_get_contents(s->vbios_path, &data, &len, &err)) {
        error_setg(errp, "gsp-gpu: vbios: %s", err->message);
        return false;
    }
    s->prom_size = MIN(ROUND_UP(len, 4), 1 * MiB);
    s->prom = g_malloc(s->prom_size);
    memset(s->prom, 0xff, s->prom_size);
    memcpy(s->prom, data, MIN(len, s->prom_size));
    g_free(data);
    return true;
}

bool gsp_vbios_init(GspGpu *s, Error **errp)
{
    if (s->vbios_path) {
        return gsp_vbios_load(s, errp);
    }
    gsp_vbios_build(s);
    return true;
}

void gsp_vbios_exit(GspGpu *s)
{
    g_free(s->prom);
    s->prom = NULL;
}
