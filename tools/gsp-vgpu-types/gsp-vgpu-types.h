/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GSP_VGPU_TYPES_TOOL_H
#define GSP_VGPU_TYPES_TOOL_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* A type as 570.144 lays it out, and the RM control that carries types. */
#define RECORD_SIZE	5224
#define CONTROL_HEAD	8
#define CONTROL_ADD	0x20804003
#define TYPES_MAX	64
#define BOARDS_MAX	256

/* What the text calls "field value"; bytes that no field has are "raw". */
enum kind { DECIMAL, HEX, STRING, BYTES };

struct field {
	const char *name;
	enum kind kind;
	size_t offset;
	size_t size;
};

extern const struct field type_fields[];

struct board {
	uint64_t device_id;
	uint64_t control_size;	/* 0: as the types need */
	uint8_t *kernel;
	size_t kernel_size;
	uint8_t *records;
	size_t nr;
};

struct file {
	uint64_t major;
	uint64_t minor;
	uint8_t features[128];
	char build[64];
	struct board boards[BOARDS_MAX];
	size_t nr;
};

uint64_t get_le(const void *at, size_t size);
void put_le(void *at, uint64_t value, size_t size);
void *need(void *memory);

/* text.c: exits with "file:line: expected ..., found ..." */
void text_read(FILE *in, const char *name, struct file *f);
void text_write(FILE *out, const struct file *f);

/* binary.c: exits with "file: offset: expected ..., found ..." */
void binary_read(const char *name, struct file *f);
void binary_write(const char *name, const struct file *f);

#endif
