// SPDX-License-Identifier: GPL-2.0-only
#include "sriov/state.h"

#include <kunit/visibility.h>
#include <linux/errno.h>
#include <linux/export.h>

/* What is refused: IDLE is 0, and no step but CLOSED leads there. */
static const u8 transitions[GSP_NR_VGPU_STATES][GSP_NR_VGPU_STEPS] = {
	[GSP_VGPU_IDLE] = {
		[GSP_VGPU_OPEN]		= GSP_VGPU_STARTING,
	},
	[GSP_VGPU_STARTING] = {
		[GSP_VGPU_UP]		= GSP_VGPU_RUNNING,
		[GSP_VGPU_GIVE_UP]	= GSP_VGPU_STOPPING,
		[GSP_VGPU_BREAK]	= GSP_VGPU_FAILING,
	},
	[GSP_VGPU_RUNNING] = {
		[GSP_VGPU_WORK]		= GSP_VGPU_BUSY,
		[GSP_VGPU_BREAK]	= GSP_VGPU_BROKEN,
		[GSP_VGPU_CLOSE]	= GSP_VGPU_STOPPING,
	},
	[GSP_VGPU_BUSY] = {
		[GSP_VGPU_DONE]		= GSP_VGPU_RUNNING,
		[GSP_VGPU_BREAK]	= GSP_VGPU_FAILING,
	},
	[GSP_VGPU_FAILING] = {
		[GSP_VGPU_GIVE_UP]	= GSP_VGPU_STOPPING,
		[GSP_VGPU_DONE]		= GSP_VGPU_BROKEN,
		[GSP_VGPU_BREAK]	= GSP_VGPU_FAILING,
	},
	[GSP_VGPU_BROKEN] = {
		[GSP_VGPU_BREAK]	= GSP_VGPU_BROKEN,
		[GSP_VGPU_CLOSE]	= GSP_VGPU_STOPPING,
	},
	[GSP_VGPU_STOPPING] = {
		[GSP_VGPU_BREAK]	= GSP_VGPU_STOPPING,
		[GSP_VGPU_LOSE]		= GSP_VGPU_LOST,
	},
	[GSP_VGPU_LOST] = {
		[GSP_VGPU_BREAK]	= GSP_VGPU_LOST,
	},
};

/* Why a step is refused. */
static const struct {
	const char *name;
	bool working;
	int refused;
} states[GSP_NR_VGPU_STATES] = {
	[GSP_VGPU_IDLE]		= { "idle", false, -ENODEV },
	[GSP_VGPU_STARTING]	= { "starting", true, -EBUSY },
	[GSP_VGPU_RUNNING]	= { "running", false, -EBUSY },
	[GSP_VGPU_BUSY]		= { "busy", true, -EBUSY },
	[GSP_VGPU_FAILING]	= { "failing", true, -EIO },
	[GSP_VGPU_BROKEN]	= { "broken", false, -EIO },
	[GSP_VGPU_STOPPING]	= { "stopping", true, -EBUSY },
	[GSP_VGPU_LOST]		= { "lost", false, -EIO },
};

/**
 * gsp_vgpu_state_next - what a step leads to
 * @state: where the vGPU is
 * @step: what happens
 * @next: set to where it is then
 *
 * Context: any.
 * Return: 0; -ENODEV if there is no vGPU; -EBUSY if it exists, or somebody
 * works on it; -EIO if it is broken or lost.
 */
int gsp_vgpu_state_next(enum gsp_vgpu_state state, enum gsp_vgpu_step step,
			enum gsp_vgpu_state *next)
{
	bool stays_idle = state == GSP_VGPU_IDLE && step == GSP_VGPU_BREAK;
	bool closed = state == GSP_VGPU_STOPPING && step == GSP_VGPU_CLOSED;

	*next = transitions[state][step];
	if (*next == GSP_VGPU_IDLE && !stays_idle && !closed)
		return states[state].refused;
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_vgpu_state_next);

/**
 * gsp_vgpu_state_working - whether a thread works on the vGPU
 * @state: where it is
 *
 * Context: any.
 * Return: yes or no.
 */
bool gsp_vgpu_state_working(enum gsp_vgpu_state state)
{
	return states[state].working;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_vgpu_state_working);

/**
 * gsp_vgpu_state_name - a state in a word
 * @state: where a vGPU is
 *
 * Context: any.
 * Return: text.
 */
const char *gsp_vgpu_state_name(enum gsp_vgpu_state state)
{
	return states[state].name;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_vgpu_state_name);
