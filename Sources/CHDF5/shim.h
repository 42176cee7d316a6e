#ifndef VOLCSWEEP_CHDF5_H
#define VOLCSWEEP_CHDF5_H

#include <hdf5/serial/hdf5.h>

#endif
