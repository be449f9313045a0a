/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The PF's side of SR-IOV: VFs come and go, their plugins have news, the GPU
 * dies.
 */
#ifndef _GSP_SRIOV_PF_H
#define _GSP_SRIOV_PF_H

#include <linux/types.h>

#include "sriov/vf.h"

struct attribute_group;
struct pci_driver;

/**
 * struct gsp_sriov_driver - what VFs need of the PF's driver
 * @pci: the driver
 * @of: the VFs of a GPU, from the drvdata of its PF
 * @group: files that each VF has in sysfs before it is announced
 * @vf_added: the VF is about to be announced
 * @vf_removed: it goes
 */
struct gsp_sriov_driver {
	struct pci_driver *pci;
	struct gsp_sriov *(*of)(void *drvdata);
	const struct attribute_group *group;
	void (*vf_added)(struct gsp_vf *vf, struct pci_dev *pdev);
	void (*vf_removed)(struct gsp_vf *vf);
};

int gsp_sriov_module_init(const struct gsp_sriov_driver *driver);
void gsp_sriov_module_exit(void);
struct gsp_vf *gsp_sriov_vf_of(struct pci_dev *pdev);

int gsp_sriov_init(struct gsp_sriov *s, const struct gsp_sriov_gpu *gpu);
void gsp_sriov_disable(struct gsp_sriov *s);
void gsp_sriov_fini(struct gsp_sriov *s);
int gsp_sriov_configure(struct gsp_sriov *s, int nr);

void gsp_sriov_dead(struct gsp_sriov *s);
void gsp_sriov_fault(struct gsp_vf *vf);
void gsp_sriov_notify(struct gsp_vf *vf, enum gsp_plugin_notify what);
struct gsp_vf *gsp_sriov_find_gfid(struct gsp_sriov *s, u32 gfid);
struct gsp_vf *gsp_sriov_find_chid(struct gsp_sriov *s, u32 chid);

#endif
