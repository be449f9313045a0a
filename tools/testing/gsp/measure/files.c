// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files of sysfs and procfs.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "measure.h"

size_t get_text(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t len = 0;
	ssize_t got;

	must(fd >= 0, "%s: %m", path);
	while (len < size - 1 && (got = read(fd, text + len, size - 1 - len)) > 0)
		len += got;
	text[len] = '\0';
	close(fd);
	return len;
}

/* O_TRUNC is what empties a trace; to other files it is nothing. */
void put_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);

	must(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text),
	     "writing %s to %s: %m", text, path);
	close(fd);
}

/* The number after a word, as in /proc/meminfo. */
int64_t get_field(const char *path, const char *field)
{
	static char text[16384];
	char *at;

	get_text(path, text, sizeof(text));
	at = strstr(text, field);
	must(at, "%s has no %s", path, field);
	return strtoll(at + strlen(field), NULL, 10);
}
