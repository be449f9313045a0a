// SPDX-License-Identifier: GPL-2.0-only
/*
 * What firmware releases say unasked. Offsets are written as numbers from the
 * vendor's headers on purpose, as in abi_kunit.c.
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

/* Too large for the stack of some architectures. */
static union {
	struct gsp_error_log log;
	struct gsp_rc rc;
	struct gsp_plugin_event plugin;
	enum gsp_vgpu_config_notify config;
	enum gsp_recovery recovery;
} out;

static int error_log(const void *payload, size_t len)
{
	return abi->error_log(payload, len, &out.log);
}

static int rc(const void *payload, size_t len)
{
	return abi->rc(payload, len, &out.rc);
}

static int plugin_event(const void *payload, size_t len)
{
	return abi->plugin_event(payload, len, &out.plugin);
}

static int config_event(const void *payload, size_t len)
{
	return abi->config_event(payload, len, &out.config);
}

static int recovery(const void *payload, size_t len)
{
	return abi->recovery(payload, len, &out.recovery);
}

struct decoder {
	const char *name;
	int (*decode)(const void *payload, size_t len);
	size_t size;
};

static const struct decoder decoders[] = {
	{ "error log", error_log, 0x110 },
	{ "rc", rc, 0x30 },
	{ "plugin event", plugin_event, 8 },
	{ "config event", config_event, 4 },
	{ "recovery", recovery, 8 },
};

KUNIT_ARRAY_PARAM_DESC(decoders, decoders, name);

/* Each prefix in memory of its own size, so that KASAN sees a byte too many. */
static void event_every_prefix(struct kunit *test)
{
	const struct decoder *d = test->param_value;
	size_t prefix;

	for (prefix = 0; prefix <= d->size + 1; prefix++) {
		u8 *buf = kunit_kmalloc(test, prefix, GFP_KERNEL);

		KUNIT_ASSERT_NOT_NULL(test, buf);
		memset(buf, 'x', prefix);
		KUNIT_EXPECT_EQ_MSG(test, d->decode(buf, prefix),
				    prefix < d->size ? -EPROTO : 0, "prefix %zu", prefix);
		kunit_kfree(test, buf);
	}
}

static void error_log_terminated(struct kunit *test)
{
	u8 *w = kunit_kmalloc(test, 0x110, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, w);
	memset(w, 'x', 0x110);
	put_unaligned_le32(31, w);
	put_unaligned_le32(2, w + 4);
	put_unaligned_le32(1987, w + 8);
	KUNIT_ASSERT_EQ(test, abi->error_log(w, 0x110, &out.log), 0);
	KUNIT_EXPECT_EQ(test, out.log.xid, 31);
	KUNIT_EXPECT_EQ(test, out.log.runlist, 2);
	KUNIT_EXPECT_EQ(test, out.log.chid, 1987);
	KUNIT_EXPECT_EQ(test, strlen(out.log.text), 255);
}

static void rc_fields(struct kunit *test)
{
	u8 w[0x30] = {};

	put_unaligned_le32(0x09, w);
	put_unaligned_le32(77, w + 4);
	put_unaligned_le32(3, w + 8);
	put_unaligned_le32(1, w + 0xc);
	put_unaligned_le32(31, w + 0x10);
	put_unaligned_le32(2, w + 0x14);
	put_unaligned_le16(0xffff, w + 0x18);
	put_unaligned_le32(0xdead0000, w + 0x1c);
	put_unaligned_le32(0x12, w + 0x20);
	put_unaligned_le32(4, w + 0x24);
	put_unaligned_le32(0x1000, w + 0x2c);
	KUNIT_ASSERT_EQ(test, abi->rc(w, sizeof(w), &out.rc), 0);
	KUNIT_EXPECT_EQ(test, out.rc.engine, 9);
	KUNIT_EXPECT_EQ(test, out.rc.chid, 77);
	KUNIT_EXPECT_EQ(test, out.rc.gfid, 3);
	KUNIT_EXPECT_EQ(test, out.rc.level, 1);
	KUNIT_EXPECT_EQ(test, out.rc.type, 31);
	KUNIT_EXPECT_EQ(test, out.rc.scope, 2);
	KUNIT_EXPECT_EQ(test, out.rc.fault_addr, 0x12dead0000);
	KUNIT_EXPECT_EQ(test, out.rc.fault_type, 4);
}

static void plugin_notes(struct kunit *test)
{
	static const enum gsp_plugin_notify want[] = {
		GSP_PLUGIN_BOOTLOADED, GSP_PLUGIN_UNLOADED, GSP_PLUGIN_CRASHED,
		GSP_PLUGIN_GUEST_LOADED, GSP_PLUGIN_GUEST_UNLOADED, GSP_PLUGIN_ERROR_MESSAGE,
		GSP_PLUGIN_LICENCE, GSP_PLUGIN_GUEST_OS, GSP_PLUGIN_OTHER, GSP_PLUGIN_OTHER,
	};
	u8 w[8];
	u32 i;

	for (i = 0; i < ARRAY_SIZE(want); i++) {
		put_unaligned_le32(32 - i, w);
		put_unaligned_le32(i, w + 4);
		KUNIT_ASSERT_EQ(test, abi->plugin_event(w, sizeof(w), &out.plugin), 0);
		KUNIT_EXPECT_EQ(test, out.plugin.gfid, 32 - i);
		KUNIT_EXPECT_EQ_MSG(test, out.plugin.what, want[i], "note %u", i);
	}
	put_unaligned_le32(~0, w + 4);
	KUNIT_ASSERT_EQ(test, abi->plugin_event(w, sizeof(w), &out.plugin), 0);
	KUNIT_EXPECT_EQ(test, out.plugin.what, GSP_PLUGIN_OTHER);
}

static void config_notes(struct kunit *test)
{
	static const enum gsp_vgpu_config_notify want[] = {
		GSP_VGPU_CONFIG_CREATED, GSP_VGPU_CONFIG_INITIALISING,
		GSP_VGPU_CONFIG_DESTROYED, GSP_VGPU_CONFIG_OTHER,
	};
	u8 w[4];
	u32 i;

	for (i = 0; i < ARRAY_SIZE(want); i++) {
		put_unaligned_le32(i, w);
		KUNIT_ASSERT_EQ(test, abi->config_event(w, sizeof(w), &out.config), 0);
		KUNIT_EXPECT_EQ_MSG(test, out.config, want[i], "note %u", i);
	}
}

static void recovery_actions(struct kunit *test)
{
	static const struct { u32 type; u8 value; enum gsp_recovery action; } want[] = {
		{ 0, 0, GSP_RECOVERY_GPU_RESET }, { 0, 1, GSP_RECOVERY_GPU_RESET },
		{ 1, 0, GSP_RECOVERY_NONE }, { 1, 1, GSP_RECOVERY_DRAIN_P2P },
		{ 2, 0, GSP_RECOVERY_NONE }, { 2, 1, GSP_RECOVERY_NODE_REBOOT },
		{ 3, 1, GSP_RECOVERY_OTHER },
	};
	u8 w[8] = {};
	int i;

	for (i = 0; i < ARRAY_SIZE(want); i++) {
		put_unaligned_le32(want[i].type, w);
		w[4] = want[i].value;
		KUNIT_ASSERT_EQ(test, abi->recovery(w, sizeof(w), &out.recovery), 0);
		KUNIT_EXPECT_EQ_MSG(test, out.recovery, want[i].action, "type %u value %u",
				    want[i].type, want[i].value);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(event_every_prefix, decoders_gen_params),
	KUNIT_CASE(error_log_terminated),
	KUNIT_CASE(rc_fields),
	KUNIT_CASE(plugin_notes),
	KUNIT_CASE(config_notes),
	KUNIT_CASE(recovery_actions),
	{}
};

static struct kunit_suite suite = {
	.name = "gsp_core_abi_event",
	.suite_init = suite_init,
	.test_cases = cases,
};

kunit_test_suite(suite);
