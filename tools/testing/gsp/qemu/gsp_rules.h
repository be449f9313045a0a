/*
 * NVIDIA GSP GPU model: the rules that the model enforces
 *
 * One line per rule: RULE(enumerator, name, what hardware or firmware demands).
 * The name is what the log, the trace and the property "last-rule" carry; it is
 * stable, tests match on it. The text ends with the section of the boot
 * contract (or the public source) which the rule was taken from.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HW_MISC_GSP_RULES_H
#define HW_MISC_GSP_RULES_H

/* Rules of the hardware half: PCI, registers, falcons, boot firmware */
#define GSP_HW_RULES(RULE) \
    /* PCI and BAR0 */ \
    RULE(DMA_FAULT, "dma-fault", \
         "DMA refused by the IOMMU, by memory or by Bus Master Enable (2.6)") \
    RULE(DMA_WIDTH, "dma-width", \
         "a bus address does not fit the chip's DMA width (2.1)") \
    RULE(BAR0_ACCESS_SIZE, "bar0-access-size", \
         "registers are accessed as aligned 32-bit words (0.2)") \
    RULE(PRIVILEGED_WRITE, "privileged-register-write", \
         "CPU write to a register of the firmware's (2.2, 2.3, 2.10)") \
    RULE(FB_OUT_OF_RANGE, "fb-out-of-range", \
         "access beyond the end of the framebuffer (2.8)") \
    RULE(WPR2_CPU_ACCESS, "wpr2-cpu-access", \
         "the CPU touched framebuffer inside WPR2 (2.3)") \
    /* VFs and the VMMU */ \
    RULE(VF_FB_RANGE, "vf-fb-out-of-range", \
         "a VF's access to framebuffer that its vGPU does not have (design)") \
    RULE(VGPU_FB_PF_WRITE, "vgpu-fb-pf-write", \
         "a channel of the PF wrote what a guest is using (vGPU 2.6)") \
    /* Falcon control */ \
    RULE(FALCON_OF_FSP, "falcon-of-fsp", \
         "GSP and SEC2 are reset and started by the FSP alone (0.3, 4.8)") \
    RULE(FLUSH_PAGE_PAIR, "flush-page-pair", \
         "the EG flush page is not the primary one (2.4)") \
    RULE(GFW_NOT_AWAITED, "gfw-boot-not-awaited", \
         "a falcon was started before GFW boot was seen complete (2.2, 4.2)") \
    RULE(FLUSH_PAGE_UNSET, "flush-page-unset", \
         "falcon reset before the sysmem flush page was set (2.4)") \
    RULE(FALCON_IN_RESET, "falcon-access-in-reset", \
         "falcon memory, DMA or start used while held in reset (2.6)") \
    RULE(FALCON_SCRUB, "falcon-scrub-not-awaited", \
         "falcon memory used before scrubbing was seen finished (2.6)") \
    RULE(FALCON_NO_RESET, "falcon-start-without-reset", \
         "started again, or loaded, without a reset since its last run (2.6)") \
    RULE(FALCON_NO_LOAD, "falcon-start-without-load", \
         "SEC2 started with nothing loaded (2.6)") \
    RULE(FALCON_RUNNING, "falcon-start-while-running", \
         "started while the core is running (2.6)") \
    RULE(FALCON_CORE_SELECT, "falcon-core-not-selected", \
         "falcon started while BCR_CTRL selects RISC-V (2.6)") \
    RULE(FALCON_BOOTVEC, "falcon-bootvec-unmapped", \
         "BOOTVEC points at no tagged IMEM block (2.5, 2.6)") \
    RULE(GSP_RESET_RUNNING, "gsp-reset-while-running", \
         "GSP reset under a GSP-RM that was not asked to unload (4.9)") \
    /* Falcon DMA and PIO */ \
    RULE(FALCON_DMA_UNALIGNED, "falcon-dma-unaligned", \
         "DMATRFMOFFS or DMATRFFBOFFS not aligned to the transfer size (2.6)") \
    RULE(FALCON_DMA_SIZE, "falcon-dma-size", \
         "a transfer is at most 256 bytes, into IMEM exactly 256 (2.5)") \
    RULE(FALCON_DMA_RANGE, "falcon-dma-range", \
         "transfer beyond the end of IMEM or DMEM (2.5)") \
    RULE(FALCON_DMA_APERTURE, "falcon-dma-aperture", \
         "FBIF and DMACTL do not allow physical system memory (2.6)") \
    RULE(FALCON_PIO_RANGE, "falcon-pio-range", \
         "IMEMC or DMEMC points beyond the memory (2.5)") \
    RULE(FALCON_PIO_PARTIAL, "falcon-pio-partial-block", \
         "started while a block of IMEM was not written to its end (2.6)") \
    RULE(FALCON_PIO_TAG, "falcon-pio-tag-twice", \
         "two blocks of IMEM carry the same tag (2.5, 2.6)") \
    /* Boot ROM and signatures */ \
    RULE(BROM_PARAMS, "brom-params-missing", \
         "MOD_SEL, ENGIDMASK or UCODE_ID not programmed (4.4)") \
    RULE(BROM_ENGINE, "brom-engine-mismatch", \
         "ENGIDMASK names another engine than the one started (2.10, 4.4)") \
    RULE(BROM_UCODE_ID, "brom-ucode-id", \
         "UCODE_ID is not the one this ucode was signed for (8.5.2)") \
    RULE(BROM_PARAADDR, "brom-signature-range", \
         "PARAADDR + 384 exceeds the DMEM that was loaded (4.4)") \
    RULE(UCODE_NOT_SECURE, "ucode-not-secure", \
         "heavy-secure code loaded without the SEC bit (2.6)") \
    RULE(UCODE_ENTRY, "ucode-entry-secure", \
         "without a boot ROM, code is entered where it is not secure (4.3)") \
    RULE(UCODE_UNKNOWN, "ucode-unknown", \
         "code and data match no published and no synthetic ucode (8.5)") \
    RULE(UCODE_ENGINE, "ucode-wrong-engine", \
         "ucode of another engine, or of another chip family (8.1)") \
    RULE(SIGNATURE_NOT_PATCHED, "signature-not-patched", \
         "no signature was put into the slot at PARAADDR (3.7, 8.3)") \
    RULE(SIGNATURE_VERSION, "signature-wrong-version", \
         "the signature belongs to another fuse version (3.7, 8.3)") \
    RULE(SIGNATURE_INVALID, "signature-invalid", \
         "the signature does not verify (3.7, 8.3)") \
    /* FWSEC */ \
    RULE(LOADER_DESC, "loader-descriptor", \
         "the descriptor of the generic boot loader is wrong (3.9)") \
    RULE(LOADER_RANGE, "loader-range", \
         "the generic boot loader is to load beyond IMEM or DMEM (3.9)") \
    RULE(FWSEC_APPIF, "fwsec-appif", \
         "no DMEMMAPPER where the application interface should be (3.8)") \
    RULE(FWSEC_COMMAND, "fwsec-command", \
         "DMEMMAPPER init_cmd is neither FRTS nor SB (3.8)") \
    RULE(FWSEC_CMD_BUFFER, "fwsec-command-buffer", \
         "version or header size in the command buffer wrong (3.8)") \
    RULE(FRTS_TYPE, "frts-type", \
         "FRTS region is not in framebuffer (3.8)") \
    RULE(FRTS_MISALIGNED, "frts-misaligned", \
         "FRTS address or size not a multiple of 128 KiB (5.1)") \
    RULE(FRTS_RANGE, "frts-out-of-range", \
         "FRTS region is empty or not inside the usable framebuffer (5.1)") \
    RULE(FRTS_WPR2_UP, "frts-wpr2-up", \
         "FWSEC-FRTS while WPR2 is already up (4.3, 4.4)") \
    RULE(FRTS_ABSENT, "frts-absent", \
         "FWSEC-FRTS on a chip that has no FRTS region (0.3, 4.4)") \
    /* booter_load and the WPR meta */ \
    RULE(BOOTER_NEEDS_FRTS, "booter-needs-frts", \
         "booter_load without a WPR2 made by FWSEC-FRTS (4.6)") \
    RULE(BOOTER_WPR2_UP, "booter-wpr2-up", \
         "WPR2 is up already, where booter_load makes it (4.4)") \
    RULE(BOOTER_NEEDS_SCRUBBER, "booter-needs-scrubber", \
         "framebuffer that is not scrubbed would be used (vGPU 2.0)") \
    RULE(BOOTER_GSP_RUNNING, "booter-gsp-running", \
         "booter_load while GSP-RM already runs (4.6)") \
    RULE(BOOTER_GSP_NOT_RESET, "booter-gsp-not-reset", \
         "GSP not reset since FWSEC ran on it, or held in reset (4.3, 4.5)") \
    RULE(BOOTER_LIBOS_ARGS, "booter-libos-args", \
         "GSP mailboxes hold no aligned libos argument address (4.6, 5.6)") \
    RULE(BOOTER_MAILBOX, "booter-mailbox", \
         "SEC2 mailboxes hold no aligned WPR meta address (4.6)") \
    RULE(WPRMETA_MAGIC, "wprmeta-magic", \
         "GspFwWprMeta magic wrong (5.3)") \
    RULE(WPRMETA_REVISION, "wprmeta-revision", \
         "GspFwWprMeta revision is not 1 (5.3)") \
    RULE(WPRMETA_VERIFIED, "wprmeta-verified", \
         "GspFwWprMeta verified is not zero on a fresh boot (5.3)") \
    RULE(WPRMETA_FB_SIZE, "wprmeta-fb-size", \
         "fbSize is not the size of the framebuffer (5.1)") \
    RULE(WPRMETA_OUT_OF_FB, "wprmeta-out-of-fb", \
         "a region ends beyond the framebuffer or wraps (5.1)") \
    RULE(WPRMETA_ALIGNMENT, "wprmeta-alignment", \
         "an offset or size has the wrong alignment (5.1)") \
    RULE(WPRMETA_OVERLAP, "wprmeta-layout-overlap", \
         "regions overlap or are out of order (5.1)") \
    RULE(WPRMETA_FRTS, "wprmeta-frts-mismatch", \
         "frtsOffset/frtsSize are not the region FWSEC created (4.6, 5.1)") \
    RULE(WPRMETA_WPR_END, "wprmeta-wpr-end", \
         "gspFwWprEnd is not the end of FRTS (5.1)") \
    RULE(WPRMETA_LOCKED, "wprmeta-mmu-lock", \
         "a region reaches into what MMU_LOCK keeps (2.3, 4.5)") \
    RULE(WPRMETA_HEAP, "wprmeta-heap-too-small", \
         "WPR heap below the minimum of this firmware (5.2)") \
    RULE(WPRMETA_SYSMEM, "wprmeta-sysmem-address", \
         "a system memory address is zero or not page aligned (5.3)") \
    RULE(BOOTLOADER_UNKNOWN, "bootloader-unknown", \
         "the RISC-V bootloader is neither published nor synthetic (8.5.3)") \
    RULE(BOOTLOADER_OFFSETS, "bootloader-offsets", \
         "bootloader code, data or manifest offset wrong (8.2, 8.5.3)") \
    RULE(RADIX3_MISALIGNED, "radix3-pte-misaligned", \
         "a radix3 entry is not page aligned (5.5)") \
    RULE(RADIX3_SHORT, "radix3-short", \
         "a needed entry is zero, or the image exceeds the table (5.5)") \
    RULE(IMAGE_UNKNOWN, "image-unknown", \
         "no published or synthetic image has sizeOfRadix3Elf (8.6)") \
    RULE(IMAGE_DIGEST, "image-digest", \
         "the bytes behind radix3 are not the image (4.6)") \
    RULE(IMAGE_SIGNATURE, "image-signature", \
         "the .fwsignature section does not belong to image and chip (8.1)") \
    RULE(BOOTER_RELEASE, "booter-release", \
         "booter, bootloader and image are of different releases (8.1)") \
    /* FSP queue and message headers */ \
    RULE(FSP_NOT_AWAITED, "fsp-boot-not-awaited", \
         "a message before the FSP's boot was seen complete (2.2, 4.8)") \
    RULE(FSP_EMEM_RANGE, "fsp-emem-range", \
         "EMEMC points beyond the 1024 bytes of channel 0 (2.7)") \
    RULE(FSP_CHANNEL, "fsp-channel", \
         "only queue 0 is the CPU's (2.7)") \
    RULE(FSP_QUEUE, "fsp-queue-pointers", \
         "HEAD is not 0, or TAIL is no dword of the channel (2.7)") \
    RULE(FSP_BUSY, "fsp-busy", \
         "sent, or written to EMEM, while a message is being served (2.7)") \
    RULE(FSP_UNREAD, "fsp-reply-unread", \
         "sent although a reply waits in the same memory (2.7)") \
    RULE(FSP_SHORT, "fsp-message-short", \
         "too short for its headers (4.8)") \
    RULE(FSP_MCTP, "fsp-mctp-header", \
         "not SOM and EOM of a packet 0 without tag or address (4.8)") \
    RULE(FSP_NVDM, "fsp-nvdm-header", \
         "not a PCI vendor message of NVIDIA's (4.8)") \
    RULE(FSP_NVDM_TYPE, "fsp-nvdm-type", \
         "a message type that this FSP does not serve (4.8, 7.2)") \
    RULE(PRC_MESSAGE, "prc-message", \
         "not a read of an active knob in 4 bytes (7.2)") \
    RULE(PRC_KNOB, "prc-knob", \
         "a PRC object that is not known (7.2)") \
    /* Chain of trust */ \
    RULE(COT_SIZE, "cot-size", \
         "the payload, or its size field, is not 860 bytes (4.8)") \
    RULE(COT_VERSION, "cot-version", \
         "version is not the chip's (4.8)") \
    RULE(COT_RUNNING, "cot-gsp-running", \
         "COT while GSP-FMC or GSP-RM runs (4.8)") \
    RULE(COT_WPR2_UP, "cot-wpr2-up", \
         "COT while WPR2 is up (4.1, 4.8)") \
    RULE(COT_FRTS, "cot-frts", \
         "FRTS is not 1 MiB of framebuffer at a place that fits (4.8)") \
    RULE(COT_ADDRESS, "cot-address", \
         "FMC image or boot parameters at no aligned address (4.8)") \
    RULE(COT_HASH, "cot-hash", \
         "hash384 is not that of the FMC image (4.8, 8.5.6)") \
    RULE(COT_PUBLIC_KEY, "cot-public-key", \
         "public key of another size, or not the trusted one (4.8, 8.2)") \
    RULE(COT_SIGNATURE, "cot-signature", \
         "signature of another size, or it does not verify (4.8, 8.2)") \
    RULE(FMC_UNKNOWN, "fmc-unknown", \
         "the FMC image is neither published nor synthetic (8.5.6)") \
    RULE(FMC_CHIP, "fmc-wrong-chip", \
         "the FMC of another chip (8.1)") \
    /* GSP-FMC */ \
    RULE(FMC_PARAMS, "fmc-params", \
         "a field of GSP_FMC_BOOT_PARAMS is not what it has to be (4.8)") \
    RULE(FMC_TARGET, "fmc-params-target", \
         "WPR meta or libos arguments are not in system memory (4.8)") \
    RULE(FMC_META, "fmc-wpr-meta", \
         "no aligned WPR meta address, or not its size (4.8)") \
    RULE(FMC_LIBOS_ARGS, "fmc-libos-args", \
         "no aligned libos argument address (4.8, 5.6)") \
    RULE(WPRMETA_NOT_ZERO, "wprmeta-not-zero", \
         "an offset is given that GSP-FMC computes (5.3, 5.4)") \
    RULE(WPRMETA_RESERVED, "wprmeta-reserved-size", \
         "non-WPR heap, PMU or VGA size is not the family's (5.3, 5.4)") \
    RULE(VGPU_MODE_OFF, "vgpu-mode-off", \
         "partitions for VFs while the PRC knob is off (7.1)") \
    /* Unload */ \
    RULE(BOOTER_UNLOAD_MAILBOX, "booter-unload-mailbox", \
         "SEC2 mailboxes are neither 0xFF/0xFF nor a GspFwSRMeta (4.9)") \
    RULE(BOOTER_UNLOAD_RUNNING, "booter-unload-gsp-running", \
         "booter_unload while the GSP RISC-V core is active (4.9)") \

/* Rules of the firmware half: libos arguments, rings, RPC */
#include "gsp_rm_rules.h"

#define GSP_RULES(RULE) GSP_HW_RULES(RULE) GSP_RM_RULES(RULE)

typedef enum GspRule {
#define RULE(id, name, text) GSP_RULE_##id,
    GSP_RULES(RULE)
#undef RULE
    GSP_RULE_COUNT
} GspRule;

#endif /* HW_MISC_GSP_RULES_H */
