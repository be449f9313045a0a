// SPDX-License-Identifier: GPL-2.0-only
#include "mmu/pramin.h"

#include <asm/byteorder.h>
#include <kunit/visibility.h>
#include <linux/align.h>
#include <linux/bitfield.h>
#include <linux/cleanup.h>
#include <linux/errno.h>
#include <linux/export.h>

#include "chip/regs/pramin.h"
#include "mmio/mmio.h"

/* Moving the window costs a write; a table that is filled in turn stays in it. */
static u32 window(struct gsp_pramin *p, u64 addr)
{
	u64 base = ALIGN_DOWN(addr, GSP_PRAMIN_SIZE);

	if (p->base != base) {
		gsp_wr32(p->mmio, p->window,
			 FIELD_PREP(GSP_PRAMIN_WINDOW_BASE, base >> GSP_PRAMIN_WINDOW_SHIFT));
		p->base = base;
	}
	return GSP_PRAMIN + (addr - base);
}

static bool range_ok(u64 addr, size_t len)
{
	const u64 end = (u64)GSP_PRAMIN_WINDOW_BASE << GSP_PRAMIN_WINDOW_SHIFT;

	return IS_ALIGNED(addr | len, sizeof(u32)) && addr < end && len <= end - addr;
}

/* A read drains the writes before it, and tells a GPU that is gone. */
static int flush(struct gsp_pramin *p, u64 addr)
{
	gsp_rd32(p->mmio, window(p, addr));
	return gsp_mmio_gone(p->mmio) ? -ENODEV : 0;
}

/**
 * gsp_pramin_init - set the window up
 * @p: to fill in
 * @mmio: registers of the GPU
 * @window: offset of the register that moves it
 *
 * Context: process context.
 */
void gsp_pramin_init(struct gsp_pramin *p, const struct gsp_mmio *mmio, u32 window)
{
	p->mmio = mmio;
	p->window = window;
	p->base = U64_MAX;
	mutex_init(&p->lock);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_pramin_init);

/**
 * gsp_pramin_fini - the window is used no more
 * @p: window
 *
 * Context: process context.
 */
void gsp_pramin_fini(struct gsp_pramin *p)
{
	mutex_destroy(&p->lock);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_pramin_fini);

/**
 * gsp_pramin_read - read framebuffer
 * @p: window
 * @addr: framebuffer address, a multiple of 4
 * @buf: where to; in the GPU's byte order
 * @len: bytes, a multiple of 4
 *
 * Context: process context, may sleep.
 * Return: 0; -EINVAL; -ENODEV if the GPU is gone.
 */
int gsp_pramin_read(struct gsp_pramin *p, u64 addr, void *buf, size_t len)
{
	__le32 *to = buf;
	size_t i;

	if (!range_ok(addr, len))
		return -EINVAL;

	guard(mutex)(&p->lock);
	for (i = 0; i < len / sizeof(*to); i++)
		to[i] = cpu_to_le32(gsp_rd32(p->mmio, window(p, addr + i * sizeof(*to))));
	return gsp_mmio_gone(p->mmio) ? -ENODEV : 0;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_pramin_read);

/**
 * gsp_pramin_write - write framebuffer
 * @p: window
 * @addr: framebuffer address, a multiple of 4
 * @buf: what to write, in the GPU's byte order
 * @len: bytes, a multiple of 4
 *
 * The framebuffer holds the data when the call returns.
 *
 * Context: process context, may sleep.
 * Return: 0; -EINVAL; -ENODEV if the GPU is gone.
 */
int gsp_pramin_write(struct gsp_pramin *p, u64 addr, const void *buf, size_t len)
{
	const __le32 *from = buf;
	size_t i;

	if (!range_ok(addr, len))
		return -EINVAL;

	guard(mutex)(&p->lock);
	for (i = 0; i < len / sizeof(*from); i++)
		gsp_wr32(p->mmio, window(p, addr + i * sizeof(*from)), le32_to_cpu(from[i]));
	return flush(p, addr);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_pramin_write);

/**
 * gsp_pramin_fill - fill framebuffer with one word
 * @p: window
 * @addr: framebuffer address, a multiple of 4
 * @val: word
 * @len: bytes, a multiple of 4
 *
 * Context: process context, may sleep.
 * Return: as gsp_pramin_write().
 */
int gsp_pramin_fill(struct gsp_pramin *p, u64 addr, u32 val, size_t len)
{
	size_t off;

	if (!range_ok(addr, len))
		return -EINVAL;

	guard(mutex)(&p->lock);
	for (off = 0; off < len; off += sizeof(val))
		gsp_wr32(p->mmio, window(p, addr + off), val);
	return flush(p, addr);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_pramin_fill);
