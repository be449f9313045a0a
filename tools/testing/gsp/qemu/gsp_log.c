/*
 * NVIDIA GSP GPU model: libos log buffers
 *
 * A buffer begins with the put pointer, counted in words since the start; the
 * words after it are a ring. libos reads the buffer's own page table from that
 * ring area once and logs over it afterwards. A record is its arguments, then
 * the address of its metadata, then a time stamp, so that it is read backwards
 * from put (liblogdecode.c of the public sources).
 *
 * Our metadata address points at nothing, and the arguments are the text
 * itself, so that strings(1) on a saved buffer shows what the model had to say.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "gsp_rm.h"
#include "trace.h"

#define LOG_META         0x4D4F44454C470000ULL   /* marks the model's records */
#define LOG_PAGES_MAX    512                     /* as many as one page names */
#define LOG_TEXT_WORDS   16

/* The page table in the buffer must name the buffer's own pages */
static bool check_page_table(GspRm *rm, GspLogId id, const uint64_t *word,
                             uint64_t pa, uint64_t pages)
{
    for (uint64_t i = 0; i < pages; i++) {
        uint64_t pte = le64_to_cpu(word[1 + i]);

        if (pte != pa + i * GSP_PAGE_SIZE) {
            gsp_rule_broken(rm->gpu, GSP_RULE_LIBOS_LOG_PTE,
                            "log %d, page %" PRIu64 ": entry is 0x%" PRIx64
                            ", expected 0x%" PRIx64, id, i, pte,
                            pa + i * GSP_PAGE_SIZE);
            return false;
        }
    }
    return true;
}

bool gsp_log_attach(GspRm *rm, GspLogId id, uint64_t pa, uint64_t size)
{
    uint64_t word[1 + LOG_PAGES_MAX];
    uint64_t pages = size / GSP_PAGE_SIZE;

    /* the table must fit into the buffer's first page */
    if (pages < 2 || pages >= LOG_PAGES_MAX) {
        gsp_rule_broken(rm->gpu, GSP_RULE_LIBOS_ARGS_SIZE,
                        "log %d has 0x%" PRIx64 " bytes", id, size);
        return false;
    }
    if (!gsp_dma_read(rm->gpu, pa, word, (1 + pages) * sizeof(word[0]))) {
        return false;
    }
    if (word[0]) {
        gsp_rule_broken(rm->gpu, GSP_RULE_LIBOS_LOG_PUT,
                        "log %d: put pointer is 0x%" PRIx64 " at the start", id,
                        le64_to_cpu(word[0]));
        return false;
    }
    if (!check_page_table(rm, id, word, pa, pages)) {
        return false;
    }
    rm->log[id] = (GspLog) { .pa = pa, .size = size };
    return true;
}

static bool log_put(GspRm *rm, GspLog *log, uint64_t at, uint64_t le)
{
    return log->fb ? gsp_fb_write(rm->gpu, at, &le, sizeof(le))
                   : gsp_dma_write(rm->gpu, at, &le, sizeof(le));
}

static bool log_word(GspRm *rm, GspLog *log, uint64_t val)
{
    uint64_t entries = log->size / sizeof(uint64_t) - 1;
    uint64_t le = cpu_to_le64(val);
    uint64_t at = log->pa + (1 + log->put % entries) * sizeof(uint64_t);

    log->put++;
    return log_put(rm, log, at, le);
}

void gsp_log_append(GspRm *rm, GspLog *log, const char *text)
{
    char arg[LOG_TEXT_WORDS * 8] = { 0 };
    size_t i, words = DIV_ROUND_UP(MIN(strlen(text), sizeof(arg)), 8);
    bool ok = true;

    if (!log->size) {
        return;
    }
    memcpy(arg, text, MIN(strlen(text), sizeof(arg)));
    for (i = 0; ok && i < words; i++) {
        ok = log_word(rm, log, ldq_le_p(arg + i * 8));
    }
    ok = ok && log_word(rm, log, LOG_META | words) &&
         log_word(rm, log, gsp_ptimer_ns(rm->gpu));
    if (ok) {
        log_put(rm, log, log->pa, cpu_to_le64(log->put));
    }
}

void gsp_log_write(GspRm *rm, GspLogId id, const char *text)
{
    gsp_log_append(rm, &rm->log[id], text);
    trace_gsp_log(id, text);
}
