// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tables and codecs of the firmware releases. Offsets are written as numbers
 * from the vendor's headers on purpose: the driver's own structures are what
 * is being tested.
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

/* ---- tables ---- */

static void calls_complete(struct kunit *test)
{
	int i, j;

	for (i = 0; i < GSP_NR_CALLS; i++) {
		const struct gsp_call_desc *c = &abi->calls[i];

		KUNIT_ASSERT_NOT_NULL_MSG(test, c->name, "call %d", i);
		KUNIT_EXPECT_TRUE_MSG(test, c->posted != !!c->timeout_ms, "%s", c->name);
		KUNIT_EXPECT_TRUE_MSG(test, !c->size != !c->size_of, "%s", c->name);
		KUNIT_EXPECT_LT_MSG(test, c->fn, abi->first_event, "%s", c->name);
		KUNIT_EXPECT_NE_MSG(test, c->fn, abi->continuation_fn, "%s", c->name);
		for (j = 0; j < i; j++)
			KUNIT_EXPECT_NE_MSG(test, c->fn, abi->calls[j].fn, "%s", c->name);
	}
}

static void events_complete(struct kunit *test)
{
	int i;

	for (i = 0; i < GSP_NR_EVENTS; i++) {
		const struct gsp_event_desc *e = &abi->events[i];

		KUNIT_ASSERT_NOT_NULL_MSG(test, e->name, "event %d", i);
		KUNIT_EXPECT_GE_MSG(test, e->fn, abi->first_event, "%s", e->name);
		KUNIT_EXPECT_EQ_MSG(test, gsp_abi_event(abi, e->fn), i, "%s", e->name);
	}
	KUNIT_EXPECT_EQ(test, gsp_abi_event(abi, 0x1fff), GSP_NR_EVENTS);
	KUNIT_EXPECT_EQ(test, gsp_abi_event(abi, 0), GSP_NR_EVENTS);
}

static void ctrls_complete(struct kunit *test)
{
	int i, j;

	for (i = 0; i < GSP_NR_CTRLS; i++) {
		const struct gsp_ctrl_desc *c = &abi->ctrls[i];

		KUNIT_ASSERT_NOT_NULL_MSG(test, c->name, "control %d", i);
		KUNIT_EXPECT_GT_MSG(test, c->size, 0, "%s", c->name);
		KUNIT_EXPECT_TRUE_MSG(test, c->encode || c->decode, "%s", c->name);
		for (j = 0; j < i; j++)
			KUNIT_EXPECT_NE_MSG(test, c->cmd, abi->ctrls[j].cmd, "%s", c->name);
	}
	KUNIT_EXPECT_EQ(test, abi->ctrls[GSP_CTRL_VGPU_SHUTDOWN].timeout_ms, 30000);
	KUNIT_EXPECT_EQ(test, abi->ctrls[GSP_CTRL_VGPU_CLEANUP].timeout_ms, 30000);
}

static void classes_complete(struct kunit *test)
{
	int i, j;

	for (i = 0; i < GSP_NR_CLASSES; i++) {
		const struct gsp_class_desc *c = &abi->classes[i];

		KUNIT_ASSERT_NOT_NULL_MSG(test, c->name, "class %d", i);
		KUNIT_EXPECT_GT_MSG(test, c->size, 0, "%s", c->name);
		for (j = 0; j < i; j++)
			KUNIT_EXPECT_NE_MSG(test, c->id, abi->classes[j].id, "%s", c->name);
	}
}

/* ---- boot structures ---- */

static void wpr_meta_bytes(struct kunit *test)
{
	const struct gsp_wpr_layout layout = {
		.fb_size = 0x600000000, .vga_offset = 0x5fff00000, .vga_size = 0x100000,
		.frts_offset = 0x5ffe00000, .frts_size = 0x100000, .wpr_end = 0x5fff00000,
		.boot_offset = 0x5ffdfa000, .fw_offset = 0x5fc160000,
		.heap_offset = 0x5f4000000, .heap_size = 0x8100000,
		.wpr_start = 0x5f3f00000, .nonwpr_offset = 0x5f3e00000,
		.nonwpr_size = 0x100000,
	};
	const struct gsp_wpr_meta meta = {
		.radix3 = 0x11000, .image_size = 0x3c99000, .bootloader = 0x22000,
		.bootloader_size = 0x9000, .code_offset = 0x4800, .data_offset = 0x800,
		.manifest_offset = 0x10, .signature = 0x33000, .signature_size = 0x1000,
		.vf_partitions = 32,
	};
	static const struct { u16 offset; u64 value; } want[] = {
		{ 0x00, 0xdc3aae21371a60b3 }, { 0x08, 1 }, { 0x10, 0x11000 },
		{ 0x18, 0x3c99000 }, { 0x20, 0x22000 }, { 0x28, 0x9000 }, { 0x30, 0x4800 },
		{ 0x38, 0x800 }, { 0x40, 0x10 }, { 0x48, 0x33000 }, { 0x50, 0x1000 },
		{ 0x58, 0x5f3e00000 }, { 0x60, 0x5f3e00000 }, { 0x68, 0x100000 },
		{ 0x70, 0x5f3f00000 }, { 0x78, 0x5f4000000 }, { 0x80, 0x8100000 },
		{ 0x88, 0x5fc160000 }, { 0x90, 0x5ffdfa000 }, { 0x98, 0x5ffe00000 },
		{ 0xa0, 0x100000 }, { 0xa8, 0x5fff00000 }, { 0xb0, 0x600000000 },
		{ 0xb8, 0x5fff00000 }, { 0xc0, 0x100000 }, { 0xc8, 0 }, { 0xd0, 0 },
		{ 0xf0, 32 }, { 0xf8, 0 },
	};
	u8 *page = kunit_kmalloc(test, abi->boot.wpr_meta_size, GFP_KERNEL);
	int i;

	KUNIT_ASSERT_NOT_NULL(test, page);
	memset(page, 0xff, abi->boot.wpr_meta_size);
	abi->boot.wpr_meta(page, &layout, &meta);
	for (i = 0; i < ARRAY_SIZE(want); i++)
		KUNIT_EXPECT_EQ_MSG(test, get_unaligned_le64(page + want[i].offset),
				    want[i].value, "offset %#x", want[i].offset);
}

/* Sizes alone: what a GB202 is told. */
static void wpr_meta_of_sizes(struct kunit *test)
{
	const struct gsp_wpr_layout layout = {
		.vga_size = 0x20000, .frts_size = 0x100000, .heap_size = 0x8d00000,
		.nonwpr_size = 0x220000,
	};
	const struct gsp_wpr_meta meta = {
		.radix3 = 0x11000, .image_size = 0x3c99000, .bootloader = 0x22000,
		.bootloader_size = 0x31000, .code_offset = 0xb200, .data_offset = 0xa00,
		.signature = 0x33000, .signature_size = 0x1000, .pmu_reserved = 0x1820000,
	};
	static const struct { u16 offset; u64 value; } want[] = {
		{ 0x00, 0xdc3aae21371a60b3 }, { 0x08, 1 }, { 0x10, 0x11000 },
		{ 0x18, 0x3c99000 }, { 0x20, 0x22000 }, { 0x28, 0x31000 }, { 0x30, 0xb200 },
		{ 0x38, 0xa00 }, { 0x40, 0 }, { 0x48, 0x33000 }, { 0x50, 0x1000 },
		{ 0x58, 0 }, { 0x60, 0 }, { 0x68, 0x220000 }, { 0x70, 0 }, { 0x78, 0 },
		{ 0x80, 0x8d00000 }, { 0x88, 0 }, { 0x90, 0 }, { 0x98, 0 },
		{ 0xa0, 0x100000 }, { 0xa8, 0 }, { 0xb0, 0 }, { 0xb8, 0 }, { 0xc0, 0x20000 },
		{ 0xc8, 0 }, { 0xf0, 0x1820000ULL << 32 }, { 0xf8, 0 },
	};
	u8 *page = kunit_kmalloc(test, abi->boot.wpr_meta_size, GFP_KERNEL);
	int i;

	KUNIT_ASSERT_NOT_NULL(test, page);
	memset(page, 0xff, abi->boot.wpr_meta_size);
	abi->boot.wpr_meta(page, &layout, &meta);
	for (i = 0; i < ARRAY_SIZE(want); i++)
		KUNIT_EXPECT_EQ_MSG(test, get_unaligned_le64(page + want[i].offset),
				    want[i].value, "offset %#x", want[i].offset);
}

static void fmc_params_bytes(struct kunit *test)
{
	const struct gsp_fmc_params params = {
		.wpr_meta = 0x1234567000, .libos_args = 0x89abcde000,
	};
	static const u64 want[10] = {
		0, 1ULL | 0x100ULL << 32, 0x1234567000, 0, 1ULL << 32, 2, 0x89abcde000,
	};
	u8 page[80];
	int i;

	memset(page, 0xff, sizeof(page));
	abi->boot.fmc_params(page, &params);
	for (i = 0; i < ARRAY_SIZE(want); i++)
		KUNIT_EXPECT_EQ_MSG(test, get_unaligned_le64(page + 8 * i), want[i],
				    "offset %#x", 8 * i);
}

static void libos_args_bytes(struct kunit *test)
{
	const struct gsp_libos_region regions[] = {
		{ "LOGINIT", 0x1000, 0x10000 }, { "LOGRM", 0x20000, 0x10000 },
	};
	u8 *page = kunit_kmalloc(test, 3 * 32, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, page);
	memset(page, 0xff, 3 * 32);
	abi->boot.libos_args(page, regions, ARRAY_SIZE(regions));
	KUNIT_EXPECT_EQ(test, get_unaligned_le64(page), 0x004c4f47494e4954);
	KUNIT_EXPECT_EQ(test, get_unaligned_le64(page + 0x08), 0x1000);
	KUNIT_EXPECT_EQ(test, get_unaligned_le64(page + 0x10), 0x10000);
	KUNIT_EXPECT_EQ(test, get_unaligned_le64(page + 0x18), 0x0101);
	KUNIT_EXPECT_EQ(test, get_unaligned_le64(page + 0x20), 0x0000004c4f47524d);
	KUNIT_EXPECT_EQ(test, get_unaligned_le64(page + 0x28), 0x20000);
	KUNIT_EXPECT_NULL(test, memchr_inv(page + 64, 0, 32));
}

static void rm_args_bytes(struct kunit *test)
{
	const struct gsp_rm_args args = {
		.shm = 0x123000, .nr_pages = 129, .cmdq_offset = 0x1000, .statq_offset = 0x41000,
	};
	u8 page[0x48];

	memset(page, 0xff, sizeof(page));
	abi->boot.rm_args(page, &args);
	KUNIT_EXPECT_EQ(test, get_unaligned_le64(page), 0x123000);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(page + 0x08), 129);
	KUNIT_EXPECT_EQ(test, get_unaligned_le64(page + 0x10), 0x1000);
	KUNIT_EXPECT_EQ(test, get_unaligned_le64(page + 0x18), 0x41000);
	KUNIT_EXPECT_EQ(test, get_unaligned_le64(page + 0x20), 0);
	KUNIT_EXPECT_EQ(test, page[0x28], 0);
	KUNIT_EXPECT_EQ(test, page[0x30], 1);
	KUNIT_EXPECT_EQ(test, get_unaligned_le64(page + 0x38), 0);
}

static void heap_sizes(struct kunit *test)
{
	static const struct { u64 fb_gib; unsigned int libos, vfs; u32 base; u64 mib; } want[] = {
		{ 16, 3, 0, 8, 128 },	/* 22 + 8 + 1.5 rounded up + 96 */
		{ 24, 3, 0, 8, 129 },
		{ 48, 3, 0, 8, 131 },	/* 4.5 rounded up */
		{ 80, 3, 0, 8, 134 },
		{ 48, 3, 32, 8, 581 },
		{ 16, 2, 0, 8, 106 },	/* nothing for libos itself */
		{ 48, 2, 0, 8, 109 },
		{ 80, 2, 0, 8, 112 },
		{ 80, 3, 0, 14, 140 },	/* 22 + 14 + 7.5 rounded up + 96 */
		{ 96, 3, 0, 14, 141 },
		{ 96, 3, 32, 14, 581 },
		/* more than any board, so that the ceiling shows */
		{ 4096, 3, 0, 8, 280 },
		{ 4096, 2, 0, 8, 256 },
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(want); i++) {
		const struct gsp_heap_in in = {
			.fb_size = want[i].fb_gib * SZ_1G,
			.libos = want[i].libos,
			.base_rm = want[i].base * SZ_1M,
			.vf_partitions = want[i].vfs,
		};

		KUNIT_EXPECT_EQ_MSG(test, abi->boot.heap_size(&in), want[i].mib * SZ_1M,
				    "%llu GiB, libos %u", want[i].fb_gib, want[i].libos);
	}
}

static void sequencer_every_prefix(struct kunit *test)
{
	const size_t len = 0x28 + 3 * 4;
	struct gsp_seq_prog prog;
	size_t prefix;

	for (prefix = 0; prefix <= len; prefix++) {
		u8 *buf = kunit_kzalloc(test, prefix, GFP_KERNEL);
		int ret;

		KUNIT_ASSERT_NOT_NULL(test, buf);
		if (prefix >= 8)
			put_unaligned_le32(3, buf + 4);
		ret = abi->boot.sequencer(buf, prefix, &prog);
		if (prefix < len)
			KUNIT_EXPECT_EQ_MSG(test, ret, -EPROTO, "prefix %zu", prefix);
		else
			KUNIT_EXPECT_EQ(test, ret, 0);
		kunit_kfree(test, buf);
	}
	KUNIT_EXPECT_EQ(test, prog.nr_dwords, 3);
}

/* ---- calls ---- */

static void system_info_bytes(struct kunit *test)
{
	const struct gsp_system_info info = {
		.bar_addr = { 0xf0000000, 0x380000000000, 0x390000000000 },
		.bar0_is_64bit = true, .pci_bdf = 0x100, .max_user_va = 0x7ffffffff000,
		.config_mirror = 0x88000, .config_mirror_size = 0x1000,
		.device_id = 0x26b510de, .subsystem_id = 0x169d10de, .revision = 0xa1,
		.host_page_size = 4096, .has_flr = true,
		.vf = {
			.total_vfs = 32, .first_offset = 4,
			.bar_addr = { 0xf1000000, 0x3a0000000000, 0x3b0000000000 },
			.bar_is_64bit = { false, true, true },
		},
	};
	const struct gsp_call_desc *c = &abi->calls[GSP_CALL_SET_SYSTEM_INFO];
	u8 *w = kunit_kzalloc(test, c->size, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, w);
	KUNIT_ASSERT_EQ(test, c->size, 0x3a0);
	c->encode(&info, w);
	KUNIT_EXPECT_EQ(test, get_unaligned_le64(w), 0xf0000000);
	KUNIT_EXPECT_EQ(test, get_unaligned_le64(w + 0x08), 0x380000000000);
	KUNIT_EXPECT_EQ(test, get_unaligned_le64(w + 0x10), 0x390000000000);
	KUNIT_EXPECT_EQ(test, get_unaligned_le64(w + 0x20), 0x100);
	KUNIT_EXPECT_EQ(test, get_unaligned_le64(w + 0x48), 0x7ffffffff000);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(w + 0x50), 0x88000);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(w + 0x54), 0x1000);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(w + 0x58), 0x26b510de);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(w + 0x5c), 0x169d10de);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(w + 0x60), 0xa1);
	KUNIT_EXPECT_EQ(test, w[0x7d], 1);
	KUNIT_EXPECT_EQ(test, w[0x7e], 1);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(w + 0x344), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(w + 856), 32);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(w + 860), 4);
	KUNIT_EXPECT_EQ(test, get_unaligned_le64(w + 864), 0xf1000000);
	KUNIT_EXPECT_EQ(test, get_unaligned_le64(w + 872), 0x3a0000000000);
	KUNIT_EXPECT_EQ(test, get_unaligned_le64(w + 880), 0x3b0000000000);
	KUNIT_EXPECT_EQ(test, get_unaligned_le64(w + 888), 0x010100);
	KUNIT_EXPECT_EQ(test, get_unaligned_le64(w + 0x398), 4096);
}

/* Boot-contract 6.12, but for the entries' length, which nova leaves zero. */
static void registry_bytes(struct kunit *test)
{
	const struct gsp_registry_entry entries[] = {
		{ "RMSecBusResetEnable", 1 }, { "RMForcePcieConfigSave", 1 },
		{ "RMDevidCheckIgnore", 1 },
	};
	const struct gsp_registry reg = { entries, ARRAY_SIZE(entries) };
	static const u32 offsets[] = { 0x38, 0x4c, 0x62 };
	const struct gsp_call_desc *c = &abi->calls[GSP_CALL_SET_REGISTRY];
	u8 *w;
	int i;

	KUNIT_ASSERT_EQ(test, c->size_of(&reg), 0x75);
	w = kunit_kzalloc(test, 0x75, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, w);
	c->encode(&reg, w);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(w), 0x75);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(w + 4), 3);
	for (i = 0; i < 3; i++) {
		const u8 *e = w + 8 + 16 * i;

		KUNIT_EXPECT_EQ(test, get_unaligned_le32(e), offsets[i]);
		KUNIT_EXPECT_EQ(test, e[4], 1);
		KUNIT_EXPECT_EQ(test, get_unaligned_le32(e + 8), 1);
		KUNIT_EXPECT_STREQ(test, w + offsets[i], entries[i].name);
	}
}

static u8 *static_info(struct kunit *test)
{
	u8 *w = kunit_kzalloc(test, 0x678, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, w);
	put_unaligned_le32(2, w + 0x158);
	put_unaligned_le64(0x0ffffff, w + 0x168);	/* region 0: limit */
	w[0x17c] = 1;					/* compressed */
	w[0x17d] = 1;					/* iso */
	put_unaligned_le64(0x1000000, w + 0x190);	/* region 1: base */
	put_unaligned_le64(0x1ffffff, w + 0x198);
	w[0x1ae] = 1;					/* protected */
	put_unaligned_le32(32, w + 0x460);
	put_unaligned_le32(4, w + 0x464);
	put_unaligned_le64(SZ_16M, w + 0x488);
	w[0x4a1] = 1;
	w[0x4a3] = 1;
	w[0x4a5] = 1;					/* emulate TLB register */
	put_unaligned_le32(33, w + 0x4b0);
	put_unaligned_le64(0x2000000, w + 0x4c8);
	put_unaligned_le32(384, w + 0x4d8);
	strscpy(w + 0x4ec, "NVIDIA L40", 64);
	memset(w + 0x52c, 'x', 64);			/* not terminated */
	put_unaligned_le64(0x1100000, w + 0x600);
	put_unaligned_le64(0x1101000, w + 0x608);
	put_unaligned_le32(0xc1e00004, w + 0x640);
	put_unaligned_le32(0x2080, w + 0x648);
	return w;
}

static void static_info_decoded(struct kunit *test)
{
	struct gsp_config *c = kunit_kzalloc(test, sizeof(*c), GFP_KERNEL);
	u8 *w = static_info(test);

	KUNIT_ASSERT_NOT_NULL(test, c);
	KUNIT_ASSERT_EQ(test, abi->calls[GSP_CALL_GET_STATIC_INFO].size, 0x678);
	KUNIT_ASSERT_EQ(test, abi->calls[GSP_CALL_GET_STATIC_INFO].decode(w, c), 0);
	KUNIT_EXPECT_STREQ(test, c->name, "NVIDIA L40");
	KUNIT_EXPECT_EQ(test, strlen(c->short_name), GSP_NAME_LEN - 1);
	KUNIT_EXPECT_EQ(test, c->fb_size, 0x2000000);
	KUNIT_EXPECT_EQ(test, c->fb_bus_width, 384);
	KUNIT_EXPECT_EQ(test, c->nr_regions, 2);
	KUNIT_EXPECT_EQ(test, c->regions[0].size, 0x1000000);
	KUNIT_EXPECT_TRUE(test, c->regions[0].usable);
	KUNIT_EXPECT_EQ(test, c->regions[1].base, 0x1000000);
	KUNIT_EXPECT_FALSE(test, c->regions[1].usable);
	KUNIT_EXPECT_EQ(test, c->sriov.total_vfs, 32);
	KUNIT_EXPECT_EQ(test, c->sriov.first_vf_offset, 4);
	KUNIT_EXPECT_EQ(test, c->sriov.bar_size[0], SZ_16M);
	KUNIT_EXPECT_TRUE(test, c->sriov.enabled);
	KUNIT_EXPECT_FALSE(test, c->sriov.bar_is_64bit[0]);
	KUNIT_EXPECT_TRUE(test, c->sriov.bar_is_64bit[1]);
	KUNIT_EXPECT_TRUE(test, c->sriov.trap_tlb_page);
	KUNIT_EXPECT_FALSE(test, c->sriov.any_nr_channels);
	KUNIT_EXPECT_FALSE(test, c->sriov.resizable_bar1);
	KUNIT_EXPECT_EQ(test, c->max_gfid, 33);
	KUNIT_EXPECT_EQ(test, c->bar1_pde_base, 0x1100000);
	KUNIT_EXPECT_EQ(test, c->internal.client, 0xc1e00004);
	KUNIT_EXPECT_EQ(test, c->internal.subdevice, 0x2080);
}

static void static_info_refused(struct kunit *test)
{
	int (*decode)(const void *, void *) = abi->calls[GSP_CALL_GET_STATIC_INFO].decode;
	struct gsp_config *c = kunit_kzalloc(test, sizeof(*c), GFP_KERNEL);
	u8 *w = static_info(test);

	KUNIT_ASSERT_NOT_NULL(test, c);
	put_unaligned_le32(17, w + 0x158);
	KUNIT_EXPECT_EQ_MSG(test, decode(w, c), -EPROTO, "too many regions");

	w = static_info(test);
	put_unaligned_le64(0xffffff, w + 0x198);
	KUNIT_EXPECT_EQ_MSG(test, decode(w, c), -EPROTO, "region ends before it begins");

	w = static_info(test);
	put_unaligned_le64(U64_MAX, w + 0x198);
	KUNIT_EXPECT_EQ_MSG(test, decode(w, c), -EPROTO, "size does not fit");
}

static void rm_control_bytes(struct kunit *test)
{
	const struct gsp_call_desc *c = &abi->calls[GSP_CALL_RM_CONTROL];
	struct gsp_rm_object obj = {
		.client = 1, .object = 2, .cmd = 0x20800a5c, .params_size = 16,
	};
	u8 w[0x18] = {};

	KUNIT_ASSERT_EQ(test, c->size, sizeof(w));
	c->encode(&obj, w);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(w), 1);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(w + 4), 2);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(w + 8), 0x20800a5c);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(w + 16), 16);

	put_unaligned_le32(0x56, w + 12);
	KUNIT_EXPECT_EQ(test, c->decode(w, &obj), 0);
	KUNIT_EXPECT_EQ(test, obj.status, 0x56);
	put_unaligned_le32(17, w + 16);
	KUNIT_EXPECT_EQ_MSG(test, c->decode(w, &obj), -EPROTO, "another size comes back");
}

static void rm_alloc_bytes(struct kunit *test)
{
	const struct gsp_call_desc *c = &abi->calls[GSP_CALL_RM_ALLOC];
	struct gsp_rm_object obj = {
		.client = 1, .parent = 2, .object = 3, .class = 0x80, .params_size = 56,
	};
	u8 w[0x20] = {};

	KUNIT_ASSERT_EQ(test, c->size, sizeof(w));
	c->encode(&obj, w);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(w), 1);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(w + 4), 2);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(w + 8), 3);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(w + 12), 0x80);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(w + 20), 56);
	put_unaligned_le32(0x22, w + 16);
	KUNIT_EXPECT_EQ(test, c->decode(w, &obj), 0);
	KUNIT_EXPECT_EQ(test, obj.status, 0x22);
}

/* ---- controls ---- */

static void intr_table(struct kunit *test)
{
	const struct gsp_ctrl_desc *c = &abi->ctrls[GSP_CTRL_INTR_TABLE];
	struct gsp_intr_vectors v = {};
	u8 *w = kunit_kzalloc(test, c->size, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, w);
	KUNIT_ASSERT_EQ(test, c->size, 2068);
	KUNIT_EXPECT_EQ_MSG(test, c->decode(w, &v), -EPROTO, "empty");

	put_unaligned_le32(2, w);
	put_unaligned_le16(15, w + 4);
	put_unaligned_le32(7, w + 12);
	put_unaligned_le16(50, w + 20);
	put_unaligned_le32(155, w + 28);
	KUNIT_EXPECT_EQ(test, c->decode(w, &v), 0);
	KUNIT_EXPECT_EQ(test, v.gsp, 155);

	put_unaligned_le32(1, w);
	KUNIT_EXPECT_EQ_MSG(test, c->decode(w, &v), -EPROTO, "GSP lies past the end");
	put_unaligned_le32(129, w);
	KUNIT_EXPECT_EQ_MSG(test, c->decode(w, &v), -EPROTO, "more than the table holds");
	put_unaligned_le32(2, w);
	put_unaligned_le32(~0, w + 28);
	KUNIT_EXPECT_EQ_MSG(test, c->decode(w, &v), -EPROTO, "no vector");
}

static struct kunit_case cases[] = {
	KUNIT_CASE(calls_complete),
	KUNIT_CASE(events_complete),
	KUNIT_CASE(ctrls_complete),
	KUNIT_CASE(classes_complete),
	KUNIT_CASE(wpr_meta_bytes),
	KUNIT_CASE(wpr_meta_of_sizes),
	KUNIT_CASE(fmc_params_bytes),
	KUNIT_CASE(libos_args_bytes),
	KUNIT_CASE(rm_args_bytes),
	KUNIT_CASE(heap_sizes),
	KUNIT_CASE(sequencer_every_prefix),
	KUNIT_CASE(system_info_bytes),
	KUNIT_CASE(registry_bytes),
	KUNIT_CASE(static_info_decoded),
	KUNIT_CASE(static_info_refused),
	KUNIT_CASE(rm_control_bytes),
	KUNIT_CASE(rm_alloc_bytes),
	KUNIT_CASE(intr_table),
	{}
};

static struct kunit_suite suite = {
	.name = "gsp_core_abi",
	.suite_init = suite_init,
	.test_cases = cases,
};

kunit_test_suite(suite);

MODULE_DESCRIPTION("KUnit tests of gsp-core");
MODULE_LICENSE("GPL");
MODULE_IMPORT_NS("EXPORTED_FOR_KUNIT_TESTING");
