#pragma once
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>

// prctl takes a variable number of arguments, which Swift does not import.
static inline int volcsweep_end_with_parent(void) { return prctl(PR_SET_PDEATHSIG, SIGKILL); }

// A file in memory, closed on exec.
static inline int volcsweep_memory_file(const char *name) { return memfd_create(name, MFD_CLOEXEC); }
