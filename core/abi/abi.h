/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the driver asks of a firmware release, in the driver's own terms.
 *
 * RM structures are laid out anew in every release. Whoever calls the firmware
 * knows only the neutral structures of this file; the folder of a release
 * holds its wire layouts and the codecs between the two. A codec neither
 * sleeps, locks, logs nor knows a device: bytes in, bytes out.
 */
#ifndef _GSP_ABI_ABI_H
#define _GSP_ABI_ABI_H

#include <linux/sizes.h>
#include <linux/types.h>

#include "abi/boot.h"
#include "abi/chan.h"
#include "abi/event.h"
#include "abi/vgpu.h"

#define GSP_FB_REGIONS_MAX	16
#define GSP_NAME_LEN		64

/* ---- calls: one RPC function each ---- */

/**
 * struct gsp_vf_info - the virtual functions as the SR-IOV capability has them
 * @total_vfs: TotalVFs; 0 when the GPU is booted plain
 * @first_offset: routing id distance of VF 1
 * @bar_addr: bus addresses of VF 1's logical BARs 0 to 2
 * @bar_is_64bit: each takes two slots
 */
struct gsp_vf_info {
	u32 total_vfs;
	u32 first_offset;
	u64 bar_addr[3];
	bool bar_is_64bit[3];
};

/**
 * struct gsp_system_info - what GSP-RM must know of the host
 * @bar_addr: bus addresses of the logical BARs 0 (registers), 1 (framebuffer)
 *	and 2 (instance memory)
 * @bar0_is_64bit: BAR0 takes two slots
 * @pci_bdf: bus << 8 | devfn
 * @max_user_va: end of the user part of the address space
 * @config_mirror: offset of the config space mirror in BAR0
 * @config_mirror_size: its size
 * @device_id: device << 16 | vendor
 * @subsystem_id: subsystem device << 16 | subsystem vendor
 * @revision: PCI revision
 * @host_page_size: PAGE_SIZE
 * @has_flr: the function can do a function level reset
 * @vf: the VFs; zero when booted plain
 */
struct gsp_system_info {
	u64 bar_addr[3];
	bool bar0_is_64bit;
	u32 pci_bdf;
	u64 max_user_va;
	u32 config_mirror;
	u32 config_mirror_size;
	u32 device_id;
	u32 subsystem_id;
	u32 revision;
	u32 host_page_size;
	bool has_flr;
	struct gsp_vf_info vf;
};

/**
 * struct gsp_registry_entry - one RM registry key with a 32-bit value
 * @name: key
 * @value: value
 */
struct gsp_registry_entry {
	const char *name;
	u32 value;
};

/**
 * struct gsp_registry - the registry handed to GSP-RM at boot
 * @entries: keys
 * @nr: number of keys
 */
struct gsp_registry {
	const struct gsp_registry_entry *entries;
	unsigned int nr;
};

/**
 * struct gsp_fb_region - a stretch of framebuffer as GSP-RM describes it
 * @base: first byte
 * @size: bytes
 * @usable: not reserved, not protected: may be handed out
 */
struct gsp_fb_region {
	u64 base;
	u64 size;
	bool usable;
};

/**
 * struct gsp_config - the enumerated GPU; constant once the GPU has booted
 * @name: marketing name
 * @short_name: chip name
 * @fb_size: framebuffer in bytes
 * @fb_bus_width: memory bus in bits
 * @l2_size: L2 cache in bytes
 * @nr_regions: valid entries of @regions
 * @regions: framebuffer regions
 * @sriov: what GSP-RM says of SR-IOV
 * @sriov.total_vfs: most VFs
 * @sriov.first_vf_offset: routing id distance of VF 1
 * @sriov.bar_size: size of each VF BAR
 * @sriov.bar_is_64bit: each takes two slots
 * @sriov.enabled: GSP-RM was booted for SR-IOV
 * @sriov.trap_tlb_page: the guest must not touch the page of BAR0 that holds
 *	the TLB registers; the host emulates it
 * @sriov.any_nr_channels: a vGPU may have any number of channels, otherwise
 *	a power of two
 * @sriov.resizable_bar1: BAR1 of the VFs can be resized
 * @max_gfid: highest GFID
 * @bar1_pde_base: root page directory of BAR1, framebuffer address
 * @bar2_pde_base: root page directory of BAR2, framebuffer address
 * @heaps_base: where GSP-RM's own framebuffer begins, 0 if it does not say
 * @internal: handles of GSP-RM's own objects, for internal controls
 * @internal.client: client
 * @internal.device: device
 * @internal.subdevice: subdevice
 */
struct gsp_config {
	char name[GSP_NAME_LEN];
	char short_name[GSP_NAME_LEN];
	u64 fb_size;
	u32 fb_bus_width;
	u32 l2_size;
	unsigned int nr_regions;
	struct gsp_fb_region regions[GSP_FB_REGIONS_MAX];
	struct {
		u32 total_vfs;
		u32 first_vf_offset;
		u64 bar_size[3];
		bool bar_is_64bit[3];
		bool enabled;
		bool trap_tlb_page;
		bool any_nr_channels;
		bool resizable_bar1;
	} sriov;
	u32 max_gfid;
	u64 bar1_pde_base;
	u64 bar2_pde_base;
	u64 heaps_base;
	struct {
		u32 client;
		u32 device;
		u32 subdevice;
	} internal;
};

/**
 * struct gsp_rm_object - the object that an RM call is about
 * @client: handle of the client that owns it
 * @parent: parent (alloc, dup)
 * @object: the object itself
 * @class: its class (alloc)
 * @src_client: owner of the source (dup)
 * @src_object: the source (dup)
 * @cmd: command (control)
 * @params_size: size of the parameters that follow (alloc, control)
 * @status: NV_STATUS of the reply
 */
struct gsp_rm_object {
	u32 client;
	u32 parent;
	u32 object;
	u32 class;
	u32 src_client;
	u32 src_object;
	u32 cmd;
	u32 params_size;
	u32 status;
};

/**
 * enum gsp_call - what the driver calls in GSP-RM
 * @GSP_CALL_SET_SYSTEM_INFO: in: struct gsp_system_info; posted
 * @GSP_CALL_SET_REGISTRY: in: struct gsp_registry; posted
 * @GSP_CALL_GET_STATIC_INFO: out: struct gsp_config
 * @GSP_CALL_UNLOAD: end of the driver
 * @GSP_CALL_RM_ALLOC: in and out: struct gsp_rm_object; body: parameters
 * @GSP_CALL_RM_CONTROL: in and out: struct gsp_rm_object; body: parameters
 * @GSP_CALL_RM_FREE: in and out: struct gsp_rm_object
 * @GSP_CALL_RM_DUP: in and out: struct gsp_rm_object
 * @GSP_NR_CALLS: number of calls
 */
enum gsp_call {
	GSP_CALL_SET_SYSTEM_INFO,
	GSP_CALL_SET_REGISTRY,
	GSP_CALL_GET_STATIC_INFO,
	GSP_CALL_UNLOAD,
	GSP_CALL_RM_ALLOC,
	GSP_CALL_RM_CONTROL,
	GSP_CALL_RM_FREE,
	GSP_CALL_RM_DUP,
	GSP_NR_CALLS
};

/**
 * struct gsp_call_desc - how a release carries out one call
 * @fn: function number on the wire
 * @name: the vendor's name of the function
 * @timeout_ms: deadline of the answer
 * @posted: the firmware never answers it
 * @size: bytes of the wire structure, for a call whose size is fixed
 * @size_of: bytes of the wire structure for @in; NULL if fixed
 * @encode: write @in to @wire, which is zeroed; NULL if all zero
 * @decode: check and read @wire; NULL if the answer says nothing
 */
struct gsp_call_desc {
	u32 fn;
	const char *name;
	unsigned int timeout_ms;
	bool posted;
	size_t size;
	size_t (*size_of)(const void *in);
	void (*encode)(const void *in, void *wire);
	int (*decode)(const void *wire, void *out);
};

/* ---- controls: one RM control command each ---- */

/**
 * struct gsp_intr_vectors - interrupt vectors that concern the driver
 * @gsp: stall vector of the GSP
 */
struct gsp_intr_vectors {
	u32 gsp;
};

/**
 * enum gsp_ctrl - typed RM controls
 * @GSP_CTRL_INTR_TABLE: on the internal subdevice;
 *	out: struct gsp_intr_vectors
 * @GSP_CTRL_DEVICE_INFO: on the internal subdevice; in: u32, where in the
 *	table to go on; out: struct gsp_engine_list, appended to. Call
 *	gsp_rm_engines() instead, which reads it whole.
 * @GSP_CTRL_VMMU_SEGMENT_SIZE: on a subdevice; out: u64, bytes
 * @GSP_CTRL_ECC_STATUS: on a subdevice; out: bool, framebuffer ECC is on
 * @GSP_CTRL_METHOD_BUF_SIZE: on a subdevice; out: u32, bytes that a channel
 *	needs for the methods of a copy engine that faulted
 * @GSP_CTRL_SET_VGPU_MGR_CONFIG: on the internal subdevice; in: bool, vGPUs
 *	of different sizes may share the GPU
 * @GSP_CTRL_ADD_VGPU_TYPES: on the internal subdevice;
 *	in: struct gsp_vgpu_type_list
 * @GSP_CTRL_VGPU_BOOTLOAD: on the internal subdevice;
 *	in: struct gsp_vgpu_bootload
 * @GSP_CTRL_VGPU_SHUTDOWN: on the internal subdevice; in: u32, gfid
 * @GSP_CTRL_VGPU_CLEANUP: on the internal subdevice; in: u32, gfid
 * @GSP_CTRL_SET_PAGE_DIRECTORY: on a device; in: struct gsp_page_directory
 * @GSP_CTRL_UNSET_PAGE_DIRECTORY: on a device; in: u32, handle of the
 *	address space
 * @GSP_CTRL_CHANNEL_BIND: on a channel; in: u32, engine type
 * @GSP_CTRL_CHANNEL_SCHEDULE: on a channel; in: bool, run it
 * @GSP_NR_CTRLS: number of controls
 */
enum gsp_ctrl {
	GSP_CTRL_INTR_TABLE,
	GSP_CTRL_DEVICE_INFO,
	GSP_CTRL_VMMU_SEGMENT_SIZE,
	GSP_CTRL_ECC_STATUS,
	GSP_CTRL_METHOD_BUF_SIZE,
	GSP_CTRL_SET_VGPU_MGR_CONFIG,
	GSP_CTRL_ADD_VGPU_TYPES,
	GSP_CTRL_VGPU_BOOTLOAD,
	GSP_CTRL_VGPU_SHUTDOWN,
	GSP_CTRL_VGPU_CLEANUP,
	GSP_CTRL_SET_PAGE_DIRECTORY,
	GSP_CTRL_UNSET_PAGE_DIRECTORY,
	GSP_CTRL_CHANNEL_BIND,
	GSP_CTRL_CHANNEL_SCHEDULE,
	GSP_NR_CTRLS
};

/**
 * struct gsp_ctrl_desc - how a release carries out one control
 * @cmd: command number
 * @name: the vendor's name
 * @timeout_ms: deadline of the answer; 0 for that of any control
 * @size: bytes of the parameters
 * @encode: write @in to @params, which is zeroed; NULL if all zero
 * @decode: check and read @params; NULL if the answer says nothing
 */
struct gsp_ctrl_desc {
	u32 cmd;
	const char *name;
	unsigned int timeout_ms;
	size_t size;
	void (*encode)(const void *in, void *params);
	int (*decode)(const void *params, void *out);
};

/* ---- classes: objects that the core itself creates in GSP-RM ---- */

/**
 * enum gsp_class - RM classes
 * @GSP_CLASS_ROOT: a client; in: u32, its handle
 * @GSP_CLASS_DEVICE: a device, below a client; in: u32, handle of the client
 * @GSP_CLASS_SUBDEVICE: a subdevice, below a device
 * @GSP_CLASS_VASPACE: an address space, below a device, whose page tables
 *	are the driver's; it has none until GSP_CTRL_SET_PAGE_DIRECTORY
 * @GSP_CLASS_CHANNEL: a channel, below a device;
 *	in: struct gsp_channel_params
 * @GSP_CLASS_COPY: a copy engine, below a channel; in: u32, engine type
 * @GSP_NR_CLASSES: number of classes
 */
enum gsp_class {
	GSP_CLASS_ROOT,
	GSP_CLASS_DEVICE,
	GSP_CLASS_SUBDEVICE,
	GSP_CLASS_VASPACE,
	GSP_CLASS_CHANNEL,
	GSP_CLASS_COPY,
	GSP_NR_CLASSES
};

/**
 * struct gsp_class_desc - how a release knows a class
 * @id: class number
 * @name: the vendor's name
 * @size: bytes of its allocation parameters
 * @encode: write @in to @params, which is zeroed; NULL if all zero
 * @decode: check and read @params; NULL if the answer says nothing
 */
struct gsp_class_desc {
	u32 id;
	const char *name;
	size_t size;
	void (*encode)(const void *in, void *params);
	int (*decode)(const void *params, void *out);
};

/* ---- the release ---- */

/**
 * struct gsp_abi - one firmware release
 * @release: release as it stands in the file names
 * @echoes_sequence: replies carry the sequence number of their request
 * @continuation_fn: function number of a continuation record
 * @first_event: function numbers from here on are events
 * @boot: boot-time structures
 * @calls: indexed by enum gsp_call
 * @ctrls: indexed by enum gsp_ctrl
 * @classes: indexed by enum gsp_class
 * @events: indexed by enum gsp_event
 * @error_log: read an ERROR_LOG payload; -EPROTO if it is too short
 * @rc: read an RC_TRIGGERED payload; -EPROTO if it is too short
 * @recovery: read a RECOVERY_ACTION payload; -EPROTO if it is too short
 * @plugin_event: read a VGPU_PLUGIN payload; -EPROTO if it is too short
 * @config_event: read a VGPU_CONFIG payload; -EPROTO if it is too short
 * @vgpu: vGPU types; NULL if the release has none
 * @plugin: the memory shared with a plugin; NULL if the release has none
 */
struct gsp_abi {
	const char *release;
	bool echoes_sequence;
	u32 continuation_fn;
	u32 first_event;
	struct gsp_abi_boot boot;
	const struct gsp_call_desc *calls;
	const struct gsp_ctrl_desc *ctrls;
	const struct gsp_class_desc *classes;
	const struct gsp_event_desc *events;
	int (*error_log)(const void *payload, size_t len,
			 struct gsp_error_log *log);
	int (*rc)(const void *payload, size_t len, struct gsp_rc *rc);
	int (*recovery)(const void *payload, size_t len, enum gsp_recovery *action);
	int (*plugin_event)(const void *payload, size_t len, struct gsp_plugin_event *ev);
	int (*config_event)(const void *payload, size_t len,
			    enum gsp_vgpu_config_notify *what);
	const struct gsp_abi_vgpu *vgpu;
	const struct gsp_abi_plugin *plugin;
};

extern const struct gsp_abi gsp_abi_r570;

const struct gsp_abi *gsp_abi_default(void);
enum gsp_event gsp_abi_event(const struct gsp_abi *abi, u32 fn);

#endif
