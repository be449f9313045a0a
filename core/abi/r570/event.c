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

const struct gsp_event_desc r570_events[GSP_NR_EVENTS] = {
	[GSP_EVENT_INIT_DONE]		= { 0x1001, "GSP_INIT_DONE" },
	[GSP_EVENT_RUN_SEQUENCER]	= { 0x1002, "GSP_RUN_CPU_SEQUENCER" },
	[GSP_EVENT_POST_EVENT]		= { 0x1003, "POST_EVENT" },
	[GSP_EVENT_RC_TRIGGERED]	= { 0x1004, "RC_TRIGGERED" },
	[GSP_EVENT_MMU_FAULT]		= { 0x1005, "MMU_FAULT_QUEUED" },
	[GSP_EVENT_ERROR_LOG]		= { 0x1006, "OS_ERROR_LOG" },
	[GSP_EVENT_LIBOS_PRINT]		= { 0x100c, "UCODE_LIBOS_PRINT" },
	[GSP_EVENT_LOCKDOWN]		= { 0x101c, "GSP_LOCKDOWN_NOTICE" },
	[GSP_EVENT_NOCAT]		= { 0x1020, "GSP_POST_NOCAT_RECORD" },
};
