/* SPDX-License-Identifier: GPL-2.0-only */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM gsp

#if !defined(_GSP_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _GSP_TRACE_H

#include <linux/device.h>
#include <linux/tracepoint.h>

/*
 * The life of a transfer: begin, wait, rx, end. @seq is the host's own number
 * of the transfer, the same in all of them, whether or not the firmware
 * echoes it; 0 stands for no transfer.
 */
TRACE_EVENT(gsp_rpc_begin,
	    TP_PROTO(struct device *dev, u32 seq, u32 fn, size_t len, bool reply),
	    TP_ARGS(dev, seq, fn, len, reply),
	    TP_STRUCT__entry(__string(dev, dev_name(dev))
			     __field(u32, seq)
			     __field(u32, fn)
			     __field(size_t, len)
			     __field(bool, reply)),
	    TP_fast_assign(__assign_str(dev);
			   __entry->seq = seq;
			   __entry->fn = fn;
			   __entry->len = len;
			   __entry->reply = reply;),
	    TP_printk("%s seq=%u fn=%u len=%zu%s", __get_str(dev), __entry->seq, __entry->fn,
		      __entry->len, __entry->reply ? "" : " no reply")
);

TRACE_EVENT(gsp_rpc_wait,
	    TP_PROTO(struct device *dev, u32 seq, u32 fn, bool irq),
	    TP_ARGS(dev, seq, fn, irq),
	    TP_STRUCT__entry(__string(dev, dev_name(dev))
			     __field(u32, seq)
			     __field(u32, fn)
			     __field(bool, irq)),
	    TP_fast_assign(__assign_str(dev);
			   __entry->seq = seq;
			   __entry->fn = fn;
			   __entry->irq = irq;),
	    TP_printk("%s seq=%u fn=%u %s", __get_str(dev), __entry->seq, __entry->fn,
		      __entry->irq ? "interrupt" : "polling")
);

TRACE_EVENT(gsp_rpc_end,
	    TP_PROTO(struct device *dev, u32 seq, u32 fn, int ret, u32 result, size_t len),
	    TP_ARGS(dev, seq, fn, ret, result, len),
	    TP_STRUCT__entry(__string(dev, dev_name(dev))
			     __field(u32, seq)
			     __field(u32, fn)
			     __field(int, ret)
			     __field(u32, result)
			     __field(size_t, len)),
	    TP_fast_assign(__assign_str(dev);
			   __entry->seq = seq;
			   __entry->fn = fn;
			   __entry->ret = ret;
			   __entry->result = result;
			   __entry->len = len;),
	    TP_printk("%s seq=%u fn=%u ret=%d result=0x%x len=%zu", __get_str(dev), __entry->seq,
		      __entry->fn, __entry->ret, __entry->result, __entry->len)
);

TRACE_EVENT(gsp_rpc_rx,
	    TP_PROTO(struct device *dev, u32 seq, u32 fn, u32 len, u32 result, u32 elem_seq),
	    TP_ARGS(dev, seq, fn, len, result, elem_seq),
	    TP_STRUCT__entry(__string(dev, dev_name(dev))
			     __field(u32, seq)
			     __field(u32, fn)
			     __field(u32, len)
			     __field(u32, result)
			     __field(u32, elem_seq)),
	    TP_fast_assign(__assign_str(dev);
			   __entry->seq = seq;
			   __entry->fn = fn;
			   __entry->len = len;
			   __entry->result = result;
			   __entry->elem_seq = elem_seq;),
	    TP_printk("%s seq=%u fn=0x%x len=%u result=0x%x elem_seq=%u", __get_str(dev),
		      __entry->seq, __entry->fn, __entry->len, __entry->result, __entry->elem_seq)
);

TRACE_EVENT(gsp_rpc_drop,
	    TP_PROTO(struct device *dev, u32 seq, u32 fn, u32 len, const char *why),
	    TP_ARGS(dev, seq, fn, len, why),
	    TP_STRUCT__entry(__string(dev, dev_name(dev))
			     __field(u32, seq)
			     __field(u32, fn)
			     __field(u32, len)
			     __string(why, why)),
	    TP_fast_assign(__assign_str(dev);
			   __entry->seq = seq;
			   __entry->fn = fn;
			   __entry->len = len;
			   __assign_str(why);),
	    TP_printk("%s seq=%u fn=0x%x len=%u %s", __get_str(dev), __entry->seq, __entry->fn,
		      __entry->len, __get_str(why))
);

TRACE_EVENT(gsp_rpc_state,
	    TP_PROTO(struct device *dev, const char *from, const char *to, const char *why),
	    TP_ARGS(dev, from, to, why),
	    TP_STRUCT__entry(__string(dev, dev_name(dev))
			     __string(from, from)
			     __string(to, to)
			     __string(why, why)),
	    TP_fast_assign(__assign_str(dev);
			   __assign_str(from);
			   __assign_str(to);
			   __assign_str(why);),
	    TP_printk("%s %s -> %s (%s)", __get_str(dev), __get_str(from), __get_str(to),
		      __get_str(why))
);

/* What RM said of a call that went through: the firmware's own status. */
TRACE_EVENT(gsp_rm_status,
	    TP_PROTO(const char *call, u32 object, u32 what, u32 status, const char *name),
	    TP_ARGS(call, object, what, status, name),
	    TP_STRUCT__entry(__string(call, call)
			     __field(u32, object)
			     __field(u32, what)
			     __field(u32, status)
			     __string(name, name)),
	    TP_fast_assign(__assign_str(call);
			   __entry->object = object;
			   __entry->what = what;
			   __entry->status = status;
			   __assign_str(name);),
	    TP_printk("%s object=0x%x what=0x%x status=0x%x %s", __get_str(call),
		      __entry->object, __entry->what, __entry->status, __get_str(name))
);

/* A boot or unload phase begins. */
TRACE_EVENT(gsp_boot_phase,
	    TP_PROTO(struct device *dev, const char *phase),
	    TP_ARGS(dev, phase),
	    TP_STRUCT__entry(__string(dev, dev_name(dev))
			     __string(phase, phase)),
	    TP_fast_assign(__assign_str(dev);
			   __assign_str(phase);),
	    TP_printk("%s %s", __get_str(dev), __get_str(phase))
);

#endif /* _GSP_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
