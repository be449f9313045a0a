// SPDX-License-Identifier: GPL-2.0-only
#include "sriov/host.h"

#include "chan/scrub.h"
#include "chip/regs/vgpu.h"
#include "mmio/mmio.h"
#include "part/chid.h"
#include "part/fb.h"
#include "rm/rm.h"
#include "rpc/call.h"
#include "rpc/rpc.h"

/*
 * The plugin's watchdog on what a guest asks takes 10 s; the vendor's driver
 * gives a shutdown 30 s when many objects have to go. A scrub of the largest
 * board is bound by its memory, not by this.
 */
static const struct gsp_vgpu_timeouts timeouts = {
	.up = 10000,
	.message = 30000,
	.unload = 10000,
	.scrub = 30000,
};

static int fb_alloc(void *ctx, unsigned int nr, struct gsp_fb_range *ranges,
		    unsigned int max_ranges, unsigned int *nr_ranges)
{
	const struct gsp_sriov_gpu *gpu = ctx;

	return gsp_fb_alloc_segments(gpu->fb, nr, ranges, max_ranges, nr_ranges);
}

static void fb_free(void *ctx, const struct gsp_fb_range *ranges, unsigned int nr)
{
	const struct gsp_sriov_gpu *gpu = ctx;

	gsp_fb_free_segments(gpu->fb, ranges, nr);
}

static int heap_alloc(void *ctx, u64 size, u64 *addr)
{
	const struct gsp_sriov_gpu *gpu = ctx;

	return gsp_fb_alloc(gpu->fb, size, SZ_4K, addr);
}

static void heap_free(void *ctx, u64 addr, u64 size)
{
	const struct gsp_sriov_gpu *gpu = ctx;

	gsp_fb_free(gpu->fb, addr, size);
}

static int chid_alloc(void *ctx, unsigned int nr, u32 *first)
{
	const struct gsp_sriov_gpu *gpu = ctx;

	return gsp_chid_alloc(gpu->chids, nr, first);
}

static void chid_free(void *ctx, u32 first, unsigned int nr)
{
	const struct gsp_sriov_gpu *gpu = ctx;

	gsp_chid_free(gpu->chids, first, nr);
}

static void fb_quarantine(void *ctx, const struct gsp_fb_range *ranges, unsigned int nr)
{
	const struct gsp_sriov_gpu *gpu = ctx;

	gsp_fb_quarantine(gpu->fb, ranges, nr);
}

static void chid_quarantine(void *ctx, u32 first, unsigned int nr)
{
	const struct gsp_sriov_gpu *gpu = ctx;

	gsp_chid_quarantine(gpu->chids, first, nr);
}

static void fb_stats(void *ctx, struct gsp_fb_stats *stats)
{
	const struct gsp_sriov_gpu *gpu = ctx;

	gsp_fb_stats(gpu->fb, stats);
}

static unsigned int chid_room(void *ctx)
{
	const struct gsp_sriov_gpu *gpu = ctx;
	struct gsp_chid_stats stats;

	gsp_chid_stats(gpu->chids, &stats);
	return stats.free;
}

static int map(void *ctx, const struct gsp_fb_range *range, struct gsp_bar1_map *map)
{
	const struct gsp_sriov_gpu *gpu = ctx;

	return gsp_bar1_map(gpu->bar1, range, 1, map);
}

static void unmap(void *ctx, struct gsp_bar1_map *map)
{
	const struct gsp_sriov_gpu *gpu = ctx;

	gsp_bar1_unmap(gpu->bar1, map);
}

static int scrub(void *ctx, const struct gsp_fb_range *ranges, unsigned int nr,
		 unsigned int timeout_ms)
{
	const struct gsp_sriov_gpu *gpu = ctx;

	return gsp_scrub_run(gpu->scrub, ranges, nr, timeout_ms);
}

/* The controls of vGPUs go to an object that no client can free. */
static int ctrl(void *ctx, enum gsp_ctrl ctrl, const void *in)
{
	const struct gsp_sriov_gpu *gpu = ctx;

	return gsp_rm_ctrl(gpu->link, gpu->config->internal.client,
			   gpu->config->internal.subdevice, ctrl, in, NULL);
}

/* Read back: the plugin is told before the caller begins to wait. */
static void ring(void *ctx, u32 gfid)
{
	const struct gsp_sriov_gpu *gpu = ctx;

	gsp_wr32(gpu->mmio, GSP_PRIV_DOORBELL, gfid * GSP_PRIV_DOORBELL_PER_GFID +
		 GSP_PRIV_DOORBELL_PLUGIN);
	gsp_rd32(gpu->mmio, GSP_PRIV_DOORBELL);
}

/* Who waits for a plugin sends nothing that would fail: it has to look. */
static int dead(void *ctx)
{
	const struct gsp_sriov_gpu *gpu = ctx;

	if (gsp_mmio_gone(gpu->mmio))
		gsp_rpc_kill(gpu->link->rpc, GSP_RPC_DEATH_GONE);
	return gsp_rpc_look(gpu->link->rpc);
}

static void flush(void *ctx)
{
	const struct gsp_sriov_gpu *gpu = ctx;

	gsp_event_queue_flush(gpu->events);
}

static const struct gsp_vgpu_host_ops host_ops = {
	.fb_alloc = fb_alloc,
	.fb_free = fb_free,
	.heap_alloc = heap_alloc,
	.heap_free = heap_free,
	.chid_alloc = chid_alloc,
	.chid_free = chid_free,
	.fb_quarantine = fb_quarantine,
	.chid_quarantine = chid_quarantine,
	.fb_stats = fb_stats,
	.chid_room = chid_room,
	.map = map,
	.unmap = unmap,
	.scrub = scrub,
	.ctrl = ctrl,
	.ring = ring,
	.dead = dead,
	.flush = flush,
};

/**
 * gsp_vgpu_host_init - learn what vGPUs must know of a GPU
 * @host: to fill in
 * @gpu: the GPU; stays as long as @host does
 *
 * Context: process context, may sleep up to the deadline of a call.
 * Return: as gsp_rm_ctrl().
 */
int gsp_vgpu_host_init(struct gsp_vgpu_host *host, const struct gsp_sriov_gpu *gpu)
{
	*host = (struct gsp_vgpu_host) {
		.ops = &host_ops,
		.ctx = (void *)gpu,
		.abi = gpu->link->abi,
		.engines = gpu->engines,
		.timeouts = &timeouts,
		.fb_size = gpu->config->fb_size,
		.segment = gpu->fb->segment,
		.nr_chids = gpu->chids->nr,
		.any_nr_channels = gpu->config->sriov.any_nr_channels,
		.trap_tlb_page = gpu->config->sriov.trap_tlb_page,
		.fb_bar = gpu->config->sriov.bar_is_64bit[0] ? 2 : 1,
	};
	return gsp_rm_ctrl(gpu->link, gpu->client, gpu->subdevice, GSP_CTRL_ECC_STATUS, NULL,
			   &host->ecc);
}
