/*
 * NVIDIA GSP GPU model: GSP_SET_SYSTEM_INFO and SET_REGISTRY
 *
 * The two commands GSP-RM waits for before it initialises; neither is answered.
 * What the CPU says about the device is held against the device (boot contract
 * 6.9): a wrong BAR address would make real firmware program windows wrongly
 * and fail much later.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "hw/pci/pci_bus.h"
#include "hw/pci/pcie.h"
#include "gsp_rm.h"
#include "trace.h"

#define CFG_MIRROR_BASE  0x88000
#define CFG_MIRROR_HOPPER 0x92000
#define CFG_MIRROR_SIZE  0x1000
#define REGISTRY_KEYS_MAX 1024

static uint32_t refuse(GspRm *rm, GspRule rule, const char *what,
                       uint64_t got, uint64_t want)
{
    gsp_rule_broken(rm->gpu, rule, "%s is 0x%" PRIx64 ", expected 0x%" PRIx64,
                    what, got, want);
    gsp_rm_panic(rm, "GSP-RM panic: bad SET_SYSTEM_INFO or SET_REGISTRY");
    return NVS_INVALID_ARGUMENT;
}

/* A memory BAR as the host programmed it, at this offset of config space */
static uint64_t cfg_bar(GspGpu *s, unsigned off)
{
    const uint8_t *cfg = PCI_DEVICE(s)->config + off;
    uint64_t lo = pci_get_long(cfg);
    uint64_t hi = 0;

    if ((lo & PCI_BASE_ADDRESS_MEM_TYPE_MASK) == PCI_BASE_ADDRESS_MEM_TYPE_64) {
        hi = pci_get_long(cfg + 4);
    }
    return hi << 32 | (lo & PCI_BASE_ADDRESS_MEM_MASK & UINT32_MAX);
}

typedef struct Field {
    const char *what;
    uint32_t off, len;
    GspRule rule;
    uint64_t want;
} Field;

static uint32_t check_fields(GspRm *rm, const uint8_t *p, const Field *f,
                             size_t n)
{
    for (; n; n--, f++) {
        uint64_t got = ldn_le_p(p + f->off, f->len);

        if (got != f->want) {
            return refuse(rm, f->rule, f->what, got, f->want);
        }
    }
    return NVS_OK;
}

/*
 * BAR1 or BAR2 of the PF. Behind a 64-bit BAR0 they are not where nova looks
 * for them; it tells 0, and the firmware boots.
 */
static uint64_t told_bar(GspGpu *s, const uint8_t *p, uint32_t off, unsigned n)
{
    if ((s->chip->family & GSP_WIDE_BAR0) && !ldq_le_p(p + off)) {
        return 0;
    }
    return cfg_bar(s, PCI_BASE_ADDRESS_0 +
                      4 * gsp_bar_index(s->chip, false, n));
}

static uint32_t check_device(GspRm *rm, const uint8_t *p)
{
    GspGpu *s = rm->gpu;
    PCIDevice *dev = PCI_DEVICE(s);
    uint32_t mirror = s->chip->family & GSP_HAS_FSP ? CFG_MIRROR_HOPPER
                                                    : CFG_MIRROR_BASE;
    const Field fields[] = {
        { "BAR0 address", R570_SI_BAR0, 8, GSP_RULE_SYSINFO_BAR,
          cfg_bar(s, PCI_BASE_ADDRESS_0) },
        { "BAR1 address", R570_SI_BAR1, 8, GSP_RULE_SYSINFO_BAR,
          told_bar(s, p, R570_SI_BAR1, 1) },
        { "BAR2 address", R570_SI_BAR2, 8, GSP_RULE_SYSINFO_BAR,
          told_bar(s, p, R570_SI_BAR2, 2) },
        { "bus and devfn", R570_SI_DBDF, 2, GSP_RULE_SYSINFO_BDF,
          pci_get_bdf(dev) },
        { "PCIDeviceID", R570_SI_PCI_DEVICE, 4, GSP_RULE_SYSINFO_PCI_ID,
          pci_get_long(dev->config + PCI_VENDOR_ID) },
        { "PCISubDeviceID", R570_SI_PCI_SUBDEVICE, 4, GSP_RULE_SYSINFO_PCI_ID,
          pci_get_long(dev->config + PCI_SUBSYSTEM_VENDOR_ID) },
        { "PCIRevisionID", R570_SI_PCI_REVISION, 4, GSP_RULE_SYSINFO_PCI_ID,
          dev->config[PCI_REVISION_ID] },
        { "config mirror base", R570_SI_CFG_MIRROR_BASE, 4,
          GSP_RULE_SYSINFO_CONFIG_MIRROR, mirror },
        { "config mirror size", R570_SI_CFG_MIRROR_SIZE, 4,
          GSP_RULE_SYSINFO_CONFIG_MIRROR, CFG_MIRROR_SIZE },
    };

    return check_fields(rm, p, fields, ARRAY_SIZE(fields));
}

static bool bar_is_64(const uint8_t *sriov, unsigned reg)
{
    return pci_get_long(sriov + PCI_SRIOV_BAR + 4 * reg) &
           PCI_BASE_ADDRESS_MEM_TYPE_64;
}

/* gspVFInfo may be left out; what is given must be what the capability says */
static uint32_t check_vfs(GspRm *rm, const uint8_t *p)
{
    GspGpu *s = rm->gpu;
    uint32_t cap = s->total_vfs ? s->chip->sriov_cap : 0;
    const uint8_t *sriov = PCI_DEVICE(s)->config + cap;
    uint32_t vf = cap + PCI_SRIOV_BAR;
    unsigned bar1 = gsp_bar_index(s->chip, true, 1);
    unsigned bar2 = gsp_bar_index(s->chip, true, 2);

    if (!ldl_le_p(p + R570_SI_VF_TOTAL)) {
        return NVS_OK;
    }
    if (!cap) {
        return refuse(rm, GSP_RULE_SYSINFO_VF, "totalVFs",
                      ldl_le_p(p + R570_SI_VF_TOTAL), 0);
    }
    const Field fields[] = {
        { "totalVFs", R570_SI_VF_TOTAL, 4, GSP_RULE_SYSINFO_VF,
          pci_get_word(sriov + PCI_SRIOV_TOTAL_VF) },
        { "firstVFOffset", R570_SI_VF_FIRST_OFFSET, 4, GSP_RULE_SYSINFO_VF,
          pci_get_word(sriov + PCI_SRIOV_VF_OFFSET) },
        { "FirstVFBar0Address", R570_SI_VF_BAR0, 8, GSP_RULE_SYSINFO_VF,
          cfg_bar(s, vf) },
        { "FirstVFBar1Address", R570_SI_VF_BAR1, 8, GSP_RULE_SYSINFO_VF,
          cfg_bar(s, vf + 4 * bar1) },
        { "FirstVFBar2Address", R570_SI_VF_BAR2, 8, GSP_RULE_SYSINFO_VF,
          cfg_bar(s, vf + 4 * bar2) },
        { "b64bitBar0", R570_SI_VF_64BIT_BAR0, 1, GSP_RULE_SYSINFO_VF,
          bar_is_64(sriov, 0) },
        { "b64bitBar1", R570_SI_VF_64BIT_BAR1, 1, GSP_RULE_SYSINFO_VF,
          bar_is_64(sriov, bar1) },
        { "b64bitBar2", R570_SI_VF_64BIT_BAR2, 1, GSP_RULE_SYSINFO_VF,
          bar_is_64(sriov, bar2) },
    };

    return check_fields(rm, p, fields, ARRAY_SIZE(fields));
}

uint32_t gsp_rpc_sysinfo(GspRm *rm, GspRpcMsg *msg)
{
    const uint8_t *p = msg->payload;
    uint64_t va = ldq_le_p(p + R570_SI_MAX_USER_VA);
    uint32_t res;

    if (rm->got_sysinfo) {
        return refuse(rm, GSP_RULE_SYSINFO_REPEATED, "SET_SYSTEM_INFO", 2, 1);
    }
    res = check_device(rm, p);
    if (res == NVS_OK && (!va || va >> 57)) {
        res = refuse(rm, GSP_RULE_SYSINFO_MAX_USER_VA, "maxUserVa", va,
                     (1ULL << 47) - GSP_PAGE_SIZE);
    }
    if (res == NVS_OK) {
        res = check_vfs(rm, p);
    }
    if (res == NVS_OK) {
        rm->got_sysinfo = true;
        rm->vf_info = ldl_le_p(p + R570_SI_VF_TOTAL);
        gsp_rm_init_step(rm);
    }
    return res;
}

/*
 * Registry
 */

/* Is there a NUL-terminated string at off? */
static bool string_fits(const uint8_t *p, uint32_t size, uint32_t off)
{
    return off < size && memchr(p + off, 0, size - off);
}

static uint32_t check_key(GspRm *rm, const uint8_t *p, uint32_t size,
                          uint32_t first, uint32_t nr)
{
    const uint8_t *e = p + R570_REG_ENTRIES + nr * R570_REG_ENTRY_SIZE;
    uint32_t name = ldl_le_p(e + R570_REG_E_NAME);
    uint32_t data = ldl_le_p(e + R570_REG_E_DATA);
    uint32_t len = ldl_le_p(e + R570_REG_E_LENGTH);

    if (name < first || name >= size) {
        return refuse(rm, GSP_RULE_REGISTRY_BOUNDS, "nameOffset", name, first);
    }
    if (!string_fits(p, size, name)) {
        return refuse(rm, GSP_RULE_REGISTRY_STRING, "end of a key's name", size,
                      0);
    }
    switch (e[R570_REG_E_TYPE]) {
    case R570_REG_TYPE_DWORD:
        if (len && len != 4) {
            return refuse(rm, GSP_RULE_REGISTRY_TYPE, "length of a dword", len,
                          4);
        }
        break;
    case R570_REG_TYPE_BINARY:
    case R570_REG_TYPE_STRING:
        if (data < first || len > size || data > size - len) {
            return refuse(rm, GSP_RULE_REGISTRY_BOUNDS, "data offset", data,
                          first);
        }
        if (e[R570_REG_E_TYPE] == R570_REG_TYPE_STRING &&
            (!len || p[data + len - 1])) {
            return refuse(rm, GSP_RULE_REGISTRY_STRING, "end of a string value",
                          len, 0);
        }
        break;
    default:
        return refuse(rm, GSP_RULE_REGISTRY_TYPE, "type",
                      e[R570_REG_E_TYPE], R570_REG_TYPE_DWORD);
    }
    trace_gsp_registry((const char *)p + name, data, len);
    return NVS_OK;
}

static uint32_t check_registry(GspRm *rm, const GspRpcMsg *msg)
{
    const uint8_t *p = msg->payload;
    uint32_t size = ldl_le_p(p + R570_REG_SIZE);
    uint32_t n = ldl_le_p(p + R570_REG_COUNT);
    uint32_t i, first, res = NVS_OK;

    if (size < R570_REG_ENTRIES || size > msg->len) {
        return refuse(rm, GSP_RULE_REGISTRY_SIZE, "size", size, msg->len);
    }
    if (n > REGISTRY_KEYS_MAX ||
        n > (size - R570_REG_ENTRIES) / R570_REG_ENTRY_SIZE) {
        return refuse(rm, GSP_RULE_REGISTRY_SIZE, "numEntries", n,
                      (size - R570_REG_ENTRIES) / R570_REG_ENTRY_SIZE);
    }
    first = R570_REG_ENTRIES + n * R570_REG_ENTRY_SIZE;
    for (i = 0; i < n && res == NVS_OK; i++) {
        res = check_key(rm, p, size, first, i);
    }
    return res;
}

/* The value of a DWORD key; the registry was checked when it came */
bool gsp_registry_dword(GspRm *rm, const char *key, uint32_t *val)
{
    const uint8_t *p = rm->registry;
    uint32_t i, n = p ? ldl_le_p(p + R570_REG_COUNT) : 0;

    for (i = 0; i < n; i++) {
        const uint8_t *e = p + R570_REG_ENTRIES + i * R570_REG_ENTRY_SIZE;
        const char *name = (const char *)p + ldl_le_p(e + R570_REG_E_NAME);

        if (e[R570_REG_E_TYPE] == R570_REG_TYPE_DWORD && !strcmp(name, key)) {
            *val = ldl_le_p(e + R570_REG_E_DATA);
            return true;
        }
    }
    return false;
}

uint32_t gsp_rpc_registry(GspRm *rm, GspRpcMsg *msg)
{
    uint32_t res;

    if (rm->got_registry) {
        return refuse(rm, GSP_RULE_REGISTRY_REPEATED, "SET_REGISTRY", 2, 1);
    }
    res = check_registry(rm, msg);
    if (res == NVS_OK) {
        rm->registry = g_memdup2(msg->payload, msg->len);
        rm->got_registry = true;
        gsp_rm_init_step(rm);
    }
    return res;
}
