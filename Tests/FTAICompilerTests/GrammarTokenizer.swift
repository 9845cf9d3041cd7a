// Tokenises text by a TextMate grammar, as editors do, so far as the grammar of FTAI needs it.

import FTAI
import Foundation

/// A rule of a grammar: one expression, two with other rules between them, or a group of rules.
///
/// The semantics are those of TextMate ("Language Grammars", macromates.com/manual/en/language_grammars): lines are read one by
/// one, of all rules that apply the one that matches first wins, and the end of an open rule goes before the rules in it.
struct GrammarTokenizer {
    private struct Expression {
        let regular: NSRegularExpression
        let name: String?
        let captures: [Int: String]
    }

    private struct Rule {
        var begin: Expression?
        var end: Expression?
        var name: String?
        var patterns: [JSONValue] = []
    }

    struct Malformed: Error {
        let reason: String
    }

    private let root: [JSONValue]
    private let repository: JSONValue
    /// The expressions by their text; compiled once.
    private let expressions: [String: NSRegularExpression]

    init(_ grammar: JSONValue) throws {
        guard let patterns = grammar["patterns"]?.elements, let repository = grammar["repository"] else {
            throw Malformed(reason: "there are no patterns, or no repository")
        }
        root = patterns
        self.repository = repository
        var expressions: [String: NSRegularExpression] = [:]
        for text in Self.expressions(in: grammar) { expressions[text] = try NSRegularExpression(pattern: text) }
        self.expressions = expressions
    }

    /// All regular expressions of a grammar.
    static func expressions(in value: JSONValue) -> [String] {
        switch value.form {
        case .array(let elements): return elements.flatMap(expressions)
        case .object(let members):
            return members.flatMap { member in
                if ["match", "begin", "end"].contains(member.key), let text = member.value.string { return [text] }
                return expressions(in: member.value)
            }
        default: return []
        }
    }

    /// The names of rules that a grammar asks for.
    static func includes(in value: JSONValue) -> [String] {
        switch value.form {
        case .array(let elements): return elements.flatMap(includes)
        case .object(let members):
            return members.flatMap { $0.key == "include" ? [$0.value.string ?? ""] : includes(in: $0.value) }
        default: return []
        }
    }

    /// The scopes of every character, from the outside in, line by line.
    func scopes(of text: String) throws -> [[[String]]] {
        var open: [Rule] = []
        return try text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            try scopes(ofLine: String(line), open: &open)
        }
    }

    private func scopes(ofLine line: String, open: inout [Rule]) throws -> [[String]] {
        let length = line.utf16.count
        var scopes = [[String]](repeating: [], count: length)
        func add(_ name: String?, _ range: NSRange) {
            guard let name, range.location != NSNotFound else { return }
            for index in range.location..<(range.location + range.length) { scopes[index].append(name) }
        }
        func add(_ match: NSTextCheckingResult, of expression: Expression) {
            add(expression.name, match.range)
            for (index, name) in expression.captures where index < match.numberOfRanges {
                add(name, match.range(at: index))
            }
        }
        var position = 0
        var changesHere = 0
        while position <= length {
            let next = try firstMatch(in: line, from: position, open: open)
            let end = next?.match.range.location ?? length
            for rule in open { add(rule.name, NSRange(location: position, length: end - position)) }
            guard let next else { break }
            for rule in open { add(rule.name, next.match.range) }
            add(next.opened?.name, next.match.range)
            add(next.match, of: next.expression)
            if next.closes { open.removeLast() }
            if let rule = next.opened { open.append(rule) }
            // A match of nothing that changes nothing would never end; nor would rules that open and close each other.
            let isEmpty = next.match.range.length == 0
            changesHere = isEmpty ? changesHere + 1 : 0
            position = end + next.match.range.length + (isEmpty && (next.isPlain || changesHere > 20) ? 1 : 0)
        }
        return scopes
    }

    private struct Found {
        let match: NSTextCheckingResult
        let expression: Expression
        var opened: Rule?
        var closes = false
        var isPlain: Bool { opened == nil && !closes }
    }

    private func firstMatch(in line: String, from position: Int, open: [Rule]) throws -> Found? {
        let range = NSRange(location: position, length: line.utf16.count - position)
        var best: Found?
        func consider(_ expression: Expression, opened: Rule? = nil, closes: Bool = false) {
            let options: NSRegularExpression.MatchingOptions = [.withTransparentBounds, .withoutAnchoringBounds]
            guard let match = expression.regular.firstMatch(in: line, options: options, range: range) else { return }
            if let best, best.match.range.location <= match.range.location { return }
            best = Found(match: match, expression: expression, opened: opened, closes: closes)
        }
        if let end = open.last?.end { consider(end, closes: true) }
        for rule in try rules(open.last?.patterns ?? root) {
            guard let begin = rule.begin else { continue }
            consider(begin, opened: rule.end == nil ? nil : rule)
        }
        return best
    }

    /// The rules of a list, with those that it includes.
    private func rules(_ patterns: [JSONValue]) throws -> [Rule] {
        try patterns.flatMap { pattern -> [Rule] in
            if let include = pattern["include"]?.string {
                guard let rule = repository[String(include.dropFirst())] else { throw Malformed(reason: include) }
                return try rules([rule])
            }
            if let match = pattern["match"]?.string {
                return [Rule(begin: expression(match, pattern["name"]?.string, pattern["captures"]))]
            }
            guard let begin = pattern["begin"]?.string, let end = pattern["end"]?.string else {
                return try rules(pattern["patterns"]?.elements ?? [])
            }
            return [
                Rule(
                    begin: expression(begin, nil, pattern["beginCaptures"]),
                    end: expression(end, nil, pattern["endCaptures"]),
                    name: pattern["name"]?.string ?? pattern["contentName"]?.string,
                    patterns: pattern["patterns"]?.elements ?? [])
            ]
        }
    }

    private func expression(_ text: String, _ name: String?, _ captures: JSONValue?) -> Expression? {
        guard let regular = expressions[text] else { return nil }
        var names: [Int: String] = [:]
        if case .object(let members)? = captures?.form {
            for member in members {
                if let index = Int(member.key) { names[index] = member.value["name"]?.string }
            }
        }
        return Expression(regular: regular, name: name, captures: names)
    }
}

extension JSONValue {
    var string: String? { if case .string(let text) = form { text } else { nil } }
    var elements: [JSONValue]? { if case .array(let elements) = form { elements } else { nil } }
}
