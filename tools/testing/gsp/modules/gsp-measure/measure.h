/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * RM controls in a row, and how many instructions the CPU executed for them.
 */
#ifndef _GSP_MEASURE_H
#define _GSP_MEASURE_H

#include <linux/types.h>

/**
 * struct measure_control - a control that both drivers can send
 * @name: in the results
 * @cmd: command number
 * @size: of its parameters, in bytes
 */
struct measure_control {
	const char *name;
	u32 cmd;
	u32 size;
};

/**
 * typedef measure_send_t - send one control to the subdevice and take the answer
 * @ctx: driver's own
 * @control: which
 *
 * Return: 0 or a negative errno.
 */
typedef int (*measure_send_t)(void *ctx, const struct measure_control *control);

int measure_run(measure_send_t send, void *ctx);
void measure_init(void);
void measure_exit(void);

#endif
