// SPDX-License-Identifier: GPL-2.0-only
/*
 * vGPU types, vGPUs and plugins of the firmware releases. Offsets are written
 * as numbers from the vendor's headers on purpose, as in abi_kunit.c.
 */
#include <kunit/test.h>
#include <linux/sizes.h>
#include <linux/unaligned.h>

#include "abi/abi.h"

#define TYPE_SIZE	5224

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
	c->encode(in, w);
	return w;
}

/* ---- types ---- */

static u8 *raw_type(struct kunit *test, u32 id)
{
	u8 *w = kunit_kzalloc(test, TYPE_SIZE, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, w);
	put_unaligned_le32(id, w);
	strscpy(w + 4, "NVIDIA MODEL-1B", 32);
	strscpy(w + 36, "NVS", 32);
	memset(w + 68, 0xa5, 128);
	put_unaligned_le32(32, w + 324);
	put_unaligned_le32(1, w + 352);
	put_unaligned_le64(0x26b5176d, w + 368);
	put_unaligned_le64(0x26b5, w + 376);
	put_unaligned_le64(SZ_1G, w + 384);
	put_unaligned_le64(SZ_1G - SZ_128M, w + 392);
	put_unaligned_le64(SZ_32M, w + 400);
	put_unaligned_le64(SZ_64M, w + 408);
	put_unaligned_le64(256, w + 432);
	w[TYPE_SIZE - 1] = 0x5a;
	return w;
}

static void type_decoded(struct kunit *test)
{
	struct gsp_vgpu_type t;
	u8 *w = raw_type(test, 1145);

	KUNIT_ASSERT_EQ(test, abi->vgpu->type_size, TYPE_SIZE);
	KUNIT_ASSERT_EQ(test, abi->vgpu->vgpu_type(w, TYPE_SIZE, &t), 0);
	KUNIT_EXPECT_EQ(test, t.id, 1145);
	KUNIT_EXPECT_STREQ(test, t.name, "NVIDIA MODEL-1B");
	KUNIT_EXPECT_STREQ(test, t.class, "NVS");
	KUNIT_EXPECT_EQ(test, t.max_instance, 32);
	KUNIT_EXPECT_TRUE(test, t.ecc);
	KUNIT_EXPECT_EQ(test, t.vdev_id, 0x26b5176d);
	KUNIT_EXPECT_EQ(test, t.pdev_id, 0x26b50000);
	KUNIT_EXPECT_EQ(test, t.profile_size, SZ_1G);
	KUNIT_EXPECT_EQ(test, t.fb_length, SZ_1G - SZ_128M);
	KUNIT_EXPECT_EQ(test, t.gsp_heap_size, SZ_32M);
	KUNIT_EXPECT_EQ(test, t.fb_reservation, SZ_64M);
	KUNIT_EXPECT_EQ(test, t.bar1_length, SZ_256M);
	KUNIT_EXPECT_PTR_EQ(test, t.raw, (const void *)w);
	KUNIT_EXPECT_EQ(test, t.raw_len, TYPE_SIZE);

	put_unaligned_le64(0x26b51851, w + 376);
	KUNIT_ASSERT_EQ(test, abi->vgpu->vgpu_type(w, TYPE_SIZE, &t), 0);
	KUNIT_EXPECT_EQ_MSG(test, t.pdev_id, 0x26b51851, "with its subsystem");
	put_unaligned_le64(0, w + 376);
	memset(w + 36, 0, 32);
	KUNIT_ASSERT_EQ(test, abi->vgpu->vgpu_type(w, TYPE_SIZE, &t), 0);
	KUNIT_EXPECT_EQ_MSG(test, t.pdev_id, 0, "for any board");
	KUNIT_EXPECT_STREQ(test, t.class, "");
}

/* What is read ends where its memory does, so that KASAN sees a byte too many. */
static void type_every_length(struct kunit *test)
{
	const u8 *full = raw_type(test, 1);
	u8 *w = kunit_kzalloc(test, TYPE_SIZE + 1, GFP_KERNEL);
	u8 *end = w + TYPE_SIZE + 1;
	struct gsp_vgpu_type t;
	size_t len;

	KUNIT_ASSERT_NOT_NULL(test, w);
	for (len = 0; len <= TYPE_SIZE + 1; len++) {
		memcpy(end - len, full, min_t(size_t, len, TYPE_SIZE));
		KUNIT_EXPECT_EQ_MSG(test, abi->vgpu->vgpu_type(end - len, len, &t),
				    len == TYPE_SIZE ? 0 : -EPROTO, "length %zu", len);
	}
}

/* One field of a good type is made bad. */
struct bad_field {
	const char *name;
	u16 offset;
	u8 bytes;
	u64 value;
};

static const struct bad_field bad_fields[] = {
	{ "id 0", 0, 4, 0 },
	{ "no name", 4, 1, 0 },
	{ "colon in name", 7, 1, ':' },
	{ "newline in name", 7, 1, '\n' },
	{ "escape in name", 7, 1, 0x1b },
	{ "DEL in name", 7, 1, 0x7f },
	{ "byte beyond ASCII in name", 7, 1, 0xe4 },
	{ "colon in class", 37, 1, ':' },
	{ "tab in class", 37, 1, '\t' },
	{ "no instance", 324, 4, 0 },
	{ "33 instances", 324, 4, 33 },
	{ "absurd instances", 324, 4, U32_MAX },
	{ "virtual id too wide", 368, 8, 0x100000000 },
	{ "board id too wide", 376, 8, 0x100000000 },
	{ "no profile", 384, 8, 0 },
	{ "absurd profile", 384, 8, U64_MAX },
	{ "no framebuffer", 392, 8, 0 },
	{ "absurd framebuffer", 392, 8, U64_MAX },
	{ "no heap", 400, 8, 0 },
	{ "heap smaller than the shared memory", 400, 8, 0x273000 },
	{ "heap in half pages", 400, 8, SZ_32M + 0x800 },
	{ "absurd heap", 400, 8, U64_MAX & PAGE_MASK },
	{ "absurd reservation", 408, 8, U64_MAX },
	{ "absurd BAR", 432, 8, U64_MAX },
	{ "BAR that wraps to 0", 432, 8, 1ULL << 44 },
};

KUNIT_ARRAY_PARAM_DESC(bad_fields, bad_fields, name);

static void type_refused(struct kunit *test)
{
	const struct bad_field *bad = test->param_value;
	struct gsp_vgpu_type t;
	u8 *w = raw_type(test, 7);
	u8 le[8];

	put_unaligned_le64(bad->value, le);
	memcpy(w + bad->offset, le, bad->bytes);
	KUNIT_EXPECT_EQ(test, abi->vgpu->vgpu_type(w, TYPE_SIZE, &t), -EPROTO);
}

static void type_names_terminated(struct kunit *test)
{
	struct gsp_vgpu_type t;
	u8 *w = raw_type(test, 7);

	memset(w + 4, 'x', 31);
	KUNIT_EXPECT_EQ(test, abi->vgpu->vgpu_type(w, TYPE_SIZE, &t), 0);
	KUNIT_EXPECT_EQ(test, strlen(t.name), 31);
	w[35] = 'x';
	KUNIT_EXPECT_EQ(test, abi->vgpu->vgpu_type(w, TYPE_SIZE, &t), -EPROTO);

	w = raw_type(test, 7);
	memset(w + 36, 'x', 32);
	KUNIT_EXPECT_EQ(test, abi->vgpu->vgpu_type(w, TYPE_SIZE, &t), -EPROTO);
}

static void types_uploaded(struct kunit *test)
{
	struct gsp_vgpu_type types[2];
	const struct gsp_vgpu_type_list list = { .discard = true, .nr = 2, .types = types };
	u8 *raw[2];
	u8 *w;
	int i;

	for (i = 0; i < 2; i++) {
		raw[i] = raw_type(test, 1145 + i);
		KUNIT_ASSERT_EQ(test, abi->vgpu->vgpu_type(raw[i], TYPE_SIZE, &types[i]), 0);
	}
	w = encode_ctrl(test, GSP_CTRL_ADD_VGPU_TYPES, &list, 334344);
	KUNIT_EXPECT_EQ(test, abi->ctrls[GSP_CTRL_ADD_VGPU_TYPES].cmd, 0x20804003);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(w), 1);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(w + 4), 2);
	KUNIT_EXPECT_MEMEQ(test, w + 8, raw[0], TYPE_SIZE);
	KUNIT_EXPECT_MEMEQ(test, w + 8 + TYPE_SIZE, raw[1], TYPE_SIZE);
	KUNIT_EXPECT_NULL(test, memchr_inv(w + 8 + 2 * TYPE_SIZE, 0, 62 * TYPE_SIZE));
}

static void types_no_more_than_fit(struct kunit *test)
{
	const unsigned int nr = abi->vgpu->max_types + 1;
	struct gsp_vgpu_type *types = kunit_kcalloc(test, nr, sizeof(*types), GFP_KERNEL);
	const struct gsp_vgpu_type_list list = { .nr = nr, .types = types };
	u8 *raw = raw_type(test, 5), *w;
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, types);
	KUNIT_ASSERT_EQ(test, abi->vgpu->max_types, 64);
	for (i = 0; i < nr; i++)
		types[i].raw = raw;
	w = encode_ctrl(test, GSP_CTRL_ADD_VGPU_TYPES, &list, 334344);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(w), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(w + 4), 64);
	KUNIT_EXPECT_MEMEQ(test, w + 8 + 63 * TYPE_SIZE, raw, TYPE_SIZE);
}

static void mgr_config_bytes(struct kunit *test)
{
	const bool yes = true, no = false;

	KUNIT_EXPECT_EQ(test, encode_ctrl(test, GSP_CTRL_SET_VGPU_MGR_CONFIG, &yes, 1)[0], 1);
	KUNIT_EXPECT_EQ(test, encode_ctrl(test, GSP_CTRL_SET_VGPU_MGR_CONFIG, &no, 1)[0], 0);
}

/* ---- vGPUs ---- */

static void bootload_bytes(struct kunit *test)
{
	static const struct gsp_fb_range fb[] = {
		{ 0x40000000, 0x20000000 }, { 0x80000000, 0x10000000 },
	};
	struct gsp_engine_list *engines = kunit_kzalloc(test, sizeof(*engines), GFP_KERNEL);
	const struct gsp_vgpu_bootload b = {
		.sbdf = 0x00020104, .gfid = 5, .vm_pid = 4711, .nr_channels = 64,
		.nr_plugin_channels = 3, .chid_offset = 1984, .engines = engines,
		.fb = fb, .nr_fb = 2, .heap_addr = 0xc0000000, .heap_size = SZ_32M,
	};
	static const struct { u16 offset; u64 value; } want[] = {
		{ 368, 2 }, { 376, 0x40000000 }, { 384, 0x80000000 }, { 392, 0 },
		{ 3448, 0x20000000 }, { 3456, 0x10000000 }, { 3464, 0 },
		{ 6520, 0xc0000000 }, { 6528, SZ_32M }, { 6536, 0 },
		{ 6544, 0xc0204000 }, { 6552, SZ_128K }, { 6560, 0xc0224000 }, { 6568, SZ_256K },
		{ 6576, 0xc0264000 }, { 6584, SZ_64K }, { 6592, 0 }, { 6600, 0 }, { 6608, 0 },
	};
	u8 *w;
	int i;

	KUNIT_ASSERT_NOT_NULL(test, engines);
	engines->nr = 3;
	engines->e[0].type = 1;
	engines->e[1].type = 0x0b;
	engines->e[2].type = 0x33;
	w = encode_ctrl(test, GSP_CTRL_VGPU_BOOTLOAD, &b, 6616);
	KUNIT_EXPECT_EQ(test, abi->ctrls[GSP_CTRL_VGPU_BOOTLOAD].cmd, 0x20804001);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(w), 0x00020104);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(w + 4), 5);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(w + 8), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(w + 12), 4711);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(w + 16), U32_MAX);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(w + 20), 64);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(w + 24), 3);
	for (i = 0; i < 84; i++)
		KUNIT_EXPECT_EQ_MSG(test, get_unaligned_le32(w + 28 + 4 * i),
				    i == 1 || i == 0x0b || i == 0x33 ? 1984 : 0, "engine %d", i);
	for (i = 0; i < ARRAY_SIZE(want); i++)
		KUNIT_EXPECT_EQ_MSG(test, get_unaligned_le64(w + want[i].offset),
				    want[i].value, "offset %u", want[i].offset);
}

/* As many ranges as there can be, and one more, which must not go anywhere. */
static void bootload_full(struct kunit *test)
{
	struct gsp_engine_list *engines = kunit_kzalloc(test, sizeof(*engines), GFP_KERNEL);
	struct gsp_fb_range *fb = kunit_kcalloc(test, 385, sizeof(*fb), GFP_KERNEL);
	const struct gsp_vgpu_bootload b = { .engines = engines, .fb = fb, .nr_fb = 385 };
	u8 *w;
	int i;

	KUNIT_ASSERT_NOT_NULL(test, engines);
	KUNIT_ASSERT_NOT_NULL(test, fb);
	engines->nr = 1;
	engines->e[0].type = 84;
	for (i = 0; i < 385; i++)
		fb[i] = (struct gsp_fb_range){ (i + 1ULL) * SZ_1G, i + 1 };
	w = encode_ctrl(test, GSP_CTRL_VGPU_BOOTLOAD, &b, 6616);
	KUNIT_EXPECT_NULL(test, memchr_inv(w + 28, 0, 84 * 4));
	KUNIT_EXPECT_EQ(test, get_unaligned_le64(w + 368), 384);
	KUNIT_EXPECT_EQ(test, get_unaligned_le64(w + 376 + 383 * 8), 384ULL * SZ_1G);
	KUNIT_EXPECT_EQ(test, get_unaligned_le64(w + 3448), 1);
	KUNIT_EXPECT_EQ(test, get_unaligned_le64(w + 3448 + 383 * 8), 384);
	KUNIT_EXPECT_EQ(test, get_unaligned_le64(w + 6520), 0);
}

static void shutdown_bytes(struct kunit *test)
{
	const u32 gfid = 9;
	u8 *w = encode_ctrl(test, GSP_CTRL_VGPU_SHUTDOWN, &gfid, 4);

	KUNIT_EXPECT_EQ(test, get_unaligned_le32(w), 9);
	w = encode_ctrl(test, GSP_CTRL_VGPU_CLEANUP, &gfid, 4);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(w), 9);
	KUNIT_EXPECT_EQ(test, abi->ctrls[GSP_CTRL_VGPU_SHUTDOWN].cmd, 0x20804002);
	KUNIT_EXPECT_EQ(test, abi->ctrls[GSP_CTRL_VGPU_CLEANUP].cmd, 0x20804008);
}

/* ---- plugins ---- */

static void plugin_layout(struct kunit *test)
{
	const struct gsp_plugin_layout *l = &abi->plugin->layout;

	KUNIT_EXPECT_EQ(test, l->ctrl, 0);
	KUNIT_EXPECT_EQ(test, l->response, 0x1000);
	KUNIT_EXPECT_EQ(test, l->message, 0x2000);
	KUNIT_EXPECT_EQ(test, l->message_size, 0x1000);
	KUNIT_EXPECT_EQ(test, l->migration, 0x3000);
	KUNIT_EXPECT_EQ(test, l->error, l->migration + SZ_2M);
	KUNIT_EXPECT_EQ(test, l->init_log, l->error + l->error_size);
	KUNIT_EXPECT_EQ(test, l->vgpu_log, l->init_log + l->init_log_size);
	KUNIT_EXPECT_EQ(test, l->kernel_log, l->vgpu_log + l->vgpu_log_size);
	KUNIT_EXPECT_EQ(test, l->total, l->kernel_log + l->kernel_log_size);
	KUNIT_EXPECT_EQ(test, l->total, 0x274000);
	KUNIT_EXPECT_EQ(test, l->version_off, 0);
	KUNIT_EXPECT_EQ(test, l->type_off, 4);
	KUNIT_EXPECT_EQ(test, l->seq_off, 8);
	KUNIT_EXPECT_EQ(test, l->error_get_off, 56);
	KUNIT_EXPECT_EQ(test, l->rsp_seq_off, 4);
	KUNIT_EXPECT_EQ(test, l->rsp_result_off, 8);
	KUNIT_EXPECT_EQ(test, l->error_put_off, 344);
	KUNIT_EXPECT_EQ(test, l->bootloaded_magic, 0x4e654a6f);
	KUNIT_EXPECT_EQ(test, abi->plugin->messages[GSP_PLUGIN_MSG_VERSION], 1);
	KUNIT_EXPECT_EQ(test, abi->plugin->messages[GSP_PLUGIN_MSG_CONFIG], 2);
	KUNIT_EXPECT_EQ(test, abi->plugin->messages[GSP_PLUGIN_MSG_RESET], 3);
	KUNIT_EXPECT_EQ(test, abi->plugin->messages[GSP_PLUGIN_MSG_BME], 13);
}

static u8 *plugin_page(struct kunit *test)
{
	u8 *page = kunit_kzalloc(test, SZ_4K, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, page);
	return page;
}

static void plugin_ctrl_page(struct kunit *test)
{
	u8 *w = plugin_page(test);

	KUNIT_EXPECT_LE(test, abi->plugin->ctrl_page(w), SZ_4K);
	KUNIT_EXPECT_EQ(test, get_unaligned_le64(w), 1);
	KUNIT_EXPECT_EQ(test, get_unaligned_le64(w + 8), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_le64(w + 16), 0x1000);
	KUNIT_EXPECT_EQ(test, get_unaligned_le64(w + 24), 0x2000);
	KUNIT_EXPECT_EQ(test, get_unaligned_le64(w + 32), 0x3000);
	KUNIT_EXPECT_EQ(test, get_unaligned_le64(w + 40), 0x203000);
	KUNIT_EXPECT_NULL(test, memchr_inv(w + 48, 0, SZ_4K - 48));
}

/*
 * A capture for the older layout, laid over this one, would put each flag
 * behind enable_uvm one byte late: so every byte is looked at.
 */
static void plugin_config_bytes(struct kunit *test)
{
	static const struct { u8 offset; u32 value; } want[] = {
		{ 0, 0x13121110 }, { 4, 0x17161514 }, { 8, 0x1b1a1918 }, { 12, 0x1f1e1d1c },
		{ 16, 0x00020104 }, { 20, 0 }, { 24, 0xc1d00014 }, { 28, 1145 }, { 32, 4711 },
		{ 36, U32_MAX }, { 40, 64 }, { 44, 3 }, { 48, 0 }, { 52, 0x4000 }, { 56, 4 },
		{ 60, IS_ENABLED(CONFIG_ARM64) ? 1 : 2 }, { 64, SZ_4K }, { 68, 0 },
		{ 72, 0x01000000 }, { 76, 0 }, { 80, 0 }, { 84, 6 }, { 88, 0 }, { 92, 0 },
		{ 96, 0 }, { 100, 0 }, { 104, 0 }, { 108, 0 }, { 112, 0 },
	};
	struct gsp_plugin_config config = {
		.sbdf = 0x00020104, .instance = 0xc1d00014, .type = 1145, .vm_pid = 4711,
		.nr_channels = 64, .nr_plugin_channels = 3, .placement = 6,
		.host_page_size = SZ_4K, .enable_uvm = true,
	};
	u8 *w = plugin_page(test);
	int i;

	for (i = 0; i < 16; i++)
		config.uuid[i] = 0x10 + i;
	KUNIT_EXPECT_EQ(test, abi->plugin->config(&config, w), 112);
	for (i = 0; i < ARRAY_SIZE(want); i++)
		KUNIT_EXPECT_EQ_MSG(test, get_unaligned_le32(w + want[i].offset),
				    want[i].value, "offset %u", want[i].offset);
}

static void plugin_small_messages(struct kunit *test)
{
	u8 *w = plugin_page(test);

	KUNIT_EXPECT_EQ(test, abi->plugin->version(w), 8);
	KUNIT_EXPECT_NULL(test, memchr_inv(w, 0, SZ_4K));
	KUNIT_EXPECT_EQ(test, abi->plugin->bme(true, w), 2);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(w), 1);
	w[0] = 0;
	KUNIT_EXPECT_EQ(test, abi->plugin->bme(false, w), 2);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(w), 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(type_decoded),
	KUNIT_CASE(type_every_length),
	KUNIT_CASE_PARAM(type_refused, bad_fields_gen_params),
	KUNIT_CASE(type_names_terminated),
	KUNIT_CASE(types_uploaded),
	KUNIT_CASE(types_no_more_than_fit),
	KUNIT_CASE(mgr_config_bytes),
	KUNIT_CASE(bootload_bytes),
	KUNIT_CASE(bootload_full),
	KUNIT_CASE(shutdown_bytes),
	KUNIT_CASE(plugin_layout),
	KUNIT_CASE(plugin_ctrl_page),
	KUNIT_CASE(plugin_config_bytes),
	KUNIT_CASE(plugin_small_messages),
	{}
};

static struct kunit_suite suite = {
	.name = "gsp_core_abi_vgpu",
	.suite_init = suite_init,
	.test_cases = cases,
};

kunit_test_suite(suite);
