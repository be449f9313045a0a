// SPDX-License-Identifier: GPL-2.0-only
/*
 * RM objects of a session.  The session's client in GSP-RM owns them, so that
 * they can neither hang below, nor be mixed up with, anybody else's.
 */
#include "client/internal.h"

#include <linux/cleanup.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/slab.h>

#include "device.h"

/* Above the handles that a client's own device and subdevice have. */
#define HANDLE_BASE	0xcafe0000
#define HANDLE_LAST	0xffff

static const struct gsp_link *link_of(const struct gsp_client *c)
{
	return &c->host->gsp->link;
}

/* What the release knows of a class or control is the only size it may have. */
static bool class_fits(const struct gsp_abi *abi, u32 class, const void *params, size_t size)
{
	enum gsp_class i;

	if (size > GSP_CLIENT_PARAMS_MAX || (size && !params) ||
	    class == abi->classes[GSP_CLASS_ROOT].id)
		return false;
	for (i = 0; i < GSP_NR_CLASSES; i++)
		if (abi->classes[i].id == class)
			return abi->classes[i].size == size;
	return true;
}

static bool control_fits(const struct gsp_abi *abi, u32 cmd, const void *params, size_t size)
{
	enum gsp_ctrl i;

	if (size > GSP_CLIENT_PARAMS_MAX || (size && !params))
		return false;
	for (i = 0; i < GSP_NR_CTRLS; i++)
		if (abi->ctrls[i].cmd == cmd)
			return abi->ctrls[i].size == size;
	return true;
}

/**
 * gsp_client_device - the RM device of a session
 * @client: session
 *
 * Context: any.
 * Return: the object, which cannot be freed.
 */
struct gsp_client_object *gsp_client_device(struct gsp_client *client)
{
	return &client->device;
}
EXPORT_SYMBOL_NS_GPL(gsp_client_device, "GSP_CORE");

/**
 * gsp_client_subdevice - the RM subdevice of a session
 * @client: session
 *
 * Context: any.
 * Return: the object, which cannot be freed.
 */
struct gsp_client_object *gsp_client_subdevice(struct gsp_client *client)
{
	return &client->subdevice;
}
EXPORT_SYMBOL_NS_GPL(gsp_client_subdevice, "GSP_CORE");

static struct gsp_client_object *object_alloc(struct gsp_client *c,
					      struct gsp_client_object *parent)
{
	struct gsp_client_object *obj;
	int nr;

	obj = kzalloc_obj(*obj);
	if (!obj)
		return ERR_PTR(-ENOMEM);
	nr = ida_alloc_max(&c->handles, HANDLE_LAST, GFP_KERNEL);
	if (nr < 0) {
		kfree(obj);
		return ERR_PTR(nr);
	}
	obj->handle = HANDLE_BASE | nr;
	obj->parent = parent;
	guard(mutex)(&c->lock);
	parent->children++;
	list_add_tail(&obj->node, &c->objects);
	return obj;
}

/* A handle that GSP-RM may still know is not used again. */
static void object_free(struct gsp_client *c, struct gsp_client_object *obj, bool reuse)
{
	if (reuse)
		ida_free(&c->handles, obj->handle - HANDLE_BASE);
	kfree(obj);
}

/* What can only mean that GSP-RM has no such object. */
static bool is_refusal(int err)
{
	return err != -ETIMEDOUT && err != -EPROTO && err != -EMSGSIZE;
}

static void object_unlink(struct gsp_client *c, struct gsp_client_object *obj)
{
	guard(mutex)(&c->lock);
	obj->parent->children--;
	list_del(&obj->node);
}

/**
 * gsp_client_alloc_sized - create an RM object
 * @client: session
 * @parent: object of the session that it hangs below
 * @class: class number
 * @params: parameters of the class in the release's layout, in and out; NULL
 *	if it has none
 * @size: their size in bytes
 *
 * gsp_client_alloc() is the same with a typed pointer.
 *
 * Context: process context, may sleep for its turn and up to the deadline of one
 * call; no lock is held meanwhile.
 * Return: the object; ERR_PTR: -EINVAL when @size is not the size that the
 * release gives the class, or for the class of a client; -EPROTO or -EMSGSIZE
 * when the firmware's answer is shorter or longer; -ENOSPC when the session has
 * too many objects; -ENOMEM; -ETIMEDOUT; -EBUSY when it was not asked; -EIO on a
 * GPU that is dead; -ENODEV when it is gone or the session is closed; what the
 * firmware refused it for, such as -EOPNOTSUPP for a class that it does not
 * know, or -EREMOTEIO for a status that has no errno.
 */
struct gsp_client_object *gsp_client_alloc_sized(struct gsp_client *client,
						 struct gsp_client_object *parent, u32 class,
						 void *params, size_t size)
{
	struct gsp_client_object *obj;
	int ret;

	ret = client_enter_alive(client);
	if (ret)
		return ERR_PTR(ret);
	obj = ERR_PTR(-EINVAL);
	if (!class_fits(link_of(client)->abi, class, params, size))
		goto out;
	obj = object_alloc(client, parent);
	if (IS_ERR(obj))
		goto out;
	ret = gsp_rm_alloc(link_of(client), client->rm.client, parent->handle, obj->handle, class,
			   params, size);
	if (ret) {
		object_unlink(client, obj);
		object_free(client, obj, is_refusal(ret));
		obj = ERR_PTR(ret);
	}
out:
	client_exit(client);
	return obj;
}
EXPORT_SYMBOL_NS_GPL(gsp_client_alloc_sized, "GSP_CORE");

/**
 * gsp_client_control_sized - send a command to an RM object
 * @client: session
 * @object: object of the session
 * @cmd: command number
 * @params: parameters in the release's layout, in and out; NULL if it has none
 * @size: their size in bytes
 *
 * gsp_client_control() is the same with a typed pointer.
 *
 * Context: process context, may sleep for its turn and up to the deadline of one
 * call; no lock is held meanwhile.
 * Return: 0; -EINVAL when @size is not the size that the release gives the
 * command; the rest as gsp_client_alloc_sized().
 */
int gsp_client_control_sized(struct gsp_client *client, struct gsp_client_object *object, u32 cmd,
			     void *params, size_t size)
{
	int ret = client_enter_alive(client);

	if (ret)
		return ret;
	ret = -EINVAL;
	if (control_fits(link_of(client)->abi, cmd, params, size))
		ret = gsp_rm_control(link_of(client), client->rm.client, object->handle, cmd,
				     params, size);
	client_exit(client);
	return ret;
}
EXPORT_SYMBOL_NS_GPL(gsp_client_control_sized, "GSP_CORE");

static bool may_free(struct gsp_client *c, struct gsp_client_object *obj)
{
	guard(mutex)(&c->lock);
	return obj != &c->device && obj != &c->subdevice && !obj->children;
}

/**
 * gsp_client_free - destroy an RM object
 * @client: session
 * @object: object of the session, which nothing hangs below; gone whatever is
 *	returned, but for -EBUSY and -ENODEV
 *
 * Context: process context, may sleep for its turn and up to the deadline of one
 * call; no lock is held meanwhile.
 * Return: 0, also on a GPU that is dead; -EBUSY when an object hangs below it or
 * it is the session's device or subdevice; -ENODEV when the session is closed,
 * which has freed it; another errno when the firmware did not confirm it, so
 * that what the object refers to may still be in use.
 */
int gsp_client_free(struct gsp_client *client, struct gsp_client_object *object)
{
	int ret;

	if (!client_enter(client))
		return -ENODEV;
	ret = -EBUSY;
	if (!may_free(client, object))
		goto out;
	ret = gsp_rm_free(link_of(client), client->rm.client, object->handle);
	if (ret && client_dead_errno(client->host))
		ret = 0;
	/* That would say that it is still there. */
	if (ret == -EBUSY)
		ret = -ETIMEDOUT;
	object_unlink(client, object);
	object_free(client, object, !ret);
out:
	client_exit(client);
	return ret;
}
EXPORT_SYMBOL_NS_GPL(gsp_client_free, "GSP_CORE");

/**
 * client_drop_objects - forget objects that GSP-RM has freed with its client
 * @c: session that ends
 *
 * Return: how many there were.
 */
unsigned int client_drop_objects(struct gsp_client *c)
{
	struct gsp_client_object *obj, *next;
	unsigned int nr = 0;

	list_for_each_entry_safe(obj, next, &c->objects, node) {
		list_del(&obj->node);
		kfree(obj);
		nr++;
	}
	return nr;
}
