/*
 * NVIDIA GSP GPU model: random bytes in what the firmware says
 *
 * The property "fuzz" takes <seed>[,<rate>]: of 100 elements of the status
 * queue, about rate (default 100) are spoiled, each in one of the ways below.
 * "" ends it. What is done depends on the seed and the elements so far and on
 * nothing else: writing the same seed again starts the same sequence anew.
 * "fuzz-fired" counts the spoiled ones since the last write.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "qemu/cutils.h"
#include "qapi/error.h"
#include "qapi/visitor.h"
#include "gsp_rm.h"
#include "trace.h"

#define RATE_DEFAULT 100
#define STROKES_MAX  8           /* changes made to one element */

/* What is spoiled; the payload more often than the rest */
typedef enum FuzzWay {
    FUZZ_NOTHING,
    FUZZ_PAYLOAD,                /* some bytes; the checksum is right */
    FUZZ_PAYLOAD_ALL,            /* all of it; the checksum is right */
    FUZZ_RPC_HEADER,             /* the checksum is right */
    FUZZ_ELEMENT_HEADER,         /* the checksum is no longer right */
    FUZZ_ANYWHERE,               /* nor here */
    FUZZ_WAYS
} FuzzWay;

static const FuzzWay ways[] = {
    FUZZ_PAYLOAD, FUZZ_PAYLOAD, FUZZ_PAYLOAD, FUZZ_PAYLOAD_ALL,
    FUZZ_RPC_HEADER, FUZZ_RPC_HEADER, FUZZ_ELEMENT_HEADER, FUZZ_ANYWHERE,
};

static const char *const way_names[FUZZ_WAYS] = {
    "nothing", "payload", "payload-all", "rpc-header", "element-header",
    "anywhere",
};

/* What parsers stumble over */
static const uint32_t words[] = {
    0, 1, 2, 0x1F, 0x20, 0xFF, 0xFFF, 0x1000, 0x1001, 0x1002, 0xFFFF, 0x10000,
    0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF,
};

struct GspFuzz {
    char *spec;
    uint64_t state;
    uint32_t rate, fired;
    FuzzWay way;                 /* chosen for the element at hand */
};

/* splitmix64 */
static uint64_t fuzz_next(struct GspFuzz *f)
{
    uint64_t z = f->state += 0x9E3779B97F4A7C15ull;

    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ z >> 27) * 0x94D049BB133111EBull;
    return z ^ z >> 31;
}

static size_t fuzz_below(struct GspFuzz *f, size_t n)
{
    return fuzz_next(f) % n;
}

static void fuzz_fill(struct GspFuzz *f, uint8_t *p, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        p[i] = fuzz_next(f);
    }
}

static void fuzz_stroke(struct GspFuzz *f, uint8_t *p, size_t len)
{
    size_t at = fuzz_below(f, len);

    switch (fuzz_below(f, 4)) {
    case 0:
        p[at] = fuzz_next(f);
        break;
    case 1:
        p[at] ^= 1u << fuzz_below(f, 8);
        break;
    case 2:
        fuzz_fill(f, p + at, MIN(len - at, 1 + fuzz_below(f, 64)));
        break;
    default:
        at &= ~(size_t)3;
        if (len - at >= 4) {
            stl_le_p(p + at, words[fuzz_below(f, ARRAY_SIZE(words))]);
        }
    }
}

static void fuzz_some(struct GspFuzz *f, uint8_t *p, size_t len)
{
    size_t n = 1 + fuzz_below(f, STROKES_MAX);

    while (len && n--) {
        fuzz_stroke(f, p, len);
    }
}

/*
 * Seam with gsp_ring.c
 */

void gsp_fuzz_message(GspGpu *s, uint8_t *el, size_t size)
{
    uint8_t *rpc = el + R570_EL_HDR, *payload = rpc + R570_RPC_HDR;
    uint32_t length = ldl_le_p(rpc + R570_RPC_LENGTH);
    struct GspFuzz *f = s->fuzz;
    size_t len = 0;

    if (!f) {
        return;
    }
    f->way = FUZZ_NOTHING;
    if (fuzz_below(f, 100) >= f->rate) {
        return;
    }
    f->way = ways[fuzz_below(f, ARRAY_SIZE(ways))];
    f->fired++;
    trace_gsp_fuzz(way_names[f->way], ldl_le_p(rpc + R570_RPC_FUNCTION),
                   f->fired);
    if (length > R570_RPC_HDR && length <= size - R570_EL_HDR) {
        len = length - R570_RPC_HDR;
    }
    if (f->way == FUZZ_PAYLOAD) {
        fuzz_some(f, payload, len);
    } else if (f->way == FUZZ_PAYLOAD_ALL) {
        fuzz_fill(f, payload, len);
    } else if (f->way == FUZZ_RPC_HEADER) {
        fuzz_some(f, rpc, R570_RPC_HDR);
    }
}

void gsp_fuzz_element(GspGpu *s, uint8_t *el, size_t size)
{
    struct GspFuzz *f = s->fuzz;

    if (!f) {
        return;
    }
    if (f->way == FUZZ_ELEMENT_HEADER) {
        fuzz_some(f, el, R570_EL_HDR);
    } else if (f->way == FUZZ_ANYWHERE) {
        fuzz_some(f, el, size);
    }
    f->way = FUZZ_NOTHING;
}

/*
 * Properties
 */

void gsp_fuzz_exit(GspGpu *s)
{
    if (s->fuzz) {
        g_free(s->fuzz->spec);
        g_free(s->fuzz);
        s->fuzz = NULL;
    }
}

static char *get_fuzz(Object *obj, Error **errp)
{
    GspGpu *s = GSP_GPU(obj);

    return g_strdup(s->fuzz ? s->fuzz->spec : "");
}

static void set_fuzz(Object *obj, const char *spec, Error **errp)
{
    uint64_t seed, rate = RATE_DEFAULT;
    GspGpu *s = GSP_GPU(obj);
    const char *end;

    if (!*spec) {
        gsp_fuzz_exit(s);
        return;
    }
    if (qemu_strtou64(spec, &end, 0, &seed) < 0 ||
        (*end && *end != ',') ||
        (*end && qemu_strtou64(end + 1, NULL, 0, &rate) < 0) || rate > 100) {
        error_setg(errp, "fuzz '%s' is not <seed>[,<rate of 100>]", spec);
        return;
    }
    gsp_fuzz_exit(s);
    s->fuzz = g_new0(struct GspFuzz, 1);
    *s->fuzz = (struct GspFuzz) {
        .spec = g_strdup(spec), .state = seed, .rate = rate,
    };
}

static void get_fuzz_fired(Object *obj, Visitor *v, const char *name,
                           void *opaque, Error **errp)
{
    GspGpu *s = GSP_GPU(obj);
    uint32_t n = s->fuzz ? s->fuzz->fired : 0;

    visit_type_uint32(v, name, &n, errp);
}

void gsp_fuzz_class_init(ObjectClass *oc)
{
    object_class_property_add_str(oc, "fuzz", get_fuzz, set_fuzz);
    object_class_property_add(oc, "fuzz-fired", "uint32", get_fuzz_fired, NULL,
                              NULL, NULL);
}
