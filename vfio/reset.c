// SPDX-License-Identifier: GPL-2.0-only
/*
 * A function level reset, whoever asks for it (VFIO_DEVICE_RESET, the guest, the
 * file "reset" in sysfs), is followed by one of the vGPU, which a reset of the
 * function does not reach. If that fails the vGPU is of no use until it is
 * closed: what is mapped faults, BARs cannot be read or written, further resets
 * fail, and the guest's owner is told by the eventfd for errors.
 *
 * The PCI core calls with the device's lock held. vfio-pci-core may hold its
 * memory_lock as well, or dev_set's lock during an open, when there is no vGPU
 * yet. A lock that is taken outside of those somewhere else, or held over an
 * access to user memory, must not be taken here. &gsp_vfio_device.lock is not
 * such a lock, so the work can be done on the spot, and whoever asked for the
 * reset has it when it returns.
 */
#include "vfio_dev.h"

#include <linux/cleanup.h>
#include <linux/lockdep.h>
#include <linux/pci.h>

/**
 * gsp_vfio_ready - wait until the BARs of a VF may be reached
 * @g: open VF
 *
 * Context: process context, sleeps while it is reset.
 * Return: 0; -EIO if its vGPU is of no use any more; -EINTR if the caller is killed.
 */
int gsp_vfio_ready(struct gsp_vfio_device *g)
{
	if (wait_event_killable(g->wait, !READ_ONCE(g->resetting)))
		return -EINTR;
	return READ_ONCE(g->error) ? -EIO : 0;
}

static struct gsp_vfio_device *device_of(struct pci_dev *pdev)
{
	struct vfio_pci_core_device *core = dev_get_drvdata(&pdev->dev);

	return gsp_vfio_of(&core->vdev);
}

/* A guest that did not ask for the reset must not notice more than it has to. */
static void reset_prepare(struct pci_dev *pdev)
{
	struct gsp_vfio_device *g = device_of(pdev);

	if (!g->vf)
		return;
	WRITE_ONCE(g->resetting, true);
	gsp_vfio_zap(g);
}

static void reset_vgpu_locked(struct gsp_vfio_device *g)
{
	lockdep_assert_held(&g->lock);
	if (!g->opened || READ_ONCE(g->error))
		return;
	if (gsp_vf_reset(g->vf)) {
		/* gsp-core says so as well, but perhaps later. */
		gsp_vfio_fail(g);
		return;
	}
	/* DMA is allowed now, and the VF has got back what it had. */
	g->bus_master = true;
	gsp_vfio_sync_master_locked(g);
}

static void reset_done(struct pci_dev *pdev)
{
	struct gsp_vfio_device *g = device_of(pdev);

	if (!g->vf)
		return;
	scoped_guard(mutex, &g->lock)
		reset_vgpu_locked(g);
	WRITE_ONCE(g->resetting, false);
	wake_up_all(&g->wait);
}

const struct pci_error_handlers gsp_vfio_err_handlers = {
	.error_detected = vfio_pci_core_aer_err_detected,
	.reset_prepare = reset_prepare,
	.reset_done = reset_done,
};
