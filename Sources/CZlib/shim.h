#ifndef VOLCSWEEP_CZLIB_H
#define VOLCSWEEP_CZLIB_H

#include <zlib.h>

// inflateInit2 is a macro. 47: a window of any size, the gzip or zlib header found by itself.
static inline int volcsweep_inflate_init(z_streamp stream) { return inflateInit2(stream, 47); }

#endif
