/*
 * NVIDIA GSP GPU model: capabilities in configuration space
 *
 * Where each family has them (boot contract §1.5, §2.1, §7.5). What the
 * contract leaves open is synthetic: VC of Turing .. Ada, ARI of Hopper and
 * GB20x, the capability that their list begins with, and where their VF
 * resizable BAR is. The PF's BAR1 has one size to choose from, the VFs' several.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/range.h"
#include "qemu/units.h"
#include "qapi/error.h"
#include "hw/pci/msi.h"
#include "hw/pci/msix.h"
#include "hw/pci/pcie.h"
#include "hw/pci/pcie_aer.h"
#include "gsp_vf.h"

#define MSIX_TABLE      0xb90000
#define MSIX_PBA        0xba0000

#define EXT_CAP_VF_REBAR 0x24
#define REBAR_LEN       12              /* of one BAR */
#define REBAR_CTRL_SIZE 0x3f00
#define VF_BAR1_SIZES   6               /* each twice the one before */

typedef struct PciLayout {
    unsigned families;
    uint8_t pm, msi, msi_vectors, pcie, msix;            /* msi 0: none */
    uint16_t first, first_len;           /* capability at 0x100 */
    uint16_t aer, rebar, vf_rebar, ari;  /* rebar 0: BAR1 has its size */
} PciLayout;

static const PciLayout layouts[] = {
    {
        .families = GSP_TU10X | GSP_GA100 | GSP_GA10X | GSP_AD10X,
        .pm = 0x60, .msi = 0x68, .msi_vectors = 1, .pcie = 0x78, .msix = 0xc8,
        .first = PCI_EXT_CAP_ID_VC, .first_len = 0x1c,
        .aer = 0x420, .ari = 0xc14,
    },
    {
        .families = GSP_GH100 | GSP_GB20X,
        .pm = 0x40, .msi = 0x48, .msi_vectors = 16, .pcie = 0x60,
        .msix = 0xb0,
        .first = PCI_EXT_CAP_ID_SECPCI, .first_len = 0x2c,
        .aer = 0x1b8, .rebar = 0x134, .vf_rebar = 0x140, .ari = 0x248,
    },
    {
        .families = GSP_GB10X,
        .pm = 0x88, .pcie = 0x40, .msix = 0x7c,
        .first = PCI_EXT_CAP_ID_DSN, .first_len = PCI_EXT_CAP_DSN_SIZEOF,
        .aer = 0x148, .rebar = 0x198, .vf_rebar = 0x1a4, .ari = 0x2f8,
    },
};

static const PciLayout *layout_of(const GspChip *c)
{
    const PciLayout *l = layouts;

    while (!(l->families & c->family)) {
        l++;
    }
    return l;
}

/*
 * Resizable BARs: sizes are powers of two in MiB
 */
static void rebar_init(PCIDevice *dev, uint16_t id, uint16_t at, unsigned bar,
                       unsigned size, unsigned sizes)
{
    pcie_add_capability(dev, id, 1, at, REBAR_LEN);
    pci_set_long(dev->config + at + PCI_REBAR_CAP,
                 MAKE_64BIT_MASK(size + 4, sizes));
    pci_set_long(dev->config + at + PCI_REBAR_CTRL, bar | 1 << 5 | size << 8);
    pci_set_long(dev->wmask + at + PCI_REBAR_CTRL, REBAR_CTRL_SIZE);
}

static void vf_bar1_resize(GspGpu *s, uint64_t size)
{
    PCIDevice *dev = PCI_DEVICE(s);
    unsigned bar = gsp_bar_index(s->chip, true, 1);
    unsigned at = s->chip->sriov_cap + PCI_SRIOV_BAR + 4 * bar;
    uint64_t addr = pci_get_quad(dev->config + at);

    s->vf_bar1_size = size;
    pci_set_quad(dev->wmask + at, ~(size - 1));
    pci_set_quad(dev->config + at,
                 (addr & ~(size - 1)) | dev->exp.sriov_pf.vf_bar_type[bar]);
    for (int i = 0; i < s->total_vfs; i++) {
        PCIDevice *vf = dev->exp.sriov_pf.vf[i];

        vf->io_regions[bar].size = size;
        memory_region_set_size(&GSP_VF(vf)->bar1, size);
    }
}

/* A size that is not offered, or comes while VFs are on, is not taken */
void gsp_pcicfg_write(GspGpu *s, uint32_t addr, int len)
{
    PCIDevice *dev = PCI_DEVICE(s);
    uint16_t at = layout_of(s->chip)->vf_rebar;
    uint8_t *ctrl = dev->config + at + PCI_REBAR_CTRL;
    unsigned size = ctz64(s->vf_bar1_size / MiB), want;

    if (!at || !s->total_vfs ||
        !ranges_overlap(addr, len, at + PCI_REBAR_CTRL, 4)) {
        return;
    }
    want = (pci_get_long(ctrl) & REBAR_CTRL_SIZE) >> 8;
    if ((pci_get_word(dev->config + s->chip->sriov_cap + PCI_SRIOV_CTRL) &
         PCI_SRIOV_CTRL_VFE) ||
        !(pci_get_long(dev->config + at + PCI_REBAR_CAP) >> 4 & 1u << want)) {
        pci_set_long(ctrl, deposit32(pci_get_long(ctrl), 8, 6, size));
        return;
    }
    vf_bar1_resize(s, (uint64_t)MiB << want);
}

void gsp_pcicfg_reset(GspGpu *s)
{
    uint16_t at = layout_of(s->chip)->vf_rebar;
    uint8_t *ctrl = PCI_DEVICE(s)->config + at + PCI_REBAR_CTRL;
    unsigned size = ctz64(s->chip->vf_bar1_size / MiB);

    if (at && s->total_vfs && s->vf_bar1_size != s->chip->vf_bar1_size) {
        pci_set_long(ctrl, deposit32(pci_get_long(ctrl), 8, 6, size));
        vf_bar1_resize(s, s->chip->vf_bar1_size);
    }
}

/*
 * The list
 */

/* The VFs are there from the beginning; VF Enable shows them */
static bool sriov_init(GspGpu *s, Error **errp)
{
    PCIDevice *dev = PCI_DEVICE(s);
    const GspChip *c = s->chip;
    uint8_t pref64 = PCI_BASE_ADDRESS_MEM_TYPE_64 |
                     PCI_BASE_ADDRESS_MEM_PREFETCH;

    if (!pcie_sriov_pf_init(dev, c->sriov_cap, TYPE_GSP_VF, s->device_id,
                            s->total_vfs, s->total_vfs, c->first_vf_offset,
                            c->vf_stride, errp)) {
        return false;
    }
    pcie_sriov_pf_init_vf_bar(dev, 0, c->family & GSP_HAS_FSP ? pref64 : 0,
                              c->vf_bar0_size);
    pcie_sriov_pf_init_vf_bar(dev, gsp_bar_index(c, true, 1), pref64,
                              c->vf_bar1_size);
    pcie_sriov_pf_init_vf_bar(dev, gsp_bar_index(c, true, 2), pref64,
                              c->vf_bar2_size);
    return true;
}

/* The extended ones, each behind the one before */
static bool ext_caps_init(GspGpu *s, const PciLayout *l, Error **errp)
{
    PCIDevice *dev = PCI_DEVICE(s);

    pcie_add_capability(dev, l->first, 1, PCI_CONFIG_SPACE_SIZE, l->first_len);
    if (l->first == PCI_EXT_CAP_ID_VC) {
        pci_set_long(dev->config + PCI_CONFIG_SPACE_SIZE + PCI_VC_RES_CTRL,
                     0x800000ff);
    }
    if (pcie_aer_init(dev, PCI_ERR_VER, l->aer, PCI_ERR_SIZEOF, errp) < 0) {
        return false;
    }
    if (l->rebar) {
        rebar_init(dev, PCI_EXT_CAP_ID_REBAR, l->rebar,
                   gsp_bar_index(s->chip, false, 1), ctz32(s->bar1_mib), 1);
    }
    if (!s->total_vfs) {
        return true;
    }
    s->vf_bar1_size = s->chip->vf_bar1_size;
    if (l->vf_rebar) {
        rebar_init(dev, EXT_CAP_VF_REBAR, l->vf_rebar,
                   gsp_bar_index(s->chip, true, 1),
                   ctz64(s->vf_bar1_size / MiB), VF_BAR1_SIZES);
    }
    pcie_ari_init(dev, l->ari);
    return sriov_init(s, errp);
}

bool gsp_caps_init(GspGpu *s, Error **errp)
{
    PCIDevice *dev = PCI_DEVICE(s);
    const PciLayout *l = layout_of(s->chip);

    if (pci_pm_init(dev, l->pm, errp) < 0) {
        return false;
    }
    if (l->msi && msi_init(dev, l->msi, l->msi_vectors, true,
                           l->msi_vectors > 1, errp) < 0) {
        return false;
    }
    if (pcie_endpoint_cap_init(dev, l->pcie) < 0) {
        error_setg(errp, "gsp-gpu: no room for the PCI Express capability");
        return false;
    }
    pcie_cap_deverr_init(dev);
    pcie_cap_flr_init(dev);
    if (msix_init(dev, s->chip->msix_vectors, &s->bar0, 0, MSIX_TABLE,
                  &s->bar0, 0, MSIX_PBA, l->msix, errp) < 0) {
        return false;
    }
    for (int i = 0; i < s->chip->msix_vectors; i++) {
        msix_vector_use(dev, i);
    }
    return ext_caps_init(s, l, errp);
}
