import Interferometry

/// Bounding box of a deformation, in pixels of the patch.
public typealias PatchBox = PixelBox
