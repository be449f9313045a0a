/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A GPU of plain memory for vGPUs: counts what they take, fails where it is
 * told to, and runs a plugin that answers as soon as it is rung.
 *
 * What vGPUs do is written down, a letter for each thing:
 *
 *	F f	take, give back framebuffer	S	clear it
 *	H h	take, give back a heap		M m	map, unmap shared memory
 *	C c	take, give back channel ids	B D X	bootload, shutdown, cleanup
 *	Q q	quarantine memory, channel ids	E	flush events
 *	1 2 3	messages to the plugin		+ -	bus mastering on, off
 */
#ifndef _GSP_TESTS_FAKE_VGPU_H
#define _GSP_TESTS_FAKE_VGPU_H

#include <linux/spinlock.h>
#include <linux/types.h>

#include "sriov/vf.h"

struct kunit;

#define FAKE_NR_VFS	4
#define FAKE_NR_SEGMENTS	32
#define FAKE_SEGMENT	SZ_256M
#define FAKE_HEAP	SZ_32M
#define FAKE_NR_CHIDS	256
#define FAKE_SHORT_MS	40

enum {
	FAKE_TYPE_1G = 11,	/* 4 segments, at most 4 */
	FAKE_TYPE_1G_TOO,	/* of the same size */
	FAKE_TYPE_2G,		/* 8 segments, at most 2 */
	FAKE_TYPE_4G,		/* more than there is, at most 4 */
	FAKE_TYPE_NO_ECC,	/* 1 GiB, not with ECC */
};

/* What the plugin does when it should come up, or gets a message. */
enum fake_answer {
	FAKE_OK,
	FAKE_OK_UNTOLD,		/* no event about it */
	FAKE_OK_UNSEEN,		/* nothing but an event about it */
	FAKE_REFUSES,
	FAKE_SILENT,
	FAKE_CRASHES,
};

/**
 * struct fake_vgpu - the GPU
 * @test: test
 * @s: VFs that the tests are about
 * @vfs: their records
 * @timeouts: short ones
 * @lock: protects what follows
 * @trace: what was done
 * @nr_trace: how much
 * @fail: letter of the thing that fails
 * @fail_at: which one of its kind, from 1
 * @err: what it fails with
 * @seen: how many of @fail there were
 * @segments: that are taken
 * @heaps: that are taken
 * @chids: that are taken
 * @quarantined: segments and heaps that are lost
 * @mem: shared memory by heap
 * @up: how the plugin comes up
 * @message: what the plugin does with messages @nasty
 * @nasty: letter of a message that is not just answered
 * @silent_gfid: this plugin never comes up
 * @no_unload: plugins do not say that they ended
 * @dead: errno once the firmware is dead
 */
struct fake_vgpu {
	struct kunit *test;
	struct gsp_sriov s;
	struct gsp_vf *vfs;
	struct gsp_vgpu_timeouts timeouts;
	spinlock_t lock;
	char trace[256];
	unsigned int nr_trace;
	char fail;
	unsigned int fail_at;
	int err;
	unsigned int seen;
	unsigned long segments;
	unsigned long heaps;
	unsigned long chids;
	unsigned int quarantined;
	void *mem[FAKE_NR_VFS];
	enum fake_answer up;
	enum fake_answer message;
	char nasty;
	u32 silent_gfid;
	bool no_unload;
	int dead;
};

int fake_vgpu_init(struct fake_vgpu *fake, struct kunit *test);
void fake_vgpu_exit(struct fake_vgpu *fake);
const char *fake_vgpu_trace(struct fake_vgpu *fake);

#endif
