// The table of diagnostics: weight, cause and mend of each code.

extension DiagnosticCode {
    var documentEntry: DiagnosticEntry? {
        switch self {
        case .headerMissing:
            .init(.strict, "The first line is not a header.", "Begin the document with `@ftai v2.0`.")
        case .versionUnsupported:
            .init(.error, "The header names a version other than 2.", "Convert the document to FTAI v2.0.")
        case .versionMalformed:
            .init(.strict, "The header names no version that can be read.", "Write `@ftai v2.0`.")
        case .headerRepeated:
            .init(.strict, "A second `@ftai` header stands in the document.", "Remove it: a file is one document.")
        case .fileTooLarge:
            .init(.error, "The document is larger than the limit.", "Split it into several documents.")
        case .invalidUTF8:
            .init(.error, "The bytes are not valid UTF-8.", "Save the file as UTF-8.")
        case .controlCharacter:
            .init(.error, "A control character stands in the text.", "Remove it, or write it as an escape in quotes.")
        case .mixedIndentation:
            .init(.strict, "One indentation mixes tabs and spaces.", "Indent with two spaces a level.")
        case .documentEmpty:
            .init(.error, "There is nothing in the document.", "Begin the document with `@ftai v2.0`.")
        case .tooManyProblems:
            .init(.warning, "There are more problems than are shown.", "Mend the first ones and try again.")
        case .tagNameInvalid:
            .init(
                .strict, "No tag name follows `@`: a letter, then letters, digits and `_`.",
                "Write a name, or quote a name of your own: `@\"name\"`.")
        case .tagNameTooLong:
            .init(.error, "A tag name is longer than the limit of 256 bytes.", "Shorten the name.")
        case .tagNameReserved:
            .init(
                .strict, "Names that begin with meta, binary, sys, internal, debug, prompt or `_` are reserved.",
                "Choose another name.")
        case .tagUnknown:
            .init(
                .strict, "The tag is neither in the vocabulary nor in the document's schema.",
                "Declare it in `@schema`, or quote it: `@\"name\"`.")
        case .tooManyQuotedTags:
            .init(.warning, "More than 25 quoted tags stand in one document.", "Declare them in `@schema`.")
        case .sectionUnclosed:
            .init(.strict, "The section has no `@end`.", "Close it with `@end` on a line of its own.")
        case .sectionEndedByNext:
            .init(.style, "The section is ended by the next tag, not by `@end`.", "Close it with `@end`.")
        case .endUnexpected:
            .init(.strict, "There is no open section that this `@end` could close.", "Remove it.")
        case .nestingTooDeep:
            .init(.error, "Sections are nested deeper than the limit of 64.", "Flatten the document.")
        default: valueEntry
        }
    }

    private var valueEntry: DiagnosticEntry? {
        switch self {
        case .quoteUnterminated:
            .init(.strict, "A quoted value does not end on its line.", "Close it with `\"`.")
        case .escapeUnknown:
            .init(
                .warning, "A backslash in quotes is followed by a character that makes no escape.",
                "Use \\\", \\\\, \\n, \\t, \\r or \\u{hex}; write \\\\ for a backslash.")
        case .listUnterminated:
            .init(.strict, "A list does not end on its line.", "Close it with `]`.")
        case .listElementEmpty:
            .init(.strict, "Nothing stands between two commas of a list.", "Remove a comma, or write `\"\"`.")
        case .valueNotOfType:
            .init(.strict, "The value does not have the type of its hint.", "Correct the value or the hint.")
        case .narrativeUnclosed:
            .init(.strict, "A `---` opens narrative that no second `---` closes.", "Add the closing `---`.")
        case .tableHeaderMissing:
            .init(
                .strict, "A table needs a header row and a `---` row under it.",
                "Write the names of the columns, then a row of `---`.")
        case .tableHeaderCellEmpty:
            .init(.strict, "A column of a table has no name.", "Name every column.")
        case .tableRowRagged:
            .init(
                .strict, "A row has not as many cells as the header.",
                "Add or remove cells; a bar within a cell needs a backslash before it.")
        case .schemaTagMissing:
            .init(.strict, "A tag that the schema requires is not there.", "Add the tag, or drop it from the schema.")
        case .subsectionNotIndented:
            .init(
                .strict, "A `@@` section does not stand deeper than the section around it.", "Indent it by two spaces.")
        case .schemaKeyUnknown:
            .init(.warning, "A key of a schema looks like a misspelt one and means nothing.", "Correct the key.")
        case .quotedTagIsKnown:
            .init(.warning, "A quoted tag has the name of a tag of the vocabulary.", "Leave the quotes out.")
        default: nil
        }
    }

    var taskEntry: DiagnosticEntry? {
        switch self {
        case .taskMissing:
            .init(.error, "The document has no task with a `@do` body.", "Add `@do … @end` to a `@task`.")
        case .taskNameInvalid:
            .init(
                .error, "A task that is a program needs a name: a letter, then letters, digits and `_`.",
                "Write `@task name`.")
        case .nameRepeated:
            .init(.error, "The name is taken already.", "Choose another name.")
        case .bodyRepeated:
            .init(.error, "The task has a second body or output.", "Keep one.")
        case .declarationMalformed:
            .init(.error, "An input or output is not of the form `name:type`.", "Write `@input name:type default`.")
        case .typeUnknown:
            .init(
                .error, "There is no such type.",
                "Use int, float, bool, string, any, list<T>, map<string, T>, map<int, T> or T?.")
        case .defaultUnfit:
            .init(.error, "A default is not a constant of the input's type.", "Write a constant of that type.")
        case .effectUnknown:
            .init(.error, "There is no such effect.", "Use pure, reads, says, writes and calls.")
        case .effectExceeded:
            .init(
                .error, "The task does more than its `effects` allow.",
                "Allow the effect, or do without what causes it.")
        case .phraseMalformed:
            .init(.error, "A phrase has a slot, option or choice that is not closed.", "Balance `{}`, `[]` and `()`.")
        case .phraseSlotUnfit:
            .init(
                .error, "A slot of a phrase names no input of the task, or gives it another type.",
                "Write `{input:type}` as the input is declared.")
        case .phraseLeavesInput:
            .init(
                .warning, "A phrase leaves an input without a value that has no default.",
                "Give the input a default, or a slot in the phrase.")
        case .headKeyUnknown:
            .init(.warning, "A key looks like a misspelt one and has no meaning as it is.", "Correct the key.")
        default: nil
        }
    }
}
