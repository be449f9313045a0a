/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One GPU: everything below put together.
 */
#ifndef _GSP_DEVICE_H
#define _GSP_DEVICE_H

#include <linux/types.h>

#include "abi/abi.h"
#include "boot/boot.h"
#include "boot/libos.h"
#include "debug/fwlog.h"
#include "event/event.h"
#include "irq.h"
#include "mmio/mmio.h"
#include "rm/rm.h"
#include "rpc/call.h"

struct gsp_chip;
struct pci_dev;

enum gsp_device_sub {
	GSP_SUB_INIT_DONE,
	GSP_SUB_SEQUENCER,
	GSP_SUB_ERROR_LOG,
	GSP_NR_SUBS
};

/**
 * struct gsp_device - one GPU that the driver is bound to
 * @pdev: PCI function; @pdev->dev is what messages name
 * @mmio: its registers
 * @chip: what silicon it is
 * @abi: release of the firmware that it runs
 * @libos: memory that the firmware was given by name
 * @fwlog: the logs in there, in debugfs
 * @link: channel to GSP-RM, and its language
 * @irq: interrupt that tells of messages
 * @events: events from GSP-RM on their way to subscribers
 * @subs: the core's own subscriptions
 * @boot: how it was started and will be stopped
 * @init_done: GSP-RM has reported INIT_DONE
 * @event_err: -ENOMEM when there was no memory for an event, which is lost
 * @seq_running: a register program of GSP-RM's may have its core in reset;
 *	written by the event worker
 * @seq_err: first error of a register program; written by the event worker,
 *	read after it is flushed
 * @client: the core's own client in GSP-RM
 * @config: the enumerated GPU; constant once gsp_device_start() has returned
 *
 * Created by probe and destroyed by remove, which the driver core serialises;
 * shutdown only stops it. No lock of its own: what runs besides probe and
 * remove are the interrupt thread, the event worker and callers of @link,
 * all of which end before the parts they use are taken down.
 */
struct gsp_device {
	struct pci_dev *pdev;
	struct gsp_mmio mmio;
	const struct gsp_chip *chip;
	const struct gsp_abi *abi;
	struct gsp_libos libos;
	struct gsp_fwlog fwlog;
	struct gsp_link link;
	struct gsp_irq irq;
	struct gsp_event_queue events;
	struct gsp_event_sub subs[GSP_NR_SUBS];
	struct gsp_boot boot;
	bool init_done;
	int event_err;
	bool seq_running;
	int seq_err;
	struct gsp_rm_client client;
	struct gsp_config config;
};

int gsp_device_init(struct gsp_device *gsp, struct pci_dev *pdev, void __iomem *bar0,
		    resource_size_t size);
void gsp_device_fini(struct gsp_device *gsp, bool failed);
int gsp_device_start(struct gsp_device *gsp);
void gsp_device_stop(struct gsp_device *gsp);

#endif
