/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What operators and their tools see, below the PCI functions in sysfs.
 *
 *	<PF>/gsp/			state, framebuffer
 *	<PF>/gsp_exceptions/		counters
 *	<PF>/vgpu_types/<id>/		capacity per type
 *	<VF>/nvidia/			provisioning
 *
 * The last one has the names and formats of NVIDIA's own driver, which the
 * tools of vGPU hosts know; it is not ours to make it nicer. All of them ask
 * the rooms below and add nothing but text.
 *
 * The first two are the PCI driver's dev_groups: they exist while the driver
 * is bound. The PF's types and the VFs' directories come and go with what they
 * describe. No file of them takes a lock of its own; removing one waits until
 * its readers have left, so it must not be removed with a lock held that they
 * take below.
 */
#ifndef _GSP_SYSFS_SYSFS_H
#define _GSP_SYSFS_SYSFS_H

#include <linux/list.h>
#include <linux/types.h>

struct attribute_group;
struct gsp_device;
struct kobject;

/**
 * struct gsp_sysfs_types - vgpu_types/ of one GPU
 * @root: the directory, NULL while there is none
 * @list: the types' own directories
 *
 * Changed by start and stop only, which the driver core serialises.
 */
struct gsp_sysfs_types {
	struct kobject *root;
	struct list_head list;
};

extern const struct attribute_group *gsp_sysfs_pf_groups[];
extern const struct attribute_group gsp_sysfs_vf_group;

int gsp_sysfs_types_create(struct gsp_device *gsp);
void gsp_sysfs_types_destroy(struct gsp_device *gsp);

int gsp_sysfs_emit_type(char *page, int at, u32 id, const char *name);
int gsp_sysfs_parse_type(const char *text, u32 *id);

#endif
