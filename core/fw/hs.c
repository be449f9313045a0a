// SPDX-License-Identifier: GPL-2.0-only
/*
 * Signed falcon images: booter_load, booter_unload, scrubber.
 *
 *   file:   outer header | signatures, value words, headers | image
 *   image:  non-secure code | secure code (application 0) | data
 *
 * The chosen signature goes to a place in the data. Three words of the inner
 * header (patch_loc, patch_sig, num_sig) are no values but say where in the
 * file the value stands.
 *
 * One image holds one signature. It is patched in memory which the device can
 * read already, so it has to be done before the falcon is told to load.
 */
#include "fw/hs.h"

#include <kunit/visibility.h>
#include <linux/align.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/firmware.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "fw/bin.h"
#include "fw/sig.h"

#define HS_SIGS_MAX	16
#define FALCON_BLOCK	256
#define UCODE_ID_MAX	16

/* Words of the inner header; the ones named _AT hold the file offset of a value. */
enum {
	HS_W_SIG, HS_W_SIG_SIZE, HS_W_PATCH_LOC_AT, HS_W_PATCH_SIG_AT, HS_W_META, HS_W_META_SIZE,
	HS_W_NUM_SIG_AT, HS_W_LOAD, HS_W_LOAD_SIZE, HS_WORDS
};

enum { META_W_FUSE_VERSION, META_W_ENGINE, META_W_UCODE, META_WORDS };

/* Words of the load header, with the first application's. */
enum {
	LOAD_W_CODE, LOAD_W_CODE_SIZE, LOAD_W_DATA, LOAD_W_DATA_SIZE, LOAD_W_APPS,
	LOAD_W_APP0, LOAD_W_APP0_SIZE, LOAD_W_APP0_DATA, LOAD_W_APP0_DATA_SIZE, LOAD_WORDS
};

#define LOAD_APP_SIZE	((LOAD_WORDS - LOAD_W_APP0) * sizeof(u32))

static int parse_meta(struct gsp_fw_blob *f, const u32 *hs, struct gsp_fw_hs_desc *d)
{
	u32 w[META_WORDS];
	int ret;

	if (hs[HS_W_META_SIZE] < sizeof(w))
		return gsp_fw_reject(&f->err, -EINVAL, "smallest metadata size", sizeof(w),
				     hs[HS_W_META_SIZE]);
	ret = gsp_fw_words(f, hs[HS_W_META], w, META_WORDS, "end of metadata");
	if (ret)
		return ret;
	if (!w[META_W_UCODE] || w[META_W_UCODE] > UCODE_ID_MAX)
		return gsp_fw_reject(&f->err, -EINVAL, "largest ucode id", UCODE_ID_MAX,
				     w[META_W_UCODE]);
	if (!w[META_W_ENGINE] || w[META_W_ENGINE] > U16_MAX)
		return gsp_fw_reject(&f->err, -EINVAL, "largest engine mask", U16_MAX,
				     w[META_W_ENGINE]);
	d->fuse_version = w[META_W_FUSE_VERSION];
	d->ucode.engine_id_mask = w[META_W_ENGINE];
	d->ucode.ucode_id = w[META_W_UCODE];
	return 0;
}

/* A part of the image that the falcon loads: whole blocks, inside of the image. */
static int check_part(struct gsp_fw_blob *f, const char *blocks, const char *end, u32 off,
		      u32 size, u32 limit)
{
	if (!size || !IS_ALIGNED(off | size, FALCON_BLOCK))
		return gsp_fw_reject(&f->err, -EINVAL, blocks, FALCON_BLOCK, size ? off | size : 0);
	if (!gsp_fw_range_ok(off, size, limit))
		return gsp_fw_reject(&f->err, -EINVAL, end, limit, (u64)off + size);
	return 0;
}

static int parse_load(struct gsp_fw_blob *f, const u32 *hs, struct gsp_fw_hs_desc *d)
{
	u32 w[LOAD_WORDS], room;
	int ret;

	if (hs[HS_W_LOAD_SIZE] < sizeof(w))
		return gsp_fw_reject(&f->err, -EINVAL, "smallest load header size", sizeof(w),
				     hs[HS_W_LOAD_SIZE]);
	ret = gsp_fw_words(f, hs[HS_W_LOAD], w, LOAD_WORDS, "end of load header");
	if (ret)
		return ret;
	room = 1 + (hs[HS_W_LOAD_SIZE] - sizeof(w)) / LOAD_APP_SIZE;
	if (!w[LOAD_W_APPS] || w[LOAD_W_APPS] > room)
		return gsp_fw_reject(&f->err, -EINVAL, "largest number of applications", room,
				     w[LOAD_W_APPS]);
	ret = check_part(f, "block multiple of data", "largest end of data", w[LOAD_W_DATA],
			 w[LOAD_W_DATA_SIZE], d->payload_size);
	if (ret)
		return ret;
	ret = check_part(f, "block multiple of code", "largest end of code", w[LOAD_W_APP0],
			 w[LOAD_W_APP0_SIZE], w[LOAD_W_DATA]);
	if (ret)
		return ret;
	ret = check_part(f, "block multiple of non-secure code", "largest end of non-secure code",
			 w[LOAD_W_CODE], w[LOAD_W_CODE_SIZE], w[LOAD_W_APP0]);
	if (ret)
		return ret;

	d->ucode.ns_src = w[LOAD_W_CODE];
	d->ucode.ns_size = w[LOAD_W_CODE_SIZE];
	d->ucode.imem_src = w[LOAD_W_APP0];
	d->ucode.imem_size = w[LOAD_W_APP0_SIZE];
	d->ucode.dmem_src = w[LOAD_W_DATA];
	d->ucode.dmem_size = w[LOAD_W_DATA_SIZE];
	return 0;
}

static int parse_sigs(struct gsp_fw_blob *f, const u32 *hs, struct gsp_fw_hs_desc *d)
{
	u32 skip;
	int ret;

	ret = gsp_fw_words(f, hs[HS_W_PATCH_LOC_AT], &d->patch_loc, 1, "end of patch location");
	if (!ret)
		ret = gsp_fw_words(f, hs[HS_W_PATCH_SIG_AT], &skip, 1, "end of signature skip");
	if (!ret)
		ret = gsp_fw_words(f, hs[HS_W_NUM_SIG_AT], &d->nr_sigs, 1, "end of signature nr");
	if (ret)
		return ret;

	if (!d->nr_sigs || d->nr_sigs > HS_SIGS_MAX)
		return gsp_fw_reject(&f->err, -EINVAL, "largest signature count", HS_SIGS_MAX,
				     d->nr_sigs);
	d->sig_size = hs[HS_W_SIG_SIZE] / d->nr_sigs;
	if (!d->sig_size || d->sig_size > GSP_FW_SIG_SIZE || hs[HS_W_SIG_SIZE] % d->nr_sigs)
		return gsp_fw_reject(&f->err, -EINVAL, "size of all signatures",
				     GSP_FW_SIG_SIZE * d->nr_sigs, hs[HS_W_SIG_SIZE]);
	if (!gsp_fw_need(f, (u64)hs[HS_W_SIG] + skip, hs[HS_W_SIG_SIZE], "end of signatures"))
		return -ENODATA;
	d->sigs = hs[HS_W_SIG] + skip;
	return 0;
}

/* The signature stands in the data, where the boot ROM looks for it. */
static int place_sig(struct gsp_fw_blob *f, struct gsp_fw_hs_desc *d)
{
	struct gsp_fw_ucode *u = &d->ucode;

	if (d->patch_loc < u->dmem_src ||
	    !gsp_fw_range_ok(d->patch_loc - u->dmem_src, d->sig_size, u->dmem_size))
		return gsp_fw_reject(&f->err, -EINVAL, "last place for a signature",
				     (u64)u->dmem_src + u->dmem_size - d->sig_size, d->patch_loc);
	u->pkc_offset = d->patch_loc - u->dmem_src;
	return 0;
}

/**
 * gsp_fw_hs_parse() - read the container of a signed falcon image
 * @file: the whole file
 * @desc: filled; every offset in it is checked
 *
 * Context: any.
 * Return: 0, -ENODATA when the file or a header is truncated, -ENOEXEC when it
 * is no such container, -E2BIG when the image is too big, -EINVAL when the
 * headers contradict each other or the image. The reason is noted in @file.
 */
int gsp_fw_hs_parse(struct gsp_fw_blob *file, struct gsp_fw_hs_desc *desc)
{
	struct gsp_fw_bin bin;
	u32 hs[HS_WORDS];
	int ret;

	memset(desc, 0, sizeof(*desc));
	ret = gsp_fw_bin_parse(file, &bin);
	if (!ret)
		ret = gsp_fw_words(file, bin.header, hs, HS_WORDS, "end of inner header");
	if (ret)
		return ret;
	desc->payload = bin.payload;
	desc->payload_size = bin.payload_size;

	ret = parse_meta(file, hs, desc);
	if (!ret)
		ret = parse_load(file, hs, desc);
	if (!ret)
		ret = parse_sigs(file, hs, desc);
	return ret ?: place_sig(file, desc);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_fw_hs_parse);

/* Takes over what is needed of the file, so that it can be let go. */
static int keep_file(struct gsp_fw_hs *hs, const u8 *file)
{
	const struct gsp_fw_hs_desc *d = &hs->desc;
	int ret;

	hs->sigs = kmemdup(file + d->sigs, (size_t)d->nr_sigs * d->sig_size, GFP_KERNEL);
	if (!hs->sigs)
		return -ENOMEM;
	ret = gsp_fw_dma_alloc(hs->dev, d->payload_size, &hs->payload);
	if (!ret)
		memcpy(hs->payload.va, file + d->payload, d->payload_size);
	return ret;
}

static int load_file(struct gsp_fw_hs *hs)
{
	struct gsp_fw_blob blob = {};
	const struct firmware *fw;
	int ret;

	ret = gsp_fw_file_get(hs->dev, hs->path, &fw);
	if (ret)
		return ret;
	blob.data = fw->data;
	blob.len = fw->size;
	ret = gsp_fw_hs_parse(&blob, &hs->desc);
	if (!ret)
		ret = keep_file(hs, fw->data);
	release_firmware(fw);
	if (ret)
		gsp_fw_report(hs->dev, hs->path, &blob.err, ret);
	return ret;
}

/**
 * gsp_fw_hs_load() - load a signed falcon image, not yet signed
 * @dev: device that runs it; a failure is logged
 * @fw_dir: chip folder
 * @name: "booter_load", "booter_unload" or "scrubber"
 * @release: firmware release
 * @out: set on success
 *
 * The file is not needed again: image and signatures are copied.
 *
 * Context: process, may sleep.
 * Return: 0, -ENOENT when there is no such file, -ENOMEM, -ENAMETOOLONG, or as
 * gsp_fw_hs_parse().
 */
int gsp_fw_hs_load(struct device *dev, const char *fw_dir, const char *name, const char *release,
		   struct gsp_fw_hs **out)
{
	struct gsp_fw_hs *hs = kzalloc_obj(*hs);
	int ret;

	if (!hs)
		return -ENOMEM;
	hs->dev = dev;
	ret = gsp_fw_path(hs->path, fw_dir, name, release);
	if (!ret)
		ret = load_file(hs);
	if (ret) {
		gsp_fw_hs_free(hs);
		return ret;
	}
	*out = hs;
	return 0;
}

/**
 * gsp_fw_hs_sign() - put in the signature that this GPU accepts
 * @hs: the image; its falcon must not be loading it now
 * @fuse_version: version burnt in the GPU for the image's engine and ucode id;
 *		  0 when none is
 *
 * Context: any; callers of one image take turns. A failure is logged.
 * Return: 0, -ENOKEY when the file has no signature for that version.
 */
int gsp_fw_hs_sign(struct gsp_fw_hs *hs, u32 fuse_version)
{
	const struct gsp_fw_hs_desc *d = &hs->desc;
	int idx = gsp_fw_sig_by_version(d->fuse_version, d->nr_sigs, fuse_version);

	if (idx < 0) {
		struct gsp_fw_err err = {};

		gsp_fw_reject(&err, idx, "newest fuse version with a signature", d->fuse_version,
			      fuse_version);
		gsp_fw_report(hs->dev, hs->path, &err, idx);
		return idx;
	}
	memcpy(hs->payload.va + d->patch_loc, hs->sigs + (size_t)idx * d->sig_size, d->sig_size);
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_fw_hs_sign);

/**
 * gsp_fw_hs_free() - let an image go
 * @hs: the image, or NULL; its falcon must have loaded what it will load
 *
 * Context: process.
 */
void gsp_fw_hs_free(struct gsp_fw_hs *hs)
{
	if (!hs)
		return;
	gsp_fw_dma_free(hs->dev, &hs->payload);
	kfree(hs->sigs);
	kfree(hs);
}
