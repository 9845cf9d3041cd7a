// From what was understood to an answer, made ahead of the endpoint where that is possible.

import AssistantInterface
import Instrumentation
import SerenaNetBridge
import SerenaNetBytecode
import SerenaSpeech

extension Session {
    /// What may be done before it is known whether it is wanted: all that can be held back.
    private static let effectsThatCanBeHeld: EffectSet = [.reads, .says, .writes]

    /// Begins to answer what was understood, on the chance that it is all. Nothing reaches the outside.
    ///
    /// - Returns: nil when there is nothing to answer, or its effects could not be held back.
    func prepare(_ understanding: Utterance.Understanding) async -> PreparedAnswer? {
        let (request, decision, routing) = await route(understanding)
        guard decision.route != .ignored, canBeHeld(decision) else { return nil }
        return begin(request, decision, routing, on: ahead)
    }

    /// Whether `prepared` is the answer to what was understood.
    func wants(_ prepared: PreparedAnswer, for understanding: Utterance.Understanding) async -> Bool {
        let (request, decision, _) = await route(understanding)
        return prepared.fits(request, decision)
    }

    private func canBeHeld(_ decision: RoutingDecision) -> Bool {
        guard decision.route == .vm else { return true }
        guard let effects = decision.task.flatMap({ program.program.effects(ofTask: $0) }) else { return false }
        return Self.effectsThatCanBeHeld.isSuperset(of: effects)
    }

    private func route(
        _ understanding: Utterance.Understanding
    ) async -> (BridgeRequest, RoutingDecision, (start: Instant, end: Instant)) {
        let request = BridgeRequest(transcript: understanding.transcript, understanding.classification)
        let start = clock.now
        let decision = await bridge.getRoutingDecision(request)
        return (request, decision, (start, clock.now))
    }

    private func begin(
        _ request: BridgeRequest, _ decision: RoutingDecision, _ routing: (start: Instant, end: Instant),
        on worker: any Worker
    ) -> PreparedAnswer {
        let mouth = Mouth(
            synthesizer: synthesizer, emergency: emergency, worker: voice, output: HeldOutput(to: output),
            clock: clock)
        return PreparedAnswer(
            to: request, decision: decision, routing: routing, bridge: bridge, memory: HeldMemory(of: memory),
            mouth: mouth, clock: clock, worker: worker)
    }

    /// Answers an utterance that has ended, and reports the turn.
    ///
    /// - Parameters:
    ///   - prepared: the answer that was begun before.
    ///   - account: told what became of the work that was done ahead.
    func answer(
        _ utterance: Utterance, prepared: PreparedAnswer?, endpoint: Instant,
        account: @Sendable (_ wasUsed: Bool) async -> Speculation?
    ) async {
        let understanding: Utterance.Understanding
        if let known = utterance.understanding {
            understanding = known
        } else {
            understanding = await understand(utterance)
        }
        let (request, decision, routing) = await route(understanding)
        var report = TurnReport(
            turn: utterance.number, transcript: understanding.transcript, intent: request.intent,
            confidence: request.confidence, slots: request.slots.mapValues(\.spoken),
            route: decision.route, routeReason: decision.reason)
        report.events = ["intent \(request.intent ?? "none")", "route \(decision.route.rawValue)"]
        report.backlog = utterance.backlog + (understanding.isLate ? ["recognition"] : [])
        report.trace = trace(of: utterance, understanding, endpoint: endpoint)
        var problems = [understanding.problem]

        let wanted = prepared.flatMap { $0.fits(request, decision) ? $0 : nil }
        if wanted == nil { prepared?.drop() }
        if decision.route == .ignored {
            report.trace.record(.bytecode, from: routing.start, to: routing.end)
            report.trace.record(.execution, from: routing.end, to: clock.now)
        } else {
            problems += await say(wanted ?? begin(request, decision, routing, on: answering), in: &report)
        }
        problems.append(await keepMemory())
        let known = problems.compactMap(\.self)
        report.problem = known.isEmpty ? nil : known.joined(separator: "; ")
        report.speculation = await account(wanted != nil)
        report.holds = output.takeHolds()
        observer.turnEnded(report)
        if decision.route == .vm, let task = decision.task { taskUses?.note(task) }
        await log.append(report)
    }

    /// Lets `answer` be heard, and reports what came of it.
    ///
    /// - Returns: what went wrong.
    private func say(_ answer: PreparedAnswer, in report: inout TurnReport) async -> [String?] {
        output.stop()
        spoken.replace(with: answer)
        let commitProblem = await answer.commit()
        let result = await answer.finish()
        vocabulary.update(from: await memory.entries)
        report.response = result.spoken.text
        report.exact = result.outcome.exact
        if report.route == .vm { report.exact["bytecodeBytes"] = bytecodeBytes }
        report.events += result.outcome.events
        if result.spoken.hasGap { report.backlog.append("voice") }
        if let end = result.spoken.end { wake?.answered(at: end) }
        add(result, routing: answer.routing, to: &report.trace)
        return [commitProblem, result.problem, result.spoken.problem]
    }

    private func trace(
        of utterance: Utterance, _ understanding: Utterance.Understanding, endpoint: Instant
    ) -> TurnTrace {
        var trace = TurnTrace()
        trace.record(.speechEnd, from: utterance.speechEnd, to: utterance.speechEnd)
        trace.record(.endpoint, from: utterance.speechEnd, to: endpoint)
        trace.record(.transcript, from: understanding.recognition.start, to: understanding.recognition.end)
        trace.record(.intent, from: understanding.classified.start, to: understanding.classified.end)
        return trace
    }

    private func add(
        _ result: PreparedAnswer.Result, routing: (start: Instant, end: Instant), to trace: inout TurnTrace
    ) {
        let spoken = result.spoken
        trace.record(.bytecode, from: routing.start, to: routing.end)
        trace.record(.execution, from: routing.end, to: spoken.firstText ?? result.executed)
        guard let firstText = spoken.firstText, let firstSentence = spoken.firstSentence else { return }
        trace.record(.firstSentence, from: firstText, to: firstSentence)
        if let firstAudible = spoken.firstAudible {
            trace.record(.firstAudio, from: firstSentence, to: firstAudible)
        }
    }

    /// Does what the floor's holder decided of the answer that is spoken.
    func follow(_ decision: Floor.Decision) {
        switch decision {
        case .none: break
        case .hold: output.hold()
        case .goOn: output.resume()
        case .fallSilent:
            // Another answer may be spoken by now, of which the user has said nothing.
            guard output.isHeld else { return }
            spoken.silence()
            output.stop()
        }
    }
}
