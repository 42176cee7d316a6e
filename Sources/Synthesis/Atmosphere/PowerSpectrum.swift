import Foundation

/// How the variance of an isotropic random field is spread over wavenumbers: a power law that flattens above an
/// outer scale and steepens by one below an inner one.
public struct PowerSpectrum: Hashable, Sendable {
  /// The exponent β of the two-dimensional spectrum ∝ k^−β between the two scales.
  public let exponent: Double
  /// The wavelength beyond which the spectrum is flat, pixels.
  public let outerScalePixels: Double
  /// The wavelength below which the exponent is β + 1, pixels; 0 for never.
  public let innerScalePixels: Double
  /// The wavelength below which a product's filter has smoothed everything away, pixels; 0 for no filter.
  public let filterPixels: Double

  public init(
    exponent: Double, outerScalePixels: Double, innerScalePixels: Double = 0, filterPixels: Double = 0
  ) {
    self.exponent = exponent
    self.outerScalePixels = outerScalePixels
    self.innerScalePixels = innerScalePixels
    self.filterPixels = filterPixels
  }

  /// The delay of turbulent water vapour: exponent 8/3 over distances at which the turbulent layer is thin, 11/3
  /// below its thickness of about 1.5 km, which is a wavelength of 2π times that (Hanssen 2001, "Radar
  /// Interferometry", section 4.7).
  public static func turbulence(pixelMetres: Double) -> PowerSpectrum {
    PowerSpectrum(
      exponent: 8.0 / 3, outerScalePixels: 40_000 / pixelMetres, innerScalePixels: 9_400 / pixelMetres,
      filterPixels: 8)
  }

  /// A field whose covariance is e^(−distance / length): the transform of that is a power law of exponent 3 that
  /// flattens beyond 2π lengths.
  public static func exponential(lengthMetres: Double, pixelMetres: Double) -> PowerSpectrum {
    PowerSpectrum(exponent: 3, outerScalePixels: 2 * .pi * lengthMetres / pixelMetres)
  }

  /// Rough terrain or a patchwork of ground cover: fractal up to an outer scale.
  public static func terrain(exponent: Double, outerScalePixels: Double) -> PowerSpectrum {
    PowerSpectrum(exponent: exponent, outerScalePixels: outerScalePixels)
  }

  /// The spectrum's density up to a factor, at a wavenumber in cycles per pixel.
  public func density(atWavenumber wavenumber: Double) -> Double {
    let outer = 1 / outerScalePixels
    let large = pow(wavenumber * wavenumber + outer * outer, -exponent / 2)
    let fine = wavenumber * innerScalePixels
    let filtered = wavenumber * filterPixels
    return large / (1 + fine * fine).squareRoot() * exp(-filtered * filtered)
  }
}
