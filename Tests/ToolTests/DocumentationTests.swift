import Foundation
import TestSupport
import Testing

/// The examples of the documentation, given to what they are written for.
@Suite(.onOwnThread) struct DocumentationTests {
  /// The languages of examples, each with a test here but `text`.
  private static let languages: Set<String> = ["swift", "sh", "json", "markdown", "text"]

  @Test(arguments: DocumentationPage.all)
  func everyExampleSaysWhatItIs(_ path: String) throws {
    let page = try DocumentationPage(path: path)
    for example in page.examples {
      #expect(Self.languages.contains(example.language), "\(path):\(example.line): '\(example.language)'")
    }
    #expect(page.unfenced.isEmpty, "\(path): what is indented is not checked")
  }

  /// The skills of a page and those that it names compile without a message; with the Swift made of them, and by
  /// themselves where they are of a manifest, the page's Swift examples are what the compiler accepts.
  @Test(arguments: DocumentationPage.all)
  func everySkillCompilesAndEverySwiftExampleTypeChecks(_ path: String) throws {
    let page = try DocumentationPage(path: path)
    try ScratchFolder.with { folder in
      let root = URL(filePath: folder)
      let module = GeneratedModule(folder: root.appending(path: "Examples"), name: "Examples")
      var skills = page.skills.map { DocumentationPage.package.appending(path: $0).path }
      for example in page.examples where example.language == "markdown" {
        // An example with front matter is a whole skill, whose file is called as it is.
        let isWhole = example.text.hasPrefix("---\n")
        let given = isWhole ? example.text.split(separator: "\n").first { $0.hasPrefix("name: ") } : nil
        let name = given.map { String($0.dropFirst(6)) } ?? "example-\(example.line)"
        let header = isWhole ? "" : "---\nname: \(name)\ndescription: An example.\n---\n"
        let file = root.appending(path: "\(name).skill")
        try Data((header + example.text).utf8).write(to: file)
        skills.append(file.path)
      }
      let said = try module.compile(skills: skills)
      #expect(said.status == 0 && said.output.isEmpty && said.errorOutput.isEmpty, "\(path): \(said)")

      guard let modules = BuiltTool.modules else { return }
      for (number, example) in page.examples.enumerated() where example.language == "swift" {
        let text = example.swift(number: number, page: path)
        guard example.context("manifest") != nil else {
          try module.write(text, to: "example\(number).swift")
          continue
        }
        let manifest = GeneratedModule(folder: root.appending(path: "Manifest\(number)"), name: "Manifest\(number)")
        try manifest.write(text, to: "Package.swift")
        try expectAccepted(manifest, ["-package-description-version", "6.2"], try Self.manifestModules())
      }
      try expectAccepted(module, ["-parse-as-library", "-suppress-warnings"], modules)
    }
  }

  @Test(arguments: DocumentationPage.all)
  func everyShellExampleIsShellAndEveryJSONExampleIsJSON(_ path: String) throws {
    for example in try DocumentationPage(path: path).examples {
      switch example.language {
      case "sh":
        let result = try ChildProgram.run("sh", ["-n"], input: Data(example.text.utf8))
        #expect(result.status == 0, "\(path):\(example.line): \(result.errorOutput)")
      case "json":
        #expect(throws: Never.self, "\(path):\(example.line)") {
          try JSONSerialization.jsonObject(with: Data(example.text.utf8))
        }
      default: break
      }
    }
  }

  /// There are pages, and what is found on them is not nothing.
  @Test func examplesAreFound() throws {
    let examples = try DocumentationPage.all.flatMap { try DocumentationPage(path: $0).examples }
    #expect(examples.filter { $0.language == "swift" }.count >= 7)
    #expect(examples.filter { $0.language == "markdown" }.count >= 7)
    #expect(examples.filter { $0.language == "sh" }.count >= 4)
  }

  @Test(.enabled(if: BuiltTool.modules != nil)) func whatIsWrongInAnExampleIsFoundAtItsLine() throws {
    let example = DocumentationPage.Example(
      language: "swift",
      text: "\nlet a: Int = b\n",
      line: 7,
      comment: "swift let b = 1.5"
    )
    let modules = try #require(BuiltTool.modules)
    try ScratchFolder.with { folder in
      let module = GeneratedModule(folder: URL(filePath: folder), name: "Wrong")
      try module.write(example.swift(number: 0, page: "Page.md"), to: "example.swift")
      let result = try module.typeCheck(["-parse-as-library"], modules: modules)
      #expect(result.status != 0)
      #expect(result.errorOutput.contains("Page.md:8:14: error: cannot convert value of type 'Double'"))
    }
  }

  private func expectAccepted(_ module: GeneratedModule, _ options: [String], _ modules: URL) throws {
    let result = try module.typeCheck(options, modules: modules)
    #expect(result.status == 0, "\(result.errorOutput.prefix(4000))")
  }

  /// Where the toolchain keeps the module of package manifests.
  private static func manifestModules() throws -> URL {
    struct Info: Decodable {
      struct Paths: Decodable { var runtimeResourcePath: String }
      var paths: Paths
    }
    let output = try ChildProgram.run("swiftc", ["-print-target-info"]).output
    let info = try JSONDecoder().decode(Info.self, from: Data(output.utf8))
    return URL(filePath: info.paths.runtimeResourcePath).appending(path: "pm/ManifestAPI")
  }
}
