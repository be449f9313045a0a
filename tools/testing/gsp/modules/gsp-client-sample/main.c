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
#include "sample.h"

#include <linux/auxiliary_bus.h>
#include <linux/cleanup.h>
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/rwsem.h>
#include <linux/seq_file.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

static struct dentry *top;
static bool keep;

/* ---- commands ---- */

static int run_all(struct sample *s, unsigned int arg)
{
	return sample_try_all(s);
}

static int run_stress(struct sample *s, unsigned int ms)
{
	unsigned long end = jiffies + msecs_to_jiffies(ms);
	int ret;

	do {
		ret = sample_try_all(s);
		cond_resched();
	} while (!ret && time_before(jiffies, end));
	return ret;
}

static int run_control(struct sample *s, unsigned int times)
{
	int ret = 0;

	while (!ret && times--)
		ret = sample_ask_name(s->client);
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
		ret = sample_ask_name(c);
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

	h->vaspace = sample_new_vaspace(c);
	h->fb = gsp_client_fb_alloc(c, SZ_1M, SZ_4K);
	h->map = IS_ERR(h->fb) ? ERR_CAST(h->fb) : gsp_client_fb_map(c, h->fb);
	h->chid = gsp_client_chid_alloc(c);
	ret = PTR_ERR_OR_ZERO(h->vaspace) ?: PTR_ERR_OR_ZERO(h->map) ?: min(h->chid, 0);
	for (i = 0; i < GSP_CLIENT_NR_EVENTS; i++) {
		h->subs[i] = gsp_client_subscribe(c, i, sample_on_event, s);
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
	init_rwsem(&s->looking);
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

	scoped_guard(rwsem_write, &s->looking)
		s->ending = true;
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
