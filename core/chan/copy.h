/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Methods of the copy engine: pure encoders.
 */
#ifndef _GSP_CHAN_COPY_H
#define _GSP_CHAN_COPY_H

#include <linux/types.h>

struct gsp_push;

/* Words that each encoder needs at most. */
#define GSP_COPY_BIND_WORDS	2
#define GSP_COPY_RELEASE_WORDS	6
#define GSP_COPY_CLEAR_WORDS	10

/* A longer range takes several launches. */
#define GSP_COPY_LINE_MAX	0x80000000u

void gsp_copy_bind(struct gsp_push *p, u32 class);
u64 gsp_copy_clear(struct gsp_push *p, unsigned int keep, u64 va, u64 size);
void gsp_copy_release(struct gsp_push *p, u64 va, u32 payload);

#endif
