/*
 * NVIDIA GSP GPU model: FWSEC
 *
 * The VBIOS ucode that makes WPR2 with the FRTS region in it (FRTS) or hands
 * the pre-OS state back (SB). It finds its command through the application
 * interface in its own DMEM. Boot contract §3.8.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/units.h"
#include "gsp_hw.h"
#include "trace.h"

#define APPIF_VERSION       1
#define APPIF_ENTRY_LEN     8
#define APPIF_DMEMMAPPER    4

#define MAPPER_LEN          0x40
#define MAPPER_CMD_IN       0x08
#define MAPPER_CMD_IN_SIZE  0x0c
#define MAPPER_INIT_CMD     0x2c
#define CMD_FRTS            0x15
#define CMD_SB              0x19

#define CMD_BUFFER_LEN      0x2c
#define READ_VBIOS_HDR      24
#define FRTS_HDR            20
#define FRTS_TYPE_FB        2
#define FRTS_ALIGN          (128 * KiB)

#define SCRATCH_FRTS        (0x400 + 4 * 0x0e)
#define SCRATCH_SB          (0x400 + 4 * 0x15)

typedef struct FwsecIf {
    uint8_t *mapper, *cmd;
    uint32_t cmd_len;
} FwsecIf;

/* The DMEMMAPPER that the table at @off names, if it is one */
static uint8_t *fwsec_table_mapper(uint8_t *dmem, uint32_t len, uint32_t off)
{
    const uint8_t *h = dmem + off;

    if (h[0] != APPIF_VERSION || h[1] < 4 || h[2] != APPIF_ENTRY_LEN ||
        !h[3] || len - off < h[1] + (uint32_t)h[3] * APPIF_ENTRY_LEN) {
        return NULL;
    }
    for (unsigned i = 0; i < h[3]; i++) {
        const uint8_t *e = h + h[1] + i * APPIF_ENTRY_LEN;
        uint32_t base = ldl_le_p(e + 4);

        if (ldl_le_p(e) == APPIF_DMEMMAPPER && base <= len &&
            len - base >= MAPPER_LEN && !memcmp(dmem + base, "DMAP", 4)) {
            return dmem + base;
        }
    }
    return NULL;
}

/* The offset of the table is in the VBIOS, not in DMEM: look for it */
static bool fwsec_find(uint8_t *dmem, uint32_t len, FwsecIf *fw)
{
    uint32_t off, cmd;

    for (off = 0; off + 4 + APPIF_ENTRY_LEN <= len; off += 4) {
        fw->mapper = fwsec_table_mapper(dmem, len, off);
        if (!fw->mapper) {
            continue;
        }
        cmd = ldl_le_p(fw->mapper + MAPPER_CMD_IN);
        fw->cmd_len = ldl_le_p(fw->mapper + MAPPER_CMD_IN_SIZE);
        fw->cmd = dmem + cmd;
        return fw->cmd_len >= CMD_BUFFER_LEN && cmd <= len &&
               len - cmd >= fw->cmd_len;
    }
    return false;
}

/* The driver fills these in; a signature does not cover them */
void gsp_fwsec_mask(uint8_t *dmem, uint32_t len)
{
    FwsecIf fw;

    if (fwsec_find(dmem, len, &fw)) {
        stl_le_p(fw.mapper + MAPPER_INIT_CMD, 0);
        memset(fw.cmd, 0, fw.cmd_len);
    }
}

GspPhase gsp_fwsec_phase(GspFalcon *f)
{
    FwsecIf fw;

    return fwsec_find(f->dmem, f->dmem_top, &fw) &&
           ldl_le_p(fw.mapper + MAPPER_INIT_CMD) == CMD_SB ? GSP_PHASE_SB
                                                           : GSP_PHASE_FWSEC;
}

static bool fwsec_cmd_ok(GspGpu *s, const FwsecIf *fw, bool frts)
{
    uint32_t ver = ldl_le_p(fw->cmd), hdr = ldl_le_p(fw->cmd + 4);

    if (ver != 1 || hdr != READ_VBIOS_HDR) {
        gsp_rule_broken(s, GSP_RULE_FWSEC_CMD_BUFFER,
                        "read_vbios version %u header %u", ver, hdr);
        return false;
    }
    ver = ldl_le_p(fw->cmd + 0x18);
    hdr = ldl_le_p(fw->cmd + 0x1c);
    if (frts && (ver != 1 || hdr != FRTS_HDR)) {
        gsp_rule_broken(s, GSP_RULE_FWSEC_CMD_BUFFER,
                        "frts_region version %u header %u", ver, hdr);
        return false;
    }
    return true;
}

static bool fwsec_frts_ok(GspGpu *s, uint64_t addr, uint64_t size,
                          uint32_t type)
{
    if (s->chip->family == GSP_GA100) {
        gsp_rule_broken(s, GSP_RULE_FRTS_ABSENT, "%s", s->chip->name);
        return false;
    }
    if (type != FRTS_TYPE_FB) {
        gsp_rule_broken(s, GSP_RULE_FRTS_TYPE, "type %u", type);
        return false;
    }
    if (s->wpr2_hi) {
        gsp_rule_broken(s, GSP_RULE_FRTS_WPR2_UP,
                        "WPR2 is 0x%" PRIx64 "..0x%" PRIx64, s->wpr2_lo,
                        s->wpr2_hi);
        return false;
    }
    if (!size || addr > s->fb_size || size > s->fb_size - addr) {
        gsp_rule_broken(s, GSP_RULE_FRTS_RANGE,
                        "0x%" PRIx64 " + 0x%" PRIx64 " of 0x%" PRIx64, addr,
                        size, s->fb_size);
        return false;
    }
    if (addr % FRTS_ALIGN || size % FRTS_ALIGN) {
        gsp_rule_broken(s, GSP_RULE_FRTS_MISALIGNED,
                        "0x%" PRIx64 " + 0x%" PRIx64, addr, size);
        return false;
    }
    return true;
}

static bool fwsec_frts(GspGpu *s, const FwsecIf *fw)
{
    uint64_t addr = (uint64_t)ldl_le_p(fw->cmd + 0x20) << 12;
    uint64_t size = (uint64_t)ldl_le_p(fw->cmd + 0x24) << 12;

    if (!fwsec_cmd_ok(s, fw, true) ||
        !fwsec_frts_ok(s, addr, size, ldl_le_p(fw->cmd + 0x28))) {
        return false;
    }
    trace_gsp_fwsec_frts(addr, addr + size);
    gsp_wpr2_set(s, addr, addr + size);
    gsp_state_set(s, GSP_STATE_FWSEC);
    return true;
}

/* Returns MAILBOX0; the scratch registers carry an error code of their own */
uint32_t gsp_fwsec_run(GspGpu *s, GspFalcon *f)
{
    uint64_t code = 1;
    uint32_t cmd;
    FwsecIf fw;

    if (!fwsec_find(f->dmem, f->dmem_top, &fw)) {
        gsp_rule_broken(s, GSP_RULE_FWSEC_APPIF, "0x%x bytes of DMEM",
                        f->dmem_top);
        return GSP_BOOT_ERR_FWSEC;
    }
    cmd = ldl_le_p(fw.mapper + MAPPER_INIT_CMD);
    switch (cmd) {
    case CMD_FRTS:
        gsp_reg_set(s->bus, SCRATCH_FRTS, 0);
        if (gsp_fault_hit(s, GSP_FAULT_FRTS_ERROR, GSP_PHASE_FWSEC, 0, &code)) {
            /* the ucode itself ends well: only its scratch tells */
            gsp_reg_set(s->bus, SCRATCH_FRTS, (code ?: 1) << 16);
            return GSP_BOOT_OK;
        }
        if (!fwsec_frts(s, &fw)) {
            gsp_reg_set(s->bus, SCRATCH_FRTS, GSP_BOOT_ERR_FWSEC << 16);
            return GSP_BOOT_ERR_FWSEC;
        }
        return GSP_BOOT_OK;
    case CMD_SB:
        if (!fwsec_cmd_ok(s, &fw, false)) {
            gsp_reg_set(s->bus, SCRATCH_SB, GSP_BOOT_ERR_FWSEC);
            return GSP_BOOT_ERR_FWSEC;
        }
        gsp_reg_set(s->bus, SCRATCH_SB, 0);
        return GSP_BOOT_OK;
    default:
        gsp_rule_broken(s, GSP_RULE_FWSEC_COMMAND, "init_cmd 0x%x", cmd);
        return GSP_BOOT_ERR_FWSEC;
    }
}
