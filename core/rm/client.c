// SPDX-License-Identifier: GPL-2.0-only
#include "rm/rm.h"

#include "rpc/call.h"

/* Handles tell their kind at a glance in traces and firmware logs. */
#define HANDLE_CLIENT		0xc1d00000
#define HANDLE_DEVICE		0xde1d0000
#define HANDLE_SUBDEVICE	0x5d1d0000

static int alloc_class(const struct gsp_rm_client *c, enum gsp_class class, u32 parent,
		       u32 object)
{
	const struct gsp_class_desc *desc = &c->link->abi->classes[class];
	u8 params[GSP_CLASS_PARAMS_MAX] __aligned(8) = {};

	if (desc->encode)
		desc->encode(c->client, params);
	return gsp_rm_alloc(c->link, c->client, parent, object, desc->id, params, desc->size);
}

/**
 * gsp_rm_client_init - create a client with its device and subdevice
 * @client: to fill in
 * @link: channel to GSP-RM, which must outlive the client
 * @id: number of the client, unique on this GPU
 *
 * Context: process context, may sleep up to the deadlines of three calls.
 * Return: as gsp_rm_alloc(). After an error nothing is left in GSP-RM.
 */
int gsp_rm_client_init(struct gsp_rm_client *client, const struct gsp_link *link, u16 id)
{
	int ret;

	*client = (struct gsp_rm_client) {
		.link = link,
		.client = HANDLE_CLIENT | id,
		.device = HANDLE_DEVICE,
		.subdevice = HANDLE_SUBDEVICE,
	};

	ret = alloc_class(client, GSP_CLASS_ROOT, client->client, client->client);
	if (ret)
		goto none;

	ret = alloc_class(client, GSP_CLASS_DEVICE, client->client, client->device);
	if (!ret)
		ret = alloc_class(client, GSP_CLASS_SUBDEVICE, client->device, client->subdevice);
	if (!ret)
		return 0;

	gsp_rm_client_fini(client);
none:
	client->link = NULL;
	return ret;
}

/**
 * gsp_rm_client_fini - destroy a client and every object that it owns
 * @client: client
 *
 * Context: process context, may sleep up to the deadline of one call.
 * Return: as gsp_rm_free(). An error means that GSP-RM may still own what the
 * client owned.
 */
int gsp_rm_client_fini(struct gsp_rm_client *client)
{
	return gsp_rm_free(client->link, client->client, client->client);
}
