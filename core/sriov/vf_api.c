// SPDX-License-Identifier: GPL-2.0-only
/*
 * The door for drivers of VFs: check, then call. See linux/gsp_vf.h.
 */
#include <linux/gsp_vf.h>

#include <linux/cleanup.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/log2.h>
#include <linux/pci.h>

#include "chip/regs/vgpu.h"
#include "sriov/pf.h"
#include "sriov/vf.h"
#include "sriov/vgpu.h"

#define VF_DRIVERS	"gsp-vfio-pci,gsp-vf-test"

/**
 * gsp_vf_get - begin to drive a VF
 * @pdev: VF
 * @ops: how to be told what happens to its vGPU, or NULL
 * @priv: first argument of the functions of @ops
 *
 * Context: process context, may sleep; from probe of a driver of the VF, or
 * while one is bound.
 * Return: the VF; -ENODEV if its PF is not served by gsp-core, or it is no VF;
 * -EBUSY if somebody drives it already.
 */
struct gsp_vf *gsp_vf_get(struct pci_dev *pdev, const struct gsp_vf_ops *ops, void *priv)
{
	struct gsp_vf *vf = pdev->is_virtfn ? gsp_sriov_vf_of(pdev) : NULL;

	if (!vf)
		return ERR_PTR(-ENODEV);
	guard(mutex)(&vf->client_lock);
	if (vf->held)
		return ERR_PTR(-EBUSY);
	vf->held = true;
	vf->pdev = pdev;
	vf->ops = ops;
	vf->priv = priv;
	return vf;
}
EXPORT_SYMBOL_FOR_MODULES(gsp_vf_get, VF_DRIVERS);

/**
 * gsp_vf_put - end to drive a VF
 * @vf: VF, as gsp_vf_get() gave it; invalid afterwards
 *
 * Closes it if it is open. When this returns no function of the holder's ops
 * runs, nor will.
 *
 * Context: process context, sleeps as gsp_vf_close(); not from a function of the
 * ops.
 */
void gsp_vf_put(struct gsp_vf *vf)
{
	gsp_vgpu_destroy(vf);
	guard(mutex)(&vf->client_lock);
	vf->ops = NULL;
	vf->priv = NULL;
	vf->pdev = NULL;
	vf->held = false;
}
EXPORT_SYMBOL_FOR_MODULES(gsp_vf_put, VF_DRIVERS);

/* What the type wants, if the VF has it. */
static u64 fb_bar_size(struct gsp_vf *vf)
{
	u64 size = pci_resource_len(vf->pdev, vf->sriov->host.fb_bar);
	u64 wanted = vf->type->bar1_length;

	return is_power_of_2(wanted) && wanted < size ? wanted : size;
}

/**
 * gsp_vf_view - what a guest of the VF sees
 * @vf: VF
 * @view: to fill in
 *
 * It depends on the type, so it is constant only while the VF is open.
 *
 * Context: process context, may sleep.
 * Return: 0; -ENODEV if the VF has no type.
 */
int gsp_vf_view(struct gsp_vf *vf, struct gsp_vf_view *view)
{
	const struct gsp_vgpu_host *host = &vf->sriov->host;
	const struct gsp_vgpu_type *type;

	guard(mutex)(&vf->sriov->lock);
	type = vf->type;
	if (!type)
		return -ENODEV;
	*view = (struct gsp_vf_view) {
		.subsystem_vendor = PCI_VENDOR_ID_NVIDIA,
		.subsystem_device = type->vdev_id & 0xffff,
		.device = type->vdev_id >> 16 ?: vf->pdev->device,
		.fb_bar = host->fb_bar,
		.fb_bar_size = fb_bar_size(vf),
	};
	/* A single vGPU may keep its TLBs to itself. */
	if (host->trap_tlb_page && type->max_instance > 1)
		view->traps[view->nr_traps++] = (struct gsp_vf_trap) {
			.offset = GSP_VF_TLB_PAGE,
			.size = GSP_VF_TLB_PAGE_SIZE,
			.busy = GSP_VF_INVALIDATE,
			.busy_mask = GSP_VF_INVALIDATE_TRIGGER,
		};
	return 0;
}
EXPORT_SYMBOL_FOR_MODULES(gsp_vf_view, VF_DRIVERS);

/**
 * gsp_vf_open - make the vGPU that the VF is provisioned as
 * @vf: VF whose function was reset
 * @open: who wants it
 *
 * Its framebuffer holds zeroes; DMA is allowed.
 *
 * Context: process context, sleeps up to the deadlines of the steps that it
 * takes: some ms when all goes well, 2 minutes when each is nearly too late.
 * Return: 0; -ENODEV if the VF has no type, VFs are being disabled, or the GPU
 * is gone; -EBUSY if it is open already; -ENOSPC if what its type needs is not to
 * be had; -ECANCELED if it was closed meanwhile; -ETIMEDOUT, -EREMOTEIO, or what
 * GSP-RM answered, if the firmware did not do its part; -EIO if it died, has not
 * let go of an earlier vGPU, or cannot clear framebuffer any more, and if the
 * vGPU is open and broken; -ENOMEM. After an error the VF is as it was: closed,
 * unless it was open before.
 */
int gsp_vf_open(struct gsp_vf *vf, const struct gsp_vf_open *open)
{
	return gsp_vgpu_create(vf, open);
}
EXPORT_SYMBOL_FOR_MODULES(gsp_vf_open, VF_DRIVERS);

/**
 * gsp_vf_close - end the vGPU of a VF
 * @vf: VF, open or not, or about to be opened by another thread
 *
 * The guest must have lost all access to the VF. Always ends clean: what cannot
 * be cleared, or what the firmware does not let go of, is never used again.
 *
 * Context: process context, sleeps up to the deadlines of the steps that it
 * takes; not from a function of the holder's ops.
 */
void gsp_vf_close(struct gsp_vf *vf)
{
	gsp_vgpu_destroy(vf);
}
EXPORT_SYMBOL_FOR_MODULES(gsp_vf_close, VF_DRIVERS);

/**
 * gsp_vf_reset - bring an open VF's vGPU to the state that it was opened in
 * @vf: VF that the guest does not access meanwhile
 *
 * A function level reset of the VF does not reach the vGPU: this does. Its
 * framebuffer holds zeroes afterwards, and DMA is allowed, as after gsp_vf_open().
 * If it fails, the vGPU can only be closed.
 *
 * Context: process context, sleeps up to the deadlines of the steps that it
 * takes, and until another thread's message or reset is done.
 * Return: 0; -ENODEV if the VF is not open, or the GPU is gone; -EBUSY while
 * it is being opened or closed; -ECANCELED if it was closed meanwhile; -EIO if
 * the vGPU or the firmware is dead; -ETIMEDOUT or -EREMOTEIO if the plugin did
 * not do it; -ETIMEDOUT, -EIO or -ENOSPC if framebuffer was not cleared; -ENOMEM.
 */
int gsp_vf_reset(struct gsp_vf *vf)
{
	return gsp_vgpu_reset(vf);
}
EXPORT_SYMBOL_FOR_MODULES(gsp_vf_reset, VF_DRIVERS);

/**
 * gsp_vf_set_bus_master - the guest has switched bus mastering
 * @vf: open VF
 * @enable: it is on now
 *
 * The plugin is told; the bit in the VF's configuration space is the caller's.
 *
 * Context: process context, sleeps up to the deadline of a message, and until
 * another thread's message or reset is done.
 * Return: as gsp_vf_reset(), without -ENOSPC. After -EREMOTEIO and -ENOMEM the
 * vGPU goes on; if it does not, its driver is told by %GSP_VF_EVENT_DEAD.
 */
int gsp_vf_set_bus_master(struct gsp_vf *vf, bool enable)
{
	return gsp_vgpu_bme(vf, enable);
}
EXPORT_SYMBOL_FOR_MODULES(gsp_vf_set_bus_master, VF_DRIVERS);
