// SPDX-License-Identifier: GPL-2.0-only
/*
 * The same as text: one "key value" per line, '#' begins a comment line.
 *
 *	build 570.144		firmware release, first of all
 *	version 18 1		of the vGPU software
 *	features <hex>
 *	board 26b5		PCI device id; what follows is of this board
 *	kernel <hex>		its summary, if there is one
 *	control_size 334344	if it is more than the types need
 *	type 1145		a type's number; what follows is of this type
 *	<field> <value>		see type_fields
 *	raw <offset> <hex>	bytes of the type that no field has
 */
#include "gsp-vgpu-types.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

const struct field type_fields[] = {
	{ "name", STRING, 4, 32 },
	{ "class", STRING, 36, 32 },
	{ "signature", BYTES, 68, 128 },
	{ "license", STRING, 196, 128 },
	{ "max_instance", DECIMAL, 324, 4 },
	{ "num_heads", DECIMAL, 328, 4 },
	{ "max_res_x", DECIMAL, 332, 4 },
	{ "max_res_y", DECIMAL, 336, 4 },
	{ "max_pixels", DECIMAL, 340, 4 },
	{ "frl_config", DECIMAL, 344, 4 },
	{ "cuda", DECIMAL, 348, 4 },
	{ "ecc", DECIMAL, 352, 4 },
	{ "gpu_instance_size", DECIMAL, 356, 4 },
	{ "multi_vgpu", DECIMAL, 360, 4 },
	{ "vdev_id", HEX, 368, 8 },
	{ "pdev_id", HEX, 376, 8 },
	{ "profile_size", DECIMAL, 384, 8 },
	{ "fb_length", DECIMAL, 392, 8 },
	{ "gsp_heap_size", DECIMAL, 400, 8 },
	{ "fb_reservation", DECIMAL, 408, 8 },
	{ "mappable_video_size", DECIMAL, 416, 8 },
	{ "encoder_capacity", DECIMAL, 424, 4 },
	{ "bar1_length", DECIMAL, 432, 8 },
	{ "frl_enable", DECIMAL, 440, 4 },
	{ NULL, DECIMAL, 0, 0 }
};

struct parser {
	const char *name;
	unsigned int line;
	struct file *file;
	struct board *board;
	uint8_t *record;
};

static void fail(const struct parser *p, const char *want, const char *got)
{
	fprintf(stderr, "%s:%u: expected %s, found '%s'\n", p->name, p->line, want, got);
	exit(1);
}

static uint64_t numeral(const struct parser *p, const char *text, int base, size_t size)
{
	unsigned long long value;
	char *end;

	errno = 0;
	value = strtoull(text, &end, base);
	if (!isxdigit((unsigned char)*text) || *end || errno)
		fail(p, base == 16 ? "a hexadecimal number" : "a decimal number", text);
	if (size < 8 && value >> 8 * size)
		fail(p, "a number that fits its field", text);
	return value;
}

/* Decodes in place; the number of bytes. */
static size_t bytes(const struct parser *p, char *text)
{
	size_t len = strlen(text);
	char pair[3] = "";

	if (len % 2 || strspn(text, "0123456789abcdefABCDEF") != len)
		fail(p, "pairs of hexadecimal digits", text);
	for (size_t i = 0; i < len / 2; i++) {
		memcpy(pair, text + 2 * i, 2);
		text[i] = strtoul(pair, NULL, 16);
	}
	return len / 2;
}

static void put_bytes(const struct parser *p, uint8_t *at, size_t room, char *text)
{
	size_t len = bytes(p, text);

	if (len > room)
		fail(p, "fewer bytes", "more than there is room for");
	memcpy(at, text, len);
}

static void put_string(const struct parser *p, uint8_t *at, size_t room, const char *text)
{
	if (strlen(text) >= room)
		fail(p, "a shorter text", text);
	for (const char *c = text; *c; c++)
		if (!isprint((unsigned char)*c))
			fail(p, "printable text", text);
	memset(at, 0, room);
	memcpy(at, text, strlen(text));
}

static void put_field(const struct parser *p, const struct field *f, char *value)
{
	uint8_t *at = p->record + f->offset;

	if (f->kind == STRING) {
		if (f->offset < 68 && strchr(value, ':'))
			fail(p, "a name without ':'", value);
		put_string(p, at, f->size, value);
	} else if (f->kind == BYTES) {
		put_bytes(p, at, f->size, value);
	} else {
		put_le(at, numeral(p, value, f->kind == HEX ? 16 : 10, f->size), f->size);
	}
}

static void raw_line(const struct parser *p, char *value)
{
	char *hex = strchr(value, ' ');
	uint64_t offset;

	if (!hex)
		fail(p, "an offset and bytes", value);
	*hex++ = 0;
	offset = numeral(p, value, 10, 4);
	if (offset >= RECORD_SIZE)
		fail(p, "an offset inside of the type", value);
	put_bytes(p, p->record + offset, RECORD_SIZE - offset, hex);
}

static void type_line(struct parser *p, char *key, char *value)
{
	const struct field *f = type_fields;

	if (!strcmp(key, "raw")) {
		raw_line(p, value);
		return;
	}
	while (f->name && strcmp(f->name, key))
		f++;
	if (!f->name)
		fail(p, "a field of a type", key);
	put_field(p, f, value);
}

static void new_board(struct parser *p, const char *value)
{
	if (p->file->nr == BOARDS_MAX)
		fail(p, "fewer boards", value);
	p->board = &p->file->boards[p->file->nr++];
	p->board->device_id = numeral(p, value, 16, 2);
	p->record = NULL;
}

static void new_type(struct parser *p, const char *value)
{
	struct board *b = p->board;
	uint64_t id = numeral(p, value, 10, 4);

	if (b->nr == TYPES_MAX)
		fail(p, "fewer types", value);
	for (size_t i = 0; i < b->nr; i++)
		if (get_le(b->records + i * RECORD_SIZE, 4) == id)
			fail(p, "a number that no other type of the board has", value);
	b->records = need(realloc(b->records, (b->nr + 1) * RECORD_SIZE));
	p->record = b->records + b->nr++ * RECORD_SIZE;
	memset(p->record, 0, RECORD_SIZE);
	put_le(p->record, id, 4);
}

static void board_line(struct parser *p, char *key, char *value)
{
	if (!strcmp(key, "type")) {
		new_type(p, value);
	} else if (!strcmp(key, "kernel")) {
		p->board->kernel_size = bytes(p, value);
		p->board->kernel = need(malloc(p->board->kernel_size + 1));
		memcpy(p->board->kernel, value, p->board->kernel_size);
	} else if (!strcmp(key, "control_size")) {
		p->board->control_size = numeral(p, value, 10, 4);
	} else if (p->record) {
		type_line(p, key, value);
	} else {
		fail(p, "'type', 'kernel' or 'control_size'", key);
	}
}

static void file_line(struct parser *p, char *key, char *value)
{
	char *minor = strchr(value, ' ');

	if (!strcmp(key, "build")) {
		put_string(p, (uint8_t *)p->file->build, sizeof(p->file->build), value);
	} else if (!strcmp(key, "version") && minor) {
		*minor++ = 0;
		p->file->major = numeral(p, value, 10, 8);
		p->file->minor = numeral(p, minor, 10, 8);
	} else if (!strcmp(key, "features")) {
		put_bytes(p, p->file->features, sizeof(p->file->features), value);
	} else {
		fail(p, "'build', 'version', 'features' or 'board'", key);
	}
}

static void one_line(struct parser *p, char *line)
{
	char *key = line + strspn(line, " \t");
	char *value;

	line[strcspn(line, "\r\n")] = 0;
	if (!*key || *key == '#')
		return;
	value = key + strcspn(key, " \t");
	if (*value)
		*value++ = 0;
	value += strspn(value, " \t");
	if (!strcmp(key, "board"))
		new_board(p, value);
	else if (p->board)
		board_line(p, key, value);
	else
		file_line(p, key, value);
}

void text_read(FILE *in, const char *name, struct file *f)
{
	struct parser p = { .name = name, .file = f };
	char *line = NULL;
	size_t room = 0;

	while (getline(&line, &room, in) >= 0) {
		p.line++;
		one_line(&p, line);
	}
	free(line);
	if (!f->build[0])
		fail(&p, "'build' somewhere", "the end");
	for (size_t i = 0; i < f->nr; i++)
		if (!f->boards[i].nr)
			fail(&p, "a type for every board", "the end");
}

static void write_hex(FILE *out, const uint8_t *data, size_t len)
{
	while (len--)
		fprintf(out, "%02x", *data++);
	fputc('\n', out);
}

static size_t used(const uint8_t *data, size_t len)
{
	while (len && !data[len - 1])
		len--;
	return len;
}

/* A text is one only if it says all that its field holds. */
static int is_text(const uint8_t *at, size_t size)
{
	size_t len = strnlen((const char *)at, size);

	for (size_t i = 0; i < len; i++)
		if (!isprint(at[i]))
			return 0;
	return len < size && used(at, size) == len && at[0] != ' ' && len;
}

static void write_field(FILE *out, const struct field *f, uint8_t *record)
{
	uint8_t *at = record + f->offset;

	if (!used(at, f->size) || (f->kind == STRING && !is_text(at, f->size)))
		return;
	fprintf(out, "    %s ", f->name);
	if (f->kind == STRING)
		fprintf(out, "%s\n", (char *)at);
	else if (f->kind == BYTES)
		write_hex(out, at, f->size);
	else
		fprintf(out, f->kind == HEX ? "%llx\n" : "%llu\n",
			(unsigned long long)get_le(at, f->size));
	memset(at, 0, f->size);
}

static void write_type(FILE *out, const uint8_t *record)
{
	uint8_t left[RECORD_SIZE];
	size_t start, end;

	memcpy(left, record, sizeof(left));
	fprintf(out, "  type %llu\n", (unsigned long long)get_le(left, 4));
	memset(left, 0, 4);
	for (const struct field *f = type_fields; f->name; f++)
		write_field(out, f, left);
	for (start = 0; start < RECORD_SIZE; start = end) {
		while (start < RECORD_SIZE && !left[start])
			start++;
		for (end = start; end < RECORD_SIZE && left[end]; end++)
			;
		if (start < end) {
			fprintf(out, "    raw %zu ", start);
			write_hex(out, left + start, end - start);
		}
	}
}

void text_write(FILE *out, const struct file *f)
{
	fprintf(out, "build %s\nversion %llu %llu\n", f->build, (unsigned long long)f->major,
		(unsigned long long)f->minor);
	if (used(f->features, sizeof(f->features))) {
		fputs("features ", out);
		write_hex(out, f->features, used(f->features, sizeof(f->features)));
	}
	for (size_t i = 0; i < f->nr; i++) {
		const struct board *b = &f->boards[i];

		fprintf(out, "board %llx\n", (unsigned long long)b->device_id);
		if (b->kernel_size) {
			fputs("  kernel ", out);
			write_hex(out, b->kernel, b->kernel_size);
		}
		if (b->control_size != CONTROL_HEAD + b->nr * RECORD_SIZE)
			fprintf(out, "  control_size %llu\n", (unsigned long long)b->control_size);
		for (size_t n = 0; n < b->nr; n++)
			write_type(out, b->records + n * RECORD_SIZE);
	}
}
