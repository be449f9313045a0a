/*
 * NVIDIA GSP GPU model: the arguments GSP-RM starts with
 *
 * The GSP mailboxes lead to the libos arguments, an array of named regions.
 * Three are log buffers, RMARGS leads on to the shared memory of the queues and
 * to its page table (boot contract 5.6, 5.7, 6.1). Each address is the guest's
 * word: all is checked before any of it is used.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "gsp_rm.h"
#include "trace.h"

typedef struct Region {
    uint64_t id8;
    const char *name;
    int log;                     /* GspLogId, or -1 */
} Region;

enum { NREGIONS = 4 };

static const Region regions[NREGIONS] = {
    { R570_ID8_LOGINIT, "LOGINIT", GSP_LOG_INIT },
    { R570_ID8_LOGINTR, "LOGINTR", GSP_LOG_INTR },
    { R570_ID8_LOGRM, "LOGRM", GSP_LOG_RM },
    { R570_ID8_RMARGS, "RMARGS", -1 },
};

static bool check_entry(GspRm *rm, const Region *r, const uint8_t *e)
{
    uint64_t pa = ldq_le_p(e + R570_LIBOS_PA);
    uint64_t size = ldq_le_p(e + R570_LIBOS_SIZE);
    bool libos2 = rm->gpu->chip->family & GSP_HAS_PIO;

    if (e[R570_LIBOS_KIND] != R570_LIBOS_KIND_CONTIGUOUS) {
        gsp_rule_broken(rm->gpu, GSP_RULE_LIBOS_ARGS_KIND, "%s: kind %u",
                        r->name, e[R570_LIBOS_KIND]);
        return false;
    }
    if (e[R570_LIBOS_LOC] != R570_LIBOS_LOC_SYSMEM) {
        gsp_rule_broken(rm->gpu, GSP_RULE_LIBOS_ARGS_LOCATION, "%s: loc %u",
                        r->name, e[R570_LIBOS_LOC]);
        return false;
    }
    if (!pa || pa % GSP_PAGE_SIZE) {
        gsp_rule_broken(rm->gpu, GSP_RULE_LIBOS_ARGS_ALIGNMENT,
                        "%s: address 0x%" PRIx64, r->name, pa);
        return false;
    }
    if (size < R570_RMARGS_SIZE || ((r->log >= 0 || libos2) &&
                                    size % GSP_PAGE_SIZE)) {
        gsp_rule_broken(rm->gpu, GSP_RULE_LIBOS_ARGS_SIZE,
                        "%s: size 0x%" PRIx64, r->name, size);
        return false;
    }
    return true;
}

static bool take_entry(GspRm *rm, const uint8_t *e, uint64_t pa[NREGIONS])
{
    uint64_t id8 = ldq_le_p(e + R570_LIBOS_ID8);

    for (size_t i = 0; i < NREGIONS; i++) {
        const Region *r = &regions[i];

        if (r->id8 != id8) {
            continue;
        }
        if (pa[i]) {
            gsp_rule_broken(rm->gpu, GSP_RULE_LIBOS_ARGS_DUPLICATE,
                            "%s twice", r->name);
            return false;
        }
        if (!check_entry(rm, r, e)) {
            return false;
        }
        pa[i] = ldq_le_p(e + R570_LIBOS_PA);
        return r->log < 0 || gsp_log_attach(rm, r->log, pa[i],
                                            ldq_le_p(e + R570_LIBOS_SIZE));
    }
    return true;                 /* further regions are none of our business */
}

static bool check_libos(GspRm *rm, uint64_t *rmargs)
{
    g_autofree uint8_t *page = g_malloc(GSP_PAGE_SIZE);
    uint64_t pa[NREGIONS] = { 0 };
    size_t off, i;

    if (!gsp_dma_read(rm->gpu, rm->boot.libos_addr, page, GSP_PAGE_SIZE)) {
        return false;
    }
    for (off = 0; off < GSP_PAGE_SIZE; off += R570_LIBOS_ENTRY_SIZE) {
        if (!ldq_le_p(page + off + R570_LIBOS_ID8)) {
            break;
        }
        if (!take_entry(rm, page + off, pa)) {
            return false;
        }
    }
    for (i = 0; i < NREGIONS; i++) {
        if (!pa[i]) {
            gsp_rule_broken(rm->gpu, GSP_RULE_LIBOS_ARGS_MISSING, "no %s",
                            regions[i].name);
            return false;
        }
    }
    *rmargs = pa[NREGIONS - 1];
    return true;
}

static bool queue_fits(uint64_t off)
{
    return !(off % GSP_PAGE_SIZE) && off >= GSP_PAGE_SIZE &&
           off <= R570_SHM_PAGES * GSP_PAGE_SIZE - R570_QUEUE_SIZE;
}

static bool check_queue_offsets(GspRm *rm, const uint8_t *a)
{
    uint64_t cmdq = ldq_le_p(a + R570_RMARGS_CMDQ_OFFSET);
    uint64_t statq = ldq_le_p(a + R570_RMARGS_STATQ_OFFSET);

    if (!queue_fits(cmdq) || !queue_fits(statq) ||
        MAX(cmdq, statq) - MIN(cmdq, statq) < R570_QUEUE_SIZE) {
        gsp_rule_broken(rm->gpu, GSP_RULE_RMARGS_QUEUE_OFFSET,
                        "command queue at 0x%" PRIx64 ", status queue at 0x%"
                        PRIx64, cmdq, statq);
        return false;
    }
    rm->ring.cmdq = cmdq;
    rm->ring.statq = statq;
    return true;
}

static bool check_fresh(GspRm *rm, const uint8_t *a)
{
    if (ldl_le_p(a + R570_RMARGS_SR_OLD_LEVEL) ||
        ldl_le_p(a + R570_RMARGS_SR_FLAGS) || a[R570_RMARGS_SR_IN_PM]) {
        gsp_rule_broken(rm->gpu, GSP_RULE_RMARGS_NOT_FRESH,
                        "suspend/resume arguments set on a fresh boot");
        return false;
    }
    return true;
}

static bool check_page_table(GspRm *rm, uint64_t shm)
{
    uint64_t *page = rm->ring.page;
    g_autoptr(GHashTable) seen = g_hash_table_new(g_int64_hash, g_int64_equal);

    if (!gsp_dma_read(rm->gpu, shm, page, R570_SHM_PAGES * sizeof(*page))) {
        return false;
    }
    for (size_t i = 0; i < R570_SHM_PAGES; i++) {
        le64_to_cpus(&page[i]);
        if (!page[i] || page[i] % GSP_PAGE_SIZE) {
            gsp_rule_broken(rm->gpu, GSP_RULE_SHM_PAGETABLE_ALIGNMENT,
                            "entry %zu is 0x%" PRIx64, i, page[i]);
            return false;
        }
        if (!g_hash_table_add(seen, &page[i])) {
            gsp_rule_broken(rm->gpu, GSP_RULE_SHM_PAGETABLE_DUPLICATE,
                            "entry %zu names page 0x%" PRIx64 " again", i,
                            page[i]);
            return false;
        }
    }
    if (page[0] != shm) {
        gsp_rule_broken(rm->gpu, GSP_RULE_SHM_PAGETABLE_SELF,
                        "entry 0 is 0x%" PRIx64 ", the table is at 0x%" PRIx64,
                        page[0], shm);
        return false;
    }
    return true;
}

static bool check_rmargs(GspRm *rm, uint64_t addr)
{
    uint8_t a[R570_RMARGS_SIZE];
    uint64_t shm;

    if (!gsp_dma_read(rm->gpu, addr, a, sizeof(a))) {
        return false;
    }
    shm = ldq_le_p(a + R570_RMARGS_SHM_ADDR);
    if (!shm || shm % GSP_PAGE_SIZE) {
        gsp_rule_broken(rm->gpu, GSP_RULE_RMARGS_SHM_ADDRESS,
                        "shared memory at 0x%" PRIx64, shm);
        return false;
    }
    if (ldl_le_p(a + R570_RMARGS_PTE_COUNT) != R570_SHM_PAGES) {
        gsp_rule_broken(rm->gpu, GSP_RULE_RMARGS_PTE_COUNT, "%u, expected %u",
                        ldl_le_p(a + R570_RMARGS_PTE_COUNT), R570_SHM_PAGES);
        return false;
    }
    return check_queue_offsets(rm, a) && check_fresh(rm, a) &&
           check_page_table(rm, shm);
}

bool gsp_rm_check_args(GspRm *rm)
{
    uint64_t rmargs;

    return check_libos(rm, &rmargs) && check_rmargs(rm, rmargs) &&
           gsp_ring_attach(rm);
}
