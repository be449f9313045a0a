/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The two words that every message to or from the FSP begins with: the header
 * of a packet of MCTP, the management component transport protocol, and that
 * of the vendor's message (NVDM) in it.
 */
#ifndef _GSP_FSP_MCTP_H
#define _GSP_FSP_MCTP_H

#include <linux/bits.h>

/* First and last packet of a message; all of ours are both. */
#define GSP_MCTP_SOM			BIT(31)
#define GSP_MCTP_EOM			BIT(30)
#define GSP_MCTP_SEQ			GENMASK(29, 28)
#define GSP_MCTP_TAG			GENMASK(26, 24)

#define GSP_NVDM_TYPE			GENMASK(31, 24)
#define GSP_NVDM_VENDOR			GENMASK(23, 8)
#define   GSP_NVDM_VENDOR_NVIDIA	0x10de
#define GSP_NVDM_MSG_TYPE		GENMASK(6, 0)
#define   GSP_NVDM_MSG_TYPE_VENDOR_PCI	0x7e

/* Types of NVDM messages. */
#define GSP_NVDM_PRC			0x13
#define GSP_NVDM_COT			0x14
#define GSP_NVDM_RESPONSE		0x15

#endif
