// SPDX-License-Identifier: GPL-2.0-only
/*
 * RM object calls of 570.144, and the objects that every client has.
 */
#include "abi/r570/r570.h"

#include <asm/byteorder.h>
#include <linux/errno.h>
#include <linux/string.h>

#include "abi/r570/wire.h"

void r570_encode_rm_alloc(const void *in, void *wire)
{
	const struct gsp_rm_object *obj = in;
	struct r570_wire_rm_alloc *w = wire;

	w->client = cpu_to_le32(obj->client);
	w->parent = cpu_to_le32(obj->parent);
	w->object = cpu_to_le32(obj->object);
	w->class = cpu_to_le32(obj->class);
	w->params_size = cpu_to_le32(obj->params_size);
}

int r570_decode_rm_alloc(const void *wire, void *out)
{
	const struct r570_wire_rm_alloc *w = wire;
	struct gsp_rm_object *obj = out;

	obj->status = le32_to_cpu(w->status);
	return le32_to_cpu(w->params_size) == obj->params_size ? 0 : -EPROTO;
}

void r570_encode_rm_control(const void *in, void *wire)
{
	const struct gsp_rm_object *obj = in;
	struct r570_wire_rm_control *w = wire;

	w->client = cpu_to_le32(obj->client);
	w->object = cpu_to_le32(obj->object);
	w->cmd = cpu_to_le32(obj->cmd);
	w->params_size = cpu_to_le32(obj->params_size);
}

int r570_decode_rm_control(const void *wire, void *out)
{
	const struct r570_wire_rm_control *w = wire;
	struct gsp_rm_object *obj = out;

	obj->status = le32_to_cpu(w->status);
	return le32_to_cpu(w->params_size) == obj->params_size ? 0 : -EPROTO;
}

void r570_encode_rm_free(const void *in, void *wire)
{
	const struct gsp_rm_object *obj = in;
	struct r570_wire_rm_free *w = wire;

	w->root = cpu_to_le32(obj->client);
	w->object = cpu_to_le32(obj->object);
}

int r570_decode_rm_free(const void *wire, void *out)
{
	const struct r570_wire_rm_free *w = wire;
	struct gsp_rm_object *obj = out;

	obj->status = le32_to_cpu(w->status);
	return 0;
}

void r570_encode_rm_dup(const void *in, void *wire)
{
	const struct gsp_rm_object *obj = in;
	struct r570_wire_rm_dup *w = wire;

	w->client = cpu_to_le32(obj->client);
	w->parent = cpu_to_le32(obj->parent);
	w->object = cpu_to_le32(obj->object);
	w->src_client = cpu_to_le32(obj->src_client);
	w->src_object = cpu_to_le32(obj->src_object);
}

int r570_decode_rm_dup(const void *wire, void *out)
{
	const struct r570_wire_rm_dup *w = wire;
	struct gsp_rm_object *obj = out;

	obj->status = le32_to_cpu(w->status);
	return 0;
}

void r570_encode_root(const void *in, void *params)
{
	const u32 *client = in;
	struct r570_wire_root_params *w = params;

	w->client = cpu_to_le32(*client);
	w->process_id = cpu_to_le32(~0);
	strscpy(w->process_name, "gsp-core", sizeof(w->process_name));
}

void r570_encode_device(const void *in, void *params)
{
	const u32 *client = in;
	struct r570_wire_device_params *w = params;

	w->client_share = cpu_to_le32(*client);
}

int r570_decode_intr_table(const void *params, void *out)
{
	const struct r570_wire_intr_table *w = params;
	struct gsp_intr_vectors *vectors = out;
	u32 nr = le32_to_cpu(w->nr);
	u32 i;

	if (nr > ARRAY_SIZE(w->entries))
		return -EPROTO;

	for (i = 0; i < nr; i++) {
		if (le16_to_cpu(w->entries[i].engine_idx) != R570_ENGINE_IDX_GSP)
			continue;
		vectors->gsp = le32_to_cpu(w->entries[i].vector_stall);
		return vectors->gsp == R570_VECTOR_NONE ? -EPROTO : 0;
	}
	return -EPROTO;
}
