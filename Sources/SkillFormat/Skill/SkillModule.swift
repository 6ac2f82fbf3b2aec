/// The syntax of one skill: its files, front matter and Markdown, each node with its place in the source.
package struct SkillModule: Sendable {
  package var source: SkillSource
  package var frontMatter: FrontMatter
  /// Where the body begins: the offset after the line that closes the front matter.
  package var bodyStart: Int
  package var body: MarkdownDocument

  package init(source: SkillSource, frontMatter: FrontMatter, bodyStart: Int, body: MarkdownDocument) {
    self.source = source
    self.frontMatter = frontMatter
    self.bodyStart = bodyStart
    self.body = body
  }
}
