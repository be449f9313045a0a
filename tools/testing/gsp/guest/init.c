// SPDX-License-Identifier: GPL-2.0-only
/*
 * The first and only process of a nested guest. Prints KTAP on the console, and
 * reboots, which is the end of the VM.
 *
 * Words of the kernel's command line, numbers all, arrive as the environment:
 *   GSP_SEED=    makes the patterns in framebuffer differ from another guest's
 *   GSP_BOOT0=   what the VF's identification has to be
 *   GSP_FB=      bytes of framebuffer of the vGPU
 *   GSP_WAIT=1   wait for a line on the console with the patterns in place
 *   GSP_SCRUB=1  a reset clears framebuffer
 *   GSP_LOOP=1   no tests: fill framebuffer, then touch BARs for ever
 */
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

#include "guest.h"

#define MODULE	"/gsp-vf-guest.ko"

uint64_t word(const char *name, uint64_t missing)
{
	const char *text = getenv(name);

	return text ? strtoull(text, NULL, 0) : missing;
}

bool check(bool good, const char *format, ...)
{
	va_list args;

	if (good)
		return true;
	va_start(args, format);
	printf("# ");
	vprintf(format, args);
	printf("\n");
	va_end(args);
	return false;
}

static void prepare(void)
{
	int fd = open(MODULE, O_RDONLY | O_CLOEXEC);

	mount("sysfs", "/sys", "sysfs", 0, NULL);
	check(!syscall(SYS_finit_module, fd, "", 0), "cannot load %s: %m", MODULE);
	close(fd);
}

static void run_all(void)
{
	printf("KTAP version 1\n1..%u\n", nr_tests);
	for (unsigned int i = 0; i < nr_tests; i++) {
		/* without a VF there is nothing that the others could touch */
		bool good = (!i || vf_is_there()) && tests[i].run();

		printf("%sok %u %s\n", good ? "" : "not ", i + 1, tests[i].name);
	}
}

int main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	prepare();
	if (word("GSP_LOOP", 0))
		use_for_ever();
	else
		run_all();
	fflush(stdout);
	tcdrain(STDOUT_FILENO);
	reboot(RB_AUTOBOOT);
	for (;;)
		pause();
}
