/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GSP_FW_FWSEC_DESC_H
#define GSP_FW_FWSEC_DESC_H

#include <linux/types.h>

struct gsp_fw_blob;

/**
 * struct gsp_fwsec_desc - descriptor of the FWSEC microcode, whatever its version on the wire
 * @version: 2 (Turing, GA100) or 3 (GA10x, Ada)
 * @ucode: offset of the stored image (IMEM part, then DMEM part) in the ROM buffer
 * @sigs: offset of the first signature in the ROM buffer; version 3
 * @pkc_data_offset: offset in the DMEM part where the signature goes; version 3
 * @interface_offset: offset in the DMEM part of the application interface table
 * @imem_phys_base: IMEM offset that the code goes to
 * @imem_load_size: bytes of the IMEM part; of code that is not secure and then secure code
 * @sec_offset: offset in the IMEM part of the secure code, a multiple of 256; 0 in version 3
 * @sec_size: bytes of secure code, in version 3 all of the IMEM part
 * @dmem_offset: offset of the DMEM part in the stored image
 * @dmem_phys_base: DMEM offset that the data goes to
 * @dmem_load_size: bytes of the DMEM part
 * @engine_id_mask: see &struct gsp_fw_ucode; version 3
 * @ucode_id: see &struct gsp_fw_ucode; version 3
 * @nr_sigs: number of signatures; 0 in version 2, which is signed inside
 * @sig_versions: bit n: there is a signature for fuse version n
 */
struct gsp_fwsec_desc {
	u8 version;
	u32 ucode;
	u32 sigs;
	u32 pkc_data_offset;
	u32 interface_offset;
	u32 imem_phys_base;
	u32 imem_load_size;
	u32 sec_offset;
	u32 sec_size;
	u32 dmem_offset;
	u32 dmem_phys_base;
	u32 dmem_load_size;
	u16 engine_id_mask;
	u8 ucode_id;
	u8 nr_sigs;
	u16 sig_versions;
};

int gsp_fwsec_desc_parse(struct gsp_fw_blob *blob, u32 off, struct gsp_fwsec_desc *desc);

#endif
