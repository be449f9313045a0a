// SPDX-License-Identifier: GPL-2.0-only
/*
 * The firmware of one GPU, from its first instruction to its last.
 *
 * The order of starting is the order of dependence: rings before the messages
 * that GSP-RM must find when it wakes up, those before the firmware runs, the
 * interrupt once GSP-RM has told its vector. Stopping is the mirror image.
 */
#include "device.h"

#include <linux/ktime.h>
#include <linux/pci.h>
#include <linux/sched.h>
#include <linux/sizes.h>

#include "chip/chip.h"
#include "rpc/rpc.h"
#include "trace.h"

/* Generous: the kernel's other drivers give up after 4 to 5 s. */
#define INIT_DONE_TIMEOUT_MS	10000
#define CORE_CLIENT_ID		0
#define PCI_CONFIG_MIRROR_SIZE	0x1000

/*
 * What every host of this release sets: nouveau, nova and the vendor's; the
 * last one when it is to run vGPUs.
 */
static const struct gsp_registry_entry registry_entries[] = {
	{ "RMSecBusResetEnable", 1 },
	{ "RMForcePcieConfigSave", 1 },
	{ "RMDevidCheckIgnore", 1 },
	{ "RMSetSriovMode", 1 },
};

#define NR_PLAIN_ENTRIES	(ARRAY_SIZE(registry_entries) - 1)

/* A channel that died has told the reason already, of what failed because of it. */
static void report(struct gsp_device *gsp, const char *what, int ret)
{
	if (gsp_rpc_state(gsp->link.rpc) != GSP_RPC_DEAD || (ret != -EIO && ret != -ENODEV))
		dev_err(&gsp->pdev->dev, "%s: %pe\n", what, ERR_PTR(ret));
}

static u32 id_word(u16 device, u16 vendor)
{
	return (u32)device << 16 | vendor;
}

/* Both must lie in the ring when GSP-RM wakes up; neither is answered. */
static int post_host_info(struct gsp_device *gsp)
{
	struct pci_dev *pdev = gsp->pdev;
	const struct gsp_registry registry = {
		.entries = registry_entries,
		.nr = gsp->vgpu_mode ? ARRAY_SIZE(registry_entries) : NR_PLAIN_ENTRIES,
	};
	const struct gsp_system_info info = {
		.bar_addr = {
			pci_bus_address(pdev, 0),
			pci_bus_address(pdev, gsp->chip->fb_bar),
			pci_bus_address(pdev, gsp->chip->inst_bar),
		},
		.bar0_is_64bit = pci_resource_flags(pdev, 0) & IORESOURCE_MEM_64,
		.pci_bdf = pci_dev_id(pdev),
		.max_user_va = TASK_SIZE,
		.config_mirror = gsp->chip->pcie_cfg_mirror,
		.config_mirror_size = PCI_CONFIG_MIRROR_SIZE,
		.device_id = id_word(pdev->device, pdev->vendor),
		.subsystem_id = id_word(pdev->subsystem_device, pdev->subsystem_vendor),
		.revision = pdev->revision,
		.host_page_size = PAGE_SIZE,
		.has_flr = pdev->devcap & PCI_EXP_DEVCAP_FLR,
		.vf = gsp->boot.vf,
	};
	int ret;

	ret = gsp_call(&gsp->link, GSP_CALL_SET_SYSTEM_INFO, &info, NULL);
	if (!ret)
		ret = gsp_call(&gsp->link, GSP_CALL_SET_REGISTRY, &registry, NULL);
	if (ret)
		report(gsp, "cannot queue the host's description", ret);
	return ret;
}

/* Or nobody will ever know. */
static bool init_is_done(void *arg)
{
	struct gsp_device *gsp = arg;

	return READ_ONCE(gsp->init_done) || READ_ONCE(gsp->event_err);
}

static int wait_init_done(struct gsp_device *gsp)
{
	int ret = gsp_rpc_wait(gsp->link.rpc, init_is_done, gsp, INIT_DONE_TIMEOUT_MS);

	gsp_event_queue_flush(&gsp->events);
	if (gsp->seq_err)
		return gsp->seq_err;
	if (!ret && !gsp->init_done)
		ret = gsp->event_err;
	if (ret)
		report(gsp, "GSP-RM does not report INIT_DONE", ret);
	return ret;
}

/* From here on messages are announced; one may have come just before. */
static int arm_interrupt(struct gsp_device *gsp)
{
	struct gsp_intr_vectors vectors;
	int ret;

	ret = gsp_rm_ctrl(&gsp->link, gsp->config.internal.client,
			  gsp->config.internal.subdevice, GSP_CTRL_INTR_TABLE, NULL, &vectors);
	if (ret) {
		report(gsp, "GSP-RM does not tell its interrupt vector", ret);
		return ret;
	}
	ret = gsp_irq_enable(&gsp->irq, vectors.gsp);
	if (ret)
		return ret;

	gsp_rpc_set_irq(gsp->link.rpc, true);
	gsp_rpc_poll(gsp->link.rpc);
	return 0;
}

static int enumerate(struct gsp_device *gsp)
{
	int ret;

	ret = gsp_call(&gsp->link, GSP_CALL_GET_STATIC_INFO, NULL, &gsp->config);
	if (ret) {
		report(gsp, "GET_GSP_STATIC_INFO fails", ret);
		return ret;
	}
	ret = arm_interrupt(gsp);
	if (ret)
		return ret;
	ret = gsp_rm_client_init(&gsp->client, &gsp->link, CORE_CLIENT_ID);
	if (ret)
		report(gsp, "GSP-RM refuses the driver's client", ret);
	return ret;
}

static int boot_firmware(struct gsp_device *gsp)
{
	int ret;

	ret = gsp_rpc_start(gsp->link.rpc);
	if (ret)
		return ret;
	ret = post_host_info(gsp);
	if (ret)
		return ret;
	ret = gsp_boot_start(&gsp->boot);
	if (ret)
		return ret;
	trace_gsp_boot_phase(&gsp->pdev->dev, "wait for INIT_DONE");
	ret = wait_init_done(gsp);
	if (ret)
		return ret;

	gsp_rpc_run(gsp->link.rpc);
	trace_gsp_boot_phase(&gsp->pdev->dev, "enumerate");
	return enumerate(gsp);
}

/**
 * gsp_device_start - boot the firmware and enumerate the GPU
 * @gsp: initialised device
 *
 * Context: process context, may sleep for tens of seconds if the firmware
 * does not come up.
 * Return: 0; a negative errno, with the reason logged and the GPU left as it
 * was found as far as it still obeys.
 */
int gsp_device_start(struct gsp_device *gsp)
{
	struct device *dev = &gsp->pdev->dev;
	ktime_t begin = ktime_get();
	int ret;

	gsp_boot_choose_mode(&gsp->boot, gsp->listed);
	ret = gsp_boot_prepare(&gsp->boot);
	if (ret)
		return ret;
	gsp->vgpu_mode = gsp->boot.vf_partitions;

	ret = boot_firmware(gsp);
	if (ret) {
		gsp_device_stop(gsp);
		return ret;
	}
	gsp_boot_release_load_files(&gsp->boot);
	trace_gsp_boot_phase(dev, "ready");
	dev_info(dev, "%s, GSP firmware %s, %llu MiB framebuffer, booted in %lld ms\n",
		 gsp->chip->name, gsp->abi->release, gsp->config.fb_size / SZ_1M,
		 ktime_ms_delta(ktime_get(), begin));
	return 0;
}

/* Objects first: GSP-RM answers nothing after the other. */
static bool say_goodbye(struct gsp_device *gsp)
{
	int ret = 0;

	if (gsp->client.link)
		ret = gsp_rm_client_fini(&gsp->client);
	/* A call that got no answer, which has been told, is in the way of this one. */
	if (ret && ret != -EBUSY)
		report(gsp, "GSP-RM does not free the driver's client", ret);

	ret = gsp_call(&gsp->link, GSP_CALL_UNLOAD, NULL, NULL);
	if (ret)
		report(gsp, "UNLOADING_GUEST_DRIVER fails", ret);
	return !ret;
}

/**
 * gsp_device_stop - stop the firmware, whatever state it is in
 * @gsp: device, started or not quite
 *
 * Context: process context, may sleep up to the deadlines of the calls and
 * falcons involved.
 */
void gsp_device_stop(struct gsp_device *gsp)
{
	bool said_goodbye = false;

	if (gsp_rpc_state(gsp->link.rpc) == GSP_RPC_RUNNING)
		said_goodbye = say_goodbye(gsp);
	gsp_irq_disable(&gsp->irq);
	gsp_rpc_set_irq(gsp->link.rpc, false);
	gsp_rpc_stop(gsp->link.rpc);
	/* A register program may be running: the falcons are not ours before. */
	gsp_event_queue_flush(&gsp->events);
	gsp_boot_stop(&gsp->boot, said_goodbye);
}
