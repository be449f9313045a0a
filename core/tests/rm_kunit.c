// SPDX-License-Identifier: GPL-2.0-only
/*
 * RM calls from the caller to the ring and back, against a firmware that
 * answers as it is told.
 */
#include <kunit/test.h>

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

static struct kunit_case cases[] = {
	KUNIT_CASE(params_come_back),
	KUNIT_CASE(status_is_errno),
	KUNIT_CASE(status_without_errno),
	KUNIT_CASE(cut_params_refused),
	KUNIT_CASE(no_params_refused),
	KUNIT_CASE(cut_head_refused),
	KUNIT_CASE(other_size_refused),
	{}
};

static struct kunit_suite suite = {
	.name = "gsp_core_rm",
	.init = rm_init,
	.test_cases = cases,
};

kunit_test_suite(suite);
