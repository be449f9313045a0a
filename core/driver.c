// SPDX-License-Identifier: GPL-2.0-only
/*
 * gsp-core: the only code that programs the GPU. This file is what the PCI
 * core sees of it.
 */
#include <linux/dev_printk.h>
#include <linux/errno.h>
#include <linux/gsp_vf.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/slab.h>

#include "debug/fwlog.h"
#include "debug/vgpulog.h"
#include "device.h"
#include "resources.h"
#include "sriov/pf.h"
#include "sysfs/sysfs.h"

#define GSP_BAR0	0

#define BOARD(id) { PCI_VDEVICE(NVIDIA, id) }

/* Any other GPU of a known chip is bound by driver_override; the chip id decides then. */
static const struct pci_device_id gsp_ids[] = {
	GSP_VF_BOARDS(BOARD),
	{ }
};
MODULE_DEVICE_TABLE(pci, gsp_ids);

static int map_bar0(struct pci_dev *pdev, void __iomem **bar0)
{
	int ret = pcim_enable_device(pdev);

	if (ret)
		return dev_err_probe(&pdev->dev, ret, "cannot enable the device\n");

	*bar0 = pcim_iomap_region(pdev, GSP_BAR0, "gsp-core");
	if (IS_ERR(*bar0))
		return dev_err_probe(&pdev->dev, PTR_ERR(*bar0), "cannot map BAR0 %pR\n",
				     pci_resource_n(pdev, GSP_BAR0));
	pci_set_master(pdev);
	return 0;
}

static int gsp_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct gsp_device *gsp;
	void __iomem *bar0;
	int ret;

	/* A VF has the ids of its PF; it belongs to a driver of VFs. */
	if (pdev->is_virtfn)
		return -ENODEV;

	gsp = devm_kzalloc(&pdev->dev, sizeof(*gsp), GFP_KERNEL);
	if (!gsp)
		return -ENOMEM;

	/* The id that stands for driver_override names no device. */
	gsp->listed = id->device != PCI_ANY_ID;

	ret = map_bar0(pdev, &bar0);
	if (ret)
		return ret;

	ret = gsp_device_init(gsp, pdev, bar0, pci_resource_len(pdev, GSP_BAR0));
	if (ret)
		goto no_master;

	ret = gsp_device_start(gsp);
	if (ret)
		goto fini;

	/* Users appear now, some of which look for it. */
	pci_set_drvdata(pdev, gsp);
	ret = gsp_resources_start(gsp);
	if (ret)
		goto stop;
	return 0;

stop:
	gsp_device_stop(gsp);
fini:
	gsp_device_fini(gsp, true);
no_master:
	pci_clear_master(pdev);
	return ret;
}

static void gsp_remove(struct pci_dev *pdev)
{
	struct gsp_device *gsp = pci_get_drvdata(pdev);

	gsp_resources_stop(gsp);
	gsp_device_stop(gsp);
	gsp_device_fini(gsp, false);
	pci_clear_master(pdev);
}

/* Leave the GPU as firmware and the next kernel expect it. */
static void gsp_shutdown(struct pci_dev *pdev)
{
	struct gsp_device *gsp = pci_get_drvdata(pdev);

	gsp_resources_quiesce(gsp);
	gsp_device_stop(gsp);
	pci_clear_master(pdev);
}

static int gsp_sriov(struct pci_dev *pdev, int nr)
{
	struct gsp_device *gsp = pci_get_drvdata(pdev);

	if (gsp->vgpu_mode)
		return gsp_sriov_configure(&gsp->sriov, nr);
	dev_info(&pdev->dev, "no VFs: the GPU was booted without vGPU\n");
	return -ENODEV;
}

/*
 * An error that cost one transaction is its owner's affair, who will miss the
 * answer.  After any other one the PCI core resets the link, which ends the
 * firmware: vGPUs and clients get to know now.
 */
static pci_ers_result_t gsp_error_detected(struct pci_dev *pdev, pci_channel_state_t state)
{
	struct gsp_device *gsp = pci_get_drvdata(pdev);

	if (state == pci_channel_io_normal)
		return PCI_ERS_RESULT_CAN_RECOVER;
	gsp_rpc_kill(gsp->link.rpc, GSP_RPC_DEATH_LINK);
	return state == pci_channel_io_frozen ? PCI_ERS_RESULT_NEED_RESET :
						PCI_ERS_RESULT_DISCONNECT;
}

/* A GPU fresh from the reset, with VFs but without firmware, until it is bound again. */
static pci_ers_result_t gsp_slot_reset(struct pci_dev *pdev)
{
	struct gsp_device *gsp = pci_get_drvdata(pdev);

	pci_restore_state(pdev);
	gsp_boot_was_reset(&gsp->boot);
	return PCI_ERS_RESULT_RECOVERED;
}

static const struct pci_error_handlers gsp_err_handlers = {
	.error_detected = gsp_error_detected,
	.slot_reset = gsp_slot_reset,
};

static struct pci_driver gsp_pci_driver = {
	.name = "gsp-core",
	.id_table = gsp_ids,
	.probe = gsp_probe,
	.remove = gsp_remove,
	.shutdown = gsp_shutdown,
	.sriov_configure = gsp_sriov,
	.err_handler = &gsp_err_handlers,
	.dev_groups = gsp_sysfs_pf_groups,
};

static struct gsp_sriov *sriov_of(void *drvdata)
{
	struct gsp_device *gsp = drvdata;

	return &gsp->sriov;
}

static void vf_added(struct gsp_vf *vf, struct pci_dev *pdev)
{
	struct gsp_device *gsp = container_of(vf->sriov, struct gsp_device, sriov);

	gsp_vgpulog_add(vf, pdev, gsp->fwlog.dir);
}

static const struct gsp_sriov_driver sriov_driver = {
	.pci = &gsp_pci_driver,
	.of = sriov_of,
	.group = &gsp_sysfs_vf_group,
	.vf_added = vf_added,
	.vf_removed = gsp_vgpulog_remove,
};

static int __init gsp_init(void)
{
	int ret;

	gsp_fwlog_module_init();
	ret = gsp_sriov_module_init(&sriov_driver);
	if (ret)
		goto fwlog;
	ret = pci_register_driver(&gsp_pci_driver);
	if (ret)
		goto sriov;
	return 0;

sriov:
	gsp_sriov_module_exit();
fwlog:
	gsp_fwlog_module_exit();
	return ret;
}
module_init(gsp_init);

static void __exit gsp_exit(void)
{
	pci_unregister_driver(&gsp_pci_driver);
	gsp_sriov_module_exit();
	gsp_fwlog_module_exit();
}
module_exit(gsp_exit);

MODULE_DESCRIPTION("NVIDIA GSP core driver");
MODULE_LICENSE("GPL");
