/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Wire layouts of 570.144: vGPU types, vGPUs, and the memory that a plugin
 * shares with the host.
 *
 * Facts from NVIDIA/open-gpu-kernel-modules, tag 570.144:
 *   src/common/sdk/nvidia/inc/ctrl/ctrl2080/ctrl2080vgpumgrinternal.h
 *   src/common/sdk/nvidia/inc/ctrl/ctrla081.h
 * The shared memory is in none of its headers: its layout is that of NVIDIA's
 * vGPU patches for Linux, "vfio: introduce the NVIDIA vGPU" of 2025-09-03.
 *
 * Only files of this folder include this header.
 */
#ifndef _GSP_ABI_R570_WIRE_VGPU_H
#define _GSP_ABI_R570_WIRE_VGPU_H

#include <linux/types.h>

#define R570_VGPU_TYPES_MAX		64
#define R570_VGPUS_MAX			32
#define R570_PLUGIN_CHANNELS_MAX	5
#define R570_ENGINE_TYPES		84
#define R570_NO_SWIZZ_ID		0xffffffff

/* NVA081_CTRL_VGPU_INFO; sizes in bytes but for the BAR, in MiB */
struct r570_wire_vgpu_type {
	__le32 id;
	u8 name[32];
	u8 class[32];
	u8 signature[128];
	u8 license[128];
	__le32 max_instance;
	__le32 nr_heads;
	__le32 max_x;
	__le32 max_y;
	__le32 max_pixels;
	__le32 frl_config;
	__le32 cuda;
	__le32 ecc;
	__le32 gpu_instance_size;
	__le32 multi_vgpu;
	u8 pad0[4];
	__le64 vdev_id;
	__le64 pdev_id;
	__le64 profile_size;
	__le64 fb_length;
	__le64 gsp_heap_size;
	__le64 fb_reservation;
	__le64 mappable_video_size;
	__le32 encoder_capacity;
	u8 pad1[4];
	__le64 bar1_length;
	__le32 frl_enable;
	u8 tail[4780];
};

/* ..._PGPU_ADD_VGPU_TYPE_PARAMS */
#define R570_CTRL_ADD_VGPU_TYPES	0x20804003

struct r570_wire_add_vgpu_types {
	u8 discard;
	u8 pad[3];
	__le32 nr;
	struct r570_wire_vgpu_type types[R570_VGPU_TYPES_MAX];
};

/* ..._SET_VGPU_MGR_CONFIG_PARAMS */
#define R570_CTRL_SET_VGPU_MGR_CONFIG	0x2080400b

struct r570_wire_vgpu_mgr_config {
	u8 heterogeneous;
};

/* ..._BOOTLOAD_GSP_VGPU_PLUGIN_TASK_PARAMS */
#define R570_CTRL_VGPU_BOOTLOAD		0x20804001
#define R570_BOOTLOAD_RANGES		384

struct r570_wire_vgpu_bootload {
	__le32 dbdf;
	__le32 gfid;
	__le32 type;
	__le32 vm_pid;
	__le32 swizz_id;
	__le32 nr_channels;
	__le32 nr_plugin_channels;
	__le32 chid_offset[R570_ENGINE_TYPES];
	u8 no_smc_restore;
	u8 pad0[3];
	__le32 nr_fb;
	u8 pad1[4];
	__le64 fb_addr[R570_BOOTLOAD_RANGES];
	__le64 fb_size[R570_BOOTLOAD_RANGES];
	__le64 heap_addr;
	__le64 heap_size;
	__le64 ctrl_offset;
	__le64 init_log_addr;
	__le64 init_log_size;
	__le64 vgpu_log_addr;
	__le64 vgpu_log_size;
	__le64 kernel_log_addr;
	__le64 kernel_log_size;
	__le64 mig_heap_addr;
	__le64 mig_heap_size;
	u8 profiling;
	u8 pad2[7];
};

/* ..._SHUTDOWN_GSP_VGPU_PLUGIN_TASK_PARAMS, ..._VGPU_PLUGIN_CLEANUP_PARAMS */
#define R570_CTRL_VGPU_SHUTDOWN		0x20804002
#define R570_CTRL_VGPU_CLEANUP		0x20804008

struct r570_wire_vgpu_gfid {
	__le32 gfid;
};

/* rpc_vgpu_gsp_plugin_triggered */
struct r570_wire_plugin_event {
	__le32 gfid;
	__le32 notify;
};

/* rpc_vgpu_config_event */
struct r570_wire_config_event {
	__le32 notify;
};

/* The regions of the shared memory */
#define R570_PLUGIN_CTRL		0x0
#define R570_PLUGIN_RESPONSE		0x1000
#define R570_PLUGIN_MESSAGE		0x2000
#define R570_PLUGIN_MESSAGE_SIZE	0x1000
#define R570_PLUGIN_MIGRATION		0x3000
#define R570_PLUGIN_ERROR		0x203000
#define R570_PLUGIN_ERROR_SIZE		0x1000
#define R570_PLUGIN_INIT_LOG		0x204000
#define R570_PLUGIN_INIT_LOG_SIZE	0x20000
#define R570_PLUGIN_VGPU_LOG		0x224000
#define R570_PLUGIN_VGPU_LOG_SIZE	0x40000
#define R570_PLUGIN_KERNEL_LOG		0x264000
#define R570_PLUGIN_KERNEL_LOG_SIZE	0x10000
#define R570_PLUGIN_TOTAL		0x274000
#define R570_PLUGIN_BOOTLOADED		0x4e654a6f

/* Control page, version 1 */
#define R570_PLUGIN_VERSION		1

struct r570_wire_plugin_ctrl {
	__le32 version;
	__le32 type;
	__le32 seq;
	u8 pad0[4];
	__le64 response;
	__le64 message;
	__le64 migration;
	__le64 error;
	__le32 migration_cpu_access;
	u8 migrating;
	u8 pad1[3];
	__le32 error_get;
	__le32 nr_attached;
	u8 hosts[16][28];
};

/*
 * Response page. The published header declares the flags of the four surfaces
 * as bytes, which would put error_put at 312; older and newer ones, and the
 * firmware's own enums, have them as words.
 */
struct r570_wire_plugin_response {
	__le32 seq_received;
	__le32 seq_processed;
	__le32 result;
	__le32 guest_version;
	__le32 migration_put;
	__le32 save_complete;
	u8 surfaces[4][80];
	__le32 error_put;
	__le32 licence;
	__le32 guest_os;
	__le32 frl_config;
};

/* Parameters of messages */
struct r570_wire_plugin_version {
	__le32 cpu;
	__le32 negotiated;
};

#define R570_PLUGIN_MIGRATION_FEATURE	0x4000
#define R570_PLUGIN_HYPERVISOR_UNKNOWN	4
#define R570_PLUGIN_CPU_ARM64		1
#define R570_PLUGIN_CPU_X86_64		2

struct r570_wire_plugin_config {
	u8 uuid[16];
	__le32 dbdf;
	__le32 driver_vm_vf_dbdf;
	__le32 instance;
	__le32 type;
	__le32 vm_pid;
	__le32 swizz_id;
	__le32 nr_channels;
	__le32 nr_plugin_channels;
	__le32 vmm_cap;
	__le32 migration_feature;
	__le32 hypervisor;
	__le32 host_cpu;
	__le64 host_page_size;
	u8 rev1[3];
	u8 enable_uvm;
	u8 linux_interrupt_optimization;
	u8 vmm_migration;
	u8 rev2;
	u8 enable_console_vnc;
	u8 use_non_stall_linux_events;
	u8 rev3[3];
	__le16 placement;
	u8 pad[2];
	__le32 rev4;
	__le32 channel_usage_threshold;
	__le32 rev5;
	__le32 rev6;
	__le64 rev7;
};

struct r570_wire_plugin_bme {
	u8 enable;
	u8 allowed;
};

#endif
