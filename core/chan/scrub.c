// SPDX-License-Identifier: GPL-2.0-only
/*
 * One channel on a copy engine serves everybody who has framebuffer to clear.
 *
 * A caller maps its ranges in the channel's address space, and then works in
 * batches: it takes a slot, which is a page for a push buffer and a word that
 * the engine writes when that is done. As many batches are in flight as there
 * are slots. Nobody waits for another while the engine works.
 *
 * A batch that fails or does not end in time breaks the channel: what the engine
 * will still do is not known, so its slot is not used again, and its ranges are
 * unmapped, which stops it. Whoever comes next replaces the channel, once the
 * others have left it, and not before GSP-RM has let go of it: one that it keeps
 * is the end of the scrubber.
 */
#include "chan/scrub.h"

#include <asm/byteorder.h>
#include <linux/align.h>
#include <linux/bitmap.h>
#include <linux/cleanup.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/overflow.h>
#include <linux/rwsem.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/wait.h>

#include "abi/abi.h"
#include "chan/channel.h"
#include "chan/copy.h"
#include "chan/push.h"
#include "mmu/fmt.h"
#include "mmu/vmm.h"
#include "rm/rm.h"
#include "rpc/call.h"

#define NR_SLOTS	32
#define SLOT_SIZE	SZ_4K
#define SLOT_WORDS	(SLOT_SIZE / sizeof(__le32))
/* Words that the engine writes lie behind the slots. */
#define SEMAPHORES	(NR_SLOTS * SLOT_SIZE)
#define SEMAPHORE_SIZE	16
#define DATA_SIZE	(SEMAPHORES + SZ_4K)

static_assert(NR_SLOTS * SEMAPHORE_SIZE <= SZ_4K);

/**
 * struct gsp_scrubber - the scrubber of one GPU
 * @host: what its channels are made with
 * @sem: protects @chan and @lost. Held for reading while the engine works, so
 *	that only who replaces the channel waits
 * @chan: its channel, NULL if that could not be replaced
 * @lost: nor can it be
 * @lock: protects @busy and @seq
 * @busy: slots in use
 * @seq: last number given to a batch, never 0
 * @broken: the channel cannot be relied on any more
 * @wait: for slots
 */
struct gsp_scrubber {
	struct gsp_chan_host host;
	struct rw_semaphore sem;	/* the channel stays */
	struct gsp_channel *chan;
	bool lost;
	spinlock_t lock;	/* nests inside everything */
	DECLARE_BITMAP(busy, NR_SLOTS);
	u32 seq;
	bool broken;
	wait_queue_head_t wait;
};

/* One caller's ranges on their way through the engine. */
struct job {
	struct gsp_scrubber *s;
	const struct gsp_fb_range *r;
	unsigned int nr;
	u64 va;
	ktime_t end;
	/* How far it is encoded: range, bytes of it, where the next one goes. */
	unsigned int idx;
	u64 done;
	u64 at;
};

/* Of a channel that is not alive the reason has been told. */
static void wreck(struct gsp_scrubber *s, int err)
{
	if (!xchg(&s->broken, true) && !gsp_channel_alive(s->chan))
		dev_err(s->host.dev, "scrubber fails: %pe\n", ERR_PTR(err));
	wake_up_all(&s->wait);
}

static unsigned int ms_left(const struct job *job)
{
	return max(ktime_ms_delta(job->end, ktime_get()), 0);
}

/* ---- slots ---- */

static bool slot_try(struct gsp_scrubber *s, unsigned int *slot, u32 *seq)
{
	guard(spinlock)(&s->lock);
	*slot = find_first_zero_bit(s->busy, NR_SLOTS);
	if (*slot == NR_SLOTS)
		return false;
	__set_bit(*slot, s->busy);
	s->seq = s->seq + 1 ?: 1;
	*seq = s->seq;
	return true;
}

static int slot_get(struct job *job, unsigned int *slot, u32 *seq)
{
	struct gsp_scrubber *s = job->s;
	bool got = false;

	wait_event_timeout(s->wait, READ_ONCE(s->broken) || (got = slot_try(s, slot, seq)),
			   msecs_to_jiffies(ms_left(job)));
	if (got)
		return 0;
	return READ_ONCE(s->broken) ? -EIO : -ETIMEDOUT;
}

static void slot_put(struct gsp_scrubber *s, unsigned int slot)
{
	scoped_guard(spinlock, &s->lock)
		__clear_bit(slot, s->busy);
	wake_up(&s->wait);
}

static __le32 *semaphore(const struct gsp_scrubber *s, unsigned int slot)
{
	return s->chan->data + SEMAPHORES + slot * SEMAPHORE_SIZE;
}

static u64 semaphore_va(const struct gsp_scrubber *s, unsigned int slot)
{
	return s->chan->data_va + SEMAPHORES + slot * SEMAPHORE_SIZE;
}

/* ---- where ranges are mapped ---- */

/* As it lies within 2 MiB of framebuffer, so that huge pages can be used. */
static u64 place(u64 at, const struct gsp_fb_range *r)
{
	return ALIGN(at, GSP_MMU_HUGE_SIZE) + (r->addr & (GSP_MMU_HUGE_SIZE - 1));
}

static int area_size(const struct gsp_fb_range *r, unsigned int nr, u64 *size)
{
	unsigned int i;

	*size = 0;
	for (i = 0; i < nr; i++)
		if (!r[i].size || !IS_ALIGNED(r[i].addr | r[i].size, GSP_MMU_PAGE_SIZE) ||
		    check_add_overflow(place(*size, &r[i]), r[i].size, size))
			return -EINVAL;
	return 0;
}

static int unmap_ranges(struct job *job, unsigned int nr)
{
	u64 va, at = job->va;
	unsigned int i;
	int ret = 0, err;

	for (i = 0; i < nr; i++) {
		va = place(at, &job->r[i]);
		at = va + job->r[i].size;
		err = gsp_vmm_unmap(job->s->chan->vmm, va, job->r[i].size);
		ret = ret ?: err;
	}
	/* Through a stale translation the next job would clear this one's memory. */
	if (ret)
		wreck(job->s, ret);
	return ret;
}

static int map_ranges(struct job *job)
{
	u64 va, at = job->va;
	unsigned int i;
	int ret;

	for (i = 0; i < job->nr; i++) {
		va = place(at, &job->r[i]);
		at = va + job->r[i].size;
		ret = gsp_vmm_map_fb(job->s->chan->vmm, va, job->r[i].addr, job->r[i].size, 0);
		if (ret) {
			unmap_ranges(job, i);
			return ret;
		}
	}
	return 0;
}

/* ---- batches ---- */

/* As much of the job as fits into one push buffer; false: that was all. */
static bool encode(struct job *job, struct gsp_push *p)
{
	const struct gsp_fb_range *r;
	u64 va, size;

	while (job->idx < job->nr) {
		r = &job->r[job->idx];
		va = place(job->at, r);
		size = gsp_copy_clear(p, GSP_COPY_RELEASE_WORDS, va + job->done,
				      r->size - job->done);
		job->done += size;
		if (job->done < r->size)
			return true;
		job->at = va + r->size;
		job->done = 0;
		job->idx++;
	}
	return false;
}

static int run_batch(struct job *job, unsigned int slot, u32 seq, bool *more)
{
	struct gsp_scrubber *s = job->s;
	struct gsp_push p = { .words = s->chan->data + slot * SLOT_SIZE, .room = SLOT_WORDS };
	int ret;

	*more = encode(job, &p);
	gsp_copy_release(&p, semaphore_va(s, slot), seq);
	WRITE_ONCE(*semaphore(s, slot), 0);
	ret = gsp_channel_submit(s->chan, s->chan->data_va + slot * SLOT_SIZE, p.nr);
	return ret ?: gsp_channel_wait(s->chan, semaphore(s, slot), seq, ms_left(job));
}

static int run_job(struct job *job)
{
	unsigned int slot;
	bool more = true;
	int ret = 0;
	u32 seq;

	while (more && !ret) {
		ret = slot_get(job, &slot, &seq);
		if (ret)
			return ret;
		ret = run_batch(job, slot, seq, &more);
		if (ret)
			wreck(job->s, ret);
		else
			slot_put(job->s, slot);
	}
	return ret;
}

/* ---- the channel ---- */

static int bind_engine(struct gsp_scrubber *s, unsigned int timeout_ms)
{
	struct gsp_push p = { .words = s->chan->data, .room = SLOT_WORDS };
	int ret;

	gsp_copy_bind(&p, s->host.copy_class);
	gsp_copy_release(&p, semaphore_va(s, 0), 1);
	ret = gsp_channel_submit(s->chan, s->chan->data_va, p.nr);
	return ret ?: gsp_channel_wait(s->chan, semaphore(s, 0), 1, timeout_ms);
}

static void drop_channel(struct gsp_scrubber *s)
{
	if (s->chan && !gsp_channel_destroy(s->chan))
		s->lost = true;
	s->chan = NULL;
}

static int make_channel(struct gsp_scrubber *s)
{
	int ret = gsp_channel_create(&s->host, DATA_SIZE, &s->chan);

	if (ret)
		return ret;
	ret = bind_engine(s, 4000);
	if (ret)
		drop_channel(s);
	return ret;
}

/* What fails for any reason but want of memory will not do better next time. */
static int replace_channel(struct gsp_scrubber *s)
{
	int ret;

	drop_channel(s);
	if (s->lost)
		return -EIO;
	ret = make_channel(s);
	if (ret) {
		s->lost = ret != -ENOMEM && ret != -ENOSPC;
		return ret;
	}
	bitmap_zero(s->busy, NR_SLOTS);
	s->broken = false;
	dev_info(s->host.dev, "scrubber has a new channel\n");
	return 0;
}

static bool is_sound(const struct gsp_scrubber *s)
{
	return s->chan && !READ_ONCE(s->broken) && !READ_ONCE(s->chan->faulted);
}

/* If this succeeds the channel stays until gsp_scrubber.sem is released. */
static int hold_channel(struct gsp_scrubber *s)
{
	int ret;

	down_read(&s->sem);
	if (is_sound(s))
		return 0;
	up_read(&s->sem);

	down_write(&s->sem);
	ret = is_sound(s) ? 0 : replace_channel(s);
	if (ret)
		up_write(&s->sem);
	else
		downgrade_write(&s->sem);
	return ret;
}

static int clear_ranges(struct job *job, u64 size)
{
	struct gsp_vmm *vmm = job->s->chan->vmm;
	int ret, err;

	ret = gsp_vmm_alloc_va(vmm, size, GSP_MMU_HUGE_SIZE, &job->va);
	if (ret)
		return ret;
	job->at = job->va;
	ret = map_ranges(job);
	if (!ret) {
		ret = run_job(job);
		err = unmap_ranges(job, job->nr);
		ret = ret ?: err;
	}
	gsp_vmm_free_va(vmm, job->va);
	return ret;
}

/**
 * gsp_scrub_run - clear framebuffer
 * @s: scrubber
 * @r: ranges, multiples of 4 KiB
 * @nr: their number
 * @timeout_ms: longest time to wait for the engine
 *
 * When this returns 0, every byte of every range is zero and the engine has no
 * way to them any more. After an error nothing is known of what they hold, and
 * the engine may still write to them: they must not be used again, unless the
 * error says that nothing was tried.
 *
 * After another job has failed, this one first waits for those that are under
 * way, and replaces the channel.
 *
 * Context: process context, sleeps; any number of callers at a time.
 * Return: 0; -EINVAL; -ENOSPC, -ENOMEM or the page tables' allocator's error
 * if they can't be mapped, or no new channel is to be had: nothing was tried;
 * -ETIMEDOUT; -EIO if the channel has faulted and cannot be replaced, GSP-RM is
 * dead, or another job broke the channel meanwhile; -ENODEV if the GPU is gone.
 */
int gsp_scrub_run(struct gsp_scrubber *s, const struct gsp_fb_range *r, unsigned int nr,
		  unsigned int timeout_ms)
{
	struct job job = { .s = s, .r = r, .nr = nr };
	u64 size;
	int ret;

	ret = area_size(r, nr, &size);
	if (ret || !nr)
		return ret;
	ret = gsp_chan_host_alive(&s->host) ?: hold_channel(s);
	if (ret)
		return ret;
	job.end = ktime_add_ms(ktime_get(), timeout_ms);
	ret = clear_ranges(&job, size);
	up_read(&s->sem);
	return ret;
}

/* ---- beginning and end ---- */

/**
 * gsp_scrub_init - create the scrubber
 * @host: what to make its channels with; the structure may go afterwards
 * @out: set to the scrubber
 *
 * The engine has executed a first push buffer when this returns.
 *
 * Context: process context, may sleep; not from an event handler.
 * Return: 0; -ENOMEM; as gsp_channel_create() and gsp_channel_wait().
 */
int gsp_scrub_init(const struct gsp_chan_host *host, struct gsp_scrubber **out)
{
	struct gsp_scrubber *s = kzalloc_obj(*s);
	int ret;

	if (!s)
		return -ENOMEM;
	s->host = *host;
	init_rwsem(&s->sem);
	spin_lock_init(&s->lock);
	init_waitqueue_head(&s->wait);
	s->seq = 1;

	ret = make_channel(s);
	if (ret) {
		kfree(s);
		return ret;
	}
	*out = s;
	return 0;
}

/**
 * gsp_scrub_fini - destroy the scrubber
 * @s: scrubber that nobody uses any more; may be NULL
 *
 * Context: process context, may sleep; not from an event handler.
 */
void gsp_scrub_fini(struct gsp_scrubber *s)
{
	if (!s)
		return;
	drop_channel(s);
	kfree(s);
}
