/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _GSP_RPC_RING_H
#define _GSP_RPC_RING_H

#include <linux/types.h>

/* A queue: a header page, then the elements. */
#define GSP_RING_ELEM_SIZE	0x1000u
#define GSP_RING_NR_ELEMS	63u
#define GSP_RING_QUEUE_SIZE	(GSP_RING_ELEM_SIZE * (GSP_RING_NR_ELEMS + 1))
/* One slot always stays free, so that full differs from empty. */
#define GSP_RING_MAX_USED	(GSP_RING_NR_ELEMS - 1)

/* Header page of a queue. The read pointer is that of the *other* queue. */
#define GSP_RING_HDR_VERSION	0x00
#define GSP_RING_HDR_SIZE	0x04
#define GSP_RING_HDR_MSG_SIZE	0x08
#define GSP_RING_HDR_MSG_COUNT	0x0c
#define GSP_RING_HDR_WRITE_PTR	0x10
#define GSP_RING_HDR_FLAGS	0x14
#define   GSP_RING_FLAG_SWAP_RX	0x1
#define GSP_RING_HDR_RX_OFF	0x18
#define GSP_RING_HDR_ENTRY_OFF	0x1c
#define GSP_RING_HDR_READ_PTR	0x20

/**
 * struct gsp_ring - one end of one ring
 * @elems: the elements, %GSP_RING_NR_ELEMS of them
 * @mine: the index this end publishes
 * @theirs: the index the other end publishes; never trusted
 * @pos: what @mine says; kept here because the other end can write to @mine
 *
 * The producer's @mine is the write pointer in its own header page; the
 * consumer's @mine is the read pointer in the header page of the queue that
 * runs the other way. Each end thus writes to its own queue's memory only.
 * Nothing here locks: an end belongs to one context at a time.
 */
struct gsp_ring {
	u8 *elems;
	__le32 *mine;
	const __le32 *theirs;
	u32 pos;
};

void gsp_ring_format(void *queue);
void gsp_ring_init_producer(struct gsp_ring *ring, void *queue, void *reverse);
void gsp_ring_init_consumer(struct gsp_ring *ring, void *queue, void *reverse);

int gsp_ring_room(const struct gsp_ring *ring);
int gsp_ring_avail(const struct gsp_ring *ring);

u64 gsp_ring_copy_in(struct gsp_ring *ring, size_t off, const void *src, size_t len);
u64 gsp_ring_copy_out(const struct gsp_ring *ring, size_t off, void *dst, size_t len);
void *gsp_ring_elem(const struct gsp_ring *ring);

void gsp_ring_publish(struct gsp_ring *ring, u32 nr);
void gsp_ring_consume(struct gsp_ring *ring, u32 nr);

#endif /* _GSP_RPC_RING_H */
