// SPDX-License-Identifier: GPL-2.0-only
/*
 * RM controls through gsp-core, measured once when the module is loaded.
 */
#include "measure.h"

#include <linux/auxiliary_bus.h>
#include <linux/err.h>
#include <linux/gsp_client.h>
#include <linux/module.h>
#include <linux/slab.h>

#define PARAMS_MAX	65536

struct caller {
	struct gsp_client *client;
	void *params;
};

static int send(void *ctx, const struct measure_control *control)
{
	struct caller *c = ctx;

	return gsp_client_control_sized(c->client, gsp_client_subdevice(c->client), control->cmd,
					c->params, control->size);
}

static const struct gsp_client_ops ops;

static int measure_probe(struct auxiliary_device *adev, const struct auxiliary_device_id *id)
{
	struct caller caller;
	int ret;

	caller.params = kzalloc(PARAMS_MAX, GFP_KERNEL);
	if (!caller.params)
		return -ENOMEM;
	caller.client = gsp_client_open(adev, &ops, NULL);
	ret = PTR_ERR_OR_ZERO(caller.client);
	if (!ret) {
		ret = measure_run(send, &caller);
		gsp_client_close(caller.client);
	}
	kfree(caller.params);
	return ret;
}

static const struct auxiliary_device_id measure_ids[] = {
	{ .name = GSP_CLIENT_DEVICE },
	{ }
};
MODULE_DEVICE_TABLE(auxiliary, measure_ids);

static struct auxiliary_driver measure_driver = {
	.name = "measure",
	.probe = measure_probe,
	.id_table = measure_ids,
};

static int __init measure_core_init(void)
{
	int ret;

	measure_init();
	ret = auxiliary_driver_register(&measure_driver);
	if (ret)
		measure_exit();
	return ret;
}
module_init(measure_core_init);

static void __exit measure_core_exit(void)
{
	auxiliary_driver_unregister(&measure_driver);
	measure_exit();
}
module_exit(measure_core_exit);

MODULE_DESCRIPTION("Instructions per RM control through gsp-core");
MODULE_LICENSE("GPL");
MODULE_IMPORT_NS("GSP_CORE");
