/*
 * NVIDIA GSP GPU model: configuration of a plugin
 *
 * SETUP_CONFIG_PARAMS_AND_INIT (vGPU contract 2.5). What is refused is what no
 * driver that is known to work does.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "qemu/cutils.h"
#include "qemu/host-utils.h"
#include "gsp_vgpu.h"

#define MIGRATION_FEATURES   0x4000
#define SWIZZ_NONE           0xFFFFFFFF
#define HYPERVISORS          5

/* Is every field what it may be? Those reserved are 0, flags are 0 or 1 */
static const char *config_wrong(const uint8_t *p)
{
    static const uint8_t flags[] = {
        R570_PF_ENABLE_UVM, R570_PF_LINUX_INTERRUPTS, R570_PF_VMM_MIGRATION,
        R570_PF_CONSOLE_VNC, R570_PF_NON_STALL,
    };
    static const struct {
        uint8_t off, len;
    } zero[] = {
        { R570_PF_VMM_CAP, 4 }, { R570_PF_REV1, 3 }, { R570_PF_REV2, 1 },
        { R570_PF_REV3, 3 }, { R570_PF_REV4, 4 }, { R570_PF_REV5, 16 },
    };
    uint32_t arch = ldl_le_p(p + R570_PF_HOST_ARCH);
    uint32_t swizz = ldl_le_p(p + R570_PF_SWIZZ_ID);
    uint64_t page = ldq_le_p(p + R570_PF_PAGE_SIZE);

    for (size_t i = 0; i < ARRAY_SIZE(flags); i++) {
        if (p[flags[i]] > 1) {
            return "a flag is not 0 or 1";
        }
    }
    for (size_t i = 0; i < ARRAY_SIZE(zero); i++) {
        if (!buffer_is_zero(p + zero[i].off, zero[i].len)) {
            return "a reserved field is not 0";
        }
    }
    if (swizz && swizz != SWIZZ_NONE) {
        return "swizz_id";
    }
    if (ldl_le_p(p + R570_PF_MIGRATION) & ~MIGRATION_FEATURES) {
        return "migration_feature";
    }
    if (ldl_le_p(p + R570_PF_HYPERVISOR) >= HYPERVISORS) {
        return "hypervisor_type";
    }
    if (arch != 1 && arch != 2) {
        return "host_cpu_arch";
    }
    if (page < GSP_PAGE_SIZE || !is_power_of_2(page)) {
        return "host_page_size";
    }
    if (lduw_le_p(p + R570_PF_PLACEMENT + 2)) {
        return "padding of placement_id";
    }
    return ldl_le_p(p + R570_PF_THRESHOLD) > 100 ?
           "channel_usage_threshold_pct" : NULL;
}

static uint32_t config_channels(GspRm *rm, GspVgpu *v, const uint8_t *p)
{
    uint32_t n = ldl_le_p(p + R570_PF_CHANNELS);
    uint32_t plugin = ldl_le_p(p + R570_PF_PLUGIN_CHANNELS);
    uint32_t had = v->channels, had_plugin = v->plugin_channels;

    if (!n || (had && had != n) || (had_plugin && had_plugin != plugin)) {
        return gsp_vgpu_refuse(rm, GSP_RULE_PLUGIN_CONFIG_CHANNELS,
                               NVS_INVALID_ARGUMENT, "%u and %u, bootload said "
                               "%u and %u", n, plugin, had, had_plugin);
    }
    v->channels = n;
    v->plugin_channels = plugin;
    return gsp_vgpu_check_channels(rm, v);
}

/* A field that is not as it may be leaves all as it was */
uint32_t gsp_plugin_config(GspRm *rm, GspVgpu *v, const uint8_t *p)
{
    uint32_t had = v->channels, had_plugin = v->plugin_channels, status;
    const char *wrong = config_wrong(p);

    if (wrong) {
        return gsp_vgpu_refuse(rm, GSP_RULE_PLUGIN_CONFIG, NVS_INVALID_ARGUMENT,
                               "GFID %u: %s", v->gfid, wrong);
    }
    status = gsp_vgpu_check_dbdf(rm, v, ldl_le_p(p + R570_PF_DBDF));
    status = status ?: config_channels(rm, v, p);
    status = status ?: gsp_vgpu_claim_type(rm, v, ldl_le_p(p + R570_PF_TYPE));
    if (status != NVS_OK) {
        v->channels = had;
        v->plugin_channels = had_plugin;
    }
    return status;
}
