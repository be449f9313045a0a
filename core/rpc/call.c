// SPDX-License-Identifier: GPL-2.0-only
#include "rpc/call.h"

#include <kunit/visibility.h>
#include <linux/cleanup.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "rpc/rpc.h"

/* RM object calls, which are the many and the small, need no allocation. */
#define WIRE_ON_STACK	64

static int call_wire(const struct gsp_link *link, const struct gsp_call_desc *desc,
		     void *wire, size_t size, const void *in, void *out,
		     void *body, size_t body_len, unsigned int timeout_ms)
{
	struct gsp_payload msg = { .head = wire, .head_len = size,
				   .body = body, .body_len = body_len };
	struct gsp_payload reply = msg;
	int ret;

	if (desc->encode)
		desc->encode(in, wire);
	if (desc->posted)
		return gsp_rpc_post(link->rpc, desc->fn, &msg);

	ret = gsp_rpc_xfer(link->rpc, desc->fn, &msg, &reply,
			   timeout_ms ?: desc->timeout_ms);
	if (ret)
		return ret;
	/* Parameters that did not come back whole would be half the caller's. */
	if (reply.body_len != body_len)
		return -EPROTO;
	return desc->decode ? desc->decode(wire, out) : 0;
}

/**
 * gsp_call_body - call GSP-RM with parameters that only the caller understands
 * @link: channel and release
 * @call: what to call
 * @in: neutral request, as enum gsp_call says; NULL if it has none
 * @out: neutral reply; NULL if it has none; may be @in's memory
 * @body: parameters, replaced by those of the reply; copied once each way
 * @body_len: their size
 * @timeout_ms: deadline of the answer; 0 for that of any such call
 *
 * Context: process context, may sleep for its turn and up to the deadline.
 * Return: 0; -ENOMEM; the errors of gsp_rpc_xfer() or, for a posted call,
 * gsp_rpc_post(); -EPROTO if the reply is shorter than the request or
 * contradicts itself.
 */
int gsp_call_body(const struct gsp_link *link, enum gsp_call call, const void *in, void *out,
		  void *body, size_t body_len, unsigned int timeout_ms)
{
	const struct gsp_call_desc *desc = &link->abi->calls[call];
	size_t size = desc->size_of ? desc->size_of(in) : desc->size;
	u8 small[WIRE_ON_STACK] __aligned(8);

	if (size <= sizeof(small)) {
		memset(small, 0, size);
		return call_wire(link, desc, small, size, in, out, body, body_len, timeout_ms);
	}

	void *wire __free(kvfree) = kvzalloc(size, GFP_KERNEL);

	if (!wire)
		return -ENOMEM;
	return call_wire(link, desc, wire, size, in, out, body, body_len, timeout_ms);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_call_body);

/**
 * gsp_call - call GSP-RM
 * @link: channel and release
 * @call: what to call
 * @in: neutral request, as enum gsp_call says; NULL if it has none
 * @out: neutral reply; NULL if it has none
 *
 * Context: process context, may sleep for its turn and up to the deadline.
 * Return: as gsp_call_body().
 */
int gsp_call(const struct gsp_link *link, enum gsp_call call, const void *in, void *out)
{
	return gsp_call_body(link, call, in, out, NULL, 0, 0);
}
