/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vGPU types, vGPUs, and the plugin that runs each vGPU inside the firmware.
 */
#ifndef _GSP_ABI_VGPU_H
#define _GSP_ABI_VGPU_H

#include <linux/types.h>

#include "abi/chan.h"

#define GSP_VGPU_NAME_LEN	32
#define GSP_VGPU_RANGES_MAX	384

/**
 * struct gsp_vgpu_type - a kind of vGPU
 * @id: NVIDIA's number of it, never 0
 * @name: marketing name: printable, no ':'
 * @class: kind of use ("Quadro", "NVS", ...), printable, no ':', may be empty
 * @max_instance: most vGPUs of it on one GPU, from 1 on
 * @fb_length: framebuffer that the guest gets when ECC is off, in bytes
 * @profile_size: its share of the board, in bytes; vGPUs of equal share mix
 * @gsp_heap_size: framebuffer that its plugin works in, in bytes
 * @fb_reservation: framebuffer withheld from the guest when ECC is on, bytes
 * @bar1_length: the guest's framebuffer aperture, in bytes
 * @vdev_id: what the guest sees: device << 16 | subsystem
 * @pdev_id: boards that it is for: device << 16 | subsystem; subsystem 0
 *	stands for any, all 0 for any board
 * @ecc: may be used while ECC is on
 * @raw: record as the vendor signed it, which alone is sent to the firmware
 * @raw_len: its size in bytes
 */
struct gsp_vgpu_type {
	u32 id;
	char name[GSP_VGPU_NAME_LEN + 1];
	char class[GSP_VGPU_NAME_LEN + 1];
	u32 max_instance;
	u64 fb_length;
	u64 profile_size;
	u64 gsp_heap_size;
	u64 fb_reservation;
	u64 bar1_length;
	u32 vdev_id;
	u32 pdev_id;
	bool ecc;
	const void *raw;
	size_t raw_len;
};

/**
 * struct gsp_vgpu_type_list - types to tell the firmware of
 * @discard: forget those told before
 * @nr: how many, at most &gsp_abi_vgpu.max_types
 * @types: each with its @raw record
 */
struct gsp_vgpu_type_list {
	bool discard;
	unsigned int nr;
	const struct gsp_vgpu_type *types;
};

/**
 * struct gsp_vgpu_bootload - start the plugin of a vGPU
 * @sbdf: domain << 16 | bus << 8 | devfn of the VF
 * @gfid: number of the VF, counted from 1
 * @vm_pid: whose vGPU it is
 * @nr_channels: channel ids of the vGPU
 * @nr_plugin_channels: those that the plugin uses itself
 * @chid_offset: first channel id of the vGPU, the same on each engine
 * @engines: engines that it has channels on
 * @fb: framebuffer of the guest, in the order the guest sees it; VMMU
 *	segments
 * @nr_fb: number of ranges, from 1 to GSP_VGPU_RANGES_MAX
 * @heap_addr: framebuffer of the plugin; the memory shared with the host is
 *	its beginning
 * @heap_size: bytes of it
 */
struct gsp_vgpu_bootload {
	u32 sbdf;
	u32 gfid;
	u32 vm_pid;
	u32 nr_channels;
	u32 nr_plugin_channels;
	u32 chid_offset;
	const struct gsp_engine_list *engines;
	const struct gsp_fb_range *fb;
	unsigned int nr_fb;
	u64 heap_addr;
	u64 heap_size;
};

/**
 * enum gsp_plugin_notify - what the firmware reports of a plugin
 * @GSP_PLUGIN_BOOTLOADED: it is up
 * @GSP_PLUGIN_UNLOADED: it has ended, as asked
 * @GSP_PLUGIN_CRASHED: it has ended, unasked
 * @GSP_PLUGIN_GUEST_LOADED: the guest's driver came up
 * @GSP_PLUGIN_GUEST_UNLOADED: the guest's driver has gone
 * @GSP_PLUGIN_ERROR_MESSAGE: text waits in the error region
 * @GSP_PLUGIN_LICENCE: the guest's licence has changed
 * @GSP_PLUGIN_GUEST_OS: the guest's system is known
 * @GSP_PLUGIN_OTHER: something that this driver doesn't know
 */
enum gsp_plugin_notify {
	GSP_PLUGIN_BOOTLOADED,
	GSP_PLUGIN_UNLOADED,
	GSP_PLUGIN_CRASHED,
	GSP_PLUGIN_GUEST_LOADED,
	GSP_PLUGIN_GUEST_UNLOADED,
	GSP_PLUGIN_ERROR_MESSAGE,
	GSP_PLUGIN_LICENCE,
	GSP_PLUGIN_GUEST_OS,
	GSP_PLUGIN_OTHER,
};

/**
 * struct gsp_plugin_event - a VGPU_PLUGIN event
 * @gfid: whose plugin
 * @what: what happened
 */
struct gsp_plugin_event {
	u32 gfid;
	enum gsp_plugin_notify what;
};

/**
 * enum gsp_vgpu_config_notify - a VGPU_CONFIG event
 * @GSP_VGPU_CONFIG_CREATED: some vGPU was created
 * @GSP_VGPU_CONFIG_INITIALISING: some vGPU initialises
 * @GSP_VGPU_CONFIG_DESTROYED: some vGPU was destroyed
 * @GSP_VGPU_CONFIG_OTHER: something that this driver doesn't know
 */
enum gsp_vgpu_config_notify {
	GSP_VGPU_CONFIG_CREATED,
	GSP_VGPU_CONFIG_INITIALISING,
	GSP_VGPU_CONFIG_DESTROYED,
	GSP_VGPU_CONFIG_OTHER,
};

/**
 * struct gsp_abi_vgpu - vGPUs as a release knows them
 * @max_types: types that it takes
 * @max_vgpus: vGPUs on one GPU
 * @max_plugin_channels: most channels of a plugin
 * @type_size: bytes of a type's record
 * @vgpu_type: read the record @raw of @len bytes, keeping a pointer to it;
 *	-EPROTO if it is no sane type: length, id, names, numbers
 */
struct gsp_abi_vgpu {
	unsigned int max_types;
	unsigned int max_vgpus;
	unsigned int max_plugin_channels;
	size_t type_size;
	int (*vgpu_type)(const void *raw, size_t len, struct gsp_vgpu_type *t);
};

/* ---- the memory that host and plugin share ---- */

/**
 * struct gsp_plugin_layout - where things are in it
 * @ctrl: page that the host writes
 * @response: page that the plugin writes
 * @message: page that carries parameters both ways
 * @message_size: bytes of it
 * @migration: buffer of migration data
 * @error: text of the plugin
 * @error_size: bytes of it
 * @init_log: log of the plugin's loader
 * @init_log_size: bytes of it
 * @vgpu_log: log of the plugin
 * @vgpu_log_size: bytes of it
 * @kernel_log: log of the plugin's kernel
 * @kernel_log_size: bytes of it
 * @total: bytes of the whole; the plugin's own heap follows
 * @version_off: in @ctrl, u32: version of this layout
 * @type_off: in @ctrl, u32: type of the message
 * @seq_off: in @ctrl, u32: number of the message, written last; before the
 *	first message the plugin says here that it is up
 * @error_get_off: in @ctrl, u32: how far the host has read @error
 * @rsp_seq_off: in @response, u32: number of the message last processed
 * @rsp_result_off: in @response, u32: its result, 0 for success
 * @error_put_off: in @response, u32: how far the plugin has written @error
 * @bootloaded_magic: what the plugin writes at @seq_off when it is up
 *
 * The regions are bytes from the start of the memory, fields bytes from the
 * start of their region.
 */
struct gsp_plugin_layout {
	u32 ctrl;
	u32 response;
	u32 message;
	u32 message_size;
	u32 migration;
	u32 error;
	u32 error_size;
	u32 init_log;
	u32 init_log_size;
	u32 vgpu_log;
	u32 vgpu_log_size;
	u32 kernel_log;
	u32 kernel_log_size;
	u32 total;
	u32 version_off;
	u32 type_off;
	u32 seq_off;
	u32 error_get_off;
	u32 rsp_seq_off;
	u32 rsp_result_off;
	u32 error_put_off;
	u32 bootloaded_magic;
};

/**
 * struct gsp_plugin_config - what a plugin is told of its vGPU
 * @uuid: of the virtual machine or the vGPU; all zero if it has none
 * @sbdf: domain << 16 | bus << 8 | devfn of the VF
 * @instance: any number that is unique on this GPU
 * @type: number of its type
 * @vm_pid: whose vGPU it is
 * @nr_channels: channel ids of the vGPU
 * @nr_plugin_channels: those that the plugin uses itself
 * @placement: placement id
 * @host_page_size: PAGE_SIZE
 * @enable_uvm: the guest may use unified memory
 */
struct gsp_plugin_config {
	u8 uuid[16];
	u32 sbdf;
	u32 instance;
	u32 type;
	u32 vm_pid;
	u32 nr_channels;
	u32 nr_plugin_channels;
	u16 placement;
	u32 host_page_size;
	bool enable_uvm;
};

/**
 * enum gsp_plugin_msg - messages to a plugin
 * @GSP_PLUGIN_MSG_VERSION: agree on a version
 * @GSP_PLUGIN_MSG_CONFIG: configure the vGPU
 * @GSP_PLUGIN_MSG_RESET: reset it
 * @GSP_PLUGIN_MSG_BME: its bus mastering was switched
 * @GSP_NR_PLUGIN_MSGS: number of messages
 */
enum gsp_plugin_msg {
	GSP_PLUGIN_MSG_VERSION,
	GSP_PLUGIN_MSG_CONFIG,
	GSP_PLUGIN_MSG_RESET,
	GSP_PLUGIN_MSG_BME,
	GSP_NR_PLUGIN_MSGS
};

/**
 * struct gsp_abi_plugin - how a release talks with a plugin
 * @layout: the shared memory
 * @messages: numbers of the messages on the wire
 * @ctrl_page: write the first control page to ordinary memory, which is
 *	zeroed; returns its size. The caller puts it into the shared memory, the
 *	word at version_off after everything else.
 * @version: write the parameters of GSP_PLUGIN_MSG_VERSION to @buf, which is
 *	zeroed and message_size long; returns their size
 * @config: those of GSP_PLUGIN_MSG_CONFIG, likewise
 * @bme: those of GSP_PLUGIN_MSG_BME, likewise
 *
 * GSP_PLUGIN_MSG_RESET has no parameters.
 */
struct gsp_abi_plugin {
	struct gsp_plugin_layout layout;
	u32 messages[GSP_NR_PLUGIN_MSGS];
	size_t (*ctrl_page)(void *page);
	size_t (*version)(void *buf);
	size_t (*config)(const struct gsp_plugin_config *config, void *buf);
	size_t (*bme)(bool enable, void *buf);
};

#endif
