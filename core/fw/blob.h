/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Bounds-checked view of untrusted bytes, and the one way in which a parser
 * of this room says why it refused them.
 *
 * A parser is silent: it notes the reason in the view and returns an errno.
 * The function that knows the device and the file name logs it, once.
 */
#ifndef GSP_FW_BLOB_H
#define GSP_FW_BLOB_H

#include <linux/types.h>

struct device;

/**
 * struct gsp_fw_err - why input was refused
 * @what: the field or rule, NULL while nothing was refused
 * @want: expected value, limit or offset
 * @got: value found
 * @want_str: expected text; when set, @want and @got are not used
 * @got_str: text found, cut to fit, printable
 */
struct gsp_fw_err {
	const char *what;
	u64 want;
	u64 got;
	const char *want_str;
	char got_str[32];
};

/**
 * struct gsp_fw_blob - a view of @len bytes at @data, read through checks only
 * @data: the bytes; borrowed, must stay while the view or any pointer taken
 *	  from it is used
 * @len: number of bytes
 * @err: first refusal, see gsp_fw_reject()
 */
struct gsp_fw_blob {
	const u8 *data;
	size_t len;
	struct gsp_fw_err err;
};

int gsp_fw_reject(struct gsp_fw_err *err, int ret, const char *what, u64 want, u64 got);
void gsp_fw_report(struct device *dev, const char *name, const struct gsp_fw_err *err, int ret);

bool gsp_fw_range_ok(u64 off, u64 len, u64 limit);
const void *gsp_fw_need(struct gsp_fw_blob *b, u64 off, u64 len, const char *what);
int gsp_fw_words(struct gsp_fw_blob *b, u64 off, u32 *words, unsigned int nr, const char *what);

#endif
