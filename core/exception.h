/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What goes wrong on the GPU: whom it hits, how often, and one line about it.
 *
 * Each exception is counted, told to the vGPU that it hit, and logged in the
 * form that monitoring of NVIDIA GPUs looks for: an Xid line, which must stand
 * at the very beginning of a record of the kernel log. A channel that is torn
 * down is announced twice, as text and as an event: one line is enough.
 *
 * A GPU that died stays dead until it is bound again. A recovery that boots it
 * under its clients would begin where gsp_exceptions_dead() ends.
 */
#ifndef _GSP_EXCEPTION_H
#define _GSP_EXCEPTION_H

#include <linux/atomic.h>
#include <linux/ratelimit_types.h>
#include <linux/sched.h>
#include <linux/types.h>

#include "abi/abi.h"
#include "event/event.h"
#include "rpc/rpc.h"

struct device;

/* Longest Xid line, its terminator included. */
#define GSP_XID_LINE_MAX	512

/* Room for "0000:01:00.4", also where domains are wider. */
#define GSP_VICTIM_VF_LEN	24

/**
 * enum gsp_exception - kinds of exceptions
 * @GSP_EXCEPTION_ERROR_LOG: the firmware logged an error of its own or of a
 *	channel
 * @GSP_EXCEPTION_RC: a channel was torn down after an error
 * @GSP_EXCEPTION_PLUGIN_CRASH: the plugin of a vGPU ended unasked
 * @GSP_EXCEPTION_RECOVERY: what would cure the GPU has changed
 * @GSP_EXCEPTION_DEATH: the firmware can't be talked to any more
 * @GSP_NR_EXCEPTIONS: number of kinds
 */
enum gsp_exception {
	GSP_EXCEPTION_ERROR_LOG,
	GSP_EXCEPTION_RC,
	GSP_EXCEPTION_PLUGIN_CRASH,
	GSP_EXCEPTION_RECOVERY,
	GSP_EXCEPTION_DEATH,
	GSP_NR_EXCEPTIONS
};

/**
 * struct gsp_victim - the vGPU that an exception hit
 * @gfid: its number, 0 for none
 * @vf: PCI address of its VF
 * @pid: process that opened it, 0 if not known
 * @name: name of that process
 */
struct gsp_victim {
	u32 gfid;
	char vf[GSP_VICTIM_VF_LEN];
	pid_t pid;
	char name[TASK_COMM_LEN];
};

/**
 * struct gsp_pci_address - a GPU as monitoring names it
 * @domain: PCI domain
 * @bus: bus
 * @slot: device number; a GPU is always function 0
 */
struct gsp_pci_address {
	int domain;
	u8 bus;
	u8 slot;
};

/**
 * struct gsp_xid - one line for monitoring
 * @nr: NVIDIA's number of the error
 * @gpu: where it happened
 * @who: vGPU that it is about, or NULL
 * @text: the rest
 */
struct gsp_xid {
	u32 nr;
	struct gsp_pci_address gpu;
	const struct gsp_victim *who;
	const char *text;
};

/**
 * struct gsp_exception_ops - where the vGPUs are
 * @by_gfid: fill in the vGPU of a VF; false if there is none
 * @by_chid: fill in the vGPU that a channel belongs to; false if none
 * @notify: tell a vGPU, which may have gone meanwhile
 *
 * All are called from the event worker and may sleep, but not call GSP-RM.
 */
struct gsp_exception_ops {
	bool (*by_gfid)(void *ctx, u32 gfid, struct gsp_victim *who);
	bool (*by_chid)(void *ctx, u32 chid, struct gsp_victim *who);
	void (*notify)(void *ctx, u32 gfid, enum gsp_exception what);
};

/* The vGPUs of a struct gsp_sriov, which is the first argument. */
extern const struct gsp_exception_ops gsp_exception_sriov_ops;

#define GSP_EXCEPTION_NR_SUBS	4

/**
 * struct gsp_exceptions - the exceptions of one GPU since it was bound
 * @dev: GPU
 * @gpu: its address
 * @abi: release that encodes the events
 * @ops: where the vGPUs are; NULL if there can be none
 * @ctx: first argument of @ops
 * @subs: subscriptions
 * @count: exceptions of each kind
 * @last_xid: number of the last Xid, 0 for none
 * @recovery: what would cure the GPU, as the firmware says
 * @limit: of the lines; a storm of exceptions is no storm in the log
 * @logged: the last ERROR_LOG, whose line serves for the RC that follows
 * @logged.xid: its number
 * @logged.chid: its channel, ~0 for none
 * @logged.gfid: whom it hit
 * @logged.stamp: when
 *
 * @logged belongs to the event worker; what sysfs reads is single words.
 */
struct gsp_exceptions {
	struct device *dev;
	struct gsp_pci_address gpu;
	const struct gsp_abi *abi;
	const struct gsp_exception_ops *ops;
	void *ctx;
	struct gsp_event_sub subs[GSP_EXCEPTION_NR_SUBS];
	atomic_t count[GSP_NR_EXCEPTIONS];
	u32 last_xid;
	enum gsp_recovery recovery;
	struct ratelimit_state limit;
	struct {
		u32 xid;
		u32 chid;
		u32 gfid;
		unsigned long stamp;
	} logged;
};

void gsp_exceptions_init(struct gsp_exceptions *exc, struct device *dev,
			 const struct gsp_pci_address *gpu, const struct gsp_abi *abi,
			 const struct gsp_exception_ops *ops, void *ctx);
void gsp_exceptions_subscribe(struct gsp_exceptions *exc, struct gsp_event_queue *q);
void gsp_exceptions_dead(struct gsp_exceptions *exc, enum gsp_rpc_death reason);

u32 gsp_exception_death_xid(enum gsp_rpc_death reason);
const char *gsp_recovery_name(enum gsp_recovery action);
int gsp_xid_line(char *buf, size_t size, const struct gsp_xid *xid);

#endif
