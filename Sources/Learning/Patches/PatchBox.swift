import Interferometry

/// Where in a patch something deforms, in the patch's pixels.
public typealias PatchBox = PixelBox
