// SPDX-License-Identifier: GPL-2.0-only
#include "boot/libos.h"

#include <linux/dma-mapping.h>
#include <linux/errno.h>
#include <linux/sizes.h>

static const struct {
	const char *name;
	size_t size;
} templates[GSP_LIBOS_NR] = {
	[GSP_LIBOS_LOGINIT]	= { "LOGINIT", SZ_64K },
	[GSP_LIBOS_LOGINTR]	= { "LOGINTR", SZ_64K },
	[GSP_LIBOS_LOGRM]	= { "LOGRM", SZ_64K },
	[GSP_LIBOS_RMARGS]	= { "RMARGS", SZ_4K },
};

/*
 * A log begins with the firmware's put index; the DMA addresses of the
 * buffer's own pages follow.
 */
static void write_page_table(u64 *log, u64 addr, size_t size)
{
	size_t page;

	for (page = 0; page < size / SZ_4K; page++)
		log[1 + page] = addr + page * SZ_4K;
}

/**
 * gsp_libos_init - allocate the regions
 * @libos: to fill in
 * @dev: device that will read and write them
 *
 * Context: process context, may sleep.
 * Return: 0 or -ENOMEM.
 */
int gsp_libos_init(struct gsp_libos *libos, struct device *dev)
{
	dma_addr_t addr;
	int i;

	*libos = (struct gsp_libos) { .dev = dev };
	for (i = 0; i < GSP_LIBOS_NR; i++) {
		size_t size = templates[i].size;

		libos->mem[i] = dma_alloc_coherent(dev, size, &addr, GFP_KERNEL);
		if (!libos->mem[i]) {
			gsp_libos_fini(libos);
			return -ENOMEM;
		}
		libos->regions[i] = (struct gsp_libos_region) {
			.name = templates[i].name, .addr = addr, .size = size,
		};
		if (i < GSP_LIBOS_NR_LOGS)
			write_page_table(libos->mem[i], addr, size);
	}
	return 0;
}

/**
 * gsp_libos_fini - free the regions
 * @libos: regions, which no firmware uses any more
 *
 * Context: process context, may sleep.
 */
void gsp_libos_fini(struct gsp_libos *libos)
{
	int i;

	for (i = 0; i < GSP_LIBOS_NR; i++) {
		if (libos->mem[i])
			dma_free_coherent(libos->dev, libos->regions[i].size, libos->mem[i],
					  libos->regions[i].addr);
		libos->mem[i] = NULL;
	}
}
