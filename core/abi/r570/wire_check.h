/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sizes and offsets of the wire structures of 570.144.
 *
 * The numbers do not come from wire.h: they were measured by compiling the
 * vendor's declarations as Linux carries them for nouveau (nvrm/ of its r570
 * folder), so that a slip there cannot agree with itself here.
 */
#ifndef _GSP_ABI_R570_WIRE_CHECK_H
#define _GSP_ABI_R570_WIRE_CHECK_H

#include <linux/build_bug.h>
#include <linux/stddef.h>

#include "abi/r570/wire.h"

#define CHECK_SIZE(type, size) \
	static_assert(sizeof(struct r570_wire_##type) == (size))
#define CHECK(type, field, offset) \
	static_assert(offsetof(struct r570_wire_##type, field) == (offset))

CHECK_SIZE(wpr_meta, 0x100);
CHECK(wpr_meta, radix3_addr, 0x10);
CHECK(wpr_meta, bootloader_addr, 0x20);
CHECK(wpr_meta, bootloader_manifest_offset, 0x40);
CHECK(wpr_meta, signature_addr, 0x48);
CHECK(wpr_meta, rsvd_start, 0x58);
CHECK(wpr_meta, nonwpr_size, 0x68);
CHECK(wpr_meta, wpr_start, 0x70);
CHECK(wpr_meta, heap_size, 0x80);
CHECK(wpr_meta, boot_offset, 0x90);
CHECK(wpr_meta, frts_offset, 0x98);
CHECK(wpr_meta, wpr_end, 0xa8);
CHECK(wpr_meta, vga_size, 0xc0);
CHECK(wpr_meta, boot_count, 0xc8);
CHECK(wpr_meta, partition_rpc, 0xd0);
CHECK(wpr_meta, vf_partitions, 0xf0);
CHECK(wpr_meta, flags, 0xf1);
CHECK(wpr_meta, pmu_reserved_size, 0xf4);
CHECK(wpr_meta, verified, 0xf8);

CHECK_SIZE(libos_arg, 0x20);
CHECK(libos_arg, kind, 0x18);
CHECK(libos_arg, loc, 0x19);

CHECK_SIZE(rm_args, 0x48);
CHECK(rm_args, nr_pages, 0x08);
CHECK(rm_args, cmdq_offset, 0x10);
CHECK(rm_args, statq_offset, 0x18);
CHECK(rm_args, sr_old_level, 0x20);
CHECK(rm_args, sr_in_pm_transition, 0x28);
CHECK(rm_args, gpu_instance, 0x2c);
CHECK(rm_args, dmem_stack, 0x30);
CHECK(rm_args, profiler_addr, 0x38);

CHECK_SIZE(vf_info, 40);
CHECK_SIZE(system_info, 0x3a0);
CHECK(system_info, pci_bdf, 0x20);
CHECK(system_info, max_user_va, 0x48);
CHECK(system_info, config_mirror, 0x50);
CHECK(system_info, device_id, 0x58);
CHECK(system_info, subsystem_id, 0x5c);
CHECK(system_info, revision, 0x60);
CHECK(system_info, oor_arch, 0x68);
CHECK(system_info, pdb_properties, 0x70);
CHECK(system_info, chipset, 0x78);
CHECK(system_info, flr_supported, 0x7d);
CHECK(system_info, bar0_is_64bit, 0x7e);
CHECK(system_info, hypervisor_type, 0x344);
CHECK(system_info, passthrough, 0x348);
CHECK(system_info, sys_timer_offset_ns, 0x350);
CHECK(system_info, vf_info, 0x358);
CHECK(system_info, vf_info.bar_addr, 0x360);
CHECK(system_info, vf_info.bar_is_64bit, 0x378);
CHECK(system_info, primary, 0x380);
CHECK(system_info, link_cap, 0x384);
CHECK(system_info, options, 0x38c);
CHECK(system_info, host_page_size, 0x398);

CHECK_SIZE(registry_entry, 16);
CHECK(registry_entry, type, 4);
CHECK(registry_entry, data, 8);
CHECK(registry, entries, 8);

CHECK_SIZE(fb_region, 0x30);
CHECK(fb_region, compressed, 0x1c);
CHECK(fb_region, protected, 0x1e);
CHECK_SIZE(sriov_caps, 80);
CHECK(sriov_caps, first_bar_addr, 0x10);
CHECK(sriov_caps, bar_size, 0x28);
CHECK(sriov_caps, enabled, 0x43);

CHECK_SIZE(static_info, 0x678);
CHECK(static_info, gid, 0x18);
CHECK(static_info, sku, 0x124);
CHECK(static_info, nr_regions, 0x158);
CHECK(static_info, regions, 0x160);
CHECK(static_info, sriov, 0x460);
CHECK(static_info, max_gfid, 0x4b0);
CHECK(static_info, fb_length, 0x4c8);
CHECK(static_info, fb_bus_width, 0x4d8);
CHECK(static_info, l2_size, 0x4e8);
CHECK(static_info, name, 0x4ec);
CHECK(static_info, short_name, 0x52c);
CHECK(static_info, name_utf16, 0x56c);
CHECK(static_info, sku_flags, 0x5ec);
CHECK(static_info, bar1_pde_base, 0x600);
CHECK(static_info, bar2_pde_base, 0x608);
CHECK(static_info, vbios, 0x610);
CHECK(static_info, display, 0x620);
CHECK(static_info, internal_client, 0x640);
CHECK(static_info, internal_subdevice, 0x648);
CHECK(static_info, nonwpr_offset, 0x668);
CHECK(static_info, frts_offset, 0x670);

CHECK_SIZE(unload, 8);
CHECK(unload, new_level, 4);
CHECK_SIZE(rm_alloc, 0x20);
CHECK(rm_alloc, status, 0x10);
CHECK(rm_alloc, params_size, 0x14);
CHECK_SIZE(rm_control, 0x18);
CHECK(rm_control, status, 0x0c);
CHECK(rm_control, params_size, 0x10);
CHECK_SIZE(rm_free, 0x10);
CHECK_SIZE(rm_dup, 0x1c);
CHECK_SIZE(root_params, 120);
CHECK(root_params, process_name, 8);
CHECK(root_params, os_pid_info, 0x70);

CHECK_SIZE(device_params, 56);
CHECK_SIZE(subdevice_params, 4);

CHECK_SIZE(intr_entry, 16);
CHECK_SIZE(intr_table, 2068);
CHECK(intr_table, subtrees, 0x804);
CHECK_SIZE(sequencer, 0x28);
CHECK(sequencer, save_area, 8);
CHECK_SIZE(error_log, 0x110);
CHECK(error_log, text, 0xc);
CHECK(error_log, previous_xid, 0x10c);

#undef CHECK
#undef CHECK_SIZE

#endif
