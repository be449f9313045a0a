// SPDX-License-Identifier: GPL-2.0-only
/*
 * Framebuffer, its mappings and channel ids of a session, out of the pools that
 * the core's own vGPUs are made of.
 */
#include "client/internal.h"

#include <linux/cleanup.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/log2.h>
#include <linux/slab.h>

#include "device.h"
#include "mmu/bar1.h"
#include "part/chid.h"
#include "part/fb.h"

#define FB_ALIGN	SZ_4K

/**
 * struct client_fb - framebuffer of a session
 * @node: in the session's list
 * @pub: what the client sees
 * @maps: mappings of it
 */
struct client_fb {
	struct list_head node;
	struct gsp_client_fb pub;
	unsigned int maps;
};

/**
 * struct client_map - BAR1 mapping of a session
 * @node: in the session's list
 * @pub: what the client sees
 * @fb: what is mapped
 * @map: how
 */
struct client_map {
	struct list_head node;
	struct gsp_client_map pub;
	struct client_fb *fb;
	struct gsp_bar1_map map;
};

/**
 * struct client_chid - channel id of a session
 * @node: in the session's list
 * @chid: the id
 */
struct client_chid {
	struct list_head node;
	u32 chid;
};

static struct client_fb *to_fb(const struct gsp_client_fb *fb)
{
	return container_of(fb, struct client_fb, pub);
}

static struct client_map *to_map(const struct gsp_client_map *map)
{
	return container_of(map, struct client_map, pub);
}

static void fb_release(struct gsp_client *c, struct client_fb *fb, bool quarantine)
{
	const struct gsp_fb_range range = { .addr = fb->pub.addr, .size = fb->pub.size };

	if (quarantine)
		gsp_fb_quarantine(&c->host->gsp->fb, &range, 1);
	else
		gsp_fb_free(&c->host->gsp->fb, range.addr, range.size);
	kfree(fb);
}

/**
 * gsp_client_fb_alloc - get framebuffer
 * @client: session
 * @size: bytes, rounded up to 4 KiB
 * @align: alignment of its address, a power of two; 4 KiB at least
 *
 * It is contiguous. Its content is undefined. No vGPU has it, nor will before
 * it is freed.
 *
 * Context: process context, may sleep for memory.
 * Return: the framebuffer, constant until it is freed; ERR_PTR: -EINVAL when
 * @size is 0 or @align no power of two, -ENOSPC when there is none, -ENOMEM,
 * -EIO on a GPU that is dead, -ENODEV when it is gone or the session is closed.
 */
const struct gsp_client_fb *gsp_client_fb_alloc(struct gsp_client *client, u64 size, u64 align)
{
	struct client_fb *fb;
	int ret;

	if (!size || size > U64_MAX - FB_ALIGN || !is_power_of_2(align))
		return ERR_PTR(-EINVAL);
	ret = client_enter_alive(client);
	if (ret)
		return ERR_PTR(ret);
	fb = kzalloc_obj(*fb);
	ret = -ENOMEM;
	if (!fb)
		goto out;
	fb->pub.size = ALIGN(size, FB_ALIGN);
	ret = gsp_fb_alloc(&client->host->gsp->fb, fb->pub.size, max_t(u64, align, FB_ALIGN),
			   &fb->pub.addr);
	if (ret) {
		kfree(fb);
		/* What is no mistake of the caller's is more than this GPU can have. */
		if (ret == -EINVAL)
			ret = -ENOSPC;
		goto out;
	}
	scoped_guard(mutex, &client->lock)
		list_add_tail(&fb->node, &client->fbs);
out:
	client_exit(client);
	return ret ? ERR_PTR(ret) : &fb->pub;
}
EXPORT_SYMBOL_NS_GPL(gsp_client_fb_alloc, "GSP_CORE");

static bool fb_unlink(struct gsp_client *c, struct client_fb *fb)
{
	guard(mutex)(&c->lock);
	if (fb->maps)
		return false;
	list_del(&fb->node);
	return true;
}

/**
 * gsp_client_fb_free - give framebuffer back
 * @client: session
 * @fb: framebuffer, which no RM object refers to any more; gone unless -EBUSY is
 *	returned
 *
 * Context: process context, may sleep.
 * Return: 0; -EBUSY while it is mapped; -ENODEV when the session is closed,
 * which has freed it.
 */
int gsp_client_fb_free(struct gsp_client *client, const struct gsp_client_fb *fb)
{
	struct client_fb *own;
	int ret = -EBUSY;

	if (!client_enter(client))
		return -ENODEV;
	own = to_fb(fb);
	if (fb_unlink(client, own)) {
		fb_release(client, own, false);
		ret = 0;
	}
	client_exit(client);
	return ret;
}
EXPORT_SYMBOL_NS_GPL(gsp_client_fb_free, "GSP_CORE");

static int map_fb(struct gsp_client *c, struct client_map *m)
{
	const struct gsp_fb_range range = { .addr = m->fb->pub.addr, .size = m->fb->pub.size };
	int ret;

	ret = gsp_bar1_map(&c->host->gsp->bar1, &range, 1, &m->map);
	if (ret)
		return ret;
	m->pub.cpu = m->map.cpu;
	m->pub.size = range.size;
	m->pub.offset = m->map.va;
	guard(mutex)(&c->lock);
	m->fb->maps++;
	list_add_tail(&m->node, &c->maps);
	return 0;
}

/**
 * gsp_client_fb_map - let the CPU reach framebuffer
 * @client: session
 * @fb: framebuffer of the session
 *
 * The mapping is uncached.
 *
 * Context: process context, may sleep.
 * Return: the mapping, constant until it is unmapped; ERR_PTR: -ENOSPC when the
 * BAR has no room left, -ENOMEM, -ETIMEDOUT when the GPU does not flush its
 * TLB, -EIO on a GPU that is dead, -ENODEV when it is gone or the session is
 * closed.
 */
const struct gsp_client_map *gsp_client_fb_map(struct gsp_client *client,
					       const struct gsp_client_fb *fb)
{
	struct client_map *m;
	int ret;

	ret = client_enter_alive(client);
	if (ret)
		return ERR_PTR(ret);
	ret = -ENOMEM;
	m = kzalloc_obj(*m);
	if (m) {
		m->fb = to_fb(fb);
		ret = map_fb(client, m);
		if (ret)
			kfree(m);
	}
	client_exit(client);
	return ret ? ERR_PTR(ret) : &m->pub;
}
EXPORT_SYMBOL_NS_GPL(gsp_client_fb_map, "GSP_CORE");

static void unmap(struct gsp_client *c, struct client_map *m)
{
	gsp_bar1_unmap(&c->host->gsp->bar1, &m->map);
	kfree(m);
}

/**
 * gsp_client_fb_unmap - undo gsp_client_fb_map()
 * @client: session
 * @map: mapping, which nobody uses any more; gone when this returns
 *
 * Context: process context, may sleep.
 * Return: 0; -ENODEV when the session is closed, which has unmapped it.
 */
int gsp_client_fb_unmap(struct gsp_client *client, const struct gsp_client_map *map)
{
	struct client_map *m;

	if (!client_enter(client))
		return -ENODEV;
	m = to_map(map);
	scoped_guard(mutex, &client->lock) {
		m->fb->maps--;
		list_del(&m->node);
	}
	unmap(client, m);
	client_exit(client);
	return 0;
}
EXPORT_SYMBOL_NS_GPL(gsp_client_fb_unmap, "GSP_CORE");

/**
 * gsp_client_chid_alloc - get a channel id
 * @client: session
 *
 * Context: process context, may sleep for memory.
 * Return: the id; -ENOSPC when there is none left, -ENOMEM, -EIO on a GPU that
 * is dead, -ENODEV when it is gone or the session is closed.
 */
int gsp_client_chid_alloc(struct gsp_client *client)
{
	struct client_chid *own;
	int ret;

	ret = client_enter_alive(client);
	if (ret)
		return ret;
	ret = -ENOMEM;
	own = kzalloc_obj(*own);
	if (!own)
		goto out;
	ret = gsp_chid_alloc_one(&client->host->gsp->chids, &own->chid);
	if (ret) {
		kfree(own);
		goto out;
	}
	ret = own->chid;
	scoped_guard(mutex, &client->lock)
		list_add_tail(&own->node, &client->chids);
out:
	client_exit(client);
	return ret;
}
EXPORT_SYMBOL_NS_GPL(gsp_client_chid_alloc, "GSP_CORE");

static struct client_chid *find_chid(struct gsp_client *c, u32 chid)
{
	struct client_chid *own;

	lockdep_assert_held(&c->lock);
	list_for_each_entry(own, &c->chids, node)
		if (own->chid == chid)
			return own;
	return NULL;
}

/**
 * client_owns_chid - is a channel id one of the session's?
 * @c: session
 * @chid: channel id
 *
 * Return: true if so.
 */
bool client_owns_chid(struct gsp_client *c, u32 chid)
{
	guard(mutex)(&c->lock);
	return find_chid(c, chid);
}

static struct client_chid *unlink_chid(struct gsp_client *c, u32 chid)
{
	struct client_chid *own;

	guard(mutex)(&c->lock);
	own = find_chid(c, chid);
	if (own)
		list_del(&own->node);
	return own;
}

/**
 * gsp_client_chid_free - give a channel id back
 * @client: session
 * @chid: channel id, whose channel does not exist any more
 *
 * Context: process context, may sleep.
 * Return: 0; -ENOENT when the session has no such channel id; -ENODEV when it
 * is closed, which has freed the id.
 */
int gsp_client_chid_free(struct gsp_client *client, u32 chid)
{
	struct client_chid *own;

	if (!client_enter(client))
		return -ENODEV;
	own = unlink_chid(client, chid);
	if (own)
		gsp_chid_free(&client->host->gsp->chids, chid, 1);
	kfree(own);
	client_exit(client);
	return own ? 0 : -ENOENT;
}
EXPORT_SYMBOL_NS_GPL(gsp_client_chid_free, "GSP_CORE");

/**
 * client_drop_maps - unmap what is left
 * @c: session that ends
 *
 * Return: how many mappings there were.
 */
unsigned int client_drop_maps(struct gsp_client *c)
{
	struct client_map *m, *next;
	unsigned int nr = 0;

	list_for_each_entry_safe(m, next, &c->maps, node) {
		list_del(&m->node);
		unmap(c, m);
		nr++;
	}
	return nr;
}

/**
 * client_drop_fbs - give back what framebuffer is left
 * @c: session that ends, nothing mapped
 * @quarantine: the firmware may still use it
 *
 * Return: how many pieces there were.
 */
unsigned int client_drop_fbs(struct gsp_client *c, bool quarantine)
{
	struct client_fb *fb, *next;
	unsigned int nr = 0;

	list_for_each_entry_safe(fb, next, &c->fbs, node) {
		list_del(&fb->node);
		fb_release(c, fb, quarantine);
		nr++;
	}
	return nr;
}

/**
 * client_drop_chids - give back what channel ids are left
 * @c: session that ends
 * @quarantine: the firmware may still use them
 *
 * Return: how many there were.
 */
unsigned int client_drop_chids(struct gsp_client *c, bool quarantine)
{
	struct gsp_chids *chids = &c->host->gsp->chids;
	struct client_chid *own, *next;
	unsigned int nr = 0;

	list_for_each_entry_safe(own, next, &c->chids, node) {
		list_del(&own->node);
		if (quarantine)
			gsp_chid_quarantine(chids, own->chid, 1);
		else
			gsp_chid_free(chids, own->chid, 1);
		kfree(own);
		nr++;
	}
	return nr;
}
