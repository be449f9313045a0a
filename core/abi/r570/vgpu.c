// SPDX-License-Identifier: GPL-2.0-only
/*
 * vGPU types and vGPUs of 570.144.
 */
#include "abi/r570/r570.h"

#include <asm/byteorder.h>
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/sizes.h>
#include <linux/string.h>

#include "abi/r570/wire_vgpu.h"

/* More than any board has; a number below it does not wrap when multiplied by instances. */
#define MEMORY_MAX	(SZ_1T * 256ULL)

/*
 * Names appear in sysfs, in "id : name" lines, and in logs. Whether they are
 * terminated within their field is up to whoever made the file.
 */
static int decode_name(char *name, const u8 *wire)
{
	size_t len = strnlen(wire, GSP_VGPU_NAME_LEN);
	size_t i;

	if (len == GSP_VGPU_NAME_LEN)
		return -EPROTO;
	for (i = 0; i < len; i++)
		if (!isascii(wire[i]) || !isprint(wire[i]) || wire[i] == ':')
			return -EPROTO;
	memcpy(name, wire, len);
	memset(name + len, 0, GSP_VGPU_NAME_LEN + 1 - len);
	return 0;
}

/* Some types carry the device id of their board alone. */
static u32 decode_pdev_id(u64 id)
{
	return id <= U16_MAX ? id << 16 : id;
}

static int check_type(const struct gsp_vgpu_type *t)
{
	if (!t->id || !t->name[0])
		return -EPROTO;
	if (!t->max_instance || t->max_instance > R570_VGPUS_MAX)
		return -EPROTO;
	if (!t->fb_length || t->fb_length >= MEMORY_MAX ||
	    !t->profile_size || t->profile_size >= MEMORY_MAX ||
	    t->fb_reservation >= MEMORY_MAX || t->bar1_length >= MEMORY_MAX)
		return -EPROTO;
	if (t->gsp_heap_size < R570_PLUGIN_TOTAL || t->gsp_heap_size >= MEMORY_MAX ||
	    t->gsp_heap_size % SZ_4K)
		return -EPROTO;
	return 0;
}

static int decode_vgpu_type(const void *raw, size_t len, struct gsp_vgpu_type *t)
{
	const struct r570_wire_vgpu_type *w = raw;
	u64 bar1_mib, vdev_id, pdev_id;

	if (len != sizeof(*w))
		return -EPROTO;

	bar1_mib = le64_to_cpu(w->bar1_length);
	vdev_id = le64_to_cpu(w->vdev_id);
	pdev_id = le64_to_cpu(w->pdev_id);
	if (bar1_mib >= MEMORY_MAX / SZ_1M || vdev_id > U32_MAX || pdev_id > U32_MAX)
		return -EPROTO;

	*t = (struct gsp_vgpu_type) {
		.id = le32_to_cpu(w->id),
		.max_instance = le32_to_cpu(w->max_instance),
		.fb_length = le64_to_cpu(w->fb_length),
		.profile_size = le64_to_cpu(w->profile_size),
		.gsp_heap_size = le64_to_cpu(w->gsp_heap_size),
		.fb_reservation = le64_to_cpu(w->fb_reservation),
		.bar1_length = bar1_mib * SZ_1M,
		.vdev_id = vdev_id,
		.pdev_id = decode_pdev_id(pdev_id),
		.ecc = w->ecc,
		.raw = raw,
		.raw_len = len,
	};
	return decode_name(t->name, w->name) ?: decode_name(t->class, w->class) ?: check_type(t);
}

const struct gsp_abi_vgpu r570_vgpu = {
	.max_types = R570_VGPU_TYPES_MAX,
	.max_vgpus = R570_VGPUS_MAX,
	.max_plugin_channels = R570_PLUGIN_CHANNELS_MAX,
	.type_size = sizeof(struct r570_wire_vgpu_type),
	.vgpu_type = decode_vgpu_type,
};

void r570_encode_vgpu_types(const void *in, void *params)
{
	const struct gsp_vgpu_type_list *list = in;
	struct r570_wire_add_vgpu_types *w = params;
	unsigned int nr = min(list->nr, R570_VGPU_TYPES_MAX);
	unsigned int i;

	w->discard = list->discard;
	w->nr = cpu_to_le32(nr);
	for (i = 0; i < nr; i++)
		memcpy(&w->types[i], list->types[i].raw, sizeof(w->types[i]));
}

void r570_encode_vgpu_mgr_config(const void *in, void *params)
{
	const bool *heterogeneous = in;
	struct r570_wire_vgpu_mgr_config *w = params;

	w->heterogeneous = *heterogeneous;
}

static void encode_logs(u64 heap, struct r570_wire_vgpu_bootload *w)
{
	w->init_log_addr = cpu_to_le64(heap + R570_PLUGIN_INIT_LOG);
	w->init_log_size = cpu_to_le64(R570_PLUGIN_INIT_LOG_SIZE);
	w->vgpu_log_addr = cpu_to_le64(heap + R570_PLUGIN_VGPU_LOG);
	w->vgpu_log_size = cpu_to_le64(R570_PLUGIN_VGPU_LOG_SIZE);
	w->kernel_log_addr = cpu_to_le64(heap + R570_PLUGIN_KERNEL_LOG);
	w->kernel_log_size = cpu_to_le64(R570_PLUGIN_KERNEL_LOG_SIZE);
}

void r570_encode_vgpu_bootload(const void *in, void *params)
{
	const struct gsp_vgpu_bootload *b = in;
	struct r570_wire_vgpu_bootload *w = params;
	unsigned int nr_fb = min(b->nr_fb, R570_BOOTLOAD_RANGES);
	unsigned int i;

	w->dbdf = cpu_to_le32(b->sbdf);
	w->gfid = cpu_to_le32(b->gfid);
	w->vm_pid = cpu_to_le32(b->vm_pid);
	w->swizz_id = cpu_to_le32(R570_NO_SWIZZ_ID);
	w->nr_channels = cpu_to_le32(b->nr_channels);
	w->nr_plugin_channels = cpu_to_le32(b->nr_plugin_channels);
	for (i = 0; i < b->engines->nr; i++)
		if (b->engines->e[i].type < ARRAY_SIZE(w->chid_offset))
			w->chid_offset[b->engines->e[i].type] = cpu_to_le32(b->chid_offset);

	w->nr_fb = cpu_to_le32(nr_fb);
	for (i = 0; i < nr_fb; i++) {
		w->fb_addr[i] = cpu_to_le64(b->fb[i].addr);
		w->fb_size[i] = cpu_to_le64(b->fb[i].size);
	}
	w->heap_addr = cpu_to_le64(b->heap_addr);
	w->heap_size = cpu_to_le64(b->heap_size);
	encode_logs(b->heap_addr, w);
}

void r570_encode_vgpu_gfid(const void *in, void *params)
{
	const u32 *gfid = in;
	struct r570_wire_vgpu_gfid *w = params;

	w->gfid = cpu_to_le32(*gfid);
}

static const enum gsp_plugin_notify plugin_notes[] = {
	GSP_PLUGIN_BOOTLOADED,
	GSP_PLUGIN_UNLOADED,
	GSP_PLUGIN_CRASHED,
	GSP_PLUGIN_GUEST_LOADED,
	GSP_PLUGIN_GUEST_UNLOADED,
	GSP_PLUGIN_ERROR_MESSAGE,
	GSP_PLUGIN_LICENCE,
	GSP_PLUGIN_GUEST_OS,
};

int r570_decode_plugin_event(const void *payload, size_t len, struct gsp_plugin_event *ev)
{
	const struct r570_wire_plugin_event *w = payload;
	u32 notify;

	if (len < sizeof(*w))
		return -EPROTO;

	notify = le32_to_cpu(w->notify);
	ev->gfid = le32_to_cpu(w->gfid);
	ev->what = notify < ARRAY_SIZE(plugin_notes) ? plugin_notes[notify] : GSP_PLUGIN_OTHER;
	return 0;
}

int r570_decode_config_event(const void *payload, size_t len, enum gsp_vgpu_config_notify *what)
{
	const struct r570_wire_config_event *w = payload;

	if (len < sizeof(*w))
		return -EPROTO;

	switch (le32_to_cpu(w->notify)) {
	case 0:
		*what = GSP_VGPU_CONFIG_CREATED;
		break;
	case 1:
		*what = GSP_VGPU_CONFIG_INITIALISING;
		break;
	case 2:
		*what = GSP_VGPU_CONFIG_DESTROYED;
		break;
	default:
		*what = GSP_VGPU_CONFIG_OTHER;
	}
	return 0;
}
