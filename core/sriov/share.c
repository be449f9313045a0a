// SPDX-License-Identifier: GPL-2.0-only
#include "sriov/share.h"

#include <linux/bitmap.h>
#include <linux/cleanup.h>
#include <linux/lockdep.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/slab.h>

#include "part/chid.h"
#include "part/fb.h"
#include "part/types.h"
#include "sriov/vf.h"

/**
 * gsp_share_fb_size - framebuffer that a guest gets
 * @host: GPU
 * @type: type of the vGPU
 *
 * Context: any.
 * Return: bytes, a multiple of the VMMU's segments; 0 if it cannot be had.
 */
u64 gsp_share_fb_size(const struct gsp_vgpu_host *host, const struct gsp_vgpu_type *type)
{
	return gsp_vgpu_fb_size(type, host->fb_size, host->segment, host->ecc);
}

static u32 nr_chids(const struct gsp_vgpu_host *host, const struct gsp_vgpu_type *type)
{
	return gsp_chid_per_vgpu(host->nr_chids, type->max_instance, host->any_nr_channels);
}

static unsigned int chid_room(const struct gsp_vgpu_host *host, u32 chids)
{
	unsigned int room = host->ops->chid_room(host->ctx);

	return room / chids + (chids > 1 && room % chids >= chids / 2);
}

/**
 * gsp_share_room - how many more shares there is room for
 * @host: GPU
 * @type: type of the vGPUs
 *
 * Heaps come out of segments of their own, many to one.
 *
 * Context: process context, may sleep.
 * Return: a number, exact as long as nobody else allocates.
 */
unsigned int gsp_share_room(const struct gsp_vgpu_host *host, const struct gsp_vgpu_type *type)
{
	u64 fb = gsp_share_fb_size(host, type);
	u32 chids = nr_chids(host, type);
	struct gsp_fb_stats stats;
	unsigned int n;

	if (!fb || !chids)
		return 0;
	host->ops->fb_stats(host->ctx, &stats);
	n = min_t(u64, div64_u64(stats.free, fb), chid_room(host, chids));
	while (n && n * fb + ALIGN(n * type->gsp_heap_size, host->segment) > stats.free)
		n--;
	return min(n, type->max_instance);
}

/**
 * gsp_share_placement - where the vGPU stands among those of its GPU
 * @share: its share
 * @type: its type
 *
 * All vGPUs of a GPU are of one size, so each has its multiple of that size, in
 * GiB.
 *
 * Context: any.
 * Return: placement id.
 */
u16 gsp_share_placement(const struct gsp_vgpu_share *share, const struct gsp_vgpu_type *type)
{
	return share->slot * max_t(u64, type->profile_size / SZ_1G, 1);
}

/**
 * gsp_share_heap - the heap of the plugin
 * @share: share
 *
 * Context: any.
 * Return: where it is.
 */
const struct gsp_fb_range *gsp_share_heap(const struct gsp_vgpu_share *share)
{
	return &share->ranges[share->nr_fb];
}

/*
 * An equal share of all ids leaves none for the driver's own channels: the last
 * vGPU of those that there can be makes do with half of its share.
 */
static int alloc_chids(const struct gsp_vgpu_host *host, struct gsp_vgpu_share *share)
{
	int ret = host->ops->chid_alloc(host->ctx, share->nr_chids, &share->chid);

	if (ret != -ENOSPC || share->nr_chids == 1)
		return ret;
	share->nr_chids /= 2;
	return host->ops->chid_alloc(host->ctx, share->nr_chids, &share->chid);
}

static unsigned int free_slot(struct gsp_sriov *s)
{
	DECLARE_BITMAP(used, GSP_VFS_MAX) = {};
	unsigned int i;

	for (i = 0; i < s->nr_vfs; i++)
		if (s->vfs[i].share.ranges)
			__set_bit(s->vfs[i].share.slot, used);
	return find_first_zero_bit(used, GSP_VFS_MAX);
}

/* Ranges of the guest, with room for one more. */
static int alloc_fb(const struct gsp_vgpu_host *host, u64 size, struct gsp_vgpu_share *share)
{
	struct gsp_fb_range *all __free(kfree) =
		kmalloc_array(GSP_VGPU_RANGES_MAX, sizeof(*all), GFP_KERNEL);
	unsigned int nr;
	int ret;

	if (!all)
		return -ENOMEM;
	ret = host->ops->fb_alloc(host->ctx, div64_u64(size, host->segment), all,
				  GSP_VGPU_RANGES_MAX, &nr);
	if (ret)
		return ret;

	share->ranges = kmalloc_array(nr + 1, sizeof(*all), GFP_KERNEL);
	if (!share->ranges) {
		host->ops->fb_free(host->ctx, all, nr);
		return -ENOMEM;
	}
	memcpy(share->ranges, all, nr * sizeof(*all));
	share->nr_fb = nr;
	return 0;
}

/**
 * gsp_share_reserve_locked - reserve what a type promises
 * @vf: VF without a share, &gsp_sriov.lock held
 * @type: type
 *
 * Context: process context, may sleep.
 * Return: 0; -ENOSPC if there is not enough; -ENOMEM.
 */
int gsp_share_reserve_locked(struct gsp_vf *vf, const struct gsp_vgpu_type *type)
{
	const struct gsp_vgpu_host *host = &vf->sriov->host;
	struct gsp_vgpu_share share = {
		.nr_chids = nr_chids(host, type),
		.slot = free_slot(vf->sriov),
	};
	u64 size = gsp_share_fb_size(host, type);
	struct gsp_fb_range *heap;
	int ret;

	lockdep_assert_held(&vf->sriov->lock);
	if (!size || size > host->fb_size || !share.nr_chids)
		return -ENOSPC;
	ret = alloc_fb(host, size, &share);
	if (ret)
		return ret;

	heap = &share.ranges[share.nr_fb];
	heap->size = type->gsp_heap_size;
	ret = host->ops->heap_alloc(host->ctx, heap->size, &heap->addr);
	if (ret)
		goto fb;
	ret = alloc_chids(host, &share);
	if (ret)
		goto heap;
	vf->share = share;
	return 0;

heap:
	host->ops->heap_free(host->ctx, heap->addr, heap->size);
fb:
	host->ops->fb_free(host->ctx, share.ranges, share.nr_fb);
	kfree(share.ranges);
	return ret;
}

/**
 * gsp_share_release_locked - give a share back
 * @vf: VF with or without a share, &gsp_sriov.lock held
 *
 * Context: process context, may sleep.
 */
void gsp_share_release_locked(struct gsp_vf *vf)
{
	gsp_share_quarantine_locked(vf, 0);
}

/**
 * gsp_share_quarantine_locked - give back what is safe, and never use the rest
 * @vf: VF with or without a share, &gsp_sriov.lock held
 * @what: GSP_SHARE_*: what the firmware, or a tenant, may still reach
 *
 * Context: process context, may sleep.
 */
void gsp_share_quarantine_locked(struct gsp_vf *vf, unsigned int what)
{
	const struct gsp_vgpu_host *host = &vf->sriov->host;
	struct gsp_vgpu_share *share = &vf->share;

	lockdep_assert_held(&vf->sriov->lock);
	if (!share->ranges)
		return;

	if (what & GSP_SHARE_CHIDS)
		host->ops->chid_quarantine(host->ctx, share->chid, share->nr_chids);
	else
		host->ops->chid_free(host->ctx, share->chid, share->nr_chids);
	if (what & GSP_SHARE_FB) {
		host->ops->fb_quarantine(host->ctx, share->ranges, share->nr_fb + 1);
	} else {
		const struct gsp_fb_range *heap = gsp_share_heap(share);

		host->ops->heap_free(host->ctx, heap->addr, heap->size);
		host->ops->fb_free(host->ctx, share->ranges, share->nr_fb);
	}
	kfree(share->ranges);
	*share = (struct gsp_vgpu_share) {};
}
