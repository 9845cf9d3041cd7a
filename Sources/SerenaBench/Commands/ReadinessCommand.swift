// `serena-bench readiness`: shows whether the demo is ready, and whether that still holds.

import AssistantInterface
import Foundation
import Instrumentation

extension BenchEnvironment {
    /// Prints the readiness of a result, held against the machine, the build and the files that are here now.
    ///
    /// - Parameter decides: whether the exit code says what the verdict is, instead of that it could be printed.
    public func readiness(of path: String, decides: Bool) async -> ExitCode {
        await reporting {
            let result = try ReportFiles.read(absolute(path))
            guard let readiness = result.readiness else {
                throw BenchError(
                    .usage, "\(path) holds no readiness",
                    remedy: "serena-bench run \(ShellWord.quoted(result.scenario.name))")
            }
            let present = await fingerprintsNow(for: result)
            let expired = readiness.expired(comparedWith: present)
            let unchecked = readiness.holdsFor.keys.filter { present[$0] == nil }.sorted()
            terminal.result(ReadinessText.text(result, readiness, expired: expired, unchecked: unchecked))
            guard decides else { return .pass }
            return expired.isEmpty ? readiness.exitCode : .invalid
        }
    }

    /// What a verdict over `result` would hold for at this moment; parts that cannot be found out are left out.
    private func fingerprintsNow(for result: BenchResult) async -> [String: String] {
        var prints = [
            Readiness.Part.machine.rawValue: Machine.current().fingerprint,
            Readiness.Part.audioDevice.rawValue: Readiness.recordedAudio,
        ]
        let loaded = try? LoadedScenario(path: ScenarioLocator.find(result.scenario.path, from: directory, home: home))
        guard let loaded else { return prints }
        prints[Readiness.Part.scenario.rawValue] = Readiness.fingerprint(of: loaded.inputs)
        let identity = await identityNow(loaded, seed: result.settings.seed)
        guard let identity, identity.name == result.assistant.name else { return prints }
        prints.merge(Readiness.fingerprints(of: identity)) { $1 }
        let program = MachineState.current(folder: projectFolder).program
        prints[Readiness.Part.code.rawValue] = Readiness.code(identity, program: program)
        return prints
    }

    /// Who the assistant is once it has loaded what it needs; nil when it cannot start.
    private func identityNow(_ loaded: LoadedScenario, seed: UInt64) async -> AssistantIdentity? {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("readiness-\(UUID().uuidString)")
            .path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let request = AssistantRequest(
                settings: loaded.scenario.assistant, scenarioFolder: loaded.folder, folder: folder, clock: clock,
                seed: seed)
            let assistant = try await makeAssistant(request)
            try await assistant.start(output: LoudspeakerRecorder(clock: clock), observer: TurnLog(clock: clock))
            let identity = await assistant.identity
            await assistant.stop()
            return identity
        } catch {
            terminal.note("note: the assistant does not start here: \(Terminal.plain("\(error)"))")
            return nil
        }
    }
}

extension Readiness {
    /// The code that stands for the verdict; where it is not ready, the gates that failed decide.
    var exitCode: ExitCode {
        switch verdict {
        case .ready, .readyWithRisks: return .pass
        case .notProven, .invalid: return .invalid
        case .notReady:
            let failed = Set(gates.filter { $0.state == .failed }.map(\.id))
            let findings: [(gate: String, finding: Finding)] = [
                ("B", .failed), ("C", .budgetExceeded), ("D", .regression),
            ]
            return ExitCode.of(Set(findings.filter { failed.contains($0.gate) }.map(\.finding)))
        }
    }
}
