// SPDX-License-Identifier: GPL-2.0-only
/*
 * The file of the FMC: an ELF32 that holds nothing but sections, the code and
 * what the FSP verifies it with. Each may carry its CRC-32 in sh_info.
 *
 * Whether the code is the right one is for the FSP to say; that the file is whole
 * and of the chip's kind is said here.
 */
#include "fw/fmc.h"

#include <kunit/visibility.h>
#include <linux/array_size.h>
#include <linux/crc32.h>
#include <linux/elf.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/firmware.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/unaligned.h>
#include "fw/bin.h"
#include "fw/file.h"

#define FMC_SECTIONS_MAX	16

/* The file as far as it is understood. */
struct fmc_scan {
	struct gsp_fw_blob *file;
	const struct elf32_hdr *hdr;
	const struct elf32_shdr *table;
	const char *names;
	u32 names_size;
};

static int check_ident(struct fmc_scan *s)
{
	const u8 *ident = s->hdr->e_ident;
	struct gsp_fw_err *err = &s->file->err;

	if (memcmp(ident, ELFMAG, SELFMAG))
		return gsp_fw_reject(err, -ENOEXEC, "magic", get_unaligned_be32(ELFMAG),
				     get_unaligned_be32(ident));
	if (ident[EI_CLASS] != ELFCLASS32)
		return gsp_fw_reject(err, -ENOEXEC, "ELF class", ELFCLASS32, ident[EI_CLASS]);
	if (ident[EI_DATA] != ELFDATA2LSB)
		return gsp_fw_reject(err, -ENOEXEC, "ELF byte order", ELFDATA2LSB, ident[EI_DATA]);
	if (ident[EI_VERSION] != EV_CURRENT)
		return gsp_fw_reject(err, -ENOEXEC, "ELF version", EV_CURRENT, ident[EI_VERSION]);
	return 0;
}

static int read_header(struct fmc_scan *s)
{
	struct gsp_fw_err *err = &s->file->err;
	int ret;

	s->hdr = gsp_fw_need(s->file, 0, sizeof(*s->hdr), "file size");
	if (!s->hdr)
		return -ENODATA;
	ret = check_ident(s);
	if (ret)
		return ret;
	if (s->hdr->e_shentsize != sizeof(*s->table))
		return gsp_fw_reject(err, -ENOEXEC, "section header size", sizeof(*s->table),
				     s->hdr->e_shentsize);
	if (!s->hdr->e_shnum || s->hdr->e_shnum > FMC_SECTIONS_MAX)
		return gsp_fw_reject(err, -EINVAL, "largest section count", FMC_SECTIONS_MAX,
				     s->hdr->e_shnum);
	if (s->hdr->e_shstrndx >= s->hdr->e_shnum)
		return gsp_fw_reject(err, -EINVAL, "largest index of the name section",
				     s->hdr->e_shnum - 1, s->hdr->e_shstrndx);
	if (s->hdr->e_shoff % sizeof(u32))
		return gsp_fw_reject(err, -EINVAL, "alignment of the section table", sizeof(u32),
				     s->hdr->e_shoff);
	s->table = gsp_fw_need(s->file, s->hdr->e_shoff,
			       s->hdr->e_shnum * sizeof(*s->table), "file size");
	return s->table ? 0 : -ENODATA;
}

static int read_names(struct fmc_scan *s)
{
	const struct elf32_shdr *sh = &s->table[s->hdr->e_shstrndx];

	if (sh->sh_type != SHT_STRTAB || !sh->sh_size)
		return gsp_fw_reject(&s->file->err, -EINVAL, "type of the name section",
				     SHT_STRTAB, sh->sh_type);
	s->names = gsp_fw_need(s->file, sh->sh_offset, sh->sh_size, "file size");
	if (!s->names)
		return -ENODATA;
	s->names_size = sh->sh_size;
	if (s->names[s->names_size - 1])
		return gsp_fw_reject(&s->file->err, -EINVAL, "end of the section names", 0,
				     (u8)s->names[s->names_size - 1]);
	return 0;
}

/* The one section of that name. */
static int find_section(struct fmc_scan *s, const char *name, const struct elf32_shdr **out)
{
	struct gsp_fw_err *err = &s->file->err;
	unsigned int i;

	*out = NULL;
	for (i = 0; i < s->hdr->e_shnum; i++) {
		if (s->table[i].sh_name >= s->names_size)
			return gsp_fw_reject(err, -EINVAL, "largest offset of a name",
					     s->names_size - 1, s->table[i].sh_name);
		if (strcmp(s->names + s->table[i].sh_name, name))
			continue;
		if (*out)
			return gsp_fw_reject(err, -EINVAL, "sections of one name", 1, 2);
		*out = &s->table[i];
	}
	if (*out)
		return 0;
	err->want_str = name;
	return gsp_fw_reject(err, -ENOENT, "section", 0, 0);
}

/* The section @name, of which there are @min to @max bytes, whole and undamaged. */
static int read_part(struct fmc_scan *s, const char *name, u32 min, u32 max,
		     struct gsp_fw_fmc_part *part)
{
	struct gsp_fw_err *err = &s->file->err;
	const struct elf32_shdr *sh;
	const u8 *data;
	u32 crc;
	int ret;

	ret = find_section(s, name, &sh);
	if (ret)
		return ret;
	if (sh->sh_type != SHT_PROGBITS)
		return gsp_fw_reject(err, -EINVAL, "section type", SHT_PROGBITS, sh->sh_type);
	if (sh->sh_size < min)
		return gsp_fw_reject(err, -EINVAL, "least section size", min, sh->sh_size);
	if (sh->sh_size > max)
		return gsp_fw_reject(err, -E2BIG, "largest section size", max, sh->sh_size);
	data = gsp_fw_need(s->file, sh->sh_offset, sh->sh_size, "file size");
	if (!data)
		return -ENODATA;
	crc = ~crc32_le(~0, data, sh->sh_size);
	if (sh->sh_info && sh->sh_info != crc)
		return gsp_fw_reject(err, -EINVAL, "CRC-32 of a section", sh->sh_info, crc);
	*part = (struct gsp_fw_fmc_part){ .off = sh->sh_offset, .size = sh->sh_size };
	return 0;
}

/**
 * gsp_fw_fmc_parse() - find the sections of an FMC's file
 * @file: the whole file, which begins at a multiple of 4 bytes
 * @want: what the chip's file must hold
 * @desc: filled; every range in it is checked
 *
 * Context: any.
 * Return: 0, -ENODATA when the file is truncated, -ENOEXEC when it is no such
 * ELF file, -ENOENT when a section is missing, -E2BIG when one is too big,
 * -EINVAL when one is too small or damaged, or when the headers are
 * inconsistent. The reason is noted in @file.
 */
int gsp_fw_fmc_parse(struct gsp_fw_blob *file, const struct gsp_fw_fmc_want *want,
		     struct gsp_fw_fmc_desc *desc)
{
	struct fmc_scan s = { .file = file };
	int ret;

	memset(desc, 0, sizeof(*desc));
	if (want->publickey_size > GSP_FW_FMC_KEY_MAX || want->signature_size > GSP_FW_FMC_KEY_MAX)
		return -EINVAL;
	ret = read_header(&s);
	if (!ret)
		ret = read_names(&s);
	if (!ret)
		ret = read_part(&s, "hash", GSP_FW_FMC_HASH_SIZE, GSP_FW_FMC_HASH_SIZE,
				&desc->hash);
	if (!ret)
		ret = read_part(&s, "publickey", want->publickey_size, want->publickey_size,
				&desc->publickey);
	if (!ret)
		ret = read_part(&s, "signature", want->signature_size, want->signature_size,
				&desc->signature);
	return ret ?: read_part(&s, "image", 1, GSP_FW_BIN_PAYLOAD_MAX, &desc->image);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_fw_fmc_parse);

/* Takes over what is needed of the file, so that it can be let go. */
static int keep_file(struct gsp_fw_fmc *fmc, const u8 *file)
{
	const struct gsp_fw_fmc_desc *d = &fmc->desc;
	int ret;

	ret = gsp_fw_dma_alloc(fmc->dev, d->image.size, &fmc->image);
	if (ret)
		return ret;
	memcpy(fmc->image.va, file + d->image.off, d->image.size);
	memcpy(fmc->hash, file + d->hash.off, d->hash.size);
	memcpy(fmc->publickey, file + d->publickey.off, d->publickey.size);
	memcpy(fmc->signature, file + d->signature.off, d->signature.size);
	return 0;
}

static int load_file(struct gsp_fw_fmc *fmc, const char *path, const struct gsp_fw_fmc_want *want)
{
	struct gsp_fw_blob blob = {};
	const struct firmware *fw;
	int ret;

	ret = gsp_fw_file_get(fmc->dev, path, &fw);
	if (ret)
		return ret;
	blob.data = fw->data;
	blob.len = fw->size;
	ret = gsp_fw_fmc_parse(&blob, want, &fmc->desc);
	if (!ret)
		ret = keep_file(fmc, fw->data);
	release_firmware(fw);
	if (ret)
		gsp_fw_report(fmc->dev, path, &blob.err, ret);
	return ret;
}

/**
 * gsp_fw_fmc_load() - load the FMC
 * @dev: device that runs it; a failure is logged
 * @fw_dir: chip folder
 * @release: firmware release
 * @want: what the chip's file must hold
 * @out: set on success
 *
 * Context: process, may sleep.
 * Return: 0, -ENOENT when there is no such file, -ENOMEM, -ENAMETOOLONG, or as
 * gsp_fw_fmc_parse().
 */
int gsp_fw_fmc_load(struct device *dev, const char *fw_dir, const char *release,
		    const struct gsp_fw_fmc_want *want, struct gsp_fw_fmc **out)
{
	struct gsp_fw_fmc *fmc = kzalloc_obj(*fmc);
	char path[GSP_FW_PATH_MAX];
	int ret;

	if (!fmc)
		return -ENOMEM;
	fmc->dev = dev;
	ret = gsp_fw_path(path, fw_dir, "fmc", release);
	if (!ret)
		ret = load_file(fmc, path, want);
	if (ret) {
		gsp_fw_fmc_free(fmc);
		return ret;
	}
	*out = fmc;
	return 0;
}

/**
 * gsp_fw_fmc_free() - let the FMC go
 * @fmc: the FMC, or NULL; the FSP must have loaded it or be unable to
 *
 * Context: process.
 */
void gsp_fw_fmc_free(struct gsp_fw_fmc *fmc)
{
	if (!fmc)
		return;
	gsp_fw_dma_free(fmc->dev, &fmc->image);
	kfree(fmc);
}
