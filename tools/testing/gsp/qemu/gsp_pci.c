/*
 * NVIDIA GSP GPU model: the PCI function
 *
 * The QOM shell: properties, configuration space, BARs, reset and DMA. It
 * knows nothing of registers; those are in gsp_bar0.c and the blocks that it
 * dispatches to. Where capabilities are is in gsp_pcicfg.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "qemu/range.h"
#include "qemu/units.h"
#include "qapi/error.h"
#include "hw/pci/msi.h"
#include "hw/pci/msix.h"
#include "hw/pci/pcie.h"
#include "hw/pci/pcie_aer.h"
#include "hw/qdev-properties.h"
#include "migration/vmstate.h"
#include "gsp_vf.h"
#include "trace.h"

static const char *const state_names[] = {
    [GSP_STATE_RESET] = "reset",
    [GSP_STATE_FWSEC] = "fwsec",
    [GSP_STATE_BOOTED] = "booted",
    [GSP_STATE_RM_READY] = "rm-ready",
    [GSP_STATE_UNLOADED] = "unloaded",
    [GSP_STATE_DEAD] = "dead",
};

void gsp_state_set(GspGpu *s, GspState state)
{
    if (s->state != state) {
        s->state = state;
        trace_gsp_state(state_names[state]);
    }
}

/*
 * DMA
 */
static bool gsp_dma_ok(GspGpu *s, uint64_t addr, size_t len, MemTxResult res,
                       const char *what)
{
    if (s->chip->dma_bits < 64 &&
        (addr >> s->chip->dma_bits || (addr + len - 1) >> s->chip->dma_bits)) {
        gsp_rule_broken(s, GSP_RULE_DMA_WIDTH, "%s 0x%" PRIx64 " + 0x%zx",
                        what, addr, len);
        return false;
    }
    if (res != MEMTX_OK) {
        gsp_rule_broken(s, GSP_RULE_DMA_FAULT, "%s 0x%" PRIx64 " + 0x%zx",
                        what, addr, len);
        return false;
    }
    return true;
}

bool gsp_dma_read(GspGpu *s, uint64_t addr, void *buf, size_t len)
{
    trace_gsp_dma_read(addr, len);
    s->done.dma_read += len;
    if (s->gone || !len) {
        return !s->gone;
    }
    return gsp_dma_ok(s, addr, len, MEMTX_OK, "read") &&
           gsp_dma_ok(s, addr, len,
                      pci_dma_read(PCI_DEVICE(s), addr, buf, len), "read");
}

bool gsp_dma_write(GspGpu *s, uint64_t addr, const void *buf, size_t len)
{
    trace_gsp_dma_write(addr, len);
    s->done.dma_written += len;
    if (s->gone || !len) {
        return !s->gone;
    }
    return gsp_dma_ok(s, addr, len, MEMTX_OK, "write") &&
           gsp_dma_ok(s, addr, len,
                      pci_dma_write(PCI_DEVICE(s), addr, buf, len), "write");
}

/*
 * Configuration space
 */
static uint32_t gsp_config_read(PCIDevice *dev, uint32_t addr, int len)
{
    GspGpu *s = GSP_GPU(dev);

    if (s->gone) {
        return MAKE_64BIT_MASK(0, len * 8);
    }
    return pci_default_read_config(dev, addr, len);
}

static void gsp_config_write(PCIDevice *dev, uint32_t addr, uint32_t val,
                             int len)
{
    GspGpu *s = GSP_GPU(dev);

    if (s->gone) {
        return;
    }
    pci_default_write_config(dev, addr, val, len);
    if (ranges_overlap(addr, len, s->chip->sriov_cap,
                       PCI_EXT_CAP_SRIOV_SIZEOF)) {
        gsp_vfs_decode(s);
    }
    gsp_pcicfg_write(s, addr, len);
    pcie_aer_write_config(dev, addr, val, len);
    /* last: it may reset the function */
    pcie_cap_flr_write_config(dev, addr, val, len);
}

/*
 * Life cycle
 */
static bool gsp_props_check(GspGpu *s, Error **errp)
{
    s->chip = gsp_chip_find(s->chip_name ?: "ad102");
    if (!s->chip) {
        error_setg(errp, "gsp-gpu: unknown chip '%s'", s->chip_name);
        return false;
    }
    s->fb_mib = s->fb_mib ?: s->chip->fb_mib;
    s->device_id = s->device_id ?: s->chip->device_id;
    s->subsystem_id = s->subsystem_id ?: s->chip->subsystem_id;
    if (s->total_vfs < 0) {
        s->total_vfs = s->chip->total_vfs;
    }
    if (s->fb_mib < 512 || s->fb_mib > 256 * 1024) {
        error_setg(errp, "gsp-gpu: fb-size must be 512 .. 262144 (MiB)");
        return false;
    }
    if (!is_power_of_2(s->bar1_mib)) {
        error_setg(errp, "gsp-gpu: bar1-size must be a power of two (MiB)");
        return false;
    }
    if (s->fuse_gsp > 15 || s->fuse_sec2 > 15 || s->fwsec_versions > 0xffff ||
        !s->fwsec_versions) {
        error_setg(errp, "gsp-gpu: a ucode fuse version is 0 .. 15");
        return false;
    }
    return true;
}

static void gsp_realize(PCIDevice *dev, Error **errp)
{
    GspGpu *s = GSP_GPU(dev);
    uint8_t pref64 = PCI_BASE_ADDRESS_MEM_TYPE_64 |
                     PCI_BASE_ADDRESS_MEM_PREFETCH;

    if (!gsp_props_check(s, errp)) {
        return;
    }
    pci_config_set_device_id(dev->config, s->device_id);
    pci_set_word(dev->config + PCI_SUBSYSTEM_VENDOR_ID,
                 s->subsystem_vendor_id);
    pci_set_word(dev->config + PCI_SUBSYSTEM_ID, s->subsystem_id);
    pci_config_set_interrupt_pin(dev->config, 1);

    if (!gsp_fb_init(s, errp)) {
        return;
    }
    if (!(s->chip->family & GSP_HAS_FSP) && !gsp_vbios_init(s, errp)) {
        return;
    }
    gsp_bar0_init(s);
    gsp_falcon_init(s);
    gsp_regs_init(s);
    gsp_fsp_init(s);
    gsp_intr_init(s);
    gsp_pramin_init(s);
    gsp_bars_init(s);
    pci_register_bar(dev, 0, s->chip->family & GSP_WIDE_BAR0 ? pref64 : 0,
                     &s->bar0);
    pci_register_bar(dev, gsp_bar_index(s->chip, false, 1), pref64, &s->bar1);
    pci_register_bar(dev, gsp_bar_index(s->chip, false, 2), pref64, &s->bar3);
    if (!gsp_caps_init(s, errp)) {
        return;
    }
    gsp_rm_realize(s);
}

static void gsp_exit(PCIDevice *dev)
{
    GspGpu *s = GSP_GPU(dev);

    pcie_sriov_pf_exit(dev);
    gsp_rm_reset(s);
    gsp_rm_unrealize(s);
    pcie_aer_exit(dev);
    msix_uninit(dev, &s->bar0, &s->bar0);
    pcie_cap_exit(dev);
    msi_uninit(dev);
    gsp_fsp_exit(s);
    gsp_falcon_exit(s);
    gsp_blocks_free(s);
    gsp_vbios_exit(s);
    gsp_fb_exit(s);
}

/* Power-on, FLR and bus reset: everything but framebuffer and fuses */
static void gsp_reset_hold(Object *obj, ResetType type)
{
    GspGpu *s = GSP_GPU(obj);

    trace_gsp_reset("hold");
    pcie_cap_deverr_reset(PCI_DEVICE(s));
    gsp_rm_reset(s);
    gsp_falcon_reset_all(s);
    gsp_blocks_reset(s);
    gsp_regs_reset(s);
    gsp_intr_reset(s);
    gsp_pcicfg_reset(s);
    gsp_fsp_reset(s);
    gsp_wpr2_set(s, 0, 0);
    gsp_state_set(s, GSP_STATE_RESET);
    gsp_boot_reset(s);
}

/*
 * Properties
 */
static char *gsp_get_last_rule(Object *obj, Error **errp)
{
    return g_strdup(GSP_GPU(obj)->last_rule);
}

static char *gsp_get_state(Object *obj, Error **errp)
{
    return g_strdup(state_names[GSP_GPU(obj)->state]);
}

static bool gsp_get_wpr2_up(Object *obj, Error **errp)
{
    return GSP_GPU(obj)->wpr2_hi != 0;
}

static char *gsp_get_fault(Object *obj, Error **errp)
{
    return gsp_fault_get(GSP_GPU(obj));
}

static void gsp_set_fault(Object *obj, const char *value, Error **errp)
{
    GspGpu *s = GSP_GPU(obj);

    if (gsp_fault_set(s, value, errp) && DEVICE(obj)->realized) {
        gsp_boot_fault_changed(s);
    }
}

static bool gsp_get_vgpu_mode(Object *obj, Error **errp)
{
    return GSP_GPU(obj)->vgpu_mode;
}

static void gsp_set_vgpu_mode(Object *obj, bool on, Error **errp)
{
    GSP_GPU(obj)->vgpu_mode = on;
}

static void gsp_instance_init(Object *obj)
{
    GspGpu *s = GSP_GPU(obj);

    s->last_rule = "";
    s->vgpu_mode = true;
    object_property_add_uint32_ptr(obj, "rules-broken", &s->rules_broken,
                                   OBJ_PROP_FLAG_READ);
    object_property_add_uint32_ptr(obj, "rpc-count", &s->rpc_count,
                                   OBJ_PROP_FLAG_READ);
    gsp_stamp_init(s);
}

static void gsp_instance_finalize(Object *obj)
{
    gsp_fault_exit(GSP_GPU(obj));
    gsp_fuzz_exit(GSP_GPU(obj));
}

static const Property gsp_properties[] = {
    DEFINE_PROP_STRING("chip", GspGpu, chip_name),
    DEFINE_PROP_UINT32("fb-size", GspGpu, fb_mib, 0),
    DEFINE_PROP_UINT32("bar1-size", GspGpu, bar1_mib, 256),
    DEFINE_PROP_UINT32("device-id", GspGpu, device_id, 0),
    DEFINE_PROP_UINT32("subsystem-id", GspGpu, subsystem_id, 0),
    DEFINE_PROP_UINT32("subsystem-vendor-id", GspGpu, subsystem_vendor_id,
                       PCI_VENDOR_ID_NVIDIA),
    DEFINE_PROP_UINT32("fuse-gsp", GspGpu, fuse_gsp, 0),
    DEFINE_PROP_UINT32("fuse-sec2", GspGpu, fuse_sec2, 0),
    DEFINE_PROP_UINT32("fwsec-versions", GspGpu, fwsec_versions, 0x7),
    DEFINE_PROP_STRING("vbios", GspGpu, vbios_path),
    DEFINE_PROP_INT32("total-vfs", GspGpu, total_vfs, -1),
    DEFINE_PROP_BOOL("vf-test", GspGpu, vf_test, false),
    DEFINE_PROP_BOOL("echo-seq", GspGpu, echo_seq, false),
};

/* A test device: its state does not travel */
static const VMStateDescription gsp_vmstate = {
    .name = TYPE_GSP_GPU,
    .unmigratable = 1,
};

static void gsp_class_init(ObjectClass *oc, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(oc);
    PCIDeviceClass *pc = PCI_DEVICE_CLASS(oc);
    ResettableClass *rc = RESETTABLE_CLASS(oc);

    pc->realize = gsp_realize;
    pc->exit = gsp_exit;
    pc->config_read = gsp_config_read;
    pc->config_write = gsp_config_write;
    pc->vendor_id = PCI_VENDOR_ID_NVIDIA;
    pc->class_id = 0x0302;          /* 3D controller */
    pc->revision = 0xa1;
    rc->phases.hold = gsp_reset_hold;
    dc->vmsd = &gsp_vmstate;
    dc->desc = "NVIDIA GPU with GSP (model for driver tests)";
    set_bit(DEVICE_CATEGORY_MISC, dc->categories);
    device_class_set_props(dc, gsp_properties);

    object_class_property_add_str(oc, "last-rule", gsp_get_last_rule, NULL);
    object_class_property_add_str(oc, "state", gsp_get_state, NULL);
    object_class_property_add_bool(oc, "wpr2-up", gsp_get_wpr2_up, NULL);
    object_class_property_add_str(oc, "fault", gsp_get_fault, gsp_set_fault);
    object_class_property_add_bool(oc, "vgpu-mode", gsp_get_vgpu_mode,
                                   gsp_set_vgpu_mode);
    gsp_fuzz_class_init(oc);
}

static const TypeInfo gsp_info = {
    .name = TYPE_GSP_GPU,
    .parent = TYPE_PCI_DEVICE,
    .instance_size = sizeof(GspGpu),
    .instance_init = gsp_instance_init,
    .instance_finalize = gsp_instance_finalize,
    .class_init = gsp_class_init,
    .interfaces = (InterfaceInfo[]) {
        { INTERFACE_PCIE_DEVICE },
        { }
    },
};

static void gsp_register_types(void)
{
    type_register_static(&gsp_info);
}

type_init(gsp_register_types)
