/*
 * NVIDIA GSP GPU model: what the files of the hardware half share
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HW_MISC_GSP_HW_H
#define HW_MISC_GSP_HW_H

#include "gsp_gpu.h"

/* gsp_bar0.c: block map and dispatch */
GspBlock *gsp_block_add(GspGpu *s, const char *name, uint32_t base,
                        uint32_t size, const GspReg *regs, unsigned nregs,
                        void *opaque);
/* The same for a block that is not in the PF's BAR0; gsp_block_free() it */
void gsp_block_init(GspBlock *b, const char *name, uint32_t base,
                    uint32_t size, const GspReg *regs, unsigned nregs,
                    void *opaque);
void gsp_block_reset(GspBlock *b);
void gsp_block_free(GspBlock *b);
void gsp_blocks_reset(GspGpu *s);
void gsp_blocks_free(GspGpu *s);
void gsp_bar0_init(GspGpu *s);
/* NULL: no table names it; otherwise it may be read and written */
const GspReg *gsp_reg_find(GspBlock *b, uint32_t off);
uint32_t gsp_block_read(GspGpu *s, GspBlock *b, const GspReg *r, uint32_t off);
void gsp_block_write(GspGpu *s, GspBlock *b, const GspReg *r, uint32_t off,
                     uint32_t val);

static inline uint32_t gsp_reg(const GspBlock *b, uint32_t off)
{
    return b->val[off / 4];
}

static inline void gsp_reg_set(GspBlock *b, uint32_t off, uint32_t val)
{
    b->val[off / 4] = val;
}

/* gsp_regs.c: the plain units */
typedef struct GspUnit {
    const char *name;
    uint32_t base, size;
    const GspReg *regs;
    unsigned nregs;
    size_t keep;                 /* where struct GspGpu keeps the block */
    unsigned absent;             /* families without it */
} GspUnit;

#define UNIT(n, base, regs, keep) UNIT_BUT(n, base, regs, keep, 0)
#define UNIT_BUT(n, base, regs, keep, families) \
    { n, base, 0x1000, regs, ARRAY_SIZE(regs), keep, families }

void gsp_units_add(GspGpu *s, const GspUnit *u, size_t n);
void gsp_regs_init(GspGpu *s);
void gsp_regs_reset(GspGpu *s);
void gsp_hopper_regs_init(GspGpu *s);           /* gsp_hopper.c */
uint32_t gsp_fuse_version(GspGpu *s, GspEngine engine, unsigned ucode_id);

/* gsp_pcicfg.c: capabilities where the family has them */
bool gsp_caps_init(GspGpu *s, Error **errp);
void gsp_pcicfg_write(GspGpu *s, uint32_t addr, int len);     /* it was */
void gsp_pcicfg_reset(GspGpu *s);

/* gsp_intr.c */
void gsp_intr_init(GspGpu *s);
void gsp_intr_reset(GspGpu *s);
void gsp_intr_update(GspGpu *s);
void gsp_intr_rearm_msi(GspGpu *s);
void gsp_intr_drop(GspGpu *s, unsigned vector);  /* its level fell */

#define GSP_TREE_LEAF           0x1000
#define GSP_TREE_LEAF_EN_SET    0x1200
#define GSP_TREE_LEAF_EN_CLEAR  0x1400
#define GSP_TREE_TOP            0x1600
#define GSP_TREE_TOP_EN_SET     0x1608
#define GSP_TREE_TOP_EN_CLEAR   0x1610
#define GSP_TREE_LEAF_TRIGGER   0x1640

#define GSP_TREE_REGS(rd, wr, trigger, leaves) \
    { GSP_TREE_LEAF, "LEAF", 0, 0xffffffff, rd, wr, leaves }, \
    { GSP_TREE_LEAF_EN_SET, "LEAF_EN_SET", 0, 0xffffffff, rd, wr, leaves }, \
    { GSP_TREE_LEAF_EN_CLEAR, "LEAF_EN_CLEAR", 0, 0xffffffff, rd, wr, \
      leaves }, \
    { GSP_TREE_TOP, "TOP", 0, 0, rd }, \
    { GSP_TREE_TOP_EN_SET, "TOP_EN_SET", 0, 0xffffffff, rd, wr }, \
    { GSP_TREE_TOP_EN_CLEAR, "TOP_EN_CLEAR", 0, 0xffffffff, rd, wr }, \
    { GSP_TREE_LEAF_TRIGGER, "LEAF_TRIGGER", 0, 0xffffffff, NULL, trigger }

/* A tree by its registers' offsets; true: there may be something to tell */
bool gsp_tree_pending(const GspTree *t);
void gsp_tree_reset(GspTree *t, const GspChip *c);
bool gsp_tree_raise(GspTree *t, unsigned vector);
uint32_t gsp_tree_read(const GspTree *t, uint32_t off);
bool gsp_tree_write(GspTree *t, uint32_t off, uint32_t val);

/* gsp_fb.c */
/* A size as Turing and GA100 report it; 0: it cannot be said */
uint32_t gsp_fb_range(uint32_t mib);
bool gsp_fb_init(GspGpu *s, Error **errp);
void gsp_fb_exit(GspGpu *s);
void gsp_pramin_init(GspGpu *s);
uint64_t gsp_fb_cpu_read(GspGpu *s, uint64_t addr, unsigned size);
void gsp_fb_cpu_write(GspGpu *s, uint64_t addr, uint64_t val, unsigned size);
void gsp_wpr2_set(GspGpu *s, uint64_t lo, uint64_t hi);   /* hi == 0: down */
bool gsp_wpr2_touches(GspGpu *s, uint64_t addr, uint64_t size);

/* gsp_gmmu.c: BAR1 and BAR3 */
void gsp_bars_init(GspGpu *s);
/* gsp_rm.c: where the root page directory of BAR1 or BAR2 is in framebuffer */
uint64_t gsp_rm_bar_root(struct GspRm *rm, unsigned bar);

/* gsp_vf.c: follow the PF's VF MSE and BARs; follow s->gone */
void gsp_vfs_decode(GspGpu *s);
void gsp_vfs_gone(GspGpu *s);

/* gsp_vmmu.c: an engine of the PF writes there */
void gsp_vmmu_pf_writes(GspGpu *s, uint64_t addr, uint64_t len);

/* gsp_vbios.c */
bool gsp_vbios_init(GspGpu *s, Error **errp);
void gsp_vbios_exit(GspGpu *s);

/* gsp_falcon.c, gsp_falcon_mem.c */
#define GSP_IMEM_TAG(x)      ((x) & 0xffff)
#define GSP_IMEM_SECURE      (1u << 28)
#define GSP_IMEM_BUSY        (1u << 30)      /* PIO is within the block */
#define GSP_IMEM_VALID       (1u << 31)

void gsp_falcon_init(GspGpu *s);
void gsp_falcon_exit(GspGpu *s);
void gsp_falcon_reset_all(GspGpu *s);           /* power-on */
void gsp_falcon_mem_clear(GspFalcon *f);
bool gsp_falcon_usable(GspGpu *s, GspFalcon *f, const char *what);
void gsp_falcon_dma(GspGpu *s, GspFalcon *f, uint32_t cmd);
bool gsp_falcon_aperture_ok(GspGpu *s, GspFalcon *f, unsigned ctxdma);
/* The block of IMEM that has this tag, or -1 */
int gsp_falcon_block(const GspFalcon *f, uint32_t tag);
uint32_t gsp_falcon_pio_read(GspGpu *s, GspBlock *b, uint32_t off);
void gsp_falcon_pio_write(GspGpu *s, GspBlock *b, uint32_t off, uint32_t val);
void gsp_falcon_halt(GspGpu *s, GspFalcon *f, uint32_t mailbox0);
void gsp_riscv_set_active(GspGpu *s, GspFalcon *f, bool active);
void gsp_falcon_irq(GspGpu *s, GspFalcon *f, uint32_t bits);
/* A leaf was cleared: Turing looks at the level again */
void gsp_falcon_resample(GspGpu *s);

#define FALCON_IRQSCLR       0x004
#define FALCON_IRQSTAT       0x008
#define FALCON_IRQMSET       0x010
#define FALCON_IRQMCLR       0x014
#define FALCON_IRQMASK       0x018
#define FALCON_MAILBOX0      0x040
#define FALCON_MAILBOX1      0x044
#define FALCON_HWCFG2        0x0f4
#define FALCON_CPUCTL        0x100
#define FALCON_BOOTVEC       0x104
#define FALCON_HWCFG         0x108
#define FALCON_DMACTL        0x10c
#define FALCON_DMATRFBASE    0x110
#define FALCON_DMATRFMOFFS   0x114
#define FALCON_DMATRFCMD     0x118
#define FALCON_DMATRFFBOFFS  0x11c
#define FALCON_DMATRFBASE1   0x128
#define FALCON_IMEMC         0x180
#define FALCON_DMEMC         0x1c0
#define FALCON_ENGINE        0x3c0
#define FALCON_RETRIGGER     0x3e8
#define FALCON_TRANSCFG      0x600
#define FALCON_FBIF_CTL      0x624

#define FALCON2_MOD_SEL      0x180
#define FALCON2_UCODE_ID     0x198
#define FALCON2_ENGIDMASK    0x19c
#define FALCON2_PARAADDR     0x210
#define FALCON2_RISCV_CPUCTL 0x388
#define FALCON2_RISCV_IRQMASK_TU 0x2b4
#define FALCON2_RISCV_IRQMASK 0x528
#define FALCON2_BCR_CTRL     0x668

#define FALCON_IRQ_SWGEN0    (1u << 6)
#define FALCON_IRQ_HALT      (1u << 4)

static inline uint64_t gsp_falcon_mailbox(const GspFalcon *f)
{
    return (uint64_t)gsp_reg(f->pri, FALCON_MAILBOX1) << 32 |
           gsp_reg(f->pri, FALCON_MAILBOX0);
}

/* gsp_fsp.c: the FSP and its queue; chips without one call these as well */
typedef struct GspCot {          /* what a COT message asks for */
    uint64_t frts_from_end;
    uint32_t frts_size;
    uint64_t params;             /* bus address of GSP_FMC_BOOT_PARAMS */
    const char *release;         /* of the FMC that was verified */
    bool synthetic;
} GspCot;

typedef enum GspFspError {       /* errorCode; which says what is synthetic */
    GSP_FSP_OK = 0,
    GSP_FSP_INVALID_STATE = 0x9e,
    GSP_FSP_NOT_SUPPORTED = 0xa0,
    GSP_FSP_INVALID_DATA = 0xa1,
    GSP_FSP_INVALID_KNOB = 0x1e3,
} GspFspError;

void gsp_fsp_init(GspGpu *s);
void gsp_fsp_exit(GspGpu *s);
void gsp_fsp_reset(GspGpu *s);
void gsp_fsp_standing_faults(GspGpu *s, GspPhase phase);
/* The GSP's core has halted: it falls back to the FSP */
void gsp_fsp_gsp_halted(GspGpu *s);
/* Look at the FSP again then (virtual time) */
void gsp_fsp_wake(GspGpu *s, int64_t in_ns);

/* gsp_cot.c: an error code; out is filled in when that is 0 */
uint32_t gsp_cot_check(GspGpu *s, const uint8_t *payload, uint32_t len,
                       GspCot *out);

/* gsp_fmc.c: GSP-FMC, from its start to GSP-RM's */
void gsp_fmc_init(GspGpu *s);
void gsp_fmc_exit(GspGpu *s);
void gsp_fmc_start(GspGpu *s, const GspCot *cot);
void gsp_fmc_work(GspGpu *s);
bool gsp_fmc_running(GspGpu *s);        /* loaded, or started, or hung */
void gsp_fmc_reset(GspGpu *s);

/* gsp_ucode.c, gsp_known.c: whose code is this? */
typedef enum GspRole {
    GSP_ROLE_NONE,
    GSP_ROLE_BOOTER_LOAD,        /* the numbers are those of synthetic images */
    GSP_ROLE_BOOTER_UNLOAD,
    GSP_ROLE_SCRUBBER,
    GSP_ROLE_FWSEC,
} GspRole;

typedef struct GspKnownUcode {
    const char *chip, *release;
    GspRole role;
    uint32_t entry_len;                      /* code that is not secure */
    uint32_t code_len, data_len, sig_off;    /* secure code */
    uint8_t digest[GSP_SHA256_LEN];  /* entry, code, data, slot zeroed */
    uint8_t sig[3][GSP_SHA256_LEN];          /* by fuse version; zero: none */
} GspKnownUcode;

typedef struct GspKnownBlob {
    const char *name, *release;
    uint64_t size;
    uint8_t digest[GSP_SHA256_LEN];
    uint32_t code_off, data_off, manifest_off;   /* bootloaders */
} GspKnownBlob;

/* fmc-*.bin: what a COT message carries of it, and its length */
typedef struct GspKnownFmc {
    const char *chip, *release;
    uint32_t size;
    uint8_t hash[GSP_SHA384_LEN];
    uint8_t key[GSP_SHA256_LEN], sig[GSP_SHA256_LEN];        /* digests */
} GspKnownFmc;

extern const GspKnownFmc gsp_known_fmcs[];
extern const GspKnownUcode gsp_known_ucodes[];
extern const GspKnownBlob gsp_known_bootloaders[];   /* name: chip */
extern const GspKnownBlob gsp_known_images[];        /* name: "gsp" */
extern const GspKnownBlob gsp_known_signatures[];    /* name: section */
extern const GspKnownBlob gsp_known_loaders[];       /* name: "generic" */

/* Of a blob that is the same in all releases */
#define GSP_ANY_RELEASE "any"

/* The release whose messages generated firmware speaks */
#define GSP_SYNTH_RELEASE "570.144"
/* FWSEC of descriptor version 2 has its signature built in */
#define GSP_FWSEC_V2_SIG_LEN 16

typedef struct GspUcode {
    GspRole role;
    const char *release;
    bool synthetic;
} GspUcode;

void gsp_sha256(const struct iovec *iov, size_t niov,
                uint8_t out[GSP_SHA256_LEN]);
/* What the boot ROM does: identify and verify; false after a broken rule */
bool gsp_ucode_verify(GspGpu *s, GspFalcon *f, GspUcode *out);
void gsp_ucode_synth_sig(GspRole role, uint32_t version,
                         const uint8_t digest[GSP_SHA256_LEN],
                         uint8_t sig[GSP_HS_SIG_LEN]);

/* gsp_loader.c: Turing's generic boot loader, which fetches FWSEC */
bool gsp_loader_loaded(const GspFalcon *f);
bool gsp_loader_run(GspGpu *s, GspFalcon *f);    /* false: a broken rule */

/* gsp_boot.c, gsp_fwsec.c, gsp_booter.c: effects of boot firmware */
typedef enum GspBootError {      /* MAILBOX0 of a failed ucode; synthetic */
    GSP_BOOT_OK = 0,
    GSP_BOOT_ERR_START = 0x31,   /* never ran: falcon or boot ROM refused */
    GSP_BOOT_ERR_FWSEC = 0x32,
    GSP_BOOT_ERR_BOOTER = 0x33,
    GSP_BOOT_ERR_FAULT = 0x34,   /* asked for by a fault */
    GSP_BOOT_ERR_FMC = 0x35,     /* GSP MAILBOX0 */
} GspBootError;

GspPhase gsp_fwsec_phase(GspFalcon *f);
void gsp_boot_start(GspGpu *s, GspFalcon *f);
void gsp_boot_reset(GspGpu *s);
void gsp_boot_fault_changed(GspGpu *s);
uint32_t gsp_fwsec_run(GspGpu *s, GspFalcon *f);
/* Zero what a driver fills in and a signature does not cover */
void gsp_fwsec_mask(uint8_t *dmem, uint32_t len);
uint32_t gsp_booter_load(GspGpu *s, GspFalcon *f, const GspUcode *u);
uint32_t gsp_booter_unload(GspGpu *s, GspFalcon *f);

#endif /* HW_MISC_GSP_HW_H */
