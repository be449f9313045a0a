// SPDX-License-Identifier: GPL-2.0-only
/*
 * The copy engine of class C7B5.
 *
 * Source: src/common/sdk/nvidia/inc/class/clc7b5.h of
 * NVIDIA/open-gpu-kernel-modules, tag 570.144.
 */
#include "chan/copy.h"

#include <kunit/visibility.h>
#include <linux/align.h>
#include <linux/export.h>
#include <linux/minmax.h>
#include <linux/wordpart.h>

#include "chan/push.h"

/* Where everybody has the copy engine; on a runlist of its own it must be here. */
#define SUBCHANNEL			4

#define SET_SEMAPHORE_A			0x0240	/* upper, lower, payload */
#define OFFSET_OUT_UPPER		0x0408	/* upper, lower */
#define LINE_LENGTH_IN			0x0418
#define SET_REMAP_CONST_B		0x0704

#define SET_REMAP_COMPONENTS		0x0708
#define   REMAP_DST_X			GENMASK(2, 0)
#define     REMAP_CONST_B		5
#define   REMAP_COMPONENT_SIZE		GENMASK(17, 16)	/* bytes less one */

#define LAUNCH_DMA			0x0300
#define   LAUNCH_TRANSFER		GENMASK(1, 0)
#define     LAUNCH_TRANSFER_NONE	0
#define     LAUNCH_TRANSFER_NON_PIPELINED 2
#define   LAUNCH_FLUSH			BIT(2)
#define   LAUNCH_SEMAPHORE		GENMASK(4, 3)
#define     LAUNCH_SEMAPHORE_ONE_WORD	1
#define   LAUNCH_SRC_PITCH		BIT(7)
#define   LAUNCH_DST_PITCH		BIT(8)
#define   LAUNCH_REMAP			BIT(10)
/* What is written must lie there in plain when another function reads it. */
#define   LAUNCH_DISABLE_PLC		BIT(26)

#define UPPER				GENMASK(16, 0)

#define CONST_WORDS			3
#define LAUNCH_WORDS			7

/**
 * gsp_copy_bind - let the subchannel's methods go to the copy engine
 * @p: push buffer, with room for GSP_COPY_BIND_WORDS
 * @class: class of the engine
 *
 * Once per channel, before anything else.
 *
 * Context: any.
 */
void gsp_copy_bind(struct gsp_push *p, u32 class)
{
	gsp_push_method(p, SUBCHANNEL, GSP_SET_OBJECT, class);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_copy_bind);

/* A constant instead of a source; a line is then counted in components. */
static void set_zero(struct gsp_push *p, unsigned int component)
{
	gsp_push_method(p, SUBCHANNEL, SET_REMAP_CONST_B, 0,
			FIELD_PREP(REMAP_DST_X, REMAP_CONST_B) |
			FIELD_PREP(REMAP_COMPONENT_SIZE, component - 1));
}

static void clear_line(struct gsp_push *p, u64 va, u32 components)
{
	gsp_push_method(p, SUBCHANNEL, OFFSET_OUT_UPPER,
			FIELD_PREP(UPPER, upper_32_bits(va)), lower_32_bits(va));
	gsp_push_method(p, SUBCHANNEL, LINE_LENGTH_IN, components);
	gsp_push_method(p, SUBCHANNEL, LAUNCH_DMA,
			FIELD_PREP(LAUNCH_TRANSFER, LAUNCH_TRANSFER_NON_PIPELINED) |
			LAUNCH_SRC_PITCH | LAUNCH_DST_PITCH | LAUNCH_REMAP |
			LAUNCH_DISABLE_PLC);
}

static u64 clear_by(struct gsp_push *p, unsigned int keep, u64 va, u64 size,
		    unsigned int component)
{
	u64 done = 0;
	u32 line;

	if (gsp_push_room(p) < keep + CONST_WORDS + LAUNCH_WORDS)
		return 0;
	set_zero(p, component);
	while (done < size && gsp_push_room(p) >= keep + LAUNCH_WORDS) {
		line = min_t(u64, size - done, GSP_COPY_LINE_MAX);
		clear_line(p, va + done, line / component);
		done += line;
	}
	return done;
}

/**
 * gsp_copy_clear - write zeros
 * @p: push buffer
 * @keep: words of @p to leave free
 * @va: virtual address
 * @size: bytes
 *
 * Writes words where @va allows, and single bytes for what remains.
 *
 * Context: any.
 * Return: bytes that are cleared by what was appended, less than @size if @p
 * is full; at least one if it had room for GSP_COPY_CLEAR_WORDS.
 */
u64 gsp_copy_clear(struct gsp_push *p, unsigned int keep, u64 va, u64 size)
{
	const u64 words = IS_ALIGNED(va, sizeof(u32)) ? ALIGN_DOWN(size, sizeof(u32)) : 0;
	u64 done = 0;

	if (words)
		done = clear_by(p, keep, va, words, sizeof(u32));
	if (done == words && done < size)
		done += clear_by(p, keep, va + done, size - done, 1);
	return done;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_copy_clear);

/**
 * gsp_copy_release - write a word when everything before is done
 * @p: push buffer, with room for GSP_COPY_RELEASE_WORDS
 * @va: virtual address, a multiple of 4
 * @payload: word
 *
 * What the engine wrote before is visible to everybody before the word is.
 *
 * Context: any.
 */
void gsp_copy_release(struct gsp_push *p, u64 va, u32 payload)
{
	gsp_push_method(p, SUBCHANNEL, SET_SEMAPHORE_A,
			FIELD_PREP(UPPER, upper_32_bits(va)), lower_32_bits(va), payload);
	gsp_push_method(p, SUBCHANNEL, LAUNCH_DMA,
			FIELD_PREP(LAUNCH_TRANSFER, LAUNCH_TRANSFER_NONE) | LAUNCH_FLUSH |
			FIELD_PREP(LAUNCH_SEMAPHORE, LAUNCH_SEMAPHORE_ONE_WORD) |
			LAUNCH_DISABLE_PLC);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_copy_release);
