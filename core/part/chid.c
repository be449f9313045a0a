// SPDX-License-Identifier: GPL-2.0-only
#include "part/chid.h"

#include <kunit/visibility.h>
#include <linux/bitmap.h>
#include <linux/cleanup.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/find.h>
#include <linux/log2.h>

/**
 * gsp_chids_init - all ids are free
 * @chids: memory to initialise
 * @nr: how many there are
 *
 * Context: process context, may sleep.
 * Return: 0; -EINVAL for none; -ENOMEM.
 */
int gsp_chids_init(struct gsp_chids *chids, unsigned int nr)
{
	if (!nr)
		return -EINVAL;
	*chids = (struct gsp_chids) { .nr = nr };
	chids->used = bitmap_zalloc(nr, GFP_KERNEL);
	if (!chids->used)
		return -ENOMEM;
	mutex_init(&chids->lock);
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_chids_init);

/**
 * gsp_chids_fini - forget the ids
 * @chids: ids; those still handed out are quarantined, or a mistake
 *
 * Context: process context, may sleep.
 */
void gsp_chids_fini(struct gsp_chids *chids)
{
	mutex_destroy(&chids->lock);
	bitmap_free(chids->used);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_chids_fini);

/**
 * gsp_chid_per_vgpu - channel ids that a vGPU gets
 * @total: ids of the GPU
 * @max_instance: most vGPUs of its type on one GPU
 * @any_number: the GPU takes numbers that are no power of two
 *
 * The vendor's rule: an equal share, before Blackwell rounded down to a power
 * of two (kernel_vgpu_mgr.c of NVIDIA/open-gpu-kernel-modules).
 *
 * Context: any.
 * Return: how many; 0 when there are not enough to go round.
 */
u32 gsp_chid_per_vgpu(u32 total, u32 max_instance, bool any_number)
{
	u32 share = max_instance ? total / max_instance : 0;

	return share && !any_number ? rounddown_pow_of_two(share) : share;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_chid_per_vgpu);

static bool is_free(const struct gsp_chids *chids, u32 first, unsigned int nr)
{
	return find_next_bit(chids->used, first + nr, first) >= first + nr;
}

/**
 * gsp_chid_alloc - take a run of ids, for a vGPU
 * @chids: ids
 * @nr: how many; the run is aligned to it as its place counts from the top
 * @first: the lowest of them
 *
 * Context: process context, may sleep.
 * Return: 0; -EINVAL for none; -ENOSPC.
 */
int gsp_chid_alloc(struct gsp_chids *chids, unsigned int nr, u32 *first)
{
	u32 end;

	if (!nr)
		return -EINVAL;
	guard(mutex)(&chids->lock);
	for (end = chids->nr; end >= nr; end -= nr) {
		if (!is_free(chids, end - nr, nr))
			continue;
		*first = end - nr;
		bitmap_set(chids->used, *first, nr);
		return 0;
	}
	return -ENOSPC;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_chid_alloc);

/**
 * gsp_chid_alloc_one - take one id, for the core or a client
 * @chids: ids
 * @chid: the id
 *
 * Context: process context, may sleep.
 * Return: 0; -ENOSPC.
 */
int gsp_chid_alloc_one(struct gsp_chids *chids, u32 *chid)
{
	unsigned long bit;

	guard(mutex)(&chids->lock);
	bit = find_first_zero_bit(chids->used, chids->nr);
	if (bit >= chids->nr)
		return -ENOSPC;
	__set_bit(bit, chids->used);
	*chid = bit;
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_chid_alloc_one);

/**
 * gsp_chid_free - give ids back
 * @chids: ids
 * @first: the lowest of a run that was taken
 * @nr: as many as were taken
 *
 * Context: process context, may sleep.
 */
void gsp_chid_free(struct gsp_chids *chids, u32 first, unsigned int nr)
{
	guard(mutex)(&chids->lock);
	bitmap_clear(chids->used, first, nr);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_chid_free);

/**
 * gsp_chid_quarantine - never hand these out again
 * @chids: ids
 * @first: the lowest of a run that was taken and is not to be given back
 * @nr: how many
 *
 * Context: process context, may sleep.
 */
void gsp_chid_quarantine(struct gsp_chids *chids, u32 first, unsigned int nr)
{
	guard(mutex)(&chids->lock);
	chids->quarantined += nr;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_chid_quarantine);

/**
 * gsp_chid_stats - count
 * @chids: ids
 * @stats: how many there are
 *
 * Context: process context, may sleep.
 */
void gsp_chid_stats(struct gsp_chids *chids, struct gsp_chid_stats *stats)
{
	guard(mutex)(&chids->lock);
	stats->total = chids->nr;
	stats->free = chids->nr - bitmap_weight(chids->used, chids->nr);
	stats->quarantined = chids->quarantined;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_chid_stats);
