// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programs of register accesses that GSP-RM asks the CPU to run, because it
 * cannot reset and restart the very core that it runs on.
 *
 * A program is a packed row of 32-bit words: an opcode, then its operands.  It
 * comes from firmware and is not trusted: it is checked from its first word to
 * its last before anything is executed, its registers must lie in BAR0, and it
 * must end within a fixed time.  Which registers it touches inside of BAR0 is
 * not restricted: GSP-RM reaches every one of them itself, and published
 * programs write to blocks all over the GPU.
 */
#include "boot/boot.h"

#include <asm/byteorder.h>
#include <kunit/visibility.h>
#include <linux/align.h>
#include <linux/array_size.h>
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <linux/time64.h>

#include "boot/internal.h"
#include "chip/regs/gfw.h"
#include "mmio/mmio.h"

#define SEQ_MAX_DWORDS		(SZ_64K / sizeof(u32))
#define SEQ_BUDGET_US		(10 * USEC_PER_SEC)
#define SEQ_POLL_DEFAULT_US	(4 * USEC_PER_SEC)
#define SEQ_RESUME_US		(2 * USEC_PER_SEC)
#define SEQ_MAX_ARGS		5
#define SEQ_NR_SAVED		8

/**
 * struct seq - one run of a program
 * @b: boot
 * @end: when it must be over
 * @saved: values that REG_STORE keeps; the firmware may ask for them one day
 */
struct seq {
	struct gsp_boot *b;
	ktime_t end;
	u32 saved[SEQ_NR_SAVED];
};

/**
 * struct seq_op - one opcode
 * @name: the vendor's name
 * @nr_args: operands
 * @reg_first: the first operand is a register
 * @run: execute it
 */
struct seq_op {
	const char *name;
	u8 nr_args;
	bool reg_first;
	int (*run)(struct seq *s, const u32 *arg);
};

/* Microseconds until the program must be over, never more than @want. */
static unsigned long time_left(const struct seq *s, unsigned long want)
{
	s64 left = ktime_us_delta(s->end, ktime_get());

	return clamp_t(s64, left, 0, want);
}

static int seq_write(struct seq *s, const u32 *arg)
{
	gsp_wr32(s->b->mmio, arg[0], arg[1]);
	return 0;
}

static int seq_modify(struct seq *s, const u32 *arg)
{
	gsp_rmw32(s->b->mmio, arg[0], arg[1], arg[2]);
	return 0;
}

/* Operands: register, mask, value, time in microseconds, error to report. */
static int seq_poll(struct seq *s, const u32 *arg)
{
	unsigned long us = time_left(s, arg[3] ?: SEQ_POLL_DEFAULT_US);
	u32 found;
	int ret;

	ret = gsp_poll32_quiet(s->b->mmio, arg[0], arg[1], arg[2], us, &found);
	if (ret)
		dev_err(s->b->dev,
			"sequencer: REG_POLL: register %#08x & %#x: expected %#x, found %#x after %lu ms (firmware's error %#x)%s\n",
			arg[0], arg[1], arg[2], found & arg[1], us / USEC_PER_MSEC, arg[4],
			ret == -ENODEV ? "; device is gone" : "");
	return ret;
}

static int seq_delay(struct seq *s, const u32 *arg)
{
	fsleep(time_left(s, arg[0]));
	return 0;
}

static int seq_store(struct seq *s, const u32 *arg)
{
	s->saved[arg[1]] = gsp_rd32(s->b->mmio, arg[0]);
	return 0;
}

static int seq_core_reset(struct seq *s, const u32 *arg)
{
	int ret;

	ret = gsp_falcon_reset(&s->b->gsp);
	if (ret)
		return ret;
	gsp_falcon_allow_dma(&s->b->gsp);
	return 0;
}

static int seq_core_start(struct seq *s, const u32 *arg)
{
	gsp_falcon_start(&s->b->gsp);
	return 0;
}

static int seq_core_wait(struct seq *s, const u32 *arg)
{
	return gsp_falcon_wait_halt(&s->b->gsp);
}

/*
 * Start GSP-RM again:
 *
 *  #1 reset the GSP into RISC-V mode and leave the libos arguments with it
 *  #2 let SEC2 run, which the program has loaded before
 *  #3 GSP-RM says that it has taken over
 *  #4 SEC2 reports success
 *  #5 publish the version of the bootloader
 *  #6 the RISC-V core is active
 */
static int seq_core_resume(struct seq *s, const u32 *arg)
{
	struct gsp_boot *b = s->b;
	int ret;

	/* #1 */
	ret = gsp_falcon_reset_riscv(&b->gsp);
	if (ret)
		return ret;
	gsp_falcon_set_mailbox(&b->gsp, b->libos.dma);
	/* #2 */
	gsp_falcon_start(&b->sec2);
	/* #3 */
	ret = gsp_poll32(b->mmio, GSP_GFW_BSI_SCRATCH_14, GSP_GFW_BSI_STAGE_3_HANDOFF,
			 GSP_GFW_BSI_STAGE_3_HANDOFF, time_left(s, SEQ_RESUME_US),
			 "sequencer: CORE_RESUME: no hand-off");
	if (ret)
		return ret;
	/* #4 */
	ret = gsp_falcon_check_mailbox(&b->sec2);
	if (ret)
		return ret;
	/* #5 */
	gsp_falcon_set_os(&b->gsp, b->app_version);
	/* #6 */
	return gsp_falcon_wait_riscv(&b->gsp);
}

static const struct seq_op seq_ops[] = {
	[0] = { "REG_WRITE",		2, true,  seq_write },
	[1] = { "REG_MODIFY",		3, true,  seq_modify },
	[2] = { "REG_POLL",		5, true,  seq_poll },
	[3] = { "DELAY_US",		1, false, seq_delay },
	[4] = { "REG_STORE",		2, true,  seq_store },
	[5] = { "CORE_RESET",		0, false, seq_core_reset },
	[6] = { "CORE_START",		0, false, seq_core_start },
	[7] = { "CORE_WAIT_FOR_HALT",	0, false, seq_core_wait },
	[8] = { "CORE_RESUME",		0, false, seq_core_resume },
};

#define SEQ_OP_STORE	4

/* Take the command at @pos apart; 0 with @op set, or what is wrong with it. */
static const char *decode(const struct gsp_mmio *m, const __le32 *cmds, size_t nr, size_t pos,
			  const struct seq_op **op, u32 *arg)
{
	u32 code = le32_to_cpu(cmds[pos]);
	unsigned int i;

	if (code >= ARRAY_SIZE(seq_ops))
		return "unknown opcode";
	*op = &seq_ops[code];
	if ((*op)->nr_args > nr - pos - 1)
		return "truncated command";
	for (i = 0; i < (*op)->nr_args; i++)
		arg[i] = le32_to_cpu(cmds[pos + 1 + i]);
	if ((*op)->reg_first && !IS_ALIGNED(arg[0], sizeof(u32)))
		return "register not aligned";
	if ((*op)->reg_first && arg[0] >= m->size)
		return "register outside of BAR0";
	if (code == SEQ_OP_STORE && arg[1] >= SEQ_NR_SAVED)
		return "no such place to store";
	return NULL;
}

static int check_program(const struct gsp_boot *b, const __le32 *cmds, size_t nr)
{
	const struct seq_op *op;
	u32 arg[SEQ_MAX_ARGS];
	const char *wrong;
	size_t pos;

	if (nr > SEQ_MAX_DWORDS) {
		dev_err(b->dev, "sequencer: program too long: expected at most %zu words, found %zu\n",
			SEQ_MAX_DWORDS, nr);
		return -EPROTO;
	}
	for (pos = 0; pos < nr; pos += 1 + op->nr_args) {
		wrong = decode(b->mmio, cmds, nr, pos, &op, arg);
		if (!wrong)
			continue;
		dev_err(b->dev, "sequencer: %s at word %zu of %zu: %*ph\n", wrong, pos, nr,
			(int)(min(nr - pos, 4) * sizeof(u32)), &cmds[pos]);
		return -EPROTO;
	}
	return 0;
}

static int run_program(struct seq *s, const __le32 *cmds, size_t nr)
{
	const struct seq_op *op;
	u32 arg[SEQ_MAX_ARGS];
	size_t pos;
	int ret;

	for (pos = 0; pos < nr; pos += 1 + op->nr_args) {
		if (decode(s->b->mmio, cmds, nr, pos, &op, arg))
			return -EPROTO;
		ret = op->run(s, arg);
		if (ret)
			return ret;
		if (ktime_after(ktime_get(), s->end)) {
			dev_err(s->b->dev,
				"sequencer: %s at word %zu of %zu: expected an end within %lu ms\n",
				op->name, pos, nr, SEQ_BUDGET_US / USEC_PER_MSEC);
			return -ETIMEDOUT;
		}
	}
	return 0;
}

/**
 * gsp_boot_sequencer_run - run a register program for GSP-RM
 * @b: boot
 * @cmds: the program, in memory that firmware cannot change any more
 * @nr_dwords: its length in 32-bit words; 0 is a valid, empty program
 *
 * A program that is malformed anywhere is refused as a whole.
 *
 * Context: process context, may sleep, at most about 20 s.
 * Return: 0; -EPROTO when the program is malformed; -ETIMEDOUT when a poll or
 * the program takes too long; -EIO when SEC2 reports an error; -ENODEV when the
 * device is gone; each but 0 after one message.
 */
int gsp_boot_sequencer_run(struct gsp_boot *b, const __le32 *cmds, size_t nr_dwords)
{
	struct seq s = {
		.b = b,
		.end = ktime_add_us(ktime_get(), SEQ_BUDGET_US),
	};
	int ret;

	ret = check_program(b, cmds, nr_dwords);
	if (ret)
		return ret;
	boot_phase(b, "sequencer");
	return run_program(&s, cmds, nr_dwords);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_boot_sequencer_run);
