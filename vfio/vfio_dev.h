/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A function that gsp-vfio-pci drives, and what its files have in common.
 */
#ifndef _GSP_VFIO_DEV_H
#define _GSP_VFIO_DEV_H

#include <linux/gsp_vf.h>
#include <linux/mutex.h>
#include <linux/types.h>
#include <linux/vfio_pci_core.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "range.h"

#define GSP_VFIO_NAME	"gsp-vfio-pci"

/* The MSI-X table beside the traps. */
#define GSP_VFIO_HOLES_MAX	(GSP_VF_TRAPS_MAX + 1)

/**
 * struct gsp_vfio_device - one function
 * @core: for vfio-pci-core, which finds it in the drvdata; must come first
 * @vf: the VF for gsp-core; NULL if the function is none. Of what follows, such
 *	a function has nothing.
 * @view: what the guest sees; constant while the VF is open
 * @traps: registers of BAR0 that it may only read and write; likewise
 * @nr_traps: their number
 * @trap_lock: one access to them at a time
 * @holes: pages of BAR0 that it may not map; likewise
 * @nr_holes: their number
 * @fb_bar: what it wrote to the registers of the framebuffer BAR
 * @lock: protects @opened and @bus_master; held over calls to gsp-core, and
 *	inside of the device's lock and of memory_lock
 * @opened: there is a vGPU
 * @bus_master: what its plugin was told last
 * @error: why the vGPU is of no use any more, or 0; stays until it is closed
 * @resetting: the function is being reset; nobody reaches its BARs
 * @wait: for the end of @resetting
 * @revoke: makes a guest whose vGPU is of no use lose what it has mapped
 */
struct gsp_vfio_device {
	struct vfio_pci_core_device core;
	struct gsp_vf *vf;
	struct gsp_vf_view view;
	struct gsp_vfio_range traps[GSP_VF_TRAPS_MAX];
	unsigned int nr_traps;
	struct mutex trap_lock;		/* singly */
	struct gsp_vfio_range holes[GSP_VFIO_HOLES_MAX];
	unsigned int nr_holes;
	__le64 fb_bar;
	struct mutex lock;		/* what the plugin knows */
	bool opened;
	bool bus_master;
	int error;
	bool resetting;
	wait_queue_head_t wait;
	struct work_struct revoke;
};

static inline struct gsp_vfio_device *gsp_vfio_of(struct vfio_device *vdev)
{
	return container_of(vdev, struct gsp_vfio_device, core.vdev);
}

/* ops.c */
extern const struct vfio_device_ops gsp_vfio_vgpu_ops;
extern const struct vfio_device_ops gsp_vfio_plain_ops;

/* region.c */
void gsp_vfio_layout(struct gsp_vfio_device *g);
u64 gsp_vfio_bar_size(struct gsp_vfio_device *g, unsigned int bar);
int gsp_vfio_region_info(struct vfio_device *vdev, struct vfio_region_info *info,
			 struct vfio_info_cap *caps);
ssize_t gsp_vfio_bar_rw(struct gsp_vfio_device *g, char __user *buf, size_t count,
			loff_t *ppos, bool write);
extern const struct vfio_pci_device_ops gsp_vfio_pci_ops;

/* mmap.c */
int gsp_vfio_mmap(struct vfio_device *vdev, struct vm_area_struct *vma);
void gsp_vfio_zap(struct gsp_vfio_device *g);

/* config.c */
ssize_t gsp_vfio_config_read(struct gsp_vfio_device *g, char __user *buf, size_t count,
			     loff_t *ppos);
ssize_t gsp_vfio_config_write(struct gsp_vfio_device *g, const char __user *buf, size_t count,
			      loff_t *ppos);
void gsp_vfio_sync_master_locked(struct gsp_vfio_device *g);

/* reset.c */
extern const struct pci_error_handlers gsp_vfio_err_handlers;
int gsp_vfio_ready(struct gsp_vfio_device *g);

/* events.c */
extern const struct gsp_vf_ops gsp_vfio_vf_ops;
void gsp_vfio_init_events(struct gsp_vfio_device *g);
void gsp_vfio_fail(struct gsp_vfio_device *g);
void gsp_vfio_signal_error(struct gsp_vfio_device *g);

#endif
