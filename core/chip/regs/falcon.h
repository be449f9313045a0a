/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Falcon: registers of one microcontroller.  Offsets are relative to the base
 * of the falcon's first block, those named GSP_FALCON2_* to its second block.
 */
#ifndef _GSP_REGS_FALCON_H
#define _GSP_REGS_FALCON_H

#include <linux/bits.h>

#define GSP_FALCON_BASE_GSP			0x110000
#define GSP_FALCON_BASE_SEC2			0x840000
#define GSP_FALCON2_DISTANCE			0x001000

/* Interrupt lines of the falcon. */
#define GSP_FALCON_IRQSCLR			0x004
#define GSP_FALCON_IRQSTAT			0x008
#define GSP_FALCON_IRQMCLR			0x014
#define   GSP_FALCON_IRQ_HALT			BIT(4)
/* GSP-RM: a message was added to the status queue. */
#define   GSP_FALCON_IRQ_SWGEN0			BIT(6)
#define GSP_FALCON_IRQDEST			0x01c

#define GSP_FALCON_MAILBOX0			0x040
/* GSP-RM: unloading is complete. */
#define   GSP_FALCON_MAILBOX0_UNLOADED		BIT(31)
#define GSP_FALCON_MAILBOX1			0x044

/* Version of the application that runs, for the vendor's debuggers. */
#define GSP_FALCON_OS				0x080
/* Falcon code reads BOOT_0 here, since it cannot read the PMC. */
#define GSP_FALCON_RM				0x084

#define GSP_FALCON_HWCFG2			0x0f4
#define   GSP_FALCON_HWCFG2_MEM_SCRUBBING	BIT(12)
/* Hopper and later: the core's boot code keeps the host out of its registers. */
#define   GSP_FALCON_HWCFG2_LOCKDOWN		BIT(13)
#define   GSP_FALCON_HWCFG2_RESET_READY		BIT(31)

#define GSP_FALCON_CPUCTL			0x100
#define   GSP_FALCON_CPUCTL_STARTCPU		BIT(1)
#define   GSP_FALCON_CPUCTL_HALTED		BIT(4)
/* Start through CPUCTL_ALIAS; CPUCTL itself is write protected. */
#define   GSP_FALCON_CPUCTL_ALIAS_EN		BIT(6)
#define GSP_FALCON_BOOTVEC			0x104
/* Sizes of the memories in blocks of 256 bytes. */
#define GSP_FALCON_HWCFG			0x108
#define   GSP_FALCON_HWCFG_IMEM			GENMASK(8, 0)
#define   GSP_FALCON_HWCFG_DMEM			GENMASK(17, 9)
#define GSP_FALCON_DMACTL			0x10c
/* Turing and GA100. */
#define   GSP_FALCON_DMACTL_SCRUBBING		GENMASK(2, 1)
#define GSP_FALCON_CPUCTL_ALIAS			0x130

/* DMA between memory and IMEM or DMEM, 2^(size + 2) bytes per command. */
#define GSP_FALCON_DMATRFBASE			0x110
#define GSP_FALCON_DMATRFBASE_SHIFT		8
#define GSP_FALCON_DMATRFMOFFS			0x114
#define   GSP_FALCON_DMATRFMOFFS_OFFSET		GENMASK(23, 0)
#define GSP_FALCON_DMATRFCMD			0x118
#define   GSP_FALCON_DMATRFCMD_IDLE		BIT(1)
#define   GSP_FALCON_DMATRFCMD_SEC		GENMASK(3, 2)
#define   GSP_FALCON_DMATRFCMD_IMEM		BIT(4)
#define   GSP_FALCON_DMATRFCMD_SIZE		GENMASK(10, 8)
#define     GSP_FALCON_DMATRFCMD_SIZE_256B	6
/* Offset from the base; for IMEM also the virtual address of the block. */
#define GSP_FALCON_DMATRFFBOFFS			0x11c
#define GSP_FALCON_DMATRFBASE1			0x128
#define   GSP_FALCON_DMATRFBASE1_HI		GENMASK(8, 0)
#define GSP_FALCON_DMATRFBASE1_SHIFT		40

/* The CPU's port into IMEM: where, with which tag, and the words themselves. */
#define GSP_FALCON_IMEMC			0x180
#define   GSP_FALCON_IMEMC_OFFSET		GENMASK(15, 0)
#define   GSP_FALCON_IMEMC_AINCW		BIT(24)
#define   GSP_FALCON_IMEMC_SECURE		BIT(28)
#define GSP_FALCON_IMEMD			0x184
/* Virtual address of the block that is being written, in blocks. */
#define GSP_FALCON_IMEMT			0x188
#define   GSP_FALCON_IMEMT_TAG			GENMASK(15, 0)
/* The same into DMEM, which has no tags. */
#define GSP_FALCON_DMEMC			0x1c0
#define   GSP_FALCON_DMEMC_OFFSET		GENMASK(15, 0)
#define   GSP_FALCON_DMEMC_AINCW		BIT(24)
#define GSP_FALCON_DMEMD			0x1c4

#define GSP_FALCON_ENGINE			0x3c0
#define   GSP_FALCON_ENGINE_RESET		BIT(0)
/* GA100 and later, where interrupts are pulses: send another if the cause is still there. */
#define GSP_FALCON_INTR_RETRIGGER		0x3e8
#define   GSP_FALCON_INTR_RETRIGGER_NOW		BIT(0)

#define GSP_FALCON_FBIF_TRANSCFG(i)		(0x600 + 4 * (i))
#define   GSP_FALCON_FBIF_TRANSCFG_TARGET	GENMASK(1, 0)
#define     GSP_FALCON_FBIF_TARGET_COHERENT	1
#define   GSP_FALCON_FBIF_TRANSCFG_PHYSICAL	BIT(2)
#define GSP_FALCON_FBIF_CTL			0x624
#define   GSP_FALCON_FBIF_CTL_ALLOW_PHYS	BIT(7)

/* On the GSP, once GSP-RM runs: a write is the doorbell of the queues. */
#define GSP_FALCON_QUEUE_HEAD(i)		(0xc00 + 8 * (i))

/* Second block, Turing and GA100: RISC-V core. */
#define GSP_FALCON2_TU102_RISCV_STATUS		0x240
#define   GSP_FALCON2_TU102_RISCV_STATUS_ACTIVE	BIT(0)
#define GSP_FALCON2_TU102_RISCV_IRQMASK		0x2b4

/* Second block, GA102 and later: boot ROM ... */
#define GSP_FALCON2_MOD_SEL			0x180
#define   GSP_FALCON2_MOD_SEL_ALGO		GENMASK(7, 0)
#define     GSP_FALCON2_MOD_SEL_RSA3K		1
#define GSP_FALCON2_BROM_UCODE_ID		0x198
#define   GSP_FALCON2_BROM_UCODE_ID_ID		GENMASK(7, 0)
#define GSP_FALCON2_BROM_ENGIDMASK		0x19c
/* DMEM offset of the signature. */
#define GSP_FALCON2_BROM_PARAADDR		0x210

/* ... and RISC-V core. */
#define GSP_FALCON2_RISCV_CPUCTL		0x388
#define   GSP_FALCON2_RISCV_CPUCTL_HALTED	BIT(4)
#define   GSP_FALCON2_RISCV_CPUCTL_ACTIVE	BIT(7)
#define GSP_FALCON2_RISCV_IRQMASK		0x528
#define GSP_FALCON2_RISCV_IRQDEST		0x52c
#define GSP_FALCON2_BCR_CTRL			0x668
#define   GSP_FALCON2_BCR_CTRL_VALID		BIT(0)
#define   GSP_FALCON2_BCR_CTRL_RISCV		BIT(4)
#define   GSP_FALCON2_BCR_CTRL_BRFETCH		BIT(8)

/* What a register of the GSP reads while it is the FSP's alone. */
#define GSP_FALCON_READ_LOCKED			0xbadf4100
#define   GSP_FALCON_READ_LOCKED_MASK		GENMASK(31, 8)

#endif
