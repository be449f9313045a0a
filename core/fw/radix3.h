/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GSP_FW_RADIX3_H
#define GSP_FW_RADIX3_H

#include <linux/types.h>

struct sg_table;

/* Page of the GSP, whatever the CPU's is. */
#define GSP_RADIX3_PAGE		4096
#define GSP_RADIX3_ENTRIES	(GSP_RADIX3_PAGE / sizeof(__le64))
/* What one level 1 page reaches: 1 GiB. */
#define GSP_RADIX3_MAX		((u64)GSP_RADIX3_ENTRIES * GSP_RADIX3_ENTRIES * GSP_RADIX3_PAGE)

size_t gsp_radix3_size(u64 image_size);
int gsp_radix3_fill(void *tables, const struct sg_table *tables_sgt, u64 image_size,
		    const struct sg_table *image_sgt, dma_addr_t *root);

#endif
