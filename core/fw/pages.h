/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GSP_FW_PAGES_H
#define GSP_FW_PAGES_H

#include <linux/scatterlist.h>
#include <linux/types.h>

struct device;

/**
 * struct gsp_fw_pages - scattered memory, contiguous for the CPU, which the GPU reads
 * @va: kernel address, page aligned; NULL when nothing is allocated
 * @size: bytes in use; the rest of the last page is zero
 * @sgt: the pages; its DMA side is valid after gsp_fw_pages_map()
 * @mapped: @sgt is mapped for the device
 */
struct gsp_fw_pages {
	void *va;
	size_t size;
	struct sg_table sgt;
	bool mapped;
};

int gsp_fw_pages_alloc(struct device *dev, size_t size, struct gsp_fw_pages *mem);
int gsp_fw_pages_map(struct device *dev, struct gsp_fw_pages *mem);
void gsp_fw_pages_free(struct device *dev, struct gsp_fw_pages *mem);

#endif
