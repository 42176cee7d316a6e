#ifndef VOLCSWEEP_CHDF5_H
#define VOLCSWEEP_CHDF5_H

#include <hdf5/serial/hdf5.h>

#include <stdio.h>

// HDF5's constants are macros that start the library: they import only as functions.
static inline hid_t volcsweep_h5_float(void) { return H5T_NATIVE_FLOAT; }
static inline hid_t volcsweep_h5_double(void) { return H5T_NATIVE_DOUBLE; }
static inline hid_t volcsweep_h5_int8(void) { return H5T_NATIVE_INT8; }
static inline hid_t volcsweep_h5_uint8(void) { return H5T_NATIVE_UINT8; }
static inline hid_t volcsweep_h5_int32(void) { return H5T_NATIVE_INT32; }
static inline hid_t volcsweep_h5_stored_int8(void) { return H5T_STD_I8LE; }
static inline hid_t volcsweep_h5_stored_uint8(void) { return H5T_STD_U8LE; }
static inline hid_t volcsweep_h5_stored_int32(void) { return H5T_STD_I32LE; }
static inline hid_t volcsweep_h5_stored_float(void) { return H5T_IEEE_F32LE; }
static inline hid_t volcsweep_h5_c_string(void) { return H5T_C_S1; }
static inline hid_t volcsweep_h5_file_access(void) { return H5P_FILE_ACCESS; }
static inline hid_t volcsweep_h5_file_create(void) { return H5P_FILE_CREATE; }
static inline hid_t volcsweep_h5_dataset_create(void) { return H5P_DATASET_CREATE; }
static inline hid_t volcsweep_h5_dataset_access(void) { return H5P_DATASET_ACCESS; }
static inline unsigned volcsweep_h5_read_only(void) { return H5F_ACC_RDONLY; }
static inline unsigned volcsweep_h5_read_write(void) { return H5F_ACC_RDWR; }
static inline unsigned volcsweep_h5_truncate(void) { return H5F_ACC_TRUNC; }
static inline hsize_t volcsweep_h5_unlimited(void) { return H5S_UNLIMITED; }

static inline size_t volcsweep_h5_variable(void) { return H5T_VARIABLE; }

/// Stops this thread's errors from being printed; the setting is per thread. To be called before anything else of the
/// library: it also keeps it from tidying up when the process exits, where it crashes over a file that it could not
/// write to a full disk.
static inline void volcsweep_h5_quiet(void) {
  H5dont_atexit();
  H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
}

struct volcsweep_h5_text {
  char *bytes;
  size_t size;
};

static inline herr_t volcsweep_h5_keep_innermost(unsigned depth, const H5E_error2_t *error, void *into) {
  struct volcsweep_h5_text *text = (struct volcsweep_h5_text *)into;
  if (depth == 0 && error->desc) snprintf(text->bytes, text->size, "%s", error->desc);
  return 0;
}

/// Copies the innermost message of this thread's error stack.
static inline void volcsweep_h5_reason(char *bytes, size_t size) {
  struct volcsweep_h5_text text = {bytes, size};
  bytes[0] = 0;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, volcsweep_h5_keep_innermost, &text);
}

#endif
