// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events of 570.144.
 */
#include "abi/r570/r570.h"

#include <asm/byteorder.h>
#include <linux/errno.h>
#include <linux/string.h>

#include "abi/r570/wire.h"

int r570_decode_error_log(const void *payload, size_t len,
			  struct gsp_error_log *log)
{
	const struct r570_wire_error_log *w = payload;

	if (len < sizeof(*w))
		return -EPROTO;

	log->xid = le32_to_cpu(w->xid);
	log->runlist = le32_to_cpu(w->runlist);
	log->chid = le32_to_cpu(w->chid);
	memcpy(log->text, w->text, sizeof(log->text));
	log->text[sizeof(log->text) - 1] = '\0';
	return 0;
}

int r570_decode_rc(const void *payload, size_t len, struct gsp_rc *rc)
{
	const struct r570_wire_rc *w = payload;

	if (len < sizeof(*w))
		return -EPROTO;

	*rc = (struct gsp_rc) {
		.engine = le32_to_cpu(w->engine),
		.chid = le32_to_cpu(w->chid),
		.gfid = le32_to_cpu(w->gfid),
		.level = le32_to_cpu(w->level),
		.type = le32_to_cpu(w->type),
		.scope = le32_to_cpu(w->scope),
		.fault_addr = (u64)le32_to_cpu(w->fault_addr_hi) << 32 |
			      le32_to_cpu(w->fault_addr_lo),
		.fault_type = le32_to_cpu(w->fault_type),
	};
	return 0;
}

/*
 * The firmware knows of one reason each for a reboot and for draining. REFRESH
 * says that it changed marks in scratch registers, which ask for a reset, at
 * once or after work has ended.
 */
int r570_decode_recovery(const void *payload, size_t len, enum gsp_recovery *action)
{
	const struct r570_wire_recovery *w = payload;

	if (len < sizeof(*w))
		return -EPROTO;

	switch (le32_to_cpu(w->type)) {
	case R570_RECOVERY_REFRESH:
		*action = GSP_RECOVERY_GPU_RESET;
		break;
	case R570_RECOVERY_DRAIN_P2P:
		*action = w->value ? GSP_RECOVERY_DRAIN_P2P : GSP_RECOVERY_NONE;
		break;
	case R570_RECOVERY_REBOOT:
		*action = w->value ? GSP_RECOVERY_NODE_REBOOT : GSP_RECOVERY_NONE;
		break;
	default:
		*action = GSP_RECOVERY_OTHER;
	}
	return 0;
}

const struct gsp_event_desc r570_events[GSP_NR_EVENTS] = {
	[GSP_EVENT_INIT_DONE]		= { 0x1001, "GSP_INIT_DONE" },
	[GSP_EVENT_RUN_SEQUENCER]	= { 0x1002, "GSP_RUN_CPU_SEQUENCER" },
	[GSP_EVENT_POST_EVENT]		= { 0x1003, "POST_EVENT" },
	[GSP_EVENT_RC_TRIGGERED]	= { 0x1004, "RC_TRIGGERED" },
	[GSP_EVENT_MMU_FAULT]		= { 0x1005, "MMU_FAULT_QUEUED" },
	[GSP_EVENT_ERROR_LOG]		= { 0x1006, "OS_ERROR_LOG" },
	[GSP_EVENT_PERFMON]		= { 0x1008, "GPUACCT_PERFMON_UTIL_SAMPLES" },
	[GSP_EVENT_LIBOS_PRINT]		= { 0x100c, "UCODE_LIBOS_PRINT" },
	[GSP_EVENT_VGPU_PLUGIN]		= { 0x100d, "VGPU_GSP_PLUGIN_TRIGGERED" },
	[GSP_EVENT_VGPU_CONFIG]		= { 0x1010, "VGPU_CONFIG" },
	[GSP_EVENT_LOCKDOWN]		= { 0x101c, "GSP_LOCKDOWN_NOTICE" },
	[GSP_EVENT_NOCAT]		= { 0x1020, "GSP_POST_NOCAT_RECORD" },
	[GSP_EVENT_RECOVERY_ACTION]	= { 0x1022, "RECOVERY_ACTION" },
};
