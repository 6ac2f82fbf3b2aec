/// The revision of generated code that this runtime understands.
public enum GeneratedCodeRevision {
  /// Revision 2. Generated code names it, so that a generator and a runtime that do not match fail to compile.
  public enum R2 {}
}
