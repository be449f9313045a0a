/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GSP_FW_FILE_H
#define GSP_FW_FILE_H

#include <linux/types.h>

struct device;
struct firmware;

/* "nvidia/<dir>/gsp/<name>-<release>.bin", under the firmware search path */
#define GSP_FW_PATH_MAX		80

int gsp_fw_path(char path[GSP_FW_PATH_MAX], const char *fw_dir, const char *name,
		const char *release);
int gsp_fw_file_get(struct device *dev, const char *path, const struct firmware **fw);
bool gsp_fw_file_exists(struct device *dev, const char *path);

#endif
