/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One channel of the driver's own: an address space, a ring of GPFIFO entries,
 * and memory that both the CPU and the engine see.
 *
 * Where the memory of a channel lies:
 *
 *  - USERD, the GPFIFO ring, push buffers and semaphores are coherent system
 *    memory. The CPU writes and polls them without crossing the bus, and
 *    GSP-RM takes USERD from either side (NV_MEMORY_DESC_PARAMS).
 *  - The buffer for methods of a faulted engine is system memory, as everyone
 *    has it.
 *  - The instance block lies in framebuffer: GSP-RM writes it itself and every
 *    known driver gives it framebuffer; that it takes system memory is shown
 *    by no source.
 */
#ifndef _GSP_CHAN_CHANNEL_H
#define _GSP_CHAN_CHANNEL_H

#include <linux/spinlock.h>
#include <linux/types.h>

#include "event/event.h"

struct device;
struct gsp_config;
struct gsp_engine;
struct gsp_mmio;
struct gsp_mmu;
struct gsp_rm_client;
struct gsp_vmm;

/**
 * struct gsp_chan_host - what a channel is made with
 * @dev: device, for memory and messages
 * @mmio: registers
 * @mmu: GMMU
 * @doorbell: bits of the doorbell beside channel and runlist
 * @channel_class: RM class of the chip's channels
 * @copy_class: RM class of its copy engines
 * @client: RM client that will own the channel
 * @config: the enumerated GPU
 * @events: where GSP-RM tells of errors
 * @engine: copy engine that it is for
 * @chid: its number on the engine's runlist, reserved by the caller
 *
 * All of it must outlive the channel.
 */
struct gsp_chan_host {
	struct device *dev;
	const struct gsp_mmio *mmio;
	struct gsp_mmu *mmu;
	u32 doorbell;
	u16 channel_class;
	u16 copy_class;
	const struct gsp_rm_client *client;
	const struct gsp_config *config;
	struct gsp_event_queue *events;
	const struct gsp_engine *engine;
	u32 chid;
};

/* How much of a channel GSP-RM knows. */
enum gsp_channel_rm {
	GSP_CHANNEL_RM_NONE,
	GSP_CHANNEL_RM_VASPACE,
	GSP_CHANNEL_RM_DIRECTORY,
	GSP_CHANNEL_RM_CHANNEL,
};

/**
 * struct gsp_channel - one channel
 * @host: what it was made with
 * @vmm: its address space
 * @mem: memory shared with the GPU: USERD, GPFIFO ring, then the user's part
 * @mem_dma: its DMA address
 * @mem_size: its size
 * @mem_va: its virtual address in @vmm
 * @data: the user's part, zeroed at first
 * @data_va: its virtual address in @vmm
 * @data_size: its size
 * @method_buf: methods of the engine after a fault
 * @method_buf_dma: its DMA address
 * @method_buf_size: its size
 * @instance: instance block, framebuffer address; 0 if there is none
 * @rm: what GSP-RM knows of it
 * @rc: subscription to what GSP-RM tells of faulted channels
 * @subscribed: @rc is in place
 * @faulted: GSP-RM tore it down; set by the event worker
 * @lock: protects @put and the ring
 * @put: next entry of the ring
 *
 * Constant after creation, but for @faulted, @put and what @mem holds.
 */
struct gsp_channel {
	struct gsp_chan_host host;
	struct gsp_vmm *vmm;
	void *mem;
	dma_addr_t mem_dma;
	size_t mem_size;
	u64 mem_va;
	void *data;
	u64 data_va;
	size_t data_size;
	void *method_buf;
	dma_addr_t method_buf_dma;
	u32 method_buf_size;
	u64 instance;
	enum gsp_channel_rm rm;
	struct gsp_event_sub rc;
	bool subscribed;
	bool faulted;
	spinlock_t lock;	/* nests inside everything */
	u32 put;
};

int gsp_chan_host_alive(const struct gsp_chan_host *host);
int gsp_channel_create(const struct gsp_chan_host *host, size_t data_size,
		       struct gsp_channel **out);
bool gsp_channel_destroy(struct gsp_channel *chan);
int gsp_channel_submit(struct gsp_channel *chan, u64 va, unsigned int nr);
int gsp_channel_alive(const struct gsp_channel *chan);
int gsp_channel_wait(const struct gsp_channel *chan, const __le32 *word, u32 want,
		     unsigned int timeout_ms);

#endif
