/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Small well-formed firmware files, and ways to spoil them.
 *
 * Every offset here is written as a number from the description of the
 * formats, not taken from the parsers, so that a mistake there is not repeated.
 */
#ifndef GSP_TESTS_FW_BUILD_H
#define GSP_TESTS_FW_BUILD_H

#include <linux/types.h>

struct kunit;

/**
 * struct fwb_file - a file in memory
 * @data: its bytes, freed with the test
 * @len: how many
 */
struct fwb_file {
	u8 *data;
	size_t len;
};

/**
 * struct fwb_patch - one way to spoil a file, and what must come of it
 * @name: what it is
 * @off: where
 * @width: bytes to overwrite, 1, 2, 4 or 8
 * @val: with what
 * @ret: errno expected
 */
struct fwb_patch {
	const char *name;
	u32 off;
	u8 width;
	u64 val;
	int ret;
};

void fwb_put(u8 *data, size_t off, unsigned int width, u64 val);
void fwb_patch(struct fwb_file *f, const struct fwb_patch *p);
void fwb_each_prefix(struct kunit *test, const struct fwb_file *f,
		     int (*parse)(const void *data, size_t len));

/* ELF: header, image, note, version, two signatures, names, section headers */
#define FWB_ELF_IMAGE		0x40
#define FWB_ELF_IMAGE_SIZE	0x1000
#define FWB_ELF_NOTE		0x1040
#define FWB_ELF_VERSION		0x1064
#define FWB_ELF_SIG_AD10X	0x106c
#define FWB_ELF_SIG_GA10X	0x206c
#define FWB_ELF_NAMES		0x306c
#define FWB_ELF_TABLE		0x30f0
#define FWB_ELF_LEN		0x32b0
/* Byte @field of section header @n: 1 image, 2 note, 3 version, 4 ad10x, 5 ga10x, 6 names */
#define FWB_ELF_SECTION(n, field)	(FWB_ELF_TABLE + (n) * 0x40 + (field))
struct fwb_file fwb_elf(struct kunit *test);

/* HS: outer header, inner header, signatures, value words, metadata, load header, image */
#define FWB_HS_INNER		0x18
#define FWB_HS_SIGS		0x3c
#define FWB_HS_PATCH_LOC	0x33c
#define FWB_HS_PATCH_SIG	0x340
#define FWB_HS_META		0x344
#define FWB_HS_NUM_SIG		0x350
#define FWB_HS_LOAD		0x354
#define FWB_HS_DATA		0x378
#define FWB_HS_DATA_SIZE	0x700
#define FWB_HS_LEN		0xa78
struct fwb_file fwb_hs(struct kunit *test);

/* Generic boot loader: outer header, descriptor, image */
#define FWB_BL_DESC		0x18
#define FWB_BL_DATA		0x30
#define FWB_BL_DATA_SIZE	0x300
#define FWB_BL_LEN		0x330
struct fwb_file fwb_bl(struct kunit *test);

/* RISC-V bootloader: outer header, descriptor, image */
#define FWB_RV_DESC		0x18
#define FWB_RV_DATA_SIZE	0x1000
struct fwb_file fwb_riscv(struct kunit *test, unsigned int version);

/* FMC: header, section headers, names, hash, signature, public key, image */
#define FWB_FMC_TABLE		0x34
#define FWB_FMC_NAMES		0x124
#define FWB_FMC_NAMES_SIZE	0x2a
#define FWB_FMC_HASH		0x150
#define FWB_FMC_SIG		0x180
#define FWB_FMC_SIG_SIZE	96
#define FWB_FMC_KEY		0x1e0
#define FWB_FMC_KEY_SIZE	97
#define FWB_FMC_IMAGE		0x244
#define FWB_FMC_IMAGE_SIZE	0x200
#define FWB_FMC_LEN		0x444
/* Byte @field of section header @n: 1 names, 2 hash, 3 signature, 4 key, 5 image */
#define FWB_FMC_SECTION(n, field)	(FWB_FMC_TABLE + (n) * 0x28 + (field))
struct fwb_file fwb_fmc(struct kunit *test);

/*
 * VBIOS: PC-AT image, EFI image, two extension images. The ucode table is in
 * the first extension image, FWSEC in the second.
 */
#define FWB_ROM_PCIR		0x40	/* in each image */
#define FWB_ROM_NPDE		0x60
#define FWB_ROM_BIT		0x80
#define FWB_ROM_TOKEN		0x92	/* the second, which is 'p' */
#define FWB_ROM_POINTER		0xa0
#define FWB_ROM_PCAT_SIZE	0x400
#define FWB_ROM_EFI		0x400
#define FWB_ROM_EXT		0x600
#define FWB_ROM_TABLE		0x680
#define FWB_ROM_EXT2		0x800
#define FWB_ROM_DESC		0x880
#define FWB_ROM_SIGS		0x8ac
#define FWB_ROM_IMEM		0xbac
#define FWB_ROM_IMEM_SIZE	0x200
#define FWB_ROM_DMEM		0xdac
#define FWB_ROM_DMEM_SIZE	0x400
#define FWB_ROM_LEN		0x1200
/* In DMEM */
#define FWB_DMEM_APPIF		0x10
#define FWB_DMEM_MAPPER		0x40
#define FWB_DMEM_CMD		0x90
#define FWB_DMEM_CMD_SIZE	0x40
#define FWB_DMEM_SIG		0x100
struct fwb_file fwb_rom(struct kunit *test);

/* FWSEC as Turing has it: descriptor, code (the first block not secure), data */
#define FWB_V2_IMEM		0x3c
#define FWB_V2_IMEM_SIZE	0x300
#define FWB_V2_DMEM		0x33c
#define FWB_V2_LEN		0x73c
struct fwb_file fwb_fwsec_v2(struct kunit *test);

#endif
