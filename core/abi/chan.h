/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Engines, address spaces and channels.
 */
#ifndef _GSP_ABI_CHAN_H
#define _GSP_ABI_CHAN_H

#include <linux/types.h>

#define GSP_ENGINES_MAX		84
#define GSP_ENGINE_NAME_LEN	16

/**
 * struct gsp_fb_range - a stretch of framebuffer
 * @addr: first byte
 * @size: bytes
 */
struct gsp_fb_range {
	u64 addr;
	u64 size;
};

/**
 * enum gsp_aperture - where memory lies
 * @GSP_APERTURE_FB: in the framebuffer
 * @GSP_APERTURE_SYS: in system memory, snooped
 * @GSP_APERTURE_SYS_NCOH: in system memory, not snooped
 */
enum gsp_aperture {
	GSP_APERTURE_FB,
	GSP_APERTURE_SYS,
	GSP_APERTURE_SYS_NCOH,
};

/**
 * struct gsp_engine - an engine that channels can be made for
 * @type: engine type as clients of RM know it (NV2080_ENGINE_TYPE)
 * @runlist: the runlist that feeds it
 * @runlist_base: registers of that runlist, bytes from the start of BAR0
 * @chram_base: channel registers of that runlist, likewise
 * @instance: which of the engines of its kind
 * @copy: a copy engine
 * @grce: a copy engine that shares its runlist with graphics
 * @name: terminated, for messages
 */
struct gsp_engine {
	u32 type;
	u32 runlist;
	u32 runlist_base;
	u32 chram_base;
	u32 instance;
	bool copy;
	bool grce;
	char name[GSP_ENGINE_NAME_LEN + 1];
};

/**
 * struct gsp_engine_list - all of them
 * @nr: valid entries of @e
 * @e: engines, each type once
 * @next: where the firmware's table goes on
 * @more: it does
 */
struct gsp_engine_list {
	unsigned int nr;
	struct gsp_engine e[GSP_ENGINES_MAX];
	u32 next;
	bool more;
};

/**
 * struct gsp_page_directory - page tables for an address space
 * @vaspace: handle of the address space
 * @addr: root page directory
 * @nr_entries: entries of the root
 * @aperture: where it lies
 */
struct gsp_page_directory {
	u32 vaspace;
	u64 addr;
	u32 nr_entries;
	enum gsp_aperture aperture;
};

/**
 * struct gsp_chan_mem - memory that a channel is made of
 * @addr: in the framebuffer, or a DMA address
 * @size: bytes
 * @aperture: which of them
 */
struct gsp_chan_mem {
	u64 addr;
	u64 size;
	enum gsp_aperture aperture;
};

/**
 * struct gsp_channel_params - a channel to be created
 * @chid: its number, reserved by the caller; the release's way to ask for a
 *	number is by the slot of its USERD
 * @engine: engine type
 * @vaspace: handle of its address space
 * @runqueue: runqueue of the engine
 * @privileged: may use physical addresses
 * @gpfifo_va: ring of GPFIFO entries in the address space
 * @gpfifo_entries: its length, a power of two
 * @instance: instance block; the RAMFC is its beginning
 * @userd: USERD
 * @method_buf: where methods of a faulted copy engine are kept
 */
struct gsp_channel_params {
	u32 chid;
	u32 engine;
	u32 vaspace;
	u32 runqueue;
	bool privileged;
	u64 gpfifo_va;
	u32 gpfifo_entries;
	struct gsp_chan_mem instance;
	struct gsp_chan_mem userd;
	struct gsp_chan_mem method_buf;
};

#endif
