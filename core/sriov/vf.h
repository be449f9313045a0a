/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Virtual functions, as the PF's driver sees them.
 *
 * There is one record for each VF that the GPU can have, whether VFs are enabled
 * or not. It is provisioned with a type (provision.h), which reserves a share of
 * the GPU for it; from that, whoever drives the VF makes a vGPU (vgpu.h).
 */
#ifndef _GSP_SRIOV_VF_H
#define _GSP_SRIOV_VF_H

#include <linux/gsp_vf.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>

#include "event/event.h"
#include "mmu/bar1.h"
#include "sriov/host.h"
#include "sriov/plugin.h"
#include "sriov/state.h"

/* More than any release runs. */
#define GSP_VFS_MAX	64

struct dentry;
struct device;
struct gsp_sriov;
struct pci_dev;

/**
 * struct gsp_vgpu_share - what a vGPU has of the GPU
 * @ranges: @nr_fb ranges of framebuffer for the guest, then the plugin's heap;
 *	NULL if there is no share
 * @nr_fb: ranges for the guest
 * @chid: first channel id
 * @nr_chids: channel ids
 * @slot: which of the vGPUs of its size it is, from 0
 */
struct gsp_vgpu_share {
	struct gsp_fb_range *ranges;
	unsigned int nr_fb;
	u32 chid;
	u32 nr_chids;
	unsigned int slot;
};

/**
 * struct gsp_vf_params - what users may choose of a vGPU
 * @enable_uvm: unified memory in the guest
 * @uvm_set: they did choose it
 */
struct gsp_vf_params {
	bool enable_uvm;
	bool uvm_set;
};

/**
 * struct gsp_vf_stats - what became known of a vGPU since it was opened
 * @guest_loaded: the guest's driver runs
 * @errors: texts that the plugin wrote
 * @licence: times that the licence changed
 */
struct gsp_vf_stats {
	bool guest_loaded;
	unsigned int errors;
	unsigned int licence;
};

/**
 * struct gsp_vf - one VF
 * @sriov: the GPU
 * @gfid: its number, from 1
 * @sbdf: domain << 16 | bus << 8 | devfn; valid once the VF has appeared
 * @type: what it is provisioned as, or NULL. Changes under &gsp_sriov.lock
 *	while @state is IDLE or LOST.
 * @share: what is reserved for it. Changes under &gsp_sriov.lock; belongs to
 *	the thread that works on the vGPU while one does.
 * @params: users' choices. Under &gsp_sriov.lock, constant while open.
 * @lock: protects @state and @abort
 * @state: see state.h. Changed by gsp_vgpu_step() only.
 * @abort: whoever makes the vGPU should give up
 * @wait: for changes of @state
 * @plugin: the plugin
 * @opener: who opened it; written by the thread that makes the vGPU
 * @opener.pid: process
 * @opener.name: its name
 * @stats: written by the event worker
 * @map_lock: protects @map and the memory that it shows; @plugin too is
 *	detached under it
 * @map: the plugin's shared memory in BAR1, or none
 * @client_lock: protects @ops, @priv and @held. Held while the holder is told
 *	something.
 * @ops: how to tell it
 * @priv: first argument of @ops
 * @held: somebody drives the VF
 * @pdev: the VF, while somebody drives it
 * @visible: its directory in sysfs exists; PCI's own locks protect it
 * @logs: its files in debugfs, likewise
 */
struct gsp_vf {
	struct gsp_sriov *sriov;
	u32 gfid;
	u32 sbdf;
	const struct gsp_vgpu_type *type;
	struct gsp_vgpu_share share;
	struct gsp_vf_params params;

	spinlock_t lock;	/* where the vGPU is in its life */
	enum gsp_vgpu_state state;
	bool abort;
	wait_queue_head_t wait;

	struct gsp_plugin plugin;
	struct {
		pid_t pid;
		char name[TASK_COMM_LEN];
	} opener;
	struct gsp_vf_stats stats;

	struct mutex map_lock;		/* the mapping stays */
	struct gsp_bar1_map map;

	struct mutex client_lock;	/* the holder stays */
	const struct gsp_vf_ops *ops;
	void *priv;
	bool held;
	struct pci_dev *pdev;

	bool visible;
	struct dentry *logs;
};

/**
 * struct gsp_sriov - the VFs of one GPU
 * @dev: PF, for messages
 * @pdev: PF
 * @gpu: the parts of the GPU
 * @host: the GPU as vGPUs see it
 * @types: what VFs can be provisioned as
 * @nr_types: their number
 * @vfs: records, by gfid - 1
 * @nr_vfs: their number; 0 if the GPU was booted plain
 * @sub: subscription to events of plugins
 * @lock: protects @closed and what &struct gsp_vf says
 * @closed: no vGPU may be opened any more, or not now
 *
 * No lock is held while a plugin, a scrub or GSP-RM is waited for. Order:
 * @lock, &gsp_vf.client_lock, &gsp_vf.map_lock, &gsp_vf.lock, though nothing
 * takes more than two. The locks of the allocators nest inside @lock.
 */
struct gsp_sriov {
	struct device *dev;
	struct pci_dev *pdev;
	struct gsp_sriov_gpu gpu;
	struct gsp_vgpu_host host;
	const struct gsp_vgpu_type *types;
	unsigned int nr_types;
	struct gsp_vf *vfs;
	unsigned int nr_vfs;
	struct gsp_event_sub sub;
	struct mutex lock;		/* provisioning */
	bool closed;
};

#endif
