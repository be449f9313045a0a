/*
 * NVIDIA GSP GPU model: GSP-FMC
 *
 * The FSP has loaded it into the GSP and started its core, with the address of
 * the boot parameters in the mailboxes. GSP-FMC takes it and clears the mailboxes
 * while the CPU still sees nothing of the GSP, which is how OpenRM's
 * kernel_gsp_gh100.c describes a chain of trust; then the CPU sees the lockdown
 * bit. GSP-FMC checks what the driver prepared (boot parameters, WPR meta,
 * bootloader, image), lays framebuffer out, makes WPR2, starts GSP-RM and lifts
 * the lockdown; or it leaves an error in MAILBOX0. Boot contract §4.8, §5.4.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/cutils.h"
#include "qemu/timer.h"
#include "gsp_hw.h"
#include "gsp_wprmeta.h"
#include "trace.h"

#define LOADED_NS       (1000 * 1000)
#define WORK_NS         (5 * 1000 * 1000)
#define META_ALIGN      256
#define VERIFIED        0xa0a0a0a0a0a0a0a0ull

/* GSP_FMC_BOOT_PARAMS of 570.144 */
#define FP_LEN          0x50
#define FP_REGKEYS      0x00
#define FP_META_TARGET  0x08
#define FP_META_SIZE    0x0c
#define FP_META         0x10
#define FP_CARVEOUT     0x18
#define FP_CARVEOUT_LEN 12
#define FP_IS_RM_BOOT   0x24
#define FP_ARGS_TARGET  0x28
#define FP_ARGS         0x30
#define FP_SPDM         0x38
#define FP_SPDM_LEN     0x14
#define TARGET_COHERENT 1
#define TARGET_NONCOHERENT 2

typedef enum FmcStage {
    FMC_OFF,
    FMC_LOADED,                  /* the CPU still sees nothing */
    FMC_WORKS,                   /* ... now clear mailboxes */
    FMC_HUNG,                    /* fault: the lockdown stays */
} FmcStage;

struct GspFmc {
    FmcStage stage;
    int64_t due;
    GspCot cot;
};

static void fmc_mailbox(GspGpu *s, uint64_t val)
{
    GspBlock *b = s->falcon[GSP_ENGINE_GSP].pri;

    gsp_reg_set(b, FALCON_MAILBOX0, val);
    gsp_reg_set(b, FALCON_MAILBOX1, val >> 32);
}

/*
 * Boot parameters
 */
static bool target_ok(GspGpu *s, const char *what, uint32_t target)
{
    if (target == TARGET_COHERENT || target == TARGET_NONCOHERENT) {
        return true;
    }
    gsp_rule_broken(s, GSP_RULE_FMC_TARGET, "%s: target %u", what, target);
    return false;
}

static bool params_ok(GspGpu *s, const uint8_t *p)
{
    uint64_t meta = ldq_le_p(p + FP_META), args = ldq_le_p(p + FP_ARGS);

    if (ldl_le_p(p + FP_REGKEYS) || p[FP_IS_RM_BOOT] != 1 ||
        !buffer_is_zero(p + FP_CARVEOUT, FP_CARVEOUT_LEN) ||
        !buffer_is_zero(p + FP_SPDM, FP_SPDM_LEN)) {
        gsp_rule_broken(s, GSP_RULE_FMC_PARAMS, "regkeys 0x%x, GSP-RM boot %u,"
                        " or a carveout, or SPDM", ldl_le_p(p + FP_REGKEYS),
                        p[FP_IS_RM_BOOT]);
        return false;
    }
    if (!target_ok(s, "WPR meta", ldl_le_p(p + FP_META_TARGET)) ||
        !target_ok(s, "libos arguments", ldl_le_p(p + FP_ARGS_TARGET))) {
        return false;
    }
    if (ldl_le_p(p + FP_META_SIZE) != GSP_WPRMETA_LEN || !meta ||
        meta % META_ALIGN) {
        gsp_rule_broken(s, GSP_RULE_FMC_META, "0x%" PRIx64 " + 0x%x", meta,
                        ldl_le_p(p + FP_META_SIZE));
        return false;
    }
    if (!args || args % GSP_PAGE_SIZE) {
        gsp_rule_broken(s, GSP_RULE_FMC_LIBOS_ARGS, "0x%" PRIx64, args);
        return false;
    }
    return true;
}

/*
 * GSP-RM
 */

/* FMC, bootloader and image are of one release, all generated or none */
static bool fmc_release_ok(GspGpu *s, const GspCot *c, const GspBlob *loader,
                           const GspBlob *image)
{
    if (c->synthetic == loader->synthetic &&
        c->synthetic == image->synthetic &&
        !strcmp(c->release, loader->release) &&
        !strcmp(c->release, image->release)) {
        return true;
    }
    gsp_rule_broken(s, GSP_RULE_BOOTER_RELEASE,
                    "FMC %s%s, bootloader %s%s, image %s%s", c->release,
                    c->synthetic ? " synthetic" : "", loader->release,
                    loader->synthetic ? " synthetic" : "", image->release,
                    image->synthetic ? " synthetic" : "");
    return false;
}

static bool fmc_vgpu_ok(GspGpu *s, const GspWprMeta *m)
{
    if (!m->vf_count || s->chip->family != GSP_GB20X || s->vgpu_mode) {
        return true;
    }
    gsp_rule_broken(s, GSP_RULE_VGPU_MODE_OFF, "%u partitions", m->vf_count);
    return false;
}

static void fmc_start_rm(GspGpu *s, const GspWprMeta *m, uint8_t *raw,
                         uint64_t libos, const GspBlob *image)
{
    GspFalcon *gsp = &s->falcon[GSP_ENGINE_GSP];
    GspRmBoot boot = {
        .libos_addr = libos,
        .release = image->release,
        .synthetic = image->synthetic,
    };

    stq_le_p(raw + GSP_WPRMETA_VERIFIED, VERIFIED);
    gsp_fb_write(s, m->wpr_start, raw, GSP_WPRMETA_LEN);
    gsp_wpr2_set(s, m->wpr_start, m->wpr_end);
    memcpy(boot.wpr_meta, raw, GSP_WPRMETA_LEN);
    s->gsp_lockdown = false;
    if (gsp_fault_hit(s, GSP_FAULT_RISCV_INACTIVE, GSP_PHASE_FMC, 0, NULL)) {
        return;
    }
    s->rm_unload_asked = false;
    s->vf_partitions = m->vf_count;
    gsp_riscv_set_active(s, gsp, true);
    gsp_state_set(s, GSP_STATE_BOOTED);
    gsp_rm_start(s, &boot);
}

static uint32_t fmc_boot(GspGpu *s, const GspCot *c)
{
    uint8_t p[FP_LEN], raw[GSP_WPRMETA_LEN];
    GspBlob loader, image;
    GspWprMeta m;

    if (!gsp_dma_read(s, c->params, p, sizeof(p)) || !params_ok(s, p) ||
        !gsp_dma_read(s, ldq_le_p(p + FP_META), raw, sizeof(raw)) ||
        !gsp_wprmeta_lay_out(s, raw, &m, c->frts_from_end, c->frts_size) ||
        !fmc_vgpu_ok(s, &m) ||
        !gsp_image_load_bootloader(s, &m, &loader) ||
        !gsp_image_load(s, &m, &image) ||
        !fmc_release_ok(s, c, &loader, &image)) {
        return GSP_BOOT_ERR_FMC;
    }
    fmc_start_rm(s, &m, raw, ldq_le_p(p + FP_ARGS), &image);
    return GSP_BOOT_OK;
}

/*
 * Stages
 */
static void stage_set(GspGpu *s, FmcStage stage)
{
    static const struct {
        const char *name;
        int64_t ns;              /* until the next one; 0: none follows */
    } stages[] = {
        [FMC_OFF] = { "off" },
        [FMC_LOADED] = { "loaded", LOADED_NS },
        [FMC_WORKS] = { "works", WORK_NS },
        [FMC_HUNG] = { "hung" },
    };

    trace_gsp_fmc_stage(stages[stage].name);
    s->fmc->stage = stage;
    s->fmc->due = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) + stages[stage].ns;
    if (stages[stage].ns) {
        gsp_fsp_wake(s, stages[stage].ns);
    }
}

/* An error leaves the lockdown as it is, and the core halted */
static void fmc_work(GspGpu *s)
{
    uint64_t code = GSP_BOOT_ERR_FMC;

    if (!gsp_boot_phase(s, GSP_PHASE_FMC)) {
        return;
    }
    if (gsp_fault_hit(s, GSP_FAULT_LOCKDOWN_STUCK, GSP_PHASE_FMC, 0, NULL)) {
        stage_set(s, FMC_HUNG);
        return;
    }
    stage_set(s, FMC_OFF);
    if (gsp_fault_hit(s, GSP_FAULT_FMC_ERROR, GSP_PHASE_FMC, 0, &code) ||
        fmc_boot(s, &s->fmc->cot)) {
        fmc_mailbox(s, (uint32_t)code);
    }
}

bool gsp_fmc_running(GspGpu *s)
{
    return s->fmc && s->fmc->stage != FMC_OFF;
}

void gsp_fmc_work(GspGpu *s)
{
    struct GspFmc *f = s->fmc;
    int64_t left = f->due - qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);

    if (left > 0 && gsp_fmc_running(s)) {
        gsp_fsp_wake(s, left);
        return;
    }
    switch (f->stage) {
    case FMC_LOADED:
        fmc_mailbox(s, 0);
        s->gsp_locked = false;
        stage_set(s, FMC_WORKS);
        break;
    case FMC_WORKS:
        fmc_work(s);
        break;
    default:
        break;
    }
}

/* The FSP resets the GSP; nothing of an earlier GSP-RM is left */
void gsp_fmc_start(GspGpu *s, const GspCot *cot)
{
    GspFalcon *gsp = &s->falcon[GSP_ENGINE_GSP];

    gsp_rm_reset(s);
    gsp_falcon_mem_clear(gsp);
    gsp_block_reset(gsp->pri);
    gsp_block_reset(gsp->pri2);
    fmc_mailbox(s, cot->params);
    s->gsp_locked = s->gsp_lockdown = true;
    s->fmc->cot = *cot;
    stage_set(s, FMC_LOADED);
}

void gsp_fmc_reset(GspGpu *s)
{
    s->gsp_locked = true;
    s->gsp_lockdown = false;
    s->fmc->stage = FMC_OFF;
}

void gsp_fmc_init(GspGpu *s)
{
    s->fmc = g_new0(struct GspFmc, 1);
}

void gsp_fmc_exit(GspGpu *s)
{
    g_free(s->fmc);
    s->fmc = NULL;
}
