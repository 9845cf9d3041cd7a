// What a document's tags must be called, and which must be there: vocabulary and schema.

/// Follows the tags of a document while it is read, and tells at its end which of them are not allowed or missing.
struct TagRules {
    /// A tag that only a schema, which may come later, can allow.
    private struct Candidate {
        let name: String
        let isQuoted: Bool
        let range: SourceRange
    }

    private var required: [(name: String, range: SourceRange)] = []
    private var declared: Set<String> = []
    private var candidates: [Candidate] = []
    private var quotedTags = 0
    private var present: Set<String> = []
    // Both hold at most the tags of the vocabulary, and mostly three or four: looking through them is faster than hashing.
    /// Names of more than eight bytes that were seen and are fine wherever they stand.
    private var allowed: [String] = []
    /// The others of them, see ``TagWord/packed(_:)``.
    private var allowedWords: [UInt64] = []

    /// Takes note of a tag.
    ///
    /// - Parameter packedName: of a tag that has no quotes and is no subsection; 0 for any other.
    mutating func see(_ tag: FTAITag, packedName: UInt64, problems: inout DiagnosticCollector) {
        if packedName != 0, allowedWords.contains(packedName) { return }
        let name = tag.isQuoted || tag.isSubsection ? tag.name.lowercased() : tag.name.inLowerCase
        // None of the vocabulary is reserved.
        if !tag.isQuoted, !tag.isSubsection, allowed.contains(name) || FTAIVocabulary.tags.contains(name) {
            allow(name, packedName)
            return
        }
        present.insert(name)
        if FTAIVocabulary.isReserved(name) {
            problems.report(.tagNameReserved, at: tag.nameRange, "the name `\(tag.name.prefix(64))` is reserved")
        } else if tag.isQuoted {
            if FTAIVocabulary.tags.contains(name) {
                let message = "`\(tag.name.prefix(64))` is a tag of the vocabulary and needs no quotes"
                problems.report(
                    .quotedTagIsKnown, at: tag.nameRange, message,
                    fix: .init("write `@\(name)`", replacing: tag.nameRange, by: "@\(name)", isCertain: false))
            }
            candidates.append(Candidate(name: name, isQuoted: true, range: tag.nameRange))
        } else if tag.isSubsection {
            return
        } else if !declared.contains(name) {
            candidates.append(Candidate(name: name, isQuoted: false, range: tag.nameRange))
        }
    }

    /// Takes note of a tag that is known well.
    mutating func see(_ word: TagWord, packedName: UInt64) {
        if !allowedWords.contains(packedName) { allowedWords.append(packedName) }
    }

    private mutating func allow(_ name: String, _ packedName: UInt64) {
        if packedName != 0 {
            allowedWords.append(packedName)
        } else if !allowed.contains(name) {
            allowed.append(name)
        }
    }

    /// `required_tags` and `optional_tags`, each with a list as its value or with items under it.
    mutating func collect(_ schema: FTAITag, problems: inout DiagnosticCollector) {
        var isRequired = false
        for node in schema.body {
            switch node {
            case .entry(let entry):
                isRequired = entry.key == "required_tags"
                guard isRequired || entry.key == "optional_tags" else {
                    suggest(for: entry, problems: &problems)
                    continue
                }
                for element in entry.value?.elements ?? [] { add(element, isRequired: isRequired) }
            case .item(let item):
                if let value = item.value { add(value, isRequired: isRequired) }
            case .tag(let tag):
                // `@document` under `required_tags:` without its hyphen reads as a tag of the schema's body.
                declared.insert(tag.name.lowercased())
            default: break
            }
        }
    }

    /// Other keys are for people; one that nearly is a key with a meaning hardly is.
    private func suggest(for entry: FTAIEntry, problems: inout DiagnosticCollector) {
        problems.reportMisspelt(
            .schemaKeyUnknown, at: entry.keyRange, "`\(entry.key.prefix(64))` means nothing in a schema",
            name: entry.key, among: ["required_tags", "optional_tags"])
    }

    private mutating func add(_ value: FTAIValue, isRequired: Bool) {
        var name = value.text.lowercased()
        if name.hasPrefix("@") { name.removeFirst() }
        name = name.trimmingQuotes()
        declared.insert(name)
        if isRequired { required.append((name, value.range)) }
    }

    /// Reports the tags that no schema allowed so far, and forgets them.
    mutating func reportCandidates(problems: inout DiagnosticCollector) {
        for candidate in candidates where !declared.contains(candidate.name) {
            if candidate.isQuoted {
                quotedTags += 1
                guard quotedTags == FTAIVocabulary.quotedTagLimit + 1 else { continue }
                let message = "this is the \(quotedTags)th quoted tag of the document"
                problems.report(.tooManyQuotedTags, at: candidate.range, message)
            } else {
                reportUnknown(candidate, problems: &problems)
            }
        }
        candidates.removeAll()
    }

    private func reportUnknown(_ candidate: Candidate, problems: inout DiagnosticCollector) {
        let known = problems.isFull ? [] : FTAIVocabulary.tags.union(declared).sorted()
        let meant = Spelling.suggestion(for: candidate.name, among: known)
        problems.report(
            .tagUnknown, at: candidate.range, "unknown tag `\(problems.source.text(candidate.range).prefix(65))`",
            help: meant.map { "Did you mean `@\($0)`?" },
            fix: meant.map {
                .init("write `@\($0)`", replacing: candidate.range, by: "@\($0)", isCertain: false)
            })
    }

    /// Forgets what was seen from a place on, which is going to be read again.
    mutating func forget(from offset: Int) {
        candidates.removeAll { $0.range.start >= offset }
        required.removeAll { $0.range.start >= offset }
    }

    /// Keeps what is required while the places in the source begin anew.
    mutating func forgetPlaces() {
        for index in required.indices { required[index].range = SourceRange(-1, -1) }
    }

    /// Reports the tags that a schema requires and that never came.
    func reportMissing(problems: inout DiagnosticCollector) {
        for (name, range) in required
        where !present.contains(name) && !allowed.contains(name) && !allowedWords.contains(TagWord.packed(name)) {
            problems.report(
                .schemaTagMissing, at: range, "the schema requires `@\(name.prefix(64))`, which is not there")
        }
    }
}

extension String {
    /// The text within quotes at both ends.
    fileprivate func trimmingQuotes() -> String {
        count >= 2 && hasPrefix("\"") && hasSuffix("\"") ? String(dropFirst().dropLast()) : self
    }
}
