/*
 * NVIDIA GSP GPU model: life of the emulated GSP-RM
 *
 * booter_load or GSP-FMC starts us with the address of the libos arguments. We
 * check what they lead to, wait for SET_SYSTEM_INFO and SET_REGISTRY, have the
 * CPU run a sequencer program (not on chips with an FSP), say INIT_DONE and
 * then serve RPCs until we are asked to unload (boot contract 4.6-4.9).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "qemu/main-loop.h"
#include "qemu/units.h"
#include "qapi/error.h"
#include "qapi/visitor.h"
#include "system/cpu-timers.h"
#include "gsp_rm.h"
#include "trace.h"

/*
 * MAILBOX0 of a core that panicked. Synthetic; bit 31 is clear, since drivers
 * take that bit for the end of an unload.
 */
#define MAILBOX_PANIC      0x0000DEAD
#define MAILBOX_UNLOADED   0x80000000

static int64_t now_ns(void)
{
    return qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
}

void gsp_rm_die(GspRm *rm)
{
    if (rm->state == GSP_RM_DEAD) {
        return;
    }
    rm->state = GSP_RM_DEAD;
    gsp_state_set(rm->gpu, GSP_STATE_DEAD);
    trace_gsp_rm_dead("silent");
}

/*
 * The log tells, nothing more is said, and a little later the core halts: also
 * a start that fails at once is seen active first, as booter left it.
 */
void gsp_rm_panic(GspRm *rm, const char *text)
{
    if (rm->state < GSP_RM_READY) {
        gsp_log_write(rm, GSP_LOG_INIT, text);
    }
    gsp_log_write(rm, GSP_LOG_RM, text);
    gsp_rm_die(rm);
    rm->halt_due = now_ns() + GSP_RM_PANIC_NS;
    timer_mod(rm->timer, rm->halt_due);
}

static void panic_halt(GspRm *rm)
{
    if (rm->halt_due && now_ns() >= rm->halt_due) {
        rm->halt_due = 0;
        gsp_rm_halted(rm->gpu, MAILBOX_PANIC);
    }
}

bool gsp_rm_crash_here(GspRm *rm, GspPhase phase, uint32_t fn)
{
    g_autofree char *text = NULL;

    if (!gsp_boot_phase(rm->gpu, phase)) {
        gsp_rm_die(rm);
        return true;
    }
    if (!gsp_fault_hit(rm->gpu, GSP_FAULT_CRASH, phase, fn, NULL)) {
        return false;
    }
    text = g_strdup_printf("GSP-RM panic: requested crash, fn %u", fn);
    gsp_rm_panic(rm, text);
    return true;
}

/* RM keeps its root page directories of BAR1 and BAR2 below its own memory */
uint64_t gsp_rm_bar_root(GspRm *rm, unsigned bar)
{
    uint64_t rsvd = ldq_le_p(rm->boot.wpr_meta + R570_WM_RSVD_START);

    return rsvd - GSP_RM_RESERVED + (bar - 1) * GSP_PAGE_SIZE;
}

/*
 * Steps of the start
 */

static void start_now(GspRm *rm)
{
    static const uint8_t zero[GSP_PAGE_SIZE];

    if (gsp_rm_crash_here(rm, GSP_PHASE_RM_START, 0)) {
        return;
    }
    if (!gsp_rm_check_args(rm)) {
        gsp_rm_panic(rm, "GSP-RM panic: bad boot arguments");
        return;
    }
    gsp_fb_write(rm->gpu, gsp_rm_bar_root(rm, 1), zero, sizeof(zero));
    gsp_fb_write(rm->gpu, gsp_rm_bar_root(rm, 2), zero, sizeof(zero));
    gsp_objects_init(rm);
    gsp_log_write(rm, GSP_LOG_INIT, "GSP-RM (model): arguments accepted");
    gsp_log_write(rm, GSP_LOG_INTR, "GSP-RM (model): interrupts set up");
    rm->state = GSP_RM_INIT;
    rm->rx_pending = true;       /* what was queued before we ran */
    trace_gsp_rm_start(rm->boot.libos_addr, rm->boot.release);
}

static void init_done(GspRm *rm)
{
    if (gsp_rm_crash_here(rm, GSP_PHASE_INIT_DONE, R570_EV_INIT_DONE)) {
        return;
    }
    if (gsp_fault_hit(rm->gpu, GSP_FAULT_NO_INIT_DONE, GSP_PHASE_INIT_DONE,
                      R570_EV_INIT_DONE, NULL)) {
        rm->state = GSP_RM_HUNG;
        return;
    }
    gsp_log_write(rm, GSP_LOG_RM, "GSP-RM (model): init done");
    rm->state = GSP_RM_READY;
    gsp_state_set(rm->gpu, GSP_STATE_RM_READY);
    /* no payload: all drivers take it, and nova warns about more */
    gsp_rm_send(rm, R570_EV_INIT_DONE, NULL, 0, 0, 0);
}

void gsp_rm_init_step(GspRm *rm)
{
    if (!rm->got_sysinfo || !rm->got_registry) {
        return;
    }
    gsp_vgpus_init(rm);
    if (rm->gpu->fsp) {
        init_done(rm);           /* nothing is left for the CPU (4.7) */
        return;
    }
    if (gsp_rm_crash_here(rm, GSP_PHASE_SEQUENCER, R570_EV_RUN_CPU_SEQUENCER)) {
        return;
    }
    rm->state = GSP_RM_SEQUENCER;
    gsp_seq_send(rm);
}

static void sequencer_poll(GspRm *rm)
{
    bool failed = false;

    if (!gsp_seq_done(rm, &failed)) {
        return;
    }
    if (failed) {
        gsp_rm_panic(rm, "GSP-RM panic: sequencer program not run");
        return;
    }
    init_done(rm);
}

static void stop_now(GspRm *rm)
{
    rm->state = GSP_RM_STOPPED;
    rm->unloading = false;
    gsp_state_set(rm->gpu, GSP_STATE_UNLOADED);
    gsp_rm_halted(rm->gpu, MAILBOX_UNLOADED);
    trace_gsp_rm_dead("unloaded");
}

/*
 * The worker
 */

/* Elements of one message share their due time, so they stay together */
static void move_due(GspRm *rm, int64_t now)
{
    GspOutQueue still = QSIMPLEQ_HEAD_INITIALIZER(still);
    GspRing *r = &rm->ring;
    GspOut *o;

    while ((o = QSIMPLEQ_FIRST(&r->late))) {
        QSIMPLEQ_REMOVE_HEAD(&r->late, next);
        if (o->due <= now) {
            QSIMPLEQ_INSERT_TAIL(&r->out, o, next);
        } else {
            QSIMPLEQ_INSERT_TAIL(&still, o, next);
        }
    }
    QSIMPLEQ_CONCAT(&r->late, &still);
}

static void receive_all(GspRm *rm, int64_t now)
{
    GspRpcMsg msg;

    if (!rm->rx_pending || now < rm->rx_due) {
        return;
    }
    rm->rx_pending = false;
    while (gsp_rm_alive(rm) && !rm->unloading && gsp_ring_receive(rm, &msg)) {
        gsp_rpc_take(rm, &msg);
    }
}

/* When to look again without being told; INT64_MAX: never */
static int64_t next_look(GspRm *rm, int64_t now)
{
    int64_t due = INT64_MAX;
    GspOut *o;

    if (!gsp_rm_alive(rm)) {
        return due;
    }
    if (!QSIMPLEQ_EMPTY(&rm->ring.out) || rm->storm_left ||
        rm->state == GSP_RM_SEQUENCER || rm->submitted) {
        due = now + GSP_RM_POLL_NS;
    }
    QSIMPLEQ_FOREACH(o, &rm->ring.late, next) {
        due = MIN(due, o->due);
    }
    if (rm->rx_pending) {
        due = MIN(due, rm->rx_due);
    }
    return MIN(due, gsp_vgpus_due(rm));
}

static void gsp_rm_work(void *opaque)
{
    GspRm *rm = opaque;
    int64_t now = now_ns(), due;

    if (rm->state == GSP_RM_STARTING) {
        start_now(rm);
    }
    if (!gsp_rm_alive(rm)) {
        panic_halt(rm);
        return;
    }
    move_due(rm, now);
    gsp_ring_flush(rm);
    receive_all(rm, now);
    if (rm->state == GSP_RM_SEQUENCER) {
        sequencer_poll(rm);
    }
    gsp_ring_flush(rm);
    if (gsp_rm_alive(rm)) {
        gsp_rm_storm(rm);
        gsp_ring_flush(rm);
    }
    if (gsp_rm_alive(rm)) {
        gsp_vgpus_run(rm, now);
        gsp_channels_run(rm);
        gsp_ring_flush(rm);
    }
    if (rm->unloading && gsp_rm_alive(rm) && !rm->ring.out_pages) {
        stop_now(rm);
    }
    due = next_look(rm, now);
    if (due != INT64_MAX) {
        timer_mod(rm->timer, MAX(due, now + 1));
    }
}

/*
 * A bottom half is guarded against reentrance and a timer is not: a guest may
 * well point its rings at our own BAR0. But a bottom half runs when the host
 * pleases: where instructions are counted the timer works itself.
 */
static void gsp_rm_timer(void *opaque)
{
    GspRm *rm = opaque;
    MemReentrancyGuard *guard = &DEVICE(rm->gpu)->mem_reentrancy_guard;

    if (!icount_enabled()) {
        qemu_bh_schedule(rm->bh);
    } else if (!guard->engaged_in_io) {
        guard->engaged_in_io = true;
        gsp_rm_work(rm);
        guard->engaged_in_io = false;
    }
}

void gsp_rm_soon(GspRm *rm)
{
    if (icount_enabled()) {
        timer_mod_anticipate(rm->timer, now_ns() + GSP_RM_SOON_NS);
    } else {
        qemu_bh_schedule(rm->bh);
    }
}

void gsp_rm_kick(GspRm *rm)
{
    if (!rm->delay_us) {
        gsp_rm_soon(rm);
    } else if (!timer_pending(rm->timer) ||
               timer_expire_time_ns(rm->timer) > (uint64_t)rm->rx_due) {
        timer_mod(rm->timer, rm->rx_due);
    }
}

/*
 * Seam
 */

void gsp_rm_doorbell(GspGpu *s)
{
    GspRm *rm = s->rm;

    trace_gsp_doorbell(gsp_rm_alive(rm));
    if (!gsp_rm_alive(rm)) {
        return;                  /* nobody listens; harmless (6.4) */
    }
    if (!rm->rx_pending) {
        rm->rx_pending = true;
        rm->rx_due = now_ns() + (int64_t)rm->delay_us * SCALE_US;
    }
    gsp_rm_kick(rm);
}

void gsp_rm_start(GspGpu *s, const GspRmBoot *boot)
{
    gsp_rm_reset(s);
    s->rm->boot = *boot;
    s->rm->state = GSP_RM_STARTING;
    gsp_rm_soon(s->rm);
}

void gsp_rm_reset(GspGpu *s)
{
    GspRm *rm = s->rm;

    if (!rm) {
        return;
    }
    qemu_bh_cancel(rm->bh);
    timer_del(rm->timer);
    gsp_ring_reset(rm);
    gsp_objects_fini(rm);
    gsp_vgpus_fini(rm);
    g_free(rm->part.payload);
    g_free(rm->registry);
    memset((char *)rm + offsetof(GspRm, boot), 0,
           sizeof(*rm) - offsetof(GspRm, boot));
    gsp_ring_reset(rm);
    rm->state = GSP_RM_OFF;
}

static void set_raise_event(Object *obj, const char *spec, Error **errp)
{
    GspRm *rm = GSP_GPU(obj)->rm;

    if (gsp_event_raise(rm, spec, errp)) {
        gsp_rm_soon(rm);
    }
}

static void get_objects(Object *obj, Visitor *v, const char *name, void *opaque,
                        Error **errp)
{
    GspRm *rm = GSP_GPU(obj)->rm;
    uint32_t n = rm->objects ? g_hash_table_size(rm->objects) : 0;

    visit_type_uint32(v, name, &n, errp);
}

static bool get_ecc(Object *obj, Error **errp)
{
    return GSP_GPU(obj)->rm->ecc;
}

static void set_ecc(Object *obj, bool on, Error **errp)
{
    GSP_GPU(obj)->rm->ecc = on;
}

static void get_fired(Object *obj, Visitor *v, const char *name, void *opaque,
                      Error **errp)
{
    uint32_t n = gsp_fault_count(GSP_GPU(obj));

    visit_type_uint32(v, name, &n, errp);
}

void gsp_rm_realize(GspGpu *s)
{
    GspRm *rm = g_new0(GspRm, 1);
    Object *obj = OBJECT(s);

    rm->gpu = s;
    rm->bh = qemu_bh_new_guarded(gsp_rm_work, rm,
                                 &DEVICE(s)->mem_reentrancy_guard);
    rm->timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, gsp_rm_timer, rm);
    QSIMPLEQ_INIT(&rm->ring.out);
    QSIMPLEQ_INIT(&rm->ring.late);
    s->rm = rm;
    object_property_add_uint32_ptr(obj, "rpc-delay-us", &rm->delay_us,
                                   OBJ_PROP_FLAG_READWRITE);
    object_property_add_str(obj, "raise-event", NULL, set_raise_event);
    object_property_add_bool(obj, "ecc", get_ecc, set_ecc);
    object_property_add(obj, "rm-objects", "uint32", get_objects, NULL, NULL,
                        NULL);
    object_property_add(obj, "fault-fired", "uint32", get_fired, NULL, NULL,
                        NULL);
}

void gsp_rm_unrealize(GspGpu *s)
{
    static const char *const props[] = {
        "rpc-delay-us", "raise-event", "ecc", "rm-objects", "fault-fired",
    };

    if (!s->rm) {
        return;
    }
    gsp_rm_reset(s);
    for (size_t i = 0; i < ARRAY_SIZE(props); i++) {
        object_property_del(OBJECT(s), props[i]);
    }
    qemu_bh_delete(s->rm->bh);
    timer_free(s->rm->timer);
    g_free(s->rm);
    s->rm = NULL;
}
