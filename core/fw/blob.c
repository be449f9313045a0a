// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bounds-checked access to untrusted bytes.
 *
 * Offsets and lengths come out of files as 32 or 64 bit values. They stay u64
 * until gsp_fw_range_ok() has compared them with a limit, in a way that cannot
 * overflow, and only then become part of a pointer.
 */
#include "fw/blob.h"

#include <kunit/visibility.h>
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/unaligned.h>

/**
 * gsp_fw_reject() - note why input is refused
 * @err: where to note it; the first reason stays
 * @ret: errno to return
 * @what: the field or rule that is broken, a string constant
 * @want: expected value, limit or offset
 * @got: value found
 *
 * Context: any.
 * Return: @ret.
 */
int gsp_fw_reject(struct gsp_fw_err *err, int ret, const char *what, u64 want, u64 got)
{
	if (!err->what) {
		err->what = what;
		err->want = want;
		err->got = got;
	}
	return ret;
}

/**
 * gsp_fw_report() - log the reason that gsp_fw_reject() noted
 * @dev: device to log for
 * @name: path under the firmware search path, or "VBIOS"
 * @err: the reason; may be empty when the failure was none of the input's fault
 * @ret: errno that is about to be returned
 *
 * Context: any.
 */
void gsp_fw_report(struct device *dev, const char *name, const struct gsp_fw_err *err, int ret)
{
	if (!err->what)
		dev_err(dev, "%s: cannot be loaded: %pe\n", name, ERR_PTR(ret));
	else if (err->want_str)
		dev_err(dev, "%s: %s: expected \"%s\", found \"%s\": %pe\n", name, err->what,
			err->want_str, err->got_str, ERR_PTR(ret));
	else
		dev_err(dev, "%s: %s: expected %#llx, found %#llx: %pe\n", name, err->what,
			err->want, err->got, ERR_PTR(ret));
}

/**
 * gsp_fw_range_ok() - is a range inside of something?
 * @off: start of the range
 * @len: its length, may be 0
 * @limit: length of what it must be inside of
 *
 * Context: any.
 * Return: true when all of [@off, @off + @len) is below @limit.
 */
bool gsp_fw_range_ok(u64 off, u64 len, u64 limit)
{
	return off <= limit && len <= limit - off;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_fw_range_ok);

/**
 * gsp_fw_need() - take bytes out of a view
 * @b: the view
 * @off: offset of the bytes
 * @len: how many
 * @what: their name, for the message when they are not all there
 *
 * A refusal notes where the bytes would end and where the view does.
 *
 * Context: any.
 * Return: pointer to @len readable bytes, unaligned; NULL when the view ends before.
 */
const void *gsp_fw_need(struct gsp_fw_blob *b, u64 off, u64 len, const char *what)
{
	if (gsp_fw_range_ok(off, len, b->len))
		return b->data + off;
	gsp_fw_reject(&b->err, -ENODATA, what, off + len < off ? U64_MAX : off + len, b->len);
	return NULL;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_fw_need);

/**
 * gsp_fw_words() - read little-endian 32-bit words out of a view
 * @b: the view
 * @off: offset of the first, any alignment
 * @words: filled with @nr words
 * @nr: how many
 * @what: their name, for the message when they are not all there
 *
 * Context: any.
 * Return: 0, -ENODATA when the view ends before.
 */
int gsp_fw_words(struct gsp_fw_blob *b, u64 off, u32 *words, unsigned int nr, const char *what)
{
	const u8 *p = gsp_fw_need(b, off, (u64)nr * sizeof(u32), what);
	unsigned int i;

	if (!p)
		return -ENODATA;
	for (i = 0; i < nr; i++)
		words[i] = get_unaligned_le32(p + i * sizeof(u32));
	return 0;
}
