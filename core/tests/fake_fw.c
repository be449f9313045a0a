// SPDX-License-Identifier: GPL-2.0-only
/*
 * A firmware that does what a test says.
 *
 * It runs on a thread of its own at the far ends of both rings, puts requests
 * together and hands each to the test's handler, which answers, lies, or keeps
 * silent. Memory is ordinary memory with guard pages around it.
 */
#include "fake_fw.h"

#include <linux/delay.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/minmax.h>
#include <linux/sizes.h>
#include <linux/unaligned.h>
#include <linux/vmalloc.h>

#include <kunit/device.h>
#include <kunit/resource.h>
#include <kunit/test.h>

#include "rpc/xfer.h"

static void ring_doorbell(void *ctx)
{
	struct fake_fw *fw = ctx;

	WRITE_ONCE(fw->rung, true);
	wake_up(&fw->wait);
}

static bool is_alive(void *ctx)
{
	struct fake_fw *fw = ctx;

	fw->asked++;
	return fw->alive;
}

static void take_event(void *ctx, u32 fn, const void *payload, size_t len)
{
	struct fake_fw *fw = ctx;
	const u8 *byte = payload;
	u32 sum = 0;
	size_t i;

	for (i = 0; i < len; i++)
		sum += byte[i];
	fw->event_fn = fn;
	fw->event_len = len;
	fw->event_sum = sum;
	if (fw->on_event)
		fw->on_event(fw, fn);
	WRITE_ONCE(fw->events, fw->events + 1);
}

static void note_death(void *ctx, enum gsp_rpc_death reason)
{
	struct fake_fw *fw = ctx;

	fw->deaths++;
	fw->death = reason;
}

static const struct gsp_rpc_ops fake_ops = {
	.doorbell = ring_doorbell,
	.alive = is_alive,
	.event = take_event,
	.dead = note_death,
};

static void fake_fw_destroy(void *data)
{
	struct fake_fw *fw = data;

	fake_fw_halt(fw);
	gsp_rpc_destroy(fw->rpc);
	vfree(fw->req.data);
	vfree(fw->shm.va);
}

/* Another channel on the same memory, in state BOOTING. */
int fake_fw_renew(struct fake_fw *fw)
{
	int ret;

	gsp_rpc_destroy(fw->rpc);
	fw->rpc = NULL;
	ret = gsp_rpc_create_on(fw->dev, &fake_ops, fw, &fw->desc, &fw->shm, &fw->rpc);
	return ret ?: gsp_rpc_start(fw->rpc);
}

/* A channel in state BOOTING, and a firmware that does not run yet. */
struct fake_fw *fake_fw_create(struct kunit *test, bool echoes_sequence)
{
	struct fake_fw *fw = kunit_kzalloc(test, sizeof(*fw), GFP_KERNEL);
	struct device *dev = kunit_device_register(test, "gsp-rpc");

	KUNIT_ASSERT_NOT_NULL(test, fw);
	KUNIT_ASSERT_FALSE(test, IS_ERR(dev));
	fw->test = test;
	fw->dev = dev;
	fw->desc = (struct gsp_rpc_desc){ FAKE_CONTINUATION, FAKE_FIRST_EVENT, echoes_sequence };
	fw->alive = true;
	init_waitqueue_head(&fw->wait);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, fake_fw_destroy, fw), 0);
	fw->shm.va = vzalloc(GSP_RPC_SHM_PAGES * SZ_4K);
	fw->req.data = vzalloc(FAKE_MAX_REQUEST);
	KUNIT_ASSERT_NOT_NULL(test, fw->shm.va);
	KUNIT_ASSERT_NOT_NULL(test, fw->req.data);
	KUNIT_ASSERT_EQ(test, fake_fw_renew(fw), 0);
	return fw;
}

/* The test ends, or this firmware does: don't wait for the host any more. */
bool fake_fw_stopping(struct fake_fw *fw)
{
	return kthread_should_stop() || gsp_rpc_state(fw->rpc) == GSP_RPC_DEAD;
}

static u32 xor_all(const u8 *elem, size_t len)
{
	u32 sum = 0;
	size_t i;

	for (i = 0; i < len; i++)
		sum ^= (u32)elem[i] << 8 * (i % 4);
	return sum;
}

static void bend_message(u8 *elem, size_t len, const struct fake_bend *bend)
{
	put_unaligned_le32(bend->val, elem + bend->off);
	if (bend->reseal) {
		put_unaligned_le32(0, elem + 0x20);
		put_unaligned_le32(xor_all(elem, len), elem + 0x20);
	}
}

/* Write one message, spoil it if asked to, publish it. False: gave up waiting. */
bool fake_fw_put(struct fake_fw *fw, const struct gsp_msg *head, const void *data,
		 size_t len, const struct fake_bend *bend)
{
	struct gsp_payload from = { .body = (void *)data, .body_len = len };
	struct gsp_msg msg = *head;

	msg.len = len;
	msg.elem_seq = fw->stat_seq++;
	while (gsp_ring_room(&fw->stat) < (int)gsp_msg_elems(len)) {
		if (fake_fw_stopping(fw))
			return false;
		usleep_range(50, 100);
	}
	gsp_msg_write(&fw->stat, &msg, &from, 0);
	/* Spoiled messages are kept within one element. */
	if (bend)
		bend_message(gsp_ring_elem(&fw->stat), GSP_MSG_HDR + len, bend);
	gsp_ring_publish(&fw->stat, bend && bend->publish ? bend->publish : msg.nr_elems);
	WRITE_ONCE(fw->answers, fw->answers + 1);
	if (fw->irq)
		gsp_rpc_poll(fw->rpc);
	return true;
}

/* Send a payload of any length, continued as needed. */
void fake_fw_send(struct fake_fw *fw, u32 fn, u32 sequence, u32 result,
		  const void *data, size_t len)
{
	struct gsp_msg msg = { .fn = fn, .sequence = sequence, .result = result };
	size_t at = 0, part;

	do {
		part = min_t(size_t, len - at, GSP_MSG_MAX_PAYLOAD);
		if (!fake_fw_put(fw, &msg, data + at, part, NULL))
			return;
		at += part;
		msg.fn = FAKE_CONTINUATION;
	} while (at < len);
}

void fake_fw_reply(struct fake_fw *fw, const struct fake_request *req,
		   const void *data, size_t len)
{
	fake_fw_send(fw, req->fn, req->sequence, 0, data, len);
}

/* The answer of a well-behaved firmware: what was asked. */
void fake_fw_echo(struct fake_fw *fw, const struct fake_request *req)
{
	fake_fw_reply(fw, req, req->data, req->len);
}

/* One message from the command ring into the request being put together. */
static bool take_message(struct fake_fw *fw)
{
	struct gsp_payload to = { .body = fw->req.data, .body_len = FAKE_MAX_REQUEST };
	struct gsp_msg msg;
	bool more;

	if (gsp_msg_peek(&fw->cmd, &msg) != GSP_MSG_OK)
		return false;
	if (msg.fn != FAKE_CONTINUATION) {
		fw->req.fn = msg.fn;
		fw->req.sequence = msg.sequence;
		fw->req.len = 0;
	}
	gsp_msg_read(&fw->cmd, &msg, &to, fw->req.len);
	gsp_ring_consume(&fw->cmd, msg.nr_elems);
	if (!gsp_msg_intact(&msg))
		fw->damaged++;
	if (msg.elem_seq != fw->cmds)
		fw->cmd_seq_errors++;
	fw->cmds++;
	fw->req.len = min_t(size_t, fw->req.len + msg.len, FAKE_MAX_REQUEST);

	more = msg.len == GSP_MSG_MAX_PAYLOAD && fw->req.len != fw->expect_len;
	if (!more)
		fw->handler(fw, &fw->req);
	return true;
}

static int fake_fw_thread(void *data)
{
	struct fake_fw *fw = data;

	while (!kthread_should_stop()) {
		wait_event_timeout(fw->wait, READ_ONCE(fw->rung) || kthread_should_stop(),
				   HZ / 20 ? : 1);
		WRITE_ONCE(fw->rung, false);
		while (!kthread_should_stop() && take_message(fw))
			cond_resched();
	}
	return 0;
}

/* The firmware starts: it writes its queue's header and looks at its ring. */
void fake_fw_boot(struct fake_fw *fw, fake_handler handler, void *arg)
{
	void *cmdq = gsp_shm_cmdq(&fw->shm);
	void *statq = gsp_shm_statq(&fw->shm);

	fw->handler = handler;
	fw->arg = arg;
	gsp_ring_format(statq);
	gsp_ring_init_consumer(&fw->cmd, cmdq, statq);
	gsp_ring_init_producer(&fw->stat, statq, cmdq);
	gsp_rpc_run(fw->rpc);
	fw->thread = kthread_run(fake_fw_thread, fw, "fake-fw");
	if (IS_ERR(fw->thread))
		fw->thread = NULL;
	KUNIT_ASSERT_NOT_NULL(fw->test, fw->thread);
}

void fake_fw_halt(struct fake_fw *fw)
{
	if (!fw->thread)
		return;
	kthread_stop(fw->thread);
	fw->thread = NULL;
}
