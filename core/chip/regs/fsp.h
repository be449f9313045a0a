/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * FSP: the message channel of the security processor, Hopper and later.
 *
 * Each side has a queue with room for one message, whose head and tail differ
 * while it is full; both use the first KiB of the FSP's memory for messages.
 */
#ifndef _GSP_REGS_FSP_H
#define _GSP_REGS_FSP_H

#include <linux/bits.h>

/* What the register that a chip's record names reads after the FSP has booted. */
#define GSP_FSP_BOOT_STATUS_DONE		0xff

/* Memory for messages: an offset that moves on by itself, and the word there. */
#define GSP_FSP_EMEMC				0x8f2ac0
#define   GSP_FSP_EMEMC_AINCW			BIT(24)
#define   GSP_FSP_EMEMC_AINCR			BIT(25)
#define GSP_FSP_EMEMD				0x8f2ac4
#define GSP_FSP_EMEM_SIZE			1024

/* From the host. TAIL is the offset of the last word, the write to HEAD rings. */
#define GSP_FSP_QUEUE_HEAD			0x8f2c00
#define GSP_FSP_QUEUE_TAIL			0x8f2c04

/* To the host, who writes zero to both when it has read the message. */
#define GSP_FSP_MSGQ_HEAD			0x8f2c80
#define GSP_FSP_MSGQ_TAIL			0x8f2c84

#endif
