// SPDX-License-Identifier: GPL-2.0-only
/*
 * Messages: layout, checksum, sizes, and what is refused. Offsets and bytes
 * are written out, the driver's own names are what is being tested.
 */
#include <kunit/test.h>

#include <linux/math.h>
#include <linux/string.h>
#include <linux/unaligned.h>
#include <linux/vmalloc.h>

#include "rpc/msg.h"
#include "rpc/ring.h"
#include "rpc/rpc.h"

#define QUEUE		0x40000u
#define MAX_PAYLOAD	0xffb0u

struct wire {
	u8 *mem;
	u8 *there;
	struct gsp_ring in;
	struct gsp_ring out;
	u8 *src;
	u8 *dst;
};

static void free_mem(void *mem)
{
	vfree(mem);
}

static void *get_mem(struct kunit *test, size_t size)
{
	void *mem = vzalloc(size);

	KUNIT_ASSERT_NOT_NULL(test, mem);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, free_mem, mem), 0);
	return mem;
}

static void init_wire(struct kunit *test, struct wire *w)
{
	size_t i;

	w->mem = get_mem(test, 2 * QUEUE);
	w->there = w->mem;
	memset(w->mem, 0x5a, 2 * QUEUE);	/* stale bytes everywhere */
	gsp_ring_format(w->mem);
	gsp_ring_format(w->mem + QUEUE);
	gsp_ring_init_producer(&w->in, w->mem, w->mem + QUEUE);
	gsp_ring_init_consumer(&w->out, w->mem, w->mem + QUEUE);
	w->src = get_mem(test, 0x10000);
	w->dst = get_mem(test, 0x20000);
	for (i = 0; i < 0x10000; i++)
		w->src[i] = i * 7 + (i >> 8) + 1;
}

static u8 *elem(struct wire *w)
{
	return w->there + 0x1000 + w->in.pos * 0x1000;
}

/* The known messages of contract and drivers. */
struct vector {
	const char *name;
	u32 fn;
	u32 elem_seq;
	u32 result;
	u32 len;
	const u8 *payload;
	u32 checksum;
};

#define DEFAULT_KEYS							\
	"RMSecBusResetEnable\0RMForcePcieConfigSave\0RMDevidCheckIgnore"

static const u8 registry[0x75] =
	"\x75\x00\x00\x00\x03\x00\x00\x00"
	"\x38\x00\x00\x00\x01\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00"
	"\x4c\x00\x00\x00\x01\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00"
	"\x62\x00\x00\x00\x01\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00"
	DEFAULT_KEYS;

static const u8 zeros[0x678];

static const struct vector vectors[] = {
	{ "INIT_DONE", 0x1001, 1, 0, 0, zeros, 0x40504277 },
	{ "RUN_CPU_SEQUENCER", 0x1002, 0, 0, 40, zeros, 0x4050421d },
	{ "SET_REGISTRY", 73, 1, 0xffffffff, 0x75, registry, 0x7238499c },
	{ "GET_GSP_STATIC_INFO", 65, 2, 0xffffffff, 0x678, zeros, 0x4050548c },
	{ "UNLOADING_GUEST_DRIVER", 47, 3, 0xffffffff, 8, zeros, 0x40505253 },
};

static void check_vector(struct kunit *test, struct wire *w, const struct vector *v)
{
	struct gsp_payload from = { .body = (void *)v->payload, .body_len = v->len };
	struct gsp_msg msg = { .fn = v->fn, .elem_seq = v->elem_seq,
			       .result = v->result, .len = v->len }, got;
	u8 *e = elem(w);
	u8 want[0x50] = {};

	put_unaligned_le32(v->checksum, want + 0x20);
	put_unaligned_le32(v->elem_seq, want + 0x24);
	put_unaligned_le32(1, want + 0x28);
	put_unaligned_le32(0x03000000, want + 0x30);
	memcpy(want + 0x34, "VRPC", 4);
	put_unaligned_le32(0x20 + v->len, want + 0x38);
	put_unaligned_le32(v->fn, want + 0x3c);
	put_unaligned_le32(v->result, want + 0x40);
	put_unaligned_le32(v->result, want + 0x44);

	gsp_msg_write(&w->in, &msg, &from, 0);
	gsp_ring_publish(&w->in, msg.nr_elems);
	KUNIT_EXPECT_EQ_MSG(test, get_unaligned_le32(e + 0x20), v->checksum, "%s", v->name);
	KUNIT_EXPECT_MEMEQ_MSG(test, e, want, sizeof(want), "%s", v->name);
	KUNIT_EXPECT_MEMEQ_MSG(test, e + 0x50, v->payload, v->len, "%s", v->name);
	/* The last word is padded; behind it are stale bytes. */
	KUNIT_EXPECT_MEMEQ_MSG(test, e + 0x50 + v->len, zeros, -v->len & 7, "%s", v->name);
	KUNIT_EXPECT_EQ_MSG(test, e[0x50 + round_up(v->len, 8)], 0x5a, "%s", v->name);

	KUNIT_ASSERT_EQ(test, gsp_msg_peek(&w->out, &got), GSP_MSG_OK);
	gsp_msg_read(&w->out, &got, NULL, 0);
	gsp_ring_consume(&w->out, got.nr_elems);
	KUNIT_EXPECT_TRUE_MSG(test, gsp_msg_intact(&got), "%s", v->name);
	KUNIT_EXPECT_EQ(test, got.fn, v->fn);
	KUNIT_EXPECT_EQ(test, got.elem_seq, v->elem_seq);
	KUNIT_EXPECT_EQ(test, got.result, v->result);
	KUNIT_EXPECT_EQ(test, got.len, v->len);
}

static void msg_vectors(struct kunit *test)
{
	struct wire w;
	int i;

	init_wire(test, &w);
	for (i = 0; i < ARRAY_SIZE(vectors); i++)
		check_vector(test, &w, &vectors[i]);
}

/* The bytes of INIT_DONE as they stand in the contract, read only. */
static void msg_init_done_bytes(struct kunit *test)
{
	static const u8 tail[] =
		"\x77\x42\x50\x40\x01\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00"
		"\x00\x00\x00\x03\x56\x52\x50\x43\x20\x00\x00\x00\x01\x10\x00\x00"
		"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00";
	struct gsp_msg msg;
	struct wire w;

	BUILD_BUG_ON(sizeof(tail) != 0x30);
	init_wire(test, &w);
	memset(elem(&w), 0, 0x20);
	memcpy(elem(&w) + 0x20, tail, 0x30);
	gsp_ring_publish(&w.in, 1);
	KUNIT_ASSERT_EQ(test, gsp_msg_peek(&w.out, &msg), GSP_MSG_OK);
	gsp_msg_read(&w.out, &msg, NULL, 0);
	KUNIT_EXPECT_TRUE(test, gsp_msg_intact(&msg));
	KUNIT_EXPECT_EQ(test, msg.fn, 0x1001);
	KUNIT_EXPECT_EQ(test, msg.len, 0);
}

static void msg_sequence_place(struct kunit *test)
{
	struct gsp_msg msg = { .fn = 76, .sequence = 0x11223344 };
	struct wire w;

	init_wire(test, &w);
	gsp_msg_write(&w.in, &msg, NULL, 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(elem(&w) + 0x48), 0x11223344);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(elem(&w) + 0x4c), 0);
}

/* One message there and back, split at @head on the way in, @head2 on the way out. */
static void round_trip(struct kunit *test, struct wire *w, size_t len, size_t head, size_t head2)
{
	struct gsp_payload from = { .head = w->src, .head_len = head,
				    .body = w->src + head, .body_len = len - head };
	struct gsp_payload to = { .head = w->dst + 1, .head_len = head2,
				  .body = w->dst + 1 + head2, .body_len = len - head2 };
	struct gsp_msg msg = { .fn = 10, .len = len }, got;

	memset(w->dst, 0xee, len + 2);
	gsp_msg_write(&w->in, &msg, &from, 0);
	KUNIT_ASSERT_EQ(test, msg.nr_elems, (0x50 + len + 0xfff) / 0x1000);
	gsp_ring_publish(&w->in, msg.nr_elems);
	KUNIT_ASSERT_EQ(test, gsp_msg_peek(&w->out, &got), GSP_MSG_OK);
	KUNIT_ASSERT_EQ(test, got.len, len);
	gsp_msg_read(&w->out, &got, &to, 0);
	gsp_ring_consume(&w->out, got.nr_elems);
	KUNIT_ASSERT_TRUE_MSG(test, gsp_msg_intact(&got), "len 0x%zx head %zu", len, head);
	KUNIT_ASSERT_EQ(test, memcmp(w->dst + 1, w->src, len), 0);
	KUNIT_ASSERT_EQ(test, w->dst[0], 0xee);
	KUNIT_ASSERT_EQ(test, w->dst[len + 1], 0xee);
}

/* Sizes around every boundary; the ring moves on, so all of them wrap somewhere. */
static void msg_sizes(struct kunit *test)
{
	static const size_t lens[] = {
		0, 1, 7, 8, 9, 0xfaf, 0xfb0, 0xfb1, 0x1fb0, 0x1fb1, 0xefb0, 0xefb1,
		0xffaf, 0xffb0,
	};
	struct wire w;
	size_t head;
	int i, turn;

	init_wire(test, &w);
	for (turn = 0; turn < 63; turn++) {
		for (i = 0; i < ARRAY_SIZE(lens); i++) {
			head = min_t(size_t, lens[i], turn);
			round_trip(test, &w, lens[i], head, lens[i] - head);
		}
	}
}

/* Part of a longer payload: the head may end before, in, or behind the part. */
static void msg_parts(struct kunit *test)
{
	struct gsp_payload from, to;
	struct gsp_msg msg, got;
	size_t head, at;
	struct wire w;

	init_wire(test, &w);
	for (head = 0; head <= 64; head += 13) {
		for (at = 0; at <= 64; at += 7) {
			from = (struct gsp_payload){ w.src, head, w.src + head, 200 - head };
			to = (struct gsp_payload){ w.dst, head, w.dst + head, 200 - head };
			msg = (struct gsp_msg){ .fn = 71, .len = 100 };
			memset(w.dst, 0xee, 201);
			gsp_msg_write(&w.in, &msg, &from, at);
			gsp_ring_publish(&w.in, msg.nr_elems);
			KUNIT_ASSERT_EQ(test, gsp_msg_peek(&w.out, &got), GSP_MSG_OK);
			gsp_msg_read(&w.out, &got, &to, at);
			gsp_ring_consume(&w.out, got.nr_elems);
			KUNIT_ASSERT_TRUE(test, gsp_msg_intact(&got));
			KUNIT_ASSERT_EQ(test, memcmp(w.dst + at, w.src + at, 100), 0);
			KUNIT_ASSERT_EQ(test, w.dst[at + 100], 0xee);
			if (at)
				KUNIT_ASSERT_EQ(test, w.dst[at - 1], 0xee);
		}
	}
}

/* More arrives than fits: the rest is summed and thrown away. */
static void msg_capacity(struct kunit *test)
{
	struct gsp_payload from, to;
	struct gsp_msg msg, got;
	size_t room, head;
	struct wire w;

	init_wire(test, &w);
	for (room = 0; room <= 90; room++) {
		head = room / 3;
		from = (struct gsp_payload){ .body = w.src, .body_len = 83 };
		to = (struct gsp_payload){ w.dst, head, w.dst + head, room - head };
		msg = (struct gsp_msg){ .fn = 10, .len = 83 };
		memset(w.dst, 0xee, 200);
		gsp_msg_write(&w.in, &msg, &from, 0);
		gsp_ring_publish(&w.in, msg.nr_elems);
		KUNIT_ASSERT_EQ(test, gsp_msg_peek(&w.out, &got), GSP_MSG_OK);
		gsp_msg_read(&w.out, &got, &to, 0);
		gsp_ring_consume(&w.out, got.nr_elems);
		KUNIT_ASSERT_TRUE(test, gsp_msg_intact(&got));
		KUNIT_ASSERT_EQ(test, memcmp(w.dst, w.src, min_t(size_t, room, 83)), 0);
		KUNIT_ASSERT_EQ(test, w.dst[min_t(size_t, room, 83)], 0xee);
	}
}

/* A body without memory is checked and thrown away; the head arrives. */
static void msg_no_body(struct kunit *test)
{
	struct wire w;
	struct gsp_payload from, to;
	struct gsp_msg msg = { .fn = 10, .len = 50 }, got;

	init_wire(test, &w);
	from = (struct gsp_payload){ .body = w.src, .body_len = 50 };
	to = (struct gsp_payload){ .head = w.dst, .head_len = 11, .body_len = 39 };
	gsp_msg_write(&w.in, &msg, &from, 0);
	gsp_ring_publish(&w.in, msg.nr_elems);
	KUNIT_ASSERT_EQ(test, gsp_msg_peek(&w.out, &got), GSP_MSG_OK);
	gsp_msg_read(&w.out, &got, &to, 0);
	KUNIT_EXPECT_TRUE(test, gsp_msg_intact(&got));
	KUNIT_EXPECT_MEMEQ(test, w.dst, w.src, 11);
	KUNIT_EXPECT_EQ(test, w.dst[11], 0);
}

/* Every single flipped bit up to the last payload byte is noticed, none behind it. */
static void msg_bit_flips(struct kunit *test)
{
	const size_t len = 21, end = 0x50 + len;
	struct gsp_msg msg = { .fn = 10, .len = len }, got;
	struct gsp_payload from;
	enum gsp_msg_verdict verdict;
	struct wire w;
	size_t bit;
	u8 *e;

	init_wire(test, &w);
	from = (struct gsp_payload){ .body = w.src, .body_len = len };
	gsp_msg_write(&w.in, &msg, &from, 0);
	e = elem(&w);
	gsp_ring_publish(&w.in, 1);
	for (bit = 0; bit < 8 * (end + 16); bit++) {
		e[bit / 8] ^= 1 << bit % 8;
		verdict = gsp_msg_peek(&w.out, &got);
		if (verdict == GSP_MSG_OK) {
			gsp_msg_read(&w.out, &got, NULL, 0);
			KUNIT_ASSERT_EQ_MSG(test, gsp_msg_intact(&got), bit / 8 >= end,
					    "bit %zu", bit);
		} else {
			KUNIT_ASSERT_LT_MSG(test, bit / 8, end, "bit %zu", bit);
		}
		e[bit / 8] ^= 1 << bit % 8;
	}
}

/* One word of the headers changed, and what has to be said about it. */
static const struct {
	u32 off;
	u32 val;
	enum gsp_msg_verdict want;
} verdicts[] = {
	{ 0x28, 0, GSP_MSG_BAD_ELEMENTS },
	{ 0x28, 2, GSP_MSG_BAD_LENGTH },
	{ 0x28, 16, GSP_MSG_BAD_LENGTH },
	{ 0x28, 17, GSP_MSG_BAD_ELEMENTS },
	{ 0x28, 0xffffffff, GSP_MSG_BAD_ELEMENTS },
	{ 0x38, 0, GSP_MSG_BAD_LENGTH },
	{ 0x38, 31, GSP_MSG_BAD_LENGTH },
	{ 0x38, 0xfd0, GSP_MSG_OK },
	{ 0x38, 0xfd1, GSP_MSG_BAD_LENGTH },
	{ 0x38, 0xffd0, GSP_MSG_BAD_LENGTH },
	{ 0x38, 0xffffffff, GSP_MSG_BAD_LENGTH },
	{ 0x38, 0xffffffe0, GSP_MSG_BAD_LENGTH },
	{ 0x30, 0x02000000, GSP_MSG_BAD_HEADER },
	{ 0x34, 0x56525043, GSP_MSG_BAD_HEADER },
	{ 0x2c, 0x12345678, GSP_MSG_OK },
	{ 0x3c, 0xffffffff, GSP_MSG_OK },
};

static void msg_verdicts(struct kunit *test)
{
	struct gsp_msg msg = { .fn = 10, .len = 8 }, got;
	struct gsp_payload from;
	struct wire w;
	int i;

	init_wire(test, &w);
	from = (struct gsp_payload){ .body = w.src, .body_len = 8 };
	KUNIT_EXPECT_EQ(test, gsp_msg_peek(&w.out, &got), GSP_MSG_NONE);
	gsp_ring_publish(&w.in, 20);
	gsp_ring_consume(&w.out, 20);
	for (i = 0; i < ARRAY_SIZE(verdicts); i++) {
		gsp_msg_write(&w.in, &msg, &from, 0);
		put_unaligned_le32(verdicts[i].val, elem(&w) + verdicts[i].off);
		gsp_ring_publish(&w.in, 20);
		KUNIT_EXPECT_EQ_MSG(test, gsp_msg_peek(&w.out, &got), verdicts[i].want,
				    "word 0x%x = 0x%x", verdicts[i].off, verdicts[i].val);
		gsp_ring_consume(&w.out, 20);
	}
}

/* The count must not reach beyond what was published, nor the index beyond the ring. */
static void msg_published(struct kunit *test)
{
	struct gsp_msg msg = { .fn = 10, .len = MAX_PAYLOAD }, got;
	struct gsp_payload from;
	struct wire w;

	init_wire(test, &w);
	from = (struct gsp_payload){ .body = w.src, .body_len = MAX_PAYLOAD };
	gsp_msg_write(&w.in, &msg, &from, 0);
	KUNIT_EXPECT_EQ(test, msg.nr_elems, 16);
	gsp_ring_publish(&w.in, 15);
	KUNIT_EXPECT_EQ(test, gsp_msg_peek(&w.out, &got), GSP_MSG_BAD_ELEMENTS);
	gsp_ring_publish(&w.in, 1);
	KUNIT_EXPECT_EQ(test, gsp_msg_peek(&w.out, &got), GSP_MSG_OK);
	put_unaligned_le32(63, w.there + 0x10);
	KUNIT_EXPECT_EQ(test, gsp_msg_peek(&w.out, &got), GSP_MSG_BAD_INDEX);
}

static struct kunit_case msg_cases[] = {
	KUNIT_CASE(msg_vectors),
	KUNIT_CASE(msg_init_done_bytes),
	KUNIT_CASE(msg_sequence_place),
	KUNIT_CASE(msg_sizes),
	KUNIT_CASE(msg_parts),
	KUNIT_CASE(msg_capacity),
	KUNIT_CASE(msg_no_body),
	KUNIT_CASE(msg_bit_flips),
	KUNIT_CASE(msg_verdicts),
	KUNIT_CASE(msg_published),
	{}
};

static struct kunit_suite msg_suite = {
	.name = "gsp_rpc_msg",
	.test_cases = msg_cases,
};

kunit_test_suite(msg_suite);
