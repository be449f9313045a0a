/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What any driver in the kernel may ask of gsp-core.
 */
#ifndef _LINUX_GSP_CLIENT_H
#define _LINUX_GSP_CLIENT_H

#include <linux/types.h>

struct auxiliary_device;
struct gsp_client;
struct gsp_client_object;
struct gsp_client_sub;

/**
 * DOC: client API
 *
 * gsp-core registers one auxiliary device for each GPU that it has booted, and
 * takes it away before it stops the GPU. A client is an auxiliary driver for
 * that device (%GSP_CLIENT_DEVICE), so that matching, module loading, binding
 * and unbinding are the driver core's. Its probe opens a session with
 * gsp_client_open(); every other call takes that session.
 *
 * A session ends with gsp_client_close(), or on its own when the client is
 * unbound. Whatever the client still holds in it is then freed: RM objects,
 * framebuffer, mappings, channel ids, subscriptions. What the firmware might
 * still own, because it did not confirm, is not given to anybody else. So before
 * it ends a session a client sees to it that nobody is about to use a mapping, or
 * to read what describes one or a piece of framebuffer.
 *
 * A call that comes after the end fails with -ENODEV and touches nothing that
 * it was given but the session; memory of the session itself stays for as long
 * as somebody holds it with gsp_client_get(). So an open file of the client
 * may outlive the GPU.
 *
 * A GPU dies when its firmware does, or when it is pulled. From that moment
 * calls fail at once, those that sleep included: with -EIO, or with -ENODEV
 * when the device is gone; &gsp_client_ops.dead is called once. It stays dead
 * until gsp-core is bound again. Calls that give something back succeed all
 * the same.
 *
 * A call that asks the firmware waits for its turn first. If that does not come
 * within 100 seconds, or the answer to an earlier call of the kind is overdue,
 * it fails with -EBUSY and nothing was asked.
 *
 * The calls take locks of gsp-core and of the session, never one of the driver
 * core's, and hold none while they wait for the firmware. Any number of threads
 * may call at a time; the caller sees to it that one thing is not freed twice,
 * or while another thread uses it. No call may come from atomic context.
 *
 * All symbols are in the namespace GSP_CORE.
 */

/* Name for the id_table of a client's struct auxiliary_driver. */
#define GSP_CLIENT_DEVICE	"gsp_core.gpu"

/* Largest parameters of an RM object or control. */
#define GSP_CLIENT_PARAMS_MAX	0x100000

/**
 * struct gsp_client_ops - what gsp-core tells a client without being asked
 * @dead: the GPU has died, reason is what every call now fails with: -EIO or
 *	-ENODEV. Called at most once, never after gsp_client_close() has
 *	returned, from a worker that may sleep. Must neither close the session
 *	nor wait for the client to be unbound. May be NULL.
 */
struct gsp_client_ops {
	void (*dead)(void *ctx, int reason);
};

/**
 * struct gsp_client_engine - one engine that channels can be made for
 * @type: NV2080_ENGINE_TYPE of the firmware release
 * @runlist: runlist that schedules it
 * @instance: number among the engines of its kind
 * @copy: it is a copy engine
 */
struct gsp_client_engine {
	u32 type;
	u32 runlist;
	u32 instance;
	bool copy;
};

/**
 * struct gsp_client_config - the enumerated GPU
 * @name: name of the board
 * @chip: name of the chip
 * @release: firmware release, which decides how RM parameters are laid out
 * @fb_size: framebuffer in bytes, all of it
 * @fb_bus_width: width of the memory bus in bits
 * @l2_size: level 2 cache in bytes
 * @nr_chids: channel ids of the GPU
 * @nr_engines: entries of @engines
 * @engines: its engines
 * @vgpu: the GPU was booted ready for vGPU
 */
struct gsp_client_config {
	const char *name;
	const char *chip;
	const char *release;
	u64 fb_size;
	u32 fb_bus_width;
	u32 l2_size;
	u32 nr_chids;
	unsigned int nr_engines;
	const struct gsp_client_engine *engines;
	bool vgpu;
};

/**
 * struct gsp_client_fb - framebuffer that a client owns
 * @addr: offset in the framebuffer, in bytes
 * @size: bytes; at least what was asked for
 */
struct gsp_client_fb {
	u64 addr;
	u64 size;
};

/**
 * struct gsp_client_map - framebuffer where the CPU can reach it
 * @cpu: first byte
 * @size: bytes
 * @offset: offset of the first byte in the GPU's framebuffer BAR
 *
 * Once the GPU is gone reads give all-ones; the mapping itself stays until it
 * is unmapped or the session ends.
 */
struct gsp_client_map {
	void __iomem *cpu;
	u64 size;
	u64 offset;
};

/**
 * enum gsp_client_event - what a client can be told of
 * @GSP_CLIENT_CHANNEL_ERROR: a channel was stopped after an error
 * @GSP_CLIENT_ERROR_LOG: the firmware reports an error by its Xid
 * @GSP_CLIENT_NR_EVENTS: number of events
 */
enum gsp_client_event {
	GSP_CLIENT_CHANNEL_ERROR,
	GSP_CLIENT_ERROR_LOG,
	GSP_CLIENT_NR_EVENTS
};

/* The event is about no channel in particular. */
#define GSP_CLIENT_NO_CHID	U32_MAX

/**
 * struct gsp_client_notice - an event
 * @event: which
 * @chid: channel id, %GSP_CLIENT_NO_CHID when it is about none
 * @code: kind of the channel error, or the Xid
 * @text: what the firmware says about it, "" when nothing
 *
 * A client hears of its own channel ids, and of what is about none.
 */
struct gsp_client_notice {
	enum gsp_client_event event;
	u32 chid;
	u32 code;
	const char *text;
};

/**
 * typedef gsp_client_handler_t - receives an event
 * @ctx: the subscriber's
 * @notice: the event, valid during the call
 *
 * Called from a worker, one event of the GPU at a time. May sleep and may call
 * gsp-core, but must neither subscribe, unsubscribe nor close the session.
 */
typedef void (*gsp_client_handler_t)(void *ctx, const struct gsp_client_notice *notice);

struct gsp_client *gsp_client_open(struct auxiliary_device *adev, const struct gsp_client_ops *ops,
				   void *ctx);
void gsp_client_close(struct gsp_client *client);
struct gsp_client *gsp_client_get(struct gsp_client *client);
void gsp_client_put(struct gsp_client *client);
int gsp_client_status(struct gsp_client *client);
const struct gsp_client_config *gsp_client_config(const struct gsp_client *client);

struct gsp_client_object *gsp_client_device(struct gsp_client *client);
struct gsp_client_object *gsp_client_subdevice(struct gsp_client *client);
struct gsp_client_object *gsp_client_alloc_sized(struct gsp_client *client,
						 struct gsp_client_object *parent, u32 class,
						 void *params, size_t size);
int gsp_client_control_sized(struct gsp_client *client, struct gsp_client_object *object, u32 cmd,
			     void *params, size_t size);
int gsp_client_free(struct gsp_client *client, struct gsp_client_object *object);

/**
 * gsp_client_alloc - create an RM object from typed parameters
 * @client: session
 * @parent: object of the session that it hangs below
 * @class: class number
 * @params: pointer to the structure of that class
 *
 * Context and return: as gsp_client_alloc_sized().
 */
#define gsp_client_alloc(client, parent, class, params)			\
({									\
	typeof(params) _params = (params);				\
	gsp_client_alloc_sized(client, parent, class, _params, sizeof(*_params)); \
})

/**
 * gsp_client_control - send a command with typed parameters to an RM object
 * @client: session
 * @object: object of the session
 * @cmd: command number
 * @params: pointer to the structure of that command
 *
 * Context and return: as gsp_client_control_sized().
 */
#define gsp_client_control(client, object, cmd, params)			\
({									\
	typeof(params) _params = (params);				\
	gsp_client_control_sized(client, object, cmd, _params, sizeof(*_params)); \
})

const struct gsp_client_fb *gsp_client_fb_alloc(struct gsp_client *client, u64 size, u64 align);
int gsp_client_fb_free(struct gsp_client *client, const struct gsp_client_fb *fb);
const struct gsp_client_map *gsp_client_fb_map(struct gsp_client *client,
					       const struct gsp_client_fb *fb);
int gsp_client_fb_unmap(struct gsp_client *client, const struct gsp_client_map *map);

int gsp_client_chid_alloc(struct gsp_client *client);
int gsp_client_chid_free(struct gsp_client *client, u32 chid);

struct gsp_client_sub *gsp_client_subscribe(struct gsp_client *client, enum gsp_client_event event,
					    gsp_client_handler_t handler, void *ctx);
int gsp_client_unsubscribe(struct gsp_client *client, struct gsp_client_sub *sub);

#endif
