/*
 * NVIDIA GSP GPU model: what the files of the firmware half share
 *
 * The emulated GSP-RM. It is driven by gsp_rm_work(), which runs from a bottom
 * half and never from a register access, so that a guest sees answers arrive as
 * from a processor of its own:
 *
 *   doorbell -> gsp_rm_kick() -> [timer ->] BH -> gsp_rm_work()
 *                 gsp_ring_receive()   take elements off the command queue
 *                 gsp_rpc_take()       reassembled message -> table -> handler
 *                 gsp_rm_send()        message -> elements, faults applied
 *                 gsp_ring_flush()     elements -> status queue, interrupt
 *
 * Everything runs under the big QEMU lock.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HW_MISC_GSP_RM_H
#define HW_MISC_GSP_RM_H

#include "qemu/queue.h"
#include "gsp_abi_r570.h"
#include "gsp_gpu.h"

/* Bounds on what a guest can make us hold */
#define GSP_RM_MESSAGE_MAX     (4 * MiB)    /* a reassembled message */
#define GSP_RM_OUT_PAGES_MAX   4096         /* elements waiting for room */
#define GSP_RM_OBJECTS_MAX     16384
#define GSP_RM_RESERVED        (2 * MiB)    /* FB below gspFwRsvdStart */
#define GSP_RM_POLL_NS         (100 * 1000) /* queue room, sequencer progress */
#define GSP_RM_SOON_NS         1000         /* only where it has to be exact */
#define GSP_RM_PANIC_NS        (100 * 1000 * 1000) /* to write the dump */
#define GSP_RM_SEQ_TIMEOUT_NS  (4 * NANOSECONDS_PER_SECOND)

/*
 * Life of GSP-RM:
 *
 *   OFF --start--> STARTING --arguments fine--> INIT --sysinfo, registry-->
 *   SEQUENCER --program was run--> READY --unload--> STOPPED
 *
 *   any --crash, broken element--> DEAD
 *   any --gsp_rm_reset()--> OFF
 *
 * HUNG is alive but deaf: the fault "no-init-done".
 */
typedef enum GspRmState {
    GSP_RM_OFF,
    GSP_RM_STARTING,
    GSP_RM_INIT,
    GSP_RM_SEQUENCER,
    GSP_RM_READY,
    GSP_RM_HUNG,
    GSP_RM_STOPPED,
    GSP_RM_DEAD,
} GspRmState;

/* An element on its way into the status queue */
typedef struct GspOut {
    QSIMPLEQ_ENTRY(GspOut) next;
    int64_t due;                 /* virtual time before which it must wait */
    uint32_t fn, pages;
    uint32_t seq_skew;           /* faults: lies told in the element header */
    uint32_t checksum_flip, count_skew;
    uint8_t *buf;                /* pages * GSP_PAGE_SIZE */
} GspOut;

typedef QSIMPLEQ_HEAD(, GspOut) GspOutQueue;

typedef struct GspRing {
    uint64_t page[R570_SHM_PAGES];     /* bus address of each shared page */
    uint64_t cmdq, statq;              /* offsets of the queues */
    uint32_t cmd_read, cmd_seq;        /* next element to take, its number */
    uint32_t stat_write, stat_seq;
    uint32_t stat_unread;              /* as the CPU's read pointer last told */
    GspOutQueue out, late;
    uint32_t out_pages;                /* in both */
} GspRing;

/* A message taken off the command queue, headers stripped */
typedef struct GspRpcMsg {
    uint32_t fn, sequence;
    uint8_t *payload;
    uint32_t len;
    bool full;                   /* its first element was a full-sized one */
} GspRpcMsg;

typedef enum GspLogId {
    GSP_LOG_INIT,
    GSP_LOG_INTR,
    GSP_LOG_RM,
    GSP_LOGS
} GspLogId;

typedef struct GspLog {
    uint64_t pa, size;
    uint64_t put;
    bool fb;                     /* pa is in framebuffer: a plugin's */
} GspLog;

typedef struct GspSeqCheck {
    bool sent;
    int64_t deadline;
} GspSeqCheck;

struct GspRm {
    GspGpu *gpu;
    GspRmState state;
    QEMUBH *bh;
    QEMUTimer *timer;
    uint32_t delay_us;           /* property rpc-delay-us */
    bool ecc;                    /* property ecc */

    GspRmBoot boot;              /* from here on a reset forgets all */
    bool rx_pending;             /* a doorbell that was not looked at yet */
    int64_t rx_due;
    GspRing ring;
    GspLog log[GSP_LOGS];
    GspRpcMsg part;              /* message that waits for its continuations */
    uint32_t part_total;
    bool got_sysinfo, got_registry;
    bool vf_info;                /* SET_SYSTEM_INFO told about VFs */
    bool sriov;                  /* and SET_REGISTRY wants them */
    struct GspVgpus *vgpus;      /* NULL: vGPU is off */
    GspPhase control_phase;      /* of the RM control being served */
    GspSeqCheck seq;
    int64_t halt_due;            /* the core of a panic halts then; 0: not */
    bool unloading;              /* stop once the last reply is out */
    uint32_t storm_left;         /* fault event-storm: events still to send */
    GHashTable *objects;         /* client << 32 | handle -> GspObject */
    uint32_t next_handle;
    bool submitted;              /* host has channels to look at */
    uint8_t *registry;           /* SET_REGISTRY payload as received */
};

typedef struct GspRm GspRm;

/* Address bits below those that index a root page directory */
static inline unsigned gsp_root_pde_shift(const GspChip *c)
{
    return c->family & GSP_HAS_FSP ? 56 : 47;
}

/* gsp_rm.c */
void gsp_rm_kick(GspRm *rm);
void gsp_rm_soon(GspRm *rm);                   /* runs the worker */
void gsp_rm_die(GspRm *rm);                    /* silence, core active */
void gsp_rm_panic(GspRm *rm, const char *text); /* log, silence, halt */
/* Faults "gone" and "crash": true when GSP-RM ends here */
bool gsp_rm_crash_here(GspRm *rm, GspPhase phase, uint32_t fn);
void gsp_rm_init_step(GspRm *rm);              /* sysinfo or registry came */
bool gsp_rm_check_args(GspRm *rm);             /* gsp_args.c */
static inline bool gsp_rm_alive(const GspRm *rm)
{
    return rm->state >= GSP_RM_INIT && rm->state <= GSP_RM_READY;
}
uint64_t gsp_rm_bar_root(GspRm *rm, unsigned bar); /* FB address, bar 1 or 2 */

/* gsp_ring.c */
bool gsp_ring_attach(GspRm *rm);
void gsp_ring_reset(GspRm *rm);
bool gsp_ring_receive(GspRm *rm, GspRpcMsg *msg); /* one element; false: none */
void gsp_ring_flush(GspRm *rm);
uint32_t gsp_ring_room(GspRm *rm);
uint32_t gsp_ring_checksum(const uint8_t *buf, size_t len);

/* gsp_msg.c */
/*
 * Send fn with this payload; longer than an element: split with continuation
 * records. sequence is that of the request (0 for events).
 */
void gsp_rm_send(GspRm *rm, uint32_t fn, const void *payload, size_t len,
                 uint32_t result, uint32_t sequence);
void gsp_rm_send_plain(GspRm *rm, uint32_t fn, const void *payload, size_t len);
void gsp_rm_storm(GspRm *rm);

/* gsp_rpc.c */
void gsp_rpc_take(GspRm *rm, GspRpcMsg *msg);   /* an element; frees payload */
GspPhase gsp_rpc_phase(GspRm *rm, uint32_t fn);

/* A handler edits the payload into the reply and returns the rpc_result */
typedef uint32_t GspRpcHandler(GspRm *rm, GspRpcMsg *msg);
GspRpcHandler gsp_rpc_sysinfo, gsp_rpc_registry;          /* gsp_sysinfo.c */
bool gsp_registry_dword(GspRm *rm, const char *key, uint32_t *val);
GspRpcHandler gsp_rpc_static_info;                        /* gsp_static.c */
void gsp_sriov_caps(GspRm *rm, uint8_t *p);
GspRpcHandler gsp_rpc_alloc, gsp_rpc_free, gsp_rpc_dup;   /* gsp_object.c */
GspRpcHandler gsp_rpc_alloc_memory;                       /* gsp_memory.c */
GspRpcHandler gsp_rpc_control;                            /* gsp_control.c */
GspPhase gsp_control_phase(uint32_t cmd);

/* gsp_object.c */
typedef enum GspObjectKind {
    GSP_OBJ_CLIENT,
    GSP_OBJ_DEVICE,
    GSP_OBJ_SUBDEVICE,
    GSP_OBJ_VASPACE,
    GSP_OBJ_MEMORY,
    GSP_OBJ_CHANNEL_GROUP,
    GSP_OBJ_CHANNEL,
    GSP_OBJ_ENGINE,
    GSP_OBJ_USERMODE,
    GSP_OBJ_EVENT,
    GSP_OBJ_KINDS
} GspObjectKind;

typedef struct GspClass {
    uint32_t id;
    const char *name;
    GspObjectKind kind;
    uint32_t parents;            /* mask of kinds; 0: a client has none */
    uint32_t params_size;
    bool optional;               /* params may be absent */
    bool can_copy;
    unsigned families;           /* of chips that have it; 0: all */
} GspClass;

typedef struct GspObject {
    QLIST_ENTRY(GspObject) sibling;
    QLIST_HEAD(, GspObject) children;
    struct GspObject *parent;
    const GspClass *class;
    uint32_t client, handle;
    bool internal;               /* made by RM itself: a client can't free it */
    uint32_t notify_index;       /* events */
    uint64_t notify_data;
    GHashTable *notify;          /* subdevices: index -> action */
    struct GspChannel *channel;  /* channels: what host knows of it */
    uint64_t page_dir;           /* address spaces: the CPU's directory */
    bool has_page_dir;
} GspObject;

#define GSP_RM_CLIENT      0xC1E00004u
#define GSP_RM_DEVICE      0xABCD0080u
#define GSP_RM_SUBDEVICE   0xABCD2080u

void gsp_objects_init(GspRm *rm);
void gsp_objects_fini(GspRm *rm);
/* gsp_class.c; NULL: the chip has no such class */
const GspClass *gsp_class_find(GspRm *rm, uint32_t id);
uint32_t gsp_object_place(GspRm *rm, const GspClass *class, uint32_t client,
                          uint32_t hparent, uint32_t *handle,
                          GspObject **parent);
GspObject *gsp_object_add(GspRm *rm, GspObject *parent, const GspClass *class,
                          uint32_t client, uint32_t handle);
GspObject *gsp_object_find(GspRm *rm, uint32_t client, uint32_t handle);
void gsp_object_set_notify(GspObject *subdev, uint32_t index, uint32_t action);

/* gsp_fault.c: how often the faults that are set have fired */
uint32_t gsp_fault_count(GspGpu *s);

/* gsp_event.c: property raise-event */
bool gsp_event_raise(GspRm *rm, const char *spec, Error **errp);

/* gsp_seq.c */
void gsp_seq_send(GspRm *rm);
/* Has the CPU run the program? Sets *failed when it did so wrongly or never. */
bool gsp_seq_done(GspRm *rm, bool *failed);

/* gsp_channel.c: let host run channels, and again later those that wait */
void gsp_channels_run(GspRm *rm);
/* Has the PF a channel among these ids of an engine; has it pages there? */
bool gsp_channels_busy(GspRm *rm, uint32_t engine, uint32_t first, uint32_t n);
bool gsp_channels_use(GspRm *rm, uint64_t addr, uint64_t len);

/* gsp_vgpu.c */
void gsp_vgpus_init(GspRm *rm);                /* sysinfo and registry came */
void gsp_vgpus_fini(GspRm *rm);
void gsp_vgpus_unloading(GspRm *rm);
void gsp_vgpus_run(GspRm *rm, int64_t now);
int64_t gsp_vgpus_due(GspRm *rm);              /* INT64_MAX: nothing to do */
bool gsp_vgpu_has_chid(GspRm *rm, uint32_t engine, uint32_t chid);

/* gsp_log.c */
bool gsp_log_attach(GspRm *rm, GspLogId id, uint64_t pa, uint64_t size);
void gsp_log_write(GspRm *rm, GspLogId id, const char *text);
void gsp_log_append(GspRm *rm, GspLog *log, const char *text);

#endif /* HW_MISC_GSP_RM_H */
