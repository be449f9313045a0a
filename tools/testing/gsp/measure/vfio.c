// SPDX-License-Identifier: GPL-2.0-only
/*
 * A VF as a VMM has it, by gsp-vfio-pci and by plain vfio-pci: open and close, the
 * aperture touched page by page, an interrupt, memory mapped for DMA.
 */
#include <dirent.h>
#include <fcntl.h>
#include <linux/pci_regs.h>
#include <linux/vfio.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "measure.h"

#define TYPE		"2B"
#define TEST_PAGE	0x2f000		/* gsp_vf_test.c has its layout */
#define TEST_MSIX	(TEST_PAGE + 0x24)
#define PAGE		4096ull
#define BIG		(1ull << 30)
#define DMA_SIZE	(1ull << 30)
#define DMA_AT		(1ull << 32)
#define TIMES		32

/* Newer than the headers of many a distribution: linux/vfio.h, linux/iommufd.h */
#define DEVICE_BIND	_IO(';', 118)
#define DEVICE_ATTACH	_IO(';', 119)
#define IOAS_ALLOC	_IO(';', 0x81)
#define IOAS_MAP	_IO(';', 0x85)
#define IOAS_UNMAP	_IO(';', 0x86)
#define MAP_FIXED_IOVA	1
#define MAP_WRITEABLE	2
#define MAP_READABLE	4

struct device_bind {
	uint32_t size, flags;
	int32_t iommu;
	uint32_t out_id;
	uint64_t token;
};

struct device_attach {
	uint32_t size, flags, ioas, pasid;
};

struct ioas_alloc {
	uint32_t size, flags, out_id;
};

struct ioas_map {
	uint32_t size, flags, ioas, reserved;
	uint64_t user, length, iova;
};

struct ioas_unmap {
	uint32_t size, ioas;
	uint64_t iova, length;
};

struct device {
	int iommu, fd;
	uint32_t ioas;
};

static char vf[32];

static void open_node(struct device *d)
{
	char path[300];
	struct dirent *entry;
	DIR *dir;

	snprintf(path, sizeof(path), PCI "/%s/vfio-dev", vf);
	dir = opendir(path);
	must(dir, "%s: %m", path);
	while ((entry = readdir(dir)) && *entry->d_name == '.')
		;
	must(entry, "%s is empty", path);
	snprintf(path, sizeof(path), "/dev/vfio/devices/%s", entry->d_name);
	closedir(dir);
	d->fd = open(path, O_RDWR | O_CLOEXEC);
	must(d->fd >= 0, "%s: %m", path);
}

static void open_device(struct device *d)
{
	struct device_bind bound = { .size = sizeof(bound) };
	struct ioas_alloc alloc = { .size = sizeof(alloc) };
	struct device_attach attach = { .size = sizeof(attach) };

	d->iommu = open("/dev/iommu", O_RDWR | O_CLOEXEC);
	must(d->iommu >= 0, "/dev/iommu: %m");
	open_node(d);
	bound.iommu = d->iommu;
	must(!ioctl(d->fd, DEVICE_BIND, &bound), "bind to iommufd: %m");
	must(!ioctl(d->iommu, IOAS_ALLOC, &alloc), "address space: %m");
	d->ioas = alloc.out_id;
	attach.ioas = d->ioas;
	must(!ioctl(d->fd, DEVICE_ATTACH, &attach), "attach: %m");
}

static void close_device(struct device *d)
{
	close(d->fd);
	close(d->iommu);
}

static void open_and_close(const char *driver)
{
	uint64_t start, opened;
	struct device d;

	start = instructions();
	open_device(&d);
	opened = instructions();
	close_device(&d);
	tell(opened - start, "vfio.%s.open", driver);
	tell(instructions() - opened, "vfio.%s.close", driver);
}

static struct vfio_region_info region(struct device *d, unsigned int index)
{
	struct vfio_region_info info = { .argsz = sizeof(info), .index = index };

	must(!ioctl(d->fd, VFIO_DEVICE_GET_REGION_INFO, &info), "region %u: %m", index);
	return info;
}

/* Without it the interrupt is a write to memory that goes nowhere. */
static void set_bus_master(struct device *d)
{
	struct vfio_region_info info = region(d, VFIO_PCI_CONFIG_REGION_INDEX);
	uint16_t command;

	must(pread(d->fd, &command, 2, info.offset + PCI_COMMAND) == 2, "command: %m");
	command |= PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER;
	must(pwrite(d->fd, &command, 2, info.offset + PCI_COMMAND) == 2, "bus master: %m");
}

static int64_t page_faults(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_minflt;
}

/* Mapped where huge pages can be, each page read once. */
static void touch_aperture(const char *driver, struct device *d)
{
	struct vfio_region_info info = region(d, VFIO_PCI_BAR1_REGION_INDEX);
	char *room, *at;
	int64_t faults;
	uint64_t start;

	room = mmap(NULL, info.size + BIG, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	must(room != MAP_FAILED, "no room: %m");
	at = (char *)(((uintptr_t)room + BIG - 1) & ~(BIG - 1));
	at = mmap(at, info.size, PROT_READ, MAP_SHARED | MAP_FIXED, d->fd, info.offset);
	must(at != MAP_FAILED, "mmap of BAR1: %m");
	faults = page_faults();
	start = instructions();
	for (uint64_t n = 0; n < info.size; n += PAGE)
		(void)*(volatile char *)(at + n);
	tell(instructions() - start, "vfio.%s.touch", driver);
	tell(page_faults() - faults, "vfio.%s.faults", driver);
	tell(info.size, "vfio.%s.aperture", driver);
	munmap(room, info.size + BIG);
}

static int set_eventfd(struct device *d)
{
	struct {
		struct vfio_irq_set set;
		int32_t fd;
	} irqs = {
		.set = {
			.argsz = sizeof(irqs),
			.flags = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER,
			.index = VFIO_PCI_MSIX_IRQ_INDEX,
			.count = 1,
		},
		.fd = eventfd(0, EFD_CLOEXEC),
	};

	must(!ioctl(d->fd, VFIO_DEVICE_SET_IRQS, &irqs), "MSI-X: %m");
	return irqs.fd;
}

/* From the write that makes the model send it until the reader has it. */
static void interrupt(const char *driver, struct device *d)
{
	struct vfio_region_info info = region(d, VFIO_PCI_BAR0_REGION_INDEX);
	uint64_t count, start, total = 0;
	volatile uint32_t *trigger;
	int fd = set_eventfd(d);
	char *page;

	page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, d->fd, info.offset + TEST_PAGE);
	must(page != MAP_FAILED, "mmap of the test page: %m");
	trigger = (uint32_t *)(page + (TEST_MSIX - TEST_PAGE));
	for (int i = -1; i < TIMES; i++) {
		start = instructions();
		*trigger = 0;
		must(read(fd, &count, sizeof(count)) == sizeof(count) && count == 1,
		     "interrupt: %m");
		if (i >= 0)
			total += instructions() - start;
	}
	tell(total / TIMES, "vfio.%s.interrupt", driver);
	munmap(page, PAGE);
	close(fd);
}

static void map_dma(const char *driver, struct device *d, void *memory)
{
	struct ioas_map map = {
		.size = sizeof(map),
		.flags = MAP_FIXED_IOVA | MAP_READABLE | MAP_WRITEABLE,
		.ioas = d->ioas,
		.user = (uintptr_t)memory,
		.length = DMA_SIZE,
		.iova = DMA_AT,
	};
	struct ioas_unmap unmap = {
		.size = sizeof(unmap),
		.ioas = d->ioas,
		.iova = DMA_AT,
		.length = DMA_SIZE,
	};
	uint64_t start = instructions();

	must(!ioctl(d->iommu, IOAS_MAP, &map), "DMA map: %m");
	tell(instructions() - start, "vfio.%s.map", driver);
	start = instructions();
	must(!ioctl(d->iommu, IOAS_UNMAP, &unmap), "DMA unmap: %m");
	tell(instructions() - start, "vfio.%s.unmap", driver);
}

static void use(const char *driver, void *memory)
{
	struct device d;

	bind(vf, driver);
	/* what is done once is not what is compared */
	open_device(&d);
	close_device(&d);
	open_and_close(driver);
	open_device(&d);
	set_bus_master(&d);
	touch_aperture(driver, &d);
	interrupt(driver, &d);
	map_dma(driver, &d, memory);
	close_device(&d);
	unbind(vf);
}

void measure_vfio(void)
{
	void *memory;

	start_driver();
	set_vfs(1);
	find_vf(0, vf, sizeof(vf));
	set_type(vf, find_type(TYPE));
	load_all(word("GSP_EXTRA"));
	memory = mmap(NULL, DMA_SIZE, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	must(memory != MAP_FAILED, "1 GiB: %m");
	tell(DMA_SIZE, "vfio.dma");
	use("vfio-pci", memory);
	use("gsp-vfio-pci", memory);
}
