// Counts what a thread asks of the heap while it is armed. Built as a shared object and put before a program with
// LD_PRELOAD; the program finds the two functions at the end by their names.
//   cc -O1 -shared -fPIC -o allocations.so allocations.c
// ALLOCATION_TRACE=1 in the environment prints where the first ones come from.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static __thread int armed __attribute__((tls_model("initial-exec")));
static __thread long count __attribute__((tls_model("initial-exec")));

// What the BLAS and oneDNN ask for inside a product is theirs: OpenBLAS's kernels for small products take a buffer each.
static int is_of_a_library(void *caller) {
  Dl_info from;
  if (!dladdr(caller, &from) || !from.dli_fname) return 0;
  return strstr(from.dli_fname, "blas") || strstr(from.dli_fname, "dnnl");
}

static void note(void *caller) {
  if (!armed || is_of_a_library(caller)) return;
  count++;
  if (count > 40 || !getenv("ALLOCATION_TRACE")) return;
  armed = 0;
  void *frames[24];
  backtrace_symbols_fd(frames, backtrace(frames, 24), 2);
  if (write(2, "--\n", 3) < 0) abort();
  armed = 1;
}

void *malloc(size_t bytes) { note(__builtin_return_address(0)); return __libc_malloc(bytes); }
void *calloc(size_t items, size_t bytes) { note(__builtin_return_address(0)); return __libc_calloc(items, bytes); }
void *realloc(void *old, size_t bytes) { note(__builtin_return_address(0)); return __libc_realloc(old, bytes); }
void *memalign(size_t boundary, size_t bytes) { note(__builtin_return_address(0)); return __libc_memalign(boundary, bytes); }
void *aligned_alloc(size_t boundary, size_t bytes) { note(__builtin_return_address(0)); return __libc_memalign(boundary, bytes); }
int posix_memalign(void **place, size_t boundary, size_t bytes) {
  note(__builtin_return_address(0));
  *place = __libc_memalign(boundary, bytes);
  return *place ? 0 : ENOMEM;
}

void volcsweep_arm_allocations(int on) { armed = on; }
long volcsweep_allocations(void) { return count; }
