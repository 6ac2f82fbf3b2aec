extension FrontMatter {
  /// Reads the front matter of a SKILL.md and says where the body begins.
  ///
  /// Mistakes of writing that leave no doubt about what was meant are repaired with a warning; of everything else that
  /// is wrong the first error is reported. The result is nil exactly where an error was reported.
  ///
  /// - Parameters:
  ///   - source: The whole document.
  ///   - folderName: The name of the skill's folder, which should be the skill's name.
  ///   - diagnostics: Where errors and warnings go.
  /// - Returns: The front matter, and the offset of the line after it.
  package static func read(
    from source: SourceText,
    folderName: String,
    diagnostics: inout Diagnostics
  ) -> (frontMatter: FrontMatter, bodyStart: Int)? {
    guard let block = FrontMatterBlock.find(in: source, diagnostics: &diagnostics),
      let (root, keptAsText) = tree(of: source, in: block.content, diagnostics: &diagnostics)
    else { return nil }
    guard case .mapping(let entries) = root.content else {
      report(root, in: source, diagnostics: &diagnostics)
      return nil
    }
    var reader = FrontMatterReader(
      source: source,
      block: block,
      folderName: folderName,
      entries: entries,
      keptAsText: keptAsText
    )
    let frontMatter = reader.frontMatter(root: root)
    diagnostics.append(reader.diagnostics)
    return frontMatter.map { ($0, block.bodyStart) }
  }

  /// Reports front matter that is no mapping.
  private static func report(_ root: YAMLNode, in source: SourceText, diagnostics: inout Diagnostics) {
    if root.text == "" {
      let message = "front matter is empty; expected at least 'name:' and 'description:'"
      diagnostics.report(.error, "empty-front-matter", message, in: source, at: root.range)
    } else {
      let message = "front matter must be 'key: value' lines, not \(root.kind)"
      diagnostics.report(.error, "front-matter-not-mapping", message, in: source, at: root.range)
    }
  }

  /// The front matter as YAML, repaired where it must and can be, and the keys whose values are no YAML even so.
  private static func tree(
    of source: SourceText,
    in range: SourceRange,
    diagnostics: inout Diagnostics
  ) -> (root: YAMLNode, keptAsText: Set<String>)? {
    do throws(YAMLError) {
      return (try YAMLParser.document(source, in: range), [])
    } catch {
      do throws(YAMLError) {
        var repair = FrontMatterRepair(source: source, range: range)
        let root = try repair.tree(after: error)
        repair.warnings.report(to: &diagnostics)
        return (root, repair.keptAsText)
      } catch {
        diagnostics.report(error, in: source)
        return nil
      }
    }
  }
}

extension YAMLNode {
  /// What the node is, for a message.
  var kind: String {
    switch content {
    case .scalar: "text"
    case .sequence: "a list"
    case .mapping: "a mapping"
    }
  }
}
