/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The door of the rpc room: one channel pair to GSP-RM.
 *
 * A channel is a command ring and a status ring in memory shared with the
 * firmware. Callers hand over bytes in the firmware's own layout (abi/ makes
 * them) together with a function number; this room moves them, matches the
 * answer to the caller, hands everything else to the event callback, and
 * knows when the firmware can no longer be talked to.
 *
 * States, changed by one setter and traced:
 *
 *	OFF --start--> BOOTING --run--> RUNNING --stop--> STOPPING --start--> ...
 *	                  |                |                  |
 *	                  +------ kill ----+------------------+---> DEAD
 *
 * OFF       nothing is sent, nothing is read
 * BOOTING   posts are queued (even before the GSP runs), events are delivered
 * RUNNING   calls and posts
 * STOPPING  nothing new is accepted, what the firmware still says is dropped
 * DEAD      final, with one recorded reason; every call fails at once
 */
#ifndef _GSP_RPC_RPC_H
#define _GSP_RPC_RPC_H

#include <linux/types.h>

#include "rpc/shm.h"

struct device;
struct gsp_rpc;

/* Largest request or reply, all its continuation records together. */
#define GSP_RPC_MAX_PAYLOAD	0x400000

/**
 * struct gsp_payload - what follows the RPC header, in two pieces
 * @head: fixed part, written or read by a codec; may be NULL when empty
 * @head_len: bytes of @head
 * @body: variable part, the caller's own buffer; in a reply NULL means that
 *	the body is checked and thrown away
 * @body_len: bytes of @body
 * @result: in a reply only, out: the firmware's own transport status
 *
 * On the wire the body follows the head without a gap. Each byte is copied
 * once: from here into the ring, or from the ring to here. A request and its
 * reply may name the same memory.
 *
 * In a reply the lengths are capacities. All of @head must arrive; @body_len
 * is set to the number of body bytes received.
 */
struct gsp_payload {
	void *head;
	size_t head_len;
	void *body;
	size_t body_len;
	u32 result;
};

enum gsp_rpc_state {
	GSP_RPC_OFF,
	GSP_RPC_BOOTING,
	GSP_RPC_RUNNING,
	GSP_RPC_STOPPING,
	GSP_RPC_DEAD,
};

/**
 * enum gsp_rpc_death - why a channel died; the first reason is kept
 * @GSP_RPC_DEATH_NONE: it is not dead
 * @GSP_RPC_DEATH_INDEX: the firmware wrote a ring index out of range
 * @GSP_RPC_DEATH_ELEMENTS: element count of a message not credible
 * @GSP_RPC_DEATH_LENGTH: length of a message not credible
 * @GSP_RPC_DEATH_HEADER: version or signature of a message wrong
 * @GSP_RPC_DEATH_TX_STUCK: firmware stopped reading in the middle of a message
 * @GSP_RPC_DEATH_SILENT: no answer, and no sign of life when asked
 * @GSP_RPC_DEATH_CRASHED: firmware reported a crash
 * @GSP_RPC_DEATH_BOOT: firmware did not come up
 * @GSP_RPC_DEATH_LINK: the PCI core has cut the device off after an error
 * @GSP_RPC_DEATH_GONE: the device is gone; calls fail with -ENODEV
 * @GSP_RPC_DEATH_REMOVED: the driver is letting go of the device
 * @GSP_RPC_NR_DEATHS: number of reasons
 */
enum gsp_rpc_death {
	GSP_RPC_DEATH_NONE,
	GSP_RPC_DEATH_INDEX,
	GSP_RPC_DEATH_ELEMENTS,
	GSP_RPC_DEATH_LENGTH,
	GSP_RPC_DEATH_HEADER,
	GSP_RPC_DEATH_TX_STUCK,
	GSP_RPC_DEATH_SILENT,
	GSP_RPC_DEATH_CRASHED,
	GSP_RPC_DEATH_BOOT,
	GSP_RPC_DEATH_LINK,
	GSP_RPC_DEATH_GONE,
	GSP_RPC_DEATH_REMOVED,
	GSP_RPC_NR_DEATHS,
};

/**
 * struct gsp_rpc_ops - what a channel needs from its owner
 * @doorbell: tell the firmware that the command ring has something new
 * @alive: asked once a second while somebody waits, and when a deadline has
 *	passed: does the firmware still run? False makes the channel DEAD
 *	(reason SILENT, unless the callback recorded a better one with
 *	gsp_rpc_kill()). May sleep.
 * @event: a message that is no reply. Called in the order of arrival, one at
 *	a time, from whoever drains the status ring. @payload is valid during
 *	the call only. May sleep shortly, may call gsp_rpc_kill(), must not
 *	issue RPCs (lockdep reports it, the RPC fails with -EDEADLK).
 * @dead: optional; called once, after the state became DEAD and the waiters
 *	were failed, by whoever found out, in sleepable context. Must not
 *	issue RPCs or destroy the channel: it schedules work that does.
 * @fn_name: optional; the firmware's name of a function, or NULL
 */
struct gsp_rpc_ops {
	void (*doorbell)(void *ctx);
	bool (*alive)(void *ctx);
	void (*event)(void *ctx, u32 fn, const void *payload, size_t len);
	void (*dead)(void *ctx, enum gsp_rpc_death reason);
	const char *(*fn_name)(void *ctx, u32 fn);
};

/**
 * struct gsp_rpc_desc - facts of the firmware release
 * @continuation_fn: function number of the records that continue a message
 * @first_event: function numbers from here on are events
 * @echoes_sequence: a reply carries the sequence of its request, so that many
 *	calls may be in flight; otherwise one call is, matched by function
 */
struct gsp_rpc_desc {
	u32 continuation_fn;
	u32 first_event;
	bool echoes_sequence;
};

/**
 * struct gsp_rpc_stats - counters since creation, for debugfs and tests
 * @sent: messages put into the command ring
 * @received: messages taken out of the status ring
 * @events: messages given to the event callback
 * @late: replies that came after their caller had given up
 * @orphans: replies and continuation records nobody waits for
 * @bad_checksum: messages thrown away because of their checksum
 * @bad_result: events thrown away because of a non-zero transport status
 * @out_of_order: messages whose element sequence was not the next one
 * @missed_irq: replies found by a waiter although an interrupt is armed
 */
struct gsp_rpc_stats {
	u64 sent;
	u64 received;
	u64 events;
	u64 late;
	u64 orphans;
	u64 bad_checksum;
	u64 bad_result;
	u64 out_of_order;
	u64 missed_irq;
};

int gsp_rpc_create(struct device *dev, const struct gsp_rpc_ops *ops, void *ctx,
		   const struct gsp_rpc_desc *desc, struct gsp_rpc **out);
void gsp_rpc_destroy(struct gsp_rpc *rpc);

int gsp_rpc_start(struct gsp_rpc *rpc);
void gsp_rpc_run(struct gsp_rpc *rpc);
void gsp_rpc_stop(struct gsp_rpc *rpc);
void gsp_rpc_kill(struct gsp_rpc *rpc, enum gsp_rpc_death reason);

int gsp_rpc_xfer(struct gsp_rpc *rpc, u32 fn, const struct gsp_payload *req,
		 struct gsp_payload *reply, unsigned int timeout_ms);
int gsp_rpc_post(struct gsp_rpc *rpc, u32 fn, const struct gsp_payload *req);

bool gsp_rpc_poll(struct gsp_rpc *rpc);
int gsp_rpc_look(struct gsp_rpc *rpc);
void gsp_rpc_set_irq(struct gsp_rpc *rpc, bool armed);
int gsp_rpc_wait(struct gsp_rpc *rpc, bool (*cond)(void *arg), void *arg,
		 unsigned int timeout_ms);

dma_addr_t gsp_rpc_shm_addr(const struct gsp_rpc *rpc);
enum gsp_rpc_state gsp_rpc_state(const struct gsp_rpc *rpc);
enum gsp_rpc_death gsp_rpc_death(const struct gsp_rpc *rpc);
const char *gsp_rpc_state_name(enum gsp_rpc_state state);
const char *gsp_rpc_death_text(enum gsp_rpc_death reason);
void gsp_rpc_get_stats(struct gsp_rpc *rpc, struct gsp_rpc_stats *stats);

#endif /* _GSP_RPC_RPC_H */
