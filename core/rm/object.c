// SPDX-License-Identifier: GPL-2.0-only
#include "rm/rm.h"

#include <kunit/visibility.h>
#include <linux/cleanup.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "rm/status.h"
#include "rpc/call.h"
#include "trace.h"

static int rm_call(const struct gsp_link *link, enum gsp_call call, struct gsp_rm_object *obj,
		   void *params, unsigned int timeout_ms)
{
	int ret = gsp_call_body(link, call, obj, obj, params, obj->params_size, timeout_ms);

	if (ret)
		return ret;
	trace_gsp_rm_status(link->abi->calls[call].name, obj->object, obj->cmd ?: obj->class,
			    obj->status, gsp_rm_status_name(obj->status));
	return gsp_rm_errno(obj->status);
}

/**
 * gsp_rm_alloc - create an object
 * @link: channel to GSP-RM
 * @client: client that will own it
 * @parent: object that it hangs below
 * @object: its handle, unused within @client so far
 * @class: class number
 * @params: parameters of the class in the release's layout, in and out
 * @size: their size in bytes
 *
 * Context: process context, may sleep for its turn and up to the call's deadline.
 * Return: 0; the errno of gsp_rm_errno() for what RM refused; the errors of
 * gsp_call_body().
 */
int gsp_rm_alloc(const struct gsp_link *link, u32 client, u32 parent, u32 object, u32 class,
		 void *params, size_t size)
{
	struct gsp_rm_object obj = { .client = client, .parent = parent, .object = object,
				     .class = class, .params_size = size };

	return rm_call(link, GSP_CALL_RM_ALLOC, &obj, params, 0);
}

/**
 * gsp_rm_new - create an object of a class that the driver knows by name
 * @link: channel to GSP-RM
 * @client: client that will own it
 * @parent: object that it hangs below
 * @object: its handle, unused within @client so far
 * @class: class
 * @in: neutral parameters, as enum gsp_class says; NULL if it has none
 * @out: neutral reply; NULL if it has none
 *
 * Context: process context, may sleep for its turn and up to the call's deadline.
 * Return: as gsp_rm_alloc(); -EOPNOTSUPP if the release has no such class;
 * -ENOMEM; -EPROTO if the reply contradicts itself: the object exists then.
 */
int gsp_rm_new(const struct gsp_link *link, u32 client, u32 parent, u32 object,
	       enum gsp_class class, const void *in, void *out)
{
	return gsp_rm_new_as(link, client, parent, object, class, link->abi->classes[class].id,
			     in, out);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_rm_new);

/**
 * gsp_rm_new_as - the same, of a successor of the class
 * @link: channel to GSP-RM
 * @client: client that will own it
 * @parent: object that it hangs below
 * @object: its handle, unused within @client so far
 * @class: class
 * @id: number of a class that takes the same parameters
 * @in: neutral parameters, as enum gsp_class says; NULL if it has none
 * @out: neutral reply; NULL if it has none
 *
 * Context: process context, may sleep for its turn and up to the call's deadline.
 * Return: as gsp_rm_new().
 */
int gsp_rm_new_as(const struct gsp_link *link, u32 client, u32 parent, u32 object,
		  enum gsp_class class, u32 id, const void *in, void *out)
{
	const struct gsp_class_desc *desc = &link->abi->classes[class];
	int ret;

	if (!desc->name)
		return -EOPNOTSUPP;

	void *params __free(kfree) = kzalloc(desc->size, GFP_KERNEL);

	if (!params)
		return -ENOMEM;
	if (desc->encode)
		desc->encode(in, params);

	ret = gsp_rm_alloc(link, client, parent, object, id, params, desc->size);
	if (ret)
		return ret;
	return desc->decode ? desc->decode(params, out) : 0;
}

/**
 * gsp_rm_free - destroy an object and everything below it
 * @link: channel to GSP-RM
 * @client: client that owns it
 * @object: its handle; @client itself destroys the client
 *
 * Context: process context, may sleep for its turn and up to the call's deadline.
 * Return: as gsp_rm_alloc().
 */
int gsp_rm_free(const struct gsp_link *link, u32 client, u32 object)
{
	struct gsp_rm_object obj = { .client = client, .object = object };

	return rm_call(link, GSP_CALL_RM_FREE, &obj, NULL, 0);
}

/**
 * gsp_rm_dup - give a client a handle to another client's object
 * @link: channel to GSP-RM
 * @client: client that gets the handle
 * @parent: object of @client that it hangs below
 * @object: new handle, unused within @client so far
 * @src_client: client that owns the object
 * @src_object: its handle there
 *
 * Context: process context, may sleep for its turn and up to the call's deadline.
 * Return: as gsp_rm_alloc().
 */
int gsp_rm_dup(const struct gsp_link *link, u32 client, u32 parent, u32 object,
	       u32 src_client, u32 src_object)
{
	struct gsp_rm_object obj = { .client = client, .parent = parent, .object = object,
				     .src_client = src_client, .src_object = src_object };

	return rm_call(link, GSP_CALL_RM_DUP, &obj, NULL, 0);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_rm_dup);

static int control(const struct gsp_link *link, u32 client, u32 object, u32 cmd,
		   void *params, size_t size, unsigned int timeout_ms)
{
	struct gsp_rm_object obj = { .client = client, .object = object, .cmd = cmd,
				     .params_size = size };

	return rm_call(link, GSP_CALL_RM_CONTROL, &obj, params, timeout_ms);
}

/**
 * gsp_rm_control - send a command to an object
 * @link: channel to GSP-RM
 * @client: client that owns the object
 * @object: its handle
 * @cmd: command number
 * @params: parameters in the release's layout, in and out
 * @size: their size in bytes
 *
 * Context: process context, may sleep for its turn and up to the call's deadline.
 * Return: as gsp_rm_alloc().
 */
int gsp_rm_control(const struct gsp_link *link, u32 client, u32 object, u32 cmd,
		   void *params, size_t size)
{
	return control(link, client, object, cmd, params, size, 0);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_rm_control);

/**
 * gsp_rm_ctrl - send a command that the driver knows by name
 * @link: channel to GSP-RM
 * @client: client that owns the object
 * @object: its handle
 * @ctrl: command
 * @in: neutral request, as enum gsp_ctrl says; NULL if it has none
 * @out: neutral reply; NULL if it has none
 *
 * Context: process context, may sleep for its turn and up to the call's deadline.
 * Return: as gsp_rm_control(); -EOPNOTSUPP if the release has no such command;
 * -ENOMEM; -EPROTO if the reply contradicts itself.
 */
int gsp_rm_ctrl(const struct gsp_link *link, u32 client, u32 object, enum gsp_ctrl ctrl,
		const void *in, void *out)
{
	const struct gsp_ctrl_desc *desc = &link->abi->ctrls[ctrl];
	int ret;

	if (!desc->name)
		return -EOPNOTSUPP;

	void *params __free(kvfree) = kvzalloc(desc->size, GFP_KERNEL);

	if (!params)
		return -ENOMEM;
	if (desc->encode)
		desc->encode(in, params);

	ret = control(link, client, object, desc->cmd, params, desc->size, desc->timeout_ms);
	if (ret)
		return ret;
	return desc->decode ? desc->decode(params, out) : 0;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_rm_ctrl);

/* The copy engines that graphics uses itself are fed by the same runlist. */
static void find_grces(struct gsp_engine_list *list)
{
	const struct gsp_engine *other;
	struct gsp_engine *e;

	for (e = list->e; e < list->e + list->nr; e++)
		for (other = list->e; other < list->e + list->nr; other++)
			if (e->copy && !other->copy && other->runlist == e->runlist)
				e->grce = true;
}

/**
 * gsp_rm_engines - list the engines that channels can be made for
 * @link: channel to GSP-RM
 * @client: client that owns the subdevice
 * @subdevice: handle of GSP-RM's internal subdevice
 * @list: to fill in
 *
 * Context: process context, may sleep up to the deadlines of some calls.
 * Return: as gsp_rm_ctrl(); -EPROTO too if the table does not end.
 */
int gsp_rm_engines(const struct gsp_link *link, u32 client, u32 subdevice,
		   struct gsp_engine_list *list)
{
	int ret;

	memset(list, 0, sizeof(*list));
	do {
		u32 base = list->next;

		ret = gsp_rm_ctrl(link, client, subdevice, GSP_CTRL_DEVICE_INFO, &base, list);
		if (!ret && list->more && list->next <= base)
			ret = -EPROTO;
	} while (!ret && list->more);
	if (!ret)
		find_grces(list);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_rm_engines);
