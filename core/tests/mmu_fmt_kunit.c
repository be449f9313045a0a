// SPDX-License-Identifier: GPL-2.0-only
/*
 * Page table entries against values that were worked out by hand from the
 * published dev_mmu.h of TU102 and GH100.
 */
#include <kunit/test.h>
#include <linux/log2.h>

#include "chip/chip.h"
#include "mmu/fmt.h"

static const struct gsp_mmu_fmt *const fmts[] = { &gsp_mmu_fmt_v2, &gsp_mmu_fmt_v3 };

struct vector {
	const char *name;
	const struct gsp_mmu_fmt *fmt;
	bool pde;
	enum gsp_aperture aperture;
	u64 addr;
	unsigned int flags;
	u64 want;
};

static const struct vector vectors[] = {
	{ "v2 pte fb", &gsp_mmu_fmt_v2, false, GSP_APERTURE_FB, 0x12345000, 0, 0x1234501 },
	{ "v2 pte fb 2 MiB", &gsp_mmu_fmt_v2, false, GSP_APERTURE_FB, 0xbffe00000, 0,
	  0xbffe0001 },
	{ "v2 pte fb ro", &gsp_mmu_fmt_v2, false, GSP_APERTURE_FB, 0x12345000, GSP_MMU_RO,
	  0x1234541 },
	{ "v2 pte sys", &gsp_mmu_fmt_v2, false, GSP_APERTURE_SYS, 0x7ffffffff000, 0,
	  0x7ffffffff0d },
	{ "v2 pte sys ro", &gsp_mmu_fmt_v2, false, GSP_APERTURE_SYS, 0x1000, GSP_MMU_RO, 0x14d },
	{ "v2 pde fb", &gsp_mmu_fmt_v2, true, GSP_APERTURE_FB, 0x12345000, 0, 0x1234502 },
	{ "v2 pde sys", &gsp_mmu_fmt_v2, true, GSP_APERTURE_SYS, 0x12345000, 0, 0x123450c },
	{ "v3 pte fb", &gsp_mmu_fmt_v3, false, GSP_APERTURE_FB, 0x12345000, 0, 0x12345081 },
	{ "v3 pte fb ro", &gsp_mmu_fmt_v3, false, GSP_APERTURE_FB, 0x12345000, GSP_MMU_RO,
	  0x123450a1 },
	{ "v3 pte sys", &gsp_mmu_fmt_v3, false, GSP_APERTURE_SYS, 0xffffffffff000, 0,
	  0xffffffffff08d },
	{ "v3 pte sys ro", &gsp_mmu_fmt_v3, false, GSP_APERTURE_SYS, 0x1000, GSP_MMU_RO, 0x10ad },
	{ "v3 pde fb", &gsp_mmu_fmt_v3, true, GSP_APERTURE_FB, 0x12345000, 0, 0x12345012 },
	{ "v3 pde sys", &gsp_mmu_fmt_v3, true, GSP_APERTURE_SYS, 0x12345000, 0, 0x1234500c },
};

KUNIT_ARRAY_PARAM_DESC(vectors, vectors, name);

static void entry(struct kunit *test)
{
	const struct vector *v = test->param_value;

	if (v->pde)
		KUNIT_EXPECT_EQ(test, v->fmt->pde(v->aperture, v->addr), v->want);
	else
		KUNIT_EXPECT_EQ(test, v->fmt->pte(v->aperture, v->addr, v->flags), v->want);
}

/* Each table covers exactly one entry of the level above, and fits into its page. */
static void geometry(struct kunit *test)
{
	const struct gsp_mmu_level *l;
	unsigned int f, i;

	for (f = 0; f < ARRAY_SIZE(fmts); f++) {
		for (i = 0; i < fmts[f]->nr_levels; i++) {
			l = &fmts[f]->levels[i];
			KUNIT_EXPECT_LE(test, l->nr * l->words * 8u, GSP_MMU_TABLE_SIZE);
			KUNIT_EXPECT_LE(test, l->nr, GSP_MMU_ENTRIES_MAX);
			if (i)
				KUNIT_EXPECT_EQ(test, l[-1].shift, l->shift + ilog2(l->nr));
		}
		KUNIT_EXPECT_EQ(test, l->shift, GSP_MMU_PAGE_SHIFT);
		KUNIT_EXPECT_EQ(test, l[-1].shift, GSP_MMU_HUGE_SHIFT);
		KUNIT_EXPECT_EQ(test, l[-1].words, 2);
	}
	KUNIT_EXPECT_EQ(test, gsp_mmu_fmt_v2.levels[0].shift + 2, 49);
	KUNIT_EXPECT_EQ(test, gsp_mmu_fmt_v3.levels[0].shift + 1, 57);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(entry, vectors_gen_params),
	KUNIT_CASE(geometry),
	{}
};

static struct kunit_suite suite = {
	.name = "gsp_core_mmu_fmt",
	.test_cases = cases,
};

kunit_test_suite(suite);
