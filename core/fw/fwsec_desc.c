// SPDX-License-Identifier: GPL-2.0-only
/*
 * The descriptor that stands before FWSEC in the VBIOS.
 *
 *   descriptor | signatures | IMEM part | DMEM part
 *
 * Its first word tells its version and the distance to the IMEM part.  Version 2
 * has no signatures to choose from, but code that is not secure before the code
 * that is.
 */
#include "fw/fwsec_desc.h"

#include <kunit/visibility.h>
#include <linux/align.h>
#include <linux/array_size.h>
#include <linux/bitfield.h>
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/string.h>
#include "fw/blob.h"
#include "fw/sig.h"

#define DESC_VALID	BIT(0)
#define DESC_VERSION	GENMASK(15, 8)
#define DESC_SIZE	GENMASK(31, 16)

#define FALCON_BLOCK	256
#define UCODE_ID_MAX	16

/* Words of version 2. */
enum {
	V2_W_HDR, V2_W_STORED_SIZE, V2_W_SIZE, V2_W_ENTRY, V2_W_INTERFACE, V2_W_IMEM_PHYS,
	V2_W_IMEM_SIZE, V2_W_IMEM_VIRT, V2_W_SEC_VIRT, V2_W_SEC_SIZE, V2_W_DMEM, V2_W_DMEM_PHYS,
	V2_W_DMEM_SIZE, V2_W_ALT_IMEM_SIZE, V2_W_ALT_DMEM_SIZE, V2_WORDS
};

/* Words of version 3. */
enum {
	V3_W_HDR, V3_W_STORED_SIZE, V3_W_PKC, V3_W_INTERFACE, V3_W_IMEM_PHYS, V3_W_IMEM_SIZE,
	V3_W_IMEM_VIRT, V3_W_DMEM_PHYS, V3_W_DMEM_SIZE, V3_W_ENGINE, V3_W_SIG_VERSIONS, V3_WORDS
};

#define V3_ENGINE_MASK	GENMASK(15, 0)
#define V3_UCODE_ID	GENMASK(23, 16)
#define V3_NR_SIGS	GENMASK(31, 24)
#define V3_SIG_VERSIONS	GENMASK(15, 0)

/* The image lies at @size behind the descriptor at @off. */
static int place_image(struct gsp_fw_blob *b, u32 off, u32 size, struct gsp_fwsec_desc *d)
{
	u64 image = (u64)off + size;

	if (!gsp_fw_need(b, image, d->imem_load_size, "end of FWSEC") ||
	    !gsp_fw_need(b, image + d->dmem_offset, d->dmem_load_size, "end of FWSEC"))
		return -ENODATA;
	d->ucode = image;
	return 0;
}

/*
 * The generic boot loader copies the image to IMEM as it is, and its data to
 * the start of DMEM: neither can begin anywhere else.
 */
static int check_v2(struct gsp_fw_err *err, const struct gsp_fwsec_desc *d, u32 sec_virt,
		    u32 imem_virt)
{
	u32 blocks;

	if (d->imem_phys_base | d->dmem_phys_base)
		return gsp_fw_reject(err, -EINVAL, "place of FWSEC in IMEM and DMEM", 0,
				     d->imem_phys_base | d->dmem_phys_base);
	if (sec_virt < imem_virt)
		return gsp_fw_reject(err, -EINVAL, "least address of FWSEC secure code", imem_virt,
				     sec_virt);
	if (!d->sec_size || !gsp_fw_range_ok(d->sec_offset, d->sec_size, d->imem_load_size))
		return gsp_fw_reject(err, -EINVAL, "largest end of FWSEC secure code",
				     d->imem_load_size, (u64)d->sec_offset + d->sec_size);
	blocks = d->sec_offset | (d->imem_load_size - d->sec_size);
	if (!IS_ALIGNED(blocks, FALCON_BLOCK))
		return gsp_fw_reject(err, -EINVAL, "block multiple of FWSEC code", FALCON_BLOCK,
				     blocks);
	return 0;
}

static int parse_v2(struct gsp_fw_blob *b, u32 off, struct gsp_fwsec_desc *d)
{
	u32 w[V2_WORDS], size;
	int ret;

	ret = gsp_fw_words(b, off, w, ARRAY_SIZE(w), "end of FWSEC descriptor");
	if (ret)
		return ret;
	*d = (struct gsp_fwsec_desc){
		.version = 2,
		.interface_offset = w[V2_W_INTERFACE],
		.imem_phys_base = w[V2_W_IMEM_PHYS],
		.imem_load_size = w[V2_W_IMEM_SIZE],
		.sec_offset = w[V2_W_SEC_VIRT] - w[V2_W_IMEM_VIRT],
		.sec_size = w[V2_W_SEC_SIZE],
		.dmem_offset = w[V2_W_DMEM],
		.dmem_phys_base = w[V2_W_DMEM_PHYS],
		.dmem_load_size = w[V2_W_DMEM_SIZE],
	};
	ret = check_v2(&b->err, d, w[V2_W_SEC_VIRT], w[V2_W_IMEM_VIRT]);
	if (ret)
		return ret;

	size = FIELD_GET(DESC_SIZE, w[V2_W_HDR]);
	if (size < sizeof(w))
		return gsp_fw_reject(&b->err, -EINVAL, "size of FWSEC descriptor", sizeof(w), size);
	return place_image(b, off, size, d);
}

static int check_v3(struct gsp_fw_err *err, const struct gsp_fwsec_desc *d)
{
	u32 blocks = d->imem_load_size | d->imem_phys_base | d->dmem_phys_base;

	if (!d->imem_load_size || !IS_ALIGNED(blocks, FALCON_BLOCK))
		return gsp_fw_reject(err, -EINVAL, "block multiple of FWSEC code", FALCON_BLOCK,
				     d->imem_load_size ? blocks : 0);
	if (!d->nr_sigs)
		return gsp_fw_reject(err, -EINVAL, "smallest number of FWSEC signatures", 1, 0);
	if (!d->ucode_id || d->ucode_id > UCODE_ID_MAX)
		return gsp_fw_reject(err, -EINVAL, "largest FWSEC ucode id", UCODE_ID_MAX,
				     d->ucode_id);
	if (!gsp_fw_range_ok(d->pkc_data_offset, GSP_FW_SIG_SIZE, d->dmem_load_size))
		return gsp_fw_reject(err, -EINVAL, "largest end of FWSEC signature slot",
				     d->dmem_load_size,
				     (u64)d->pkc_data_offset + GSP_FW_SIG_SIZE);
	return 0;
}

static int parse_v3(struct gsp_fw_blob *b, u32 off, struct gsp_fwsec_desc *d)
{
	u32 w[V3_WORDS], size;
	int ret;

	ret = gsp_fw_words(b, off, w, ARRAY_SIZE(w), "end of FWSEC descriptor");
	if (ret)
		return ret;
	*d = (struct gsp_fwsec_desc){
		.version = 3,
		.pkc_data_offset = w[V3_W_PKC],
		.interface_offset = w[V3_W_INTERFACE],
		.imem_phys_base = w[V3_W_IMEM_PHYS],
		.imem_load_size = w[V3_W_IMEM_SIZE],
		.sec_size = w[V3_W_IMEM_SIZE],
		.dmem_offset = w[V3_W_IMEM_SIZE],
		.dmem_phys_base = w[V3_W_DMEM_PHYS],
		.dmem_load_size = w[V3_W_DMEM_SIZE],
		.engine_id_mask = FIELD_GET(V3_ENGINE_MASK, w[V3_W_ENGINE]),
		.ucode_id = FIELD_GET(V3_UCODE_ID, w[V3_W_ENGINE]),
		.nr_sigs = FIELD_GET(V3_NR_SIGS, w[V3_W_ENGINE]),
		.sig_versions = FIELD_GET(V3_SIG_VERSIONS, w[V3_W_SIG_VERSIONS]),
	};
	ret = check_v3(&b->err, d);
	if (ret)
		return ret;

	size = FIELD_GET(DESC_SIZE, w[V3_W_HDR]);
	if (size < sizeof(w) + d->nr_sigs * GSP_FW_SIG_SIZE)
		return gsp_fw_reject(&b->err, -EINVAL, "size of FWSEC descriptor",
				     sizeof(w) + d->nr_sigs * GSP_FW_SIG_SIZE, size);
	d->sigs = off + sizeof(w);
	return place_image(b, off, size, d);
}

/**
 * gsp_fwsec_desc_parse() - read a FWSEC descriptor
 * @blob: where it stands, with signatures and image
 * @off: its offset
 * @desc: filled; offsets in it count from the start of @blob and are checked
 *
 * Context: any.
 * Return: 0, -ENODATA when descriptor, signatures or image end behind @blob,
 * -EINVAL when it is malformed. The reason is noted in @blob.
 */
int gsp_fwsec_desc_parse(struct gsp_fw_blob *blob, u32 off, struct gsp_fwsec_desc *desc)
{
	u32 hdr;
	int ret;

	memset(desc, 0, sizeof(*desc));
	ret = gsp_fw_words(blob, off, &hdr, 1, "end of FWSEC descriptor");
	if (ret)
		return ret;
	if (!(hdr & DESC_VALID))
		return gsp_fw_reject(&blob->err, -EINVAL, "FWSEC descriptor flags",
				     hdr | DESC_VALID, hdr);
	switch (FIELD_GET(DESC_VERSION, hdr)) {
	case 3:
		return parse_v3(blob, off, desc);
	case 2:
		return parse_v2(blob, off, desc);
	default:
		return gsp_fw_reject(&blob->err, -EINVAL, "FWSEC descriptor version", 3,
				     FIELD_GET(DESC_VERSION, hdr));
	}
}
EXPORT_SYMBOL_IF_KUNIT(gsp_fwsec_desc_parse);
