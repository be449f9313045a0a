// SPDX-License-Identifier: GPL-2.0-only
#include "rm/status.h"

#include <linux/array_size.h>
#include <linux/errno.h>

/*
 * Source: src/common/sdk/nvidia/inc/nvstatuscodes.h of
 * NVIDIA/open-gpu-kernel-modules, tag 570.144.
 */
static const struct {
	u32 status;
	int err;
	const char *name;
} statuses[] = {
	{ 0x00000000, 0, "NV_OK" },
	{ 0x0000000f, -ENODEV, "NV_ERR_GPU_IS_LOST" },
	{ 0x00000019, -EEXIST, "NV_ERR_INSERT_DUPLICATE_NAME" },
	{ 0x0000001a, -ENOSPC, "NV_ERR_INSUFFICIENT_RESOURCES" },
	{ 0x0000001b, -EACCES, "NV_ERR_INSUFFICIENT_PERMISSIONS" },
	{ 0x0000001f, -EINVAL, "NV_ERR_INVALID_ARGUMENT" },
	{ 0x00000022, -EOPNOTSUPP, "NV_ERR_INVALID_CLASS" },
	{ 0x00000023, -ENOENT, "NV_ERR_INVALID_CLIENT" },
	{ 0x00000033, -ENOENT, "NV_ERR_INVALID_OBJECT_HANDLE" },
	{ 0x00000036, -ENOENT, "NV_ERR_INVALID_OBJECT_PARENT" },
	{ 0x0000003a, -EINVAL, "NV_ERR_INVALID_PARAM_STRUCT" },
	{ 0x00000040, -EBUSY, "NV_ERR_INVALID_STATE" },
	{ 0x00000051, -ENOMEM, "NV_ERR_NO_MEMORY" },
	{ 0x00000055, -EAGAIN, "NV_ERR_NOT_READY" },
	{ 0x00000056, -EOPNOTSUPP, "NV_ERR_NOT_SUPPORTED" },
	{ 0x00000057, -ENOENT, "NV_ERR_OBJECT_NOT_FOUND" },
	{ 0x00000065, -ETIMEDOUT, "NV_ERR_TIMEOUT" },
	{ 0x00000066, -EAGAIN, "NV_ERR_TIMEOUT_RETRY" },
};

/**
 * gsp_rm_errno - NV_STATUS as errno
 * @status: NV_STATUS of a reply
 *
 * Context: any.
 * Return: 0 or a negative errno; -EREMOTEIO for a status of no own errno.
 */
int gsp_rm_errno(u32 status)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(statuses); i++)
		if (statuses[i].status == status)
			return statuses[i].err;
	return -EREMOTEIO;
}

/**
 * gsp_rm_status_name - NV_STATUS as the vendor spells it
 * @status: NV_STATUS of a reply
 *
 * Context: any.
 * Return: its name, ``NV_ERR_?`` if the driver has none.
 */
const char *gsp_rm_status_name(u32 status)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(statuses); i++)
		if (statuses[i].status == status)
			return statuses[i].name;
	return "NV_ERR_?";
}
