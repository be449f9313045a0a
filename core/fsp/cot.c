// SPDX-License-Identifier: GPL-2.0-only
/*
 * Chain of trust: the FSP verifies the FMC, the first code of the GSP, against
 * a hash, a key and a signature, and starts it.
 *
 * Source: NVDM_PAYLOAD_COT in kern_fsp_cot_payload.h of
 * NVIDIA/open-gpu-kernel-modules, tag 570.144; nouveau's fsp/gh100.c.
 */
#include "fsp/fsp.h"

#include <asm/byteorder.h>
#include <kunit/visibility.h>
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "fsp/mctp.h"
#include "mmio/mmio.h"

struct cot_payload {
	__le16 version;
	__le16 size;
	__le64 fmc;
	__le64 frts_sysmem;
	__le32 frts_sysmem_size;
	__le64 frts_from_end;
	__le32 frts_size;
	u8 hash[GSP_FSP_HASH_SIZE];
	u8 publickey[GSP_FSP_KEY_MAX];
	u8 signature[GSP_FSP_KEY_MAX];
	__le64 params;
} __packed;

static_assert(sizeof(struct cot_payload) == 0x35c);
static_assert(offsetof(struct cot_payload, hash) == 0x24);
static_assert(offsetof(struct cot_payload, params) == 0x354);
static_assert(sizeof(struct cot_payload) <= GSP_FSP_PAYLOAD_MAX);

static void write_payload(struct cot_payload *p, const struct gsp_fsp_cot *cot)
{
	p->version = cpu_to_le16(cot->version);
	p->size = cpu_to_le16(sizeof(*p));
	p->fmc = cpu_to_le64(cot->fmc);
	p->frts_from_end = cpu_to_le64(cot->frts_from_end);
	p->frts_size = cpu_to_le32(cot->frts_size);
	memcpy(p->hash, cot->hash, sizeof(p->hash));
	memcpy(p->publickey, cot->publickey, cot->publickey_size);
	memcpy(p->signature, cot->signature, cot->signature_size);
	p->params = cpu_to_le64(cot->params);
}

/**
 * gsp_fsp_start_fmc - let the FSP verify and start the FMC
 * @fsp: FSP, booted
 * @cot: what, and how to verify it
 *
 * When this returns the FSP has agreed; the FMC may still have to begin.
 *
 * Context: process context, may sleep.
 * Return: 0; -EINVAL for a key or signature that is too long; -EIO when the FSP
 * refuses, after one message; as gsp_fsp_ask().
 */
int gsp_fsp_start_fmc(const struct gsp_fsp *fsp, const struct gsp_fsp_cot *cot)
{
	struct gsp_fsp_answer answer;
	struct cot_payload *payload;
	int ret;

	if (cot->publickey_size > GSP_FSP_KEY_MAX || cot->signature_size > GSP_FSP_KEY_MAX)
		return -EINVAL;
	payload = kzalloc_obj(*payload);
	if (!payload)
		return -ENOMEM;
	write_payload(payload, cot);
	ret = gsp_fsp_ask(fsp, GSP_NVDM_COT, payload, sizeof(*payload), &answer);
	kfree(payload);
	if (ret || !answer.error)
		return ret;
	dev_err(fsp->mmio->dev, "FSP: chain of trust refused: error code: expected 0x0, found %#x (%s)\n",
		answer.error, gsp_fsp_error_text(answer.error));
	return -EIO;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_fsp_start_fmc);
