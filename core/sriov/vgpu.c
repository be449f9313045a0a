// SPDX-License-Identifier: GPL-2.0-only
/*
 * vGPUs are made and unmade by whoever opens and closes the VF, in its own
 * thread, while the state says that nobody else may touch them; no lock is held.
 *
 * What the firmware may still have in the end is not used again: memory and
 * channel ids are quarantined, and if it may still know the GFID, the VF is lost.
 * The same goes for memory that could not be cleared.
 */
#include "sriov/vgpu.h"

#include <kunit/visibility.h>
#include <linux/align.h>
#include <linux/cleanup.h>
#include <linux/delay.h>
#include <linux/dev_printk.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/sizes.h>
#include <linux/string.h>

#include "sriov/internal.h"
#include "sriov/share.h"
#include "sriov/vf.h"

/* What NVIDIA's own host gives a plugin; the rest of the ids are the guest's. */
#define PLUGIN_CHANNELS	3U

/* How far the making of a vGPU got. */
enum reached {
	CLAIMED,
	DIRTY,		/* it has memory that could not be cleared */
	CLEAN,
	MAPPED,
	UNSURE,		/* nobody knows whether the firmware has a plugin */
	BOOTED,
	TALKING,
};

/* ---- steps upwards ---- */

static int claim(struct gsp_vf *vf, const struct gsp_vf_open *open)
{
	int ret;

	guard(mutex)(&vf->sriov->lock);
	if (vf->sriov->closed || !vf->type)
		return -ENODEV;
	ret = vgpu_dead(vf) ?: gsp_vgpu_step(vf, GSP_VGPU_OPEN);
	if (ret)
		return ret;
	vf->opener.pid = open->pid;
	get_task_comm(vf->opener.name, current);
	vf->stats = (struct gsp_vf_stats) {};
	return 0;
}

static int reserve(struct gsp_vf *vf)
{
	guard(mutex)(&vf->sriov->lock);
	if (vf->share.ranges)
		return 0;
	return vgpu_report(vf, "nothing is left for it", gsp_share_reserve_locked(vf, vf->type));
}

/* @with_heap: that of the plugin too */
static int clear(struct gsp_vf *vf, bool with_heap)
{
	const struct gsp_vgpu_host *host = &vf->sriov->host;
	int ret;

	ret = host->ops->scrub(host->ctx, vf->share.ranges, vf->share.nr_fb + with_heap,
			       host->timeouts->scrub);
	return vgpu_report(vf, "its framebuffer is not cleared", ret);
}

/* A lack of memory for a moment must not cost framebuffer, nor leave a plugin behind. */
static bool try_again(int err)
{
	if (err == -ENOMEM)
		msleep(100);
	return err == -ENOMEM;
}

static int clear_at_last(struct gsp_vf *vf)
{
	int ret = clear(vf, true);

	return try_again(ret) ? clear(vf, true) : ret;
}

static int show(struct gsp_vf *vf)
{
	const struct gsp_vgpu_host *host = &vf->sriov->host;
	const struct gsp_fb_range shared = {
		.addr = gsp_share_heap(&vf->share)->addr,
		.size = ALIGN(host->abi->plugin->layout.total, SZ_4K),
	};
	int ret;

	guard(mutex)(&vf->map_lock);
	ret = host->ops->map(host->ctx, &shared, &vf->map);
	if (ret)
		return vgpu_report(vf, "its plugin's memory is not mapped", ret);
	ret = gsp_plugin_attach(&vf->plugin, vf->map.cpu);
	if (ret)
		host->ops->unmap(host->ctx, &vf->map);
	return ret;
}

static u32 plugin_channels(const struct gsp_vf *vf)
{
	const struct gsp_abi_vgpu *abi = vf->sriov->host.abi->vgpu;

	return min3(vf->share.nr_chids, abi->max_plugin_channels, PLUGIN_CHANNELS);
}

static int bootload(struct gsp_vf *vf)
{
	const struct gsp_vgpu_host *host = &vf->sriov->host;
	const struct gsp_fb_range *heap = gsp_share_heap(&vf->share);
	const struct gsp_vgpu_bootload params = {
		.sbdf = vf->sbdf,
		.gfid = vf->gfid,
		.vm_pid = vf->opener.pid,
		.nr_channels = vf->share.nr_chids,
		.nr_plugin_channels = plugin_channels(vf),
		.chid_offset = vf->share.chid,
		.engines = host->engines,
		.fb = vf->share.ranges,
		.nr_fb = vf->share.nr_fb,
		.heap_addr = heap->addr,
		.heap_size = heap->size,
	};

	return vgpu_report(vf, "GSP-RM does not start its plugin",
			   host->ops->ctrl(host->ctx, GSP_CTRL_VGPU_BOOTLOAD, &params));
}

/* What can only mean that the firmware did nothing; other errors are its silence. */
static bool is_refusal(int err)
{
	return err != -ETIMEDOUT && err != -EPROTO && err != -EIO && err != -ENODEV;
}

static int configure(struct gsp_vf *vf, const struct gsp_vf_open *open)
{
	const struct gsp_vgpu_host *host = &vf->sriov->host;
	struct gsp_plugin_config config = {
		.sbdf = vf->sbdf,
		.instance = vf->gfid,
		.type = vf->type->id,
		.vm_pid = open->pid,
		.nr_channels = vf->share.nr_chids,
		.nr_plugin_channels = plugin_channels(vf),
		.placement = gsp_share_placement(&vf->share, vf->type),
		.host_page_size = PAGE_SIZE,
		.enable_uvm = vf->params.enable_uvm,
	};

	memcpy(config.uuid, open->uuid, sizeof(config.uuid));
	return gsp_plugin_config(&vf->plugin, &config, host->timeouts->message);
}

static int talk(struct gsp_vf *vf, const struct gsp_vf_open *open)
{
	const struct gsp_vgpu_timeouts *t = vf->sriov->host.timeouts;
	struct gsp_plugin *p = &vf->plugin;
	int ret;

	/* 7. */
	ret = vgpu_report(vf, "its plugin does not come up", gsp_plugin_wait_up(p, t->up));
	if (ret)
		return ret;
	/* 8. */
	ret = vgpu_report(vf, "no version is agreed on", gsp_plugin_version(p, t->message));
	if (ret)
		return ret;
	/* 9. */
	ret = vgpu_report(vf, "its configuration is refused", configure(vf, open));
	if (ret)
		return ret;
	/* 10. */
	return vgpu_report(vf, "bus mastering is refused", gsp_plugin_bme(p, true, t->message));
}

/* ---- steps downwards ---- */

static int ctrl(struct gsp_vf *vf, enum gsp_ctrl ctrl, enum reached reached, const char *what)
{
	const struct gsp_vgpu_host *host = &vf->sriov->host;
	int ret = host->ops->ctrl(host->ctx, ctrl, &vf->gfid);

	if (try_again(ret))
		ret = host->ops->ctrl(host->ctx, ctrl, &vf->gfid);
	if (ret == -ENOENT && reached == UNSURE)
		return 0;
	return vgpu_report(vf, what, ret);
}

/* A plugin that crashed will not say that it has ended. */
static int shut_down(struct gsp_vf *vf, enum reached reached)
{
	const struct gsp_vgpu_timeouts *t = vf->sriov->host.timeouts;
	struct gsp_plugin *p = &vf->plugin;
	int ret;

	ret = ctrl(vf, GSP_CTRL_VGPU_SHUTDOWN, reached, "GSP-RM does not shut its plugin down");
	if (ret || READ_ONCE(p->crashed) || reached == UNSURE)
		return ret;
	ret = gsp_plugin_wait_unloaded(p, t->unload);
	return READ_ONCE(p->crashed) ? 0 : vgpu_report(vf, "its plugin does not end", ret);
}

/*
 * Returns GSP_SHARE_*: what is not safe to be used again. *lost: GSP-RM may still
 * have the GFID.
 */
static unsigned int stop(struct gsp_vf *vf, enum reached reached, bool *lost)
{
	const struct gsp_vgpu_timeouts *t = vf->sriov->host.timeouts;
	unsigned int unsafe = 0;

	/* 1. */
	if (reached == TALKING)
		vgpu_report(vf, "bus mastering is not switched off",
			    gsp_plugin_bme(&vf->plugin, false, t->message));
	/* 2. and 3. */
	if (shut_down(vf, reached))
		unsafe = GSP_SHARE_FB | GSP_SHARE_CHIDS;
	/* 4. */
	else if (clear_at_last(vf))
		unsafe = GSP_SHARE_FB;
	/* 5. */
	if (ctrl(vf, GSP_CTRL_VGPU_CLEANUP, reached, "GSP-RM does not clean up after it")) {
		unsafe = GSP_SHARE_FB | GSP_SHARE_CHIDS;
		*lost = true;
	}
	return unsafe;
}

static void hide(struct gsp_vf *vf)
{
	const struct gsp_vgpu_host *host = &vf->sriov->host;

	guard(mutex)(&vf->map_lock);
	gsp_plugin_detach(&vf->plugin);
	host->ops->unmap(host->ctx, &vf->map);
}

static void settle(struct gsp_vf *vf, unsigned int unsafe, bool lost)
{
	const struct gsp_vgpu_host *host = &vf->sriov->host;

	if (unsafe) {
		guard(mutex)(&vf->sriov->lock);
		gsp_share_quarantine_locked(vf, unsafe);
		if (!vgpu_dead(vf))
			dev_warn(vf->sriov->dev,
				 "vGPU of VF %u: its %s not used again%s\n", vf->gfid - 1,
				 unsafe & GSP_SHARE_CHIDS ? "framebuffer and channel ids are" :
				 "framebuffer is", lost ? ", nor is the VF" : "");
	}
	/* What was said of this one must not be taken for news of the next. */
	host->ops->flush(host->ctx);
	gsp_vgpu_step(vf, lost ? GSP_VGPU_LOSE : GSP_VGPU_CLOSED);
}

/* The state is STOPPING. */
static void take_down(struct gsp_vf *vf, enum reached reached)
{
	unsigned int unsafe = reached == DIRTY ? GSP_SHARE_FB : 0;
	bool lost = false;

	if (reached >= UNSURE)
		unsafe = stop(vf, reached, &lost);
	/* 6. */
	if (reached >= MAPPED)
		hide(vf);
	/* 7. */
	settle(vf, unsafe, lost);
}

/* ---- the life ---- */

/*
 * 1. The VF is ours alone.
 * 2. Framebuffer, channel ids and plugin heap are reserved, if they are not.
 * 3. Framebuffer and heap are cleared.
 * 4. What host and plugin share of the heap is mapped through BAR1,
 * 5. and prepared.
 * 6. The firmware starts the plugin.
 * 7. The plugin says that it is up.
 * 8. A version is agreed on.
 * 9. The plugin is told what the vGPU is.
 * 10. The VF may do DMA.
 */
static int make(struct gsp_vf *vf, const struct gsp_vf_open *open, enum reached *reached)
{
	int ret;

	/* 2. */
	*reached = CLAIMED;
	ret = reserve(vf);
	if (ret)
		return ret;
	/* 3. */
	*reached = DIRTY;
	ret = clear(vf, true);
	/* Then nothing was tried: it is as dirty as memory of nobody is. */
	if (!ret || ret == -ENOMEM || ret == -ENOSPC)
		*reached = CLEAN;
	if (ret)
		return ret;
	/* 4. and 5. */
	ret = show(vf);
	if (ret)
		return ret;
	/* 6. */
	*reached = MAPPED;
	ret = vgpu_stopped(vf);
	if (ret)
		return ret;
	ret = bootload(vf);
	if (ret) {
		if (!is_refusal(ret))
			*reached = UNSURE;
		return ret;
	}
	/* 7. to 10. */
	*reached = BOOTED;
	ret = talk(vf, open);
	if (ret)
		return ret;
	return gsp_vgpu_step(vf, GSP_VGPU_UP);
}

/**
 * gsp_vgpu_create - make the vGPU that a VF is provisioned as
 * @vf: VF
 * @open: who wants it
 *
 * Context: process context, sleeps up to the deadlines of its steps.
 * Return: 0; -ENODEV if the VF has no type, or VFs are being disabled; -EBUSY
 * if it has a vGPU; -ENOSPC if what its type needs is not to be had any more;
 * -ECANCELED if it was closed meanwhile; -ETIMEDOUT or -EREMOTEIO if the plugin
 * is silent or refuses; -EIO if it has crashed, the VF is lost or the firmware
 * is dead; -ENODEV if the GPU is gone; -ENOMEM; as gsp_rm_ctrl(), gsp_scrub_run()
 * and gsp_bar1_map(). After an error there is no vGPU.
 */
int gsp_vgpu_create(struct gsp_vf *vf, const struct gsp_vf_open *open)
{
	enum reached reached;
	int ret;

	/* 1. */
	ret = claim(vf, open);
	if (ret)
		return ret;
	ret = make(vf, open, &reached);
	if (!ret)
		return 0;

	gsp_vgpu_step(vf, GSP_VGPU_GIVE_UP);
	take_down(vf, reached);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_vgpu_create);

/**
 * gsp_vgpu_destroy - end a vGPU
 * @vf: VF with a vGPU, one in the making, or none
 *
 * The guest must not reach the VF any more. When this returns there is no vGPU;
 * what it had is cleared or quarantined.
 *
 * 1. DMA is switched off.
 * 2. The firmware is told to end the plugin.
 * 3. The plugin has ended.
 * 4. Framebuffer and heap are cleared. The copy engine writes through the same
 *    cache as the guest did, so nothing needs to be flushed before.
 * 5. The firmware forgets the vGPU.
 * 6. The shared memory is unmapped.
 * 7. What is unsafe is quarantined; what is not stays reserved for the VF.
 *
 * Context: process context, sleeps up to the deadlines of its steps and of what
 * another thread is doing with the vGPU.
 */
void gsp_vgpu_destroy(struct gsp_vf *vf)
{
	enum gsp_vgpu_state was;

	while (vgpu_step_from(vf, GSP_VGPU_CLOSE, &was)) {
		if (!gsp_vgpu_state_working(was))
			return;
		scoped_guard(spinlock, &vf->lock)
			vf->abort = true;
		gsp_plugin_wake(&vf->plugin);
		wait_event(vf->wait, !gsp_vgpu_state_working(gsp_vgpu_state(vf)));
	}
	take_down(vf, was == GSP_VGPU_RUNNING ? TALKING : BOOTED);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_vgpu_destroy);

/* Whoever else has a message under way is waited for. */
static int begin(struct gsp_vf *vf)
{
	enum gsp_vgpu_state was;
	int ret;

	do {
		wait_event(vf->wait, gsp_vgpu_state(vf) != GSP_VGPU_BUSY);
		ret = vgpu_step_from(vf, GSP_VGPU_WORK, &was);
	} while (ret && was == GSP_VGPU_BUSY);
	return ret ? vgpu_dead(vf) ?: ret : 0;
}

/* @fatal: the vGPU is of no use after this error */
static int end(struct gsp_vf *vf, int ret, bool fatal)
{
	if (fatal)
		gsp_vgpu_break(vf);
	gsp_vgpu_step(vf, GSP_VGPU_DONE);
	return ret;
}

/* Nobody else writes to framebuffer while it is cleared. */
static int run_reset(struct gsp_vf *vf)
{
	const struct gsp_vgpu_timeouts *t = vf->sriov->host.timeouts;
	struct gsp_plugin *p = &vf->plugin;
	int ret;

	/* 1. */
	ret = vgpu_report(vf, "bus mastering is not switched off",
			  gsp_plugin_bme(p, false, t->message));
	if (ret)
		return ret;
	/* 2. */
	ret = vgpu_report(vf, "it is not reset", gsp_plugin_reset(p, t->message));
	if (ret)
		return ret;
	/* 3. */
	ret = clear(vf, false);
	if (ret)
		return ret;
	/* 4. */
	return vgpu_report(vf, "bus mastering is refused", gsp_plugin_bme(p, true, t->message));
}

/**
 * gsp_vgpu_reset - bring a vGPU to the state that it was created in
 * @vf: VF with a vGPU that the guest does not reach meanwhile
 *
 * 1. DMA is switched off.
 * 2. The plugin resets what it knows.
 * 3. Framebuffer is cleared; the plugin's heap is not.
 * 4. DMA is allowed, as after creation.
 *
 * If this fails the vGPU is broken and can only be closed.
 *
 * Context: process context, sleeps up to the deadlines of its steps.
 * Return: 0; -ENODEV without a vGPU; -EBUSY if it is being made or ended; -EIO
 * if it is broken; -ECANCELED if it was closed meanwhile; -ETIMEDOUT or
 * -EREMOTEIO if the plugin is silent or refuses; as gsp_scrub_run().
 */
int gsp_vgpu_reset(struct gsp_vf *vf)
{
	int ret = begin(vf);

	if (ret)
		return ret;
	ret = run_reset(vf);
	return end(vf, ret, ret);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_vgpu_reset);

/**
 * gsp_vgpu_bme - the guest has switched bus mastering
 * @vf: VF with a vGPU
 * @enable: it is on now
 *
 * Context: process context, sleeps up to the deadline of a message.
 * Return: as gsp_vgpu_reset(); -ENOMEM. The vGPU survives a refusal.
 */
int gsp_vgpu_bme(struct gsp_vf *vf, bool enable)
{
	int ret = begin(vf);

	if (ret)
		return ret;
	ret = vgpu_report(vf, "bus mastering is not switched",
			  gsp_plugin_bme(&vf->plugin, enable, vf->sriov->host.timeouts->message));
	return end(vf, ret, ret && ret != -ENOMEM && ret != -EREMOTEIO);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_vgpu_bme);
