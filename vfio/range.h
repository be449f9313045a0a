/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Arithmetic of what of a BAR a guest may reach, and how.
 *
 * Lists of ranges are sorted, and no two of them overlap or touch. Nothing that
 * comes from user space can overflow here.
 */
#ifndef _GSP_VFIO_RANGE_H
#define _GSP_VFIO_RANGE_H

#include <linux/align.h>
#include <linux/minmax.h>
#include <linux/types.h>

/**
 * struct gsp_vfio_range - a part of a BAR
 * @start: first byte
 * @end: end, exclusive
 */
struct gsp_vfio_range {
	u64 start;
	u64 end;
};

/**
 * gsp_vfio_clip - how much of an access lies in a region
 * @size: of the region
 * @pos: where the access begins, may be anything
 * @count: its length, may be anything
 *
 * Return: bytes from @pos on.
 */
static inline u64 gsp_vfio_clip(u64 size, u64 pos, u64 count)
{
	return pos < size ? min(count, size - pos) : 0;
}

/**
 * gsp_vfio_inside - whether an access lies in a region altogether
 * @size: of the region
 * @pos: where the access begins, may be anything
 * @count: its length, may be anything
 *
 * Return: yes or no; of nothing, no.
 */
static inline bool gsp_vfio_inside(u64 size, u64 pos, u64 count)
{
	return count && gsp_vfio_clip(size, pos, count) == count;
}

/**
 * gsp_vfio_meets - whether an access meets any of some ranges
 * @r: ranges
 * @nr: their number
 * @pos: where the access begins
 * @count: its length, at least 1; its end does not overflow
 *
 * Return: yes or no.
 */
static inline bool gsp_vfio_meets(const struct gsp_vfio_range *r, unsigned int nr,
				  u64 pos, u64 count)
{
	for (; nr; r++, nr--)
		if (pos < r->end && r->start < pos + count)
			return true;
	return false;
}

/**
 * gsp_vfio_run - how far an access goes before it enters or leaves a range
 * @r: ranges
 * @nr: their number
 * @pos: where the access begins
 * @count: its length
 * @in: set to the number of the range that it begins in, or @nr
 *
 * Return: bytes from @pos on, none only if @count is.
 */
static inline u64 gsp_vfio_run(const struct gsp_vfio_range *r, unsigned int nr,
			       u64 pos, u64 count, unsigned int *in)
{
	unsigned int i;

	*in = nr;
	for (i = 0; i < nr; i++) {
		if (pos < r[i].start)
			return min(count, r[i].start - pos);
		if (pos < r[i].end) {
			*in = i;
			return min(count, r[i].end - pos);
		}
	}
	return count;
}

/**
 * gsp_vfio_width - how wide the next single access to registers is
 * @pos: where it begins
 * @count: bytes that are left, at least 1
 *
 * Return: 4, 2 or 1.
 */
static inline unsigned int gsp_vfio_width(u64 pos, u64 count)
{
	if (count >= 4 && IS_ALIGNED(pos, 4))
		return 4;
	return count >= 2 && IS_ALIGNED(pos, 2) ? 2 : 1;
}

/**
 * gsp_vfio_add - one more range
 * @r: ranges, with room for one more
 * @nr: their number
 * @new: range, not empty
 * @align: to what it grows at both ends, a power of two
 *
 * Return: how many ranges there are now.
 */
static inline unsigned int gsp_vfio_add(struct gsp_vfio_range *r, unsigned int nr,
					struct gsp_vfio_range new, u64 align)
{
	unsigned int i, kept = 0;

	new.start = ALIGN_DOWN(new.start, align);
	new.end = ALIGN(new.end, align);
	/* What it touches becomes a part of it, what is behind it makes room. */
	for (i = 0; i < nr; i++) {
		if (r[i].end < new.start || new.end < r[i].start) {
			r[kept++] = r[i];
			continue;
		}
		new.start = min(new.start, r[i].start);
		new.end = max(new.end, r[i].end);
	}
	for (i = kept; i && r[i - 1].start > new.start; i--)
		r[i] = r[i - 1];
	r[i] = new;
	return kept + 1;
}

/**
 * gsp_vfio_gaps - what is left of a region beside some ranges
 * @r: ranges
 * @nr: their number
 * @size: of the region
 * @gaps: result, room for @nr + 1
 *
 * Return: number of gaps.
 */
static inline unsigned int gsp_vfio_gaps(const struct gsp_vfio_range *r, unsigned int nr,
					 u64 size, struct gsp_vfio_range *gaps)
{
	unsigned int i, found = 0;
	u64 pos = 0;

	for (i = 0; i < nr && r[i].start < size; i++) {
		if (pos < r[i].start)
			gaps[found++] = (struct gsp_vfio_range) { pos, r[i].start };
		pos = r[i].end;
	}
	if (pos < size)
		gaps[found++] = (struct gsp_vfio_range) { pos, size };
	return found;
}

#endif
