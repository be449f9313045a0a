/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GSP_FW_UCODE_H
#define GSP_FW_UCODE_H

#include <linux/types.h>

struct device;

/**
 * struct gsp_fw_dma - coherent memory which the GPU reads
 * @va: kernel address, NULL when nothing is allocated
 * @addr: address for the device, page aligned
 * @size: bytes in use; what the page rounding adds is zero
 */
struct gsp_fw_dma {
	void *va;
	dma_addr_t addr;
	size_t size;
};

int gsp_fw_dma_alloc(struct device *dev, size_t size, struct gsp_fw_dma *mem);
void gsp_fw_dma_free(struct device *dev, struct gsp_fw_dma *mem);

/**
 * struct gsp_fw_ucode - how a falcon loads and starts a signed image
 * @ns_src: offset of the code in the image that is not secure
 * @ns_size: bytes of it, a multiple of 256; 0 when there is none
 * @imem_src: offset of the secure code in the image
 * @imem_dst: offset in IMEM it goes to
 * @imem_size: bytes of code, a multiple of 256
 * @dmem_src: offset of the data in the image
 * @dmem_dst: offset in DMEM it goes to
 * @dmem_size: bytes of data, a multiple of 256
 * @pkc_offset: offset of the signature in DMEM, for the boot ROM
 * @engine_id_mask: engines the image may run on: bit 0 SEC2, bit 2 NVDEC, bit 10 GSP
 * @ucode_id: 1-based index of the image's version fuse, and what the boot ROM is told
 *
 * The addresses which the loader gives to the code are the offsets in the
 * image: code at @imem_src gets the tag @imem_src / 256. Everything the falcon
 * is asked to read lies inside of the image; that was checked. A falcon with a
 * boot ROM begins at the secure code; one without begins at the other, which it
 * puts before the secure code in IMEM.
 */
struct gsp_fw_ucode {
	u32 ns_src;
	u32 ns_size;
	u32 imem_src;
	u32 imem_dst;
	u32 imem_size;
	u32 dmem_src;
	u32 dmem_dst;
	u32 dmem_size;
	u32 pkc_offset;
	u16 engine_id_mask;
	u8 ucode_id;
};

#endif
