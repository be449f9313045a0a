/*
 * NVIDIA GSP GPU model: the WPR meta and what it leads to
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HW_MISC_GSP_WPRMETA_H
#define HW_MISC_GSP_WPRMETA_H

#include "gsp_gpu.h"

#define GSP_WPRMETA_VERIFIED 0xf8

/* GspFwWprMeta, decoded; boot contract §5.3 */
typedef struct GspWprMeta {
    uint64_t magic, revision;
    uint64_t radix3_addr, image_size;
    uint64_t bootloader_addr, bootloader_size;
    uint64_t code_off, data_off, manifest_off;
    uint64_t signature_addr, signature_size;
    uint64_t rsvd_start, non_wpr_heap, non_wpr_heap_size;
    uint64_t wpr_start, heap, heap_size, image, bootloader;
    uint64_t frts, frts_size, wpr_end;
    uint64_t fb_size, vga, vga_size;
    uint8_t vf_count;
    uint32_t pmu_size;
    uint64_t verified;
} GspWprMeta;

/* A firmware blob that was recognised */
typedef struct GspBlob {
    const char *release;
    bool synthetic;
} GspBlob;

/* Each false after a broken rule */
bool gsp_wprmeta_check(GspGpu *s, const uint8_t *raw, GspWprMeta *m);
/*
 * The same where GSP-FMC lays framebuffer out: sizes are given, offsets are
 * computed, into m and into raw. The end of FRTS is that far from that of
 * framebuffer.
 */
bool gsp_wprmeta_lay_out(GspGpu *s, uint8_t *raw, GspWprMeta *m,
                         uint64_t frts_from_end, uint64_t frts_size);
bool gsp_image_load_bootloader(GspGpu *s, const GspWprMeta *m, GspBlob *blob);
bool gsp_image_load(GspGpu *s, const GspWprMeta *m, GspBlob *blob);

#endif /* HW_MISC_GSP_WPRMETA_H */
