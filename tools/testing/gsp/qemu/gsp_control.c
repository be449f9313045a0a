/*
 * NVIDIA GSP GPU model: RM controls
 *
 * To serve a control: write a handler that edits its parameters and add a line
 * to controls[]. Parameter sizes are those of 570.144 and exact. Errors are
 * looked for as the public sources do: client, size, object, then whether this
 * object's class has such a control.
 *
 * Values describe the chip's board (gsp_chip.c) as far as public material goes;
 * they are synthetic otherwise.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "qemu/units.h"
#include "gsp_channel.h"
#include "gsp_engine.h"
#include "gsp_vgpu.h"
#include "trace.h"

#define RAM_TYPE_GDDR6       0x11
#define NOTIFIERS            197
#define MC_ENGINE_IDX_GSP    50
#define NO_VECTOR            0xFFFFFFFF
#define NO_SUBTREE           0xFF

typedef uint32_t ControlHandler(GspRm *rm, GspObject *o, uint8_t *p);

typedef struct Control {
    uint32_t cmd;
    const char *name;
    GspObjectKind kind;
    uint32_t size;
    ControlHandler *handler;
    GspPhase phase;              /* 0: any RPC */
} Control;

/* Accepted; what it asks for has no effect in the model */
static uint32_t ctrl_accept(GspRm *rm, GspObject *o, uint8_t *p)
{
    return NVS_OK;
}

static uint32_t ctrl_name(GspRm *rm, GspObject *o, uint8_t *p)
{
    memset(p + 4, 0, 128);
    if (ldl_le_p(p)) {
        return NVS_INVALID_ARGUMENT;     /* Unicode: no user yet */
    }
    g_strlcpy((char *)p + 4, rm->gpu->chip->board, R570_ST_NAME_LEN);
    return NVS_OK;
}

static uint32_t ctrl_gpc_info(GspRm *rm, GspObject *o, uint8_t *p)
{
    stl_le_p(p, (1u << rm->gpu->chip->gpcs) - 1);
    return NVS_OK;
}

static uint32_t ctrl_tpc_info(GspRm *rm, GspObject *o, uint8_t *p)
{
    const GspChip *c = rm->gpu->chip;
    uint32_t gpc = ldl_le_p(p);

    if (gpc >= c->gpcs) {
        return NVS_INVALID_ARGUMENT;
    }
    stl_le_p(p + 4, gpc == c->gpcs - 1 ? c->tpc_mask_last : c->tpc_mask);
    return NVS_OK;
}

static uint32_t ctrl_memsys(GspRm *rm, GspObject *o, uint8_t *p)
{
    memset(p, 0, 40);
    p[0x02] = 1;                         /* raw mode comptag lines */
    p[0x05] = 1;                         /* ECC FBPA */
    stq_le_p(p + 0x08, rm->gpu->chip->l2_mib * MiB);
    p[0x10] = 1;                         /* FBPA present */
    stl_le_p(p + 0x14, 256 * 1024);      /* comprPageSize */
    stl_le_p(p + 0x18, 18);
    stl_le_p(p + 0x1C, RAM_TYPE_GDDR6);
    stl_le_p(p + 0x20, 12);              /* LTCs */
    stl_le_p(p + 0x24, 4);               /* slices each */
    return NVS_OK;
}

static void put_vectors(uint8_t *e, uint32_t engine, uint32_t stall,
                        uint32_t non_stall)
{
    stw_le_p(e, engine);
    stl_le_p(e + 4, 0);                  /* no PMC bit */
    stl_le_p(e + 8, stall);
    stl_le_p(e + 0xC, non_stall);
}

static uint32_t ctrl_intr_table(GspRm *rm, GspObject *o, uint8_t *p)
{
    uint8_t *e = p + 4, *map = p + 0x804;
    GspHostEngine engine;
    unsigned n;

    memset(p, 0, 2068);
    put_vectors(e, MC_ENGINE_IDX_GSP, rm->gpu->chip->gsp_vector, NO_VECTOR);
    for (n = 0; gsp_engine_nth(rm->gpu->chip, n, &engine); n++) {
        put_vectors(e + 16 * (1 + n), engine.mc, NO_VECTOR,
                    gsp_channel_vector(engine.runlist));
    }
    stl_le_p(p, 1 + n);
    memset(map, NO_SUBTREE, 14);
    map[0] = 0;                          /* category DEFAULT: subtrees 0 .. 3 */
    map[1] = 3;
    return NVS_OK;
}

static uint32_t ctrl_fault_method_size(GspRm *rm, GspObject *o, uint8_t *p)
{
    stl_le_p(p, 0x2000);
    return NVS_OK;
}

static uint32_t ctrl_falcon_info(GspRm *rm, GspObject *o, uint8_t *p)
{
    memset(p, 0, 1284);                  /* none constructed */
    return NVS_OK;
}

static uint32_t ctrl_set_notification(GspRm *rm, GspObject *o, uint8_t *p)
{
    uint32_t event = ldl_le_p(p), action = ldl_le_p(p + 4);

    if (event >= NOTIFIERS || action > 2) {
        return NVS_INVALID_ARGUMENT;
    }
    gsp_object_set_notify(o, event, action);
    return NVS_OK;
}

static uint32_t ctrl_sriov_caps(GspRm *rm, GspObject *o, uint8_t *p)
{
    gsp_sriov_caps(rm, p);
    return NVS_OK;
}

/*
 * A large read, 14 pages: the samples are a pattern that a test can check, byte
 * n being n * 7 + type.
 */
static uint32_t ctrl_util_samples(GspRm *rm, GspObject *o, uint8_t *p)
{
    for (uint32_t i = 8; i < 55888; i++) {
        p[i] = i * 7 + p[0];
    }
    return NVS_OK;
}

static uint32_t ctrl_vmmu_segment(GspRm *rm, GspObject *o, uint8_t *p)
{
    stq_le_p(p, rm->sriov ? GSP_VMMU_SEGMENT_SIZE : 0);
    return rm->sriov ? NVS_OK : NVS_NOT_SUPPORTED;
}

static uint32_t ctrl_ecc_status(GspRm *rm, GspObject *o, uint8_t *p)
{
    memset(p, 0, 1444);                  /* units, and what is of all */
    p[0] = rm->ecc;                      /* unit 0, FBPA: enabled */
    p[1] = rm->ecc;                      /* scrubComplete */
    p[2] = 1;                            /* supported */
    return NVS_OK;
}

static uint32_t ctrl_vgpu_mgr(GspRm *rm, GspObject *o, uint8_t *p)
{
    return rm->vgpus ? NVS_OK : NVS_NOT_SUPPORTED;
}

static uint32_t ctrl_gsp_features(GspRm *rm, GspObject *o, uint8_t *p)
{
    memset(p, 0, 72);
    p[4] = 1;                            /* bValid */
    p[5] = 1;                            /* bDefaultGspRmGpu */
    g_strlcpy((char *)p + 6, rm->boot.release, 64);
    return NVS_OK;
}

static const Control controls[] = {
    { 0x20800110, "GPU_GET_NAME_STRING", GSP_OBJ_SUBDEVICE, 132, ctrl_name },
    { 0x20800137, "GPU_GET_FERMI_GPC_INFO", GSP_OBJ_SUBDEVICE, 4,
      ctrl_gpc_info },
    { 0x20800138, "GPU_GET_FERMI_TPC_INFO", GSP_OBJ_SUBDEVICE, 8,
      ctrl_tpc_info },
    { 0x208001B0, "GPU_GET_CONSTRUCTED_FALCON_INFO", GSP_OBJ_SUBDEVICE, 1284,
      ctrl_falcon_info },
    { 0x20800301, "EVENT_SET_NOTIFICATION", GSP_OBJ_SUBDEVICE, 20,
      ctrl_set_notification },
    { 0x20800A1C, "INTERNAL_MEMSYS_GET_STATIC_CONFIG", GSP_OBJ_SUBDEVICE, 40,
      ctrl_memsys },
    { 0x2080012B, "GPU_PROMOTE_CTX", GSP_OBJ_SUBDEVICE, 560, gsp_gr_promote },
    { 0x20800A32, "INTERNAL_STATIC_KGR_GET_CONTEXT_BUFFERS_INFO",
      GSP_OBJ_SUBDEVICE, 1664, gsp_gr_context_buffers },
    { 0x20800A5C, "INTERNAL_INTR_GET_KERNEL_TABLE", GSP_OBJ_SUBDEVICE, 2068,
      ctrl_intr_table },
    { 0x20801112, "FIFO_GET_DEVICE_INFO_TABLE", GSP_OBJ_SUBDEVICE, 3212,
      gsp_engine_device_info },
    { 0x20801206, "GR_GET_ZCULL_INFO", GSP_OBJ_SUBDEVICE, 40,
      gsp_gr_zcull_info },
    { 0x20802096, "PERF_GET_GPUMON_PERFMON_UTIL_SAMPLES_V2", GSP_OBJ_SUBDEVICE,
      55888, ctrl_util_samples },
    { 0x20802A08, "CE_GET_FAULT_METHOD_BUFFER_SIZE", GSP_OBJ_SUBDEVICE, 4,
      ctrl_fault_method_size },
    { 0x2080012F, "GPU_QUERY_ECC_STATUS", GSP_OBJ_SUBDEVICE, 1464,
      ctrl_ecc_status },
    { 0x2080017E, "GPU_GET_VMMU_SEGMENT_SIZE", GSP_OBJ_SUBDEVICE, 8,
      ctrl_vmmu_segment },
    { 0x20803601, "GSP_GET_FEATURES", GSP_OBJ_SUBDEVICE, 72,
      ctrl_gsp_features },
    { 0x20804001, "VGPU_MGR_INTERNAL_BOOTLOAD_GSP_VGPU_PLUGIN_TASK",
      GSP_OBJ_SUBDEVICE, R570_BL_SIZE, gsp_vgpu_bootload, GSP_PHASE_BOOTLOAD },
    { 0x20804002, "VGPU_MGR_INTERNAL_SHUTDOWN_GSP_VGPU_PLUGIN_TASK",
      GSP_OBJ_SUBDEVICE, 4, gsp_vgpu_shutdown, GSP_PHASE_SHUTDOWN },
    { 0x20804003, "VGPU_MGR_INTERNAL_PGPU_ADD_VGPU_TYPE", GSP_OBJ_SUBDEVICE,
      R570_AT_SIZE, gsp_vgpu_add_types },
    { 0x20804008, "VGPU_MGR_INTERNAL_VGPU_PLUGIN_CLEANUP", GSP_OBJ_SUBDEVICE,
      4, gsp_vgpu_cleanup, GSP_PHASE_CLEANUP },
    { 0x2080400B, "VGPU_MGR_INTERNAL_SET_VGPU_MGR_CONFIG", GSP_OBJ_SUBDEVICE,
      1, ctrl_vgpu_mgr },
    { 0x2080400E, "VGPU_MGR_INTERNAL_SET_VGPU_HETEROGENEOUS_MODE",
      GSP_OBJ_SUBDEVICE, 1, gsp_vgpu_set_hetero },
    { 0x00800291, "GPU_GET_SRIOV_CAPS", GSP_OBJ_DEVICE, 80, ctrl_sriov_caps },
    { 0x00801813, "DMA_SET_PAGE_DIRECTORY", GSP_OBJ_DEVICE, 32,
      gsp_vaspace_set_directory },
    { 0x00801814, "DMA_UNSET_PAGE_DIRECTORY", GSP_OBJ_DEVICE, 8,
      gsp_vaspace_unset_directory },
    { 0x90F10106, "VASPACE_COPY_SERVER_RESERVED_PDES", GSP_OBJ_VASPACE, 184,
      ctrl_accept },
    { 0xA06F0103, "GPFIFO_SCHEDULE", GSP_OBJ_CHANNEL, 2,
      gsp_channel_schedule },
    { 0xA06F0104, "BIND", GSP_OBJ_CHANNEL, 4, gsp_channel_bind },
};

static const Control *find(uint32_t cmd)
{
    for (size_t i = 0; i < ARRAY_SIZE(controls); i++) {
        if (controls[i].cmd == cmd) {
            return &controls[i];
        }
    }
    return NULL;
}

GspPhase gsp_control_phase(uint32_t cmd)
{
    const Control *c = find(cmd);

    return c && c->phase ? c->phase : GSP_PHASE_RPC;
}

static uint32_t control(GspRm *rm, uint32_t client, uint32_t object,
                        uint32_t cmd, uint32_t size, uint8_t *params)
{
    const Control *c = find(cmd);
    GspObject *o;

    if (!gsp_object_find(rm, client, client)) {
        return NVS_INVALID_CLIENT;
    }
    if (c && c->size != size) {
        return NVS_INVALID_ARGUMENT;
    }
    o = gsp_object_find(rm, client, object);
    if (!o) {
        return NVS_OBJECT_NOT_FOUND;
    }
    if (!c || c->kind != o->class->kind) {
        trace_gsp_control_unknown(cmd);
        return NVS_NOT_SUPPORTED;
    }
    return c->handler(rm, o, params);
}

uint32_t gsp_rpc_control(GspRm *rm, GspRpcMsg *msg)
{
    uint8_t *p = msg->payload;
    uint32_t client = ldl_le_p(p + R570_RC_CLIENT);
    uint32_t object = ldl_le_p(p + R570_RC_OBJECT);
    uint32_t cmd = ldl_le_p(p + R570_RC_CMD);
    uint32_t size = ldl_le_p(p + R570_RC_PARAMS_SIZE);
    uint32_t status = control(rm, client, object, cmd, size,
                              p + R570_RC_PARAMS);

    stl_le_p(p + R570_RC_STATUS, status);
    trace_gsp_control(client, object, cmd, size, status);
    return NVS_OK;
}
