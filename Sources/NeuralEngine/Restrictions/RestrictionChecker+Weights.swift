extension RestrictionChecker {
  private struct Place: Hashable {
    var path: String
    var offset: UInt64
  }

  /// R8, R21, R22, R35: what a program takes from weight files.
  mutating func checkWeights(_ program: MILProgram) {
    var paths: Set<String> = []
    var places: Set<Place> = []
    var bytes = 0
    var firstScalar: (statement: MILStatement, argument: String)?
    var seventeenth: (path: String, location: MILLocation?)?
    var sixteenth: (path: String, location: MILLocation?)?
    for function in program.functions {
      let facts = FunctionFacts(function)
      for statement in function.statements {
        if firstScalar == nil { firstScalar = scalarOperand(of: statement, facts).map { (statement, $0) } }
        for value in statement.literals {
          guard case .blob(let path, let offset) = value.payload else { continue }
          if paths.insert(path).inserted {
            if paths.count == 16 { sixteenth = (path, value.location) }
            if paths.count == 17 { seventeenth = (path, value.location) }
          }
          let isNew = places.insert(Place(path: path, offset: offset)).inserted
          if isNew, let size = value.type?.tensorType?.byteCount {
            bytes = bytes.addingReportingOverflow(size).partialValue
          }
          checkReference(path, offset, value, statement)
        }
      }
    }
    if let seventeenth {
      let message = "'\(seventeenth.path)' is the 17th of \(paths.count) weight files, 16 is the most"
      report(21, message, nil, at: seventeenth.location)
    } else if let sixteenth, let firstScalar {
      let (statement, argument) = firstScalar
      let message =
        "the scalar constant '\(argument)' of '\(statement.operation)' leaves room for 15 weight files, "
        + "'\(sixteenth.path)' is the 16th"
      report(22, message, statement.subject, at: statement.location(of: argument))
    }
    if bytes < 0 || bytes > 2 << 30 {
      report(35, "the program's weights take \(bytes < 0 ? "too many" : String(bytes)) bytes", nil, at: nil)
    }
  }

  /// The argument of `add`, `sub`, `mul` or `pow` that is a scalar written in the program.
  private func scalarOperand(of statement: MILStatement, _ facts: FunctionFacts) -> String? {
    guard ["add", "sub", "mul", "pow"].contains(statement.operation) else { return nil }
    return ["x", "y"].first { name in
      guard let value = facts.value(name, of: statement), value.type?.tensorType?.elementCount ?? 1 == 1 else {
        return false
      }
      return value.payload.numbers != nil
    }
  }

  private mutating func checkReference(_ path: String, _ offset: UInt64, _ value: MILValue, _ statement: MILStatement) {
    let subject = statement.subject
    if let error = shortage(path, offset, value) {
      return refuse("weight-mismatch", error.description, subject, at: value.location)
    }
    // The first blob stands at 64, and its data behind it, so that the second cannot stand at 128.
    let severity: RestrictionFinding.Severity = profile.malformedBlob == .reject ? .error : .warning
    guard offset >= 64, offset % 64 == 0, offset != 128 else {
      let message = "no metadata of a blob can stand at the offset \(offset) of '\(path)'"
      return report(8, message, subject, at: value.location, severity: severity)
    }
    guard let weights else { return }
    var options = BlobFile.Options()
    options.allowsMissingSizes = profile.allowsMissingBlobSizes
    do throws(WeightError) {
      let (dataType, byteCount) = try weights.layout(path, at: offset, options: options)
      guard let type = value.type?.tensorType else { return }
      guard dataType == BlobDataType(type.element) else {
        let message = "the blob at \(offset) of '\(path)' holds \(dataType), the program says \(type.element)"
        return refuse("weight-mismatch", message, subject, at: value.location)
      }
      let isEnough = options.allowsMissingSizes && byteCount >= type.byteCount ?? .max
      guard byteCount == type.byteCount || isEnough else {
        let needed = type.byteCount.map(String.init) ?? "more than memory holds"
        let message = "the blob at \(offset) of '\(path)' has \(byteCount) bytes, \(type) takes \(needed)"
        return refuse("weight-mismatch", message, subject, at: value.location)
      }
    } catch {
      if error.reason == .missingFile {
        return refuse("missing-weight-file", "the weight file '\(path)' was not given", subject, at: value.location)
      }
      // The restriction's own advice is about offsets.
      let isOtherFile = [.truncatedHeader, .unsupportedVersion, .empty].contains(error.reason)
      let mend = isOtherFile ? "write the file anew: it does not begin as files of weights do" : nil
      report(8, error.description, subject, at: value.location, severity: severity, mend: mend)
    }
  }

  /// What is missing of a file that is too short even where whatever stands there is taken for weights.
  private func shortage(_ path: String, _ offset: UInt64, _ value: MILValue) -> WeightError? {
    guard profile.malformedBlob == .garbage, let weights, let type = value.type?.tensorType else { return nil }
    do throws(WeightError) {
      let reference = WeightReference(path: path, offset: offset)
      try ConstantStore.check(reference, type, weights, profile.weightOptions)
      return nil
    } catch {
      return error.reason == .outOfBounds ? error : nil
    }
  }
}
