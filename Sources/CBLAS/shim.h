#ifndef VOLCSWEEP_CBLAS_H
#define VOLCSWEEP_CBLAS_H

#include <cblas.h>

// Linux's files without a name, which the C library declares only for programs with GNU's extensions.
int memfd_create(const char *name, unsigned int flags);

#endif
