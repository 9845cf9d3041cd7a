// The checklist before a show: what a machine can check, and what only a person sees. Pure functions.

import Foundation

extension ReadinessEvidence {
    /// Everything to be looked at before a show.
    func checklist(_ machineState: MachineState, baseline: Baseline?) -> [ChecklistItem] {
        var items = [assistant(), standIns(), pacing(), fallBacks(), compared(baseline)]
        items += machineState.checklist()
        items.append(
            ChecklistItem(
                name: "stage sound", state: .askPerson,
                detail: "Is the microphone of the stage plugged in, and is the answer heard in the last row?",
                remedy: "let the presenter say the first sentence of the talk on stage"))
        return items
    }

    private func assistant() -> ChecklistItem {
        guard result.assistant.name != "unknown", result.runFailures.isEmpty else {
            return ChecklistItem(
                name: "assistant", state: .failed, detail: "it did not work in every run", remedy: "serena-bench doctor"
            )
        }
        let models = result.assistant.inputs.keys.filter { $0.hasPrefix("model/") }.count
        let loaded = models > 0 ? ", \(Figures.count(models, "model file")) loaded and hashed" : ""
        return ChecklistItem(
            name: "assistant", state: .ok, detail: "\(result.assistant.name) \(result.assistant.version)\(loaded)",
            remedy: nil)
    }

    private func standIns() -> ChecklistItem {
        guard let notice = result.assistant.notices.first else {
            return ChecklistItem(
                name: "parts", state: .ok, detail: "nothing stands in for a part that is missing", remedy: nil)
        }
        return ChecklistItem(name: "parts", state: .warning, detail: notice, remedy: "serena-bench doctor")
    }

    private func pacing() -> ChecklistItem {
        let (late, limit) = (result.pacing.p99Ns, result.settings.pacingLimitNs)
        let isKept = late <= limit
        return ChecklistItem(
            name: "clock", state: isKept ? .ok : .failed,
            detail: "\(result.settings.clock), frames late by \(Figures.milliseconds(late)) (p99), limit "
                + Figures.milliseconds(limit),
            remedy: isKept ? nil : "close what else runs on this machine")
    }

    private func fallBacks() -> ChecklistItem {
        let faulty = Set(steps.filter { !$0.faults.isEmpty }.map(\.id))
        let turns = result.turns.filter { faulty.contains($0.step) }
        guard !turns.isEmpty else {
            return ChecklistItem(
                name: "fall-backs", state: .askPerson,
                detail: "This talk takes nothing away from the assistant. Was it tried without a network?",
                remedy: "run a scenario that names faults as well")
        }
        let failed = turns.filter { !$0.passed }
        let names = Set(turns.map(\.step)).sorted().joined(separator: ", ")
        return ChecklistItem(
            name: "fall-backs", state: failed.isEmpty ? .ok : .warning,
            detail: failed.isEmpty
                ? "survived in every run: \(names)"
                : "not survived in \(failed.count) of \(Figures.count(turns.count, "turn")): "
                    + Set(failed.map(\.step)).sorted().joined(separator: ", "),
            remedy: failed.isEmpty ? nil : failed.first.map { replay(run: $0.run) })
    }

    /// Older baselines no longer tell what the machine does today.
    private static let freshDays = 30

    private func compared(_ baseline: Baseline?) -> ChecklistItem {
        let name = ShellWord.quoted(result.scenario.name)
        guard let baseline else {
            return ChecklistItem(
                name: "baseline", state: .askPerson, detail: "None was named. Is it known that nothing became worse?",
                remedy: "serena-bench run \(name) --baseline NAME")
        }
        var concerns: [String] = []
        if baseline.machine.fingerprint != result.machine.fingerprint {
            concerns.append("it comes from another machine")
        }
        let style = Date.ISO8601FormatStyle()
        if let then = try? style.parse(baseline.measuredAt), let now = try? style.parse(result.startedAt) {
            let days = Int(now.timeIntervalSince(then) / 86_400)
            if days > Self.freshDays { concerns.append("it is \(days) days old") }
        } else {
            concerns.append("its age is not known")
        }
        return ChecklistItem(
            name: "baseline", state: concerns.isEmpty ? .ok : .warning,
            detail: "\(baseline.name), measured \(baseline.measuredAt)"
                + (concerns.isEmpty ? "" : "; " + concerns.joined(separator: ", ")),
            remedy: concerns.isEmpty
                ? nil : "serena-bench baseline set \(ShellWord.quoted(baseline.name)) --from a result of today")
    }
}

extension MachineState {
    /// Below this, a report may not find room.
    private static let leastDisk: Int64 = 100 << 20
    private static let comfortableDisk: Int64 = 1 << 30
    /// Less memory than this, and the system may begin to swap in the middle of a talk.
    private static let leastMemory: Int64 = 512 << 20

    /// What the machine itself can be asked.
    func checklist() -> [ChecklistItem] {
        [disk(), memory(), processor(), powerSupply(), network(), sound()].compactMap(\.self)
    }

    private func disk() -> ChecklistItem? {
        guard let free = freeDiskBytes else { return nil }
        let state: ChecklistItem.State =
            free < Self.leastDisk ? .failed : (free < Self.comfortableDisk ? .warning : .ok)
        return ChecklistItem(
            name: "disk", state: state, detail: "\(Self.size(free)) free",
            remedy: state == .ok ? nil : "make room for reports")
    }

    private func memory() -> ChecklistItem? {
        guard let available = availableMemoryBytes else { return nil }
        let isEnough = available >= Self.leastMemory
        let total = totalMemoryBytes.map { " of \(Self.size($0))" } ?? ""
        return ChecklistItem(
            name: "memory", state: isEnough ? .ok : .warning, detail: "\(Self.size(available))\(total) to be had",
            remedy: isEnough ? nil : "close programs that are not part of the show")
    }

    private func processor() -> ChecklistItem? {
        guard let load, let cores, cores > 0 else { return nil }
        let isIdle = load / Double(cores) < 0.5
        let isSaving = governor == "powersave"
        let governed = governor.map { ", governor \($0)" } ?? ""
        return ChecklistItem(
            name: "processor", state: isIdle && !isSaving ? .ok : .warning,
            detail: "load \(String(format: "%.1f", load)) on \(Figures.count(cores, "core")) before the run\(governed)",
            remedy: isIdle
                ? (isSaving ? "set the governor to performance" : nil) : "close what else runs on this machine")
    }

    private func powerSupply() -> ChecklistItem? {
        switch power {
        case nil: nil
        case .mainsOnly: ChecklistItem(name: "power", state: .ok, detail: "no battery", remedy: nil)
        case .charging(let percent):
            ChecklistItem(name: "power", state: .ok, detail: "plugged in\(Self.charge(percent))", remedy: nil)
        case .battery(let percent):
            ChecklistItem(
                name: "power", state: .warning, detail: "on battery\(Self.charge(percent))", remedy: "plug it in")
        }
    }

    private func network() -> ChecklistItem? {
        hasRoute.map { isThere in
            ChecklistItem(
                name: "network", state: .ok,
                detail: isThere
                    ? "there is a way out of this machine" : "offline; the assistant answers on the machine alone",
                remedy: nil)
        }
    }

    private func sound() -> ChecklistItem? {
        hasSoundDevice.map { isThere in
            ChecklistItem(
                name: "audio device", state: .askPerson,
                detail: isThere
                    ? "The system has a sound device, but the run went past it. Does it record and play?"
                    : "The system has no sound device. Will the machine of the show have one?",
                remedy: "try it with the programs of the system")
        }
    }

    private static func charge(_ percent: Int?) -> String {
        percent.map { ", \($0) %" } ?? ""
    }

    private static func size(_ bytes: Int64) -> String {
        bytes >= 1 << 30 ? "\(bytes >> 30) GiB" : "\(bytes >> 20) MiB"
    }
}
