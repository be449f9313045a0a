/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A GPU as the sample has it.
 */
#ifndef _GSP_CLIENT_SAMPLE_H
#define _GSP_CLIENT_SAMPLE_H

#include <linux/gsp_client.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/types.h>

struct auxiliary_device;
struct dentry;

/**
 * struct held - one of everything
 * @vaspace: RM object
 * @fb: framebuffer
 * @map: mapping of it
 * @chid: channel id
 * @subs: subscription to each event
 */
struct held {
	struct gsp_client_object *vaspace;
	const struct gsp_client_fb *fb;
	const struct gsp_client_map *map;
	int chid;
	struct gsp_client_sub *subs[GSP_CLIENT_NR_EVENTS];
};

/**
 * struct sample - one GPU
 * @adev: what is bound
 * @client: session, also held for the files
 * @dir: its files
 * @step: name of the last call that failed
 * @deaths: how often it was told of the GPU's death
 * @reason: with what
 * @events: events of each kind that it was told of
 * @last_code: of the last event
 * @looking: read by who looks at framebuffer, or at what describes it
 * @ending: nobody may any more, for the session ends
 * @lock: protects @held and @holding
 * @holding: @held is valid
 * @held: what "hold" took
 */
struct sample {
	struct auxiliary_device *adev;
	struct gsp_client *client;
	struct dentry *dir;
	const char *step;
	unsigned int deaths;
	int reason;
	unsigned int events[GSP_CLIENT_NR_EVENTS];
	u32 last_code;
	struct rw_semaphore looking;	/* ending */
	bool ending;
	struct mutex lock;	/* held, holding */
	bool holding;
	struct held held;
};

int sample_try_all(struct sample *s);
int sample_ask_name(struct gsp_client *c);
struct gsp_client_object *sample_new_vaspace(struct gsp_client *c);
void sample_on_event(void *ctx, const struct gsp_client_notice *notice);

#endif
