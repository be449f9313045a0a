// SPDX-License-Identifier: GPL-2.0-only
#include "fake_vgpu.h"

#include <kunit/test.h>
#include <linux/bitmap.h>
#include <linux/sizes.h>
#include <linux/unaligned.h>
#include <linux/vmalloc.h>

#include "part/fb.h"
#include "sriov/pf.h"
#include "sriov/vgpu.h"

#define HEAPS		(FAKE_NR_SEGMENTS * (u64)FAKE_SEGMENT)
#define CHIDS_PER_BIT	8

static int did(struct fake_vgpu *fake, char what)
{
	guard(spinlock)(&fake->lock);
	if (fake->nr_trace < sizeof(fake->trace) - 1)
		fake->trace[fake->nr_trace++] = what;
	if (what == fake->fail && ++fake->seen == fake->fail_at)
		return fake->err;
	return 0;
}

/**
 * fake_vgpu_trace - what was done since this was called last
 * @fake: GPU
 *
 * Return: letters; valid until something else is done.
 */
const char *fake_vgpu_trace(struct fake_vgpu *fake)
{
	guard(spinlock)(&fake->lock);
	fake->trace[fake->nr_trace] = '\0';
	fake->nr_trace = 0;
	fake->seen = 0;
	return fake->trace;
}

/* ---- allocators ---- */

static int fb_alloc(void *ctx, unsigned int nr, struct gsp_fb_range *ranges,
		    unsigned int max_ranges, unsigned int *nr_ranges)
{
	struct fake_vgpu *fake = ctx;
	int ret = did(fake, 'F');

	if (ret)
		return ret;
	guard(spinlock)(&fake->lock);
	if (nr > FAKE_NR_SEGMENTS - hweight_long(fake->segments))
		return -ENOSPC;
	for (*nr_ranges = 0; *nr_ranges < nr; (*nr_ranges)++) {
		unsigned long i = ffz(fake->segments);

		__set_bit(i, &fake->segments);
		ranges[*nr_ranges] = (struct gsp_fb_range) { i * FAKE_SEGMENT, FAKE_SEGMENT };
	}
	return 0;
}

static void fb_free(void *ctx, const struct gsp_fb_range *ranges, unsigned int nr)
{
	struct fake_vgpu *fake = ctx;

	did(fake, 'f');
	guard(spinlock)(&fake->lock);
	while (nr--)
		KUNIT_EXPECT_TRUE(fake->test, __test_and_clear_bit(ranges[nr].addr / FAKE_SEGMENT,
								   &fake->segments));
}

static int heap_alloc(void *ctx, u64 size, u64 *addr)
{
	struct fake_vgpu *fake = ctx;
	int ret = did(fake, 'H');
	unsigned int i;

	if (ret)
		return ret;
	guard(spinlock)(&fake->lock);
	i = ffz(fake->heaps);
	if (i >= FAKE_NR_VFS)
		return -ENOSPC;
	KUNIT_EXPECT_EQ(fake->test, size, FAKE_HEAP);
	__set_bit(i, &fake->heaps);
	*addr = HEAPS + i * FAKE_HEAP;
	return 0;
}

static void heap_free(void *ctx, u64 addr, u64 size)
{
	struct fake_vgpu *fake = ctx;

	did(fake, 'h');
	guard(spinlock)(&fake->lock);
	KUNIT_EXPECT_TRUE(fake->test, __test_and_clear_bit((addr - HEAPS) / FAKE_HEAP,
							   &fake->heaps));
}

static int chid_alloc(void *ctx, unsigned int nr, u32 *first)
{
	struct fake_vgpu *fake = ctx;
	int ret = did(fake, 'C');
	unsigned long i;

	if (ret)
		return ret;
	guard(spinlock)(&fake->lock);
	i = bitmap_find_next_zero_area(&fake->chids, FAKE_NR_CHIDS / CHIDS_PER_BIT, 0,
				       nr / CHIDS_PER_BIT, 0);
	if (i >= FAKE_NR_CHIDS / CHIDS_PER_BIT)
		return -ENOSPC;
	bitmap_set(&fake->chids, i, nr / CHIDS_PER_BIT);
	*first = i * CHIDS_PER_BIT;
	return 0;
}

static void chid_free(void *ctx, u32 first, unsigned int nr)
{
	struct fake_vgpu *fake = ctx;

	did(fake, 'c');
	guard(spinlock)(&fake->lock);
	bitmap_clear(&fake->chids, first / CHIDS_PER_BIT, nr / CHIDS_PER_BIT);
}

static void fb_quarantine(void *ctx, const struct gsp_fb_range *ranges, unsigned int nr)
{
	struct fake_vgpu *fake = ctx;

	did(fake, 'Q');
	fake->quarantined += nr;
}

static void chid_quarantine(void *ctx, u32 first, unsigned int nr)
{
	did(ctx, 'q');
}

static void fb_stats(void *ctx, struct gsp_fb_stats *stats)
{
	struct fake_vgpu *fake = ctx;
	u64 free = FAKE_NR_SEGMENTS - hweight_long(fake->segments);

	*stats = (struct gsp_fb_stats) { .free = free * FAKE_SEGMENT };
}

static unsigned int chid_room(void *ctx)
{
	struct fake_vgpu *fake = ctx;

	return FAKE_NR_CHIDS - CHIDS_PER_BIT * hweight_long(fake->chids);
}

/* ---- memory ---- */

static int map(void *ctx, const struct gsp_fb_range *range, struct gsp_bar1_map *map)
{
	struct fake_vgpu *fake = ctx;
	int ret = did(fake, 'M');

	if (!ret)
		map->cpu = (void __iomem __force *)fake->mem[(range->addr - HEAPS) / FAKE_HEAP];
	return ret;
}

static void unmap(void *ctx, struct gsp_bar1_map *map)
{
	did(ctx, 'm');
	*map = (struct gsp_bar1_map) {};
}

static int scrub(void *ctx, const struct gsp_fb_range *ranges, unsigned int nr,
		 unsigned int timeout_ms)
{
	return did(ctx, 'S');
}

/* ---- firmware ---- */

static void answer(struct fake_vgpu *fake, struct gsp_vf *vf, enum fake_answer how)
{
	const struct gsp_plugin_layout *l = &vf->plugin.abi->layout;
	u8 *mem = (void __force *)vf->plugin.mem;
	u32 seq = get_unaligned_le32(mem + l->ctrl + l->seq_off);

	if (how == FAKE_CRASHES)
		gsp_sriov_notify(vf, GSP_PLUGIN_CRASHED);
	if (how == FAKE_CRASHES || how == FAKE_SILENT)
		return;
	put_unaligned_le32(how == FAKE_REFUSES ? 0x1f : 0, mem + l->response + l->rsp_result_off);
	put_unaligned_le32(seq, mem + l->response + l->rsp_seq_off);
}

static void come_up(struct fake_vgpu *fake, struct gsp_vf *vf)
{
	const struct gsp_plugin_layout *l = &vf->plugin.abi->layout;
	u8 *mem = (void __force *)vf->plugin.mem;
	enum fake_answer how = vf->gfid == fake->silent_gfid ? FAKE_SILENT : fake->up;

	KUNIT_EXPECT_EQ(fake->test, get_unaligned_le32(mem + l->ctrl + l->seq_off), 0);
	KUNIT_EXPECT_NE(fake->test, get_unaligned_le32(mem + l->ctrl + l->version_off), 0);
	if (how == FAKE_CRASHES)
		gsp_sriov_notify(vf, GSP_PLUGIN_CRASHED);
	if (how == FAKE_OK || how == FAKE_OK_UNTOLD)
		put_unaligned_le32(l->bootloaded_magic, mem + l->ctrl + l->seq_off);
	if (how == FAKE_OK || how == FAKE_OK_UNSEEN)
		gsp_sriov_notify(vf, GSP_PLUGIN_BOOTLOADED);
}

static void check_bootload(struct fake_vgpu *fake, const struct gsp_vgpu_bootload *b)
{
	const struct gsp_vf *vf = &fake->vfs[b->gfid - 1];

	KUNIT_EXPECT_EQ(fake->test, b->sbdf, vf->sbdf);
	KUNIT_EXPECT_EQ(fake->test, b->nr_fb, vf->share.nr_fb);
	KUNIT_EXPECT_EQ(fake->test, b->heap_size, FAKE_HEAP);
	KUNIT_EXPECT_TRUE(fake->test, is_power_of_2(b->nr_channels));
	KUNIT_EXPECT_EQ(fake->test, b->nr_plugin_channels, 3);
}

static int ctrl(void *ctx, enum gsp_ctrl ctrl, const void *in)
{
	struct fake_vgpu *fake = ctx;
	const struct gsp_vgpu_bootload *b = in;
	u32 gfid = ctrl == GSP_CTRL_VGPU_BOOTLOAD ? b->gfid : *(const u32 *)in;
	char letter = ctrl == GSP_CTRL_VGPU_BOOTLOAD ? 'B' :
		      ctrl == GSP_CTRL_VGPU_SHUTDOWN ? 'D' : 'X';
	struct gsp_vf *vf = &fake->vfs[gfid - 1];
	int ret = did(fake, letter);

	ret = ret ?: READ_ONCE(fake->dead);
	if (ret)
		return ret;
	if (letter == 'B') {
		check_bootload(fake, b);
		come_up(fake, vf);
	}
	if (letter == 'D' && !fake->no_unload)
		gsp_sriov_notify(vf, GSP_PLUGIN_UNLOADED);
	return 0;
}

static char message_letter(const struct gsp_plugin *p)
{
	const struct gsp_plugin_layout *l = &p->abi->layout;
	u8 *mem = (void __force *)p->mem;

	switch (get_unaligned_le32(mem + l->ctrl + l->type_off)) {
	case 1:
		return '1';
	case 2:
		return '2';
	case 3:
		return '3';
	case 13:
		return mem[l->message] ? '+' : '-';
	default:
		return '?';
	}
}

static void ring(void *ctx, u32 gfid)
{
	struct fake_vgpu *fake = ctx;
	struct gsp_vf *vf = &fake->vfs[gfid - 1];
	char letter = message_letter(&vf->plugin);

	did(fake, letter);
	answer(fake, vf, letter == fake->nasty ? fake->message : FAKE_OK);
}

static int dead(void *ctx)
{
	struct fake_vgpu *fake = ctx;

	return READ_ONCE(fake->dead);
}

static void flush(void *ctx)
{
	did(ctx, 'E');
}

static const struct gsp_vgpu_host_ops ops = {
	.fb_alloc = fb_alloc,
	.fb_free = fb_free,
	.heap_alloc = heap_alloc,
	.heap_free = heap_free,
	.chid_alloc = chid_alloc,
	.chid_free = chid_free,
	.fb_quarantine = fb_quarantine,
	.chid_quarantine = chid_quarantine,
	.fb_stats = fb_stats,
	.chid_room = chid_room,
	.map = map,
	.unmap = unmap,
	.scrub = scrub,
	.ctrl = ctrl,
	.ring = ring,
	.dead = dead,
	.flush = flush,
};

static const struct gsp_vgpu_type types[] = {
	{ .id = FAKE_TYPE_1G, .name = "TEST", .max_instance = 4, .ecc = true,
	  .fb_length = SZ_1G, .profile_size = SZ_1G, .gsp_heap_size = FAKE_HEAP },
	{ .id = FAKE_TYPE_1G_TOO, .name = "TEST", .max_instance = 4, .ecc = true,
	  .fb_length = SZ_1G, .profile_size = SZ_1G, .gsp_heap_size = FAKE_HEAP },
	{ .id = FAKE_TYPE_2G, .name = "TEST", .max_instance = 2, .ecc = true,
	  .fb_length = SZ_2G, .profile_size = SZ_2G, .gsp_heap_size = FAKE_HEAP },
	{ .id = FAKE_TYPE_4G, .name = "TEST", .max_instance = 4, .ecc = true,
	  .fb_length = SZ_4G, .profile_size = SZ_4G, .gsp_heap_size = FAKE_HEAP },
	{ .id = FAKE_TYPE_NO_ECC, .name = "TEST", .max_instance = 4, .ecc = false,
	  .fb_length = SZ_1G, .profile_size = SZ_1G, .gsp_heap_size = FAKE_HEAP },
};

static const struct gsp_engine_list engines = { .nr = 1, .e = { { .type = 1 } } };

/**
 * fake_vgpu_init - a GPU with VFs, none of which has a type
 * @fake: zeroed
 * @test: test
 *
 * Return: 0 or -ENOMEM; fake_vgpu_exit() is wanted in any case.
 */
int fake_vgpu_init(struct fake_vgpu *fake, struct kunit *test)
{
	struct gsp_sriov *s = &fake->s;
	unsigned int i;

	fake->test = test;
	spin_lock_init(&fake->lock);
	fake->timeouts = (struct gsp_vgpu_timeouts) {
		.up = FAKE_SHORT_MS, .message = FAKE_SHORT_MS, .unload = FAKE_SHORT_MS,
	};
	s->host = (struct gsp_vgpu_host) {
		.ops = &ops, .ctx = fake, .abi = gsp_abi_default(), .engines = &engines,
		.timeouts = &fake->timeouts, .fb_size = FAKE_NR_SEGMENTS * (u64)FAKE_SEGMENT,
		.segment = FAKE_SEGMENT, .nr_chids = FAKE_NR_CHIDS, .fb_bar = 1,
	};
	s->types = types;
	s->nr_types = ARRAY_SIZE(types);
	mutex_init(&s->lock);
	fake->vfs = kunit_kcalloc(test, FAKE_NR_VFS, sizeof(*fake->vfs), GFP_KERNEL);
	if (!fake->vfs)
		return -ENOMEM;
	s->vfs = fake->vfs;
	s->nr_vfs = FAKE_NR_VFS;
	for (i = 0; i < FAKE_NR_VFS; i++) {
		fake->vfs[i].sriov = s;
		fake->vfs[i].gfid = i + 1;
		fake->vfs[i].sbdf = 0x10100 + i;
		gsp_vgpu_init(&fake->vfs[i]);
		fake->mem[i] = vmalloc(s->host.abi->plugin->layout.total);
		if (!fake->mem[i])
			return -ENOMEM;
		memset(fake->mem[i], 0xff, s->host.abi->plugin->layout.total);
	}
	return 0;
}

/**
 * fake_vgpu_exit - free it
 * @fake: GPU that no thread uses any more
 */
void fake_vgpu_exit(struct fake_vgpu *fake)
{
	unsigned int i;

	for (i = 0; i < FAKE_NR_VFS; i++) {
		if (fake->vfs)
			kfree(fake->vfs[i].share.ranges);
		vfree(fake->mem[i]);
	}
}
