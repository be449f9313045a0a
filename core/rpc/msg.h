/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _GSP_RPC_MSG_H
#define _GSP_RPC_MSG_H

#include <linux/types.h>

#include "rpc/ring.h"

struct gsp_payload;

/* Element header, then RPC header, then payload. */
#define GSP_MSG_ELEM_HDR	0x30u
#define GSP_MSG_RPC_HDR		0x20u
#define GSP_MSG_HDR		(GSP_MSG_ELEM_HDR + GSP_MSG_RPC_HDR)
#define GSP_MSG_MAX_ELEMS	16u
#define GSP_MSG_MAX_PAYLOAD	(GSP_MSG_MAX_ELEMS * GSP_RING_ELEM_SIZE - GSP_MSG_HDR)

/* What a request carries in both result words. */
#define GSP_MSG_RESULT_REQUEST	0xffffffffu

/**
 * struct gsp_msg - one message, apart from its payload bytes
 * @fn: function number
 * @sequence: of the RPC header
 * @result: transport status
 * @elem_seq: of the element header, counts the messages of a ring
 * @nr_elems: elements the message occupies
 * @len: bytes of payload
 * @sum: XOR of everything read so far; folds to zero when all is intact
 */
struct gsp_msg {
	u32 fn;
	u32 sequence;
	u32 result;
	u32 elem_seq;
	u32 nr_elems;
	u32 len;
	u64 sum;
};

/* What gsp_msg_peek() found. The bad ones leave no way to find the next message. */
enum gsp_msg_verdict {
	GSP_MSG_NONE,
	GSP_MSG_OK,
	GSP_MSG_BAD_INDEX,
	GSP_MSG_BAD_ELEMENTS,
	GSP_MSG_BAD_LENGTH,
	GSP_MSG_BAD_HEADER,
};

static inline u32 gsp_msg_elems(size_t len)
{
	return (GSP_MSG_HDR + len + GSP_RING_ELEM_SIZE - 1) / GSP_RING_ELEM_SIZE;
}

void gsp_msg_write(struct gsp_ring *ring, struct gsp_msg *msg,
		   const struct gsp_payload *from, size_t at);
enum gsp_msg_verdict gsp_msg_peek(const struct gsp_ring *ring, struct gsp_msg *msg);
void gsp_msg_read(const struct gsp_ring *ring, struct gsp_msg *msg,
		  const struct gsp_payload *to, size_t at);
bool gsp_msg_intact(const struct gsp_msg *msg);

#endif /* _GSP_RPC_MSG_H */
