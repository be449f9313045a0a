/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Channel ids.
 *
 * A vGPU has the same run of ids on each engine. GSP-RM reserves a vGPU's ids
 * from the top of the range down; the core and its clients take theirs from the
 * bottom up.
 */
#ifndef _GSP_PART_CHID_H
#define _GSP_PART_CHID_H

#include <linux/mutex.h>
#include <linux/types.h>

/**
 * struct gsp_chids - the channel ids of one GPU
 * @nr: how many there are
 * @lock: protects everything below
 * @used: those that are not free
 * @quarantined: those that the firmware may still own; they stay used
 */
struct gsp_chids {
	unsigned int nr;
	struct mutex lock; /* which are used */
	unsigned long *used;
	unsigned int quarantined;
};

/**
 * struct gsp_chid_stats - how many there are
 * @total: all
 * @free: not handed out
 * @quarantined: lost until the GPU is bound again
 */
struct gsp_chid_stats {
	unsigned int total;
	unsigned int free;
	unsigned int quarantined;
};

int gsp_chids_init(struct gsp_chids *chids, unsigned int nr);
void gsp_chids_fini(struct gsp_chids *chids);

u32 gsp_chid_per_vgpu(u32 total, u32 max_instance, bool any_number);
int gsp_chid_alloc(struct gsp_chids *chids, unsigned int nr, u32 *first);
int gsp_chid_alloc_one(struct gsp_chids *chids, u32 *chid);
void gsp_chid_free(struct gsp_chids *chids, u32 first, unsigned int nr);
void gsp_chid_quarantine(struct gsp_chids *chids, u32 first, unsigned int nr);
void gsp_chid_stats(struct gsp_chids *chids, struct gsp_chid_stats *stats);

#endif
