/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What vGPUs need of the GPU: its allocators, its firmware, its copy engine.
 *
 * The rest of the room goes through these functions, so that it can be run
 * against a GPU of plain memory.
 */
#ifndef _GSP_SRIOV_HOST_H
#define _GSP_SRIOV_HOST_H

#include <linux/types.h>

#include "abi/abi.h"
#include "event/event.h"
#include "mmu/bar1.h"

struct gsp_chids;
struct gsp_fb;
struct gsp_fb_stats;
struct gsp_link;
struct gsp_mmio;
struct gsp_scrubber;
struct gsp_vgpu_types;
struct pci_dev;

/**
 * struct gsp_vgpu_timeouts - how long the steps of a vGPU's life may take, in ms
 * @up: from the bootload until the plugin runs
 * @message: a message to the plugin
 * @unload: from the shutdown until the plugin has ended
 * @scrub: clearing what the vGPU has
 */
struct gsp_vgpu_timeouts {
	unsigned int up;
	unsigned int message;
	unsigned int unload;
	unsigned int scrub;
};

/**
 * struct gsp_vgpu_host_ops - the GPU as its vGPUs see it
 * @fb_alloc: as gsp_fb_alloc_segments()
 * @fb_free: as gsp_fb_free_segments()
 * @heap_alloc: as gsp_fb_alloc(), of pages
 * @heap_free: as gsp_fb_free()
 * @chid_alloc: as gsp_chid_alloc()
 * @chid_free: as gsp_chid_free()
 * @fb_quarantine: as gsp_fb_quarantine(), also of what @heap_alloc gave
 * @chid_quarantine: as gsp_chid_quarantine()
 * @fb_stats: as gsp_fb_stats()
 * @chid_room: how many ids could be had
 * @map: as gsp_bar1_map()
 * @unmap: as gsp_bar1_unmap()
 * @scrub: as gsp_scrub_run()
 * @ctrl: a control that is answered by success or failure, as gsp_rm_ctrl()
 * @ring: tell a plugin that a message waits
 * @dead: 0 while the firmware can be talked to; -EIO; -ENODEV
 * @flush: return when all events that have arrived are handled
 *
 * All may sleep.
 */
struct gsp_vgpu_host_ops {
	int (*fb_alloc)(void *ctx, unsigned int nr, struct gsp_fb_range *ranges,
			unsigned int max_ranges, unsigned int *nr_ranges);
	void (*fb_free)(void *ctx, const struct gsp_fb_range *ranges, unsigned int nr);
	int (*heap_alloc)(void *ctx, u64 size, u64 *addr);
	void (*heap_free)(void *ctx, u64 addr, u64 size);
	int (*chid_alloc)(void *ctx, unsigned int nr, u32 *first);
	void (*chid_free)(void *ctx, u32 first, unsigned int nr);
	void (*fb_quarantine)(void *ctx, const struct gsp_fb_range *ranges, unsigned int nr);
	void (*chid_quarantine)(void *ctx, u32 first, unsigned int nr);
	void (*fb_stats)(void *ctx, struct gsp_fb_stats *stats);
	unsigned int (*chid_room)(void *ctx);
	int (*map)(void *ctx, const struct gsp_fb_range *range, struct gsp_bar1_map *map);
	void (*unmap)(void *ctx, struct gsp_bar1_map *map);
	int (*scrub)(void *ctx, const struct gsp_fb_range *ranges, unsigned int nr,
		     unsigned int timeout_ms);
	int (*ctrl)(void *ctx, enum gsp_ctrl ctrl, const void *in);
	void (*ring)(void *ctx, u32 gfid);
	int (*dead)(void *ctx);
	void (*flush)(void *ctx);
};

/**
 * struct gsp_vgpu_host - the GPU, and what of it is constant
 * @ops: functions
 * @ctx: their first argument
 * @abi: firmware release; has both vgpu and plugin
 * @engines: engines that a vGPU has channels on
 * @timeouts: how long things may take
 * @fb_size: framebuffer in bytes, used or not
 * @segment: bytes of a VMMU segment
 * @nr_chids: channel ids of the GPU, used or not
 * @any_nr_channels: a vGPU may have any number of channels
 * @trap_tlb_page: guests must not reach the page with the TLB registers
 * @fb_bar: PCI resource index of a VF's framebuffer aperture
 * @ecc: ECC is on
 */
struct gsp_vgpu_host {
	const struct gsp_vgpu_host_ops *ops;
	void *ctx;
	const struct gsp_abi *abi;
	const struct gsp_engine_list *engines;
	const struct gsp_vgpu_timeouts *timeouts;
	u64 fb_size;
	u64 segment;
	u32 nr_chids;
	bool any_nr_channels;
	bool trap_tlb_page;
	int fb_bar;
	bool ecc;
};

/**
 * struct gsp_sriov_gpu - the parts of a GPU that vGPUs are made of
 * @pdev: PF
 * @mmio: its registers
 * @link: channel to GSP-RM
 * @config: the enumerated GPU
 * @client: handle of the core's client
 * @subdevice: handle of its subdevice
 * @events: events from GSP-RM
 * @engines: engines
 * @fb: framebuffer
 * @chids: channel ids
 * @bar1: framebuffer aperture of the PF
 * @scrub: what clears framebuffer
 * @types: catalogue
 *
 * All of it outlives the VFs.
 */
struct gsp_sriov_gpu {
	struct pci_dev *pdev;
	const struct gsp_mmio *mmio;
	const struct gsp_link *link;
	const struct gsp_config *config;
	u32 client;
	u32 subdevice;
	struct gsp_event_queue *events;
	const struct gsp_engine_list *engines;
	struct gsp_fb *fb;
	struct gsp_chids *chids;
	struct gsp_bar1 *bar1;
	struct gsp_scrubber *scrub;
	const struct gsp_vgpu_types *types;
};

int gsp_vgpu_host_init(struct gsp_vgpu_host *host, const struct gsp_sriov_gpu *gpu);

#endif
