/*
 * Wire layouts of GSP-RM release 570.144, as byte offsets.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One such header per firmware release.  The model reads and writes guest
 * memory through ld*_le_p()/st*_le_p() at these offsets, so that neither host
 * byte order nor a compiler's idea of padding takes part.
 */
#ifndef GSP_ABI_R570_H
#define GSP_ABI_R570_H

/* libos initialisation arguments: an array of 32-byte entries in one page */
#define R570_LIBOS_ENTRY_SIZE           0x20
#define R570_LIBOS_ID8                  0x00
#define R570_LIBOS_PA                   0x08
#define R570_LIBOS_SIZE                 0x10
#define R570_LIBOS_KIND                 0x18
#define R570_LIBOS_LOC                  0x19
#define R570_LIBOS_KIND_CONTIGUOUS      1
#define R570_LIBOS_LOC_SYSMEM           1

#define R570_ID8_LOGINIT                0x004C4F47494E4954ULL
#define R570_ID8_LOGINTR                0x004C4F47494E5452ULL
#define R570_ID8_LOGRM                  0x0000004C4F47524DULL
#define R570_ID8_RMARGS                 0x0000524D41524753ULL

/* GSP_ARGUMENTS_CACHED */
#define R570_RMARGS_SIZE                0x48
#define R570_RMARGS_SHM_ADDR            0x00
#define R570_RMARGS_PTE_COUNT           0x08
#define R570_RMARGS_CMDQ_OFFSET         0x10
#define R570_RMARGS_STATQ_OFFSET        0x18
#define R570_RMARGS_SR_OLD_LEVEL        0x20
#define R570_RMARGS_SR_FLAGS            0x24
#define R570_RMARGS_SR_IN_PM            0x28

/* Queue geometry */
#define R570_SHM_PAGES                  129
#define R570_CMDQ_OFFSET                0x1000
#define R570_STATQ_OFFSET               0x41000
#define R570_QUEUE_SIZE                 0x40000
#define R570_QUEUE_SLOTS                63

/* Queue header page: tx header, then rx header */
#define R570_QH_VERSION                 0x00
#define R570_QH_SIZE                    0x04
#define R570_QH_MSG_SIZE                0x08
#define R570_QH_MSG_COUNT               0x0C
#define R570_QH_WRITE_PTR               0x10
#define R570_QH_FLAGS                   0x14
#define R570_QH_RX_HDR_OFF              0x18
#define R570_QH_ENTRY_OFF               0x1C
#define R570_QH_READ_PTR                0x20
#define R570_QH_BYTES                   0x24

/* Element header, then RPC header, then payload */
#define R570_EL_CHECKSUM                0x20
#define R570_EL_SEQ                     0x24
#define R570_EL_COUNT                   0x28
#define R570_EL_HDR                     0x30
#define R570_EL_PAGES_MAX               16

#define R570_RPC_VERSION                0x00
#define R570_RPC_SIGNATURE              0x04
#define R570_RPC_LENGTH                 0x08
#define R570_RPC_FUNCTION               0x0C
#define R570_RPC_RESULT                 0x10
#define R570_RPC_RESULT_PRIVATE         0x14
#define R570_RPC_SEQUENCE               0x18
#define R570_RPC_SPARE                  0x1C
#define R570_RPC_HDR                    0x20
#define R570_RPC_HEADER_VERSION         0x03000000
#define R570_RPC_SIGNATURE_VALUE        0x43505256
#define R570_RPC_LENGTH_MAX             0xFFD0
#define R570_RPC_PAYLOAD_MAX            0xFFB0

#define R570_RPC_RESULT_UNKNOWN_FN      0xFF100001
#define R570_RPC_RESULT_BAD_FORMAT      0xFF100002

/* Functions the model serves (the ABI defines 0 .. NUM-1) */
#define R570_FN_NUM                     227
#define R570_FN_NOP                     0
#define R570_FN_ALLOC_MEMORY            4
#define R570_FN_FREE                    10
#define R570_FN_DUP_OBJECT              21
#define R570_FN_UNLOADING               47
#define R570_FN_GET_STATIC_INFO         65
#define R570_FN_UPDATE_BAR_PDE          70
#define R570_FN_CONTINUATION            71
#define R570_FN_SET_SYSTEM_INFO         72
#define R570_FN_SET_REGISTRY            73
#define R570_FN_INIT_POST_OBJGPU        74
#define R570_FN_RM_CONTROL              76
#define R570_FN_RM_ALLOC                103

/* Events */
#define R570_EV_INIT_DONE               0x1001
#define R570_EV_RUN_CPU_SEQUENCER       0x1002
#define R570_EV_POST_EVENT              0x1003
#define R570_EV_RC_TRIGGERED            0x1004
#define R570_EV_OS_ERROR_LOG            0x1006
#define R570_EV_LIBOS_PRINT             0x100C
#define R570_EV_VGPU_PLUGIN             0x100D
#define R570_EV_NUM                     0x1023

/* GspSystemInfo */
#define R570_SI_SIZE                    0x3A0
#define R570_SI_BAR0                    0x00
#define R570_SI_BAR1                    0x08
#define R570_SI_BAR2                    0x10
#define R570_SI_DBDF                    0x20
#define R570_SI_MAX_USER_VA             0x48
#define R570_SI_CFG_MIRROR_BASE         0x50
#define R570_SI_CFG_MIRROR_SIZE         0x54
#define R570_SI_PCI_DEVICE              0x58
#define R570_SI_PCI_SUBDEVICE           0x5C
#define R570_SI_PCI_REVISION            0x60
#define R570_SI_VF_TOTAL                0x358
#define R570_SI_VF_FIRST_OFFSET         0x35C
#define R570_SI_VF_BAR0                 0x360
#define R570_SI_VF_BAR1                 0x368
#define R570_SI_VF_BAR2                 0x370
#define R570_SI_VF_64BIT_BAR0           0x378
#define R570_SI_VF_64BIT_BAR1           0x379
#define R570_SI_VF_64BIT_BAR2           0x37A

/* SET_REGISTRY */
#define R570_REG_SIZE                   0x00
#define R570_REG_COUNT                  0x04
#define R570_REG_ENTRIES                0x08
#define R570_REG_ENTRY_SIZE             0x10
#define R570_REG_E_NAME                 0x00
#define R570_REG_E_TYPE                 0x04
#define R570_REG_E_DATA                 0x08
#define R570_REG_E_LENGTH               0x0C
#define R570_REG_TYPE_DWORD             1
#define R570_REG_TYPE_BINARY            2
#define R570_REG_TYPE_STRING            3

/* RUN_CPU_SEQUENCER */
#define R570_SEQ_BUFFER_DWORDS          0x00
#define R570_SEQ_CMD_INDEX              0x04
#define R570_SEQ_COMMANDS               0x28

/* POST_EVENT */
#define R570_PE_CLIENT                  0x00
#define R570_PE_EVENT                   0x04
#define R570_PE_NOTIFY_INDEX            0x08
#define R570_PE_DATA                    0x0C
#define R570_PE_INFO16                  0x10
#define R570_PE_STATUS                  0x14
#define R570_PE_DATA_SIZE               0x18
#define R570_PE_NOTIFY_LIST             0x1C
#define R570_PE_EVENT_DATA              0x1D
#define R570_PE_SIZE                    0x20

/* GSP_RM_ALLOC */
#define R570_RA_CLIENT                  0x00
#define R570_RA_PARENT                  0x04
#define R570_RA_OBJECT                  0x08
#define R570_RA_CLASS                   0x0C
#define R570_RA_STATUS                  0x10
#define R570_RA_PARAMS_SIZE             0x14
#define R570_RA_PARAMS                  0x20

/* GSP_RM_CONTROL */
#define R570_RC_CLIENT                  0x00
#define R570_RC_OBJECT                  0x04
#define R570_RC_CMD                     0x08
#define R570_RC_STATUS                  0x0C
#define R570_RC_PARAMS_SIZE             0x10
#define R570_RC_PARAMS                  0x18

/* FREE */
#define R570_FR_ROOT                    0x00
#define R570_FR_PARENT                  0x04
#define R570_FR_OBJECT                  0x08
#define R570_FR_STATUS                  0x0C
#define R570_FR_SIZE                    0x10

/* DUP_OBJECT */
#define R570_DU_CLIENT                  0x00
#define R570_DU_PARENT                  0x04
#define R570_DU_OBJECT                  0x08
#define R570_DU_CLIENT_SRC              0x0C
#define R570_DU_OBJECT_SRC              0x10
#define R570_DU_FLAGS                   0x14
#define R570_DU_STATUS                  0x18
#define R570_DU_SIZE                    0x1C

/* ALLOC_MEMORY */
#define R570_AM_CLIENT                  0x00
#define R570_AM_DEVICE                  0x04
#define R570_AM_MEMORY                  0x08
#define R570_AM_CLASS                   0x0C
#define R570_AM_LENGTH                  0x20
#define R570_AM_PAGE_COUNT              0x28
#define R570_AM_PTE_DESC                0x30
#define R570_AM_PTES                    0x38

/* UPDATE_BAR_PDE */
#define R570_BP_BAR                     0x00
#define R570_BP_ENTRY                   0x08
#define R570_BP_SHIFT                   0x10
#define R570_BP_SIZE                    0x18

/* UNLOADING_GUEST_DRIVER */
#define R570_UN_IN_PM                   0x00
#define R570_UN_GC6                     0x01
#define R570_UN_NEW_LEVEL               0x04
#define R570_UN_SIZE                    0x08

/* GspStaticConfigInfo */
#define R570_ST_SIZE                    0x678
#define R570_ST_GR_CAPS                 0x000
#define R570_ST_GID                     0x018
#define R570_ST_GID_LENGTH              0x020
#define R570_ST_GID_DATA                0x024
#define R570_ST_SKU_BOARD_ID            0x124
#define R570_ST_SKU_CHIP                0x128
#define R570_ST_SKU_PROJECT             0x13C
#define R570_ST_SKU_PROJECT_SKU         0x141
#define R570_ST_FB_REGIONS              0x158
#define R570_ST_FB_REGION               0x160
#define R570_ST_FB_REGION_SIZE          0x30
#define R570_ST_SRIOV                   0x460
#define R570_ST_SRIOV_MAX_GFID          0x4B0
#define R570_ST_ENGINE_CAPS             0x4B4
#define R570_ST_POISON_FUSE             0x4C0
#define R570_ST_FB_LENGTH               0x4C8
#define R570_ST_FBIO_MASK               0x4D0
#define R570_ST_FB_BUS_WIDTH            0x4D8
#define R570_ST_FB_RAM_TYPE             0x4DC
#define R570_ST_FBP_MASK                0x4E0
#define R570_ST_L2_SIZE                 0x4E8
#define R570_ST_NAME                    0x4EC
#define R570_ST_SHORT_NAME              0x52C
#define R570_ST_NAME_UNICODE            0x56C
#define R570_ST_NAME_LEN                64
#define R570_ST_IS_TESLA                0x5F3
#define R570_ST_BAR1_PDE_BASE           0x600
#define R570_ST_BAR2_PDE_BASE           0x608
#define R570_ST_VBIOS_VALID             0x610
#define R570_ST_VBIOS_SUBVENDOR         0x614
#define R570_ST_VBIOS_SUBDEVICE         0x618
#define R570_ST_PAGE_RETIREMENT         0x61C
#define R570_ST_SPLIT_VAS               0x61D
#define R570_ST_DISPLAYLESS_HEADS       0x620
#define R570_ST_DISPLAYLESS_HEADS_MAX   0x624
#define R570_ST_DISPLAYLESS_HRES        0x62C
#define R570_ST_DISPLAYLESS_VRES        0x630
#define R570_ST_DISPLAYLESS_PIXELS      0x638
#define R570_ST_CLIENT                  0x640
#define R570_ST_DEVICE                  0x644
#define R570_ST_SUBDEVICE               0x648
#define R570_ST_ECID                    0x650
#define R570_ST_NONWPR_HEAP             0x668
#define R570_ST_FRTS                    0x670

/* fbRegion entry */
#define R570_RG_BASE                    0x00
#define R570_RG_LIMIT                   0x08
#define R570_RG_RESERVED                0x10
#define R570_RG_PERFORMANCE             0x18
#define R570_RG_COMPRESSED              0x1C
#define R570_RG_ISO                     0x1D
#define R570_RG_PROTECTED               0x1E

/* sriovCaps */
#define R570_SR_TOTAL_VFS               0x00
#define R570_SR_FIRST_VF                0x04
#define R570_SR_FEATURES                0x08
#define R570_SR_VF_BAR0                 0x10
#define R570_SR_VF_BAR1                 0x18
#define R570_SR_VF_BAR2                 0x20
#define R570_SR_BAR0_SIZE               0x28
#define R570_SR_BAR1_SIZE               0x30
#define R570_SR_BAR2_SIZE               0x38
#define R570_SR_64BIT_BAR0              0x40
#define R570_SR_64BIT_BAR1              0x41
#define R570_SR_64BIT_BAR2              0x42
#define R570_SR_ENABLED                 0x43
#define R570_SR_EMULATE_TLB             0x45
#define R570_SR_RESIZABLE_BAR1          0x48
#define R570_SR_SIZE                    0x50

/* GspFwWprMeta fields that GSP-RM itself needs */
#define R570_WM_RSVD_START              0x58
#define R570_WM_NONWPR_HEAP             0x60
#define R570_WM_FRTS                    0x98
#define R570_WM_FB_SIZE                 0xB0
#define R570_WM_VF_PARTITIONS           0xF0

/* RC_TRIGGERED, without a journal */
#define R570_RT_ENGINE                  0x00
#define R570_RT_CHID                    0x04
#define R570_RT_GFID                    0x08
#define R570_RT_TYPE                    0x10
#define R570_RT_FAULT_LO                0x1C
#define R570_RT_FAULT_HI                0x20
#define R570_RT_SIZE                    0x30

/* OS_ERROR_LOG */
#define R570_OL_TYPE                    0x000
#define R570_OL_RUNLIST                 0x004
#define R570_OL_CHID                    0x008
#define R570_OL_TEXT                    0x00C
#define R570_OL_TEXT_LEN                256
#define R570_OL_SIZE                    0x110

/* VGPU_GSP_PLUGIN_TRIGGERED */
#define R570_VP_GFID                    0x00
#define R570_VP_NOTIFY_INDEX            0x04
#define R570_VP_SIZE                    0x08

/* PGPU_ADD_VGPU_TYPE, and a type: NVA081_CTRL_VGPU_INFO */
#define R570_AT_DISCARD                 0x00
#define R570_AT_COUNT                   0x04
#define R570_AT_TYPES                   0x08
#define R570_AT_SIZE                    334344

#define R570_VT_ID                      0
#define R570_VT_SIGNATURE               68
#define R570_VT_SIGNATURE_LEN           128
#define R570_VT_MAX_INSTANCE            324
#define R570_VT_PROFILE_SIZE            384
#define R570_VT_FB_LENGTH               392
#define R570_VT_HEAP_SIZE               400
#define R570_VT_SIZE                    5224

/* BOOTLOAD_GSP_VGPU_PLUGIN_TASK */
#define R570_BL_DBDF                    0
#define R570_BL_GFID                    4
#define R570_BL_TYPE                    8
#define R570_BL_VM_PID                  12
#define R570_BL_SWIZZ_ID                16
#define R570_BL_CHANNELS                20
#define R570_BL_PLUGIN_CHANNELS         24
#define R570_BL_CHID_OFFSET             28
#define R570_BL_FB_SEGMENTS             368
#define R570_BL_FB_ADDR                 376
#define R570_BL_FB_LENGTH               3448
#define R570_BL_HEAP_ADDR               6520
#define R570_BL_HEAP_LENGTH             6528
#define R570_BL_CTRL_OFFSET             6536
#define R570_BL_INIT_LOG                6544
#define R570_BL_VGPU_LOG                6560
#define R570_BL_KERNEL_LOG              6576
#define R570_BL_SIZE                    6616

/* What host and plugin share: its size up to the logs, and with them */
#define R570_PB_MIGRATION_SIZE          0x200000
#define R570_PB_LOGS                    0x204000
#define R570_PB_TOTAL                   0x274000

/* its control page */
#define R570_PC_VERSION                 0x00
#define R570_PC_VERSION_1               1
#define R570_PC_TYPE                    0x04
#define R570_PC_SEQ                     0x08
#define R570_PC_RESPONSE                0x10
#define R570_PC_MESSAGE                 0x18
#define R570_PC_MIGRATION               0x20
#define R570_PC_ERROR                   0x28
#define R570_PC_ERROR_GET               0x38
#define R570_PC_BOOTLOADED              0x4E654A6F

/* its response page */
#define R570_PR_SEQ_RECEIVED            0
#define R570_PR_SEQ_PROCESSED           4
#define R570_PR_RESULT                  8
#define R570_PR_ERROR_PUT               344
#define R570_PR_LICENCE                 348
#define R570_PR_GUEST_OS                352

/* Messages of the host are 1 .. NUM-1 */
#define R570_PM_NUM                     15

/* SETUP_CONFIG_PARAMS_AND_INIT; reserved: rev1 .. rev7 */
#define R570_PF_DBDF                    16
#define R570_PF_TYPE                    28
#define R570_PF_SWIZZ_ID                36
#define R570_PF_CHANNELS                40
#define R570_PF_PLUGIN_CHANNELS         44
#define R570_PF_VMM_CAP                 48
#define R570_PF_MIGRATION               52
#define R570_PF_HYPERVISOR              56
#define R570_PF_HOST_ARCH               60
#define R570_PF_PAGE_SIZE               64
#define R570_PF_REV1                    72
#define R570_PF_ENABLE_UVM              75
#define R570_PF_LINUX_INTERRUPTS        76
#define R570_PF_VMM_MIGRATION           77
#define R570_PF_REV2                    78
#define R570_PF_CONSOLE_VNC             79
#define R570_PF_NON_STALL               80
#define R570_PF_REV3                    81
#define R570_PF_PLACEMENT               84
#define R570_PF_REV4                    88
#define R570_PF_THRESHOLD               92
#define R570_PF_REV5                    96
#define R570_PF_SIZE                    112

/* NV_STATUS */
#define NVS_OK                          0x00000000
#define NVS_INSERT_DUPLICATE_NAME       0x00000019
#define NVS_INSUFFICIENT_RESOURCES      0x0000001A
#define NVS_INSUFFICIENT_PERMISSIONS    0x0000001B
#define NVS_INVALID_ARGUMENT            0x0000001F
#define NVS_INVALID_CLASS               0x00000022
#define NVS_INVALID_CLIENT              0x00000023
#define NVS_INVALID_OBJECT_HANDLE       0x00000033
#define NVS_INVALID_OBJECT_PARENT       0x00000036
#define NVS_INVALID_PARAM_STRUCT        0x0000003A
#define NVS_INVALID_STATE               0x00000040
#define NVS_NO_MEMORY                   0x00000051
#define NVS_NOT_SUPPORTED               0x00000056
#define NVS_OBJECT_NOT_FOUND            0x00000057
#define NVS_STATE_IN_USE                0x00000063

#endif
