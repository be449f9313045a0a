/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The test in a nested guest: the only program of its initramfs.
 */
#ifndef GSP_GUEST_H
#define GSP_GUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NR_BARS		3

/**
 * struct vf - the VF as the guest's kernel shows it
 * @path: its folder in sysfs; empty while there is none
 * @bar: registers, framebuffer, instance memory, mapped
 * @size: bytes of each
 * @dma: address of the driver's buffer for the device; 0 without a driver
 */
struct vf {
	char path[64];
	volatile void *bar[NR_BARS];
	uint64_t size[NR_BARS];
	uint64_t dma;
};

#define BUFFER_SIZE	0x10000
#define VECTORS		6

/* vf.c */
extern struct vf vf;
bool vf_find(void);
bool vf_is_there(void);
bool vf_bind(const char *driver);
uint32_t vf_read(uint32_t reg);
void vf_write(uint32_t reg, uint32_t value);
uint32_t vf_config(unsigned int at);
void vf_set_command(uint16_t bit, bool on);
bool vf_reset(void);
void vf_get_buffer(void *to, size_t len);
void vf_put_buffer(const void *from, size_t len);
bool vf_interrupts(unsigned int *counts);

/* init.c: words of the kernel's command line, and what a test says when it fails */
uint64_t word(const char *name, uint64_t missing);
bool check(bool good, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* tests.c */
struct test {
	const char *name;
	bool (*run)(void);
};

extern const struct test tests[];
extern const unsigned int nr_tests;
void use_for_ever(void);

#endif /* GSP_GUEST_H */
