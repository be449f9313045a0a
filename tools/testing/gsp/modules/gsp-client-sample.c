// SPDX-License-Identifier: GPL-2.0-only
/*
 * A client of gsp-core that uses every call of its API, driven by debugfs:
 *
 *	gsp-client-sample/
 *	├── keep		Y: at unbind leave everything to gsp-core
 *	└── gsp_core.gpu.N/
 *	    ├── run		write a command; the write fails as the call does
 *	    ├── step		what the last failing command was at
 *	    ├── config		what GPU it is
 *	    └── told		deaths and events that it was told of
 *
 * Commands: "all" tries every call and what it must refuse, "control N" sends N
 * RM controls, "stress MS" repeats "all" for so long, "sessions N" opens and
 * closes N further sessions, "hold" takes one of everything and "drop" gives it
 * back. Files stay for a moment after the session is closed, so that calls on
 * a closed session are tried as well.
 */
#include <linux/auxiliary_bus.h>
#include <linux/cleanup.h>
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/gsp_client.h>
#include <linux/io.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/seq_file.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

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

/**
 * struct held - one of everything
 * @vaspace: RM object
 * @fb: framebuffer
 * @map: mapping of it
 * @chid: channel id
 * @subs: subscription to each event
 */
struct held {
	struct gsp_client_object *vaspace;
	const struct gsp_client_fb *fb;
	const struct gsp_client_map *map;
	int chid;
	struct gsp_client_sub *subs[GSP_CLIENT_NR_EVENTS];
};

/**
 * struct sample - one GPU
 * @adev: what is bound
 * @client: session, also held for the files
 * @dir: its files
 * @step: name of the last call that failed
 * @deaths: how often it was told of the GPU's death
 * @reason: with what
 * @events: events of each kind that it was told of
 * @last_code: of the last event
 * @lock: protects @held and @holding
 * @holding: @held is valid
 * @held: what "hold" took
 */
struct sample {
	struct auxiliary_device *adev;
	struct gsp_client *client;
	struct dentry *dir;
	const char *step;
	unsigned int deaths;
	int reason;
	unsigned int events[GSP_CLIENT_NR_EVENTS];
	u32 last_code;
	struct mutex lock;	/* held, holding */
	bool holding;
	struct held held;
};

static struct dentry *top;
static bool keep;

/* ---- the calls, each with what it must refuse ---- */

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

static struct gsp_client_object *new_vaspace(struct gsp_client *c)
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
	vaspace = new_vaspace(c);
	return IS_ERR(vaspace) ? PTR_ERR(vaspace) : gsp_client_free(c, vaspace);
}

static int ask_name(struct gsp_client *c)
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

	ret = ask_name(s->client);
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

static int check_map(const struct gsp_client_map *map)
{
	const u64 last = map->size - 8;

	writeq(0x0123456789abcdef, map->cpu);
	writeq(~0x0123456789abcdef, map->cpu + last);
	if (readq(map->cpu) == 0x0123456789abcdef && readq(map->cpu + last) == ~0x0123456789abcdef)
		return 0;
	/* All-ones is what a GPU that has just gone answers. */
	return readq(map->cpu) == U64_MAX ? -ENODEV : -EBADE;
}

static int try_map(struct gsp_client *c, const struct gsp_client_fb *fb)
{
	const struct gsp_client_map *map = gsp_client_fb_map(c, fb);
	int ret, err;

	if (IS_ERR(map))
		return PTR_ERR(map);
	ret = check_map(map);
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
		ret = fb->size >= sizes[i] && IS_ALIGNED(fb->addr, SZ_64K) ? 0 : -EBADE;
		if (!ret)
			ret = try_map(c, fb);
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

static void on_event(void *ctx, const struct gsp_client_notice *notice)
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
		sub = gsp_client_subscribe(s->client, i, on_event, s);
		ret = IS_ERR(sub) ? PTR_ERR(sub) : gsp_client_unsubscribe(s->client, sub);
		if (ret)
			return ret;
	}
	return refused(gsp_client_subscribe(s->client, i, on_event, s), -EINVAL);
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

/* ---- commands ---- */

static int run_all(struct sample *s, unsigned int arg)
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

static int run_stress(struct sample *s, unsigned int ms)
{
	unsigned long end = jiffies + msecs_to_jiffies(ms);
	int ret;

	do {
		ret = run_all(s, 0);
		cond_resched();
	} while (!ret && time_before(jiffies, end));
	return ret;
}

static int run_control(struct sample *s, unsigned int times)
{
	int ret = 0;

	while (!ret && times--)
		ret = ask_name(s->client);
	return ret;
}

static void on_dead(void *ctx, int reason)
{
	struct sample *s = ctx;

	WRITE_ONCE(s->reason, reason);
	WRITE_ONCE(s->deaths, s->deaths + 1);
}

static const struct gsp_client_ops ops = { .dead = on_dead };

/* The files go before the device is unbound for good, so it is bound here. */
static int run_sessions(struct sample *s, unsigned int times)
{
	struct gsp_client *c;
	int ret;

	while (times--) {
		c = gsp_client_open(s->adev, NULL, NULL);
		if (IS_ERR(c))
			return PTR_ERR(c);
		ret = ask_name(c);
		gsp_client_close(c);
		if (ret)
			return ret;
	}
	return 0;
}

static int drop(struct gsp_client *c, struct held *h)
{
	enum gsp_client_event i;
	int ret = 0;

	for (i = 0; i < GSP_CLIENT_NR_EVENTS; i++)
		if (!IS_ERR_OR_NULL(h->subs[i]))
			ret = gsp_client_unsubscribe(c, h->subs[i]) ?: ret;
	if (h->chid >= 0)
		ret = gsp_client_chid_free(c, h->chid) ?: ret;
	if (!IS_ERR_OR_NULL(h->map))
		ret = gsp_client_fb_unmap(c, h->map) ?: ret;
	if (!IS_ERR_OR_NULL(h->fb))
		ret = gsp_client_fb_free(c, h->fb) ?: ret;
	if (!IS_ERR_OR_NULL(h->vaspace))
		ret = gsp_client_free(c, h->vaspace) ?: ret;
	return ret;
}

static int take(struct sample *s, struct held *h)
{
	struct gsp_client *c = s->client;
	enum gsp_client_event i;
	int ret;

	h->vaspace = new_vaspace(c);
	h->fb = gsp_client_fb_alloc(c, SZ_1M, SZ_4K);
	h->map = IS_ERR(h->fb) ? ERR_CAST(h->fb) : gsp_client_fb_map(c, h->fb);
	h->chid = gsp_client_chid_alloc(c);
	ret = PTR_ERR_OR_ZERO(h->vaspace) ?: PTR_ERR_OR_ZERO(h->map) ?: min(h->chid, 0);
	for (i = 0; i < GSP_CLIENT_NR_EVENTS; i++) {
		h->subs[i] = gsp_client_subscribe(c, i, on_event, s);
		ret = ret ?: PTR_ERR_OR_ZERO(h->subs[i]);
	}
	return ret;
}

static int run_hold(struct sample *s, unsigned int arg)
{
	int ret;

	guard(mutex)(&s->lock);
	if (s->holding)
		return -EBUSY;
	memset(&s->held, 0, sizeof(s->held));
	ret = take(s, &s->held);
	if (ret)
		drop(s->client, &s->held);
	s->holding = !ret;
	return ret;
}

static int run_drop(struct sample *s, unsigned int arg)
{
	guard(mutex)(&s->lock);
	if (!s->holding)
		return -ENOENT;
	s->holding = false;
	return drop(s->client, &s->held);
}

static const struct {
	const char *name;
	int (*run)(struct sample *s, unsigned int arg);
} commands[] = {
	{ "all", run_all },
	{ "stress", run_stress },
	{ "control", run_control },
	{ "sessions", run_sessions },
	{ "hold", run_hold },
	{ "drop", run_drop },
};

/* ---- files ---- */

static ssize_t run_write(struct file *file, const char __user *from, size_t len, loff_t *pos)
{
	struct sample *s = file->private_data;
	char name[16], buf[32] = {};
	unsigned int i, arg = 0;
	int ret;

	if (len >= sizeof(buf))
		return -EINVAL;
	if (copy_from_user(buf, from, len))
		return -EFAULT;
	if (sscanf(buf, "%15s %u", name, &arg) < 1)
		return -EINVAL;
	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		if (strcmp(name, commands[i].name))
			continue;
		ret = commands[i].run(s, arg);
		return ret ?: len;
	}
	return -EINVAL;
}

static const struct file_operations run_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.write = run_write,
};

static int step_show(struct seq_file *m, void *data)
{
	struct sample *s = m->private;

	seq_printf(m, "%s\n", READ_ONCE(s->step) ?: "");
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(step);

static int told_show(struct seq_file *m, void *data)
{
	struct sample *s = m->private;

	seq_printf(m, "status %d\n", gsp_client_status(s->client));
	seq_printf(m, "deaths %u\n", READ_ONCE(s->deaths));
	seq_printf(m, "reason %d\n", READ_ONCE(s->reason));
	seq_printf(m, "channel_errors %u\n", s->events[GSP_CLIENT_CHANNEL_ERROR]);
	seq_printf(m, "error_logs %u\n", s->events[GSP_CLIENT_ERROR_LOG]);
	seq_printf(m, "last_code %u\n", s->last_code);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(told);

static int config_show(struct seq_file *m, void *data)
{
	struct sample *s = m->private;
	const struct gsp_client_config *config = gsp_client_config(s->client);
	unsigned int i;

	seq_printf(m, "name %s\nchip %s\nrelease %s\n", config->name, config->chip,
		   config->release);
	seq_printf(m, "fb_size %llu\nfb_bus_width %u\nl2_size %u\n", config->fb_size,
		   config->fb_bus_width, config->l2_size);
	seq_printf(m, "nr_chids %u\nvgpu %d\n", config->nr_chids, config->vgpu);
	for (i = 0; i < config->nr_engines; i++)
		seq_printf(m, "engine %u runlist %u instance %u%s\n", config->engines[i].type,
			   config->engines[i].runlist, config->engines[i].instance,
			   config->engines[i].copy ? " copy" : "");
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(config);

/* ---- the driver ---- */

static int sample_probe(struct auxiliary_device *adev, const struct auxiliary_device_id *id)
{
	struct sample *s;

	s = devm_kzalloc(&adev->dev, sizeof(*s), GFP_KERNEL);
	if (!s)
		return -ENOMEM;
	s->adev = adev;
	mutex_init(&s->lock);
	s->client = gsp_client_open(adev, &ops, s);
	if (IS_ERR(s->client))
		return PTR_ERR(s->client);
	gsp_client_get(s->client);

	s->dir = debugfs_create_dir(dev_name(&adev->dev), top);
	debugfs_create_file("run", 0200, s->dir, s, &run_fops);
	debugfs_create_file("step", 0400, s->dir, s, &step_fops);
	debugfs_create_file("config", 0400, s->dir, s, &config_fops);
	debugfs_create_file("told", 0400, s->dir, s, &told_fops);
	auxiliary_set_drvdata(adev, s);
	return 0;
}

static void sample_remove(struct auxiliary_device *adev)
{
	struct sample *s = auxiliary_get_drvdata(adev);
	struct gsp_client *client = s->client;

	/* Who is in a call meets the end of the session there. */
	if (!keep)
		gsp_client_close(client);
	debugfs_remove_recursive(s->dir);
	mutex_destroy(&s->lock);
	gsp_client_put(client);
}

static const struct auxiliary_device_id sample_ids[] = {
	{ .name = GSP_CLIENT_DEVICE },
	{ }
};
MODULE_DEVICE_TABLE(auxiliary, sample_ids);

static struct auxiliary_driver sample_driver = {
	.name = "sample",
	.probe = sample_probe,
	.remove = sample_remove,
	.id_table = sample_ids,
};

static int __init sample_init(void)
{
	int ret;

	top = debugfs_create_dir("gsp-client-sample", NULL);
	debugfs_create_bool("keep", 0600, top, &keep);
	ret = auxiliary_driver_register(&sample_driver);
	if (ret)
		debugfs_remove_recursive(top);
	return ret;
}
module_init(sample_init);

static void __exit sample_exit(void)
{
	auxiliary_driver_unregister(&sample_driver);
	debugfs_remove_recursive(top);
}
module_exit(sample_exit);

MODULE_DESCRIPTION("Client of gsp-core that uses every call");
MODULE_LICENSE("GPL");
MODULE_IMPORT_NS("GSP_CORE");
