// SPDX-License-Identifier: GPL-2.0-only
/*
 * The first and only process of a VM that is measured. It and all that it loads
 * are in the initramfs, so that nothing waits for the machine outside.
 *
 * Words of the kernel's command line arrive as the environment:
 *   GSP_MEASURE=	boot, vgpus or vfio
 *   GSP_DRIVER=	the driver that boots the GPU
 *   GSP_LOAD=		its modules, in this order
 *   GSP_EXTRA=		modules to load once it runs
 *   GSP_PAGES=1	follow pages and DMA mappings, instead of measuring calls
 */
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/io.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

#include "measure.h"

#define STAMP_PORT	0x5f0
#define EXIT_PORT	0xf4

static void leave(int code)
{
	fflush(stdout);
	tcdrain(STDOUT_FILENO);
	outb(code, EXIT_PORT);
	for (;;)
		pause();
}

const char *word(const char *name)
{
	const char *text = getenv(name);

	return text ? text : "";
}

void must(bool good, const char *format, ...)
{
	va_list args;

	if (good)
		return;
	va_start(args, format);
	printf("measure failed: ");
	vprintf(format, args);
	printf("\n");
	va_end(args);
	leave(2);
}

void tell(int64_t number, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	printf("measure: ");
	vprintf(format, args);
	printf(" %lld\n", (long long)number);
	va_end(args);
}

uint64_t instructions(void)
{
	uint64_t low = inl(STAMP_PORT);

	return (uint64_t)inl(STAMP_PORT + 4) << 32 | low;
}

void load(const char *module)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/%s", module);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	must(!syscall(SYS_finit_module, fd, "", 0), "cannot load %s: %m", module);
	close(fd);
}

static void prepare(void)
{
	static const char *const types[][2] = {
		{ "proc", "/proc" },
		{ "sysfs", "/sys" },
		{ "devtmpfs", "/dev" },
		{ "debugfs", "/sys/kernel/debug" },
		{ "tracefs", "/sys/kernel/tracing" },
	};

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		must(!mount(types[i][0], types[i][1], types[i][0], 0, NULL), "%s: %m", types[i][1]);
	must(!iopl(3), "iopl: %m");
}

int main(void)
{
	static const struct {
		const char *name;
		void (*run)(void);
	} measures[] = {
		{ "boot", measure_boot },
		{ "vgpus", measure_vgpus },
		{ "vfio", measure_vfio },
	};

	prepare();
	for (size_t i = 0; i < sizeof(measures) / sizeof(*measures); i++)
		if (!strcmp(word("GSP_MEASURE"), measures[i].name))
			measures[i].run();
	leave(0);
}
