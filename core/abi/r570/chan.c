// SPDX-License-Identifier: GPL-2.0-only
/*
 * Engines, address spaces and channels of 570.144.
 */
#include "abi/r570/r570.h"

#include <asm/byteorder.h>
#include <linux/bitfield.h>
#include <linux/errno.h>
#include <linux/log2.h>
#include <linux/sizes.h>
#include <linux/string.h>

#include "abi/r570/wire_chan.h"

/*
 * The firmware's own numbering of engines (RM_ENGINE_TYPE), stretch by stretch,
 * and that of its clients (NV2080_ENGINE_TYPE).
 */
static const struct {
	u8 rm;
	u8 nr;
	u8 type;
	bool copy;
} engine_types[] = {
	{ 0x01,  8, 0x01 },		/* GR0 to GR7 */
	{ 0x09, 10, 0x09, true },	/* COPY0 to COPY9 */
	{ 0x13, 10, 0x34, true },	/* COPY10 to COPY19 */
	{ 0x1d,  8, 0x13 },		/* NVDEC0 to NVDEC7 */
	{ 0x25,  3, 0x1b },		/* NVENC0 to NVENC2 */
	{ 0x28,  1, 0x3f },		/* NVENC3 */
	{ 0x29, 13, 0x1e },		/* VP to FBFLCN, among them SW and SEC2 */
	{ 0x36,  8, 0x2b },		/* NVJPEG0 to NVJPEG7 */
	{ 0x3e,  1, 0x33 },		/* OFA0 */
	{ 0x3f,  1, 0x3e },		/* OFA1 */
};

static bool translate_type(u32 rm, struct gsp_engine *e)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(engine_types); i++) {
		if (rm < engine_types[i].rm || rm - engine_types[i].rm >= engine_types[i].nr)
			continue;
		e->type = engine_types[i].type + (rm - engine_types[i].rm);
		e->copy = engine_types[i].copy;
		return true;
	}
	return false;
}

static bool listed(const struct gsp_engine_list *list, u32 type)
{
	unsigned int i;

	for (i = 0; i < list->nr; i++)
		if (list->e[i].type == type)
			return true;
	return false;
}

/* Engines without channels, unknown ones and those listed twice are left out. */
static void decode_engine(const struct r570_wire_device_entry *w, struct gsp_engine_list *list)
{
	struct gsp_engine e = {
		.runlist = le32_to_cpu(w->data[R570_ENGINE_DATA_RUNLIST]),
		.runlist_base = le32_to_cpu(w->data[R570_ENGINE_DATA_RUNLIST_BASE]),
		.chram_base = le32_to_cpu(w->data[R570_ENGINE_DATA_CHRAM_BASE]),
		.instance = le32_to_cpu(w->data[R570_ENGINE_DATA_INSTANCE]),
	};

	if (!w->data[R570_ENGINE_DATA_HOST_DRIVEN] ||
	    !translate_type(le32_to_cpu(w->data[R570_ENGINE_DATA_RM_TYPE]), &e) ||
	    listed(list, e.type) || list->nr == ARRAY_SIZE(list->e))
		return;
	memcpy(e.name, w->name, sizeof(w->name));
	list->e[list->nr++] = e;
}

void r570_encode_device_info(const void *in, void *params)
{
	const u32 *base = in;
	struct r570_wire_device_info *w = params;

	w->base = cpu_to_le32(*base);
}

int r570_decode_device_info(const void *params, void *out)
{
	const struct r570_wire_device_info *w = params;
	struct gsp_engine_list *list = out;
	u32 nr = le32_to_cpu(w->nr);
	u32 i;

	if (nr > ARRAY_SIZE(w->entries))
		return -EPROTO;

	list->next = le32_to_cpu(w->base) + R570_DEVICE_ENTRIES;
	list->more = w->more;
	if (list->more && list->next >= R570_DEVICES_MAX)
		return -EPROTO;

	for (i = 0; i < nr; i++)
		decode_engine(&w->entries[i], list);
	return 0;
}

int r570_decode_vmmu_segment_size(const void *params, void *out)
{
	const struct r570_wire_vmmu_segment_size *w = params;
	u64 *size = out;

	*size = le64_to_cpu(w->size);
	return is_power_of_2(*size) && *size >= SZ_32M && *size <= SZ_1G ? 0 : -EPROTO;
}

/* One switch is for all units; which number is which unit is not published. */
int r570_decode_ecc_status(const void *params, void *out)
{
	const struct r570_wire_ecc_status *w = params;
	bool *on = out;
	unsigned int i;

	*on = false;
	for (i = 0; i < ARRAY_SIZE(w->units); i++)
		*on |= w->units[i].supported && w->units[i].enabled;
	return 0;
}

int r570_decode_method_buf_size(const void *params, void *out)
{
	const struct r570_wire_method_buf_size *w = params;
	u32 *size = out;

	*size = le32_to_cpu(w->size);
	return *size && *size <= SZ_1M ? 0 : -EPROTO;
}

void r570_encode_vaspace(const void *in, void *params)
{
	struct r570_wire_vaspace_params *w = params;

	w->flags = cpu_to_le32(R570_VASPACE_EXTERNALLY_OWNED);
}

static u32 page_directory_aperture(enum gsp_aperture aperture)
{
	switch (aperture) {
	case GSP_APERTURE_SYS:
		return 1;
	case GSP_APERTURE_SYS_NCOH:
		return 2;
	default:
		return 0;
	}
}

void r570_encode_set_page_directory(const void *in, void *params)
{
	const struct gsp_page_directory *pd = in;
	struct r570_wire_set_page_directory *w = params;

	w->addr = cpu_to_le64(pd->addr);
	w->nr_entries = cpu_to_le32(pd->nr_entries);
	w->flags = cpu_to_le32(page_directory_aperture(pd->aperture));
	w->vaspace = cpu_to_le32(pd->vaspace);
}

void r570_encode_unset_page_directory(const void *in, void *params)
{
	const u32 *vaspace = in;
	struct r570_wire_unset_page_directory *w = params;

	w->vaspace = cpu_to_le32(*vaspace);
}

static struct r570_wire_mem channel_mem(const struct gsp_chan_mem *mem)
{
	bool fb = mem->aperture == GSP_APERTURE_FB;
	bool cached = mem->aperture == GSP_APERTURE_SYS;

	return (struct r570_wire_mem) {
		.base = cpu_to_le64(mem->addr),
		.size = cpu_to_le64(mem->size),
		.address_space = cpu_to_le32(fb ? R570_ADDR_FBMEM : R570_ADDR_SYSMEM),
		.cache = cpu_to_le32(cached ? R570_MEMORY_CACHED : R570_MEMORY_UNCACHED),
	};
}

/* The number of a channel is asked for by the place of its USERD. */
static u32 channel_flags(const struct gsp_channel_params *p)
{
	return FIELD_PREP(R570_CHANNEL_RUNQUEUE, p->runqueue) |
	       (p->privileged ? R570_CHANNEL_PRIVILEGED : 0) |
	       FIELD_PREP(R570_CHANNEL_USERD_INDEX, p->chid % R570_CHANNEL_USERDS_PER_PAGE) |
	       FIELD_PREP(R570_CHANNEL_USERD_PAGE, p->chid / R570_CHANNEL_USERDS_PER_PAGE) |
	       R570_CHANNEL_USERD_PAGE_FIXED;
}

void r570_encode_channel(const void *in, void *params)
{
	const struct gsp_channel_params *p = in;
	struct r570_wire_channel_params *w = params;
	struct gsp_chan_mem ramfc = p->instance;

	ramfc.size = R570_CHANNEL_RAMFC_SIZE;
	w->gpfifo_va = cpu_to_le64(p->gpfifo_va);
	w->gpfifo_entries = cpu_to_le32(p->gpfifo_entries);
	w->flags = cpu_to_le32(channel_flags(p));
	w->vaspace = cpu_to_le32(p->vaspace);
	w->engine = cpu_to_le32(p->engine);
	w->instance = channel_mem(&p->instance);
	w->userd = channel_mem(&p->userd);
	w->ramfc = channel_mem(&ramfc);
	w->method_buf = channel_mem(&p->method_buf);
	w->internal_flags = cpu_to_le32((p->privileged ? R570_CHANNEL_PRIVILEGE_ADMIN : 0) |
					R570_CHANNEL_NO_ERROR_NOTIFIER |
					R570_CHANNEL_NO_ECC_NOTIFIER);
}

void r570_encode_channel_bind(const void *in, void *params)
{
	const u32 *engine = in;
	struct r570_wire_channel_bind *w = params;

	w->engine = cpu_to_le32(*engine);
}

void r570_encode_channel_schedule(const void *in, void *params)
{
	const bool *run = in;
	struct r570_wire_channel_schedule *w = params;

	w->enable = *run;
}

void r570_encode_copy(const void *in, void *params)
{
	const u32 *engine = in;
	struct r570_wire_copy_params *w = params;

	w->version = cpu_to_le32(R570_COPY_VERSION);
	w->engine = cpu_to_le32(*engine);
}
