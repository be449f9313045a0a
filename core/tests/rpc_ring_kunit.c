// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ring arithmetic, both ends on the same memory.
 */
#include <kunit/test.h>

#include <linux/errno.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/unaligned.h>
#include <linux/vmalloc.h>

#include "rpc/ring.h"

#define QUEUE	0x40000u
#define RING	(63u * 0x1000u)

/* Two queues, and both ends of the first one. */
struct pair {
	u8 *mem;
	u8 *there;
	u8 *back;
	struct gsp_ring in;
	struct gsp_ring out;
};

static void free_pair(void *mem)
{
	vfree(mem);
}

static void init_pair(struct kunit *test, struct pair *p)
{
	p->mem = vzalloc(2 * QUEUE);
	KUNIT_ASSERT_NOT_NULL(test, p->mem);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, free_pair, p->mem), 0);
	p->there = p->mem;
	p->back = p->mem + QUEUE;
	gsp_ring_format(p->there);
	gsp_ring_format(p->back);
	gsp_ring_init_producer(&p->in, p->there, p->back);
	gsp_ring_init_consumer(&p->out, p->there, p->back);
}

/* Move both ends to element @start of an empty ring. */
static void move_to(struct pair *p, u32 start)
{
	while (p->in.pos != start) {
		gsp_ring_publish(&p->in, 1);
		gsp_ring_consume(&p->out, 1);
	}
}

/* XOR of 64-bit little-endian words, one byte at a time. */
static u64 naive_xor(const u8 *src, size_t len)
{
	u64 sum = 0;
	size_t i;

	for (i = 0; i < len; i++)
		sum ^= (u64)src[i] << 8 * (i % 8);
	return sum;
}

static void fill(u8 *dst, size_t len, u32 seed)
{
	size_t i;

	for (i = 0; i < len; i++) {
		seed = seed * 1664525 + 1013904223;
		dst[i] = seed >> 24;
	}
}

static void ring_header(struct kunit *test)
{
	static const u32 want[9] = { 0, 0x40000, 0x1000, 63, 0, 1, 0x20, 0x1000, 0 };
	struct pair p;
	int i;

	init_pair(test, &p);
	memset(p.there, 0xa5, 0x1000);
	gsp_ring_format(p.there);
	for (i = 0; i < ARRAY_SIZE(want); i++)
		KUNIT_EXPECT_EQ_MSG(test, get_unaligned_le32(p.there + 4 * i), want[i],
				    "header word %d", i);
	for (i = 0x24; i < 0x1000; i++)
		if (p.there[i])
			KUNIT_FAIL(test, "header byte 0x%x not cleared", i);
}

/* Each end writes to one word only, in its own queue's header page. */
static void ring_pointer_places(struct kunit *test)
{
	struct pair p;

	init_pair(test, &p);
	gsp_ring_publish(&p.in, 5);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(p.there + 0x10), 5);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(p.back + 0x20), 0);
	gsp_ring_consume(&p.out, 3);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(p.there + 0x10), 5);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(p.back + 0x20), 3);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(p.there + 0x20), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(p.back + 0x10), 0);
}

static void ring_full_and_empty(struct kunit *test)
{
	struct pair p;
	u32 start, used;

	init_pair(test, &p);
	for (start = 0; start < 63; start++) {
		move_to(&p, start);
		for (used = 0; used <= 62; used++) {
			KUNIT_ASSERT_EQ(test, gsp_ring_room(&p.in), 62 - used);
			KUNIT_ASSERT_EQ(test, gsp_ring_avail(&p.out), used);
			if (used < 62)
				gsp_ring_publish(&p.in, 1);
		}
		KUNIT_ASSERT_LT(test, get_unaligned_le32(p.there + 0x10), 63);
		gsp_ring_consume(&p.out, 62);
		KUNIT_ASSERT_EQ(test, gsp_ring_room(&p.in), 62);
		KUNIT_ASSERT_EQ(test, gsp_ring_avail(&p.out), 0);
		move_to(&p, 0);
	}
}

/* Whatever is no index is refused, by either end. */
static void ring_bad_index(struct kunit *test)
{
	static const u32 bad[] = { 63, 64, 0x80000000, 0xffffffff };
	struct pair p;
	int i;

	init_pair(test, &p);
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		put_unaligned_le32(bad[i], p.there + 0x10);
		put_unaligned_le32(bad[i], p.back + 0x20);
		KUNIT_EXPECT_EQ(test, gsp_ring_avail(&p.out), -ERANGE);
		KUNIT_EXPECT_EQ(test, gsp_ring_room(&p.in), -ERANGE);
	}
	put_unaligned_le32(62, p.there + 0x10);
	put_unaligned_le32(62, p.back + 0x20);
	KUNIT_EXPECT_EQ(test, gsp_ring_avail(&p.out), 62);
	KUNIT_EXPECT_EQ(test, gsp_ring_room(&p.in), 61);
}

/* An end believes itself, not what the other end wrote over its index. */
static void ring_own_index(struct kunit *test)
{
	struct pair p;

	init_pair(test, &p);
	gsp_ring_publish(&p.in, 4);
	put_unaligned_le32(60, p.there + 0x10);
	KUNIT_EXPECT_EQ(test, gsp_ring_room(&p.in), 58);
	gsp_ring_publish(&p.in, 1);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(p.there + 0x10), 5);
}

/* There and back: bytes, sums, and nothing before or behind. */
static void copy_once(struct kunit *test, struct pair *p, size_t from, size_t off, size_t len)
{
	u8 mem[160], *src = mem + from, *dst = mem + 88 + from;
	u64 want;

	memset(mem, 0xee, sizeof(mem));
	fill(src, len, 1 + len);
	memset(p->in.elems, 0xcc, 128);
	want = naive_xor(src, len);
	KUNIT_ASSERT_EQ(test, gsp_ring_copy_in(&p->in, off, src, len), want);
	KUNIT_ASSERT_EQ(test, p->in.elems[off - 1], 0xcc);
	KUNIT_ASSERT_EQ(test, p->in.elems[off + len], 0xcc);
	KUNIT_ASSERT_EQ(test, gsp_ring_copy_out(&p->out, off, dst, len), want);
	KUNIT_ASSERT_EQ(test, gsp_ring_copy_out(&p->out, off, NULL, len), want);
	KUNIT_ASSERT_EQ(test, memcmp(dst, src, len), 0);
	KUNIT_ASSERT_EQ(test, dst[-1], 0xee);
	KUNIT_ASSERT_EQ(test, dst[len], 0xee);
}

/* Every alignment and every small length. */
static void ring_copy_alignment(struct kunit *test)
{
	struct pair p;
	size_t from, off, len;

	init_pair(test, &p);
	for (from = 0; from < 8; from++)
		for (off = 16; off < 24; off++)
			for (len = 0; len <= 40; len++)
				copy_once(test, &p, from, off, len);
}

/* Sixteen elements from every start: the bytes and their sum survive the wrap. */
static void ring_copy_wrap(struct kunit *test)
{
	const size_t len = 16 * 0x1000 - 0x53;
	u8 *src = kunit_kmalloc(test, len, GFP_KERNEL);
	u8 *dst = kunit_kmalloc(test, len, GFP_KERNEL);
	struct pair p;
	u32 start;
	u64 want;

	KUNIT_ASSERT_NOT_NULL(test, src);
	KUNIT_ASSERT_NOT_NULL(test, dst);
	init_pair(test, &p);
	fill(src, len, 2);
	want = naive_xor(src, len);
	for (start = 0; start < 63; start++) {
		move_to(&p, start);
		memset(p.in.elems, 0, RING);
		memset(dst, 0, len);
		KUNIT_ASSERT_EQ(test, gsp_ring_copy_in(&p.in, 0x53, src, len), want);
		KUNIT_ASSERT_EQ(test, gsp_ring_copy_out(&p.out, 0x53, dst, len), want);
		KUNIT_ASSERT_EQ(test, gsp_ring_copy_out(&p.out, 0x53, NULL, len), want);
		KUNIT_ASSERT_EQ(test, memcmp(dst, src, len), 0);
		KUNIT_ASSERT_EQ(test, p.in.elems[start * 0x1000 + 0x53], src[0]);
	}
	/* The header pages on both sides of the elements are as they were. */
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(p.there + 0x1c), 0x1000);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(p.back + 0x04), 0x40000);
}

/* A copy that lies wholly behind the wrap. */
static void ring_copy_behind_wrap(struct kunit *test)
{
	struct pair p;
	u8 src[24], dst[24] = {};

	init_pair(test, &p);
	fill(src, sizeof(src), 3);
	move_to(&p, 62);
	gsp_ring_copy_in(&p.in, 0x1000 + 8, src, sizeof(src));
	KUNIT_EXPECT_EQ(test, memcmp(p.in.elems + 8, src, sizeof(src)), 0);
	gsp_ring_copy_out(&p.out, 0x1000 + 8, dst, sizeof(dst));
	KUNIT_EXPECT_EQ(test, memcmp(dst, src, sizeof(src)), 0);
}

static struct kunit_case ring_cases[] = {
	KUNIT_CASE(ring_header),
	KUNIT_CASE(ring_pointer_places),
	KUNIT_CASE(ring_full_and_empty),
	KUNIT_CASE(ring_bad_index),
	KUNIT_CASE(ring_own_index),
	KUNIT_CASE(ring_copy_alignment),
	KUNIT_CASE(ring_copy_wrap),
	KUNIT_CASE(ring_copy_behind_wrap),
	{}
};

static struct kunit_suite ring_suite = {
	.name = "gsp_rpc_ring",
	.test_cases = ring_cases,
};

kunit_test_suite(ring_suite);
