import Foundation

/// Spectrum of an isotropic random field: a power law that is flat beyond an outer scale and steeper by one
/// below an inner scale.
public struct PowerSpectrum: Hashable, Sendable {
  /// Exponent β of the two-dimensional spectrum ∝ k^−β between the two scales.
  public let exponent: Double
  /// Wavelength beyond which the spectrum is flat, pixels.
  public let outerScalePixels: Double
  /// Wavelength below which the exponent is β + 1, pixels; 0 for none.
  public let innerScalePixels: Double
  /// Wavelength below which filtering has removed all variance, pixels; 0 for no filter.
  public let filterPixels: Double

  public init(
    exponent: Double, outerScalePixels: Double, innerScalePixels: Double = 0, filterPixels: Double = 0
  ) {
    self.exponent = exponent
    self.outerScalePixels = outerScalePixels
    self.innerScalePixels = innerScalePixels
    self.filterPixels = filterPixels
  }

  /// Delay of turbulent water vapour: exponent 8/3 at scales above the thickness of the turbulent layer and
  /// 11/3 below it. The thickness is about 1.5 km, which corresponds to a wavelength of 2π times that
  /// (Hanssen 2001, "Radar Interferometry", section 4.7).
  public static func turbulence(pixelMetres: Double) -> PowerSpectrum {
    PowerSpectrum(
      exponent: 8.0 / 3, outerScalePixels: 40_000 / pixelMetres, innerScalePixels: 9_400 / pixelMetres,
      filterPixels: 8)
  }

  /// A field with covariance e^(−distance / length). Its transform is a power law of exponent 3 that is flat
  /// beyond a wavelength of 2π lengths.
  public static func exponential(lengthMetres: Double, pixelMetres: Double) -> PowerSpectrum {
    PowerSpectrum(exponent: 3, outerScalePixels: 2 * .pi * lengthMetres / pixelMetres)
  }

  /// Rough terrain or patchy ground cover: fractal up to an outer scale.
  public static func terrain(exponent: Double, outerScalePixels: Double) -> PowerSpectrum {
    PowerSpectrum(exponent: exponent, outerScalePixels: outerScalePixels)
  }

  /// Spectral density, up to a factor, at a wavenumber in cycles per pixel.
  public func density(atWavenumber wavenumber: Double) -> Double {
    let outer = 1 / outerScalePixels
    let large = pow(wavenumber * wavenumber + outer * outer, -exponent / 2)
    let fine = wavenumber * innerScalePixels
    let filtered = wavenumber * filterPixels
    return large / (1 + fine * fine).squareRoot() * exp(-filtered * filtered)
  }
}
