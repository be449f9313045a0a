/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Virtual GPUs for the drivers of virtual functions.
 */
#ifndef _LINUX_GSP_VF_H
#define _LINUX_GSP_VF_H

#include <linux/types.h>

struct gsp_vf;
struct pci_dev;

/**
 * DOC: virtual GPUs
 *
 * A vGPU lives behind a VF. What kind of vGPU a VF is to be is chosen by the
 * operator, at the PF's driver; the driver of the VF makes it when somebody
 * opens the VF and ends it when that is over. ::
 *
 *	gsp_vf_get()			probe
 *	    gsp_vf_open()		open
 *	        gsp_vf_reset()
 *	        gsp_vf_set_bus_master()
 *	    gsp_vf_close()		close
 *	gsp_vf_put()			remove
 *
 * Lifetime. A &struct gsp_vf is a part of the PF, not a reference to it. The PF's
 * driver removes its VFs before anything else when it is unbound, which waits
 * for the VF's driver to be unbound; so it is there from probe to remove of a
 * driver of the VF, and nowhere else. VFs are not disabled through
 * sriov_numvfs while a vGPU is open, that is -EBUSY; unbinding the PF cannot be
 * refused and waits.
 *
 * Locks. None of these functions takes the device lock of the PF, or the lock
 * that PCI rescans take, so that they may be called with the VF's device lock
 * held while the PF's is held by whoever removes the VF. They hold none of
 * gsp-core's while they wait. Calls about one VF may come from any number of
 * threads. No call may come from atomic context.
 *
 * Death. When the plugin that runs the vGPU inside the firmware ends by itself,
 * or the firmware as a whole dies, or the GPU is pulled, every call that waits
 * fails at once, and so does every later one: with -EIO; on a GPU that is gone
 * with -ENODEV, or -EIO where it is enough to know that the vGPU is broken.
 * gsp_vf_view(), gsp_vf_close() and gsp_vf_put() work nevertheless.
 */

/*
 * Device ids of the boards that can run vGPU, from the released boards of
 * NVIDIA/open-gpu-kernel-modules (g_nv_name_released.h). A VF has the id of its
 * PF, so the tables of both drivers are made of these.
 */
#define GSP_VF_BOARDS(entry) \
	entry(0x26b1),	/* RTX 6000 Ada */ \
	entry(0x26b2),	/* RTX 5000 Ada */ \
	entry(0x26b3),	/* RTX 5880 Ada */ \
	entry(0x26b5),	/* L40 */ \
	entry(0x26b8),	/* L40G */ \
	entry(0x26b9),	/* L40S */ \
	entry(0x26ba),	/* L20 */ \
	entry(0x27b6),	/* L2 */ \
	entry(0x27b8),	/* L4 */ \
	entry(0x230e),	/* H20 NVL16 */ \
	entry(0x2321),	/* H100 NVL */ \
	entry(0x2322),	/* H800 PCIe */ \
	entry(0x2324),	/* H800 */ \
	entry(0x2329),	/* H20 */ \
	entry(0x232c),	/* H20-3e */ \
	entry(0x2330),	/* H100 SXM5 */ \
	entry(0x2331),	/* H100 PCIe */ \
	entry(0x2335),	/* H200 SXM */ \
	entry(0x2337),	/* H100 */ \
	entry(0x2339),	/* H100 */ \
	entry(0x233a),	/* H800 NVL */ \
	entry(0x233b),	/* H200 NVL */ \
	entry(0x2342),	/* GH200 */ \
	entry(0x2348),	/* GH200 144G */ \
	entry(0x2901),	/* B200 */ \
	entry(0x2941),	/* GB200 */ \
	entry(0x2bb1),	/* RTX PRO 6000 Blackwell Workstation */ \
	entry(0x2bb3),	/* RTX PRO 5000 Blackwell */ \
	entry(0x2bb4),	/* RTX PRO 6000 Blackwell Max-Q */ \
	entry(0x2bb5),	/* RTX PRO 6000 Blackwell Server */ \
	entry(0x2bb9),	/* RTX 6000D Blackwell */ \
	entry(0x2c31)	/* RTX PRO 4500 Blackwell */

#define GSP_VF_UUID_LEN		16
#define GSP_VF_TRAPS_MAX	4

/**
 * enum gsp_vf_event - what the driver of a VF is told
 * @GSP_VF_EVENT_DEAD: the vGPU has ended unasked; nothing but closing it is
 *	of use. Once per open, also if it is the whole GPU that died, or if a
 *	call has failed of it; not if gsp_vf_open() has failed, or it is
 *	being closed.
 * @GSP_VF_EVENT_FAULT: an error of one of the guest's channels; the vGPU goes on
 * @GSP_VF_EVENT_GUEST_LOADED: the guest's driver came up
 * @GSP_VF_EVENT_GUEST_UNLOADED: the guest's driver has gone
 * @GSP_VF_EVENT_LICENCE: the guest's licence has changed
 */
enum gsp_vf_event {
	GSP_VF_EVENT_DEAD,
	GSP_VF_EVENT_FAULT,
	GSP_VF_EVENT_GUEST_LOADED,
	GSP_VF_EVENT_GUEST_UNLOADED,
	GSP_VF_EVENT_LICENCE,
};

/**
 * struct gsp_vf_ops - how the driver of a VF is told
 * @event: something happened to an open vGPU. Called from process context, one
 *	at a time, never after gsp_vf_put() has returned; also from within
 *	gsp_vf_reset() and gsp_vf_set_bus_master(). May sleep shortly, but
 *	must neither call the functions of this file nor take a lock that is
 *	held over such a call: it signals, or queues work that does.
 */
struct gsp_vf_ops {
	void (*event)(void *priv, enum gsp_vf_event event);
};

/**
 * struct gsp_vf_open - who opens a vGPU
 * @pid: process, in the initial namespace; 0 if it is not known
 * @uuid: of the virtual machine; all zero if it has none
 *
 * Told to the firmware, which reports it; nothing is decided by it.
 */
struct gsp_vf_open {
	pid_t pid;
	u8 uuid[GSP_VF_UUID_LEN];
};

/**
 * struct gsp_vf_trap - registers of BAR0 that a guest must not reach
 * @offset: in the BAR
 * @size: bytes, whole pages of 4 KiB
 * @busy: offset of the register of 32 bits among them that starts something
 * @busy_mask: bits of it that are set until that is done; 0 if there is none
 *
 * The driver of the VF does a guest's accesses to them, one at a time, and lets
 * what was started come to its end before the next.
 */
struct gsp_vf_trap {
	u64 offset;
	u64 size;
	u64 busy;
	u32 busy_mask;
};

/**
 * struct gsp_vf_view - what a guest sees of its VF
 * @subsystem_vendor: subsystem vendor id
 * @subsystem_device: subsystem device id
 * @device: device id; the VF's own unless the type says otherwise
 * @fb_bar: PCI resource index of the framebuffer aperture
 * @fb_bar_size: how much of it is the guest's, a power of two, from its start;
 *	the rest is not to be mapped, read or written
 * @nr_traps: valid entries of @traps
 * @traps: pages of BAR0 that are not to be mapped
 * @can_migrate: the firmware can save and restore the vGPU
 */
struct gsp_vf_view {
	u16 subsystem_vendor;
	u16 subsystem_device;
	u16 device;
	int fb_bar;
	u64 fb_bar_size;
	unsigned int nr_traps;
	struct gsp_vf_trap traps[GSP_VF_TRAPS_MAX];
	bool can_migrate;
};

struct gsp_vf *gsp_vf_get(struct pci_dev *pdev, const struct gsp_vf_ops *ops, void *priv);
void gsp_vf_put(struct gsp_vf *vf);

int gsp_vf_view(struct gsp_vf *vf, struct gsp_vf_view *view);

int gsp_vf_open(struct gsp_vf *vf, const struct gsp_vf_open *open);
void gsp_vf_close(struct gsp_vf *vf);
int gsp_vf_reset(struct gsp_vf *vf);
int gsp_vf_set_bus_master(struct gsp_vf *vf, bool enable);

#endif
