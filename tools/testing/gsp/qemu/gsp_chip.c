/*
 * NVIDIA GSP GPU model: chip facts
 *
 * An entry says which board a chip is by default, what its firmware is called
 * and how big its memories are. Ids, names, VF numbers, firmware and ucode ids
 * are those of the boot contract (§1.2, §1.4, §1.5, §7.5, §8.1, §8.5.2); GPCs,
 * TPCs, L2 and video engines those of the public white papers on the chips and
 * of the boards' data sheets. Synthetic are IMEM and DMEM sizes (large enough
 * for the published ucode), FWSEC's ucode id, TU116's subsystem id, the number
 * of Turing's VFs, what GA100 locks, and the GSP's vector, which differs between
 * the chips so that a driver has to ask for it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/units.h"
#include "gsp_gpu.h"

/* Ampere's GA10x and Ada boot alike: all that their boards have in common */
#define GA10X_AND_ADA \
    .fb_mib = 48 * 1024, .dma_bits = 47, \
    .total_vfs = 32, .first_vf_offset = 4, .vf_stride = 1, \
    .sriov_cap = 0xbcc, \
    .vf_bar0_size = 16 * MiB, .vf_bar1_size = 256 * MiB, \
    .vf_bar2_size = 32 * MiB, \
    .gsp_imem = 64 * KiB, .gsp_dmem = 64 * KiB, \
    .sec2_imem = 64 * KiB, .sec2_dmem = 64 * KiB, \
    .booter_ucode_id = 3, .fwsec_ucode_id = 9, .msix_vectors = 6

/* So do Turing and GA100 */
#define TURING_AND_GA100 \
    .dma_bits = 47, \
    .first_vf_offset = 4, .vf_stride = 1, .sriov_cap = 0xbcc, \
    .vf_bar0_size = 16 * MiB, .vf_bar1_size = 256 * MiB, \
    .vf_bar2_size = 32 * MiB, \
    .gsp_imem = 64 * KiB, .gsp_dmem = 64 * KiB, \
    .sec2_imem = 64 * KiB, .sec2_dmem = 64 * KiB, \
    .msix_vectors = 6

/*
 * Hopper and Blackwell boot through the FSP. What their boards reserve at the
 * end of framebuffer is that of 570.144; registers of a VF take 256 KiB on
 * Hopper, twice that with Blackwell's fifth region (§2.13).
 */
#define HOPPER_AND_BLACKWELL \
    .dma_bits = 52, .first_vf_offset = 4, .vf_stride = 1, \
    .vf_bar1_size = 256 * MiB, .vf_bar2_size = 32 * MiB, \
    .gsp_imem = 64 * KiB, .gsp_dmem = 64 * KiB, \
    .sec2_imem = 64 * KiB, .sec2_dmem = 64 * KiB

#define BLACKWELL \
    HOPPER_AND_BLACKWELL, \
    .vf_bar0_size = 512 * KiB, .pmu_reserved = 0x1820000, \
    .frts_from_end = 28 * MiB, \
    .cot_version = 2, .fmc_key_len = 97, .fmc_sig_len = 96

const GspChip gsp_chips[] = {
    {
        .name = "tu102", .family = GSP_TU10X, .id = 0x162,
        .device_id = 0x1e30, .subsystem_id = 0x129e,
        .board = "Quadro RTX 8000", .short_name = "TU102GL",
        .gpcs = 6, .tpc_mask = 0x3f, .tpc_mask_last = 0x3f,     /* 72 SMs */
        .l2_mib = 6, .nvdecs = 1, .nvencs = 1,
        .fb_mib = 48 * 1024, .total_vfs = 32,
        .fw_dir = "tu102", .fw_signature = ".fwsignature_tu10x",
        .gsp_vector = 144, .hs_sig_len = 16,
        TURING_AND_GA100,
    },
    {
        /* a gamers' board: no VFs; half a MiB of its L2 is not told */
        .name = "tu116", .family = GSP_TU10X, .id = 0x168,
        .device_id = 0x2182, .subsystem_id = 0x2182,
        .board = "NVIDIA GeForce GTX 1660 Ti", .short_name = "TU116",
        .gpcs = 3, .tpc_mask = 0xf, .tpc_mask_last = 0xf,       /* 24 SMs */
        .l2_mib = 1, .nvdecs = 1, .nvencs = 1,
        .fb_mib = 6 * 1024, .total_vfs = 0,
        .fw_dir = "tu116", .fw_signature = ".fwsignature_tu11x",
        .gsp_vector = 139, .hs_sig_len = 16,
        TURING_AND_GA100,
    },
    {
        .name = "ga100", .family = GSP_GA100, .id = 0x170,
        .device_id = 0x20f1, .subsystem_id = 0x145f,
        .board = "NVIDIA A100-PCIE-40GB", .short_name = "GA100",
        .gpcs = 7, .tpc_mask = 0xff, .tpc_mask_last = 0x3f,     /* 108 SMs */
        .l2_mib = 40, .nvdecs = 5, .nvencs = 0, .nvjpegs = 1,
        .fb_mib = 40 * 1024, .total_vfs = 16,
        .fw_dir = "ga100", .fw_signature = ".fwsignature_ga100",
        .gsp_vector = 150, .hs_sig_len = GSP_HS_SIG_LEN, .mmu_lock_mib = 32,
        TURING_AND_GA100,
    },
    {
        .name = "ga102", .family = GSP_GA10X, .id = 0x172,
        .device_id = 0x2235, .subsystem_id = 0x145a,
        .board = "NVIDIA A40", .short_name = "GA102GL",
        .gpcs = 7, .tpc_mask = 0x3f, .tpc_mask_last = 0x3f,     /* 84 SMs */
        .l2_mib = 6, .nvdecs = 2, .nvencs = 1, .nvjpegs = 0,
        .fw_dir = "ga102", .fw_signature = ".fwsignature_ga10x",
        .gsp_vector = 162,
        GA10X_AND_ADA,
    },
    {
        .name = "ad102", .family = GSP_AD10X, .id = 0x192,
        .device_id = 0x26b5, .subsystem_id = 0x169d,
        .board = "NVIDIA L40", .short_name = "AD102GL",
        .gpcs = 12, .tpc_mask = 0x3f, .tpc_mask_last = 0x1f,    /* 142 SMs */
        .l2_mib = 96, .nvdecs = 3, .nvencs = 3, .nvjpegs = 4,
        .fw_dir = "ad102", .fw_signature = ".fwsignature_ad10x",
        .gsp_vector = 155, .scrubber_ucode_id = 13,
        GA10X_AND_ADA,
    },
    {
        .name = "gh100", .family = GSP_GH100, .id = 0x180,
        .device_id = 0x2331, .subsystem_id = 0x1626,
        .board = "NVIDIA H100 PCIe", .short_name = "GH100",
        .gpcs = 7, .tpc_mask = 0xff, .tpc_mask_last = 0x1ff,    /* 114 SMs */
        .l2_mib = 50, .nvdecs = 7, .nvencs = 0, .nvjpegs = 7,
        .fb_mib = 80 * 1024, .total_vfs = 32, .sriov_cap = 0x250,
        .vf_bar0_size = 256 * KiB, .msix_vectors = 9,
        .fw_dir = "gh100", .fw_signature = ".fwsignature_gh100",
        .gsp_vector = 151, .non_wpr_heap = 2 * MiB,
        .frts_from_end = 2 * MiB,
        .cot_version = 1, .fmc_key_len = 384, .fmc_sig_len = 384,
        HOPPER_AND_BLACKWELL,
    },
    {
        .name = "gb100", .family = GSP_GB10X, .id = 0x1a0,
        .device_id = 0x2901, .subsystem_id = 0x1999,
        .board = "NVIDIA B200", .short_name = "GB100",
        .gpcs = 8, .tpc_mask = 0x3ff, .tpc_mask_last = 0xf,     /* 148 SMs */
        .l2_mib = 126, .nvdecs = 7, .nvencs = 0, .nvjpegs = 7,
        .fb_mib = 180 * 1024, .total_vfs = 32, .sriov_cap = 0x300,
        .msix_vectors = 12,
        .fw_dir = "gb100", .fw_signature = ".fwsignature_gb10x",
        .gsp_vector = 155, .non_wpr_heap = 2 * MiB,
        BLACKWELL,
    },
    {
        .name = "gb202", .family = GSP_GB20X, .id = 0x1b2,
        .device_id = 0x2bb5, .subsystem_id = 0x204e,
        .board = "NVIDIA RTX PRO 6000 Blackwell Server Edition",
        .short_name = "GB202GL",
        .gpcs = 12, .tpc_mask = 0xff, .tpc_mask_last = 0x3f,    /* 188 SMs */
        .l2_mib = 128, .nvdecs = 4, .nvencs = 4, .nvjpegs = 4,
        .fb_mib = 96 * 1024, .total_vfs = 48, .sriov_cap = 0x250,
        .msix_vectors = 9,
        .fw_dir = "gb202", .fw_signature = ".fwsignature_gb20x",
        .gsp_vector = 167, .non_wpr_heap = 0x220000,
        BLACKWELL,
    },
    { }
};

const GspChip *gsp_chip_find(const char *name)
{
    for (const GspChip *c = gsp_chips; c->name; c++) {
        if (!strcmp(c->name, name)) {
            return c;
        }
    }
    return NULL;
}
