import Foundation
import SkillRuntime

@main
enum Brief {
  static func main() async throws {
    let table = CommandLine.arguments.dropFirst().first ?? Bundle.module.path(forResource: "sales", ofType: "csv")
    guard let table else { throw SkillError(.missingFile, "there is no sales table") }
    let hasModel = SkillMachine.standard.model != nil

    let brief = try await SalesBrief.brief(sales: SkillFile(table), top: 3, written: hasModel)

    if let headline = brief.headline { print("\(headline)\n") }
    print("\(brief.rows) sales")
    for (region, share) in zip(brief.totals, brief.shares) {
      print("  \(region.name): \(region.revenue)  (\(share) of the top \(brief.totals.count))")
    }
    for note in brief.notes ?? [] { print("- \(note)") }
    if let review = brief.review { print("Largest: \(review)") }
    if !hasModel { print("Set SKVM_MODEL to have a headline and notes written, too.") }
  }
}
