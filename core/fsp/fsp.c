// SPDX-License-Identifier: GPL-2.0-only
/*
 * Questions to the FSP, whatever they are about.
 */
#include "fsp/fsp.h"

#include <kunit/visibility.h>
#include <linux/array_size.h>
#include <linux/bitfield.h>
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/time64.h>

#include "chip/regs/fsp.h"
#include "chip/regs/pmc.h"
#include "fsp/mctp.h"
#include "mmio/mmio.h"

#define BOOT_TIMEOUT_US		(5 * USEC_PER_SEC)
#define ASK_TIMEOUT_US		(2 * USEC_PER_SEC)
#define POLL_US			100

/* Words of a message: two headers, then what it is about. */
enum { W_MCTP, W_NVDM, W_PAYLOAD };

/* Of an answer: task, type of the question, error code, then data. */
enum { W_TASK = W_PAYLOAD, W_COMMAND, W_ERROR, W_DATA };

#define PACKET_WORDS		(GSP_FSP_EMEM_SIZE / sizeof(__le32))
#define ANSWER_SIZE_MIN		(W_DATA * sizeof(__le32))

static_assert(W_PAYLOAD * sizeof(__le32) + GSP_FSP_PAYLOAD_MAX == GSP_FSP_EMEM_SIZE);

/* ---- its memory for messages ---- */

static void write_emem(const struct gsp_fsp *fsp, const __le32 *words, unsigned int nr)
{
	unsigned int i;

	gsp_wr32(fsp->mmio, GSP_FSP_EMEMC, GSP_FSP_EMEMC_AINCW);
	for (i = 0; i < nr; i++)
		gsp_wr32(fsp->mmio, GSP_FSP_EMEMD, le32_to_cpu(words[i]));
}

static void read_emem(const struct gsp_fsp *fsp, __le32 *words, unsigned int nr)
{
	unsigned int i;

	gsp_wr32(fsp->mmio, GSP_FSP_EMEMC, GSP_FSP_EMEMC_AINCR);
	for (i = 0; i < nr; i++)
		words[i] = cpu_to_le32(gsp_rd32(fsp->mmio, GSP_FSP_EMEMD));
}

/**
 * gsp_fsp_init - describe the FSP
 * @fsp: to fill in
 * @m: registers of the GPU
 *
 * Context: any; touches no register.
 */
void gsp_fsp_init(struct gsp_fsp *fsp, const struct gsp_mmio *m)
{
	fsp->mmio = m;
	fsp->write_emem = write_emem;
	fsp->read_emem = read_emem;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_fsp_init);

/**
 * gsp_fsp_wait_boot - wait until the FSP has booted
 * @fsp: FSP
 * @status_reg: offset of the register that tells
 *
 * Context: process context, may sleep.
 * Return: 0; -ETIMEDOUT after 5 s; -ENODEV; each but 0 after one message.
 */
int gsp_fsp_wait_boot(const struct gsp_fsp *fsp, u32 status_reg)
{
	return gsp_poll32(fsp->mmio, status_reg, ~0u, GSP_FSP_BOOT_STATUS_DONE, BOOT_TIMEOUT_US,
			  "FSP boot: not complete");
}
EXPORT_SYMBOL_IF_KUNIT(gsp_fsp_wait_boot);

/* ---- the queues ---- */

/*
 * Wait until head and tail of a queue differ, or no longer do. Read once more
 * after the time is up, as gsp_poll32_quiet() does.
 */
static int wait_queue(const struct gsp_fsp *fsp, u32 head_reg, u32 tail_reg, bool full,
		      ktime_t end, u32 *head, u32 *tail)
{
	bool last;

	for (;;) {
		last = ktime_after(ktime_get(), end);
		*head = gsp_rd32(fsp->mmio, head_reg);
		*tail = gsp_rd32(fsp->mmio, tail_reg);
		if (*head == GSP_READ_GONE && gsp_mmio_gone(fsp->mmio))
			return -ENODEV;
		if ((*head != *tail) == full)
			return 0;
		if (last)
			return -ETIMEDOUT;
		usleep_range(POLL_US, 2 * POLL_US);
	}
}

static void take_message(const struct gsp_fsp *fsp)
{
	gsp_wr32(fsp->mmio, GSP_FSP_MSGQ_TAIL, 0);
	gsp_wr32(fsp->mmio, GSP_FSP_MSGQ_HEAD, 0);
}

/* An answer that came after its deadline would lie where the question goes. */
static void drop_late_message(const struct gsp_fsp *fsp)
{
	u32 head = gsp_rd32(fsp->mmio, GSP_FSP_MSGQ_HEAD);
	u32 tail = gsp_rd32(fsp->mmio, GSP_FSP_MSGQ_TAIL);

	if (head == tail)
		return;
	dev_dbg(fsp->mmio->dev, "FSP: a late message is dropped (head %#x, tail %#x)\n", head,
		tail);
	take_message(fsp);
}

static int send(const struct gsp_fsp *fsp, const __le32 *packet, size_t size)
{
	ktime_t end = ktime_add_us(ktime_get(), ASK_TIMEOUT_US);
	u32 head, tail;
	int ret;

	ret = wait_queue(fsp, GSP_FSP_QUEUE_HEAD, GSP_FSP_QUEUE_TAIL, false, end, &head, &tail);
	if (ret == -ENODEV)
		return ret;
	if (ret) {
		dev_err(fsp->mmio->dev,
			"FSP: earlier question not taken: register %#08x: expected %#x as in %#08x, found %#x after %lu ms\n",
			GSP_FSP_QUEUE_HEAD, tail, GSP_FSP_QUEUE_TAIL, head,
			ASK_TIMEOUT_US / USEC_PER_MSEC);
		return ret;
	}
	drop_late_message(fsp);
	fsp->write_emem(fsp, packet, size / sizeof(*packet));
	gsp_wr32(fsp->mmio, GSP_FSP_QUEUE_TAIL, size - sizeof(*packet));
	gsp_wr32(fsp->mmio, GSP_FSP_QUEUE_HEAD, 0);
	return 0;
}

/* The next message, which is consumed before it is judged. */
static int receive(const struct gsp_fsp *fsp, ktime_t end, __le32 *packet, size_t *size)
{
	u32 head, tail;
	int ret;

	ret = wait_queue(fsp, GSP_FSP_MSGQ_HEAD, GSP_FSP_MSGQ_TAIL, true, end, &head, &tail);
	if (ret)
		return ret;
	*size = (size_t)tail - head + sizeof(*packet);
	if (tail < head || *size > GSP_FSP_EMEM_SIZE || *size % sizeof(*packet)) {
		take_message(fsp);
		dev_err(fsp->mmio->dev,
			"FSP: message size: registers %#08x and %#08x: expected whole words, at most %u bytes, found head %#x and tail %#x\n",
			GSP_FSP_MSGQ_HEAD, GSP_FSP_MSGQ_TAIL, GSP_FSP_EMEM_SIZE, head, tail);
		return -EPROTO;
	}
	fsp->read_emem(fsp, packet, *size / sizeof(*packet));
	take_message(fsp);
	return 0;
}

/* ---- what the headers must say ---- */

static const struct {
	const char *what;
	u8 word;
	u32 mask;
	u32 want;
} rules[] = {
	{ "first and only packet (SOM, EOM)", W_MCTP, GSP_MCTP_SOM | GSP_MCTP_EOM,
	  GSP_MCTP_SOM | GSP_MCTP_EOM },
	{ "packet sequence", W_MCTP, GSP_MCTP_SEQ, 0 },
	{ "message tag", W_MCTP, GSP_MCTP_TAG, 0 },
	{ "message type", W_NVDM, GSP_NVDM_MSG_TYPE, GSP_NVDM_MSG_TYPE_VENDOR_PCI },
	{ "vendor", W_NVDM, GSP_NVDM_VENDOR,
	  FIELD_PREP_CONST(GSP_NVDM_VENDOR, GSP_NVDM_VENDOR_NVIDIA) },
};

static int refuse(const struct gsp_fsp *fsp, const char *what, u32 want, u32 found)
{
	dev_err(fsp->mmio->dev, "FSP: bad message: %s: expected %#x, found %#x\n", what, want,
		found);
	return -EPROTO;
}

static int check_headers(const struct gsp_fsp *fsp, const __le32 *packet, size_t size)
{
	unsigned int i;

	if (size < W_PAYLOAD * sizeof(*packet))
		return refuse(fsp, "least bytes", W_PAYLOAD * sizeof(*packet), size);
	for (i = 0; i < ARRAY_SIZE(rules); i++) {
		u32 found = le32_to_cpu(packet[rules[i].word]) & rules[i].mask;

		if (found != rules[i].want)
			return refuse(fsp, rules[i].what, rules[i].want, found);
	}
	return 0;
}

static int read_answer(const struct gsp_fsp *fsp, u8 type, const __le32 *packet, size_t size,
		       struct gsp_fsp_answer *answer)
{
	u32 command;

	if (size < ANSWER_SIZE_MIN)
		return refuse(fsp, "least bytes of an answer", ANSWER_SIZE_MIN, size);
	command = le32_to_cpu(packet[W_COMMAND]);
	if (command != type)
		return refuse(fsp, "answers question of type", type, command);
	answer->error = le32_to_cpu(packet[W_ERROR]);
	answer->len = size - ANSWER_SIZE_MIN;
	answer->data = answer->len ? le32_to_cpu(packet[W_DATA]) : 0;
	return 0;
}

/* Messages of other types are for nobody here; the deadline bounds their number. */
static int wait_answer(const struct gsp_fsp *fsp, u8 type, __le32 *packet,
		       struct gsp_fsp_answer *answer)
{
	ktime_t end = ktime_add_us(ktime_get(), ASK_TIMEOUT_US);
	unsigned int skipped = 0;
	size_t size;
	u32 found;
	int ret;

	for (;;) {
		ret = receive(fsp, end, packet, &size);
		if (ret)
			break;
		ret = check_headers(fsp, packet, size);
		if (ret)
			return ret;
		found = FIELD_GET(GSP_NVDM_TYPE, le32_to_cpu(packet[W_NVDM]));
		if (found == GSP_NVDM_RESPONSE)
			return read_answer(fsp, type, packet, size, answer);
		dev_dbg(fsp->mmio->dev, "FSP: message of type %#x skipped\n", found);
		skipped++;
		if (ktime_after(ktime_get(), end)) {
			ret = -ETIMEDOUT;
			break;
		}
	}
	if (ret == -ETIMEDOUT)
		dev_err(fsp->mmio->dev,
			"FSP: no answer to message of type %#x: registers %#08x and %#08x: expected to differ, found the same after %lu ms (%u messages of other types)\n",
			type, GSP_FSP_MSGQ_HEAD, GSP_FSP_MSGQ_TAIL,
			ASK_TIMEOUT_US / USEC_PER_MSEC, skipped);
	return ret;
}

/**
 * gsp_fsp_ask - send a message and wait for the answer
 * @fsp: FSP, booted
 * @type: what the message is about, GSP_NVDM_*
 * @payload: the message without its headers
 * @len: bytes of @payload, whole words, at most GSP_FSP_PAYLOAD_MAX
 * @answer: what the FSP says of it; an error code of its own is no failure of
 *	this function
 *
 * Context: process context, may sleep, about 4 s on an FSP that does nothing.
 * Return: 0; -EINVAL for a payload that does not fit; -ENOMEM; -ETIMEDOUT when
 * the message is not taken or not answered, -EPROTO when the answer is
 * malformed, each after one message; -ENODEV when the device is gone.
 */
int gsp_fsp_ask(const struct gsp_fsp *fsp, u8 type, const void *payload, size_t len,
		struct gsp_fsp_answer *answer)
{
	__le32 *packet;
	int ret;

	if (len > GSP_FSP_PAYLOAD_MAX || len % GSP_FSP_PAYLOAD_ALIGN)
		return -EINVAL;
	packet = kzalloc_objs(*packet, PACKET_WORDS);
	if (!packet)
		return -ENOMEM;
	packet[W_MCTP] = cpu_to_le32(GSP_MCTP_SOM | GSP_MCTP_EOM);
	packet[W_NVDM] =
		cpu_to_le32(FIELD_PREP(GSP_NVDM_TYPE, type) |
			    FIELD_PREP(GSP_NVDM_VENDOR, GSP_NVDM_VENDOR_NVIDIA) |
			    FIELD_PREP(GSP_NVDM_MSG_TYPE, GSP_NVDM_MSG_TYPE_VENDOR_PCI));
	memcpy(&packet[W_PAYLOAD], payload, len);

	ret = send(fsp, packet, W_PAYLOAD * sizeof(*packet) + len);
	if (!ret)
		ret = wait_answer(fsp, type, packet, answer);
	kfree(packet);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(gsp_fsp_ask);

/**
 * gsp_fsp_error_text - what an error code of the FSP means
 * @error: the code
 *
 * Context: any.
 * Return: words for a message.
 */
const char *gsp_fsp_error_text(u32 error)
{
	/* kern_fsp_retval.h of NVIDIA/open-gpu-kernel-modules. */
	static const struct {
		u32 error;
		const char *text;
	} known[] = {
		{ 0x09e, "invalid state" },
		{ 0x09f, "file not found in its ROM" },
		{ 0x0a0, "not supported" },
		{ 0x0a1, "invalid data" },
		{ 0x1e3, "no such setting" },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(known); i++)
		if (known[i].error == error)
			return known[i].text;
	return "not a code that is known";
}
EXPORT_SYMBOL_IF_KUNIT(gsp_fsp_error_text);
