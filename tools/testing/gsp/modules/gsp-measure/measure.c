// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sends each control many times and keeps the average, for debugfs to show:
 *
 *	gsp-measure		lines of a control's name and instructions per call
 *
 * Instructions are those of the whole CPU while the calls were made, interrupts
 * and workers included, and so what a call leaves to be done behind it; an idle
 * CPU executes none. The model's port gsp-stamp has their number.
 */
#include "measure.h"

#include <linux/debugfs.h>
#include <linux/io.h>
#include <linux/math64.h>
#include <linux/seq_file.h>

#define STAMP_PORT	0x5f0
#define WARM_UP		4
#define TIMES		64

/* RM of release 570.144, from NVIDIA/open-gpu-kernel-modules. */
static const struct measure_control controls[] = {
	{ "small", 0x20800137, 4 },	/* GPU_GET_FERMI_GPC_INFO */
	{ "large", 0x20802096, 55888 },	/* PERF_GET_GPUMON_PERFMON_UTIL_SAMPLES_V2 */
};

static u64 results[ARRAY_SIZE(controls)];
static struct dentry *file;

static u64 instructions(void)
{
	u64 low = inl(STAMP_PORT);

	return (u64)inl(STAMP_PORT + 4) << 32 | low;
}

static int send_many(measure_send_t send, void *ctx, const struct measure_control *control,
		     unsigned int times)
{
	int ret = 0;

	while (!ret && times--)
		ret = send(ctx, control);
	return ret;
}

/**
 * measure_run - measure each control
 * @send: sends one
 * @ctx: for @send
 *
 * Context: Process context, may sleep.
 * Return: 0, or the errno of the first call that failed.
 */
int measure_run(measure_send_t send, void *ctx)
{
	unsigned int i;
	u64 start;
	int ret;

	for (i = 0; i < ARRAY_SIZE(controls); i++) {
		ret = send_many(send, ctx, &controls[i], WARM_UP);
		if (ret)
			return ret;
		start = instructions();
		ret = send_many(send, ctx, &controls[i], TIMES);
		if (ret)
			return ret;
		results[i] = div_u64(instructions() - start, TIMES);
	}
	return 0;
}

static int results_show(struct seq_file *m, void *unused)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(controls); i++) {
		seq_printf(m, "%s %llu\n", controls[i].name, results[i]);
		seq_printf(m, "%s.size %u\n", controls[i].name, controls[i].size);
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(results);

/**
 * measure_init - make the file
 */
void measure_init(void)
{
	file = debugfs_create_file("gsp-measure", 0400, NULL, NULL, &results_fops);
}

/**
 * measure_exit - remove the file
 */
void measure_exit(void)
{
	debugfs_remove(file);
}
