/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Objects inside GSP-RM.
 *
 * Everything that GSP-RM manages is an object in a tree below a client: device,
 * subdevice, address space, channel. Handles are chosen by the caller and
 * are unique within a client. A control is a command to one object.
 */
#ifndef _GSP_RM_RM_H
#define _GSP_RM_RM_H

#include <linux/types.h>

#include "abi/abi.h"

struct gsp_link;

/**
 * struct gsp_rm_client - a client with its device and subdevice
 * @link: channel to GSP-RM; NULL when there is no client
 * @client: handle of the client
 * @device: handle of its device
 * @subdevice: handle of its subdevice
 *
 * Constant between gsp_rm_client_init() and gsp_rm_client_fini(); the owner
 * sees to it that nobody uses it outside of these. No lock of its own: GSP-RM
 * orders the calls.
 */
struct gsp_rm_client {
	const struct gsp_link *link;
	u32 client;
	u32 device;
	u32 subdevice;
};

int gsp_rm_client_init(struct gsp_rm_client *client, const struct gsp_link *link, u16 id);
int gsp_rm_client_fini(struct gsp_rm_client *client);

int gsp_rm_alloc(const struct gsp_link *link, u32 client, u32 parent, u32 object, u32 class,
		 void *params, size_t size);
int gsp_rm_new(const struct gsp_link *link, u32 client, u32 parent, u32 object,
	       enum gsp_class class, const void *in, void *out);
int gsp_rm_new_as(const struct gsp_link *link, u32 client, u32 parent, u32 object,
		  enum gsp_class class, u32 id, const void *in, void *out);
int gsp_rm_free(const struct gsp_link *link, u32 client, u32 object);
int gsp_rm_dup(const struct gsp_link *link, u32 client, u32 parent, u32 object,
	       u32 src_client, u32 src_object);
int gsp_rm_control(const struct gsp_link *link, u32 client, u32 object, u32 cmd,
		   void *params, size_t size);
int gsp_rm_ctrl(const struct gsp_link *link, u32 client, u32 object, enum gsp_ctrl ctrl,
		const void *in, void *out);
int gsp_rm_engines(const struct gsp_link *link, u32 client, u32 subdevice,
		   struct gsp_engine_list *list);

#endif
