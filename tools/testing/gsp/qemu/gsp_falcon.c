/*
 * NVIDIA GSP GPU model: falcon control
 *
 * The register block of the GSP and SEC2 falcons: reset and scrub, core
 * selection, start, halt, interrupts. Memory and DMA are in gsp_falcon_mem.c;
 * what a started ucode does is in gsp_boot.c. Boot contract §2.5, §2.6.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/log.h"
#include "gsp_hw.h"
#include "trace.h"

#define RW              0xffffffff
#define CPUCTL_START    (1u << 1)
#define CPUCTL_HALTED   (1u << 4)
#define HWCFG2_READY    (1u << 31)
#define HWCFG2_SCRUB    (1u << 12)
#define HWCFG2_RISCV    (1u << 10)
#define HWCFG2_LOCKDOWN (1u << 13)      /* RISCV_BR_PRIV_LOCKDOWN */
#define DMACTL_SCRUB    (3u << 1)
#define BCR_VALID       (1u << 0)
#define BCR_CORE_RISCV  (1u << 4)
#define BCR_BRFETCH     (1u << 8)
#define RISCV_ACTIVE    (1u << 7)
#define RISCV_HALTED    (1u << 4)

/* Reads of the scrub bits that answer "pending" after a reset */
#define SCRUB_READS     1

/*
 * Interrupts of a falcon: a level behind a mask; its rise is a pulse
 */
static uint32_t falcon_irq_level(GspFalcon *f)
{
    uint32_t mask = f->riscv_active ? gsp_reg(f->pri2, f->riscv_irqmask)
                                    : gsp_reg(f->pri, FALCON_IRQMASK);

    return gsp_reg(f->pri, FALCON_IRQSTAT) & mask;
}

static void falcon_irq_pulse(GspGpu *s, GspFalcon *f)
{
    if (f->engine == GSP_ENGINE_GSP) {
        gsp_intr_raise(s, s->chip->gsp_vector);
    }
}

void gsp_falcon_irq(GspGpu *s, GspFalcon *f, uint32_t bits)
{
    bool was = falcon_irq_level(f);

    gsp_reg_set(f->pri, FALCON_IRQSTAT,
                gsp_reg(f->pri, FALCON_IRQSTAT) | bits);
    if (!was && falcon_irq_level(f)) {
        falcon_irq_pulse(s, f);
    }
}

void gsp_rm_signal(GspGpu *s)
{
    gsp_falcon_irq(s, &s->falcon[GSP_ENGINE_GSP], FALCON_IRQ_SWGEN0);
}

/* On Turing a leaf shows the level for as long as it stands, then lets go */
void gsp_falcon_resample(GspGpu *s)
{
    GspFalcon *f = &s->falcon[GSP_ENGINE_GSP];
    unsigned v = s->chip->gsp_vector;

    if (s->chip->family == GSP_TU10X && falcon_irq_level(f) &&
        !(s->tree.leaf[v / 32] >> v % 32 & 1)) {
        s->leaf_held = true;
        falcon_irq_pulse(s, f);
    }
}

static void falcon_irq_fell(GspGpu *s, GspFalcon *f)
{
    if (s->leaf_held && f->engine == GSP_ENGINE_GSP && !falcon_irq_level(f)) {
        s->leaf_held = false;
        gsp_intr_drop(s, s->chip->gsp_vector);
    }
}

static void falcon_irqsclr(GspGpu *s, GspBlock *b, uint32_t off, uint32_t val)
{
    gsp_reg_set(b, FALCON_IRQSTAT, gsp_reg(b, FALCON_IRQSTAT) & ~val);
    falcon_irq_fell(s, b->opaque);
}

static void falcon_irqmset(GspGpu *s, GspBlock *b, uint32_t off, uint32_t val)
{
    gsp_reg_set(b, FALCON_IRQMASK, gsp_reg(b, FALCON_IRQMASK) | val);
}

static void falcon_irqmclr(GspGpu *s, GspBlock *b, uint32_t off, uint32_t val)
{
    gsp_reg_set(b, FALCON_IRQMASK, gsp_reg(b, FALCON_IRQMASK) & ~val);
    falcon_irq_fell(s, b->opaque);
}

static void falcon_retrigger(GspGpu *s, GspBlock *b, uint32_t off,
                             uint32_t val)
{
    GspFalcon *f = b->opaque;

    if (s->chip->family == GSP_TU10X) {
        qemu_log_mask(LOG_UNIMP, "gsp: Turing has no INTR_RETRIGGER\n");
    } else if ((val & 1) && falcon_irq_level(f)) {
        falcon_irq_pulse(s, f);
    }
}

/*
 * Reset and scrub
 */
static bool falcon_scrub_pending(GspFalcon *f)
{
    if (f->in_reset) {
        return true;
    }
    if (!f->scrub) {
        return false;
    }
    f->scrub--;
    return true;
}

static uint32_t falcon_hwcfg2(GspGpu *s, GspBlock *b, uint32_t off)
{
    GspFalcon *f = b->opaque;
    bool lockdown = f->engine == GSP_ENGINE_GSP && s->gsp_lockdown;

    if (s->chip->family & GSP_HAS_PIO) {
        return HWCFG2_RISCV;            /* DMACTL tells of scrubbing */
    }
    return HWCFG2_READY | HWCFG2_RISCV |
           (lockdown ? HWCFG2_LOCKDOWN : 0) |
           (falcon_scrub_pending(f) ? HWCFG2_SCRUB : 0);
}

static uint32_t falcon_dmactl(GspGpu *s, GspBlock *b, uint32_t off)
{
    return gsp_reg(b, off) |
           (falcon_scrub_pending(b->opaque) ? DMACTL_SCRUB : 0);
}

static uint32_t falcon_hwcfg(GspGpu *s, GspBlock *b, uint32_t off)
{
    GspFalcon *f = b->opaque;

    return f->imem_size / 256 | f->dmem_size / 256 << 9;
}

/* Mailboxes survive an engine reset, everything else does not */
static void falcon_regs_clear(GspFalcon *f)
{
    uint32_t mailbox0 = gsp_reg(f->pri, FALCON_MAILBOX0);
    uint32_t mailbox1 = gsp_reg(f->pri, FALCON_MAILBOX1);

    gsp_block_reset(f->pri);
    gsp_block_reset(f->pri2);
    gsp_reg_set(f->pri, FALCON_MAILBOX0, mailbox0);
    gsp_reg_set(f->pri, FALCON_MAILBOX1, mailbox1);
}

static void falcon_reset_rules(GspGpu *s, GspFalcon *f)
{
    if (!s->flush_page_set) {
        gsp_rule_broken(s, GSP_RULE_FLUSH_PAGE_UNSET, "%s reset", f->name);
    }
    /* a firmware that hangs or crashed may be reset: that is the cure */
    if (f->riscv_active && s->state == GSP_STATE_RM_READY &&
        !s->rm_unload_asked && !s->fault_fired) {
        gsp_rule_broken(s, GSP_RULE_GSP_RESET_RUNNING, "GSP-RM is running");
    }
}

static void falcon_assert(GspGpu *s, GspFalcon *f)
{
    falcon_reset_rules(s, f);
    if (f->riscv_active) {
        gsp_riscv_set_active(s, f, false);
        gsp_rm_reset(s);
        if (s->state != GSP_STATE_UNLOADED) {
            gsp_state_set(s, GSP_STATE_DEAD);
        }
    }
    f->in_reset = true;
    f->running = f->loaded = f->ran = false;
    gsp_falcon_mem_clear(f);
    falcon_regs_clear(f);
}

/* Where there is an FSP it alone resets and starts them */
static bool falcon_is_ours(GspGpu *s, GspFalcon *f, const char *what)
{
    if (!s->fsp) {
        return true;
    }
    gsp_rule_broken(s, GSP_RULE_FALCON_OF_FSP, "%s %s", f->name, what);
    return false;
}

static void falcon_engine(GspGpu *s, GspBlock *b, uint32_t off, uint32_t val)
{
    GspFalcon *f = b->opaque;
    bool assert_reset = val & 1;

    if (!falcon_is_ours(s, f, "reset")) {
        return;
    }
    trace_gsp_falcon_engine(f->name, assert_reset);
    if (assert_reset && !f->in_reset) {
        falcon_assert(s, f);
    } else if (!assert_reset && f->in_reset) {
        f->in_reset = false;
        f->scrub = SCRUB_READS;
    }
    gsp_reg_set(b, off, val);
}

/*
 * Start and halt
 */
static uint32_t falcon_cpuctl(GspGpu *s, GspBlock *b, uint32_t off)
{
    GspFalcon *f = b->opaque;

    return f->running ? 0 : CPUCTL_HALTED;
}

static void falcon_cpuctl_write(GspGpu *s, GspBlock *b, uint32_t off,
                                uint32_t val)
{
    GspFalcon *f = b->opaque;

    if (val & CPUCTL_START) {
        trace_gsp_falcon_start(f->name, gsp_reg(b, FALCON_BOOTVEC),
                               gsp_falcon_mailbox(f));
        if (falcon_is_ours(s, f, "start")) {
            gsp_boot_start(s, f);
        }
    }
}

void gsp_falcon_halt(GspGpu *s, GspFalcon *f, uint32_t mailbox0)
{
    trace_gsp_falcon_halt(f->name, mailbox0);
    gsp_reg_set(f->pri, FALCON_MAILBOX0, mailbox0);
    f->running = false;
    gsp_falcon_irq(s, f, FALCON_IRQ_HALT);
}

/*
 * RISC-V core
 */
static uint32_t riscv_cpuctl(GspGpu *s, GspBlock *b, uint32_t off)
{
    GspFalcon *f = b->opaque;

    if (f->engine == GSP_ENGINE_GSP && gsp_fmc_running(s)) {
        return RISCV_ACTIVE;
    }
    return f->riscv_active ? RISCV_ACTIVE : RISCV_HALTED;
}

static uint32_t riscv_status(GspGpu *s, GspBlock *b, uint32_t off)
{
    GspFalcon *f = b->opaque;

    return f->riscv_active;
}

static void riscv_cpuctl_write(GspGpu *s, GspBlock *b, uint32_t off,
                               uint32_t val)
{
    qemu_log_mask(LOG_UNIMP, "gsp: RISC-V started by the CPU\n");
}

/* GSP-RM programs its own interrupt mask; the driver only reads it */
void gsp_riscv_set_active(GspGpu *s, GspFalcon *f, bool active)
{
    trace_gsp_riscv_active(f->name, active);
    f->riscv_active = active;
    if (!active) {
        falcon_irq_fell(s, f);
        return;
    }
    gsp_reg_set(f->pri2, f->riscv_irqmask, FALCON_IRQ_SWGEN0);
    if (!(s->chip->family & GSP_HAS_PIO)) {
        gsp_reg_set(f->pri2, FALCON2_BCR_CTRL,
                    BCR_VALID | BCR_CORE_RISCV | BCR_BRFETCH);
    }
}

void gsp_rm_halted(GspGpu *s, uint32_t mailbox0)
{
    GspFalcon *f = &s->falcon[GSP_ENGINE_GSP];

    gsp_riscv_set_active(s, f, false);
    gsp_reg_set(f->pri, FALCON_MAILBOX0, mailbox0);
    gsp_fsp_gsp_halted(s);
}

static void falcon_dmatrfcmd(GspGpu *s, GspBlock *b, uint32_t off,
                             uint32_t val)
{
    gsp_falcon_dma(s, b->opaque, val);
}

static uint32_t falcon_dmatrfcmd_read(GspGpu *s, GspBlock *b, uint32_t off)
{
    return 1u << 1;                 /* IDLE: a transfer is done at once */
}

static void falcon_queue_head(GspGpu *s, GspBlock *b, uint32_t off,
                              uint32_t val)
{
    GspFalcon *f = b->opaque;

    gsp_reg_set(b, off, val);
    if (f->engine == GSP_ENGINE_GSP && off == 0xc00) {
        gsp_rm_doorbell(s);
    }
}

static const GspReg falcon_regs[] = {
    { 0x004, "IRQSCLR", 0, RW, .wr = falcon_irqsclr },
    { 0x008, "IRQSTAT" },
    { 0x010, "IRQMSET", 0, RW, .wr = falcon_irqmset },
    { 0x014, "IRQMCLR", 0, RW, .wr = falcon_irqmclr },
    { 0x018, "IRQMASK" },
    { 0x01c, "IRQDEST", 0, RW },
    { 0x040, "MAILBOX0", 0, RW },
    { 0x044, "MAILBOX1", 0, RW },
    { 0x048, "ITFEN", 0, RW },
    { 0x054, "CTX_NEW", 0, RW },
    { 0x058, "CTX_ACK", 0, RW },
    { 0x080, "OS", 0, RW },
    { 0x084, "RM", 0, RW },
    { 0x090, "CTX_STATE", 0, RW },
    { 0x094, "DEBUGINFO" },
    { 0x0a4, "CTX_ENG", 0, RW },
    { 0x0dc, "CTX_BIND", 0, RW },
    { 0x0f4, "HWCFG2", .rd = falcon_hwcfg2 },
    { 0x100, "CPUCTL", 0, RW, falcon_cpuctl, falcon_cpuctl_write },
    { 0x104, "BOOTVEC", 0, RW },
    { 0x108, "HWCFG", .rd = falcon_hwcfg },
    { 0x10c, "DMACTL", 0, 0x1, .rd = falcon_dmactl },
    { 0x110, "DMATRFBASE", 0, RW },
    { 0x114, "DMATRFMOFFS", 0, 0x00ffffff },
    { 0x118, "DMATRFCMD", 0, RW, falcon_dmatrfcmd_read, falcon_dmatrfcmd },
    { 0x11c, "DMATRFFBOFFS", 0, RW },
    { 0x128, "DMATRFBASE1", 0, 0x1ff },
    { 0x12c, "HWCFG1", 0x00001136 },
    { 0x130, "CPUCTL_ALIAS", 0, RW, falcon_cpuctl, falcon_cpuctl_write },
    { 0x148, "TRACEIDX", 0, RW },
    { 0x14c, "TRACEPC" },
    { 0x180, "IMEM", 0, RW, gsp_falcon_pio_read, gsp_falcon_pio_write, 16 },
    { 0x1c0, "DMEM", 0, RW, gsp_falcon_pio_read, gsp_falcon_pio_write, 16 },
    { 0x3c0, "ENGINE", 0, 0x1, .wr = falcon_engine },
    { 0x3e8, "INTR_RETRIGGER", 0, RW, .wr = falcon_retrigger },
    { 0x408, "DEBUG_STATUS" },
    { 0x600, "FBIF_TRANSCFG", 0, RW, .count = 8 },
    { 0x624, "FBIF_CTL", 0, RW },
    { 0x804, "PGSP_MAILBOX", 0, RW, .count = 4 },
    { 0xc00, "QUEUE_HEAD", 0, RW, .wr = falcon_queue_head, .count = 8,
      .stride = 8 },
    { 0xc04, "QUEUE_TAIL", 0, RW, .count = 8, .stride = 8 },
    { 0xc80, "MSGQ_HEAD", 0, RW, .count = 8, .stride = 8 },
    { 0xc84, "MSGQ_TAIL", 0, RW, .count = 8, .stride = 8 },
};

static const GspReg falcon2_regs[] = {
    { 0x180, "MOD_SEL", 0, RW },
    { 0x198, "BROM_CURR_UCODE_ID", 0, RW },
    { 0x19c, "BROM_ENGIDMASK", 0, RW },
    { 0x210, "BROM_PARAADDR", 0, RW },
    { 0x388, "RISCV_CPUCTL", 0, RW, riscv_cpuctl, riscv_cpuctl_write },
    { 0x528, "RISCV_IRQMASK" },
    { 0x52c, "RISCV_IRQDEST", 0, RW },
    { 0x534, "RISCV_IRQDELEG", 0, RW },
    { 0x668, "BCR_CTRL", BCR_VALID | BCR_BRFETCH,
      BCR_CORE_RISCV | BCR_BRFETCH },
};

/*
 * The GSP belongs to the FSP until GSP-FMC was loaded into it; while that runs
 * the CPU sees no more of it than it needs to wait.
 */
static bool falcon_gsp_open(GspGpu *s, GspBlock *b, uint32_t off)
{
    if (s->gsp_locked) {
        return false;
    }
    return !s->gsp_lockdown || off == FALCON_HWCFG2 ||
           off == FALCON_MAILBOX0 || off == FALCON_MAILBOX1;
}

static bool falcon_gsp2_open(GspGpu *s, GspBlock *b, uint32_t off)
{
    if (s->gsp_locked) {
        return false;
    }
    return !s->gsp_lockdown || off == FALCON2_RISCV_CPUCTL;
}

/* No boot ROM and no core to select: the same place has other registers */
static const GspReg falcon2_regs_tu[] = {
    { 0x240, "RISCV_STATUS", .rd = riscv_status },
    { 0x268, "RISCV_CPUCTL", 0, RW, .wr = riscv_cpuctl_write },
    { 0x2b4, "RISCV_IRQMASK" },
    { 0x2b8, "RISCV_IRQDEST", 0, RW },
};

static void falcon_add_pri2(GspGpu *s, GspFalcon *f, uint32_t base)
{
    bool tu = s->chip->family & GSP_HAS_PIO;

    f->riscv_irqmask = tu ? FALCON2_RISCV_IRQMASK_TU : FALCON2_RISCV_IRQMASK;
    f->pri2 = gsp_block_add(s, f->name, base, 0x1000,
                            tu ? falcon2_regs_tu : falcon2_regs,
                            tu ? ARRAY_SIZE(falcon2_regs_tu)
                               : ARRAY_SIZE(falcon2_regs), f);
}

static void falcon_init_one(GspGpu *s, GspEngine e, const char *name,
                            uint32_t base, uint32_t imem, uint32_t dmem)
{
    GspFalcon *f = &s->falcon[e];

    f->name = name;
    f->engine = e;
    f->engine_mask = e == GSP_ENGINE_GSP ? 1u << 10 : 1u << 0;
    f->imem_size = imem;
    f->dmem_size = dmem;
    f->imem = g_malloc0(imem);
    f->dmem = g_malloc0(dmem);
    f->imem_tag = g_new0(uint32_t, imem / 256);
    f->pri = gsp_block_add(s, name, base, 0x1000, falcon_regs,
                           ARRAY_SIZE(falcon_regs), f);
    falcon_add_pri2(s, f, base + 0x1000);
}

void gsp_falcon_init(GspGpu *s)
{
    falcon_init_one(s, GSP_ENGINE_GSP, "gsp", 0x110000, s->chip->gsp_imem,
                    s->chip->gsp_dmem);
    s->falcon[GSP_ENGINE_GSP].pri->open = falcon_gsp_open;
    s->falcon[GSP_ENGINE_GSP].pri2->open = falcon_gsp2_open;
    falcon_init_one(s, GSP_ENGINE_SEC2, "sec2", 0x840000, s->chip->sec2_imem,
                    s->chip->sec2_dmem);
}

void gsp_falcon_exit(GspGpu *s)
{
    for (int e = 0; e < GSP_ENGINES; e++) {
        g_free(s->falcon[e].imem);
        g_free(s->falcon[e].dmem);
        g_free(s->falcon[e].imem_tag);
    }
}

/* Power-on; the blocks' registers are reset by gsp_blocks_reset() */
void gsp_falcon_reset_all(GspGpu *s)
{
    for (int e = 0; e < GSP_ENGINES; e++) {
        GspFalcon *f = &s->falcon[e];

        gsp_falcon_mem_clear(f);
        f->in_reset = f->loaded = f->ran = f->running = false;
        f->riscv_active = false;
        f->scrub = 0;
    }
}
