// SPDX-License-Identifier: GPL-2.0-only
/*
 * RM calls from the caller to the ring and back, against a firmware that
 * answers as it is told.
 */
#include <kunit/test.h>

#include <linux/delay.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#include "abi/abi.h"
#include "fake_host.h"
#include "rm/rm.h"
#include "rpc/call.h"

#define CLIENT		0xc1d00000
#define SUBDEVICE	0x5d1d0000
#define CMD		0x20801234
#define PARAMS		40
/* rpc_gsp_rm_control: header, then parameters */
#define HEAD		0x18
#define STATUS		0x0c
#define PARAMS_SIZE	0x10

struct answer {
	u32 status;
	u32 params_size;
	int cut;
};

/* Each parameter byte comes back with its bits flipped. */
static void answer_control(struct fake_fw *fw, const struct fake_request *req)
{
	const struct answer *answer = fw->arg;
	size_t i;

	KUNIT_EXPECT_EQ(fw->test, req->fn, 76);
	KUNIT_EXPECT_EQ(fw->test, req->len, HEAD + PARAMS);
	KUNIT_EXPECT_EQ(fw->test, get_unaligned_le32(req->data), CLIENT);
	KUNIT_EXPECT_EQ(fw->test, get_unaligned_le32(req->data + 4), SUBDEVICE);
	KUNIT_EXPECT_EQ(fw->test, get_unaligned_le32(req->data + 8), CMD);

	for (i = HEAD; i < req->len; i++)
		req->data[i] = ~req->data[i];
	put_unaligned_le32(answer->status, req->data + STATUS);
	put_unaligned_le32(answer->params_size, req->data + PARAMS_SIZE);
	fake_fw_reply(fw, req, req->data, req->len - answer->cut);
}

static int control(struct kunit *test, const struct answer *answer, u8 *params)
{
	struct fake_fw *fw = host_boot(test, answer_control, (void *)answer);
	const struct gsp_link link = { .rpc = fw->rpc, .abi = gsp_abi_default() };

	memset(params, 0x5a, PARAMS);
	return gsp_rm_control(&link, CLIENT, SUBDEVICE, CMD, params, PARAMS);
}

static const struct host_mode polling = { .name = "polling" };

static int rm_init(struct kunit *test)
{
	test->param_value = &polling;
	return 0;
}

static void params_come_back(struct kunit *test)
{
	u8 params[PARAMS];

	KUNIT_EXPECT_EQ(test, control(test, &(struct answer){ 0, PARAMS, 0 }, params), 0);
	KUNIT_EXPECT_NULL(test, memchr_inv(params, (u8)~0x5a, PARAMS));
}

static void status_is_errno(struct kunit *test)
{
	u8 params[PARAMS];

	KUNIT_EXPECT_EQ(test, control(test, &(struct answer){ 0x56, PARAMS, 0 }, params),
			-EOPNOTSUPP);
}

static void status_without_errno(struct kunit *test)
{
	u8 params[PARAMS];

	KUNIT_EXPECT_EQ(test, control(test, &(struct answer){ 0xffff, PARAMS, 0 }, params),
			-EREMOTEIO);
}

static void cut_params_refused(struct kunit *test)
{
	u8 params[PARAMS];

	KUNIT_EXPECT_EQ(test, control(test, &(struct answer){ 0, PARAMS, 8 }, params), -EPROTO);
}

static void no_params_refused(struct kunit *test)
{
	u8 params[PARAMS];

	KUNIT_EXPECT_EQ(test, control(test, &(struct answer){ 0, PARAMS, PARAMS }, params),
			-EPROTO);
}

static void cut_head_refused(struct kunit *test)
{
	u8 params[PARAMS];

	KUNIT_EXPECT_EQ(test, control(test, &(struct answer){ 0, PARAMS, PARAMS + 4 }, params),
			-EPROTO);
}

static void other_size_refused(struct kunit *test)
{
	u8 params[PARAMS];

	KUNIT_EXPECT_EQ(test, control(test, &(struct answer){ 0, PARAMS - 1, 0 }, params),
			-EPROTO);
}

/* ---- duplicates ---- */

static void answer_dup(struct fake_fw *fw, const struct fake_request *req)
{
	const u32 *status = fw->arg;
	static const u32 want[] = { 1, 2, 3, 4, 5, 0, 0 };
	int i;

	KUNIT_EXPECT_EQ(fw->test, req->fn, 21);
	KUNIT_EXPECT_EQ(fw->test, req->len, 0x1c);
	for (i = 0; i < ARRAY_SIZE(want); i++)
		KUNIT_EXPECT_EQ(fw->test, get_unaligned_le32(req->data + 4 * i), want[i]);
	put_unaligned_le32(*status, req->data + 0x18);
	fake_fw_echo(fw, req);
}

static int dup(struct kunit *test, u32 status)
{
	struct fake_fw *fw = host_boot(test, answer_dup, &status);
	const struct gsp_link link = { .rpc = fw->rpc, .abi = gsp_abi_default() };

	return gsp_rm_dup(&link, 1, 2, 3, 4, 5);
}

static void dup_made(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, dup(test, 0), 0);
}

static void dup_refused(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, dup(test, 0x57), -ENOENT);
}

/* ---- objects and commands by name ---- */

static void answer_alloc(struct fake_fw *fw, const struct fake_request *req)
{
	KUNIT_EXPECT_EQ(fw->test, req->fn, 103);
	KUNIT_EXPECT_EQ(fw->test, req->len, 0x20 + 8);
	KUNIT_EXPECT_EQ(fw->test, get_unaligned_le32(req->data), CLIENT);
	KUNIT_EXPECT_EQ(fw->test, get_unaligned_le32(req->data + 4), 0xcafe);
	KUNIT_EXPECT_EQ(fw->test, get_unaligned_le32(req->data + 8), 0xbeef);
	KUNIT_EXPECT_EQ(fw->test, get_unaligned_le32(req->data + 12), 0xc7b5);
	KUNIT_EXPECT_EQ(fw->test, get_unaligned_le32(req->data + 20), 8);
	KUNIT_EXPECT_EQ(fw->test, get_unaligned_le32(req->data + 0x20), 1);
	KUNIT_EXPECT_EQ(fw->test, get_unaligned_le32(req->data + 0x24), 0x0b);
	fake_fw_echo(fw, req);
}

static void object_by_name(struct kunit *test)
{
	struct fake_fw *fw = host_boot(test, answer_alloc, NULL);
	const struct gsp_link link = { .rpc = fw->rpc, .abi = gsp_abi_default() };
	const u32 engine = 0x0b;

	KUNIT_EXPECT_EQ(test, gsp_rm_new(&link, CLIENT, 0xcafe, 0xbeef, GSP_CLASS_COPY, &engine,
					 NULL), 0);
}

/* A release that has neither classes nor controls is not even asked. */
static void name_unknown_to_release(struct kunit *test)
{
	static const struct gsp_class_desc classes[GSP_NR_CLASSES];
	static const struct gsp_ctrl_desc ctrls[GSP_NR_CTRLS];
	struct fake_fw *fw = host_boot(test, fake_fw_echo, NULL);
	struct gsp_abi abi = *gsp_abi_default();
	const struct gsp_link link = { .rpc = fw->rpc, .abi = &abi };
	const u32 engine = 0x0b;

	abi.classes = classes;
	abi.ctrls = ctrls;
	KUNIT_EXPECT_EQ(test, gsp_rm_new(&link, CLIENT, 1, 2, GSP_CLASS_COPY, &engine, NULL),
			-EOPNOTSUPP);
	KUNIT_EXPECT_EQ(test, gsp_rm_ctrl(&link, CLIENT, 1, GSP_CTRL_CHANNEL_BIND, &engine, NULL),
			-EOPNOTSUPP);
	KUNIT_EXPECT_EQ(test, fw->cmds, 0);
}

static void answer_late(struct fake_fw *fw, const struct fake_request *req)
{
	msleep(5 * HOST_SHORT_MS);
	fake_fw_echo(fw, req);
}

static void *copy(struct kunit *test, const void *from, size_t size)
{
	void *to = kunit_kmalloc(test, size, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, to);
	return memcpy(to, from, size);
}

/* One control may take longer than others. */
static void deadline_of_control(struct kunit *test)
{
	struct gsp_call_desc *calls = copy(test, gsp_abi_default()->calls,
					   GSP_NR_CALLS * sizeof(*calls));
	struct gsp_ctrl_desc *ctrls = copy(test, gsp_abi_default()->ctrls,
					   GSP_NR_CTRLS * sizeof(*ctrls));
	struct fake_fw *fw = host_boot(test, answer_late, NULL);
	struct gsp_abi abi = *gsp_abi_default();
	const struct gsp_link link = { .rpc = fw->rpc, .abi = &abi };
	const u32 gfid = 3;

	calls[GSP_CALL_RM_CONTROL].timeout_ms = HOST_SHORT_MS;
	abi.calls = calls;
	abi.ctrls = ctrls;
	KUNIT_EXPECT_EQ(test, gsp_rm_ctrl(&link, CLIENT, SUBDEVICE, GSP_CTRL_VGPU_SHUTDOWN, &gfid,
					  NULL), 0);
	ctrls[GSP_CTRL_VGPU_SHUTDOWN].timeout_ms = 0;
	KUNIT_EXPECT_EQ(test, gsp_rm_ctrl(&link, CLIENT, SUBDEVICE, GSP_CTRL_VGPU_SHUTDOWN, &gfid,
					  NULL), -ETIMEDOUT);
}

/* ---- engines ---- */

static void put_engine(u8 *params, int n, u32 rm_type, u32 runlist)
{
	u8 *e = params + 12 + 100 * n;

	put_unaligned_le32(rm_type, e + 4 * 2);
	put_unaligned_le32(runlist, e + 4 * 3);
	put_unaligned_le32(1, e + 4 * 12);
}

/* Two tables: graphics with its copy engine, then a copy engine of its own. */
static void answer_engines(struct fake_fw *fw, const struct fake_request *req)
{
	u8 *params = req->data + HEAD;
	u32 base = get_unaligned_le32(params);

	KUNIT_EXPECT_EQ(fw->test, req->len, HEAD + 3212);
	put_unaligned_le32(1, params + 4);
	if (base) {
		KUNIT_EXPECT_EQ(fw->test, base, 32);
		put_engine(params, 0, 0x0b, 3);
	} else {
		put_unaligned_le32(2, params + 4);
		params[8] = 1;
		put_engine(params, 0, 0x01, 0);
		put_engine(params, 1, 0x09, 0);
	}
	fake_fw_echo(fw, req);
}

static void engines_of_all_tables(struct kunit *test)
{
	struct gsp_engine_list *list = kunit_kmalloc(test, sizeof(*list), GFP_KERNEL);
	struct fake_fw *fw = host_boot(test, answer_engines, NULL);
	const struct gsp_link link = { .rpc = fw->rpc, .abi = gsp_abi_default() };

	KUNIT_ASSERT_NOT_NULL(test, list);
	KUNIT_ASSERT_EQ(test, gsp_rm_engines(&link, CLIENT, SUBDEVICE, list), 0);
	KUNIT_ASSERT_EQ(test, list->nr, 3);
	KUNIT_EXPECT_FALSE(test, list->e[0].grce);
	KUNIT_EXPECT_TRUE(test, list->e[1].grce);
	KUNIT_EXPECT_TRUE(test, list->e[2].copy);
	KUNIT_EXPECT_FALSE(test, list->e[2].grce);
}

/* There is always more, at the same place. */
static void answer_engines_endless(struct fake_fw *fw, const struct fake_request *req)
{
	put_unaligned_le32(0, req->data + HEAD);
	req->data[HEAD + 8] = 1;
	fake_fw_echo(fw, req);
}

static void engines_without_end(struct kunit *test)
{
	struct gsp_engine_list *list = kunit_kmalloc(test, sizeof(*list), GFP_KERNEL);
	struct fake_fw *fw = host_boot(test, answer_engines_endless, NULL);
	const struct gsp_link link = { .rpc = fw->rpc, .abi = gsp_abi_default() };

	KUNIT_ASSERT_NOT_NULL(test, list);
	KUNIT_EXPECT_EQ(test, gsp_rm_engines(&link, CLIENT, SUBDEVICE, list), -EPROTO);
	KUNIT_EXPECT_EQ(test, fw->cmds, 2);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(params_come_back),
	KUNIT_CASE(status_is_errno),
	KUNIT_CASE(status_without_errno),
	KUNIT_CASE(cut_params_refused),
	KUNIT_CASE(no_params_refused),
	KUNIT_CASE(cut_head_refused),
	KUNIT_CASE(other_size_refused),
	KUNIT_CASE(dup_made),
	KUNIT_CASE(dup_refused),
	KUNIT_CASE(object_by_name),
	KUNIT_CASE(name_unknown_to_release),
	KUNIT_CASE(deadline_of_control),
	KUNIT_CASE(engines_of_all_tables),
	KUNIT_CASE(engines_without_end),
	{}
};

static struct kunit_suite suite = {
	.name = "gsp_core_rm",
	.init = rm_init,
	.test_cases = cases,
};

kunit_test_suite(suite);
