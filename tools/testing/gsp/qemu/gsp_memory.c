/*
 * NVIDIA GSP GPU model: ALLOC_MEMORY
 *
 * Memory that the CPU made itself is registered by its page list. This is the
 * one RPC in ordinary use that needs continuation records; its reply carries no
 * status of its own, so a failure is the rpc_result.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "gsp_rm.h"
#include "trace.h"

#define CLASS_LIST_SYSTEM    0x81
#define CLASS_LIST_FBMEM     0x82
#define PTE_DESC_LENGTH      2           /* u16 in the dword at PTE_DESC */

static uint32_t check_ptes(GspRm *rm, const GspRpcMsg *msg)
{
    const uint8_t *p = msg->payload;
    uint32_t class = ldl_le_p(p + R570_AM_CLASS);
    uint64_t length = ldq_le_p(p + R570_AM_LENGTH);
    uint64_t pages = ldl_le_p(p + R570_AM_PAGE_COUNT);
    uint64_t limit = 1ULL << rm->gpu->chip->dma_bits;

    if (class == CLASS_LIST_FBMEM) {
        limit = rm->gpu->fb_size;
    }
    if (!pages || length > pages * GSP_PAGE_SIZE ||
        lduw_le_p(p + R570_AM_PTE_DESC + PTE_DESC_LENGTH) !=
        (pages & UINT16_MAX)) {
        gsp_rule_broken(rm->gpu, GSP_RULE_MEMORY_PTES,
                        "%" PRIu64 " pages for 0x%" PRIx64 " bytes", pages,
                        length);
        return NVS_INVALID_ARGUMENT;
    }
    for (uint64_t i = 0; i < pages; i++) {
        uint64_t pte = ldq_le_p(p + R570_AM_PTES + 8 * i);

        if (pte >= limit / GSP_PAGE_SIZE) {
            gsp_rule_broken(rm->gpu, GSP_RULE_MEMORY_PTES,
                            "page %" PRIu64 " is 0x%" PRIx64 " << 12", i, pte);
            return NVS_INVALID_ARGUMENT;
        }
    }
    return NVS_OK;
}

uint32_t gsp_rpc_alloc_memory(GspRm *rm, GspRpcMsg *msg)
{
    const uint8_t *p = msg->payload;
    uint32_t client = ldl_le_p(p + R570_AM_CLIENT);
    uint32_t handle = ldl_le_p(p + R570_AM_MEMORY);
    uint32_t device = ldl_le_p(p + R570_AM_DEVICE);
    uint32_t id = ldl_le_p(p + R570_AM_CLASS);
    const GspClass *class = NULL;
    GspObject *parent;
    uint32_t status;

    if (id == CLASS_LIST_SYSTEM || id == CLASS_LIST_FBMEM) {
        class = gsp_class_find(rm, id);
    }
    status = gsp_object_place(rm, class, client, device, &handle, &parent);
    if (status == NVS_OK) {
        status = check_ptes(rm, msg);
    }
    if (status == NVS_OK) {
        gsp_object_add(rm, parent, class, client, handle);
    }
    trace_gsp_object_alloc(client, device, handle, id, status);
    return status;
}
