/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Logs of the plugin of each VF, in debugfs:
 *
 *	gsp-core/<PF>/<VF>/state		where its vGPU is in its life
 *	gsp-core/<PF>/<VF>/init_task_log	of what loads the plugin
 *	gsp-core/<PF>/<VF>/vgpu_task_log	of the plugin
 *	gsp-core/<PF>/<VF>/kernel_log		of the kernel below it
 *
 * The logs are what the firmware writes, as it writes it. They are there while
 * the vGPU is, also after its plugin crashed; otherwise they are empty.
 */
#ifndef _GSP_DEBUG_VGPULOG_H
#define _GSP_DEBUG_VGPULOG_H

struct dentry;
struct gsp_vf;
struct pci_dev;

void gsp_vgpulog_add(struct gsp_vf *vf, struct pci_dev *pdev, struct dentry *parent);
void gsp_vgpulog_remove(struct gsp_vf *vf);

#endif
