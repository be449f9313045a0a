// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a guest may expect of its VF. Framebuffer beyond BAR1, DMA and interrupts
 * go through the test page of the model (qemu/gsp_vf_test.c has its layout).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "guest.h"

#define BOOT_0		0x0
#define BOOT_1		0x4
#define BOOT_1_VF	0x20000
#define LEAF(n)		(0x1000 + 4 * (n))
#define LEAF_EN_SET(n)	(0x1200 + 4 * (n))
#define LEAF_EN_CLEAR(n) (0x1400 + 4 * (n))
#define TOP_EN_SET	0x1608
#define TOP_EN_CLEAR	0x1610
#define LEAF_TRIGGER	0x1640
#define TIME_0		0x30080
#define TIME_1		0x30084

#define TEST		0x2f000
#define TEST_ID		(TEST + 0x00)
#define TEST_DMA	(TEST + 0x08)
#define TEST_FB		(TEST + 0x10)
#define TEST_LENGTH	(TEST + 0x18)
#define TEST_COMMAND	(TEST + 0x1c)
#define TEST_STATUS	(TEST + 0x20)
#define TEST_MSIX	(TEST + 0x24)
#define ID		0x30544656
#define TO_FB		1
#define FROM_FB		2
#define DONE		0
#define NO_FB		1
#define NO_DMA		2

#define STATUS		0x04
#define STATUS_CAPS	(1u << 20)
#define CAP_POINTER	0x34
#define CAP_EXPRESS	0x10
#define FLR		(1u << 28)
#define BUS_MASTER	0x4

#define MIB		(1ull << 20)
#define BAR_STEP	(1 * MIB)
#define FB_STEP		(32 * MIB)
#define PIECE		0x1000

static uint64_t fb_size;
static uint64_t piece[BUFFER_SIZE / sizeof(uint64_t)];

/* No two places, and no two guests, have the same; SplitMix64's last step. */
static uint64_t pattern(uint64_t at)
{
	uint64_t x = at + (word("GSP_SEED", 1) << 48);

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ull;
	x = (x ^ x >> 27) * 0x94d049bb133111ebull;
	return x ^ x >> 31;
}

/* ---- what it is ---- */

static uint32_t express_cap(void)
{
	uint32_t at = vf_config(STATUS) & STATUS_CAPS ? vf_config(CAP_POINTER) & 0xfc : 0;

	for (int i = 0; at && i < 48; i++) {
		uint32_t header = vf_config(at);

		if ((header & 0xff) == CAP_EXPRESS)
			return at;
		at = header >> 8 & 0xfc;
	}
	return 0;
}

static bool test_bus(void)
{
	uint32_t at;

	if (!vf_find())
		return false;
	fb_size = word("GSP_FB", vf.size[1]);
	at = express_cap();
	return check(at, "no PCI Express capability") &
	       check(vf_config(at + 4) & FLR, "no function level reset") &
	       check(vf.size[0] && vf.size[1] && vf.size[2], "a BAR has no size") &
	       check(vf.size[1] <= fb_size, "BAR 1 of %#llx bytes shows more than there is",
		     (unsigned long long)vf.size[1]);
}

static bool test_registers(void)
{
	uint32_t boot0 = vf_read(BOOT_0), expected = word("GSP_BOOT0", boot0);

	return check(boot0 == expected, "BOOT_0 is %#x, not %#x", boot0, expected) &
	       check(boot0 && boot0 != ~0u, "BOOT_0 is %#x", boot0) &
	       check(vf_read(BOOT_1) == BOOT_1_VF, "BOOT_1 is %#x", vf_read(BOOT_1)) &
	       check(vf_read(TEST_ID) == ID, "no test page: %#x", vf_read(TEST_ID));
}

static uint64_t gpu_time(void)
{
	uint32_t high, low;

	do {
		high = vf_read(TIME_1);
		low = vf_read(TIME_0);
	} while (vf_read(TIME_1) != high);
	return (uint64_t)high << 32 | low;
}

static bool test_timer(void)
{
	uint64_t before = gpu_time(), gone;

	usleep(20000);
	gone = gpu_time() - before;
	return check(gone >= 1000000 && gone < 60000000000ull, "%llu ns passed in 20 ms",
		     (unsigned long long)gone);
}

/* ---- framebuffer through BAR1 ---- */

/* Walks BAR1 from its first to its last eight bytes. */
static uint64_t next_sample(uint64_t at)
{
	uint64_t last = vf.size[1] - sizeof(uint64_t);

	return at < last && at + BAR_STEP > last ? last : at + BAR_STEP;
}

static volatile uint64_t *fb_word(uint64_t at)
{
	return (volatile uint64_t *)((volatile char *)vf.bar[1] + at);
}

static void fill_bar(void)
{
	for (uint64_t at = 0; at < vf.size[1]; at = next_sample(at))
		*fb_word(at) = pattern(at);
}

static bool bar_has(uint64_t (*expected)(uint64_t at))
{
	for (uint64_t at = 0; at < vf.size[1]; at = next_sample(at)) {
		uint64_t found = *fb_word(at);

		if (!check(found == expected(at), "BAR 1 has %#llx at %#llx",
			   (unsigned long long)found, (unsigned long long)at))
			return false;
	}
	return true;
}

static bool test_bar(void)
{
	volatile uint8_t *last = (volatile uint8_t *)vf.bar[1] + vf.size[1] - 1;
	uint8_t before;
	bool good;

	fill_bar();
	good = bar_has(pattern);
	before = *last;
	*last = ~before;
	good &= check(*last != before, "the last byte keeps its value");
	good &= check(last[-1] == (uint8_t)(pattern(vf.size[1] - 8) >> 48), "its neighbour does not");
	*last = before;
	return good && bar_has(pattern);
}

/* ---- DMA ---- */

static bool test_driver(void)
{
	return vf_bind("gsp-vf-guest");
}

static uint32_t copy(uint32_t command, uint64_t fb, uint32_t len)
{
	vf_write(TEST_DMA, vf.dma);
	vf_write(TEST_DMA + 4, vf.dma >> 32);
	vf_write(TEST_FB, fb);
	vf_write(TEST_FB + 4, fb >> 32);
	vf_write(TEST_LENGTH, len);
	vf_write(TEST_COMMAND, command);
	return vf_read(TEST_STATUS);
}

static void make_piece(uint64_t fb, uint32_t len)
{
	for (uint32_t i = 0; i < len / sizeof(*piece); i++)
		piece[i] = pattern(fb + i * sizeof(*piece));
	vf_put_buffer(piece, len);
}

static bool is_piece(uint64_t fb, uint32_t len)
{
	vf_get_buffer(piece, len);
	for (uint32_t i = 0; i < len / sizeof(*piece); i++)
		if (piece[i] != pattern(fb + i * sizeof(*piece)))
			return check(false, "memory has %#llx where %#llx of framebuffer was copied",
				     (unsigned long long)piece[i],
				     (unsigned long long)(fb + i * sizeof(*piece)));
	return true;
}

static bool write_piece(uint64_t fb, uint32_t len)
{
	uint32_t status;

	make_piece(fb, len);
	status = copy(TO_FB, fb, len);
	return check(status == DONE, "status %u at %#llx", status, (unsigned long long)fb);
}

static bool read_piece(uint64_t fb, uint32_t len)
{
	uint32_t status;

	memset(piece, 0, len);
	vf_put_buffer(piece, len);
	status = copy(FROM_FB, fb, len);
	return check(status == DONE, "status %u at %#llx", status, (unsigned long long)fb) &&
	       is_piece(fb, len);
}

/* Memory to framebuffer as BAR1 shows it, and back. */
static bool test_dma(void)
{
	uint64_t at = 3 * PIECE;

	if (!check(vf.dma, "no driver") || !write_piece(at, BUFFER_SIZE))
		return false;
	for (uint64_t i = 0; i < BUFFER_SIZE; i += PIECE + 8)
		if (!check(*fb_word(at + i) == pattern(at + i), "BAR 1 has %#llx at %#llx",
			   (unsigned long long)*fb_word(at + i), (unsigned long long)(at + i)))
			return false;
	return read_piece(at, BUFFER_SIZE);
}

/* Walks what is behind BAR1, to the last piece of the framebuffer. */
static bool each_piece(bool (*func)(uint64_t fb, uint32_t len))
{
	for (uint64_t at = vf.size[1]; at < fb_size - PIECE; at += FB_STEP)
		if (!func(at, PIECE))
			return false;
	return func(fb_size - PIECE, PIECE);
}

static bool test_whole(void)
{
	return check(vf.dma, "no driver") && each_piece(write_piece) && each_piece(read_piece);
}

/* Whoever else is on this GPU writes now. */
static bool test_stays(void)
{
	char line[16];

	if (word("GSP_WAIT", 0)) {
		printf("# patterns are in place\n");
		if (!check(fgets(line, sizeof(line), stdin), "nobody answers"))
			return false;
	}
	return bar_has(pattern) && (!vf.dma || each_piece(read_piece));
}

static bool refused(uint32_t command, uint64_t fb, uint32_t len)
{
	uint32_t status = copy(command, fb, len);

	return check(status == NO_FB, "command %u: status %u at %#llx", command, status,
		     (unsigned long long)fb);
}

static bool test_outside(void)
{
	static const uint64_t beyond[] = { 0, 16 * MIB, 1024 * MIB, 1ull << 40 };
	bool good = check(vf.dma, "no driver");

	make_piece(0, PIECE);
	for (unsigned int i = 0; good && i < sizeof(beyond) / sizeof(*beyond); i++)
		good = refused(FROM_FB, fb_size + beyond[i], PIECE) &&
		       refused(TO_FB, fb_size + beyond[i], PIECE);
	return good && is_piece(0, PIECE);
}

static bool test_no_master(void)
{
	uint32_t status;

	vf_set_command(BUS_MASTER, false);
	status = copy(TO_FB, 0, PIECE);
	vf_set_command(BUS_MASTER, true);
	return check(status == NO_DMA, "status %u", status) &&
	       check(copy(FROM_FB, 0, PIECE) == DONE, "not even with bus mastering");
}

/* ---- interrupts ---- */

static bool comes(unsigned int vector, const unsigned int *before)
{
	unsigned int counts[VECTORS];

	for (int i = 0; i < 200; i++) {
		if (!vf_interrupts(counts))
			return false;
		if (counts[vector] != before[vector])
			break;
		usleep(10000);
	}
	for (unsigned int i = 0; i < VECTORS; i++)
		if (!check(counts[i] == before[i] + (i == vector),
			   "vector %u: %u interrupts more after one of vector %u", i,
			   counts[i] - before[i], vector))
			return false;
	return true;
}

static bool test_interrupts(void)
{
	unsigned int counts[VECTORS];

	for (unsigned int i = 0; i < VECTORS; i++) {
		if (!vf_interrupts(counts))
			return false;
		vf_write(TEST_MSIX, i);
		if (!comes(i, counts))
			return false;
	}
	return true;
}

/* The registers that a driver would use: any vector of the tree is MSI-X vector 0. */
static bool test_tree(void)
{
	unsigned int counts[VECTORS], vector = 70, leaf = vector / 32;
	bool good;

	if (!vf_interrupts(counts))
		return false;
	vf_write(LEAF_EN_SET(leaf), 1u << vector % 32);
	vf_write(TOP_EN_SET, 1u << leaf / 2);
	vf_write(LEAF_TRIGGER, vector);
	good = comes(0, counts) & check(vf_read(LEAF(leaf)) == 1u << vector % 32, "LEAF %u is %#x",
					leaf, vf_read(LEAF(leaf)));
	vf_write(TOP_EN_CLEAR, 1u << leaf / 2);
	vf_write(LEAF_EN_CLEAR(leaf), 1u << vector % 32);
	vf_write(LEAF(leaf), 1u << vector % 32);
	return good & check(!vf_read(LEAF(leaf)), "LEAF %u keeps %#x", leaf, vf_read(LEAF(leaf)));
}

/* ---- reset ---- */

static uint64_t zero(uint64_t at)
{
	(void)at;
	return 0;
}

static bool test_reset(void)
{
	vf_write(TEST_LENGTH, PIECE);
	return vf_reset() && check(!vf_read(TEST_LENGTH), "registers keep their values") &
	       check(vf_read(BOOT_1) == BOOT_1_VF, "BOOT_1 is %#x", vf_read(BOOT_1)) &&
	       bar_has(word("GSP_SCRUB", 0) ? zero : pattern);
}

/* ---- a guest that something happens to ---- */

/**
 * use_for_ever - write framebuffer from end to end, then go on with what BARs show
 *
 * When the VF is taken away it says so; what is mapped reads all ones by then.
 */
void use_for_ever(void)
{
	if (!test_bus() || !test_bar() || !test_driver() || !test_whole())
		return;
	printf("# the VF is in use\n");
	while (!access(vf.path, F_OK)) {
		vf_read(BOOT_0);
		gpu_time();
		fill_bar();
	}
	printf("# the VF is gone\n");
	for (;;)
		pause();
}

const struct test tests[] = {
	{ "a VF is on the bus", test_bus },
	{ "its registers say what it is", test_registers },
	{ "the timer runs", test_timer },
	{ "BAR1 is framebuffer, from the first to the last byte", test_bar },
	{ "a driver of the guest's kernel binds", test_driver },
	{ "framebuffer is reached to its last byte", test_whole },
	{ "patterns stay as they are", test_stays },
	{ "DMA goes from memory to framebuffer and back", test_dma },
	{ "what is outside of its partition is refused", test_outside },
	{ "there is no DMA without bus mastering", test_no_master },
	{ "each MSI-X vector arrives", test_interrupts },
	{ "interrupts of its tree arrive", test_tree },
	{ "a function level reset leaves it sane", test_reset },
	{ "registers after it", test_registers },
	{ "BAR1 after it", test_bar },
	{ "DMA after it", test_dma },
	{ "interrupts after it", test_interrupts },
	{ "interrupts of its tree after it", test_tree },
};

const unsigned int nr_tests = sizeof(tests) / sizeof(*tests);
