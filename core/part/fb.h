/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Framebuffer, and who has it.
 *
 * The VMMU maps framebuffer to a vGPU in segments, so segments are what it is
 * counted in. Whoever needs less takes a part of one: such parts come from
 * segments of their own, taken when needed and given back when empty.
 */
#ifndef _GSP_PART_FB_H
#define _GSP_PART_FB_H

#include <linux/list.h>
#include <linux/maple_tree.h>
#include <linux/mutex.h>
#include <linux/types.h>

struct gsp_config;
struct gsp_fb_range;

/* Unit of small allocations. */
#define GSP_FB_UNIT_SHIFT	12

/**
 * struct gsp_fb - the framebuffer of one GPU
 * @segment: bytes of a VMMU segment, a power of two
 * @nr: number of segments, usable or not
 * @lock: protects everything below
 * @used: segments that are not free: handed out, or never ours
 * @nr_usable: segments that were ours to hand out at first
 * @small: small allocations, by address in units
 * @chunks: segments that small allocations come from
 * @quarantined: bytes that the firmware may still own
 */
struct gsp_fb {
	u64 segment;
	unsigned int nr;
	struct mutex lock; /* what is used */
	unsigned long *used;
	unsigned int nr_usable;
	struct maple_tree small;
	struct list_head chunks;
	u64 quarantined;
};

/**
 * struct gsp_fb_stats - how much there is, in bytes
 * @total: usable at all
 * @free: in free segments
 * @largest: in the longest run of free segments
 * @quarantined: lost until the GPU is bound again; part of what is not free
 */
struct gsp_fb_stats {
	u64 total;
	u64 free;
	u64 largest;
	u64 quarantined;
};

int gsp_fb_init(struct gsp_fb *fb, const struct gsp_config *config, u64 end, u64 segment);
void gsp_fb_fini(struct gsp_fb *fb);

int gsp_fb_alloc_segments(struct gsp_fb *fb, unsigned int nr, struct gsp_fb_range *ranges,
			  unsigned int max_ranges, unsigned int *nr_ranges);
void gsp_fb_free_segments(struct gsp_fb *fb, const struct gsp_fb_range *ranges, unsigned int nr);
int gsp_fb_alloc(struct gsp_fb *fb, u64 size, u64 align, u64 *addr);
void gsp_fb_free(struct gsp_fb *fb, u64 addr, u64 size);

void gsp_fb_quarantine(struct gsp_fb *fb, const struct gsp_fb_range *ranges, unsigned int nr);
void gsp_fb_stats(struct gsp_fb *fb, struct gsp_fb_stats *stats);

#endif
