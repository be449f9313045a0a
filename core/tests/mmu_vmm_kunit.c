// SPDX-License-Identifier: GPL-2.0-only
/*
 * Address spaces, made of tables in a framebuffer of plain memory: the window
 * of the fake registers does not move, so all tables lie within one MiB. What
 * was built is walked as the GPU would.
 */
#include <kunit/test.h>
#include <linux/sizes.h>

#include "chip/chip.h"
#include "fake_mmio.h"
#include "mmu/fmt.h"
#include "mmu/mmu.h"
#include "mmu/vmm.h"

#define WINDOW		0x001700
#define PRAMIN		0x700000
#define TABLES		0x40000000ULL
#define NR_TABLES	256
#define ROOT		(TABLES + (NR_TABLES - 1) * SZ_4K)
#define VA		0x1234400000ULL
#define FAULT		U64_MAX

/* Framebuffer for tables; a table is given out once and taken back once. */
struct fake_fb {
	struct kunit *test;
	struct gsp_mmio *mmio;
	struct gsp_mmu mmu;
	unsigned int nr, freed;
	unsigned int fail_at;
	bool out[NR_TABLES];
	unsigned int invalidated;
	int invalidate_err;
	u64 invalidated_root;
};

static int fb_alloc(void *ctx, size_t size, u64 *addr)
{
	struct fake_fb *fb = ctx;

	KUNIT_EXPECT_EQ(fb->test, size, SZ_4K);
	if (fb->nr + 1 == fb->fail_at)
		return -ENOSPC;
	KUNIT_ASSERT_LT(fb->test, fb->nr, NR_TABLES - 1);
	*addr = TABLES + fb->nr * SZ_4K;
	/* What is left by others must not be taken for an entry. */
	memset((void __force *)fb->mmio->base + PRAMIN + fb->nr * SZ_4K, 0xff, SZ_4K);
	fb->out[fb->nr++] = true;
	return 0;
}

static void fb_free(void *ctx, u64 addr, size_t size)
{
	struct fake_fb *fb = ctx;
	u64 idx = (addr - TABLES) / SZ_4K;

	KUNIT_ASSERT_LT(fb->test, idx, NR_TABLES);
	KUNIT_EXPECT_TRUE(fb->test, fb->out[idx]);
	fb->out[idx] = false;
	fb->freed++;
}

static const struct gsp_mmu_mem_ops fb_ops = { .alloc = fb_alloc, .free = fb_free };

static int fake_invalidate(struct gsp_mmu *mmu, u64 root, enum gsp_mmu_scope scope)
{
	struct fake_fb *fb = container_of(mmu, struct fake_fb, mmu);

	fb->invalidated++;
	fb->invalidated_root = root;
	return fb->invalidate_err;
}

static struct fake_fb *fake_fb(struct kunit *test, const struct gsp_mmu_fmt *fmt)
{
	struct fake_fb *fb = kunit_kzalloc(test, sizeof(*fb), GFP_KERNEL);
	const struct gsp_chip chip = { .mmu = fmt, .pramin_window = WINDOW };

	KUNIT_ASSERT_NOT_NULL(test, fb);
	fb->test = test;
	fb->mmio = fake_mmio_create(test);
	gsp_mmu_init(&fb->mmu, fb->mmio, &chip, &fb_ops, fb);
	fb->mmu.invalidate = fake_invalidate;
	return fb;
}

static u64 fb_word(struct fake_fb *fb, u64 addr)
{
	u32 reg = PRAMIN + (addr & (SZ_1M - 1));

	return fake_rd(fb->mmio, reg) | (u64)fake_rd(fb->mmio, reg + 4) << 32;
}

static u64 pde_addr(struct fake_fb *fb, u64 pde)
{
	return fb->mmu.fmt == &gsp_mmu_fmt_v2 ? pde >> 8 << 12 : pde & GENMASK_ULL(51, 12);
}

/* The entry that maps @va, or FAULT; *@size is the page's. */
static u64 walk(struct fake_fb *fb, u64 table, u64 va, u64 *size)
{
	const struct gsp_mmu_level *l = fb->mmu.fmt->levels;
	const struct gsp_mmu_level *leaf = &l[fb->mmu.fmt->nr_levels - 1];
	u64 at, entry;

	for (;; l++) {
		at = table + (va >> l->shift & (l->nr - 1)) * l->words * 8;
		entry = fb_word(fb, at);
		*size = BIT_ULL(l->shift);
		if (entry & 1)
			return l >= leaf - 1 ? entry : FAULT;
		if (l == leaf)
			return FAULT;
		if (l->words == 2)
			entry = fb_word(fb, at + 8);
		if (!entry)
			return FAULT;
		/* Tables are in framebuffer. */
		KUNIT_EXPECT_EQ(fb->test, entry >> 1 & 3, 1);
		table = pde_addr(fb, entry);
	}
}

static void expect_page(struct fake_fb *fb, struct gsp_vmm *vmm, u64 va,
			enum gsp_aperture aperture, u64 addr, u64 size)
{
	u64 found;

	KUNIT_EXPECT_EQ(fb->test, walk(fb, gsp_vmm_root(vmm), va, &found),
			fb->mmu.fmt->pte(aperture, addr, 0));
	KUNIT_EXPECT_EQ(fb->test, found, size);
}

static void expect_fault(struct fake_fb *fb, struct gsp_vmm *vmm, u64 va)
{
	u64 size;

	KUNIT_EXPECT_EQ(fb->test, walk(fb, gsp_vmm_root(vmm), va, &size), FAULT);
}

static struct gsp_vmm *vmm_create(struct fake_fb *fb)
{
	struct gsp_vmm *vmm;

	KUNIT_ASSERT_EQ(fb->test, gsp_vmm_create(&fb->mmu, SZ_1G, SZ_1T - SZ_1G, &vmm), 0);
	return vmm;
}

static void vmm_destroy(struct fake_fb *fb, struct gsp_vmm *vmm)
{
	gsp_vmm_destroy(vmm, false);
	KUNIT_EXPECT_EQ(fb->test, fb->freed, fb->nr);
}

static const struct {
	const char *name;
	const struct gsp_mmu_fmt *fmt;
} formats[] = {
	{ "v2", &gsp_mmu_fmt_v2 },
	{ "v3", &gsp_mmu_fmt_v3 },
};

KUNIT_ARRAY_PARAM_DESC(formats, formats, name);

static struct fake_fb *param_fb(struct kunit *test)
{
	const typeof(formats[0]) *f = test->param_value;

	return fake_fb(test, f->fmt);
}

static void small_pages(struct kunit *test)
{
	struct fake_fb *fb = param_fb(test);
	struct gsp_vmm *vmm = vmm_create(fb);
	unsigned int i;

	KUNIT_EXPECT_EQ(test, gsp_vmm_map_sys(vmm, VA, 0x7654321000, 3 * SZ_4K, 0), 0);
	for (i = 0; i < 3; i++)
		expect_page(fb, vmm, VA + i * SZ_4K, GSP_APERTURE_SYS, 0x7654321000 + i * SZ_4K,
			    SZ_4K);
	expect_fault(fb, vmm, VA - SZ_4K);
	expect_fault(fb, vmm, VA + 3 * SZ_4K);
	KUNIT_EXPECT_EQ(test, fb->nr, fb->mmu.fmt->nr_levels);
	KUNIT_EXPECT_EQ(test, fb->invalidated, 1);
	KUNIT_EXPECT_EQ(test, fb->invalidated_root, gsp_vmm_root(vmm));

	KUNIT_EXPECT_EQ(test, gsp_vmm_unmap(vmm, VA, 3 * SZ_4K), 0);
	for (i = 0; i < 3; i++)
		expect_fault(fb, vmm, VA + i * SZ_4K);
	KUNIT_EXPECT_EQ(test, fb->invalidated, 2);
	vmm_destroy(fb, vmm);
}

/* A page before, two pages of 2 MiB, a page behind. */
static void mixed_pages(struct kunit *test)
{
	struct fake_fb *fb = param_fb(test);
	struct gsp_vmm *vmm = vmm_create(fb);
	const u64 va = VA - SZ_4K, addr = 0x80000000 - SZ_4K, size = SZ_4M + SZ_8K;

	KUNIT_EXPECT_EQ(test, gsp_vmm_map_fb(vmm, va, addr, size, 0), 0);
	expect_page(fb, vmm, va, GSP_APERTURE_FB, addr, SZ_4K);
	expect_page(fb, vmm, VA, GSP_APERTURE_FB, 0x80000000, SZ_2M);
	expect_page(fb, vmm, VA + SZ_4M - 1, GSP_APERTURE_FB, 0x80200000, SZ_2M);
	expect_page(fb, vmm, VA + SZ_4M, GSP_APERTURE_FB, 0x80400000, SZ_4K);
	expect_fault(fb, vmm, VA + SZ_4M + SZ_4K);

	KUNIT_EXPECT_EQ(test, gsp_vmm_unmap(vmm, va, size), 0);
	expect_fault(fb, vmm, va);
	expect_fault(fb, vmm, VA);
	expect_fault(fb, vmm, VA + SZ_4M);
	vmm_destroy(fb, vmm);
}

/* The two do not agree within 2 MiB. */
static void huge_needs_both_aligned(struct kunit *test)
{
	struct fake_fb *fb = param_fb(test);
	struct gsp_vmm *vmm = vmm_create(fb);

	KUNIT_EXPECT_EQ(test, gsp_vmm_map_fb(vmm, VA, 0x80001000, SZ_4M, 0), 0);
	expect_page(fb, vmm, VA, GSP_APERTURE_FB, 0x80001000, SZ_4K);
	expect_page(fb, vmm, VA + SZ_4M - SZ_4K, GSP_APERTURE_FB, 0x80400000, SZ_4K);
	vmm_destroy(fb, vmm);
}

/* A slot that had small pages gets a huge one, and small ones again. */
static void slot_changes_its_kind(struct kunit *test)
{
	struct fake_fb *fb = param_fb(test);
	struct gsp_vmm *vmm = vmm_create(fb);
	unsigned int i, nr;

	KUNIT_EXPECT_EQ(test, gsp_vmm_map_fb(vmm, VA, 0x1000, SZ_4K, 0), 0);
	nr = fb->nr;
	for (i = 0; i < 2; i++) {
		KUNIT_EXPECT_EQ(test, gsp_vmm_map_fb(vmm, VA, SZ_2M, SZ_2M, 0), -EEXIST);
		expect_page(fb, vmm, VA, GSP_APERTURE_FB, 0x1000, SZ_4K);
		KUNIT_EXPECT_EQ(test, gsp_vmm_unmap(vmm, VA, SZ_4K), 0);
		KUNIT_EXPECT_EQ(test, gsp_vmm_map_fb(vmm, VA, SZ_2M, SZ_2M, 0), 0);
		expect_page(fb, vmm, VA + SZ_4K, GSP_APERTURE_FB, SZ_2M, SZ_2M);
		KUNIT_EXPECT_EQ(test, gsp_vmm_map_fb(vmm, VA, 0x1000, SZ_4K, 0), -EEXIST);
		KUNIT_EXPECT_EQ(test, gsp_vmm_unmap(vmm, VA, SZ_2M), 0);
		expect_fault(fb, vmm, VA + SZ_4K);
		KUNIT_EXPECT_EQ(test, gsp_vmm_map_fb(vmm, VA, 0x1000, SZ_4K, 0), 0);
		expect_page(fb, vmm, VA, GSP_APERTURE_FB, 0x1000, SZ_4K);
	}
	KUNIT_EXPECT_EQ(test, fb->nr, nr);
	vmm_destroy(fb, vmm);
}

static void overlap_refused(struct kunit *test)
{
	struct fake_fb *fb = param_fb(test);
	struct gsp_vmm *vmm = vmm_create(fb);

	KUNIT_EXPECT_EQ(test, gsp_vmm_map_fb(vmm, VA + SZ_2M, 0x5000, SZ_4K, 0), 0);
	KUNIT_EXPECT_EQ(test, gsp_vmm_map_fb(vmm, VA, 0x80000000, SZ_4M, 0), -EEXIST);
	KUNIT_EXPECT_EQ(test, gsp_vmm_map_fb(vmm, VA + SZ_1M, 0x80001000, SZ_2M, 0), -EEXIST);
	/* What was there stays, what was refused left nothing. */
	expect_page(fb, vmm, VA + SZ_2M, GSP_APERTURE_FB, 0x5000, SZ_4K);
	expect_fault(fb, vmm, VA);
	expect_fault(fb, vmm, VA + SZ_1M);
	vmm_destroy(fb, vmm);
}

static void arguments(struct kunit *test)
{
	struct fake_fb *fb = param_fb(test);
	struct gsp_vmm *vmm = vmm_create(fb);

	KUNIT_EXPECT_EQ(test, gsp_vmm_map_fb(vmm, VA, 0, 0, 0), -EINVAL);
	KUNIT_EXPECT_EQ(test, gsp_vmm_map_fb(vmm, VA + 1, 0, SZ_4K, 0), -EINVAL);
	KUNIT_EXPECT_EQ(test, gsp_vmm_map_fb(vmm, VA, 1, SZ_4K, 0), -EINVAL);
	KUNIT_EXPECT_EQ(test, gsp_vmm_map_fb(vmm, VA, 0, SZ_4K + 1, 0), -EINVAL);
	KUNIT_EXPECT_EQ(test, gsp_vmm_map_fb(vmm, SZ_1G - SZ_4K, 0, SZ_4K, 0), -EINVAL);
	KUNIT_EXPECT_EQ(test, gsp_vmm_map_fb(vmm, SZ_1T, 0, SZ_4K, 0), -EINVAL);
	KUNIT_EXPECT_EQ(test, gsp_vmm_map_fb(vmm, SZ_1T - SZ_4K, 0, SZ_8K, 0), -EINVAL);
	KUNIT_EXPECT_EQ(test, gsp_vmm_map_fb(vmm, VA, 0, ~0ULL << 12, 0), -EINVAL);
	KUNIT_EXPECT_EQ(test, fb->nr, 1);
	vmm_destroy(fb, vmm);
}

/* A board's whole framebuffer: one directory of 2 MiB pages for each 512 MiB. */
static void whole_framebuffer(struct kunit *test)
{
	struct fake_fb *fb = param_fb(test);
	struct gsp_vmm *vmm = vmm_create(fb);
	const u64 size = 48ULL * SZ_1G, va = 64ULL * SZ_1G;
	u64 at;

	KUNIT_EXPECT_EQ(test, gsp_vmm_map_fb(vmm, va, 0, size, 0), 0);
	KUNIT_EXPECT_EQ(test, fb->nr, fb->mmu.fmt->nr_levels - 2 + 96);
	for (at = 0; at < size; at += SZ_512M - SZ_2M)
		expect_page(fb, vmm, va + at, GSP_APERTURE_FB, at, SZ_2M);
	expect_page(fb, vmm, va + size - 1, GSP_APERTURE_FB, size - SZ_2M, SZ_2M);
	expect_fault(fb, vmm, va + size);
	KUNIT_EXPECT_EQ(test, gsp_vmm_unmap(vmm, va, size), 0);
	for (at = 0; at < size; at += SZ_512M - SZ_2M)
		expect_fault(fb, vmm, va + at);
	vmm_destroy(fb, vmm);
}

/* Each table that a mapping needs is missing once. */
static void tables_run_out(struct kunit *test)
{
	struct fake_fb *fb = param_fb(test);
	struct gsp_vmm *vmm;
	unsigned int n;
	int ret = -ENOSPC;

	for (n = 1; ret; n++) {
		fb->nr = 0;
		fb->freed = 0;
		fb->fail_at = n;
		ret = gsp_vmm_create(&fb->mmu, SZ_1G, SZ_1T - SZ_1G, &vmm);
		if (ret) {
			KUNIT_EXPECT_EQ(test, ret, -ENOSPC);
			continue;
		}
		ret = gsp_vmm_map_fb(vmm, VA - SZ_4K, SZ_2M - SZ_4K, SZ_4M + SZ_8K, 0);
		if (ret) {
			KUNIT_EXPECT_EQ(test, ret, -ENOSPC);
			expect_fault(fb, vmm, VA - SZ_4K);
			expect_fault(fb, vmm, VA);
		}
		vmm_destroy(fb, vmm);
	}
	/* The tables on the way down, and one more of small pages. */
	KUNIT_EXPECT_EQ(test, n, fb->mmu.fmt->nr_levels + 3);
}

static void invalidation_fails(struct kunit *test)
{
	struct fake_fb *fb = param_fb(test);
	struct gsp_vmm *vmm = vmm_create(fb);

	fb->invalidate_err = -ETIMEDOUT;
	KUNIT_EXPECT_EQ(test, gsp_vmm_map_fb(vmm, VA, 0, SZ_4M, 0), -ETIMEDOUT);
	expect_fault(fb, vmm, VA);
	fb->invalidate_err = 0;
	KUNIT_EXPECT_EQ(test, gsp_vmm_map_fb(vmm, VA, 0, SZ_4M, 0), 0);
	fb->invalidate_err = -ETIMEDOUT;
	KUNIT_EXPECT_EQ(test, gsp_vmm_unmap(vmm, VA, SZ_4M), -ETIMEDOUT);
	expect_fault(fb, vmm, VA);
	vmm_destroy(fb, vmm);
}

static void firmwares_root(struct kunit *test)
{
	struct fake_fb *fb = param_fb(test);
	struct gsp_vmm *vmm;
	u64 size;

	KUNIT_EXPECT_EQ(test, gsp_vmm_create_on_root(&fb->mmu, 0, 0, SZ_256M, &vmm), -EINVAL);
	KUNIT_EXPECT_EQ(test, gsp_vmm_create_on_root(&fb->mmu, 8, 0, SZ_256M, &vmm), -EINVAL);
	KUNIT_ASSERT_EQ(test, gsp_vmm_create_on_root(&fb->mmu, ROOT, 0, SZ_256M, &vmm), 0);
	KUNIT_EXPECT_EQ(test, gsp_vmm_map_fb(vmm, 0, 0x80000000, SZ_4K, 0), 0);
	KUNIT_EXPECT_EQ(test, gsp_vmm_map_fb(vmm, SZ_256M, 0x80000000, SZ_4K, 0), -EINVAL);
	KUNIT_EXPECT_EQ(test, gsp_vmm_root(vmm), ROOT);
	expect_page(fb, vmm, 0, GSP_APERTURE_FB, 0x80000000, SZ_4K);
	/* The root is left as it was found, and is not ours to free. */
	vmm_destroy(fb, vmm);
	KUNIT_EXPECT_EQ(test, walk(fb, ROOT, 0, &size), FAULT);
	KUNIT_EXPECT_EQ(test, fb_word(fb, ROOT), 0);
}

static void virtual_addresses(struct kunit *test)
{
	struct fake_fb *fb = fake_fb(test, &gsp_mmu_fmt_v2);
	struct gsp_vmm *vmm;
	u64 va[16], more;
	unsigned int i, j;

	KUNIT_ASSERT_EQ(test, gsp_vmm_create(&fb->mmu, SZ_2M, 16 * SZ_2M, &vmm), 0);
	KUNIT_EXPECT_EQ(test, gsp_vmm_alloc_va(vmm, 0, SZ_4K, &more), -EINVAL);
	KUNIT_EXPECT_EQ(test, gsp_vmm_alloc_va(vmm, SZ_4K, 3, &more), -EINVAL);
	KUNIT_EXPECT_EQ(test, gsp_vmm_alloc_va(vmm, 17ULL * SZ_2M, SZ_4K, &more), -EINVAL);

	for (i = 0; i < 15; i++) {
		KUNIT_ASSERT_EQ(test, gsp_vmm_alloc_va(vmm, SZ_2M - 1, i ? SZ_2M : 1, &va[i]), 0);
		KUNIT_EXPECT_EQ(test, va[i] % SZ_2M, 0);
		KUNIT_EXPECT_GE(test, va[i], SZ_2M);
		for (j = 0; j < i; j++)
			KUNIT_EXPECT_NE(test, va[i], va[j]);
	}
	KUNIT_EXPECT_EQ(test, gsp_vmm_alloc_va(vmm, SZ_4M, SZ_4K, &more), -ENOSPC);
	KUNIT_EXPECT_EQ(test, gsp_vmm_alloc_va(vmm, SZ_2M, SZ_4K, &more), 0);
	KUNIT_EXPECT_EQ(test, more, 16 * SZ_2M);
	KUNIT_EXPECT_EQ(test, gsp_vmm_alloc_va(vmm, 1, 1, &va[15]), -ENOSPC);

	/* What is given back comes again. */
	gsp_vmm_free_va(vmm, va[7]);
	KUNIT_EXPECT_EQ(test, gsp_vmm_alloc_va(vmm, SZ_2M, SZ_4K, &va[15]), 0);
	KUNIT_EXPECT_EQ(test, va[15], va[7]);
	vmm_destroy(fb, vmm);
}

static void ranges_of_an_address_space(struct kunit *test)
{
	struct fake_fb *fb = fake_fb(test, &gsp_mmu_fmt_v2);
	struct gsp_vmm *vmm;

	KUNIT_EXPECT_EQ(test, gsp_vmm_create(&fb->mmu, 0, 0, &vmm), -EINVAL);
	KUNIT_EXPECT_EQ(test, gsp_vmm_create(&fb->mmu, 1, SZ_4K, &vmm), -EINVAL);
	KUNIT_EXPECT_EQ(test, gsp_vmm_create(&fb->mmu, SZ_4K, BIT_ULL(49), &vmm), -EINVAL);
	KUNIT_EXPECT_EQ(test, gsp_vmm_create(&fb->mmu, BIT_ULL(49), SZ_4K, &vmm), -EINVAL);
	KUNIT_EXPECT_EQ(test, gsp_vmm_create(&fb->mmu, 0, BIT_ULL(49), &vmm), 0);
	vmm_destroy(fb, vmm);
}

static void window_moves(struct kunit *test)
{
	struct fake_fb *fb = fake_fb(test, &gsp_mmu_fmt_v2);
	struct gsp_pramin *p = &fb->mmu.pramin;
	__le32 words[2] = { cpu_to_le32(0x11223344), cpu_to_le32(0x55667788) };

	KUNIT_EXPECT_EQ(test, gsp_pramin_write(p, 0xb12345678, words, sizeof(words)), 0);
	KUNIT_EXPECT_EQ(test, fake_rd(fb->mmio, WINDOW), 0xb1230);
	KUNIT_EXPECT_EQ(test, fake_rd(fb->mmio, PRAMIN + 0x45678), 0x11223344);
	KUNIT_EXPECT_EQ(test, fake_rd(fb->mmio, PRAMIN + 0x4567c), 0x55667788);
	KUNIT_EXPECT_EQ(test, gsp_pramin_read(p, 0xb1234567c, words, 4), 0);
	KUNIT_EXPECT_EQ(test, le32_to_cpu(words[0]), 0x55667788);
	/* Across the border of two windows; the last access is the read back at the start. */
	KUNIT_EXPECT_EQ(test, gsp_pramin_fill(p, 0x1ffffc, 0xabcd, 8), 0);
	KUNIT_EXPECT_EQ(test, fake_rd(fb->mmio, PRAMIN + 0xffffc), 0xabcd);
	KUNIT_EXPECT_EQ(test, fake_rd(fb->mmio, PRAMIN), 0xabcd);
	KUNIT_EXPECT_EQ(test, fake_rd(fb->mmio, WINDOW), 0x10);
}

static void window_refuses(struct kunit *test)
{
	struct fake_fb *fb = fake_fb(test, &gsp_mmu_fmt_v2);
	struct gsp_pramin *p = &fb->mmu.pramin;
	u64 addr = 0;
	u32 word;

	KUNIT_EXPECT_EQ(test, gsp_pramin_read(p, 2, &word, 4), -EINVAL);
	KUNIT_EXPECT_EQ(test, gsp_pramin_write(p, 0, &word, 3), -EINVAL);
	KUNIT_EXPECT_EQ(test, gsp_pramin_fill(p, SZ_1T, 0, 4), -EINVAL);
	/* A GPU that is gone. */
	fake_wr(fb->mmio, 0, 0xffffffff);
	KUNIT_EXPECT_EQ(test, gsp_pramin_read(p, 0, &word, 4), -ENODEV);
	KUNIT_EXPECT_EQ(test, gsp_pramin_write(p, 0, &word, 4), -ENODEV);
	KUNIT_EXPECT_EQ(test, gsp_mmu_alloc_zeroed(&fb->mmu, SZ_4K, &addr), -ENODEV);
	KUNIT_EXPECT_EQ(test, fb->freed, fb->nr);
	/* Whoever cleans up must not take it for his. */
	KUNIT_EXPECT_EQ(test, addr, 0);
}

/* The trigger of plain memory stays set, as that of a GMMU that hangs. */
static void invalidation_is_bounded(struct kunit *test)
{
	struct fake_fb *fb = fake_fb(test, &gsp_mmu_fmt_v2);
	struct gsp_mmu mmu;
	int ret;

	gsp_mmu_init(&mmu, fb->mmio, gsp_chip_at(0), &fb_ops, fb);
	ret = mmu.invalidate(&mmu, 0x12345678000, GSP_MMU_SCOPE_ROOT);
	KUNIT_EXPECT_EQ(test, ret, -ETIMEDOUT);
	KUNIT_EXPECT_EQ(test, fake_rd(fb->mmio, 0xb830a0), 0x23456780);
	KUNIT_EXPECT_EQ(test, fake_rd(fb->mmio, 0xb830a4), 1);
	KUNIT_EXPECT_EQ(test, fake_rd(fb->mmio, 0xb830b0), 0x80000001);
	gsp_mmu_fini(&mmu);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(small_pages, formats_gen_params),
	KUNIT_CASE_PARAM(mixed_pages, formats_gen_params),
	KUNIT_CASE_PARAM(huge_needs_both_aligned, formats_gen_params),
	KUNIT_CASE_PARAM(slot_changes_its_kind, formats_gen_params),
	KUNIT_CASE_PARAM(overlap_refused, formats_gen_params),
	KUNIT_CASE_PARAM(arguments, formats_gen_params),
	KUNIT_CASE_PARAM(whole_framebuffer, formats_gen_params),
	KUNIT_CASE_PARAM(tables_run_out, formats_gen_params),
	KUNIT_CASE_PARAM(invalidation_fails, formats_gen_params),
	KUNIT_CASE_PARAM(firmwares_root, formats_gen_params),
	KUNIT_CASE(virtual_addresses),
	KUNIT_CASE(ranges_of_an_address_space),
	KUNIT_CASE(window_moves),
	KUNIT_CASE(window_refuses),
	KUNIT_CASE(invalidation_is_bounded),
	{}
};

static struct kunit_suite suite = {
	.name = "gsp_core_mmu_vmm",
	.test_cases = cases,
};

kunit_test_suite(suite);
