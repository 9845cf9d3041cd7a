// The table of diagnostics, continued: those of included documents, and of documents as JSON.

extension DiagnosticCode {
    var includeEntry: DiagnosticEntry? {
        switch self {
        case .includeMalformed:
            .init(
                .strict, "An `@include` names no file beside or below its own, such as `./prices.ftai`.",
                "Write `@include ./file.ftai`: a relative path of at most 1,024 bytes.")
        case .includeMissing:
            .init(.strict, "An included document cannot be read.", "Correct the path, or add the file.")
        case .includeOutside:
            .init(
                .error, "An included document lies outside the folder that includes are kept to, also through links.",
                "Move it into the folder of the first document.")
        case .includeCycle:
            .init(.error, "A document includes itself, directly or through others.", "Remove one of the includes.")
        case .includeTooDeep:
            .init(.error, "Includes are nested deeper than the limit of 16.", "Include the documents from higher up.")
        case .includeTooLarge:
            .init(
                .error, "The included documents are larger together than a document may be, or more than 1,000.",
                "Include less.")
        default: jsonEntry
        }
    }

    private var jsonEntry: DiagnosticEntry? {
        switch self {
        case .jsonMalformed:
            .init(.error, "The text is not JSON (RFC 8259).", nil)
        case .jsonTooDeep:
            .init(.error, "JSON is nested deeper than the limit of 256.", "Flatten it.")
        case .jsonKeyRepeated:
            .init(.error, "An object of JSON has the same key twice.", "Keep one.")
        case .jsonNotADocument:
            .init(
                .error, "The JSON is not a document in the form that `ftai json` writes.",
                "Compare it with the output of `ftai json`.")
        case .jsonNotWritable:
            .init(
                .error, "A document of JSON holds what FTAI cannot express, such as a line break in a comment.",
                "Change the value that the message names.")
        default: nil
        }
    }
}
