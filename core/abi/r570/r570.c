// SPDX-License-Identifier: GPL-2.0-only
/*
 * Firmware release 570.144: Turing to Blackwell in linux-firmware.
 */
#include "abi/r570/r570.h"

#include <kunit/visibility.h>
#include <linux/export.h>
#include <linux/module.h>

#include "abi/r570/wire.h"

/*
 * No source shows that 570.144 echoes the sequence number of a request; the
 * vendor's own driver compares function numbers alone up to 570.181.
 */
const struct gsp_abi gsp_abi_r570 = {
	.release = "570.144",
	.echoes_sequence = false,
	.continuation_fn = 71,
	.first_event = 0x1000,
	.boot = {
		.wpr_meta_size = sizeof(struct r570_wire_wpr_meta),
		.wpr_meta = r570_wpr_meta,
		.fmc_params = r570_fmc_params,
		.libos_args = r570_libos_args,
		.rm_args = r570_rm_args,
		.heap_size = r570_heap_size,
		.sequencer = r570_sequencer,
	},
	.calls = r570_calls,
	.ctrls = r570_ctrls,
	.classes = r570_classes,
	.events = r570_events,
	.error_log = r570_decode_error_log,
	.rc = r570_decode_rc,
	.recovery = r570_decode_recovery,
	.plugin_event = r570_decode_plugin_event,
	.config_event = r570_decode_config_event,
	.vgpu = &r570_vgpu,
	.plugin = &r570_plugin,
};
EXPORT_SYMBOL_IF_KUNIT(gsp_abi_r570);

/* For whoever packs an initramfs. */
MODULE_FIRMWARE("nvidia/ad102/gsp/gsp-570.144.bin");
MODULE_FIRMWARE("nvidia/ad102/gsp/bootloader-570.144.bin");
MODULE_FIRMWARE("nvidia/ad102/gsp/booter_load-570.144.bin");
MODULE_FIRMWARE("nvidia/ad102/gsp/booter_unload-570.144.bin");
MODULE_FIRMWARE("nvidia/ad102/gsp/scrubber-570.144.bin");
MODULE_FIRMWARE("nvidia/ad103/gsp/gsp-570.144.bin");
MODULE_FIRMWARE("nvidia/ad103/gsp/bootloader-570.144.bin");
MODULE_FIRMWARE("nvidia/ad103/gsp/booter_load-570.144.bin");
MODULE_FIRMWARE("nvidia/ad103/gsp/booter_unload-570.144.bin");
MODULE_FIRMWARE("nvidia/ad103/gsp/scrubber-570.144.bin");
MODULE_FIRMWARE("nvidia/ad104/gsp/gsp-570.144.bin");
MODULE_FIRMWARE("nvidia/ad104/gsp/bootloader-570.144.bin");
MODULE_FIRMWARE("nvidia/ad104/gsp/booter_load-570.144.bin");
MODULE_FIRMWARE("nvidia/ad104/gsp/booter_unload-570.144.bin");
MODULE_FIRMWARE("nvidia/ad104/gsp/scrubber-570.144.bin");
MODULE_FIRMWARE("nvidia/ad106/gsp/gsp-570.144.bin");
MODULE_FIRMWARE("nvidia/ad106/gsp/bootloader-570.144.bin");
MODULE_FIRMWARE("nvidia/ad106/gsp/booter_load-570.144.bin");
MODULE_FIRMWARE("nvidia/ad106/gsp/booter_unload-570.144.bin");
MODULE_FIRMWARE("nvidia/ad106/gsp/scrubber-570.144.bin");
MODULE_FIRMWARE("nvidia/ad107/gsp/gsp-570.144.bin");
MODULE_FIRMWARE("nvidia/ad107/gsp/bootloader-570.144.bin");
MODULE_FIRMWARE("nvidia/ad107/gsp/booter_load-570.144.bin");
MODULE_FIRMWARE("nvidia/ad107/gsp/booter_unload-570.144.bin");
MODULE_FIRMWARE("nvidia/ad107/gsp/scrubber-570.144.bin");
MODULE_FIRMWARE("nvidia/tu102/gsp/gsp-570.144.bin");
MODULE_FIRMWARE("nvidia/tu102/gsp/bootloader-570.144.bin");
MODULE_FIRMWARE("nvidia/tu102/gsp/booter_load-570.144.bin");
MODULE_FIRMWARE("nvidia/tu102/gsp/booter_unload-570.144.bin");
MODULE_FIRMWARE("nvidia/tu102/gsp/gen_bootloader-570.144.bin");
MODULE_FIRMWARE("nvidia/tu104/gsp/gsp-570.144.bin");
MODULE_FIRMWARE("nvidia/tu104/gsp/bootloader-570.144.bin");
MODULE_FIRMWARE("nvidia/tu104/gsp/booter_load-570.144.bin");
MODULE_FIRMWARE("nvidia/tu104/gsp/booter_unload-570.144.bin");
MODULE_FIRMWARE("nvidia/tu104/gsp/gen_bootloader-570.144.bin");
MODULE_FIRMWARE("nvidia/tu106/gsp/gsp-570.144.bin");
MODULE_FIRMWARE("nvidia/tu106/gsp/bootloader-570.144.bin");
MODULE_FIRMWARE("nvidia/tu106/gsp/booter_load-570.144.bin");
MODULE_FIRMWARE("nvidia/tu106/gsp/booter_unload-570.144.bin");
MODULE_FIRMWARE("nvidia/tu106/gsp/gen_bootloader-570.144.bin");
MODULE_FIRMWARE("nvidia/tu116/gsp/gsp-570.144.bin");
MODULE_FIRMWARE("nvidia/tu116/gsp/bootloader-570.144.bin");
MODULE_FIRMWARE("nvidia/tu116/gsp/booter_load-570.144.bin");
MODULE_FIRMWARE("nvidia/tu116/gsp/booter_unload-570.144.bin");
MODULE_FIRMWARE("nvidia/tu116/gsp/gen_bootloader-570.144.bin");
MODULE_FIRMWARE("nvidia/tu117/gsp/gsp-570.144.bin");
MODULE_FIRMWARE("nvidia/tu117/gsp/bootloader-570.144.bin");
MODULE_FIRMWARE("nvidia/tu117/gsp/booter_load-570.144.bin");
MODULE_FIRMWARE("nvidia/tu117/gsp/booter_unload-570.144.bin");
MODULE_FIRMWARE("nvidia/tu117/gsp/gen_bootloader-570.144.bin");
MODULE_FIRMWARE("nvidia/ga100/gsp/gsp-570.144.bin");
MODULE_FIRMWARE("nvidia/ga100/gsp/bootloader-570.144.bin");
MODULE_FIRMWARE("nvidia/ga100/gsp/booter_load-570.144.bin");
MODULE_FIRMWARE("nvidia/ga100/gsp/booter_unload-570.144.bin");
MODULE_FIRMWARE("nvidia/ga100/gsp/gen_bootloader-570.144.bin");
MODULE_FIRMWARE("nvidia/ga102/gsp/gsp-570.144.bin");
MODULE_FIRMWARE("nvidia/ga102/gsp/bootloader-570.144.bin");
MODULE_FIRMWARE("nvidia/ga102/gsp/booter_load-570.144.bin");
MODULE_FIRMWARE("nvidia/ga102/gsp/booter_unload-570.144.bin");
MODULE_FIRMWARE("nvidia/ga103/gsp/gsp-570.144.bin");
MODULE_FIRMWARE("nvidia/ga103/gsp/bootloader-570.144.bin");
MODULE_FIRMWARE("nvidia/ga103/gsp/booter_load-570.144.bin");
MODULE_FIRMWARE("nvidia/ga103/gsp/booter_unload-570.144.bin");
MODULE_FIRMWARE("nvidia/ga104/gsp/gsp-570.144.bin");
MODULE_FIRMWARE("nvidia/ga104/gsp/bootloader-570.144.bin");
MODULE_FIRMWARE("nvidia/ga104/gsp/booter_load-570.144.bin");
MODULE_FIRMWARE("nvidia/ga104/gsp/booter_unload-570.144.bin");
MODULE_FIRMWARE("nvidia/ga106/gsp/gsp-570.144.bin");
MODULE_FIRMWARE("nvidia/ga106/gsp/bootloader-570.144.bin");
MODULE_FIRMWARE("nvidia/ga106/gsp/booter_load-570.144.bin");
MODULE_FIRMWARE("nvidia/ga106/gsp/booter_unload-570.144.bin");
MODULE_FIRMWARE("nvidia/ga107/gsp/gsp-570.144.bin");
MODULE_FIRMWARE("nvidia/ga107/gsp/bootloader-570.144.bin");
MODULE_FIRMWARE("nvidia/ga107/gsp/booter_load-570.144.bin");
MODULE_FIRMWARE("nvidia/ga107/gsp/booter_unload-570.144.bin");
MODULE_FIRMWARE("nvidia/gh100/gsp/gsp-570.144.bin");
MODULE_FIRMWARE("nvidia/gh100/gsp/bootloader-570.144.bin");
MODULE_FIRMWARE("nvidia/gh100/gsp/fmc-570.144.bin");
MODULE_FIRMWARE("nvidia/gb100/gsp/gsp-570.144.bin");
MODULE_FIRMWARE("nvidia/gb100/gsp/bootloader-570.144.bin");
MODULE_FIRMWARE("nvidia/gb100/gsp/fmc-570.144.bin");
MODULE_FIRMWARE("nvidia/gb102/gsp/gsp-570.144.bin");
MODULE_FIRMWARE("nvidia/gb102/gsp/bootloader-570.144.bin");
MODULE_FIRMWARE("nvidia/gb102/gsp/fmc-570.144.bin");
MODULE_FIRMWARE("nvidia/gb202/gsp/gsp-570.144.bin");
MODULE_FIRMWARE("nvidia/gb202/gsp/bootloader-570.144.bin");
MODULE_FIRMWARE("nvidia/gb202/gsp/fmc-570.144.bin");
MODULE_FIRMWARE("nvidia/gb203/gsp/gsp-570.144.bin");
MODULE_FIRMWARE("nvidia/gb203/gsp/bootloader-570.144.bin");
MODULE_FIRMWARE("nvidia/gb203/gsp/fmc-570.144.bin");
MODULE_FIRMWARE("nvidia/gb205/gsp/gsp-570.144.bin");
MODULE_FIRMWARE("nvidia/gb205/gsp/bootloader-570.144.bin");
MODULE_FIRMWARE("nvidia/gb205/gsp/fmc-570.144.bin");
MODULE_FIRMWARE("nvidia/gb206/gsp/gsp-570.144.bin");
MODULE_FIRMWARE("nvidia/gb206/gsp/bootloader-570.144.bin");
MODULE_FIRMWARE("nvidia/gb206/gsp/fmc-570.144.bin");
MODULE_FIRMWARE("nvidia/gb207/gsp/gsp-570.144.bin");
MODULE_FIRMWARE("nvidia/gb207/gsp/bootloader-570.144.bin");
MODULE_FIRMWARE("nvidia/gb207/gsp/fmc-570.144.bin");
