/// Matches every token of a vocabulary against an automaton at once, by walking the trie with a stack for each depth.
///
/// Stacks are linked lists in one array: a node's parent is the frame below it. The walk is depth-first, so that what a
/// subtree added can be dropped when the walk leaves it.
struct TokenWalk {
  private struct Node {
    var state: Int32
    var counter: UInt32
    var parent: Int32
    /// The tokens that suffice to end this frame and those below it.
    var need: Int32
  }

  /// Where a byte leads, other than to a node.
  private enum Outcome {
    static let empty: Int32 = -1
    static let fail: Int32 = -2
    static let left: Int32 = -3
    static let leftBefore: Int32 = -4
  }

  /// A trie node at which the lowest frame ends.
  struct Exit: Sendable {
    var node: Int32
    /// Whether the frame ended before the node's byte, which is then for the frame below.
    var isBefore: Bool
    /// How much of the frame's count was used.
    var used: UInt32
  }

  /// The empty stack.
  static let empty: Int32 = -1

  private let automaton: PushdownAutomaton
  private let costs: [Int32]
  private let trie: TokenTrie
  /// Whether what is below the lowest frame is left open, rather than empty.
  private let isLocal: Bool
  private var nodes: [Node] = []
  private var configurations: [Int32]
  private var marks: [Int]
  private var usedAtExit: UInt32 = 0

  /// The tokens allowed, the tokens needed after each, and how much of the lowest frame's count each used.
  private(set) var tokens: [Int32] = []
  private(set) var needs: [Int32] = []
  private(set) var uses: [UInt32] = []
  private(set) var exits: [Exit] = []

  /// A count that is large enough for any token, yet counts.
  static let localCount = UInt32.max - 1

  init(_ automaton: PushdownAutomaton, costs: [Int32], trie: TokenTrie, isLocal: Bool = false) {
    self.automaton = automaton
    self.costs = costs
    self.trie = trie
    self.isLocal = isLocal
    configurations = [Int32](repeating: 0, count: trie.height + 1)
    marks = [Int](repeating: 0, count: trie.height + 1)
  }

  /// Puts a frame on a stack and gives the new stack.
  mutating func push(_ frame: AutomatonFrame, on parent: Int32) -> Int32 {
    let below = parent >= 0 ? nodes[Int(parent)].need : 0
    nodes.append(
      Node(state: frame.state, counter: frame.counter, parent: parent, need: Self.sum(below, costs[Int(frame.state)]))
    )
    return Int32(nodes.count - 1)
  }

  /// The tokens that two parts need; a deep stack of large parts may need more than can be said.
  static func sum(_ a: Int32, _ b: Int32) -> Int32 {
    let (sum, overflows) = a.addingReportingOverflow(b)
    return overflows ? .max : sum
  }

  /// The tokens that suffice to end a stack.
  func need(of stack: Int32) -> Int32 { stack >= 0 ? nodes[Int(stack)].need : 0 }

  /// Goes on from where the lowest frame of a local walk ended.
  mutating func resume(at exit: Exit, on stack: Int32) {
    var stack = stack
    let mark = nodes.count
    if exit.isBefore {
      guard stack >= 0 else { return }
      stack = read(trie.bytes[Int(exit.node)], on: stack)
      guard stack >= Outcome.empty else { return }
    }
    accept(at: Int(exit.node), stack)
    if stack >= 0 { walk(below: Int(exit.node), on: stack) }
    nodes.removeSubrange(mark...)
  }

  /// Matches all tokens that begin with the bytes of a trie node, those bytes being read.
  mutating func walk(below root: Int, on stack: Int32) {
    let base = Int(trie.depths[root])
    configurations[base] = stack
    marks[base] = nodes.count
    var node = root + 1
    let end = Int(trie.ends[root])
    while node < end {
      let depth = Int(trie.depths[node])
      let mark = marks[depth - 1]
      if nodes.count > mark { nodes.removeSubrange(mark...) }
      let next = read(trie.bytes[node], on: configurations[depth - 1])
      if next >= 0 {
        configurations[depth] = next
        marks[depth] = nodes.count
        accept(at: node, next)
        node += 1
        continue
      }
      if next == Outcome.empty {
        accept(at: node, next)
      } else if next != Outcome.fail {
        exits.append(Exit(node: Int32(node), isBefore: next == Outcome.leftBefore, used: usedAtExit))
      }
      node = Int(trie.ends[node])
    }
  }

  private mutating func accept(at node: Int, _ stack: Int32) {
    var place = Int(trie.tokenStarts[node])
    let end = Int(trie.tokenStarts[node + 1])
    guard place < end else { return }
    let need = need(of: stack)
    let used = isLocal ? used(of: stack) : 0
    while place < end {
      tokens.append(trie.tokens[place])
      needs.append(need)
      if isLocal { uses.append(used) }
      place += 1
    }
  }

  private func used(of stack: Int32) -> UInt32 {
    var stack = stack
    while nodes[Int(stack)].parent >= 0 { stack = nodes[Int(stack)].parent }
    return Self.localCount - min(nodes[Int(stack)].counter, Self.localCount)
  }

  private mutating func read(_ byte: UInt8, on stack: Int32) -> Int32 {
    var stack = stack
    while true {
      let node = nodes[Int(stack)]
      let target = automaton.target(of: node.state, on: byte)
      if target >= 0 {
        var counter = node.counter
        if counter != .max, automaton.states[Int(node.state)].isCounting {
          guard counter > 0 else { return Outcome.fail }
          counter -= 1
        } else if target == node.state {
          return stack
        }
        return enter(target, counter, node.parent)
      }
      if target == AutomatonTarget.pop {
        if node.parent >= 0 { return node.parent }
        usedAtExit = Self.localCount - min(node.counter, Self.localCount)
        return isLocal ? Outcome.left : Outcome.empty
      }
      guard automaton.states[Int(node.state)].acceptsEmpty else { return Outcome.fail }
      guard node.parent >= 0 else {
        usedAtExit = Self.localCount - min(node.counter, Self.localCount)
        return isLocal ? Outcome.leftBefore : Outcome.fail
      }
      stack = node.parent
    }
  }

  private mutating func enter(_ target: Int32, _ counter: UInt32, _ parent: Int32) -> Int32 {
    let call = automaton.states[Int(target)]
    guard call.shape == .call else { return push(AutomatonFrame(state: target, counter: counter), on: parent) }
    let below = call.second == AutomatonTarget.pop ? parent : enter(call.second, counter, parent)
    return enter(call.first, call.counter, below)
  }
}
