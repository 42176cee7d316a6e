// Lets every so many reads of a stack by a worker fail with EIO. Built as a shared object and put before a program with
// LD_PRELOAD; FAILING_READS in the environment is how many reads one fails of.
//   cc -O1 -shared -fPIC -o failing_reads.so failing_reads.c
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static atomic_int reads;

// The second word of the command line; planning opens stacks in processes of its own.
static int is_worker(void) {
  static int known;
  if (known) return known > 0;
  char line[4096] = "";
  int file = open("/proc/self/cmdline", O_RDONLY);
  ssize_t count = file < 0 ? 0 : read(file, line, sizeof line - 2);
  if (file >= 0) close(file);
  known = count > 0 && strcmp(line + strlen(line) + 1, "worker") == 0 ? 1 : -1;
  return known > 0;
}

static int fails(int descriptor) {
  const char *every = getenv("FAILING_READS");
  if (!every || !is_worker()) return 0;
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t count = readlink(link, path, sizeof path - 1);
  if (count < 3 || memcmp(path + count - 3, ".h5", 3) != 0) return 0;
  int period = atoi(every);
  return period > 0 && atomic_fetch_add(&reads, 1) % period == period - 1;
}

ssize_t pread64(int descriptor, void *bytes, size_t count, off64_t start) {
  static ssize_t (*next)(int, void *, size_t, off64_t);
  if (!next) next = dlsym(RTLD_NEXT, "pread64");
  if (fails(descriptor)) return errno = EIO, -1;
  return next(descriptor, bytes, count, start);
}

ssize_t pread(int descriptor, void *bytes, size_t count, off_t start) {
  static ssize_t (*next)(int, void *, size_t, off_t);
  if (!next) next = dlsym(RTLD_NEXT, "pread");
  if (fails(descriptor)) return errno = EIO, -1;
  return next(descriptor, bytes, count, start);
}
