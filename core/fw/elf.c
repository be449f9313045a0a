// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sections of the GSP-RM file.
 *
 * The file is an ELF64 whose sections carry the image, its version and one
 * signature per family of GPUs. It is never loaded whole: the headers and the
 * small sections are read one by one, and what is big is only located.
 *
 * Order of judgement: header, section table, names, each wanted section by
 * itself, the end of the file, all of them against each other, and then what is
 * inside of the small ones.
 */
#include "fw/elf.h"

#include <kunit/visibility.h>
#include <linux/align.h>
#include <linux/array_size.h>
#include <linux/cleanup.h>
#include <linux/elf.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/unaligned.h>
#include "fw/radix3.h"

#define ELF_SECTIONS_MAX	64
#define ELF_NAMES_MAX		4096
#define ELF_SIGNATURE_MIN	0x1000
#define ELF_SIGNATURE_MAX	0x10000
#define ELF_NOTE_MAX		256
#define ELF_NOTE_BUILD_ID	3

/* What of the file is used, and so may not overlap. */
enum part {
	PART_HEADER, PART_TABLE, PART_NAMES, PART_IMAGE, PART_VERSION, PART_SIG, PART_ID, PARTS
};

struct scan {
	struct gsp_elf_source *src;
	const struct gsp_elf_want *want;
	struct gsp_fw_err *err;
	struct elf64_hdr hdr;
	struct gsp_elf_range part[PARTS];	/* a size of 0 means that it is not there */
};

/**
 * gsp_elf_read() - read a range of the file
 * @src: the file
 * @range: the range
 * @buf: room for it
 * @err: where a refusal is noted
 *
 * Context: process, may sleep.
 * Return: 0, -ENODATA when the file is truncated, -EIO when it is not but cannot
 * be read, errno of @src.
 */
int gsp_elf_read(struct gsp_elf_source *src, const struct gsp_elf_range *range, void *buf,
		 struct gsp_fw_err *err)
{
	u64 end = range->off + range->size, size;
	int ret;

	if (end < range->off)
		return gsp_fw_reject(err, -EINVAL, "largest offset", U64_MAX - range->size,
				     range->off);
	ret = src->read(src, range->off, buf, range->size);
	if (ret != -ENODATA)
		return ret;

	/* The firmware loader's word for every failure is that it found nothing. */
	size = src->size(src, end);
	if (size >= end)
		return gsp_fw_reject(err, -EIO, "bytes read", range->size, 0);
	return gsp_fw_reject(err, -ENODATA, "file size", end, size);
}

static int read_header(struct scan *s)
{
	struct elf64_hdr *h = &s->hdr;
	int ret;

	s->part[PART_HEADER].size = sizeof(*h);
	ret = gsp_elf_read(s->src, &s->part[PART_HEADER], h, s->err);
	if (ret)
		return ret;
	if (memcmp(h->e_ident, ELFMAG, SELFMAG))
		return gsp_fw_reject(s->err, -ENOEXEC, "magic", get_unaligned_be32(ELFMAG),
				     get_unaligned_be32(h->e_ident));
	if (h->e_ident[EI_CLASS] != ELFCLASS64)
		return gsp_fw_reject(s->err, -ENOEXEC, "ELF class", ELFCLASS64,
				     h->e_ident[EI_CLASS]);
	if (h->e_ident[EI_DATA] != ELFDATA2LSB)
		return gsp_fw_reject(s->err, -ENOEXEC, "ELF byte order", ELFDATA2LSB,
				     h->e_ident[EI_DATA]);
	if (h->e_shentsize != sizeof(struct elf64_shdr))
		return gsp_fw_reject(s->err, -ENOEXEC, "section header size",
				     sizeof(struct elf64_shdr), h->e_shentsize);
	if (!h->e_shnum || h->e_shnum > ELF_SECTIONS_MAX)
		return gsp_fw_reject(s->err, -EINVAL, "largest section count", ELF_SECTIONS_MAX,
				     h->e_shnum);
	if (h->e_shstrndx >= h->e_shnum)
		return gsp_fw_reject(s->err, -EINVAL, "largest index of the name section",
				     h->e_shnum - 1, h->e_shstrndx);
	return 0;
}

static int read_table(struct scan *s, struct elf64_shdr *table)
{
	s->part[PART_TABLE].off = s->hdr.e_shoff;
	s->part[PART_TABLE].size = (u64)s->hdr.e_shnum * sizeof(*table);
	return gsp_elf_read(s->src, &s->part[PART_TABLE], table, s->err);
}

/* Puts a section on the list of those that are used. */
static int note_part(struct scan *s, enum part which, const struct elf64_shdr *sh, const char *what,
		     u64 min, u64 max)
{
	if (s->part[which].size)
		return gsp_fw_reject(s->err, -EINVAL, what, s->part[which].off, sh->sh_offset);
	if (sh->sh_type == SHT_NULL || sh->sh_type == SHT_NOBITS)
		return gsp_fw_reject(s->err, -EINVAL, what, SHT_PROGBITS, sh->sh_type);
	if (sh->sh_size < min)
		return gsp_fw_reject(s->err, -EINVAL, what, min, sh->sh_size);
	if (sh->sh_size > max)
		return gsp_fw_reject(s->err, -E2BIG, what, max, sh->sh_size);
	if (sh->sh_offset > U64_MAX - sh->sh_size)
		return gsp_fw_reject(s->err, -EINVAL, what, U64_MAX - sh->sh_size, sh->sh_offset);
	s->part[which].off = sh->sh_offset;
	s->part[which].size = sh->sh_size;
	return 0;
}

static int read_names(struct scan *s, const struct elf64_shdr *sh, char *names)
{
	int ret = note_part(s, PART_NAMES, sh, "section of names", 1, ELF_NAMES_MAX);

	if (!ret)
		ret = gsp_elf_read(s->src, &s->part[PART_NAMES], names, s->err);
	if (ret)
		return ret;
	if (names[sh->sh_size - 1])
		return gsp_fw_reject(s->err, -EINVAL, "end of the section names", 0,
				     (u8)names[sh->sh_size - 1]);
	return 0;
}

static int note_section(struct scan *s, const char *name, const struct elf64_shdr *sh)
{
	if (!strcmp(name, ".fwimage"))
		return note_part(s, PART_IMAGE, sh, ".fwimage", 1, GSP_RADIX3_MAX);
	if (!strcmp(name, ".fwversion"))
		return note_part(s, PART_VERSION, sh, ".fwversion", 2, GSP_ELF_VERSION_MAX);
	if (!strcmp(name, ".note.gnu.build-id"))
		return note_part(s, PART_ID, sh, ".note.gnu.build-id", 1, ELF_NOTE_MAX);
	if (!strcmp(name, s->want->sig_section))
		return note_part(s, PART_SIG, sh, s->want->sig_section, ELF_SIGNATURE_MIN,
				 ELF_SIGNATURE_MAX);
	return 0;
}

static int find_sections(struct scan *s, const struct elf64_shdr *table, const char *names)
{
	unsigned int i;
	int ret;

	for (i = 0; i < s->hdr.e_shnum; i++) {
		if (table[i].sh_name >= s->part[PART_NAMES].size)
			return gsp_fw_reject(s->err, -EINVAL, "largest name offset",
					     s->part[PART_NAMES].size - 1, table[i].sh_name);
		ret = note_section(s, names + table[i].sh_name, &table[i]);
		if (ret)
			return ret;
	}
	return 0;
}

static int missing(struct scan *s, const char *name)
{
	s->err->want_str = name;
	strscpy(s->err->got_str, "no such section");
	return gsp_fw_reject(s->err, -ENOENT, "section", 0, 0);
}

static int check_present(struct scan *s)
{
	if (!s->part[PART_IMAGE].size)
		return missing(s, ".fwimage");
	if (!s->part[PART_VERSION].size)
		return missing(s, ".fwversion");
	if (!s->part[PART_SIG].size)
		return missing(s, s->want->sig_section);
	if (s->want->whole_pages && !IS_ALIGNED(s->part[PART_IMAGE].size, GSP_RADIX3_PAGE))
		return gsp_fw_reject(s->err, -EINVAL, "size of .fwimage",
				     ALIGN(s->part[PART_IMAGE].size, GSP_RADIX3_PAGE),
				     s->part[PART_IMAGE].size);
	return 0;
}

static int check_overlap(struct scan *s)
{
	const struct gsp_elf_range *a, *b;
	unsigned int i, j;

	for (i = 0; i < PARTS; i++) {
		for (j = 0; j < i; j++) {
			a = &s->part[i];
			b = &s->part[j];
			if (a->off < b->off + b->size && b->off < a->off + a->size)
				return gsp_fw_reject(s->err, -EINVAL, "sections that overlap",
						     b->off + b->size, a->off);
		}
	}
	return 0;
}

/* The last byte that is used is there, so all the others are. */
static int check_end(struct scan *s)
{
	struct gsp_elf_range last = { .size = 1 };
	unsigned int i;
	u8 byte;

	for (i = 0; i < PARTS; i++)
		last.off = max(last.off, s->part[i].off + s->part[i].size - !!s->part[i].size);
	return gsp_elf_read(s->src, &last, &byte, s->err);
}

static void printable(char *s)
{
	for (; *s; s++)
		if (*s < ' ' || *s > '~' || *s == '"')
			*s = '?';
}

static int read_version(struct scan *s, char version[GSP_ELF_VERSION_MAX])
{
	u64 size = s->part[PART_VERSION].size;
	int ret = gsp_elf_read(s->src, &s->part[PART_VERSION], version, s->err);

	if (ret)
		return ret;
	if (version[size - 1])
		return gsp_fw_reject(s->err, -EINVAL, "end of .fwversion", 0,
				     (u8)version[size - 1]);
	if (strcmp(version, s->want->release)) {
		s->err->want_str = s->want->release;
		strscpy(s->err->got_str, version, sizeof(s->err->got_str));
		printable(s->err->got_str);
		return gsp_fw_reject(s->err, -EINVAL, "firmware version", 0, 0);
	}
	return 0;
}

/* A build id is for people: a note of another kind is none, and no mistake. */
static int read_build_id(struct scan *s, struct gsp_elf *elf)
{
	static const char owner[4] = "GNU";
	u8 note[ELF_NOTE_MAX] = {};
	const struct elf64_note *n = (const struct elf64_note *)note;
	const size_t skip = sizeof(*n) + sizeof(owner);
	u64 size = s->part[PART_ID].size;
	int ret;

	if (!size)
		return 0;
	ret = gsp_elf_read(s->src, &s->part[PART_ID], note, s->err);
	if (ret)
		return ret;
	if (size < skip || n->n_type != ELF_NOTE_BUILD_ID || n->n_namesz != sizeof(owner) ||
	    memcmp(n + 1, owner, sizeof(owner)))
		return 0;
	if (n->n_descsz > min_t(u64, size - skip, GSP_ELF_BUILD_ID_MAX))
		return gsp_fw_reject(s->err, -EINVAL, "largest build id",
				     min_t(u64, size - skip, GSP_ELF_BUILD_ID_MAX), n->n_descsz);
	elf->build_id_len = n->n_descsz;
	memcpy(elf->build_id, note + skip, elf->build_id_len);
	return 0;
}

static int scan_headers(struct scan *s)
{
	char *names __free(kfree) = kmalloc(ELF_NAMES_MAX, GFP_KERNEL);
	struct elf64_shdr *table __free(kfree) = kmalloc_objs(*table, ELF_SECTIONS_MAX);
	int ret;

	if (!names || !table)
		return -ENOMEM;
	ret = read_header(s);
	if (!ret)
		ret = read_table(s, table);
	if (!ret)
		ret = read_names(s, &table[s->hdr.e_shstrndx], names);
	return ret ?: find_sections(s, table, names);
}

/**
 * gsp_elf_scan() - find what is needed of a GSP-RM file
 * @src: the file
 * @want: what it must be
 * @err: where a refusal is noted
 * @elf: filled
 *
 * Context: process, may sleep.
 * Return: 0, -ENODATA when the file is truncated, -ENOEXEC when it is no such
 * ELF file, -ENOENT when a section is missing, -E2BIG when one is too big,
 * -EINVAL when the headers are inconsistent, sections overlap or the version is
 * another one, -ENOMEM, errno of @src.
 */
int gsp_elf_scan(struct gsp_elf_source *src, const struct gsp_elf_want *want,
		 struct gsp_fw_err *err, struct gsp_elf *elf)
{
	struct scan s = { .src = src, .want = want, .err = err };
	int ret;

	memset(elf, 0, sizeof(*elf));
	ret = scan_headers(&s);
	if (!ret)
		ret = check_present(&s);
	if (!ret)
		ret = check_end(&s);
	if (!ret)
		ret = check_overlap(&s);
	if (!ret)
		ret = read_version(&s, elf->version);
	if (!ret)
		ret = read_build_id(&s, elf);
	elf->image = s.part[PART_IMAGE];
	elf->signature = s.part[PART_SIG];
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_elf_scan);
