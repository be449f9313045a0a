// SPDX-License-Identifier: GPL-2.0-only
/*
 * Text of the nvidia/ directory: bytes that users' tools take apart.
 */
#include "sysfs/sysfs.h"

#include <kunit/visibility.h>
#include <linux/export.h>
#include <linux/kstrtox.h>
#include <linux/mm.h>
#include <linux/sprintf.h>
#include <linux/string.h>
#include <linux/sysfs.h>

/* A number of 10 digits, a name of GSP_VGPU_NAME_LEN. */
#define ROW_MAX	64

/**
 * gsp_sysfs_emit_type - add a row to the table of creatable types
 * @page: page that sysfs gave to a show function
 * @at: bytes that are in it
 * @id: number of the type; 0 for the header
 * @name: its name
 *
 * A row that does not fit is left out as a whole: readers take a torn one for
 * another type.
 *
 * Context: any.
 * Return: bytes added.
 */
int gsp_sysfs_emit_type(char *page, int at, u32 id, const char *name)
{
	char row[ROW_MAX];
	int n;

	n = id ? scnprintf(row, sizeof(row), "%-5u : %s\n", id, name) :
		 scnprintf(row, sizeof(row), "%-5s : %s\n", "ID", "vGPU Name");
	if (n >= PAGE_SIZE - at)
		return 0;
	return sysfs_emit_at(page, at, "%s", row);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_sysfs_emit_type);

/**
 * gsp_sysfs_parse_type - read what was written to current_vgpu_type
 * @text: terminated text
 * @id: gets the number; 0 to clear
 *
 * Context: any.
 * Return: 0; -EINVAL if it is no decimal number of 32 bits, a newline after
 * it aside.
 */
int gsp_sysfs_parse_type(const char *text, u32 *id)
{
	return kstrtou32(text, 10, id) ? -EINVAL : 0;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_sysfs_parse_type);
