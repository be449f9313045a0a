// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a program in a guest cannot do itself with a VF: own memory that the
 * device may reach, and take interrupts. In sysfs of the VF:
 *
 *	buffer		the memory
 *	dma_address	where the device finds it
 *	interrupts	how many came, by vector
 *
 * It never binds by itself, as gsp-vf-test.
 */
#include <linux/atomic.h>
#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/interrupt.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#define NAME		"gsp-vf-guest"
#define BUFFER_SIZE	SZ_64K
#define VECTORS_MAX	6

/**
 * struct guest_vf - the VF
 * @buffer: memory that the device may reach
 * @dma: its address for the device
 * @nr_vectors: how many MSI-X vectors there are
 * @interrupts: how often each of them came
 */
struct guest_vf {
	void *buffer;
	dma_addr_t dma;
	int nr_vectors;
	atomic_t interrupts[VECTORS_MAX];
};

static ssize_t dma_address_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct guest_vf *vf = dev_get_drvdata(dev);

	return sysfs_emit(buf, "%#llx\n", (unsigned long long)vf->dma);
}
static DEVICE_ATTR_RO(dma_address);

static ssize_t interrupts_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct guest_vf *vf = dev_get_drvdata(dev);
	ssize_t len = 0;
	int i;

	for (i = 0; i < vf->nr_vectors; i++)
		len += sysfs_emit_at(buf, len, "%d ", atomic_read(&vf->interrupts[i]));
	return len + sysfs_emit_at(buf, len, "\n");
}
static DEVICE_ATTR_RO(interrupts);

static struct attribute *guest_attrs[] = {
	&dev_attr_dma_address.attr,
	&dev_attr_interrupts.attr,
	NULL
};

/* The core of sysfs keeps accesses within the size. */
static ssize_t buffer_read(struct file *file, struct kobject *kobj,
			   const struct bin_attribute *attr, char *to, loff_t pos, size_t len)
{
	struct guest_vf *vf = dev_get_drvdata(kobj_to_dev(kobj));

	memcpy(to, vf->buffer + pos, len);
	return len;
}

static ssize_t buffer_write(struct file *file, struct kobject *kobj,
			    const struct bin_attribute *attr, char *from, loff_t pos, size_t len)
{
	struct guest_vf *vf = dev_get_drvdata(kobj_to_dev(kobj));

	memcpy(vf->buffer + pos, from, len);
	return len;
}

static const BIN_ATTR_RW(buffer, BUFFER_SIZE);

static const struct bin_attribute *const guest_bin_attrs[] = {
	&bin_attr_buffer,
	NULL
};

static const struct attribute_group guest_group = {
	.attrs = guest_attrs,
	.bin_attrs = guest_bin_attrs,
};

static const struct attribute_group *guest_groups[] = {
	&guest_group,
	NULL
};

static irqreturn_t count_interrupt(int irq, void *count)
{
	atomic_inc(count);
	return IRQ_HANDLED;
}

static int request_vectors(struct pci_dev *pdev, struct guest_vf *vf)
{
	int i, ret;

	vf->nr_vectors = pci_alloc_irq_vectors(pdev, 1, VECTORS_MAX, PCI_IRQ_MSIX);
	if (vf->nr_vectors < 0)
		return vf->nr_vectors;
	for (i = 0; i < vf->nr_vectors; i++) {
		ret = devm_request_irq(&pdev->dev, pci_irq_vector(pdev, i), count_interrupt, 0,
				       NAME, &vf->interrupts[i]);
		if (ret)
			return ret;
	}
	return 0;
}

static int guest_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct guest_vf *vf = devm_kzalloc(&pdev->dev, sizeof(*vf), GFP_KERNEL);
	int ret;

	if (!vf)
		return -ENOMEM;
	ret = pcim_enable_device(pdev);
	if (ret)
		return ret;
	ret = dma_set_mask_and_coherent(&pdev->dev, DMA_BIT_MASK(47));
	if (ret)
		return ret;
	vf->buffer = dmam_alloc_coherent(&pdev->dev, BUFFER_SIZE, &vf->dma, GFP_KERNEL);
	if (!vf->buffer)
		return -ENOMEM;
	pci_set_drvdata(pdev, vf);
	pci_set_master(pdev);
	return request_vectors(pdev, vf);
}

/* Nothing but driver_override leads here. */
static const struct pci_device_id guest_ids[] = {
	{ }
};

static struct pci_driver guest_driver = {
	.name = NAME,
	.id_table = guest_ids,
	.probe = guest_probe,
	.dev_groups = guest_groups,
};
module_pci_driver(guest_driver);

MODULE_DESCRIPTION("Memory and interrupts of a virtual function for a test in a guest");
MODULE_LICENSE("GPL");
