/*
 * NVIDIA GSP GPU model: the tree of RM objects
 *
 * Objects are named by client and handle and hang below a parent; freeing one
 * frees all below it. Statuses, and the order in which errors are looked for,
 * are those of the public resource server at 570.144: class, client, parent,
 * handle, legality of the parent, parameters.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "gsp_channel.h"
#include "trace.h"

#define GENERATED_HANDLES    0xCAF00000u
#define MAX_DEVICES          32

#define NV0080_DEVICE_ID     0x00        /* in the parameters of a device */
#define NV2080_SUBDEVICE_ID  0x00
#define NV0005_NOTIFY_INDEX  0x0C
#define NV0005_DATA          0x10
#define NOTIFY_INDEX_MASK    0x0000FFFF  /* flags above */

static uint64_t *node_key(uint32_t client, uint32_t handle)
{
    uint64_t *key = g_new(uint64_t, 1);

    *key = (uint64_t)client << 32 | handle;
    return key;
}

GspObject *gsp_object_find(GspRm *rm, uint32_t client, uint32_t handle)
{
    uint64_t key = (uint64_t)client << 32 | handle;

    return rm->objects ? g_hash_table_lookup(rm->objects, &key) : NULL;
}

GspObject *gsp_object_add(GspRm *rm, GspObject *parent, const GspClass *class,
                          uint32_t client, uint32_t handle)
{
    GspObject *o = g_new0(GspObject, 1);

    o->class = class;
    o->client = client;
    o->handle = handle;
    o->parent = parent;
    QLIST_INIT(&o->children);
    if (parent) {
        QLIST_INSERT_HEAD(&parent->children, o, sibling);
    }
    g_hash_table_insert(rm->objects, node_key(client, handle), o);
    return o;
}

static void node_free(GspObject *o)
{
    if (o->notify) {
        g_hash_table_destroy(o->notify);
    }
    g_free(o->channel);
    g_free(o);
}

/* The deepest object first, without recursion: depth is the guest's choice */
static void node_free_tree(GspRm *rm, GspObject *top)
{
    GspObject *o = top, *up;
    uint64_t key;

    while (o) {
        if (!QLIST_EMPTY(&o->children)) {
            o = QLIST_FIRST(&o->children);
            continue;
        }
        up = o == top ? NULL : o->parent;
        if (o->parent) {
            QLIST_REMOVE(o, sibling);
        }
        key = (uint64_t)o->client << 32 | o->handle;
        g_hash_table_remove(rm->objects, &key);
        node_free(o);
        o = up;
    }
}

void gsp_object_set_notify(GspObject *subdev, uint32_t index, uint32_t action)
{
    if (!subdev->notify) {
        subdev->notify = g_hash_table_new(NULL, NULL);
    }
    g_hash_table_insert(subdev->notify, GUINT_TO_POINTER(index),
                        GUINT_TO_POINTER(action));
}

/* Objects of RM's own client, on which the CPU sends internal controls */
void gsp_objects_init(GspRm *rm)
{
    GspObject *o;

    rm->objects = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free,
                                        NULL);
    rm->next_handle = GENERATED_HANDLES;
    o = gsp_object_add(rm, NULL, gsp_class_find(rm, 0), GSP_RM_CLIENT,
                       GSP_RM_CLIENT);
    o->internal = true;
    o = gsp_object_add(rm, o, gsp_class_find(rm, 0x80), GSP_RM_CLIENT,
                       GSP_RM_DEVICE);
    o->internal = true;
    o = gsp_object_add(rm, o, gsp_class_find(rm, 0x2080), GSP_RM_CLIENT,
                       GSP_RM_SUBDEVICE);
    o->internal = true;
}

void gsp_objects_fini(GspRm *rm)
{
    GHashTableIter it;
    gpointer val;

    if (!rm->objects) {
        return;
    }
    g_hash_table_iter_init(&it, rm->objects);
    while (g_hash_table_iter_next(&it, NULL, &val)) {
        node_free(val);
    }
    g_hash_table_destroy(rm->objects);
    rm->objects = NULL;
}

/*
 * Alloc
 */

static uint32_t check_new_handle(GspRm *rm, uint32_t client, uint32_t *handle)
{
    if (!*handle) {
        do {
            *handle = rm->next_handle++;
        } while (gsp_object_find(rm, client, *handle));
    }
    if (*handle == client) {
        return NVS_INVALID_OBJECT_HANDLE;
    }
    if (gsp_object_find(rm, client, *handle)) {
        return NVS_INSERT_DUPLICATE_NAME;
    }
    if (g_hash_table_size(rm->objects) >= GSP_RM_OBJECTS_MAX) {
        return NVS_INSUFFICIENT_RESOURCES;
    }
    return NVS_OK;
}

/* Where a new object may go; on NVS_OK *parent is set (NULL for a client) */
uint32_t gsp_object_place(GspRm *rm, const GspClass *class, uint32_t client,
                          uint32_t hparent, uint32_t *handle,
                          GspObject **parent)
{
    uint32_t status;

    *parent = NULL;
    if (!class) {
        return NVS_INVALID_CLASS;
    }
    if (!class->parents) {
        if (!client || *handle != client) {
            return NVS_INVALID_OBJECT_HANDLE;
        }
        if (g_hash_table_size(rm->objects) >= GSP_RM_OBJECTS_MAX) {
            return NVS_INSUFFICIENT_RESOURCES;
        }
        return gsp_object_find(rm, client, client) ? NVS_INSERT_DUPLICATE_NAME
                                                   : NVS_OK;
    }
    if (!gsp_object_find(rm, client, client)) {
        return NVS_INVALID_OBJECT_HANDLE;
    }
    if (*handle == client) {
        return NVS_INVALID_OBJECT_PARENT;
    }
    *parent = gsp_object_find(rm, client, hparent);
    if (!*parent) {
        return NVS_OBJECT_NOT_FOUND;
    }
    status = check_new_handle(rm, client, handle);
    if (status == NVS_OK && !(class->parents & 1u << (*parent)->class->kind)) {
        status = NVS_INVALID_OBJECT_PARENT;
    }
    return status;
}

static uint32_t check_params(const GspClass *class, const uint8_t *params,
                             uint32_t size)
{
    if (size != class->params_size && !(class->optional && !size)) {
        return NVS_INVALID_ARGUMENT;
    }
    if (class->kind == GSP_OBJ_DEVICE) {
        uint32_t id = ldl_le_p(params + NV0080_DEVICE_ID);

        return id >= MAX_DEVICES ? NVS_INVALID_ARGUMENT :
               id ? NVS_INVALID_STATE : NVS_OK;
    }
    if (class->kind == GSP_OBJ_SUBDEVICE && size &&
        ldl_le_p(params + NV2080_SUBDEVICE_ID)) {
        return NVS_INVALID_CLASS;
    }
    return NVS_OK;
}

static uint32_t object_construct(GspRm *rm, GspObject *o, uint8_t *params)
{
    switch (o->class->kind) {
    case GSP_OBJ_EVENT:
        o->notify_index = ldl_le_p(params + NV0005_NOTIFY_INDEX) &
                          NOTIFY_INDEX_MASK;
        o->notify_data = ldq_le_p(params + NV0005_DATA);
        return NVS_OK;
    case GSP_OBJ_CHANNEL:
        return gsp_channel_alloc(rm, o, params);
    default:
        return NVS_OK;
    }
}

uint32_t gsp_rpc_alloc(GspRm *rm, GspRpcMsg *msg)
{
    uint8_t *p = msg->payload, *params = p + R570_RA_PARAMS;
    uint32_t client = ldl_le_p(p + R570_RA_CLIENT);
    uint32_t hparent = ldl_le_p(p + R570_RA_PARENT);
    uint32_t handle = ldl_le_p(p + R570_RA_OBJECT);
    uint32_t size = ldl_le_p(p + R570_RA_PARAMS_SIZE);
    const GspClass *class = gsp_class_find(rm, ldl_le_p(p + R570_RA_CLASS));
    GspObject *parent, *o;
    uint32_t status;

    status = gsp_object_place(rm, class, client, hparent, &handle, &parent);
    if (status == NVS_OK) {
        status = check_params(class, params, size);
    }
    if (status == NVS_OK) {
        o = gsp_object_add(rm, parent, class, client, handle);
        status = object_construct(rm, o, params);
        if (status != NVS_OK) {
            node_free_tree(rm, o);
        }
        stl_le_p(p + R570_RA_OBJECT, handle);
    }
    stl_le_p(p + R570_RA_STATUS, status);
    trace_gsp_object_alloc(client, hparent, handle,
                           ldl_le_p(p + R570_RA_CLASS), status);
    return NVS_OK;
}

/*
 * Free and dup
 */

uint32_t gsp_rpc_free(GspRm *rm, GspRpcMsg *msg)
{
    uint8_t *p = msg->payload;
    uint32_t client = ldl_le_p(p + R570_FR_ROOT);
    uint32_t handle = ldl_le_p(p + R570_FR_OBJECT);
    GspObject *o = gsp_object_find(rm, client, handle);
    uint32_t status = NVS_OK;

    if (!gsp_object_find(rm, client, client)) {
        status = NVS_INVALID_OBJECT_HANDLE;
    } else if (!o) {
        status = NVS_OBJECT_NOT_FOUND;
    } else if (o->internal) {
        status = NVS_INSUFFICIENT_PERMISSIONS;
    } else {
        node_free_tree(rm, o);
    }
    stl_le_p(p + R570_FR_STATUS, status);
    trace_gsp_object_free(client, handle, status);
    return NVS_OK;
}

static uint32_t dup_object(GspRm *rm, uint32_t client, uint32_t hparent,
                           uint32_t *handle, uint32_t src_client, uint32_t hsrc)
{
    GspObject *src, *parent;
    uint32_t status;

    if (!gsp_object_find(rm, src_client, src_client) ||
        !gsp_object_find(rm, client, client)) {
        return NVS_INVALID_OBJECT_HANDLE;
    }
    src = gsp_object_find(rm, src_client, hsrc);
    if (!src) {
        return NVS_OBJECT_NOT_FOUND;
    }
    if (!src->class->can_copy) {
        return NVS_INVALID_ARGUMENT;
    }
    status = gsp_object_place(rm, src->class, client, hparent, handle, &parent);
    if (status == NVS_OK) {
        gsp_object_add(rm, parent, src->class, client, *handle);
    }
    return status;
}

uint32_t gsp_rpc_dup(GspRm *rm, GspRpcMsg *msg)
{
    uint8_t *p = msg->payload;
    uint32_t client = ldl_le_p(p + R570_DU_CLIENT);
    uint32_t handle = ldl_le_p(p + R570_DU_OBJECT);
    uint32_t src_client = ldl_le_p(p + R570_DU_CLIENT_SRC);
    uint32_t src = ldl_le_p(p + R570_DU_OBJECT_SRC);
    uint32_t status;

    status = dup_object(rm, client, ldl_le_p(p + R570_DU_PARENT), &handle,
                        src_client, src);
    stl_le_p(p + R570_DU_OBJECT, handle);
    stl_le_p(p + R570_DU_STATUS, status);
    trace_gsp_object_dup(client, handle, src_client, src, status);
    return NVS_OK;
}
