/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _GSP_TESTS_FAKE_FW_H
#define _GSP_TESTS_FAKE_FW_H

#include <linux/completion.h>
#include <linux/types.h>
#include <linux/wait.h>

#include "rpc/msg.h"
#include "rpc/ring.h"
#include "rpc/rpc.h"
#include "rpc/shm.h"

struct device;
struct kunit;
struct task_struct;
struct fake_fw;

/* Function numbers of the fake; those of the release play no role here. */
#define FAKE_CONTINUATION	71u
#define FAKE_FIRST_EVENT	0x1000u
#define FAKE_MAX_REQUEST	0x100000u

/**
 * struct fake_request - what the fake firmware received, put together
 * @fn: function
 * @sequence: of the RPC header
 * @len: bytes in @data
 * @data: payload of all its messages
 */
struct fake_request {
	u32 fn;
	u32 sequence;
	size_t len;
	u8 *data;
};

/**
 * struct fake_bend - how to spoil a message after it was written
 * @off: byte offset in the first element
 * @val: 32-bit word to put there
 * @reseal: make the checksum right again
 * @publish: elements to publish instead of all of them, 0 for all
 */
struct fake_bend {
	u32 off;
	u32 val;
	bool reseal;
	u32 publish;
};

typedef void (*fake_handler)(struct fake_fw *fw, const struct fake_request *req);

/**
 * struct fake_fw - the far end of a channel, with a thread of its own
 * @test: the test it belongs to
 * @dev: device of the channel
 * @desc: what the channel believes of this firmware
 * @shm: the memory both ends share
 * @cmd: reading end of the command ring
 * @stat: writing end of the status ring
 * @rpc: the channel under test
 * @thread: the firmware, NULL while it is not running
 * @wait: where the firmware waits for the doorbell
 * @rung: doorbell was rung
 * @handler: what the firmware does with a request
 * @arg: for @handler
 * @expect_len: a request of this length is complete, even if its last record
 *	is full
 * @stat_seq: next element sequence of the status ring
 * @answers: messages published in the status ring
 * @irq: after sending, drain the ring as an interrupt would
 * @alive: answer to the liveness question
 * @asked: liveness questions
 * @cmd_seq_errors: commands whose element sequence was not the next one
 * @damaged: commands whose checksum was wrong or that were not credible
 * @cmds: messages read from the command ring
 * @req: request being put together
 * @events: events delivered to the host
 * @event_fn: function of the last one
 * @event_len: its length
 * @event_sum: sum of its bytes
 * @on_event: what the host does with an event, may be NULL
 * @deaths: calls of the dead callback
 * @death: its argument
 */
struct fake_fw {
	struct kunit *test;
	struct device *dev;
	struct gsp_rpc_desc desc;
	struct gsp_shm shm;
	struct gsp_ring cmd;
	struct gsp_ring stat;
	struct gsp_rpc *rpc;
	struct task_struct *thread;
	wait_queue_head_t wait;
	bool rung;
	fake_handler handler;
	void *arg;
	size_t expect_len;
	u32 stat_seq;
	unsigned int answers;
	bool irq;
	bool alive;
	unsigned int asked;
	unsigned int cmd_seq_errors;
	unsigned int damaged;
	unsigned int cmds;
	struct fake_request req;
	unsigned int events;
	u32 event_fn;
	size_t event_len;
	u32 event_sum;
	void (*on_event)(struct fake_fw *fw, u32 fn);
	unsigned int deaths;
	enum gsp_rpc_death death;
};

struct fake_fw *fake_fw_create(struct kunit *test, bool echoes_sequence);
int fake_fw_renew(struct fake_fw *fw);
void fake_fw_boot(struct fake_fw *fw, fake_handler handler, void *arg);
void fake_fw_halt(struct fake_fw *fw);

bool fake_fw_put(struct fake_fw *fw, const struct gsp_msg *msg, const void *data,
		 size_t len, const struct fake_bend *bend);
void fake_fw_send(struct fake_fw *fw, u32 fn, u32 sequence, u32 result,
		  const void *data, size_t len);
void fake_fw_reply(struct fake_fw *fw, const struct fake_request *req,
		   const void *data, size_t len);
void fake_fw_echo(struct fake_fw *fw, const struct fake_request *req);
bool fake_fw_stopping(struct fake_fw *fw);

#endif /* _GSP_TESTS_FAKE_FW_H */
