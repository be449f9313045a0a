/*
 * NVIDIA GSP GPU model: events on request
 *
 * The property "raise-event" makes GSP-RM send an event:
 *
 *   notify=N[,data=V][,size=N]      POST_EVENT to every event object that waits
 *                                   for index N and is switched on
 *   fn=N[,data=V][,size=N]          any event: size bytes, the first dword V
 *   gfid=N,plugin=N[,data=V]        the plugin of a GFID tells of N (NVA084
 *                                   notifiers: 2 crashes, 3 and 4 guest driver,
 *                                   5 error V, 6 licence V, 7 guest's OS V)
 *   gfid=N,rc=N[,engine=N][,chid=N] an engine has failed: RC_TRIGGERED of type
 *                                   N, and OS_ERROR_LOG; gfid=0 is the PF
 *
 * size is that of the data behind a POST_EVENT, or of the whole payload.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "qemu/cutils.h"
#include "qapi/error.h"
#include "gsp_vgpu.h"
#include "trace.h"

typedef struct Request {
    uint64_t fn, notify, data, size, gfid, plugin, rc, engine, chid;
} Request;

static bool parse(Request *r, const char *spec, Error **errp)
{
    struct {
        const char *name;
        uint64_t *val, max;
    } opts[] = {
        { "fn=", &r->fn, 0xFFFF },
        { "notify=", &r->notify, 0xFFFF },
        { "data=", &r->data, UINT32_MAX },
        { "size=", &r->size, 0x8000 },
        { "gfid=", &r->gfid, GSP_GFIDS - 1 },
        { "plugin=", &r->plugin, GSP_PLUGIN_EVENTS - 1 },
        { "rc=", &r->rc, 0xFFFF },
        { "engine=", &r->engine, GSP_VGPU_ENGINES - 1 },
        { "chid=", &r->chid, GSP_CHIDS - 1 },
    };
    g_auto(GStrv) word = g_strsplit(spec, ",", -1);

    for (int i = 0; word[i]; i++) {
        bool ok = false;

        for (size_t j = 0; j < ARRAY_SIZE(opts); j++) {
            if (g_str_has_prefix(word[i], opts[j].name)) {
                ok = !qemu_strtou64(word[i] + strlen(opts[j].name), NULL, 0,
                                    opts[j].val) && *opts[j].val <= opts[j].max;
            }
        }
        if (!ok) {
            error_setg(errp, "bad event option '%s'; there are: fn= notify= "
                       "data= size= gfid= plugin= rc= engine= chid=, each a "
                       "number", word[i]);
            return false;
        }
    }
    return true;
}

/* Is the subdevice above this event told to deliver this index? */
static bool switched_on(const GspObject *ev)
{
    const GspObject *o = ev;
    gpointer action;

    while (o && o->class->kind != GSP_OBJ_SUBDEVICE) {
        o = o->parent;
    }
    return o && o->notify &&
           g_hash_table_lookup_extended(o->notify,
                                        GUINT_TO_POINTER(ev->notify_index),
                                        NULL, &action) &&
           GPOINTER_TO_UINT(action);
}

static void post_event(GspRm *rm, const GspObject *ev, const Request *r)
{
    size_t len = R570_PE_SIZE + r->size;
    g_autofree uint8_t *p = g_malloc0(len);

    stl_le_p(p + R570_PE_CLIENT, ev->client);
    stl_le_p(p + R570_PE_EVENT, ev->handle);
    stl_le_p(p + R570_PE_NOTIFY_INDEX, ev->notify_index);
    stl_le_p(p + R570_PE_DATA, r->data);
    stl_le_p(p + R570_PE_DATA_SIZE, r->size);
    for (size_t i = 0; i < r->size; i++) {
        p[R570_PE_EVENT_DATA + i] = i;
    }
    trace_gsp_event(R570_EV_POST_EVENT, ev->client, ev->handle,
                    ev->notify_index);
    gsp_rm_send(rm, R570_EV_POST_EVENT, p, len, 0, 0);
}

static void post_events(GspRm *rm, const Request *r)
{
    GHashTableIter it;
    gpointer val;

    g_hash_table_iter_init(&it, rm->objects);
    while (g_hash_table_iter_next(&it, NULL, &val)) {
        const GspObject *o = val;

        if (o->class->kind == GSP_OBJ_EVENT && o->notify_index == r->notify &&
            switched_on(o)) {
            post_event(rm, o, r);
        }
    }
}

bool gsp_event_raise(GspRm *rm, const char *spec, Error **errp)
{
    Request r = {
        .fn = R570_EV_POST_EVENT, .notify = UINT64_MAX, .plugin = UINT64_MAX,
    };
    g_autofree uint8_t *p = NULL;

    if (!parse(&r, spec, errp)) {
        return false;
    }
    if (rm->state != GSP_RM_READY || rm->unloading) {
        error_setg(errp, "GSP-RM is not ready");
        return false;
    }
    if (r.plugin != UINT64_MAX) {
        return gsp_plugin_raise(rm, r.gfid, r.plugin, r.data, errp);
    }
    if (r.rc) {
        gsp_plugin_rc(rm, r.gfid, r.engine, r.chid, r.rc);
        return true;
    }
    if (r.notify != UINT64_MAX) {
        post_events(rm, &r);
        return true;
    }
    p = g_malloc0(MAX(r.size, sizeof(uint32_t)));
    stl_le_p(p, r.data);
    trace_gsp_event(r.fn, 0, 0, 0);
    gsp_rm_send(rm, r.fn, p, r.size, 0, 0);
    return true;
}
