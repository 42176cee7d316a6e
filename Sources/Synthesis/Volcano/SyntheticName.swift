/// Names for synthetic volcanoes; each begins with "Synthetic".
enum SyntheticName {
  static func at(_ index: Int) -> String {
    let round = index / names.count
    return "Synthetic \(names[index % names.count])" + (round == 0 ? "" : " \(round + 1)")
  }

  private static let names = [
    "Alba", "Brume", "Cinder", "Dorn", "Ember", "Fable", "Grau", "Hollow", "Isel", "Juno", "Kestrel", "Lumen",
    "Mora", "Nimbus", "Opal", "Pyre", "Quill", "Rook", "Sable", "Tarn", "Umber", "Vesper", "Wren", "Yarrow",
  ]
}
