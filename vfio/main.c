// SPDX-License-Identifier: GPL-2.0-only
/*
 * gsp-vfio-pci: virtual functions of NVIDIA GPUs for virtual machines.
 *
 * A vfio-pci-core variant. What makes a VF a vGPU is gsp-core's business, see
 * linux/gsp_vf.h; here is what VFIO makes of it:
 *
 *	main.c		which functions, from probe to remove
 *	ops.c		from open to close
 *	region.c	BARs: how much of them there is, reading and writing
 *	mmap.c		BARs in memory
 *	config.c	configuration space
 *	reset.c		a function level reset resets the vGPU too
 *	events.c	the vGPU has ended unasked
 *
 * VF and PF have the same ids, so a function that is no VF can come here as
 * well, when driver_override says so. It is served as by plain vfio-pci.
 */
#include "vfio_dev.h"

#include <linux/dev_printk.h>
#include <linux/err.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/vfio.h>

/* @g must be in the drvdata. */
static int attach(struct gsp_vfio_device *g, struct pci_dev *pdev)
{
	struct gsp_vf *vf = gsp_vf_get(pdev, &gsp_vfio_vf_ops, g);

	if (IS_ERR(vf))
		return dev_err_probe(&pdev->dev, PTR_ERR(vf),
				     "VF that gsp-core does not give away: %s\n",
				     PTR_ERR(vf) == -ENODEV ? "it does not drive the PF" :
				     "somebody has it");
	g->vf = vf;
	return 0;
}

static void detach(struct gsp_vfio_device *g)
{
	if (!g->vf)
		return;
	gsp_vf_put(g->vf);
	/* News that came with the end of the last vGPU. */
	cancel_work_sync(&g->revoke);
}

static int gsp_vfio_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	const struct vfio_device_ops *ops;
	struct gsp_vfio_device *g;
	int ret = 0;

	ops = pdev->is_virtfn ? &gsp_vfio_vgpu_ops : &gsp_vfio_plain_ops;
	g = vfio_alloc_device(gsp_vfio_device, core.vdev, &pdev->dev, ops);
	if (IS_ERR(g))
		return PTR_ERR(g);
	dev_set_drvdata(&pdev->dev, &g->core);

	if (pdev->is_virtfn)
		ret = attach(g, pdev);
	if (ret)
		goto put;
	ret = vfio_pci_core_register_device(&g->core);
	if (ret)
		goto detach;
	return 0;

detach:
	detach(g);
put:
	vfio_put_device(&g->core.vdev);
	return ret;
}

/* Whoever has it open is asked to let go, and waited for. */
static void gsp_vfio_remove(struct pci_dev *pdev)
{
	struct vfio_pci_core_device *core = dev_get_drvdata(&pdev->dev);
	struct gsp_vfio_device *g = gsp_vfio_of(&core->vdev);

	vfio_pci_core_unregister_device(core);
	detach(g);
	vfio_put_device(&core->vdev);
}

#define BOARD(id) { PCI_DRIVER_OVERRIDE_DEVICE_VFIO(PCI_VENDOR_ID_NVIDIA, id) }

static const struct pci_device_id gsp_vfio_ids[] = {
	GSP_VF_BOARDS(BOARD),
	{ }
};
MODULE_DEVICE_TABLE(pci, gsp_vfio_ids);

static struct pci_driver gsp_vfio_driver = {
	.name = GSP_VFIO_NAME,
	.id_table = gsp_vfio_ids,
	.probe = gsp_vfio_probe,
	.remove = gsp_vfio_remove,
	.err_handler = &gsp_vfio_err_handlers,
	.driver_managed_dma = true,
};
module_pci_driver(gsp_vfio_driver);

MODULE_DESCRIPTION("VFIO driver of virtual functions of NVIDIA GPUs");
MODULE_LICENSE("GPL");
