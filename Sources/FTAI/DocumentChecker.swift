// What a document's tags must be called, and which must be there: vocabulary and schema.

/// Checks the names of the tags of a document that was read.
struct DocumentChecker {
    private var required: [(name: String, range: SourceRange)] = []
    private var declared: Set<String> = []
    private var quotedTags = 0
    private var present: Set<String> = []

    static func check(_ document: FTAIDocument, problems: inout DiagnosticCollector) {
        var checker = DocumentChecker()
        checker.collectSchemas(document.nodes)
        checker.checkNames(document.nodes, problems: &problems)
        for (name, range) in checker.required where !checker.present.contains(name) {
            problems.report(.schemaTagMissing, at: range, "the schema requires `@\(name)`, which is not there")
        }
    }

    private mutating func collectSchemas(_ nodes: [FTAINode]) {
        for case .tag(let tag) in nodes {
            if tag.isNamed("schema") { collect(tag) }
            collectSchemas(tag.body)
        }
    }

    /// `required_tags` and `optional_tags`, each with a list as its value or with items under it.
    private mutating func collect(_ schema: FTAITag) {
        var isRequired = false
        for node in schema.body {
            switch node {
            case .entry(let entry):
                isRequired = entry.key == "required_tags"
                guard isRequired || entry.key == "optional_tags" else { continue }
                for element in entry.value?.elements ?? [] { add(element, isRequired: isRequired) }
            case .item(let item):
                if let value = item.value { add(value, isRequired: isRequired) }
            default: break
            }
        }
    }

    private mutating func add(_ value: FTAIValue, isRequired: Bool) {
        var name = value.text.lowercased()
        if name.hasPrefix("@") { name.removeFirst() }
        name = name.trimmingQuotes()
        declared.insert(name)
        if isRequired { required.append((name, value.range)) }
    }

    private mutating func checkNames(_ nodes: [FTAINode], problems: inout DiagnosticCollector) {
        for case .tag(let tag) in nodes {
            let name = tag.name.lowercased()
            present.insert(name)
            check(tag, name, problems: &problems)
            checkNames(tag.body, problems: &problems)
        }
    }

    private mutating func check(_ tag: FTAITag, _ name: String, problems: inout DiagnosticCollector) {
        if FTAIVocabulary.isReserved(name) {
            problems.report(.tagNameReserved, at: tag.nameRange, "the name `\(tag.name)` is reserved")
        } else if tag.isQuoted {
            quotedTags += declared.contains(name) ? 0 : 1
            if quotedTags == FTAIVocabulary.quotedTagLimit + 1 {
                let message = "this is the \(quotedTags)th quoted tag of the document"
                problems.report(.tooManyQuotedTags, at: tag.nameRange, message)
            }
        } else if !tag.isSubsection, !FTAIVocabulary.tags.contains(name), !declared.contains(name) {
            let known = problems.isFull ? [] : FTAIVocabulary.tags.union(declared).sorted()
            let suggestion = Spelling.suggestion(for: name, among: known).map { "Did you mean `@\($0)`?" }
            problems.report(.tagUnknown, at: tag.nameRange, "unknown tag `@\(tag.name.prefix(64))`", help: suggestion)
        }
    }
}

extension String {
    /// The text within quotes at both ends.
    fileprivate func trimmingQuotes() -> String {
        count >= 2 && hasPrefix("\"") && hasSuffix("\"") ? String(dropFirst().dropLast()) : self
    }
}
