// SPDX-License-Identifier: GPL-2.0-only
#include "chip/chip.h"

#include <kunit/visibility.h>
#include <linux/array_size.h>
#include <linux/bitfield.h>
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/export.h>

#include "chip/regs/pmc.h"
#include "mmio/mmio.h"

static const struct gsp_chip *const families[] = {
	gsp_chips_ad10x, gsp_chips_tu10x, gsp_chips_ga100, gsp_chips_ga10x,
	gsp_chips_gh100, gsp_chips_gb10x, gsp_chips_gb20x,
};

/**
 * gsp_chip_at - the chip table by index
 * @idx: index, from 0
 *
 * Context: any.
 * Return: the record, NULL past the end.
 */
const struct gsp_chip *gsp_chip_at(unsigned int idx)
{
	const struct gsp_chip *chip;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(families); i++)
		for (chip = families[i]; chip->id; chip++)
			if (!idx--)
				return chip;
	return NULL;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_chip_at);

/**
 * gsp_chip_find - find the record of a chip
 * @boot0: value of BOOT_0
 * @boot42: value of BOOT_42
 *
 * BOOT_42 names the chip.  BOOT_0 holds the same id on every chip that we
 * know, so a value that contradicts it is no chip that we know.
 *
 * Context: any.
 * Return: the record, NULL when the chip is unknown.
 */
const struct gsp_chip *gsp_chip_find(u32 boot0, u32 boot42)
{
	u32 id = FIELD_GET(GSP_PMC_BOOT_42_CHIP, boot42);
	const struct gsp_chip *chip;
	unsigned int idx;

	if (FIELD_GET(GSP_PMC_BOOT_0_CHIP, boot0) != id)
		return NULL;
	for (idx = 0; (chip = gsp_chip_at(idx)); idx++)
		if (chip->id == id)
			return chip;
	return NULL;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_chip_find);

/**
 * gsp_chip_identify - ask the GPU what it is
 * @m: its registers
 * @chip: its record
 *
 * Context: any.
 * Return: 0, or -ENODEV when the device is gone or the chip unknown, after a
 * message with both boot registers.
 */
int gsp_chip_identify(const struct gsp_mmio *m, const struct gsp_chip **chip)
{
	u32 boot0 = gsp_rd32(m, GSP_PMC_BOOT_0);
	u32 boot42 = gsp_rd32(m, GSP_PMC_BOOT_42);

	*chip = gsp_chip_find(boot0, boot42);
	if (*chip)
		return 0;
	dev_err(m->dev, "identify: no chip known with BOOT_0 %#010x, BOOT_42 %#010x%s\n",
		boot0, boot42, boot0 == GSP_READ_GONE ? " (device is gone)" : "");
	return -ENODEV;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_chip_identify);
