/*
 * NVIDIA GSP GPU model: the device and the seams between its parts
 *
 * struct GspGpu is the one device. The hardware half (PCI, registers, falcons,
 * framebuffer, boot firmware) lives in gsp_pci.c .. gsp_booter.c, the firmware
 * half (GSP-RM behind its memory rings) in gsp_rm.c .. gsp_seq.c. Each half
 * sees of the other only what this header declares.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HW_MISC_GSP_GPU_H
#define HW_MISC_GSP_GPU_H

#include "hw/pci/pci_device.h"
#include "qemu/units.h"
#include "qemu/timer.h"
#include "qom/object.h"
#include "gsp_rules.h"

#define TYPE_GSP_GPU "gsp-gpu"
OBJECT_DECLARE_SIMPLE_TYPE(GspGpu, GSP_GPU)

#define GSP_PAGE_SIZE       4096
#define GSP_BAR0_SIZE       (16 * MiB)
#define GSP_BAR3_SIZE       (32 * MiB)
#define GSP_LEAVES          8
#define GSP_LEAVES_HOPPER   16           /* and Blackwell */
#define GSP_VMMU_GFIDS      64
#define GSP_SHA256_LEN      32
#define GSP_SHA384_LEN      48
#define GSP_HS_SIG_LEN      384
#define GSP_WPRMETA_LEN     256

/* Chips whose registers lie alike; bits, so that a table can name several */
typedef enum GspFamily {
    GSP_TU10X = 1 << 0,          /* TU11x too */
    GSP_GA100 = 1 << 1,
    GSP_GA10X = 1 << 2,
    GSP_AD10X = 1 << 3,
    GSP_GH100 = 1 << 4,
    GSP_GB10X = 1 << 5,
    GSP_GB20X = 1 << 6,
    GSP_HAS_FSP = GSP_GH100 | GSP_GB10X | GSP_GB20X,
    GSP_HAS_BROM = GSP_GA10X | GSP_AD10X,
    GSP_HAS_PIO = GSP_TU10X | GSP_GA100, /* ucode by PIO, a stub starts it */
    GSP_WIDE_BAR0 = GSP_GH100 | GSP_GB10X,       /* 64-bit, prefetchable */
} GspFamily;

/* Facts about a chip; a new chip is a new line of the table in gsp_chip.c */
typedef struct GspChip {
    const char *name;            /* value of the property "chip" */
    GspFamily family;
    uint16_t id;                 /* architecture << 4 | implementation */
    uint16_t device_id, subsystem_id;
    /* what GSP-RM reports about that board */
    const char *board, *short_name;      /* marketing name, die */
    uint8_t gpcs;
    uint16_t tpc_mask, tpc_mask_last;            /* of each GPC, of the last */
    uint32_t l2_mib;
    uint8_t nvdecs, nvencs, nvjpegs;
    uint32_t fb_mib;             /* framebuffer of that board */
    uint8_t dma_bits;
    const char *fw_dir;          /* whose booter and bootloader it runs */
    const char *fw_signature;    /* .fwsignature_* section of the GSP image */
    uint16_t gsp_vector;         /* stall vector of the GSP */
    uint16_t total_vfs, first_vf_offset, vf_stride, sriov_cap;
    uint32_t vf_bar0_size;
    uint64_t vf_bar1_size, vf_bar2_size;
    uint32_t gsp_imem, gsp_dmem, sec2_imem, sec2_dmem;   /* bytes */
    uint8_t booter_ucode_id, fwsec_ucode_id;
    uint8_t scrubber_ucode_id;   /* 0: the chip has no scrubber */
    uint16_t hs_sig_len;         /* of a booter that a stub starts */
    uint16_t mmu_lock_mib;       /* MMU_LOCK keeps these at the end */
    uint8_t msix_vectors;        /* of the PF, and of each VF */
    /* chips with an FSP */
    uint16_t cot_version, fmc_key_len, fmc_sig_len;
    uint32_t frts_from_end;      /* least frtsVidmemOffset */
    uint32_t non_wpr_heap, pmu_reserved;
} GspChip;

extern const GspChip gsp_chips[];
const GspChip *gsp_chip_find(const char *name);

/* What the property "state" reports */
typedef enum GspState {
    GSP_STATE_RESET,             /* power-on */
    GSP_STATE_FWSEC,             /* WPR2 holds FRTS */
    GSP_STATE_BOOTED,            /* booter started the RISC-V core */
    GSP_STATE_RM_READY,          /* INIT_DONE sent */
    GSP_STATE_UNLOADED,          /* unload served, core halted */
    GSP_STATE_DEAD,              /* firmware crashed */
} GspState;

/*
 * Register blocks
 */
typedef struct GspBlock GspBlock;

typedef struct GspReg {
    uint32_t off;                /* from the start of the block */
    const char *name;
    uint32_t reset, wmask;       /* value after reset, bits the CPU may write */
    uint32_t (*rd)(GspGpu *s, GspBlock *b, uint32_t off);
    void (*wr)(GspGpu *s, GspBlock *b, uint32_t off, uint32_t val);
    uint16_t count, stride;      /* an array of registers; 0 means one */
    bool priv;                   /* only firmware may write it */
} GspReg;

struct GspBlock {
    const char *name;
    uint32_t base, size;
    const GspReg *regs;
    unsigned nregs;
    void *opaque;
    bool any_size;               /* byte and word accesses are fine here */
    uint32_t *val;               /* one word per register offset */
    uint16_t *idx;               /* offset / 4 -> 1 + index into regs */
    /* a block that is memory rather than registers has these instead */
    uint64_t (*read)(GspGpu *s, GspBlock *b, uint32_t off, unsigned size);
    void (*write)(GspGpu *s, GspBlock *b, uint32_t off, uint64_t val,
                  unsigned size);
    /* may the CPU reach it now? NULL: always */
    bool (*open)(GspGpu *s, GspBlock *b, uint32_t off);
};

#define GSP_BLOCKS_MAX 32

/* An interrupt tree: of the PF, or of a VF */
typedef struct GspTree {
    unsigned leaves;
    uint32_t leaf[GSP_LEAVES_HOPPER], leaf_en[GSP_LEAVES_HOPPER], top_en;
} GspTree;

/*
 * Falcons
 */
typedef enum GspEngine {
    GSP_ENGINE_GSP,
    GSP_ENGINE_SEC2,
    GSP_ENGINES
} GspEngine;

typedef struct GspFalcon {
    const char *name;
    GspEngine engine;
    uint32_t engine_mask;        /* its bit of BROM ENGIDMASK */
    GspBlock *pri, *pri2;        /* register block and "addr2" block */
    uint32_t imem_size, dmem_size;
    uint8_t *imem, *dmem;
    uint32_t *imem_tag;          /* per 256-byte block: tag | IMEM_* flags */
    bool in_reset;
    uint8_t scrub;               /* reads of the scrub bits still to answer 1 */
    bool loaded;                 /* something was loaded since the last reset */
    bool ran;                    /* ran since the last reset */
    bool running;                /* ucode that does not halt (fault) */
    uint32_t pc;                 /* where it was started */
    uint32_t dmem_top;           /* end of the highest DMEM byte loaded */
    uint32_t riscv_irqmask;      /* where in pri2 that register is */
    bool riscv_active;
} GspFalcon;

/*
 * What booter_load hands to GSP-RM
 */
typedef struct GspRmBoot {
    uint64_t libos_addr;         /* bus address of the libos arguments */
    uint8_t wpr_meta[GSP_WPRMETA_LEN];   /* as copied to FB */
    const char *release;         /* "570.144", ..: of the image */
    bool synthetic;              /* recognised as a generated test image */
} GspRmBoot;

/*
 * What the CPU and we have done since realize (gsp_stamp.c)
 */
typedef struct GspDone {
    uint64_t reads, writes;      /* accesses of the CPU to BAR0 */
    uint64_t dma_read, dma_written;      /* bytes */
} GspDone;

/*
 * The device
 */
struct GspRm;
struct GspFaults;

struct GspGpu {
    PCIDevice parent_obj;

    /* properties */
    char *chip_name, *vbios_path;
    uint32_t fb_mib, bar1_mib;
    uint32_t device_id, subsystem_id, subsystem_vendor_id;
    uint32_t fuse_gsp, fuse_sec2;    /* ucode version of every ucode id */
    uint32_t fwsec_versions;         /* SignatureVersions of the built VBIOS */
    int32_t total_vfs;               /* -1: as the chip has */
    bool echo_seq;                   /* GSP-RM echoes sequence numbers */
    bool vf_test;                    /* VFs have the test page */
    bool vgpu_mode;                  /* what the PRC knob says (GB20x) */

    const GspChip *chip;
    GspState state;
    uint32_t rpc_count;              /* RPCs GSP-RM has served since realize */
    GspDone done;
    uint32_t rules_broken;           /* since realize */
    const char *last_rule;           /* "" until one is broken */
    bool gone;                       /* config space and BARs read all ones */

    MemoryRegion bar0, bar1, bar3;
    uint64_t vf_bar1_size;           /* as the VF resizable BAR is set */
    GspBlock blocks[GSP_BLOCKS_MAX];
    unsigned nblocks;
    GspBlock *page[GSP_BAR0_SIZE / GSP_PAGE_SIZE];
    GspBlock *bus, *pfb, *mmu;       /* blocks that other parts write */
    GspBlock *window;                /* the one with the PRAMIN window's base */
    uint32_t window_off;

    GspFalcon falcon[GSP_ENGINES];
    bool gfw_seen, gfw_stuck, flush_page_set;
    struct GspFsp *fsp;              /* NULL: the chip has none */
    struct GspFmc *fmc;              /* as well */
    bool gsp_locked;                 /* by the FSP: GSP registers are closed */
    bool gsp_lockdown;               /* GSP-FMC runs: all but a few are */
    bool scrubbed;                   /* by the scrubber, since the reset */
    uint8_t vf_partitions;           /* GSP-RM was booted with; 0: no VFs */
    uint64_t wpr2_lo, wpr2_hi;       /* [lo, hi); hi == 0: down */

    struct GspVgpuFb *vmmu[GSP_VMMU_GFIDS];
    uint64_t vmmu_told;              /* GFIDs of vgpu-fb-pf-write */

    uint8_t *fb;                     /* sparse host memory */
    uint64_t fb_size;
    uint8_t *prom;
    uint32_t prom_size;
    uint32_t fwsec_imem_len, fwsec_dmem_len;

    GspTree tree;
    bool msi_armed;
    bool leaf_held;                  /* Turing: by a level that stands */

    /* the firmware half; opaque to the hardware half */
    struct GspRm *rm;
    struct GspFaults *faults;        /* survives resets */
    struct GspFuzz *fuzz;            /* so does this */
    bool rm_unload_asked;            /* UNLOADING_GUEST_DRIVER was received */
    bool fault_fired;                /* a requested fault has been hit */
    uint64_t bar_pde[2];             /* UPDATE_BAR_PDE: BAR1, BAR2 */
    uint32_t bar_pde_shift[2];
};

/*
 * Seam: the hardware half serves both
 */

/* PCI DMA in the device's address space; false (rule dma-fault) on a refusal */
bool gsp_dma_read(GspGpu *s, uint64_t addr, void *buf, size_t len);
bool gsp_dma_write(GspGpu *s, uint64_t addr, const void *buf, size_t len);

/* Index of the BAR that the driver calls BAR0, 1 or 2, in the PF or a VF */
static inline unsigned gsp_bar_index(const GspChip *c, bool vf, unsigned n)
{
    bool wide = c->family & (vf ? GSP_HAS_FSP : GSP_WIDE_BAR0);

    return n ? 2 * n - !wide : 0;
}

/* Framebuffer as firmware sees it, WPR2 included; false beyond its end */
bool gsp_fb_read(GspGpu *s, uint64_t addr, void *buf, size_t len);
bool gsp_fb_write(GspGpu *s, uint64_t addr, const void *buf, size_t len);

/* An engine's access by the page directory at @root; false: it faults */
bool gsp_gmmu_access(GspGpu *s, uint64_t root, uint64_t va, void *buf,
                     size_t len, bool write);

/* Somebody broke a rule: log, trace, last-rule, rules-broken */
void gsp_rule_broken(GspGpu *s, GspRule rule, const char *fmt, ...)
    G_GNUC_PRINTF(3, 4);
const char *gsp_rule_name(GspRule rule);
const char *gsp_rule_text(GspRule rule);

void gsp_state_set(GspGpu *s, GspState state);
uint64_t gsp_ptimer_ns(GspGpu *s);

void gsp_intr_raise(GspGpu *s, unsigned vector);
/* GSP-RM put a message into the status queue: SWGEN0, then its leaf vector */
void gsp_rm_signal(GspGpu *s);
/* GSP-RM ended (unload served, or crashed): RISC-V inactive, GSP MAILBOX0 */
void gsp_rm_halted(GspGpu *s, uint32_t mailbox0);
/* BAR0 access as firmware: no privilege or size rule, same hooks */
uint32_t gsp_reg_read(GspGpu *s, uint32_t addr);
void gsp_reg_write(GspGpu *s, uint32_t addr, uint32_t val);

/*
 * Seam: the firmware half
 */
void gsp_rm_realize(GspGpu *s);
void gsp_rm_unrealize(GspGpu *s);
void gsp_rm_start(GspGpu *s, const GspRmBoot *boot);
/* Forget everything; may be called any number of times */
void gsp_rm_reset(GspGpu *s);
/* Write to 0x110C00, also while GSP-RM does not run */
void gsp_rm_doorbell(GspGpu *s);
/* Write to the doorbell of the user page */
void gsp_channel_doorbell(GspGpu *s, uint32_t token);

/*
 * Faults on request (gsp_fault.c). A fault spec names a kind and optionally a
 * phase, an RPC function, an occurrence and an argument.
 */
typedef enum GspFaultKind {
    GSP_FAULT_REPLY_NONE,
    GSP_FAULT_REPLY_LATE,
    GSP_FAULT_REPLY_TRUNCATE,
    GSP_FAULT_REPLY_OVERSIZE,
    GSP_FAULT_REPLY_CHECKSUM,
    GSP_FAULT_REPLY_SEQUENCE,
    GSP_FAULT_EVENT_UNKNOWN,
    GSP_FAULT_EVENT_STORM,
    GSP_FAULT_ELEMENT_COUNT,
    GSP_FAULT_ELEMENT_LENGTH,
    GSP_FAULT_BAD_STATUS,
    GSP_FAULT_RPC_RESULT,
    GSP_FAULT_FALCON_NO_HALT,
    GSP_FAULT_FALCON_ERROR,
    GSP_FAULT_FRTS_ERROR,
    GSP_FAULT_RISCV_INACTIVE,
    GSP_FAULT_NO_INIT_DONE,
    GSP_FAULT_CRASH,
    GSP_FAULT_WPR2_UP,
    GSP_FAULT_GONE,
    GSP_FAULT_GFW_STUCK,
    GSP_FAULT_BOOTLOAD_REFUSED,
    GSP_FAULT_PLUGIN_SILENT,
    GSP_FAULT_PLUGIN_CRASH,
    GSP_FAULT_PLUGIN_RESULT,
    GSP_FAULT_PLUGIN_EVENT_LOST,
    GSP_FAULT_PLUGIN_NO_UNLOAD,
    GSP_FAULT_RC_GFID,
    GSP_FAULT_SCRUB_NOOP,
    GSP_FAULT_VF_DMA_LOST,
    GSP_FAULT_VF_MSIX_LOST,
    GSP_FAULT_PIO_CORRUPT,
    GSP_FAULT_FSP_STUCK,
    GSP_FAULT_FSP_SILENT,
    GSP_FAULT_FSP_ERROR,
    GSP_FAULT_FSP_TAG,
    GSP_FAULT_FSP_SEQUENCE,
    GSP_FAULT_FSP_TRUNCATE,
    GSP_FAULT_FSP_OVERSIZE,
    GSP_FAULT_FSP_OTHER,
    GSP_FAULT_PRC_REFUSED,
    GSP_FAULT_LOCKDOWN_STUCK,
    GSP_FAULT_FMC_ERROR,
    GSP_FAULT_KINDS
} GspFaultKind;

typedef enum GspPhase {
    GSP_PHASE_ANY,               /* spec: every phase; question: none */
    GSP_PHASE_POWER_ON,          /* power-on, FLR, bus reset; "power-on" */
    GSP_PHASE_FWSEC,             /* "fwsec": FWSEC-FRTS started */
    GSP_PHASE_SCRUBBER,          /* "scrubber" */
    GSP_PHASE_BOOTER_LOAD,       /* "booter-load" */
    GSP_PHASE_INIT,              /* "init": "rm-start" .. "init-done" */
    GSP_PHASE_RM_START,          /* "rm-start": before the arguments are read */
    GSP_PHASE_SYSINFO,           /* "sysinfo": SET_SYSTEM_INFO arrived */
    GSP_PHASE_REGISTRY,          /* "registry": SET_REGISTRY arrived */
    GSP_PHASE_SEQUENCER,         /* "sequencer": RUN_CPU_SEQUENCER is sent */
    GSP_PHASE_INIT_DONE,         /* "init-done": INIT_DONE is sent */
    GSP_PHASE_RPC,               /* "rpc": any RPC is served */
    GSP_PHASE_STATIC_INFO,       /* "static-info": GET_GSP_STATIC_INFO */
    GSP_PHASE_BOOTLOAD,          /* "bootload": of a plugin task, and its end */
    GSP_PHASE_SHUTDOWN,          /* "shutdown": of a plugin task */
    GSP_PHASE_CLEANUP,           /* "cleanup": behind a plugin task */
    GSP_PHASE_UNLOAD,            /* "unload": UNLOADING_GUEST_DRIVER */
    GSP_PHASE_SB,                /* "sb": FWSEC-SB started */
    GSP_PHASE_BOOTER_UNLOAD,     /* "booter-unload" */
    GSP_PHASE_PLUGIN_VERSION,    /* "plugin-version": message 1 to a plugin */
    GSP_PHASE_PLUGIN_CONFIG,     /* "plugin-config": message 2 */
    GSP_PHASE_PLUGIN_RESET,      /* "plugin-reset": message 3 */
    GSP_PHASE_PLUGIN_BME,        /* "plugin-bme": message 13 */
    GSP_PHASE_PRC,               /* "prc": message to the FSP about a knob */
    GSP_PHASE_COT,               /* "cot": message that boots the GSP */
    GSP_PHASE_FMC,               /* "fmc": GSP-FMC runs */
    GSP_PHASES
} GspPhase;

/* Does a requested fault fire here? fn: RPC function or 0; arg may be NULL */
bool gsp_fault_hit(GspGpu *s, GspFaultKind kind, GspPhase phase, uint32_t fn,
                   uint64_t *arg);
/* Property "fault": parse (also before realize), print (g_free it), release */
bool gsp_fault_set(GspGpu *s, const char *spec, Error **errp);
char *gsp_fault_get(GspGpu *s);
void gsp_fault_exit(GspGpu *s);
bool gsp_boot_phase(GspGpu *s, GspPhase phase);  /* false: device is gone */
const char *gsp_phase_name(GspPhase phase);      /* as in a spec */

/* Tells how much was done until @what (gsp_stamp.c) */
void gsp_stamp(GspGpu *s, const char *what);
void gsp_stamp_access(GspGpu *s, bool write);    /* of the CPU, to BAR0 */
void gsp_stamp_init(GspGpu *s);

/*
 * Random bytes on request (gsp_fuzz.c): in an element before its checksum is
 * made, and after.
 */
void gsp_fuzz_message(GspGpu *s, uint8_t *el, size_t size);
void gsp_fuzz_element(GspGpu *s, uint8_t *el, size_t size);
void gsp_fuzz_exit(GspGpu *s);
void gsp_fuzz_class_init(ObjectClass *oc);

/*
 * Seam: vGPU. The firmware half says which framebuffer a VF sees (gsp_vgpu.c),
 * the hardware half maps it and rings the plugins' doorbell.
 */
#define GSP_VMMU_SEGMENTS 384
#define GSP_VMMU_SEGMENT_SIZE (32 * MiB)

typedef struct GspVgpuFb {
    uint32_t nr;                 /* pieces, in the order the guest sees them */
    struct {
        uint64_t addr, len;      /* whole segments */
    } seg[GSP_VMMU_SEGMENTS];
} GspVgpuFb;

/* The map is copied; NULL: this GFID sees nothing, as after a reset */
void gsp_vmmu_set(GspGpu *s, unsigned gfid, const GspVgpuFb *map);
/* False: not mapped; len is what follows contiguously, framebuffer as well */
bool gsp_vmmu_translate(GspGpu *s, unsigned gfid, uint64_t addr,
                        uint64_t *fb_addr, uint64_t *len);
/* Does a guest have this GFID in use? Its plugin runs, its bus master is on */
bool gsp_vgpu_live(GspGpu *s, unsigned gfid);
/* As gsp_gmmu_access() of zeros; framebuffer gives its host memory back */
bool gsp_gmmu_clear(GspGpu *s, uint64_t root, uint64_t va, uint64_t len);
/* Write to BAR0 0xB82200, also while GSP-RM does not run */
void gsp_plugin_doorbell(GspGpu *s, uint32_t vector);

#endif /* HW_MISC_GSP_GPU_H */
