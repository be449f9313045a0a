// SPDX-License-Identifier: GPL-2.0-only
#include <asm/byteorder.h>
#include <kunit/test.h>
#include <linux/wordpart.h>

#include "boot/boot.h"
#include "chip/chip.h"
#include "fake_mmio.h"

#define REG_A		0x001400
#define REG_B		0x1fa000
#define GSP		0x110000
#define GSP_2		0x111000
#define SEC2		0x840000
#define LIBOS		0x0000123456789000

enum {
	SEQ_WRITE,
	SEQ_MODIFY,
	SEQ_POLL,
	SEQ_DELAY,
	SEQ_STORE,
	SEQ_RESET,
	SEQ_START,
	SEQ_WAIT,
	SEQ_RESUME,
};

static int seq_init(struct kunit *test)
{
	struct gsp_boot *b = kunit_kzalloc(test, sizeof(*b), GFP_KERNEL);
	struct gsp_mmio *m = fake_mmio_create(test);

	KUNIT_ASSERT_NOT_NULL(test, b);
	b->dev = m->dev;
	b->mmio = m;
	b->chip = gsp_chip_at(0);
	b->libos.dma = LIBOS;
	b->app_version = 0x42;
	gsp_falcon_init_gsp(&b->gsp, m, b->chip->falcon);
	gsp_falcon_init_sec2(&b->sec2, m, b->chip->falcon);
	test->priv = b;
	return 0;
}

static int run(struct kunit *test, const u32 *prog, size_t nr)
{
	__le32 *cmds = kunit_kmalloc_array(test, nr ?: 1, sizeof(*cmds), GFP_KERNEL);
	size_t i;

	KUNIT_ASSERT_NOT_NULL(test, cmds);
	for (i = 0; i < nr; i++)
		cmds[i] = cpu_to_le32(prog[i]);
	return gsp_boot_sequencer_run(test->priv, cmds, nr);
}

#define RUN(test, ...) ({					\
	static const u32 prog[] = { __VA_ARGS__ };		\
	run(test, prog, ARRAY_SIZE(prog));			\
})

static u32 rd(struct kunit *test, u32 reg)
{
	struct gsp_boot *b = test->priv;

	return fake_rd(b->mmio, reg);
}

static void wr(struct kunit *test, u32 reg, u32 val)
{
	struct gsp_boot *b = test->priv;

	fake_wr(b->mmio, reg, val);
}

static void registers(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, run(test, NULL, 0), 0);

	KUNIT_EXPECT_EQ(test, RUN(test, SEQ_WRITE, REG_A, 0xdeadbeef), 0);
	KUNIT_EXPECT_EQ(test, rd(test, REG_A), 0xdeadbeef);

	/* The mask says which bits go, the value which ones come. */
	KUNIT_EXPECT_EQ(test, RUN(test, SEQ_MODIFY, REG_A, 0xffff, 0x1234), 0);
	KUNIT_EXPECT_EQ(test, rd(test, REG_A), 0xdead1234);

	KUNIT_EXPECT_EQ(test, RUN(test, SEQ_STORE, REG_A, 7, SEQ_DELAY, 10), 0);
	/* The last register of BAR0. */
	KUNIT_EXPECT_EQ(test, RUN(test, SEQ_WRITE, FAKE_BAR0_SIZE - 4, 1), 0);
	KUNIT_EXPECT_EQ(test, rd(test, FAKE_BAR0_SIZE - 4), 1);
}

static void polls(struct kunit *test)
{
	wr(test, REG_A, 0x30);
	KUNIT_EXPECT_EQ(test, RUN(test, SEQ_POLL, REG_A, 0xf0, 0x30, 1000, 0xbad), 0);
	KUNIT_EXPECT_EQ(test, RUN(test, SEQ_POLL, REG_A, 0xf0, 0x40, 1000, 0xbad), -ETIMEDOUT);
	/* What follows a failure is not run. */
	KUNIT_EXPECT_EQ(test, RUN(test, SEQ_POLL, REG_A, 0xf0, 0x40, 1000, 0xbad,
				  SEQ_WRITE, REG_B, 1), -ETIMEDOUT);
	KUNIT_EXPECT_EQ(test, rd(test, REG_B), 0);
	/* The device has gone. */
	wr(test, 0, 0xffffffff);
	wr(test, REG_A, 0xffffffff);
	KUNIT_EXPECT_EQ(test, RUN(test, SEQ_POLL, REG_A, 0xf0, 0x40, 1000, 0xbad), -ENODEV);
}

static void malformed(struct kunit *test)
{
	static const u32 too_long[0x4001];

	KUNIT_EXPECT_EQ(test, RUN(test, 9), -EPROTO);
	KUNIT_EXPECT_EQ(test, RUN(test, 0xffffffff), -EPROTO);
	KUNIT_EXPECT_EQ(test, RUN(test, SEQ_WRITE, REG_A + 1, 0), -EPROTO);
	KUNIT_EXPECT_EQ(test, RUN(test, SEQ_WRITE, FAKE_BAR0_SIZE, 0), -EPROTO);
	KUNIT_EXPECT_EQ(test, RUN(test, SEQ_WRITE, 0xfffffffc, 0), -EPROTO);
	KUNIT_EXPECT_EQ(test, RUN(test, SEQ_MODIFY, REG_A + 2, 0, 0), -EPROTO);
	KUNIT_EXPECT_EQ(test, RUN(test, SEQ_POLL, FAKE_BAR0_SIZE, 0, 0, 0, 0), -EPROTO);
	KUNIT_EXPECT_EQ(test, RUN(test, SEQ_STORE, REG_A, 8), -EPROTO);
	KUNIT_EXPECT_EQ(test, RUN(test, SEQ_STORE, REG_A + 3, 0), -EPROTO);
	KUNIT_EXPECT_EQ(test, run(test, too_long, ARRAY_SIZE(too_long)), -EPROTO);
	/* Wrong at its end: nothing of it is run. */
	KUNIT_EXPECT_EQ(test, RUN(test, SEQ_WRITE, REG_A, 1, SEQ_WRITE, REG_B, 1, 9), -EPROTO);
	KUNIT_EXPECT_EQ(test, rd(test, REG_A), 0);
	KUNIT_EXPECT_EQ(test, rd(test, REG_B), 0);
}

/* Cut at every place: right between commands, wrong inside of one. */
static void truncated(struct kunit *test)
{
	static const u32 prog[] = {
		SEQ_WRITE, REG_A, 0x77,
		SEQ_MODIFY, REG_A, 0x7, 0,
		SEQ_POLL, REG_A, 0xff, 0x70, 1000, 0,
		SEQ_DELAY, 1,
		SEQ_STORE, REG_A, 0,
		SEQ_RESET,
		SEQ_START,
	};
	static const u8 ends[] = { 0, 3, 7, 13, 15, 18, 19, 20 };
	unsigned int n, e = 0;

	for (n = 0; n <= ARRAY_SIZE(prog); n++) {
		wr(test, REG_A, 0);
		if (n == ends[e]) {
			KUNIT_EXPECT_EQ_MSG(test, run(test, prog, n), 0, "%u words", n);
			e++;
		} else {
			KUNIT_EXPECT_EQ_MSG(test, run(test, prog, n), -EPROTO, "%u words", n);
			KUNIT_EXPECT_EQ(test, rd(test, REG_A), 0);
		}
	}
	KUNIT_EXPECT_EQ(test, e, ARRAY_SIZE(ends));
}

static void core_commands(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, RUN(test, SEQ_RESET), 0);
	KUNIT_EXPECT_EQ(test, rd(test, GSP + 0x084), rd(test, 0));
	KUNIT_EXPECT_EQ(test, rd(test, GSP + 0x624), 0x80);

	KUNIT_EXPECT_EQ(test, RUN(test, SEQ_START), 0);
	KUNIT_EXPECT_EQ(test, rd(test, GSP + 0x100), 2);

	wr(test, GSP + 0x100, BIT(4));
	KUNIT_EXPECT_EQ(test, RUN(test, SEQ_WAIT), 0);
}

static void resumes(struct kunit *test)
{
	wr(test, 0x1180f8, BIT(26));
	wr(test, GSP_2 + 0x388, BIT(7));

	KUNIT_EXPECT_EQ(test, RUN(test, SEQ_RESUME), 0);
	KUNIT_EXPECT_EQ(test, rd(test, GSP + 0x040), lower_32_bits(LIBOS));
	KUNIT_EXPECT_EQ(test, rd(test, GSP + 0x044), upper_32_bits(LIBOS));
	KUNIT_EXPECT_EQ(test, rd(test, GSP + 0x080), 0x42);
	KUNIT_EXPECT_EQ(test, rd(test, GSP_2 + 0x668), 0x111);
	KUNIT_EXPECT_EQ(test, rd(test, SEC2 + 0x100), 2);
}

static void resume_fails(struct kunit *test)
{
	wr(test, 0x1180f8, BIT(26));
	wr(test, GSP_2 + 0x388, BIT(7));
	wr(test, SEC2 + 0x040, 0x31);
	KUNIT_EXPECT_EQ(test, RUN(test, SEQ_RESUME), -EIO);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(registers),
	KUNIT_CASE(polls),
	KUNIT_CASE(malformed),
	KUNIT_CASE(truncated),
	KUNIT_CASE(core_commands),
	KUNIT_CASE(resumes),
	KUNIT_CASE(resume_fails),
	{}
};

static struct kunit_suite suite = {
	.name = "gsp_core_boot_sequencer",
	.init = seq_init,
	.test_cases = cases,
};

kunit_test_suite(suite);
