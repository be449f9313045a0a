// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which of an image's signatures a GPU accepts.
 *
 * An image is signed once per version of its fuse. The fuse version of the GPU
 * is the number of the highest bit burnt, counted from 1; 0 when none is.
 */
#include "fw/sig.h"

#include <kunit/visibility.h>
#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/export.h>

/**
 * gsp_fw_sig_by_version() - choose among signatures sorted newest version first
 * @image_version: version that the first signature is for
 * @nr_sigs: number of signatures
 * @fuse_version: version burnt in the GPU
 *
 * A GPU with no version burnt takes the last signature.
 *
 * Context: any.
 * Return: index of the signature, -ENOKEY when none is for @fuse_version.
 */
int gsp_fw_sig_by_version(u32 image_version, u32 nr_sigs, u32 fuse_version)
{
	u32 idx;

	if (fuse_version > image_version)
		return -ENOKEY;
	idx = fuse_version ? image_version - fuse_version : nr_sigs - 1;
	return idx < nr_sigs ? (int)idx : -ENOKEY;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_fw_sig_by_version);

/**
 * gsp_fw_sig_by_mask() - choose among signatures sorted oldest version first
 * @versions: bit n: there is a signature for version n
 * @nr_sigs: number of signatures
 * @fuse_version: version burnt in the GPU
 *
 * Context: any.
 * Return: index of the signature, -ENOKEY when none is for @fuse_version.
 */
int gsp_fw_sig_by_mask(u16 versions, u32 nr_sigs, u32 fuse_version)
{
	u32 idx;

	if (fuse_version >= 16 || !(versions & BIT(fuse_version)))
		return -ENOKEY;
	idx = hweight16(versions & (BIT(fuse_version) - 1));
	return idx < nr_sigs ? (int)idx : -ENOKEY;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_fw_sig_by_mask);
