// SPDX-License-Identifier: GPL-2.0-only
#include <kunit/test.h>
#include <linux/limits.h>
#include <linux/sizes.h>
#include <linux/string.h>

#include "boot/boot.h"
#include "boot/fb.h"
#include "chip/chip.h"
#include "falcon/falcon.h"
#include "fake_mmio.h"

#define BOOT_0		0x000000
#define BOOT_42		0x000a00

/* Stepping A1 of a chip, as both boot registers show it. */
static u32 boot0(u32 id)
{
	return id << 20 | 0xa1;
}

static u32 boot42(u32 id)
{
	return id << 20 | 0xa1000;
}

static void facts_complete(struct kunit *test)
{
	const struct gsp_chip *c;
	unsigned int i;

	for (i = 0; (c = gsp_chip_at(i)); i++) {
		KUNIT_EXPECT_NE(test, c->id, 0);
		KUNIT_ASSERT_NOT_NULL(test, c->name);
		KUNIT_ASSERT_NOT_NULL(test, c->fw_dir);
		KUNIT_ASSERT_NOT_NULL(test, c->fw_signature);
		KUNIT_EXPECT_EQ(test, strcasecmp(c->name, c->fw_dir), 0);
		KUNIT_EXPECT_TRUE(test, strstarts(c->fw_signature, ".fwsignature_"));
		KUNIT_EXPECT_GE(test, c->dma_bits, 40);
		KUNIT_EXPECT_GT(test, c->fb_bar, 0);
		KUNIT_EXPECT_GT(test, c->inst_bar, c->fb_bar);
		KUNIT_EXPECT_EQ(test, c->frts_size % 0x20000, 0);
		KUNIT_EXPECT_GT(test, c->nonwpr_heap_size, 0);
		if (!c->fsp.boot_status)
			KUNIT_EXPECT_GT(test, c->prescrubbed, c->frts_size + c->nonwpr_heap_size);
		KUNIT_EXPECT_GT(test, c->base_rm_heap, 0);
		KUNIT_EXPECT_GT(test, c->nr_chids, 0);
		KUNIT_EXPECT_EQ(test, c->channel_class & 0xff, 0x6f);
		KUNIT_EXPECT_EQ(test, c->copy_class & 0xff, 0xb5);
		KUNIT_EXPECT_GE(test, c->libos, 2);
		KUNIT_EXPECT_LE(test, c->libos, 3);
		KUNIT_EXPECT_GT(test, c->pcie_cfg_mirror, 0);
		KUNIT_EXPECT_GT(test, c->pramin_window, 0);
		KUNIT_EXPECT_TRUE(test, c->nr_intr_leaves == 8 || c->nr_intr_leaves == 16);
	}
}

/* What the FSP of a die is told and asked must be there, and nothing of it elsewhere. */
static void fsp_complete(struct kunit *test)
{
	const struct gsp_chip_fsp none = {};
	const struct gsp_chip *c;
	unsigned int i;

	for (i = 0; (c = gsp_chip_at(i)); i++) {
		if (!c->fsp.boot_status) {
			KUNIT_EXPECT_MEMEQ(test, &c->fsp, &none, sizeof(none));
			continue;
		}
		KUNIT_EXPECT_GE(test, c->fsp.cot_version, 1);
		KUNIT_EXPECT_GT(test, c->fsp.publickey_size, 0);
		KUNIT_EXPECT_LE(test, c->fsp.publickey_size, 384);
		KUNIT_EXPECT_GT(test, c->fsp.signature_size, 0);
		KUNIT_EXPECT_LE(test, c->fsp.signature_size, 384);
		KUNIT_EXPECT_GE(test, c->fsp.frts_from_end, SZ_2M);
		KUNIT_EXPECT_LT(test, c->fsp.pmu_reserved, c->fsp.frts_from_end);
	}
}

static void ops_complete(struct kunit *test)
{
	const struct gsp_chip *c;
	unsigned int i;

	for (i = 0; (c = gsp_chip_at(i)); i++) {
		KUNIT_ASSERT_NOT_NULL(test, c->falcon);
		KUNIT_EXPECT_NOT_NULL(test, c->falcon->reset);
		KUNIT_EXPECT_NOT_NULL(test, c->falcon->reset_riscv);
		KUNIT_EXPECT_NOT_NULL(test, c->falcon->load);
		KUNIT_EXPECT_NOT_NULL(test, c->falcon->fuse_version);
		KUNIT_EXPECT_NOT_NULL(test, c->falcon->riscv_active);
		KUNIT_EXPECT_NOT_NULL(test, c->falcon->wait_riscv);
		KUNIT_EXPECT_NOT_NULL(test, c->falcon->riscv_irqmask);
		KUNIT_EXPECT_NOT_NULL(test, c->falcon->retrigger);
		KUNIT_ASSERT_NOT_NULL(test, c->fb);
		KUNIT_EXPECT_NOT_NULL(test, c->fb->size);
		KUNIT_EXPECT_NOT_NULL(test, c->fb->has_display);
		KUNIT_EXPECT_NOT_NULL(test, c->fb->set_flush_page);
		KUNIT_EXPECT_NOT_NULL(test, c->fb->flush_page);
		KUNIT_ASSERT_NOT_NULL(test, c->boot);
		KUNIT_EXPECT_NOT_NULL(test, c->boot->wait_ready);
		KUNIT_EXPECT_NOT_NULL(test, c->boot->layout);
		KUNIT_EXPECT_NOT_NULL(test, c->boot->can_vgpu);
		KUNIT_EXPECT_NOT_NULL(test, c->boot->prepare);
		KUNIT_EXPECT_NOT_NULL(test, c->boot->start);
		KUNIT_EXPECT_NOT_NULL(test, c->boot->stop);
	}
}

static void ids_unique(struct kunit *test)
{
	const struct gsp_chip *a, *b;
	unsigned int i, j;

	for (i = 0; (a = gsp_chip_at(i)); i++) {
		for (j = i + 1; (b = gsp_chip_at(j)); j++) {
			KUNIT_EXPECT_NE(test, a->id, b->id);
			KUNIT_EXPECT_NE(test, strcmp(a->name, b->name), 0);
		}
	}
}

static void found_by_both_registers(struct kunit *test)
{
	static const struct {
		u32 id;
		const char *name;
	} want[] = {
		{ 0x192, "AD102" }, { 0x193, "AD103" }, { 0x194, "AD104" },
		{ 0x196, "AD106" }, { 0x197, "AD107" },
		{ 0x162, "TU102" }, { 0x164, "TU104" }, { 0x166, "TU106" },
		{ 0x167, "TU117" }, { 0x168, "TU116" },
		{ 0x170, "GA100" },
		{ 0x172, "GA102" }, { 0x173, "GA103" }, { 0x174, "GA104" },
		{ 0x176, "GA106" }, { 0x177, "GA107" },
		{ 0x180, "GH100" }, { 0x1a0, "GB100" }, { 0x1a2, "GB102" },
		{ 0x1b2, "GB202" }, { 0x1b3, "GB203" }, { 0x1b5, "GB205" },
		{ 0x1b6, "GB206" }, { 0x1b7, "GB207" },
	};
	const struct gsp_chip *c;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(want); i++) {
		c = gsp_chip_find(boot0(want[i].id), boot42(want[i].id));
		KUNIT_ASSERT_NOT_NULL(test, c);
		KUNIT_EXPECT_STREQ(test, c->name, want[i].name);
	}
	KUNIT_EXPECT_NULL(test, gsp_chip_at(ARRAY_SIZE(want)));
}

static const struct gsp_chip *chip(u32 id)
{
	return gsp_chip_find(boot0(id), boot42(id));
}

/* What the members of a family have in common; the ops sets are @like's. */
static void families(struct kunit *test)
{
	static const struct {
		u32 first, last, like;
		const char *family;
		u32 frts_size;
		u64 prescrubbed;
		u8 libos;
		bool whole_pages, vgpu, locked;
	} want[] = {
		{ 0x162, 0x166, 0x162, "tu10x", SZ_1M, SZ_256M, 2, false, false, false },
		{ 0x167, 0x168, 0x162, "tu11x", SZ_1M, SZ_256M, 2, false, false, false },
		{ 0x170, 0x170, 0x170, "ga100", 0, U64_MAX, 2, false, false, true },
		{ 0x172, 0x177, 0x192, "ga10x", SZ_1M, SZ_256M, 3, true, false, false },
		{ 0x192, 0x197, 0x192, "ad10x", SZ_1M, SZ_256M, 3, true, true, false },
	};
	const struct gsp_chip *c;
	unsigned int i;
	u32 id;

	for (i = 0; i < ARRAY_SIZE(want); i++) {
		for (id = want[i].first; id <= want[i].last; id++) {
			c = chip(id);
			if (!c)
				continue;
			KUNIT_EXPECT_STREQ(test, c->fw_signature + strlen(".fwsignature_"),
					   want[i].family);
			KUNIT_EXPECT_EQ(test, c->frts_size, want[i].frts_size);
			KUNIT_EXPECT_EQ(test, c->prescrubbed, want[i].prescrubbed);
			KUNIT_EXPECT_EQ(test, c->libos, want[i].libos);
			KUNIT_EXPECT_EQ(test, c->fw_whole_pages, want[i].whole_pages);
			KUNIT_EXPECT_EQ(test, c->vgpu, want[i].vgpu);
			KUNIT_EXPECT_EQ(test, c->fb_locked, want[i].locked);
			KUNIT_EXPECT_EQ(test, c->dma_bits, 47);
			KUNIT_EXPECT_PTR_EQ(test, c->falcon, chip(want[i].like)->falcon);
			KUNIT_EXPECT_PTR_EQ(test, c->fb, chip(want[i].like)->fb);
			KUNIT_EXPECT_PTR_EQ(test, c->boot, chip(want[i].like)->boot);
		}
	}
}

/* Three generations of falcons, of framebuffers, and three ways to boot. */
static void generations(struct kunit *test)
{
	static const u32 ids[] = { 0x162, 0x170, 0x192 };
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(ids); i++) {
		for (j = i + 1; j < ARRAY_SIZE(ids); j++) {
			KUNIT_EXPECT_PTR_NE(test, chip(ids[i])->falcon, chip(ids[j])->falcon);
			KUNIT_EXPECT_PTR_NE(test, chip(ids[i])->fb, chip(ids[j])->fb);
			KUNIT_EXPECT_PTR_NE(test, chip(ids[i])->boot, chip(ids[j])->boot);
		}
	}
}

static void unknown_not_found(struct kunit *test)
{
	/* Neighbours, an older and a newer family, a GPU that is gone. */
	KUNIT_EXPECT_NULL(test, gsp_chip_find(boot0(0x191), boot42(0x191)));
	KUNIT_EXPECT_NULL(test, gsp_chip_find(boot0(0x195), boot42(0x195)));
	KUNIT_EXPECT_NULL(test, gsp_chip_find(boot0(0x160), boot42(0x160)));
	KUNIT_EXPECT_NULL(test, gsp_chip_find(boot0(0x171), boot42(0x171)));
	KUNIT_EXPECT_NULL(test, gsp_chip_find(boot0(0x17f), boot42(0x17f)));
	KUNIT_EXPECT_NULL(test, gsp_chip_find(boot0(0x1a3), boot42(0x1a3)));
	KUNIT_EXPECT_NULL(test, gsp_chip_find(boot0(0x1b4), boot42(0x1b4)));
	KUNIT_EXPECT_NULL(test, gsp_chip_find(0xffffffff, 0xffffffff));
	KUNIT_EXPECT_NULL(test, gsp_chip_find(0, 0));
	/* The two registers contradict each other. */
	KUNIT_EXPECT_NULL(test, gsp_chip_find(boot0(0x192), boot42(0x193)));
}

static void identify(struct kunit *test)
{
	struct gsp_mmio *m = fake_mmio_create(test);
	const struct gsp_chip *c;

	fake_wr(m, BOOT_0, boot0(0x194));
	fake_wr(m, BOOT_42, boot42(0x194));
	KUNIT_EXPECT_EQ(test, gsp_chip_identify(m, &c), 0);
	KUNIT_EXPECT_STREQ(test, c->name, "AD104");

	fake_wr(m, BOOT_42, 0xffffffff);
	KUNIT_EXPECT_EQ(test, gsp_chip_identify(m, &c), -ENODEV);
	KUNIT_EXPECT_NULL(test, c);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(facts_complete),
	KUNIT_CASE(fsp_complete),
	KUNIT_CASE(ops_complete),
	KUNIT_CASE(ids_unique),
	KUNIT_CASE(found_by_both_registers),
	KUNIT_CASE(families),
	KUNIT_CASE(generations),
	KUNIT_CASE(unknown_not_found),
	KUNIT_CASE(identify),
	{}
};

static struct kunit_suite suite = {
	.name = "gsp_core_chip_table",
	.test_cases = cases,
};

kunit_test_suite(suite);
