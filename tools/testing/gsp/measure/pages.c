// SPDX-License-Identifier: GPL-2.0-only
/*
 * Each page that the kernel takes and gives back, and each DMA mapping, by the
 * kernel's own tracepoints: exact, and much work, so what is followed is not
 * measured in instructions too.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "measure.h"

#define TRACING	"/sys/kernel/tracing/"

struct sum {
	int64_t now, peak;	/* pages */
	int64_t maps, unmaps;	/* calls */
};

void pages_follow(void)
{
	put_text(TRACING "buffer_size_kb", "131072");
	put_text(TRACING "trace", "");
	put_text(TRACING "events/kmem/mm_page_alloc/enable", "1");
	put_text(TRACING "events/kmem/mm_page_free/enable", "1");
	put_text(TRACING "events/dma/enable", "1");
	put_text(TRACING "tracing_on", "1");
}

static void add_pages(struct sum *sum, const char *text, int sign)
{
	const char *order = strstr(text, "order=");

	if (order)
		sum->now += sign * (1ll << atoi(order + 6));
	if (sum->now > sum->peak)
		sum->peak = sum->now;
}

static void add_line(struct sum *sum, const char *line)
{
	const char *event = strstr(line, ": ");

	if (!event)
		return;
	event += 2;
	/* an allocation that fails has no page */
	if (!strncmp(event, "mm_page_alloc:", 14) && !strstr(event, "pfn=0x0 "))
		add_pages(sum, event, 1);
	else if (!strncmp(event, "mm_page_free:", 13))
		add_pages(sum, event, -1);
	else if (!strncmp(event, "dma_map_", 8) || !strncmp(event, "dma_alloc", 9))
		sum->maps++;
	else if (!strncmp(event, "dma_unmap_", 10) || !strncmp(event, "dma_free", 8))
		sum->unmaps++;
}

/* Since pages_follow(), or since the last time that it was asked. */
void pages_tell(const char *what)
{
	struct sum sum = {};
	char *line = NULL;
	size_t size = 0;
	FILE *trace;

	put_text(TRACING "tracing_on", "0");
	must(!get_field(TRACING "per_cpu/cpu0/stats", "overrun: "), "the trace buffer is too small");
	trace = fopen(TRACING "trace", "re");
	must(trace, "no trace: %m");
	while (getline(&line, &size, trace) > 0)
		add_line(&sum, line);
	fclose(trace);
	free(line);
	tell(sum.peak * 4096, "%s.peak", what);
	tell(sum.now * 4096, "%s.held", what);
	tell(sum.maps, "%s.maps", what);
	tell(sum.unmaps, "%s.unmaps", what);
	put_text(TRACING "trace", "");
	put_text(TRACING "tracing_on", "1");
}
