/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Shared by the files of this room only.
 */
#ifndef _GSP_BOOT_INTERNAL_H
#define _GSP_BOOT_INTERNAL_H

#include <linux/types.h>

struct gsp_boot;
struct gsp_boot_page;
struct gsp_falcon_ucode;
struct gsp_fw_dma;
struct gsp_fw_ucode;
struct gsp_mmio;

void boot_phase(struct gsp_boot *b, const char *phase);
int boot_reset_function(struct gsp_boot *b);
void boot_plain(struct gsp_boot *b, const char *why);
int boot_fb_size(struct gsp_boot *b, u64 *size);
int boot_page_alloc(struct gsp_boot *b, struct gsp_boot_page *page);
void boot_page_free(struct gsp_boot *b, struct gsp_boot_page *page);
int boot_check_wpr2_down(struct gsp_boot *b);
int boot_reset_or_isolate(struct gsp_boot *b);

/* What the flavours with booters on SEC2 share. */
int sec2_wait_ready(struct gsp_boot *b);
int sec2_layout(struct gsp_boot *b);
bool sec2_can_vgpu(struct gsp_boot *b);
struct gsp_falcon_ucode sec2_ucode(const char *name, const struct gsp_fw_dma *image,
				   const struct gsp_fw_ucode *fw);
int sec2_load_booters(struct gsp_boot *b);
int sec2_read_fwsec(struct gsp_boot *b, unsigned int version);
int sec2_run_frts(struct gsp_boot *b, const struct gsp_falcon_ucode *frts);
int sec2_reset_gsp(struct gsp_boot *b);
int sec2_run_booter_load(struct gsp_boot *b);
int sec2_take_down(struct gsp_boot *b, bool said_goodbye, const struct gsp_falcon_ucode *sb);

void boot_fmc_error(u32 code, char *buf, size_t size);

int prom_read(const struct gsp_mmio *m, u8 **rom, size_t *len);

#endif
