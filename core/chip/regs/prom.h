/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * PROM: the VBIOS as the flash chip holds it, readable in 32-bit words.
 */
#ifndef _GSP_REGS_PROM_H
#define _GSP_REGS_PROM_H

#define GSP_PROM_BASE				0x300000
#define GSP_PROM_SIZE				0x100000

#endif
