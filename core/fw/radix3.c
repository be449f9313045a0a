// SPDX-License-Identifier: GPL-2.0-only
/*
 * The three-level table by which the booter finds the pages of the image.
 *
 *   level 0: one page, entry 0 -> level 1
 *   level 1: one page, entry i -> page i of level 2
 *   level 2: entry i -> page i of the image
 *
 * An entry is the 64-bit little-endian device address of a 4 KiB page, unused
 * ones are zero. The pages of the tables follow each other in memory in the
 * order of the levels; for the device they may be anywhere, as the image's.
 */
#include "fw/radix3.h"

#include <asm/byteorder.h>
#include <kunit/visibility.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/math.h>
#include <linux/scatterlist.h>
#include <linux/string.h>

/* Goes through the mapped side of a scatter list in steps of one GSP page. */
struct page_walk {
	struct scatterlist *sg;
	unsigned int left;
	u64 off;
};

static struct page_walk page_walk(const struct sg_table *sgt)
{
	return (struct page_walk){ .sg = sgt->sgl, .left = sgt->nents };
}

static int next_page(struct page_walk *w, dma_addr_t *addr)
{
	if (w->left && w->off == sg_dma_len(w->sg)) {
		w->sg = sg_next(w->sg);
		w->left--;
		w->off = 0;
	}
	if (!w->left || w->off + GSP_RADIX3_PAGE > sg_dma_len(w->sg))
		return -EFAULT;
	*addr = sg_dma_address(w->sg) + w->off;
	w->off += GSP_RADIX3_PAGE;
	return *addr % GSP_RADIX3_PAGE ? -EFAULT : 0;
}

static int fill_level(__le64 *entries, u64 nr, struct page_walk *w)
{
	dma_addr_t addr;
	int ret;
	u64 i;

	for (i = 0; i < nr; i++) {
		ret = next_page(w, &addr);
		if (ret)
			return ret;
		entries[i] = cpu_to_le64(addr);
	}
	return 0;
}

/**
 * gsp_radix3_size() - memory that the tables of an image need
 * @image_size: bytes of the image
 *
 * Context: any.
 * Return: bytes, a multiple of 4096; 0 when @image_size is 0 or above %GSP_RADIX3_MAX.
 */
size_t gsp_radix3_size(u64 image_size)
{
	u64 pages = DIV_ROUND_UP_ULL(image_size, GSP_RADIX3_PAGE);

	if (!image_size || image_size > GSP_RADIX3_MAX)
		return 0;
	return (2 + DIV_ROUND_UP(pages, GSP_RADIX3_ENTRIES)) * GSP_RADIX3_PAGE;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_radix3_size);

/**
 * gsp_radix3_fill() - write the tables
 * @tables: gsp_radix3_size() bytes
 * @tables_sgt: the same memory as the device sees it, mapped
 * @image_size: bytes of the image, accepted by gsp_radix3_size()
 * @image_sgt: the image as the device sees it, mapped
 * @root: set to the device address of level 0
 *
 * Context: any. The caller makes @tables visible to the device afterwards.
 * Return: 0, -EFAULT when a scatter list is too short or its mapped segments
 * are no whole 4 KiB pages.
 */
int gsp_radix3_fill(void *tables, const struct sg_table *tables_sgt, u64 image_size,
		    const struct sg_table *image_sgt, dma_addr_t *root)
{
	u64 pages = DIV_ROUND_UP_ULL(image_size, GSP_RADIX3_PAGE);
	struct page_walk t = page_walk(tables_sgt);
	struct page_walk img = page_walk(image_sgt);
	__le64 *level0 = tables;
	__le64 *level1 = level0 + GSP_RADIX3_ENTRIES;
	__le64 *level2 = level1 + GSP_RADIX3_ENTRIES;
	int ret;

	memset(tables, 0, gsp_radix3_size(image_size));
	ret = next_page(&t, root);
	if (!ret)
		ret = fill_level(level0, 1, &t);
	if (!ret)
		ret = fill_level(level1, DIV_ROUND_UP(pages, GSP_RADIX3_ENTRIES), &t);
	if (!ret)
		ret = fill_level(level2, pages, &img);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_radix3_fill);
