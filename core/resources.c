// SPDX-License-Identifier: GPL-2.0-only
/*
 * Between a GPU that is enumerated and one that others may use: each resource
 * gets its allocator, what the core itself needs to hand it out safely comes up,
 * and only then do users appear.  One table, upwards to start and downwards to
 * stop.
 */
#include "resources.h"

#include <linux/array_size.h>
#include <linux/err.h>
#include <linux/pci.h>
#include <linux/sizes.h>

#include "chan/channel.h"
#include "chan/scrub.h"
#include "chip/chip.h"
#include "client/host.h"
#include "device.h"
#include "rpc/rpc.h"
#include "sriov/pf.h"
#include "sysfs/sysfs.h"

/* Without VMMU any unit would do; this is the smallest that there is. */
#define PLAIN_SEGMENT	SZ_32M

static int start_engines(struct gsp_device *gsp)
{
	return gsp_rm_engines(&gsp->link, gsp->config.internal.client,
			      gsp->config.internal.subdevice, &gsp->engines);
}

/*
 * Nothing at or above the heaps of GSP-RM is ours.  Where its FMC has placed them
 * GSP-RM tells where, and its regions are right in any case.
 */
static u64 fb_end(const struct gsp_device *gsp)
{
	return gsp->boot.layout.nonwpr_offset ?: gsp->config.heaps_base ?: gsp->config.fb_size;
}

static int start_fb(struct gsp_device *gsp)
{
	u64 segment = PLAIN_SEGMENT;
	int ret;

	if (gsp->vgpu_mode) {
		ret = gsp_rm_ctrl(&gsp->link, gsp->client.client, gsp->client.subdevice,
				  GSP_CTRL_VMMU_SEGMENT_SIZE, NULL, &segment);
		if (ret)
			return ret;
	}
	return gsp_fb_init(&gsp->fb, &gsp->config, fb_end(gsp), segment);
}

static void stop_fb(struct gsp_device *gsp)
{
	gsp_fb_fini(&gsp->fb);
}

static int start_chids(struct gsp_device *gsp)
{
	return gsp_chids_init(&gsp->chids, gsp->chip->nr_chids);
}

static void stop_chids(struct gsp_device *gsp)
{
	gsp_chids_fini(&gsp->chids);
}

static int page_table_alloc(void *ctx, size_t size, u64 *addr)
{
	struct gsp_device *gsp = ctx;

	return gsp_fb_alloc(&gsp->fb, size, size, addr);
}

static void page_table_free(void *ctx, u64 addr, size_t size)
{
	struct gsp_device *gsp = ctx;

	gsp_fb_free(&gsp->fb, addr, size);
}

static const struct gsp_mmu_mem_ops page_tables = {
	.alloc = page_table_alloc,
	.free = page_table_free,
};

static int start_mmu(struct gsp_device *gsp)
{
	gsp_mmu_init(&gsp->mmu, &gsp->mmio, gsp->chip, &page_tables, gsp);
	return 0;
}

static void stop_mmu(struct gsp_device *gsp)
{
	gsp_mmu_fini(&gsp->mmu);
}

static int start_bar1(struct gsp_device *gsp)
{
	return gsp_bar1_init(&gsp->bar1, &gsp->mmu, gsp->pdev, gsp->chip->fb_bar,
			     gsp->config.bar1_pde_base);
}

static void stop_bar1(struct gsp_device *gsp)
{
	gsp_bar1_fini(&gsp->bar1);
}

/* Any will do that does not wait for graphics: they all reach all framebuffer. */
static const struct gsp_engine *copy_engine(const struct gsp_engine_list *list)
{
	unsigned int i;

	for (i = 0; i < list->nr; i++)
		if (list->e[i].copy && !list->e[i].grce)
			return &list->e[i];
	return NULL;
}

/* No vGPU without the means to clear what it leaves. */
static int start_scrub(struct gsp_device *gsp)
{
	struct gsp_chan_host host = {
		.dev = &gsp->pdev->dev,
		.mmio = &gsp->mmio,
		.mmu = &gsp->mmu,
		.doorbell = gsp->chip->doorbell,
		.channel_class = gsp->chip->channel_class,
		.copy_class = gsp->chip->copy_class,
		.client = &gsp->client,
		.config = &gsp->config,
		.events = &gsp->events,
		.engine = copy_engine(&gsp->engines),
	};
	int ret;

	if (!host.engine)
		return -EPROTO;
	ret = gsp_chid_alloc_one(&gsp->chids, &gsp->scrub_chid);
	if (ret)
		return ret;
	host.chid = gsp->scrub_chid;
	ret = gsp_scrub_init(&host, &gsp->scrub);
	if (ret)
		gsp_chid_free(&gsp->chids, gsp->scrub_chid, 1);
	return ret;
}

static void stop_scrub(struct gsp_device *gsp)
{
	gsp_scrub_fini(gsp->scrub);
	gsp->scrub = NULL;
	gsp_chid_free(&gsp->chids, gsp->scrub_chid, 1);
}

static int internal_ctrl(struct gsp_device *gsp, enum gsp_ctrl ctrl, const void *in)
{
	return gsp_rm_ctrl(&gsp->link, gsp->config.internal.client, gsp->config.internal.subdevice,
			   ctrl, in, NULL);
}

/* All of one board in one go, in place of what an earlier host may have told. */
static int upload_types(struct gsp_device *gsp)
{
	const struct gsp_vgpu_type_list list = {
		.discard = true,
		.nr = gsp->types.nr,
		.types = gsp->types.types,
	};

	return list.nr ? internal_ctrl(gsp, GSP_CTRL_ADD_VGPU_TYPES, &list) : 0;
}

/* A bad file, or one that the firmware refuses, is none; the GPU has other uses. */
static int start_types(struct gsp_device *gsp)
{
	const bool mixed_sizes = false;
	int ret;

	ret = internal_ctrl(gsp, GSP_CTRL_SET_VGPU_MGR_CONFIG, &mixed_sizes);
	if (ret)
		return ret;
	ret = gsp_vgpu_types_load(&gsp->pdev->dev, gsp->abi, gsp->pdev->device, &gsp->types);
	if (ret)
		return ret == -ENOMEM ? ret : 0;
	ret = upload_types(gsp);
	if (!ret)
		return 0;
	gsp_vgpu_types_fini(&gsp->types);
	/* No answer is no refusal. */
	if (ret == -ETIMEDOUT || ret == -EPROTO || gsp_rpc_state(gsp->link.rpc) == GSP_RPC_DEAD)
		return ret;
	dev_err(&gsp->pdev->dev, "the firmware refuses the vGPU types: %pe\n", ERR_PTR(ret));
	return 0;
}

static void stop_types(struct gsp_device *gsp)
{
	gsp_vgpu_types_fini(&gsp->types);
}

static int start_sriov(struct gsp_device *gsp)
{
	const struct gsp_sriov_gpu gpu = {
		.pdev = gsp->pdev,
		.mmio = &gsp->mmio,
		.link = &gsp->link,
		.config = &gsp->config,
		.client = gsp->client.client,
		.subdevice = gsp->client.subdevice,
		.events = &gsp->events,
		.engines = &gsp->engines,
		.fb = &gsp->fb,
		.chids = &gsp->chids,
		.bar1 = &gsp->bar1,
		.scrub = gsp->scrub,
		.types = &gsp->types,
	};
	int ret = gsp_sriov_init(&gsp->sriov, &gpu);

	/* What goes wrong may concern a vGPU from now on. */
	if (!ret)
		WRITE_ONCE(gsp->exceptions.ops, &gsp_exception_sriov_ops);
	return ret;
}

static void stop_sriov(struct gsp_device *gsp)
{
	gsp_sriov_disable(&gsp->sriov);
	gsp_sriov_fini(&gsp->sriov);
}

/* What is nobody's own comes first, who uses it all comes last. */
static const struct {
	const char *name;
	int (*start)(struct gsp_device *gsp);
	void (*stop)(struct gsp_device *gsp);
	bool vgpu_only;
} steps[] = {
	{ "engines", start_engines },
	{ "framebuffer", start_fb, stop_fb },
	{ "channel ids", start_chids, stop_chids },
	{ "page tables", start_mmu, stop_mmu },
	{ "framebuffer aperture", start_bar1, stop_bar1 },
	{ "clearing of framebuffer", start_scrub, stop_scrub, .vgpu_only = true },
	{ "vGPU types", start_types, stop_types, .vgpu_only = true },
	{ "SR-IOV", start_sriov, stop_sriov, .vgpu_only = true },
	{ "directories of vGPU types", gsp_sysfs_types_create, gsp_sysfs_types_destroy },
	{ "clients", gsp_client_host_create, gsp_client_host_destroy },
};

/* A channel that died of it has told the reason; it may also have died of the undoing. */
static void report(struct gsp_device *gsp, const char *what, int ret)
{
	const struct gsp_rpc *rpc = gsp->link.rpc;
	const bool dead = gsp_rpc_state(rpc) == GSP_RPC_DEAD;

	if (dead && (gsp_rpc_death(rpc) == GSP_RPC_DEATH_GONE || ret == -EIO))
		return;
	dev_err(&gsp->pdev->dev, "cannot set up %s: %pe\n", what, ERR_PTR(ret));
}

static bool wanted(const struct gsp_device *gsp, unsigned int i)
{
	return gsp->vgpu_mode || !steps[i].vgpu_only;
}

/**
 * gsp_resources_start - make a GPU that runs one that others may use
 * @gsp: device, started
 *
 * Context: process context, may sleep.
 * Return: 0; the errno of the first step that fails, after one message and with
 * everything undone.
 */
int gsp_resources_start(struct gsp_device *gsp)
{
	unsigned int i;
	int ret;

	for (i = 0; i < ARRAY_SIZE(steps); i++) {
		ret = wanted(gsp, i) ? steps[i].start(gsp) : 0;
		if (ret)
			goto undo;
		gsp->resources = i + 1;
	}
	return 0;

undo:
	report(gsp, steps[i].name, ret);
	gsp_resources_stop(gsp);
	return ret;
}

/**
 * gsp_resources_stop - the mirror of gsp_resources_start()
 * @gsp: device, its firmware still running unless it has died
 *
 * Users are gone when this returns.
 *
 * Context: process context, may sleep, as long as users take to let go.
 */
void gsp_resources_stop(struct gsp_device *gsp)
{
	unsigned int i = gsp->resources;

	/* Of a GPU that was pulled nobody needs to wait for an answer. */
	if (i && gsp_mmio_gone(&gsp->mmio))
		gsp_rpc_kill(gsp->link.rpc, GSP_RPC_DEATH_GONE);
	while (i--)
		if (wanted(gsp, i) && steps[i].stop)
			steps[i].stop(gsp);
	gsp->resources = 0;
}

/**
 * gsp_resources_quiesce - end vGPUs, for the machine goes down
 * @gsp: device, its firmware still running unless it has died
 *
 * Everything else ends with the firmware. VFs stay: whoever uses one may not be
 * able to let go any more.
 *
 * Context: process context, may sleep, as long as plugins take to end.
 */
void gsp_resources_quiesce(struct gsp_device *gsp)
{
	gsp_sriov_fini(&gsp->sriov);
}
