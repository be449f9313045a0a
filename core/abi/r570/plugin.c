// SPDX-License-Identifier: GPL-2.0-only
/*
 * The memory that host and plugin share, and the messages in it, of 570.144.
 *
 * Messages 4 to 12 (migration, console, register accesses) have parameters
 * that nobody published; they are not here.
 */
#include "abi/r570/r570.h"

#include <asm/byteorder.h>
#include <linux/kconfig.h>
#include <linux/stddef.h>
#include <linux/string.h>

#include "abi/r570/wire_vgpu.h"

static size_t ctrl_page(void *page)
{
	struct r570_wire_plugin_ctrl *w = page;

	w->version = cpu_to_le32(R570_PLUGIN_VERSION);
	w->response = cpu_to_le64(R570_PLUGIN_RESPONSE);
	w->message = cpu_to_le64(R570_PLUGIN_MESSAGE);
	w->migration = cpu_to_le64(R570_PLUGIN_MIGRATION);
	w->error = cpu_to_le64(R570_PLUGIN_ERROR);
	return sizeof(*w);
}

/* What versions there are is not published; all who are known to ask send zeroes. */
static size_t version_params(void *buf)
{
	return sizeof(struct r570_wire_plugin_version);
}

static u32 host_cpu(void)
{
	return IS_ENABLED(CONFIG_ARM64) ? R570_PLUGIN_CPU_ARM64 : R570_PLUGIN_CPU_X86_64;
}

/*
 * Migration, the console and Linux's interrupt paths are off: nothing here
 * serves them. The mask of migration features is what every known host sends.
 */
static size_t config_params(const struct gsp_plugin_config *config, void *buf)
{
	struct r570_wire_plugin_config *w = buf;

	memcpy(w->uuid, config->uuid, sizeof(w->uuid));
	w->dbdf = cpu_to_le32(config->sbdf);
	w->instance = cpu_to_le32(config->instance);
	w->type = cpu_to_le32(config->type);
	w->vm_pid = cpu_to_le32(config->vm_pid);
	w->swizz_id = cpu_to_le32(R570_NO_SWIZZ_ID);
	w->nr_channels = cpu_to_le32(config->nr_channels);
	w->nr_plugin_channels = cpu_to_le32(config->nr_plugin_channels);
	w->migration_feature = cpu_to_le32(R570_PLUGIN_MIGRATION_FEATURE);
	w->hypervisor = cpu_to_le32(R570_PLUGIN_HYPERVISOR_UNKNOWN);
	w->host_cpu = cpu_to_le32(host_cpu());
	w->host_page_size = cpu_to_le64(config->host_page_size);
	w->enable_uvm = config->enable_uvm;
	w->placement = cpu_to_le16(config->placement);
	return sizeof(*w);
}

static size_t bme_params(bool enable, void *buf)
{
	struct r570_wire_plugin_bme *w = buf;

	w->enable = enable;
	return sizeof(*w);
}

const struct gsp_abi_plugin r570_plugin = {
	.layout = {
		.ctrl = R570_PLUGIN_CTRL,
		.response = R570_PLUGIN_RESPONSE,
		.message = R570_PLUGIN_MESSAGE,
		.message_size = R570_PLUGIN_MESSAGE_SIZE,
		.migration = R570_PLUGIN_MIGRATION,
		.error = R570_PLUGIN_ERROR,
		.error_size = R570_PLUGIN_ERROR_SIZE,
		.init_log = R570_PLUGIN_INIT_LOG,
		.init_log_size = R570_PLUGIN_INIT_LOG_SIZE,
		.vgpu_log = R570_PLUGIN_VGPU_LOG,
		.vgpu_log_size = R570_PLUGIN_VGPU_LOG_SIZE,
		.kernel_log = R570_PLUGIN_KERNEL_LOG,
		.kernel_log_size = R570_PLUGIN_KERNEL_LOG_SIZE,
		.total = R570_PLUGIN_TOTAL,
		.version_off = offsetof(struct r570_wire_plugin_ctrl, version),
		.type_off = offsetof(struct r570_wire_plugin_ctrl, type),
		.seq_off = offsetof(struct r570_wire_plugin_ctrl, seq),
		.error_get_off = offsetof(struct r570_wire_plugin_ctrl, error_get),
		.rsp_seq_off = offsetof(struct r570_wire_plugin_response, seq_processed),
		.rsp_result_off = offsetof(struct r570_wire_plugin_response, result),
		.error_put_off = offsetof(struct r570_wire_plugin_response, error_put),
		.bootloaded_magic = R570_PLUGIN_BOOTLOADED,
	},
	.messages = {
		[GSP_PLUGIN_MSG_VERSION] = 1,
		[GSP_PLUGIN_MSG_CONFIG] = 2,
		[GSP_PLUGIN_MSG_RESET] = 3,
		[GSP_PLUGIN_MSG_BME] = 13,
	},
	.ctrl_page = ctrl_page,
	.version = version_params,
	.config = config_params,
	.bme = bme_params,
};
