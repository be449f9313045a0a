// SPDX-License-Identifier: GPL-2.0-only
/*
 * Engines, address spaces and channels of the firmware releases. Offsets are
 * written as numbers from the vendor's headers on purpose, as in abi_kunit.c.
 */
#include <kunit/test.h>
#include <linux/sizes.h>
#include <linux/unaligned.h>

#include "abi/abi.h"

static const struct gsp_abi *abi;

static int suite_init(struct kunit_suite *suite)
{
	abi = gsp_abi_default();
	return 0;
}

/* Parameters of a control in the layout of the release. */
static u8 *encode_ctrl(struct kunit *test, enum gsp_ctrl ctrl, const void *in, size_t size)
{
	const struct gsp_ctrl_desc *c = &abi->ctrls[ctrl];
	u8 *w = kunit_kzalloc(test, c->size, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, w);
	KUNIT_ASSERT_EQ(test, c->size, size);
	if (c->encode)
		c->encode(in, w);
	return w;
}

static u8 *encode_class(struct kunit *test, enum gsp_class class, const void *in, size_t size)
{
	const struct gsp_class_desc *c = &abi->classes[class];
	u8 *w = kunit_kzalloc(test, c->size, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, w);
	KUNIT_ASSERT_EQ(test, c->size, size);
	c->encode(in, w);
	return w;
}

/* ---- engines ---- */

static void put_engine(u8 *w, unsigned int n, u32 rm_type, u32 runlist, bool host_driven)
{
	u8 *e = w + 0xc + 100 * n;

	put_unaligned_le32(rm_type, e + 4 * 2);
	put_unaligned_le32(runlist, e + 4 * 3);
	put_unaligned_le32(n, e + 4 * 10);
	put_unaligned_le32(0xd00000 + 0x400 * n, e + 4 * 11);
	put_unaligned_le32(host_driven, e + 4 * 12);
	put_unaligned_le32(0xd80000 + 0x2000 * n, e + 4 * 14);
	memset(e + 0x54, 'N', 16);
}

static struct gsp_engine_list *engine_list(struct kunit *test)
{
	struct gsp_engine_list *list = kunit_kzalloc(test, sizeof(*list), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, list);
	return list;
}

static void engine_table(struct kunit *test)
{
	/* as the firmware numbers them, as clients do */
	static const struct { u32 rm, type; bool copy; } want[] = {
		{ 0x01, 0x01 }, { 0x08, 0x08 }, { 0x09, 0x09, true }, { 0x12, 0x12, true },
		{ 0x13, 0x34, true }, { 0x1c, 0x3d, true }, { 0x1d, 0x13 }, { 0x24, 0x1a },
		{ 0x25, 0x1b }, { 0x27, 0x1d }, { 0x28, 0x3f }, { 0x2d, 0x22 }, { 0x31, 0x26 },
		{ 0x35, 0x2a }, { 0x36, 0x2b }, { 0x3d, 0x32 }, { 0x3e, 0x33 }, { 0x3f, 0x3e },
	};
	const u32 base = 32;
	u8 *w = encode_ctrl(test, GSP_CTRL_DEVICE_INFO, &base, 3212);
	struct gsp_engine_list *list = engine_list(test);
	int i;

	KUNIT_EXPECT_EQ(test, get_unaligned_le32(w), 32);
	put_unaligned_le32(ARRAY_SIZE(want), w + 4);
	w[8] = 1;
	for (i = 0; i < ARRAY_SIZE(want); i++)
		put_engine(w, i, want[i].rm, 100 + i, true);
	KUNIT_ASSERT_EQ(test, abi->ctrls[GSP_CTRL_DEVICE_INFO].decode(w, list), 0);
	KUNIT_ASSERT_EQ(test, list->nr, ARRAY_SIZE(want));
	KUNIT_EXPECT_EQ(test, list->next, 64);
	KUNIT_EXPECT_TRUE(test, list->more);
	for (i = 0; i < ARRAY_SIZE(want); i++) {
		const struct gsp_engine *e = &list->e[i];

		KUNIT_EXPECT_EQ_MSG(test, e->type, want[i].type, "engine %#x", want[i].rm);
		KUNIT_EXPECT_EQ_MSG(test, e->copy, want[i].copy, "engine %#x", want[i].rm);
		KUNIT_EXPECT_EQ(test, e->runlist, 100 + i);
		KUNIT_EXPECT_EQ(test, e->instance, i);
		KUNIT_EXPECT_EQ(test, e->runlist_base, 0xd00000 + 0x400 * i);
		KUNIT_EXPECT_EQ(test, e->chram_base, 0xd80000 + 0x2000 * i);
		KUNIT_EXPECT_EQ(test, strlen(e->name), 16);
	}
}

static void engines_left_out(struct kunit *test)
{
	const u32 base = 0;
	u8 *w = encode_ctrl(test, GSP_CTRL_DEVICE_INFO, &base, 3212);
	struct gsp_engine_list *list = engine_list(test);
	int (*decode)(const void *, void *) = abi->ctrls[GSP_CTRL_DEVICE_INFO].decode;

	put_unaligned_le32(6, w + 4);
	put_engine(w, 0, 0x09, 1, true);
	put_engine(w, 1, 0x0a, 1, false);	/* no channels */
	put_engine(w, 2, 0x09, 2, true);	/* twice */
	put_engine(w, 3, 0x40, 2, true);	/* unknown */
	put_engine(w, 4, 0x00, 2, true);
	put_engine(w, 5, ~0, 2, true);
	KUNIT_ASSERT_EQ(test, decode(w, list), 0);
	KUNIT_ASSERT_EQ(test, list->nr, 1);
	KUNIT_EXPECT_EQ(test, list->e[0].runlist, 1);
	KUNIT_EXPECT_FALSE(test, list->more);

	put_unaligned_le32(33, w + 4);
	KUNIT_EXPECT_EQ_MSG(test, decode(w, list), -EPROTO, "more than the table holds");
	put_unaligned_le32(1, w + 4);
	put_unaligned_le32(224, w);
	w[8] = 1;
	KUNIT_EXPECT_EQ_MSG(test, decode(w, list), -EPROTO, "more than there can be");
}

/* ---- facts of the GPU ---- */

static void segment_sizes(struct kunit *test)
{
	static const struct { u64 size; int ret; } want[] = {
		{ SZ_32M, 0 }, { SZ_128M, 0 }, { SZ_1G, 0 }, { 0, -EPROTO }, { SZ_16M, -EPROTO },
		{ 48 * SZ_1M, -EPROTO }, { 2ULL * SZ_1G, -EPROTO }, { U64_MAX, -EPROTO },
	};
	u8 *w = encode_ctrl(test, GSP_CTRL_VMMU_SEGMENT_SIZE, NULL, 8);
	u64 size;
	int i;

	for (i = 0; i < ARRAY_SIZE(want); i++) {
		put_unaligned_le64(want[i].size, w);
		KUNIT_EXPECT_EQ_MSG(test,
				    abi->ctrls[GSP_CTRL_VMMU_SEGMENT_SIZE].decode(w, &size),
				    want[i].ret, "%#llx", want[i].size);
		KUNIT_EXPECT_EQ(test, size, want[i].size);
	}
}

static void ecc_status(struct kunit *test)
{
	u8 *w = encode_ctrl(test, GSP_CTRL_ECC_STATUS, NULL, 1464);
	int (*decode)(const void *, void *) = abi->ctrls[GSP_CTRL_ECC_STATUS].decode;
	bool on = true;

	KUNIT_EXPECT_EQ(test, decode(w, &on), 0);
	KUNIT_EXPECT_FALSE(test, on);
	w[35 * 40 + 2] = 1;
	KUNIT_EXPECT_EQ(test, decode(w, &on), 0);
	KUNIT_EXPECT_FALSE_MSG(test, on, "supported alone");
	w[35 * 40] = 1;
	KUNIT_EXPECT_EQ(test, decode(w, &on), 0);
	KUNIT_EXPECT_TRUE(test, on);
}

static void method_buf_size(struct kunit *test)
{
	u8 *w = encode_ctrl(test, GSP_CTRL_METHOD_BUF_SIZE, NULL, 4);
	int (*decode)(const void *, void *) = abi->ctrls[GSP_CTRL_METHOD_BUF_SIZE].decode;
	u32 size;

	KUNIT_EXPECT_EQ(test, decode(w, &size), -EPROTO);
	put_unaligned_le32(0x2000, w);
	KUNIT_EXPECT_EQ(test, decode(w, &size), 0);
	KUNIT_EXPECT_EQ(test, size, 0x2000);
	put_unaligned_le32(~0, w);
	KUNIT_EXPECT_EQ(test, decode(w, &size), -EPROTO);
}

/* ---- address spaces ---- */

static void vaspace_bytes(struct kunit *test)
{
	u8 *w = encode_class(test, GSP_CLASS_VASPACE, NULL, 48);

	KUNIT_EXPECT_EQ(test, get_unaligned_le32(w), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(w + 4), BIT(3));
	KUNIT_EXPECT_NULL(test, memchr_inv(w + 8, 0, 40));
}

static void page_directory_bytes(struct kunit *test)
{
	struct gsp_page_directory pd = {
		.vaspace = 0x90f10000, .addr = 0x5f0001000, .nr_entries = 4,
		.aperture = GSP_APERTURE_FB,
	};
	u8 *w = encode_ctrl(test, GSP_CTRL_SET_PAGE_DIRECTORY, &pd, 32);

	KUNIT_EXPECT_EQ(test, get_unaligned_le64(w), 0x5f0001000);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(w + 8), 4);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(w + 12), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(w + 16), 0x90f10000);
	KUNIT_EXPECT_NULL(test, memchr_inv(w + 20, 0, 12));

	pd.aperture = GSP_APERTURE_SYS;
	w = encode_ctrl(test, GSP_CTRL_SET_PAGE_DIRECTORY, &pd, 32);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(w + 12), 1);
	pd.aperture = GSP_APERTURE_SYS_NCOH;
	w = encode_ctrl(test, GSP_CTRL_SET_PAGE_DIRECTORY, &pd, 32);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(w + 12), 2);

	w = encode_ctrl(test, GSP_CTRL_UNSET_PAGE_DIRECTORY, &pd.vaspace, 8);
	KUNIT_EXPECT_EQ(test, get_unaligned_le64(w), 0x90f10000);
}

/* ---- channels ---- */

static void expect_mem(struct kunit *test, const u8 *w, u64 base, u64 size, u32 space, u32 cache)
{
	KUNIT_EXPECT_EQ(test, get_unaligned_le64(w), base);
	KUNIT_EXPECT_EQ(test, get_unaligned_le64(w + 8), size);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(w + 16), space);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(w + 20), cache);
}

/* Values as nouveau sends them for the same channel. */
static void channel_bytes(struct kunit *test)
{
	const struct gsp_channel_params params = {
		.chid = 13, .engine = 0x0b, .vaspace = 0x90f10000, .runqueue = 1,
		.privileged = true, .gpfifo_va = 0x1000200000, .gpfifo_entries = 512,
		.instance = { 0x10000000, 0x1000, GSP_APERTURE_FB },
		.userd = { 0x10002a00, 0x200, GSP_APERTURE_FB },
		.method_buf = { 0xabc000, 0x2000, GSP_APERTURE_SYS },
	};
	u8 *w = encode_class(test, GSP_CLASS_CHANNEL, &params, 368);

	KUNIT_EXPECT_EQ(test, abi->classes[GSP_CLASS_CHANNEL].id, 0xc56f);
	KUNIT_EXPECT_EQ(test, get_unaligned_le64(w), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_le64(w + 0x08), 0x1000200000);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(w + 0x10), 512);
	/* runqueue, privileged, slot 5 of page 1, page is fixed */
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(w + 0x14),
			BIT(4) | BIT(5) | 5 << 8 | 1 << 12 | BIT(21));
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(w + 0x1c), 0x90f10000);
	KUNIT_EXPECT_NULL(test, memchr_inv(w + 0x20, 0, 0x60));
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(w + 0x80), 0x0b);
	expect_mem(test, w + 0x90, 0x10000000, 0x1000, 2, 1);
	expect_mem(test, w + 0xa8, 0x10002a00, 0x200, 2, 1);
	expect_mem(test, w + 0xc0, 0x10000000, 0x200, 2, 1);
	expect_mem(test, w + 0xd8, 0xabc000, 0x2000, 1, 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(w + 0xf4), 0x15);
	KUNIT_EXPECT_NULL(test, memchr_inv(w + 0xf8, 0, 368 - 0xf8));
}

static void channel_of_user(struct kunit *test)
{
	const struct gsp_channel_params params = { .chid = 2047 };
	u8 *w = encode_class(test, GSP_CLASS_CHANNEL, &params, 368);

	KUNIT_EXPECT_EQ(test, get_unaligned_le32(w + 0x14), 7 << 8 | 255 << 12 | BIT(21));
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(w + 0xf4), 0x14);
}

static void channel_controls(struct kunit *test)
{
	const u32 engine = 0x0b;
	const bool yes = true, no = false;
	u8 *w = encode_ctrl(test, GSP_CTRL_CHANNEL_BIND, &engine, 4);

	KUNIT_EXPECT_EQ(test, get_unaligned_le32(w), 0x0b);
	w = encode_ctrl(test, GSP_CTRL_CHANNEL_SCHEDULE, &yes, 2);
	KUNIT_EXPECT_EQ(test, get_unaligned_le16(w), 1);
	w = encode_ctrl(test, GSP_CTRL_CHANNEL_SCHEDULE, &no, 2);
	KUNIT_EXPECT_EQ(test, get_unaligned_le16(w), 0);
	w = encode_class(test, GSP_CLASS_COPY, &engine, 8);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(w), 1);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(w + 4), 0x0b);
	KUNIT_EXPECT_EQ(test, abi->classes[GSP_CLASS_COPY].id, 0xc7b5);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(engine_table),
	KUNIT_CASE(engines_left_out),
	KUNIT_CASE(segment_sizes),
	KUNIT_CASE(ecc_status),
	KUNIT_CASE(method_buf_size),
	KUNIT_CASE(vaspace_bytes),
	KUNIT_CASE(page_directory_bytes),
	KUNIT_CASE(channel_bytes),
	KUNIT_CASE(channel_of_user),
	KUNIT_CASE(channel_controls),
	{}
};

static struct kunit_suite suite = {
	.name = "gsp_core_abi_chan",
	.suite_init = suite_init,
	.test_cases = cases,
};

kunit_test_suite(suite);
