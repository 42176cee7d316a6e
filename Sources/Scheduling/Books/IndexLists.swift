/// Doubly linked lists over small indices, each index in at most one list. All operations take constant time.
struct IndexLists: Sendable {
  private struct Links: Sendable {
    var list = none
    var previous = none
    var next = none
  }

  private var heads: [Int32]
  private var tails: [Int32]
  private var links: [Links] = []

  init(lists: Int) {
    heads = Array(repeating: none, count: lists)
    tails = heads
  }

  func first(of list: Int) -> Int32? { heads[list] == none ? nil : heads[list] }

  /// The list that contains the index.
  func list(of index: Int32) -> Int? {
    guard index < links.count, links[Int(index)].list != none else { return nil }
    return Int(links[Int(index)].list)
  }

  mutating func append(_ index: Int32, to list: Int) {
    enter(index, list)
    let last = tails[list]
    links[Int(index)].previous = last
    if last == none { heads[list] = index } else { links[Int(last)].next = index }
    tails[list] = index
  }

  mutating func prepend(_ index: Int32, to list: Int) {
    enter(index, list)
    let first = heads[list]
    links[Int(index)].next = first
    if first == none { tails[list] = index } else { links[Int(first)].previous = index }
    heads[list] = index
  }

  /// Removes the index from its list, if it is in one.
  mutating func remove(_ index: Int32) {
    guard let list = list(of: index) else { return }
    let link = links[Int(index)]
    if link.previous == none { heads[list] = link.next } else { links[Int(link.previous)].next = link.next }
    if link.next == none { tails[list] = link.previous } else { links[Int(link.next)].previous = link.previous }
    links[Int(index)] = Links()
  }

  /// The indices of a list in order, at most `limit`.
  func all(of list: Int, atMost limit: Int = .max) -> [Int32] {
    var all: [Int32] = []
    var index = heads[list]
    while index != none, all.count < limit {
      all.append(index)
      index = links[Int(index)].next
    }
    return all
  }

  private mutating func enter(_ index: Int32, _ list: Int) {
    precondition(self.list(of: index) == nil, "an index is in one list at a time")
    while links.count <= index { links.append(Links()) }
    links[Int(index)].list = Int32(list)
  }
}
