// SPDX-License-Identifier: GPL-2.0-only
/*
 * The PF's own directories: what the GPU is doing, what it can be divided
 * into, what went wrong.
 */
#include "sysfs/sysfs.h"

#include <linux/device.h>
#include <linux/sysfs.h>

#include "device.h"

static struct gsp_device *gsp_of(struct device *dev)
{
	return dev_get_drvdata(dev);
}

/* ---- gsp/ ---- */

static ssize_t firmware_version_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", gsp_of(dev)->abi->release);
}
static DEVICE_ATTR_RO(firmware_version);

static ssize_t state_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	bool dead = gsp_rpc_state(gsp_of(dev)->link.rpc) == GSP_RPC_DEAD;

	return sysfs_emit(buf, "%s\n", dead ? "dead" : "running");
}
static DEVICE_ATTR_RO(state);

static ssize_t recovery_action_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	enum gsp_recovery action = READ_ONCE(gsp_of(dev)->exceptions.recovery);

	return sysfs_emit(buf, "%s\n", gsp_recovery_name(action));
}
static DEVICE_ATTR_RO(recovery_action);

static ssize_t vgpu_mode_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%d\n", gsp_of(dev)->vgpu_mode);
}
static DEVICE_ATTR_RO(vgpu_mode);

static ssize_t framebuffer_size_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%llu\n", gsp_of(dev)->config.fb_size);
}
static DEVICE_ATTR_RO(framebuffer_size);

/* Everything that nobody can be given: protected memory, heaps, what is too small to use. */
static ssize_t framebuffer_reserved_show(struct device *dev, struct device_attribute *attr,
					 char *buf)
{
	struct gsp_device *gsp = gsp_of(dev);
	struct gsp_fb_stats st;

	gsp_fb_stats(&gsp->fb, &st);
	return sysfs_emit(buf, "%llu\n", gsp->config.fb_size - st.total);
}
static DEVICE_ATTR_RO(framebuffer_reserved);

static ssize_t framebuffer_vgpu_mode_show(struct device *dev, struct device_attribute *attr,
					  char *buf)
{
	struct gsp_device *gsp = gsp_of(dev);
	u64 size = gsp->config.fb_size;
	u64 cost = gsp_boot_heap_size(&gsp->boot, size, gsp->boot.vf_partitions) -
		   gsp_boot_heap_size(&gsp->boot, size, 0);

	return sysfs_emit(buf, "%llu\n", cost);
}
static DEVICE_ATTR_RO(framebuffer_vgpu_mode);

static ssize_t framebuffer_free_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct gsp_fb_stats st;

	gsp_fb_stats(&gsp_of(dev)->fb, &st);
	return sysfs_emit(buf, "%llu\n", st.free);
}
static DEVICE_ATTR_RO(framebuffer_free);

static ssize_t framebuffer_quarantined_show(struct device *dev, struct device_attribute *attr,
					    char *buf)
{
	struct gsp_fb_stats st;

	gsp_fb_stats(&gsp_of(dev)->fb, &st);
	return sysfs_emit(buf, "%llu\n", st.quarantined);
}
static DEVICE_ATTR_RO(framebuffer_quarantined);

static struct attribute *pf_attrs[] = {
	&dev_attr_firmware_version.attr,
	&dev_attr_state.attr,
	&dev_attr_recovery_action.attr,
	&dev_attr_vgpu_mode.attr,
	&dev_attr_framebuffer_size.attr,
	&dev_attr_framebuffer_reserved.attr,
	&dev_attr_framebuffer_vgpu_mode.attr,
	&dev_attr_framebuffer_free.attr,
	&dev_attr_framebuffer_quarantined.attr,
	NULL
};

/* What a GPU that was booted plain does not have. */
static umode_t pf_is_visible(struct kobject *kobj, struct attribute *attr, int n)
{
	struct gsp_device *gsp = gsp_of(kobj_to_dev(kobj));

	if (attr == &dev_attr_framebuffer_vgpu_mode.attr && !gsp->vgpu_mode)
		return 0;
	return attr->mode;
}

static const struct attribute_group pf_group = {
	.name = "gsp",
	.attrs = pf_attrs,
	.is_visible = pf_is_visible,
};

/* ---- gsp_exceptions/ ---- */

struct counter {
	struct device_attribute attr;
	enum gsp_exception what;
};

static ssize_t counter_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	const struct counter *c = container_of(attr, struct counter, attr);

	return sysfs_emit(buf, "%u\n", atomic_read(&gsp_of(dev)->exceptions.count[c->what]));
}

#define COUNTER(_name, _what) \
	static struct counter counter_##_name = { \
		.attr = __ATTR(_name, 0444, counter_show, NULL), \
		.what = (_what), \
	}

COUNTER(error_log, GSP_EXCEPTION_ERROR_LOG);
COUNTER(channel_reset, GSP_EXCEPTION_RC);
COUNTER(plugin_crash, GSP_EXCEPTION_PLUGIN_CRASH);
COUNTER(recovery_action, GSP_EXCEPTION_RECOVERY);
COUNTER(death, GSP_EXCEPTION_DEATH);

static ssize_t last_xid_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", READ_ONCE(gsp_of(dev)->exceptions.last_xid));
}
static DEVICE_ATTR_RO(last_xid);

static struct attribute *exception_attrs[] = {
	&counter_error_log.attr.attr,
	&counter_channel_reset.attr.attr,
	&counter_plugin_crash.attr.attr,
	&counter_recovery_action.attr.attr,
	&counter_death.attr.attr,
	&dev_attr_last_xid.attr,
	NULL
};

static const struct attribute_group exception_group = {
	.name = "gsp_exceptions",
	.attrs = exception_attrs,
};

const struct attribute_group *gsp_sysfs_pf_groups[] = {
	&pf_group,
	&exception_group,
	NULL
};
