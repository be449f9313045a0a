/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Wire layouts of 570.144: engines, address spaces, channels.
 *
 * Facts from NVIDIA/open-gpu-kernel-modules, tag 570.144:
 *   src/common/sdk/nvidia/inc/alloc/alloc_channel.h
 *   src/common/sdk/nvidia/inc/class/clc0b5sw.h
 *   src/common/sdk/nvidia/inc/ctrl/ctrl0080/ctrl0080dma.h
 *   src/common/sdk/nvidia/inc/ctrl/ctrl2080/ctrl2080{ce,fifo,gpu}.h
 *   src/common/sdk/nvidia/inc/ctrl/ctrla06f/ctrla06fgpfifo.h
 *   src/common/sdk/nvidia/inc/nvos.h
 * and from how nouveau fills them (nvkm/subdev/gsp/rm/r570/fifo.c).
 *
 * Only files of this folder include this header.
 */
#ifndef _GSP_ABI_R570_WIRE_CHAN_H
#define _GSP_ABI_R570_WIRE_CHAN_H

#include <linux/bitfield.h>
#include <linux/bits.h>
#include <linux/types.h>

/* NV2080_CTRL_FIFO_GET_DEVICE_INFO_TABLE_PARAMS */
#define R570_CTRL_DEVICE_INFO		0x20801112
#define R570_DEVICE_ENTRIES		32
#define R570_DEVICES_MAX		256

enum r570_engine_data {
	R570_ENGINE_DATA_RM_TYPE	= 2,
	R570_ENGINE_DATA_RUNLIST	= 3,
	R570_ENGINE_DATA_INSTANCE	= 10,
	R570_ENGINE_DATA_RUNLIST_BASE	= 11,
	R570_ENGINE_DATA_HOST_DRIVEN	= 12,
	R570_ENGINE_DATA_CHRAM_BASE	= 14,
	R570_ENGINE_DATA_NR		= 16,
};

struct r570_wire_device_entry {
	__le32 data[R570_ENGINE_DATA_NR];
	__le32 pbdma_ids[2];
	__le32 pbdma_fault_ids[2];
	__le32 nr_pbdmas;
	u8 name[16];
};

struct r570_wire_device_info {
	__le32 base;
	__le32 nr;
	u8 more;
	u8 pad[3];
	struct r570_wire_device_entry entries[R570_DEVICE_ENTRIES];
};

/* NV2080_CTRL_GPU_GET_VMMU_SEGMENT_SIZE_PARAMS */
#define R570_CTRL_VMMU_SEGMENT_SIZE	0x2080017e

struct r570_wire_vmmu_segment_size {
	__le64 size;
};

/* NV2080_CTRL_GPU_QUERY_ECC_STATUS_PARAMS */
#define R570_CTRL_ECC_STATUS		0x2080012f
#define R570_ECC_UNITS			36

struct r570_wire_ecc_unit {
	u8 enabled;
	u8 scrub_complete;
	u8 supported;
	u8 pad[5];
	__le64 counts[4];
};

struct r570_wire_ecc_status {
	struct r570_wire_ecc_unit units[R570_ECC_UNITS];
	u8 fatal_poison;
	u8 uncorrectable;
	u8 pad[2];
	__le32 flags;
	u8 gr_route[16];
};

/* NV2080_CTRL_CE_GET_FAULT_METHOD_BUFFER_SIZE_PARAMS */
#define R570_CTRL_METHOD_BUF_SIZE	0x20802a08

struct r570_wire_method_buf_size {
	__le32 size;
};

/* NV_VASPACE_ALLOCATION_PARAMETERS */
#define R570_CLASS_VASPACE		0x90f1
#define R570_VASPACE_EXTERNALLY_OWNED	BIT(3)

struct r570_wire_vaspace_params {
	__le32 index;
	__le32 flags;
	__le64 size;
	__le64 start;
	__le64 limit;
	__le32 big_page_size;
	__le32 pad;
	__le64 base;
};

/* NV0080_CTRL_DMA_SET_PAGE_DIRECTORY_PARAMS */
#define R570_CTRL_SET_PAGE_DIRECTORY	0x00801813

struct r570_wire_set_page_directory {
	__le64 addr;
	__le32 nr_entries;
	__le32 flags;
	__le32 vaspace;
	__le32 chid;
	__le32 subdevice_id;
	__le32 pasid;
};

/* NV0080_CTRL_DMA_UNSET_PAGE_DIRECTORY_PARAMS */
#define R570_CTRL_UNSET_PAGE_DIRECTORY	0x00801814

struct r570_wire_unset_page_directory {
	__le32 vaspace;
	__le32 subdevice_id;
};

/* NV_MEMORY_DESC_PARAMS */
#define R570_ADDR_SYSMEM		1
#define R570_ADDR_FBMEM			2
#define R570_MEMORY_CACHED		0
#define R570_MEMORY_UNCACHED		1

struct r570_wire_mem {
	__le64 base;
	__le64 size;
	__le32 address_space;
	__le32 cache;
};

/* NV_CHANNEL_ALLOC_PARAMS */
#define R570_CLASS_CHANNEL		0xc56f	/* AMPERE_CHANNEL_GPFIFO_A */
#define R570_CHANNEL_RUNQUEUE		GENMASK(4, 4)
#define R570_CHANNEL_PRIVILEGED		BIT(5)
#define R570_CHANNEL_USERD_INDEX	GENMASK(10, 8)
#define R570_CHANNEL_USERD_PAGE		GENMASK(20, 12)
#define R570_CHANNEL_USERD_PAGE_FIXED	BIT(21)
#define R570_CHANNEL_USERDS_PER_PAGE	8
#define R570_CHANNEL_RAMFC_SIZE		0x200
/* NV_KERNELCHANNEL_ALLOC_INTERNALFLAGS */
#define R570_CHANNEL_PRIVILEGE_ADMIN	FIELD_PREP(GENMASK(1, 0), 1)
#define R570_CHANNEL_NO_ERROR_NOTIFIER	FIELD_PREP(GENMASK(3, 2), 1)
#define R570_CHANNEL_NO_ECC_NOTIFIER	FIELD_PREP(GENMASK(5, 4), 1)

struct r570_wire_channel_params {
	__le32 error;
	__le32 buffer;
	__le64 gpfifo_va;
	__le32 gpfifo_entries;
	__le32 flags;
	__le32 context_share;
	__le32 vaspace;
	__le32 userd_memory[8];
	__le64 userd_offset[8];
	__le32 engine;
	__le32 cid;
	__le32 subdevice_id;
	__le32 ecc_error;
	struct r570_wire_mem instance;
	struct r570_wire_mem userd;
	struct r570_wire_mem ramfc;
	struct r570_wire_mem method_buf;
	__le32 group;
	__le32 internal_flags;
	struct r570_wire_mem error_notifier;
	struct r570_wire_mem ecc_error_notifier;
	__le32 process_id;
	__le32 sub_process_id;
	__le32 crypto[14];
	u8 pad[8];
};

/* NVA06F_CTRL_BIND_PARAMS */
#define R570_CTRL_CHANNEL_BIND		0xa06f0104

struct r570_wire_channel_bind {
	__le32 engine;
};

/* NVA06F_CTRL_GPFIFO_SCHEDULE_PARAMS */
#define R570_CTRL_CHANNEL_SCHEDULE	0xa06f0103

struct r570_wire_channel_schedule {
	u8 enable;
	u8 skip_submit;
};

/* NVC0B5_ALLOCATION_PARAMETERS; in version 1 the engine is an engine type */
#define R570_CLASS_COPY			0xc7b5	/* AMPERE_DMA_COPY_B */
#define R570_COPY_VERSION		1

struct r570_wire_copy_params {
	__le32 version;
	__le32 engine;
};

#endif
