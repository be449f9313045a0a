/*
 * NVIDIA GSP GPU model: which engines there are
 *
 * GR0 and the first two copy engines share a runlist, every other engine has one
 * of its own. Host executes its own methods on all of them; of the engines only
 * copy engines do something.
 *
 * NV2080_ENGINE_TYPE, RM_ENGINE_TYPE and MC_ENGINE_IDX are those of 570.144;
 * runlist, fault and register numbers in the device table are synthetic.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "gsp_channel.h"
#include "gsp_engine.h"

#define ENTRY_SIZE        100            /* NV2080_CTRL_FIFO_DEVICE_ENTRY */
#define ENTRIES_MAX       32
#define TABLE_SIZE        (12 + ENTRIES_MAX * ENTRY_SIZE)

struct GspHostKind {
    const char *name;                    /* format of the instance */
    uint8_t type;                        /* of the first one here */
    uint8_t rm_type, mc, dev_type;       /* of instance 0 */
    uint8_t (*count)(const GspChip *c);
    uint8_t first;                       /* its instance */
};

static uint8_t one(const GspChip *c)
{
    return 1;
}

static uint8_t copies(const GspChip *c)
{
    return GSP_CE_COUNT;
}

static uint8_t nvdecs(const GspChip *c)
{
    return c->nvdecs;
}

static uint8_t nvencs(const GspChip *c)
{
    return MIN(c->nvencs, 3);
}

/* The fourth has a number elsewhere */
static uint8_t nvenc3s(const GspChip *c)
{
    return c->nvencs > 3;
}

static uint8_t nvjpegs(const GspChip *c)
{
    return c->nvjpegs;
}

static uint8_t ofas(const GspChip *c)
{
    return c->family != GSP_TU10X;
}

static const GspHostKind kinds[] = {
    { "GR%u", GSP_ENGINE_GR0, 0x01, 84, 0x00, one },
    { "CE%u", 0x09, 0x09, 15, 0x13, copies },
    { "NVDEC%u", 0x13, 0x1D, 65, 0x10, nvdecs },
    { "NVENC%u", 0x1B, 0x25, 38, 0x0E, nvencs },
    { "NVENC%u", 0x3F, 0x25, 38, 0x0E, nvenc3s, 3 },
    { "SEC2", 0x26, 0x31, 47, 0x0D, one },
    { "NVJPG%u", 0x2B, 0x36, 51, 0x15, nvjpegs },
    { "OFA%u", 0x33, 0x3E, 81, 0x16, ofas },
};

bool gsp_engine_nth(const GspChip *c, unsigned n, GspHostEngine *e)
{
    *e = (GspHostEngine) { .runlist = MAX(n, GSP_GRCES) - GSP_GRCES };

    for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
        if (n < kinds[i].count(c)) {
            e->kind = &kinds[i];
            e->instance = kinds[i].first + n;
            e->type = kinds[i].type + n;
            e->mc = kinds[i].mc + e->instance;
            return true;
        }
        n -= kinds[i].count(c);
    }
    return false;
}

bool gsp_engine_find(const GspChip *c, uint32_t type, GspHostEngine *e)
{
    for (unsigned n = 0; gsp_engine_nth(c, n, e); n++) {
        if (e->type == type) {
            return true;
        }
    }
    return false;
}

static void put_entry(const GspHostEngine *e, unsigned n, uint8_t *p)
{
    const uint32_t data[] = {
        0x1000 + n,              /* ENG_DESC */
        n,                       /* FIFO_TAG */
        e->kind->rm_type + e->instance,
        e->runlist,
        14 + n,                  /* MMU_FAULT_ID */
        36 + n,                  /* RC_MASK */
        ~0u,                     /* RESET */
        ~0u,                     /* INTR */
        e->mc,
        e->kind->dev_type,
        e->instance,
        0xD00000 + e->runlist * 0x400,       /* RUNLIST_PRI_BASE */
        1,                       /* IS_HOST_DRIVEN_ENGINE */
        e->runlist ? 0 : n,      /* RUNLIST_ENGINE_ID */
        0xD80000 + e->runlist * 0x2000,      /* CHRAM_PRI_BASE */
    };

    for (size_t i = 0; i < ARRAY_SIZE(data); i++) {
        stl_le_p(p + 4 * i, data[i]);
    }
    stl_le_p(p + 0x40, e->runlist);          /* pbdmaIds */
    stl_le_p(p + 0x48, 32 + e->runlist);     /* pbdmaFaultIds */
    stl_le_p(p + 0x50, 1);       /* numPbdmas */
    snprintf((char *)p + 0x54, 16, e->kind->name, e->instance);
}

uint32_t gsp_engine_device_info(GspRm *rm, GspObject *o, uint8_t *p)
{
    uint32_t base = ldl_le_p(p);
    GspHostEngine e;
    unsigned n;

    memset(p + 4, 0, TABLE_SIZE - 4);
    if (base) {
        return NVS_OK;           /* baseIndex behind the last entry */
    }
    for (n = 0; gsp_engine_nth(rm->gpu->chip, n, &e); n++) {
        assert(n < ENTRIES_MAX);
        put_entry(&e, n, p + 12 + n * ENTRY_SIZE);
    }
    stl_le_p(p + 4, n);
    return NVS_OK;
}
