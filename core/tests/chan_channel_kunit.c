// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a channel's owner does with it, on a channel that was put together by
 * hand: submit, and wait for what never comes.
 */
#include <kunit/test.h>
#include <linux/sizes.h>

#include "abi/abi.h"
#include "chan/channel.h"
#include "fake_host.h"
#include "fake_mmio.h"
#include "rm/rm.h"
#include "rpc/call.h"
#include "rpc/rpc.h"

#define DOORBELL	0xbb0090
#define GP_GET		0x88
#define GP_PUT		0x8c
#define RING		4096
#define ENTRIES		512
#define CHID		17

struct rig {
	struct gsp_channel chan;
	struct gsp_link link;
	struct gsp_rm_client client;
	struct gsp_engine engine;
	struct gsp_mmio *mmio;
	__le32 word;
};

static const struct host_mode polling = { .name = "polling" };

static struct rig *rig_create(struct kunit *test)
{
	struct rig *rig = kunit_kzalloc(test, sizeof(*rig), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, rig);
	test->param_value = &polling;
	rig->link.rpc = host_boot(test, host_no_answer, NULL)->rpc;
	rig->link.abi = gsp_abi_default();
	rig->client.link = &rig->link;
	rig->engine = (struct gsp_engine) { .type = 11, .runlist = 3 };
	rig->mmio = fake_mmio_create(test);
	rig->chan.host = (struct gsp_chan_host) {
		.dev = rig->mmio->dev, .mmio = rig->mmio, .client = &rig->client,
		.engine = &rig->engine, .chid = CHID,
	};
	rig->chan.mem = kunit_kzalloc(test, SZ_16K, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, rig->chan.mem);
	spin_lock_init(&rig->chan.lock);
	return rig;
}

static __le32 *userd(struct rig *rig, unsigned int offset)
{
	return rig->chan.mem + offset;
}

static void submit(struct kunit *test)
{
	struct rig *rig = rig_create(test);
	__le64 *ring = rig->chan.mem + RING;

	KUNIT_EXPECT_EQ(test, gsp_channel_submit(&rig->chan, 0x40002000, 5), 0);
	KUNIT_EXPECT_EQ(test, le64_to_cpu(ring[0]), 0x40002000 | 5ULL << 42);
	KUNIT_EXPECT_EQ(test, le32_to_cpu(*userd(rig, GP_PUT)), 1);
	KUNIT_EXPECT_EQ(test, fake_rd(rig->mmio, DOORBELL), 3 << 16 | CHID);

	/* GB20x */
	rig->chan.host.doorbell = BIT(30);
	KUNIT_EXPECT_EQ(test, gsp_channel_submit(&rig->chan, 0x40002000, 5), 0);
	KUNIT_EXPECT_EQ(test, fake_rd(rig->mmio, DOORBELL), BIT(30) | 3 << 16 | CHID);
}

static void ring_is_full(struct kunit *test)
{
	struct rig *rig = rig_create(test);
	unsigned int i;

	for (i = 0; i < ENTRIES - 1; i++)
		KUNIT_ASSERT_EQ(test, gsp_channel_submit(&rig->chan, 0x1000, 1), 0);
	KUNIT_EXPECT_EQ(test, gsp_channel_submit(&rig->chan, 0x1000, 1), -EBUSY);
	/* Host has fetched one. */
	*userd(rig, GP_GET) = cpu_to_le32(1);
	KUNIT_EXPECT_EQ(test, gsp_channel_submit(&rig->chan, 0x1000, 1), 0);
	KUNIT_EXPECT_EQ(test, le32_to_cpu(*userd(rig, GP_PUT)), 0);
	KUNIT_EXPECT_EQ(test, gsp_channel_submit(&rig->chan, 0x1000, 1), -EBUSY);
}

static int wait(struct rig *rig, u32 found, unsigned int ms)
{
	rig->word = cpu_to_le32(found);
	return gsp_channel_wait(&rig->chan, &rig->word, 7, ms);
}

static void wait_for_word(struct kunit *test)
{
	struct rig *rig = rig_create(test);

	KUNIT_EXPECT_EQ(test, wait(rig, 7, 0), 0);
	KUNIT_EXPECT_EQ(test, wait(rig, 6, HOST_LONG_MS), -EIO);
	KUNIT_EXPECT_EQ(test, wait(rig, 0, HOST_SHORT_MS), -ETIMEDOUT);
}

/* None of these may take as long as the caller would wait. */
static void faulted(struct kunit *test)
{
	struct rig *rig = rig_create(test);

	rig->chan.faulted = true;
	KUNIT_EXPECT_EQ(test, wait(rig, 0, HOST_LONG_MS), -EIO);
	KUNIT_EXPECT_EQ(test, gsp_channel_submit(&rig->chan, 0x1000, 1), -EIO);
	KUNIT_EXPECT_EQ(test, fake_rd(rig->mmio, DOORBELL), 0);
	/* What was done before the fault was done. */
	KUNIT_EXPECT_EQ(test, wait(rig, 7, 0), 0);
}

static void firmware_is_dead(struct kunit *test)
{
	struct rig *rig = rig_create(test);

	gsp_rpc_kill(rig->link.rpc, GSP_RPC_DEATH_CRASHED);
	KUNIT_EXPECT_EQ(test, wait(rig, 0, HOST_LONG_MS), -EIO);
}

static void gpu_is_gone(struct kunit *test)
{
	struct rig *rig = rig_create(test);

	fake_wr(rig->mmio, 0, 0xffffffff);
	KUNIT_EXPECT_EQ(test, wait(rig, 0, HOST_LONG_MS), -ENODEV);
	KUNIT_EXPECT_EQ(test, gsp_channel_submit(&rig->chan, 0x1000, 1), -ENODEV);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(submit),
	KUNIT_CASE(ring_is_full),
	KUNIT_CASE(wait_for_word),
	KUNIT_CASE(faulted),
	KUNIT_CASE(firmware_is_dead),
	KUNIT_CASE(gpu_is_gone),
	{}
};

static struct kunit_suite suite = {
	.name = "gsp_core_chan_channel",
	.test_cases = cases,
};

kunit_test_suite(suite);
