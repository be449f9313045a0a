// SPDX-License-Identifier: GPL-2.0-only
#include "fake_fsp.h"

#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "fake_mmio.h"

#define QUEUE_HEAD	0x8f2c00
#define QUEUE_TAIL	0x8f2c04
#define MSGQ_HEAD	0x8f2c80
#define MSGQ_TAIL	0x8f2c84

/* Tests run one after the other, and boot has a struct gsp_fsp of its own. */
static struct fake_fsp *the_fake;

static void write_emem(const struct gsp_fsp *fsp, const __le32 *words, unsigned int nr)
{
	struct fake_fsp *f = the_fake;

	memcpy(f->emem, words, min_t(size_t, nr * sizeof(*words), sizeof(f->emem)));
}

static void read_emem(const struct gsp_fsp *fsp, __le32 *words, unsigned int nr)
{
	struct fake_fsp *f = the_fake;

	memcpy(words, f->emem, min_t(size_t, nr * sizeof(*words), sizeof(f->emem)));
}

static void take_question(struct fake_fsp *f)
{
	u32 tail = fake_rd(f->m, QUEUE_TAIL);

	if (f->deaf || fake_rd(f->m, QUEUE_HEAD) == tail)
		return;
	f->question_size = min_t(size_t, tail + 4, sizeof(f->question));
	memcpy(f->question, f->emem, f->question_size);
	fake_wr(f->m, QUEUE_TAIL, 0);
	fake_wr(f->m, QUEUE_HEAD, 0);
	f->questions++;
}

static void say_next(struct fake_fsp *f)
{
	const struct fake_fsp_message *msg = &f->script[f->next];
	unsigned int i;

	if (!f->questions || f->next == FAKE_FSP_MESSAGES || !msg->nr ||
	    fake_rd(f->m, MSGQ_HEAD) != fake_rd(f->m, MSGQ_TAIL))
		return;
	for (i = 0; i < msg->nr; i++)
		f->emem[i] = cpu_to_le32(msg->words[i]);
	f->next++;
	/* The driver looks when the two differ, so both change before it may. */
	fake_wr(f->m, MSGQ_HEAD, msg->head);
	fake_wr(f->m, MSGQ_TAIL, msg->tail ?: 4 * (msg->nr - 1));
}

static int play(void *arg)
{
	struct fake_fsp *f = arg;

	while (!kthread_should_stop()) {
		take_question(f);
		say_next(f);
		usleep_range(5, 10);
	}
	return 0;
}

/**
 * fake_fsp_create - an FSP that does not run yet
 * @test: test that owns it
 * @m: registers
 *
 * Return: the FSP; a failure ends the test.
 */
struct fake_fsp *fake_fsp_create(struct kunit *test, struct gsp_mmio *m)
{
	struct fake_fsp *f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, f);
	f->m = m;
	gsp_fsp_init(&f->fsp, m);
	f->fsp.write_emem = write_emem;
	f->fsp.read_emem = read_emem;
	the_fake = f;
	return f;
}

static void stop_thread(void *thread)
{
	kthread_stop(thread);
}

/**
 * fake_fsp_start - let it work, until the end of the test
 * @test: test that owns it
 * @f: FSP, its script written
 */
void fake_fsp_start(struct kunit *test, struct fake_fsp *f)
{
	f->thread = kthread_run(play, f, "gsp-fake-fsp");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, f->thread);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, stop_thread, f->thread), 0);
}
