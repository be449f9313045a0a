// SPDX-License-Identifier: GPL-2.0-only
/*
 * The file of vGPU types: what is sound is read, anything else is refused
 * without a step beyond its end.
 */
#include <kunit/test.h>
#include <linux/crc32.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <linux/unaligned.h>
#include <uapi/linux/gsp_vgpu_types.h>

#include "abi/abi.h"
#include "fw/blob.h"
#include "part/types.h"

#define BOARD		0x26b5
#define OTHER_BOARD	0x26b9
#define NR_TYPES	3
#define KERNEL_SIZE	64
#define INFO_OFFSET	8

/* Places in a record of 570.144 (NVA081_CTRL_VGPU_INFO). */
#define REC_ID		0
#define REC_NAME	4
#define REC_MAX		324
#define REC_PDEV	376
#define REC_PROFILE	384
#define REC_FB		392
#define REC_HEAP	400
#define REC_BAR1	432

/*
 * A file of two boards, and where its parts are.
 */
struct sample {
	u8 *data;
	size_t len;
	size_t board;
	size_t records;
};

static void put_record(u8 *r, u32 id, const char *name, u32 max, u64 fb)
{
	put_unaligned_le32(id, r + REC_ID);
	strscpy(r + REC_NAME, name, 32);
	put_unaligned_le32(max, r + REC_MAX);
	put_unaligned_le64(BOARD, r + REC_PDEV);
	put_unaligned_le64(fb, r + REC_PROFILE);
	put_unaligned_le64(fb, r + REC_FB);
	put_unaligned_le64(SZ_32M, r + REC_HEAP);
	put_unaligned_le64(256, r + REC_BAR1);
}

static size_t put_board(u8 *at, u16 device, unsigned int nr)
{
	const struct gsp_abi_vgpu *abi = gsp_abi_default()->vgpu;
	size_t control = INFO_OFFSET + nr * abi->type_size;
	struct gsp_vgpu_blob *blob = (void *)at;
	struct gsp_vgpu_board *w = (void *)(blob + 1);
	size_t size = sizeof(*blob) + sizeof(*w) + KERNEL_SIZE + control;

	blob->type = cpu_to_le64(GSP_VGPU_BLOB_TYPES);
	blob->size = cpu_to_le64(size);
	w->device_id = cpu_to_le64(device);
	w->info_offset = cpu_to_le64(INFO_OFFSET);
	w->info_size = cpu_to_le64(abi->type_size);
	w->kernel_size = cpu_to_le64(KERNEL_SIZE);
	w->num_types = cpu_to_le64(nr);
	w->control_cmd = cpu_to_le64(0x20804003);
	w->control_size = cpu_to_le64(control);
	return size;
}

static void seal(const struct sample *s)
{
	struct gsp_vgpu_file *f = (void *)s->data;

	if (s->len > GSP_VGPU_FILE_CRC_START)
		f->crc32 = cpu_to_le32(crc32_le(~0, s->data + GSP_VGPU_FILE_CRC_START,
						s->len - GSP_VGPU_FILE_CRC_START));
}

static void build(struct kunit *test, struct sample *s)
{
	const struct gsp_abi *abi = gsp_abi_default();
	struct gsp_vgpu_file *f;
	u8 *r;

	s->data = kunit_kzalloc(test, SZ_64K, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, s->data);
	f = (void *)s->data;
	memcpy(f->magic, GSP_VGPU_FILE_MAGIC, sizeof(f->magic));
	strscpy(f->build, abi->release, sizeof(f->build));
	f->num_blobs = cpu_to_le64(2);

	s->len = sizeof(*f);
	s->len += put_board(s->data + s->len, OTHER_BOARD, 1);
	s->board = s->len;
	s->records = s->board + sizeof(struct gsp_vgpu_blob) + sizeof(struct gsp_vgpu_board) +
		     KERNEL_SIZE + INFO_OFFSET;
	s->len += put_board(s->data + s->len, BOARD, NR_TYPES);

	r = s->data + s->records;
	put_record(r, 1145, "NVIDIA MODEL-1B", 32, SZ_1G);
	put_record(r + abi->vgpu->type_size, 1146, "NVIDIA MODEL-2B", 16, 2ULL * SZ_1G);
	put_record(r + 2 * abi->vgpu->type_size, 1155, "NVIDIA MODEL-48Q", 1, 48ULL * SZ_1G);
	seal(s);
}

/* A copy of its own, so that KASAN sees a step beyond the end. */
static int parse(struct kunit *test, const struct sample *s, size_t len, u16 device,
		 struct gsp_vgpu_types *types)
{
	u8 *copy = kmemdup(s->data, len ?: 1, GFP_KERNEL);
	struct gsp_fw_blob file = { .data = copy, .len = len };
	int ret;

	KUNIT_ASSERT_NOT_NULL(test, copy);
	ret = gsp_vgpu_types_parse(&file, gsp_abi_default(), device, types);
	if (ret)
		KUNIT_EXPECT_NOT_NULL(test, file.err.what);
	kfree(copy);
	return ret;
}

static void sound(struct kunit *test)
{
	const struct gsp_vgpu_type *t;
	struct gsp_vgpu_types types;
	struct sample s;

	build(test, &s);
	KUNIT_ASSERT_EQ(test, parse(test, &s, s.len, BOARD, &types), 0);
	KUNIT_EXPECT_EQ(test, types.nr, NR_TYPES);
	t = gsp_vgpu_types_find(&types, 1146);
	KUNIT_ASSERT_NOT_NULL(test, t);
	KUNIT_EXPECT_STREQ(test, t->name, "NVIDIA MODEL-2B");
	KUNIT_EXPECT_EQ(test, t->max_instance, 16);
	KUNIT_EXPECT_EQ(test, t->fb_length, 2ULL * SZ_1G);
	KUNIT_EXPECT_EQ(test, t->bar1_length, 256ULL * SZ_1M);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(t->raw), 1146);
	KUNIT_EXPECT_NULL(test, gsp_vgpu_types_find(&types, 1));
	gsp_vgpu_types_fini(&types);

	KUNIT_EXPECT_EQ(test, parse(test, &s, s.len, 0x2684, &types), 0);
	KUNIT_EXPECT_EQ(test, types.nr, 0);
}

static void every_length(struct kunit *test)
{
	struct gsp_vgpu_types types;
	struct sample s, cut;
	size_t len;

	build(test, &s);
	for (len = 0; len < s.len; len += len < 1024 ? 1 : 61) {
		cut = s;
		cut.len = len;
		seal(&cut);
		KUNIT_ASSERT_NE(test, parse(test, &cut, len, BOARD, &types), 0);
	}
}

static void any_byte(struct kunit *test)
{
	struct gsp_vgpu_types types;
	struct sample s;
	size_t at;

	build(test, &s);
	for (at = 0; at < s.len; at += at < 512 ? 1 : 97) {
		s.data[at] ^= 0x10;
		/* Reserved bytes before the sum starts are nobody's business. */
		if (at < 12 || at >= GSP_VGPU_FILE_CRC_START)
			KUNIT_ASSERT_LT(test, parse(test, &s, s.len, BOARD, &types), 0);
		s.data[at] ^= 0x10;
	}
}

/* With a right checksum, so that the numbers themselves are looked at. */
static void spoiled_fields(struct kunit *test)
{
	static const struct {
		bool in_board;
		size_t at;
		u64 value;
	} rows[] = {
		{ false, offsetof(struct gsp_vgpu_file, num_blobs), 1 },
		{ false, offsetof(struct gsp_vgpu_file, num_blobs), 3 },
		{ false, offsetof(struct gsp_vgpu_file, num_blobs), U64_MAX },
		{ false, offsetof(struct gsp_vgpu_file, build), 0x3434312e353735 },
		{ true, offsetof(struct gsp_vgpu_blob, size), 0 },
		{ true, offsetof(struct gsp_vgpu_blob, size), 16 },
		{ true, offsetof(struct gsp_vgpu_blob, size), 4095 },
		{ true, offsetof(struct gsp_vgpu_blob, size), U64_MAX - 7 },
		{ true, 16 + offsetof(struct gsp_vgpu_board, device_id), OTHER_BOARD },
		{ true, 16 + offsetof(struct gsp_vgpu_board, info_offset), 16 },
		{ true, 16 + offsetof(struct gsp_vgpu_board, info_offset), U64_MAX },
		{ true, 16 + offsetof(struct gsp_vgpu_board, info_size), 5216 },
		{ true, 16 + offsetof(struct gsp_vgpu_board, kernel_size), U64_MAX },
		{ true, 16 + offsetof(struct gsp_vgpu_board, num_types), 0 },
		{ true, 16 + offsetof(struct gsp_vgpu_board, num_types), 4 },
		{ true, 16 + offsetof(struct gsp_vgpu_board, num_types), 65 },
		{ true, 16 + offsetof(struct gsp_vgpu_board, num_types), U64_MAX },
		{ true, 16 + offsetof(struct gsp_vgpu_board, control_size), 8 },
	};
	struct gsp_vgpu_types types;
	struct sample s;
	int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		build(test, &s);
		put_unaligned_le64(rows[i].value,
				   s.data + (rows[i].in_board ? s.board : 0) + rows[i].at);
		seal(&s);
		/* Of a board that is not ours only the frame counts. */
		KUNIT_EXPECT_LT_MSG(test, parse(test, &s, s.len, rows[i].in_board &&
						rows[i].value == OTHER_BOARD ? OTHER_BOARD : BOARD,
						&types), 0, "row %d", i);
	}
}

static void spoiled_types(struct kunit *test)
{
	size_t size = gsp_abi_default()->vgpu->type_size;
	struct gsp_vgpu_types types;
	struct sample s;

	build(test, &s);
	put_unaligned_le32(1145, s.data + s.records + size + REC_ID);
	seal(&s);
	KUNIT_EXPECT_EQ(test, parse(test, &s, s.len, BOARD, &types), -EEXIST);

	build(test, &s);
	s.data[s.records + size + REC_NAME] = ':';
	seal(&s);
	KUNIT_EXPECT_EQ(test, parse(test, &s, s.len, BOARD, &types), -EPROTO);
	KUNIT_EXPECT_EQ(test, types.nr, 0);
}

static void framebuffer_of_a_guest(struct kunit *test)
{
	const struct gsp_vgpu_type t = {
		.max_instance = 16, .fb_length = 3ULL * SZ_1G, .gsp_heap_size = SZ_32M,
		.fb_reservation = SZ_64M,
	};
	const struct gsp_vgpu_type whole = {
		.max_instance = 1, .fb_length = SZ_1G, .gsp_heap_size = SZ_32M,
	};

	KUNIT_EXPECT_EQ(test, gsp_vgpu_fb_size(&t, 48ULL * SZ_1G, SZ_32M, false), t.fb_length);
	/* 3072 MiB are a sixteenth, less 96 that are kept. */
	KUNIT_EXPECT_EQ(test, gsp_vgpu_fb_size(&t, 48ULL * SZ_1G, SZ_32M, true), 2976ULL * SZ_1M);
	/* 47.9 GiB count as 48 GiB: rounded up to eight segments. */
	KUNIT_EXPECT_EQ(test, gsp_vgpu_fb_size(&t, 48ULL * SZ_1G - SZ_64M, SZ_32M, true),
			2976ULL * SZ_1M);
	KUNIT_EXPECT_EQ(test, gsp_vgpu_fb_size(&t, SZ_1G, SZ_32M, true), 0);
	KUNIT_EXPECT_EQ(test, gsp_vgpu_fb_size(&whole, 48ULL * SZ_1G, SZ_32M, true), SZ_1G);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(sound),
	KUNIT_CASE(every_length),
	KUNIT_CASE(any_byte),
	KUNIT_CASE(spoiled_fields),
	KUNIT_CASE(spoiled_types),
	KUNIT_CASE(framebuffer_of_a_guest),
	{}
};

static struct kunit_suite suite = {
	.name = "gsp_core_part_types",
	.test_cases = cases,
};

kunit_test_suite(suite);
