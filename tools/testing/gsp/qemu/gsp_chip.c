/*
 * NVIDIA GSP GPU model: chip facts
 *
 * A line says which board a chip is by default, what its firmware is called
 * and how big its memories are. Falcon memory sizes and VF numbers are those
 * of the boot contract where it has them (§1.4, §1.5, §7.5, §8.1, §8.5.2);
 * IMEM and DMEM sizes are large enough for the published ucode, not measured.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/units.h"
#include "gsp_gpu.h"

const GspChip gsp_chips[] = {
    {
        .name = "ad102", .id = 0x192,
        .device_id = 0x26b5, .subsystem_id = 0x169d, .board = "NVIDIA L40",
        .fb_mib = 48 * 1024, .dma_bits = 47,
        .fw_dir = "ad102", .fw_signature = ".fwsignature_ad10x",
        .gsp_vector = 155,
        .total_vfs = 32, .first_vf_offset = 4, .vf_stride = 1,
        .sriov_cap = 0xbcc,
        .vf_bar0_size = 16 * MiB, .vf_bar1_size = 256 * MiB,
        .vf_bar2_size = 32 * MiB,
        .gsp_imem = 64 * KiB, .gsp_dmem = 64 * KiB,
        .sec2_imem = 64 * KiB, .sec2_dmem = 64 * KiB,
        .booter_ucode_id = 3, .fwsec_ucode_id = 9,
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
