// SPDX-License-Identifier: GPL-2.0-only
/*
 * A session of a client: its beginning, its end, and what keeps the two apart
 * from the calls in between.
 *
 * Each call counts itself in and out.  Closing lets no further call in, takes
 * away the count that stands for the session being open, and waits for the last
 * call to leave.
 */
#include "client/internal.h"

#include <linux/cleanup.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/slab.h>

#include "device.h"

/* Number 0 is the core's own client in GSP-RM, 1 is left to its channels. */
#define FIRST_ID	2
#define LAST_ID		0xffff

/**
 * client_enter - a call of a client begins
 * @c: session
 *
 * Return: false when the session is closed; else client_exit() ends the call.
 */
bool client_enter(struct gsp_client *c)
{
	/* Who has not seen it is counted, hence waited for. */
	return !READ_ONCE(c->closing) && refcount_inc_not_zero(&c->active);
}

/**
 * client_exit - a call of a client ends
 * @c: session
 */
void client_exit(struct gsp_client *c)
{
	if (refcount_dec_and_test(&c->active))
		complete(&c->idle);
}

/**
 * client_enter_alive - a call that needs a living GPU begins
 * @c: session
 *
 * Return: 0, and client_exit() ends the call; -ENODEV when the session is
 * closed or the GPU gone, -EIO when it is dead.
 */
int client_enter_alive(struct gsp_client *c)
{
	int ret;

	if (!client_enter(c))
		return -ENODEV;
	ret = client_dead_errno(c->host);
	if (ret)
		client_exit(c);
	return ret;
}

static void session_free(struct kref *ref)
{
	struct gsp_client *c = container_of(ref, struct gsp_client, ref);

	ida_destroy(&c->handles);
	mutex_destroy(&c->lock);
	put_device(&c->host->adev.dev);
	kfree(c);
}

static struct gsp_client *session_alloc(struct gsp_client_host *host,
					const struct gsp_client_ops *ops, void *ctx)
{
	struct gsp_client *c = kzalloc_obj(*c);

	if (!c)
		return NULL;
	kref_init(&c->ref);
	get_device(&host->adev.dev);
	c->host = host;
	c->ops = ops;
	c->ctx = ctx;
	refcount_set(&c->active, 1);
	init_completion(&c->idle);
	ida_init(&c->handles);
	mutex_init(&c->lock);
	INIT_LIST_HEAD(&c->node);
	INIT_LIST_HEAD(&c->objects);
	INIT_LIST_HEAD(&c->fbs);
	INIT_LIST_HEAD(&c->maps);
	INIT_LIST_HEAD(&c->chids);
	INIT_LIST_HEAD(&c->subs);
	return c;
}

/* Its client in GSP-RM, whose device and subdevice objects hang below. */
static int create_rm_client(struct gsp_client *c)
{
	int ret;

	ret = ida_alloc_range(&c->host->ids, FIRST_ID, LAST_ID, GFP_KERNEL);
	if (ret < 0)
		return ret;
	c->id = ret;
	ret = gsp_rm_client_init(&c->rm, &c->host->gsp->link, c->id);
	if (ret) {
		/* Of what it did not answer GSP-RM may have done a part. */
		if (ret != -ETIMEDOUT && ret != -EPROTO)
			ida_free(&c->host->ids, c->id);
		return ret;
	}
	c->device.handle = c->rm.device;
	c->subdevice.handle = c->rm.subdevice;
	c->subdevice.parent = &c->device;
	return 0;
}

/*
 * Frees every object of the session at once.  Without its consent GSP-RM may
 * go on using what they refer to, and its number stays taken.
 */
static bool destroy_rm_client(struct gsp_client *c)
{
	int ret = gsp_rm_client_fini(&c->rm);

	if (ret && !client_dead_errno(c->host)) {
		dev_warn(&c->host->adev.dev, "session %d: GSP-RM does not free its objects: %pe\n",
			 c->id, ERR_PTR(ret));
		return false;
	}
	ida_free(&c->host->ids, c->id);
	return true;
}

/*
 *  #1 no call gets in, and the last one has left
 *  #2 the GPU says nothing to the client any more
 *  #3 GSP-RM lets go of everything that its objects refer to
 *  #4 what was left is given back, users before what they use
 */
static void session_end(struct gsp_client *c)
{
	unsigned int left;
	bool unsure;

	/* #1 */
	WRITE_ONCE(c->closing, true);
	client_exit(c);
	wait_for_completion(&c->idle);
	/* #2 */
	scoped_guard(mutex, &c->host->lock)
		list_del_init(&c->node);
	left = client_drop_subs(c);
	/* #3 */
	unsure = !destroy_rm_client(c);
	left += client_drop_objects(c);
	/* #4 */
	left += client_drop_maps(c);
	left += client_drop_fbs(c, unsure);
	left += client_drop_chids(c, unsure);
	if (left)
		dev_dbg(&c->host->adev.dev, "session %d: %u things were left\n", c->id, left);
	gsp_client_put(c);
}

static void session_end_action(void *data)
{
	session_end(data);
}

/* From here on it is told of the death, unless that has come before. */
static int join(struct gsp_client *c)
{
	int ret;

	guard(mutex)(&c->host->lock);
	ret = client_dead_errno(c->host);
	if (!ret)
		list_add_tail(&c->node, &c->host->sessions);
	return ret;
}

/**
 * gsp_client_open - begin to use a GPU
 * @adev: the device that the client's probe was called with
 * @ops: callbacks, which stay until the session is closed; NULL for none
 * @ctx: their argument
 *
 * A client may have several sessions; objects and resources belong to one. The
 * session is closed when the client is unbound, if it was not before.
 *
 * Context: process context, may sleep for its turn and up to the deadlines of
 * three calls, one more if they fail; in probe, or later while the client is
 * bound and holds the device's lock or is otherwise sure that it stays bound.
 * Return: the session; ERR_PTR: -ENODEV when @adev is no GPU of gsp-core or the
 * GPU is gone, -EIO when it is dead, -ENOMEM, -ENOSPC when there are too many
 * sessions, -ETIMEDOUT, -EBUSY when the firmware was not asked, -EPROTO when its
 * answer makes no sense, or what it refused.
 */
struct gsp_client *gsp_client_open(struct auxiliary_device *adev, const struct gsp_client_ops *ops,
				   void *ctx)
{
	struct gsp_client_host *host = client_host_of(adev);
	struct gsp_client *c;
	int ret;

	if (!host)
		return ERR_PTR(-ENODEV);
	c = session_alloc(host, ops, ctx);
	if (!c)
		return ERR_PTR(-ENOMEM);
	ret = client_dead_errno(host) ?: create_rm_client(c);
	if (ret) {
		gsp_client_put(c);
		return ERR_PTR(ret);
	}
	ret = devm_add_action_or_reset(&adev->dev, session_end_action, c);
	if (ret)
		return ERR_PTR(ret);
	ret = join(c);
	if (ret) {
		gsp_client_close(c);
		return ERR_PTR(ret);
	}
	return c;
}
EXPORT_SYMBOL_NS_GPL(gsp_client_open, "GSP_CORE");

/**
 * gsp_client_close - end a session before the client is unbound
 * @client: session, open; only the caller's own hold with gsp_client_get()
 *	keeps its memory
 *
 * Waits for calls of other threads, but cannot wait for who uses a mapping. When
 * it returns no callback of the client runs, nor will.
 *
 * Context: process context, may sleep for the turns and up to the deadlines of
 * the calls that are under way and of one more; not from a callback, nor under a
 * lock that one of them takes.
 */
void gsp_client_close(struct gsp_client *client)
{
	devm_release_action(&client->host->adev.dev, session_end_action, client);
}
EXPORT_SYMBOL_NS_GPL(gsp_client_close, "GSP_CORE");

/**
 * gsp_client_get - keep the memory of a session
 * @client: session, open or held
 *
 * Calls on a session that is closed but held fail with -ENODEV.
 *
 * Context: any.
 * Return: @client.
 */
struct gsp_client *gsp_client_get(struct gsp_client *client)
{
	kref_get(&client->ref);
	return client;
}
EXPORT_SYMBOL_NS_GPL(gsp_client_get, "GSP_CORE");

/**
 * gsp_client_put - undo gsp_client_get()
 * @client: session
 *
 * Context: process context, may sleep.
 */
void gsp_client_put(struct gsp_client *client)
{
	kref_put(&client->ref, session_free);
}
EXPORT_SYMBOL_NS_GPL(gsp_client_put, "GSP_CORE");

/**
 * gsp_client_status - can the GPU be used?
 * @client: session, open or held
 *
 * Context: process context; asks neither hardware nor firmware.
 * Return: 0; -ENODEV when the session is closed or the GPU gone; -EIO when it
 * is dead.
 */
int gsp_client_status(struct gsp_client *client)
{
	int ret = client_enter_alive(client);

	if (!ret)
		client_exit(client);
	return ret;
}
EXPORT_SYMBOL_NS_GPL(gsp_client_status, "GSP_CORE");

/**
 * gsp_client_config - what GPU it is
 * @client: session, open or held
 *
 * Context: any.
 * Return: the configuration, which never changes and stays as long as @client.
 */
const struct gsp_client_config *gsp_client_config(const struct gsp_client *client)
{
	return &client->host->config;
}
EXPORT_SYMBOL_NS_GPL(gsp_client_config, "GSP_CORE");
