/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Talking with the plugin of a vGPU.
 *
 * Each vGPU is run by a task inside the firmware. Host and task share memory,
 * the beginning of the task's heap, which the host sees through BAR1:
 *
 *	host						plugin
 *	----						------
 *	parameters -> message page
 *	type, number -> control page
 *	doorbell ------------------------------------->	reads them, works
 *							reply -> message page
 *							result, number -> response page
 *	sees its number, reads the result
 *
 * There is one message at a time. Events from GSP-RM end a wait early where
 * there are any; what they announce can also be seen in the shared memory, so a
 * lost event costs patience only.
 */
#ifndef _GSP_SRIOV_PLUGIN_H
#define _GSP_SRIOV_PLUGIN_H

#include <linux/atomic.h>
#include <linux/types.h>
#include <linux/wait.h>

#include "abi/abi.h"

/**
 * struct gsp_plugin_ops - what talking needs
 * @ring: tell the plugin that a message waits; may sleep
 * @stopped: why it is no use to wait any longer, or 0; does not sleep
 */
struct gsp_plugin_ops {
	void (*ring)(void *ctx);
	int (*stopped)(void *ctx);
};

/**
 * struct gsp_plugin - the plugin of one vGPU, seen from the host
 * @abi: how the release talks with it
 * @ops: the rest of the vGPU
 * @ctx: first argument of @ops
 * @mem: shared memory, @abi->layout.total bytes; NULL without a vGPU
 * @seq: number of the last message, 0 before the first
 * @up: it was reported to be up
 * @unloaded: it was reported to have ended as asked
 * @crashed: it was reported to have ended unasked
 * @news: counts reports, and whatever else ends a wait
 * @wait: who waits for news
 *
 * @mem and @seq belong to the thread that works on the vGPU. The reports are
 * written by the event worker, or when nobody else can see them, and read
 * without a lock.
 */
struct gsp_plugin {
	const struct gsp_abi_plugin *abi;
	const struct gsp_plugin_ops *ops;
	void *ctx;
	void __iomem *mem;
	u32 seq;
	bool up;
	bool unloaded;
	bool crashed;
	atomic_t news;
	wait_queue_head_t wait;
};

void gsp_plugin_init(struct gsp_plugin *p, const struct gsp_abi_plugin *abi,
		     const struct gsp_plugin_ops *ops, void *ctx);
int gsp_plugin_attach(struct gsp_plugin *p, void __iomem *mem);
void gsp_plugin_detach(struct gsp_plugin *p);

int gsp_plugin_wait_up(struct gsp_plugin *p, unsigned int timeout_ms);
int gsp_plugin_wait_unloaded(struct gsp_plugin *p, unsigned int timeout_ms);
int gsp_plugin_version(struct gsp_plugin *p, unsigned int timeout_ms);
int gsp_plugin_config(struct gsp_plugin *p, const struct gsp_plugin_config *config,
		      unsigned int timeout_ms);
int gsp_plugin_reset(struct gsp_plugin *p, unsigned int timeout_ms);
int gsp_plugin_bme(struct gsp_plugin *p, bool enable, unsigned int timeout_ms);

void gsp_plugin_report(struct gsp_plugin *p, enum gsp_plugin_notify what);
void gsp_plugin_wake(struct gsp_plugin *p);
size_t gsp_plugin_error_text(struct gsp_plugin *p, char *buf, size_t size);

#endif
