/*
 * NVIDIA GSP GPU model: a VF
 *
 * The function itself: configuration space, BARs, reset. BAR0 is registers
 * (gsp_vf_regs.c). BAR1 and BAR2 show the guest's framebuffer from its
 * beginning: the page tables that a guest's driver would put before them belong
 * to it and its plugin.
 *
 * A VF of a PF whose GSP-RM was booted without partitions for VFs is off: it
 * tells what it is and does nothing else.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "hw/pci/msix.h"
#include "hw/pci/pcie.h"
#include "migration/vmstate.h"
#include "gsp_vf.h"
#include "trace.h"

/* Behind each other, up to where VFs have MSI-X (vGPU contract 4.2) */
#define CFG_PCIE        0x40
#define CFG_MSIX        0x7c
#define CFG_ARI         0x100

#define MSIX_TABLE      0x10000
#define MSIX_PBA        0x20000

GspGpu *gsp_vf_pf(GspVf *v)
{
    return GSP_GPU(pcie_sriov_get_pf(PCI_DEVICE(v)));
}

unsigned gsp_vf_gfid(GspVf *v)
{
    return pcie_sriov_vf_number(PCI_DEVICE(v)) + 1;
}

bool gsp_vf_fault(GspVf *v, GspFaultKind kind)
{
    return gsp_fault_hit(gsp_vf_pf(v), kind, GSP_PHASE_ANY, gsp_vf_gfid(v),
                         NULL);
}

void gsp_vf_notify(GspVf *v, unsigned vector)
{
    PCIDevice *dev = PCI_DEVICE(v);

    if (msix_enabled(dev) && !gsp_vf_fault(v, GSP_FAULT_VF_MSIX_LOST)) {
        msix_notify(dev, vector);
    }
}

/*
 * BAR0
 */
static bool vf_is_test(GspGpu *s, hwaddr addr)
{
    return s->vf_test && s->vf_partitions && addr >= GSP_VF_TEST &&
           addr < GSP_VF_TEST + GSP_PAGE_SIZE;
}

static uint64_t vf_bar0_read(void *opaque, hwaddr addr, unsigned size)
{
    GspVf *v = opaque;
    GspGpu *s = gsp_vf_pf(v);

    if (s->gone) {
        return MAKE_64BIT_MASK(0, size * 8);
    }
    trace_gsp_vf_read(gsp_vf_gfid(v), addr);
    if (vf_is_test(s, addr)) {
        return gsp_vf_test_read(v, addr - GSP_VF_TEST);
    }
    return gsp_vf_reg_read(v, addr);
}

static void vf_bar0_write(void *opaque, hwaddr addr, uint64_t val,
                          unsigned size)
{
    GspVf *v = opaque;
    GspGpu *s = gsp_vf_pf(v);

    if (s->gone) {
        return;
    }
    trace_gsp_vf_write(gsp_vf_gfid(v), addr, val);
    if (vf_is_test(s, addr)) {
        gsp_vf_test_write(v, addr - GSP_VF_TEST, val);
        return;
    }
    gsp_vf_reg_write(v, addr, val);
}

static const MemoryRegionOps vf_bar0_ops = {
    .read = vf_bar0_read,
    .write = vf_bar0_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .impl = { .min_access_size = 4, .max_access_size = 4 },
};

/*
 * BAR1 and BAR2
 */
bool gsp_vf_fb_find(GspVf *v, uint64_t addr, uint64_t size, uint64_t *fb_addr)
{
    uint64_t len;

    if (gsp_vmmu_translate(gsp_vf_pf(v), gsp_vf_gfid(v), addr, fb_addr,
                           &len) && size <= len) {
        return true;
    }
    gsp_rule_broken(gsp_vf_pf(v), GSP_RULE_VF_FB_RANGE, "GFID %u: 0x%" PRIx64
                    " + 0x%" PRIx64, gsp_vf_gfid(v), addr, size);
    return false;
}

static uint64_t vf_window_read(void *opaque, hwaddr addr, unsigned size)
{
    GspVf *v = opaque;
    uint64_t fb_addr, val = 0;

    if (gsp_vf_pf(v)->gone || !gsp_vf_fb_find(v, addr, size, &fb_addr)) {
        return MAKE_64BIT_MASK(0, size * 8);
    }
    gsp_fb_read(gsp_vf_pf(v), fb_addr, &val, size);
    return le64_to_cpu(val);
}

static void vf_window_write(void *opaque, hwaddr addr, uint64_t val,
                            unsigned size)
{
    GspVf *v = opaque;
    uint64_t fb_addr;

    if (gsp_vf_pf(v)->gone || !gsp_vf_fb_find(v, addr, size, &fb_addr)) {
        return;
    }
    val = cpu_to_le64(val);
    gsp_fb_write(gsp_vf_pf(v), fb_addr, &val, size);
}

static const MemoryRegionOps vf_window_ops = {
    .read = vf_window_read,
    .write = vf_window_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .max_access_size = 8 },
    .impl = { .max_access_size = 8 },
};

/*
 * Configuration space
 *
 * A VF decodes memory when the PF's capability says so (VF MSE), and has no
 * such bit of its own. QEMU looks at the VF's; there it is hidden.
 */
static void vf_decode(PCIDevice *dev)
{
    PCIDevice *pf = pcie_sriov_get_pf(dev);
    uint16_t ctrl = pci_get_word(pf->config + pf->exp.sriov_cap +
                                 PCI_SRIOV_CTRL);
    uint16_t cmd = pci_get_word(dev->config + PCI_COMMAND) &
                   ~(PCI_COMMAND_IO | PCI_COMMAND_MEMORY);

    if (ctrl & PCI_SRIOV_CTRL_MSE) {
        cmd |= PCI_COMMAND_MEMORY;
    }
    pci_default_write_config(dev, PCI_COMMAND, cmd, 2);
}

void gsp_vfs_decode(GspGpu *s)
{
    for (int i = 0; i < s->total_vfs; i++) {
        vf_decode(PCI_DEVICE(s)->exp.sriov_pf.vf[i]);
    }
}

/* An MSI-X table is memory of its own within BAR0 */
void gsp_vfs_gone(GspGpu *s)
{
    for (int i = 0; i < s->total_vfs; i++) {
        PCIDevice *dev = PCI_DEVICE(s)->exp.sriov_pf.vf[i];

        memory_region_set_enabled(&dev->msix_table_mmio, !s->gone);
        memory_region_set_enabled(&dev->msix_pba_mmio, !s->gone);
    }
}

static uint32_t vf_config_read(PCIDevice *dev, uint32_t addr, int len)
{
    uint32_t val;

    if (gsp_vf_pf(GSP_VF(dev))->gone) {
        return MAKE_64BIT_MASK(0, len * 8);
    }
    val = pci_default_read_config(dev, addr, len);
    return addr == PCI_COMMAND ? val & ~PCI_COMMAND_MEMORY : val;
}

static void vf_config_write(PCIDevice *dev, uint32_t addr, uint32_t val,
                            int len)
{
    if (gsp_vf_pf(GSP_VF(dev))->gone) {
        return;
    }
    pci_default_write_config(dev, addr, val, len);
    pcie_cap_flr_write_config(dev, addr, val, len);
    vf_decode(dev);
}

/*
 * Life cycle
 */
static void vf_bars_init(GspVf *v, const GspChip *c)
{
    PCIDevice *dev = PCI_DEVICE(v);
    uint8_t pref64 = PCI_BASE_ADDRESS_MEM_TYPE_64 |
                     PCI_BASE_ADDRESS_MEM_PREFETCH;

    memory_region_init_io(&v->bar0, OBJECT(v), &vf_bar0_ops, v, "gsp-vf-bar0",
                          c->vf_bar0_size);
    memory_region_init_io(&v->bar1, OBJECT(v), &vf_window_ops, v,
                          "gsp-vf-bar1", c->vf_bar1_size);
    memory_region_init_io(&v->bar2, OBJECT(v), &vf_window_ops, v,
                          "gsp-vf-bar2", c->vf_bar2_size);
    pci_register_bar(dev, 0, c->family & GSP_HAS_FSP ? pref64 : 0, &v->bar0);
    pci_register_bar(dev, gsp_bar_index(c, true, 1), pref64, &v->bar1);
    pci_register_bar(dev, gsp_bar_index(c, true, 2), pref64, &v->bar2);
}

static void vf_realize(PCIDevice *dev, Error **errp)
{
    GspVf *v = GSP_VF(dev);
    GspGpu *s = gsp_vf_pf(v);

    pci_set_word(dev->config + PCI_SUBSYSTEM_VENDOR_ID,
                 s->subsystem_vendor_id);
    pci_set_word(dev->config + PCI_SUBSYSTEM_ID, s->subsystem_id);
    vf_bars_init(v, s->chip);
    gsp_vf_regs_init(v);
    if (pcie_endpoint_cap_init(dev, CFG_PCIE) < 0) {
        error_setg(errp, "gsp-vf: no room for the PCI Express capability");
        return;
    }
    pcie_cap_flr_init(dev);
    if (msix_init(dev, s->chip->msix_vectors, &v->bar0, 0, MSIX_TABLE,
                  &v->bar0, 0, MSIX_PBA, CFG_MSIX, errp) < 0) {
        return;
    }
    for (int i = 0; i < s->chip->msix_vectors; i++) {
        msix_vector_use(dev, i);
    }
    pcie_ari_init(dev, CFG_ARI);
}

static void vf_exit(PCIDevice *dev)
{
    GspVf *v = GSP_VF(dev);

    msix_uninit(dev, &v->bar0, &v->bar0);
    pcie_cap_exit(dev);
    gsp_vf_regs_exit(v);
}

/* FLR, and VF Enable taken away; the framebuffer stays as it is */
static void vf_reset_hold(Object *obj, ResetType type)
{
    GspVf *v = GSP_VF(obj);

    trace_gsp_vf_reset(gsp_vf_gfid(v));
    gsp_vf_regs_reset(v);
    memset(&v->test, 0, sizeof(v->test));
}

static const VMStateDescription vf_vmstate = {
    .name = TYPE_GSP_VF,
    .unmigratable = 1,
};

static void vf_class_init(ObjectClass *oc, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(oc);
    PCIDeviceClass *pc = PCI_DEVICE_CLASS(oc);
    ResettableClass *rc = RESETTABLE_CLASS(oc);

    pc->realize = vf_realize;
    pc->exit = vf_exit;
    pc->config_read = vf_config_read;
    pc->config_write = vf_config_write;
    pc->vendor_id = PCI_VENDOR_ID_NVIDIA;
    pc->class_id = 0x0302;          /* 3D controller */
    pc->revision = 0xa1;
    rc->phases.hold = vf_reset_hold;
    dc->vmsd = &vf_vmstate;
    dc->desc = "VF of a gsp-gpu";
    dc->user_creatable = false;
    set_bit(DEVICE_CATEGORY_MISC, dc->categories);
}

static const TypeInfo vf_info = {
    .name = TYPE_GSP_VF,
    .parent = TYPE_PCI_DEVICE,
    .instance_size = sizeof(GspVf),
    .class_init = vf_class_init,
    .interfaces = (InterfaceInfo[]) {
        { INTERFACE_PCIE_DEVICE },
        { }
    },
};

static void vf_register_types(void)
{
    type_register_static(&vf_info);
}

type_init(vf_register_types)
