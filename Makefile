# SPDX-License-Identifier: GPL-2.0-only
#
# A wrapper only: modules are built by Kbuild, everything else by the bench.

KDIR ?= /lib/modules/$(shell uname -r)/build
GSP_CONFIG := CONFIG_GSP_CORE=m CONFIG_GSP_CORE_KUNIT_TEST=m \
	      CONFIG_GSP_VFIO_PCI=m CONFIG_GSP_VFIO_PCI_KUNIT_TEST=m

BENCH := tools/testing/gsp/bench/run
export CHIP FW KERNEL TESTS FULL SEED KVM KSRC QEMU TRACE RUNS JSON

.PHONY: modules modules_install clean lint demo check builds docs kunit peers bench vm qtest graft help

modules modules_install clean:
	$(MAKE) -C $(KDIR) M=$(CURDIR) $(GSP_CONFIG) $@

lint demo check builds docs kunit peers bench vm qtest:
	@$(BENCH) $@

graft:
	@tools/testing/gsp/scripts/graft $(KSRC)

help:
	@echo 'make modules          build the modules against KDIR=<kernel build directory>'
	@echo 'make modules_install  install them below INSTALL_MOD_PATH=/lib/modules/...'
	@echo 'make clean            remove what make modules left in the tree'
	@echo 'make graft            copy the tree into the kernel source KSRC=, to build it there'
	@echo 'make lint             checkpatch, sparse, warnings, kernel-doc, layers, shape'
	@echo 'make demo             the real GSP firmware on the device model, and a VF in a guest'
	@echo 'make check            all tests; FULL=1 adds the sweeps'
	@echo 'make builds           against other kernels, as a headers package, grafted =m and =y'
	@echo 'make docs             Documentation/ as HTML, each warning an error'
	@echo 'make kunit            unit tests alone, on both kernels'
	@echo 'make peers            the kernel'\''s own nouveau on the device model'
	@echo 'make bench            what the drivers cost, beside nouveau and plain vfio-pci'
	@echo 'make qtest            tests of the device model alone'
	@echo 'make vm               a shell in the host VM with the modules at hand'
	@echo
	@echo 'CHIP=ad102 FW=real|synthetic KERNEL=plain|debug TESTS=<pattern> narrow the tests.'
