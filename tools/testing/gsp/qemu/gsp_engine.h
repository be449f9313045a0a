/*
 * NVIDIA GSP GPU model: which engines there are
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HW_MISC_GSP_ENGINE_H
#define HW_MISC_GSP_ENGINE_H

#include "gsp_rm.h"

#define GSP_ENGINE_GR0      0x01             /* NV2080_ENGINE_TYPE */

typedef struct GspHostKind GspHostKind;

/* An engine; channels can be made for all of them */
typedef struct GspHostEngine {
    const GspHostKind *kind;
    unsigned instance, runlist;
    uint32_t type;               /* NV2080_ENGINE_TYPE */
    uint32_t mc;                 /* MC_ENGINE_IDX */
} GspHostEngine;

/* In the order of the device table; false: there are no more than n */
bool gsp_engine_nth(const GspChip *c, unsigned n, GspHostEngine *e);
/* By NV2080_ENGINE_TYPE */
bool gsp_engine_find(const GspChip *c, uint32_t type, GspHostEngine *e);

uint32_t gsp_engine_device_info(GspRm *rm, GspObject *o, uint8_t *p);

/* gsp_gr.c: controls about contexts of graphics */
uint32_t gsp_gr_context_buffers(GspRm *rm, GspObject *o, uint8_t *p);
uint32_t gsp_gr_zcull_info(GspRm *rm, GspObject *o, uint8_t *p);
uint32_t gsp_gr_promote(GspRm *rm, GspObject *o, uint8_t *p);

#endif /* HW_MISC_GSP_ENGINE_H */
