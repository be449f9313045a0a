// SPDX-License-Identifier: GPL-2.0-only
/*
 * vgpu_types/<id>/: how many vGPUs of a type the GPU can take.
 *
 * What tools of mdev knew as available_instances, and what a scheduler of
 * virtual machines would otherwise have to be told by hand.
 */
#include "sysfs/sysfs.h"

#include <linux/device.h>
#include <linux/kobject.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

#include "device.h"
#include "sriov/provision.h"

/**
 * struct type_dir - the directory of one type
 * @kobj: owns the structure
 * @node: in the GPU's list
 * @gsp: GPU; valid until the directory is removed, which waits for readers
 * @type: type; part of the GPU's catalogue
 */
struct type_dir {
	struct kobject kobj;
	struct list_head node;
	struct gsp_device *gsp;
	const struct gsp_vgpu_type *type;
};

struct type_attr {
	struct attribute attr;
	ssize_t (*show)(const struct type_dir *dir, char *buf);
};

static ssize_t name_show(const struct type_dir *dir, char *buf)
{
	return sysfs_emit(buf, "%s\n", dir->type->name);
}

static ssize_t class_show(const struct type_dir *dir, char *buf)
{
	return sysfs_emit(buf, "%s\n", dir->type->class);
}

static ssize_t framebuffer_show(const struct type_dir *dir, char *buf)
{
	return sysfs_emit(buf, "%llu\n", gsp_type_framebuffer(&dir->gsp->sriov, dir->type));
}

static ssize_t max_instances_show(const struct type_dir *dir, char *buf)
{
	unsigned int max, available;

	gsp_type_capacity(&dir->gsp->sriov, dir->type, &max, &available);
	return sysfs_emit(buf, "%u\n", max);
}

static ssize_t available_instances_show(const struct type_dir *dir, char *buf)
{
	unsigned int max, available;

	gsp_type_capacity(&dir->gsp->sriov, dir->type, &max, &available);
	return sysfs_emit(buf, "%u\n", available);
}

#define TYPE_ATTR(_name) \
	static const struct type_attr type_attr_##_name = { \
		.attr = { .name = __stringify(_name), .mode = 0444 }, \
		.show = _name##_show, \
	}

TYPE_ATTR(name);
TYPE_ATTR(class);
TYPE_ATTR(framebuffer);
TYPE_ATTR(max_instances);
TYPE_ATTR(available_instances);

static const struct attribute *const type_attrs[] = {
	&type_attr_name.attr,
	&type_attr_class.attr,
	&type_attr_framebuffer.attr,
	&type_attr_max_instances.attr,
	&type_attr_available_instances.attr,
	NULL
};

static const struct attribute_group type_group = {
	.attrs_const = type_attrs,
};
__ATTRIBUTE_GROUPS(type);

static ssize_t show(struct kobject *kobj, struct attribute *attr, char *buf)
{
	const struct type_attr *a = container_of_const(attr, struct type_attr, attr);

	return a->show(container_of(kobj, struct type_dir, kobj), buf);
}

static void release(struct kobject *kobj)
{
	kfree(container_of(kobj, struct type_dir, kobj));
}

static const struct sysfs_ops type_sysfs_ops = { .show = show };

static const struct kobj_type type_ktype = {
	.release = release,
	.sysfs_ops = &type_sysfs_ops,
	.default_groups = type_groups,
};

static int add_dir(struct gsp_device *gsp, const struct gsp_vgpu_type *type)
{
	struct type_dir *dir = kzalloc_obj(*dir);
	int ret;

	if (!dir)
		return -ENOMEM;
	dir->gsp = gsp;
	dir->type = type;
	ret = kobject_init_and_add(&dir->kobj, &type_ktype, gsp->type_dirs.root, "%u", type->id);
	if (ret)
		kobject_put(&dir->kobj);
	else
		list_add_tail(&dir->node, &gsp->type_dirs.list);
	return ret;
}

/**
 * gsp_sysfs_types_create - show the types that a GPU offers
 * @gsp: GPU whose catalogue is complete
 *
 * Without types there is no directory.
 *
 * Context: process context, may sleep.
 * Return: 0; -ENOMEM; -EEXIST if two types have one number.
 */
int gsp_sysfs_types_create(struct gsp_device *gsp)
{
	const struct gsp_vgpu_types *types = &gsp->types;
	unsigned int i;
	int ret = 0;

	INIT_LIST_HEAD(&gsp->type_dirs.list);
	if (!types->nr)
		return 0;
	gsp->type_dirs.root = kobject_create_and_add("vgpu_types", &gsp->pdev->dev.kobj);
	if (!gsp->type_dirs.root)
		return -ENOMEM;

	for (i = 0; i < types->nr && !ret; i++)
		ret = add_dir(gsp, &types->types[i]);
	if (ret)
		gsp_sysfs_types_destroy(gsp);
	return ret;
}

/**
 * gsp_sysfs_types_destroy - hide them again
 * @gsp: GPU; fine if there is no directory
 *
 * Context: process context, may sleep until readers have left.
 */
void gsp_sysfs_types_destroy(struct gsp_device *gsp)
{
	struct gsp_sysfs_types *t = &gsp->type_dirs;
	struct type_dir *dir, *next;

	if (!t->root)
		return;
	list_for_each_entry_safe(dir, next, &t->list, node) {
		list_del(&dir->node);
		kobject_del(&dir->kobj);
		kobject_put(&dir->kobj);
	}
	kobject_del(t->root);
	kobject_put(t->root);
	t->root = NULL;
}
