/// Why kernels do not compute a node, or a program cannot be planned at all.
public enum PlanningError: Error, Hashable, Sendable {
  /// No kernel computes a node.
  case unsupported(Operator, name: String)
  /// A value would have to be moved in a way no kernel reads it.
  case layout(name: String)
  /// A weight is missing, or is of a form kernels do not multiply with.
  case weight(String)
  /// Rows are laid out in surfaces in another way than kernels read them.
  case rows(RowLayout)
  /// There is no memory for the plan, or it may not take so much.
  case outOfMemory(byteCount: Int)
}

extension PlanningError: CustomStringConvertible {
  /// The reason in a sentence.
  public var description: String {
    switch self {
    case .unsupported(let operation, let name): "'\(name)': no kernel computes '\(operation.rawValue)' here"
    case .layout(let name): "'\(name)': no kernel reads it the way it lies in memory"
    case .weight(let detail): detail
    case .rows(let layout): "kernels do not read surfaces of the layout '\(layout.rawValue)'"
    case .outOfMemory(let byteCount): "there is no memory for \(byteCount) bytes"
    }
  }
}
