/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Wire layouts of firmware release 570.144, as far as the driver touches them.
 *
 * Facts from NVIDIA/open-gpu-kernel-modules, tag 570.144:
 *   src/nvidia/arch/nvalloc/common/inc/gsp/gsp_fw_wpr_meta.h
 *   src/nvidia/arch/nvalloc/common/inc/gsp/gsp_fw_heap.h
 *   src/nvidia/arch/nvalloc/common/inc/gsp/gspifpub.h
 *   src/nvidia/inc/kernel/gpu/gsp/gsp_init_args.h
 *   src/nvidia/inc/kernel/gpu/gsp/gsp_static_config.h
 *   src/nvidia/generated/g_rpc-structures.h
 *   src/nvidia/generated/g_sdk-structures.h
 *   src/common/sdk/nvidia/inc/ctrl/ctrl2080/ctrl2080internal.h
 * wire_chan.h holds those of channels, wire_vgpu.h those of vGPUs.
 * Stretches that the driver leaves zero or does not read are padding here;
 * wire_check.h holds the offsets, measured by another route.
 *
 * Only files of this folder include this header.
 */
#ifndef _GSP_ABI_R570_WIRE_H
#define _GSP_ABI_R570_WIRE_H

#include <linux/types.h>

/* GspFwWprMeta: what booter_load or the FMC is told */
#define R570_WPR_META_MAGIC	0xdc3aae21371a60b3ULL
#define R570_WPR_META_REVISION	1

struct r570_wire_wpr_meta {
	__le64 magic;
	__le64 revision;
	__le64 radix3_addr;
	__le64 radix3_size;
	__le64 bootloader_addr;
	__le64 bootloader_size;
	__le64 bootloader_code_offset;
	__le64 bootloader_data_offset;
	__le64 bootloader_manifest_offset;
	__le64 signature_addr;
	__le64 signature_size;
	__le64 rsvd_start;
	__le64 nonwpr_offset;
	__le64 nonwpr_size;
	__le64 wpr_start;
	__le64 heap_offset;
	__le64 heap_size;
	__le64 fw_offset;
	__le64 boot_offset;
	__le64 frts_offset;
	__le64 frts_size;
	__le64 wpr_end;
	__le64 fb_size;
	__le64 vga_offset;
	__le64 vga_size;
	__le64 boot_count;
	u8 partition_rpc[32];
	u8 vf_partitions;
	u8 flags;
	u8 pad[2];
	__le32 pmu_reserved_size;
	__le64 verified;
};

/* LibosMemoryRegionInitArgument */
#define R570_LIBOS_KIND_CONTIGUOUS	1
#define R570_LIBOS_LOC_SYSMEM		1

struct r570_wire_libos_arg {
	__le64 id8;
	__le64 addr;
	__le64 size;
	u8 kind;
	u8 loc;
	u8 pad[6];
};

/* GSP_ARGUMENTS_CACHED */
struct r570_wire_rm_args {
	__le64 shm_addr;
	__le32 nr_pages;
	__le32 pad0;
	__le64 cmdq_offset;
	__le64 statq_offset;
	__le32 sr_old_level;
	__le32 sr_flags;
	u8 sr_in_pm_transition;
	u8 pad1[3];
	__le32 gpu_instance;
	u8 dmem_stack;
	u8 pad2[7];
	__le64 profiler_addr;
	__le64 profiler_size;
};

/* GSP_FMC_BOOT_PARAMS */
#define R570_DMA_TARGET_COHERENT	1
#define R570_DMA_TARGET_NONCOHERENT	2

struct r570_wire_fmc_params {
	__le32 regkeys;
	__le32 pad0;
	__le32 boot_target;
	__le32 desc_size;
	__le64 desc_addr;
	__le64 carveout_addr;
	__le32 carveout_size;
	u8 is_rm_boot;
	u8 pad1[3];
	__le32 rm_target;
	__le32 pad2;
	__le64 libos_addr;
	__le32 spdm_target;
	__le32 pad3;
	__le64 spdm_addr;
	__le32 spdm_size;
	__le32 pad4;
};

/* GspSystemInfo */
struct r570_wire_vf_info {
	__le32 total_vfs;
	__le32 first_vf_offset;
	__le64 bar_addr[3];
	u8 bar_is_64bit[3];
	u8 pad[5];
};

struct r570_wire_system_info {
	__le64 bar_addr[3];
	__le64 io_addr;
	__le64 pci_bdf;
	__le64 sim_access_addr;
	__le64 notify_op_addr;
	__le64 atomics_op_mask;
	__le64 console_size;
	__le64 max_user_va;
	__le32 config_mirror;
	__le32 config_mirror_size;
	__le32 device_id;
	__le32 subsystem_id;
	__le32 revision;
	__le32 atomics_completer_mask;
	u8 oor_arch;
	u8 pad0[7];
	__le64 pdb_properties;
	__le32 chipset;
	u8 behind_bridge;
	u8 flr_supported;
	u8 bar0_is_64bit;
	u8 mnoc_available;
	u8 platform[0x2c4];
	__le32 hypervisor_type;
	u8 passthrough;
	u8 pad1[7];
	__le64 sys_timer_offset_ns;
	struct r570_wire_vf_info vf_info;
	u8 primary;
	u8 grid_build;
	u8 pad2[2];
	__le32 link_cap;
	__le32 grid_build_csp;
	u8 options[6];
	u8 pad3[6];
	__le64 host_page_size;
};

/* PACKED_REGISTRY_TABLE */
#define R570_REGISTRY_TYPE_DWORD	1

struct r570_wire_registry_entry {
	__le32 name_offset;
	u8 type;
	u8 pad[3];
	__le32 data;
	__le32 length;
};

struct r570_wire_registry {
	__le32 size;
	__le32 nr_entries;
	struct r570_wire_registry_entry entries[];
};

/* GspStaticConfigInfo */
struct r570_wire_fb_region {
	__le64 base;
	__le64 limit;
	__le64 reserved;
	__le32 performance;
	u8 compressed;
	u8 iso;
	u8 protected;
	u8 blacklist[17];
};

struct r570_wire_sriov_caps {
	__le32 total_vfs;
	__le32 first_vf_offset;
	__le32 feature_mask;
	__le32 pad0;
	__le64 first_bar_addr[3];
	__le64 bar_size[3];
	u8 bar_is_64bit[3];
	u8 enabled;
	u8 heavy;
	u8 emulate_tlb_invalidate;
	u8 client_ctx_buffers;
	u8 any_nr_channels;
	u8 resizable_bar1;
	u8 pad1[7];
};

struct r570_wire_static_info {
	u8 gr_caps[0x18];
	u8 gid[0x10c];
	u8 sku[0x30];
	u8 pad0[4];
	__le32 nr_regions;
	__le32 pad1;
	struct r570_wire_fb_region regions[16];
	struct r570_wire_sriov_caps sriov;
	__le32 max_gfid;
	__le32 engine_caps[3];
	u8 poison_fuse;
	u8 pad2[7];
	__le64 fb_length;
	__le64 fbio_mask;
	__le32 fb_bus_width;
	__le32 fb_ram_type;
	__le64 fbp_mask;
	__le32 l2_size;
	u8 name[64];
	u8 short_name[64];
	u8 name_utf16[128];
	u8 sku_flags[0x14];
	__le64 bar1_pde_base;
	__le64 bar2_pde_base;
	u8 vbios[0x10];
	u8 display[0x20];
	__le32 internal_client;
	__le32 internal_device;
	__le32 internal_subdevice;
	u8 tail[0x1c];
	__le64 nonwpr_offset;
	__le64 frts_offset;
};

/* rpc_unloading_guest_driver */
struct r570_wire_unload {
	u8 in_pm_transition;
	u8 gc6_entering;
	u8 pad[2];
	__le32 new_level;
};

/* rpc_gsp_rm_alloc, without its parameters */
struct r570_wire_rm_alloc {
	__le32 client;
	__le32 parent;
	__le32 object;
	__le32 class;
	__le32 status;
	__le32 params_size;
	__le32 flags;
	u8 reserved[4];
};

/* rpc_gsp_rm_control, without its parameters */
struct r570_wire_rm_control {
	__le32 client;
	__le32 object;
	__le32 cmd;
	__le32 status;
	__le32 params_size;
	__le32 flags;
};

/* NVOS00_PARAMETERS */
struct r570_wire_rm_free {
	__le32 root;
	__le32 parent;
	__le32 object;
	__le32 status;
};

/* NVOS55_PARAMETERS */
struct r570_wire_rm_dup {
	__le32 client;
	__le32 parent;
	__le32 object;
	__le32 src_client;
	__le32 src_object;
	__le32 flags;
	__le32 status;
};

/* NV0000_ALLOC_PARAMETERS */
struct r570_wire_root_params {
	__le32 client;
	__le32 process_id;
	u8 process_name[100];
	u8 pad[4];
	__le64 os_pid_info;
};

/* NV0080_ALLOC_PARAMETERS */
struct r570_wire_device_params {
	__le32 device_id;
	__le32 client_share;
	__le32 target_client;
	__le32 target_device;
	__le32 flags;
	__le32 pad0;
	__le64 va_space_size;
	__le64 va_start;
	__le64 va_limit;
	__le32 va_mode;
	__le32 pad1;
};

/* NV2080_ALLOC_PARAMETERS */
struct r570_wire_subdevice_params {
	__le32 subdevice_id;
};

/* NV2080_CTRL_INTERNAL_INTR_GET_KERNEL_TABLE_PARAMS */
#define R570_CTRL_INTR_TABLE	0x20800a5c
#define R570_INTR_TABLE_MAX	128
#define R570_ENGINE_IDX_GSP	50
#define R570_VECTOR_NONE	0xffffffff

struct r570_wire_intr_entry {
	__le16 engine_idx;
	__le16 pad;
	__le32 pmc_mask;
	__le32 vector_stall;
	__le32 vector_nonstall;
};

struct r570_wire_intr_table {
	__le32 nr;
	struct r570_wire_intr_entry entries[R570_INTR_TABLE_MAX];
	u8 subtrees[0x10];
};

/* rpc_run_cpu_sequencer */
struct r570_wire_sequencer {
	__le32 buffer_dwords;
	__le32 cmd_index;
	__le32 save_area[8];
	__le32 cmds[];
};

/* rpc_os_error_log */
struct r570_wire_error_log {
	__le32 xid;
	__le32 runlist;
	__le32 chid;
	u8 text[256];
	__le32 previous_xid;
};

/* rpc_rc_triggered; a journal follows */
struct r570_wire_rc {
	__le32 engine;
	__le32 chid;
	__le32 gfid;
	__le32 level;
	__le32 type;
	__le32 scope;
	__le16 partition;
	u8 pad0[2];
	__le32 fault_addr_lo;
	__le32 fault_addr_hi;
	__le32 fault_type;
	u8 callback_needed;
	u8 pad1[3];
	__le32 journal_size;
};

/* rpc_recovery_action */
enum r570_recovery_type {
	R570_RECOVERY_REFRESH,
	R570_RECOVERY_DRAIN_P2P,
	R570_RECOVERY_REBOOT,
};

struct r570_wire_recovery {
	__le32 type;
	u8 value;
	u8 pad[3];
};

#endif
