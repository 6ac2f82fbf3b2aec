extension MILProgram {
  /// The paths of the weight files the program names, each once, in the order of the text.
  public var weightPaths: [String] {
    var seen: Set<String> = []
    var paths: [String] = []
    for function in functions {
      for statement in function.statements {
        for value in statement.literals {
          if case .blob(let path, _) = value.payload, seen.insert(path).inserted { paths.append(path) }
        }
      }
    }
    return paths
  }
}
