// SPDX-License-Identifier: GPL-2.0-only
#include <kunit/test.h>
#include <linux/sizes.h>

#include "abi/abi.h"
#include "boot/fb.h"
#include "boot/layout.h"
#include "chip/chip.h"
#include "fake_mmio.h"

#define IMAGE_570	0x3c99000
#define BOOT_GA102	0x6000
#define BOOT_AD102	0x9000

/* Worked out by hand, from the end of the framebuffer downwards. */
struct worked {
	const char *name;
	struct gsp_layout_in in;
	struct gsp_wpr_layout out;
};

#define IN(fb, vga, frts, boot, heap) {					\
	.fb_size = (fb), .vga_offset = (vga), .locked_offset = U64_MAX,	\
	.frts_size = (frts), .boot_size = (boot), .fw_size = IMAGE_570,	\
	.heap_size = (heap), .nonwpr_size = SZ_1M,			\
}

static const struct worked worked[] = {
	{
		"24 GiB, bootloader of 24 KiB",
		IN(0x600000000, 0x5fff00000, SZ_1M, BOOT_GA102, 129 * SZ_1M),
		{
			.fb_size = 0x600000000,
			.vga_offset = 0x5fff00000, .vga_size = 0x100000,
			.wpr_end = 0x5fff00000,
			.frts_offset = 0x5ffe00000, .frts_size = 0x100000,
			.boot_offset = 0x5ffdfa000,
			.fw_offset = 0x5fc160000,
			.heap_offset = 0x5f4000000, .heap_size = 0x8100000,
			.wpr_start = 0x5f3f00000,
			.nonwpr_offset = 0x5f3e00000, .nonwpr_size = 0x100000,
		},
	}, {
		"16 GiB",
		IN(0x400000000, 0x3fff00000, SZ_1M, BOOT_AD102, 128 * SZ_1M),
		{
			.fb_size = 0x400000000,
			.vga_offset = 0x3fff00000, .vga_size = 0x100000,
			.wpr_end = 0x3fff00000,
			.frts_offset = 0x3ffe00000, .frts_size = 0x100000,
			.boot_offset = 0x3ffdf7000,
			.fw_offset = 0x3fc150000,
			.heap_offset = 0x3f4100000, .heap_size = 0x8000000,
			.wpr_start = 0x3f4000000,
			.nonwpr_offset = 0x3f3f00000, .nonwpr_size = 0x100000,
		},
	}, {
		"40 GiB",
		IN(0xa00000000, 0x9fff00000, SZ_1M, BOOT_AD102, 130 * SZ_1M),
		{
			.fb_size = 0xa00000000,
			.vga_offset = 0x9fff00000, .vga_size = 0x100000,
			.wpr_end = 0x9fff00000,
			.frts_offset = 0x9ffe00000, .frts_size = 0x100000,
			.boot_offset = 0x9ffdf7000,
			.fw_offset = 0x9fc150000,
			.heap_offset = 0x9f3f00000, .heap_size = 0x8200000,
			.wpr_start = 0x9f3e00000,
			.nonwpr_offset = 0x9f3d00000, .nonwpr_size = 0x100000,
		},
	}, {
		"48 GiB",
		IN(0xc00000000, 0xbfff00000, SZ_1M, BOOT_AD102, 131 * SZ_1M),
		{
			.fb_size = 0xc00000000,
			.vga_offset = 0xbfff00000, .vga_size = 0x100000,
			.wpr_end = 0xbfff00000,
			.frts_offset = 0xbffe00000, .frts_size = 0x100000,
			.boot_offset = 0xbffdf7000,
			.fw_offset = 0xbfc150000,
			.heap_offset = 0xbf3e00000, .heap_size = 0x8300000,
			.wpr_start = 0xbf3d00000,
			.nonwpr_offset = 0xbf3c00000, .nonwpr_size = 0x100000,
		},
	}, {
		"48 GiB, heap for partitions",
		IN(0xc00000000, 0xbfff00000, SZ_1M, BOOT_AD102, 581 * SZ_1M),
		{
			.fb_size = 0xc00000000,
			.vga_offset = 0xbfff00000, .vga_size = 0x100000,
			.wpr_end = 0xbfff00000,
			.frts_offset = 0xbffe00000, .frts_size = 0x100000,
			.boot_offset = 0xbffdf7000,
			.fw_offset = 0xbfc150000,
			.heap_offset = 0xbd7c00000, .heap_size = 0x24500000,
			.wpr_start = 0xbd7b00000,
			.nonwpr_offset = 0xbd7a00000, .nonwpr_size = 0x100000,
		},
	}, {
		"24 GiB, heap for partitions",
		IN(0x600000000, 0x5fff00000, SZ_1M, BOOT_AD102, 581 * SZ_1M),
		{
			.fb_size = 0x600000000,
			.vga_offset = 0x5fff00000, .vga_size = 0x100000,
			.wpr_end = 0x5fff00000,
			.frts_offset = 0x5ffe00000, .frts_size = 0x100000,
			.boot_offset = 0x5ffdf7000,
			.fw_offset = 0x5fc150000,
			.heap_offset = 0x5d7c00000, .heap_size = 0x24500000,
			.wpr_start = 0x5d7b00000,
			.nonwpr_offset = 0x5d7a00000, .nonwpr_size = 0x100000,
		},
	}, {
		"24 GiB, heap for partitions, VGA workspace in the last 128 KiB",
		IN(0x600000000, 0x5fffe0000, SZ_1M, BOOT_AD102, 581 * SZ_1M),
		{
			.fb_size = 0x600000000,
			.vga_offset = 0x5fffe0000, .vga_size = 0x20000,
			.wpr_end = 0x5fffe0000,
			.frts_offset = 0x5ffee0000, .frts_size = 0x100000,
			.boot_offset = 0x5ffed7000,
			.fw_offset = 0x5fc230000,
			.heap_offset = 0x5d7d00000, .heap_size = 0x24500000,
			.wpr_start = 0x5d7c00000,
			.nonwpr_offset = 0x5d7b00000, .nonwpr_size = 0x100000,
		},
	}, {
		"24 GiB, VGA workspace in the last 128 KiB",
		IN(0x600000000, 0x5fffe0000, SZ_1M, BOOT_GA102, 129 * SZ_1M),
		{
			.fb_size = 0x600000000,
			.vga_offset = 0x5fffe0000, .vga_size = 0x20000,
			.wpr_end = 0x5fffe0000,
			.frts_offset = 0x5ffee0000, .frts_size = 0x100000,
			.boot_offset = 0x5ffeda000,
			.fw_offset = 0x5fc240000,
			.heap_offset = 0x5f4100000, .heap_size = 0x8100000,
			.wpr_start = 0x5f4000000,
			.nonwpr_offset = 0x5f3f00000, .nonwpr_size = 0x100000,
		},
	}, {
		"24 GiB, VGA workspace at an odd 64 KiB",
		IN(0x600000000, 0x5fff10000, SZ_1M, BOOT_GA102, 129 * SZ_1M),
		{
			.fb_size = 0x600000000,
			.vga_offset = 0x5fff10000, .vga_size = 0xf0000,
			.wpr_end = 0x5fff00000,
			.frts_offset = 0x5ffe00000, .frts_size = 0x100000,
			.boot_offset = 0x5ffdfa000,
			.fw_offset = 0x5fc160000,
			.heap_offset = 0x5f4000000, .heap_size = 0x8100000,
			.wpr_start = 0x5f3f00000,
			.nonwpr_offset = 0x5f3e00000, .nonwpr_size = 0x100000,
		},
	}, {
		"24 GiB, no FRTS",
		IN(0x600000000, 0x5fff00000, 0, BOOT_GA102, 129 * SZ_1M),
		{
			.fb_size = 0x600000000,
			.vga_offset = 0x5fff00000, .vga_size = 0x100000,
			.wpr_end = 0x5fff00000,
			.frts_offset = 0x5fff00000, .frts_size = 0,
			.boot_offset = 0x5ffefa000,
			.fw_offset = 0x5fc260000,
			.heap_offset = 0x5f4100000, .heap_size = 0x8100000,
			.wpr_start = 0x5f4000000,
			.nonwpr_offset = 0x5f3f00000, .nonwpr_size = 0x100000,
		},
	}, {
		"40 GiB, GA100: no FRTS, 0x1b34ea0 bytes of image, the last 300 MiB locked",
		{
			.fb_size = 0xa00000000, .vga_offset = 0x9fff00000,
			.locked_offset = 0x9ed400000, .boot_size = SZ_4K,
			.fw_size = 0x1b34ea0, .heap_size = 108 * SZ_1M,
			.nonwpr_size = SZ_1M,
		}, {
			.fb_size = 0xa00000000,
			.vga_offset = 0x9fff00000, .vga_size = 0x100000,
			.wpr_end = 0x9ed400000,
			.frts_offset = 0x9ed400000, .frts_size = 0,
			.boot_offset = 0x9ed3ff000,
			.fw_offset = 0x9eb8c0000,
			.heap_offset = 0x9e4c00000, .heap_size = 0x6c00000,
			.wpr_start = 0x9e4b00000,
			.nonwpr_offset = 0x9e4a00000, .nonwpr_size = 0x100000,
		},
	}, {
		"16 GiB, Turing",
		{
			.fb_size = 0x400000000, .vga_offset = 0x3fff00000,
			.locked_offset = 0x400000000, .frts_size = SZ_1M,
			.boot_size = SZ_4K, .fw_size = 0x1b34ea0,
			.heap_size = 106 * SZ_1M, .nonwpr_size = SZ_1M,
		}, {
			.fb_size = 0x400000000,
			.vga_offset = 0x3fff00000, .vga_size = 0x100000,
			.wpr_end = 0x3fff00000,
			.frts_offset = 0x3ffe00000, .frts_size = 0x100000,
			.boot_offset = 0x3ffdff000,
			.fw_offset = 0x3fe2c0000,
			.heap_offset = 0x3f7800000, .heap_size = 0x6a00000,
			.wpr_start = 0x3f7700000,
			.nonwpr_offset = 0x3f7600000, .nonwpr_size = 0x100000,
		},
	},
};

static void worked_desc(const struct worked *w, char *desc)
{
	strscpy(desc, w->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(worked, worked, worked_desc);

/* The struct is made of u64 alone, so that a loop compares it. */
static_assert(sizeof(struct gsp_wpr_layout) == 13 * sizeof(u64));

static void worked_by_hand(struct kunit *test)
{
	const struct worked *w = test->param_value;
	const u64 *want = (const u64 *)&w->out;
	u64 got[sizeof(w->out) / sizeof(u64)];
	unsigned int i;

	KUNIT_ASSERT_EQ(test, gsp_layout_compute(&w->in, (struct gsp_wpr_layout *)got), 0);
	for (i = 0; i < ARRAY_SIZE(got); i++)
		KUNIT_EXPECT_EQ_MSG(test, got[i], want[i], "field %u", i);
}

static void expect_ordered(struct kunit *test, const struct gsp_layout_in *in,
			   const struct gsp_wpr_layout *l)
{
	KUNIT_EXPECT_LE(test, l->nonwpr_offset + l->nonwpr_size, l->wpr_start);
	KUNIT_EXPECT_LE(test, l->wpr_start + SZ_256, l->heap_offset);
	KUNIT_EXPECT_GE(test, l->heap_size, in->heap_size);
	KUNIT_EXPECT_LE(test, l->heap_offset + l->heap_size, l->fw_offset);
	KUNIT_EXPECT_LE(test, l->fw_offset + in->fw_size, l->boot_offset);
	KUNIT_EXPECT_LE(test, l->boot_offset + in->boot_size, l->frts_offset);
	KUNIT_EXPECT_EQ(test, l->frts_offset + l->frts_size, l->wpr_end);
	KUNIT_EXPECT_LE(test, l->wpr_end, l->vga_offset);
}

/* Sizes from nothing to plenty: refused, refused, ... then always accepted. */
static void tiny_refused(struct kunit *test)
{
	struct gsp_layout_in in = IN(0, 0, SZ_1M, BOOT_AD102, 129 * SZ_1M);
	struct gsp_wpr_layout l;
	u64 first = 0;
	int ret;

	for (in.fb_size = SZ_1M; in.fb_size <= SZ_512M; in.fb_size += SZ_1M) {
		in.vga_offset = in.fb_size - SZ_1M;
		ret = gsp_layout_compute(&in, &l);
		if (ret) {
			KUNIT_EXPECT_EQ(test, ret, -ENOSPC);
			KUNIT_EXPECT_EQ(test, first, 0);
			continue;
		}
		if (!first)
			first = in.fb_size;
		expect_ordered(test, &in, &l);
	}
	/* 1 VGA, 1 FRTS, 61 image and bootloader, 129 heap, 2 metadata and non-WPR. */
	KUNIT_EXPECT_EQ(test, first, 194 * SZ_1M);
}

/* The heap for partitions is not clear after a reset, a plain one is. */
static void scrub_needed(struct kunit *test)
{
	const u64 clear = gsp_chip_at(0)->prescrubbed;
	struct gsp_layout_in in = IN(0xc00000000, 0xbfff00000, SZ_1M, BOOT_AD102, 131 * SZ_1M);
	struct gsp_wpr_layout l;

	KUNIT_EXPECT_EQ(test, clear, 256 * SZ_1M);
	KUNIT_ASSERT_EQ(test, gsp_layout_compute(&in, &l), 0);
	KUNIT_EXPECT_FALSE(test, gsp_layout_needs_scrub(&l, clear));
	in.heap_size = 581 * SZ_1M;
	KUNIT_ASSERT_EQ(test, gsp_layout_compute(&in, &l), 0);
	KUNIT_EXPECT_TRUE(test, gsp_layout_needs_scrub(&l, clear));

	/* 646 MiB are taken, to the byte. */
	KUNIT_EXPECT_FALSE(test, gsp_layout_needs_scrub(&l, U64_MAX));
	KUNIT_EXPECT_FALSE(test, gsp_layout_needs_scrub(&l, 646 * SZ_1M));
	KUNIT_EXPECT_TRUE(test, gsp_layout_needs_scrub(&l, 646 * SZ_1M - 1));
}

static void nonsense_refused(struct kunit *test)
{
	const struct gsp_layout_in good = worked[0].in;
	struct gsp_wpr_layout l;
	struct gsp_layout_in in;

	in = good;
	in.boot_size = 0;
	KUNIT_EXPECT_EQ(test, gsp_layout_compute(&in, &l), -EINVAL);
	in = good;
	in.fw_size = 0;
	KUNIT_EXPECT_EQ(test, gsp_layout_compute(&in, &l), -EINVAL);
	in = good;
	in.heap_size = 0;
	KUNIT_EXPECT_EQ(test, gsp_layout_compute(&in, &l), -EINVAL);
	in = good;
	in.vga_offset = in.fb_size + 1;
	KUNIT_EXPECT_EQ(test, gsp_layout_compute(&in, &l), -EINVAL);
	in = good;
	in.locked_offset = 0;
	KUNIT_EXPECT_EQ(test, gsp_layout_compute(&in, &l), -ENOSPC);
	in = good;
	in.heap_size = U64_MAX;
	KUNIT_EXPECT_EQ(test, gsp_layout_compute(&in, &l), -ENOSPC);
	in = good;
	in.fw_size = U64_MAX - SZ_64K;
	KUNIT_EXPECT_EQ(test, gsp_layout_compute(&in, &l), -ENOSPC);
}

static void vga_workspace(struct kunit *test)
{
	const struct gsp_fb_ops *ops = gsp_chip_at(0)->fb;
	struct gsp_mmio *m = fake_mmio_create(test);
	const u64 fb = 0x600000000;

	/* No display: whatever the workspace register says. */
	fake_wr(m, 0x820c04, 1);
	fake_wr(m, 0x625f04, 0x05fffe00 << 4 | 8);
	KUNIT_EXPECT_EQ(test, gsp_fb_vga_offset(m, ops, fb), 0x5fff00000);
	/* A display, and a register that is not valid. */
	fake_wr(m, 0x820c04, 0);
	fake_wr(m, 0x625f04, 0x5fffe000);
	KUNIT_EXPECT_EQ(test, gsp_fb_vga_offset(m, ops, fb), 0x5fff00000);
	/* Bits 31:8 count 64 KiB: 0x5fffe is address 0x5fffe0000. */
	fake_wr(m, 0x625f04, 0x5fffe << 8 | 8);
	KUNIT_EXPECT_EQ(test, gsp_fb_vga_offset(m, ops, fb), 0x5fffe0000);
	/* A place below the last MiB is not kept. */
	fake_wr(m, 0x625f04, 0x50000 << 8 | 8);
	KUNIT_EXPECT_EQ(test, gsp_fb_vga_offset(m, ops, fb), 0x5fffe0000);
}

static void fb_registers(struct kunit *test)
{
	const struct gsp_fb_ops *ops = gsp_chip_at(0)->fb;
	struct gsp_mmio *m = fake_mmio_create(test);

	fake_wr(m, 0x1183a4, 48 * 1024);
	KUNIT_EXPECT_EQ(test, ops->size(m), 0xc00000000);

	KUNIT_EXPECT_EQ(test, ops->set_flush_page(m, 0x7fedcba98000), 0);
	KUNIT_EXPECT_EQ(test, fake_rd(m, 0x100c40), 0x7f);
	KUNIT_EXPECT_EQ(test, fake_rd(m, 0x100c10), 0xedcba980);
	KUNIT_EXPECT_EQ(test, ops->flush_page(m), 0x7fedcba98000);

	/* The low four bits of HI are no address. */
	fake_wr(m, 0x1fa828, 0xf);
	KUNIT_EXPECT_FALSE(test, gsp_fb_wpr2_up(m));
	fake_wr(m, 0x1fa828, 0x05fff000);
	fake_wr(m, 0x1fa824, 0x05ffe000);
	KUNIT_EXPECT_TRUE(test, gsp_fb_wpr2_up(m));
	KUNIT_EXPECT_EQ(test, gsp_fb_wpr2_start(m), 0x5ffe00000);
}

/* Where each generation has the address of the flush page, and in what units. */
static const struct flush {
	const char *name;
	u32 chip;
	u32 hi;
	u32 lo;
	u32 hi2;
	u32 lo2;
} flushes[] = {
	{ "GH100", 0x180, 0x100a38, 0x100a34 },
	{ "GB100", 0x1a0, 0x870e54, 0x870e50, 0x8706c4, 0x8706c0 },
	{ "GB202", 0x1b2, 0x8a1d5c, 0x8a1d58 },
};

KUNIT_ARRAY_PARAM_DESC(flushes, flushes, name);

static void flush_page_in_halves(struct kunit *test)
{
	const struct flush *f = test->param_value;
	const struct gsp_chip *chip = gsp_chip_find(f->chip << 20, f->chip << 20);
	struct gsp_mmio *m = fake_mmio_create(test);

	KUNIT_ASSERT_NOT_NULL(test, chip);
	KUNIT_EXPECT_EQ(test, chip->fb->set_flush_page(m, 0x7fedcba987000), 0);
	KUNIT_EXPECT_EQ(test, fake_rd(m, f->hi), 0x7fedc);
	KUNIT_EXPECT_EQ(test, fake_rd(m, f->lo), 0xba987000);
	if (f->hi2) {
		KUNIT_EXPECT_EQ(test, fake_rd(m, f->hi2), 0x7fedc);
		KUNIT_EXPECT_EQ(test, fake_rd(m, f->lo2), 0xba987000);
	}
	KUNIT_EXPECT_EQ(test, chip->fb->flush_page(m), 0x7fedcba987000);

	fake_wr(m, 0x1183a4, 96 * 1024);
	KUNIT_EXPECT_EQ(test, chip->fb->size(m), 96ULL * SZ_1G);
}

/* A GB202 for vGPUs: the FMC is told sizes, and must find room. */
static void sizes_alone(struct kunit *test)
{
	struct gsp_layout_in in = {
		.fb_size = 96ULL * SZ_1G, .frts_size = SZ_1M, .frts_from_end = 28 * SZ_1M,
		.boot_size = 0x31000, .fw_size = IMAGE_570, .heap_size = 581 * SZ_1M,
		.nonwpr_size = 0x220000,
	};
	struct gsp_wpr_layout want = {
		.vga_size = 0x20000, .frts_size = SZ_1M, .heap_size = 581 * SZ_1M,
		.nonwpr_size = 0x220000,
	};
	struct gsp_wpr_layout l;

	KUNIT_ASSERT_EQ(test, gsp_layout_sizes(&in, &l), 0);
	KUNIT_EXPECT_MEMEQ(test, &l, &want, sizeof(l));

	/* 28 above FRTS, 1 FRTS, 61 image and bootloader, 581 heap, 1 metadata, 2.125 below. */
	in.fb_size = 675 * SZ_1M;
	KUNIT_EXPECT_EQ(test, gsp_layout_sizes(&in, &l), 0);
	in.fb_size = 674 * SZ_1M;
	KUNIT_EXPECT_EQ(test, gsp_layout_sizes(&in, &l), -ENOSPC);
	in.fw_size = U64_MAX;
	KUNIT_EXPECT_EQ(test, gsp_layout_sizes(&in, &l), -ENOSPC);
	in.heap_size = 0;
	KUNIT_EXPECT_EQ(test, gsp_layout_sizes(&in, &l), -EINVAL);
}

/* The framebuffer of a chip, by its id. */
static const struct gsp_fb_ops *fb_of(u32 id)
{
	return gsp_chip_find(id << 20, id << 20)->fb;
}

static void fb_registers_turing(struct kunit *test)
{
	static const struct { u32 val; u64 mib; } sizes[] = {
		{ 0x209, 16 * 1024 },		/* 32 << 9 */
		{ 0x30a, 48 * 1024 },
		{ 0x28b, 80 * 1024 },
		{ 0x40000209, 15 * 1024 },	/* ECC */
		{ 0, 0 },
		{ 0x3ff, 63ULL << 15 },
	};
	const struct gsp_fb_ops *ops = fb_of(0x162), *ga100 = fb_of(0x170);
	struct gsp_mmio *m = fake_mmio_create(test);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		fake_wr(m, 0x100ce0, sizes[i].val);
		KUNIT_EXPECT_EQ(test, ops->size(m), sizes[i].mib * SZ_1M);
		KUNIT_EXPECT_EQ(test, ga100->size(m), sizes[i].mib * SZ_1M);
	}

	/* The fuse is not where its successors have it. */
	fake_wr(m, 0x820c04, 1);
	KUNIT_EXPECT_TRUE(test, ops->has_display(m));
	KUNIT_EXPECT_FALSE(test, ga100->has_display(m));
	fake_wr(m, 0x021c04, 1);
	KUNIT_EXPECT_FALSE(test, ops->has_display(m));

	/* 40 bits, in one register. */
	KUNIT_EXPECT_EQ(test, ops->set_flush_page(m, 0xfedcba9000), 0);
	KUNIT_EXPECT_EQ(test, fake_rd(m, 0x100c10), 0xfedcba90);
	KUNIT_EXPECT_EQ(test, fake_rd(m, 0x100c40), 0);
	KUNIT_EXPECT_EQ(test, ops->flush_page(m), 0xfedcba9000);
	KUNIT_EXPECT_EQ(test, ops->set_flush_page(m, 0x10000000000), -ERANGE);
	KUNIT_EXPECT_EQ(test, fake_rd(m, 0x100c10), 0xfedcba90);
	KUNIT_EXPECT_EQ(test, ga100->set_flush_page(m, 0x10000000000), 0);
	KUNIT_EXPECT_EQ(test, ga100->flush_page(m), 0x10000000000);
}

static void fb_lock(struct kunit *test)
{
	struct gsp_mmio *m = fake_mmio_create(test);
	const u64 fb = 0xa00000000;

	/* Addresses of 4 KiB in bits 31:4. */
	fake_wr(m, 0x1fa82c, 0x9ed400 << 4);
	fake_wr(m, 0x1fa830, 0x9fffff << 4);
	KUNIT_EXPECT_EQ(test, gsp_fb_locked_offset(m, fb), fb);
	fake_wr(m, 0x1fa7c8, 1);
	KUNIT_EXPECT_EQ(test, gsp_fb_locked_offset(m, fb), 0x9ed400000);
	/* No lock; one beyond the end. */
	fake_wr(m, 0x1fa830, 0x9ed3ff << 4);
	KUNIT_EXPECT_EQ(test, gsp_fb_locked_offset(m, fb), fb);
	fake_wr(m, 0x1fa82c, 0xfffffff0);
	fake_wr(m, 0x1fa830, 0xfffffff0);
	KUNIT_EXPECT_EQ(test, gsp_fb_locked_offset(m, fb), fb);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(worked_by_hand, worked_gen_params),
	KUNIT_CASE(tiny_refused),
	KUNIT_CASE(scrub_needed),
	KUNIT_CASE(nonsense_refused),
	KUNIT_CASE(vga_workspace),
	KUNIT_CASE(fb_registers),
	KUNIT_CASE(fb_registers_turing),
	KUNIT_CASE(fb_lock),
	KUNIT_CASE_PARAM(flush_page_in_halves, flushes_gen_params),
	KUNIT_CASE(sizes_alone),
	{}
};

static struct kunit_suite suite = {
	.name = "gsp_core_boot_layout",
	.test_cases = cases,
};

kunit_test_suite(suite);
