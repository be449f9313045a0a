/*
 * NVIDIA GSP GPU model: RUN_CPU_SEQUENCER
 *
 * GSP-RM has the CPU run a small register program before it says INIT_DONE
 * (boot contract 4.7). What real firmware puts there is not published; ours
 * uses each register command on PBUS software scratch registers that nothing
 * else uses, and the outcome tells whether all of it was executed, in order:
 *
 *   S0 <- A                       REG_WRITE
 *   S1 <- (S1 & ~mask) | bits     REG_MODIFY of a value that we put there
 *   wait until S0 has A's top     REG_POLL
 *   10 us                         DELAY_US
 *   save S1                       REG_STORE
 *   S2 <- B                       REG_WRITE, the last one: we look at this
 *
 * cmdIndex is the number of dwords, which nova takes for a number of commands;
 * the message ends with the last command, so both readings agree.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "gsp_rm.h"
#include "trace.h"

#define SCRATCH(i)       (0x001400 + 4 * (i))
#define S0               SCRATCH(0x20)
#define S1               SCRATCH(0x21)
#define S2               SCRATCH(0x22)

#define S0_VALUE         0x5EED0001
#define S1_BEFORE        0x12345678
#define S1_MASK          0x00FF0000
#define S1_BITS          0x00A50000
#define S1_AFTER         ((S1_BEFORE & ~S1_MASK) | S1_BITS)
#define S2_VALUE         0x600DC0DE

enum { REG_WRITE, REG_MODIFY, REG_POLL, DELAY_US, REG_STORE };

static const uint32_t program[] = {
    REG_WRITE, S0, S0_VALUE,
    REG_MODIFY, S1, S1_MASK, S1_BITS,
    REG_POLL, S0, 0xFFFF0000, S0_VALUE & 0xFFFF0000, 1000, 1,
    DELAY_US, 10,
    REG_STORE, S1, 0,
    REG_WRITE, S2, S2_VALUE,
};

void gsp_seq_send(GspRm *rm)
{
    uint8_t body[R570_SEQ_COMMANDS + sizeof(program)] = { 0 };
    size_t i;

    gsp_reg_write(rm->gpu, S0, 0);
    gsp_reg_write(rm->gpu, S1, S1_BEFORE);
    gsp_reg_write(rm->gpu, S2, 0);

    stl_le_p(body + R570_SEQ_BUFFER_DWORDS, ARRAY_SIZE(program));
    stl_le_p(body + R570_SEQ_CMD_INDEX, ARRAY_SIZE(program));
    for (i = 0; i < ARRAY_SIZE(program); i++) {
        stl_le_p(body + R570_SEQ_COMMANDS + i * 4, program[i]);
    }
    rm->seq.sent = true;
    rm->seq.deadline = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) +
                       GSP_RM_SEQ_TIMEOUT_NS;
    gsp_rm_send(rm, R570_EV_RUN_CPU_SEQUENCER, body, sizeof(body), 0, 0);
}

bool gsp_seq_done(GspRm *rm, bool *failed)
{
    uint32_t s0, s1;

    if (gsp_reg_read(rm->gpu, S2) != S2_VALUE) {
        if (qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) < rm->seq.deadline) {
            return false;
        }
        gsp_rule_broken(rm->gpu, GSP_RULE_SEQUENCER_NOT_RUN,
                        "the last register of the program is 0x%x",
                        gsp_reg_read(rm->gpu, S2));
        *failed = true;
        return true;
    }
    s0 = gsp_reg_read(rm->gpu, S0);
    s1 = gsp_reg_read(rm->gpu, S1);
    if (s0 != S0_VALUE || s1 != S1_AFTER) {
        gsp_rule_broken(rm->gpu, GSP_RULE_SEQUENCER_RESULT,
                        "registers are 0x%x 0x%x, expected 0x%x 0x%x",
                        s0, s1, S0_VALUE, S1_AFTER);
        *failed = true;
    }
    trace_gsp_seq_done(s0, s1);
    return true;
}
