// SPDX-License-Identifier: GPL-2.0-only
/*
 * The VF through sysfs: BARs and configuration space by their files, memory and
 * interrupts by what the module gsp-vf-guest shows.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "guest.h"

#define DEVICES		"/sys/bus/pci/devices"
#define NVIDIA		0x10de
#define COMMAND		0x04
#define IORESOURCE_MEM_64	0x00100000

struct vf vf;

static int open_file(const char *folder, const char *name, int flags)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return open(path, flags | O_CLOEXEC);
}

static bool get_text(const char *folder, const char *name, char *text, size_t size)
{
	int fd = open_file(folder, name, O_RDONLY);
	ssize_t len = fd < 0 ? -1 : read(fd, text, size - 1);

	text[len > 0 ? len : 0] = '\0';
	close(fd);
	return len > 0;
}

static bool put_text(const char *folder, const char *name, const char *text)
{
	int fd = open_file(folder, name, O_WRONLY);
	bool good = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	check(good, "%s/%s: %m", folder, name);
	close(fd);
	return good;
}

/* A BAR of 64 bits takes the place of the next one, too. */
static int bar_behind(int index)
{
	char text[512], *line = text;
	unsigned long long flags = 0;

	get_text(vf.path, "resource", text, sizeof(text));
	for (int i = 0; line && i < index; i++)
		line = (line = strchr(line, '\n')) ? line + 1 : NULL;
	if (line)
		sscanf(line, "%*x %*x %llx", &flags);
	return index + (flags & IORESOURCE_MEM_64 ? 2 : 1);
}

static bool map_bar(int number, int index)
{
	char name[24];
	void *bar;
	int fd;

	snprintf(name, sizeof(name), "resource%d", index);
	fd = open_file(vf.path, name, O_RDWR | O_SYNC);
	if (!check(fd >= 0, "no BAR %d: %m", number))
		return false;
	vf.size[number] = lseek(fd, 0, SEEK_END);
	bar = mmap(NULL, vf.size[number], PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (!check(bar != MAP_FAILED, "cannot map BAR %d: %m", number))
		return false;
	vf.bar[number] = bar;
	return true;
}

static bool map_bars(void)
{
	int index = 0;

	for (int number = 0; number < NR_BARS; number++) {
		if (!map_bar(number, index))
			return false;
		index = bar_behind(index);
	}
	return true;
}

static bool is_nvidia(const char *folder)
{
	char text[16];

	return get_text(folder, "vendor", text, sizeof(text)) && strtoul(text, NULL, 0) == NVIDIA;
}

bool vf_find(void)
{
	struct dirent *entry;
	DIR *dir = opendir(DEVICES);
	char path[64];

	while (dir && (entry = readdir(dir))) {
		snprintf(path, sizeof(path), "%s/%.16s", DEVICES, entry->d_name);
		if (entry->d_name[0] != '.' && is_nvidia(path))
			memcpy(vf.path, path, sizeof(path));
	}
	if (dir)
		closedir(dir);
	return check(vf.path[0], "no function of NVIDIA's on the bus") &&
	       put_text(vf.path, "enable", "1") && map_bars();
}

bool vf_is_there(void)
{
	return vf.bar[0] && vf.bar[1] && vf.bar[2];
}

bool vf_bind(const char *driver)
{
	char text[32];

	if (!put_text(vf.path, "driver_override", driver) ||
	    !put_text("/sys/bus/pci", "drivers_probe", strrchr(vf.path, '/') + 1) ||
	    !check(get_text(vf.path, "dma_address", text, sizeof(text)), "%s is not bound", driver))
		return false;
	vf.dma = strtoull(text, NULL, 0);
	return true;
}

uint32_t vf_read(uint32_t reg)
{
	return *(volatile uint32_t *)((volatile char *)vf.bar[0] + reg);
}

void vf_write(uint32_t reg, uint32_t value)
{
	*(volatile uint32_t *)((volatile char *)vf.bar[0] + reg) = value;
}

uint32_t vf_config(unsigned int at)
{
	int fd = open_file(vf.path, "config", O_RDONLY);
	uint32_t value = ~0u;

	check(pread(fd, &value, sizeof(value), at) == sizeof(value), "config %#x: %m", at);
	close(fd);
	return value;
}

void vf_set_command(uint16_t bit, bool on)
{
	int fd = open_file(vf.path, "config", O_RDWR);
	uint16_t value = 0;

	check(pread(fd, &value, sizeof(value), COMMAND) == sizeof(value), "config: %m");
	value = on ? value | bit : value & ~bit;
	check(pwrite(fd, &value, sizeof(value), COMMAND) == sizeof(value), "config: %m");
	close(fd);
}

bool vf_reset(void)
{
	return put_text(vf.path, "reset", "1");
}

void vf_get_buffer(void *to, size_t len)
{
	int fd = open_file(vf.path, "buffer", O_RDONLY);

	for (size_t done = 0; done < len;) {
		ssize_t got = pread(fd, (char *)to + done, len - done, done);

		if (!check(got > 0, "buffer: %m"))
			break;
		done += got;
	}
	close(fd);
}

void vf_put_buffer(const void *from, size_t len)
{
	int fd = open_file(vf.path, "buffer", O_WRONLY);

	for (size_t done = 0; done < len;) {
		ssize_t put = pwrite(fd, (const char *)from + done, len - done, done);

		if (!check(put > 0, "buffer: %m"))
			break;
		done += put;
	}
	close(fd);
}

bool vf_interrupts(unsigned int *counts)
{
	char text[128], *at = text;

	if (!get_text(vf.path, "interrupts", text, sizeof(text)))
		return check(false, "no interrupts: %m");
	for (int i = 0; i < VECTORS; i++) {
		char *end;

		counts[i] = strtoul(at, &end, 10);
		if (!check(end != at, "%d vectors: %s", i, text))
			return false;
		at = end;
	}
	return true;
}
