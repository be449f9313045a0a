// SPDX-License-Identifier: GPL-2.0-only
/*
 * The falcon room against registers in memory.  A thread plays the part of the
 * hardware where plain memory would not do: it completes transfers, notes what
 * they were, and halts the core after it was started.
 */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/kthread.h>

#include "chip/chip.h"
#include "falcon/falcon.h"
#include "fake_mmio.h"

#define SEC2		0x840000
#define SEC2_2		0x841000
#define MAX_TRANSFERS	64
#define RESULT		0xcafe

struct transfer {
	u64 base;
	u32 fboffs;
	u32 moffs;
	u32 cmd;
};

struct hardware {
	struct gsp_mmio *m;
	struct gsp_falcon f;
	struct task_struct *thread;
	struct transfer log[MAX_TRANSFERS];
	unsigned int nr;
};

static void serve_dma(struct hardware *hw)
{
	const struct gsp_mmio *m = hw->m;
	u32 cmd = fake_rd(m, SEC2 + 0x118);

	if (!cmd || cmd & BIT(1))
		return;
	if (hw->nr < MAX_TRANSFERS)
		hw->log[hw->nr] = (struct transfer){
			.base = (u64)fake_rd(m, SEC2 + 0x128) << 40 |
				(u64)fake_rd(m, SEC2 + 0x110) << 8,
			.fboffs = fake_rd(m, SEC2 + 0x11c),
			.moffs = fake_rd(m, SEC2 + 0x114),
			.cmd = cmd,
		};
	hw->nr++;
	fake_wr(m, SEC2 + 0x118, cmd | BIT(1));
}

static int play(void *arg)
{
	struct hardware *hw = arg;
	u32 cpuctl;

	while (!kthread_should_stop()) {
		serve_dma(hw);
		cpuctl = fake_rd(hw->m, SEC2 + 0x100);
		if (cpuctl & BIT(1)) {
			fake_wr(hw->m, SEC2 + 0x040, RESULT);
			fake_wr(hw->m, SEC2 + 0x100, BIT(4));
		}
		usleep_range(5, 10);
	}
	return 0;
}

static void stop_thread(void *thread)
{
	kthread_stop(thread);
}

static void start_hardware(struct kunit *test)
{
	struct hardware *hw = test->priv;

	hw->thread = kthread_run(play, hw, "gsp-fake-falcon");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, hw->thread);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, stop_thread, hw->thread), 0);
}

static int falcon_init(struct kunit *test)
{
	struct hardware *hw = kunit_kzalloc(test, sizeof(*hw), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, hw);
	hw->m = fake_mmio_create(test);
	gsp_falcon_init_sec2(&hw->f, hw->m, gsp_chip_at(0)->falcon);
	test->priv = hw;
	return 0;
}

/* The shape of a real booter: code behind one page of 256 bytes, then data. */
static const struct gsp_falcon_ucode booter = {
	.name = "booter",
	.dma = 0x123456789000,
	.size = 0x1000,
	/* The boot ROM stands in for the first page, which is not loaded. */
	.entry = { .src = 0, .virt = 0, .size = 0x100 },
	.code = { .src = 0x100, .dst = 0, .virt = 0x100, .size = 0x300 },
	.data = { .src = 0x400, .dst = 0, .size = 0x200 },
	.para_addr = 0x10,
	.engine_id_mask = BIT(0),
	.ucode_id = 3,
};

static void loads_unit_by_unit(struct kunit *test)
{
	struct hardware *hw = test->priv;
	unsigned int i;

	start_hardware(test);
	KUNIT_ASSERT_EQ(test, gsp_falcon_load(&hw->f, &booter), 0);

	KUNIT_ASSERT_EQ(test, hw->nr, 5);
	for (i = 0; i < 3; i++) {
		KUNIT_EXPECT_EQ(test, hw->log[i].base, 0x123456789000);
		KUNIT_EXPECT_EQ(test, hw->log[i].fboffs, 0x100 + 0x100 * i);
		KUNIT_EXPECT_EQ(test, hw->log[i].moffs, 0x100 * i);
		KUNIT_EXPECT_EQ(test, hw->log[i].cmd, 0x614);
	}
	for (i = 0; i < 2; i++) {
		KUNIT_EXPECT_EQ(test, hw->log[3 + i].base, 0x123456789400);
		KUNIT_EXPECT_EQ(test, hw->log[3 + i].fboffs, 0x100 * i);
		KUNIT_EXPECT_EQ(test, hw->log[3 + i].moffs, 0x100 * i);
		KUNIT_EXPECT_EQ(test, hw->log[3 + i].cmd, 0x600);
	}
	KUNIT_EXPECT_EQ(test, fake_rd(hw->m, SEC2 + 0x600), 5);
	KUNIT_EXPECT_EQ(test, fake_rd(hw->m, SEC2 + 0x624), 0x80);
	KUNIT_EXPECT_EQ(test, fake_rd(hw->m, SEC2 + 0x104), 0x100);
	KUNIT_EXPECT_EQ(test, fake_rd(hw->m, SEC2_2 + 0x210), 0x10);
	KUNIT_EXPECT_EQ(test, fake_rd(hw->m, SEC2_2 + 0x19c), 1);
	KUNIT_EXPECT_EQ(test, fake_rd(hw->m, SEC2_2 + 0x198), 3);
	KUNIT_EXPECT_EQ(test, fake_rd(hw->m, SEC2_2 + 0x180), 1);
}

static void runs_to_halt(struct kunit *test)
{
	struct hardware *hw = test->priv;
	u64 mailbox = 0x1122334455667788;

	start_hardware(test);
	KUNIT_ASSERT_EQ(test, gsp_falcon_run(&hw->f, &booter, &mailbox), 0);
	KUNIT_EXPECT_EQ(test, mailbox, 0x1122334400000000 | RESULT);
	KUNIT_EXPECT_EQ(test, gsp_falcon_check_mailbox(&hw->f), -EIO);
	fake_wr(hw->m, SEC2 + 0x040, 0);
	KUNIT_EXPECT_EQ(test, gsp_falcon_check_mailbox(&hw->f), 0);
}

static void bad_image_refused(struct kunit *test)
{
	struct hardware *hw = test->priv;
	struct gsp_falcon_ucode bad[11];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		bad[i] = booter;
	bad[0].size = 0x3ff;			/* ends inside of the code */
	bad[1].size = 0x5ff;			/* ends inside of the data */
	bad[2].code.src = 0x180;		/* not a whole unit */
	bad[3].code.size = 0x2c0;
	bad[4].data.dst = 0x80;
	bad[5].code.size = 0;			/* nothing to run */
	bad[6].dma += 0x80;
	bad[7].dma = BIT_ULL(49) - 0x800;	/* beyond what BASE1 can hold */
	bad[8].data.src = 0xffffff00;		/* wraps */
	bad[9].code.dst = 0xffff00;		/* beyond what MOFFS can hold */
	bad[10].code.virt = 0x200;		/* DMA tags it with its source */

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		KUNIT_EXPECT_EQ_MSG(test, gsp_falcon_load(&hw->f, &bad[i]), -EINVAL,
				    "image %u", i);
	/* Refused before anything was written. */
	KUNIT_EXPECT_EQ(test, fake_rd(hw->m, SEC2 + 0x110), 0);
	KUNIT_EXPECT_EQ(test, fake_rd(hw->m, SEC2 + 0x624), 0);
}

static void resets(struct kunit *test)
{
	struct hardware *hw = test->priv;

	fake_wr(hw->m, SEC2_2 + 0x668, 0x101);
	KUNIT_EXPECT_EQ(test, gsp_falcon_reset(&hw->f), 0);
	KUNIT_EXPECT_EQ(test, fake_rd(hw->m, SEC2 + 0x084), fake_rd(hw->m, 0));
	KUNIT_EXPECT_EQ(test, fake_rd(hw->m, SEC2 + 0x3c0), 0);
	KUNIT_EXPECT_EQ(test, fake_rd(hw->m, SEC2_2 + 0x668), 0x101);

	KUNIT_EXPECT_EQ(test, gsp_falcon_reset_riscv(&hw->f), 0);
	KUNIT_EXPECT_EQ(test, fake_rd(hw->m, SEC2_2 + 0x668), 0x111);
}

static void reset_fails(struct kunit *test)
{
	struct hardware *hw = test->priv;

	/* Memory is never scrubbed. */
	fake_wr(hw->m, SEC2 + 0x0f4, BIT(12));
	KUNIT_EXPECT_EQ(test, gsp_falcon_reset(&hw->f), -ETIMEDOUT);
	KUNIT_EXPECT_EQ(test, gsp_falcon_reset_riscv(&hw->f), -ETIMEDOUT);
	/* The falcon core cannot be selected: writing 0 also clears VALID. */
	fake_wr(hw->m, SEC2 + 0x0f4, 0);
	fake_wr(hw->m, SEC2_2 + 0x668, 0x111);
	KUNIT_EXPECT_EQ(test, gsp_falcon_reset(&hw->f), -ETIMEDOUT);
	/* The device has gone. */
	fake_wr(hw->m, 0, 0xffffffff);
	fake_wr(hw->m, SEC2 + 0x0f4, 0xffffffff);
	KUNIT_EXPECT_EQ(test, gsp_falcon_reset(&hw->f), -ENODEV);
}

static void starts_through_alias(struct kunit *test)
{
	struct hardware *hw = test->priv;

	gsp_falcon_start(&hw->f);
	KUNIT_EXPECT_EQ(test, fake_rd(hw->m, SEC2 + 0x100), 2);
	KUNIT_EXPECT_EQ(test, fake_rd(hw->m, SEC2 + 0x130), 0);

	fake_wr(hw->m, SEC2 + 0x100, BIT(6));
	gsp_falcon_start(&hw->f);
	KUNIT_EXPECT_EQ(test, fake_rd(hw->m, SEC2 + 0x100), BIT(6));
	KUNIT_EXPECT_EQ(test, fake_rd(hw->m, SEC2 + 0x130), 2);
}

static void fuse_versions(struct kunit *test)
{
	struct hardware *hw = test->priv;
	u32 v;

	KUNIT_EXPECT_EQ(test, gsp_falcon_fuse_version(&hw->f, "image", BIT(0), 3, &v), 0);
	KUNIT_EXPECT_EQ(test, v, 0);
	fake_wr(hw->m, 0x824148, 0x0001);
	KUNIT_EXPECT_EQ(test, gsp_falcon_fuse_version(&hw->f, "image", BIT(0), 3, &v), 0);
	KUNIT_EXPECT_EQ(test, v, 1);
	fake_wr(hw->m, 0x8241c0 + 4 * 8, 0xffff8007);
	KUNIT_EXPECT_EQ(test, gsp_falcon_fuse_version(&hw->f, "image", BIT(10), 9, &v), 0);
	KUNIT_EXPECT_EQ(test, v, 16);

	KUNIT_EXPECT_EQ(test, gsp_falcon_fuse_version(&hw->f, "image", BIT(0), 0, &v), -EINVAL);
	KUNIT_EXPECT_EQ(test, gsp_falcon_fuse_version(&hw->f, "image", BIT(0), 17, &v), -EINVAL);
	KUNIT_EXPECT_EQ(test, gsp_falcon_fuse_version(&hw->f, "image", 0, 3, &v), -EINVAL);
}

static void riscv_state(struct kunit *test)
{
	struct hardware *hw = test->priv;

	KUNIT_EXPECT_FALSE(test, gsp_falcon_riscv_active(&hw->f));
	fake_wr(hw->m, SEC2_2 + 0x388, BIT(7));
	KUNIT_EXPECT_TRUE(test, gsp_falcon_riscv_active(&hw->f));
	KUNIT_EXPECT_EQ(test, gsp_falcon_wait_riscv(&hw->f), 0);
	/* A device that is gone runs nothing. */
	fake_wr(hw->m, SEC2_2 + 0x388, 0xffffffff);
	KUNIT_EXPECT_FALSE(test, gsp_falcon_riscv_active(&hw->f));
}

static void serves_interrupt(struct kunit *test)
{
	struct hardware *hw = test->priv;

	/* A message, let out by GSP-RM. */
	fake_wr(hw->m, SEC2 + 0x008, BIT(6));
	fake_wr(hw->m, SEC2_2 + 0x528, BIT(6));
	KUNIT_EXPECT_TRUE(test, gsp_falcon_serve_irq(&hw->f));
	KUNIT_EXPECT_EQ(test, fake_rd(hw->m, SEC2 + 0x004), BIT(6));
	KUNIT_EXPECT_EQ(test, fake_rd(hw->m, SEC2 + 0x014), 0);
	KUNIT_EXPECT_EQ(test, fake_rd(hw->m, SEC2 + 0x3e8), 1);
	/* Kept in by GSP-RM: not for us. */
	fake_wr(hw->m, SEC2_2 + 0x528, 0);
	KUNIT_EXPECT_FALSE(test, gsp_falcon_serve_irq(&hw->f));
	/* A halt is refused and switched off, but worth a look at the queue. */
	fake_wr(hw->m, SEC2 + 0x008, BIT(4));
	fake_wr(hw->m, SEC2_2 + 0x528, BIT(4) | BIT(6));
	KUNIT_EXPECT_TRUE(test, gsp_falcon_serve_irq(&hw->f));
	KUNIT_EXPECT_EQ(test, fake_rd(hw->m, SEC2 + 0x014), BIT(4));
}

static void polls(struct kunit *test)
{
	struct hardware *hw = test->priv;
	u32 found;

	fake_wr(hw->m, 0x1000, 0x55);
	KUNIT_EXPECT_EQ(test, gsp_poll32(hw->m, 0x1000, 0xf, 0x5, 0, "poll"), 0);
	KUNIT_EXPECT_EQ(test, gsp_poll32(hw->m, 0x1000, 0xf, 0x6, 100, "poll"), -ETIMEDOUT);
	/* All ones is an answer as long as BOOT_0 is well. */
	fake_wr(hw->m, 0x1000, 0xffffffff);
	KUNIT_EXPECT_EQ(test, gsp_poll32_quiet(hw->m, 0x1000, 0xf, 0xf, 100, &found), 0);
	KUNIT_EXPECT_EQ(test, found, 0xffffffff);
	fake_wr(hw->m, 0, 0xffffffff);
	KUNIT_EXPECT_EQ(test, gsp_poll32(hw->m, 0x1000, 0xf, 0xf, 100, "poll"), -ENODEV);
	KUNIT_EXPECT_TRUE(test, gsp_mmio_gone(hw->m));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(loads_unit_by_unit),
	KUNIT_CASE(runs_to_halt),
	KUNIT_CASE(bad_image_refused),
	KUNIT_CASE(resets),
	KUNIT_CASE(reset_fails),
	KUNIT_CASE(starts_through_alias),
	KUNIT_CASE(fuse_versions),
	KUNIT_CASE(riscv_state),
	KUNIT_CASE(serves_interrupt),
	KUNIT_CASE(polls),
	{}
};

static struct kunit_suite suite = {
	.name = "gsp_core_falcon",
	.init = falcon_init,
	.test_cases = cases,
};

kunit_test_suite(suite);
