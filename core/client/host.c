// SPDX-License-Identifier: GPL-2.0-only
#include "client/host.h"

#include <linux/auxiliary_bus.h>
#include <linux/cleanup.h>
#include <linux/idr.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "chip/chip.h"
#include "client/internal.h"
#include "device.h"
#include "rpc/rpc.h"

#define AUX_NAME	"gpu"

/* Auxiliary devices of all GPUs; a name is free once its device is deleted. */
static DEFINE_IDA(host_ids);

static void host_release(struct device *dev)
{
	struct gsp_client_host *host = container_of(dev, struct gsp_client_host, adev.dev);

	ida_destroy(&host->ids);
	mutex_destroy(&host->lock);
	kfree(host);
}

/**
 * client_host_of - the GPU behind an auxiliary device
 * @adev: any auxiliary device
 *
 * Return: NULL when it is none of ours.
 */
struct gsp_client_host *client_host_of(struct auxiliary_device *adev)
{
	if (adev->dev.release != host_release)
		return NULL;
	return container_of(adev, struct gsp_client_host, adev);
}

/**
 * client_dead_errno - what calls fail with on a GPU that is dead
 * @host: GPU
 *
 * Return: 0 while it lives, -ENODEV when it is gone, else -EIO.
 */
int client_dead_errno(const struct gsp_client_host *host)
{
	const struct gsp_rpc *rpc = host->gsp->link.rpc;

	if (gsp_rpc_state(rpc) == GSP_RPC_RUNNING)
		return 0;
	return gsp_rpc_death(rpc) == GSP_RPC_DEATH_GONE ? -ENODEV : -EIO;
}

static void tell_sessions(struct gsp_client_host *host)
{
	int reason = client_dead_errno(host);
	struct gsp_client *c;

	guard(mutex)(&host->lock);
	list_for_each_entry(c, &host->sessions, node) {
		if (c->told)
			continue;
		c->told = true;
		if (c->ops && c->ops->dead)
			c->ops->dead(c->ctx, reason);
	}
}

/**
 * gsp_client_host_died - the GPU is dead: tell who has a session
 * @gsp: GPU, its channel dead
 *
 * Context: process context, may sleep in what the clients do about it.
 */
void gsp_client_host_died(struct gsp_device *gsp)
{
	guard(mutex)(&gsp->clients_lock);
	if (gsp->clients)
		tell_sessions(gsp->clients);
}

static void fill_engines(struct gsp_client_host *host, const struct gsp_engine_list *list)
{
	unsigned int i;

	for (i = 0; i < list->nr; i++)
		host->engines[i] = (struct gsp_client_engine) {
			.type = list->e[i].type,
			.runlist = list->e[i].runlist,
			.instance = list->e[i].instance,
			.copy = list->e[i].copy,
		};
	host->config.engines = host->engines;
	host->config.nr_engines = list->nr;
}

static void fill_config(struct gsp_client_host *host)
{
	struct gsp_device *gsp = host->gsp;
	struct gsp_client_config *config = &host->config;

	strscpy(host->name, gsp->config.name);
	config->name = host->name;
	config->chip = gsp->chip->name;
	config->release = gsp->abi->release;
	config->fb_size = gsp->config.fb_size;
	config->fb_bus_width = gsp->config.fb_bus_width;
	config->l2_size = gsp->config.l2_size;
	config->vgpu = gsp->vgpu_mode;
	config->nr_chids = gsp->chids.nr;
	fill_engines(host, &gsp->engines);
}

static struct gsp_client_host *host_alloc(struct gsp_device *gsp)
{
	struct gsp_client_host *host = kzalloc_obj(*host);

	if (!host)
		return NULL;
	host->gsp = gsp;
	ida_init(&host->ids);
	mutex_init(&host->lock);
	INIT_LIST_HEAD(&host->sessions);
	fill_config(host);
	return host;
}

static void set_clients(struct gsp_device *gsp, struct gsp_client_host *host)
{
	guard(mutex)(&gsp->clients_lock);
	gsp->clients = host;
}

/**
 * gsp_client_host_create - let clients bind to a GPU
 * @gsp: GPU with everything that clients may ask for
 *
 * A client that is loaded binds before this returns.
 *
 * Context: process context, may sleep.
 * Return: 0, -ENOMEM, or the errno of the driver core.
 */
int gsp_client_host_create(struct gsp_device *gsp)
{
	struct gsp_client_host *host = host_alloc(gsp);
	int ret;

	if (!host)
		return -ENOMEM;
	ret = ida_alloc(&host_ids, GFP_KERNEL);
	if (ret < 0) {
		kfree(host);
		return ret;
	}
	host->adev.id = ret;
	host->adev.name = AUX_NAME;
	host->adev.dev.parent = &gsp->pdev->dev;
	host->adev.dev.release = host_release;
	ret = auxiliary_device_init(&host->adev);
	if (ret) {
		ida_free(&host_ids, host->adev.id);
		kfree(host);
		return ret;
	}
	/* A client may bind, and the GPU die, before the next call returns. */
	set_clients(gsp, host);
	ret = auxiliary_device_add(&host->adev);
	if (!ret)
		return 0;

	set_clients(gsp, NULL);
	ida_free(&host_ids, host->adev.id);
	auxiliary_device_uninit(&host->adev);
	return ret;
}

/**
 * gsp_client_host_destroy - unbind every client
 * @gsp: GPU, also one that has no clients
 *
 * The sessions are closed when this returns, and what they held is free.
 *
 * Context: process context, may sleep until calls of the clients have returned,
 * which they do at their deadlines at the latest.
 */
void gsp_client_host_destroy(struct gsp_device *gsp)
{
	struct gsp_client_host *host = gsp->clients;

	if (!host)
		return;
	auxiliary_device_delete(&host->adev);
	set_clients(gsp, NULL);
	ida_free(&host_ids, host->adev.id);
	auxiliary_device_uninit(&host->adev);
}
