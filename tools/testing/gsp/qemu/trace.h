#include "trace/trace-hw_misc_gsp.h"
