// SPDX-License-Identifier: GPL-2.0-only
/*
 * The BARs of a vGPU.
 *
 *	BAR0	registers, with two kinds of holes: pages that gsp-core wants
 *		trapped, and those of the MSI-X table, which is vfio-pci-core's.
 *		A guest reads and writes them, but does not map them.
 *	FB	framebuffer aperture, of which the guest has so much as its type
 *		says, from the beginning
 *	others	as they are
 *
 * All ways to a BAR are closed behind these borders: region info, read, write,
 * mmap (mmap.c) and dma-buf here, ioeventfd in ops.c.
 */
#include "vfio_dev.h"

#include <linux/cleanup.h>
#include <linux/dev_printk.h>
#include <linux/iopoll.h>
#include <linux/pci.h>
#include <linux/pm_runtime.h>
#include <linux/slab.h>
#include <linux/vfio.h>

/* How long what a trapped register starts may take. */
#define BUSY_US		10000

/**
 * gsp_vfio_layout - find out what the guest may reach
 * @g: VF with a vGPU, enabled, its view known
 *
 * Context: process context, before anybody uses it.
 */
void gsp_vfio_layout(struct gsp_vfio_device *g)
{
	const struct vfio_pci_core_device *core = &g->core;
	struct gsp_vfio_range r;
	unsigned int i;

	g->nr_traps = 0;
	g->nr_holes = 0;
	g->fb_bar = 0;
	for (i = 0; i < g->view.nr_traps; i++) {
		r.start = g->view.traps[i].offset;
		r.end = r.start + g->view.traps[i].size;
		g->traps[g->nr_traps++] = r;
		g->nr_holes = gsp_vfio_add(g->holes, g->nr_holes, r, PAGE_SIZE);
	}
	if (core->msix_bar != VFIO_PCI_BAR0_REGION_INDEX)
		return;
	r.start = core->msix_offset;
	r.end = r.start + core->msix_size;
	g->nr_holes = gsp_vfio_add(g->holes, g->nr_holes, r, PAGE_SIZE);
}

/**
 * gsp_vfio_bar_size - how much of a BAR is the guest's
 * @g: open VF
 * @bar: BAR
 *
 * Context: any.
 * Return: bytes.
 */
u64 gsp_vfio_bar_size(struct gsp_vfio_device *g, unsigned int bar)
{
	u64 size = pci_resource_len(g->core.pdev, bar);

	return bar == g->view.fb_bar ? min(size, g->view.fb_bar_size) : size;
}

static int add_sparse_cap(struct gsp_vfio_device *g, u64 size, struct vfio_info_cap *caps)
{
	struct gsp_vfio_range gaps[GSP_VFIO_HOLES_MAX + 1];
	unsigned int i, nr = gsp_vfio_gaps(g->holes, g->nr_holes, size, gaps);
	struct vfio_region_info_cap_sparse_mmap *cap __free(kfree) =
		kzalloc_flex(*cap, areas, nr);

	if (!cap)
		return -ENOMEM;
	cap->header.id = VFIO_REGION_INFO_CAP_SPARSE_MMAP;
	cap->header.version = 1;
	cap->nr_areas = nr;
	for (i = 0; i < nr; i++) {
		cap->areas[i].offset = gaps[i].start;
		cap->areas[i].size = gaps[i].end - gaps[i].start;
	}
	return vfio_info_add_capability(caps, &cap->header, struct_size(cap, areas, nr));
}

/* As vfio-pci-core would do it, but for the capability that says MSI-X can be mapped. */
static int registers_info(struct gsp_vfio_device *g, struct vfio_region_info *info,
			  struct vfio_info_cap *caps)
{
	info->offset = VFIO_PCI_INDEX_TO_OFFSET(info->index);
	info->size = gsp_vfio_bar_size(g, info->index);
	info->flags = VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE;
	if (!g->core.bar_mmap_supported[info->index])
		return 0;
	info->flags |= VFIO_REGION_INFO_FLAG_MMAP;
	return add_sparse_cap(g, info->size, caps);
}

/**
 * gsp_vfio_region_info - what a region of an open VF is
 * @vdev: VF
 * @info: which, and what it is
 * @caps: capabilities
 *
 * Context: process context, may sleep.
 * Return: 0; -EINVAL if there is no such region; -ENOMEM.
 */
int gsp_vfio_region_info(struct vfio_device *vdev, struct vfio_region_info *info,
			 struct vfio_info_cap *caps)
{
	struct gsp_vfio_device *g = gsp_vfio_of(vdev);
	int ret;

	if (info->index == VFIO_PCI_BAR0_REGION_INDEX && g->nr_holes)
		return registers_info(g, info, caps);
	ret = vfio_pci_ioctl_get_region_info(vdev, info, caps);
	if (!ret && info->index <= VFIO_PCI_BAR5_REGION_INDEX)
		info->size = gsp_vfio_bar_size(g, info->index);
	return ret;
}

/* ---- reading and writing ---- */

static void wait_idle(struct gsp_vfio_device *g, const struct gsp_vf_trap *trap,
		      void __iomem *io)
{
	u32 val = 0;
	int err;

	if (read_poll_timeout(vfio_pci_core_ioread32, err,
			      err || val == ~0U || !(val & trap->busy_mask), 1, BUSY_US, false,
			      &g->core, true, &val, io + trap->busy))
		dev_warn_ratelimited(&g->core.pdev->dev, "register %#llx stays busy: %#x\n",
				     trap->busy, val);
}

/* One access. The guest polls as well, so it is no error if this ends too early. */
static ssize_t trap_rw_one(struct gsp_vfio_device *g, const struct gsp_vf_trap *trap,
			   char __user *buf, size_t count, u64 pos, bool write)
{
	void __iomem *io = vfio_pci_core_get_iomap(&g->core, VFIO_PCI_BAR0_REGION_INDEX);
	const struct gsp_vfio_range busy = { trap->busy, trap->busy + 4 };
	ssize_t ret;

	if (IS_ERR(io))
		return PTR_ERR(io);
	guard(mutex)(&g->trap_lock);
	ret = vfio_pci_core_do_io_rw(&g->core, true, io, buf, pos, count, 0, 0, write,
				     VFIO_PCI_IO_WIDTH_4);
	if (ret > 0 && write && trap->busy_mask && gsp_vfio_meets(&busy, 1, pos, count))
		wait_idle(g, trap, io);
	return ret;
}

static ssize_t trap_rw(struct gsp_vfio_device *g, const struct gsp_vf_trap *trap,
		       char __user *buf, size_t count, u64 pos, bool write)
{
	struct device *dev = &g->core.pdev->dev;
	ssize_t ret = 0;
	size_t done = 0;

	if (pm_runtime_resume_and_get(dev))
		return -EIO;
	while (done < count) {
		ret = trap_rw_one(g, trap, buf + done, gsp_vfio_width(pos + done, count - done),
				  pos + done, write);
		if (ret < 0)
			break;
		done += ret;
	}
	pm_runtime_put(dev);
	return done ?: ret;
}

static ssize_t core_rw(struct gsp_vfio_device *g, char __user *buf, size_t count, loff_t pos,
		       bool write)
{
	if (write)
		return vfio_pci_core_write(&g->core.vdev, buf, count, &pos);
	return vfio_pci_core_read(&g->core.vdev, buf, count, &pos);
}

/* A part that is trapped altogether, or not at all. */
static ssize_t rw_part(struct gsp_vfio_device *g, char __user *buf, size_t count, loff_t *ppos,
		       bool write)
{
	bool registers = VFIO_PCI_OFFSET_TO_INDEX(*ppos) == VFIO_PCI_BAR0_REGION_INDEX;
	unsigned int in, nr = registers ? g->nr_traps : 0;
	u64 pos = *ppos & VFIO_PCI_OFFSET_MASK;
	ssize_t ret;

	count = gsp_vfio_run(g->traps, nr, pos, count, &in);
	if (in < nr)
		ret = trap_rw(g, &g->view.traps[in], buf, count, pos, write);
	else
		ret = core_rw(g, buf, count, *ppos, write);
	if (ret > 0)
		*ppos += ret;
	return ret;
}

/**
 * gsp_vfio_bar_rw - the guest reads or writes a BAR, not mapped
 * @g: open VF
 * @buf: from where or to where
 * @count: bytes
 * @ppos: which BAR and where in it; is moved
 * @write: it writes
 *
 * Context: process context, sleeps while the VF is reset.
 * Return: bytes; -EINVAL outside of what is the guest's; -EIO if the vGPU has
 * ended or the VF does not answer; -EFAULT; -EINTR.
 */
ssize_t gsp_vfio_bar_rw(struct gsp_vfio_device *g, char __user *buf, size_t count,
			loff_t *ppos, bool write)
{
	u64 size = gsp_vfio_bar_size(g, VFIO_PCI_OFFSET_TO_INDEX(*ppos));
	ssize_t ret = gsp_vfio_ready(g);
	size_t done = 0;

	if (ret)
		return ret;
	count = gsp_vfio_clip(size, *ppos & VFIO_PCI_OFFSET_MASK, count);
	if (!count)
		return -EINVAL;
	while (done < count) {
		ret = rw_part(g, buf + done, count - done, ppos, write);
		if (ret <= 0)
			break;
		done += ret;
	}
	return done ?: ret;
}

/* ---- dma-buf ---- */

static bool may_share(struct gsp_vfio_device *g, unsigned int bar,
		      const struct vfio_region_dma_range *r)
{
	if (!gsp_vfio_inside(gsp_vfio_bar_size(g, bar), r->offset, r->length))
		return false;
	return bar != VFIO_PCI_BAR0_REGION_INDEX ||
	       !gsp_vfio_meets(g->holes, g->nr_holes, r->offset, r->length);
}

static int get_dmabuf_phys(struct vfio_pci_core_device *core, struct p2pdma_provider **provider,
			   unsigned int region, struct phys_vec *phys,
			   struct vfio_region_dma_range *ranges, size_t nr)
{
	struct gsp_vfio_device *g = gsp_vfio_of(&core->vdev);
	int ret = gsp_vfio_ready(g);
	size_t i;

	if (ret)
		return ret;
	for (i = 0; i < nr; i++)
		if (!may_share(g, region, &ranges[i]))
			return -EINVAL;
	return vfio_pci_core_get_dmabuf_phys(core, provider, region, phys, ranges, nr);
}

const struct vfio_pci_device_ops gsp_vfio_pci_ops = {
	.get_dmabuf_phys = get_dmabuf_phys,
};
