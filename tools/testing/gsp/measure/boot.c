// SPDX-License-Identifier: GPL-2.0-only
/*
 * One driver: its modules loaded, the GPU bound, and RM controls sent by a module
 * of the bench. What happens between bind and ready the model stamps.
 */
#include <stdio.h>
#include <string.h>

#include "measure.h"

#define CONTROLS	"/sys/kernel/debug/gsp-measure"

static int64_t available(void)
{
	return get_field("/proc/meminfo", "MemAvailable:") * 1024;
}

/* Lines of a name and a number. */
static void tell_controls(void)
{
	static char text[4096];
	char *line;

	load_all(word("GSP_EXTRA"));
	get_text(CONTROLS, text, sizeof(text));
	for (line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		printf("measure: control.%s\n", line);
}

void measure_boot(void)
{
	bool pages = *word("GSP_PAGES");
	int64_t before = available();
	uint64_t start = instructions();

	load_driver();
	tell(instructions() - start, "load");
	tell(before - available(), "load.memory");
	before = available();
	if (pages)
		pages_follow();
	start = instructions();
	bind(find_gpu(), word("GSP_DRIVER"));
	tell(instructions() - start, "bind");
	if (pages)
		pages_tell("boot");
	tell(before - available(), "boot.memory");
	if (!pages)
		tell_controls();
}
