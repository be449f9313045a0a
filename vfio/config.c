// SPDX-License-Identifier: GPL-2.0-only
/*
 * Configuration space is vfio-pci-core's, with a few fields laid over what it
 * answers: the ids that the vGPU's type has, and the size of the framebuffer BAR
 * for those who find it out by writing ones to it.
 *
 * A VF has no register behind its BARs (vfio-pci-core makes them up), and so has
 * neither what is written to the one here.
 */
#include "vfio_dev.h"

#include <linux/cleanup.h>
#include <linux/lockdep.h>
#include <linux/pci.h>
#include <linux/pm_runtime.h>
#include <linux/uaccess.h>
#include <linux/vfio.h>

/* What of a field lies in the buffer of an access, and where. */
struct overlap {
	loff_t buf;
	size_t len;
	size_t reg;
};

static bool find(loff_t pos, size_t count, unsigned int reg, size_t size, struct overlap *o)
{
	return vfio_pci_core_range_intersect_range(pos, count, reg, size, &o->buf, &o->len,
						   &o->reg);
}

static int lay(char __user *buf, size_t count, loff_t pos, unsigned int reg, const void *val,
	       size_t size)
{
	struct overlap o;

	if (!find(pos, count, reg, size, &o))
		return 0;
	return copy_to_user(buf + o.buf, val + o.reg, o.len) ? -EFAULT : 0;
}

static int lay_id(char __user *buf, size_t count, loff_t pos, unsigned int reg, u16 id)
{
	__le16 val = cpu_to_le16(id);

	return lay(buf, count, pos, reg, &val, sizeof(val));
}

/* ---- framebuffer BAR ---- */

static unsigned int fb_reg(const struct gsp_vfio_device *g)
{
	return PCI_BASE_ADDRESS_0 + 4 * g->view.fb_bar;
}

static size_t fb_reg_size(const struct gsp_vfio_device *g)
{
	return pci_resource_flags(g->core.pdev, g->view.fb_bar) & IORESOURCE_MEM_64 ? 8 : 4;
}

static int lay_fb_bar(struct gsp_vfio_device *g, char __user *buf, size_t count, loff_t pos)
{
	unsigned long flags = pci_resource_flags(g->core.pdev, g->view.fb_bar);
	u64 val = le64_to_cpu(g->fb_bar) & ~(g->view.fb_bar_size - 1);
	__le64 reg;

	if (flags & IORESOURCE_MEM_64)
		val |= PCI_BASE_ADDRESS_MEM_TYPE_64;
	if (flags & IORESOURCE_PREFETCH)
		val |= PCI_BASE_ADDRESS_MEM_PREFETCH;
	reg = cpu_to_le64(val);
	return lay(buf, count, pos, fb_reg(g), &reg, fb_reg_size(g));
}

static int keep_fb_bar(struct gsp_vfio_device *g, const char __user *buf, size_t count, loff_t pos)
{
	struct overlap o;

	if (!find(pos, count, fb_reg(g), fb_reg_size(g), &o))
		return 0;
	return copy_from_user((void *)&g->fb_bar + o.reg, buf + o.buf, o.len) ? -EFAULT : 0;
}

/* ---- bus mastering ---- */

/**
 * gsp_vfio_sync_master_locked - tell the plugin whether the VF may do DMA
 * @g: VF; if it has no vGPU, or a failed one, nothing happens
 *
 * What counts is what the VF has, not what somebody has written.
 *
 * Context: process context with @g->lock held, sleeps up to the deadline of a
 * message.
 */
void gsp_vfio_sync_master_locked(struct gsp_vfio_device *g)
{
	bool on;
	u16 cmd;

	lockdep_assert_held(&g->lock);
	if (!g->opened || READ_ONCE(g->error))
		return;
	if (pci_read_config_word(g->core.pdev, PCI_COMMAND, &cmd) || PCI_POSSIBLE_ERROR(cmd))
		return;
	on = cmd & PCI_COMMAND_MASTER;
	/* If it fails the next one tries again; if the vGPU has died of it, we are told. */
	if (on != g->bus_master && !gsp_vf_set_bus_master(g->vf, on))
		g->bus_master = on;
}

static void sync_master(struct gsp_vfio_device *g)
{
	struct device *dev = &g->core.pdev->dev;

	if (pm_runtime_resume_and_get(dev))
		return;
	scoped_guard(mutex, &g->lock)
		gsp_vfio_sync_master_locked(g);
	pm_runtime_put(dev);
}

/* ---- reading and writing ---- */

/**
 * gsp_vfio_config_read - the guest reads configuration space
 * @g: open VF
 * @buf: result
 * @count: bytes
 * @ppos: where; is moved
 *
 * Context: process context, may sleep.
 * Return: bytes or a negative errno.
 */
ssize_t gsp_vfio_config_read(struct gsp_vfio_device *g, char __user *buf, size_t count,
			     loff_t *ppos)
{
	loff_t pos = *ppos & VFIO_PCI_OFFSET_MASK;
	const struct gsp_vf_view *view = &g->view;
	ssize_t ret = vfio_pci_core_read(&g->core.vdev, buf, count, ppos);
	int err;

	if (ret < 0)
		return ret;
	err = lay_id(buf, count, pos, PCI_DEVICE_ID, view->device) ?:
	      lay_id(buf, count, pos, PCI_SUBSYSTEM_VENDOR_ID, view->subsystem_vendor) ?:
	      lay_id(buf, count, pos, PCI_SUBSYSTEM_ID, view->subsystem_device) ?:
	      lay_fb_bar(g, buf, count, pos);
	if (err)
		*ppos -= ret;
	return err ?: ret;
}

/**
 * gsp_vfio_config_write - the guest writes configuration space
 * @g: open VF
 * @buf: what
 * @count: bytes
 * @ppos: where; is moved
 *
 * Context: process context; sleeps up to the deadlines of a reset, if it asks
 * for one, and of a message to the plugin.
 * Return: bytes or a negative errno.
 */
ssize_t gsp_vfio_config_write(struct gsp_vfio_device *g, const char __user *buf, size_t count,
			      loff_t *ppos)
{
	loff_t pos = *ppos & VFIO_PCI_OFFSET_MASK;
	struct overlap o;
	ssize_t ret = keep_fb_bar(g, buf, count, pos);

	if (!ret)
		ret = vfio_pci_core_write(&g->core.vdev, buf, count, ppos);
	if (ret > 0 && find(pos, count, PCI_COMMAND, 2, &o))
		sync_master(g);
	return ret;
}
