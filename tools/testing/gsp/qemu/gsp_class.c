/*
 * NVIDIA GSP GPU model: classes of RM objects
 *
 * What may be allocated under what, and with how large parameters. Parents are
 * those of the public sources' resource list, sizes those of release 570.144,
 * and which chip has which engine's class is from their class lists.
 * A new class is a new line.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "gsp_rm.h"

#define IN(kind)       (1u << GSP_OBJ_##kind)
#define ANYWHERE       ((1u << GSP_OBJ_KINDS) - 1)
#define DEV_OR_SUB     (IN(DEVICE) | IN(SUBDEVICE))
#define DEV_OR_GROUP   (IN(DEVICE) | IN(CHANNEL_GROUP))

static const GspClass classes[] = {
    { .id = 0x0000, .name = "NV01_ROOT", .kind = GSP_OBJ_CLIENT,
      .params_size = 120, .optional = true },
    { .id = 0x0041, .name = "NV01_ROOT_CLIENT", .kind = GSP_OBJ_CLIENT,
      .params_size = 120, .optional = true },
    { .id = 0x0080, .name = "NV01_DEVICE_0", .kind = GSP_OBJ_DEVICE,
      .parents = IN(CLIENT), .params_size = 56 },
    { .id = 0x2080, .name = "NV20_SUBDEVICE_0", .kind = GSP_OBJ_SUBDEVICE,
      .parents = IN(DEVICE), .params_size = 4, .optional = true },
    { .id = 0x90F1, .name = "FERMI_VASPACE_A", .kind = GSP_OBJ_VASPACE,
      .parents = DEV_OR_SUB, .params_size = 48, .can_copy = true },
    { .id = 0x0081, .name = "NV01_MEMORY_LIST_SYSTEM", .kind = GSP_OBJ_MEMORY,
      .parents = DEV_OR_SUB, .can_copy = true },
    { .id = 0x0082, .name = "NV01_MEMORY_LIST_FBMEM", .kind = GSP_OBJ_MEMORY,
      .parents = DEV_OR_SUB, .can_copy = true },
    { .id = 0x003E, .name = "NV01_MEMORY_SYSTEM", .kind = GSP_OBJ_MEMORY,
      .parents = IN(DEVICE), .params_size = 128, .can_copy = true },
    { .id = 0x0040, .name = "NV01_MEMORY_LOCAL_USER", .kind = GSP_OBJ_MEMORY,
      .parents = DEV_OR_SUB, .params_size = 128, .can_copy = true },
    { .id = 0xA06C, .name = "KEPLER_CHANNEL_GROUP_A",
      .kind = GSP_OBJ_CHANNEL_GROUP, .parents = IN(DEVICE),
      .params_size = 20 },
    { .id = 0xC46F, .name = "TURING_CHANNEL_GPFIFO_A", .kind = GSP_OBJ_CHANNEL,
      .parents = DEV_OR_GROUP, .params_size = 368 },
    { .id = 0xC56F, .name = "AMPERE_CHANNEL_GPFIFO_A", .kind = GSP_OBJ_CHANNEL,
      .parents = DEV_OR_GROUP, .params_size = 368, .families = ~GSP_TU10X },
    { .id = 0xC5B5, .name = "TURING_DMA_COPY_A", .kind = GSP_OBJ_ENGINE,
      .parents = IN(CHANNEL), .params_size = 8, .optional = true,
      .families = GSP_TU10X },
    { .id = 0xC597, .name = "TURING_A", .kind = GSP_OBJ_ENGINE,
      .parents = IN(CHANNEL), .params_size = 16, .optional = true,
      .families = GSP_TU10X },
    { .id = 0xC697, .name = "AMPERE_A", .kind = GSP_OBJ_ENGINE,
      .parents = IN(CHANNEL), .params_size = 16, .optional = true,
      .families = GSP_GA100 },
    { .id = 0xC6B5, .name = "AMPERE_DMA_COPY_A", .kind = GSP_OBJ_ENGINE,
      .parents = IN(CHANNEL), .params_size = 8, .optional = true,
      .families = ~(GSP_TU10X | GSP_HAS_FSP) },
    { .id = 0xC7B5, .name = "AMPERE_DMA_COPY_B", .kind = GSP_OBJ_ENGINE,
      .parents = IN(CHANNEL), .params_size = 8, .optional = true,
      .families = ~(GSP_HAS_PIO | GSP_HAS_FSP) },
    { .id = 0xC797, .name = "AMPERE_B", .kind = GSP_OBJ_ENGINE,
      .parents = IN(CHANNEL), .params_size = 16, .optional = true,
      .families = ~(GSP_HAS_PIO | GSP_HAS_FSP) },
    { .id = 0xC997, .name = "ADA_A", .kind = GSP_OBJ_ENGINE,
      .parents = IN(CHANNEL), .params_size = 16, .optional = true,
      .families = ~(GSP_HAS_PIO | GSP_HAS_FSP) },
    { .id = 0xC86F, .name = "HOPPER_CHANNEL_GPFIFO_A",
      .kind = GSP_OBJ_CHANNEL, .parents = DEV_OR_GROUP, .params_size = 368,
      .families = GSP_HAS_FSP },
    { .id = 0xC96F, .name = "BLACKWELL_CHANNEL_GPFIFO_A",
      .kind = GSP_OBJ_CHANNEL, .parents = DEV_OR_GROUP, .params_size = 368,
      .families = GSP_GB10X | GSP_GB20X },
    { .id = 0xCA6F, .name = "BLACKWELL_CHANNEL_GPFIFO_B",
      .kind = GSP_OBJ_CHANNEL, .parents = DEV_OR_GROUP, .params_size = 368,
      .families = GSP_GB20X },
    { .id = 0xC8B5, .name = "HOPPER_DMA_COPY_A", .kind = GSP_OBJ_ENGINE,
      .parents = IN(CHANNEL), .params_size = 8, .optional = true,
      .families = GSP_GH100 },
    { .id = 0xC9B5, .name = "BLACKWELL_DMA_COPY_A", .kind = GSP_OBJ_ENGINE,
      .parents = IN(CHANNEL), .params_size = 8, .optional = true,
      .families = GSP_GB10X },
    { .id = 0xCAB5, .name = "BLACKWELL_DMA_COPY_B", .kind = GSP_OBJ_ENGINE,
      .parents = IN(CHANNEL), .params_size = 8, .optional = true,
      .families = GSP_GB20X },
    { .id = 0xCB97, .name = "HOPPER_A", .kind = GSP_OBJ_ENGINE,
      .parents = IN(CHANNEL), .params_size = 16, .optional = true,
      .families = GSP_GH100 },
    { .id = 0xCD97, .name = "BLACKWELL_A", .kind = GSP_OBJ_ENGINE,
      .parents = IN(CHANNEL), .params_size = 16, .optional = true,
      .families = GSP_GB10X },
    { .id = 0xCE97, .name = "BLACKWELL_B", .kind = GSP_OBJ_ENGINE,
      .parents = IN(CHANNEL), .params_size = 16, .optional = true,
      .families = GSP_GB20X },
    { .id = 0xC461, .name = "TURING_USERMODE_A", .kind = GSP_OBJ_USERMODE,
      .parents = IN(SUBDEVICE) },
    { .id = 0xC561, .name = "AMPERE_USERMODE_A", .kind = GSP_OBJ_USERMODE,
      .parents = IN(SUBDEVICE), .families = ~GSP_TU10X },
    { .id = 0xC661, .name = "HOPPER_USERMODE_A", .kind = GSP_OBJ_USERMODE,
      .parents = IN(SUBDEVICE), .families = GSP_HAS_FSP },
    { .id = 0xC761, .name = "BLACKWELL_USERMODE_A", .kind = GSP_OBJ_USERMODE,
      .parents = IN(SUBDEVICE), .families = GSP_GB20X },
    { .id = 0x0005, .name = "NV01_EVENT", .kind = GSP_OBJ_EVENT,
      .parents = ANYWHERE, .params_size = 24 },
    { .id = 0x0078, .name = "NV01_EVENT_KERNEL_CALLBACK", .kind = GSP_OBJ_EVENT,
      .parents = ANYWHERE, .params_size = 24 },
    { .id = 0x0079, .name = "NV01_EVENT_OS_EVENT", .kind = GSP_OBJ_EVENT,
      .parents = ANYWHERE, .params_size = 24 },
    { .id = 0x007E, .name = "NV01_EVENT_KERNEL_CALLBACK_EX",
      .kind = GSP_OBJ_EVENT, .parents = ANYWHERE, .params_size = 24 },
};

const GspClass *gsp_class_find(GspRm *rm, uint32_t id)
{
    unsigned family = rm->gpu->chip->family;

    for (size_t i = 0; i < ARRAY_SIZE(classes); i++) {
        if (classes[i].id == id) {
            return !classes[i].families || (classes[i].families & family)
                   ? &classes[i] : NULL;
        }
    }
    return NULL;
}
