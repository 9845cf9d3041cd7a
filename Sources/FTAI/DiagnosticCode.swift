// Every diagnostic that there is: its stable code, its cause and its mend, in one table.

/// The kinds of problems that a document or a program can have. The raw value is what people and tools see.
public enum DiagnosticCode: String, CaseIterable, Sendable {
    // Documents: the file and its header
    case headerMissing = "FTAI0001"
    case versionUnsupported = "FTAI0002"
    case versionMalformed = "FTAI0003"
    case headerRepeated = "FTAI0004"
    case fileTooLarge = "FTAI0005"
    case invalidUTF8 = "FTAI0006"
    case controlCharacter = "FTAI0007"
    case mixedIndentation = "FTAI0008"
    case documentEmpty = "FTAI0009"
    case tooManyProblems = "FTAI0010"
    // Documents: tags and sections
    case tagNameInvalid = "FTAI0011"
    case tagNameTooLong = "FTAI0012"
    case tagNameReserved = "FTAI0013"
    case tagUnknown = "FTAI0014"
    case tooManyQuotedTags = "FTAI0015"
    case sectionUnclosed = "FTAI0016"
    case sectionEndedByNext = "FTAI0017"
    case endUnexpected = "FTAI0018"
    case nestingTooDeep = "FTAI0019"
    case subsectionNotIndented = "FTAI0020"
    // Documents: values, narrative, tables, schema
    case quoteUnterminated = "FTAI0021"
    case escapeUnknown = "FTAI0022"
    case listUnterminated = "FTAI0023"
    case listElementEmpty = "FTAI0024"
    case valueNotOfType = "FTAI0025"
    case narrativeUnclosed = "FTAI0026"
    case tableHeaderMissing = "FTAI0027"
    case tableHeaderCellEmpty = "FTAI0028"
    case tableRowRagged = "FTAI0029"
    case schemaTagMissing = "FTAI0030"
    case schemaKeyUnknown = "FTAI0031"
    case quotedTagIsKnown = "FTAI0032"
    // Documents: what they include
    case includeMalformed = "FTAI0041"
    case includeMissing = "FTAI0042"
    case includeOutside = "FTAI0043"
    case includeCycle = "FTAI0044"
    case includeTooDeep = "FTAI0045"
    case includeTooLarge = "FTAI0046"
    // Documents as JSON
    case jsonMalformed = "FTAI0051"
    case jsonTooDeep = "FTAI0052"
    case jsonKeyRepeated = "FTAI0053"
    case jsonNotADocument = "FTAI0054"
    case jsonNotWritable = "FTAI0055"
    // Programs: text and grammar
    case unexpectedCharacter = "FTAI0101"
    case textUnterminated = "FTAI0102"
    case numberOutOfRange = "FTAI0103"
    case textEscapeUnknown = "FTAI0104"
    case interpolationMalformed = "FTAI0105"
    case syntaxUnexpected = "FTAI0110"
    case blockUnclosed = "FTAI0111"
    case endWithoutBlock = "FTAI0112"
    case codeTooDeep = "FTAI0113"
    case comparisonChained = "FTAI0114"
    // Programs: the head of a task
    case taskMissing = "FTAI0120"
    case taskNameInvalid = "FTAI0121"
    case nameRepeated = "FTAI0122"
    case bodyRepeated = "FTAI0123"
    case declarationMalformed = "FTAI0124"
    case typeUnknown = "FTAI0125"
    case defaultUnfit = "FTAI0126"
    case effectUnknown = "FTAI0127"
    case effectExceeded = "FTAI0128"
    case phraseMalformed = "FTAI0129"
    case phraseSlotUnfit = "FTAI0130"
    case phraseLeavesInput = "FTAI0131"
    case headKeyUnknown = "FTAI0132"
    // Programs: names and types
    case nameUnknown = "FTAI0201"
    case callableUnknown = "FTAI0202"
    case typeMismatch = "FTAI0203"
    case operandsUnfit = "FTAI0204"
    case argumentsUnfit = "FTAI0205"
    case noResult = "FTAI0206"
    case assignmentToConstant = "FTAI0207"
    case returnMissing = "FTAI0208"
    case returnUnfit = "FTAI0209"
    case outsideLoop = "FTAI0210"
    case typeUndetermined = "FTAI0211"
    case nullNotChecked = "FTAI0212"
    case anyNotChecked = "FTAI0213"
    case parallelUnfit = "FTAI0214"
    case outsideUnknown = "FTAI0215"
    case variableUnused = "FTAI0220"
    case codeUnreachable = "FTAI0221"
    case neverNull = "FTAI0222"
    case resultUnused = "FTAI0223"
    case programTooLarge = "FTAI0230"

    /// What makes the problem appear, in a sentence.
    public var cause: String { entry.cause }
    /// What the author can do, in a sentence; nil where only the message of a problem tells.
    public var mend: String? { entry.mend }

    /// How much it matters in a mode of reading; nil where it does not matter at all.
    public func severity(in mode: FTAIParser.Mode) -> Diagnostic.Severity? {
        switch (entry.weight, mode) {
        case (.error, _), (.strict, .strict): .error
        case (.warning, _), (.strict, .lenient), (.style, .strict): .warning
        case (.style, .lenient): nil
        }
    }

    /// Whether it is a problem of documents themselves, not of the code in them.
    var isOfDocument: Bool { documentEntry != nil && self != .tooManyProblems }

    var entry: DiagnosticEntry {
        documentEntry ?? includeEntry ?? taskEntry ?? codeEntry
    }
}

/// A line of the table.
struct DiagnosticEntry {
    enum Weight {
        /// An error however the document is read.
        case error
        /// An error when read strictly, a warning when read leniently.
        case strict
        /// A warning however the document is read.
        case warning
        /// A warning when read strictly, fine when read leniently.
        case style
    }

    let weight: Weight
    let cause: String
    let mend: String?

    init(_ weight: Weight, _ cause: String, _ mend: String?) {
        self.weight = weight
        self.cause = cause
        self.mend = mend
    }
}
