// SPDX-License-Identifier: GPL-2.0-only
#include "part/types.h"

#include <kunit/visibility.h>
#include <linux/align.h>
#include <linux/crc32.h>
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/firmware.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/unaligned.h>
#include <uapi/linux/gsp_vgpu_types.h>

#include "abi/abi.h"
#include "fw/blob.h"

#define PATH_MAX_LEN	64

/* Boards times kinds of blob; a file with more is none. */
#define BLOBS_MAX	1024

/*
 * Where in the file the types of this board are.
 */
struct board {
	u64 records;
	u64 nr;
};

static int check_file(struct gsp_fw_blob *b, const struct gsp_abi *abi, u64 *nr_blobs)
{
	const struct gsp_vgpu_file *f;
	u32 crc;

	f = gsp_fw_need(b, 0, sizeof(*f), "vGPU file header");
	if (!f)
		return -ENODATA;
	if (memcmp(f->magic, GSP_VGPU_FILE_MAGIC, sizeof(f->magic)))
		return gsp_fw_reject(&b->err, -EINVAL, "vGPU file magic",
				     get_unaligned_le64(GSP_VGPU_FILE_MAGIC),
				     get_unaligned_le64(f->magic));
	crc = crc32_le(~0, b->data + GSP_VGPU_FILE_CRC_START, b->len - GSP_VGPU_FILE_CRC_START);
	if (crc != le32_to_cpu(f->crc32))
		return gsp_fw_reject(&b->err, -EBADMSG, "vGPU file checksum",
				     crc, le32_to_cpu(f->crc32));
	if (strncmp(f->build, abi->release, sizeof(f->build))) {
		b->err = (struct gsp_fw_err) {
			.what = "firmware release", .want_str = abi->release,
		};
		strscpy_pad(b->err.got_str, f->build,
			    min(sizeof(b->err.got_str), sizeof(f->build)));
		return -EINVAL;
	}
	*nr_blobs = le64_to_cpu(f->num_blobs);
	if (*nr_blobs > BLOBS_MAX)
		return gsp_fw_reject(&b->err, -EINVAL, "most vGPU blobs", BLOBS_MAX, *nr_blobs);
	return 0;
}

/* A record is the release's own; the control around it is built anew. */
static int check_board(struct gsp_fw_blob *b, const struct gsp_abi *abi,
		       const struct gsp_vgpu_board *w, u64 left, u64 *records)
{
	u64 kernel = le64_to_cpu(w->kernel_size);
	u64 control = le64_to_cpu(w->control_size);
	u64 nr = le64_to_cpu(w->num_types);
	u64 offset = le64_to_cpu(w->info_offset);

	if (le64_to_cpu(w->info_size) != abi->vgpu->type_size)
		return gsp_fw_reject(&b->err, -EINVAL, "size of a vGPU type",
				     abi->vgpu->type_size, le64_to_cpu(w->info_size));
	if (!nr || nr > abi->vgpu->max_types)
		return gsp_fw_reject(&b->err, -EINVAL, "most vGPU types of a board",
				     abi->vgpu->max_types, nr);
	if (kernel > left || control != left - kernel)
		return gsp_fw_reject(&b->err, -EINVAL, "size of the vGPU types of a board",
				     left, kernel + control);
	if (!gsp_fw_range_ok(offset, nr * abi->vgpu->type_size, control))
		return gsp_fw_reject(&b->err, -EINVAL, "end of the vGPU types of a board",
				     control, offset + nr * abi->vgpu->type_size);
	*records = kernel + offset;
	return 0;
}

/* One blob; fills @board if it is about this one. */
static int read_blob(struct gsp_fw_blob *b, const struct gsp_abi *abi, u16 device_id, u64 *pos,
		     struct board *board)
{
	const u64 headers = sizeof(struct gsp_vgpu_blob) + sizeof(struct gsp_vgpu_board);
	const struct gsp_vgpu_blob *blob;
	const struct gsp_vgpu_board *w;
	u64 start = *pos;
	u64 size, records;
	int ret;

	blob = gsp_fw_need(b, start, sizeof(*blob), "vGPU blob");
	if (!blob)
		return -ENODATA;
	size = le64_to_cpu(blob->size);
	if (!IS_ALIGNED(size, sizeof(u64)))
		return gsp_fw_reject(&b->err, -EINVAL, "alignment of a vGPU blob", sizeof(u64),
				     size);
	if (size < sizeof(*blob) || !gsp_fw_need(b, start, size, "end of a vGPU blob"))
		return b->err.what ? -ENODATA : gsp_fw_reject(&b->err, -EINVAL, "vGPU blob",
							       sizeof(*blob), size);
	*pos += size;
	if (le64_to_cpu(blob->type) != GSP_VGPU_BLOB_TYPES)
		return 0;
	if (size < headers)
		return gsp_fw_reject(&b->err, -EINVAL, "vGPU types of a board", headers, size);

	w = (const void *)(b->data + start + sizeof(*blob));
	ret = check_board(b, abi, w, size - headers, &records);
	if (ret || le64_to_cpu(w->device_id) != device_id)
		return ret;
	if (board->nr)
		return gsp_fw_reject(&b->err, -EEXIST, "blobs of a board", 1, 2);
	board->records = start + headers + records;
	board->nr = le64_to_cpu(w->num_types);
	return 0;
}

static int find_board(struct gsp_fw_blob *b, const struct gsp_abi *abi, u16 device_id,
		      struct board *board)
{
	u64 pos = sizeof(struct gsp_vgpu_file);
	u64 nr;
	int ret;

	ret = check_file(b, abi, &nr);
	while (!ret && nr--)
		ret = read_blob(b, abi, device_id, &pos, board);
	if (!ret && pos != b->len)
		ret = gsp_fw_reject(&b->err, -EINVAL, "end of the vGPU file", pos, b->len);
	return ret;
}

static int read_types(struct gsp_fw_blob *b, const struct gsp_abi *abi,
		      struct gsp_vgpu_types *out, unsigned int nr)
{
	unsigned int i;
	int ret;

	for (i = 0; i < nr; i++) {
		struct gsp_vgpu_type *t = &out->types[i];

		ret = abi->vgpu->vgpu_type(out->records + i * abi->vgpu->type_size,
					   abi->vgpu->type_size, t);
		if (ret)
			return gsp_fw_reject(&b->err, ret, "sound vGPU types", nr, i);
		if (gsp_vgpu_types_find(out, t->id))
			return gsp_fw_reject(&b->err, -EEXIST, "types with one number", 1, t->id);
		out->nr = i + 1;
	}
	return 0;
}

/**
 * gsp_vgpu_types_parse - read the types of one board from a file
 * @file: the file
 * @abi: firmware release that the file must be for
 * @device_id: PCI device id of the board
 * @types: filled, with copies; empty if the file doesn't know the board
 *
 * Context: process context, may sleep.
 * Return: 0; -ENOMEM; or, with the reason in @file->err, -ENODATA for a file
 * that is cut short, -EBADMSG for a wrong checksum, -EINVAL or -EPROTO for wrong
 * content, -EEXIST for a board or type that is there twice.
 */
int gsp_vgpu_types_parse(struct gsp_fw_blob *file, const struct gsp_abi *abi, u16 device_id,
			 struct gsp_vgpu_types *types)
{
	struct board board = {};
	int ret;

	*types = (struct gsp_vgpu_types) {};
	ret = find_board(file, abi, device_id, &board);
	if (ret || !board.nr)
		return ret;

	types->records = kvmemdup(file->data + board.records, board.nr * abi->vgpu->type_size,
				  GFP_KERNEL);
	types->types = kvcalloc(board.nr, sizeof(*types->types), GFP_KERNEL);
	if (!types->records || !types->types)
		ret = -ENOMEM;
	else
		ret = read_types(file, abi, types, board.nr);
	if (ret)
		gsp_vgpu_types_fini(types);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_vgpu_types_parse);

/**
 * gsp_vgpu_types_load - read the types of a board
 * @dev: the GPU, for the firmware loader and messages
 * @abi: firmware release that it runs
 * @device_id: PCI device id of the board
 * @types: filled; to be ended by gsp_vgpu_types_fini()
 *
 * Without a file, or with one that doesn't know the board, there are no types,
 * which a message tells.
 *
 * Context: process context, may sleep.
 * Return: 0; -ENOMEM; what gsp_vgpu_types_parse() says of a file that is no
 * good, after a message.
 */
int gsp_vgpu_types_load(struct device *dev, const struct gsp_abi *abi, u16 device_id,
			struct gsp_vgpu_types *types)
{
	const struct firmware *fw;
	struct gsp_fw_blob file;
	char path[PATH_MAX_LEN];
	int ret;

	*types = (struct gsp_vgpu_types) {};
	snprintf(path, sizeof(path), "nvidia/vgpu-%s.bin", abi->release);
	ret = firmware_request_nowarn(&fw, path, dev);
	if (ret == -ENOMEM)
		return ret;
	if (ret) {
		dev_info(dev, "no vGPU types: %s is missing\n", path);
		return 0;
	}
	file = (struct gsp_fw_blob) { .data = fw->data, .len = fw->size };
	ret = gsp_vgpu_types_parse(&file, abi, device_id, types);
	release_firmware(fw);
	if (ret && ret != -ENOMEM)
		gsp_fw_report(dev, path, &file.err, ret);
	else if (!ret && !types->nr)
		dev_info(dev, "no vGPU types: %s has none for device %04x\n", path, device_id);
	return ret;
}

/**
 * gsp_vgpu_types_fini - forget the types
 * @types: types, or all zero
 *
 * Context: process context, may sleep.
 */
void gsp_vgpu_types_fini(struct gsp_vgpu_types *types)
{
	kvfree(types->types);
	kvfree(types->records);
	*types = (struct gsp_vgpu_types) {};
}
EXPORT_SYMBOL_IF_KUNIT(gsp_vgpu_types_fini);

/**
 * gsp_vgpu_types_find - look a type up
 * @types: types
 * @id: NVIDIA's number of the type
 *
 * Context: any.
 * Return: the type, or NULL if the board doesn't offer it.
 */
const struct gsp_vgpu_type *gsp_vgpu_types_find(const struct gsp_vgpu_types *types, u32 id)
{
	unsigned int i;

	for (i = 0; i < types->nr; i++)
		if (types->types[i].id == id)
			return &types->types[i];
	return NULL;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_vgpu_types_find);

/**
 * gsp_vgpu_fb_size - framebuffer that a guest gets
 * @type: type of its vGPU
 * @total: framebuffer of the GPU in bytes
 * @segment: bytes of a VMMU segment
 * @ecc: ECC is on and takes its part
 *
 * The vendor's rule before Blackwell (kernel_vgpu_mgr.c of
 * NVIDIA/open-gpu-kernel-modules): an equal share of the board, without what is
 * withheld and the plugin's heap, but not more than the type has.
 *
 * Context: any.
 * Return: bytes, a multiple of @segment; 0 when the GPU is too small for it.
 */
u64 gsp_vgpu_fb_size(const struct gsp_vgpu_type *type, u64 total, u64 segment, bool ecc)
{
	u64 share, kept = type->fb_reservation + type->gsp_heap_size;

	if (!ecc)
		return ALIGN_DOWN(type->fb_length, segment);
	share = div_u64(ALIGN(total, 8 * segment), type->max_instance);
	if (share <= kept)
		return 0;
	return ALIGN_DOWN(min(share - kept, type->fb_length), segment);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_vgpu_fb_size);
