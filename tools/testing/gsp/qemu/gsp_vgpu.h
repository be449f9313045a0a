/*
 * NVIDIA GSP GPU model: vGPUs and their plugin tasks
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HW_MISC_GSP_VGPU_H
#define HW_MISC_GSP_VGPU_H

#include "gsp_rm.h"

#define GSP_GFIDS              GSP_VMMU_GFIDS   /* 0 is the PF */
#define GSP_VGPU_ENGINES       84           /* NV2080_ENGINE_TYPE, 570.144 */
#define GSP_VGPU_LOGS          3
#define GSP_VGPU_TYPES         64
#define GSP_CHIDS              2048
#define GSP_PLUGIN_DELAY_NS    (1000 * 1000)

/*
 * Life of a plugin task:
 *
 *   STARTING --up--> RUNNING --SHUTDOWN--> STOPPING --event--> STOPPED
 *   STARTING, RUNNING --fault--> CRASHED
 *   RUNNING --SHUTDOWN and fault plugin-no-unload--> STUCK
 *   STOPPING, STOPPED, CRASHED --CLEANUP--> gone
 */
typedef enum GspVgpuState {
    GSP_VGPU_STARTING,
    GSP_VGPU_RUNNING,
    GSP_VGPU_STOPPING,
    GSP_VGPU_STOPPED,
    GSP_VGPU_CRASHED,
    GSP_VGPU_STUCK,
} GspVgpuState;

/* NVA084 notifiers, which event 0x100d carries */
typedef enum GspPluginEvent {
    GSP_PLUGIN_BOOTLOADED,
    GSP_PLUGIN_UNLOADED,
    GSP_PLUGIN_CRASHED,
    GSP_PLUGIN_GUEST_LOADED,
    GSP_PLUGIN_GUEST_UNLOADED,
    GSP_PLUGIN_ERROR_MESSAGE,
    GSP_PLUGIN_LICENCE,
    GSP_PLUGIN_GUEST_OS,
    GSP_PLUGIN_EVENTS
} GspPluginEvent;

typedef struct GspVgpuType {
    uint32_t id, max_instance;
    uint64_t profile_size, fb_length, heap_size;
} GspVgpuType;

typedef struct GspVgpu {
    uint32_t gfid, dbdf, swizz;
    GspVgpuState state;
    int64_t due;                 /* of the next step; INT64_MAX: none */
    uint32_t type;               /* 0: not told yet */
    uint32_t channels, plugin_channels;      /* 0: not told yet */
    uint32_t chid[GSP_VGPU_ENGINES];
    GspVgpuFb fb;
    uint64_t heap, heap_size, ctrl;          /* ctrl: offset into the heap */
    GspLog log[GSP_VGPU_LOGS];               /* init task, plugin, kernel */

    /* the task behind its buffer */
    bool rung;                   /* a message waits to be served */
    bool negotiated, configured, bus_master;
    uint32_t seq;                /* of the last message */
    uint32_t error_put;
} GspVgpu;

struct GspVgpus {
    bool hetero;
    GspVgpuType type[GSP_VGPU_TYPES];
    unsigned nr_types;
    GspVgpu *vgpu[GSP_GFIDS];
};

/* gsp_vgpu_type.c */
uint32_t gsp_vgpu_add_types(GspRm *rm, GspObject *o, uint8_t *p);
uint32_t gsp_vgpu_set_hetero(GspRm *rm, GspObject *o, uint8_t *p);
/* This vGPU is to be of this type; on NVS_OK it is */
uint32_t gsp_vgpu_claim_type(GspRm *rm, GspVgpu *v, uint32_t id);

/* gsp_vgpu.c */
/* For rules that answer with a status; returns it */
uint32_t gsp_vgpu_refuse(GspRm *rm, GspRule rule, uint32_t status,
                         const char *fmt, ...) G_GNUC_PRINTF(4, 5);
uint32_t gsp_vgpu_shutdown(GspRm *rm, GspObject *o, uint8_t *p);
uint32_t gsp_vgpu_cleanup(GspRm *rm, GspObject *o, uint8_t *p);

/* gsp_bootload.c */
uint32_t gsp_vgpu_check_channels(GspRm *rm, const GspVgpu *v);
uint32_t gsp_vgpu_check_dbdf(GspRm *rm, const GspVgpu *v, uint32_t dbdf);
uint32_t gsp_vgpu_bootload(GspRm *rm, GspObject *o, uint8_t *p);

/* gsp_plugin_config.c: message 2; its result */
uint32_t gsp_plugin_config(GspRm *rm, GspVgpu *v, const uint8_t *p);

/* gsp_plugin.c */
void gsp_plugin_run(GspRm *rm, GspVgpu *v);          /* its step is due */
void gsp_plugin_event(GspRm *rm, GspVgpu *v, GspPluginEvent what,
                      GspPhase phase);
bool gsp_plugin_raise(GspRm *rm, uint32_t gfid, uint32_t what, uint32_t data,
                      Error **errp);
bool gsp_plugin_word(GspRm *rm, GspVgpu *v, uint32_t *word);
void gsp_plugin_rc(GspRm *rm, uint32_t gfid, uint32_t engine, uint32_t chid,
                   uint32_t type);

#endif /* HW_MISC_GSP_VGPU_H */
