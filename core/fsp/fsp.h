/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The security processor of Hopper and later (FSP).
 *
 * It boots before everything else on the GPU and is the one that GSP-RM is
 * handed to: the host asks it to verify the first code of the GSP and to start
 * it (chain of trust, COT), and may ask for settings of the board (product
 * reconfiguration, PRC). Questions and answers are messages of one packet each
 * in a KiB of its memory, one at a time::
 *
 *	host                         FSP
 *	write the question
 *	QUEUE_TAIL, QUEUE_HEAD  -->  read it, QUEUE_HEAD = QUEUE_TAIL
 *	                             write the answer
 *	read it                 <--  MSGQ_HEAD, MSGQ_TAIL
 *	MSGQ_TAIL = MSGQ_HEAD = 0
 *
 * What it answers is not trusted: it is read once, and checked before it is
 * used. No lock: boot asks, and it asks one thing after the other.
 */
#ifndef _GSP_FSP_H
#define _GSP_FSP_H

#include <linux/types.h>

struct gsp_mmio;

/* Largest payload of a question, and its alignment. */
#define GSP_FSP_PAYLOAD_MAX	1016
#define GSP_FSP_PAYLOAD_ALIGN	4

#define GSP_FSP_HASH_SIZE	48
#define GSP_FSP_KEY_MAX		384

/**
 * struct gsp_fsp - the FSP of one GPU
 * @mmio: registers
 * @write_emem: write @nr words at the start of its memory for messages
 * @read_emem: read @nr words from there
 *
 * The two functions are members so that a test can have memory of its own.
 */
struct gsp_fsp {
	const struct gsp_mmio *mmio;
	void (*write_emem)(const struct gsp_fsp *fsp, const __le32 *words, unsigned int nr);
	void (*read_emem)(const struct gsp_fsp *fsp, __le32 *words, unsigned int nr);
};

/**
 * struct gsp_fsp_answer - what came back
 * @error: the FSP's error code, 0 if it did what it was asked
 * @len: bytes of data behind the error code
 * @data: the first word of them, 0 if there is none
 */
struct gsp_fsp_answer {
	u32 error;
	u32 len;
	u32 data;
};

/**
 * struct gsp_fsp_cot - the chain of trust: what to start, and how to verify it
 * @version: version of the message that the FSP takes
 * @fmc: DMA address of the first code of the GSP (FMC)
 * @params: DMA address of its parameters
 * @frts_from_end: bytes from the end of FRTS to the end of the framebuffer
 * @frts_size: bytes of FRTS, the firmware runtime scratch
 * @hash: of the FMC, GSP_FSP_HASH_SIZE bytes
 * @publickey: key that it is signed with
 * @publickey_size: bytes of @publickey, at most GSP_FSP_KEY_MAX
 * @signature: signature
 * @signature_size: bytes of @signature, at most GSP_FSP_KEY_MAX
 */
struct gsp_fsp_cot {
	u16 version;
	u64 fmc;
	u64 params;
	u64 frts_from_end;
	u32 frts_size;
	const u8 *hash;
	const u8 *publickey;
	size_t publickey_size;
	const u8 *signature;
	size_t signature_size;
};

void gsp_fsp_init(struct gsp_fsp *fsp, const struct gsp_mmio *m);
int gsp_fsp_wait_boot(const struct gsp_fsp *fsp, u32 status_reg);
int gsp_fsp_ask(const struct gsp_fsp *fsp, u8 type, const void *payload, size_t len,
		struct gsp_fsp_answer *answer);
const char *gsp_fsp_error_text(u32 error);

int gsp_fsp_start_fmc(const struct gsp_fsp *fsp, const struct gsp_fsp_cot *cot);
int gsp_fsp_read_vgpu_knob(const struct gsp_fsp *fsp, struct gsp_fsp_answer *answer);

#endif
