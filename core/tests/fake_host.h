/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _GSP_TESTS_FAKE_HOST_H
#define _GSP_TESTS_FAKE_HOST_H

#include <linux/types.h>

#include "fake_fw.h"

/*
 * Deadlines that are to be met are long, those that are to pass are short, so
 * that a slow machine changes the time a test takes but not its result.
 */
#define HOST_LONG_MS	20000
#define HOST_SHORT_MS	60
/* Two functions to call. */
#define HOST_FN		76
#define HOST_FN2	103
/* Payload of a full message. */
#define HOST_FULL	0xffb0u

/**
 * struct host_small - a small call, echoed by a good firmware
 * @head: fixed part
 * @body: variable part
 * @guard: bytes behind it that stay as they are
 * @msg: describes the first two
 */
struct host_small {
	u8 head[16];
	u8 body[24];
	u8 guard[8];
	struct gsp_payload msg;
};

/**
 * struct host_mode - how a channel works
 * @name: for the report
 * @echo: replies carry the sequence
 * @irq: an interrupt drains the status ring
 */
struct host_mode {
	const char *name;
	bool echo;
	bool irq;
};

#define HOST_NR_MODES	4

extern const struct host_mode host_modes[HOST_NR_MODES];

u8 *host_mem(struct kunit *test, size_t size);
void host_small_init(struct host_small *s, u8 seed);
int host_call(struct fake_fw *fw, u32 fn, u8 seed, unsigned int ms);
struct gsp_rpc_stats host_stats(struct fake_fw *fw);
void host_expect_alive(struct kunit *test, struct fake_fw *fw);
void host_expect_dead(struct kunit *test, struct fake_fw *fw, enum gsp_rpc_death why);
struct fake_fw *host_boot(struct kunit *test, fake_handler handler, void *arg);
void host_no_answer(struct fake_fw *fw, const struct fake_request *req);

#endif /* _GSP_TESTS_FAKE_HOST_H */
