// SPDX-License-Identifier: GPL-2.0-only
/*
 * What happens to a vGPU unasked. Only its end is of interest here: what else
 * gsp-core has to say the guest knows by itself.
 *
 * That the PF goes is no event: its driver removes the VFs first, and VFIO asks
 * whoever has one open to let go of it.
 */
#include "vfio_dev.h"

#include <linux/atomic.h>
#include <linux/cleanup.h>
#include <linux/pci.h>
#include <linux/rwsem.h>

/**
 * gsp_vfio_signal_error - tell whoever has a VF open of an error
 * @g: open VF
 *
 * Context: any.
 */
void gsp_vfio_signal_error(struct gsp_vfio_device *g)
{
	vfio_pci_core_aer_err_detected(g->core.pdev, pci_channel_io_frozen);
}

/**
 * gsp_vfio_fail - a vGPU is of no use any more
 * @g: VF; if it is closed by now nothing happens to the next one. The second
 *	time nothing happens.
 *
 * Context: any; takes no lock that is held over calls to gsp-core.
 */
void gsp_vfio_fail(struct gsp_vfio_device *g)
{
	if (xchg(&g->error, -EIO))
		return;
	gsp_vfio_signal_error(g);
	schedule_work(&g->revoke);
}

/* With the lock no fault is under way that has not seen the error. */
static void revoke(struct work_struct *work)
{
	struct gsp_vfio_device *g = container_of(work, struct gsp_vfio_device, revoke);

	guard(rwsem_write)(&g->core.memory_lock);
	gsp_vfio_zap(g);
}

/**
 * gsp_vfio_init_events - be ready for events
 * @g: VF
 *
 * Context: any.
 */
void gsp_vfio_init_events(struct gsp_vfio_device *g)
{
	INIT_WORK(&g->revoke, revoke);
}

static void event(void *priv, enum gsp_vf_event event)
{
	if (event == GSP_VF_EVENT_DEAD)
		gsp_vfio_fail(priv);
}

const struct gsp_vf_ops gsp_vfio_vf_ops = {
	.event = event,
};
