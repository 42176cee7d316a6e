#ifndef VOLCSWEEP_CBLAS_H
#define VOLCSWEEP_CBLAS_H

#include <cblas.h>

#endif
