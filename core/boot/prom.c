// SPDX-License-Identifier: GPL-2.0-only
/*
 * Copy the VBIOS out of PROM.  Each word costs a slow register read, so only
 * as much is read as the chain of images turns out to be long.
 */
#include "boot/internal.h"

#include <linux/align.h>
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/unaligned.h>

#include "chip/regs/prom.h"
#include "fw/vbios.h"
#include "mmio/mmio.h"

static_assert(GSP_VBIOS_MAX == GSP_PROM_SIZE);

/**
 * prom_read - read the VBIOS
 * @m: registers of the GPU
 * @rom: the bytes; the caller frees them with kvfree()
 * @len: their number
 *
 * Context: process context, may sleep.
 * Return: 0; -ENOMEM; -ENODEV after a message when the device is gone.
 */
int prom_read(const struct gsp_mmio *m, u8 **rom, size_t *len)
{
	size_t have = 0, want;
	u8 *buf;

	buf = kvmalloc(GSP_PROM_SIZE, GFP_KERNEL);
	if (!buf)
		return -ENOMEM;

	while ((want = gsp_vbios_want(buf, have)) > have) {
		want = min(ALIGN(want, sizeof(u32)), GSP_PROM_SIZE);
		if (have == want)
			break;
		for (; have < want; have += sizeof(u32))
			put_unaligned_le32(gsp_rd32(m, GSP_PROM_BASE + have), buf + have);
	}

	if (gsp_mmio_gone(m)) {
		dev_err(m->dev, "VBIOS: device is gone: PROM %#08x reads all ones\n",
			GSP_PROM_BASE);
		kvfree(buf);
		return -ENODEV;
	}
	*rom = buf;
	*len = have;
	return 0;
}
