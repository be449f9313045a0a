/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Shared by the files of this room only.
 */
#ifndef _GSP_CLIENT_INTERNAL_H
#define _GSP_CLIENT_INTERNAL_H

#include <linux/auxiliary_bus.h>
#include <linux/completion.h>
#include <linux/gsp_client.h>
#include <linux/idr.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/refcount.h>

#include "abi/abi.h"
#include "event/event.h"
#include "rm/rm.h"

struct gsp_device;

/**
 * struct gsp_client_host - one GPU as its clients see it
 * @adev: what clients bind to; its reference count is this structure's, and
 *	each session holds one
 * @gsp: the GPU; valid while a session is open
 * @config: what gsp_client_config() returns, constant
 * @name: what @config points to
 * @engines: what @config points to
 * @ids: numbers of the sessions
 * @lock: protects @sessions and each session's @told; held over
 *	&gsp_client_ops.dead, so that closing waits for it
 * @sessions: open sessions
 */
struct gsp_client_host {
	struct auxiliary_device adev;
	struct gsp_device *gsp;
	struct gsp_client_config config;
	char name[GSP_NAME_LEN];
	struct gsp_client_engine engines[GSP_ENGINES_MAX];
	struct ida ids;
	struct mutex lock;	/* inside the device's clients_lock */
	struct list_head sessions;
};

/**
 * struct gsp_client_object - one RM object of a session
 * @node: in the session's list; the device and the subdevice are in none
 * @parent: what it hangs below
 * @children: objects below it; the session's lock protects it
 * @handle: its handle
 */
struct gsp_client_object {
	struct list_head node;
	struct gsp_client_object *parent;
	unsigned int children;
	u32 handle;
};

/**
 * struct gsp_client - one session
 * @ref: memory of this structure
 * @host: the GPU; holds a reference to it
 * @ops: the client's callbacks
 * @ctx: their argument
 * @node: in the host's list
 * @told: @ops.dead has been called; the host's lock protects it
 * @id: number of the session, also its RM client's
 * @closing: no call gets in any more
 * @active: calls that are in, and one for being open
 * @idle: the last of them has left
 * @rm: the session's own client in GSP-RM, which owns its objects
 * @device: RM device of @rm
 * @subdevice: RM subdevice of @rm
 * @handles: numbers of RM handles
 * @lock: protects the lists below and @objects' children; innermost, nobody
 *	sleeps for the firmware with it
 * @objects: RM objects
 * @fbs: framebuffer
 * @maps: BAR1 mappings
 * @chids: channel ids
 * @subs: subscriptions
 */
struct gsp_client {
	struct kref ref;
	struct gsp_client_host *host;
	const struct gsp_client_ops *ops;
	void *ctx;
	struct list_head node;
	bool told;
	int id;
	bool closing;
	refcount_t active;
	struct completion idle;
	struct gsp_rm_client rm;
	struct gsp_client_object device;
	struct gsp_client_object subdevice;
	struct ida handles;
	struct mutex lock;	/* the lists; innermost */
	struct list_head objects;
	struct list_head fbs;
	struct list_head maps;
	struct list_head chids;
	struct list_head subs;
};

struct gsp_client_host *client_host_of(struct auxiliary_device *adev);
int client_dead_errno(const struct gsp_client_host *host);

bool client_enter(struct gsp_client *c);
int client_enter_alive(struct gsp_client *c);
void client_exit(struct gsp_client *c);
bool client_owns_chid(struct gsp_client *c, u32 chid);

unsigned int client_drop_subs(struct gsp_client *c);
unsigned int client_drop_objects(struct gsp_client *c);
unsigned int client_drop_maps(struct gsp_client *c);
unsigned int client_drop_fbs(struct gsp_client *c, bool quarantine);
unsigned int client_drop_chids(struct gsp_client *c, bool quarantine);

#endif
