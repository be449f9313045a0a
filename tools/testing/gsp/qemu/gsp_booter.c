/*
 * NVIDIA GSP GPU model: booter_load and booter_unload
 *
 * booter_load checks what the driver prepared (GspFwWprMeta, bootloader, GSP
 * image behind its radix3 table, signature), copies it into WPR2 and starts
 * the RISC-V core of the GSP; booter_unload takes WPR2 down. The checks of the
 * meta are in gsp_wprmeta.c, those of the image in gsp_image.c. Boot contract
 * §4.6, §4.9.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "gsp_hw.h"
#include "gsp_wprmeta.h"
#include "trace.h"

#define META_ALIGN          256
#define UNLOAD_MAILBOX      0xffull
#define VERIFIED            0xa0a0a0a0a0a0a0a0ull

/* What must hold of the two falcons before anything is read */
static bool booter_gsp_ok(GspGpu *s)
{
    GspFalcon *gsp = &s->falcon[GSP_ENGINE_GSP];
    uint64_t libos = gsp_falcon_mailbox(gsp);

    if (gsp->riscv_active) {
        gsp_rule_broken(s, GSP_RULE_BOOTER_GSP_RUNNING, "RISC-V is active");
        return false;
    }
    if (gsp->in_reset || gsp->loaded) {
        gsp_rule_broken(s, GSP_RULE_BOOTER_GSP_NOT_RESET, "GSP %s",
                        gsp->in_reset ? "is held in reset"
                                      : "still holds ucode");
        return false;
    }
    if (!libos || libos % GSP_PAGE_SIZE) {
        gsp_rule_broken(s, GSP_RULE_BOOTER_LIBOS_ARGS, "0x%" PRIx64, libos);
        return false;
    }
    return true;
}

static bool booter_read_meta(GspGpu *s, GspFalcon *f, uint8_t *meta)
{
    uint64_t addr = gsp_falcon_mailbox(f);

    if (!addr || addr % META_ALIGN) {
        gsp_rule_broken(s, GSP_RULE_BOOTER_MAILBOX, "0x%" PRIx64, addr);
        return false;
    }
    return gsp_dma_read(s, addr, meta, GSP_WPRMETA_LEN);
}

/* Booter, bootloader and image are of one release, all generated or none */
static bool booter_release_ok(GspGpu *s, const GspUcode *u,
                              const GspBlob *loader, const GspBlob *image)
{
    if (u->synthetic == loader->synthetic &&
        u->synthetic == image->synthetic &&
        (!strcmp(u->release, loader->release) ||
         !strcmp(loader->release, GSP_ANY_RELEASE)) &&
        !strcmp(u->release, image->release)) {
        return true;
    }
    gsp_rule_broken(s, GSP_RULE_BOOTER_RELEASE,
                    "booter %s%s, bootloader %s%s, image %s%s", u->release,
                    u->synthetic ? " synthetic" : "", loader->release,
                    loader->synthetic ? " synthetic" : "", image->release,
                    image->synthetic ? " synthetic" : "");
    return false;
}

static void booter_start_gsp(GspGpu *s, const GspWprMeta *m, uint8_t *raw,
                             const GspBlob *image)
{
    GspFalcon *gsp = &s->falcon[GSP_ENGINE_GSP];
    GspRmBoot boot = {
        .libos_addr = gsp_falcon_mailbox(gsp),
        .release = image->release,
        .synthetic = image->synthetic,
    };

    stq_le_p(raw + GSP_WPRMETA_VERIFIED, VERIFIED);
    gsp_fb_write(s, m->wpr_start, raw, GSP_WPRMETA_LEN);
    gsp_wpr2_set(s, m->wpr_start, m->wpr_end);
    memcpy(boot.wpr_meta, raw, GSP_WPRMETA_LEN);
    if (gsp_fault_hit(s, GSP_FAULT_RISCV_INACTIVE, GSP_PHASE_BOOTER_LOAD, 0,
                      NULL)) {
        return;
    }
    s->rm_unload_asked = false;
    s->vf_partitions = m->vf_count;
    gsp_riscv_set_active(s, gsp, true);
    gsp_state_set(s, GSP_STATE_BOOTED);
    gsp_rm_start(s, &boot);
}

uint32_t gsp_booter_load(GspGpu *s, GspFalcon *f, const GspUcode *u)
{
    uint8_t raw[GSP_WPRMETA_LEN];
    GspBlob loader, image;
    GspWprMeta m;

    if (!booter_gsp_ok(s) || !booter_read_meta(s, f, raw) ||
        !gsp_wprmeta_check(s, raw, &m) ||
        !gsp_image_load_bootloader(s, &m, &loader) ||
        !gsp_image_load(s, &m, &image) ||
        !booter_release_ok(s, u, &loader, &image)) {
        return GSP_BOOT_ERR_BOOTER;
    }
    trace_gsp_booter_image(m.image_size, image.release);
    booter_start_gsp(s, &m, raw, &image);
    return GSP_BOOT_OK;
}

uint32_t gsp_booter_unload(GspGpu *s, GspFalcon *f)
{
    if (gsp_reg(f->pri, FALCON_MAILBOX0) != UNLOAD_MAILBOX ||
        gsp_reg(f->pri, FALCON_MAILBOX1) != UNLOAD_MAILBOX) {
        gsp_rule_broken(s, GSP_RULE_BOOTER_UNLOAD_MAILBOX, "0x%" PRIx64
                        " (suspend is not modelled)", gsp_falcon_mailbox(f));
        return GSP_BOOT_ERR_BOOTER;
    }
    if (s->falcon[GSP_ENGINE_GSP].riscv_active) {
        gsp_rule_broken(s, GSP_RULE_BOOTER_UNLOAD_RUNNING,
                        "RISC-V is active");
        return GSP_BOOT_ERR_BOOTER;
    }
    gsp_rm_reset(s);
    s->vf_partitions = 0;
    gsp_wpr2_set(s, 0, 0);
    gsp_state_set(s, GSP_STATE_UNLOADED);
    return GSP_BOOT_OK;
}
