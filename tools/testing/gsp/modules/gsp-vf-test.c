// SPDX-License-Identifier: GPL-2.0-only
/*
 * A driver of VFs that uses every call of gsp_vf.h, driven by debugfs:
 *
 *	gsp-vf-test/
 *	├── control		write "add <VF>" or "remove <VF>"
 *	├── 0000:01:00.4	write a command, read what came of it
 *	└── 0000:01:00.4-page	a page that the VF can reach by DMA
 *
 * It never binds by itself: "add" is the same as writing the driver's name to
 * driver_override of the VF and probing it. Commands: "open", "close", "reset",
 * "bme 1", "bme 0". A write fails as the call does. Commands may be written to
 * one file by many at a time; "close" ends an "open" that waits. The page is what
 * the model's test page copies from and to; its bus address is among what is read.
 */
#include <linux/atomic.h>
#include <linux/cleanup.h>
#include <linux/debugfs.h>
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/gsp_vf.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#define NAME		"gsp-vf-test"
#define COMMAND_MAX	32

static const char * const event_names[] = {
	[GSP_VF_EVENT_DEAD] = "dead",
	[GSP_VF_EVENT_FAULT] = "fault",
	[GSP_VF_EVENT_GUEST_LOADED] = "guest_loaded",
	[GSP_VF_EVENT_GUEST_UNLOADED] = "guest_unloaded",
	[GSP_VF_EVENT_LICENCE] = "licence",
};

/**
 * struct test_vf - one VF
 * @pdev: PCI function
 * @vf: the same for gsp-core
 * @file: file in debugfs
 * @page_file: that of @page
 * @page: memory for DMA
 * @bus: where the VF finds it
 * @events: how often each event came
 * @lock: protects @command, @result and @us
 * @command: the command that ended last
 * @result: its errno
 * @us: how long it took
 */
struct test_vf {
	struct pci_dev *pdev;
	struct gsp_vf *vf;
	struct dentry *file;
	struct dentry *page_file;
	struct debugfs_blob_wrapper page;
	dma_addr_t bus;
	atomic_t events[ARRAY_SIZE(event_names)];
	spinlock_t lock;	/* the last result */
	const char *command;
	int result;
	s64 us;
};

static struct dentry *root, *control_file;

/* ---- commands ---- */

static int do_open(struct test_vf *t)
{
	const struct gsp_vf_open open = { .pid = task_tgid_nr(current) };

	return gsp_vf_open(t->vf, &open);
}

static int do_close(struct test_vf *t)
{
	pci_clear_master(t->pdev);
	gsp_vf_close(t->vf);
	return 0;
}

static int do_reset(struct test_vf *t)
{
	return gsp_vf_reset(t->vf);
}

static int do_bme_on(struct test_vf *t)
{
	int ret = gsp_vf_set_bus_master(t->vf, true);

	if (!ret)
		pci_set_master(t->pdev);
	return ret;
}

static int do_bme_off(struct test_vf *t)
{
	pci_clear_master(t->pdev);
	return gsp_vf_set_bus_master(t->vf, false);
}

static const struct {
	const char *name;
	int (*run)(struct test_vf *t);
} commands[] = {
	{ "open", do_open },
	{ "close", do_close },
	{ "reset", do_reset },
	{ "bme 1", do_bme_on },
	{ "bme 0", do_bme_off },
};

static int run(struct test_vf *t, const char *name)
{
	ktime_t begin = ktime_get();
	int i, ret;

	for (i = 0; i < ARRAY_SIZE(commands); i++)
		if (!strcmp(commands[i].name, name))
			break;
	if (i == ARRAY_SIZE(commands))
		return -EINVAL;

	ret = commands[i].run(t);
	guard(spinlock)(&t->lock);
	t->command = commands[i].name;
	t->result = ret;
	t->us = ktime_us_delta(ktime_get(), begin);
	return ret;
}

/* ---- files ---- */

static int get_line(const char __user *from, size_t len, char *line)
{
	if (len >= COMMAND_MAX)
		return -EINVAL;
	if (copy_from_user(line, from, len))
		return -EFAULT;
	line[len] = '\0';
	strim(line);
	return 0;
}

static ssize_t vf_write(struct file *file, const char __user *from, size_t len, loff_t *pos)
{
	struct seq_file *m = file->private_data;
	char line[COMMAND_MAX];

	return get_line(from, len, line) ?: run(m->private, line) ?: len;
}

static void show_view(struct seq_file *m, struct test_vf *t)
{
	struct gsp_vf_view view;
	unsigned int i;
	int ret = gsp_vf_view(t->vf, &view);

	seq_printf(m, "view: %d\n", ret);
	if (ret)
		return;
	seq_printf(m, "device: %#06x\n", view.device);
	seq_printf(m, "subsystem: %#06x %#06x\n", view.subsystem_vendor, view.subsystem_device);
	seq_printf(m, "fb_bar: %d %#llx\n", view.fb_bar, view.fb_bar_size);
	for (i = 0; i < view.nr_traps; i++)
		seq_printf(m, "trap: %#llx %#llx\n", view.traps[i].offset, view.traps[i].size);
	seq_printf(m, "can_migrate: %d\n", view.can_migrate);
}

static int vf_show(struct seq_file *m, void *unused)
{
	struct test_vf *t = m->private;
	const char *command;
	int i, result;
	s64 us;

	scoped_guard(spinlock, &t->lock) {
		command = t->command;
		result = t->result;
		us = t->us;
	}
	if (command)
		seq_printf(m, "%s: %d\nus: %lld\n", command, result, us);
	for (i = 0; i < ARRAY_SIZE(event_names); i++)
		seq_printf(m, "%s: %d\n", event_names[i], atomic_read(&t->events[i]));
	seq_printf(m, "page: %pad\n", &t->bus);
	show_view(m, t);
	return 0;
}

static int vf_open(struct inode *inode, struct file *file)
{
	return single_open(file, vf_show, inode->i_private);
}

static const struct file_operations vf_fops = {
	.owner = THIS_MODULE,
	.open = vf_open,
	.read = seq_read,
	.write = vf_write,
	.llseek = seq_lseek,
	.release = single_release,
};

/* ---- the driver ---- */

static void count_event(void *priv, enum gsp_vf_event event)
{
	struct test_vf *t = priv;

	atomic_inc(&t->events[event]);
}

static const struct gsp_vf_ops vf_ops = { .event = count_event };

static int make_page(struct test_vf *t)
{
	t->page.data = dmam_alloc_coherent(&t->pdev->dev, SZ_4K, &t->bus, GFP_KERNEL);
	t->page.size = SZ_4K;
	return t->page.data ? 0 : -ENOMEM;
}

static void make_files(struct test_vf *t)
{
	char name[32];

	snprintf(name, sizeof(name), "%s-page", pci_name(t->pdev));
	t->page_file = debugfs_create_blob(name, 0600, root, &t->page);
	t->file = debugfs_create_file(pci_name(t->pdev), 0600, root, t, &vf_fops);
}

static int test_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct test_vf *t = devm_kzalloc(&pdev->dev, sizeof(*t), GFP_KERNEL);
	int ret;

	if (!t)
		return -ENOMEM;
	t->pdev = pdev;
	spin_lock_init(&t->lock);
	ret = pcim_enable_device(pdev) ?: make_page(t);
	if (ret)
		return ret;
	t->vf = gsp_vf_get(pdev, &vf_ops, t);
	if (IS_ERR(t->vf))
		return PTR_ERR(t->vf);
	pci_set_drvdata(pdev, t);
	make_files(t);
	return 0;
}

/* Whoever waits in a command is sent home before the file can go. */
static void test_remove(struct pci_dev *pdev)
{
	struct test_vf *t = pci_get_drvdata(pdev);

	do_close(t);
	debugfs_remove(t->file);
	debugfs_remove(t->page_file);
	gsp_vf_put(t->vf);
}

/* Nothing but driver_override leads here. */
static const struct pci_device_id test_ids[] = {
	{ }
};

static struct pci_driver test_driver = {
	.name = NAME,
	.id_table = test_ids,
	.probe = test_probe,
	.remove = test_remove,
};

/* ---- control ---- */

static int add(struct pci_dev *pdev)
{
	int ret = device_set_driver_override(&pdev->dev, NAME);

	if (ret)
		return ret;
	ret = device_attach(&pdev->dev);
	if (ret < 0)
		return ret;
	return pci_dev_driver(pdev) == &test_driver ? 0 : -ENODEV;
}

static int drop(struct pci_dev *pdev)
{
	if (pci_dev_driver(pdev) != &test_driver)
		return -ENODEV;
	device_release_driver(&pdev->dev);
	return device_set_driver_override(&pdev->dev, "");
}

static int control(const char *line)
{
	unsigned int domain, bus, slot, fn;
	char verb[8];

	if (sscanf(line, "%7s %x:%x:%x.%x", verb, &domain, &bus, &slot, &fn) != 5)
		return -EINVAL;

	struct pci_dev *pdev __free(pci_dev_put) =
		pci_get_domain_bus_and_slot(domain, bus, PCI_DEVFN(slot, fn));

	if (!pdev)
		return -ENODEV;
	if (!strcmp(verb, "add"))
		return add(pdev);
	return strcmp(verb, "remove") ? -EINVAL : drop(pdev);
}

static ssize_t control_write(struct file *file, const char __user *from, size_t len, loff_t *pos)
{
	char line[COMMAND_MAX];

	return get_line(from, len, line) ?: control(line) ?: len;
}

static const struct file_operations control_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.write = control_write,
};

static int __init test_init(void)
{
	int ret;

	root = debugfs_create_dir(NAME, NULL);
	ret = pci_register_driver(&test_driver);
	if (ret) {
		debugfs_remove(root);
		return ret;
	}
	control_file = debugfs_create_file("control", 0200, root, NULL, &control_fops);
	return 0;
}
module_init(test_init);

static void __exit test_exit(void)
{
	debugfs_remove(control_file);
	pci_unregister_driver(&test_driver);
	debugfs_remove(root);
}
module_exit(test_exit);

MODULE_DESCRIPTION("Test driver of virtual functions for gsp-core");
MODULE_LICENSE("GPL");
