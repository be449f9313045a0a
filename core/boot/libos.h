/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory that libos, the kernel below GSP-RM, is given by name: three log
 * buffers and the arguments of GSP-RM. It stays mapped as long as the
 * firmware runs, which reads and writes it at any time.
 */
#ifndef _GSP_BOOT_LIBOS_H
#define _GSP_BOOT_LIBOS_H

#include <linux/types.h>

#include "abi/abi.h"

struct device;

/**
 * enum gsp_libos_id - regions by number, the logs first
 * @GSP_LIBOS_LOGINIT: log of libos and of GSP-RM's first steps
 * @GSP_LIBOS_LOGINTR: log of GSP-RM's interrupt task
 * @GSP_LIBOS_LOGRM: log of GSP-RM at work
 * @GSP_LIBOS_NR_LOGS: number of logs
 * @GSP_LIBOS_RMARGS: arguments of GSP-RM
 * @GSP_LIBOS_NR: number of regions
 */
enum gsp_libos_id {
	GSP_LIBOS_LOGINIT,
	GSP_LIBOS_LOGINTR,
	GSP_LIBOS_LOGRM,
	GSP_LIBOS_NR_LOGS,
	GSP_LIBOS_RMARGS = GSP_LIBOS_NR_LOGS,
	GSP_LIBOS_NR
};

/**
 * struct gsp_libos - the named regions of one GPU
 * @dev: device that they are mapped for
 * @mem: kernel addresses, indexed by enum gsp_libos_id
 * @regions: names, DMA addresses and sizes, same index
 *
 * Constant between init and fini, except for what the firmware writes.
 */
struct gsp_libos {
	struct device *dev;
	void *mem[GSP_LIBOS_NR];
	struct gsp_libos_region regions[GSP_LIBOS_NR];
};

int gsp_libos_init(struct gsp_libos *libos, struct device *dev);
void gsp_libos_fini(struct gsp_libos *libos);

#endif
