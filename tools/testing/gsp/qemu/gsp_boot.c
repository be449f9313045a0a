/*
 * NVIDIA GSP GPU model: what happens when a falcon is started
 *
 * No ucode is executed. The model checks what hardware and boot ROM check,
 * finds out whose ucode was loaded and performs the effect it has. A falcon
 * that was refused halts at once with an error in MAILBOX0. Boot contract
 * §2.6, §4.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/units.h"
#include "hw/pci/msix.h"
#include "gsp_hw.h"
#include "trace.h"

#define BCR_CORE_RISCV  (1u << 4)

/*
 * Faults that act on the whole device
 */
static void boot_gone_set(GspGpu *s, bool gone)
{
    PCIDevice *dev = PCI_DEVICE(s);

    if (s->gone == gone) {
        return;
    }
    trace_gsp_gone(gone ? "all ones from now on" : "back");
    s->gone = gone;
    /* the MSI-X table is memory of its own within BAR0 */
    memory_region_set_enabled(&dev->msix_table_mmio, !gone);
    memory_region_set_enabled(&dev->msix_pba_mmio, !gone);
    gsp_vfs_gone(s);
}

bool gsp_boot_phase(GspGpu *s, GspPhase phase)
{
    if (gsp_fault_hit(s, GSP_FAULT_GONE, phase, 0, NULL)) {
        boot_gone_set(s, true);
    }
    if (phase != GSP_PHASE_RPC) {
        gsp_stamp(s, gsp_phase_name(phase));
    }
    return !s->gone;
}

static void boot_standing_faults(GspGpu *s, GspPhase phase)
{
    if (gsp_fault_hit(s, GSP_FAULT_WPR2_UP, phase, 0, NULL)) {
        gsp_wpr2_set(s, s->fb_size - 2 * MiB, s->fb_size - 1 * MiB);
    }
    s->gfw_stuck = gsp_fault_hit(s, GSP_FAULT_GFW_STUCK, phase, 0, NULL);
    gsp_fsp_standing_faults(s, phase);
}

void gsp_boot_reset(GspGpu *s)
{
    s->rm_unload_asked = false;
    s->vf_partitions = 0;
    s->fault_fired = false;
    boot_standing_faults(s, GSP_PHASE_POWER_ON);
    gsp_boot_phase(s, GSP_PHASE_POWER_ON);
}

/* The property "fault" was written on a running machine */
void gsp_boot_fault_changed(GspGpu *s)
{
    boot_standing_faults(s, GSP_PHASE_ANY);
    boot_gone_set(s, gsp_fault_hit(s, GSP_FAULT_GONE, GSP_PHASE_ANY, 0, NULL));
}

/*
 * Start
 */
static bool boot_state_ok(GspGpu *s, GspFalcon *f)
{
    if (f->running || f->riscv_active) {
        gsp_rule_broken(s, GSP_RULE_FALCON_RUNNING, "%s", f->name);
        return false;
    }
    if (!gsp_falcon_usable(s, f, "start")) {
        return false;
    }
    if (gsp_reg(f->pri2, FALCON2_BCR_CTRL) & BCR_CORE_RISCV) {
        gsp_rule_broken(s, GSP_RULE_FALCON_CORE_SELECT, "%s BCR_CTRL 0x%x",
                        f->name, gsp_reg(f->pri2, FALCON2_BCR_CTRL));
        return false;
    }
    if (f->ran) {
        gsp_rule_broken(s, GSP_RULE_FALCON_NO_RESET, "%s", f->name);
        return false;
    }
    return true;
}

/* What PIO can leave behind in IMEM, and DMA cannot */
static bool boot_imem_ok(GspGpu *s, GspFalcon *f)
{
    for (uint32_t i = 0; i < f->imem_size / 256; i++) {
        uint32_t tag = f->imem_tag[i];

        if (tag & GSP_IMEM_BUSY) {
            gsp_rule_broken(s, GSP_RULE_FALCON_PIO_PARTIAL, "%s IMEM 0x%x",
                            f->name, i * 256);
            return false;
        }
        if ((tag & GSP_IMEM_VALID) &&
            gsp_falcon_block(f, GSP_IMEM_TAG(tag)) != i) {
            gsp_rule_broken(s, GSP_RULE_FALCON_PIO_TAG,
                            "%s IMEM 0x%x tag 0x%x", f->name, i * 256,
                            GSP_IMEM_TAG(tag));
            return false;
        }
    }
    return true;
}

static bool boot_bootvec_ok(GspGpu *s, GspFalcon *f)
{
    if (gsp_falcon_block(f, f->pc / 256) >= 0) {
        return true;
    }
    gsp_rule_broken(s, GSP_RULE_FALCON_BOOTVEC, "%s BOOTVEC 0x%x", f->name,
                    f->pc);
    return false;
}

/* Nothing was loaded: the falcon faults on scrubbed IMEM and halts */
static void boot_empty(GspGpu *s, GspFalcon *f)
{
    if (f->engine == GSP_ENGINE_SEC2) {
        gsp_rule_broken(s, GSP_RULE_FALCON_NO_LOAD, "%s", f->name);
        gsp_falcon_halt(s, f, GSP_BOOT_ERR_START);
        return;
    }
    gsp_falcon_halt(s, f, gsp_reg(f->pri, FALCON_MAILBOX0));
}

static GspPhase boot_phase_of(GspFalcon *f, const GspUcode *u)
{
    switch (u->role) {
    case GSP_ROLE_FWSEC:
        return gsp_fwsec_phase(f);
    case GSP_ROLE_SCRUBBER:
        return GSP_PHASE_SCRUBBER;
    case GSP_ROLE_BOOTER_LOAD:
        return GSP_PHASE_BOOTER_LOAD;
    case GSP_ROLE_BOOTER_UNLOAD:
        return GSP_PHASE_BOOTER_UNLOAD;
    default:
        return GSP_PHASE_ANY;
    }
}

static uint32_t boot_effect(GspGpu *s, GspFalcon *f, const GspUcode *u)
{
    switch (u->role) {
    case GSP_ROLE_FWSEC:
        return gsp_fwsec_run(s, f);
    case GSP_ROLE_BOOTER_LOAD:
        return gsp_booter_load(s, f, u);
    case GSP_ROLE_BOOTER_UNLOAD:
        return gsp_booter_unload(s, f);
    case GSP_ROLE_SCRUBBER:
        s->scrubbed = true;         /* its handoff: all there is to be seen */
        return GSP_BOOT_OK;
    default:
        return GSP_BOOT_OK;
    }
}

static void boot_run(GspGpu *s, GspFalcon *f, const GspUcode *u)
{
    GspPhase phase = boot_phase_of(f, u);
    uint64_t arg = 0;

    if (!gsp_boot_phase(s, phase)) {
        return;
    }
    if (gsp_fault_hit(s, GSP_FAULT_FALCON_NO_HALT, phase, 0, NULL)) {
        f->running = true;
        return;
    }
    if (gsp_fault_hit(s, GSP_FAULT_FALCON_ERROR, phase, 0, &arg)) {
        gsp_falcon_halt(s, f, arg ?: GSP_BOOT_ERR_FAULT);
        return;
    }
    gsp_falcon_halt(s, f, boot_effect(s, f, u));
}

void gsp_boot_start(GspGpu *s, GspFalcon *f)
{
    GspUcode u;

    if (!s->gfw_seen) {
        /* it is complete all the same: hardware would run */
        gsp_rule_broken(s, GSP_RULE_GFW_NOT_AWAITED, "%s", f->name);
    }
    if (f->running || f->riscv_active || f->in_reset) {
        boot_state_ok(s, f);        /* says why; the start goes nowhere */
        return;
    }
    if (!boot_state_ok(s, f)) {
        gsp_falcon_halt(s, f, GSP_BOOT_ERR_START);
        return;
    }
    f->ran = true;
    if (!f->loaded) {
        boot_empty(s, f);
        return;
    }
    f->pc = gsp_reg(f->pri, FALCON_BOOTVEC);
    if (!boot_imem_ok(s, f) || !boot_bootvec_ok(s, f) ||
        (gsp_loader_loaded(f) && !gsp_loader_run(s, f)) ||
        !gsp_ucode_verify(s, f, &u)) {
        gsp_falcon_halt(s, f, GSP_BOOT_ERR_START);
        return;
    }
    boot_run(s, f, &u);
}
