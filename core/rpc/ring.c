// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ring arithmetic on plain memory.
 *
 * A ring is 63 elements of 4 KiB. Both indices count elements modulo 63;
 * equal means empty, and one element stays free. msg.c knows what an element
 * holds, shm.c whose memory it is. Either end can be set up on the same
 * memory, so a test runs both.
 *
 * Copying and the XOR for the checksum are one pass: every copy returns the
 * XOR of the bytes it moved, as little-endian 64-bit words counted from the
 * first byte moved, the last word padded with zeros. The ring is read once;
 * what is judged is what was copied.
 */
#include "rpc/ring.h"

#include <asm/byteorder.h>
#include <linux/bitops.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#include <asm/barrier.h>

#include <kunit/visibility.h>

static __le32 *ring_word(void *queue, size_t off)
{
	return queue + off;
}

/**
 * gsp_ring_format() - write the header page of a queue, empty
 * @queue: the queue's memory, header page first
 *
 * Context: Any. The other end must not be looking yet.
 */
void gsp_ring_format(void *queue)
{
	memset(queue, 0, GSP_RING_ELEM_SIZE);
	*ring_word(queue, GSP_RING_HDR_VERSION) = 0;
	*ring_word(queue, GSP_RING_HDR_SIZE) = cpu_to_le32(GSP_RING_QUEUE_SIZE);
	*ring_word(queue, GSP_RING_HDR_MSG_SIZE) = cpu_to_le32(GSP_RING_ELEM_SIZE);
	*ring_word(queue, GSP_RING_HDR_MSG_COUNT) = cpu_to_le32(GSP_RING_NR_ELEMS);
	*ring_word(queue, GSP_RING_HDR_FLAGS) = cpu_to_le32(GSP_RING_FLAG_SWAP_RX);
	*ring_word(queue, GSP_RING_HDR_RX_OFF) = cpu_to_le32(GSP_RING_HDR_READ_PTR);
	*ring_word(queue, GSP_RING_HDR_ENTRY_OFF) = cpu_to_le32(GSP_RING_ELEM_SIZE);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_ring_format);

/**
 * gsp_ring_init_producer() - become the writing end of a queue
 * @ring: the end
 * @queue: memory of the queue written to
 * @reverse: memory of the queue that runs the other way
 *
 * Context: Any.
 */
void gsp_ring_init_producer(struct gsp_ring *ring, void *queue, void *reverse)
{
	ring->elems = queue + GSP_RING_ELEM_SIZE;
	ring->mine = ring_word(queue, GSP_RING_HDR_WRITE_PTR);
	ring->theirs = ring_word(reverse, GSP_RING_HDR_READ_PTR);
	ring->pos = 0;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_ring_init_producer);

/**
 * gsp_ring_init_consumer() - become the reading end of a queue
 * @ring: the end
 * @queue: memory of the queue read from
 * @reverse: memory of the queue that runs the other way
 *
 * Context: Any.
 */
void gsp_ring_init_consumer(struct gsp_ring *ring, void *queue, void *reverse)
{
	ring->elems = queue + GSP_RING_ELEM_SIZE;
	ring->mine = ring_word(reverse, GSP_RING_HDR_READ_PTR);
	ring->theirs = ring_word(queue, GSP_RING_HDR_WRITE_PTR);
	ring->pos = 0;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_ring_init_consumer);

/* Elements from @from up to @to, or -ERANGE when @to is no index. */
static int ring_distance(u32 from, u32 to)
{
	if (to >= GSP_RING_NR_ELEMS)
		return -ERANGE;
	return to >= from ? to - from : to + GSP_RING_NR_ELEMS - from;
}

/**
 * gsp_ring_room() - how many elements the producer may write
 * @ring: a producer's end
 *
 * Context: Any; the end's owner.
 * Return: 0 to %GSP_RING_MAX_USED; -ERANGE when the other end's index is no
 * index.
 */
int gsp_ring_room(const struct gsp_ring *ring)
{
	u32 read = le32_to_cpu(READ_ONCE(*ring->theirs));
	int used;

	if (read >= GSP_RING_NR_ELEMS)
		return -ERANGE;
	used = ring_distance(read, ring->pos);

	/* What the consumer gave back is overwritten only after it said so. */
	dma_mb();
	return GSP_RING_MAX_USED - used;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_ring_room);

/**
 * gsp_ring_avail() - how many elements the consumer may read
 * @ring: a consumer's end
 *
 * Context: Any; the end's owner.
 * Return: 0 to %GSP_RING_MAX_USED; -ERANGE when the other end's index is no
 * index.
 */
int gsp_ring_avail(const struct gsp_ring *ring)
{
	int nr = ring_distance(ring->pos, le32_to_cpu(READ_ONCE(*ring->theirs)));

	/* Elements are read only after the index that covers them. */
	dma_rmb();
	return nr;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_ring_avail);

/* XOR of up to seven bytes as one zero-padded little-endian word. */
static u64 tail_word(const u8 *src, size_t len)
{
	u8 word[8] = {};

	memcpy(word, src, len);
	return get_unaligned_le64(word);
}

/* Copy and XOR in one pass. Each word of @src is read exactly once. */
static u64 copy_xor(u8 *dst, const u8 *src, size_t len)
{
	u64 sum = 0, word;

	for (; len >= 8; len -= 8, src += 8, dst += 8) {
		word = get_unaligned_le64(src);
		/* What is summed is what was stored: no second load. */
		OPTIMIZER_HIDE_VAR(word);
		put_unaligned_le64(word, dst);
		sum ^= word;
	}
	if (len) {
		word = tail_word(src, len);
		OPTIMIZER_HIDE_VAR(word);
		sum ^= word;
		for (; len; len--, word >>= 8)
			*dst++ = word;
	}
	return sum;
}

/* XOR without copying: for bytes that are checked and thrown away. */
static u64 only_xor(const u8 *src, size_t len)
{
	u64 sum = 0;

	for (; len >= 8; len -= 8, src += 8)
		sum ^= get_unaligned_le64(src);
	if (len)
		sum ^= tail_word(src, len);
	return sum;
}

static u64 copy_segment(u8 *dst, const u8 *src, size_t len)
{
	return dst ? copy_xor(dst, src, len) : only_xor(src, len);
}

/* Byte offset @off from the current element to a place in the ring. */
static size_t ring_place(const struct gsp_ring *ring, size_t off)
{
	size_t at = ring->pos * GSP_RING_ELEM_SIZE + off;
	size_t size = GSP_RING_NR_ELEMS * GSP_RING_ELEM_SIZE;

	return at >= size ? at - size : at;
}

static size_t ring_until_wrap(size_t at)
{
	return GSP_RING_NR_ELEMS * GSP_RING_ELEM_SIZE - at;
}

/* The second part of a wrapped copy starts @skew bytes into a word. */
static u64 lane(u64 sum, size_t skew)
{
	return rol64(sum, 8 * (skew & 7));
}

/**
 * gsp_ring_copy_in() - write bytes behind the producer's index
 * @ring: a producer's end
 * @off: distance in bytes from the first unpublished element
 * @src: the bytes
 * @len: how many; @off + @len lies within the room that was found
 *
 * Context: Any; the end's owner.
 * Return: XOR of the bytes as little-endian words from @src on.
 */
u64 gsp_ring_copy_in(struct gsp_ring *ring, size_t off, const void *src, size_t len)
{
	size_t at = ring_place(ring, off);
	size_t first = min(len, ring_until_wrap(at));
	u64 sum;

	sum = copy_xor(ring->elems + at, src, first);
	if (first < len)
		sum ^= lane(copy_xor(ring->elems, src + first, len - first), first);
	return sum;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_ring_copy_in);

/**
 * gsp_ring_copy_out() - read bytes from the consumer's index on
 * @ring: a consumer's end
 * @off: distance in bytes from the first unconsumed element
 * @dst: where to; NULL only sums up
 * @len: how many; @off + @len lies within what is available
 *
 * Context: Any; the end's owner.
 * Return: XOR of the bytes as little-endian words from @off on.
 */
u64 gsp_ring_copy_out(const struct gsp_ring *ring, size_t off, void *dst, size_t len)
{
	size_t at = ring_place(ring, off);
	size_t first = min(len, ring_until_wrap(at));
	u64 sum;

	sum = copy_segment(dst, ring->elems + at, first);
	if (first < len)
		sum ^= lane(copy_segment(dst ? dst + first : NULL, ring->elems, len - first),
			    first);
	return sum;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_ring_copy_out);

/**
 * gsp_ring_elem() - the element at this end's index
 * @ring: either end
 *
 * Context: Any; the end's owner.
 * Return: the element's first byte; the element does not wrap.
 */
void *gsp_ring_elem(const struct gsp_ring *ring)
{
	return ring->elems + ring->pos * GSP_RING_ELEM_SIZE;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_ring_elem);

static void ring_advance(struct gsp_ring *ring, u32 nr)
{
	ring->pos += nr;
	if (ring->pos >= GSP_RING_NR_ELEMS)
		ring->pos -= GSP_RING_NR_ELEMS;
}

/**
 * gsp_ring_publish() - give elements to the consumer
 * @ring: a producer's end
 * @nr: how many; at most what gsp_ring_room() found
 *
 * Context: Any; the end's owner.
 */
void gsp_ring_publish(struct gsp_ring *ring, u32 nr)
{
	ring_advance(ring, nr);
	/* The elements are visible before the index that covers them. */
	dma_wmb();
	WRITE_ONCE(*ring->mine, cpu_to_le32(ring->pos));
}
EXPORT_SYMBOL_IF_KUNIT(gsp_ring_publish);

/**
 * gsp_ring_consume() - give elements back to the producer
 * @ring: a consumer's end
 * @nr: how many; at most what gsp_ring_avail() found
 *
 * Context: Any; the end's owner.
 */
void gsp_ring_consume(struct gsp_ring *ring, u32 nr)
{
	ring_advance(ring, nr);
	/* The elements were read before they may be written again. */
	dma_mb();
	WRITE_ONCE(*ring->mine, cpu_to_le32(ring->pos));
}
EXPORT_SYMBOL_IF_KUNIT(gsp_ring_consume);
