import Interferometry

extension SyntheticVolcano {
  /// Content of `metadata/metadata.txt` as LiCSAR writes it: one `key=value` per line.
  var metadataText: String {
    """
    master=\(dates[masterIndex])
    center_time=6:00:00.000000
    heading=\(headingDegrees)
    avg_incidence_angle=\(incidenceDegrees)
    azimuth_resolution=14.0
    range_resolution=2.329562
    centre_range_m=880000.0
    avg_height=0.0
    applied_DEM=synthetic

    """
  }

  /// Content of `metadata/baselines` as LiCSAR writes it: master date, date, perpendicular baseline in metres
  /// and days since the master, both relative to the master.
  var baselinesText: String {
    let master = dates[masterIndex]
    return zip(dates, perpendicularBaselinesMetres).map { date, metres in
      "\(master) \(date) \(metres) \(date.daysSince1970 - master.daysSince1970)\n"
    }.joined()
  }
}
