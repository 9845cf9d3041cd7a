// Which variants and which steps of a scenario are wanted.

import Foundation

/// What was chosen and set on the command line.
public struct ScenarioSelection: Hashable, Sendable {
    /// Values of parameters, of axes and of settings of the assistant, by name.
    public var values: [String: String]
    /// Steps must have one of these tags, or belong to a scenario that has; empty chooses all.
    public var tags: [String]
    /// Steps whose id or tags fit, or variants whose values do; nil chooses all.
    public var filter: StepFilter?

    public init(values: [String: String] = [:], tags: [String] = [], filter: StepFilter? = nil) {
        self.values = values
        self.tags = tags
        self.filter = filter
    }

    /// Reads `name=value` pairs.
    ///
    /// - Throws: ``BenchError`` with ``ExitCode/usage`` for what is no pair, or a name that is given twice.
    public static func values(_ pairs: [String]) throws(BenchError) -> [String: String] {
        var values: [String: String] = [:]
        for pair in pairs {
            guard let equals = pair.firstIndex(of: "="), equals != pair.startIndex else {
                throw BenchError(.usage, "'\(pair)' sets nothing; write it like name=value")
            }
            let name = String(pair[..<equals])
            let value = String(pair[pair.index(after: equals)...])
            guard !value.allSatisfy(\.isWhitespace) else { throw BenchError(.usage, "'\(name)' is set to nothing") }
            guard values.updateValue(value, forKey: name) == nil else {
                throw BenchError(.usage, "'\(name)' is set twice")
            }
        }
        return values
    }

    /// Reads every variant that is wanted, one after the other.
    ///
    /// - Throws: ``BenchError`` with ``ExitCode/usage`` when the scenario cannot be used, or nothing fits.
    public func load(_ path: String, seed: UInt64? = nil) throws(BenchError) -> [LoadedScenario] {
        let plain = try LoadedScenario.parse(path, ScenarioBindings(values: values, seed: seed)).scenario
        var loaded: [LoadedScenario] = []
        for variant in plain.variants(fixing: values) {
            let bindings = ScenarioBindings(values: values.merging(variant) { $1 }, seed: seed)
            guard let steps = chosen(in: try LoadedScenario.parse(path, bindings).scenario, variant: variant) else {
                continue
            }
            loaded.append(try LoadedScenario(path: path, bindings: bindings, steps: steps))
        }
        guard !loaded.isEmpty else {
            throw BenchError(
                .usage, "no step of \(path) fits what was asked for",
                remedy: "serena-bench scenario show \(plain.name)")
        }
        return loaded
    }

    /// The ids of the steps of a variant that are wanted, with those that they break into; nil when there are none.
    func chosen(in scenario: Scenario, variant: [String: String]) -> Set<String>? {
        let isVariantNamed = filter.map { filter in variant.contains { filter.fits("\($0.key)=\($0.value)") } } ?? true
        var chosen: Set<String> = []
        for step in scenario.steps {
            let known = Set(step.tags + scenario.tags)
            guard tags.isEmpty || !known.isDisjoint(with: tags) else { continue }
            let isNamed = filter.map { filter in filter.fits(step.id) || known.contains(where: filter.fits) } ?? true
            if isVariantNamed || isNamed { chosen.insert(step.id) }
        }
        for step in scenario.steps.reversed() where chosen.contains(step.id) {
            if case .during(let target, _) = step.start { chosen.insert(target) }
        }
        return chosen.isEmpty ? nil : chosen
    }
}

/// A text that must occur, or a regular expression that must match, whatever the case.
public struct StepFilter: Hashable, Sendable {
    private let text: String
    private let isPattern: Bool

    /// - Parameter text: `TEXT`, or `/regular expression/`.
    /// - Throws: ``BenchError`` with ``ExitCode/usage`` for what is no regular expression.
    public init(_ text: String) throws(BenchError) {
        guard text.count > 1, text.hasPrefix("/"), text.hasSuffix("/") else {
            guard !text.isEmpty else { throw BenchError(.usage, "the filter is empty") }
            self.text = text.lowercased()
            isPattern = false
            return
        }
        self.text = String(text.dropFirst().dropLast())
        isPattern = true
        guard (try? Regex(self.text)) != nil, !self.text.isEmpty else {
            throw BenchError(.usage, "'\(self.text)' is not a regular expression")
        }
    }

    func fits(_ candidate: String) -> Bool {
        guard isPattern else { return candidate.lowercased().contains(text) }
        guard let regex = try? Regex(text).ignoresCase() else { return false }
        return candidate.firstMatch(of: regex) != nil
    }
}

extension Scenario {
    /// Every combination of the values of the matrix, the last axis changing fastest; one without any for a scenario that has no matrix.
    ///
    /// - Parameter fixed: axes that have been set, and are therefore not varied.
    func variants(fixing fixed: [String: String] = [:]) -> [[String: String]] {
        matrix.filter { fixed[$0.name] == nil }.reduce([[:]]) { variants, axis in
            variants.flatMap { variant in axis.values.map { variant.merging([axis.name: $0]) { $1 } } }
        }
    }
}
