/*
 * NVIDIA GSP GPU model: channels
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HW_MISC_GSP_CHANNEL_H
#define HW_MISC_GSP_CHANNEL_H

#include "gsp_rm.h"

#define GSP_SUBCHANNELS     8
#define GSP_METHODS         0x1000           /* bytes of method space */

#define GSP_CE_COUNT        5
#define GSP_GRCES           2                /* those on the runlist of GR0, 0 */

/* Of the interrupt that does not stall, which a runlist has */
static inline unsigned gsp_channel_vector(uint32_t runlist)
{
    return 32 + runlist;
}

/*
 * What host (PBDMA) knows of a channel. RM fills the first part in when the
 * channel is allocated; the rest is where execution has got to.
 */
typedef struct GspChannel {
    GspObject *object;
    uint32_t chid, runlist, engine;          /* engine: NV2080_ENGINE_TYPE */
    uint32_t vaspace;                        /* handle, in the same client */
    uint64_t gpfifo, userd;
    uint32_t entries;
    bool userd_sysmem, scheduled, dead;
    bool pending;                            /* its doorbell was rung */

    uint64_t seg;                            /* pushbuffer segment: address, */
    uint32_t seg_left;                       /* dwords left of it */
    uint32_t method, count, subch;           /* data words to come */
    bool inc, once;
    uint64_t sem_addr, sem_payload;
    uint32_t class[GSP_SUBCHANNELS];
    uint32_t ce[GSP_METHODS / 4];            /* the copy engine's methods */
} GspChannel;

/* gsp_channel.c: RM's side */
uint32_t gsp_channel_alloc(GspRm *rm, GspObject *o, uint8_t *params);
uint32_t gsp_channel_bind(GspRm *rm, GspObject *o, uint8_t *p);
uint32_t gsp_channel_schedule(GspRm *rm, GspObject *o, uint8_t *p);
uint32_t gsp_vaspace_set_directory(GspRm *rm, GspObject *o, uint8_t *p);
uint32_t gsp_vaspace_unset_directory(GspRm *rm, GspObject *o, uint8_t *p);
void gsp_channel_fault(GspRm *rm, GspChannel *c, uint64_t va);
bool gsp_channel_read(GspRm *rm, GspChannel *c, uint64_t va, void *buf,
                      size_t len);
bool gsp_channel_write(GspRm *rm, GspChannel *c, uint64_t va, const void *buf,
                       size_t len);
bool gsp_channel_clear(GspRm *rm, GspChannel *c, uint64_t va, uint64_t len);

/* gsp_host.c: executes what was submitted; true: waits for a semaphore */
bool gsp_host_run(GspRm *rm, GspChannel *c);

/* gsp_copy.c: a method of the copy engine */
void gsp_copy_method(GspRm *rm, GspChannel *c, uint32_t method, uint32_t data);

#endif /* HW_MISC_GSP_CHANNEL_H */
