/*
 * NVIDIA GSP GPU model: graphics, as far as GSP-RM has to do with it
 *
 * Nothing is drawn. A driver that finds graphics in the device table makes a
 * context before its first channel: it asks how large the buffers of one are,
 * promotes its own, and allocates a 3D object.
 *
 * Controls are those of 570.144's ctrl2080internal.h, ctrl2080gr.h and
 * ctrl2080gpu.h; the sizes are synthetic.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "qemu/units.h"
#include "gsp_channel.h"
#include "gsp_engine.h"

#define INFO_SIZE         1664           /* 26 buffers of 8 engines */

#define PC_ENGINE         0x00           /* NV2080_CTRL_GPU_PROMOTE_CTX_PARAMS */
#define PC_CHAN_CLIENT    0x0C
#define PC_OBJECT         0x10
#define PC_ENTRIES        0x28
#define PC_ENTRIES_MAX    16

static const struct {
    uint8_t id;              /* ..._ENGINE_CONTEXT_PROPERTIES_ENGINE_ID_... */
    uint32_t size;
} buffers[] = {
    { 0x00, 64 * KiB },      /* GRAPHICS: what is switched itself */
    { 0x08, 64 * KiB },      /* ZCULL */
    { 0x0D, 64 * KiB },      /* PAGEPOOL */
    { 0x10, 4 * KiB },       /* PATCH */
    { 0x11, 64 * KiB },      /* BUNDLE_CB */
    { 0x13, 128 * KiB },     /* ATTRIBUTE_CB */
    { 0x14, 64 * KiB },      /* RTV_CB_GLOBAL */
    { 0x17, 4 * KiB },       /* FECS_EVENT */
    { 0x18, 4 * KiB },       /* PRIV_ACCESS_MAP */
};

/* Of GR0; there is no other */
uint32_t gsp_gr_context_buffers(GspRm *rm, GspObject *o, uint8_t *p)
{
    memset(p, 0, INFO_SIZE);
    for (size_t i = 0; i < ARRAY_SIZE(buffers); i++) {
        stl_le_p(p + 8 * buffers[i].id, buffers[i].size);
        stl_le_p(p + 8 * buffers[i].id + 4, 4 * KiB);
    }
    return NVS_OK;
}

uint32_t gsp_gr_zcull_info(GspRm *rm, GspObject *o, uint8_t *p)
{
    static const uint32_t info[] = {
        32 * 16, 32, 1024, 8192, 256, 224, 224, 16, 16, 16,
    };

    for (size_t i = 0; i < ARRAY_SIZE(info); i++) {
        stl_le_p(p + 4 * i, info[i]);
    }
    return NVS_OK;
}

uint32_t gsp_gr_promote(GspRm *rm, GspObject *o, uint8_t *p)
{
    GspObject *chan = gsp_object_find(rm, ldl_le_p(p + PC_CHAN_CLIENT),
                                      ldl_le_p(p + PC_OBJECT));

    if (!chan || !chan->channel) {
        return NVS_OBJECT_NOT_FOUND;
    }
    if (chan->channel->engine != ldl_le_p(p + PC_ENGINE) ||
        ldl_le_p(p + PC_ENTRIES) > PC_ENTRIES_MAX) {
        return NVS_INVALID_ARGUMENT;
    }
    return NVS_OK;
}
