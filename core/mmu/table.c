// SPDX-License-Identifier: GPL-2.0-only
#include "mmu/table.h"

#include <asm/byteorder.h>
#include <linux/align.h>
#include <linux/bitmap.h>
#include <linux/bug.h>
#include <linux/err.h>
#include <linux/minmax.h>
#include <linux/overflow.h>
#include <linux/slab.h>

#include "mmu/fmt.h"
#include "mmu/mmu.h"

/* Entries that are written to framebuffer in one go. */
#define BATCH_WORDS	64

/**
 * struct gsp_pt - one table and what stands in it
 * @addr: framebuffer address
 * @pages: entries that map a page
 * @child: tables below, by entry; none in a table of 4 KiB pages
 */
struct gsp_pt {
	u64 addr;
	DECLARE_BITMAP(pages, GSP_MMU_ENTRIES_MAX);
	struct gsp_pt *child[];
};

/* A run of entries of one table: what one step of a walk is about. */
struct run {
	struct gsp_pt *table;
	unsigned int level;
	unsigned int first;
	unsigned int nr;
};

static unsigned int last_level(const struct gsp_pt_tree *tree)
{
	return tree->mmu->fmt->nr_levels - 1;
}

/* The directory whose entries lead to tables or are pages of 2 MiB. */
static unsigned int huge_level(const struct gsp_pt_tree *tree)
{
	return tree->mmu->fmt->nr_levels - 2;
}

static const struct gsp_mmu_level *level_of(const struct gsp_pt_tree *tree, unsigned int level)
{
	return &tree->mmu->fmt->levels[level];
}

static unsigned int entry_of(const struct gsp_pt_tree *tree, unsigned int level, u64 va)
{
	const struct gsp_mmu_level *l = level_of(tree, level);

	return va >> l->shift & (l->nr - 1);
}

static struct gsp_pt *table_create(struct gsp_pt_tree *tree, unsigned int level)
{
	const unsigned int nr = level == last_level(tree) ? 0 : level_of(tree, level)->nr;
	struct gsp_pt *t = kvzalloc(struct_size(t, child, nr), GFP_KERNEL);
	int ret;

	if (!t)
		return ERR_PTR(-ENOMEM);
	ret = gsp_mmu_alloc_zeroed(tree->mmu, GSP_MMU_TABLE_SIZE, &t->addr);
	if (ret) {
		kvfree(t);
		return ERR_PTR(ret);
	}
	return t;
}

static int write_words(struct gsp_pt_tree *tree, u64 addr, const u64 *words, unsigned int nr)
{
	__le64 wire[BATCH_WORDS];
	unsigned int i;

	for (i = 0; i < nr; i++)
		wire[i] = cpu_to_le64(words[i]);
	return gsp_pramin_write(&tree->mmu->pramin, addr, wire, nr * sizeof(*wire));
}

/* The table of 4 KiB pages is what the second word of a wide entry leads to. */
static int write_pde(struct gsp_pt_tree *tree, struct gsp_pt *dir, unsigned int level,
		     unsigned int entry)
{
	const unsigned int words = level_of(tree, level)->words;
	const struct gsp_pt *child = dir->child[entry];
	u64 value[2] = {};

	if (child)
		value[words - 1] = tree->mmu->fmt->pde(GSP_APERTURE_FB, child->addr);
	return write_words(tree, dir->addr + entry * words * sizeof(u64), value, words);
}

static struct gsp_pt *child_create(struct gsp_pt_tree *tree, struct gsp_pt *dir,
				   unsigned int level, unsigned int entry)
{
	struct gsp_pt *child = table_create(tree, level + 1);
	int ret;

	if (IS_ERR(child))
		return child;
	dir->child[entry] = child;
	ret = write_pde(tree, dir, level, entry);
	/* The GPU may see it from here on, so it stays even after an error. */
	return ret ? ERR_PTR(ret) : child;
}

/* The table of @level that @va is looked up in; missing ones are made. */
static struct gsp_pt *table_make(struct gsp_pt_tree *tree, u64 va, unsigned int level)
{
	struct gsp_pt *t = tree->root;
	unsigned int i, entry;

	for (i = 0; i < level && !IS_ERR(t); i++) {
		entry = entry_of(tree, i, va);
		if (i == huge_level(tree) && test_bit(entry, t->pages))
			return ERR_PTR(-EEXIST);
		t = t->child[entry] ?: child_create(tree, t, i, entry);
	}
	return t;
}

/* Entries of @m from its start up to the end of its table or itself. */
static struct run run_at(const struct gsp_pt_tree *tree, const struct gsp_pt_mapping *m,
			 unsigned int level)
{
	const struct gsp_mmu_level *l = level_of(tree, level);
	struct run run = { .level = level, .first = entry_of(tree, level, m->va) };

	run.nr = min_t(u64, l->nr - run.first, m->size >> l->shift);
	return run;
}

static void advance(struct gsp_pt_mapping *m, u64 size)
{
	m->va += size;
	m->addr += size;
	m->size -= min(size, m->size);
}

static u64 run_size(const struct gsp_pt_tree *tree, const struct run *run)
{
	return (u64)run->nr << level_of(tree, run->level)->shift;
}

/* Page entries of a run; the second word of a wide one stays zero. */
static int write_ptes(struct gsp_pt_tree *tree, const struct run *run,
		      const struct gsp_pt_mapping *m)
{
	const struct gsp_mmu_level *l = level_of(tree, run->level);
	const unsigned int batch = BATCH_WORDS / l->words;
	u64 words[BATCH_WORDS] = {};
	unsigned int done, nr, i;
	int ret;

	for (done = 0; done < run->nr; done += nr) {
		nr = min(batch, run->nr - done);
		for (i = 0; i < nr; i++)
			words[i * l->words] =
				tree->mmu->fmt->pte(m->aperture,
						   m->addr + ((u64)(done + i) << l->shift),
						   m->flags);
		ret = write_words(tree, run->table->addr +
				  (run->first + done) * l->words * sizeof(u64),
				  words, nr * l->words);
		if (ret)
			return ret;
	}
	return 0;
}

static bool run_is_free(const struct gsp_pt_tree *tree, const struct run *run)
{
	const struct gsp_pt *t = run->table;
	const unsigned int end = run->first + run->nr;
	unsigned int i;

	if (find_next_bit(t->pages, end, run->first) < end)
		return false;
	for (i = run->first; run->level == huge_level(tree) && i < end; i++)
		if (t->child[i] && !bitmap_empty(t->child[i]->pages, GSP_MMU_ENTRIES_MAX))
			return false;
	return true;
}

/* Map as much of @m as fits into one table. */
static int map_step(struct gsp_pt_tree *tree, struct gsp_pt_mapping *m)
{
	const bool huge = IS_ALIGNED(m->va | m->addr, GSP_MMU_HUGE_SIZE) &&
			  m->size >= GSP_MMU_HUGE_SIZE;
	struct run run = run_at(tree, m, huge ? huge_level(tree) : last_level(tree));
	int ret;

	run.table = table_make(tree, m->va, run.level);
	if (IS_ERR(run.table))
		return PTR_ERR(run.table);
	if (!run_is_free(tree, &run))
		return -EEXIST;

	/* Even if not all are written: what may stand there is to be unmapped. */
	bitmap_set(run.table->pages, run.first, run.nr);
	ret = write_ptes(tree, &run, m);
	advance(m, run_size(tree, &run));
	return ret;
}

/* Make the entries of a run what they are without pages. */
static int clear_run(struct gsp_pt_tree *tree, const struct run *run)
{
	const struct gsp_mmu_level *l = level_of(tree, run->level);
	unsigned int i;
	int ret;

	ret = gsp_pramin_fill(&tree->mmu->pramin,
			      run->table->addr + run->first * l->words * sizeof(u64), 0,
			      run->nr * l->words * sizeof(u64));
	for (i = run->first; run->level == huge_level(tree) && i < run->first + run->nr; i++)
		if (run->table->child[i] && !ret)
			ret = write_pde(tree, run->table, run->level, i);
	bitmap_clear(run->table->pages, run->first, run->nr);
	return ret;
}

/* Walk to the run of pages at the start of @m, or to the hole that is there. */
static struct run find_run(struct gsp_pt_tree *tree, const struct gsp_pt_mapping *m)
{
	struct gsp_pt *t = tree->root;
	unsigned int level, entry;
	struct run run;

	for (level = 0; level < last_level(tree); level++) {
		entry = entry_of(tree, level, m->va);
		if (test_bit(entry, t->pages)) {
			run = run_at(tree, m, level);
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
	run = run_at(tree, m, level);
	run.table = t;
	return run;
}

/* Unmap as much of @m as one table holds, or skip what is not there. */
static int unmap_step(struct gsp_pt_tree *tree, struct gsp_pt_mapping *m)
{
	struct run run = find_run(tree, m);
	u64 end = ALIGN_DOWN(m->va, BIT_ULL(level_of(tree, run.level)->shift)) +
		  run_size(tree, &run);
	int ret = 0;

	/* A page is mapped and unmapped as a whole. */
	if (WARN_ON_ONCE(!run.nr))
		end = m->va + m->size;
	else if (run.table)
		ret = clear_run(tree, &run);
	advance(m, end - m->va);
	return ret;
}

/**
 * gsp_pt_map - write the entries of a mapping
 * @tree: tables
 * @m: mapping
 *
 * Context: process context, may sleep.
 * Return: 0; -EEXIST if something is mapped there; -ENOMEM or the allocator's
 * error if a table is missing; -ENODEV. After an error the part that was
 * written is gone again.
 */
int gsp_pt_map(struct gsp_pt_tree *tree, struct gsp_pt_mapping m)
{
	const u64 va = m.va;
	int ret = 0;

	while (m.size && !ret)
		ret = map_step(tree, &m);
	if (ret && m.va > va)
		gsp_pt_unmap(tree, (struct gsp_pt_mapping){ .va = va, .size = m.va - va });
	return ret;
}

/**
 * gsp_pt_unmap - clear the entries of mappings
 * @tree: tables
 * @m: what to unmap; whole mappings, with or without holes between them
 *
 * Context: process context, may sleep.
 * Return: 0 or -ENODEV; nothing is mapped there in either case.
 */
int gsp_pt_unmap(struct gsp_pt_tree *tree, struct gsp_pt_mapping m)
{
	int ret = 0, err;

	while (m.size) {
		err = unmap_step(tree, &m);
		ret = ret ?: err;
	}
	return ret;
}

/**
 * gsp_pt_create - make a root directory
 * @tree: to fill in
 * @mmu: GMMU, which must outlive it
 *
 * Context: process context, may sleep.
 * Return: 0; -ENOMEM; the allocator's error; -ENODEV.
 */
int gsp_pt_create(struct gsp_pt_tree *tree, struct gsp_mmu *mmu)
{
	struct gsp_pt *root;

	*tree = (struct gsp_pt_tree){ .mmu = mmu, .own_root = true };
	root = table_create(tree, 0);
	if (IS_ERR(root))
		return PTR_ERR(root);
	tree->root = root;
	return 0;
}

/**
 * gsp_pt_create_on_root - use a root directory that GSP-RM made
 * @tree: to fill in
 * @mmu: GMMU, which must outlive it
 * @root: framebuffer address of the directory, which is empty
 *
 * Context: process context, may sleep.
 * Return: 0 or -ENOMEM.
 */
int gsp_pt_create_on_root(struct gsp_pt_tree *tree, struct gsp_mmu *mmu, u64 root)
{
	struct gsp_pt *t = kvzalloc(struct_size(t, child, mmu->fmt->levels[0].nr), GFP_KERNEL);

	if (!t)
		return -ENOMEM;
	t->addr = root;
	*tree = (struct gsp_pt_tree){ .mmu = mmu, .root = t };
	return 0;
}

/**
 * gsp_pt_unlink - clear the root directory
 * @tree: tables
 *
 * A walk of the GPU's then meets none of the other tables.
 *
 * Context: process context, may sleep.
 */
void gsp_pt_unlink(struct gsp_pt_tree *tree)
{
	const struct gsp_mmu_level *l = level_of(tree, 0);
	unsigned int i;

	for (i = 0; i < l->nr; i++)
		if (tree->root->child[i])
			gsp_pramin_fill(&tree->mmu->pramin,
					tree->root->addr + i * sizeof(u64), 0, sizeof(u64));
}

/* Free the tables below an entry's; the depth is that of the tree, at most 5. */
static void free_below(struct gsp_pt_tree *tree, struct gsp_pt *t, unsigned int level)
{
	struct gsp_pt *child;
	unsigned int i;

	for (i = 0; level < last_level(tree) && i < level_of(tree, level)->nr; i++) {
		child = t->child[i];
		if (!child)
			continue;
		free_below(tree, child, level + 1);
		gsp_mmu_free(tree->mmu, child->addr, GSP_MMU_TABLE_SIZE);
		kvfree(child);
	}
}

/**
 * gsp_pt_destroy - free the tables
 * @tree: tables, unlinked
 * @keep_root: the GPU may still look there, so its page is not given back
 *
 * Context: process context, may sleep.
 */
void gsp_pt_destroy(struct gsp_pt_tree *tree, bool keep_root)
{
	free_below(tree, tree->root, 0);
	if (tree->own_root && !keep_root)
		gsp_mmu_free(tree->mmu, tree->root->addr, GSP_MMU_TABLE_SIZE);
	kvfree(tree->root);
	tree->root = NULL;
}

/**
 * gsp_pt_root - where the tables begin
 * @tree: tables
 *
 * Context: any.
 * Return: framebuffer address of the root directory.
 */
u64 gsp_pt_root(const struct gsp_pt_tree *tree)
{
	return tree->root->addr;
}
