/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The microcontroller.
 *
 * A falcon is NVIDIA's small control processor: instruction memory (IMEM),
 * data memory (DMEM), two mailboxes through which the host and the code talk,
 * and on the GSP a RISC-V core that shares the block.  Boot uses two of them,
 * the GSP and the security processor SEC2, always in the same rhythm:
 *
 *	reset -> load code and data -> parameters for the boot ROM
 *	      -> mailboxes -> start -> wait until halted -> mailboxes
 *
 * gsp_falcon_run() is that rhythm.  The room knows nothing of files: the
 * caller describes what to load in a struct gsp_falcon_ucode.
 */
#ifndef _GSP_FALCON_H
#define _GSP_FALCON_H

#include <linux/types.h>

struct gsp_falcon;
struct gsp_mmio;

/* IMEM is made of blocks, each with the tag that gives it its virtual address. */
#define GSP_FALCON_BLOCK	256

/**
 * struct gsp_falcon_part - one stretch of a ucode image and where it goes
 * @src: offset in the image, in bytes
 * @dst: offset in IMEM or DMEM, in bytes
 * @virt: virtual address of the first block, for code
 * @size: length in bytes, whole blocks for code; 0 means nothing to load
 */
struct gsp_falcon_part {
	u32 src;
	u32 dst;
	u32 virt;
	u32 size;
};

/**
 * struct gsp_falcon_ucode - an image ready to be loaded and run
 * @name: what it is called in messages, "booter_load"
 * @va: the image for the CPU, which loads a falcon without a boot ROM
 * @dma: the image for the device, 256-byte aligned, where DMA loads it
 * @size: length of the image in bytes
 * @entry: code that is not secure, to IMEM.  Without a boot ROM it is where
 *	execution begins, and has the secure code verified.  A falcon with one
 *	does not load it.
 * @code: secure code, to IMEM, behind @entry if that is loaded.  With a boot
 *	ROM it is where execution begins; DMA tags it with @code.src.
 * @data: data, to DMEM
 * @window: DMA window through which the code reads system memory, 0 if it
 *	needs none or opens it itself; only for falcons without a boot ROM
 * @para_addr: offset in DMEM of the signature that the boot ROM checks
 * @engine_id_mask: engines that the image is signed for
 * @ucode_id: number of the image, selects its version fuse
 */
struct gsp_falcon_ucode {
	const char *name;
	const void *va;
	dma_addr_t dma;
	size_t size;
	struct gsp_falcon_part entry;
	struct gsp_falcon_part code;
	struct gsp_falcon_part data;
	u8 window;
	u32 para_addr;
	u32 engine_id_mask;
	u8 ucode_id;
};

/**
 * struct gsp_falcon_ops - what differs between generations of falcons
 * @reset: pulse the engine reset and leave the falcon core selected
 * @reset_riscv: the same, leaving the RISC-V core selected
 * @load: copy code and data in and set what the boot ROM needs
 * @fuse_version: least ucode version that the fuses of the board accept
 * @riscv_active: has the RISC-V core been started?
 * @wait_riscv: wait until it has
 * @riscv_irqmask: interrupts that the RISC-V core lets out to the host
 * @retrigger: ask for another interrupt if the cause is still there
 */
struct gsp_falcon_ops {
	int (*reset)(const struct gsp_falcon *f);
	int (*reset_riscv)(const struct gsp_falcon *f);
	int (*load)(const struct gsp_falcon *f, const struct gsp_falcon_ucode *uc);
	int (*fuse_version)(const struct gsp_falcon *f, const char *image, u32 engine_id_mask,
			    u8 ucode_id, u32 *version);
	bool (*riscv_active)(const struct gsp_falcon *f);
	int (*wait_riscv)(const struct gsp_falcon *f, unsigned long timeout_us);
	u32 (*riscv_irqmask)(const struct gsp_falcon *f);
	void (*retrigger)(const struct gsp_falcon *f);
};

/**
 * struct gsp_falcon - one falcon of one GPU
 * @mmio: registers of the GPU
 * @ops: how this generation works
 * @name: "GSP falcon" or "SEC2 falcon", begins each message
 * @phase: what is being done with it, for messages; set by the boot code
 * @base: BAR0 offset of its register block
 * @base2: BAR0 offset of its second (RISC-V and boot ROM) block
 *
 * No lock: boot drives the falcon, one step at a time.  The functions of the
 * message queues may run beside it, since they touch registers of their own.
 */
struct gsp_falcon {
	const struct gsp_mmio *mmio;
	const struct gsp_falcon_ops *ops;
	const char *name;
	const char *phase;
	u32 base;
	u32 base2;
};

void gsp_falcon_init_gsp(struct gsp_falcon *f, const struct gsp_mmio *m,
			 const struct gsp_falcon_ops *ops);
void gsp_falcon_init_sec2(struct gsp_falcon *f, const struct gsp_mmio *m,
			  const struct gsp_falcon_ops *ops);

u32 gsp_falcon_imem_size(const struct gsp_falcon *f);

int gsp_falcon_reset(const struct gsp_falcon *f);
int gsp_falcon_reset_riscv(const struct gsp_falcon *f);
int gsp_falcon_load(const struct gsp_falcon *f, const struct gsp_falcon_ucode *uc);
void gsp_falcon_start(const struct gsp_falcon *f);
int gsp_falcon_wait_halt(const struct gsp_falcon *f);
int gsp_falcon_run(const struct gsp_falcon *f, const struct gsp_falcon_ucode *uc, u64 *mailbox);

void gsp_falcon_allow_dma(const struct gsp_falcon *f);
void gsp_falcon_set_mailbox(const struct gsp_falcon *f, u64 val);
u64 gsp_falcon_mailbox(const struct gsp_falcon *f);
int gsp_falcon_check_mailbox(const struct gsp_falcon *f);
int gsp_falcon_wait_unloaded(const struct gsp_falcon *f, unsigned long timeout_us);
void gsp_falcon_set_os(const struct gsp_falcon *f, u32 version);

/* Where the FSP starts the GSP. */
int gsp_falcon_wait_lockdown(const struct gsp_falcon *f, u64 params, unsigned long timeout_us,
			     u32 *error);
int gsp_falcon_wait_riscv_halted(const struct gsp_falcon *f, unsigned long timeout_us);

bool gsp_falcon_riscv_active(const struct gsp_falcon *f);
int gsp_falcon_wait_riscv(const struct gsp_falcon *f);
int gsp_falcon_fuse_version(const struct gsp_falcon *f, const char *image, u32 engine_id_mask,
			    u8 ucode_id, u32 *version);

/* The doorbells of the message queues, down and up. */
void gsp_falcon_ring_doorbell(const struct gsp_falcon *f);
void gsp_falcon_forget_message(const struct gsp_falcon *f);
bool gsp_falcon_serve_irq(const struct gsp_falcon *f);

#endif
