/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GSP_FW_ELF_H
#define GSP_FW_ELF_H

#include <linux/types.h>
#include "fw/blob.h"

#define GSP_ELF_BUILD_ID_MAX	32
#define GSP_ELF_VERSION_MAX	32

/**
 * struct gsp_elf_source - a file of which ranges can be had
 * @read: copy @len bytes at @off; 0, -ENODATA when the file ends before, other errno
 * @size: how long the file is, given that it is shorter than @limit; only asked
 *	  for messages, may be slow
 */
struct gsp_elf_source {
	int (*read)(struct gsp_elf_source *src, u64 off, void *buf, size_t len);
	u64 (*size)(struct gsp_elf_source *src, u64 limit);
};

/**
 * struct gsp_elf_want - what the file must be
 * @release: contents of .fwversion
 * @sig_section: name of the signature section of the GPU's family
 * @whole_pages: the image is a multiple of 4 KiB
 */
struct gsp_elf_want {
	const char *release;
	const char *sig_section;
	bool whole_pages;
};

/**
 * struct gsp_elf_range - bytes of the file; checked to be there
 * @off: first
 * @size: how many
 */
struct gsp_elf_range {
	u64 off;
	u64 size;
};

/**
 * struct gsp_elf - what the file holds
 * @image: .fwimage
 * @signature: the signature section asked for
 * @version: contents of .fwversion
 * @build_id: GNU build id
 * @build_id_len: bytes of @build_id, 0 when there is none
 */
struct gsp_elf {
	struct gsp_elf_range image;
	struct gsp_elf_range signature;
	char version[GSP_ELF_VERSION_MAX];
	u8 build_id[GSP_ELF_BUILD_ID_MAX];
	size_t build_id_len;
};

int gsp_elf_scan(struct gsp_elf_source *src, const struct gsp_elf_want *want,
		 struct gsp_fw_err *err, struct gsp_elf *elf);
int gsp_elf_read(struct gsp_elf_source *src, const struct gsp_elf_range *range, void *buf,
		 struct gsp_fw_err *err);

#endif
