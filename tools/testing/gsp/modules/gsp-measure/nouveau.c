// SPDX-License-Identifier: GPL-2.0-only
/*
 * The same RM controls through nouveau, as its own code sends them: by the inline
 * functions of its header and the tables behind them, so nothing of it has to be
 * exported. Works with the nouveau of the very kernel that it is built against.
 */
#include "measure.h"

#include <linux/err.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/string.h>

#include "nouveau_drv.h"
#include <core/device.h>
#include <subdev/gsp.h>

static int send(void *ctx, const struct measure_control *control)
{
	struct nvkm_gsp *gsp = ctx;
	struct nvkm_gsp_object *subdevice = &gsp->internal.device.subdevice;
	void *params;

	params = nvkm_gsp_rm_ctrl_rd(subdevice, control->cmd, control->size);
	if (IS_ERR(params))
		return PTR_ERR(params);
	nvkm_gsp_rm_ctrl_done(subdevice, params);
	return 0;
}

static struct pci_dev *find_gpu(void)
{
	struct pci_dev *pdev = NULL;
	struct pci_driver *driver;

	while ((pdev = pci_get_device(PCI_VENDOR_ID_NVIDIA, PCI_ANY_ID, pdev))) {
		driver = pci_dev_driver(pdev);
		if (driver && !strcmp(driver->name, "nouveau"))
			return pdev;
	}
	return NULL;
}

static int __init measure_nouveau_init(void)
{
	struct pci_dev *pdev = find_gpu();
	struct nouveau_drm *drm;
	int ret;

	if (!pdev)
		return -ENODEV;
	measure_init();
	drm = pci_get_drvdata(pdev);
	ret = measure_run(send, drm->nvkm->gsp);
	pci_dev_put(pdev);
	if (ret)
		measure_exit();
	return ret;
}
module_init(measure_nouveau_init);

static void __exit measure_nouveau_exit(void)
{
	measure_exit();
}
module_exit(measure_nouveau_exit);

MODULE_DESCRIPTION("Instructions per RM control through nouveau");
MODULE_LICENSE("GPL");
