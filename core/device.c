// SPDX-License-Identifier: GPL-2.0-only
/*
 * One GPU from bind to unbind: its parts, and what they ask of each other.
 * start.c runs its firmware.
 */
#include "device.h"

#include <linux/dma-mapping.h>
#include <linux/pci.h>
#include <linux/sched.h>

#include "chip/chip.h"
#include "client/host.h"
#include "rpc/rpc.h"
#include "sriov/pf.h"

/* ---- what the channel asks of the device ---- */

static void rpc_doorbell(void *ctx)
{
	struct gsp_device *gsp = ctx;

	gsp_falcon_ring_doorbell(&gsp->boot.gsp);
}

static bool rpc_alive(void *ctx)
{
	struct gsp_device *gsp = ctx;

	if (gsp_mmio_gone(&gsp->mmio)) {
		gsp_rpc_kill(gsp->link.rpc, GSP_RPC_DEATH_GONE);
		return false;
	}
	/*
	 * A register program may reset the core and start it again.  It may have
	 * done so between the first look and the second, hence the third.
	 */
	return gsp_falcon_riscv_active(&gsp->boot.gsp) || READ_ONCE(gsp->seq_running) ||
	       gsp_falcon_riscv_active(&gsp->boot.gsp);
}

static const char *rpc_fn_name(void *ctx, u32 fn)
{
	struct gsp_device *gsp = ctx;
	int i;

	for (i = 0; i < GSP_NR_CALLS; i++)
		if (gsp->abi->calls[i].fn == fn)
			return gsp->abi->calls[i].name;
	return NULL;
}

static void rpc_event(void *ctx, u32 fn, const void *payload, size_t len)
{
	struct gsp_device *gsp = ctx;
	int ret = gsp_event_queue_push(&gsp->events, fn, payload, len);

	if (ret == -ENOMEM)
		WRITE_ONCE(gsp->event_err, ret);
	if (ret == -ENOENT)
		dev_dbg(&gsp->pdev->dev, "event %#x is not known to release %s\n", fn,
			gsp->abi->release);
	else if (ret)
		dev_warn_ratelimited(&gsp->pdev->dev, "event %#x is lost: %pe\n", fn,
				     ERR_PTR(ret));
}

static void irq_handler(void *ctx)
{
	struct gsp_device *gsp = ctx;

	/* A firmware that never stops talking must not keep us from leaving. */
	while (gsp_rpc_poll(gsp->link.rpc) && READ_ONCE(gsp->irq.armed))
		cond_resched();
}

static void rpc_dead(void *ctx, enum gsp_rpc_death reason)
{
	struct gsp_device *gsp = ctx;

	schedule_work(&gsp->death);
}

static const struct gsp_rpc_ops rpc_ops = {
	.doorbell = rpc_doorbell,
	.alive = rpc_alive,
	.event = rpc_event,
	.dead = rpc_dead,
	.fn_name = rpc_fn_name,
};

/*
 * Nothing of the GPU can be had any more, and nobody reboots it under its users:
 * it stays dead until it is bound again.  A recovery would begin here, once all
 * of them have been told.
 */
static void tell_death(struct work_struct *work)
{
	struct gsp_device *gsp = container_of(work, struct gsp_device, death);

	gsp_exceptions_dead(&gsp->exceptions, gsp_rpc_death(gsp->link.rpc));
	gsp_sriov_dead(&gsp->sriov);
	gsp_client_host_died(gsp);
}

/* ---- the core's own events ---- */

static void on_init_done(void *ctx, const void *payload, size_t len)
{
	struct gsp_device *gsp = ctx;

	WRITE_ONCE(gsp->init_done, true);
}

/* GSP-RM waits for its program; one that fails ends the boot. */
static void on_sequencer(void *ctx, const void *payload, size_t len)
{
	struct gsp_device *gsp = ctx;
	enum gsp_rpc_state state = gsp_rpc_state(gsp->link.rpc);
	struct gsp_seq_prog prog;
	int ret;

	/* Nobody waits for the result of a program that comes during the way down. */
	if (state != GSP_RPC_BOOTING && state != GSP_RPC_RUNNING)
		return;

	WRITE_ONCE(gsp->seq_running, true);
	ret = gsp->abi->boot.sequencer(payload, len, &prog);
	if (ret)
		dev_err(&gsp->pdev->dev, "register program of %zu bytes is cut short\n", len);
	else
		ret = gsp_boot_sequencer_run(&gsp->boot, prog.cmds, prog.nr_dwords);
	WRITE_ONCE(gsp->seq_running, false);
	if (!ret)
		return;

	if (!gsp->seq_err)
		gsp->seq_err = ret;
	gsp_rpc_kill(gsp->link.rpc, GSP_RPC_DEATH_BOOT);
}

static void subscribe_all(struct gsp_device *gsp)
{
	static const struct {
		enum gsp_event event;
		void (*handler)(void *ctx, const void *payload, size_t len);
	} own[GSP_NR_SUBS] = {
		[GSP_SUB_INIT_DONE] = { GSP_EVENT_INIT_DONE, on_init_done },
		[GSP_SUB_SEQUENCER] = { GSP_EVENT_RUN_SEQUENCER, on_sequencer },
	};
	int i;

	for (i = 0; i < GSP_NR_SUBS; i++) {
		gsp->subs[i].event = own[i].event;
		gsp->subs[i].handler = own[i].handler;
		gsp->subs[i].ctx = gsp;
		gsp_event_subscribe(&gsp->events, &gsp->subs[i]);
	}
}

/* ---- init and fini: memory, no firmware ---- */

static int set_dma_mask(struct gsp_device *gsp)
{
	struct device *dev = &gsp->pdev->dev;
	int ret = dma_set_mask_and_coherent(dev, DMA_BIT_MASK(gsp->chip->dma_bits));

	if (ret)
		dev_err(dev, "no DMA with %u address bits: %pe\n", gsp->chip->dma_bits,
			ERR_PTR(ret));
	dma_set_max_seg_size(dev, UINT_MAX);
	return ret;
}

static void init_exceptions(struct gsp_device *gsp)
{
	const struct gsp_pci_address gpu = {
		.domain = pci_domain_nr(gsp->pdev->bus),
		.bus = gsp->pdev->bus->number,
		.slot = PCI_SLOT(gsp->pdev->devfn),
	};

	gsp_exceptions_init(&gsp->exceptions, &gsp->pdev->dev, &gpu, gsp->abi, NULL,
			    &gsp->sriov);
}

static int create_channel(struct gsp_device *gsp)
{
	const struct gsp_rpc_desc desc = {
		.continuation_fn = gsp->abi->continuation_fn,
		.first_event = gsp->abi->first_event,
		.echoes_sequence = gsp->abi->echoes_sequence,
	};
	int ret;

	ret = gsp_event_queue_init(&gsp->events, gsp->abi);
	if (ret)
		return ret;

	ret = gsp_rpc_create(&gsp->pdev->dev, &rpc_ops, gsp, &desc, &gsp->link.rpc);
	if (ret) {
		gsp_event_queue_fini(&gsp->events);
		return ret;
	}
	gsp->link.abi = gsp->abi;
	subscribe_all(gsp);
	gsp_exceptions_subscribe(&gsp->exceptions, &gsp->events);
	return 0;
}

static void destroy_channel(struct gsp_device *gsp)
{
	gsp_event_queue_flush(&gsp->events);
	gsp_rpc_destroy(gsp->link.rpc);
	gsp_event_queue_fini(&gsp->events);
}

static void init_boot(struct gsp_device *gsp)
{
	const struct gsp_rm_args args = {
		.shm = gsp_rpc_shm_addr(gsp->link.rpc),
		.nr_pages = GSP_RPC_SHM_PAGES,
		.cmdq_offset = GSP_RPC_CMDQ_OFFSET,
		.statq_offset = GSP_RPC_STATQ_OFFSET,
	};

	gsp->abi->boot.rm_args(gsp->libos.mem[GSP_LIBOS_RMARGS], &args);
	gsp->boot.dev = &gsp->pdev->dev;
	gsp->boot.pdev = gsp->pdev;
	gsp->boot.mmio = &gsp->mmio;
	gsp->boot.chip = gsp->chip;
	gsp->boot.abi = gsp->abi;
	gsp->boot.regions = gsp->libos.regions;
	gsp->boot.nr_regions = GSP_LIBOS_NR;
}

/**
 * gsp_device_init - learn what GPU it is and allocate what its firmware needs
 * @gsp: zeroed
 * @pdev: PCI function, enabled and allowed to do DMA
 * @bar0: its registers
 * @size: their size in bytes
 *
 * Context: process context, may sleep.
 * Return: 0; -ENODEV for a GPU that the driver does not know; -ENOMEM; -EIO
 * without usable DMA.
 */
int gsp_device_init(struct gsp_device *gsp, struct pci_dev *pdev, void __iomem *bar0,
		    resource_size_t size)
{
	int ret;

	gsp->pdev = pdev;
	INIT_WORK(&gsp->death, tell_death);
	mutex_init(&gsp->clients_lock);
	gsp->mmio = (struct gsp_mmio) { .dev = &pdev->dev, .base = bar0, .size = size };
	gsp->abi = gsp_abi_default();

	ret = gsp_chip_identify(&gsp->mmio, &gsp->chip);
	if (ret)
		return ret;
	ret = set_dma_mask(gsp);
	if (ret)
		return ret;
	ret = gsp_libos_init(&gsp->libos, &pdev->dev);
	if (ret)
		return ret;
	init_exceptions(gsp);
	ret = create_channel(gsp);
	if (ret)
		goto libos;
	ret = gsp_irq_init(&gsp->irq, pdev, &gsp->mmio, gsp->chip, irq_handler, gsp);
	if (ret)
		goto channel;

	init_boot(gsp);
	gsp_fwlog_init(&gsp->fwlog, &pdev->dev, &gsp->libos);
	return 0;

channel:
	destroy_channel(gsp);
libos:
	gsp_libos_fini(&gsp->libos);
	return ret;
}

/**
 * gsp_device_fini - free what gsp_device_init() allocated
 * @gsp: device whose firmware does not run, or is out of reach
 * @failed: the firmware should run but could not be started; its logs may be
 *	of interest
 *
 * Context: process context, may sleep.
 */
void gsp_device_fini(struct gsp_device *gsp, bool failed)
{
	gsp_boot_fini(&gsp->boot);
	gsp_fwlog_fini(&gsp->fwlog);
	if (failed)
		gsp_fwlog_keep(&gsp->pdev->dev, &gsp->libos);
	gsp_irq_fini(&gsp->irq);
	/* A register program may kill the channel; it looks at it once more then. */
	gsp_event_queue_flush(&gsp->events);
	flush_work(&gsp->death);
	destroy_channel(gsp);
	mutex_destroy(&gsp->clients_lock);
	gsp_libos_fini(&gsp->libos);
}
