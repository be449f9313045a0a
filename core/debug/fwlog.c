// SPDX-License-Identifier: GPL-2.0-only
#include "debug/fwlog.h"

#include <linux/cleanup.h>
#include <linux/device.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>

/**
 * struct kept_logs - what the firmware wrote before a probe failed
 * @node: in kept
 * @name: device
 * @log: files of the copies
 */
struct kept_logs {
	struct list_head node;
	char *name;
	struct gsp_fwlog log;
};

static const char * const file_names[GSP_LIBOS_NR_LOGS] = {
	[GSP_LIBOS_LOGINIT] = "loginit",
	[GSP_LIBOS_LOGINTR] = "logintr",
	[GSP_LIBOS_LOGRM]   = "logrm",
};

static struct dentry *root;
static bool keep_logs;

static LIST_HEAD(kept);
static DEFINE_MUTEX(kept_lock);		/* protects kept */

static void create_files(struct gsp_fwlog *log, const char *name)
{
	int i;

	log->dir = debugfs_create_dir(name, root);
	for (i = 0; i < GSP_LIBOS_NR_LOGS; i++)
		debugfs_create_blob(file_names[i], 0400, log->dir, &log->blobs[i]);
}

static void free_kept(struct kept_logs *k)
{
	int i;

	debugfs_remove(k->log.dir);
	for (i = 0; i < GSP_LIBOS_NR_LOGS; i++)
		kvfree(k->log.blobs[i].data);
	kfree(k->name);
	kfree(k);
}

/* @name: NULL for all */
static void drop_kept(const char *name)
{
	struct kept_logs *k, *next;

	guard(mutex)(&kept_lock);
	list_for_each_entry_safe(k, next, &kept, node) {
		if (name && strcmp(k->name, name))
			continue;
		list_del(&k->node);
		free_kept(k);
	}
}

/**
 * gsp_fwlog_init - show the logs of a GPU
 * @log: to fill in
 * @dev: GPU
 * @libos: its log buffers, which must outlive @log
 *
 * Throws away what was kept of an earlier probe of @dev.
 *
 * Context: process context, may sleep.
 */
void gsp_fwlog_init(struct gsp_fwlog *log, struct device *dev, const struct gsp_libos *libos)
{
	int i;

	drop_kept(dev_name(dev));
	for (i = 0; i < GSP_LIBOS_NR_LOGS; i++) {
		log->blobs[i].data = libos->mem[i];
		log->blobs[i].size = libos->regions[i].size;
	}
	create_files(log, dev_name(dev));
}

/**
 * gsp_fwlog_fini - the logs are about to go
 * @log: files to remove; waits for readers
 *
 * Context: process context, may sleep.
 */
void gsp_fwlog_fini(struct gsp_fwlog *log)
{
	debugfs_remove(log->dir);
}

static struct kept_logs *copy_logs(const char *name, const struct gsp_libos *libos)
{
	struct kept_logs *k = kzalloc_obj(*k);
	int i;

	if (!k)
		return NULL;

	k->name = kstrdup(name, GFP_KERNEL);
	for (i = 0; i < GSP_LIBOS_NR_LOGS; i++) {
		k->log.blobs[i].size = libos->regions[i].size;
		k->log.blobs[i].data = kvmemdup(libos->mem[i], libos->regions[i].size,
						GFP_KERNEL);
		if (!k->name || !k->log.blobs[i].data) {
			free_kept(k);
			return NULL;
		}
	}
	return k;
}

/**
 * gsp_fwlog_keep - a probe has failed; keep its logs if the user asked for it
 * @dev: GPU, whose own files are removed by now
 * @libos: its log buffers
 *
 * Context: process context, may sleep.
 */
void gsp_fwlog_keep(struct device *dev, const struct gsp_libos *libos)
{
	struct kept_logs *k;

	if (!keep_logs)
		return;
	k = copy_logs(dev_name(dev), libos);
	if (!k)
		return;

	guard(mutex)(&kept_lock);
	create_files(&k->log, k->name);
	list_add(&k->node, &kept);
}

/**
 * gsp_fwlog_module_init - create the driver's directory
 *
 * Context: process context, may sleep.
 */
void gsp_fwlog_module_init(void)
{
	root = debugfs_create_dir("gsp-core", NULL);
	debugfs_create_bool("keep_logs", 0600, root, &keep_logs);
}

/**
 * gsp_fwlog_module_exit - remove the driver's directory and all kept logs
 *
 * Context: process context, may sleep.
 */
void gsp_fwlog_module_exit(void)
{
	drop_kept(NULL);
	debugfs_remove(root);
}
