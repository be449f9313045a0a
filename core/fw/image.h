/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GSP_FW_IMAGE_H
#define GSP_FW_IMAGE_H

#include <linux/types.h>
#include "fw/pages.h"
#include "fw/ucode.h"

struct device;

#define GSP_FW_BUILD_ID_MAX	32

/**
 * struct gsp_fw_image - GSP-RM, ready for the booter to fetch
 * @dev: device which the memory is mapped for
 * @image: section .fwimage; @image.size is its exact size
 * @tables: radix3 tables over @image
 * @radix3: device address of the level 0 page of @tables
 * @signature: the family's signature section, page aligned; @signature.size is its exact size
 * @version: contents of .fwversion, equal to the release that was asked for
 * @build_id: GNU build id
 * @build_id_len: bytes of @build_id, 0 when the file has none
 *
 * What the GPU reads and when: the booter walks @radix3 and copies @image and
 * @signature to the protected framebuffer region. Once GSP-RM has said
 * INIT_DONE nothing reads them again, so the whole struct may be freed then.
 */
struct gsp_fw_image {
	struct device *dev;
	struct gsp_fw_pages image;
	struct gsp_fw_pages tables;
	dma_addr_t radix3;
	struct gsp_fw_dma signature;
	char version[32];
	u8 build_id[GSP_FW_BUILD_ID_MAX];
	size_t build_id_len;
};

int gsp_fw_image_load(struct device *dev, const char *fw_dir, const char *release,
		      const char *sig_section, bool whole_pages, struct gsp_fw_image **out);
void gsp_fw_image_free(struct gsp_fw_image *img);

#endif
