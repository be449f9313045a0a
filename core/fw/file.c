// SPDX-License-Identifier: GPL-2.0-only
/* Names of firmware files, and whole files. */
#include "fw/file.h"

#include <linux/device.h>
#include <linux/errno.h>
#include <linux/firmware.h>
#include <linux/kernel.h>

/**
 * gsp_fw_path() - path of a firmware file
 * @path: filled, relative to the firmware search path
 * @fw_dir: chip folder
 * @name: file name without release and suffix
 * @release: firmware release
 *
 * Context: any.
 * Return: 0, -ENAMETOOLONG.
 */
int gsp_fw_path(char path[GSP_FW_PATH_MAX], const char *fw_dir, const char *name,
		const char *release)
{
	int n = snprintf(path, GSP_FW_PATH_MAX, "nvidia/%s/gsp/%s-%s.bin", fw_dir, name, release);

	return n < GSP_FW_PATH_MAX ? 0 : -ENAMETOOLONG;
}

/**
 * gsp_fw_file_get() - load a whole, possibly compressed, file
 * @dev: device that wants it; a failure is logged
 * @path: see gsp_fw_path()
 * @fw: set; give back with release_firmware()
 *
 * Context: process, may sleep.
 * Return: 0, -ENOENT when there is no such file, -ENOMEM, other errno of the
 * firmware loader.
 */
int gsp_fw_file_get(struct device *dev, const char *path, const struct firmware **fw)
{
	int ret = firmware_request_nowarn(fw, path, dev);

	if (ret)
		dev_err(dev, "%s: expected a firmware file, found none that can be read: %pe\n",
			path, ERR_PTR(ret));
	return ret;
}

/**
 * gsp_fw_file_exists() - is there such a file?
 * @dev: device that wants it; nothing is logged
 * @path: see gsp_fw_path()
 *
 * Context: process, may sleep.
 * Return: false when the firmware loader finds none. A file that is there but
 * cannot be read exists: whoever loads it says what is wrong with it.
 */
bool gsp_fw_file_exists(struct device *dev, const char *path)
{
	const struct firmware *fw;
	int ret = firmware_request_nowarn(&fw, path, dev);

	if (!ret)
		release_firmware(fw);
	return ret != -ENOENT;
}
