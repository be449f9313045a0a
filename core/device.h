/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One GPU: everything below put together.
 */
#ifndef _GSP_DEVICE_H
#define _GSP_DEVICE_H

#include <linux/mutex.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include "abi/abi.h"
#include "boot/boot.h"
#include "boot/libos.h"
#include "debug/fwlog.h"
#include "event/event.h"
#include "exception.h"
#include "irq.h"
#include "mmio/mmio.h"
#include "mmu/bar1.h"
#include "mmu/mmu.h"
#include "part/chid.h"
#include "part/fb.h"
#include "part/types.h"
#include "rm/rm.h"
#include "rpc/call.h"
#include "sriov/vf.h"
#include "sysfs/sysfs.h"

struct gsp_chip;
struct gsp_client_host;
struct gsp_scrubber;
struct pci_dev;

enum gsp_device_sub {
	GSP_SUB_INIT_DONE,
	GSP_SUB_SEQUENCER,
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
 * @listed: the board is one of those that are known to run vGPU
 * @vgpu_mode: GSP-RM was booted ready for vGPU; constant once
 *	gsp_device_start() has returned
 * @init_done: GSP-RM has reported INIT_DONE
 * @event_err: -ENOMEM when there was no memory for an event, which is lost
 * @seq_running: a register program of GSP-RM's may have its core in reset;
 *	written by the event worker
 * @seq_err: first error of a register program; written by the event worker,
 *	read after it is flushed
 * @client: the core's own client in GSP-RM
 * @config: the enumerated GPU; constant once gsp_device_start() has returned
 * @resources: how many steps of gsp_resources_start() stand
 * @engines: engines that channels can be made for
 * @fb: who has which framebuffer
 * @chids: who has which channel id
 * @mmu: page tables
 * @bar1: the framebuffer aperture
 * @scrub: clears framebuffer; NULL when booted plain
 * @scrub_chid: its channel
 * @types: vGPU types that the firmware knows
 * @sriov: VFs and their vGPUs; zero when booted plain
 * @type_dirs: the types in sysfs
 * @exceptions: what went wrong on it
 * @death: tells everybody that the channel is dead
 * @clients_lock: protects @clients; held while they are told
 * @clients: who binds to the GPU's auxiliary device; NULL before and after
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
	bool listed;
	bool vgpu_mode;
	bool init_done;
	int event_err;
	bool seq_running;
	int seq_err;
	struct gsp_rm_client client;
	struct gsp_config config;
	unsigned int resources;
	struct gsp_engine_list engines;
	struct gsp_fb fb;
	struct gsp_chids chids;
	struct gsp_mmu mmu;
	struct gsp_bar1 bar1;
	struct gsp_scrubber *scrub;
	u32 scrub_chid;
	struct gsp_vgpu_types types;
	struct gsp_sriov sriov;
	struct gsp_sysfs_types type_dirs;
	struct gsp_exceptions exceptions;
	struct work_struct death;
	struct mutex clients_lock;	/* outermost, beside the provisioning lock */
	struct gsp_client_host *clients;
};

int gsp_device_init(struct gsp_device *gsp, struct pci_dev *pdev, void __iomem *bar0,
		    resource_size_t size);
void gsp_device_fini(struct gsp_device *gsp, bool failed);
int gsp_device_start(struct gsp_device *gsp);
void gsp_device_stop(struct gsp_device *gsp);

#endif
