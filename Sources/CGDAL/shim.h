#ifndef VOLCSWEEP_CGDAL_H
#define VOLCSWEEP_CGDAL_H

#include <gdal/cpl_conv.h>
#include <gdal/cpl_error.h>
#include <gdal/cpl_string.h>
#include <gdal/gdal.h>
#include <gdal/gdal_frmts.h>
#include <gdal/ogr_api.h>
#include <gdal/ogr_srs_api.h>

// In GDAL's C++ headers alone: the vector drivers that workbooks are read by.
void RegisterOGRXLSX(void);
void RegisterOGRODS(void);

#endif
