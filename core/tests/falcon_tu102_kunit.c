// SPDX-License-Identifier: GPL-2.0-only
/*
 * Falcons that the CPU loads, against registers in memory.  The ports of IMEM
 * and DMEM do not step there: what can be seen is where the last stretch went,
 * its last tag and its last word.
 */
#include <kunit/test.h>
#include <linux/string.h>

#include "chip/chip.h"
#include "falcon/falcon.h"
#include "fake_mmio.h"

#define GSP		0x110000
#define GSP_2		0x111000

#define IMAGE_SIZE	0x800

struct falcon {
	struct gsp_mmio *m;
	struct gsp_falcon f;
	u32 image[IMAGE_SIZE / sizeof(u32)];
	struct gsp_falcon_ucode booter;
	struct gsp_falcon_ucode loader;
};

/* The falcons of a chip, by its id. */
static const struct gsp_falcon_ops *falcon_of(u32 id)
{
	return gsp_chip_find(id << 20, id << 20)->falcon;
}

static int falcon_init(struct kunit *test)
{
	struct falcon *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, t);
	for (i = 0; i < ARRAY_SIZE(t->image); i++)
		t->image[i] = 0xc0de0000 | 4 * i;
	/* One block that is not secure, code behind it, then data. */
	t->booter = (struct gsp_falcon_ucode){
		.name = "booter",
		.va = t->image,
		.size = IMAGE_SIZE,
		.entry = { .src = 0, .dst = 0, .virt = 0, .size = 0x100 },
		.code = { .src = 0x100, .dst = 0, .virt = 0x100, .size = 0x300 },
		.data = { .src = 0x400, .dst = 0, .size = 0x200 },
	};
	/* Code at the end of IMEM, at another address, and 84 bytes of data. */
	t->loader = (struct gsp_falcon_ucode){
		.name = "loader",
		.va = t->image,
		.size = 0x254,
		.entry = { .src = 0, .dst = 0xfe00, .virt = 0xfd00, .size = 0x200 },
		.data = { .src = 0x200, .dst = 0x40, .size = 0x54 },
		.window = 4,
	};

	t->m = fake_mmio_create(test);
	/* 64 KiB of IMEM, 48 KiB of DMEM. */
	fake_wr(t->m, GSP + 0x108, 0xc0 << 9 | 0x100);
	gsp_falcon_init_gsp(&t->f, t->m, falcon_of(0x162));
	test->priv = t;
	return 0;
}

static void loads_secure_code_behind_entry(struct kunit *test)
{
	struct falcon *t = test->priv;

	fake_wr(t->m, GSP + 0x10c, 1);
	KUNIT_ASSERT_EQ(test, gsp_falcon_load(&t->f, &t->booter), 0);
	KUNIT_EXPECT_EQ(test, fake_rd(t->m, GSP + 0x180), BIT(28) | BIT(24) | 0x100);
	KUNIT_EXPECT_EQ(test, fake_rd(t->m, GSP + 0x188), 3);
	KUNIT_EXPECT_EQ(test, fake_rd(t->m, GSP + 0x184), 0xc0de03fc);
	/* Moved to the last word, to read it back. */
	KUNIT_EXPECT_EQ(test, fake_rd(t->m, GSP + 0x1c0), 0x1fc);
	KUNIT_EXPECT_EQ(test, fake_rd(t->m, GSP + 0x1c4), 0xc0de05fc);
	KUNIT_EXPECT_EQ(test, fake_rd(t->m, GSP + 0x104), 0);
	KUNIT_EXPECT_EQ(test, fake_rd(t->m, GSP + 0x624), 0x80);
	KUNIT_EXPECT_EQ(test, fake_rd(t->m, GSP + 0x10c), 0);
	/* It opens its windows itself, and nothing asks a boot ROM. */
	KUNIT_EXPECT_EQ(test, fake_rd(t->m, GSP + 0x600), 0);
	KUNIT_EXPECT_EQ(test, fake_rd(t->m, GSP + 0x610), 0);
	KUNIT_EXPECT_EQ(test, fake_rd(t->m, GSP_2 + 0x180), 0);
}

static void loads_loader(struct kunit *test)
{
	struct falcon *t = test->priv;

	fake_wr(t->m, GSP + 0x610, 0x10002);
	KUNIT_EXPECT_EQ(test, gsp_falcon_imem_size(&t->f), 0x10000);
	KUNIT_ASSERT_EQ(test, gsp_falcon_load(&t->f, &t->loader), 0);
	/* Not secure. */
	KUNIT_EXPECT_EQ(test, fake_rd(t->m, GSP + 0x180), BIT(24) | 0xfe00);
	KUNIT_EXPECT_EQ(test, fake_rd(t->m, GSP + 0x188), 0xfe);
	KUNIT_EXPECT_EQ(test, fake_rd(t->m, GSP + 0x184), 0xc0de01fc);
	KUNIT_EXPECT_EQ(test, fake_rd(t->m, GSP + 0x1c0), 0x90);
	KUNIT_EXPECT_EQ(test, fake_rd(t->m, GSP + 0x1c4), 0xc0de0250);
	KUNIT_EXPECT_EQ(test, fake_rd(t->m, GSP + 0x104), 0xfd00);
	KUNIT_EXPECT_EQ(test, fake_rd(t->m, GSP + 0x610), 0x10005);
}

static void bad_image_refused(struct kunit *test)
{
	struct falcon *t = test->priv;
	struct gsp_falcon_ucode bad[16];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		bad[i] = t->booter;
	bad[0].entry.size = 0;			/* nowhere to begin */
	bad[1].entry.size = 0x80;		/* not whole blocks */
	bad[2].entry.dst = 0x80;
	bad[3].entry.virt = 0x80;
	bad[4].entry.src = 0x701;		/* outside of the image */
	bad[5].entry.src = 0xffffff00;
	bad[6].code.size = 0x2c0;
	bad[7].code.src = 0x501;
	bad[8].code.dst = 0xfd00;		/* outside of IMEM */
	bad[9].code.dst = 0xffffff00;
	bad[10].code.virt = 0xfffe00;		/* tags of 17 bits */
	bad[11].data.size = 0x1fe;		/* not whole words */
	bad[12].data.src = 0x601;
	bad[13].data.dst = 0xbe04;		/* outside of DMEM */
	bad[14].data.dst = 0xfffffffc;
	bad[15].size = 0x5ff;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		KUNIT_EXPECT_EQ_MSG(test, gsp_falcon_load(&t->f, &bad[i]), -EINVAL, "image %u",
				    i);
	/* A falcon that says it has no memory takes nothing. */
	fake_wr(t->m, GSP + 0x108, 0);
	KUNIT_EXPECT_EQ(test, gsp_falcon_load(&t->f, &t->booter), -EINVAL);
	KUNIT_EXPECT_EQ(test, gsp_falcon_load(&t->f, &t->loader), -EINVAL);
	/* Refused before anything was written. */
	KUNIT_EXPECT_EQ(test, fake_rd(t->m, GSP + 0x180), 0);
	KUNIT_EXPECT_EQ(test, fake_rd(t->m, GSP + 0x1c0), 0);
	KUNIT_EXPECT_EQ(test, fake_rd(t->m, GSP + 0x624), 0);
}

static void resets(struct kunit *test)
{
	struct falcon *t = test->priv;

	fake_wr(t->m, GSP + 0x10c, 0x81);
	KUNIT_EXPECT_EQ(test, gsp_falcon_reset(&t->f), 0);
	KUNIT_EXPECT_EQ(test, fake_rd(t->m, GSP + 0x084), fake_rd(t->m, 0));
	KUNIT_EXPECT_EQ(test, fake_rd(t->m, GSP + 0x3c0), 0);
	KUNIT_EXPECT_EQ(test, gsp_falcon_reset_riscv(&t->f), 0);
	/* There is no core to select. */
	KUNIT_EXPECT_EQ(test, fake_rd(t->m, GSP_2 + 0x668), 0);

	/* One of the memories is never scrubbed. */
	fake_wr(t->m, GSP + 0x10c, BIT(1));
	KUNIT_EXPECT_EQ(test, gsp_falcon_reset(&t->f), -ETIMEDOUT);
	fake_wr(t->m, GSP + 0x10c, BIT(2));
	KUNIT_EXPECT_EQ(test, gsp_falcon_reset_riscv(&t->f), -ETIMEDOUT);
	/* The device has gone. */
	fake_wr(t->m, 0, 0xffffffff);
	fake_wr(t->m, GSP + 0x10c, 0xffffffff);
	KUNIT_EXPECT_EQ(test, gsp_falcon_reset(&t->f), -ENODEV);
}

static void needs_no_fuses(struct kunit *test)
{
	struct falcon *t = test->priv;
	u32 v = 1;

	/* Whatever is burnt, and for images that no fuse belongs to. */
	fake_wr(t->m, 0x824170, 0xffff);
	KUNIT_EXPECT_EQ(test, gsp_falcon_fuse_version(&t->f, "image", BIT(0), 13, &v), 0);
	KUNIT_EXPECT_EQ(test, v, 0);
	v = 1;
	KUNIT_EXPECT_EQ(test, gsp_falcon_fuse_version(&t->f, "image", 0, 0, &v), 0);
	KUNIT_EXPECT_EQ(test, v, 0);
}

static void riscv_state(struct kunit *test)
{
	struct falcon *t = test->priv;

	KUNIT_EXPECT_FALSE(test, gsp_falcon_riscv_active(&t->f));
	fake_wr(t->m, GSP_2 + 0x388, BIT(7));
	KUNIT_EXPECT_FALSE(test, gsp_falcon_riscv_active(&t->f));
	fake_wr(t->m, GSP_2 + 0x240, 1);
	KUNIT_EXPECT_TRUE(test, gsp_falcon_riscv_active(&t->f));
	KUNIT_EXPECT_EQ(test, gsp_falcon_wait_riscv(&t->f), 0);
	/* A device that is gone runs nothing. */
	fake_wr(t->m, GSP_2 + 0x240, 0xffffffff);
	KUNIT_EXPECT_FALSE(test, gsp_falcon_riscv_active(&t->f));
}

/* Turing's interrupt is a level, GA100's a pulse that has to be asked for. */
static void serves_interrupt(struct kunit *test)
{
	struct falcon *t = test->priv;

	fake_wr(t->m, GSP + 0x008, BIT(6));
	fake_wr(t->m, GSP_2 + 0x2b4, BIT(6));
	KUNIT_EXPECT_TRUE(test, gsp_falcon_serve_irq(&t->f));
	KUNIT_EXPECT_EQ(test, fake_rd(t->m, GSP + 0x004), BIT(6));
	KUNIT_EXPECT_EQ(test, fake_rd(t->m, GSP + 0x3e8), 0);

	gsp_falcon_init_gsp(&t->f, t->m, falcon_of(0x170));
	KUNIT_EXPECT_TRUE(test, gsp_falcon_serve_irq(&t->f));
	KUNIT_EXPECT_EQ(test, fake_rd(t->m, GSP + 0x3e8), 1);
	/* Kept in by GSP-RM: not for us. */
	fake_wr(t->m, GSP_2 + 0x2b4, 0);
	fake_wr(t->m, GSP_2 + 0x528, BIT(6));
	KUNIT_EXPECT_FALSE(test, gsp_falcon_serve_irq(&t->f));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(loads_secure_code_behind_entry),
	KUNIT_CASE(loads_loader),
	KUNIT_CASE(bad_image_refused),
	KUNIT_CASE(resets),
	KUNIT_CASE(needs_no_fuses),
	KUNIT_CASE(riscv_state),
	KUNIT_CASE(serves_interrupt),
	{}
};

static struct kunit_suite suite = {
	.name = "gsp_core_falcon_tu102",
	.init = falcon_init,
	.test_cases = cases,
};

kunit_test_suite(suite);
