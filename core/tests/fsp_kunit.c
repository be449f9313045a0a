// SPDX-License-Identifier: GPL-2.0-only
/*
 * Questions to an FSP that answers as a test wants: bytes of what is asked, and
 * every way in which an answer can be wrong.
 */
#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#include "fake_fsp.h"
#include "fake_mmio.h"
#include "fsp/fsp.h"

#define MCTP		0xc0000000
#define NVDM(type)	((type) << 24 | 0x10de7e)
#define PRC		0x13u
#define COT		0x14u
#define RESPONSE	0x15u

#define MSGQ_HEAD	0x8f2c80
#define MSGQ_TAIL	0x8f2c84

#define ANSWER(type, error)	{ .words = { MCTP, NVDM(RESPONSE), 7, type, error }, .nr = 5 }

static struct fake_fsp *fsp_that_says(struct kunit *test, struct fake_fsp_message msg)
{
	struct fake_fsp *f = fake_fsp_create(test, fake_mmio_create(test));

	f->script[0] = msg;
	fake_fsp_start(test, f);
	return f;
}

static void boot_status(struct kunit *test)
{
	struct gsp_mmio *m = fake_mmio_create(test);
	struct fake_fsp *f = fake_fsp_create(test, m);

	fake_wr(m, 0xad00bc, 0xff);
	KUNIT_EXPECT_EQ(test, gsp_fsp_wait_boot(&f->fsp, 0xad00bc), 0);
	fake_wr(m, 0, 0xffffffff);
	fake_wr(m, 0x0200bc, 0xffffffff);
	KUNIT_EXPECT_EQ(test, gsp_fsp_wait_boot(&f->fsp, 0x0200bc), -ENODEV);
}

static void knob_bytes(struct kunit *test)
{
	struct fake_fsp *f = fsp_that_says(test, (struct fake_fsp_message){
		.words = { MCTP, NVDM(RESPONSE), 7, PRC, 0, 1 }, .nr = 6 });
	struct gsp_fsp_answer answer;

	KUNIT_ASSERT_EQ(test, gsp_fsp_read_vgpu_knob(&f->fsp, &answer), 0);
	KUNIT_EXPECT_EQ(test, answer.error, 0);
	KUNIT_EXPECT_EQ(test, answer.len, 4);
	KUNIT_EXPECT_EQ(test, answer.data, 1);
	KUNIT_EXPECT_EQ(test, f->question_size, 12);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(f->question), 0xc0000000);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(f->question + 4), 0x1310de7e);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(f->question + 8), 0x0029020c);
	/* The message was taken out of the queue. */
	KUNIT_EXPECT_EQ(test, fake_rd(f->m, MSGQ_HEAD), 0);
	KUNIT_EXPECT_EQ(test, fake_rd(f->m, MSGQ_TAIL), 0);
}

static void cot_bytes(struct kunit *test)
{
	struct fake_fsp *f = fsp_that_says(test, (struct fake_fsp_message)ANSWER(COT, 0));
	u8 hash[48], key[97], sig[96];
	const struct gsp_fsp_cot cot = {
		.version = 2, .fmc = 0x123456789000, .params = 0xabcdef012000,
		.frts_from_end = 0x1c00000, .frts_size = 0x100000, .hash = hash,
		.publickey = key, .publickey_size = sizeof(key),
		.signature = sig, .signature_size = sizeof(sig),
	};
	const u8 *payload = f->question + 8;

	memset(hash, 0x48, sizeof(hash));
	memset(key, 0x4b, sizeof(key));
	memset(sig, 0x53, sizeof(sig));
	KUNIT_ASSERT_EQ(test, gsp_fsp_start_fmc(&f->fsp, &cot), 0);
	KUNIT_ASSERT_EQ(test, f->question_size, 868);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(f->question), 0xc0000000);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(f->question + 4), 0x1410de7e);
	KUNIT_EXPECT_EQ(test, get_unaligned_le16(payload), 2);
	KUNIT_EXPECT_EQ(test, get_unaligned_le16(payload + 2), 0x35c);
	KUNIT_EXPECT_EQ(test, get_unaligned_le64(payload + 0x04), 0x123456789000);
	KUNIT_EXPECT_NULL(test, memchr_inv(payload + 0x0c, 0, 12));
	KUNIT_EXPECT_EQ(test, get_unaligned_le64(payload + 0x18), 0x1c00000);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(payload + 0x20), 0x100000);
	KUNIT_EXPECT_MEMEQ(test, payload + 0x24, hash, sizeof(hash));
	KUNIT_EXPECT_MEMEQ(test, payload + 0x54, key, sizeof(key));
	KUNIT_EXPECT_NULL(test, memchr_inv(payload + 0x54 + 97, 0, 384 - 97));
	KUNIT_EXPECT_MEMEQ(test, payload + 0x1d4, sig, sizeof(sig));
	KUNIT_EXPECT_NULL(test, memchr_inv(payload + 0x1d4 + 96, 0, 384 - 96));
	KUNIT_EXPECT_EQ(test, get_unaligned_le64(payload + 0x354), 0xabcdef012000);
}

static void cot_refused(struct kunit *test)
{
	struct fake_fsp *f = fsp_that_says(test, (struct fake_fsp_message)ANSWER(COT, 0xa1));
	const u8 bytes[48] = {};
	struct gsp_fsp_cot cot = {
		.version = 1, .hash = bytes, .publickey = bytes, .publickey_size = sizeof(bytes),
		.signature = bytes, .signature_size = sizeof(bytes),
	};

	KUNIT_EXPECT_EQ(test, gsp_fsp_start_fmc(&f->fsp, &cot), -EIO);
	KUNIT_EXPECT_STREQ(test, gsp_fsp_error_text(0xa1), "invalid data");
	KUNIT_EXPECT_NOT_NULL(test, gsp_fsp_error_text(0x12345));
	cot.signature_size = 385;
	KUNIT_EXPECT_EQ(test, gsp_fsp_start_fmc(&f->fsp, &cot), -EINVAL);
}

/* An error code is an answer like another. */
static void error_is_an_answer(struct kunit *test)
{
	struct fake_fsp *f = fsp_that_says(test, (struct fake_fsp_message)ANSWER(PRC, 0x1e3));
	struct gsp_fsp_answer answer;

	KUNIT_ASSERT_EQ(test, gsp_fsp_read_vgpu_knob(&f->fsp, &answer), 0);
	KUNIT_EXPECT_EQ(test, answer.error, 0x1e3);
	KUNIT_EXPECT_EQ(test, answer.len, 0);
	KUNIT_EXPECT_EQ(test, answer.data, 0);
}

static const struct malformed {
	const char *name;
	struct fake_fsp_message msg;
} malformed[] = {
	{ "start missing", { { 0x40000000, NVDM(RESPONSE), 7, PRC }, .nr = 5 } },
	{ "end missing", { { 0x80000000, NVDM(RESPONSE), 7, PRC }, .nr = 5 } },
	{ "sequence", { { MCTP | 1 << 28, NVDM(RESPONSE), 7, PRC }, .nr = 5 } },
	{ "tag", { { MCTP | 3 << 24, NVDM(RESPONSE), 7, PRC }, .nr = 5 } },
	{ "message type", { { MCTP, 0x1510de7d, 7, PRC }, .nr = 5 } },
	{ "vendor", { { MCTP, 0x1510dd7e, 7, PRC }, .nr = 5 } },
	{ "other question", { { MCTP, NVDM(RESPONSE), 7, COT }, .nr = 5 } },
	{ "no error code", { { MCTP, NVDM(RESPONSE), 7, PRC }, .nr = 4 } },
	{ "headers alone", { { MCTP, NVDM(RESPONSE) }, .nr = 2 } },
	{ "half a word", { { MCTP, NVDM(RESPONSE), 7, PRC }, .tail = 17, .nr = 5 } },
	{ "a word too long", { { MCTP, NVDM(RESPONSE), 7, PRC }, .tail = 1024, .nr = 5 } },
	{ "far too long", { { MCTP, NVDM(RESPONSE), 7, PRC }, .tail = 0xfffffffc, .nr = 5 } },
	{ "tail before head",
	  { { MCTP, NVDM(RESPONSE), 7, PRC }, .head = 32, .tail = 16, .nr = 5 } },
};

KUNIT_ARRAY_PARAM_DESC(malformed, malformed, name);

static void malformed_answer(struct kunit *test)
{
	const struct malformed *p = test->param_value;
	struct fake_fsp *f = fsp_that_says(test, p->msg);
	struct gsp_fsp_answer answer;

	KUNIT_EXPECT_EQ(test, gsp_fsp_read_vgpu_knob(&f->fsp, &answer), -EPROTO);
	/* Consumed, whatever it was. */
	KUNIT_EXPECT_EQ(test, fake_rd(f->m, MSGQ_HEAD), 0);
	KUNIT_EXPECT_EQ(test, fake_rd(f->m, MSGQ_TAIL), 0);
}

/* The largest that fits, with data of which the first word is handed on. */
static void longest_answer(struct kunit *test)
{
	struct fake_fsp *f = fsp_that_says(test, (struct fake_fsp_message){
		.words = { MCTP, NVDM(RESPONSE), 7, PRC, 0, 0x55 }, .tail = 1020, .nr = 6 });
	struct gsp_fsp_answer answer;

	KUNIT_ASSERT_EQ(test, gsp_fsp_read_vgpu_knob(&f->fsp, &answer), 0);
	KUNIT_EXPECT_EQ(test, answer.len, 1024 - 20);
	KUNIT_EXPECT_EQ(test, answer.data, 0x55);
}

static void others_skipped(struct kunit *test)
{
	struct fake_fsp *f = fake_fsp_create(test, fake_mmio_create(test));
	struct gsp_fsp_answer answer;

	f->script[0] = (struct fake_fsp_message){ .words = { MCTP, NVDM(0x20u), 1 }, .nr = 3 };
	f->script[1] = (struct fake_fsp_message){ .words = { MCTP, NVDM(COT) }, .nr = 2 };
	f->script[2] = (struct fake_fsp_message)ANSWER(PRC, 0);
	fake_fsp_start(test, f);
	KUNIT_EXPECT_EQ(test, gsp_fsp_read_vgpu_knob(&f->fsp, &answer), 0);
	KUNIT_EXPECT_EQ(test, f->next, 3);
}

/* What lies in the queue before the question cannot be its answer. */
static void late_message_dropped(struct kunit *test)
{
	struct fake_fsp *f = fake_fsp_create(test, fake_mmio_create(test));
	struct gsp_fsp_answer answer;

	f->script[0] = (struct fake_fsp_message)ANSWER(PRC, 0x9e);
	fake_wr(f->m, MSGQ_TAIL, 16);
	fake_fsp_start(test, f);
	KUNIT_EXPECT_EQ(test, gsp_fsp_read_vgpu_knob(&f->fsp, &answer), 0);
	KUNIT_EXPECT_EQ(test, answer.error, 0x9e);
}

static void no_answer(struct kunit *test)
{
	struct fake_fsp *f = fake_fsp_create(test, fake_mmio_create(test));
	struct gsp_fsp_answer answer;

	f->script[0] = (struct fake_fsp_message){ .words = { MCTP, NVDM(0x20u) }, .nr = 2 };
	fake_fsp_start(test, f);
	KUNIT_EXPECT_EQ(test, gsp_fsp_read_vgpu_knob(&f->fsp, &answer), -ETIMEDOUT);
	KUNIT_EXPECT_EQ(test, f->questions, 1);
}

static void question_not_taken(struct kunit *test)
{
	struct fake_fsp *f = fake_fsp_create(test, fake_mmio_create(test));
	struct gsp_fsp_answer answer;

	fake_wr(f->m, 0x8f2c04, 8);
	KUNIT_EXPECT_EQ(test, gsp_fsp_read_vgpu_knob(&f->fsp, &answer), -ETIMEDOUT);
	/* It was not overwritten either. */
	KUNIT_EXPECT_EQ(test, le32_to_cpu(f->emem[0]), 0);
}

static void gone(struct kunit *test)
{
	struct fake_fsp *f = fake_fsp_create(test, fake_mmio_create(test));
	struct gsp_fsp_answer answer;

	fake_wr(f->m, 0, 0xffffffff);
	fake_wr(f->m, 0x8f2c00, 0xffffffff);
	fake_wr(f->m, 0x8f2c04, 0xffffffff);
	KUNIT_EXPECT_EQ(test, gsp_fsp_read_vgpu_knob(&f->fsp, &answer), -ENODEV);
}

static void questions_fit(struct kunit *test)
{
	struct fake_fsp *f = fake_fsp_create(test, fake_mmio_create(test));
	struct gsp_fsp_answer answer;
	u8 *payload = kunit_kzalloc(test, 1020, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, payload);
	KUNIT_EXPECT_EQ(test, gsp_fsp_ask(&f->fsp, PRC, payload, 1020, &answer), -EINVAL);
	KUNIT_EXPECT_EQ(test, gsp_fsp_ask(&f->fsp, PRC, payload, 3, &answer), -EINVAL);
	f->script[0] = (struct fake_fsp_message)ANSWER(PRC, 0);
	fake_fsp_start(test, f);
	KUNIT_EXPECT_EQ(test, gsp_fsp_ask(&f->fsp, PRC, payload, 1016, &answer), 0);
	KUNIT_EXPECT_EQ(test, f->question_size, 1024);
}

/* The real way into its memory: by an offset that moves on by itself. */
static void window_registers(struct kunit *test)
{
	struct gsp_mmio *m = fake_mmio_create(test);
	const __le32 out[2] = { cpu_to_le32(1), cpu_to_le32(0x11223344) };
	struct gsp_fsp fsp;
	__le32 in[2];

	gsp_fsp_init(&fsp, m);
	fsp.write_emem(&fsp, out, 2);
	KUNIT_EXPECT_EQ(test, fake_rd(m, 0x8f2ac0), 0x01000000);
	KUNIT_EXPECT_EQ(test, fake_rd(m, 0x8f2ac4), 0x11223344);
	fsp.read_emem(&fsp, in, 2);
	KUNIT_EXPECT_EQ(test, fake_rd(m, 0x8f2ac0), 0x02000000);
	KUNIT_EXPECT_EQ(test, le32_to_cpu(in[1]), 0x11223344);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(boot_status),
	KUNIT_CASE(knob_bytes),
	KUNIT_CASE(cot_bytes),
	KUNIT_CASE(cot_refused),
	KUNIT_CASE(error_is_an_answer),
	KUNIT_CASE_PARAM(malformed_answer, malformed_gen_params),
	KUNIT_CASE(longest_answer),
	KUNIT_CASE(others_skipped),
	KUNIT_CASE(late_message_dropped),
	KUNIT_CASE_SLOW(no_answer),
	KUNIT_CASE_SLOW(question_not_taken),
	KUNIT_CASE(gone),
	KUNIT_CASE(questions_fit),
	KUNIT_CASE(window_registers),
	{}
};

static struct kunit_suite suite = {
	.name = "gsp_core_fsp",
	.test_cases = cases,
};

kunit_test_suite(suite);
