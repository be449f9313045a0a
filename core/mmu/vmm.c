// SPDX-License-Identifier: GPL-2.0-only
#include "mmu/vmm.h"

#include <asm/byteorder.h>
#include <kunit/visibility.h>
#include <linux/align.h>
#include <linux/bitmap.h>
#include <linux/cleanup.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/log2.h>
#include <linux/maple_tree.h>
#include <linux/mutex.h>
#include <linux/overflow.h>
#include <linux/slab.h>

#include "mmu/fmt.h"
#include "mmu/mmu.h"

/* Entries that are written to framebuffer in one go. */
#define BATCH_WORDS	64

/**
 * struct table - one table and what stands in it
 * @addr: framebuffer address
 * @pages: entries that map a page
 * @child: tables below, by entry; none in a table of 4 KiB pages
 */
struct table {
	u64 addr;
	DECLARE_BITMAP(pages, GSP_MMU_ENTRIES_MAX);
	struct table *child[];
};

/**
 * struct gsp_vmm - one address space
 * @mmu: GMMU
 * @scope: what its invalidations are about
 * @base: first virtual address
 * @end: first virtual address behind it
 * @lock: protects everything below
 * @ranges: virtual addresses in use, in pages of 4 KiB
 * @root: root directory
 */
struct gsp_vmm {
	struct gsp_mmu *mmu;
	enum gsp_mmu_scope scope;
	u64 base;
	u64 end;
	struct mutex lock;	/* taken before those of the GMMU */
	struct maple_tree ranges;
	struct table *root;
};

/* A run of entries of one table: what one step of a walk is about. */
struct run {
	struct table *table;
	unsigned int level;
	unsigned int first;
	unsigned int nr;
};

/* What is mapped, or unmapped where @pte is not used. */
struct mapping {
	enum gsp_aperture aperture;
	unsigned int flags;
	u64 va;
	u64 addr;
	u64 size;
};

static unsigned int last_level(const struct gsp_vmm *vmm)
{
	return vmm->mmu->fmt->nr_levels - 1;
}

/* The directory whose entries lead to tables or are pages of 2 MiB. */
static unsigned int huge_level(const struct gsp_vmm *vmm)
{
	return vmm->mmu->fmt->nr_levels - 2;
}

static const struct gsp_mmu_level *level_of(const struct gsp_vmm *vmm, unsigned int level)
{
	return &vmm->mmu->fmt->levels[level];
}

static unsigned int entry_of(const struct gsp_vmm *vmm, unsigned int level, u64 va)
{
	const struct gsp_mmu_level *l = level_of(vmm, level);

	return va >> l->shift & (l->nr - 1);
}

static struct table *table_create(struct gsp_vmm *vmm, unsigned int level)
{
	const unsigned int nr = level == last_level(vmm) ? 0 : level_of(vmm, level)->nr;
	struct table *t = kvzalloc(struct_size(t, child, nr), GFP_KERNEL);
	int ret;

	if (!t)
		return ERR_PTR(-ENOMEM);
	ret = gsp_mmu_alloc_zeroed(vmm->mmu, GSP_MMU_TABLE_SIZE, &t->addr);
	if (ret) {
		kvfree(t);
		return ERR_PTR(ret);
	}
	return t;
}

static int write_words(struct gsp_vmm *vmm, u64 addr, const u64 *words, unsigned int nr)
{
	__le64 wire[BATCH_WORDS];
	unsigned int i;

	for (i = 0; i < nr; i++)
		wire[i] = cpu_to_le64(words[i]);
	return gsp_pramin_write(&vmm->mmu->pramin, addr, wire, nr * sizeof(*wire));
}

/* The table of 4 KiB pages is what the second word of a wide entry leads to. */
static int write_pde(struct gsp_vmm *vmm, struct table *dir, unsigned int level,
		     unsigned int entry)
{
	const unsigned int words = level_of(vmm, level)->words;
	const struct table *child = dir->child[entry];
	u64 value[2] = {};

	if (child)
		value[words - 1] = vmm->mmu->fmt->pde(GSP_APERTURE_FB, child->addr);
	return write_words(vmm, dir->addr + entry * words * sizeof(u64), value, words);
}

static struct table *child_create(struct gsp_vmm *vmm, struct table *dir, unsigned int level,
				  unsigned int entry)
{
	struct table *child = table_create(vmm, level + 1);
	int ret;

	if (IS_ERR(child))
		return child;
	dir->child[entry] = child;
	ret = write_pde(vmm, dir, level, entry);
	/* The GPU may see it from here on, so it stays even after an error. */
	return ret ? ERR_PTR(ret) : child;
}

/* The table of @level that @va is looked up in; missing ones are made. */
static struct table *table_make(struct gsp_vmm *vmm, u64 va, unsigned int level)
{
	struct table *t = vmm->root;
	unsigned int i, entry;

	for (i = 0; i < level && !IS_ERR(t); i++) {
		entry = entry_of(vmm, i, va);
		if (i == huge_level(vmm) && test_bit(entry, t->pages))
			return ERR_PTR(-EEXIST);
		t = t->child[entry] ?: child_create(vmm, t, i, entry);
	}
	return t;
}

/* Entries of @m from its start up to the end of its table or itself. */
static struct run run_at(const struct gsp_vmm *vmm, const struct mapping *m, unsigned int level)
{
	const struct gsp_mmu_level *l = level_of(vmm, level);
	struct run run = { .level = level, .first = entry_of(vmm, level, m->va) };

	run.nr = min_t(u64, l->nr - run.first, m->size >> l->shift);
	return run;
}

static void advance(struct mapping *m, u64 size)
{
	m->va += size;
	m->addr += size;
	m->size -= min(size, m->size);
}

static u64 run_size(const struct gsp_vmm *vmm, const struct run *run)
{
	return (u64)run->nr << level_of(vmm, run->level)->shift;
}

/* Page entries of a run; the second word of a wide one stays zero. */
static int write_ptes(struct gsp_vmm *vmm, const struct run *run, const struct mapping *m)
{
	const struct gsp_mmu_level *l = level_of(vmm, run->level);
	const unsigned int batch = BATCH_WORDS / l->words;
	u64 words[BATCH_WORDS] = {};
	unsigned int done, nr, i;
	int ret;

	for (done = 0; done < run->nr; done += nr) {
		nr = min(batch, run->nr - done);
		for (i = 0; i < nr; i++)
			words[i * l->words] =
				vmm->mmu->fmt->pte(m->aperture,
						   m->addr + ((u64)(done + i) << l->shift),
						   m->flags);
		ret = write_words(vmm, run->table->addr +
				  (run->first + done) * l->words * sizeof(u64),
				  words, nr * l->words);
		if (ret)
			return ret;
	}
	return 0;
}

static bool run_is_free(const struct gsp_vmm *vmm, const struct run *run)
{
	const struct table *t = run->table;
	const unsigned int end = run->first + run->nr;
	unsigned int i;

	if (find_next_bit(t->pages, end, run->first) < end)
		return false;
	for (i = run->first; run->level == huge_level(vmm) && i < end; i++)
		if (t->child[i] && !bitmap_empty(t->child[i]->pages, GSP_MMU_ENTRIES_MAX))
			return false;
	return true;
}

/* Map as much of @m as fits into one table. */
static int map_step(struct gsp_vmm *vmm, struct mapping *m)
{
	const bool huge = IS_ALIGNED(m->va | m->addr, GSP_MMU_HUGE_SIZE) &&
			  m->size >= GSP_MMU_HUGE_SIZE;
	struct run run = run_at(vmm, m, huge ? huge_level(vmm) : last_level(vmm));
	int ret;

	run.table = table_make(vmm, m->va, run.level);
	if (IS_ERR(run.table))
		return PTR_ERR(run.table);
	if (!run_is_free(vmm, &run))
		return -EEXIST;

	/* Even if not all are written: what may stand there is to be unmapped. */
	bitmap_set(run.table->pages, run.first, run.nr);
	ret = write_ptes(vmm, &run, m);
	advance(m, run_size(vmm, &run));
	return ret;
}

/* Make the entries of a run what they are without pages. */
static int clear_run(struct gsp_vmm *vmm, const struct run *run)
{
	const struct gsp_mmu_level *l = level_of(vmm, run->level);
	unsigned int i;
	int ret;

	ret = gsp_pramin_fill(&vmm->mmu->pramin,
			      run->table->addr + run->first * l->words * sizeof(u64), 0,
			      run->nr * l->words * sizeof(u64));
	for (i = run->first; run->level == huge_level(vmm) && i < run->first + run->nr; i++)
		if (run->table->child[i] && !ret)
			ret = write_pde(vmm, run->table, run->level, i);
	bitmap_clear(run->table->pages, run->first, run->nr);
	return ret;
}

/* Walk to the run of pages at the start of @m, or to the hole that is there. */
static struct run find_run(struct gsp_vmm *vmm, const struct mapping *m)
{
	struct table *t = vmm->root;
	unsigned int level, entry;
	struct run run;

	for (level = 0; level < last_level(vmm); level++) {
		entry = entry_of(vmm, level, m->va);
		if (test_bit(entry, t->pages)) {
			run = run_at(vmm, m, level);
			run.nr = min(run.nr,
				     find_next_zero_bit(t->pages, GSP_MMU_ENTRIES_MAX, entry) -
				     entry);
			run.table = t;
			return run;
		}
		if (!t->child[entry])
			return (struct run){ .level = level, .nr = 1 };
		t = t->child[entry];
	}
	run = run_at(vmm, m, level);
	run.table = t;
	return run;
}

/* Unmap as much of @m as one table holds, or skip what is not there. */
static int unmap_step(struct gsp_vmm *vmm, struct mapping *m)
{
	struct run run = find_run(vmm, m);
	u64 end = ALIGN_DOWN(m->va, BIT_ULL(level_of(vmm, run.level)->shift)) +
		  run_size(vmm, &run);
	int ret = 0;

	/* A page is mapped and unmapped as a whole. */
	if (WARN_ON_ONCE(!run.nr))
		end = m->va + m->size;
	else if (run.table)
		ret = clear_run(vmm, &run);
	advance(m, end - m->va);
	return ret;
}

static int invalidate(struct gsp_vmm *vmm)
{
	return vmm->mmu->invalidate(vmm->mmu, vmm->root->addr, vmm->scope);
}

static int unmap_locked(struct gsp_vmm *vmm, u64 va, u64 size)
{
	struct mapping m = { .va = va, .size = size };
	int ret = 0, err;

	lockdep_assert_held(&vmm->lock);
	while (m.size) {
		err = unmap_step(vmm, &m);
		ret = ret ?: err;
	}
	err = invalidate(vmm);
	return ret ?: err;
}

static bool range_ok(const struct gsp_vmm *vmm, u64 va, u64 size)
{
	return size && IS_ALIGNED(va | size, GSP_MMU_PAGE_SIZE) &&
	       va >= vmm->base && va < vmm->end && size <= vmm->end - va;
}

static int map(struct gsp_vmm *vmm, struct mapping m)
{
	const u64 va = m.va;
	int ret = 0;

	if (!range_ok(vmm, m.va, m.size) || !IS_ALIGNED(m.addr, GSP_MMU_PAGE_SIZE))
		return -EINVAL;

	guard(mutex)(&vmm->lock);
	while (m.size && !ret)
		ret = map_step(vmm, &m);
	if (!ret)
		ret = invalidate(vmm);
	if (ret && m.va > va)
		unmap_locked(vmm, va, m.va - va);
	return ret;
}

/**
 * gsp_vmm_map_fb - map framebuffer
 * @vmm: address space
 * @va: virtual address
 * @addr: framebuffer address
 * @size: bytes
 * @flags: GSP_MMU_*
 *
 * All three are multiples of 4 KiB. Where they allow, pages of 2 MiB are used.
 *
 * Context: process context, may sleep.
 * Return: 0; -EINVAL if it does not fit; -EEXIST if something is mapped there;
 * -ENOMEM or the allocator's error if a page table is missing; -ETIMEDOUT or
 * -ENODEV if the GPU does not answer. After an error nothing is mapped.
 */
int gsp_vmm_map_fb(struct gsp_vmm *vmm, u64 va, u64 addr, u64 size, unsigned int flags)
{
	return map(vmm, (struct mapping){ .aperture = GSP_APERTURE_FB, .flags = flags, .va = va,
					  .addr = addr, .size = size });
}
EXPORT_SYMBOL_IF_KUNIT(gsp_vmm_map_fb);

/**
 * gsp_vmm_map_sys - map coherent system memory
 * @vmm: address space
 * @va: virtual address
 * @addr: DMA address
 * @size: bytes
 * @flags: GSP_MMU_*
 *
 * Context: process context, may sleep.
 * Return: as gsp_vmm_map_fb().
 */
int gsp_vmm_map_sys(struct gsp_vmm *vmm, u64 va, dma_addr_t addr, u64 size, unsigned int flags)
{
	return map(vmm, (struct mapping){ .aperture = GSP_APERTURE_SYS, .flags = flags, .va = va,
					  .addr = addr, .size = size });
}
EXPORT_SYMBOL_IF_KUNIT(gsp_vmm_map_sys);

/**
 * gsp_vmm_unmap - unmap what was mapped
 * @vmm: address space
 * @va: virtual address
 * @size: bytes; whole mappings, with or without holes between them
 *
 * Context: process context, may sleep.
 * Return: 0; -ETIMEDOUT if the GPU may still use the old mapping; -ENODEV if
 * it is gone. To the driver the range is free in any case.
 */
int gsp_vmm_unmap(struct gsp_vmm *vmm, u64 va, u64 size)
{
	if (WARN_ON_ONCE(!range_ok(vmm, va, size)))
		return -EINVAL;

	guard(mutex)(&vmm->lock);
	return unmap_locked(vmm, va, size);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_vmm_unmap);

/**
 * gsp_vmm_alloc_va - find a free range of virtual addresses
 * @vmm: address space
 * @size: bytes, rounded up to 4 KiB
 * @align: power of two
 * @va: set to the first address
 *
 * Context: process context, may sleep.
 * Return: 0; -EINVAL; -ENOSPC; -ENOMEM.
 */
int gsp_vmm_alloc_va(struct gsp_vmm *vmm, u64 size, u64 align, u64 *va)
{
	MA_STATE(mas, &vmm->ranges, 0, 0);
	unsigned long nr, step, first;

	if (!size || size > vmm->end - vmm->base || !is_power_of_2(align))
		return -EINVAL;
	nr = DIV_ROUND_UP_ULL(size, GSP_MMU_PAGE_SIZE);
	step = max(align, GSP_MMU_PAGE_SIZE) >> GSP_MMU_PAGE_SHIFT;

	guard(mutex)(&vmm->lock);
	/* The tree knows no alignment: look for room for the worst case. */
	if (mas_empty_area(&mas, vmm->base >> GSP_MMU_PAGE_SHIFT,
			   (vmm->end - 1) >> GSP_MMU_PAGE_SHIFT, nr + step - 1))
		return -ENOSPC;
	first = ALIGN(mas.index, step);
	mas_set_range(&mas, first, first + nr - 1);
	if (mas_store_gfp(&mas, vmm, GFP_KERNEL))
		return -ENOMEM;
	*va = (u64)first << GSP_MMU_PAGE_SHIFT;
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_vmm_alloc_va);

/**
 * gsp_vmm_free_va - give a range of virtual addresses back
 * @vmm: address space
 * @va: first address, as gsp_vmm_alloc_va() gave it; nothing is mapped there
 *
 * Context: process context, may sleep.
 */
void gsp_vmm_free_va(struct gsp_vmm *vmm, u64 va)
{
	MA_STATE(mas, &vmm->ranges, va >> GSP_MMU_PAGE_SHIFT, va >> GSP_MMU_PAGE_SHIFT);

	guard(mutex)(&vmm->lock);
	WARN_ON_ONCE(!mas_erase(&mas));
}
EXPORT_SYMBOL_IF_KUNIT(gsp_vmm_free_va);

static struct gsp_vmm *vmm_new(struct gsp_mmu *mmu, u64 va_base, u64 va_size)
{
	const struct gsp_mmu_level *top = &mmu->fmt->levels[0];
	const u64 limit = (u64)top->nr << top->shift;
	struct gsp_vmm *vmm;

	if (!va_size || !IS_ALIGNED(va_base | va_size, GSP_MMU_PAGE_SIZE) ||
	    va_base >= limit || va_size > limit - va_base)
		return ERR_PTR(-EINVAL);
	vmm = kzalloc_obj(*vmm);
	if (!vmm)
		return ERR_PTR(-ENOMEM);

	vmm->mmu = mmu;
	vmm->base = va_base;
	vmm->end = va_base + va_size;
	mutex_init(&vmm->lock);
	mt_init_flags(&vmm->ranges, MT_FLAGS_ALLOC_RANGE | MT_FLAGS_LOCK_EXTERN);
	mt_set_external_lock(&vmm->ranges, &vmm->lock);
	return vmm;
}

static void vmm_free(struct gsp_vmm *vmm)
{
	scoped_guard(mutex, &vmm->lock)
		__mt_destroy(&vmm->ranges);
	mutex_destroy(&vmm->lock);
	kfree(vmm);
}

/**
 * gsp_vmm_create - create an address space
 * @mmu: GMMU, which must outlive it
 * @va_base: first virtual address that may be used, a multiple of 4 KiB
 * @va_size: bytes of virtual addresses, a multiple of 4 KiB
 * @out: set to the address space
 *
 * Context: process context, may sleep.
 * Return: 0; -EINVAL; -ENOMEM; the allocator's error; -ENODEV.
 */
int gsp_vmm_create(struct gsp_mmu *mmu, u64 va_base, u64 va_size, struct gsp_vmm **out)
{
	struct gsp_vmm *vmm = vmm_new(mmu, va_base, va_size);
	struct table *root;

	if (IS_ERR(vmm))
		return PTR_ERR(vmm);
	vmm->scope = GSP_MMU_SCOPE_ROOT;
	root = table_create(vmm, 0);
	if (IS_ERR(root)) {
		vmm_free(vmm);
		return PTR_ERR(root);
	}
	vmm->root = root;
	*out = vmm;
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_vmm_create);

/**
 * gsp_vmm_create_on_root - take over an address space that GSP-RM made
 * @mmu: GMMU, which must outlive it
 * @root: framebuffer address of its root directory, which GSP-RM owns and
 *	leaves empty
 * @va_base: first virtual address that may be used, a multiple of 4 KiB
 * @va_size: bytes of virtual addresses, a multiple of 4 KiB
 * @out: set to the address space
 *
 * Context: process context, may sleep.
 * Return: 0; -EINVAL; -ENOMEM.
 */
int gsp_vmm_create_on_root(struct gsp_mmu *mmu, u64 root, u64 va_base, u64 va_size,
			   struct gsp_vmm **out)
{
	struct gsp_vmm *vmm;
	struct table *t;

	if (!root || !IS_ALIGNED(root, GSP_MMU_TABLE_SIZE))
		return -EINVAL;
	vmm = vmm_new(mmu, va_base, va_size);
	if (IS_ERR(vmm))
		return PTR_ERR(vmm);
	t = kvzalloc(struct_size(t, child, mmu->fmt->levels[0].nr), GFP_KERNEL);
	if (!t) {
		vmm_free(vmm);
		return -ENOMEM;
	}
	t->addr = root;
	vmm->scope = GSP_MMU_SCOPE_BAR;
	vmm->root = t;
	*out = vmm;
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_vmm_create_on_root);

/* Free the tables below an entry's; the depth is that of the tree, at most 5. */
static void free_below(struct gsp_vmm *vmm, struct table *t, unsigned int level)
{
	struct table *child;
	unsigned int i;

	for (i = 0; level < last_level(vmm) && i < level_of(vmm, level)->nr; i++) {
		child = t->child[i];
		if (!child)
			continue;
		free_below(vmm, child, level + 1);
		gsp_mmu_free(vmm->mmu, child->addr, GSP_MMU_TABLE_SIZE);
		kvfree(child);
	}
}

/* Cut the tree off at the root, so that the GPU walks into none of it. */
static void unlink_root(struct gsp_vmm *vmm)
{
	const struct gsp_mmu_level *l = level_of(vmm, 0);
	unsigned int i;

	for (i = 0; i < l->nr; i++)
		if (vmm->root->child[i])
			gsp_pramin_fill(&vmm->mmu->pramin,
					vmm->root->addr + i * sizeof(u64), 0, sizeof(u64));
	invalidate(vmm);
}

/**
 * gsp_vmm_destroy - destroy an address space with everything mapped in it
 * @vmm: address space, which no engine is told to use any more; may be NULL
 *
 * Context: process context, may sleep.
 */
void gsp_vmm_destroy(struct gsp_vmm *vmm)
{
	if (!vmm)
		return;
	scoped_guard(mutex, &vmm->lock) {
		unlink_root(vmm);
		free_below(vmm, vmm->root, 0);
		if (vmm->scope == GSP_MMU_SCOPE_ROOT)
			gsp_mmu_free(vmm->mmu, vmm->root->addr, GSP_MMU_TABLE_SIZE);
	}
	kvfree(vmm->root);
	vmm_free(vmm);
}
EXPORT_SYMBOL_IF_KUNIT(gsp_vmm_destroy);

/**
 * gsp_vmm_root - where the page tables begin
 * @vmm: address space
 *
 * Context: any.
 * Return: framebuffer address of the root directory.
 */
u64 gsp_vmm_root(const struct gsp_vmm *vmm)
{
	return vmm->root->addr;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_vmm_root);
