// SPDX-License-Identifier: GPL-2.0-only
/*
 * <VF>/nvidia/: choose what a VF will be.
 *
 * Names, formats and errors are those that tools of vGPU hosts expect, see
 * Documentation/ABI/testing/sysfs-driver-gsp-core. The VF may have any driver
 * or none: all is asked of the PF.
 */
#include "sysfs/sysfs.h"

#include <linux/device.h>
#include <linux/pci.h>
#include <linux/sysfs.h>

#include "sriov/pf.h"
#include "sriov/provision.h"

/*
 * The directory goes before the PF's driver does, and its removal waits for
 * readers: the PF is bound whenever one is here.
 */
static struct gsp_vf *vf_of(struct device *dev)
{
	return gsp_sriov_vf_of(to_pci_dev(dev));
}

struct type_list {
	char *page;
	int at;
};

static void add_row(void *ctx, const struct gsp_vgpu_type *type)
{
	struct type_list *list = ctx;

	list->at += gsp_sysfs_emit_type(list->page, list->at, type->id, type->name);
}

static ssize_t creatable_vgpu_types_show(struct device *dev, struct device_attribute *attr,
					 char *buf)
{
	struct type_list list = { .page = buf };

	list.at = gsp_sysfs_emit_type(buf, 0, 0, NULL);
	gsp_vf_creatable(vf_of(dev), add_row, &list);
	return list.at;
}
static DEVICE_ATTR_RO(creatable_vgpu_types);

static ssize_t current_vgpu_type_show(struct device *dev, struct device_attribute *attr,
				      char *buf)
{
	return sysfs_emit(buf, "%u\n", gsp_vf_type(vf_of(dev)));
}

/* A write that fails leaves no type; only an open vGPU keeps what it has. */
static ssize_t current_vgpu_type_store(struct device *dev, struct device_attribute *attr,
				       const char *buf, size_t count)
{
	u32 id = 0;
	int bad = gsp_sysfs_parse_type(buf, &id);
	int ret = gsp_vf_set_type(vf_of(dev), bad ? 0 : id);

	return ret ?: bad ?: count;
}
static DEVICE_ATTR_RW(current_vgpu_type);

/* No vGPU of this firmware's is backed by a GPU instance: none has an id. */
static ssize_t gpu_instance_id_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return -ENXIO;
}

static ssize_t gpu_instance_id_store(struct device *dev, struct device_attribute *attr,
				     const char *buf, size_t count)
{
	return -EOPNOTSUPP;
}
static DEVICE_ATTR_RW(gpu_instance_id);

static ssize_t placement_id_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	u32 id;
	int ret = gsp_vf_placement(vf_of(dev), &id);

	return ret ?: sysfs_emit(buf, "%u\n", id);
}

/* Places are given, not chosen, as long as all vGPUs of a GPU are of one size. */
static ssize_t placement_id_store(struct device *dev, struct device_attribute *attr,
				  const char *buf, size_t count)
{
	return -EOPNOTSUPP;
}
static DEVICE_ATTR_RW(placement_id);

static ssize_t vgpu_params_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return gsp_vf_params(vf_of(dev), buf);
}

static ssize_t vgpu_params_store(struct device *dev, struct device_attribute *attr,
				 const char *buf, size_t count)
{
	return gsp_vf_set_params(vf_of(dev), buf) ?: count;
}
static DEVICE_ATTR_RW(vgpu_params);

static ssize_t warm_update_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "0\n");
}

static ssize_t warm_update_store(struct device *dev, struct device_attribute *attr,
				 const char *buf, size_t count)
{
	return -EOPNOTSUPP;
}
static DEVICE_ATTR_RW(warm_update);

static struct attribute *vf_attrs[] = {
	&dev_attr_creatable_vgpu_types.attr,
	&dev_attr_current_vgpu_type.attr,
	&dev_attr_gpu_instance_id.attr,
	&dev_attr_placement_id.attr,
	&dev_attr_vgpu_params.attr,
	&dev_attr_warm_update.attr,
	NULL
};

const struct attribute_group gsp_sysfs_vf_group = {
	.name = "nvidia",
	.attrs = vf_attrs,
};
