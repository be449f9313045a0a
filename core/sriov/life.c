// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where a vGPU is in its life, and what follows from it.
 */
#include "sriov/vgpu.h"

#include <kunit/visibility.h>
#include <linux/cleanup.h>
#include <linux/dev_printk.h>
#include <linux/errno.h>
#include <linux/export.h>

#include "sriov/internal.h"
#include "sriov/vf.h"

/**
 * vgpu_step_from - something happens to a vGPU
 * @vf: its VF
 * @step: what happens
 * @was: set to where it was before, also if that is refused
 *
 * Context: any.
 * Return: as gsp_vgpu_state_next().
 */
int vgpu_step_from(struct gsp_vf *vf, enum gsp_vgpu_step step, enum gsp_vgpu_state *was)
{
	enum gsp_vgpu_state next;
	int ret;

	scoped_guard(spinlock, &vf->lock) {
		*was = vf->state;
		ret = gsp_vgpu_state_next(vf->state, step, &next);
		if (ret)
			return ret;
		if (step == GSP_VGPU_OPEN)
			vf->abort = false;
		vf->state = next;
	}
	wake_up_all(&vf->wait);
	return 0;
}

/**
 * gsp_vgpu_step - something happens to a vGPU
 * @vf: its VF
 * @what: what happens
 *
 * Context: any.
 * Return: as gsp_vgpu_state_next().
 */
int gsp_vgpu_step(struct gsp_vf *vf, enum gsp_vgpu_step what)
{
	enum gsp_vgpu_state was;

	return vgpu_step_from(vf, what, &was);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_vgpu_step);

/**
 * gsp_vgpu_state - where a vGPU is in its life
 * @vf: its VF
 *
 * Context: any.
 * Return: state; somebody else may change it at once.
 */
enum gsp_vgpu_state gsp_vgpu_state(struct gsp_vf *vf)
{
	guard(spinlock)(&vf->lock);
	return vf->state;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_vgpu_state);

/**
 * gsp_vgpu_is_open - whether a VF has a vGPU, or is about to
 * @vf: VF
 *
 * Context: any. With &gsp_sriov.lock held, a no stays true.
 * Return: yes or no.
 */
bool gsp_vgpu_is_open(struct gsp_vf *vf)
{
	enum gsp_vgpu_state state = gsp_vgpu_state(vf);

	return state != GSP_VGPU_IDLE && state != GSP_VGPU_LOST;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_vgpu_is_open);

/**
 * vgpu_tell - tell the driver of a VF of an event
 * @vf: its VF
 * @event: what happened
 *
 * Context: process context, may sleep.
 */
void vgpu_tell(struct gsp_vf *vf, enum gsp_vf_event event)
{
	guard(mutex)(&vf->client_lock);
	if (vf->ops && vf->ops->event)
		vf->ops->event(vf->priv, event);
}

/* Whoever closes it knows. */
static bool is_closing(struct gsp_vf *vf)
{
	guard(spinlock)(&vf->lock);
	return vf->abort;
}

/**
 * gsp_vgpu_break - a vGPU has ended unasked
 * @vf: its VF
 *
 * Whoever waits for it stops waiting; whoever has it open is told, once, however
 * many find out.
 *
 * Context: process context, may sleep.
 */
void gsp_vgpu_break(struct gsp_vf *vf)
{
	enum gsp_vgpu_state was;

	vgpu_step_from(vf, GSP_VGPU_BREAK, &was);
	gsp_plugin_wake(&vf->plugin);
	if ((was == GSP_VGPU_RUNNING || was == GSP_VGPU_BUSY) && !is_closing(vf))
		vgpu_tell(vf, GSP_VF_EVENT_DEAD);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_vgpu_break);

/**
 * vgpu_dead - whether the firmware can be talked to
 * @vf: any VF
 *
 * Context: any.
 * Return: 0 if it can, -EIO, or -ENODEV if the GPU is gone.
 */
int vgpu_dead(struct gsp_vf *vf)
{
	const struct gsp_vgpu_host *host = &vf->sriov->host;

	return host->ops->dead(host->ctx);
}

/**
 * vgpu_report - log that something about a vGPU fails
 * @vf: its VF
 * @what: what fails
 * @ret: errno; 0 if it does not
 *
 * One failure, one message; of a dead GPU there was one, and who closes a vGPU in
 * the making knows what he does.
 *
 * Context: any.
 * Return: @ret.
 */
int vgpu_report(struct gsp_vf *vf, const char *what, int ret)
{
	if (ret && ret != -ECANCELED && !vgpu_dead(vf))
		dev_err(vf->sriov->dev, "vGPU of VF %u: %s: %pe\n", vf->gfid - 1, what,
			ERR_PTR(ret));
	return ret;
}

/* ---- what the plugin needs of its vGPU ---- */

static void ring(void *ctx)
{
	struct gsp_vf *vf = ctx;
	const struct gsp_vgpu_host *host = &vf->sriov->host;

	host->ops->ring(host->ctx, vf->gfid);
}

/**
 * vgpu_stopped - why not to go on
 * @vf: VF that the caller works on
 *
 * Taking it down is nothing that one who wants it down could want to stop.
 *
 * Context: any.
 * Return: 0 to go on; -ECANCELED if somebody wants it closed; -EIO if it has
 * crashed; as vgpu_dead().
 */
int vgpu_stopped(struct gsp_vf *vf)
{
	int ret = vgpu_dead(vf);

	if (ret)
		return ret;
	guard(spinlock)(&vf->lock);
	if (vf->state == GSP_VGPU_STOPPING)
		return 0;
	if (vf->state == GSP_VGPU_FAILING)
		return -EIO;
	return vf->abort ? -ECANCELED : 0;
}

static int stopped(void *ctx)
{
	return vgpu_stopped(ctx);
}

static const struct gsp_plugin_ops plugin_ops = {
	.ring = ring,
	.stopped = stopped,
};

/**
 * gsp_vgpu_init - a VF without a vGPU
 * @vf: zeroed, @vf->sriov and @vf->gfid set
 *
 * There is nothing to undo.
 *
 * Context: any.
 */
void gsp_vgpu_init(struct gsp_vf *vf)
{
	spin_lock_init(&vf->lock);
	init_waitqueue_head(&vf->wait);
	mutex_init(&vf->map_lock);
	mutex_init(&vf->client_lock);
	vf->params.enable_uvm = true;
	gsp_plugin_init(&vf->plugin, vf->sriov->host.abi->plugin, &plugin_ops, vf);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_vgpu_init);
