// SPDX-License-Identifier: GPL-2.0-only
/*
 * vGPUs from the first to the last that a GPU can have: each is opened with all
 * before it open, then all are closed. gsp-vf-test opens them, so that nothing
 * of VFIO is in the figures.
 */
#include <stdio.h>

#include "measure.h"

#define TESTER		"/sys/kernel/debug/gsp-vf-test"
#define SMALLEST	"1B"
#define VFS_MAX		32

static char vf[VFS_MAX][32];

static void command(const char *name, const char *text)
{
	char path[128];

	snprintf(path, sizeof(path), TESTER "/%s", name);
	put_text(path, text);
}

static void each(unsigned int n, const char *what, bool pages)
{
	uint64_t start = instructions();
	char name[32];

	command(vf[n], what);
	tell(instructions() - start, "vgpu.%s.%u", what, n + 1);
	snprintf(name, sizeof(name), "vgpu.%s.%u", what, n + 1);
	if (pages)
		pages_tell(name);
}

static void provision(const char *type)
{
	char text[64];

	for (unsigned int n = 0; n < VFS_MAX; n++) {
		find_vf(n, vf[n], sizeof(vf[n]));
		set_type(vf[n], type);
		snprintf(text, sizeof(text), "add %s", vf[n]);
		command("control", text);
	}
}

void measure_vgpus(void)
{
	bool pages = *word("GSP_PAGES");

	start_driver();
	set_vfs(VFS_MAX);
	load_all(word("GSP_EXTRA"));
	provision(find_type(SMALLEST));
	if (pages)
		pages_follow();
	for (unsigned int n = 0; n < VFS_MAX; n++)
		each(n, "open", pages);
	for (unsigned int n = VFS_MAX; n--;)
		each(n, "close", pages);
}
