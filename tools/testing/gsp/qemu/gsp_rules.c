/*
 * NVIDIA GSP GPU model: reporting of broken rules
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/log.h"
#include "gsp_gpu.h"
#include "trace.h"

static const struct {
    const char *name, *text;
} rules[GSP_RULE_COUNT] = {
#define RULE(id, name, text) [GSP_RULE_##id] = { name, text },
    GSP_RULES(RULE)
#undef RULE
};

const char *gsp_rule_name(GspRule rule)
{
    return rules[rule].name;
}

const char *gsp_rule_text(GspRule rule)
{
    return rules[rule].text;
}

void gsp_rule_broken(GspGpu *s, GspRule rule, const char *fmt, ...)
{
    g_autofree char *why = NULL;
    va_list ap;

    va_start(ap, fmt);
    why = g_strdup_vprintf(fmt, ap);
    va_end(ap);

    s->last_rule = rules[rule].name;
    s->rules_broken++;
    trace_gsp_rule(rules[rule].name, why);
    qemu_log_mask(LOG_GUEST_ERROR, "gsp: rule %s: %s (%s)\n",
                  rules[rule].name, why, rules[rule].text);
}
