// SPDX-License-Identifier: GPL-2.0-only
#include "abi/abi.h"

#include <kunit/visibility.h>
#include <linux/export.h>

/**
 * gsp_abi_default - the firmware release to boot
 *
 * Context: any.
 * Return: the newest release known; never NULL.
 */
const struct gsp_abi *gsp_abi_default(void)
{
	return &gsp_abi_r570;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_abi_default);

/**
 * gsp_abi_event - the event that a function number stands for
 * @abi: release
 * @fn: function number on the wire
 *
 * Context: any.
 * Return: the event, GSP_NR_EVENTS if the release has none of that number.
 */
enum gsp_event gsp_abi_event(const struct gsp_abi *abi, u32 fn)
{
	enum gsp_event ev;

	for (ev = 0; ev < GSP_NR_EVENTS; ev++)
		if (abi->events[ev].fn == fn)
			break;
	return ev;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_abi_event);
