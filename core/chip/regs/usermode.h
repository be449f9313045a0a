/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The user page of the physical function: what a channel's owner may touch.
 */
#ifndef _GSP_REGS_USERMODE_H
#define _GSP_REGS_USERMODE_H

#include <linux/bits.h>

/* Tells host that a channel's GPPut has moved. */
#define GSP_USERMODE_DOORBELL			0xbb0090
#define   GSP_USERMODE_DOORBELL_CHID		GENMASK(11, 0)
#define   GSP_USERMODE_DOORBELL_RUNLIST		GENMASK(22, 16)

#endif
