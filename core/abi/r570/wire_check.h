/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sizes and offsets of the wire structures of 570.144.
 *
 * The numbers do not come from wire.h: they were measured by compiling the
 * vendor's declarations as Linux carries them for nouveau (nvrm/ of its r570
 * folder), those of vGPU in the vendor's tree, so that a slip there cannot agree
 * with itself here. Of the memory shared with a plugin there are no headers to
 * compile; its numbers are those of the protocol's description.
 */
#ifndef _GSP_ABI_R570_WIRE_CHECK_H
#define _GSP_ABI_R570_WIRE_CHECK_H

#include <linux/build_bug.h>
#include <linux/stddef.h>

#include "abi/r570/wire.h"
#include "abi/r570/wire_chan.h"
#include "abi/r570/wire_vgpu.h"

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

CHECK_SIZE(fmc_params, 80);
CHECK(fmc_params, boot_target, 0x08);
CHECK(fmc_params, desc_size, 0x0c);
CHECK(fmc_params, desc_addr, 0x10);
CHECK(fmc_params, is_rm_boot, 0x24);
CHECK(fmc_params, rm_target, 0x28);
CHECK(fmc_params, libos_addr, 0x30);
CHECK(fmc_params, spdm_target, 0x38);
CHECK(fmc_params, spdm_size, 0x48);

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

CHECK(sriov_caps, emulate_tlb_invalidate, 0x45);
CHECK(sriov_caps, any_nr_channels, 0x47);
CHECK(sriov_caps, resizable_bar1, 0x48);
CHECK_SIZE(rc, 0x30);
CHECK(rc, gfid, 0x08);
CHECK(rc, type, 0x10);
CHECK(rc, partition, 0x18);
CHECK(rc, fault_addr_lo, 0x1c);
CHECK(rc, fault_type, 0x24);
CHECK(rc, callback_needed, 0x28);
CHECK(rc, journal_size, 0x2c);
CHECK_SIZE(recovery, 8);
CHECK(recovery, value, 4);

CHECK_SIZE(device_entry, 100);
CHECK(device_entry, pbdma_ids, 0x40);
CHECK(device_entry, nr_pbdmas, 0x50);
CHECK(device_entry, name, 0x54);
CHECK_SIZE(device_info, 3212);
CHECK(device_info, nr, 4);
CHECK(device_info, more, 8);
CHECK(device_info, entries, 0xc);
CHECK_SIZE(vmmu_segment_size, 8);
CHECK_SIZE(ecc_unit, 40);
CHECK_SIZE(ecc_status, 1464);
CHECK(ecc_status, fatal_poison, 1440);
CHECK(ecc_status, flags, 1444);
CHECK(ecc_status, gr_route, 1448);
CHECK_SIZE(method_buf_size, 4);
CHECK_SIZE(vaspace_params, 48);
CHECK(vaspace_params, flags, 4);
CHECK(vaspace_params, size, 8);
CHECK(vaspace_params, start, 16);
CHECK(vaspace_params, big_page_size, 32);
CHECK(vaspace_params, base, 40);
CHECK_SIZE(set_page_directory, 32);
CHECK(set_page_directory, nr_entries, 8);
CHECK(set_page_directory, flags, 0xc);
CHECK(set_page_directory, vaspace, 0x10);
CHECK(set_page_directory, chid, 0x14);
CHECK(set_page_directory, pasid, 0x1c);
CHECK_SIZE(unset_page_directory, 8);
CHECK_SIZE(mem, 24);
CHECK_SIZE(channel_params, 368);
CHECK(channel_params, gpfifo_va, 8);
CHECK(channel_params, gpfifo_entries, 0x10);
CHECK(channel_params, flags, 0x14);
CHECK(channel_params, vaspace, 0x1c);
CHECK(channel_params, userd_memory, 0x20);
CHECK(channel_params, userd_offset, 0x40);
CHECK(channel_params, engine, 0x80);
CHECK(channel_params, instance, 0x90);
CHECK(channel_params, userd, 0xa8);
CHECK(channel_params, ramfc, 0xc0);
CHECK(channel_params, method_buf, 0xd8);
CHECK(channel_params, group, 0xf0);
CHECK(channel_params, internal_flags, 0xf4);
CHECK(channel_params, error_notifier, 0xf8);
CHECK(channel_params, process_id, 0x128);
CHECK_SIZE(channel_bind, 4);
CHECK_SIZE(channel_schedule, 2);
CHECK_SIZE(copy_params, 8);
CHECK(copy_params, engine, 4);

CHECK_SIZE(vgpu_type, 5224);
CHECK(vgpu_type, name, 4);
CHECK(vgpu_type, class, 36);
CHECK(vgpu_type, signature, 68);
CHECK(vgpu_type, license, 196);
CHECK(vgpu_type, max_instance, 324);
CHECK(vgpu_type, nr_heads, 328);
CHECK(vgpu_type, ecc, 352);
CHECK(vgpu_type, multi_vgpu, 360);
CHECK(vgpu_type, vdev_id, 368);
CHECK(vgpu_type, pdev_id, 376);
CHECK(vgpu_type, profile_size, 384);
CHECK(vgpu_type, fb_length, 392);
CHECK(vgpu_type, gsp_heap_size, 400);
CHECK(vgpu_type, fb_reservation, 408);
CHECK(vgpu_type, mappable_video_size, 416);
CHECK(vgpu_type, encoder_capacity, 424);
CHECK(vgpu_type, bar1_length, 432);
CHECK(vgpu_type, frl_enable, 440);
CHECK_SIZE(add_vgpu_types, 334344);
CHECK(add_vgpu_types, nr, 4);
CHECK(add_vgpu_types, types, 8);
CHECK_SIZE(vgpu_mgr_config, 1);
CHECK_SIZE(vgpu_bootload, 6616);
CHECK(vgpu_bootload, gfid, 4);
CHECK(vgpu_bootload, type, 8);
CHECK(vgpu_bootload, vm_pid, 12);
CHECK(vgpu_bootload, swizz_id, 16);
CHECK(vgpu_bootload, nr_channels, 20);
CHECK(vgpu_bootload, nr_plugin_channels, 24);
CHECK(vgpu_bootload, chid_offset, 28);
CHECK(vgpu_bootload, no_smc_restore, 364);
CHECK(vgpu_bootload, nr_fb, 368);
CHECK(vgpu_bootload, fb_addr, 376);
CHECK(vgpu_bootload, fb_size, 3448);
CHECK(vgpu_bootload, heap_addr, 6520);
CHECK(vgpu_bootload, ctrl_offset, 6536);
CHECK(vgpu_bootload, init_log_addr, 6544);
CHECK(vgpu_bootload, vgpu_log_addr, 6560);
CHECK(vgpu_bootload, kernel_log_addr, 6576);
CHECK(vgpu_bootload, mig_heap_addr, 6592);
CHECK(vgpu_bootload, profiling, 6608);
CHECK_SIZE(vgpu_gfid, 4);
CHECK_SIZE(plugin_event, 8);
CHECK_SIZE(config_event, 4);

CHECK(plugin_ctrl, type, 4);
CHECK(plugin_ctrl, seq, 8);
CHECK(plugin_ctrl, response, 16);
CHECK(plugin_ctrl, message, 24);
CHECK(plugin_ctrl, migration, 32);
CHECK(plugin_ctrl, error, 40);
CHECK(plugin_ctrl, migration_cpu_access, 48);
CHECK(plugin_ctrl, migrating, 52);
CHECK(plugin_ctrl, error_get, 56);
CHECK(plugin_ctrl, nr_attached, 60);
CHECK(plugin_ctrl, hosts, 64);
CHECK(plugin_response, seq_processed, 4);
CHECK(plugin_response, result, 8);
CHECK(plugin_response, migration_put, 16);
CHECK(plugin_response, surfaces, 24);
CHECK(plugin_response, error_put, 344);
CHECK(plugin_response, frl_config, 356);
CHECK_SIZE(plugin_config, 112);
CHECK(plugin_config, dbdf, 16);
CHECK(plugin_config, instance, 24);
CHECK(plugin_config, type, 28);
CHECK(plugin_config, vm_pid, 32);
CHECK(plugin_config, swizz_id, 36);
CHECK(plugin_config, nr_channels, 40);
CHECK(plugin_config, nr_plugin_channels, 44);
CHECK(plugin_config, vmm_cap, 48);
CHECK(plugin_config, migration_feature, 52);
CHECK(plugin_config, hypervisor, 56);
CHECK(plugin_config, host_cpu, 60);
CHECK(plugin_config, host_page_size, 64);
CHECK(plugin_config, rev1, 72);
CHECK(plugin_config, enable_uvm, 75);
CHECK(plugin_config, linux_interrupt_optimization, 76);
CHECK(plugin_config, vmm_migration, 77);
CHECK(plugin_config, rev2, 78);
CHECK(plugin_config, enable_console_vnc, 79);
CHECK(plugin_config, use_non_stall_linux_events, 80);
CHECK(plugin_config, placement, 84);
CHECK(plugin_config, rev4, 88);
CHECK(plugin_config, channel_usage_threshold, 92);
CHECK(plugin_config, rev7, 104);
CHECK_SIZE(plugin_bme, 2);

#undef CHECK
#undef CHECK_SIZE

#endif
