// SPDX-License-Identifier: GPL-2.0-only
/*
 * The host's side of tests of the transfer engine: a small call whose buffers
 * are watched, and what is true of a channel that lives or died.
 */
#include "fake_host.h"

#include <linux/string.h>
#include <linux/vmalloc.h>

#include <kunit/resource.h>
#include <kunit/test.h>

static void free_mem(void *mem)
{
	vfree(mem);
}

u8 *host_mem(struct kunit *test, size_t size)
{
	u8 *mem = vzalloc(size);
	size_t i;

	KUNIT_ASSERT_NOT_NULL(test, mem);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, free_mem, mem), 0);
	for (i = 0; i < size; i++)
		mem[i] = i * 13 + (i >> 8) + 5;
	return mem;
}

void host_small_init(struct host_small *s, u8 seed)
{
	memset(s->head, seed, sizeof(s->head));
	memset(s->body, seed + 1, sizeof(s->body));
	memset(s->guard, 0xee, sizeof(s->guard));
	s->msg = (struct gsp_payload){ s->head, sizeof(s->head), s->body, sizeof(s->body) };
}

int host_call(struct fake_fw *fw, u32 fn, u8 seed, unsigned int ms)
{
	struct host_small req, reply;
	int ret;

	host_small_init(&req, seed);
	host_small_init(&reply, 0);
	ret = gsp_rpc_xfer(fw->rpc, fn, &req.msg, &reply.msg, ms);
	if (memchr_inv(reply.guard, 0xee, sizeof(reply.guard)))
		return -EOVERFLOW;
	if (ret)
		return ret;
	if (reply.msg.body_len != 24 || memcmp(req.head, reply.head, 16) ||
	    memcmp(req.body, reply.body, 24))
		return -EBADMSG;
	return 0;
}

struct gsp_rpc_stats host_stats(struct fake_fw *fw)
{
	struct gsp_rpc_stats stats;

	gsp_rpc_get_stats(fw->rpc, &stats);
	return stats;
}

/* The engine still works: what every test of a survivable fault ends with. */
void host_expect_alive(struct kunit *test, struct fake_fw *fw)
{
	WRITE_ONCE(fw->handler, fake_fw_echo);
	KUNIT_EXPECT_EQ(test, host_call(fw, HOST_FN, 0x33, HOST_LONG_MS), 0);
	KUNIT_EXPECT_EQ(test, gsp_rpc_state(fw->rpc), GSP_RPC_RUNNING);
	KUNIT_EXPECT_EQ(test, fw->deaths, 0);
}

void host_expect_dead(struct kunit *test, struct fake_fw *fw, enum gsp_rpc_death why)
{
	/* Callers know before the dead callback ran; whoever drains is through after this. */
	gsp_rpc_poll(fw->rpc);
	KUNIT_EXPECT_EQ(test, gsp_rpc_state(fw->rpc), GSP_RPC_DEAD);
	KUNIT_EXPECT_STREQ(test, gsp_rpc_death_text(gsp_rpc_death(fw->rpc)),
			   gsp_rpc_death_text(why));
	KUNIT_EXPECT_EQ(test, fw->deaths, 1);
	KUNIT_EXPECT_EQ(test, fw->death, why);
	KUNIT_EXPECT_EQ(test, host_call(fw, HOST_FN, 1, HOST_LONG_MS),
			why == GSP_RPC_DEATH_GONE ? -ENODEV : -EIO);
	KUNIT_EXPECT_NE(test, gsp_rpc_start(fw->rpc), 0);
}

/* How releases differ, and how a channel is drained. */
const struct host_mode host_modes[HOST_NR_MODES] = {
	{ "function, polling", false, false },
	{ "function, interrupt", false, true },
	{ "sequence, polling", true, false },
	{ "sequence, interrupt", true, true },
};

struct fake_fw *host_boot(struct kunit *test, fake_handler handler, void *arg)
{
	const struct host_mode *mode = test->param_value;
	struct fake_fw *fw = fake_fw_create(test, mode->echo);

	fw->irq = mode->irq;
	gsp_rpc_set_irq(fw->rpc, mode->irq);
	fake_fw_boot(fw, handler, arg);
	return fw;
}

/* Says nothing at all. */
void host_no_answer(struct fake_fw *fw, const struct fake_request *req)
{
}
