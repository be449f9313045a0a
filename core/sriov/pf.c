// SPDX-License-Identifier: GPL-2.0-only
#include "sriov/pf.h"

#include <kunit/visibility.h>
#include <linux/bitops.h>
#include <linux/cleanup.h>
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/minmax.h>
#include <linux/pci.h>
#include <linux/sizes.h>

#include "part/types.h"
#include "rm/rm.h"
#include "rpc/call.h"
#include "sriov/internal.h"
#include "sriov/provision.h"
#include "sriov/share.h"
#include "sriov/vgpu.h"

static const struct gsp_sriov_driver *served;

/* ---- VFs appear and disappear ---- */

/**
 * gsp_sriov_vf_of - the record of a VF
 * @pdev: a PCI function that is there
 *
 * Context: process context, while the PF's driver cannot go.
 * Return: NULL if it is no VF, or its PF is not served by gsp-core.
 */
struct gsp_vf *gsp_sriov_vf_of(struct pci_dev *pdev)
{
	void *drvdata = pci_iov_get_pf_drvdata(pdev, served->pci);

	if (IS_ERR_OR_NULL(drvdata))
		return NULL;
	return gsp_sriov_find_gfid(served->of(drvdata), pci_iov_vf_id(pdev) + 1);
}

/*
 * The driver core tells of a device before it announces it to user space, so
 * that rules that match on the event find the files. The VF's own driver, whoever
 * it is, comes later.
 */
static void vf_added(struct gsp_vf *vf, struct pci_dev *pdev)
{
	vf->sbdf = (u32)pci_domain_nr(pdev->bus) << 16 | pci_dev_id(pdev);
	vf->visible = !device_add_group(&pdev->dev, served->group);
	if (!vf->visible)
		dev_err(vf->sriov->dev, "VF %u cannot be provisioned: no memory for its files\n",
			vf->gfid - 1);
	if (served->vf_added)
		served->vf_added(vf, pdev);
}

static void vf_removed(struct gsp_vf *vf, struct pci_dev *pdev)
{
	if (served->vf_removed)
		served->vf_removed(vf);
	if (vf->visible)
		device_remove_group(&pdev->dev, served->group);
	vf->visible = false;
}

static int bus_event(struct notifier_block *nb, unsigned long action, void *data)
{
	struct pci_dev *pdev = to_pci_dev(data);
	struct gsp_vf *vf = pdev->is_virtfn ? gsp_sriov_vf_of(pdev) : NULL;

	if (vf && action == BUS_NOTIFY_ADD_DEVICE)
		vf_added(vf, pdev);
	else if (vf && action == BUS_NOTIFY_DEL_DEVICE)
		vf_removed(vf, pdev);
	return NOTIFY_DONE;
}

static struct notifier_block bus_nb = { .notifier_call = bus_event };

/**
 * gsp_sriov_module_init - be told of VFs from now on
 * @driver: the PF's driver, about to be registered
 *
 * Context: process context, may sleep.
 * Return: 0 or a negative errno.
 */
int gsp_sriov_module_init(const struct gsp_sriov_driver *driver)
{
	served = driver;
	return bus_register_notifier(&pci_bus_type, &bus_nb);
}

/**
 * gsp_sriov_module_exit - the mirror of gsp_sriov_module_init()
 *
 * Context: process context, may sleep.
 */
void gsp_sriov_module_exit(void)
{
	bus_unregister_notifier(&pci_bus_type, &bus_nb);
}

/* ---- news ---- */

static void print_errors(struct gsp_vf *vf)
{
	char text[256];

	guard(mutex)(&vf->map_lock);
	vf->stats.errors++;
	if (gsp_plugin_error_text(&vf->plugin, text, sizeof(text)))
		dev_warn_ratelimited(vf->sriov->dev, "vGPU of VF %u: plugin says: %*pEp\n",
				     vf->gfid - 1, (int)strcspn(text, "\n"), text);
}

/**
 * gsp_sriov_notify - GSP-RM reports of a plugin
 * @vf: its VF, with or without a vGPU
 * @what: what it reports
 *
 * Context: event worker.
 */
void gsp_sriov_notify(struct gsp_vf *vf, enum gsp_plugin_notify what)
{
	if (!gsp_vgpu_is_open(vf))
		return;
	gsp_plugin_report(&vf->plugin, what);
	switch (what) {
	case GSP_PLUGIN_CRASHED:
		gsp_vgpu_break(vf);
		break;
	case GSP_PLUGIN_GUEST_LOADED:
		WRITE_ONCE(vf->stats.guest_loaded, true);
		vgpu_tell(vf, GSP_VF_EVENT_GUEST_LOADED);
		break;
	case GSP_PLUGIN_GUEST_UNLOADED:
		WRITE_ONCE(vf->stats.guest_loaded, false);
		vgpu_tell(vf, GSP_VF_EVENT_GUEST_UNLOADED);
		break;
	case GSP_PLUGIN_ERROR_MESSAGE:
		print_errors(vf);
		break;
	case GSP_PLUGIN_LICENCE:
		vf->stats.licence++;
		vgpu_tell(vf, GSP_VF_EVENT_LICENCE);
		break;
	default:
		break;
	}
}
EXPORT_SYMBOL_IF_KUNIT(gsp_sriov_notify);

/* Events of a GFID that is none of ours are of no interest. */
static void on_plugin(void *ctx, const void *payload, size_t len)
{
	struct gsp_sriov *s = ctx;
	struct gsp_plugin_event ev;
	struct gsp_vf *vf;

	if (s->host.abi->plugin_event(payload, len, &ev))
		return;
	vf = gsp_sriov_find_gfid(s, ev.gfid);
	if (vf)
		gsp_sriov_notify(vf, ev.what);
}

/**
 * gsp_sriov_fault - a channel of a guest was torn down
 * @vf: its VF
 *
 * Context: event worker.
 */
void gsp_sriov_fault(struct gsp_vf *vf)
{
	if (gsp_vgpu_is_open(vf))
		vgpu_tell(vf, GSP_VF_EVENT_FAULT);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_sriov_fault);

/**
 * gsp_sriov_dead - the firmware can't be talked to any more
 * @s: VFs of the GPU
 *
 * Whoever waits for a plugin gives up, whoever has a vGPU open is told, once.
 *
 * Context: process context, may sleep.
 */
void gsp_sriov_dead(struct gsp_sriov *s)
{
	struct gsp_vf *vf;

	for (vf = s->vfs; vf < s->vfs + s->nr_vfs; vf++)
		gsp_vgpu_break(vf);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_sriov_dead);

/**
 * gsp_sriov_find_gfid - the record of a VF by its number
 * @s: VFs of the GPU
 * @gfid: number, may be anything
 *
 * Context: any.
 * Return: NULL if it is not one of a VF.
 */
struct gsp_vf *gsp_sriov_find_gfid(struct gsp_sriov *s, u32 gfid)
{
	return gfid && gfid <= s->nr_vfs ? &s->vfs[gfid - 1] : NULL;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_sriov_find_gfid);

/**
 * gsp_sriov_find_chid - the VF whose vGPU has a channel id
 * @s: VFs of the GPU
 * @chid: channel id
 *
 * Context: process context, may sleep.
 * Return: NULL if it belongs to no vGPU.
 */
struct gsp_vf *gsp_sriov_find_chid(struct gsp_sriov *s, u32 chid)
{
	struct gsp_vf *vf;

	guard(mutex)(&s->lock);
	for (vf = s->vfs; vf < s->vfs + s->nr_vfs; vf++)
		if (vf->share.ranges && chid - vf->share.chid < vf->share.nr_chids &&
		    gsp_vgpu_is_open(vf))
			return vf;
	return NULL;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_sriov_find_chid);

/* ---- how many VFs there are ---- */

/* @force: the PF's driver goes, whoever has a vGPU open */
static int close_all(struct gsp_sriov *s, bool force)
{
	struct gsp_vf *vf;

	guard(mutex)(&s->lock);
	for (vf = s->vfs; !force && vf < s->vfs + s->nr_vfs; vf++)
		if (gsp_vgpu_is_open(vf))
			return -EBUSY;
	s->closed = true;
	return 0;
}

/* VFs that come back later are nobody's. */
static void forget_types(struct gsp_sriov *s)
{
	struct gsp_vf *vf;

	guard(mutex)(&s->lock);
	for (vf = s->vfs; vf < s->vfs + s->nr_vfs; vf++) {
		if (gsp_vgpu_is_open(vf))
			continue;
		gsp_share_release_locked(vf);
		vf->type = NULL;
		vf->params = (struct gsp_vf_params) { .enable_uvm = true };
	}
}

/* The resource that all VFs' framebuffer apertures are cut from. */
static int apertures(const struct gsp_sriov *s)
{
#ifdef CONFIG_PCI_IOV
	return PCI_IOV_RESOURCES + s->host.fb_bar;
#else
	return -1;
#endif
}

/*
 * Bits, 0 for 1 MiB, none if the size is what it is.  The PCI core tells what fits
 * the room of the PF, wherever that begins; but no BAR begins between two
 * multiples of its size.
 */
static u32 aperture_sizes(struct gsp_sriov *s, int nr)
{
	const u32 sizes = pci_iov_vf_bar_get_sizes(s->pdev, apertures(s), nr);
	const u64 start = sizes ? pci_resource_start(s->pdev, apertures(s)) / SZ_1M : 0;

	return start ? sizes & (start ^ (start - 1)) : 0;
}

/* The fewer VFs, the larger theirs may be; a type takes of it what it wants. */
static int size_apertures(struct gsp_sriov *s, int nr)
{
	const u32 sizes = aperture_sizes(s, nr);

	if (!sizes)
		return 0;
	return pci_iov_vf_bar_set_size(s->pdev, apertures(s), __fls(sizes));
}

static int enable_vfs(struct gsp_sriov *s, int nr)
{
	int ret = s->host.ops->dead(s->host.ctx);

	if (!ret)
		ret = size_apertures(s, nr);
	if (!ret)
		ret = pci_enable_sriov(s->pdev, nr);
	if (ret)
		dev_err(s->dev, "cannot enable %d VFs: %pe\n", nr, ERR_PTR(ret));
	return ret ?: nr;
}

/**
 * gsp_sriov_configure - enable or disable VFs
 * @s: VFs of the GPU
 * @nr: how many there are to be
 *
 * Context: process context with the device lock of the PF held; sleeps until the
 * drivers of VFs that go are unbound.
 * Return: @nr; -ENODEV if the GPU was booted without vGPU, or is gone; -EBUSY
 * while a vGPU is open; -EIO if the firmware is dead; as pci_enable_sriov() and
 * pci_iov_vf_bar_set_size().
 */
int gsp_sriov_configure(struct gsp_sriov *s, int nr)
{
	int ret;

	if (!s->nr_vfs) {
		dev_info(s->dev, "no VFs: the GPU was booted without vGPU\n");
		return -ENODEV;
	}
	if (nr)
		return enable_vfs(s, nr);

	ret = close_all(s, false);
	if (ret)
		return ret;
	pci_disable_sriov(s->pdev);
	forget_types(s);
	guard(mutex)(&s->lock);
	s->closed = false;
	return 0;
}

/**
 * gsp_sriov_disable - the PF's driver goes: no VF may stay
 * @s: VFs of the GPU; fine if there are none
 *
 * The firmware still runs, so that vGPUs can end in good order.
 *
 * Context: process context with the device lock of the PF held; sleeps until the
 * drivers of the VFs are unbound.
 */
void gsp_sriov_disable(struct gsp_sriov *s)
{
	if (!s->nr_vfs)
		return;
	close_all(s, true);
	pci_disable_sriov(s->pdev);
	forget_types(s);
}

/* ---- from start to stop ---- */

static int create_records(struct gsp_sriov *s, unsigned int nr)
{
	unsigned int i;

	s->vfs = devm_kcalloc(s->dev, nr, sizeof(*s->vfs), GFP_KERNEL);
	if (!s->vfs)
		return -ENOMEM;
	for (i = 0; i < nr; i++) {
		s->vfs[i].sriov = s;
		s->vfs[i].gfid = i + 1;
		gsp_vgpu_init(&s->vfs[i]);
	}
	s->nr_vfs = nr;
	return 0;
}

static int limit_vfs(struct gsp_sriov *s, unsigned int *nr)
{
	int total = pci_sriov_get_totalvfs(s->pdev);

	/* Whoever had the PF before left them behind; GSP-RM knows nothing of them. */
	if (pci_num_vf(s->pdev)) {
		dev_warn(s->dev, "disabling VFs that were there before\n");
		pci_disable_sriov(s->pdev);
	}
	*nr = min3((unsigned int)total, s->host.abi->vgpu->max_vgpus, GSP_VFS_MAX);
	return pci_sriov_set_totalvfs(s->pdev, *nr);
}

/**
 * gsp_sriov_init - be ready for VFs
 * @s: zeroed
 * @gpu: what they are made of, copied
 *
 * Only for a GPU that was booted for vGPU; of others @s stays zeroed. The
 * records of the VFs stay until the PF's driver is unbound.
 *
 * Context: process context, may sleep up to the deadlines of some calls.
 * Return: 0; -ENOMEM; as gsp_rm_ctrl() and pci_sriov_set_totalvfs().
 */
int gsp_sriov_init(struct gsp_sriov *s, const struct gsp_sriov_gpu *gpu)
{
	unsigned int nr;
	int ret;

	s->dev = &gpu->pdev->dev;
	s->pdev = gpu->pdev;
	s->gpu = *gpu;
	s->types = gpu->types->types;
	s->nr_types = gpu->types->nr;
	s->closed = false;
	mutex_init(&s->lock);
	ret = gsp_vgpu_host_init(&s->host, &s->gpu);
	if (ret)
		return ret;
	ret = limit_vfs(s, &nr);
	if (ret)
		return ret;
	ret = create_records(s, nr);
	if (ret)
		return ret;

	s->sub = (struct gsp_event_sub) {
		.event = GSP_EVENT_VGPU_PLUGIN, .handler = on_plugin, .ctx = s,
	};
	gsp_event_subscribe(gpu->events, &s->sub);
	return 0;
}

/**
 * gsp_sriov_fini - the firmware is about to be stopped
 * @s: VFs of the GPU; fine if gsp_sriov_init() failed or was not called
 *
 * When the driver is unbound VFs are disabled by now. When the machine goes down
 * they are not, and vGPUs may be open: those end here, and no new ones are made.
 *
 * Context: process context, may sleep up to the deadlines of gsp_vgpu_destroy().
 */
void gsp_sriov_fini(struct gsp_sriov *s)
{
	struct gsp_vf *vf;

	if (!s->nr_vfs)
		return;
	close_all(s, true);
	for (vf = s->vfs; vf < s->vfs + s->nr_vfs; vf++)
		gsp_vgpu_destroy(vf);
	forget_types(s);
	gsp_event_unsubscribe(s->gpu.events, &s->sub);
}
