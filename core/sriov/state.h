/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where a vGPU is in its life.
 *
 *	          OPEN              UP
 *	 +-> IDLE -----> STARTING -----> RUNNING <--------+
 *	 |                |     |         |  |  |   DONE  |
 *	 |        GIVE_UP |     | BREAK   |  |  | WORK    |
 *	 |                |     v         |  |  +------> BUSY
 *	 |                | FAILING <-----|--|------------+
 *	 |                |  |   | DONE   |  | BREAK  BREAK
 *	 |                |  |   v        |  |
 *	 |                |  | BROKEN <---|--+
 *	 | CLOSED         v  v   | CLOSE  | CLOSE
 *	 +------------ STOPPING <+--------+
 *	                  |
 *	                  | LOSE
 *	                  v
 *	                 LOST
 *
 * IDLE      there is none
 * STARTING  a thread makes it
 * RUNNING   the plugin waits for messages
 * BUSY      a thread has a message under way, or clears its framebuffer
 * FAILING   the plugin has ended, or was given up, but a thread is still at
 *	     work with it: GIVE_UP by one that makes it, DONE by one of BUSY
 * BROKEN    nothing can be done with it but to close it
 * STOPPING  a thread takes it down
 * LOST      the firmware may still have it: the VF cannot be used until the
 *	     GPU is bound again
 *
 * In STARTING, BUSY, FAILING and STOPPING exactly one thread works on the vGPU
 * and holds no lock. BREAK comes from anywhere, at any time, and changes nothing
 * where there is nothing to break. What is not drawn is refused.
 */
#ifndef _GSP_SRIOV_STATE_H
#define _GSP_SRIOV_STATE_H

#include <linux/types.h>

enum gsp_vgpu_state {
	GSP_VGPU_IDLE,
	GSP_VGPU_STARTING,
	GSP_VGPU_RUNNING,
	GSP_VGPU_BUSY,
	GSP_VGPU_FAILING,
	GSP_VGPU_BROKEN,
	GSP_VGPU_STOPPING,
	GSP_VGPU_LOST,
	GSP_NR_VGPU_STATES
};

enum gsp_vgpu_step {
	GSP_VGPU_OPEN,
	GSP_VGPU_UP,
	GSP_VGPU_GIVE_UP,
	GSP_VGPU_WORK,
	GSP_VGPU_DONE,
	GSP_VGPU_BREAK,
	GSP_VGPU_CLOSE,
	GSP_VGPU_CLOSED,
	GSP_VGPU_LOSE,
	GSP_NR_VGPU_STEPS
};

int gsp_vgpu_state_next(enum gsp_vgpu_state state, enum gsp_vgpu_step step,
			enum gsp_vgpu_state *next);
bool gsp_vgpu_state_working(enum gsp_vgpu_state state);
const char *gsp_vgpu_state_name(enum gsp_vgpu_state state);

#endif
