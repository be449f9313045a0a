// SPDX-License-Identifier: GPL-2.0-only
#include "sriov/plugin.h"

#include <kunit/visibility.h>
#include <linux/align.h>
#include <linux/cleanup.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/hrtimer.h>
#include <linux/io.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/sizes.h>
#include <linux/slab.h>

/* A fast plugin is not waited for long, a slow one does not cost much. */
#define FIRST_LOOK_US	50
#define LAST_LOOK_US	20000

/**
 * gsp_plugin_init - a plugin that does not run
 * @p: to fill in
 * @abi: how the release talks with it
 * @ops: the rest of the vGPU
 * @ctx: first argument of @ops
 *
 * Context: any.
 */
void gsp_plugin_init(struct gsp_plugin *p, const struct gsp_abi_plugin *abi,
		     const struct gsp_plugin_ops *ops, void *ctx)
{
	*p = (struct gsp_plugin) { .abi = abi, .ops = ops, .ctx = ctx };
	init_waitqueue_head(&p->wait);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_plugin_init);

/**
 * gsp_plugin_attach - prepare the shared memory before the plugin is started
 * @p: plugin
 * @mem: shared memory, whatever it holds
 *
 * The word that the plugin says it is up with is cleared, so that what an
 * earlier one said there is not believed.
 *
 * Context: process context, may sleep.
 * Return: 0 or -ENOMEM.
 */
int gsp_plugin_attach(struct gsp_plugin *p, void __iomem *mem)
{
	const struct gsp_plugin_layout *l = &p->abi->layout;

	void *page __free(kfree) = kzalloc(SZ_4K, GFP_KERNEL);
	u32 version;

	if (!page)
		return -ENOMEM;
	p->abi->ctrl_page(page);
	version = *(u32 *)(page + l->version_off);
	*(u32 *)(page + l->version_off) = 0;

	p->seq = 0;
	p->up = false;
	p->unloaded = false;
	p->crashed = false;
	memset_io(mem + l->response, 0, SZ_4K);
	memcpy_toio(mem + l->ctrl, page, SZ_4K);
	__raw_writel((__force u32)version, mem + l->ctrl + l->version_off);
	/* It has arrived before anybody is told to look at it. */
	__raw_readl(mem + l->ctrl + l->version_off);
	WRITE_ONCE(p->mem, mem);
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_plugin_attach);

/**
 * gsp_plugin_detach - the shared memory is about to go
 * @p: plugin that has ended, attached or not
 *
 * Context: any.
 */
void gsp_plugin_detach(struct gsp_plugin *p)
{
	WRITE_ONCE(p->mem, NULL);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_plugin_detach);

/* ---- waiting ---- */

static bool is_up(struct gsp_plugin *p)
{
	const struct gsp_plugin_layout *l = &p->abi->layout;

	return READ_ONCE(p->up) || readl(p->mem + l->ctrl + l->seq_off) == l->bootloaded_magic;
}

static bool is_unloaded(struct gsp_plugin *p)
{
	return READ_ONCE(p->unloaded);
}

static bool is_answered(struct gsp_plugin *p)
{
	const struct gsp_plugin_layout *l = &p->abi->layout;

	return readl(p->mem + l->response + l->rsp_seq_off) == p->seq;
}

static int why_stop(struct gsp_plugin *p)
{
	return READ_ONCE(p->crashed) ? -EIO : p->ops->stopped(p->ctx);
}

/* The deadline is looked at before the condition: there is always a last look. */
static int wait_for(struct gsp_plugin *p, bool (*cond)(struct gsp_plugin *p),
		    unsigned int timeout_ms)
{
	ktime_t end = ktime_add_ms(ktime_get(), timeout_ms);
	unsigned int look_us = FIRST_LOOK_US;

	for (;;) {
		int news = atomic_read(&p->news);
		bool late = ktime_after(ktime_get(), end);
		int ret = why_stop(p);

		/* Of a GPU that is gone the memory reads all ones. */
		if (ret)
			return ret;
		if (cond(p))
			return 0;
		if (late)
			return -ETIMEDOUT;
		wait_event_hrtimeout(p->wait, atomic_read(&p->news) != news,
				     us_to_ktime(look_us));
		look_us = min(2 * look_us, LAST_LOOK_US);
	}
}

/**
 * gsp_plugin_wait_up - wait until the plugin runs
 * @p: plugin whose bootload was accepted
 * @timeout_ms: how long
 *
 * Context: process context, sleeps.
 * Return: 0; -ETIMEDOUT; -EIO if it has crashed; what &gsp_plugin_ops.stopped
 * says.
 */
int gsp_plugin_wait_up(struct gsp_plugin *p, unsigned int timeout_ms)
{
	return wait_for(p, is_up, timeout_ms);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_plugin_wait_up);

/**
 * gsp_plugin_wait_unloaded - wait until the plugin has ended
 * @p: plugin that was told to
 * @timeout_ms: how long
 *
 * Context: process context, sleeps.
 * Return: as gsp_plugin_wait_up().
 */
int gsp_plugin_wait_unloaded(struct gsp_plugin *p, unsigned int timeout_ms)
{
	return wait_for(p, is_unloaded, timeout_ms);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_plugin_wait_unloaded);

/* ---- messages ---- */

static void put_message(struct gsp_plugin *p, enum gsp_plugin_msg msg, const void *params,
			size_t len)
{
	const struct gsp_plugin_layout *l = &p->abi->layout;
	void __iomem *ctrl = p->mem + l->ctrl;

	memcpy_toio(p->mem + l->message, params, len);
	writel(p->abi->messages[msg], ctrl + l->type_off);
	/* 0 would be taken for the number of no message. */
	p->seq = p->seq + 1 ?: 1;
	writel(p->seq, ctrl + l->seq_off);
	/* The doorbell takes another way and must not get there first. */
	readl(ctrl + l->seq_off);
	p->ops->ring(p->ctx);
}

static int send(struct gsp_plugin *p, enum gsp_plugin_msg msg, const void *params, size_t len,
		unsigned int timeout_ms)
{
	const struct gsp_plugin_layout *l = &p->abi->layout;
	int ret = why_stop(p);

	if (ret)
		return ret;
	put_message(p, msg, params, ALIGN(len, sizeof(u32)));
	ret = wait_for(p, is_answered, timeout_ms);
	if (ret)
		return ret;
	return readl(p->mem + l->response + l->rsp_result_off) ? -EREMOTEIO : 0;
}

/**
 * gsp_plugin_version - agree on a version, the first message
 * @p: plugin that is up
 * @timeout_ms: how long to wait for the answer
 *
 * Context: process context, sleeps.
 * Return: 0; -EREMOTEIO if the plugin refuses; -ENOMEM; as
 * gsp_plugin_wait_up().
 */
int gsp_plugin_version(struct gsp_plugin *p, unsigned int timeout_ms)
{
	void *buf __free(kfree) = kzalloc(p->abi->layout.message_size, GFP_KERNEL);

	if (!buf)
		return -ENOMEM;
	return send(p, GSP_PLUGIN_MSG_VERSION, buf, p->abi->version(buf), timeout_ms);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_plugin_version);

/**
 * gsp_plugin_config - tell the plugin what its vGPU is, the second message
 * @p: plugin
 * @config: what it is told
 * @timeout_ms: how long to wait for the answer
 *
 * Context: process context, sleeps.
 * Return: as gsp_plugin_version().
 */
int gsp_plugin_config(struct gsp_plugin *p, const struct gsp_plugin_config *config,
		      unsigned int timeout_ms)
{
	void *buf __free(kfree) = kzalloc(p->abi->layout.message_size, GFP_KERNEL);

	if (!buf)
		return -ENOMEM;
	return send(p, GSP_PLUGIN_MSG_CONFIG, buf, p->abi->config(config, buf), timeout_ms);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_plugin_config);

/**
 * gsp_plugin_reset - bring the vGPU to the state that it was configured in
 * @p: configured plugin
 * @timeout_ms: how long to wait for the answer
 *
 * Context: process context, sleeps.
 * Return: as gsp_plugin_version(), without -ENOMEM.
 */
int gsp_plugin_reset(struct gsp_plugin *p, unsigned int timeout_ms)
{
	return send(p, GSP_PLUGIN_MSG_RESET, NULL, 0, timeout_ms);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_plugin_reset);

/**
 * gsp_plugin_bme - tell that bus mastering of the VF was switched
 * @p: configured plugin
 * @enable: it is on now
 * @timeout_ms: how long to wait for the answer
 *
 * Context: process context, sleeps.
 * Return: as gsp_plugin_version().
 */
int gsp_plugin_bme(struct gsp_plugin *p, bool enable, unsigned int timeout_ms)
{
	void *buf __free(kfree) = kzalloc(p->abi->layout.message_size, GFP_KERNEL);

	if (!buf)
		return -ENOMEM;
	return send(p, GSP_PLUGIN_MSG_BME, buf, p->abi->bme(enable, buf), timeout_ms);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_plugin_bme);

/* ---- what the plugin says by itself ---- */

/**
 * gsp_plugin_wake - whoever waits looks again
 * @p: plugin
 *
 * Context: any.
 */
void gsp_plugin_wake(struct gsp_plugin *p)
{
	atomic_inc(&p->news);
	wake_up_all(&p->wait);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_plugin_wake);

/**
 * gsp_plugin_report - GSP-RM reports of the plugin
 * @p: plugin
 * @what: what it reports
 *
 * Context: any.
 */
void gsp_plugin_report(struct gsp_plugin *p, enum gsp_plugin_notify what)
{
	switch (what) {
	case GSP_PLUGIN_BOOTLOADED:
		WRITE_ONCE(p->up, true);
		break;
	case GSP_PLUGIN_UNLOADED:
		WRITE_ONCE(p->unloaded, true);
		break;
	case GSP_PLUGIN_CRASHED:
		WRITE_ONCE(p->crashed, true);
		break;
	default:
		return;
	}
	gsp_plugin_wake(p);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_plugin_report);

/**
 * gsp_plugin_error_text - take text out of the error region
 * @p: plugin whose memory stays attached meanwhile
 * @buf: gets the text, terminated
 * @size: its size in bytes
 *
 * The region is a ring; what the plugin says of it is not trusted.
 *
 * Context: process context.
 * Return: length of the text, 0 if there is none. There may be more.
 */
size_t gsp_plugin_error_text(struct gsp_plugin *p, char *buf, size_t size)
{
	const struct gsp_plugin_layout *l = &p->abi->layout;
	void __iomem *mem = READ_ONCE(p->mem);
	u32 get, put;
	size_t n = 0;

	if (!mem)
		return 0;
	get = readl(mem + l->ctrl + l->error_get_off);
	put = readl(mem + l->response + l->error_put_off);
	if (get >= l->error_size || put >= l->error_size)
		return 0;

	while (get != put && n + 1 < size) {
		buf[n++] = readb(mem + l->error + get);
		get = (get + 1) % l->error_size;
	}
	buf[n] = '\0';
	writel(get, mem + l->ctrl + l->error_get_off);
	return n;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_plugin_error_text);
