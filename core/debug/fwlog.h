/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Firmware logs in debugfs.
 *
 *	gsp-core/
 *	├── keep_logs		Y: keep the logs of a failed probe
 *	└── 0000:01:00.0/
 *	    ├── loginit		first stage of libos
 *	    ├── logintr		interrupt task
 *	    └── logrm		GSP-RM
 *
 * The files are the raw ring buffers as the firmware writes them; they can be
 * decoded with NVIDIA's symbols only. Kept logs are a copy, which the next
 * probe of the same device or the unloading of the module throws away.
 */
#ifndef _GSP_DEBUG_FWLOG_H
#define _GSP_DEBUG_FWLOG_H

#include <linux/debugfs.h>

#include "boot/libos.h"

struct device;

/**
 * struct gsp_fwlog - the logs of one GPU in debugfs
 * @dir: its directory
 * @blobs: the buffers that the files show
 */
struct gsp_fwlog {
	struct dentry *dir;
	struct debugfs_blob_wrapper blobs[GSP_LIBOS_NR_LOGS];
};

void gsp_fwlog_init(struct gsp_fwlog *log, struct device *dev, const struct gsp_libos *libos);
void gsp_fwlog_fini(struct gsp_fwlog *log);
void gsp_fwlog_keep(struct device *dev, const struct gsp_libos *libos);

void gsp_fwlog_module_init(void);
void gsp_fwlog_module_exit(void);

#endif
