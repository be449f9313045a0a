// SPDX-License-Identifier: GPL-2.0-only
#include "part/fb.h"

#include <kunit/visibility.h>
#include <linux/align.h>
#include <linux/bitmap.h>
#include <linux/cleanup.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/find.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/xarray.h>

#include "abi/abi.h"

#define UNIT	BIT_ULL(GSP_FB_UNIT_SHIFT)

/* More would be no framebuffer: 2^20 segments of 32 MiB are 32 TiB. */
#define SEGMENTS_MAX	BIT(20)

/*
 * A run of segments that small allocations come from, with the units in use.
 */
struct fb_chunk {
	struct list_head node;
	unsigned int first;
	unsigned int nr;
	u64 units;
};

/* ---- what the firmware says is there ---- */

static bool region_is_sound(const struct gsp_fb_region *r, u64 fb_size)
{
	return r->base <= fb_size && r->size <= fb_size - r->base;
}

/* How far usable regions reach without a gap, from @pos on. */
static u64 usable_until(const struct gsp_config *config, u64 pos)
{
	unsigned int i = 0;

	while (i < config->nr_regions) {
		const struct gsp_fb_region *r = &config->regions[i++];

		if (!r->usable || pos < r->base || pos >= r->base + r->size)
			continue;
		pos = r->base + r->size;
		i = 0;
	}
	return pos;
}

static bool is_reserved(const struct gsp_config *config, u64 start, u64 end)
{
	unsigned int i;

	for (i = 0; i < config->nr_regions; i++) {
		const struct gsp_fb_region *r = &config->regions[i];

		if (!r->usable && r->base < end && start < r->base + r->size)
			return true;
	}
	return false;
}

static void find_usable(struct gsp_fb *fb, const struct gsp_config *config)
{
	unsigned int i;

	for (i = 0; i < fb->nr; i++) {
		u64 start = i * fb->segment;
		u64 end = start + fb->segment;

		if (usable_until(config, start) < end || is_reserved(config, start, end))
			continue;
		__clear_bit(i, fb->used);
		fb->nr_usable++;
	}
}

/**
 * gsp_fb_init - learn what framebuffer there is to hand out
 * @fb: memory to initialise
 * @config: the enumerated GPU, whose regions count
 * @end: nothing at or above this address is ours; bytes
 * @segment: bytes of a VMMU segment
 *
 * A segment that is not usable as a whole is not used.
 *
 * Context: process context, may sleep.
 * Return: 0; -EPROTO when the regions reach beyond the framebuffer or the
 * segment size is none; -ENOMEM.
 */
int gsp_fb_init(struct gsp_fb *fb, const struct gsp_config *config, u64 end, u64 segment)
{
	u64 nr;
	unsigned int i;

	if (!is_power_of_2(segment) || segment < UNIT || end > config->fb_size)
		return -EPROTO;
	nr = end / segment;
	if (!nr || nr > SEGMENTS_MAX || config->nr_regions > GSP_FB_REGIONS_MAX)
		return -EPROTO;
	for (i = 0; i < config->nr_regions; i++)
		if (!region_is_sound(&config->regions[i], config->fb_size))
			return -EPROTO;

	*fb = (struct gsp_fb) { .segment = segment, .nr = nr };
	fb->used = bitmap_alloc(nr, GFP_KERNEL);
	if (!fb->used)
		return -ENOMEM;
	bitmap_fill(fb->used, nr);
	mutex_init(&fb->lock);
	mt_init_flags(&fb->small, MT_FLAGS_ALLOC_RANGE);
	INIT_LIST_HEAD(&fb->chunks);
	find_usable(fb, config);
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_fb_init);

/**
 * gsp_fb_fini - forget the framebuffer
 * @fb: framebuffer; what is still handed out is quarantined, or a mistake
 *
 * Context: process context, may sleep.
 */
void gsp_fb_fini(struct gsp_fb *fb)
{
	struct fb_chunk *chunk, *next;

	list_for_each_entry_safe(chunk, next, &fb->chunks, node)
		kfree(chunk);
	mtree_destroy(&fb->small);
	mutex_destroy(&fb->lock);
	bitmap_free(fb->used);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_fb_fini);

/* ---- segments ---- */

/* Lengths of the first free runs, up to @nr segments; the number of runs. */
static unsigned int gather(const struct gsp_fb *fb, unsigned int nr, struct gsp_fb_range *ranges,
			   unsigned int max_ranges)
{
	unsigned int found = 0;
	unsigned int start, end;

	for_each_clear_bitrange(start, end, fb->used, fb->nr) {
		if (found == max_ranges)
			return 0;
		end = min(end, start + nr);
		ranges[found].addr = start * fb->segment;
		ranges[found].size = (end - start) * fb->segment;
		found++;
		nr -= end - start;
		if (!nr)
			return found;
	}
	return 0;
}

static void mark(struct gsp_fb *fb, const struct gsp_fb_range *r, bool used)
{
	unsigned int first = r->addr / fb->segment;
	unsigned int nr = r->size / fb->segment;

	if (used)
		bitmap_set(fb->used, first, nr);
	else
		bitmap_clear(fb->used, first, nr);
}

/**
 * gsp_fb_alloc_segments - take whole segments
 * @fb: framebuffer
 * @nr: how many
 * @ranges: filled with what was taken, in ascending order
 * @max_ranges: room in @ranges
 * @nr_ranges: number of ranges
 *
 * One run if there is any that is long enough, else the first free ones.
 *
 * Context: process context, may sleep.
 * Return: 0; -EINVAL for no segments; -ENOSPC when there are too few, or none
 * but in more than @max_ranges pieces.
 */
int gsp_fb_alloc_segments(struct gsp_fb *fb, unsigned int nr, struct gsp_fb_range *ranges,
			  unsigned int max_ranges, unsigned int *nr_ranges)
{
	unsigned int first;
	unsigned int i;

	if (!nr || !max_ranges)
		return -EINVAL;

	guard(mutex)(&fb->lock);
	first = bitmap_find_next_zero_area(fb->used, fb->nr, 0, nr, 0);
	if (first < fb->nr) {
		ranges->addr = first * fb->segment;
		ranges->size = nr * fb->segment;
		*nr_ranges = 1;
	} else {
		*nr_ranges = gather(fb, nr, ranges, max_ranges);
		if (!*nr_ranges)
			return -ENOSPC;
	}
	for (i = 0; i < *nr_ranges; i++)
		mark(fb, &ranges[i], true);
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_fb_alloc_segments);

/**
 * gsp_fb_free_segments - give segments back
 * @fb: framebuffer
 * @ranges: as gsp_fb_alloc_segments() filled them
 * @nr: their number
 *
 * Context: process context, may sleep.
 */
void gsp_fb_free_segments(struct gsp_fb *fb, const struct gsp_fb_range *ranges, unsigned int nr)
{
	guard(mutex)(&fb->lock);
	while (nr--)
		mark(fb, &ranges[nr], false);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_fb_free_segments);

/* ---- parts of segments ---- */

/* From the end, where they are least in the way of long runs. */
static int find_from_end(const struct gsp_fb *fb, unsigned int nr, unsigned int *first)
{
	unsigned int i;

	if (nr > fb->nr)
		return -ENOSPC;
	for (i = fb->nr - nr + 1; i--; ) {
		if (find_next_bit(fb->used, i + nr, i) < i + nr)
			continue;
		*first = i;
		return 0;
	}
	return -ENOSPC;
}

static struct fb_chunk *new_chunk(struct gsp_fb *fb, u64 size)
{
	struct fb_chunk *chunk;
	int ret;

	chunk = kzalloc_obj(*chunk);
	if (!chunk)
		return ERR_PTR(-ENOMEM);
	chunk->nr = DIV_ROUND_UP_ULL(size, fb->segment);
	ret = find_from_end(fb, chunk->nr, &chunk->first);
	if (ret) {
		kfree(chunk);
		return ERR_PTR(ret);
	}
	bitmap_set(fb->used, chunk->first, chunk->nr);
	list_add_tail(&chunk->node, &fb->chunks);
	return chunk;
}

static void drop_chunk_if_empty(struct gsp_fb *fb, struct fb_chunk *chunk)
{
	if (chunk->units)
		return;
	bitmap_clear(fb->used, chunk->first, chunk->nr);
	list_del(&chunk->node);
	kfree(chunk);
}

static int alloc_in_chunk(struct gsp_fb *fb, struct fb_chunk *chunk, u64 size, u64 align,
			  u64 *addr)
{
	u64 start = chunk->first * fb->segment;
	unsigned long first = start >> GSP_FB_UNIT_SHIFT;
	unsigned long last = ((start + chunk->nr * fb->segment) >> GSP_FB_UNIT_SHIFT) - 1;
	u64 slack = align > UNIT ? align - UNIT : 0;
	int ret;

	MA_STATE(mas, &fb->small, first, last);

	mas_lock(&mas);
	ret = mas_empty_area(&mas, first, last, (size + slack) >> GSP_FB_UNIT_SHIFT);
	if (ret && slack) {
		/* No room to move in: fine if the only hole happens to be aligned. */
		mas_reset(&mas);
		ret = mas_empty_area(&mas, first, last, size >> GSP_FB_UNIT_SHIFT);
		if (!ret && !IS_ALIGNED((u64)mas.index << GSP_FB_UNIT_SHIFT, align))
			ret = -EBUSY;
	}
	if (!ret) {
		first = ALIGN((u64)mas.index << GSP_FB_UNIT_SHIFT, align) >> GSP_FB_UNIT_SHIFT;
		mas_set_range(&mas, first, first + (size >> GSP_FB_UNIT_SHIFT) - 1);
		ret = mas_store_gfp(&mas, xa_mk_value(first), GFP_KERNEL);
	}
	mas_unlock(&mas);
	if (ret)
		return ret == -ENOMEM ? ret : -ENOSPC;

	chunk->units += size >> GSP_FB_UNIT_SHIFT;
	*addr = (u64)first << GSP_FB_UNIT_SHIFT;
	return 0;
}

/**
 * gsp_fb_alloc - take a contiguous piece
 * @fb: framebuffer
 * @size: bytes, rounded up to 4 KiB
 * @align: power of two, at most a segment
 * @addr: where it is
 *
 * Context: process context, may sleep.
 * Return: 0; -EINVAL for no size or a wrong alignment; -ENOSPC; -ENOMEM.
 */
int gsp_fb_alloc(struct gsp_fb *fb, u64 size, u64 align, u64 *addr)
{
	struct fb_chunk *chunk;
	int ret;

	if (!size || size > fb->nr * fb->segment || !is_power_of_2(align) || align > fb->segment)
		return -EINVAL;
	size = ALIGN(size, UNIT);

	guard(mutex)(&fb->lock);
	list_for_each_entry(chunk, &fb->chunks, node) {
		ret = alloc_in_chunk(fb, chunk, size, align, addr);
		if (ret != -ENOSPC)
			return ret;
	}
	chunk = new_chunk(fb, size);
	if (IS_ERR(chunk))
		return PTR_ERR(chunk);
	ret = alloc_in_chunk(fb, chunk, size, align, addr);
	drop_chunk_if_empty(fb, chunk);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_fb_alloc);

/**
 * gsp_fb_free - give a piece back
 * @fb: framebuffer
 * @addr: as gsp_fb_alloc() returned it
 * @size: as it was asked for
 *
 * Context: process context, may sleep.
 */
void gsp_fb_free(struct gsp_fb *fb, u64 addr, u64 size)
{
	unsigned int segment = addr / fb->segment;
	struct fb_chunk *chunk;

	guard(mutex)(&fb->lock);
	list_for_each_entry(chunk, &fb->chunks, node) {
		if (segment < chunk->first || segment >= chunk->first + chunk->nr)
			continue;
		mtree_erase(&fb->small, addr >> GSP_FB_UNIT_SHIFT);
		chunk->units -= ALIGN(size, UNIT) >> GSP_FB_UNIT_SHIFT;
		drop_chunk_if_empty(fb, chunk);
		return;
	}
	WARN(true, "framebuffer %#llx was never handed out\n", addr);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_fb_free);

/**
 * gsp_fb_quarantine - never hand this out again
 * @fb: framebuffer
 * @ranges: segments or a piece, handed out, which is not to be given back
 * @nr: their number
 *
 * For memory that the firmware, or a tenant, may still reach. It ends with
 * gsp_fb_fini().
 *
 * Context: process context, may sleep.
 */
void gsp_fb_quarantine(struct gsp_fb *fb, const struct gsp_fb_range *ranges, unsigned int nr)
{
	guard(mutex)(&fb->lock);
	while (nr--)
		fb->quarantined += ranges[nr].size;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_fb_quarantine);

/**
 * gsp_fb_stats - count
 * @fb: framebuffer
 * @stats: how much there is
 *
 * Context: process context, may sleep.
 */
void gsp_fb_stats(struct gsp_fb *fb, struct gsp_fb_stats *stats)
{
	unsigned int start, end, largest = 0, free = 0;

	guard(mutex)(&fb->lock);
	for_each_clear_bitrange(start, end, fb->used, fb->nr) {
		largest = max(largest, end - start);
		free += end - start;
	}
	*stats = (struct gsp_fb_stats) {
		.total = fb->nr_usable * fb->segment,
		.free = free * fb->segment,
		.largest = largest * fb->segment,
		.quarantined = fb->quarantined,
	};
}
EXPORT_SYMBOL_IF_KUNIT(gsp_fb_stats);
