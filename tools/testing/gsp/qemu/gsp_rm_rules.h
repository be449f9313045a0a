/*
 * NVIDIA GSP GPU model: rules of the firmware half
 *
 * Included by gsp_rules.h, which explains the format. After a broken rule of
 * the start or of an element GSP-RM is silent for ever (state "dead"), as the
 * firmware is; where a rule leaves it alive, the text says so.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HW_MISC_GSP_RM_RULES_H
#define HW_MISC_GSP_RM_RULES_H

#define GSP_RM_RULES(RULE) \
    /* libos arguments and log buffers */ \
    RULE(LIBOS_ARGS_MISSING, "libos-args-missing", \
         "one of LOGINIT, LOGINTR, LOGRM, RMARGS is not there (5.6)") \
    RULE(LIBOS_ARGS_DUPLICATE, "libos-args-duplicate", \
         "a region is named twice (5.6)") \
    RULE(LIBOS_ARGS_KIND, "libos-args-kind", \
         "region kind is not CONTIGUOUS (5.6)") \
    RULE(LIBOS_ARGS_LOCATION, "libos-args-location", \
         "region location is not SYSMEM (5.6)") \
    RULE(LIBOS_ARGS_ALIGNMENT, "libos-args-alignment", \
         "region address is zero or not page aligned (5.6)") \
    RULE(LIBOS_ARGS_SIZE, "libos-args-size", \
         "region too small, or a log that is no whole number of pages (5.6)") \
    RULE(LIBOS_LOG_PUT, "libos-log-put", \
         "the put pointer of a log is not 0 at the start (5.6)") \
    RULE(LIBOS_LOG_PTE, "libos-log-pte", \
         "the page table in a log names other pages than the log's (5.6)") \
    /* RMARGS and shared memory */ \
    RULE(RMARGS_SHM_ADDRESS, "rmargs-shm-address", \
         "sharedMemPhysAddr is zero or not page aligned (5.7)") \
    RULE(RMARGS_PTE_COUNT, "rmargs-pte-count", \
         "pageTableEntryCount is not 129 (5.7, 6.1)") \
    RULE(RMARGS_QUEUE_OFFSET, "rmargs-queue-offset", \
         "queues unaligned, overlapping, or outside shared memory (5.7, 6.1)") \
    RULE(RMARGS_NOT_FRESH, "rmargs-not-fresh", \
         "suspend/resume arguments are set on a fresh boot (5.7)") \
    RULE(SHM_PAGETABLE_ALIGNMENT, "shm-pagetable-alignment", \
         "a page table entry is zero or not page aligned (6.1)") \
    RULE(SHM_PAGETABLE_DUPLICATE, "shm-pagetable-duplicate", \
         "two page table entries name one page (6.1)") \
    RULE(SHM_PAGETABLE_SELF, "shm-pagetable-self", \
         "entry 0 is not the page of the table itself (6.1)") \
    /* header of the command queue */ \
    RULE(QUEUE_HEADER_VERSION, "queue-header-version", \
         "tx.version is not 0 (6.2)") \
    RULE(QUEUE_HEADER_SIZE, "queue-header-size", \
         "tx.size is not 0x40000 or tx.msgSize not 0x1000 (6.2)") \
    RULE(QUEUE_HEADER_COUNT, "queue-header-count", \
         "tx.msgCount is not 63 (6.2)") \
    RULE(QUEUE_HEADER_FLAGS, "queue-header-flags", \
         "tx.flags is not SWAP_RX (6.2)") \
    RULE(QUEUE_HEADER_OFFSETS, "queue-header-offsets", \
         "tx.rxHdrOff is not 0x20 or tx.entryOff not 0x1000 (6.2)") \
    RULE(QUEUE_HEADER_READ_POINTER, "queue-header-read-pointer", \
         "the CPU's read pointer is not 0 at the start (6.2)") \
    /* rings */ \
    RULE(CMDQ_WRITE_POINTER, "cmdq-write-pointer", \
         "write pointer of the command queue is not below 63 (6.2)") \
    RULE(STATQ_READ_POINTER, "statq-read-pointer", \
         "the CPU's read pointer is not below 63, or passed our writes (6.2)") \
    RULE(STATUS_QUEUE_OVERFLOW, "status-queue-overflow", \
         "the CPU never drains the status queue; " \
         "the message is lost, the rest works (6.2)") \
    RULE(ELEMENT_COUNT_RANGE, "element-count-range", \
         "elemCount is 0, above 16, or more than was published (6.3)") \
    RULE(ELEMENT_COUNT_MISMATCH, "element-count-mismatch", \
         "elemCount is not the pages that header and length need (6.3)") \
    RULE(ELEMENT_CHECKSUM, "element-checksum", \
         "the element does not sum up to 0 (6.3)") \
    RULE(ELEMENT_SEQUENCE, "element-sequence", \
         "seqNum is not the one after the last element's (6.3)") \
    RULE(RPC_LENGTH_RANGE, "rpc-length-range", \
         "length below 32 or above 0xFFD0 (6.3, 6.5)") \
    RULE(RPC_HEADER_VERSION, "rpc-header-version", \
         "header_version is not 0x03000000 (6.5)") \
    RULE(RPC_SIGNATURE, "rpc-signature", \
         "signature is not VRPC (6.5)") \
    /* messages */ \
    RULE(RPC_FUNCTION_UNKNOWN, "rpc-function-unknown", \
         "no such function in this release; " \
         "answered with rpc_result 0xFF100001 (6.7)") \
    RULE(RPC_PAYLOAD_LENGTH, "rpc-payload-length", \
         "payload shorter than the function's structure; " \
         "answered with rpc_result 0xFF100002 (6.9)") \
    RULE(RPC_BEFORE_INIT_DONE, "rpc-before-init-done", \
         "not SET_SYSTEM_INFO or SET_REGISTRY before INIT_DONE; " \
         "answered with rpc_result 0x40 (4.3)") \
    RULE(CONTINUATION_UNEXPECTED, "continuation-unexpected", \
         "continuation record where no message waits for one (6.6)") \
    RULE(CONTINUATION_INTERRUPTED, "continuation-interrupted", \
         "another function inside a split message (6.6)") \
    RULE(CONTINUATION_OVERRUN, "continuation-overrun", \
         "continuation records are longer than the message they complete (6.6)") \
    RULE(MESSAGE_TOO_LARGE, "message-too-large", \
         "a split message announces more than the model takes, 4 MiB (6.6)") \
    /* contents of messages */ \
    RULE(SYSINFO_BAR, "sysinfo-bar-address", \
         "a BAR address is not what configuration space says (6.9)") \
    RULE(SYSINFO_BDF, "sysinfo-bus-devfn", \
         "nvDomainBusDeviceFunc is not where the device is (6.9)") \
    RULE(SYSINFO_PCI_ID, "sysinfo-pci-id", \
         "PCI ids or revision are not the device's (6.9)") \
    RULE(SYSINFO_CONFIG_MIRROR, "sysinfo-config-mirror", \
         "configuration mirror is not 0x1000 bytes at 0x88000 (6.9)") \
    RULE(SYSINFO_MAX_USER_VA, "sysinfo-max-user-va", \
         "maxUserVa is zero or beyond 57 bits (6.9)") \
    RULE(SYSINFO_VF, "sysinfo-vf-info", \
         "gspVFInfo is given and differs from the SR-IOV capability (6.9, 7.1)") \
    RULE(SYSINFO_REPEATED, "sysinfo-repeated", \
         "SET_SYSTEM_INFO came twice (4.3)") \
    RULE(REGISTRY_SIZE, "registry-size", \
         "size beyond the payload, or more entries than fit into it (6.9)") \
    RULE(REGISTRY_BOUNDS, "registry-bounds", \
         "a name or value lies outside the table (6.9)") \
    RULE(REGISTRY_STRING, "registry-string", \
         "a name or string value is not NUL terminated (6.9)") \
    RULE(REGISTRY_TYPE, "registry-type", \
         "unknown type, or a dword that is not 4 bytes long (6.9)") \
    RULE(REGISTRY_REPEATED, "registry-repeated", \
         "SET_REGISTRY came twice (4.3)") \
    RULE(SEQUENCER_NOT_RUN, "sequencer-not-run", \
         "the CPU has not finished the sequencer program after 4 s (4.7)") \
    RULE(SEQUENCER_RESULT, "sequencer-result", \
         "the CPU ran the sequencer program wrongly (4.7)") \
    RULE(BAR_PDE, "bar-pde-invalid", \
         "UPDATE_BAR_PDE of another BAR or level; " \
         "answered with rpc_result 0x1F (6.9)") \
    RULE(MEMORY_PTES, "alloc-memory-ptes", \
         "PTE list shorter than pageCount, or pages do not cover the length; " \
         "answered with rpc_result 0x1F (6.9)") \
    /* vGPUs; where no status is told the control answers with one */ \
    RULE(SRIOV_MODE, "sriov-mode-without-vfs", \
         "RMSetSriovMode without gspVFInfo; " \
         "GSP-RM goes on without SR-IOV (vGPU 2.0)") \
    RULE(VGPU_TYPE_COUNT, "vgpu-type-count", \
         "more than 64 vGPU types (vGPU 2.1)") \
    RULE(VGPU_TYPE_SIGNATURE, "vgpu-type-signature", \
         "the signature of a vGPU type does not verify (vGPU 3)") \
    RULE(VGPU_TYPE_UNKNOWN, "vgpu-type-unknown", \
         "the type is not uploaded, or not the one of bootload (vGPU 2.4)") \
    RULE(VGPU_MAX_INSTANCE, "vgpu-max-instance", \
         "more vGPUs than maxInstance of the type (vGPU 2.4)") \
    RULE(VGPU_HOMOGENEOUS, "vgpu-homogeneous", \
         "profile of another size than the vGPUs there are (vGPU 2.4)") \
    RULE(VGPU_GFID, "vgpu-gfid-range", \
         "GFID is 0 or no VF's (vGPU 2.2)") \
    RULE(VGPU_GFID_BUSY, "vgpu-gfid-busy", \
         "a plugin of this GFID was not cleaned up (vGPU 2.4)") \
    RULE(VGPU_PARTITIONS, "vgpu-partitions", \
         "more vGPUs than gspFwHeapVfPartitionCount of the boot (vGPU 2.0)") \
    RULE(VGPU_SWIZZ, "vgpu-swizz-id", \
         "swizzId of a GPU instance without MIG (vGPU 2.2)") \
    RULE(VGPU_DBDF, "vgpu-dbdf", \
         "dbdf is not where the VF of this GFID is (vGPU 2.2)") \
    RULE(VGPU_FB_SEGMENTS, "vgpu-fb-segments", \
         "numGuestFbSegments is not 1 .. 384 (vGPU 2.2)") \
    RULE(VGPU_FB_ALIGNMENT, "vgpu-fb-alignment", \
         "guest framebuffer is empty or not whole VMMU segments (vGPU 2.2)") \
    RULE(VGPU_FB_RANGE, "vgpu-fb-range", \
         "guest framebuffer reaches into WPR2, reserved memory, or beyond " \
         "the end (vGPU 2.2)") \
    RULE(VGPU_FB_OVERLAP, "vgpu-fb-overlap", \
         "framebuffer of a vGPU is another's, twice its own, or in use by a " \
         "channel of the PF (vGPU 2.4)") \
    RULE(VGPU_FB_LENGTH, "vgpu-fb-length", \
         "guest framebuffer exceeds fbLength of the type (vGPU 2.4)") \
    RULE(VGPU_HEAP_SIZE, "vgpu-heap-size", \
         "plugin heap smaller than its buffer or than gspHeapSize (vGPU 2.5)") \
    RULE(VGPU_HEAP_RANGE, "vgpu-heap-range", \
         "plugin heap unaligned or not in usable framebuffer (vGPU 2.2)") \
    RULE(VGPU_CTRL_BUFFER, "vgpu-ctrl-buffer", \
         "ctrlBuffOffset unaligned, or no room behind it (vGPU 2.5)") \
    RULE(VGPU_LOG_RANGE, "vgpu-log-range", \
         "a log is not in the heap, or lies over something else (vGPU 2.4)") \
    RULE(VGPU_CHANNEL_COUNT, "vgpu-channel-count", \
         "numChannels no power of two, or too many plugin channels " \
         "(vGPU 2.4)") \
    RULE(VGPU_CHANNEL_RANGE, "vgpu-channel-range", \
         "channel ids beyond those of a runlist, or two ranges of them " \
         "(vGPU 2.4)") \
    RULE(VGPU_CHANNELS_BUSY, "vgpu-channels-busy", \
         "channel ids that another vGPU or a channel of the PF has " \
         "(vGPU 2.4)") \
    RULE(VGPU_CHANNEL, "channel-of-vgpu", \
         "the PF asks for a channel id of a vGPU (vGPU 2.4)") \
    RULE(VGPU_BOOTLOADED_STALE, "vgpu-bootloaded-stale", \
         "the host's buffer said \"bootloaded\" before BOOTLOAD; " \
         "it is served (vGPU 2.3)") \
    RULE(VGPU_NO_PLUGIN, "vgpu-no-plugin", \
         "SHUTDOWN or CLEANUP of a GFID without a plugin (vGPU 2.6)") \
    RULE(VGPU_SHUTDOWN_ORDER, "vgpu-shutdown-order", \
         "SHUTDOWN of a plugin that was shut down (vGPU 2.6)") \
    RULE(VGPU_CLEANUP_ORDER, "vgpu-cleanup-order", \
         "CLEANUP of a plugin that still runs (vGPU 2.6)") \
    RULE(VGPU_LEFT, "vgpu-left-behind", \
         "unload while there are vGPUs; it is served (vGPU 2.6)") \
    /* messages to plugins; unanswered, where no result is told */ \
    RULE(PLUGIN_DOORBELL, "plugin-doorbell", \
         "doorbell of no plugin that is up, or not handle 17 (vGPU 2.5)") \
    RULE(PLUGIN_BUSY, "plugin-busy", \
         "doorbell while the last message is not answered (vGPU 2.5)") \
    RULE(PLUGIN_VERSION, "plugin-buffer-version", \
         "version of the control page is not 1 (vGPU 2.5)") \
    RULE(PLUGIN_LAYOUT, "plugin-buffer-layout", \
         "an offset is no page of the heap, or regions overlap (vGPU 2.5)") \
    RULE(PLUGIN_SEQUENCE, "plugin-sequence", \
         "message_seq_num is not the one after the last, 0 left out " \
         "(vGPU 2.5)") \
    RULE(PLUGIN_MESSAGE, "plugin-message-type", \
         "no such message in this release; result 0x1F (vGPU 2.5)") \
    RULE(PLUGIN_ORDER, "plugin-message-order", \
         "version, configuration, then others, the first two once; " \
         "result 0x40 (vGPU 2.3)") \
    RULE(PLUGIN_CONFIG, "plugin-config-field", \
         "a field of the configuration can't be so; result 0x1F (vGPU 2.5)") \
    RULE(PLUGIN_CONFIG_CHANNELS, "plugin-config-channels", \
         "the configuration's channels are not bootload's; " \
         "result 0x1F (vGPU 2.5)") \
    RULE(PLUGIN_BME, "plugin-bme-field", \
         "UPDATE_BME_STATE's enable is not 0 or 1; result 0x1F (vGPU 2.5)") \

#endif /* HW_MISC_GSP_RM_RULES_H */
