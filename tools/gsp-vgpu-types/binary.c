// SPDX-License-Identifier: GPL-2.0-only
/*
 * The file as the driver reads it.
 */
#include "gsp-vgpu-types.h"

#include <stdlib.h>
#include <string.h>

#include <linux/gsp_vgpu_types.h>

struct reader {
	const char *name;
	const uint8_t *data;
	size_t len;
	size_t pos;
};

uint64_t get_le(const void *at, size_t size)
{
	const uint8_t *p = at;
	uint64_t value = 0;

	while (size--)
		value = value << 8 | p[size];
	return value;
}

void put_le(void *at, uint64_t value, size_t size)
{
	uint8_t *p = at;

	for (; size--; value >>= 8)
		*p++ = value;
}

#define GET(field)		get_le(&(field), sizeof(field))
#define PUT(field, value)	put_le(&(field), value, sizeof(field))

static uint32_t crc32_le(const uint8_t *data, size_t len)
{
	uint32_t crc = ~0u;

	while (len--) {
		crc ^= *data++;
		for (int i = 0; i < 8; i++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return crc;
}

static void check(const struct reader *r, size_t at, const char *what, uint64_t want, uint64_t got)
{
	if (want == got)
		return;
	fprintf(stderr, "%s: offset %#zx: %s: expected %#llx, found %#llx\n", r->name, at, what,
		(unsigned long long)want, (unsigned long long)got);
	exit(1);
}

static void check_limit(const struct reader *r, size_t at, const char *what, uint64_t limit,
			uint64_t got)
{
	if (got <= limit)
		return;
	fprintf(stderr, "%s: offset %#zx: %s: expected %#llx at most, found %#llx\n", r->name, at,
		what, (unsigned long long)limit, (unsigned long long)got);
	exit(1);
}

static const void *take(struct reader *r, uint64_t len, const char *what)
{
	const void *at = r->data + r->pos;

	check_limit(r, r->pos, what, r->len - r->pos, len);
	r->pos += len;
	return at;
}

static uint8_t *copy_of(const void *data, size_t len)
{
	return memcpy(need(malloc(len + !len)), data, len);
}

static void read_board(struct reader *r, struct board *b, uint64_t left)
{
	size_t at = r->pos;
	const struct gsp_vgpu_board *w = take(r, sizeof(*w), "board");
	const uint8_t *control;

	check_limit(r, at, "board", left, sizeof(*w));
	left -= sizeof(*w);
	b->device_id = GET(w->device_id);
	b->kernel_size = GET(w->kernel_size);
	b->control_size = GET(w->control_size);
	b->nr = GET(w->num_types);
	check(r, at, "RM control", CONTROL_ADD, GET(w->control_cmd));
	check(r, at, "place of the types", CONTROL_HEAD, GET(w->info_offset));
	check(r, at, "size of a type", RECORD_SIZE, GET(w->info_size));
	check_limit(r, at, "number of types", TYPES_MAX, b->nr);
	check_limit(r, at, "size of the summary", left, b->kernel_size);
	check(r, at, "size of the control", left - b->kernel_size, b->control_size);
	check_limit(r, at, "end of the types", b->control_size, CONTROL_HEAD + b->nr * RECORD_SIZE);

	b->kernel = copy_of(take(r, b->kernel_size, "summary"), b->kernel_size);
	at = r->pos;
	control = take(r, b->control_size, "control");
	check(r, at + 4, "number of types in the control", b->nr, get_le(control + 4, 4));
	b->records = copy_of(control + CONTROL_HEAD, b->nr * RECORD_SIZE);
}

static void read_blob(struct reader *r, struct file *f)
{
	size_t at = r->pos;
	const struct gsp_vgpu_blob *w = take(r, sizeof(*w), "blob");
	uint64_t size = GET(w->size);

	check(r, at, "type of a blob", GSP_VGPU_BLOB_TYPES, GET(w->type));
	check_limit(r, at, "end of a blob", r->len - at, size);
	check(r, at, "alignment of a blob", 0, size % 8);
	if (size < sizeof(*w))
		check(r, at, "size of a blob", sizeof(*w), size);
	check_limit(r, at, "boards", BOARDS_MAX, f->nr + 1);
	read_board(r, &f->boards[f->nr++], size - sizeof(*w));
}

static void slurp(const char *name, struct reader *r)
{
	FILE *in = fopen(name, "rb");
	uint8_t *data = NULL;
	size_t got;

	if (!in) {
		perror(name);
		exit(1);
	}
	do {
		data = need(realloc(data, r->len + 65536));
		got = fread(data + r->len, 1, 65536, in);
		r->len += got;
	} while (got);
	fclose(in);
	r->data = data;
}

void binary_read(const char *name, struct file *f)
{
	struct reader r = { .name = name };
	const struct gsp_vgpu_file *w;
	uint64_t nr;

	slurp(name, &r);
	w = take(&r, sizeof(*w), "file header");
	check(&r, 0, "magic", get_le(GSP_VGPU_FILE_MAGIC, 8), GET(w->magic));
	check(&r, 8, "checksum",
	      crc32_le(r.data + GSP_VGPU_FILE_CRC_START, r.len - GSP_VGPU_FILE_CRC_START),
	      GET(w->crc32));
	f->major = GET(w->major);
	f->minor = GET(w->minor);
	memcpy(f->features, w->features, sizeof(f->features));
	check(&r, offsetof(struct gsp_vgpu_file, build), "end of the build's name", 0,
	      w->build[sizeof(w->build) - 1]);
	memcpy(f->build, w->build, sizeof(f->build));
	for (nr = GET(w->num_blobs); nr; nr--)
		read_blob(&r, f);
	check(&r, r.pos, "end of the file", r.pos, r.len);
}

static size_t put_board(uint8_t *at, const struct board *b)
{
	struct gsp_vgpu_blob *blob = (void *)at;
	struct gsp_vgpu_board *w = (void *)(blob + 1);
	uint8_t *kernel = (void *)(w + 1);
	size_t control = CONTROL_HEAD + b->nr * RECORD_SIZE;
	size_t size;

	if (b->control_size > control)
		control = b->control_size;
	size = sizeof(*blob) + sizeof(*w) + b->kernel_size + control;
	PUT(blob->type, GSP_VGPU_BLOB_TYPES);
	PUT(blob->size, size);
	PUT(w->device_id, b->device_id);
	PUT(w->info_offset, CONTROL_HEAD);
	PUT(w->info_size, RECORD_SIZE);
	PUT(w->kernel_size, b->kernel_size);
	PUT(w->num_types, b->nr);
	PUT(w->control_cmd, CONTROL_ADD);
	PUT(w->control_size, control);
	memcpy(kernel, b->kernel, b->kernel_size);
	kernel[b->kernel_size] = 1;	/* forget the types told before */
	put_le(kernel + b->kernel_size + 4, b->nr, 4);
	memcpy(kernel + b->kernel_size + CONTROL_HEAD, b->records, b->nr * RECORD_SIZE);
	return size;
}

static size_t size_of(const struct file *f)
{
	size_t size = sizeof(struct gsp_vgpu_file);

	for (size_t i = 0; i < f->nr; i++)
		size += sizeof(struct gsp_vgpu_blob) + sizeof(struct gsp_vgpu_board) +
			f->boards[i].kernel_size + f->boards[i].control_size +
			CONTROL_HEAD + f->boards[i].nr * RECORD_SIZE;
	return size;
}

void binary_write(const char *name, const struct file *f)
{
	uint8_t *data = need(calloc(1, size_of(f)));
	struct gsp_vgpu_file *w = (void *)data;
	size_t len = sizeof(*w);
	FILE *out;

	memcpy(w->magic, GSP_VGPU_FILE_MAGIC, sizeof(w->magic));
	PUT(w->major, f->major);
	PUT(w->minor, f->minor);
	memcpy(w->features, f->features, sizeof(w->features));
	memcpy(w->build, f->build, sizeof(w->build));
	PUT(w->num_blobs, f->nr);
	for (size_t i = 0; i < f->nr; i++)
		len += put_board(data + len, &f->boards[i]);
	PUT(w->crc32, crc32_le(data + GSP_VGPU_FILE_CRC_START, len - GSP_VGPU_FILE_CRC_START));

	out = fopen(name, "wb");
	if (!out || fwrite(data, 1, len, out) != len || fclose(out)) {
		perror(name);
		exit(1);
	}
	free(data);
}
