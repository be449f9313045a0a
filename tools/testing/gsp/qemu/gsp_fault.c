/*
 * NVIDIA GSP GPU model: faults on request
 *
 * The property "fault" takes specs separated by ';':
 *
 *   <kind>[,fn=N][,phase=P][,nth=N][,count=N][,arg=V]
 *
 * A spec fires at the nth (from 1, default 1) place that its kind, fn and phase
 * fit, and at those after it until it has fired count times (default 1; 0 for
 * ever). Without fn and phase, message faults concern replies, not events. ""
 * clears all. Faults survive resets, so they can meet power-on. Of the faults of
 * vGPU plugins fn is the number of the message, and none at their bootload; of
 * those of VFs it is the GFID.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/cutils.h"
#include "qapi/error.h"
#include "gsp_rm.h"
#include "trace.h"

#define FAULTS_MAX 8

typedef struct FaultKind {
    const char *name;
    uint64_t arg;                /* default */
} FaultKind;

static const FaultKind kinds[GSP_FAULT_KINDS] = {
    [GSP_FAULT_REPLY_NONE] = { "reply-none" },
    [GSP_FAULT_REPLY_LATE] = { "reply-late", 100 },          /* ms */
    [GSP_FAULT_REPLY_TRUNCATE] = { "reply-truncate", 8 },    /* bytes left */
    [GSP_FAULT_REPLY_OVERSIZE] = { "reply-oversize", 64 },   /* bytes more */
    [GSP_FAULT_REPLY_CHECKSUM] = { "reply-checksum", 0xBAD },/* bits flipped */
    [GSP_FAULT_REPLY_SEQUENCE] = { "reply-sequence", 5 },    /* added */
    [GSP_FAULT_EVENT_UNKNOWN] = { "event-unknown", 0x1FFF }, /* its number */
    [GSP_FAULT_EVENT_STORM] = { "event-storm", 200 },        /* events */
    [GSP_FAULT_ELEMENT_COUNT] = { "element-count", 1 },      /* added */
    [GSP_FAULT_ELEMENT_LENGTH] = { "element-length", 0xFFFFFFFF }, /* length */
    [GSP_FAULT_BAD_STATUS] = { "bad-status", 0x1A },         /* NV_STATUS */
    [GSP_FAULT_RPC_RESULT] = { "rpc-result", 0xFFFF },
    [GSP_FAULT_FALCON_NO_HALT] = { "falcon-no-halt" },
    [GSP_FAULT_FALCON_ERROR] = { "falcon-error", 0x34 },     /* MAILBOX0 */
    [GSP_FAULT_FRTS_ERROR] = { "frts-error", 0x1 },
    [GSP_FAULT_RISCV_INACTIVE] = { "riscv-inactive" },
    [GSP_FAULT_NO_INIT_DONE] = { "no-init-done" },
    [GSP_FAULT_CRASH] = { "crash" },
    [GSP_FAULT_WPR2_UP] = { "wpr2-up" },
    [GSP_FAULT_GONE] = { "gone" },
    [GSP_FAULT_GFW_STUCK] = { "gfw-stuck" },
    [GSP_FAULT_BOOTLOAD_REFUSED] = { "bootload-refused", 0x1A }, /* NV_STATUS */
    [GSP_FAULT_PLUGIN_SILENT] = { "plugin-silent" },
    [GSP_FAULT_PLUGIN_CRASH] = { "plugin-crash" },
    [GSP_FAULT_PLUGIN_RESULT] = { "plugin-result", 0x1F },   /* result_code */
    [GSP_FAULT_PLUGIN_EVENT_LOST] = { "plugin-event-lost" },
    [GSP_FAULT_PLUGIN_NO_UNLOAD] = { "plugin-no-unload" },
    [GSP_FAULT_RC_GFID] = { "rc-gfid", 31 },                 /* type */
    [GSP_FAULT_SCRUB_NOOP] = { "scrub-noop" },
    [GSP_FAULT_VF_DMA_LOST] = { "vf-dma-lost" },
    [GSP_FAULT_VF_MSIX_LOST] = { "vf-msix-lost" },
    [GSP_FAULT_PIO_CORRUPT] = { "pio-corrupt", 0x1 },       /* bits flipped */
    [GSP_FAULT_FSP_STUCK] = { "fsp-stuck" },
    [GSP_FAULT_FSP_SILENT] = { "fsp-silent" },
    [GSP_FAULT_FSP_ERROR] = { "fsp-error", 0xA1 },           /* errorCode */
    [GSP_FAULT_FSP_TAG] = { "fsp-tag", 5 },
    [GSP_FAULT_FSP_SEQUENCE] = { "fsp-sequence", 2 },
    [GSP_FAULT_FSP_TRUNCATE] = { "fsp-truncate", 12 },       /* bytes left */
    [GSP_FAULT_FSP_OVERSIZE] = { "fsp-oversize", 2048 },     /* bytes told */
    [GSP_FAULT_FSP_OTHER] = { "fsp-other", 0x18 },           /* NVDM type */
    [GSP_FAULT_PRC_REFUSED] = { "prc-refused", 0x1E3 },      /* errorCode */
    [GSP_FAULT_LOCKDOWN_STUCK] = { "lockdown-stuck" },
    [GSP_FAULT_FMC_ERROR] = { "fmc-error", 0x35 },           /* MAILBOX0 */
};

static const struct {
    const char *name;
    GspPhase phase;
} phases[] = {
    { "power-on", GSP_PHASE_POWER_ON },
    { "gfw", GSP_PHASE_POWER_ON },
    { "fwsec", GSP_PHASE_FWSEC },
    { "scrubber", GSP_PHASE_SCRUBBER },
    { "booter-load", GSP_PHASE_BOOTER_LOAD },
    { "init", GSP_PHASE_INIT },
    { "rm-start", GSP_PHASE_RM_START },
    { "sysinfo", GSP_PHASE_SYSINFO },
    { "registry", GSP_PHASE_REGISTRY },
    { "sequencer", GSP_PHASE_SEQUENCER },
    { "init-done", GSP_PHASE_INIT_DONE },
    { "rpc", GSP_PHASE_RPC },
    { "static-info", GSP_PHASE_STATIC_INFO },
    { "bootload", GSP_PHASE_BOOTLOAD },
    { "shutdown", GSP_PHASE_SHUTDOWN },
    { "cleanup", GSP_PHASE_CLEANUP },
    { "plugin-version", GSP_PHASE_PLUGIN_VERSION },
    { "plugin-config", GSP_PHASE_PLUGIN_CONFIG },
    { "plugin-reset", GSP_PHASE_PLUGIN_RESET },
    { "plugin-bme", GSP_PHASE_PLUGIN_BME },
    { "prc", GSP_PHASE_PRC },
    { "cot", GSP_PHASE_COT },
    { "fmc", GSP_PHASE_FMC },
    { "unload", GSP_PHASE_UNLOAD },
    { "sb", GSP_PHASE_SB },
    { "booter-unload", GSP_PHASE_BOOTER_UNLOAD },
};

const char *gsp_phase_name(GspPhase phase)
{
    for (size_t i = 0; i < ARRAY_SIZE(phases); i++) {
        if (phases[i].phase == phase) {
            return phases[i].name;
        }
    }
    return "any";
}

typedef struct Fault {
    GspFaultKind kind;
    GspPhase phase;
    uint32_t fn, nth, count;
    uint64_t arg;
    uint32_t seen, fired;
} Fault;

struct GspFaults {
    char *spec;
    Fault fault[FAULTS_MAX];
    unsigned n;
};

/*
 * Parsing
 */

static bool parse_kind(Fault *f, const char *name, Error **errp)
{
    g_autoptr(GString) all = g_string_new(NULL);

    for (int i = 0; i < GSP_FAULT_KINDS; i++) {
        if (!strcmp(kinds[i].name, name)) {
            f->kind = i;
            f->arg = kinds[i].arg;
            return true;
        }
        g_string_append_printf(all, " %s", kinds[i].name);
    }
    error_setg(errp, "unknown fault kind '%s'; there are:%s", name, all->str);
    return false;
}

static bool parse_phase(Fault *f, const char *name, Error **errp)
{
    g_autoptr(GString) all = g_string_new(NULL);

    for (size_t i = 0; i < ARRAY_SIZE(phases); i++) {
        if (!strcmp(phases[i].name, name)) {
            f->phase = phases[i].phase;
            return true;
        }
        g_string_append_printf(all, " %s", phases[i].name);
    }
    error_setg(errp, "unknown fault phase '%s'; there are:%s", name, all->str);
    return false;
}

static bool parse_option(Fault *f, const char *opt, Error **errp)
{
    struct {
        const char *name;
        uint32_t *val;
    } numbers[] = {
        { "fn", &f->fn }, { "nth", &f->nth }, { "count", &f->count },
    };
    const char *eq = strchr(opt, '=');
    uint64_t val;

    if (eq && g_str_has_prefix(opt, "phase=")) {
        return parse_phase(f, eq + 1, errp);
    }
    if (!eq || qemu_strtou64(eq + 1, NULL, 0, &val) < 0) {
        error_setg(errp, "fault option '%s' is not name=number", opt);
        return false;
    }
    if (g_str_has_prefix(opt, "arg=")) {
        f->arg = val;
        return true;
    }
    for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
        if (!strncmp(opt, numbers[i].name, eq - opt) &&
            !numbers[i].name[eq - opt] && val <= UINT32_MAX) {
            *numbers[i].val = val;
            return true;
        }
    }
    error_setg(errp, "unknown fault option '%s'; there are: fn phase nth count "
               "arg", opt);
    return false;
}

static bool parse_fault(Fault *f, const char *spec, Error **errp)
{
    g_auto(GStrv) word = g_strsplit(spec, ",", -1);

    *f = (Fault) { .nth = 1, .count = 1 };
    if (!parse_kind(f, word[0] ? g_strstrip(word[0]) : "", errp)) {
        return false;
    }
    for (int i = 1; word[i]; i++) {
        if (!parse_option(f, g_strstrip(word[i]), errp)) {
            return false;
        }
    }
    if (!f->nth) {
        error_setg(errp, "fault option nth counts from 1");
        return false;
    }
    return true;
}

bool gsp_fault_set(GspGpu *s, const char *spec, Error **errp)
{
    g_auto(GStrv) one = g_strsplit(spec, ";", -1);
    struct GspFaults *fs = g_new0(struct GspFaults, 1);

    for (int i = 0; one[i]; i++) {
        if (!*g_strstrip(one[i])) {
            continue;
        }
        if (fs->n == FAULTS_MAX) {
            error_setg(errp, "more than %d faults", FAULTS_MAX);
            g_free(fs);
            return false;
        }
        if (!parse_fault(&fs->fault[fs->n++], one[i], errp)) {
            g_free(fs);
            return false;
        }
    }
    fs->spec = g_strdup(spec);
    gsp_fault_exit(s);
    s->faults = fs;
    s->fault_fired = false;
    return true;
}

char *gsp_fault_get(GspGpu *s)
{
    return g_strdup(s->faults ? s->faults->spec : "");
}

void gsp_fault_exit(GspGpu *s)
{
    if (s->faults) {
        g_free(s->faults->spec);
        g_free(s->faults);
        s->faults = NULL;
    }
}

/*
 * Firing
 */

static bool phase_fits(GspPhase spec, GspPhase asked)
{
    switch (spec) {
    case GSP_PHASE_ANY:
        return true;
    case GSP_PHASE_INIT:
        return asked >= GSP_PHASE_INIT && asked <= GSP_PHASE_INIT_DONE;
    case GSP_PHASE_RPC:
        return asked >= GSP_PHASE_RPC && asked <= GSP_PHASE_UNLOAD;
    default:
        return spec == asked;
    }
}

static bool fits(const Fault *f, GspFaultKind kind, GspPhase phase, uint32_t fn)
{
    bool event = fn >= 0x1000;

    if (f->kind != kind || !phase_fits(f->phase, phase) ||
        (f->fn && f->fn != fn)) {
        return false;
    }
    /* an event is spoiled only when it is meant */
    return !event || f->fn || f->phase != GSP_PHASE_ANY ||
           kind == GSP_FAULT_CRASH || kind == GSP_FAULT_NO_INIT_DONE;
}

bool gsp_fault_hit(GspGpu *s, GspFaultKind kind, GspPhase phase, uint32_t fn,
                   uint64_t *arg)
{
    struct GspFaults *fs = s->faults;

    for (unsigned i = 0; fs && i < fs->n; i++) {
        Fault *f = &fs->fault[i];

        if (!fits(f, kind, phase, fn) || ++f->seen < f->nth ||
            (f->count && f->fired >= f->count)) {
            continue;
        }
        f->fired++;
        s->fault_fired = true;
        trace_gsp_fault(kinds[kind].name, fn, f->arg, f->fired);
        if (arg) {
            *arg = f->arg;
        }
        return true;
    }
    return false;
}

uint32_t gsp_fault_count(GspGpu *s)
{
    uint32_t n = 0;

    for (unsigned i = 0; s->faults && i < s->faults->n; i++) {
        n += s->faults->fault[i].fired;
    }
    return n;
}
