// SPDX-License-Identifier: GPL-2.0-only
#include "sriov/provision.h"

#include <kunit/visibility.h>
#include <linux/cleanup.h>
#include <linux/dev_printk.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kstrtox.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "sriov/share.h"
#include "sriov/vf.h"
#include "sriov/vgpu.h"

static const struct gsp_vgpu_type *find_type(struct gsp_sriov *s, u32 id)
{
	unsigned int i;

	for (i = 0; i < s->nr_types; i++)
		if (s->types[i].id == id)
			return &s->types[i];
	return NULL;
}

static int dead(struct gsp_sriov *s)
{
	return s->host.ops->dead(s->host.ctx);
}

/* ---- homogeneous placement ---- */

/**
 * struct others - the types of all VFs but one
 * @nr: VFs with a type
 * @mixed: one of them is of another size
 */
struct others {
	unsigned int nr;
	bool mixed;
};

static struct others count_others(struct gsp_sriov *s, const struct gsp_vf *but,
				  const struct gsp_vgpu_type *type)
{
	struct others o = {};
	struct gsp_vf *vf;

	lockdep_assert_held(&s->lock);
	for (vf = s->vfs; vf < s->vfs + s->nr_vfs; vf++) {
		if (vf == but || !vf->type)
			continue;
		o.nr++;
		o.mixed |= vf->type->profile_size != type->profile_size;
	}
	return o;
}

static unsigned int most(struct gsp_sriov *s, const struct gsp_vgpu_type *type)
{
	return min(type->max_instance, s->nr_vfs);
}

/* The reason in words goes to the log: sysfs has none. */
static int check_type(struct gsp_vf *vf, const struct gsp_vgpu_type *type, const char **why)
{
	struct gsp_sriov *s = vf->sriov;
	struct others o = count_others(s, vf, type);

	if (s->host.ecc && !type->ecc) {
		*why = "not while ECC is on";
		return -EINVAL;
	}
	if (o.mixed) {
		*why = "other VFs have a type of another size";
		return -EINVAL;
	}
	if (o.nr >= most(s, type)) {
		*why = "as many VFs as there may be have their type";
		return -ENOSPC;
	}
	return 0;
}

/* ---- the type of a VF ---- */

static int choose(struct gsp_vf *vf, u32 id, const char **why)
{
	const struct gsp_vgpu_type *type = find_type(vf->sriov, id);
	int ret;

	if (!type) {
		*why = "there is no such type";
		return -ENODEV;
	}
	ret = check_type(vf, type, why);
	if (ret)
		return ret;
	*why = "the firmware is dead";
	ret = dead(vf->sriov);
	if (ret)
		return -EIO;
	*why = "the firmware may still have its last vGPU";
	if (gsp_vgpu_state(vf) == GSP_VGPU_LOST)
		return -EIO;
	*why = "there is no room for it";
	ret = gsp_share_reserve_locked(vf, type);
	if (!ret)
		vf->type = type;
	return ret;
}

/**
 * gsp_vf_set_type - provision a VF, or clear it
 * @vf: VF
 * @id: number of a type; 0 for none
 *
 * What the type needs is reserved. The type that the VF has already is always
 * fine. After any error but -EBUSY the VF has no type.
 *
 * Context: process context, may sleep.
 * Return: 0; -EBUSY while the VF is open, and nothing has changed; -ENODEV for
 * an unknown type; -EINVAL for one that does not go with those of other VFs or
 * with ECC; -ENOSPC if there is no room; -EIO if the firmware is dead or the VF
 * is lost; -ENOMEM.
 */
int gsp_vf_set_type(struct gsp_vf *vf, u32 id)
{
	const char *why;
	int ret;

	guard(mutex)(&vf->sriov->lock);
	if (gsp_vgpu_is_open(vf))
		return -EBUSY;
	if (vf->type && vf->type->id == id)
		return 0;

	gsp_share_release_locked(vf);
	vf->type = NULL;
	if (!id)
		return 0;
	ret = choose(vf, id, &why);
	if (ret)
		dev_warn(vf->sriov->dev, "VF %u cannot be of type %u: %s: %pe\n", vf->gfid - 1, id,
			 why, ERR_PTR(ret));
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_vf_set_type);

/**
 * gsp_vf_type - what a VF is provisioned as
 * @vf: VF
 *
 * Context: process context, may sleep.
 * Return: number of the type, 0 for none.
 */
u32 gsp_vf_type(struct gsp_vf *vf)
{
	guard(mutex)(&vf->sriov->lock);
	return vf->type ? vf->type->id : 0;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_vf_type);

/* What the VF has now would be given back first. */
static bool has_room(struct gsp_vf *vf, const struct gsp_vgpu_type *type)
{
	const struct gsp_vgpu_host *host = &vf->sriov->host;

	if (vf->share.ranges && vf->type->profile_size == type->profile_size)
		return true;
	return gsp_share_room(host, type);
}

/**
 * gsp_vf_creatable - what a VF could be provisioned as
 * @vf: VF
 * @emit: called for each such type, with the lock of provisioning held
 * @ctx: first argument of @emit
 *
 * Context: process context, may sleep.
 */
void gsp_vf_creatable(struct gsp_vf *vf,
		      void (*emit)(void *ctx, const struct gsp_vgpu_type *type), void *ctx)
{
	struct gsp_sriov *s = vf->sriov;
	const char *why;
	unsigned int i;

	guard(mutex)(&s->lock);
	if (dead(s) || gsp_vgpu_state(vf) == GSP_VGPU_LOST)
		return;
	for (i = 0; i < s->nr_types; i++)
		if (!check_type(vf, &s->types[i], &why) && has_room(vf, &s->types[i]))
			emit(ctx, &s->types[i]);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_vf_creatable);

/**
 * gsp_vf_placement - where the vGPU of a VF stands among those of its GPU
 * @vf: VF
 * @id: gets the placement id
 *
 * Context: process context, may sleep.
 * Return: 0; -ENXIO if there is no vGPU.
 */
int gsp_vf_placement(struct gsp_vf *vf, u32 *id)
{
	guard(mutex)(&vf->sriov->lock);
	if (!gsp_vgpu_is_open(vf) || !vf->share.ranges)
		return -ENXIO;
	*id = gsp_share_placement(&vf->share, vf->type);
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_vf_placement);

/* ---- parameters ---- */

static int parse_param(struct gsp_vf_params *params, char *text)
{
	char *value = text;
	char *key = strsep(&value, "=");
	bool on;

	if (!value || strcmp(key, "enable_uvm"))
		return -EINVAL;
	if (strcmp(value, "0") && strcmp(value, "1"))
		return -EINVAL;
	on = *value == '1';
	params->enable_uvm = on;
	params->uvm_set = true;
	return 0;
}

/* Only keys that change what the firmware is told. */
static int parse_params(struct gsp_vf_params *params, const char *text)
{
	char *copy __free(kfree) = kstrdup(text, GFP_KERNEL);
	char *rest, *word;
	int ret = 0;

	if (!copy)
		return -ENOMEM;
	*params = (struct gsp_vf_params) { .enable_uvm = true };
	rest = strim(copy);
	if (!*rest)
		return 0;
	while (!ret && (word = strsep(&rest, ",")))
		ret = parse_param(params, word);
	return ret;
}

/**
 * gsp_vf_set_params - choose the parameters of a VF's vGPUs
 * @vf: VF
 * @text: key=value, separated by commas; blank for the defaults
 *
 * Context: process context, may sleep.
 * Return: 0; -EBUSY while the VF is open; -EINVAL for an unknown key or value;
 * -ENOMEM. After an error nothing has changed.
 */
int gsp_vf_set_params(struct gsp_vf *vf, const char *text)
{
	struct gsp_vf_params params;
	int ret = parse_params(&params, text);

	if (ret)
		return ret;
	guard(mutex)(&vf->sriov->lock);
	if (gsp_vgpu_is_open(vf))
		return -EBUSY;
	vf->params = params;
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_vf_set_params);

/**
 * gsp_vf_params - the parameters that were chosen
 * @vf: VF
 * @page: that sysfs gave to a show function
 *
 * Context: process context, may sleep.
 * Return: length of the line, with its newline.
 */
ssize_t gsp_vf_params(struct gsp_vf *vf, char *page)
{
	guard(mutex)(&vf->sriov->lock);
	if (!vf->params.uvm_set)
		return sysfs_emit(page, "\n");
	return sysfs_emit(page, "enable_uvm=%d\n", vf->params.enable_uvm);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_vf_params);

/* ---- the GPU as a whole ---- */

/**
 * gsp_type_framebuffer - framebuffer that the guest of a vGPU gets
 * @s: VFs of the GPU
 * @type: type of the vGPU
 *
 * Context: any.
 * Return: bytes.
 */
u64 gsp_type_framebuffer(struct gsp_sriov *s, const struct gsp_vgpu_type *type)
{
	return gsp_share_fb_size(&s->host, type);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_type_framebuffer);

/**
 * gsp_type_capacity - how many vGPUs of a type there can be
 * @s: VFs of the GPU
 * @type: type
 * @max: gets the most that there can ever be
 * @available: gets how many more there can be as things are
 *
 * Context: process context, may sleep.
 */
void gsp_type_capacity(struct gsp_sriov *s, const struct gsp_vgpu_type *type, unsigned int *max,
		       unsigned int *available)
{
	struct others o;

	guard(mutex)(&s->lock);
	o = count_others(s, NULL, type);
	*max = most(s, type);
	*available = 0;
	if (o.mixed || o.nr >= *max || dead(s) || (s->host.ecc && !type->ecc))
		return;
	*available = min(*max - o.nr, gsp_share_room(&s->host, type));
}
EXPORT_SYMBOL_IF_KUNIT(gsp_type_capacity);
