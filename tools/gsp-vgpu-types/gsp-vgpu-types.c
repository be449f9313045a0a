// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes, shows and checks nvidia/vgpu-<release>.bin, the file of vGPU types.
 */
#include "gsp-vgpu-types.h"

#include <stdlib.h>
#include <string.h>

static struct file file;

void *need(void *memory)
{
	if (!memory) {
		fputs("out of memory\n", stderr);
		exit(1);
	}
	return memory;
}

static int build(const char *from, const char *to)
{
	FILE *in = fopen(from, "r");

	if (!in) {
		perror(from);
		return 1;
	}
	text_read(in, from, &file);
	fclose(in);
	binary_write(to, &file);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 4 && !strcmp(argv[1], "build"))
		return build(argv[2], argv[3]);
	if (argc == 3 && !strcmp(argv[1], "dump")) {
		binary_read(argv[2], &file);
		text_write(stdout, &file);
		return 0;
	}
	if (argc == 3 && !strcmp(argv[1], "check")) {
		binary_read(argv[2], &file);
		return 0;
	}
	fputs("usage: gsp-vgpu-types build <text> <file>\n"
	      "       gsp-vgpu-types dump <file>\n"
	      "       gsp-vgpu-types check <file>\n", stderr);
	return 2;
}
