// SPDX-License-Identifier: GPL-2.0-only
#include "irq.h"

#include <linux/bitops.h>
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/interrupt.h>
#include <linux/pci.h>
#include <linux/string.h>

#include "chip/chip.h"
#include "chip/regs/intr.h"
#include "mmio/mmio.h"

static_assert(GSP_IRQ_NR_LEAVES == GSP_INTR_NR_LEAVES_MAX);

#define VECTOR_LEAF(v)	((v) / 32)
#define VECTOR_BIT(v)	BIT((v) % 32)

static u32 top_all(const struct gsp_irq *irq)
{
	return GSP_INTR_TOP_ALL(irq->chip->nr_intr_leaves);
}

/*
 * A source that is nobody's would hold the top word up for ever if it is
 * enabled.  A leaf does not tell that, so each source is switched off once.
 */
static void silence(struct gsp_irq *irq, unsigned int leaf, u32 sources)
{
	u32 fresh = sources & ~irq->silenced[leaf];

	if (!fresh)
		return;
	gsp_wr32(irq->mmio, GSP_INTR_LEAF_EN_CLEAR(leaf), fresh);
	irq->silenced[leaf] |= fresh;
	dev_dbg(&irq->pdev->dev, "interrupt: sources %#x of leaf %u switched off\n", fresh, leaf);
}

static bool serve_leaf(struct gsp_irq *irq, unsigned int leaf)
{
	u32 pending = gsp_rd32(irq->mmio, GSP_INTR_LEAF(leaf));
	u32 ours = 0;

	if (leaf == VECTOR_LEAF(irq->vector))
		ours = pending & VECTOR_BIT(irq->vector);
	silence(irq, leaf, pending & ~ours);
	if (!ours)
		return false;
	gsp_wr32(irq->mmio, GSP_INTR_LEAF(leaf), ours);
	return gsp_falcon_serve_irq(&irq->gsp);
}

/*
 *  #1 keep the tree quiet while we look
 *  #2 serve each leaf that the top word points to
 *  #3 let the next MSI out
 *  #4 let the tree speak again: what became pending meanwhile raises an MSI now
 */
static irqreturn_t hard_irq(int line, void *data)
{
	struct gsp_irq *irq = data;
	const struct gsp_mmio *m = irq->mmio;
	unsigned int leaf;
	bool wake = false;
	u32 top;

	if (!READ_ONCE(irq->armed))
		return IRQ_NONE;

	/* #1 */
	gsp_wr32(m, GSP_INTR_TOP_EN_CLEAR, top_all(irq));
	top = gsp_rd32(m, GSP_INTR_TOP);
	if (top & ~top_all(irq) && gsp_mmio_gone(m))
		return IRQ_NONE;
	/* #2 */
	for (leaf = 0; leaf < irq->chip->nr_intr_leaves; leaf++)
		if (top & BIT(leaf / 2))
			wake |= serve_leaf(irq, leaf);
	/* #3 */
	if (irq->chip->msi_rearm && irq->pdev->msi_enabled)
		gsp_wr32(m, irq->chip->pcie_cfg_mirror + GSP_INTR_CFG_MSI_REARM, 0);
	/* #4 */
	gsp_wr32(m, GSP_INTR_TOP_EN_SET, top_all(irq));
	return wake ? IRQ_WAKE_THREAD : IRQ_HANDLED;
}

static irqreturn_t thread_irq(int line, void *data)
{
	struct gsp_irq *irq = data;

	irq->handler(irq->ctx);
	return IRQ_HANDLED;
}

/**
 * gsp_irq_init - get an interrupt line, with nothing enabled
 * @irq: interrupt to set up
 * @pdev: PCI function
 * @m: its registers
 * @chip: what silicon it is
 * @handler: called in a thread, may sleep
 * @ctx: argument of @handler
 *
 * Context: process context, may sleep.
 * Return: 0, or the negative errno of the PCI or interrupt core after one
 * message.
 */
int gsp_irq_init(struct gsp_irq *irq, struct pci_dev *pdev, const struct gsp_mmio *m,
		 const struct gsp_chip *chip, void (*handler)(void *ctx), void *ctx)
{
	int ret;

	*irq = (struct gsp_irq){
		.pdev = pdev,
		.mmio = m,
		.chip = chip,
		.handler = handler,
		.ctx = ctx,
	};
	gsp_falcon_init_gsp(&irq->gsp, m, chip->falcon);

	gsp_wr32(m, GSP_INTR_TOP_EN_CLEAR, top_all(irq));
	ret = pci_alloc_irq_vectors(pdev, 1, 1, PCI_IRQ_MSI | PCI_IRQ_MSIX);
	if (ret < 0) {
		dev_err(&pdev->dev, "interrupt: no MSI or MSI-X vector: error %d\n", ret);
		return ret;
	}
	irq->line = pci_irq_vector(pdev, 0);
	ret = request_threaded_irq(irq->line, hard_irq, thread_irq, 0, dev_name(&pdev->dev), irq);
	if (ret) {
		dev_err(&pdev->dev, "interrupt: line %u not granted: error %d\n", irq->line, ret);
		irq->line = 0;
		pci_free_irq_vectors(pdev);
	}
	return ret;
}

/**
 * gsp_irq_enable - let the GSP interrupt us
 * @irq: interrupt, initialised
 * @vector: the GSP's source in the tree, as GSP-RM tells it
 *
 * A message that is already in the queue may raise no interrupt any more; the
 * caller looks at the queue once after this.
 *
 * Context: process context.
 * Return: 0, or -ERANGE after one message when there is no such source.
 */
int gsp_irq_enable(struct gsp_irq *irq, u32 vector)
{
	const struct gsp_mmio *m = irq->mmio;
	const u32 nr_vectors = 32 * irq->chip->nr_intr_leaves;

	if (vector >= nr_vectors) {
		dev_err(&irq->pdev->dev, "interrupt: GSP source: expected below %u, found %u\n",
			nr_vectors, vector);
		return -ERANGE;
	}
	irq->vector = vector;
	memset(irq->silenced, 0, sizeof(irq->silenced));
	/* No interrupt can come in before the tree is enabled below. */
	WRITE_ONCE(irq->armed, true);

	gsp_wr32(m, GSP_INTR_LEAF(VECTOR_LEAF(vector)), VECTOR_BIT(vector));
	gsp_wr32(m, GSP_INTR_LEAF_EN_SET(VECTOR_LEAF(vector)), VECTOR_BIT(vector));
	gsp_falcon_forget_message(&irq->gsp);
	gsp_wr32(m, GSP_INTR_TOP_EN_SET, top_all(irq));
	return 0;
}

/**
 * gsp_irq_disable - the mirror of gsp_irq_enable()
 * @irq: interrupt
 *
 * The handler does not run any more when this returns.  May be called when
 * nothing was enabled, and when the device is gone.
 *
 * Context: process context, may sleep; not from the handler.
 */
void gsp_irq_disable(struct gsp_irq *irq)
{
	const struct gsp_mmio *m = irq->mmio;

	if (!irq->armed)
		return;
	/* A handler that is running would enable the tree again: wait for it. */
	WRITE_ONCE(irq->armed, false);
	synchronize_irq(irq->line);
	gsp_wr32(m, GSP_INTR_TOP_EN_CLEAR, top_all(irq));
	gsp_wr32(m, GSP_INTR_LEAF_EN_CLEAR(VECTOR_LEAF(irq->vector)), VECTOR_BIT(irq->vector));
}

/**
 * gsp_irq_fini - give the interrupt line back
 * @irq: interrupt; may be zeroed memory that was never initialised
 *
 * Context: process context, may sleep; not from the handler.
 */
void gsp_irq_fini(struct gsp_irq *irq)
{
	if (!irq->line)
		return;
	gsp_irq_disable(irq);
	free_irq(irq->line, irq);
	pci_free_irq_vectors(irq->pdev);
	irq->line = 0;
}
