/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Push buffers: methods for host and for the engines, as words in memory.
 *
 * A method is a header and its data; each further word of data goes to the
 * next method. A push buffer is told to host by an entry of the channel's
 * GPFIFO ring. Formats are those of class C56F, which host has kept since
 * Fermi.
 *
 * Source: src/common/sdk/nvidia/inc/class/clc56f.h of
 * NVIDIA/open-gpu-kernel-modules, tag 570.144.
 */
#ifndef _GSP_CHAN_PUSH_H
#define _GSP_CHAN_PUSH_H

#include <asm/byteorder.h>
#include <linux/bitfield.h>
#include <linux/bits.h>
#include <linux/types.h>

/* Virtual addresses of push buffers end here. */
#define GSP_PUSH_VA_BITS	40

#define GSP_PUSH_OP		GENMASK(31, 29)
#define GSP_PUSH_OP_INC		1
#define GSP_PUSH_COUNT		GENMASK(28, 16)
#define GSP_PUSH_SUBCHANNEL	GENMASK(15, 13)
#define GSP_PUSH_METHOD		GENMASK(11, 0)

#define GSP_GPFIFO_GET		GENMASK_ULL(39, 2)
#define GSP_GPFIFO_LENGTH	GENMASK_ULL(62, 42)

/* Of every subchannel: which class its methods are for. */
#define GSP_SET_OBJECT		0x0000

/**
 * struct gsp_push - a push buffer that is being written
 * @words: memory
 * @room: words that fit
 * @nr: words written
 */
struct gsp_push {
	__le32 *words;
	unsigned int room;
	unsigned int nr;
};

static inline u32 gsp_push_header(unsigned int subch, u32 method, unsigned int nr)
{
	return FIELD_PREP(GSP_PUSH_OP, GSP_PUSH_OP_INC) | FIELD_PREP(GSP_PUSH_COUNT, nr) |
	       FIELD_PREP(GSP_PUSH_SUBCHANNEL, subch) | FIELD_PREP(GSP_PUSH_METHOD, method >> 2);
}

/**
 * gsp_push_room - how many words still fit
 * @p: push buffer
 *
 * Return: words.
 */
static inline unsigned int gsp_push_room(const struct gsp_push *p)
{
	return p->room - p->nr;
}

/**
 * gsp_push_data - append a method
 * @p: push buffer, with room for @nr words and one
 * @subch: subchannel
 * @method: first method, in bytes
 * @data: data of it and of those that follow
 * @nr: words of data
 */
static inline void gsp_push_data(struct gsp_push *p, unsigned int subch, u32 method,
				 const u32 *data, unsigned int nr)
{
	unsigned int i;

	p->words[p->nr++] = cpu_to_le32(gsp_push_header(subch, method, nr));
	for (i = 0; i < nr; i++)
		p->words[p->nr++] = cpu_to_le32(data[i]);
}

/* Append a method with the data that follow. */
#define gsp_push_method(p, subch, method, ...)						\
	gsp_push_data((p), (subch), (method), (const u32[]){ __VA_ARGS__ },		\
		      sizeof((const u32[]){ __VA_ARGS__ }) / sizeof(u32))

/**
 * gsp_gpfifo_entry - where a push buffer lies
 * @va: its virtual address, a multiple of 4 below 1 << GSP_PUSH_VA_BITS
 * @nr: its words
 *
 * Return: entry of a GPFIFO ring.
 */
static inline u64 gsp_gpfifo_entry(u64 va, unsigned int nr)
{
	return (va & GSP_GPFIFO_GET) | FIELD_PREP(GSP_GPFIFO_LENGTH, nr);
}

#endif
