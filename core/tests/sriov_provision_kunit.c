// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is written to current_vgpu_type, what comes of it, and what can be read
 * then.
 */
#include <kunit/test.h>
#include <linux/mm.h>

#include "fake_vgpu.h"
#include "sriov/pf.h"
#include "sriov/provision.h"
#include "sriov/vgpu.h"

static const struct gsp_vf_open opener = { .pid = 4711 };

static int provision_init(struct kunit *test)
{
	struct fake_vgpu *fake = kunit_kzalloc(test, sizeof(*fake), GFP_KERNEL);

	test->priv = fake;
	return fake ? fake_vgpu_init(fake, test) : -ENOMEM;
}

static void provision_exit(struct kunit *test)
{
	if (test->priv)
		fake_vgpu_exit(test->priv);
}

static void all_is_back(struct kunit *test)
{
	struct fake_vgpu *fake = test->priv;

	KUNIT_EXPECT_EQ(test, fake->segments, 0);
	KUNIT_EXPECT_EQ(test, fake->heaps, 0);
	KUNIT_EXPECT_EQ(test, fake->chids, 0);
	KUNIT_EXPECT_EQ(test, fake->quarantined, 0);
}

static void set(struct kunit *test, int vf, u32 id, int want, u32 readback)
{
	struct fake_vgpu *fake = test->priv;

	KUNIT_EXPECT_EQ_MSG(test, gsp_vf_set_type(&fake->vfs[vf], id), want, "VF %d type %u", vf,
			    id);
	KUNIT_EXPECT_EQ_MSG(test, gsp_vf_type(&fake->vfs[vf]), readback, "VF %d type %u", vf, id);
}

static void set_and_clear(struct kunit *test)
{
	struct fake_vgpu *fake = test->priv;

	set(test, 0, 0, 0, 0);
	set(test, 0, FAKE_TYPE_1G, 0, FAKE_TYPE_1G);
	KUNIT_EXPECT_STREQ(test, fake_vgpu_trace(fake), "FHC");
	set(test, 0, FAKE_TYPE_1G, 0, FAKE_TYPE_1G);
	KUNIT_EXPECT_STREQ_MSG(test, fake_vgpu_trace(fake), "", "nothing to do");
	set(test, 0, FAKE_TYPE_1G_TOO, 0, FAKE_TYPE_1G_TOO);
	KUNIT_EXPECT_STREQ_MSG(test, fake_vgpu_trace(fake), "chfFHC", "one after the other");
	set(test, 0, 0, 0, 0);
	set(test, 0, 0, 0, 0);
	all_is_back(test);
}

static void unknown_clears(struct kunit *test)
{
	set(test, 0, FAKE_TYPE_1G, 0, FAKE_TYPE_1G);
	set(test, 0, 99, -ENODEV, 0);
	all_is_back(test);
}

static void one_size_at_a_time(struct kunit *test)
{
	set(test, 0, FAKE_TYPE_1G, 0, FAKE_TYPE_1G);
	set(test, 1, FAKE_TYPE_1G_TOO, 0, FAKE_TYPE_1G_TOO);
	set(test, 2, FAKE_TYPE_2G, -EINVAL, 0);
	set(test, 1, FAKE_TYPE_2G, -EINVAL, 0);
	set(test, 0, FAKE_TYPE_2G, 0, FAKE_TYPE_2G);
	set(test, 1, FAKE_TYPE_1G, -EINVAL, 0);
	set(test, 0, 0, 0, 0);
	all_is_back(test);
}

static void as_many_as_the_type_says(struct kunit *test)
{
	set(test, 0, FAKE_TYPE_2G, 0, FAKE_TYPE_2G);
	set(test, 1, FAKE_TYPE_2G, 0, FAKE_TYPE_2G);
	set(test, 2, FAKE_TYPE_2G, -ENOSPC, 0);
	set(test, 1, FAKE_TYPE_2G, 0, FAKE_TYPE_2G);
}

static void as_many_as_there_is_room_for(struct kunit *test)
{
	struct fake_vgpu *fake = test->priv;

	fake->segments = GENMASK(31, 24);
	set(test, 0, FAKE_TYPE_4G, 0, FAKE_TYPE_4G);
	set(test, 1, FAKE_TYPE_4G, -ENOSPC, 0);
	set(test, 0, 0, 0, 0);
	KUNIT_EXPECT_EQ(test, fake->segments, GENMASK(31, 24));
}

/* What was taken before the step that fails is given back, in reverse. */
static void every_allocation_fails(struct kunit *test)
{
	static const struct { char what; const char *trace; } steps[] = {
		{ 'F', "F" }, { 'H', "FHf" }, { 'C', "FHChf" },
	};
	struct fake_vgpu *fake = test->priv;
	int i;

	fake->fail_at = 1;
	fake->err = -ENOMEM;
	for (i = 0; i < ARRAY_SIZE(steps); i++) {
		fake->fail = steps[i].what;
		set(test, 0, FAKE_TYPE_1G, -ENOMEM, 0);
		KUNIT_EXPECT_STREQ(test, fake_vgpu_trace(fake), steps[i].trace);
		all_is_back(test);
	}
}

/* The driver has a channel too, so an equal share is not to be had by all. */
static void last_one_has_fewer_channels(struct kunit *test)
{
	struct fake_vgpu *fake = test->priv;
	int i;

	fake->chids = 1;
	for (i = 0; i < 4; i++)
		set(test, i, FAKE_TYPE_1G, 0, FAKE_TYPE_1G);
	KUNIT_EXPECT_EQ(test, fake->vfs[2].share.nr_chids, 64);
	KUNIT_EXPECT_EQ(test, fake->vfs[3].share.nr_chids, 32);
	for (i = 0; i < 4; i++)
		set(test, i, 0, 0, 0);
	KUNIT_EXPECT_EQ(test, fake->chids, 1);

	fake->chids = 0x1f;
	for (i = 0; i < 3; i++)
		set(test, i, FAKE_TYPE_1G, 0, FAKE_TYPE_1G);
	set(test, 3, FAKE_TYPE_1G, -ENOSPC, 0);
}

static void not_with_ecc(struct kunit *test)
{
	struct fake_vgpu *fake = test->priv;

	set(test, 0, FAKE_TYPE_NO_ECC, 0, FAKE_TYPE_NO_ECC);
	fake->s.host.ecc = true;
	set(test, 1, FAKE_TYPE_NO_ECC, -EINVAL, 0);
	set(test, 1, FAKE_TYPE_1G, 0, FAKE_TYPE_1G);
}

static void open_vf_keeps_its_type(struct kunit *test)
{
	struct fake_vgpu *fake = test->priv;
	struct gsp_vf *vf = &fake->vfs[0];
	u32 id;

	KUNIT_EXPECT_EQ_MSG(test, gsp_vgpu_create(vf, &opener), -ENODEV, "it has no type");
	KUNIT_EXPECT_EQ(test, gsp_vf_placement(vf, &id), -ENXIO);
	set(test, 1, FAKE_TYPE_1G, 0, FAKE_TYPE_1G);
	set(test, 0, FAKE_TYPE_1G, 0, FAKE_TYPE_1G);
	KUNIT_EXPECT_EQ(test, gsp_vf_placement(vf, &id), -ENXIO);

	KUNIT_ASSERT_EQ(test, gsp_vgpu_create(vf, &opener), 0);
	set(test, 0, FAKE_TYPE_1G, -EBUSY, FAKE_TYPE_1G);
	set(test, 0, 0, -EBUSY, FAKE_TYPE_1G);
	set(test, 0, 99, -EBUSY, FAKE_TYPE_1G);
	KUNIT_EXPECT_EQ(test, gsp_vf_set_params(vf, ""), -EBUSY);
	KUNIT_EXPECT_EQ(test, gsp_vf_placement(vf, &id), 0);
	KUNIT_EXPECT_EQ(test, id, 1);

	gsp_vgpu_destroy(vf);
	set(test, 0, 0, 0, 0);
	set(test, 1, 0, 0, 0);
	all_is_back(test);
}

static void dead_firmware(struct kunit *test)
{
	struct fake_vgpu *fake = test->priv;

	set(test, 0, FAKE_TYPE_1G, 0, FAKE_TYPE_1G);
	fake->dead = -ENODEV;
	set(test, 1, FAKE_TYPE_1G, -EIO, 0);
	KUNIT_EXPECT_EQ(test, gsp_vgpu_create(&fake->vfs[0], &opener), -ENODEV);
	set(test, 0, 0, 0, 0);
	all_is_back(test);
}

/* ---- what could be ---- */

static void add_letter(void *ctx, const struct gsp_vgpu_type *type)
{
	char *list = ctx;

	list[strlen(list)] = 'a' + type->id - FAKE_TYPE_1G;
}

static void creatable(struct kunit *test, int vf, const char *want)
{
	struct fake_vgpu *fake = test->priv;
	char list[16] = {};

	gsp_vf_creatable(&fake->vfs[vf], add_letter, list);
	KUNIT_EXPECT_STREQ_MSG(test, list, want, "VF %d", vf);
}

static void creatable_shrinks(struct kunit *test)
{
	struct fake_vgpu *fake = test->priv;

	creatable(test, 0, "abcde");
	set(test, 0, FAKE_TYPE_2G, 0, FAKE_TYPE_2G);
	creatable(test, 0, "abcde");
	creatable(test, 1, "c");
	set(test, 1, FAKE_TYPE_2G, 0, FAKE_TYPE_2G);
	creatable(test, 1, "c");
	creatable(test, 2, "");
	set(test, 1, 0, 0, 0);
	fake->segments = GENMASK(31, 0);
	creatable(test, 0, "c");
	creatable(test, 1, "");
	fake->dead = -EIO;
	creatable(test, 0, "");
}

static void capacity(struct kunit *test, int type, unsigned int max, unsigned int available)
{
	struct fake_vgpu *fake = test->priv;
	unsigned int m, a;

	gsp_type_capacity(&fake->s, &fake->s.types[type - FAKE_TYPE_1G], &m, &a);
	KUNIT_EXPECT_EQ_MSG(test, m, max, "type %d", type);
	KUNIT_EXPECT_EQ_MSG(test, a, available, "type %d", type);
}

static void capacity_counts(struct kunit *test)
{
	capacity(test, FAKE_TYPE_1G, 4, 4);
	capacity(test, FAKE_TYPE_4G, 4, 1);
	set(test, 0, FAKE_TYPE_1G, 0, FAKE_TYPE_1G);
	capacity(test, FAKE_TYPE_1G, 4, 3);
	capacity(test, FAKE_TYPE_1G_TOO, 4, 3);
	capacity(test, FAKE_TYPE_2G, 2, 0);
}

/* ---- parameters ---- */

static void params(struct kunit *test)
{
	static const struct { const char *text; int ret; const char *readback; } writes[] = {
		{ "enable_uvm=0\n", 0, "enable_uvm=0\n" },
		{ "enable_uvm=1", 0, "enable_uvm=1\n" },
		{ "enable_uvm=2", -EINVAL, "enable_uvm=1\n" },
		{ "enable_uvm", -EINVAL, "enable_uvm=1\n" },
		{ "enable_uvm=", -EINVAL, "enable_uvm=1\n" },
		{ "enable_uvm=0,", -EINVAL, "enable_uvm=1\n" },
		{ "=1", -EINVAL, "enable_uvm=1\n" },
		{ "frame_rate_limiter=0", -EINVAL, "enable_uvm=1\n" },
		{ "enable_uvm=0,frame_rate_limiter=0", -EINVAL, "enable_uvm=1\n" },
		{ "enable_uvm=1,enable_uvm=0", 0, "enable_uvm=0\n" },
		{ " ", 0, "\n" },
		{ "enable_uvm=0", 0, "enable_uvm=0\n" },
		{ "\n", 0, "\n" },
	};
	struct fake_vgpu *fake = test->priv;
	char *page = (char *)__get_free_page(GFP_KERNEL);
	int i;

	KUNIT_ASSERT_NOT_NULL(test, page);
	for (i = 0; i < ARRAY_SIZE(writes); i++) {
		KUNIT_EXPECT_EQ_MSG(test, gsp_vf_set_params(&fake->vfs[0], writes[i].text),
				    writes[i].ret, "%s", writes[i].text);
		gsp_vf_params(&fake->vfs[0], page);
		KUNIT_EXPECT_STREQ(test, page, writes[i].readback);
	}
	free_page((unsigned long)page);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(set_and_clear),
	KUNIT_CASE(unknown_clears),
	KUNIT_CASE(one_size_at_a_time),
	KUNIT_CASE(as_many_as_the_type_says),
	KUNIT_CASE(as_many_as_there_is_room_for),
	KUNIT_CASE(every_allocation_fails),
	KUNIT_CASE(last_one_has_fewer_channels),
	KUNIT_CASE(not_with_ecc),
	KUNIT_CASE(open_vf_keeps_its_type),
	KUNIT_CASE(dead_firmware),
	KUNIT_CASE(creatable_shrinks),
	KUNIT_CASE(capacity_counts),
	KUNIT_CASE(params),
	{}
};

static struct kunit_suite suite = {
	.name = "gsp_core_sriov_provision",
	.init = provision_init,
	.exit = provision_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);
