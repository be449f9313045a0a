// SPDX-License-Identifier: GPL-2.0-only
/*
 * The calls of gsp_client.h, each with what it must refuse.
 */
#include "sample.h"

#include <linux/cleanup.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/io.h>
#include <linux/rwsem.h>
#include <linux/sizes.h>
#include <linux/string.h>

/* RM of release 570.144, from NVIDIA/open-gpu-kernel-modules. */
#define CLASS_ROOT		0x0000
#define CLASS_SUBDEVICE		0x2080
#define CLASS_VASPACE		0x90f1
#define CLASS_USERMODE		0xc561
#define CLASS_NONE		0xdead
#define CTRL_NAME_STRING	0x20800110
#define CTRL_VMMU_SEGMENT_SIZE	0x2080017e

struct vaspace_params {
	__le32 index;
	__le32 flags;
	__le64 size;
	__le64 start;
	__le64 limit;
	__le32 big_page_size;
	__le32 pad;
	__le64 base;
};

static_assert(sizeof(struct vaspace_params) == 48);

struct subdevice_params {
	__le32 id;
};

struct name_params {
	__le32 flags;
	char name[128];
};

static_assert(sizeof(struct name_params) == 132);

/* Any other errno of a call that had to fail is the test's failure. */
static int must_be(int found, int expected)
{
	if (found == expected)
		return 0;
	/* A GPU that dies, or a session that ends, meanwhile is no failure of its own. */
	return found == -EIO || found == -ENODEV || found == -ETIMEDOUT ? found : -EBADE;
}

static int refused(const void *ptr, int expected)
{
	return must_be(PTR_ERR_OR_ZERO(ptr), expected);
}

static int try_config(struct sample *s)
{
	const struct gsp_client_config *config = gsp_client_config(s->client);
	unsigned int i, copies = 0;

	for (i = 0; i < config->nr_engines; i++)
		copies += config->engines[i].copy;
	if (!config->fb_size || !config->nr_chids || !copies || !*config->name ||
	    !*config->chip || !*config->release)
		return -EBADE;
	return gsp_client_status(s->client);
}

struct gsp_client_object *sample_new_vaspace(struct gsp_client *c)
{
	struct vaspace_params params = {};

	return gsp_client_alloc(c, gsp_client_device(c), CLASS_VASPACE, &params);
}

static int try_object_errors(struct sample *s)
{
	struct gsp_client *c = s->client;
	u64 words[2] = {};
	int ret;

	ret = refused(gsp_client_alloc(c, gsp_client_device(c), CLASS_SUBDEVICE, &words), -EINVAL);
	if (!ret)
		ret = refused(gsp_client_alloc_sized(c, gsp_client_device(c), CLASS_ROOT, NULL, 0),
			      -EINVAL);
	if (!ret)
		ret = refused(gsp_client_alloc_sized(c, gsp_client_device(c), CLASS_NONE, words,
						     GSP_CLIENT_PARAMS_MAX + 1), -EINVAL);
	if (!ret)
		ret = refused(gsp_client_alloc_sized(c, gsp_client_device(c), CLASS_NONE, NULL, 0),
			      -EOPNOTSUPP);
	if (!ret)
		ret = must_be(gsp_client_free(c, gsp_client_device(c)), -EBUSY);
	if (!ret)
		ret = must_be(gsp_client_free(c, gsp_client_subdevice(c)), -EBUSY);
	return ret;
}

/* A subdevice with something below it, and an address space beside it. */
static int try_objects(struct sample *s)
{
	struct gsp_client *c = s->client;
	struct gsp_client_object *sub, *leaf, *vaspace;
	struct subdevice_params params = {};
	int ret, err;

	sub = gsp_client_alloc(c, gsp_client_device(c), CLASS_SUBDEVICE, &params);
	if (IS_ERR(sub))
		return PTR_ERR(sub);
	leaf = gsp_client_alloc_sized(c, sub, CLASS_USERMODE, NULL, 0);
	ret = PTR_ERR_OR_ZERO(leaf);
	if (!ret) {
		ret = must_be(gsp_client_free(c, sub), -EBUSY);
		err = gsp_client_free(c, leaf);
		ret = ret ?: err;
	}
	err = gsp_client_free(c, sub);
	ret = ret ?: err;
	if (ret)
		return ret;
	vaspace = sample_new_vaspace(c);
	return IS_ERR(vaspace) ? PTR_ERR(vaspace) : gsp_client_free(c, vaspace);
}

int sample_ask_name(struct gsp_client *c)
{
	struct name_params params = {};
	int ret;

	ret = gsp_client_control(c, gsp_client_subdevice(c), CTRL_NAME_STRING, &params);
	if (ret)
		return ret;
	return *params.name && memchr(params.name, 0, sizeof(params.name)) ? 0 : -EBADE;
}

static int try_controls(struct sample *s)
{
	struct gsp_client_object *sub = gsp_client_subdevice(s->client);
	u32 words[4] = {};
	int ret;

	ret = sample_ask_name(s->client);
	/* Of a size that gsp-core knows, then of one that only the firmware knows. */
	if (!ret)
		ret = must_be(gsp_client_control_sized(s->client, sub, CTRL_VMMU_SEGMENT_SIZE,
						       words, 4), -EINVAL);
	if (!ret)
		ret = must_be(gsp_client_control(s->client, sub, CTRL_NAME_STRING, &words),
			      -EINVAL);
	return ret;
}

static int try_fb_errors(struct sample *s)
{
	struct gsp_client *c = s->client;
	u64 all = gsp_client_config(c)->fb_size;
	int ret;

	ret = refused(gsp_client_fb_alloc(c, 0, SZ_4K), -EINVAL);
	if (!ret)
		ret = refused(gsp_client_fb_alloc(c, SZ_4K, 3), -EINVAL);
	if (!ret)
		ret = refused(gsp_client_fb_alloc(c, all, SZ_4K), -ENOSPC);
	return ret;
}

/* Framebuffer and mappings go with the session, and what describes them. */
static int check_fb(struct sample *s, const struct gsp_client_fb *fb, u64 size)
{
	guard(rwsem_read)(&s->looking);
	if (s->ending)
		return -ENODEV;
	return fb->size >= size && IS_ALIGNED(fb->addr, SZ_64K) ? 0 : -EBADE;
}

static int check_map(struct sample *s, const struct gsp_client_map *map)
{
	u64 last;

	guard(rwsem_read)(&s->looking);
	if (s->ending)
		return -ENODEV;
	last = map->size - 8;
	/* Long enough for the end of the session to come meanwhile, if it could. */
	fsleep(1000);
	writeq(0x0123456789abcdef, map->cpu);
	writeq(~0x0123456789abcdef, map->cpu + last);
	if (readq(map->cpu) == 0x0123456789abcdef && readq(map->cpu + last) == ~0x0123456789abcdef)
		return 0;
	/* All-ones is what a GPU that has just gone answers. */
	return readq(map->cpu) == U64_MAX ? -ENODEV : -EBADE;
}

static int try_map(struct sample *s, const struct gsp_client_fb *fb)
{
	struct gsp_client *c = s->client;
	const struct gsp_client_map *map = gsp_client_fb_map(c, fb);
	int ret, err;

	if (IS_ERR(map))
		return PTR_ERR(map);
	ret = check_map(s, map);
	if (!ret)
		ret = must_be(gsp_client_fb_free(c, fb), -EBUSY);
	err = gsp_client_fb_unmap(c, map);
	return ret ?: err;
}

static int try_fb(struct sample *s)
{
	static const u64 sizes[] = { 1, SZ_64K, SZ_2M + SZ_4K };
	struct gsp_client *c = s->client;
	const struct gsp_client_fb *fb;
	unsigned int i;
	int ret, err;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		fb = gsp_client_fb_alloc(c, sizes[i], SZ_64K);
		if (IS_ERR(fb))
			return PTR_ERR(fb);
		ret = check_fb(s, fb, sizes[i]);
		if (!ret)
			ret = try_map(s, fb);
		err = gsp_client_fb_free(c, fb);
		if (ret || err)
			return ret ?: err;
	}
	return 0;
}

static int try_chids(struct sample *s)
{
	struct gsp_client *c = s->client;
	int a, b, ret, err;

	a = gsp_client_chid_alloc(c);
	if (a < 0)
		return a;
	b = gsp_client_chid_alloc(c);
	ret = b < 0 ? b : a != b ? 0 : -EBADE;
	if (b >= 0)
		gsp_client_chid_free(c, b);
	err = gsp_client_chid_free(c, a);
	ret = ret ?: err;
	/* Whose it was does not matter: it is not this session's any more. */
	return ret ?: must_be(gsp_client_chid_free(c, GSP_CLIENT_NO_CHID), -ENOENT);
}

void sample_on_event(void *ctx, const struct gsp_client_notice *notice)
{
	struct sample *s = ctx;

	s->events[notice->event]++;
	s->last_code = notice->code;
}

static int try_events(struct sample *s)
{
	struct gsp_client_sub *sub;
	enum gsp_client_event i;
	int ret;

	for (i = 0; i < GSP_CLIENT_NR_EVENTS; i++) {
		sub = gsp_client_subscribe(s->client, i, sample_on_event, s);
		ret = IS_ERR(sub) ? PTR_ERR(sub) : gsp_client_unsubscribe(s->client, sub);
		if (ret)
			return ret;
	}
	return refused(gsp_client_subscribe(s->client, i, sample_on_event, s), -EINVAL);
}

static const struct {
	const char *name;
	int (*run)(struct sample *s);
} tries[] = {
	{ "config", try_config },
	{ "object errors", try_object_errors },
	{ "objects", try_objects },
	{ "controls", try_controls },
	{ "framebuffer errors", try_fb_errors },
	{ "framebuffer", try_fb },
	{ "channel ids", try_chids },
	{ "events", try_events },
};

int sample_try_all(struct sample *s)
{
	unsigned int i;
	int ret;

	for (i = 0; i < ARRAY_SIZE(tries); i++) {
		ret = tries[i].run(s);
		if (!ret)
			continue;
		WRITE_ONCE(s->step, tries[i].name);
		return ret;
	}
	return 0;
}
