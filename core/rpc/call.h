/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Calls by name: the release's table turns them into bytes and back.
 */
#ifndef _GSP_RPC_CALL_H
#define _GSP_RPC_CALL_H

#include <linux/types.h>

#include "abi/abi.h"

struct gsp_rpc;

/**
 * struct gsp_link - a channel and the language spoken on it
 * @rpc: channel
 * @abi: firmware release at the other end
 */
struct gsp_link {
	struct gsp_rpc *rpc;
	const struct gsp_abi *abi;
};

int gsp_call(const struct gsp_link *link, enum gsp_call call, const void *in, void *out);
int gsp_call_body(const struct gsp_link *link, enum gsp_call call, const void *in, void *out,
		  void *body, size_t body_len, unsigned int timeout_ms);

#endif
