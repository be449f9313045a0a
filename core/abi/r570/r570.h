/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The parts of release 570.144, put together in r570.c.
 */
#ifndef _GSP_ABI_R570_R570_H
#define _GSP_ABI_R570_R570_H

#include "abi/abi.h"

extern const struct gsp_call_desc r570_calls[GSP_NR_CALLS];
extern const struct gsp_ctrl_desc r570_ctrls[GSP_NR_CTRLS];
extern const struct gsp_class_desc r570_classes[GSP_NR_CLASSES];
extern const struct gsp_event_desc r570_events[GSP_NR_EVENTS];
extern const struct gsp_abi_vgpu r570_vgpu;
extern const struct gsp_abi_plugin r570_plugin;

/* boot.c */
void r570_wpr_meta(void *page, const struct gsp_wpr_layout *l,
		   const struct gsp_wpr_meta *m);
void r570_libos_args(void *page, const struct gsp_libos_region *regions,
		     unsigned int nr);
void r570_rm_args(void *page, const struct gsp_rm_args *args);
void r570_fmc_params(void *page, const struct gsp_fmc_params *params);
u64 r570_heap_size(const struct gsp_heap_in *in);
int r570_sequencer(const void *payload, size_t len, struct gsp_seq_prog *prog);

/* system.c */
void r570_encode_system_info(const void *in, void *wire);
size_t r570_registry_size(const void *in);
void r570_encode_registry(const void *in, void *wire);
int r570_decode_static_info(const void *wire, void *out);

/* rm.c */
void r570_encode_rm_alloc(const void *in, void *wire);
int r570_decode_rm_alloc(const void *wire, void *out);
void r570_encode_rm_control(const void *in, void *wire);
int r570_decode_rm_control(const void *wire, void *out);
void r570_encode_rm_free(const void *in, void *wire);
int r570_decode_rm_free(const void *wire, void *out);
void r570_encode_rm_dup(const void *in, void *wire);
int r570_decode_rm_dup(const void *wire, void *out);
void r570_encode_root(const void *in, void *params);
void r570_encode_device(const void *in, void *params);
int r570_decode_intr_table(const void *params, void *out);

/* chan.c */
void r570_encode_device_info(const void *in, void *params);
int r570_decode_device_info(const void *params, void *out);
int r570_decode_vmmu_segment_size(const void *params, void *out);
int r570_decode_ecc_status(const void *params, void *out);
int r570_decode_method_buf_size(const void *params, void *out);
void r570_encode_vaspace(const void *in, void *params);
void r570_encode_set_page_directory(const void *in, void *params);
void r570_encode_unset_page_directory(const void *in, void *params);
void r570_encode_channel(const void *in, void *params);
void r570_encode_channel_bind(const void *in, void *params);
void r570_encode_channel_schedule(const void *in, void *params);
void r570_encode_copy(const void *in, void *params);

/* vgpu.c */
void r570_encode_vgpu_types(const void *in, void *params);
void r570_encode_vgpu_mgr_config(const void *in, void *params);
void r570_encode_vgpu_bootload(const void *in, void *params);
void r570_encode_vgpu_gfid(const void *in, void *params);
int r570_decode_plugin_event(const void *payload, size_t len, struct gsp_plugin_event *ev);
int r570_decode_config_event(const void *payload, size_t len, enum gsp_vgpu_config_notify *what);

/* event.c */
int r570_decode_error_log(const void *payload, size_t len, struct gsp_error_log *log);
int r570_decode_rc(const void *payload, size_t len, struct gsp_rc *rc);
int r570_decode_recovery(const void *payload, size_t len, enum gsp_recovery *action);

#endif
