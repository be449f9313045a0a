// SPDX-License-Identifier: GPL-2.0-only
/*
 * System info, registry and static info of 570.144.
 */
#include "abi/r570/r570.h"

#include <asm/byteorder.h>
#include <linux/errno.h>
#include <linux/string.h>

#include "abi/r570/wire.h"

static void encode_vf_info(const struct gsp_vf_info *vf, struct r570_wire_vf_info *w)
{
	int i;

	w->total_vfs = cpu_to_le32(vf->total_vfs);
	w->first_vf_offset = cpu_to_le32(vf->first_offset);
	for (i = 0; i < ARRAY_SIZE(w->bar_addr); i++) {
		w->bar_addr[i] = cpu_to_le64(vf->bar_addr[i]);
		w->bar_is_64bit[i] = vf->bar_is_64bit[i];
	}
}

void r570_encode_system_info(const void *in, void *wire)
{
	const struct gsp_system_info *info = in;
	struct r570_wire_system_info *w = wire;
	int i;

	for (i = 0; i < ARRAY_SIZE(w->bar_addr); i++)
		w->bar_addr[i] = cpu_to_le64(info->bar_addr[i]);
	w->pci_bdf = cpu_to_le64(info->pci_bdf);
	w->max_user_va = cpu_to_le64(info->max_user_va);
	w->config_mirror = cpu_to_le32(info->config_mirror);
	w->config_mirror_size = cpu_to_le32(info->config_mirror_size);
	w->device_id = cpu_to_le32(info->device_id);
	w->subsystem_id = cpu_to_le32(info->subsystem_id);
	w->revision = cpu_to_le32(info->revision);
	w->flr_supported = info->has_flr;
	w->bar0_is_64bit = info->bar0_is_64bit;
	w->host_page_size = cpu_to_le64(info->host_page_size);
	encode_vf_info(&info->vf, &w->vf_info);
}

/* The table is followed by the names, each with its terminator. */
size_t r570_registry_size(const void *in)
{
	const struct gsp_registry *reg = in;
	const struct r570_wire_registry *w;
	size_t size = struct_size(w, entries, reg->nr);
	unsigned int i;

	for (i = 0; i < reg->nr; i++)
		size += strlen(reg->entries[i].name) + 1;
	return size;
}

void r570_encode_registry(const void *in, void *wire)
{
	const struct gsp_registry *reg = in;
	struct r570_wire_registry *w = wire;
	size_t pos = struct_size(w, entries, reg->nr);
	unsigned int i;

	w->size = cpu_to_le32(r570_registry_size(reg));
	w->nr_entries = cpu_to_le32(reg->nr);
	for (i = 0; i < reg->nr; i++) {
		const struct gsp_registry_entry *e = &reg->entries[i];
		size_t len = strlen(e->name) + 1;

		w->entries[i] = (struct r570_wire_registry_entry) {
			.name_offset = cpu_to_le32(pos),
			.type = R570_REGISTRY_TYPE_DWORD,
			.data = cpu_to_le32(e->value),
			.length = cpu_to_le32(sizeof(e->value)),
		};
		memcpy(wire + pos, e->name, len);
		pos += len;
	}
}

/* A region for compressed and scanned-out surfaces is one for everything. */
static int decode_region(const struct r570_wire_fb_region *w,
			 struct gsp_fb_region *region)
{
	u64 limit = le64_to_cpu(w->limit);

	region->base = le64_to_cpu(w->base);
	if (limit < region->base || limit == U64_MAX)
		return -EPROTO;

	region->size = limit - region->base + 1;
	region->usable = !w->reserved && !w->protected && w->compressed && w->iso;
	return 0;
}

static int decode_regions(const struct r570_wire_static_info *w,
			  struct gsp_config *config)
{
	unsigned int i;
	int ret;

	config->nr_regions = le32_to_cpu(w->nr_regions);
	if (config->nr_regions > ARRAY_SIZE(w->regions))
		return -EPROTO;

	for (i = 0; i < config->nr_regions; i++) {
		ret = decode_region(&w->regions[i], &config->regions[i]);
		if (ret)
			return ret;
	}
	return 0;
}

static void decode_sriov(const struct r570_wire_sriov_caps *w, struct gsp_config *config)
{
	int i;

	config->sriov.total_vfs = le32_to_cpu(w->total_vfs);
	config->sriov.first_vf_offset = le32_to_cpu(w->first_vf_offset);
	for (i = 0; i < ARRAY_SIZE(config->sriov.bar_size); i++) {
		config->sriov.bar_size[i] = le64_to_cpu(w->bar_size[i]);
		config->sriov.bar_is_64bit[i] = w->bar_is_64bit[i];
	}
	config->sriov.enabled = w->enabled;
	config->sriov.trap_tlb_page = w->emulate_tlb_invalidate;
	config->sriov.any_nr_channels = w->any_nr_channels;
	config->sriov.resizable_bar1 = w->resizable_bar1;
}

int r570_decode_static_info(const void *wire, void *out)
{
	const struct r570_wire_static_info *w = wire;
	struct gsp_config *config = out;

	strscpy(config->name, w->name, sizeof(w->name));
	strscpy(config->short_name, w->short_name, sizeof(w->short_name));
	config->fb_size = le64_to_cpu(w->fb_length);
	config->fb_bus_width = le32_to_cpu(w->fb_bus_width);
	config->l2_size = le32_to_cpu(w->l2_size);
	decode_sriov(&w->sriov, config);
	config->max_gfid = le32_to_cpu(w->max_gfid);
	config->bar1_pde_base = le64_to_cpu(w->bar1_pde_base);
	config->bar2_pde_base = le64_to_cpu(w->bar2_pde_base);
	config->heaps_base = le64_to_cpu(w->nonwpr_offset);
	config->internal.client = le32_to_cpu(w->internal_client);
	config->internal.device = le32_to_cpu(w->internal_device);
	config->internal.subdevice = le32_to_cpu(w->internal_subdevice);
	return decode_regions(w, config);
}
