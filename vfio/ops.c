// SPDX-License-Identifier: GPL-2.0-only
/*
 * From open to close: a VF has a vGPU exactly as long as somebody has it open.
 */
#include "vfio_dev.h"

#include <linux/cleanup.h>
#include <linux/dev_printk.h>
#include <linux/err.h>
#include <linux/pci.h>
#include <linux/sched.h>
#include <linux/vfio.h>

/* ---- from open to close ---- */

static int init_device(struct vfio_device *vdev)
{
	struct gsp_vfio_device *g = gsp_vfio_of(vdev);

	mutex_init(&g->lock);
	mutex_init(&g->trap_lock);
	init_waitqueue_head(&g->wait);
	gsp_vfio_init_events(g);
	g->core.pci_ops = &gsp_vfio_pci_ops;
	return vfio_pci_core_init_dev(vdev);
}

static void release_device(struct vfio_device *vdev)
{
	struct gsp_vfio_device *g = gsp_vfio_of(vdev);

	mutex_destroy(&g->trap_lock);
	mutex_destroy(&g->lock);
	vfio_pci_core_release_dev(vdev);
}

static int make_vgpu(struct gsp_vfio_device *g)
{
	const struct gsp_vf_open open = { .pid = task_tgid_nr(current) };
	int ret;

	WRITE_ONCE(g->error, 0);
	ret = gsp_vf_open(g->vf, &open);
	if (ret)
		return ret;
	/* As long as it is open the type stays. */
	ret = gsp_vf_view(g->vf, &g->view);
	if (ret) {
		gsp_vf_close(g->vf);
		return ret;
	}
	gsp_vfio_layout(g);
	guard(mutex)(&g->lock);
	g->opened = true;
	g->bus_master = true;
	return 0;
}

/* To reset a function that has left the bus takes the PCI core a minute. */
static bool is_gone(struct gsp_vfio_device *g)
{
	return !pci_device_is_present(g->core.pdev);
}

/* vfio-pci-core does without a BAR that it could not map; a guest could not. */
static int check_bars(struct gsp_vfio_device *g)
{
	void __iomem *io;
	unsigned int bar;

	for (bar = 0; bar < PCI_STD_NUM_BARS; bar++) {
		if (!pci_resource_len(g->core.pdev, bar))
			continue;
		io = vfio_pci_core_get_iomap(&g->core, bar);
		if (IS_ERR(io))
			return PTR_ERR(io);
	}
	return 0;
}

/* The function is reset before there is a vGPU; see reset.c. */
static int open_device(struct vfio_device *vdev)
{
	struct gsp_vfio_device *g = gsp_vfio_of(vdev);
	int ret = gsp_vf_view(g->vf, &g->view);

	if (ret) {
		dev_warn_ratelimited(vdev->dev, "no vGPU: nvidia/current_vgpu_type is not set\n");
		return ret;
	}
	if (is_gone(g))
		return -ENODEV;
	ret = vfio_pci_core_enable(&g->core);
	if (ret)
		return ret;
	ret = check_bars(g) ?: make_vgpu(g);
	if (ret) {
		vfio_pci_core_disable(&g->core);
		return ret;
	}
	vfio_pci_core_finish_enable(&g->core);
	return 0;
}

/*
 * Nobody has a file descriptor or a mapping any more. vfio-pci-core may reset the
 * function afterwards, or not if its lock is taken: nothing depends on that.
 */
static void close_device(struct vfio_device *vdev)
{
	struct gsp_vfio_device *g = gsp_vfio_of(vdev);

	pci_clear_master(g->core.pdev);
	gsp_vf_close(g->vf);
	scoped_guard(mutex, &g->lock)
		g->opened = false;
	cancel_work_sync(&g->revoke);
	vfio_pci_core_close_device(vdev);
}

/* ---- while it is open ---- */

static long reset_device(struct gsp_vfio_device *g, unsigned int cmd, unsigned long arg)
{
	long ret;

	if (READ_ONCE(g->error) || is_gone(g))
		return -EIO;
	ret = vfio_pci_core_ioctl(&g->core.vdev, cmd, arg);
	if (ret)
		return ret;
	return READ_ONCE(g->error) ? -EIO : 0;
}

static long set_irqs(struct gsp_vfio_device *g, unsigned int cmd, unsigned long arg)
{
	long ret = vfio_pci_core_ioctl(&g->core.vdev, cmd, arg);

	/* It may be the eventfd for errors, and the error was earlier. */
	if (!ret && READ_ONCE(g->error))
		gsp_vfio_signal_error(g);
	return ret;
}

static long vgpu_ioctl(struct vfio_device *vdev, unsigned int cmd, unsigned long arg)
{
	struct gsp_vfio_device *g = gsp_vfio_of(vdev);

	switch (cmd) {
	case VFIO_DEVICE_IOEVENTFD:
		/* Would reach all of a BAR, traps included; nobody needs it. */
		return -ENOTTY;
	case VFIO_DEVICE_RESET:
		return reset_device(g, cmd, arg);
	case VFIO_DEVICE_SET_IRQS:
		return set_irqs(g, cmd, arg);
	default:
		return vfio_pci_core_ioctl(vdev, cmd, arg);
	}
}

static bool is_bar(loff_t pos)
{
	return VFIO_PCI_OFFSET_TO_INDEX(pos) <= VFIO_PCI_BAR5_REGION_INDEX;
}

static bool is_config(loff_t pos)
{
	return VFIO_PCI_OFFSET_TO_INDEX(pos) == VFIO_PCI_CONFIG_REGION_INDEX;
}

static ssize_t vgpu_read(struct vfio_device *vdev, char __user *buf, size_t count, loff_t *ppos)
{
	struct gsp_vfio_device *g = gsp_vfio_of(vdev);

	if (!count)
		return 0;
	if (is_bar(*ppos))
		return gsp_vfio_bar_rw(g, buf, count, ppos, false);
	if (is_config(*ppos))
		return gsp_vfio_config_read(g, buf, count, ppos);
	return vfio_pci_core_read(vdev, buf, count, ppos);
}

static ssize_t vgpu_write(struct vfio_device *vdev, const char __user *buf, size_t count,
			  loff_t *ppos)
{
	struct gsp_vfio_device *g = gsp_vfio_of(vdev);

	if (!count)
		return 0;
	if (is_bar(*ppos))
		return gsp_vfio_bar_rw(g, (char __user *)buf, count, ppos, true);
	if (is_config(*ppos))
		return gsp_vfio_config_write(g, buf, count, ppos);
	return vfio_pci_core_write(vdev, buf, count, ppos);
}

const struct vfio_device_ops gsp_vfio_vgpu_ops = {
	.name = GSP_VFIO_NAME,
	.init = init_device,
	.release = release_device,
	.open_device = open_device,
	.close_device = close_device,
	.ioctl = vgpu_ioctl,
	.get_region_info_caps = gsp_vfio_region_info,
	.device_feature = vfio_pci_core_ioctl_feature,
	.read = vgpu_read,
	.write = vgpu_write,
	.mmap = gsp_vfio_mmap,
	.request = vfio_pci_core_request,
	.match = vfio_pci_core_match,
	.match_token_uuid = vfio_pci_core_match_token_uuid,
	.bind_iommufd = vfio_iommufd_physical_bind,
	.unbind_iommufd = vfio_iommufd_physical_unbind,
	.attach_ioas = vfio_iommufd_physical_attach_ioas,
	.detach_ioas = vfio_iommufd_physical_detach_ioas,
	.pasid_attach_ioas = vfio_iommufd_physical_pasid_attach_ioas,
	.pasid_detach_ioas = vfio_iommufd_physical_pasid_detach_ioas,
};

/* ---- a function that is no VF ---- */

static const struct vfio_pci_device_ops plain_pci_ops = {
	.get_dmabuf_phys = vfio_pci_core_get_dmabuf_phys,
};

static int init_plain(struct vfio_device *vdev)
{
	gsp_vfio_of(vdev)->core.pci_ops = &plain_pci_ops;
	return vfio_pci_core_init_dev(vdev);
}

static int open_plain(struct vfio_device *vdev)
{
	struct gsp_vfio_device *g = gsp_vfio_of(vdev);
	int ret = vfio_pci_core_enable(&g->core);

	if (!ret)
		vfio_pci_core_finish_enable(&g->core);
	return ret;
}

const struct vfio_device_ops gsp_vfio_plain_ops = {
	.name = GSP_VFIO_NAME,
	.init = init_plain,
	.release = vfio_pci_core_release_dev,
	.open_device = open_plain,
	.close_device = vfio_pci_core_close_device,
	.ioctl = vfio_pci_core_ioctl,
	.get_region_info_caps = vfio_pci_ioctl_get_region_info,
	.device_feature = vfio_pci_core_ioctl_feature,
	.read = vfio_pci_core_read,
	.write = vfio_pci_core_write,
	.mmap = vfio_pci_core_mmap,
	.request = vfio_pci_core_request,
	.match = vfio_pci_core_match,
	.match_token_uuid = vfio_pci_core_match_token_uuid,
	.bind_iommufd = vfio_iommufd_physical_bind,
	.unbind_iommufd = vfio_iommufd_physical_unbind,
	.attach_ioas = vfio_iommufd_physical_attach_ioas,
	.detach_ioas = vfio_iommufd_physical_detach_ioas,
	.pasid_attach_ioas = vfio_iommufd_physical_pasid_attach_ioas,
	.pasid_detach_ioas = vfio_iommufd_physical_pasid_detach_ioas,
};
