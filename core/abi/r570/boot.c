// SPDX-License-Identifier: GPL-2.0-only
/*
 * Structures that the firmware of 570.144 finds in memory while it boots.
 */
#include "abi/r570/r570.h"

#include <asm/byteorder.h>
#include <linux/errno.h>
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "abi/r570/wire.h"
#include "abi/r570/wire_check.h"

void r570_wpr_meta(void *page, const struct gsp_wpr_layout *l,
		   const struct gsp_wpr_meta *m)
{
	struct r570_wire_wpr_meta *w = page;

	*w = (struct r570_wire_wpr_meta) {
		.magic = cpu_to_le64(R570_WPR_META_MAGIC),
		.revision = cpu_to_le64(R570_WPR_META_REVISION),
		.radix3_addr = cpu_to_le64(m->radix3),
		.radix3_size = cpu_to_le64(m->image_size),
		.bootloader_addr = cpu_to_le64(m->bootloader),
		.bootloader_size = cpu_to_le64(m->bootloader_size),
		.bootloader_code_offset = cpu_to_le64(m->code_offset),
		.bootloader_data_offset = cpu_to_le64(m->data_offset),
		.bootloader_manifest_offset = cpu_to_le64(m->manifest_offset),
		.signature_addr = cpu_to_le64(m->signature),
		.signature_size = cpu_to_le64(m->signature_size),
		.rsvd_start = cpu_to_le64(l->nonwpr_offset),
		.nonwpr_offset = cpu_to_le64(l->nonwpr_offset),
		.nonwpr_size = cpu_to_le64(l->nonwpr_size),
		.wpr_start = cpu_to_le64(l->wpr_start),
		.heap_offset = cpu_to_le64(l->heap_offset),
		.heap_size = cpu_to_le64(l->heap_size),
		.fw_offset = cpu_to_le64(l->fw_offset),
		.boot_offset = cpu_to_le64(l->boot_offset),
		.frts_offset = cpu_to_le64(l->frts_offset),
		.frts_size = cpu_to_le64(l->frts_size),
		.wpr_end = cpu_to_le64(l->wpr_end),
		.fb_size = cpu_to_le64(l->fb_size),
		.vga_offset = cpu_to_le64(l->vga_offset),
		.vga_size = cpu_to_le64(l->vga_size),
		.vf_partitions = m->vf_partitions,
		.pmu_reserved_size = cpu_to_le32(m->pmu_reserved),
	};
}

/* Targets as the vendor's and nouveau's drivers set them. */
void r570_fmc_params(void *page, const struct gsp_fmc_params *params)
{
	struct r570_wire_fmc_params *w = page;

	*w = (struct r570_wire_fmc_params) {
		.boot_target = cpu_to_le32(R570_DMA_TARGET_COHERENT),
		.desc_size = cpu_to_le32(sizeof(struct r570_wire_wpr_meta)),
		.desc_addr = cpu_to_le64(params->wpr_meta),
		.is_rm_boot = 1,
		.rm_target = cpu_to_le32(R570_DMA_TARGET_NONCOHERENT),
		.libos_addr = cpu_to_le64(params->libos_args),
	};
}

/* A name is packed with its last character in the lowest byte. */
static u64 libos_id8(const char *name)
{
	u64 id = 0;

	while (*name)
		id = id << 8 | (u8)*name++;
	return id;
}

void r570_libos_args(void *page, const struct gsp_libos_region *regions,
		     unsigned int nr)
{
	struct r570_wire_libos_arg *w = page;
	unsigned int i;

	for (i = 0; i < nr; i++) {
		w[i] = (struct r570_wire_libos_arg) {
			.id8 = cpu_to_le64(libos_id8(regions[i].name)),
			.addr = cpu_to_le64(regions[i].addr),
			.size = cpu_to_le64(regions[i].size),
			.kind = R570_LIBOS_KIND_CONTIGUOUS,
			.loc = R570_LIBOS_LOC_SYSMEM,
		};
	}
	memset(&w[nr], 0, sizeof(w[nr]));
}

void r570_rm_args(void *page, const struct gsp_rm_args *args)
{
	struct r570_wire_rm_args *w = page;

	*w = (struct r570_wire_rm_args) {
		.shm_addr = cpu_to_le64(args->shm),
		.nr_pages = cpu_to_le32(args->nr_pages),
		.cmdq_offset = cpu_to_le64(args->cmdq_offset),
		.statq_offset = cpu_to_le64(args->statq_offset),
		.dmem_stack = 1,
	};
}

/*
 * gsp_fw_heap.h: bare metal; with vGPU, which libos 2 does not run, the release
 * has one fixed figure, which makes no use of the 36 MiB that libos 3 takes then.
 */
#define HEAP_PER_FB_GIB		(96ULL * SZ_1K)
#define HEAP_CLIENTS		(96ULL * SZ_1M)
#define HEAP_VGPU		(581ULL * SZ_1M)

struct heap_libos {
	u64 own;
	u64 min;
	u64 max;
};

static const struct heap_libos heap_libos2 = { 0, 64 * SZ_1M, 256 * SZ_1M };
static const struct heap_libos heap_libos3 = { 22 * SZ_1M, 88 * SZ_1M, 280 * SZ_1M };

u64 r570_heap_size(const struct gsp_heap_in *in)
{
	const struct heap_libos *libos = in->libos == 2 ? &heap_libos2 : &heap_libos3;
	u64 per_fb = HEAP_PER_FB_GIB * DIV_ROUND_UP_ULL(in->fb_size, SZ_1G);
	u64 heap = libos->own + in->base_rm + round_up(per_fb, SZ_1M) + HEAP_CLIENTS;

	if (in->vf_partitions)
		return HEAP_VGPU;
	return clamp(heap, libos->min, libos->max);
}

/*
 * The driver reads cmd_index as a number of dwords; the message must hold
 * them all.
 */
int r570_sequencer(const void *payload, size_t len, struct gsp_seq_prog *prog)
{
	const struct r570_wire_sequencer *w = payload;

	if (len < sizeof(*w))
		return -EPROTO;

	prog->cmds = w->cmds;
	prog->nr_dwords = le32_to_cpu(w->cmd_index);
	if (prog->nr_dwords > (len - sizeof(*w)) / sizeof(__le32))
		return -EPROTO;
	return 0;
}
