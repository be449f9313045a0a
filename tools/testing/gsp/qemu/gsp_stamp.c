/*
 * NVIDIA GSP GPU model: how much was done until when
 *
 * The trace event gsp_stamp says, at the first access to BAR0, at each phase
 * and at the answer of each RPC, how many instructions the CPU has executed and
 * what it has done to the device until then. -device gsp-stamp is for programs:
 * a port that they read the number of instructions from, low word first.
 *
 * Instructions are counted with -icount alone; otherwise their number is 0.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/module.h"
#include "hw/isa/isa.h"
#include "hw/qdev-properties.h"
#include "system/cpu-timers.h"
#include "gsp_gpu.h"
#include "trace.h"

#define STAMP_PORTS 8

#define TYPE_GSP_STAMP "gsp-stamp"
OBJECT_DECLARE_SIMPLE_TYPE(GspStamp, GSP_STAMP)

struct GspStamp {
    ISADevice parent_obj;

    MemoryRegion io;
    uint32_t iobase;
    uint32_t high;               /* of the number whose low word was read */
};

/* Executed, whatever the clock says: that also runs while the CPU idles */
static int64_t stamp_instructions(void)
{
    return icount_enabled() ? icount_get_raw() : 0;
}

void gsp_stamp(GspGpu *s, const char *what)
{
    const GspDone *d = &s->done;

    if (trace_event_get_state_backends(TRACE_GSP_STAMP)) {
        trace_gsp_stamp(what, stamp_instructions(), d->reads, d->writes,
                        d->dma_read, d->dma_written, s->rpc_count);
    }
}

void gsp_stamp_access(GspGpu *s, bool write)
{
    if (!s->done.reads && !s->done.writes) {
        gsp_stamp(s, "first-access");
    }
    if (write) {
        s->done.writes++;
    } else {
        s->done.reads++;
    }
}

void gsp_stamp_init(GspGpu *s)
{
    Object *obj = OBJECT(s);
    GspDone *d = &s->done;

    object_property_add_uint64_ptr(obj, "bar0-reads", &d->reads,
                                   OBJ_PROP_FLAG_READ);
    object_property_add_uint64_ptr(obj, "bar0-writes", &d->writes,
                                   OBJ_PROP_FLAG_READ);
    object_property_add_uint64_ptr(obj, "dma-read", &d->dma_read,
                                   OBJ_PROP_FLAG_READ);
    object_property_add_uint64_ptr(obj, "dma-written", &d->dma_written,
                                   OBJ_PROP_FLAG_READ);
}

/*
 * The port
 */
static uint64_t stamp_read(void *opaque, hwaddr addr, unsigned size)
{
    GspStamp *p = opaque;
    int64_t now;

    if (addr) {
        return p->high;
    }
    now = stamp_instructions();
    p->high = now >> 32;
    return (uint32_t)now;
}

/* There is nothing to be told */
static void stamp_write(void *opaque, hwaddr addr, uint64_t val, unsigned size)
{
}

static const MemoryRegionOps stamp_ops = {
    .read = stamp_read,
    .write = stamp_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 4, .max_access_size = 4 },
    .impl = { .min_access_size = 4, .max_access_size = 4 },
};

static void stamp_realize(DeviceState *dev, Error **errp)
{
    GspStamp *p = GSP_STAMP(dev);

    memory_region_init_io(&p->io, OBJECT(p), &stamp_ops, p, TYPE_GSP_STAMP,
                          STAMP_PORTS);
    isa_register_ioport(ISA_DEVICE(dev), &p->io, p->iobase);
}

static const Property stamp_properties[] = {
    DEFINE_PROP_UINT32("iobase", GspStamp, iobase, 0x5f0),
};

static void stamp_class_init(ObjectClass *oc, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(oc);

    dc->realize = stamp_realize;
    dc->desc = "Instructions executed so far (for measuring drivers)";
    set_bit(DEVICE_CATEGORY_MISC, dc->categories);
    device_class_set_props(dc, stamp_properties);
}

static const TypeInfo stamp_info = {
    .name = TYPE_GSP_STAMP,
    .parent = TYPE_ISA_DEVICE,
    .instance_size = sizeof(GspStamp),
    .class_init = stamp_class_init,
};

static void stamp_register_types(void)
{
    type_register_static(&stamp_info);
}

type_init(stamp_register_types)
