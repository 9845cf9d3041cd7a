// Whether a result may be compared with a baseline, and how much the verdict is worth.

extension Baseline {
    /// Why a result with these inputs cannot be compared with this baseline; empty when it can. What can be known
    /// before a run.
    public func problems(comparingScenario scenario: ScenarioReference, inputs: [String: String])
        -> [String]
    {
        guard scenario.name == self.scenario.name else {
            return [
                "the baseline '\(name)' measured the scenario '\(self.scenario.name)', not '\(scenario.name)'"
            ]
        }
        let changed = Self.differences(inputs, self.inputs)
        return changed.prefix(20).map { "\($0) is not what it was when the baseline '\(name)' was set" }
    }

    /// Why `result` cannot be compared with this baseline; empty when it can.
    public func problems(comparing result: BenchResult) -> [String] {
        var problems = problems(comparingScenario: result.scenario, inputs: result.inputs)
        func differ(_ what: String, _ before: String, _ after: String) {
            if before != after {
                problems.append("the baseline '\(name)' has the \(what) \(before), the result has \(after)")
            }
        }
        differ("clock", settings.clock.rawValue, result.settings.clock.rawValue)
        differ("variant", Self.text(settings.variant), Self.text(result.settings.variant))
        differ("patience", "\(settings.patienceNs) ns", "\(result.settings.patienceNs) ns")
        differ("assistant", assistant.name, result.assistant.name)
        let changed = Self.differences(assistant.settings, result.assistant.settings)
        if !changed.isEmpty {
            problems.append(
                "the assistant's settings differ from those of the baseline '\(name)' in "
                    + "\(changed.joined(separator: ", ")); 'serena-bench ab' compares settings")
        }
        return problems
    }

    /// Why a verdict is advisory, and does not count for the exit code; empty when it counts.
    func reasonsForAdvice(comparing result: BenchResult) -> [String] {
        var reasons: [String] = []
        if machine.fingerprint != result.machine.fingerprint {
            reasons.append(
                "advisory: the baseline '\(name)' comes from another machine (\(machine.cpu), \(machine.cores) cores)"
            )
        }
        if sessions.count < Self.fewestSessions {
            reasons.append(
                "advisory: the baseline '\(name)' holds \(Figures.count(sessions.count, "session")); it takes "
                    + "\(Self.fewestSessions) to know how much the machine drifts between them")
        }
        return reasons
    }

    /// What else differs, or makes a comparison advisory.
    public func notices(comparing result: BenchResult) -> [String] {
        var notices = reasonsForAdvice(comparing: result)
        if assistant.version != result.assistant.version {
            notices.append("the baseline '\(name)' was measured with version \(assistant.version)")
        }
        let inputs = Self.differences(assistant.inputs, result.assistant.inputs)
        if !inputs.isEmpty {
            notices.append(
                "files of the assistant differ from the baseline's: \(inputs.prefix(10).joined(separator: ", "))")
        }
        return notices
    }

    /// The keys whose values differ, sorted.
    private static func differences(_ one: [String: String], _ other: [String: String]) -> [String] {
        Set(one.keys).union(other.keys).filter { one[$0] != other[$0] }.sorted()
    }

    private static func text(_ variant: [String: String]) -> String {
        variant.isEmpty ? "none" : variant.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }.joined(separator: " ")
    }
}
