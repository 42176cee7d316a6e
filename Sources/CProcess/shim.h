#pragma once
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

// prctl takes a variable number of arguments, which Swift does not import.
static inline int volcsweep_end_with_parent(void) { return prctl(PR_SET_PDEATHSIG, SIGKILL); }

// A file in memory, closed on exec.
static inline int volcsweep_memory_file(const char *name) { return memfd_create(name, MFD_CLOEXEC); }

// Both ends closed on exec; functions that Linux alone has are not in Swift's view of its headers.
static inline int volcsweep_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }
static inline int volcsweep_duplicate(int from, int to) { return dup3(from, to, O_CLOEXEC); }

// The calling thread's name, for debuggers.
static inline int volcsweep_name_thread(const char *name) { return prctl(PR_SET_NAME, name); }

// A descriptor of a process, which never stands for another one that has its number later; Linux 5.3.
static inline int volcsweep_process_open(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }
static inline int volcsweep_process_signal(int process, int signal) {
  return (int)syscall(SYS_pidfd_send_signal, process, signal, NULL, 0);
}
