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

#define GSP_FB_REGIONS_MAX	16
#define GSP_NAME_LEN		64

/* ---- boot: structures found by the firmware through pointer registers ---- */

/**
 * struct gsp_wpr_layout - the top of the framebuffer, carved up for GSP-RM
 * @fb_size: framebuffer size in bytes
 * @vga_offset: start of the VGA workspace
 * @vga_size: size of the VGA workspace
 * @frts_offset: start of the FRTS region that FWSEC protects first
 * @frts_size: size of the FRTS region
 * @wpr_end: end (exclusive) of WPR2
 * @boot_offset: where booter puts the GSP bootloader
 * @fw_offset: where booter puts the GSP-RM image
 * @heap_offset: start of the heap inside WPR2
 * @heap_size: size of that heap
 * @wpr_start: start of WPR2
 * @nonwpr_offset: start of the heap that lies below WPR2
 * @nonwpr_size: size of that heap
 *
 * All values in bytes from the start of the framebuffer.
 */
struct gsp_wpr_layout {
	u64 fb_size;
	u64 vga_offset;
	u64 vga_size;
	u64 frts_offset;
	u64 frts_size;
	u64 wpr_end;
	u64 boot_offset;
	u64 fw_offset;
	u64 heap_offset;
	u64 heap_size;
	u64 wpr_start;
	u64 nonwpr_offset;
	u64 nonwpr_size;
};

/**
 * struct gsp_wpr_meta - what booter_load needs beside the layout
 * @radix3: DMA address of the image's level-0 page
 * @image_size: size of the GSP-RM image in bytes
 * @bootloader: DMA address of the bootloader's payload
 * @bootloader_size: size of that payload
 * @code_offset: monitor code inside the bootloader
 * @data_offset: monitor data inside the bootloader
 * @manifest_offset: manifest inside the bootloader
 * @signature: DMA address of the image's signature
 * @signature_size: size of the signature
 * @vf_partitions: number of vGPU partitions that the heap is sized for
 */
struct gsp_wpr_meta {
	u64 radix3;
	u64 image_size;
	u64 bootloader;
	u64 bootloader_size;
	u64 code_offset;
	u64 data_offset;
	u64 manifest_offset;
	u64 signature;
	u64 signature_size;
	u8 vf_partitions;
};

/**
 * struct gsp_libos_region - one named memory region handed to libos
 * @name: at most 8 characters, "LOGINIT" for example
 * @addr: DMA address, page aligned
 * @size: bytes, a multiple of 4096
 */
struct gsp_libos_region {
	const char *name;
	u64 addr;
	u64 size;
};

/**
 * struct gsp_rm_args - where GSP-RM finds the message queues
 * @shm: DMA address of the shared memory (its page table comes first)
 * @nr_pages: pages of the shared memory
 * @cmdq_offset: command queue, bytes from @shm
 * @statq_offset: status queue, bytes from @shm
 */
struct gsp_rm_args {
	u64 shm;
	u32 nr_pages;
	u64 cmdq_offset;
	u64 statq_offset;
};

/**
 * struct gsp_seq_prog - a register program that the firmware asks us to run
 * @cmds: packed opcodes and operands
 * @nr_dwords: how many of them are valid
 */
struct gsp_seq_prog {
	const __le32 *cmds;
	u32 nr_dwords;
};

/**
 * struct gsp_abi_boot - boot-time structures of a release
 * @wpr_meta_size: bytes that @wpr_meta writes (at most a page)
 * @wpr_meta: write GspFwWprMeta
 * @libos_args: write the zero-terminated list of @nr regions into one page
 * @rm_args: write the arguments of GSP-RM into one page
 * @heap_size: WPR heap in bytes for a framebuffer of @fb_size bytes;
 *	@vf_partitions is 0 for a GPU booted plain
 * @sequencer: find the program in a RUN_CPU_SEQUENCER payload;
 *	-EPROTO if the payload is too short for what it announces
 */
struct gsp_abi_boot {
	size_t wpr_meta_size;
	void (*wpr_meta)(void *page, const struct gsp_wpr_layout *layout,
			 const struct gsp_wpr_meta *meta);
	void (*libos_args)(void *page, const struct gsp_libos_region *regions,
			   unsigned int nr);
	void (*rm_args)(void *page, const struct gsp_rm_args *args);
	u64 (*heap_size)(u64 fb_size, unsigned int vf_partitions);
	int (*sequencer)(const void *payload, size_t len,
			 struct gsp_seq_prog *prog);
};

/* ---- calls: one RPC function each ---- */

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
 * @sriov.enabled: GSP-RM was booted for SR-IOV
 * @max_gfid: highest GFID
 * @bar1_pde_base: root page directory of BAR1, framebuffer address
 * @bar2_pde_base: root page directory of BAR2, framebuffer address
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
		bool enabled;
	} sriov;
	u32 max_gfid;
	u64 bar1_pde_base;
	u64 bar2_pde_base;
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
 * @GSP_NR_CTRLS: number of controls
 */
enum gsp_ctrl {
	GSP_CTRL_INTR_TABLE,
	GSP_NR_CTRLS
};

/**
 * struct gsp_ctrl_desc - how a release carries out one control
 * @cmd: command number
 * @name: the vendor's name
 * @size: bytes of the parameters
 * @encode: write @in to @params, which is zeroed; NULL if all zero
 * @decode: check and read @params; NULL if the answer says nothing
 */
struct gsp_ctrl_desc {
	u32 cmd;
	const char *name;
	size_t size;
	void (*encode)(const void *in, void *params);
	int (*decode)(const void *params, void *out);
};

/* ---- classes: objects that the core itself creates in GSP-RM ---- */

/**
 * enum gsp_class - RM classes
 * @GSP_CLASS_ROOT: a client
 * @GSP_CLASS_DEVICE: a device, below a client
 * @GSP_CLASS_SUBDEVICE: a subdevice, below a device
 * @GSP_NR_CLASSES: number of classes
 */
enum gsp_class {
	GSP_CLASS_ROOT,
	GSP_CLASS_DEVICE,
	GSP_CLASS_SUBDEVICE,
	GSP_NR_CLASSES
};

/* No class of the table has larger parameters. */
#define GSP_CLASS_PARAMS_MAX	128

/**
 * struct gsp_class_desc - how a release knows a class
 * @id: class number
 * @size: bytes of its allocation parameters, at most GSP_CLASS_PARAMS_MAX
 * @encode: write them to @params, which is zeroed; NULL if all zero
 */
struct gsp_class_desc {
	u32 id;
	size_t size;
	void (*encode)(u32 client, void *params);
};

/* ---- events: the firmware speaks first ---- */

/**
 * enum gsp_event - events that GSP-RM sends
 * @GSP_EVENT_INIT_DONE: GSP-RM is ready for calls
 * @GSP_EVENT_RUN_SEQUENCER: run a register program
 * @GSP_EVENT_POST_EVENT: a notification that a client asked for
 * @GSP_EVENT_RC_TRIGGERED: a channel was torn down after an error
 * @GSP_EVENT_MMU_FAULT: a fault waits in the fault buffer
 * @GSP_EVENT_ERROR_LOG: an Xid with its text
 * @GSP_EVENT_LIBOS_PRINT: text of a microcontroller
 * @GSP_EVENT_LOCKDOWN: GSP lockdown engages or ends
 * @GSP_EVENT_NOCAT: a crash record was posted
 * @GSP_NR_EVENTS: number of events; also: an event of no known number
 */
enum gsp_event {
	GSP_EVENT_INIT_DONE,
	GSP_EVENT_RUN_SEQUENCER,
	GSP_EVENT_POST_EVENT,
	GSP_EVENT_RC_TRIGGERED,
	GSP_EVENT_MMU_FAULT,
	GSP_EVENT_ERROR_LOG,
	GSP_EVENT_LIBOS_PRINT,
	GSP_EVENT_LOCKDOWN,
	GSP_EVENT_NOCAT,
	GSP_NR_EVENTS
};

/**
 * struct gsp_error_log - an error that GSP-RM reports, known by its Xid
 * @xid: NVIDIA's number of the error
 * @runlist: runlist, or ~0
 * @chid: channel, or ~0
 * @text: terminated text
 */
struct gsp_error_log {
	u32 xid;
	u32 runlist;
	u32 chid;
	char text[256];
};

/**
 * struct gsp_event_desc - how a release names one event
 * @fn: function number on the wire
 * @name: the vendor's name
 */
struct gsp_event_desc {
	u32 fn;
	const char *name;
};

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
};

extern const struct gsp_abi gsp_abi_r570;

const struct gsp_abi *gsp_abi_default(void);
enum gsp_event gsp_abi_event(const struct gsp_abi *abi, u32 fn);

#endif
