// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every call to 570.144 in one table.
 */
#include "abi/r570/r570.h"

#include "abi/r570/wire.h"

#define TIMEOUT_MS	5000

const struct gsp_call_desc r570_calls[GSP_NR_CALLS] = {
	[GSP_CALL_SET_SYSTEM_INFO] = {
		.fn = 72,
		.name = "GSP_SET_SYSTEM_INFO",
		.posted = true,
		.size = sizeof(struct r570_wire_system_info),
		.encode = r570_encode_system_info,
	},
	[GSP_CALL_SET_REGISTRY] = {
		.fn = 73,
		.name = "SET_REGISTRY",
		.posted = true,
		.size_of = r570_registry_size,
		.encode = r570_encode_registry,
	},
	[GSP_CALL_GET_STATIC_INFO] = {
		.fn = 65,
		.name = "GET_GSP_STATIC_INFO",
		.timeout_ms = TIMEOUT_MS,
		.size = sizeof(struct r570_wire_static_info),
		.decode = r570_decode_static_info,
	},
	[GSP_CALL_UNLOAD] = {
		.fn = 47,
		.name = "UNLOADING_GUEST_DRIVER",
		.timeout_ms = TIMEOUT_MS,
		.size = sizeof(struct r570_wire_unload),
	},
	[GSP_CALL_RM_ALLOC] = {
		.fn = 103,
		.name = "GSP_RM_ALLOC",
		.timeout_ms = TIMEOUT_MS,
		.size = sizeof(struct r570_wire_rm_alloc),
		.encode = r570_encode_rm_alloc,
		.decode = r570_decode_rm_alloc,
	},
	[GSP_CALL_RM_CONTROL] = {
		.fn = 76,
		.name = "GSP_RM_CONTROL",
		.timeout_ms = TIMEOUT_MS,
		.size = sizeof(struct r570_wire_rm_control),
		.encode = r570_encode_rm_control,
		.decode = r570_decode_rm_control,
	},
	[GSP_CALL_RM_FREE] = {
		.fn = 10,
		.name = "FREE",
		.timeout_ms = TIMEOUT_MS,
		.size = sizeof(struct r570_wire_rm_free),
		.encode = r570_encode_rm_free,
		.decode = r570_decode_rm_free,
	},
	[GSP_CALL_RM_DUP] = {
		.fn = 21,
		.name = "DUP_OBJECT",
		.timeout_ms = TIMEOUT_MS,
		.size = sizeof(struct r570_wire_rm_dup),
		.encode = r570_encode_rm_dup,
		.decode = r570_decode_rm_dup,
	},
};
