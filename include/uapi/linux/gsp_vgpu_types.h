/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * Layout of nvidia/vgpu-<release>.bin: the vGPU types of NVIDIA's vGPU software
 * for one release of the GSP firmware, board by board.
 *
 * The container is that of NVIDIA's vGPU RFC of September 2025. All numbers are
 * little-endian; nothing is padded or aligned beyond what stands here.
 *
 *	struct gsp_vgpu_file
 *	num_blobs times:
 *		struct gsp_vgpu_blob
 *		for GSP_VGPU_BLOB_TYPES:
 *			struct gsp_vgpu_board
 *			kernel_size bytes	summary of the types, not needed
 *			control_size bytes	parameters of the RM control that
 *						tells GSP-RM of the types, with
 *						their records in it
 */
#ifndef _UAPI_LINUX_GSP_VGPU_TYPES_H
#define _UAPI_LINUX_GSP_VGPU_TYPES_H

#include <linux/types.h>

#define GSP_VGPU_FILE_MAGIC	"NVVGPUMT"

/* crc32_le() of what follows, begun with all ones and not inverted at the end. */
#define GSP_VGPU_FILE_CRC_START	16

/**
 * struct gsp_vgpu_file - beginning of the file
 * @magic: GSP_VGPU_FILE_MAGIC, without its end
 * @crc32: checksum from byte GSP_VGPU_FILE_CRC_START to the end of the file
 * @reserved: 0
 * @major: version of the vGPU software
 * @minor: version of the vGPU software
 * @features: features of that version, a bitmap without published meaning
 * @build: release of the GSP firmware, "570.144", zero-padded
 * @num_blobs: number of blobs that follow
 */
struct gsp_vgpu_file {
	__u8 magic[8];
	__le32 crc32;
	__le32 reserved;
	__le64 major;
	__le64 minor;
	__u8 features[128];
	__u8 build[64];
	__le64 num_blobs;
};

#define GSP_VGPU_BLOB_TYPES	0

/**
 * struct gsp_vgpu_blob - beginning of a blob
 * @type: GSP_VGPU_BLOB_TYPES; others are for readers that know them
 * @size: bytes of the blob, this header included
 */
struct gsp_vgpu_blob {
	__le64 type;
	__le64 size;
};

/**
 * struct gsp_vgpu_board - the types of one board
 * @device_id: PCI device id of the board
 * @info_offset: first record, in the control's parameters
 * @info_size: bytes of a record
 * @kernel_size: bytes of the summary
 * @num_types: number of types
 * @control_cmd: RM control
 * @control_size: bytes of its parameters
 */
struct gsp_vgpu_board {
	__le64 device_id;
	__le64 info_offset;
	__le64 info_size;
	__le64 kernel_size;
	__le64 num_types;
	__le64 control_cmd;
	__le64 control_size;
};

#endif
