/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An FSP that says what a test wants it to say.
 *
 * Its memory for messages is plain memory, its queues are registers of the fake
 * BAR0, and a thread takes questions and puts the messages of a script there, one
 * after the other was read.
 */
#ifndef _GSP_TESTS_FAKE_FSP_H
#define _GSP_TESTS_FAKE_FSP_H

#include <linux/types.h>

#include "fsp/fsp.h"

struct kunit;
struct task_struct;

#define FAKE_FSP_EMEM		1024
#define FAKE_FSP_MESSAGES	4
#define FAKE_FSP_WORDS		8

/**
 * struct fake_fsp_message - one message of the FSP
 * @words: what it says
 * @head: value of its queue's head
 * @tail: value of its queue's tail; the offset of the last word of @words if 0
 * @nr: how many words it has; none ends the script
 */
struct fake_fsp_message {
	u32 words[FAKE_FSP_WORDS];
	u32 head;
	u32 tail;
	unsigned int nr;
};

/**
 * struct fake_fsp - the FSP
 * @fsp: as the driver sees it
 * @m: registers
 * @emem: memory for messages
 * @question: the last question
 * @question_size: bytes of it
 * @questions: how many there were
 * @script: what it says after the first one
 * @next: message of the script that is next
 * @deaf: questions are not taken
 * @thread: the FSP at work
 */
struct fake_fsp {
	struct gsp_fsp fsp;
	struct gsp_mmio *m;
	__le32 emem[FAKE_FSP_EMEM / 4];
	u8 question[FAKE_FSP_EMEM];
	size_t question_size;
	unsigned int questions;
	struct fake_fsp_message script[FAKE_FSP_MESSAGES];
	unsigned int next;
	bool deaf;
	struct task_struct *thread;
};

struct fake_fsp *fake_fsp_create(struct kunit *test, struct gsp_mmio *m);
void fake_fsp_start(struct kunit *test, struct fake_fsp *f);

#endif
