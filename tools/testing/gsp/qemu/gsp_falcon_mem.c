/*
 * NVIDIA GSP GPU model: falcon memories
 *
 * IMEM with its 256-byte blocks, tags and secure flags, DMEM, the DMA engine
 * that fills them from system memory, and the PIO ports. Boot contract §2.5,
 * §2.6.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/log.h"
#include "gsp_hw.h"
#include "trace.h"

#define BLOCK               256
#define DMACTL_REQUIRE_CTX  (1u << 0)
#define FBIF_ALLOW_PHYS     (1u << 7)
#define TRANSCFG_TARGET     3u
#define TRANSCFG_PHYSICAL   (1u << 2)
#define CMD_SEC             (3u << 2)
#define CMD_IMEM            (1u << 4)
#define CMD_WRITE           (1u << 5)
#define PIO_AINCW           (1u << 24)
#define PIO_AINCR           (1u << 25)
#define PIO_SECURE          (1u << 28)

void gsp_falcon_mem_clear(GspFalcon *f)
{
    memset(f->imem, 0, f->imem_size);
    memset(f->dmem, 0, f->dmem_size);
    memset(f->imem_tag, 0, f->imem_size / BLOCK * sizeof(*f->imem_tag));
    f->dmem_top = 0;
}

/* May its memories, DMA or core be used now? */
bool gsp_falcon_usable(GspGpu *s, GspFalcon *f, const char *what)
{
    if (f->in_reset) {
        gsp_rule_broken(s, GSP_RULE_FALCON_IN_RESET, "%s %s", f->name, what);
        return false;
    }
    if (f->scrub) {
        gsp_rule_broken(s, GSP_RULE_FALCON_SCRUB, "%s %s", f->name, what);
        return false;
    }
    return true;
}

/* Does the aperture allow physical system memory? */
bool gsp_falcon_aperture_ok(GspGpu *s, GspFalcon *f, unsigned ctxdma)
{
    uint32_t ctl = gsp_reg(f->pri, FALCON_FBIF_CTL);
    uint32_t cfg = gsp_reg(f->pri, FALCON_TRANSCFG + 4 * ctxdma);
    uint32_t dmactl = gsp_reg(f->pri, FALCON_DMACTL);
    uint32_t target = cfg & TRANSCFG_TARGET;

    if ((ctl & FBIF_ALLOW_PHYS) && !(dmactl & DMACTL_REQUIRE_CTX) &&
        (cfg & TRANSCFG_PHYSICAL) && (target == 1 || target == 2)) {
        return true;
    }
    gsp_rule_broken(s, GSP_RULE_FALCON_DMA_APERTURE,
                    "%s FBIF_CTL 0x%x TRANSCFG(%u) 0x%x DMACTL 0x%x",
                    f->name, ctl, ctxdma, cfg, dmactl);
    return false;
}

static bool falcon_dma_shape_ok(GspGpu *s, GspFalcon *f, bool imem,
                                uint32_t len, uint32_t dst, uint32_t off)
{
    uint32_t size = imem ? f->imem_size : f->dmem_size;

    if (len > BLOCK || (imem && len != BLOCK)) {
        gsp_rule_broken(s, GSP_RULE_FALCON_DMA_SIZE, "%s %u bytes into %s",
                        f->name, len, imem ? "IMEM" : "DMEM");
        return false;
    }
    if (dst % len || off % len) {
        gsp_rule_broken(s, GSP_RULE_FALCON_DMA_UNALIGNED,
                        "%s MOFFS 0x%x FBOFFS 0x%x for %u bytes", f->name,
                        dst, off, len);
        return false;
    }
    if (dst + len > size) {
        gsp_rule_broken(s, GSP_RULE_FALCON_DMA_RANGE,
                        "%s MOFFS 0x%x of 0x%x bytes of %s", f->name, dst,
                        size, imem ? "IMEM" : "DMEM");
        return false;
    }
    return true;
}

/* One transfer; FBOFFS is also the virtual address that tags an IMEM block */
void gsp_falcon_dma(GspGpu *s, GspFalcon *f, uint32_t cmd)
{
    bool imem = cmd & CMD_IMEM;
    uint32_t len = 1u << ((cmd >> 8 & 7) + 2);
    uint32_t dst = gsp_reg(f->pri, FALCON_DMATRFMOFFS);
    uint32_t off = gsp_reg(f->pri, FALCON_DMATRFFBOFFS);
    uint64_t src = ((uint64_t)gsp_reg(f->pri, FALCON_DMATRFBASE1) << 40 |
                    (uint64_t)gsp_reg(f->pri, FALCON_DMATRFBASE) << 8) + off;

    trace_gsp_falcon_dma(f->name, imem, src, dst, len);
    if (cmd & CMD_WRITE) {
        qemu_log_mask(LOG_UNIMP, "gsp: %s DMA to memory\n", f->name);
        return;
    }
    if (!gsp_falcon_usable(s, f, "DMA") ||
        !gsp_falcon_aperture_ok(s, f, cmd >> 12 & 7) ||
        !falcon_dma_shape_ok(s, f, imem, len, dst, off) ||
        !gsp_dma_read(s, src, (imem ? f->imem : f->dmem) + dst, len)) {
        return;
    }
    f->loaded = true;
    if (imem) {
        f->imem_tag[dst / BLOCK] = GSP_IMEM_VALID | GSP_IMEM_TAG(off / BLOCK) |
                                   (cmd & CMD_SEC ? GSP_IMEM_SECURE : 0);
    } else {
        f->dmem_top = MAX(f->dmem_top, dst + len);
    }
}

int gsp_falcon_block(const GspFalcon *f, uint32_t tag)
{
    for (uint32_t i = 0; i < f->imem_size / BLOCK; i++) {
        if ((f->imem_tag[i] & GSP_IMEM_VALID) &&
            GSP_IMEM_TAG(f->imem_tag[i]) == tag) {
            return i;
        }
    }
    return -1;
}

/*
 * PIO: IMEMC/IMEMD/IMEMT(i) at 0x180 + 16 i, DMEMC/DMEMD(i) at 0x1c0 + 8 i.
 * A data access moves the offset in its control register when asked to. A block
 * of IMEM takes its tag with its first word and is valid with its last.
 */
static bool falcon_pio_decode(GspFalcon *f, uint32_t off, bool *imem,
                              uint32_t *ctl, unsigned *port)
{
    *imem = off < FALCON_DMEMC;
    *ctl = *imem ? off & ~0xfu : off & ~0x7u;
    *port = (off - *ctl) / 4;
    return *port < (*imem ? 3 : 2);
}

static uint8_t *falcon_pio_word(GspGpu *s, GspFalcon *f, bool imem,
                                uint32_t addr)
{
    uint32_t size = imem ? f->imem_size : f->dmem_size;

    if (!gsp_falcon_usable(s, f, "PIO")) {
        return NULL;
    }
    if (addr % 4 || addr + 4 > size) {
        gsp_rule_broken(s, GSP_RULE_FALCON_PIO_RANGE, "%s 0x%x of 0x%x",
                        f->name, addr, size);
        return NULL;
    }
    return (imem ? f->imem : f->dmem) + addr;
}

static void falcon_pio_step(GspBlock *b, uint32_t ctl, uint32_t inc)
{
    uint32_t c = gsp_reg(b, ctl);

    if (c & inc) {
        gsp_reg_set(b, ctl, (c & 0xffff0000) | ((c + 4) & 0xffff));
    }
}

uint32_t gsp_falcon_pio_read(GspGpu *s, GspBlock *b, uint32_t off)
{
    GspFalcon *f = b->opaque;
    uint32_t ctl, addr;
    unsigned port;
    uint8_t *word;
    bool imem;

    if (!falcon_pio_decode(f, off, &imem, &ctl, &port)) {
        return 0;
    }
    if (port != 1) {
        return gsp_reg(b, off);
    }
    addr = gsp_reg(b, ctl) & 0xffff;
    word = falcon_pio_word(s, f, imem, addr);
    falcon_pio_step(b, ctl, PIO_AINCR);
    /* secure code cannot be read back */
    if (!word || (imem && (f->imem_tag[addr / BLOCK] & GSP_IMEM_SECURE))) {
        return 0xdead5ec1;
    }
    return ldl_le_p(word);
}

static void falcon_pio_tag(GspFalcon *f, uint32_t addr, uint32_t flags)
{
    uint32_t *tag = &f->imem_tag[addr / BLOCK];

    if (addr % BLOCK == 0) {
        *tag = GSP_IMEM_BUSY | flags;
    }
    if (addr % BLOCK == BLOCK - 4 && (*tag & GSP_IMEM_BUSY)) {
        *tag ^= GSP_IMEM_BUSY | GSP_IMEM_VALID;
    }
}

/* A fault flips bits of a word on its way */
static uint32_t falcon_pio_arrives(GspGpu *s, GspFalcon *f, uint32_t val)
{
    bool unload = s->state == GSP_STATE_UNLOADED && s->wpr2_hi;
    GspPhase phase;
    uint64_t flip;

    if (f->engine == GSP_ENGINE_GSP) {
        phase = unload ? GSP_PHASE_SB : GSP_PHASE_FWSEC;
    } else {
        phase = unload ? GSP_PHASE_BOOTER_UNLOAD : GSP_PHASE_BOOTER_LOAD;
    }
    return gsp_fault_hit(s, GSP_FAULT_PIO_CORRUPT, phase, 0, &flip)
           ? val ^ flip : val;
}

void gsp_falcon_pio_write(GspGpu *s, GspBlock *b, uint32_t off, uint32_t val)
{
    GspFalcon *f = b->opaque;
    uint32_t ctl, c, addr;
    unsigned port;
    uint8_t *word;
    bool imem;

    if (!falcon_pio_decode(f, off, &imem, &ctl, &port)) {
        return;
    }
    if (port != 1) {
        gsp_reg_set(b, off, val);
        return;
    }
    c = gsp_reg(b, ctl);
    addr = c & 0xffff;
    word = falcon_pio_word(s, f, imem, addr);
    falcon_pio_step(b, ctl, PIO_AINCW);
    if (!word) {
        return;
    }
    stl_le_p(word, falcon_pio_arrives(s, f, val));
    f->loaded = true;
    if (imem) {
        falcon_pio_tag(f, addr, GSP_IMEM_TAG(gsp_reg(b, ctl + 8)) |
                                (c & PIO_SECURE ? GSP_IMEM_SECURE : 0));
    } else {
        f->dmem_top = MAX(f->dmem_top, addr + 4);
    }
}
