// `serena-bench scenario lint`, `list`, `show`, `new` and `schema`.

import Foundation
import Instrumentation

extension BenchEnvironment {
    /// Checks scenario files, with every variant, every included file and every recording that is there.
    ///
    /// - Returns: ``ExitCode/usage`` when one of them cannot be used. Lines that nobody has recorded yet are named, and no mistake.
    public func lintScenarios(_ names: [String]) async -> ExitCode {
        var code = ExitCode.pass
        for name in names {
            let outcome = await reporting {
                let path = try ScenarioLocator.find(name, from: directory, home: home)
                let scenario = try LoadedScenario.parse(path).scenario
                let variants = scenario.variants()
                var unrecorded: Set<String> = []
                for variant in variants { unrecorded.formUnion(try checkRecordings(of: path, variant)) }
                let count = variants.count > 1 ? ", \(Figures.count(variants.count, "variant"))" : ""
                terminal.result(
                    "\(display(path)): \(Figures.count(scenario.steps.count, "step"))\(count), nothing wrong")
                if !unrecorded.isEmpty {
                    terminal.note("  not recorded yet: \(Terminal.plain(unrecorded.sorted().joined(separator: ", ")))")
                    terminal.note("  try: scripts/record-voices \(scenario.name)")
                }
                return .pass
            }
            if outcome != .pass { code = outcome }
        }
        return code
    }

    /// Checks the recordings of one variant, and gives the files that are not there.
    private func checkRecordings(of path: String, _ variant: [String: String]) throws(BenchError) -> Set<String> {
        let bindings = ScenarioBindings(values: variant)
        let steps = try LoadedScenario.parse(path, bindings).scenario.steps
        let folder = (path as NSString).deletingLastPathComponent
        let recorded = steps.filter { step in
            FileManager.default.fileExists(atPath: step.audio.hasPrefix("/") ? step.audio : "\(folder)/\(step.audio)")
        }
        if !recorded.isEmpty { _ = try LoadedScenario(path: path, bindings: bindings, steps: Set(recorded.map(\.id))) }
        return Set(steps.map(\.audio)).subtracting(recorded.map(\.audio))
    }

    /// Names every scenario of the project with its title.
    public func listScenarios() async -> ExitCode {
        await reporting {
            let folder = projectFolder + "/" + ScenarioLocator.folder
            let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            let names = files.filter { $0.hasSuffix(".yaml") }.sorted()
            guard !names.isEmpty else { throw BenchError(.usage, "there are no scenarios in \(folder)") }
            let width = names.map(\.count).max() ?? 0
            for name in names {
                let title: String
                do throws(BenchError) {
                    let scenario = try LoadedScenario.parse("\(folder)/\(name)").scenario
                    title = "\(Figures.count(scenario.steps.count, "step")): \(scenario.title)"
                } catch {
                    title = "cannot be used; see serena-bench scenario lint \(name.dropLast(5))"
                }
                let padding = String(repeating: " ", count: width - name.count + 2)
                terminal.result(Terminal.plain("\(name.dropLast(5))\(padding)\(title)"))
            }
            return .pass
        }
    }

    /// Shows what a scenario holds after includes and parameters, for the variants and steps that are chosen.
    public func showScenario(_ name: String, selection: ScenarioSelection) async -> ExitCode {
        await reporting {
            let path = try ScenarioLocator.find(name, from: directory, home: home)
            let bindings = ScenarioBindings(values: selection.values)
            let scenario = try LoadedScenario.parse(path, bindings).scenario
            for line in ScenarioOutline.lines(of: scenario, shown: display(path)) {
                terminal.result(Terminal.plain(line))
            }
            var isEmpty = true
            for variant in scenario.variants(fixing: selection.values) {
                let values = selection.values.merging(variant) { $1 }
                let bound = try LoadedScenario.parse(path, ScenarioBindings(values: values)).scenario
                guard let chosen = selection.chosen(in: bound, variant: variant) else { continue }
                isEmpty = false
                terminal.result("")
                if !variant.isEmpty {
                    let text = variant.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
                    terminal.result(Terminal.plain("variant \(text.joined(separator: ", "))"))
                }
                for step in bound.steps where chosen.contains(step.id) {
                    terminal.result(Terminal.plain(ScenarioOutline.line(of: step)))
                }
            }
            guard !isEmpty else { throw BenchError(.usage, "no step of \(display(path)) fits what was asked for") }
            return .pass
        }
    }

    /// Writes a scenario to begin with. Whatever is there already stays as it is.
    public func newScenario(_ name: String) async -> ExitCode {
        await reporting {
            var reader = YAMLReader()
            guard reader.name(.init(name), as: "the name of a scenario") != nil else {
                throw BenchError(.usage, reader.problems.first?.message ?? "'\(name)' is no name")
            }
            let folder = projectFolder + "/" + ScenarioLocator.folder
            let path = "\(folder)/\(name).yaml"
            guard !FileManager.default.fileExists(atPath: path) else {
                throw BenchError(.output, "\(display(path)) exists already; it is left alone")
            }
            do {
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                try Data(Scenario.example(name: name).utf8).write(
                    to: URL(fileURLWithPath: path), options: .withoutOverwriting)
            } catch {
                throw BenchError(.output, "\(display(path)) cannot be written: \(FileProblem.describe(error))")
            }
            terminal.result(display(path))
            terminal.note("  next: write its lines, then scripts/record-voices \(name)")
            return .pass
        }
    }

    /// Prints the JSON Schema of scenario files, for editors.
    public func printScenarioSchema() async -> ExitCode {
        terminal.result(Scenario.schema.trimmingCharacters(in: .newlines))
        return .pass
    }
}

extension Scenario {
    /// The JSON Schema (draft 2020-12) of scenario files.
    static var schema: String {
        String(decoding: PackageResources.scenario_schema_json, as: UTF8.self)
    }
}

/// A scenario in a few lines.
enum ScenarioOutline {
    static func lines(of scenario: Scenario, shown path: String) -> [String] {
        var lines = ["\(scenario.name): \(scenario.title)", "  \(path)"]
        if !scenario.description.isEmpty { lines.append("  \(scenario.description)") }
        if !scenario.tags.isEmpty { lines.append("  tags: \(scenario.tags.joined(separator: ", "))") }
        for (name, value) in scenario.parameters.sorted(by: { $0.key < $1.key }) {
            lines.append("  parameter \(name): \(value)")
        }
        for axis in scenario.matrix { lines.append("  axis \(axis.name): \(axis.values.joined(separator: ", "))") }
        switch scenario.repetition {
        case .times(1): break
        case .times(let times): lines.append("  repeated \(times) times")
        case .lasting(let time): lines.append("  repeated for \(time.nanoseconds / 1_000_000_000) s")
        }
        if scenario.users > 1 { lines.append("  \(scenario.users) users at once") }
        for threshold in scenario.thresholds {
            let limit = Figures.milliseconds(threshold.limit.nanoseconds)
            lines.append(
                "  \(threshold.metric.text) below \(limit) (\(threshold.turnClass.rawValue), \(threshold.level.rawValue))"
            )
        }
        return lines
    }

    static func line(of step: Step) -> String {
        var notes: [String] = []
        switch step.start {
        case .following: break
        case .at(let time): notes.append("at \(Figures.milliseconds(time.nanoseconds))")
        case .during(let target, let delay):
            notes.append("\(Figures.milliseconds(delay.nanoseconds)) into the answer to \(target)")
        }
        if !step.faults.isEmpty { notes.append(step.faults.map(\.rawValue).joined(separator: ", ")) }
        if !step.expect.isAnswered { notes.append("no answer") }
        if let intent = step.expect.intent { notes.append(intent) }
        if let reason = step.expectedFailure { notes.append("expected to fail: \(reason)") }
        let suffix = notes.isEmpty ? "" : "  [\(notes.joined(separator: "; "))]"
        return "  \(step.id)  \(step.voice ?? Scenario.defaultVoice): \(step.say)\(suffix)"
    }
}
