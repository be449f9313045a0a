// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events of the firmware, in neutral terms, for those whom they concern.
 */
#include "client/internal.h"

#include <linux/cleanup.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/slab.h>

#include "device.h"

/**
 * struct gsp_client_sub - one subscription
 * @node: in the session's list
 * @c: session
 * @sub: subscription to the events of the GPU
 * @handler: the client's
 * @ctx: its argument
 */
struct gsp_client_sub {
	struct list_head node;
	struct gsp_client *c;
	struct gsp_event_sub sub;
	gsp_client_handler_t handler;
	void *ctx;
};

static void deliver(struct gsp_client_sub *s, const struct gsp_client_notice *notice)
{
	if (notice->chid == GSP_CLIENT_NO_CHID || client_owns_chid(s->c, notice->chid))
		s->handler(s->ctx, notice);
}

static void on_channel_error(void *ctx, const void *payload, size_t len)
{
	struct gsp_client_sub *s = ctx;
	struct gsp_rc rc;

	/* A guest's channels are numbered apart. */
	if (s->c->host->gsp->abi->rc(payload, len, &rc) || rc.gfid)
		return;
	deliver(s, &(struct gsp_client_notice) {
		.event = GSP_CLIENT_CHANNEL_ERROR,
		.chid = rc.chid,
		.code = rc.type,
		.text = "",
	});
}

static void on_error_log(void *ctx, const void *payload, size_t len)
{
	struct gsp_client_sub *s = ctx;
	struct gsp_error_log log;

	if (s->c->host->gsp->abi->error_log(payload, len, &log))
		return;
	deliver(s, &(struct gsp_client_notice) {
		.event = GSP_CLIENT_ERROR_LOG,
		.chid = log.chid,
		.code = log.xid,
		.text = log.text,
	});
}

static const struct {
	enum gsp_event event;
	void (*handler)(void *ctx, const void *payload, size_t len);
} sources[GSP_CLIENT_NR_EVENTS] = {
	[GSP_CLIENT_CHANNEL_ERROR] = { GSP_EVENT_RC_TRIGGERED, on_channel_error },
	[GSP_CLIENT_ERROR_LOG] = { GSP_EVENT_ERROR_LOG, on_error_log },
};

/**
 * gsp_client_subscribe - be told of one kind of event from now on
 * @client: session
 * @event: kind
 * @handler: called for each
 * @ctx: its argument
 *
 * Context: process context, may sleep until a running handler returns; not from
 * a handler.
 * Return: the subscription; ERR_PTR: -EINVAL for an event that there is not, or
 * without a handler, -ENOMEM, -EIO on a GPU that is dead, -ENODEV when it is
 * gone or the session is closed.
 */
struct gsp_client_sub *gsp_client_subscribe(struct gsp_client *client, enum gsp_client_event event,
					    gsp_client_handler_t handler, void *ctx)
{
	struct gsp_client_sub *s;
	int ret;

	if (event >= GSP_CLIENT_NR_EVENTS || !handler)
		return ERR_PTR(-EINVAL);
	ret = client_enter_alive(client);
	if (ret)
		return ERR_PTR(ret);
	s = kzalloc_obj(*s);
	if (!s) {
		client_exit(client);
		return ERR_PTR(-ENOMEM);
	}
	s->c = client;
	s->handler = handler;
	s->ctx = ctx;
	s->sub.event = sources[event].event;
	s->sub.handler = sources[event].handler;
	s->sub.ctx = s;
	gsp_event_subscribe(&client->host->gsp->events, &s->sub);
	scoped_guard(mutex, &client->lock)
		list_add_tail(&s->node, &client->subs);
	client_exit(client);
	return s;
}
EXPORT_SYMBOL_NS_GPL(gsp_client_subscribe, "GSP_CORE");

static void sub_free(struct gsp_client *c, struct gsp_client_sub *s)
{
	gsp_event_unsubscribe(&c->host->gsp->events, &s->sub);
	kfree(s);
}

/**
 * gsp_client_unsubscribe - stop being told
 * @client: session
 * @sub: subscription; gone when this returns
 *
 * The handler does not run when this returns, nor later.
 *
 * Context: process context, may sleep until a running handler returns; not from
 * a handler, nor under a lock that one takes.
 * Return: 0; -ENODEV when the session is closed, which has ended it.
 */
int gsp_client_unsubscribe(struct gsp_client *client, struct gsp_client_sub *sub)
{
	if (!client_enter(client))
		return -ENODEV;
	scoped_guard(mutex, &client->lock)
		list_del(&sub->node);
	sub_free(client, sub);
	client_exit(client);
	return 0;
}
EXPORT_SYMBOL_NS_GPL(gsp_client_unsubscribe, "GSP_CORE");

/**
 * client_drop_subs - end what subscriptions are left
 * @c: session that ends
 *
 * Return: how many there were.
 */
unsigned int client_drop_subs(struct gsp_client *c)
{
	struct gsp_client_sub *s, *next;
	unsigned int nr = 0;

	list_for_each_entry_safe(s, next, &c->subs, node) {
		list_del(&s->node);
		sub_free(c, s);
		nr++;
	}
	return nr;
}
