/*
 * NVIDIA GSP GPU model: GET_GSP_STATIC_INFO
 *
 * Values of the chip's board (gsp_chip.c) as far as public material goes,
 * synthetic otherwise; what the device itself knows (framebuffer, reserved
 * regions, SR-IOV) is taken from it. Everything the boot laid out at the top of
 * the framebuffer, and RM's own page directories below it, is one reserved
 * region (boot contract 6.9).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "qemu/units.h"
#include "hw/pci/pci.h"
#include "gsp_engine.h"

#define BOARD_ID          0x2601
#define RAM_TYPE_GDDR6    0x11
#define GID_BYTES         16

typedef struct Value {
    uint32_t off, len;
    uint64_t val;
} Value;

static const Value values[] = {
    { R570_ST_GID_LENGTH, 4, GID_BYTES },
    { R570_ST_SKU_BOARD_ID, 4, BOARD_ID },
    { R570_ST_FBIO_MASK, 8, 0xFFF },
    { R570_ST_FB_BUS_WIDTH, 4, 384 },
    { R570_ST_FB_RAM_TYPE, 4, RAM_TYPE_GDDR6 },
    { R570_ST_FBP_MASK, 8, 0xFFF },
    { R570_ST_IS_TESLA, 1, 1 },
    { R570_ST_VBIOS_VALID, 1, 1 },
    { R570_ST_PAGE_RETIREMENT, 1, 1 },
    { R570_ST_SPLIT_VAS, 1, 1 },
    { R570_ST_DISPLAYLESS_HEADS, 4, 4 },
    { R570_ST_DISPLAYLESS_HEADS_MAX, 4, 4 },
    { R570_ST_DISPLAYLESS_HRES, 4, 7680 },
    { R570_ST_DISPLAYLESS_VRES, 4, 4320 },
    { R570_ST_DISPLAYLESS_PIXELS, 8, 7680 * 4320 },
    { R570_ST_CLIENT, 4, GSP_RM_CLIENT },
    { R570_ST_DEVICE, 4, GSP_RM_DEVICE },
    { R570_ST_SUBDEVICE, 4, GSP_RM_SUBDEVICE },
    { R570_ST_ECID, 4, 0x12345678 },
    { R570_ST_ECID + 4, 4, 0x9ABCDEF0 },
    { R570_ST_ECID + 8, 4, 0x1 },
};

static void fill_engines(const GspChip *c, uint8_t *p)
{
    GspHostEngine e;

    for (unsigned n = 0; gsp_engine_nth(c, n, &e); n++) {
        uint8_t *word = p + R570_ST_ENGINE_CAPS + e.type / 32 * 4;

        stl_le_p(word, ldl_le_p(word) | 1u << e.type % 32);
    }
}

static void fill_names(GspRm *rm, uint8_t *p)
{
    const char *name = rm->gpu->chip->board;

    g_strlcpy((char *)p + R570_ST_NAME, name, R570_ST_NAME_LEN);
    g_strlcpy((char *)p + R570_ST_SHORT_NAME, rm->gpu->chip->short_name,
              R570_ST_NAME_LEN);
    for (size_t i = 0; name[i] && i < R570_ST_NAME_LEN - 1; i++) {
        stw_le_p(p + R570_ST_NAME_UNICODE + 2 * i, name[i]);
    }
    memcpy(p + R570_ST_SKU_CHIP, "895", 3);
    memcpy(p + R570_ST_SKU_PROJECT, "G133", 4);
    memcpy(p + R570_ST_SKU_PROJECT_SKU, "0200", 4);
    for (size_t i = 0; i < GID_BYTES; i++) {
        p[R570_ST_GID_DATA + i] = 0xA0 + i;
    }
}

static void fill_region(uint8_t *p, unsigned nr, uint64_t base, uint64_t end,
                        bool usable)
{
    uint8_t *r = p + R570_ST_FB_REGION + nr * R570_ST_FB_REGION_SIZE;

    stq_le_p(r + R570_RG_BASE, base);
    stq_le_p(r + R570_RG_LIMIT, end - 1);
    stq_le_p(r + R570_RG_RESERVED, usable ? 0 : end - base);
    r[R570_RG_COMPRESSED] = usable;
    r[R570_RG_ISO] = usable;
    r[R570_RG_PROTECTED] = !usable;
}

static void fill_fb(GspRm *rm, uint8_t *p)
{
    const uint8_t *meta = rm->boot.wpr_meta;
    uint64_t size = rm->gpu->fb_size;
    uint64_t top = gsp_rm_bar_root(rm, 1);

    stq_le_p(p + R570_ST_FB_LENGTH, size);
    stl_le_p(p + R570_ST_FB_REGIONS, 2);
    fill_region(p, 0, 0, top, true);
    fill_region(p, 1, top, size, false);
    stq_le_p(p + R570_ST_BAR1_PDE_BASE, gsp_rm_bar_root(rm, 1));
    stq_le_p(p + R570_ST_BAR2_PDE_BASE, gsp_rm_bar_root(rm, 2));
    stq_le_p(p + R570_ST_NONWPR_HEAP, ldq_le_p(meta + R570_WM_NONWPR_HEAP));
    stq_le_p(p + R570_ST_FRTS, ldq_le_p(meta + R570_WM_FRTS));
}

/* NV0080_CTRL_GPU_GET_SRIOV_CAPS_PARAMS; zero for a device without VFs */
void gsp_sriov_caps(GspRm *rm, uint8_t *p)
{
    GspGpu *s = rm->gpu;
    const GspChip *c = s->chip;
    const uint8_t *cap = PCI_DEVICE(s)->config + c->sriov_cap;
    const uint8_t *bar = cap + PCI_SRIOV_BAR;
    bool wide = c->family & GSP_HAS_FSP;
    uint32_t emulate = 1;

    memset(p, 0, R570_SR_SIZE);
    if (!s->total_vfs) {
        return;
    }
    stl_le_p(p + R570_SR_TOTAL_VFS, pci_get_word(cap + PCI_SRIOV_TOTAL_VF));
    stl_le_p(p + R570_SR_FIRST_VF, pci_get_word(cap + PCI_SRIOV_VF_OFFSET));
    stq_le_p(p + R570_SR_VF_BAR0,
             (wide ? pci_get_quad(bar) : pci_get_long(bar)) & ~0xFull);
    stq_le_p(p + R570_SR_VF_BAR1,
             pci_get_quad(bar + 4 * gsp_bar_index(c, true, 1)) & ~0xFull);
    stq_le_p(p + R570_SR_VF_BAR2,
             pci_get_quad(bar + 4 * gsp_bar_index(c, true, 2)) & ~0xFull);
    stq_le_p(p + R570_SR_BAR0_SIZE, c->vf_bar0_size);
    stq_le_p(p + R570_SR_BAR1_SIZE, s->vf_bar1_size);
    stq_le_p(p + R570_SR_BAR2_SIZE, c->vf_bar2_size);
    p[R570_SR_64BIT_BAR0] = wide;
    p[R570_SR_64BIT_BAR1] = 1;
    p[R570_SR_64BIT_BAR2] = 1;
    p[R570_SR_RESIZABLE_BAR1] = wide;
    if (rm->sriov) {
        p[R570_SR_ENABLED] = 1;
        gsp_registry_dword(rm, "RMBug3007008EmulateVfMmuTlbInvalidate",
                           &emulate);
        p[R570_SR_EMULATE_TLB] = rm->vgpus && emulate &&
                                 c->family == GSP_AD10X;
    }
}

uint32_t gsp_rpc_static_info(GspRm *rm, GspRpcMsg *msg)
{
    PCIDevice *dev = PCI_DEVICE(rm->gpu);
    uint8_t *p = msg->payload;

    memset(p, 0, R570_ST_SIZE);
    for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
        stn_le_p(p + values[i].off, values[i].len, values[i].val);
    }
    stl_le_p(p + R570_ST_VBIOS_SUBVENDOR,
             pci_get_word(dev->config + PCI_SUBSYSTEM_VENDOR_ID));
    stl_le_p(p + R570_ST_VBIOS_SUBDEVICE,
             pci_get_word(dev->config + PCI_SUBSYSTEM_ID));
    fill_names(rm, p);
    stl_le_p(p + R570_ST_L2_SIZE, rm->gpu->chip->l2_mib * MiB);
    fill_engines(rm->gpu->chip, p);
    fill_fb(rm, p);
    gsp_sriov_caps(rm, p + R570_ST_SRIOV);
    if (p[R570_ST_SRIOV + R570_SR_ENABLED]) {
        stl_le_p(p + R570_ST_SRIOV_MAX_GFID, rm->gpu->total_vfs);
    }
    return NVS_OK;
}
