// SPDX-License-Identifier: GPL-2.0-only
/*
 * Plain, or ready for vGPU?
 *
 * GSP-RM decides while it boots whether it will ever run vGPU plugins, and for
 * how many: its heap is sized for them, its registry says so, and it is told
 * where the VFs will be.  Nobody is asked: a board that can run them is booted
 * for the most that the release supports, any other boots plain, and one line
 * says why.
 */
#include "boot/boot.h"

#include <linux/device.h>
#include <linux/pci.h>
#include <linux/string.h>

#include "boot/internal.h"
#include "chip/chip.h"

/**
 * boot_plain - boot without vGPU after all
 * @b: boot, before the layout that it is started with was computed
 * @why: completes the one message about it
 *
 * Context: any.
 */
void boot_plain(struct gsp_boot *b, const char *why)
{
	dev_info(b->dev, "booting without vGPU: %s\n", why);
	b->vf_partitions = 0;
	memset(&b->vf, 0, sizeof(b->vf));
}

#ifdef CONFIG_PCI_IOV
/* The VFs' BARs, in logical order: a 64-bit one takes two slots. */
static bool read_vf_bars(struct pci_dev *pdev, struct gsp_vf_info *vf)
{
	int i, slot = PCI_IOV_RESOURCES;

	for (i = 0; i < ARRAY_SIZE(vf->bar_addr); i++) {
		const struct resource *res;

		if (slot > PCI_IOV_RESOURCE_END)
			return false;
		res = &pdev->resource[slot];
		if (!res->parent || !resource_size(res))
			return false;
		vf->bar_addr[i] = pci_bus_address(pdev, slot);
		vf->bar_is_64bit[i] = res->flags & IORESOURCE_MEM_64;
		slot += vf->bar_is_64bit[i] ? 2 : 1;
	}
	return true;
}
#else
static bool read_vf_bars(struct pci_dev *pdev, struct gsp_vf_info *vf)
{
	return false;
}
#endif

/* What GSP-RM is told of the VFs; the reason when there is nothing to tell. */
static const char *read_vfs(struct pci_dev *pdev, struct gsp_vf_info *vf)
{
	int pos = pci_find_ext_capability(pdev, PCI_EXT_CAP_ID_SRIOV);
	u16 offset;

	if (!IS_ENABLED(CONFIG_PCI_IOV))
		return "the kernel has no SR-IOV";
	vf->total_vfs = pci_sriov_get_totalvfs(pdev);
	if (!pos || !vf->total_vfs)
		return "the board offers no SR-IOV";
	if (pci_read_config_word(pdev, pos + PCI_SRIOV_VF_OFFSET, &offset))
		return "its SR-IOV capability cannot be read";
	if (!read_vf_bars(pdev, vf))
		return "the bus has no room for the BARs of its VFs";
	vf->first_offset = offset;
	return NULL;
}

/**
 * gsp_boot_choose_mode - plain, or ready for vGPU?
 * @b: boot, its first group of fields set
 * @listed: the board is one of those that are known to run vGPU
 *
 * gsp_boot_prepare() may still come back to plain when something that only the
 * other mode needs is missing; @b->vf_partitions tells.
 *
 * Context: process context, may sleep.
 */
void gsp_boot_choose_mode(struct gsp_boot *b, bool listed)
{
	const char *why;

	if (!b->chip->vgpu)
		why = "the GSP-RM of its chip does not run it";
	else if (!b->abi->vgpu)
		why = "the firmware release does not offer it";
	else if (!listed)
		why = "the board is not known to run it";
	else
		why = read_vfs(b->pdev, &b->vf);
	if (why)
		boot_plain(b, why);
	else
		b->vf_partitions = b->abi->vgpu->max_vgpus;
}
