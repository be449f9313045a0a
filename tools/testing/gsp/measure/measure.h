/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The measuring program: the only one of its VM.
 *
 * Each result is a line "measure: <name> <number>" on the console. Numbers of
 * instructions are read from the port of the model's gsp-stamp.
 */
#ifndef GSP_MEASURE_H
#define GSP_MEASURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PCI	"/sys/bus/pci/devices"

/* init.c; what must() is told of is the end */
const char *word(const char *name);
void must(bool good, const char *format, ...) __attribute__((format(printf, 2, 3)));
void tell(int64_t number, const char *format, ...) __attribute__((format(printf, 2, 3)));
uint64_t instructions(void);
void load(const char *module);

/* files.c */
size_t get_text(const char *path, char *text, size_t size);
void put_text(const char *path, const char *text);
int64_t get_field(const char *path, const char *field);

/* gpu.c; names of devices are those of the bus */
const char *find_gpu(void);
void load_all(const char *names);
void load_driver(void);
void bind(const char *device, const char *driver);
void unbind(const char *device);
void start_driver(void);
void set_vfs(unsigned int count);
void find_vf(unsigned int n, char *name, size_t size);
const char *find_type(const char *profile);
void set_type(const char *device, const char *type);

/* pages.c: pages of the kernel, each one followed */
void pages_follow(void);
void pages_tell(const char *what);

/* what is measured */
void measure_boot(void);
void measure_vgpus(void);
void measure_vfio(void);

#endif /* GSP_MEASURE_H */
