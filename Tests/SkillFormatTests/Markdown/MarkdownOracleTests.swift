import Foundation
import SkillFormat
import TestSupport
import Testing

/// Compares the parser with what an independent one makes of the documents of the corpus.
@Suite(
  .onOwnThread,
  .enabled(if: Corpus.isThere && ChildProgram.hasPython, "needs the corpus beside the package, and python3")
)
struct MarkdownOracleTests {
  @Test(arguments: ["markdown", "fixtures-markdown", "hostile-markdown"])
  func documentsHaveTheRecordedBlocks(set: String) throws {
    let differences = try MarkdownOracle.differences(in: set)
    #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
  }
}

private enum MarkdownOracle {
  private struct Document: Decodable {
    var bytes: Data
    var body_line: Int
  }

  static func differences(in set: String) throws -> [String] {
    try ScratchFolder.with { try differences(in: set, folder: $0) }
  }

  private static func differences(in set: String, folder: String) throws -> [String] {
    let corpus = try #require(Corpus.root)
    let documents = "\(folder)/documents"
    let records = "\(folder)/records"
    let report = "\(folder)/report"

    try ChildProgram.python(collect, [corpus.path, set, documents])
    let decoder = JSONDecoder()
    let encoder = JSONEncoder()
    var lines = Data()
    for line in try Data(contentsOf: URL(filePath: documents)).split(separator: UInt8(ascii: "\n")) {
      lines += try encoder.encode(record(of: decoder.decode(Document.self, from: line)))
      lines.append(UInt8(ascii: "\n"))
    }
    try lines.write(to: URL(filePath: records))
    try ChildProgram.python(compare, [corpus.path, set, records, report])
    return try String(contentsOf: URL(filePath: report), encoding: .utf8).split(separator: "\n").map(String.init)
  }

  private static func record(of document: Document) -> MarkdownRecord {
    let bytes = document.bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? document.bytes.dropFirst(3) : document.bytes
    let source = SourceText(path: "SKILL.md", text: String(decoding: bytes, as: UTF8.self))
    let line = document.body_line - 1
    let start = line < source.lineStarts.count ? source.lineStarts[line] : source.bytes.count
    var diagnostics = Diagnostics()
    return MarkdownRecord(MarkdownParser.parse(source, from: start, diagnostics: &diagnostics), in: source)
  }

  /// Writes one line for each record: the document and where its body begins.
  private static let collect = """
    import base64, gzip, json, os, sys, tarfile
    corpus, name, out = sys.argv[1:]
    if name == "markdown":
        archive = tarfile.open(os.path.join(corpus, "clawhub-dev.tar.gz"))
        read = lambda r: archive.extractfile("clawhub-dev/%s/%s" % (r["skill"], r["path"])).read()
    else:
        root = os.path.join(corpus, "fixtures" if name.startswith("fixtures") else "hostile/folders")
        read = lambda r: open(os.path.join(root, r["skill"], r["path"]), "rb").read()
    with gzip.open(os.path.join(corpus, "oracle", name + ".jsonl.gz"), "rt") as f, open(out, "w") as o:
        for r in map(json.loads, f):
            document = {"bytes": base64.b64encode(read(r)).decode(), "body_line": r["body_line"]}
            o.write(json.dumps(document) + "\\n")
    """

  /// Writes a line for each thing in which our records differ.
  private static let compare = """
    import gzip, hashlib, json, os, re, sys, urllib.parse
    corpus, name, ours, out = sys.argv[1:]
    def encoded(link):
        link = re.sub("%(?![0-9a-fA-F]{2})", "%25", link)
        return urllib.parse.quote(link, safe=";/?:@&=+$,-_.!~*'()#%")
    with gzip.open(os.path.join(corpus, "oracle", name + ".jsonl.gz"), "rt") as f:
        theirs = [json.loads(line) for line in f]
    ours = [json.loads(line) for line in open(ours, encoding="utf-8").read().split("\\n") if line]
    report = open(out, "w", encoding="utf-8")
    if not ours or len(ours) != len(theirs):
        report.write("%d records for %d documents\\n" % (len(ours), len(theirs)))
    for a, b in zip(theirs, ours):
        for code in b["fences"] + b["indented_code"]:
            code["sha256"] = hashlib.sha256(code.pop("content").encode()).hexdigest()
        # The other parser leaves some schemes out, which is not the specification's business.
        b["links"] = [encoded(l) for l in b["links"] if not re.match("(file|javascript|vbscript|data):", l)]
        for key in ["headings", "fences", "indented_code", "lists", "tables", "links", "counts"]:
            if a[key] != b[key]:
                pairs = [(x, y) for x, y in zip(a[key], b[key]) if x != y] if key != "counts" else [(a[key], b[key])]
                first = json.dumps(pairs[:1])[:600]
                report.write("%s %s: %d for %d, %s\\n" % (a["skill"], key, len(b[key]), len(a[key]), first))
    """
}
