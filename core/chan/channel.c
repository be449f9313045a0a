// SPDX-License-Identifier: GPL-2.0-only
#include "chan/channel.h"

#include <asm/byteorder.h>
#include <kunit/visibility.h>
#include <linux/align.h>
#include <linux/bitfield.h>
#include <linux/cleanup.h>
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "abi/abi.h"
#include "chan/push.h"
#include "chip/regs/usermode.h"
#include "mmio/mmio.h"
#include "mmu/fmt.h"
#include "mmu/mmu.h"
#include "mmu/vmm.h"
#include "rm/rm.h"
#include "rpc/call.h"
#include "rpc/rpc.h"

/* Handles tell their kind at a glance in traces and firmware logs. */
#define HANDLE_VASPACE		0x90f10000
#define HANDLE_CHANNEL		0xf1f00000
#define HANDLE_COPY		0xc7b50000

/* Page 0 of the shared memory; host's words in it. */
#define USERD_OFFSET		0
#define USERD_SIZE		0x200
#define USERD_GP_GET		0x88
#define USERD_GP_PUT		0x8c
/* Page 1. */
#define RING_OFFSET		SZ_4K
#define RING_ENTRIES		512
#define DATA_OFFSET		SZ_8K

#define INSTANCE_SIZE		SZ_4K
/* nouveau gets 20 KiB of an AD102; more than this is no credible size. */
#define METHOD_BUF_MAX		SZ_16M

/* Address 0 faults; push buffers have to lie below 1 << 40. */
#define VA_BASE			SZ_1G
#define VA_SIZE			(BIT_ULL(GSP_PUSH_VA_BITS) - VA_BASE)

#define NAP_MIN_US		20
#define NAP_MAX_US		2000

static u32 handle(const struct gsp_channel *chan, u32 kind)
{
	return kind | chan->host.chid;
}

/* ---- memory ---- */

static int alloc_shared(struct gsp_channel *chan, size_t data_size)
{
	size_t size = DATA_OFFSET + ALIGN(data_size, SZ_4K);
	int ret;

	chan->mem = dmam_alloc_coherent(chan->host.dev, size, &chan->mem_dma, GFP_KERNEL);
	if (!chan->mem)
		return -ENOMEM;
	chan->mem_size = size;
	chan->data = chan->mem + DATA_OFFSET;
	chan->data_size = size - DATA_OFFSET;

	ret = gsp_vmm_create(chan->host.mmu, VA_BASE, VA_SIZE, &chan->vmm);
	if (ret)
		return ret;
	ret = gsp_vmm_alloc_va(chan->vmm, size, SZ_4K, &chan->mem_va);
	if (ret)
		return ret;
	chan->data_va = chan->mem_va + DATA_OFFSET;
	return gsp_vmm_map_sys(chan->vmm, chan->mem_va, chan->mem_dma, size, 0);
}

static int alloc_method_buf(struct gsp_channel *chan)
{
	const struct gsp_config *config = chan->host.config;
	u32 size = 0;
	int ret;

	ret = gsp_rm_ctrl(chan->host.client->link, config->internal.client,
			  config->internal.subdevice, GSP_CTRL_METHOD_BUF_SIZE, NULL, &size);
	if (ret)
		return ret;
	if (!size || size > METHOD_BUF_MAX)
		return -EPROTO;
	chan->method_buf = dmam_alloc_coherent(chan->host.dev, size, &chan->method_buf_dma,
					       GFP_KERNEL);
	chan->method_buf_size = size;
	return chan->method_buf ? 0 : -ENOMEM;
}

static int alloc_memory(struct gsp_channel *chan, size_t data_size)
{
	int ret;

	ret = alloc_shared(chan, data_size);
	if (ret)
		return ret;
	ret = alloc_method_buf(chan);
	if (ret)
		return ret;
	return gsp_mmu_alloc_zeroed(chan->host.mmu, INSTANCE_SIZE, &chan->instance);
}

/*
 * The page tables go first: an engine that still has something to do then
 * faults instead of writing to memory that belongs to somebody else. What the
 * firmware keeps is not given to anybody: framebuffer is lost until the GPU is
 * bound again, shared memory stays the device's until it may do no more DMA.
 */
static void free_memory(struct gsp_channel *chan, bool kept)
{
	struct device *dev = chan->host.dev;

	gsp_vmm_destroy(chan->vmm, kept);
	if (kept)
		return;
	if (chan->instance)
		gsp_mmu_free(chan->host.mmu, chan->instance, INSTANCE_SIZE);
	if (chan->method_buf)
		dmam_free_coherent(dev, chan->method_buf_size, chan->method_buf,
				   chan->method_buf_dma);
	if (chan->mem)
		dmam_free_coherent(dev, chan->mem_size, chan->mem, chan->mem_dma);
}

/* ---- what GSP-RM knows ---- */

static int set_directory(struct gsp_channel *chan)
{
	const struct gsp_rm_client *client = chan->host.client;
	const struct gsp_page_directory dir = {
		.vaspace = handle(chan, HANDLE_VASPACE),
		.addr = gsp_vmm_root(chan->vmm),
		.nr_entries = chan->host.mmu->fmt->levels[0].nr,
		.aperture = GSP_APERTURE_FB,
	};

	return gsp_rm_ctrl(client->link, client->client, client->device,
			   GSP_CTRL_SET_PAGE_DIRECTORY, &dir, NULL);
}

static int new_vaspace(struct gsp_channel *chan)
{
	const struct gsp_rm_client *client = chan->host.client;
	int ret;

	ret = gsp_rm_new(client->link, client->client, client->device,
			 handle(chan, HANDLE_VASPACE), GSP_CLASS_VASPACE, NULL, NULL);
	if (ret)
		return ret;
	chan->rm = GSP_CHANNEL_RM_VASPACE;
	ret = set_directory(chan);
	if (!ret)
		chan->rm = GSP_CHANNEL_RM_DIRECTORY;
	return ret;
}

static int new_channel(struct gsp_channel *chan)
{
	const struct gsp_rm_client *client = chan->host.client;
	const struct gsp_channel_params params = {
		.chid = chan->host.chid,
		.engine = chan->host.engine->type,
		.vaspace = handle(chan, HANDLE_VASPACE),
		.gpfifo_va = chan->mem_va + RING_OFFSET,
		.gpfifo_entries = RING_ENTRIES,
		.instance = { chan->instance, INSTANCE_SIZE, GSP_APERTURE_FB },
		.userd = { chan->mem_dma + USERD_OFFSET, USERD_SIZE, GSP_APERTURE_SYS },
		.method_buf = { chan->method_buf_dma, chan->method_buf_size, GSP_APERTURE_SYS },
	};
	int ret;

	ret = gsp_rm_new_as(client->link, client->client, client->device,
			    handle(chan, HANDLE_CHANNEL), GSP_CLASS_CHANNEL,
			    chan->host.channel_class, &params, NULL);
	if (!ret)
		chan->rm = GSP_CHANNEL_RM_CHANNEL;
	return ret;
}

/* From here on the doorbell is heard. */
static int start_channel(struct gsp_channel *chan)
{
	const struct gsp_rm_client *client = chan->host.client;
	const u32 object = handle(chan, HANDLE_CHANNEL);
	const u32 engine = chan->host.engine->type;
	const bool run = true;
	int ret;

	ret = gsp_rm_ctrl(client->link, client->client, object, GSP_CTRL_CHANNEL_BIND, &engine,
			  NULL);
	if (ret)
		return ret;
	ret = gsp_rm_ctrl(client->link, client->client, object, GSP_CTRL_CHANNEL_SCHEDULE, &run,
			  NULL);
	if (ret)
		return ret;
	return gsp_rm_new_as(client->link, client->client, object, handle(chan, HANDLE_COPY),
			     GSP_CLASS_COPY, chan->host.copy_class, &engine, NULL);
}

static int create_objects(struct gsp_channel *chan)
{
	int ret;

	ret = new_vaspace(chan);
	if (!ret)
		ret = new_channel(chan);
	if (!ret)
		ret = start_channel(chan);
	return ret;
}

/*
 * Of a channel to GSP-RM that has died the reason has been told; when a call that
 * got no answer is in the way of these, the error is that one's.
 */
static void report_kept(const struct gsp_channel *chan, int err)
{
	if (gsp_rpc_state(chan->host.client->link->rpc) != GSP_RPC_DEAD)
		dev_printk(err == -EBUSY ? KERN_WARNING : KERN_ERR, chan->host.dev,
			   "channel %u of %s is not freed, its memory is lost: %pe\n",
			   chan->host.chid, chan->host.engine->name, ERR_PTR(err));
}

/* Returns whether GSP-RM has let go of the channel's memory. */
static bool destroy_objects(struct gsp_channel *chan)
{
	const struct gsp_rm_client *client = chan->host.client;
	const u32 vaspace = handle(chan, HANDLE_VASPACE);
	int ret = 0, err;

	/* The copy engine's object goes with the channel. */
	if (chan->rm >= GSP_CHANNEL_RM_CHANNEL)
		ret = gsp_rm_free(client->link, client->client, handle(chan, HANDLE_CHANNEL));
	if (chan->rm >= GSP_CHANNEL_RM_DIRECTORY) {
		err = gsp_rm_ctrl(client->link, client->client, client->device,
				  GSP_CTRL_UNSET_PAGE_DIRECTORY, &vaspace, NULL);
		ret = ret ?: err;
	}
	if (chan->rm >= GSP_CHANNEL_RM_VASPACE) {
		err = gsp_rm_free(client->link, client->client, vaspace);
		ret = ret ?: err;
	}
	if (ret)
		report_kept(chan, ret);
	return !ret;
}

/* ---- errors ---- */

static void on_rc(void *ctx, const void *payload, size_t len)
{
	struct gsp_channel *chan = ctx;
	struct gsp_rc rc;

	if (chan->host.client->link->abi->rc(payload, len, &rc))
		return;
	if (rc.gfid || rc.chid != chan->host.chid ||
	    (rc.engine && rc.engine != chan->host.engine->type))
		return;
	dev_err(chan->host.dev, "channel %u of %s: error %u, fault type %u at %#llx\n", rc.chid,
		chan->host.engine->name, rc.type, rc.fault_type, rc.fault_addr);
	WRITE_ONCE(chan->faulted, true);
}

static void watch(struct gsp_channel *chan)
{
	chan->rc = (struct gsp_event_sub) {
		.event = GSP_EVENT_RC_TRIGGERED,
		.handler = on_rc,
		.ctx = chan,
	};
	gsp_event_subscribe(chan->host.events, &chan->rc);
	chan->subscribed = true;
}

/**
 * gsp_channel_create - create a channel and let it run
 * @host: what to make it with
 * @data_size: bytes of memory for push buffers and semaphores
 * @out: set to the channel
 *
 * Context: process context, may sleep up to the deadlines of a handful of
 * calls; not from an event handler.
 * Return: 0; -ENOMEM; the errors of gsp_vmm_create() and gsp_vmm_map_sys(); as
 * gsp_rm_ctrl(). After an error nothing is left.
 */
int gsp_channel_create(const struct gsp_chan_host *host, size_t data_size,
		       struct gsp_channel **out)
{
	struct gsp_channel *chan = kzalloc_obj(*chan);
	int ret;

	if (!chan)
		return -ENOMEM;
	chan->host = *host;
	spin_lock_init(&chan->lock);

	ret = alloc_memory(chan, data_size);
	if (!ret) {
		watch(chan);
		ret = create_objects(chan);
	}
	if (ret) {
		gsp_channel_destroy(chan);
		return ret;
	}
	*out = chan;
	return 0;
}

/**
 * gsp_channel_destroy - destroy a channel, whatever state it is in
 * @chan: channel, which nobody uses any more
 *
 * Says so if GSP-RM does not let go of it, and gives none of its memory back then.
 *
 * Context: process context, may sleep up to the deadlines of three calls; not
 * from an event handler.
 * Return: whether GSP-RM has let go of it, so that its number is free.
 */
bool gsp_channel_destroy(struct gsp_channel *chan)
{
	bool released = destroy_objects(chan);

	if (chan->subscribed)
		gsp_event_unsubscribe(chan->host.events, &chan->rc);
	free_memory(chan, !released);
	kfree(chan);
	return released;
}

static __le32 *userd(const struct gsp_channel *chan, unsigned int offset)
{
	return chan->mem + USERD_OFFSET + offset;
}

static u32 doorbell(const struct gsp_channel *chan)
{
	return chan->host.doorbell |
	       FIELD_PREP(GSP_USERMODE_DOORBELL_CHID, chan->host.chid) |
	       FIELD_PREP(GSP_USERMODE_DOORBELL_RUNLIST, chan->host.engine->runlist);
}

/**
 * gsp_channel_submit - let the engine execute a push buffer
 * @chan: channel
 * @va: where it lies in the channel's address space; stays there untouched
 *	until the engine is done
 * @nr: its words
 *
 * Context: any.
 * Return: 0; -EBUSY if the ring is full; as gsp_channel_alive().
 */
int gsp_channel_submit(struct gsp_channel *chan, u64 va, unsigned int nr)
{
	__le64 *ring = chan->mem + RING_OFFSET;
	u32 next;
	int ret;

	ret = gsp_channel_alive(chan);
	if (ret)
		return ret;

	guard(spinlock_irqsave)(&chan->lock);
	next = (chan->put + 1) % RING_ENTRIES;
	if (next == le32_to_cpu(READ_ONCE(*userd(chan, USERD_GP_GET))))
		return -EBUSY;
	ring[chan->put] = cpu_to_le64(gsp_gpfifo_entry(va, nr));
	/* Entry and push buffer are there before host is told of them. */
	dma_wmb();
	WRITE_ONCE(*userd(chan, USERD_GP_PUT), cpu_to_le32(next));
	chan->put = next;
	gsp_wr32(chan->host.mmio, GSP_USERMODE_DOORBELL, doorbell(chan));
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_channel_submit);

/**
 * gsp_chan_host_alive - can any channel do what it is told?
 * @host: what it is made with
 *
 * Context: any.
 * Return: 0; -EIO if GSP-RM is dead; -ENODEV if the GPU is gone.
 */
int gsp_chan_host_alive(const struct gsp_chan_host *host)
{
	struct gsp_rpc *rpc = host->client->link->rpc;

	if (gsp_mmio_gone(host->mmio))
		return -ENODEV;
	if (gsp_rpc_state(rpc) == GSP_RPC_RUNNING)
		return 0;
	return gsp_rpc_death(rpc) == GSP_RPC_DEATH_GONE ? -ENODEV : -EIO;
}

/**
 * gsp_channel_alive - can the channel still do what it is told?
 * @chan: channel
 *
 * Context: any.
 * Return: 0; -EIO if it has faulted or GSP-RM is dead; -ENODEV if the GPU is
 * gone.
 */
int gsp_channel_alive(const struct gsp_channel *chan)
{
	return gsp_chan_host_alive(&chan->host) ?: READ_ONCE(chan->faulted) ? -EIO : 0;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_channel_alive);

/**
 * gsp_channel_wait - wait for a word that the engine will write
 * @chan: channel
 * @word: in the channel's memory, zero when the work was submitted
 * @want: what the engine writes there, not zero
 * @timeout_ms: longest time to wait
 *
 * Sleeps between two looks, longer and longer. Looks once more when the time
 * is up, so that a caller that slept too long does not accuse the engine.
 *
 * Context: process context, sleeps.
 * Return: 0; -ETIMEDOUT; -EIO if the word is neither zero nor @want; as
 * gsp_channel_alive(), at once.
 */
int gsp_channel_wait(const struct gsp_channel *chan, const __le32 *word, u32 want,
		     unsigned int timeout_ms)
{
	ktime_t end = ktime_add_ms(ktime_get(), timeout_ms);
	unsigned long us = NAP_MIN_US;
	bool last = false;
	u32 found;
	int ret;

	for (;; us = min(2 * us, NAP_MAX_US)) {
		found = le32_to_cpu(READ_ONCE(*word));
		if (found == want)
			return 0;
		if (found)
			return -EIO;
		if (last)
			return -ETIMEDOUT;
		/* If GSP-RM dies, nobody tells of a channel that faults. */
		gsp_rpc_look(chan->host.client->link->rpc);
		ret = gsp_channel_alive(chan);
		if (ret)
			return ret;
		usleep_range(us, 2 * us);
		last = ktime_after(ktime_get(), end);
	}
}
EXPORT_SYMBOL_IF_KUNIT(gsp_channel_wait);
