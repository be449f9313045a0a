/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _GSP_RPC_SHM_H
#define _GSP_RPC_SHM_H

#include <linux/types.h>

struct device;

/* The shared memory, as the firmware's boot arguments describe it. */
#define GSP_RPC_SHM_PAGES	129
#define GSP_RPC_CMDQ_OFFSET	0x1000
#define GSP_RPC_STATQ_OFFSET	0x41000

/**
 * struct gsp_shm - the memory shared with the firmware
 * @dev: device it is mapped for; NULL when it is not ours to free
 * @va: its first page, the page table; the two queues follow
 * @dma: address of @va as the device sees it
 */
struct gsp_shm {
	struct device *dev;
	void *va;
	dma_addr_t dma;
};

int gsp_shm_init(struct gsp_shm *shm, struct device *dev);
void gsp_shm_fini(struct gsp_shm *shm);
void gsp_shm_format(const struct gsp_shm *shm);
void *gsp_shm_cmdq(const struct gsp_shm *shm);
void *gsp_shm_statq(const struct gsp_shm *shm);

#endif /* _GSP_RPC_SHM_H */
