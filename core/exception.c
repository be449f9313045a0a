// SPDX-License-Identifier: GPL-2.0-only
#include "exception.h"

#include <kunit/visibility.h>
#include <linux/array_size.h>
#include <linux/ctype.h>
#include <linux/device.h>
#include <linux/export.h>
#include <linux/jiffies.h>
#include <linux/kobject.h>
#include <linux/pci.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>
#include <linux/sprintf.h>
#include <linux/string.h>

#include "sriov/pf.h"
#include "sriov/vgpu.h"

/* Numbers of NVIDIA/open-gpu-kernel-modules, nverror.h (570.144). */
#define XID_VGPU_START_ERROR		78
#define XID_FALLEN_OFF_THE_BUS		79
#define XID_GSP_RPC_TIMEOUT		119
#define XID_GSP_ERROR			120
#define XID_RECOVERY_ACTION_CHANGED	154

#define NO_CHANNEL	(~0U)
#define LINES_PER_BURST	10

/* The same words as the vendor's driver has for them. */
static const char * const recovery_names[] = {
	[GSP_RECOVERY_NONE]		= "None",
	[GSP_RECOVERY_GPU_RESET]	= "GPU Reset Required",
	[GSP_RECOVERY_NODE_REBOOT]	= "Node Reboot Required",
	[GSP_RECOVERY_DRAIN_P2P]	= "Drain P2P",
	[GSP_RECOVERY_DRAIN_AND_RESET]	= "Drain and Reset",
	[GSP_RECOVERY_OTHER]		= "Unknown",
};

/**
 * gsp_recovery_name - what would cure a GPU, in words
 * @action: what
 *
 * Context: any.
 * Return: text.
 */
const char *gsp_recovery_name(enum gsp_recovery action)
{
	if (action >= ARRAY_SIZE(recovery_names))
		action = GSP_RECOVERY_OTHER;
	return recovery_names[action];
}
EXPORT_SYMBOL_IF_KUNIT(gsp_recovery_name);

/**
 * gsp_exception_death_xid - the Xid that a dead channel stands for
 * @reason: why it died
 *
 * Context: any.
 * Return: number; 0 for a death that is the driver's own doing.
 */
u32 gsp_exception_death_xid(enum gsp_rpc_death reason)
{
	switch (reason) {
	case GSP_RPC_DEATH_NONE:
	case GSP_RPC_DEATH_BOOT:
	case GSP_RPC_DEATH_REMOVED:
		return 0;
	case GSP_RPC_DEATH_LINK:
	case GSP_RPC_DEATH_GONE:
		return XID_FALLEN_OFF_THE_BUS;
	case GSP_RPC_DEATH_SILENT:
		return XID_GSP_RPC_TIMEOUT;
	default:
		return XID_GSP_ERROR;
	}
}
EXPORT_SYMBOL_IF_KUNIT(gsp_exception_death_xid);

/* ---- the line ---- */

/* A name can be anything; what parses the line must not trip over it. */
static void plain_name(char *to, const char *from)
{
	int i;

	for (i = 0; i < TASK_COMM_LEN - 1 && from[i]; i++)
		to[i] = isascii(from[i]) && (isalnum(from[i]) || strchr("-_./", from[i])) ?
			from[i] : '_';
	to[i] = '\0';
}

/* Firmware's text: nothing that could begin a line of its own. */
static void one_line(char *s)
{
	for (; *s; s++)
		if (!isascii(*s) || !isprint(*s))
			*s = ' ';
}

/**
 * gsp_xid_line - write a line as monitoring looks for it
 * @buf: gets the line, terminated, without a newline
 * @size: its size, at most GSP_XID_LINE_MAX bytes are needed
 * @xid: what to say; its text may come from the firmware
 *
 * Process and name stand there only if they are known, as in the lines of the
 * vendor's driver.
 *
 * Context: any.
 * Return: length of the line.
 */
int gsp_xid_line(char *buf, size_t size, const struct gsp_xid *xid)
{
	char name[TASK_COMM_LEN];
	int n, text;

	n = scnprintf(buf, size, "NVRM: Xid (PCI:%04x:%02x:%02x): %u, ", xid->gpu.domain,
		      xid->gpu.bus, xid->gpu.slot, xid->nr);
	if (xid->who && xid->who->pid) {
		plain_name(name, xid->who->name);
		n += scnprintf(buf + n, size - n, "pid=%d, name=%s, ", xid->who->pid, name);
	}

	text = n;
	n += scnprintf(buf + n, size - n, "%s", xid->text);
	one_line(buf + text);
	while (n > text && buf[n - 1] == ' ')
		buf[--n] = '\0';

	if (xid->who && xid->who->gfid)
		n += scnprintf(buf + n, size - n, ", vGPU %s", xid->who->vf);
	return n;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_xid_line);

/*
 * dev_err() would put the driver's name before the text, where DCGM expects
 * the beginning of the record; the record still says which device it is about.
 */
static void emit(struct gsp_exceptions *exc, u32 nr, const struct gsp_victim *who,
		 const char *text)
{
	const struct gsp_xid xid = {
		.nr = nr,
		.gpu = exc->gpu,
		.who = who,
		.text = text,
	};
	char line[GSP_XID_LINE_MAX];

	gsp_xid_line(line, sizeof(line), &xid);
	dev_printk_emit(LOGLEVEL_ERR, exc->dev, "%s\n", line);
}

static void count(struct gsp_exceptions *exc, enum gsp_exception what, u32 xid)
{
	atomic_inc(&exc->count[what]);
	if (xid)
		WRITE_ONCE(exc->last_xid, xid);
}

static void report(struct gsp_exceptions *exc, enum gsp_exception what, u32 nr,
		   const struct gsp_victim *who, const char *text)
{
	count(exc, what, nr);
	if (__ratelimit(&exc->limit))
		emit(exc, nr, who, text);
}

/* ---- whom it hits ---- */

static void find_gfid(struct gsp_exceptions *exc, u32 gfid, struct gsp_victim *who)
{
	if (!gfid || !exc->ops || !exc->ops->by_gfid(exc->ctx, gfid, who))
		*who = (struct gsp_victim) {};
}

static void find_chid(struct gsp_exceptions *exc, u32 chid, struct gsp_victim *who)
{
	if (chid == NO_CHANNEL || !exc->ops || !exc->ops->by_chid(exc->ctx, chid, who))
		*who = (struct gsp_victim) {};
}

static void notify(struct gsp_exceptions *exc, const struct gsp_victim *who,
		   enum gsp_exception what)
{
	if (who->gfid)
		exc->ops->notify(exc->ctx, who->gfid, what);
}

/* ---- vGPUs ---- */

static bool fill_victim(struct gsp_vf *vf, struct gsp_victim *who)
{
	if (!vf)
		return false;
	*who = (struct gsp_victim) { .gfid = vf->gfid };
	if (gsp_vgpu_is_open(vf)) {
		who->pid = vf->opener.pid;
		strscpy(who->name, vf->opener.name);
	}
	scnprintf(who->vf, sizeof(who->vf), "%04x:%02x:%02x.%d", vf->sbdf >> 16,
		  PCI_BUS_NUM(vf->sbdf), PCI_SLOT(vf->sbdf), PCI_FUNC(vf->sbdf));
	return true;
}

static bool vf_by_gfid(void *ctx, u32 gfid, struct gsp_victim *who)
{
	return fill_victim(gsp_sriov_find_gfid(ctx, gfid), who);
}

/* Whose lock is not even initialised on a GPU that was booted plain. */
static bool vf_by_chid(void *ctx, u32 chid, struct gsp_victim *who)
{
	struct gsp_sriov *s = ctx;

	return s->nr_vfs && fill_victim(gsp_sriov_find_chid(s, chid), who);
}

static void vf_notify(void *ctx, u32 gfid, enum gsp_exception what)
{
	struct gsp_vf *vf = gsp_sriov_find_gfid(ctx, gfid);

	/* Of its plugin the vGPU hears by itself; of a mere log nothing follows. */
	if (vf && what == GSP_EXCEPTION_RC)
		gsp_sriov_fault(vf);
}

const struct gsp_exception_ops gsp_exception_sriov_ops = {
	.by_gfid = vf_by_gfid,
	.by_chid = vf_by_chid,
	.notify = vf_notify,
};

/* ---- what the firmware says ---- */

static void bad_payload(struct gsp_exceptions *exc, const char *event, size_t len)
{
	dev_warn_ratelimited(exc->dev, "%s of %zu bytes is cut short\n", event, len);
}

static void on_error_log(void *ctx, const void *payload, size_t len)
{
	struct gsp_exceptions *exc = ctx;
	struct gsp_victim who;
	struct gsp_error_log log;

	if (exc->abi->error_log(payload, len, &log)) {
		bad_payload(exc, "OS_ERROR_LOG", len);
		return;
	}
	find_chid(exc, log.chid, &who);
	report(exc, GSP_EXCEPTION_ERROR_LOG, log.xid, &who, log.text);
	exc->logged.xid = log.xid;
	exc->logged.chid = log.chid;
	exc->logged.gfid = who.gfid;
	exc->logged.stamp = jiffies;
	notify(exc, &who, GSP_EXCEPTION_ERROR_LOG);
}

static bool was_logged(const struct gsp_exceptions *exc, const struct gsp_rc *rc,
		       const struct gsp_victim *who)
{
	bool same = exc->logged.chid == rc->chid ||
		    (who->gfid && exc->logged.gfid == who->gfid);

	return same && exc->logged.xid == rc->type &&
	       time_before(jiffies, exc->logged.stamp + HZ);
}

static void report_rc(struct gsp_exceptions *exc, const struct gsp_rc *rc,
		      const struct gsp_victim *who)
{
	char text[128];
	int n;

	if (was_logged(exc, rc, who)) {
		count(exc, GSP_EXCEPTION_RC, rc->type);
		return;
	}
	n = scnprintf(text, sizeof(text), "Ch %08x, engine %u, channel torn down", rc->chid,
		      rc->engine);
	if (rc->fault_addr)
		scnprintf(text + n, sizeof(text) - n, ", fault at %#llx of type %u",
			  rc->fault_addr, rc->fault_type);
	report(exc, GSP_EXCEPTION_RC, rc->type, who, text);
}

static void on_rc(void *ctx, const void *payload, size_t len)
{
	struct gsp_exceptions *exc = ctx;
	struct gsp_victim who;
	struct gsp_rc rc;

	if (exc->abi->rc(payload, len, &rc)) {
		bad_payload(exc, "RC_TRIGGERED", len);
		return;
	}
	/* With a gfid the channel may be counted from the VF's first one. */
	if (rc.gfid)
		find_gfid(exc, rc.gfid, &who);
	else
		find_chid(exc, rc.chid, &who);
	report_rc(exc, &rc, &who);
	notify(exc, &who, GSP_EXCEPTION_RC);
}

static void on_plugin(void *ctx, const void *payload, size_t len)
{
	struct gsp_exceptions *exc = ctx;
	struct gsp_plugin_event ev;
	struct gsp_victim who;
	char text[64];

	if (exc->abi->plugin_event(payload, len, &ev)) {
		bad_payload(exc, "VGPU_GSP_PLUGIN_TRIGGERED", len);
		return;
	}
	if (ev.what != GSP_PLUGIN_CRASHED)
		return;

	find_gfid(exc, ev.gfid, &who);
	scnprintf(text, sizeof(text), "vGPU plugin %u crashed", ev.gfid);
	report(exc, GSP_EXCEPTION_PLUGIN_CRASH, XID_VGPU_START_ERROR, &who, text);
	notify(exc, &who, GSP_EXCEPTION_PLUGIN_CRASH);
}

static void on_recovery(void *ctx, const void *payload, size_t len)
{
	struct gsp_exceptions *exc = ctx;
	enum gsp_recovery was = exc->recovery;
	enum gsp_recovery now;
	char text[128];

	if (exc->abi->recovery(payload, len, &now)) {
		bad_payload(exc, "RECOVERY_ACTION", len);
		return;
	}
	if (now == was)
		return;

	WRITE_ONCE(exc->recovery, now);
	scnprintf(text, sizeof(text), "GPU recovery action changed from 0x%x (%s) to 0x%x (%s)",
		  was, gsp_recovery_name(was), now, gsp_recovery_name(now));
	report(exc, GSP_EXCEPTION_RECOVERY, XID_RECOVERY_ACTION_CHANGED, NULL, text);
}

/* ---- from bind to unbind ---- */

/**
 * gsp_exceptions_init - nothing has happened yet
 * @exc: to fill in
 * @dev: GPU
 * @gpu: its address
 * @abi: release that encodes the events
 * @ops: where the vGPUs are; NULL if there can be none
 * @ctx: first argument of @ops
 *
 * There is nothing to undo.
 *
 * Context: process context.
 */
void gsp_exceptions_init(struct gsp_exceptions *exc, struct device *dev,
			 const struct gsp_pci_address *gpu, const struct gsp_abi *abi,
			 const struct gsp_exception_ops *ops, void *ctx)
{
	*exc = (struct gsp_exceptions) {
		.dev = dev,
		.gpu = *gpu,
		.abi = abi,
		.ops = ops,
		.ctx = ctx,
	};
	ratelimit_state_init(&exc->limit, DEFAULT_RATELIMIT_INTERVAL, LINES_PER_BURST);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_exceptions_init);

/**
 * gsp_exceptions_subscribe - listen from now on
 * @exc: initialised; stays until the queue is gone
 * @q: events of the GPU
 *
 * Context: process context, may sleep; not from a handler.
 */
void gsp_exceptions_subscribe(struct gsp_exceptions *exc, struct gsp_event_queue *q)
{
	static const struct {
		enum gsp_event event;
		void (*handler)(void *ctx, const void *payload, size_t len);
	} own[GSP_EXCEPTION_NR_SUBS] = {
		{ GSP_EVENT_ERROR_LOG, on_error_log },
		{ GSP_EVENT_RC_TRIGGERED, on_rc },
		{ GSP_EVENT_VGPU_PLUGIN, on_plugin },
		{ GSP_EVENT_RECOVERY_ACTION, on_recovery },
	};
	int i;

	for (i = 0; i < GSP_EXCEPTION_NR_SUBS; i++) {
		exc->subs[i].event = own[i].event;
		exc->subs[i].handler = own[i].handler;
		exc->subs[i].ctx = exc;
		gsp_event_subscribe(q, &exc->subs[i]);
	}
}
EXPORT_SYMBOL_IF_KUNIT(gsp_exceptions_subscribe);

/*
 * The same key as DRM's drivers send, so that one udev rule serves all GPUs.
 * What has left the bus announces itself by being removed.
 */
static void send_uevent(struct device *dev)
{
	char *env[2] = {};

	env[0] = "WEDGED=rebind";
	kobject_uevent_env(&dev->kobj, KOBJ_CHANGE, env);
}

/**
 * gsp_exceptions_dead - the channel to the firmware has died
 * @exc: exceptions of the GPU
 * @reason: why, as given to &gsp_rpc_ops.dead
 *
 * Context: process context, may sleep.
 */
void gsp_exceptions_dead(struct gsp_exceptions *exc, enum gsp_rpc_death reason)
{
	u32 xid = gsp_exception_death_xid(reason);
	char text[128];

	if (!xid)
		return;
	count(exc, GSP_EXCEPTION_DEATH, xid);
	scnprintf(text, sizeof(text), "GSP is dead: %s", gsp_rpc_death_text(reason));
	emit(exc, xid, NULL, text);
	/* Of a GPU that dies while it boots, probe's errno tells. */
	if (reason != GSP_RPC_DEATH_GONE && device_is_bound(exc->dev))
		send_uevent(exc->dev);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_exceptions_dead);
