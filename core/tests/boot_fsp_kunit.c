// SPDX-License-Identifier: GPL-2.0-only
/*
 * What boot through the FSP decides: when the GSP has been handed over, when it
 * has stopped, what an error code says, and whether the board is for vGPU.
 */
#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/string.h>

#include "boot/boot.h"
#include "boot/internal.h"
#include "chip/chip.h"
#include "fake_fsp.h"
#include "fake_mmio.h"
#include "falcon/falcon.h"

#define HWCFG2		0x1100f4
#define MAILBOX0	0x110040
#define MAILBOX1	0x110044
#define CPUCTL		0x111388

#define LOCKDOWN	BIT(13)
#define PARAMS		0x1234567000ULL
#define SHORT_US	2000

static struct gsp_falcon gsp_of(struct gsp_mmio *m)
{
	struct gsp_falcon f;

	gsp_falcon_init_gsp(&f, m, gsp_chip_at(0)->falcon);
	return f;
}

static const struct lockdown {
	const char *name;
	u32 hwcfg2;
	u64 mailbox;
	int ret;
	u32 error;
} lockdowns[] = {
	{ "lifted", 0x80000400, 0, 0 },
	{ "in force", 0x80000400 | LOCKDOWN, 0, -ETIMEDOUT },
	{ "parameters not fetched", 0x80000400, PARAMS, -ETIMEDOUT, 0x34567000 },
	{ "registers are the FSP's", 0xbadf4124, 0, -ETIMEDOUT },
	{ "registers read zero", 0, 0, -ETIMEDOUT },
	{ "mailbox is the FSP's", 0x80000400, 0xbadf4124, -ETIMEDOUT, 0xbadf4124 },
	{ "error, locked", 0x80000400 | LOCKDOWN, 0x2a, -EIO, 0x2a },
	{ "error, lifted", 0x80000400, 0x2a, -EIO, 0x2a },
	/* Read just before the FMC fetched them, MAILBOX1 just after. */
	{ "parameters half fetched", 0x80000400, 0x34567000, -ETIMEDOUT, 0x34567000 },
	{ "error, address fetched by half", 0x80000400, 0x120000002aULL, -EIO, 0x2a },
};

KUNIT_ARRAY_PARAM_DESC(lockdowns, lockdowns, name);

static void lockdown(struct kunit *test)
{
	const struct lockdown *p = test->param_value;
	struct gsp_mmio *m = fake_mmio_create(test);
	struct gsp_falcon f = gsp_of(m);
	u32 error;

	fake_wr(m, HWCFG2, p->hwcfg2);
	fake_wr(m, MAILBOX0, (u32)p->mailbox);
	fake_wr(m, MAILBOX1, p->mailbox >> 32);
	KUNIT_EXPECT_EQ(test, gsp_falcon_wait_lockdown(&f, PARAMS, SHORT_US, &error), p->ret);
	KUNIT_EXPECT_EQ(test, error, p->error);
}

static void halted(struct kunit *test)
{
	struct gsp_mmio *m = fake_mmio_create(test);
	struct gsp_falcon f = gsp_of(m);
	u32 error;

	fake_wr(m, HWCFG2, 0x80000400);
	fake_wr(m, CPUCTL, 0x80);
	KUNIT_EXPECT_EQ(test, gsp_falcon_wait_riscv_halted(&f, SHORT_US), -ETIMEDOUT);
	fake_wr(m, CPUCTL, 0x10);
	KUNIT_EXPECT_EQ(test, gsp_falcon_wait_riscv_halted(&f, SHORT_US), 0);
	/* A bit that is none. */
	fake_wr(m, HWCFG2, 0xbadf4110);
	KUNIT_EXPECT_EQ(test, gsp_falcon_wait_riscv_halted(&f, SHORT_US), -ETIMEDOUT);

	fake_wr(m, 0, ~0);
	fake_wr(m, HWCFG2, ~0);
	KUNIT_EXPECT_EQ(test, gsp_falcon_wait_riscv_halted(&f, SHORT_US), -ENODEV);
	KUNIT_EXPECT_EQ(test, gsp_falcon_wait_lockdown(&f, PARAMS, SHORT_US, &error), -ENODEV);
}

static void error_texts(struct kunit *test)
{
	static const struct { u32 code; const char *text; } want[] = {
		{ 0x2a, "loader, code 0x2a" },
		{ 0x13abcdef, "partition 3, code 0xcdef, info 0xab" },
		{ 0x02001207, "separation kernel, partition 2, error 0x12 in phase 0x7" },
		{ 0xffffffff, "of no format that is known" },
	};
	char text[64];
	int i;

	for (i = 0; i < ARRAY_SIZE(want); i++) {
		boot_fmc_error(want[i].code, text, sizeof(text));
		KUNIT_EXPECT_STREQ(test, text, want[i].text);
	}
}

static const struct knob {
	const char *name;
	u32 chip;
	u32 error;
	u32 value;
	unsigned int nr;
	bool can;
} knobs[] = {
	{ "on", 0x1b2, 0, 1, 6, true },
	{ "on, with more behind it", 0x1b2, 0, 0xabcd0001, 6, true },
	{ "off", 0x1b2, 0, 0, 6, false },
	{ "neither", 0x1b2, 0, 2, 6, false },
	{ "no value", 0x1b2, 0, 0, 5, false },
	{ "refused", 0x1b2, 0x1e3, 0, 5, false },
	{ "malformed", 0x1b2, 0, 0, 3, false },
	{ "not asked on GH100", 0x180, 0, 0, 0, true },
	{ "not asked on GB100", 0x1a0, 0, 0, 0, true },
};

KUNIT_ARRAY_PARAM_DESC(knobs, knobs, name);

static void knob(struct kunit *test)
{
	const struct knob *p = test->param_value;
	struct gsp_mmio *m = fake_mmio_create(test);
	struct fake_fsp *f = fake_fsp_create(test, m);
	struct gsp_boot *b = kunit_kzalloc(test, sizeof(*b), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, b);
	b->dev = m->dev;
	b->mmio = m;
	b->chip = gsp_chip_find(p->chip << 20, p->chip << 20);
	KUNIT_ASSERT_NOT_NULL(test, b->chip);
	b->vf_partitions = 32;
	b->vf.total_vfs = 48;
	f->script[0] = (struct fake_fsp_message){
		.words = { 0xc0000000, 0x1510de7e, 0, 0x13, p->error, p->value }, .nr = p->nr,
	};
	fake_fsp_start(test, f);
	b->fsp = f->fsp;
	KUNIT_EXPECT_EQ(test, b->chip->boot->can_vgpu(b), p->can);
	KUNIT_EXPECT_EQ(test, b->vf_partitions, p->can ? 32 : 0);
	KUNIT_EXPECT_EQ(test, b->vf.total_vfs, p->can ? 48 : 0);
	KUNIT_EXPECT_EQ(test, f->questions, p->nr ? 1 : 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(lockdown, lockdowns_gen_params),
	KUNIT_CASE(halted),
	KUNIT_CASE(error_texts),
	KUNIT_CASE_PARAM(knob, knobs_gen_params),
	{}
};

static struct kunit_suite suite = {
	.name = "gsp_core_boot_fsp",
	.test_cases = cases,
};

kunit_test_suite(suite);
