// The table of diagnostics, continued: those of code in `@do` bodies.

extension DiagnosticCode {
    var codeEntry: DiagnosticEntry {
        switch self {
        case .unexpectedCharacter:
            .init(.error, "A character has no meaning here.", "Remove it.")
        case .textUnterminated:
            .init(.error, "A text does not end on its line.", "Close it with `\"`.")
        case .numberOutOfRange:
            .init(.error, "A number is too large for its type.", "Use a smaller number, or a float.")
        case .textEscapeUnknown:
            .init(
                .error, "A backslash in a text is followed by a character that makes no escape.",
                "Use \\\", \\\\, \\n, \\t, \\r or \\u{hex}.")
        case .interpolationMalformed:
            .init(.error, "`{` opens an expression that is empty or not closed.", "Write `{expression}`, or `{{`.")
        case .syntaxUnexpected:
            .init(.error, "Something else was expected at this place.", nil)
        case .blockUnclosed:
            .init(.error, "A block has no `end`.", "Close it with `end` on a line of its own.")
        case .endWithoutBlock:
            .init(.error, "There is no open block here.", "Remove the line.")
        case .codeTooDeep:
            .init(.error, "Code is nested deeper than the limit of 200.", "Use variables or tasks in between.")
        case .comparisonChained:
            .init(.error, "Comparisons cannot be chained.", "Join two comparisons with `and`.")
        case .nameUnknown:
            .init(.error, "There is no variable or input of that name here.", "Declare it with `let` or `var`.")
        case .callableUnknown:
            .init(.error, "There is no task or function of that name.", "Correct the name, or write the task.")
        case .typeMismatch:
            .init(.error, "A value has another type than is needed.", "Convert the value, or change the type.")
        default: operandEntry
        }
    }

    private var operandEntry: DiagnosticEntry {
        switch self {
        case .operandsUnfit:
            .init(.error, "An operator does not work on such values.", "Convert one of them.")
        case .argumentsUnfit:
            .init(.error, "The arguments do not fit the parameters.", "Give every parameter one value of its type.")
        case .noResult:
            .init(.error, "What is called gives no result.", "Call it as a statement of its own.")
        case .assignmentToConstant:
            .init(.error, "Only what `var` declares can be assigned.", "Declare it with `var`.")
        case .returnMissing:
            .init(.error, "A way through the task ends without its output.", "Add a `return`.")
        case .returnUnfit:
            .init(.error, "What is returned is not what `@output` declares.", "Make the two agree.")
        case .outsideLoop:
            .init(.error, "`break` and `continue` work inside a loop only.", "Remove it.")
        case .typeUndetermined:
            .init(.error, "Nothing tells the type of the value.", "Name the type: `let x: string? = null`.")
        case .nullNotChecked:
            .init(.error, "The value may be null.", "Use `??`, or check it with `if x != null`.")
        case .anyNotChecked:
            .init(.error, "The value may be anything.", "Check it with `if x is int`, or take it as `x as int ?? 0`.")
        case .parallelUnfit:
            .init(.error, "Only calls of tools and agents work at the same time.", "Move the line out of `parallel`.")
        case .outsideUnknown:
            .init(
                .warning, "The document declares tools or agents, but not this one.",
                "Correct the name, or declare it with `@tool` or `@agent`.")
        case .resultUnused:
            .init(.warning, "A call does nothing but give a result, which nobody uses.", "Use it, or remove the call.")
        case .variableUnused:
            .init(.warning, "A variable is never read.", "Remove it, or begin its name with `_`.")
        case .codeUnreachable:
            .init(.warning, "The code can never run.", "Remove it.")
        case .neverNull:
            .init(.warning, "The value is never null.", "Leave the check out.")
        case .programTooLarge:
            .init(.error, "A task needs more code, constants or variables than the VM allows.", "Split the task.")
        default:
            // Every other case has its line in one of the tables above.
            .init(.error, "The document is not valid.", nil)
        }
    }
}
