// SPDX-License-Identifier: GPL-2.0-only
#include <kunit/device.h>
#include <kunit/test.h>
#include <linux/ctype.h>
#include <linux/sprintf.h>
#include <linux/string.h>

#include "exception.h"

#define NO_CHANNEL	(~0U)

/* ---- the line ---- */

static const struct gsp_victim vm = {
	.gfid = 1, .vf = "0000:01:00.4", .pid = 4711, .name = "kvm",
};

static void format(struct kunit *test, char *line, u32 nr, const struct gsp_victim *who,
		   const char *text)
{
	const struct gsp_xid xid = {
		.nr = nr, .gpu = { .bus = 0x1a }, .who = who, .text = text,
	};
	int n = gsp_xid_line(line, GSP_XID_LINE_MAX, &xid);

	KUNIT_EXPECT_EQ(test, n, strlen(line));
	KUNIT_EXPECT_LT(test, n, GSP_XID_LINE_MAX);
}

static void line_without_process(struct kunit *test)
{
	char line[GSP_XID_LINE_MAX];

	format(test, line, 119, NULL, "Timeout");
	KUNIT_EXPECT_STREQ(test, line, "NVRM: Xid (PCI:0000:1a:00): 119, Timeout");
}

static void line_with_process(struct kunit *test)
{
	char line[GSP_XID_LINE_MAX];

	format(test, line, 31, &vm, "t");
	KUNIT_EXPECT_STREQ(test, line,
			   "NVRM: Xid (PCI:0000:1a:00): 31, pid=4711, name=kvm, t, vGPU 0000:01:00.4");
}

/* What monitoring captures, read with the same grammar: address, number, process. */
static void read_by_monitoring(struct kunit *test)
{
	static const char grammar[] = "NVRM: Xid (PCI:%x:%x:%x): %u, pid=%u, name=%31s %n";
	unsigned int domain, bus, slot, nr, pid;
	char line[GSP_XID_LINE_MAX], name[32];
	int end = 0, found;

	format(test, line, 79, &vm, "text");
	found = sscanf(line, grammar, &domain, &bus, &slot, &nr, &pid, name, &end);
	KUNIT_ASSERT_EQ(test, found, 6);
	KUNIT_EXPECT_GT(test, end, 0);
	KUNIT_EXPECT_EQ(test, bus, 0x1a);
	KUNIT_EXPECT_EQ(test, nr, 79);
	KUNIT_EXPECT_EQ(test, pid, 4711);
	KUNIT_EXPECT_STREQ(test, name, "kvm,");
}

static void hostile_name(struct kunit *test)
{
	const struct gsp_victim who = { .gfid = 2, .vf = "v", .pid = 1, .name = "x): 79,\n\xff" };
	char line[GSP_XID_LINE_MAX];

	format(test, line, 13, &who, "t");
	KUNIT_EXPECT_STREQ(test, line,
			   "NVRM: Xid (PCI:0000:1a:00): 13, pid=1, name=x___79___, t, vGPU v");
}

static void hostile_text(struct kunit *test)
{
	char line[GSP_XID_LINE_MAX];
	const char *p;

	format(test, line, 13, NULL, "a\nNVRM: Xid\x01\xc3\xa4\n\n");
	KUNIT_EXPECT_STREQ(test, line, "NVRM: Xid (PCI:0000:1a:00): 13, a NVRM: Xid");
	for (p = line; *p; p++)
		KUNIT_EXPECT_TRUE(test, isascii(*p) && isprint(*p));
}

static void longest(struct kunit *test)
{
	struct gsp_victim who = { .gfid = ~0, .pid = S32_MAX };
	struct gsp_error_log log;
	char line[GSP_XID_LINE_MAX];

	memset(who.vf, 'f', sizeof(who.vf) - 1);
	memset(who.name, 'n', sizeof(who.name) - 1);
	memset(log.text, 't', sizeof(log.text));
	log.text[sizeof(log.text) - 1] = '\0';
	format(test, line, ~0, &who, log.text);
	KUNIT_EXPECT_NOT_NULL(test, strstr(line, "t, vGPU f"));
}

static void too_small(struct kunit *test)
{
	const struct gsp_xid xid = { .nr = 13, .who = &vm, .text = "text" };
	char line[64];
	int size;

	for (size = 1; size < sizeof(line); size++) {
		memset(line, 'x', sizeof(line));
		KUNIT_EXPECT_LT(test, gsp_xid_line(line, size, &xid), size);
		KUNIT_EXPECT_EQ(test, line[size], 'x');
	}
}

static void death_numbers(struct kunit *test)
{
	static const u32 expected[GSP_RPC_NR_DEATHS] = {
		[GSP_RPC_DEATH_INDEX] = 120, [GSP_RPC_DEATH_ELEMENTS] = 120,
		[GSP_RPC_DEATH_LENGTH] = 120, [GSP_RPC_DEATH_HEADER] = 120,
		[GSP_RPC_DEATH_TX_STUCK] = 120, [GSP_RPC_DEATH_CRASHED] = 120,
		[GSP_RPC_DEATH_SILENT] = 119,
		[GSP_RPC_DEATH_LINK] = 79, [GSP_RPC_DEATH_GONE] = 79,
	};
	int i;

	for (i = 0; i < GSP_RPC_NR_DEATHS; i++)
		KUNIT_EXPECT_EQ_MSG(test, gsp_exception_death_xid(i), expected[i], "%s",
				    gsp_rpc_death_text(i));
}

/* ---- routing: a GPU whose events are the neutral structures themselves ---- */

static int take(const void *payload, size_t len, void *out, size_t size)
{
	if (len < size)
		return -EPROTO;
	memcpy(out, payload, size);
	return 0;
}

static int take_log(const void *payload, size_t len, struct gsp_error_log *log)
{
	return take(payload, len, log, sizeof(*log));
}

static int take_rc(const void *payload, size_t len, struct gsp_rc *rc)
{
	return take(payload, len, rc, sizeof(*rc));
}

static int take_plugin(const void *payload, size_t len, struct gsp_plugin_event *ev)
{
	return take(payload, len, ev, sizeof(*ev));
}

static int take_recovery(const void *payload, size_t len, enum gsp_recovery *action)
{
	return take(payload, len, action, sizeof(*action));
}

static const struct gsp_event_desc events[GSP_NR_EVENTS] = {
	[GSP_EVENT_ERROR_LOG]		= { 0x101, "log" },
	[GSP_EVENT_RC_TRIGGERED]	= { 0x102, "rc" },
	[GSP_EVENT_VGPU_PLUGIN]		= { 0x103, "plugin" },
	[GSP_EVENT_RECOVERY_ACTION]	= { 0x104, "recovery" },
};

static const struct gsp_abi abi = {
	.events = events,
	.error_log = take_log,
	.rc = take_rc,
	.plugin_event = take_plugin,
	.recovery = take_recovery,
};

/* vGPU 1 has the channels from 64 on, 2 those from 128 on. */
#define NR_VGPUS	2
#define CHANNELS	64

struct fixture {
	struct gsp_exceptions exc;
	struct gsp_event_queue q;
	unsigned int told[NR_VGPUS + 1][GSP_NR_EXCEPTIONS];
};

static bool by_gfid(void *ctx, u32 gfid, struct gsp_victim *who)
{
	if (!gfid || gfid > NR_VGPUS)
		return false;
	*who = vm;
	who->gfid = gfid;
	return true;
}

static bool by_chid(void *ctx, u32 chid, struct gsp_victim *who)
{
	return by_gfid(ctx, chid / CHANNELS, who);
}

static void told(void *ctx, u32 gfid, enum gsp_exception what)
{
	struct fixture *f = ctx;

	f->told[gfid][what]++;
}

static const struct gsp_exception_ops ops = {
	.by_gfid = by_gfid,
	.by_chid = by_chid,
	.notify = told,
};

static int exception_init(struct kunit *test)
{
	struct fixture *f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);
	struct device *dev = kunit_device_register(test, "gsp-exception");
	int ret;

	if (!f)
		return -ENOMEM;
	if (IS_ERR(dev))
		return PTR_ERR(dev);
	test->priv = f;
	ret = gsp_event_queue_init(&f->q, &abi);
	if (ret)
		return ret;
	gsp_exceptions_init(&f->exc, dev, &(const struct gsp_pci_address) { .bus = 1 }, &abi,
			    &ops, f);
	gsp_exceptions_subscribe(&f->exc, &f->q);
	return 0;
}

static void exception_exit(struct kunit *test)
{
	struct fixture *f = test->priv;

	if (f && f->q.wq)
		gsp_event_queue_fini(&f->q);
}

static void push(struct kunit *test, enum gsp_event event, const void *payload, size_t len)
{
	struct fixture *f = test->priv;

	KUNIT_EXPECT_EQ(test, gsp_event_queue_push(&f->q, events[event].fn, payload, len), 0);
	gsp_event_queue_flush(&f->q);
}

static void push_log(struct kunit *test, u32 xid, u32 chid)
{
	const struct gsp_error_log log = { .xid = xid, .chid = chid, .text = "text" };

	push(test, GSP_EVENT_ERROR_LOG, &log, sizeof(log));
}

static void push_rc(struct kunit *test, u32 type, u32 gfid, u32 chid)
{
	const struct gsp_rc rc = { .type = type, .gfid = gfid, .chid = chid };

	push(test, GSP_EVENT_RC_TRIGGERED, &rc, sizeof(rc));
}

static unsigned int count(struct fixture *f, enum gsp_exception what)
{
	return atomic_read(&f->exc.count[what]);
}

/* How many lines were let through since the fixture was made. */
static unsigned int lines(struct fixture *f)
{
	return f->exc.limit.burst - atomic_read(&f->exc.limit.rs_n_left);
}

static void log_by_channel(struct kunit *test)
{
	struct fixture *f = test->priv;

	push_log(test, 31, 2 * CHANNELS + 3);
	push_log(test, 62, NO_CHANNEL);
	push_log(test, 13, 5);
	KUNIT_EXPECT_EQ(test, count(f, GSP_EXCEPTION_ERROR_LOG), 3);
	KUNIT_EXPECT_EQ(test, f->told[2][GSP_EXCEPTION_ERROR_LOG], 1);
	KUNIT_EXPECT_EQ(test, f->told[1][GSP_EXCEPTION_ERROR_LOG], 0);
	KUNIT_EXPECT_EQ(test, f->exc.last_xid, 13);
}

/* The number of the function decides, whatever the channel's number seems to say. */
static void rc_by_gfid(struct kunit *test)
{
	struct fixture *f = test->priv;

	push_rc(test, 31, 1, 2 * CHANNELS);
	push_rc(test, 31, 0, 2 * CHANNELS);
	push_rc(test, 31, 7, 0);
	push_rc(test, 31, 0, NO_CHANNEL);
	KUNIT_EXPECT_EQ(test, count(f, GSP_EXCEPTION_RC), 4);
	KUNIT_EXPECT_EQ(test, f->told[1][GSP_EXCEPTION_RC], 1);
	KUNIT_EXPECT_EQ(test, f->told[2][GSP_EXCEPTION_RC], 1);
}

static void one_line_for_log_and_rc(struct kunit *test)
{
	struct fixture *f = test->priv;

	push_log(test, 31, CHANNELS);
	push_rc(test, 31, 1, 0);
	KUNIT_EXPECT_EQ(test, lines(f), 1);
	push_rc(test, 31, 2, 0);
	KUNIT_EXPECT_EQ(test, lines(f), 2);
	push_rc(test, 13, 1, 0);
	KUNIT_EXPECT_EQ(test, lines(f), 3);
	KUNIT_EXPECT_EQ(test, count(f, GSP_EXCEPTION_RC), 3);
}

/* Two channels of the PF are two exceptions; one channel is one. */
static void one_line_for_a_channel(struct kunit *test)
{
	struct fixture *f = test->priv;

	push_log(test, 31, 3);
	push_rc(test, 31, 0, 4);
	KUNIT_EXPECT_EQ(test, lines(f), 2);
	push_rc(test, 31, 0, 3);
	push_rc(test, 31, 1, 3);
	KUNIT_EXPECT_EQ(test, lines(f), 2);
}

static void storm(struct kunit *test)
{
	struct fixture *f = test->priv;
	int i;

	for (i = 0; i < 200; i++)
		push_log(test, 31, CHANNELS);
	KUNIT_EXPECT_EQ(test, count(f, GSP_EXCEPTION_ERROR_LOG), 200);
	KUNIT_EXPECT_EQ(test, f->told[1][GSP_EXCEPTION_ERROR_LOG], 200);
	KUNIT_EXPECT_LE(test, lines(f), f->exc.limit.burst);
}

static void plugin_crash(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct gsp_plugin_event ev = { .gfid = 2 };

	for (ev.what = 0; ev.what <= GSP_PLUGIN_OTHER; ev.what++)
		push(test, GSP_EVENT_VGPU_PLUGIN, &ev, sizeof(ev));
	KUNIT_EXPECT_EQ(test, count(f, GSP_EXCEPTION_PLUGIN_CRASH), 1);
	KUNIT_EXPECT_EQ(test, f->told[2][GSP_EXCEPTION_PLUGIN_CRASH], 1);
	KUNIT_EXPECT_EQ(test, f->exc.last_xid, 78);
}

static void recovery_changes(struct kunit *test)
{
	static const enum gsp_recovery said[] = {
		GSP_RECOVERY_NONE, GSP_RECOVERY_GPU_RESET, GSP_RECOVERY_GPU_RESET,
		GSP_RECOVERY_NODE_REBOOT,
	};
	struct fixture *f = test->priv;
	int i;

	for (i = 0; i < ARRAY_SIZE(said); i++)
		push(test, GSP_EVENT_RECOVERY_ACTION, &said[i], sizeof(said[i]));
	KUNIT_EXPECT_EQ(test, count(f, GSP_EXCEPTION_RECOVERY), 2);
	KUNIT_EXPECT_EQ(test, f->exc.recovery, GSP_RECOVERY_NODE_REBOOT);
	KUNIT_EXPECT_EQ(test, f->exc.last_xid, 154);
}

static void cut_short(struct kunit *test)
{
	struct fixture *f = test->priv;
	int i, event;

	for (event = 0; event < GSP_NR_EVENTS; event++)
		if (events[event].fn)
			push(test, event, "xyz", 3);
	for (i = 0; i < GSP_NR_EXCEPTIONS; i++)
		KUNIT_EXPECT_EQ(test, count(f, i), 0);
}

static void without_vgpus(struct kunit *test)
{
	struct fixture *f = test->priv;

	f->exc.ops = NULL;
	push_log(test, 31, CHANNELS);
	push_rc(test, 13, 1, 0);
	KUNIT_EXPECT_EQ(test, lines(f), 2);
}

static void death(struct kunit *test)
{
	struct fixture *f = test->priv;

	gsp_exceptions_dead(&f->exc, GSP_RPC_DEATH_REMOVED);
	KUNIT_EXPECT_EQ(test, count(f, GSP_EXCEPTION_DEATH), 0);
	gsp_exceptions_dead(&f->exc, GSP_RPC_DEATH_SILENT);
	KUNIT_EXPECT_EQ(test, count(f, GSP_EXCEPTION_DEATH), 1);
	KUNIT_EXPECT_EQ(test, f->exc.last_xid, 119);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(line_without_process),
	KUNIT_CASE(line_with_process),
	KUNIT_CASE(read_by_monitoring),
	KUNIT_CASE(hostile_name),
	KUNIT_CASE(hostile_text),
	KUNIT_CASE(longest),
	KUNIT_CASE(too_small),
	KUNIT_CASE(death_numbers),
	KUNIT_CASE(log_by_channel),
	KUNIT_CASE(rc_by_gfid),
	KUNIT_CASE(one_line_for_log_and_rc),
	KUNIT_CASE(one_line_for_a_channel),
	KUNIT_CASE(storm),
	KUNIT_CASE(plugin_crash),
	KUNIT_CASE(recovery_changes),
	KUNIT_CASE(cut_short),
	KUNIT_CASE(without_vgpus),
	KUNIT_CASE(death),
	{}
};

static struct kunit_suite suite = {
	.name = "gsp_core_exception",
	.init = exception_init,
	.exit = exception_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);
