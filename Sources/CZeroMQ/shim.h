#ifndef VOLCSWEEP_CZEROMQ_H
#define VOLCSWEEP_CZEROMQ_H

#include <errno.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <zmq.h>

#endif
