// SPDX-License-Identifier: GPL-2.0-only
/*
 * One message in consecutive elements of a ring.
 *
 *	0x00  authentication tag, additional data (zero)
 *	0x20  checksum       0x24  element sequence
 *	0x28  element count  0x2c  padding
 *	0x30  header version 0x34  signature
 *	0x38  length, from 0x30 to the end of the payload
 *	0x3c  function       0x40  result          0x44  private result
 *	0x48  sequence       0x4c  spare
 *	0x50  payload
 *
 * The checksum makes the XOR of all 64-bit words up to the end of the
 * payload, the last one padded with zeros, fold to zero. It is computed while
 * the payload is copied; both directions touch each payload byte once.
 *
 * A payload longer than one message goes on in continuation records: the
 * first message is full, each record has its own headers and carries the next
 * bytes. No header tells the total, so the layer above says when to stop.
 */
#include "rpc/msg.h"

#include <asm/byteorder.h>
#include <linux/bitops.h>
#include <linux/compiler.h>
#include <linux/export.h>
#include <linux/minmax.h>
#include <linux/wordpart.h>

#include <kunit/visibility.h>

#include "rpc/rpc.h"

#define MSG_HDR_WORDS	(GSP_MSG_HDR / 8)
#define MSG_VERSION	0x03000000u
#define MSG_SIGNATURE	0x43505256u	/* the bytes "VRPC" */

/* Two neighbouring 32-bit fields, the first one at the lower address. */
static u64 pair(u32 low, u32 high)
{
	return (u64)high << 32 | low;
}

static u32 fold(u64 sum)
{
	return upper_32_bits(sum) ^ lower_32_bits(sum);
}

/* The XOR of bytes that start @skew bytes behind a word's first byte. */
static u64 shifted(u64 sum, size_t skew)
{
	return rol64(sum, 8 * (skew & 7));
}

/* Copy @len bytes of @from, starting at its byte @at, behind the headers. */
static u64 write_payload(struct gsp_ring *ring, const struct gsp_payload *from,
			 size_t at, size_t len)
{
	static const u8 zeros[8];
	size_t done = 0;
	u64 sum = 0;

	if (at < from->head_len) {
		done = min(len, from->head_len - at);
		sum = gsp_ring_copy_in(ring, GSP_MSG_HDR, from->head + at, done);
	}
	if (done < len)
		sum ^= shifted(gsp_ring_copy_in(ring, GSP_MSG_HDR + done,
						from->body + (at + done - from->head_len),
						len - done), done);
	if (len & 7)
		gsp_ring_copy_in(ring, GSP_MSG_HDR + len, zeros, 8 - (len & 7));
	return sum;
}

/**
 * gsp_msg_write() - put a message behind the producer's index
 * @ring: a producer's end with room for gsp_msg_elems(@msg->len) elements
 * @msg: fields of the headers; @nr_elems is filled in
 * @from: payload the message is taken from
 * @at: first byte of @from that goes into this message
 *
 * Copies @msg->len bytes, at most %GSP_MSG_MAX_PAYLOAD. Nothing is visible to
 * the other end until @msg->nr_elems elements are published.
 *
 * Context: Any; the end's owner.
 */
void gsp_msg_write(struct gsp_ring *ring, struct gsp_msg *msg,
		   const struct gsp_payload *from, size_t at)
{
	__le64 *hdr = gsp_ring_elem(ring);
	u64 seq_word = pair(0, msg->elem_seq);
	u64 word[MSG_HDR_WORDS] = {};
	u64 sum = seq_word;
	unsigned int i;

	msg->nr_elems = gsp_msg_elems(msg->len);
	word[5] = pair(msg->nr_elems, 0);
	word[6] = pair(MSG_VERSION, MSG_SIGNATURE);
	word[7] = pair(GSP_MSG_RPC_HDR + msg->len, msg->fn);
	word[8] = pair(msg->result, msg->result);
	word[9] = pair(msg->sequence, 0);
	for (i = 5; i < MSG_HDR_WORDS; i++)
		sum ^= word[i];

	if (msg->len)
		sum ^= write_payload(ring, from, at, msg->len);
	word[4] = seq_word | fold(sum);
	for (i = 0; i < MSG_HDR_WORDS; i++)
		hdr[i] = cpu_to_le64(word[i]);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_msg_write);

/* Element count against the ring, length against the limits and the count. */
static enum gsp_msg_verdict check_size(u32 nr_elems, u32 length, u32 avail)
{
	if (!nr_elems || nr_elems > GSP_MSG_MAX_ELEMS || nr_elems > avail)
		return GSP_MSG_BAD_ELEMENTS;
	if (length < GSP_MSG_RPC_HDR || length > GSP_MSG_RPC_HDR + GSP_MSG_MAX_PAYLOAD)
		return GSP_MSG_BAD_LENGTH;
	if (gsp_msg_elems(length - GSP_MSG_RPC_HDR) != nr_elems)
		return GSP_MSG_BAD_LENGTH;
	return GSP_MSG_OK;
}

/**
 * gsp_msg_peek() - look at the headers of the next message
 * @ring: a consumer's end
 * @msg: filled in when there is a message
 *
 * Reads every header word once, and everything about the message is decided
 * from that copy. With %GSP_MSG_OK the size is credible: @msg->nr_elems are
 * there, and @msg->len bytes of payload fit into them. The content is not
 * verified before gsp_msg_read() has taken all of the payload and
 * gsp_msg_intact() agreed.
 *
 * Context: Any; the end's owner.
 * Return: %GSP_MSG_NONE when the ring is empty, %GSP_MSG_OK, or what is wrong.
 */
enum gsp_msg_verdict gsp_msg_peek(const struct gsp_ring *ring, struct gsp_msg *msg)
{
	const __le64 *hdr = gsp_ring_elem(ring);
	u64 word[MSG_HDR_WORDS], sum = 0;
	enum gsp_msg_verdict verdict;
	unsigned int i;
	int avail;

	avail = gsp_ring_avail(ring);
	if (avail <= 0)
		return avail ? GSP_MSG_BAD_INDEX : GSP_MSG_NONE;

	for (i = 0; i < MSG_HDR_WORDS; i++) {
		word[i] = le64_to_cpu(READ_ONCE(hdr[i]));
		sum ^= word[i];
	}

	verdict = check_size(lower_32_bits(word[5]), lower_32_bits(word[7]), avail);
	if (verdict != GSP_MSG_OK)
		return verdict;
	if (word[6] != pair(MSG_VERSION, MSG_SIGNATURE))
		return GSP_MSG_BAD_HEADER;

	msg->elem_seq = upper_32_bits(word[4]);
	msg->nr_elems = lower_32_bits(word[5]);
	msg->len = lower_32_bits(word[7]) - GSP_MSG_RPC_HDR;
	msg->fn = upper_32_bits(word[7]);
	msg->result = lower_32_bits(word[8]);
	msg->sequence = lower_32_bits(word[9]);
	msg->sum = sum;
	return GSP_MSG_OK;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_msg_peek);

/* Take @len bytes from payload byte @off on; @dst may be NULL. */
static void read_piece(const struct gsp_ring *ring, struct gsp_msg *msg, size_t off,
		       void *dst, size_t len)
{
	msg->sum ^= shifted(gsp_ring_copy_out(ring, GSP_MSG_HDR + off, dst, len), off);
}

/**
 * gsp_msg_read() - take the payload of the message that was peeked at
 * @ring: the consumer's end
 * @msg: what gsp_msg_peek() filled in
 * @to: where to; NULL throws all of it away
 * @at: byte of @to that the message's first payload byte belongs to
 *
 * Bytes beyond the capacity of @to, and body bytes when @to has no body, are
 * summed up and thrown away. To be called exactly once per message.
 *
 * Context: Any; the end's owner.
 */
void gsp_msg_read(const struct gsp_ring *ring, struct gsp_msg *msg,
		  const struct gsp_payload *to, size_t at)
{
	size_t head = to ? to->head_len : 0;
	size_t body = to && to->body ? to->body_len : 0;
	size_t done = 0, n;

	if (at < head) {
		done = min_t(size_t, msg->len, head - at);
		read_piece(ring, msg, 0, to->head + at, done);
	}
	if (done < msg->len && at + done < head + body) {
		n = min_t(size_t, msg->len - done, head + body - (at + done));
		read_piece(ring, msg, done, to->body + (at + done - head), n);
		done += n;
	}
	if (done < msg->len)
		read_piece(ring, msg, done, NULL, msg->len - done);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_msg_read);

/**
 * gsp_msg_intact() - does the checksum agree with what was read?
 * @msg: a message whose payload gsp_msg_read() has taken
 *
 * Context: Any.
 * Return: true when the message is what the other end wrote.
 */
bool gsp_msg_intact(const struct gsp_msg *msg)
{
	return !fold(msg->sum);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_msg_intact);
