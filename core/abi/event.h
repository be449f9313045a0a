/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the firmware says without being asked.
 */
#ifndef _GSP_ABI_EVENT_H
#define _GSP_ABI_EVENT_H

#include <linux/types.h>

/**
 * enum gsp_event - events that GSP-RM sends
 * @GSP_EVENT_INIT_DONE: GSP-RM is ready for calls
 * @GSP_EVENT_RUN_SEQUENCER: run a register program
 * @GSP_EVENT_POST_EVENT: a notification that a client asked for
 * @GSP_EVENT_RC_TRIGGERED: a channel was torn down after an error
 * @GSP_EVENT_MMU_FAULT: a fault waits in the fault buffer
 * @GSP_EVENT_ERROR_LOG: an Xid with its text
 * @GSP_EVENT_PERFMON: samples of the load, which nobody asked for
 * @GSP_EVENT_LIBOS_PRINT: text of a microcontroller
 * @GSP_EVENT_VGPU_PLUGIN: a vGPU's plugin came up, went, or has news
 * @GSP_EVENT_VGPU_CONFIG: a vGPU was created, initialised or destroyed
 * @GSP_EVENT_LOCKDOWN: GSP lockdown engages or ends
 * @GSP_EVENT_NOCAT: a crash record was posted
 * @GSP_EVENT_RECOVERY_ACTION: what would cure the GPU has changed
 * @GSP_NR_EVENTS: number of events; also: an event of no known number
 */
enum gsp_event {
	GSP_EVENT_INIT_DONE,
	GSP_EVENT_RUN_SEQUENCER,
	GSP_EVENT_POST_EVENT,
	GSP_EVENT_RC_TRIGGERED,
	GSP_EVENT_MMU_FAULT,
	GSP_EVENT_ERROR_LOG,
	GSP_EVENT_PERFMON,
	GSP_EVENT_LIBOS_PRINT,
	GSP_EVENT_VGPU_PLUGIN,
	GSP_EVENT_VGPU_CONFIG,
	GSP_EVENT_LOCKDOWN,
	GSP_EVENT_NOCAT,
	GSP_EVENT_RECOVERY_ACTION,
	GSP_NR_EVENTS
};

/**
 * struct gsp_error_log - an error that GSP-RM reports, known by its Xid
 * @xid: NVIDIA's number of the error
 * @runlist: runlist, or ~0
 * @chid: channel, or ~0
 * @text: terminated text
 */
struct gsp_error_log {
	u32 xid;
	u32 runlist;
	u32 chid;
	char text[256];
};

/**
 * struct gsp_event_desc - how a release names one event
 * @fn: function number on the wire
 * @name: the vendor's name
 */
struct gsp_event_desc {
	u32 fn;
	const char *name;
};

/**
 * struct gsp_rc - a channel that was torn down
 * @engine: engine type, or 0
 * @chid: channel of that engine's runlist
 * @gfid: function that owns it, 0 for the PF
 * @level: how much was torn down
 * @type: why; NVIDIA's number, which is no Xid
 * @scope: who was hit
 * @fault_addr: address of the fault, if there was one
 * @fault_type: NVIDIA's number of the fault
 *
 * Of a function with a gfid @chid counts from that function's first channel or
 * from the GPU's: sources don't tell. Route by @gfid.
 */
struct gsp_rc {
	u32 engine;
	u32 chid;
	u32 gfid;
	u32 level;
	u32 type;
	u32 scope;
	u64 fault_addr;
	u32 fault_type;
};

/**
 * enum gsp_recovery - what would cure the GPU
 * @GSP_RECOVERY_NONE: nothing ails it
 * @GSP_RECOVERY_GPU_RESET: a reset of the GPU
 * @GSP_RECOVERY_NODE_REBOOT: a reboot of the machine
 * @GSP_RECOVERY_DRAIN_P2P: let peers' transfers end
 * @GSP_RECOVERY_DRAIN_AND_RESET: let work end, then reset the GPU
 * @GSP_RECOVERY_OTHER: something that this driver doesn't know
 */
enum gsp_recovery {
	GSP_RECOVERY_NONE,
	GSP_RECOVERY_GPU_RESET,
	GSP_RECOVERY_NODE_REBOOT,
	GSP_RECOVERY_DRAIN_P2P,
	GSP_RECOVERY_DRAIN_AND_RESET,
	GSP_RECOVERY_OTHER,
};

#endif
