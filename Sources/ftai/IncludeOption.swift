// The folder that included documents are kept to, as an option.

import ArgumentParser

/// What a document may include, the same for all commands that compile.
struct IncludeOption: ParsableArguments {
    @Option(
        help: "The folder that included documents are kept to; by default the folder of the document.",
        completion: .directory)
    var root: String?
}
