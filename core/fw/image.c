// SPDX-License-Identifier: GPL-2.0-only
/*
 * GSP-RM in memory.
 *
 * The file is 60 MiB and more, and nearly all of it is one section that the
 * GPU fetches as it is. That section is read from the file straight into the
 * memory which is then mapped for the GPU, so at the peak there is the image
 * once, plus 8 bytes for each of its pages in the tables, plus a scatter list.
 *
 * The firmware loader reads ranges of plain files only. For a compressed file
 * it fails with -ENOENT; then the file is loaded whole, which decompresses it
 * to memory of the loader's, and copied out of there: the image twice, until
 * the loader's memory is given back at the end of gsp_fw_image_load().
 *
 * What stays: all of &struct gsp_fw_image, until GSP-RM has told that it is
 * up. From then on the GPU runs its own copy in the framebuffer, nothing here
 * is read again, and the owner may free it. A second boot reads the file
 * again, which is cheaper than to pin 60 MiB per GPU for ever.
 */
#include "fw/image.h"

#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/errno.h>
#include <linux/firmware.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "fw/elf.h"
#include "fw/file.h"
#include "fw/radix3.h"

static_assert(sizeof_field(struct gsp_fw_image, version) == GSP_ELF_VERSION_MAX);
static_assert(sizeof_field(struct gsp_fw_image, build_id) == GSP_ELF_BUILD_ID_MAX);

/* A file by way of the firmware loader: in ranges, or all of it when it must be so. */
struct file_source {
	struct gsp_elf_source src;
	struct device *dev;
	const char *path;
	const struct firmware *whole;	/* NULL: ranges */
};

static int read_whole(const struct firmware *fw, u64 off, void *buf, size_t len)
{
	if (!gsp_fw_range_ok(off, len, fw->size))
		return -ENODATA;
	memcpy(buf, fw->data + off, len);
	return 0;
}

/* Behind the end of a file that is there, the loader finds nothing: -ENOENT. */
static int read_range(struct file_source *f, u64 off, void *buf, size_t len)
{
	const struct firmware *fw;
	size_t got;
	int ret;

	if (!gsp_fw_range_ok(off, len, LONG_MAX))
		return -ENODATA;
	ret = request_partial_firmware_into_buf(&fw, f->path, f->dev, buf, len, off);
	if (ret)
		return ret == -ENOENT ? -ENODATA : ret;
	got = fw->size;
	release_firmware(fw);
	return got == len ? 0 : -ENODATA;
}

static int file_read(struct gsp_elf_source *src, u64 off, void *buf, size_t len)
{
	struct file_source *f = container_of(src, struct file_source, src);

	return f->whole ? read_whole(f->whole, off, buf, len) : read_range(f, off, buf, len);
}

/* The loader does not tell the size of a file that it reads in ranges: bisect. */
static u64 file_size(struct gsp_elf_source *src, u64 limit)
{
	struct file_source *f = container_of(src, struct file_source, src);
	u64 lo = 0, hi = min_t(u64, limit, U32_MAX);
	u8 byte;

	if (f->whole)
		return f->whole->size;
	while (lo < hi) {
		u64 mid = lo + (hi - lo) / 2;

		if (read_range(f, mid, &byte, 1))
			hi = mid;
		else
			lo = mid + 1;
	}
	return lo;
}

/* Decides how the file can be read. */
static int file_open(struct file_source *f)
{
	const struct firmware *fw;
	u8 byte;
	int ret;

	ret = request_partial_firmware_into_buf(&fw, f->path, f->dev, &byte, sizeof(byte), 0);
	if (!ret) {
		release_firmware(fw);
		return 0;
	}
	dev_dbg(f->dev, "%s: cannot be read in ranges (%pe), loading all of it\n", f->path,
		ERR_PTR(ret));
	return gsp_fw_file_get(f->dev, f->path, &f->whole);
}

static void file_close(struct file_source *f)
{
	release_firmware(f->whole);
}

static int read_image(struct gsp_fw_image *img, struct gsp_elf_source *src,
		      const struct gsp_elf *elf, struct gsp_fw_err *err)
{
	int ret = gsp_fw_pages_alloc(img->dev, elf->image.size, &img->image);

	if (!ret)
		ret = gsp_elf_read(src, &elf->image, img->image.va, err);
	if (!ret)
		ret = gsp_fw_pages_map(img->dev, &img->image);
	return ret;
}

static int read_signature(struct gsp_fw_image *img, struct gsp_elf_source *src,
			  const struct gsp_elf *elf, struct gsp_fw_err *err)
{
	int ret = gsp_fw_dma_alloc(img->dev, elf->signature.size, &img->signature);

	return ret ?: gsp_elf_read(src, &elf->signature, img->signature.va, err);
}

static int build_tables(struct gsp_fw_image *img)
{
	struct gsp_fw_pages *t = &img->tables;
	int ret = gsp_fw_pages_alloc(img->dev, gsp_radix3_size(img->image.size), t);

	if (!ret)
		ret = gsp_fw_pages_map(img->dev, t);
	if (!ret)
		ret = gsp_radix3_fill(t->va, &t->sgt, img->image.size, &img->image.sgt,
				      &img->radix3);
	if (!ret)
		dma_sync_sgtable_for_device(img->dev, &t->sgt, DMA_TO_DEVICE);
	return ret;
}

static int load_parts(struct gsp_fw_image *img, struct file_source *f,
		      const struct gsp_elf_want *want)
{
	struct gsp_fw_err err = {};
	struct gsp_elf elf;
	int ret;

	ret = gsp_elf_scan(&f->src, want, &err, &elf);
	if (!ret)
		ret = read_image(img, &f->src, &elf, &err);
	if (!ret)
		ret = read_signature(img, &f->src, &elf, &err);
	if (!ret)
		ret = build_tables(img);
	if (ret) {
		gsp_fw_report(img->dev, f->path, &err, ret);
		return ret;
	}
	memcpy(img->version, elf.version, sizeof(img->version));
	memcpy(img->build_id, elf.build_id, sizeof(img->build_id));
	img->build_id_len = elf.build_id_len;
	return 0;
}

static int load_file(struct gsp_fw_image *img, const char *path, const struct gsp_elf_want *want)
{
	struct file_source f = {
		.src = { .read = file_read, .size = file_size },
		.dev = img->dev,
		.path = path,
	};
	int ret;

	ret = file_open(&f);
	if (ret)
		return ret;
	ret = load_parts(img, &f, want);
	file_close(&f);
	return ret;
}

/**
 * gsp_fw_image_load() - load GSP-RM and map it for the device
 * @dev: device that fetches it, its DMA mask set; a failure is logged
 * @fw_dir: chip folder
 * @release: firmware release, which the file must be of
 * @sig_section: signature section of the chip's family
 * @whole_pages: the family's image has no other length
 * @out: set on success
 *
 * Context: process, may sleep, reads some 60 MiB.
 * Return: 0; -ENOENT when there is no such file or it lacks a section;
 * -ENODATA when the file is truncated; -ENOEXEC when it is no GSP-RM file;
 * -E2BIG when a section is bigger than any GSP could take; -EINVAL when its
 * sections are inconsistent or it is of another release; -ENOMEM,
 * -ENAMETOOLONG; errno of the firmware loader or of the DMA mapping.
 */
int gsp_fw_image_load(struct device *dev, const char *fw_dir, const char *release,
		      const char *sig_section, bool whole_pages, struct gsp_fw_image **out)
{
	const struct gsp_elf_want want = {
		.release = release,
		.sig_section = sig_section,
		.whole_pages = whole_pages,
	};
	struct gsp_fw_image *img = kzalloc_obj(*img);
	char path[GSP_FW_PATH_MAX];
	int ret;

	if (!img)
		return -ENOMEM;
	img->dev = dev;
	ret = gsp_fw_path(path, fw_dir, "gsp", release);
	if (!ret)
		ret = load_file(img, path, &want);
	if (ret) {
		gsp_fw_image_free(img);
		return ret;
	}
	*out = img;
	return 0;
}

/**
 * gsp_fw_image_free() - unmap and free GSP-RM
 * @img: the image, or NULL; the GPU must have fetched it or be unable to
 *
 * Context: process, may sleep.
 */
void gsp_fw_image_free(struct gsp_fw_image *img)
{
	if (!img)
		return;
	gsp_fw_dma_free(img->dev, &img->signature);
	gsp_fw_pages_free(img->dev, &img->tables);
	gsp_fw_pages_free(img->dev, &img->image);
	kfree(img);
}
