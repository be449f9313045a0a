/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The one interrupt.
 *
 * The GPU collects its interrupt sources in a tree (leaves, then a top word)
 * and raises one MSI or MSI-X vector for the function.  The core serves one
 * source of that tree, the GSP's "there is a message for you".  Anything else
 * that shows up pending belongs to nobody and is switched off at its leaf.
 */
#ifndef _GSP_IRQ_H
#define _GSP_IRQ_H

#include <linux/types.h>

#include "falcon/falcon.h"

struct gsp_chip;
struct gsp_mmio;
struct pci_dev;

/* Of the largest tree. */
#define GSP_IRQ_NR_LEAVES	16

/**
 * struct gsp_irq - the interrupt of one GPU
 * @pdev: the PCI function
 * @mmio: its registers
 * @chip: what silicon it is
 * @handler: called in the interrupt thread when the GSP has spoken
 * @ctx: argument of @handler
 * @gsp: the GSP's falcon block, for its interrupt registers
 * @line: Linux interrupt number, 0 while there is none
 * @vector: GSP's source in the tree; written before @armed, constant after
 * @silenced: other sources that were switched off, by leaf; the hard handler's
 * @armed: the source is enabled; READ_ONCE/WRITE_ONCE, no lock
 */
struct gsp_irq {
	struct pci_dev *pdev;
	const struct gsp_mmio *mmio;
	const struct gsp_chip *chip;
	void (*handler)(void *ctx);
	void *ctx;
	struct gsp_falcon gsp;
	unsigned int line;
	u32 vector;
	u32 silenced[GSP_IRQ_NR_LEAVES];
	bool armed;
};

int gsp_irq_init(struct gsp_irq *irq, struct pci_dev *pdev, const struct gsp_mmio *m,
		 const struct gsp_chip *chip, void (*handler)(void *ctx), void *ctx);
int gsp_irq_enable(struct gsp_irq *irq, u32 vector);
void gsp_irq_disable(struct gsp_irq *irq);
void gsp_irq_fini(struct gsp_irq *irq);

#endif
