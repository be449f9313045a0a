// SPDX-License-Identifier: GPL-2.0-only
/*
 * The copy engine's methods, executed by a decoder that knows class C7B5 as
 * its published header has it and notes what would be cleared.
 */
#include <kunit/test.h>
#include <linux/sizes.h>
#include <linux/string.h>

#include "chan/copy.h"
#include "chan/push.h"

#define WORDS		1024
#define VA		0x123456000ULL
#define COPY_CLASS		0xc7b5

struct engine {
	struct kunit *test;
	u32 reg[0x1000 / 4];
	u64 next;		/* where the next launch must begin */
	unsigned int launches;
	u64 sem_va;
	u32 payload;
	u32 class;
};

static void launch(struct engine *e, u32 val)
{
	u64 out = (u64)e->reg[0x408 / 4] << 32 | e->reg[0x40c / 4];
	u32 component = (e->reg[0x708 / 4] >> 16 & 3) + 1;
	u64 size = (u64)e->reg[0x418 / 4] * component;

	if (val & 3) {
		/* Non-pipelined, pitch to pitch, remapped, virtual, one line. */
		KUNIT_EXPECT_EQ(e->test, val, 0x04000582);
		KUNIT_EXPECT_EQ(e->test, e->reg[0x708 / 4] & 7, 5);
		KUNIT_EXPECT_EQ(e->test, e->reg[0x704 / 4], 0);
		KUNIT_EXPECT_GT(e->test, size, 0);
		KUNIT_EXPECT_LE(e->test, size, 0x80000000ULL);
		KUNIT_EXPECT_EQ(e->test, out % component, 0);
		KUNIT_EXPECT_EQ(e->test, out, e->next);
		e->next = out + size;
		e->launches++;
		return;
	}
	/* Nothing, then flush and one word. */
	KUNIT_EXPECT_EQ(e->test, val, 0x0400000c);
	e->sem_va = (u64)e->reg[0x240 / 4] << 32 | e->reg[0x244 / 4];
	e->payload = e->reg[0x248 / 4];
}

static void execute(struct engine *e, const struct gsp_push *p)
{
	unsigned int i = 0, nr;
	u32 word, method;

	KUNIT_ASSERT_LE(e->test, p->nr, p->room);
	while (i < p->nr) {
		word = le32_to_cpu(p->words[i++]);
		KUNIT_ASSERT_EQ(e->test, word >> 29, 1);
		KUNIT_EXPECT_EQ(e->test, word >> 13 & 7, 4);
		method = (word & 0xfff) << 2;
		for (nr = word >> 16 & 0x1fff; nr; nr--, method += 4) {
			KUNIT_ASSERT_LT(e->test, i, p->nr);
			word = le32_to_cpu(p->words[i++]);
			e->reg[method / 4] = word;
			if (method == 0x300)
				launch(e, word);
			if (method == 0)
				e->class = word;
		}
	}
}

static struct gsp_push push(struct kunit *test, unsigned int room)
{
	struct gsp_push p = { .room = room };

	p.words = kunit_kcalloc(test, room + 1, sizeof(*p.words), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, p.words);
	/* Nothing may be written behind the end. */
	p.words[room] = cpu_to_le32(0xdeadbeef);
	return p;
}

struct clear {
	const char *name;
	u64 va;
	u64 size;
	unsigned int launches;
};

static const struct clear clears[] = {
	{ "1 byte", VA, 1, 1 },
	{ "3 bytes", VA, 3, 1 },
	{ "4 bytes", VA, 4, 1 },
	{ "5 bytes", VA, 5, 2 },
	{ "odd address", VA + 1, 4096, 1 },
	{ "odd both", VA + 3, 4097, 1 },
	{ "page", VA, SZ_4K, 1 },
	{ "longest line", VA, SZ_2G, 1 },
	{ "one word more", VA, SZ_2G + 4ULL, 2 },
	{ "one byte more", VA, SZ_2G + 1ULL, 2 },
	{ "long and odd", VA + 1, 2ULL * SZ_2G + 1, 3 },
	{ "above 4 GiB", 0xffffff000ULL, SZ_8K, 1 },
	{ "48 GiB", 0x4000000000ULL, 48ULL * SZ_1G, 24 },
	{ "48 GiB but a byte", 0x4000000000ULL, 48ULL * SZ_1G - 1, 25 },
};

KUNIT_ARRAY_PARAM_DESC(clears, clears, name);

static void cleared_exactly(struct kunit *test)
{
	const struct clear *c = test->param_value;
	struct engine *e = kunit_kzalloc(test, sizeof(*e), GFP_KERNEL);
	struct gsp_push p = push(test, WORDS);

	KUNIT_ASSERT_NOT_NULL(test, e);
	e->test = test;
	e->next = c->va;
	KUNIT_EXPECT_EQ(test, gsp_copy_clear(&p, 0, c->va, c->size), c->size);
	execute(e, &p);
	KUNIT_EXPECT_EQ(test, e->next, c->va + c->size);
	KUNIT_EXPECT_EQ(test, e->launches, c->launches);
}

/* Whatever the room, each part goes on where the last one ended. */
static void cleared_in_parts(struct kunit *test)
{
	const struct clear *c = test->param_value;
	struct engine *e = kunit_kzalloc(test, sizeof(*e), GFP_KERNEL);
	unsigned int room, parts;
	struct gsp_push p;
	u64 done;

	KUNIT_ASSERT_NOT_NULL(test, e);
	for (room = GSP_COPY_CLEAR_WORDS; room < 40; room++) {
		memset(e, 0, sizeof(*e));
		e->test = test;
		e->next = c->va;
		parts = 0;
		for (done = 0; done < c->size; parts++) {
			p = push(test, room + GSP_COPY_RELEASE_WORDS);
			done += gsp_copy_clear(&p, GSP_COPY_RELEASE_WORDS, c->va + done,
					       c->size - done);
			gsp_copy_release(&p, VA, parts + 1);
			KUNIT_EXPECT_EQ(test, le32_to_cpu(p.words[p.room]), 0xdeadbeef);
			execute(e, &p);
			KUNIT_ASSERT_EQ(test, e->next, c->va + done);
			KUNIT_ASSERT_EQ(test, e->payload, parts + 1);
			KUNIT_ASSERT_LE(test, parts, c->launches);
		}
		KUNIT_EXPECT_EQ(test, e->launches, c->launches);
	}
}

static void no_room(struct kunit *test)
{
	struct gsp_push p = push(test, GSP_COPY_CLEAR_WORDS - 1);

	KUNIT_EXPECT_EQ(test, gsp_copy_clear(&p, 0, VA, SZ_4K), 0);
	KUNIT_EXPECT_EQ(test, p.nr, 0);
}

/* The words themselves, once. */
static void worked_out(struct kunit *test)
{
	static const u32 want[] = {
		0x20018000, 0x0000c7b5,
		0x200281c1, 0x00000000, 0x00030005,
		0x20028102, 0x00000001, 0x23456000,
		0x20018106, 0x00000400,
		0x200180c0, 0x04000582,
		0x20038090, 0x00000012, 0x34567890, 0x00000007,
		0x200180c0, 0x0400000c,
	};
	struct gsp_push p = push(test, WORDS);
	unsigned int i;

	gsp_copy_bind(&p, COPY_CLASS);
	KUNIT_EXPECT_EQ(test, p.nr, GSP_COPY_BIND_WORDS);
	gsp_copy_clear(&p, 0, VA, SZ_4K);
	KUNIT_EXPECT_EQ(test, p.nr, GSP_COPY_BIND_WORDS + GSP_COPY_CLEAR_WORDS);
	gsp_copy_release(&p, 0x1234567890, 7);
	KUNIT_ASSERT_EQ(test, p.nr, ARRAY_SIZE(want));
	for (i = 0; i < ARRAY_SIZE(want); i++)
		KUNIT_EXPECT_EQ(test, le32_to_cpu(p.words[i]), want[i]);
}

static void ring_entry(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, gsp_gpfifo_entry(0x12345678, 3), 0xc0012345678ULL);
	KUNIT_EXPECT_EQ(test, gsp_gpfifo_entry(0xfffffffffcULL, 0x1fffff),
			0x7ffffcfffffffffcULL);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(cleared_exactly, clears_gen_params),
	KUNIT_CASE_PARAM(cleared_in_parts, clears_gen_params),
	KUNIT_CASE(no_room),
	KUNIT_CASE(worked_out),
	KUNIT_CASE(ring_entry),
	{}
};

static struct kunit_suite suite = {
	.name = "gsp_core_chan_copy",
	.test_cases = cases,
};

kunit_test_suite(suite);
