// SPDX-License-Identifier: GPL-2.0-only
#include "rm/rm.h"

#include "rpc/call.h"

/* Handles tell their kind at a glance in traces and firmware logs. */
#define HANDLE_CLIENT		0xc1d00000
#define HANDLE_DEVICE		0xde1d0000
#define HANDLE_SUBDEVICE	0x5d1d0000

/**
 * gsp_rm_client_init - create a client with its device and subdevice
 * @client: to fill in
 * @link: channel to GSP-RM, which must outlive the client
 * @id: number of the client, unique on this GPU
 *
 * Context: process context, may sleep up to the deadlines of three calls.
 * Return: as gsp_rm_new(). After an error nothing is left in GSP-RM.
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

	ret = gsp_rm_new(link, client->client, client->client, client->client,
			 GSP_CLASS_ROOT, &client->client, NULL);
	if (ret)
		goto none;

	ret = gsp_rm_new(link, client->client, client->client, client->device,
			 GSP_CLASS_DEVICE, &client->client, NULL);
	if (!ret)
		ret = gsp_rm_new(link, client->client, client->device, client->subdevice,
				 GSP_CLASS_SUBDEVICE, NULL, NULL);
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
