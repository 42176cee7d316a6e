#ifndef VOLCSWEEP_CLIBSVM_H
#define VOLCSWEEP_CLIBSVM_H

#include <libsvm/svm.h>

static inline void volcsweep_svm_say_nothing(const char *text) { (void)text; }

/// Stops the library from printing its progress.
static inline void volcsweep_svm_quiet(void) { svm_set_print_string_function(volcsweep_svm_say_nothing); }

#endif
