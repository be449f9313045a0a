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

/* boot.c */
void r570_wpr_meta(void *page, const struct gsp_wpr_layout *l,
		   const struct gsp_wpr_meta *m);
void r570_libos_args(void *page, const struct gsp_libos_region *regions,
		     unsigned int nr);
void r570_rm_args(void *page, const struct gsp_rm_args *args);
u64 r570_heap_size(u64 fb_size, unsigned int vf_partitions);
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
int r570_decode_intr_table(const void *params, void *out);

/* event.c */
int r570_decode_error_log(const void *payload, size_t len, struct gsp_error_log *log);

#endif
