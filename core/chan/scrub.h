/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Clearing framebuffer, so that nobody sees what another left in it.
 */
#ifndef _GSP_CHAN_SCRUB_H
#define _GSP_CHAN_SCRUB_H

struct gsp_chan_host;
struct gsp_fb_range;
struct gsp_scrubber;

int gsp_scrub_init(const struct gsp_chan_host *host, struct gsp_scrubber **out);
void gsp_scrub_fini(struct gsp_scrubber *s);
int gsp_scrub_run(struct gsp_scrubber *s, const struct gsp_fb_range *r, unsigned int nr,
		  unsigned int timeout_ms);

#endif
