/*
 * NVIDIA GSP GPU model: channels as GSP-RM manages them
 *
 * A channel is allocated with the place of its GPFIFO, USERD and address space,
 * and scheduled; from then on its doorbell makes host execute what was submitted
 * (gsp_host.c). Only copy engines do something with it.
 *
 * Parameters and flags are those of 570.144's alloc_channel.h, ctrla06fgpfifo.h
 * and ctrl0080dma.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "qemu/log.h"
#include "gsp_channel.h"
#include "gsp_engine.h"
#include "trace.h"

/* NV_CHANNEL_ALLOC_PARAMS */
#define CA_GPFIFO_OFFSET     0x08
#define CA_GPFIFO_ENTRIES    0x10
#define CA_FLAGS             0x14
#define CA_VASPACE           0x1C
#define CA_ENGINE            0x80
#define CA_CID               0x84
#define CA_INSTANCE          0x90            /* NV_MEMORY_DESC_PARAMS */
#define CA_USERD             0xA8
#define MEM_BASE             0x00
#define MEM_APERTURE         0x10            /* 1: system memory, 2: FB */

#define FLAG_INDEX(f)        ((f) >> 8 & 0x7)
#define FLAG_PAGE(f)         ((f) >> 12 & 0x1FF)
#define FLAG_PAGE_FIXED      (1u << 21)
#define CHIDS_PER_PAGE       8

#define DOORBELL_CHID(t)     ((t) & 0xFFF)
#define DOORBELL_RUNLIST(t)  ((t) >> 16 & 0x7F)
#define DOORBELL_GB20X       (1u << 30)      /* the runlist's is meant */
#define CHIDS                2048

#define USERD_SIZE           0x200

/* ROBUST_CHANNEL_FIFO_ERROR_MMU_ERR_FLT, as an Xid */
#define RC_MMU_FAULT         31

static GspChannel *channel_find(GspRm *rm, uint32_t runlist, uint32_t chid)
{
    GHashTableIter it;
    gpointer val;

    if (!rm->objects) {
        return NULL;
    }
    g_hash_table_iter_init(&it, rm->objects);
    while (g_hash_table_iter_next(&it, NULL, &val)) {
        GspChannel *c = ((GspObject *)val)->channel;

        if (c && c->chid == chid && c->runlist == runlist) {
            return c;
        }
    }
    return NULL;
}

static uint32_t channel_chid(GspRm *rm, uint32_t runlist, uint32_t engine,
                             uint32_t flags)
{
    uint32_t chid = FLAG_PAGE(flags) * CHIDS_PER_PAGE + FLAG_INDEX(flags);

    if (!(flags & FLAG_PAGE_FIXED)) {
        for (chid = 0; chid < CHIDS; chid++) {
            if (!channel_find(rm, runlist, chid) &&
                !gsp_vgpu_has_chid(rm, engine, chid)) {
                break;
            }
        }
    }
    return chid;
}

uint32_t gsp_channel_alloc(GspRm *rm, GspObject *o, uint8_t *p)
{
    uint32_t engine = ldl_le_p(p + CA_ENGINE), chid;
    uint64_t userd = ldq_le_p(p + CA_USERD + MEM_BASE);
    GspObject *vas = gsp_object_find(rm, o->client, ldl_le_p(p + CA_VASPACE));
    GspHostEngine e;
    GspChannel *c;

    if (!gsp_engine_find(rm->gpu->chip, engine, &e) ||
        !ldl_le_p(p + CA_GPFIFO_ENTRIES)) {
        return NVS_INVALID_ARGUMENT;
    }
    if (!vas || vas->class->kind != GSP_OBJ_VASPACE) {
        return NVS_OBJECT_NOT_FOUND;
    }
    chid = channel_chid(rm, e.runlist, engine, ldl_le_p(p + CA_FLAGS));
    if (chid < CHIDS && gsp_vgpu_has_chid(rm, engine, chid)) {
        gsp_rule_broken(rm->gpu, GSP_RULE_VGPU_CHANNEL, "%u of engine %u", chid,
                        engine);
        return NVS_INSUFFICIENT_RESOURCES;
    }
    if (chid >= CHIDS || channel_find(rm, e.runlist, chid)) {
        return NVS_INSUFFICIENT_RESOURCES;
    }
    if (!userd || userd % USERD_SIZE ||
        !ldq_le_p(p + CA_INSTANCE + MEM_BASE)) {
        return NVS_INVALID_ARGUMENT;
    }
    c = g_new0(GspChannel, 1);
    c->object = o;
    c->chid = chid;
    c->runlist = e.runlist;
    c->engine = engine;
    c->vaspace = vas->handle;
    c->gpfifo = ldq_le_p(p + CA_GPFIFO_OFFSET);
    c->entries = ldl_le_p(p + CA_GPFIFO_ENTRIES);
    c->userd = userd;
    c->userd_sysmem = ldl_le_p(p + CA_USERD + MEM_APERTURE) == 1;
    o->channel = c;
    stl_le_p(p + CA_CID, chid);
    trace_gsp_channel_alloc(chid, e.runlist, engine, c->gpfifo, c->entries);
    return NVS_OK;
}

bool gsp_channels_busy(GspRm *rm, uint32_t engine, uint32_t first, uint32_t n)
{
    GspHostEngine e;

    if (!gsp_engine_find(rm->gpu->chip, engine, &e)) {
        return false;
    }
    for (uint32_t i = 0; i < n; i++) {
        if (channel_find(rm, e.runlist, first + i)) {
            return true;
        }
    }
    return false;
}

/* Pages that a channel or its address space needs, as far as RM knows them */
bool gsp_channels_use(GspRm *rm, uint64_t addr, uint64_t len)
{
    GHashTableIter it;
    gpointer val;

    g_hash_table_iter_init(&it, rm->objects);
    while (g_hash_table_iter_next(&it, NULL, &val)) {
        const GspObject *o = val;
        const GspChannel *c = o->channel;

        if ((o->has_page_dir && o->page_dir - addr < len) ||
            (c && !c->userd_sysmem && c->userd - addr < len)) {
            return true;
        }
    }
    return false;
}

uint32_t gsp_channel_bind(GspRm *rm, GspObject *o, uint8_t *p)
{
    return o->channel && o->channel->engine == ldl_le_p(p)
               ? NVS_OK : NVS_INVALID_ARGUMENT;
}

uint32_t gsp_channel_schedule(GspRm *rm, GspObject *o, uint8_t *p)
{
    if (!o->channel) {
        return NVS_INVALID_STATE;
    }
    o->channel->scheduled = p[0];
    o->channel->pending = true;  /* what was put before */
    rm->submitted = true;
    return NVS_OK;
}

/* The doorbell of the user page: runlist and channel */
void gsp_channel_doorbell(GspGpu *s, uint32_t token)
{
    GspChannel *c = NULL;

    trace_gsp_channel_doorbell(token);
    if (gsp_rm_alive(s->rm) &&
        (s->chip->family != GSP_GB20X || (token & DOORBELL_GB20X))) {
        c = channel_find(s->rm, DOORBELL_RUNLIST(token), DOORBELL_CHID(token));
    }
    if (!c) {
        qemu_log_mask(LOG_GUEST_ERROR, "gsp: doorbell 0x%x of no channel\n",
                      token);
        return;
    }
    c->pending = true;
    s->rm->submitted = true;
    gsp_rm_soon(s->rm);
}

/* Host serves who rang; a channel that waits is looked at again later */
void gsp_channels_run(GspRm *rm)
{
    GHashTableIter it;
    gpointer val;
    bool waiting = false;

    if (!rm->submitted || !rm->objects) {
        return;
    }
    g_hash_table_iter_init(&it, rm->objects);
    while (g_hash_table_iter_next(&it, NULL, &val)) {
        GspChannel *c = ((GspObject *)val)->channel;

        if (c && c->scheduled && c->pending && !c->dead) {
            c->pending = gsp_host_run(rm, c);
            waiting |= c->pending;
        }
    }
    rm->submitted = waiting;
}

/*
 * Address spaces
 */

uint32_t gsp_vaspace_set_directory(GspRm *rm, GspObject *o, uint8_t *p)
{
    GspObject *vas = gsp_object_find(rm, o->client, ldl_le_p(p + 0x10));
    uint64_t addr = ldq_le_p(p);

    if (!vas || vas->class->kind != GSP_OBJ_VASPACE) {
        return NVS_OBJECT_NOT_FOUND;
    }
    if (ldl_le_p(p + 0x0C) & 3) {
        qemu_log_mask(LOG_UNIMP, "gsp: page directory in system memory\n");
        return NVS_NOT_SUPPORTED;
    }
    if (addr % GSP_PAGE_SIZE || addr >= rm->gpu->fb_size) {
        return NVS_INVALID_ARGUMENT;
    }
    vas->page_dir = addr;
    vas->has_page_dir = true;
    return NVS_OK;
}

uint32_t gsp_vaspace_unset_directory(GspRm *rm, GspObject *o, uint8_t *p)
{
    GspObject *vas = gsp_object_find(rm, o->client, ldl_le_p(p));

    if (!vas || vas->class->kind != GSP_OBJ_VASPACE) {
        return NVS_OBJECT_NOT_FOUND;
    }
    if (!vas->has_page_dir) {
        return NVS_INVALID_STATE;
    }
    vas->has_page_dir = false;
    return NVS_OK;
}

static bool channel_access(GspRm *rm, GspChannel *c, uint64_t va, void *buf,
                           size_t len, bool write)
{
    GspObject *vas = gsp_object_find(rm, c->object->client, c->vaspace);

    return vas && vas->has_page_dir &&
           gsp_gmmu_access(rm->gpu, vas->page_dir, va, buf, len, write);
}

bool gsp_channel_read(GspRm *rm, GspChannel *c, uint64_t va, void *buf,
                      size_t len)
{
    return channel_access(rm, c, va, buf, len, false);
}

bool gsp_channel_write(GspRm *rm, GspChannel *c, uint64_t va, const void *buf,
                       size_t len)
{
    return channel_access(rm, c, va, (void *)buf, len, true);
}

/* Zeros, however many */
bool gsp_channel_clear(GspRm *rm, GspChannel *c, uint64_t va, uint64_t len)
{
    GspObject *vas = gsp_object_find(rm, c->object->client, c->vaspace);

    return vas && vas->has_page_dir &&
           gsp_gmmu_clear(rm->gpu, vas->page_dir, va, len);
}

/* RM stops the channel and tells the CPU */
void gsp_channel_fault(GspRm *rm, GspChannel *c, uint64_t va)
{
    uint8_t p[R570_RT_SIZE] = { 0 };

    qemu_log_mask(LOG_GUEST_ERROR, "gsp: channel %u of runlist %u: fault at "
                  "0x%" PRIx64 "\n", c->chid, c->runlist, va);
    c->dead = true;
    stl_le_p(p + R570_RT_ENGINE, c->engine);
    stl_le_p(p + R570_RT_CHID, c->chid);
    stl_le_p(p + R570_RT_TYPE, RC_MMU_FAULT);
    stl_le_p(p + R570_RT_FAULT_LO, va);
    stl_le_p(p + R570_RT_FAULT_HI, va >> 32);
    gsp_rm_send(rm, R570_EV_RC_TRIGGERED, p, sizeof(p), 0, 0);
}
