// SPDX-License-Identifier: GPL-2.0-only
#include "debug/vgpulog.h"

#include <linux/debugfs.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/io.h>
#include <linux/pci.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "sriov/vf.h"
#include "sriov/vgpu.h"

static const struct gsp_plugin_layout *layout_of(const struct gsp_vf *vf)
{
	return &vf->plugin.abi->layout;
}

/*
 * Out of the aperture first: a reader that is paged out must not keep it
 * mapped.
 */
static ssize_t read_log(struct file *file, char __user *to, size_t len, loff_t *pos, u32 log,
			u32 size)
{
	struct gsp_vf *vf = file->private_data;
	loff_t at = *pos;
	size_t n;

	if (at < 0 || at >= size)
		return 0;
	n = min_t(size_t, min(len, PAGE_SIZE), size - at);

	void *page __free(kfree) = kmalloc(n, GFP_KERNEL);

	if (!page)
		return -ENOMEM;
	scoped_guard(mutex, &vf->map_lock) {
		if (!vf->map.cpu)
			return 0;
		memcpy_fromio(page, vf->map.cpu + log + at, n);
	}
	if (copy_to_user(to, page, n))
		return -EFAULT;
	*pos += n;
	return n;
}

static ssize_t init_task_read(struct file *file, char __user *to, size_t len, loff_t *pos)
{
	const struct gsp_plugin_layout *l = layout_of(file->private_data);

	return read_log(file, to, len, pos, l->init_log, l->init_log_size);
}

static ssize_t vgpu_task_read(struct file *file, char __user *to, size_t len, loff_t *pos)
{
	const struct gsp_plugin_layout *l = layout_of(file->private_data);

	return read_log(file, to, len, pos, l->vgpu_log, l->vgpu_log_size);
}

static ssize_t kernel_read_log(struct file *file, char __user *to, size_t len, loff_t *pos)
{
	const struct gsp_plugin_layout *l = layout_of(file->private_data);

	return read_log(file, to, len, pos, l->kernel_log, l->kernel_log_size);
}

#define LOG_FOPS(_name, _read) \
	static const struct file_operations _name##_fops = { \
		.owner = THIS_MODULE, \
		.open = simple_open, \
		.read = (_read), \
		.llseek = default_llseek, \
	}

LOG_FOPS(init_task, init_task_read);
LOG_FOPS(vgpu_task, vgpu_task_read);
LOG_FOPS(kernel, kernel_read_log);

static int state_show(struct seq_file *m, void *unused)
{
	struct gsp_vf *vf = m->private;

	seq_printf(m, "%s\n", gsp_vgpu_state_name(gsp_vgpu_state(vf)));
	seq_printf(m, "guest driver: %s\n",
		   READ_ONCE(vf->stats.guest_loaded) ? "loaded" : "not loaded");
	seq_printf(m, "error messages: %u\n", READ_ONCE(vf->stats.errors));
	seq_printf(m, "licence changes: %u\n", READ_ONCE(vf->stats.licence));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(state);

/**
 * gsp_vgpulog_add - show the logs of a VF
 * @vf: VF; stays until gsp_vgpulog_remove()
 * @pdev: its PCI function
 * @parent: directory of the PF
 *
 * Context: process context, may sleep.
 */
void gsp_vgpulog_add(struct gsp_vf *vf, struct pci_dev *pdev, struct dentry *parent)
{
	vf->logs = debugfs_create_dir(pci_name(pdev), parent);
	debugfs_create_file("state", 0400, vf->logs, vf, &state_fops);
	debugfs_create_file("init_task_log", 0400, vf->logs, vf, &init_task_fops);
	debugfs_create_file("vgpu_task_log", 0400, vf->logs, vf, &vgpu_task_fops);
	debugfs_create_file("kernel_log", 0400, vf->logs, vf, &kernel_fops);
}

/**
 * gsp_vgpulog_remove - the mirror of gsp_vgpulog_add()
 * @vf: VF
 *
 * Context: process context, may sleep until readers have left.
 */
void gsp_vgpulog_remove(struct gsp_vf *vf)
{
	debugfs_remove(vf->logs);
	vf->logs = NULL;
}
