// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every control and class of 570.144 that the driver knows by name.
 */
#include "abi/r570/r570.h"

#include "abi/r570/wire.h"
#include "abi/r570/wire_chan.h"
#include "abi/r570/wire_vgpu.h"

/*
 * What ends with a vGPU frees all that its guest had allocated, which takes
 * longer than any other call.
 */
#define SHUTDOWN_TIMEOUT_MS	30000

const struct gsp_ctrl_desc r570_ctrls[GSP_NR_CTRLS] = {
	[GSP_CTRL_INTR_TABLE] = {
		.cmd = R570_CTRL_INTR_TABLE,
		.name = "INTERNAL_INTR_GET_KERNEL_TABLE",
		.size = sizeof(struct r570_wire_intr_table),
		.decode = r570_decode_intr_table,
	},
	[GSP_CTRL_DEVICE_INFO] = {
		.cmd = R570_CTRL_DEVICE_INFO,
		.name = "FIFO_GET_DEVICE_INFO_TABLE",
		.size = sizeof(struct r570_wire_device_info),
		.encode = r570_encode_device_info,
		.decode = r570_decode_device_info,
	},
	[GSP_CTRL_VMMU_SEGMENT_SIZE] = {
		.cmd = R570_CTRL_VMMU_SEGMENT_SIZE,
		.name = "GPU_GET_VMMU_SEGMENT_SIZE",
		.size = sizeof(struct r570_wire_vmmu_segment_size),
		.decode = r570_decode_vmmu_segment_size,
	},
	[GSP_CTRL_ECC_STATUS] = {
		.cmd = R570_CTRL_ECC_STATUS,
		.name = "GPU_QUERY_ECC_STATUS",
		.size = sizeof(struct r570_wire_ecc_status),
		.decode = r570_decode_ecc_status,
	},
	[GSP_CTRL_METHOD_BUF_SIZE] = {
		.cmd = R570_CTRL_METHOD_BUF_SIZE,
		.name = "CE_GET_FAULT_METHOD_BUFFER_SIZE",
		.size = sizeof(struct r570_wire_method_buf_size),
		.decode = r570_decode_method_buf_size,
	},
	[GSP_CTRL_SET_VGPU_MGR_CONFIG] = {
		.cmd = R570_CTRL_SET_VGPU_MGR_CONFIG,
		.name = "VGPU_MGR_INTERNAL_SET_VGPU_MGR_CONFIG",
		.size = sizeof(struct r570_wire_vgpu_mgr_config),
		.encode = r570_encode_vgpu_mgr_config,
	},
	[GSP_CTRL_ADD_VGPU_TYPES] = {
		.cmd = R570_CTRL_ADD_VGPU_TYPES,
		.name = "VGPU_MGR_INTERNAL_PGPU_ADD_VGPU_TYPE",
		.size = sizeof(struct r570_wire_add_vgpu_types),
		.encode = r570_encode_vgpu_types,
	},
	[GSP_CTRL_VGPU_BOOTLOAD] = {
		.cmd = R570_CTRL_VGPU_BOOTLOAD,
		.name = "VGPU_MGR_INTERNAL_BOOTLOAD_GSP_VGPU_PLUGIN_TASK",
		.size = sizeof(struct r570_wire_vgpu_bootload),
		.encode = r570_encode_vgpu_bootload,
	},
	[GSP_CTRL_VGPU_SHUTDOWN] = {
		.cmd = R570_CTRL_VGPU_SHUTDOWN,
		.name = "VGPU_MGR_INTERNAL_SHUTDOWN_GSP_VGPU_PLUGIN_TASK",
		.timeout_ms = SHUTDOWN_TIMEOUT_MS,
		.size = sizeof(struct r570_wire_vgpu_gfid),
		.encode = r570_encode_vgpu_gfid,
	},
	[GSP_CTRL_VGPU_CLEANUP] = {
		.cmd = R570_CTRL_VGPU_CLEANUP,
		.name = "VGPU_MGR_INTERNAL_VGPU_PLUGIN_CLEANUP",
		.timeout_ms = SHUTDOWN_TIMEOUT_MS,
		.size = sizeof(struct r570_wire_vgpu_gfid),
		.encode = r570_encode_vgpu_gfid,
	},
	[GSP_CTRL_SET_PAGE_DIRECTORY] = {
		.cmd = R570_CTRL_SET_PAGE_DIRECTORY,
		.name = "DMA_SET_PAGE_DIRECTORY",
		.size = sizeof(struct r570_wire_set_page_directory),
		.encode = r570_encode_set_page_directory,
	},
	[GSP_CTRL_UNSET_PAGE_DIRECTORY] = {
		.cmd = R570_CTRL_UNSET_PAGE_DIRECTORY,
		.name = "DMA_UNSET_PAGE_DIRECTORY",
		.size = sizeof(struct r570_wire_unset_page_directory),
		.encode = r570_encode_unset_page_directory,
	},
	[GSP_CTRL_CHANNEL_BIND] = {
		.cmd = R570_CTRL_CHANNEL_BIND,
		.name = "BIND",
		.size = sizeof(struct r570_wire_channel_bind),
		.encode = r570_encode_channel_bind,
	},
	[GSP_CTRL_CHANNEL_SCHEDULE] = {
		.cmd = R570_CTRL_CHANNEL_SCHEDULE,
		.name = "GPFIFO_SCHEDULE",
		.size = sizeof(struct r570_wire_channel_schedule),
		.encode = r570_encode_channel_schedule,
	},
};

const struct gsp_class_desc r570_classes[GSP_NR_CLASSES] = {
	[GSP_CLASS_ROOT] = {
		.id = 0x0000,
		.name = "NV01_ROOT",
		.size = sizeof(struct r570_wire_root_params),
		.encode = r570_encode_root,
	},
	[GSP_CLASS_DEVICE] = {
		.id = 0x0080,
		.name = "NV01_DEVICE_0",
		.size = sizeof(struct r570_wire_device_params),
		.encode = r570_encode_device,
	},
	[GSP_CLASS_SUBDEVICE] = {
		.id = 0x2080,
		.name = "NV20_SUBDEVICE_0",
		.size = sizeof(struct r570_wire_subdevice_params),
	},
	[GSP_CLASS_VASPACE] = {
		.id = R570_CLASS_VASPACE,
		.name = "FERMI_VASPACE_A",
		.size = sizeof(struct r570_wire_vaspace_params),
		.encode = r570_encode_vaspace,
	},
	[GSP_CLASS_CHANNEL] = {
		.id = R570_CLASS_CHANNEL,
		.name = "AMPERE_CHANNEL_GPFIFO_A",
		.size = sizeof(struct r570_wire_channel_params),
		.encode = r570_encode_channel,
	},
	[GSP_CLASS_COPY] = {
		.id = R570_CLASS_COPY,
		.name = "AMPERE_DMA_COPY_B",
		.size = sizeof(struct r570_wire_copy_params),
		.encode = r570_encode_copy,
	},
};
