// Writes the answers of a run while it goes on, so that memory does not grow with the length of the talk.

import AssistantInterface
import Dispatch
import SerenaAudio
import Synchronization

/// Takes the sound of each step as it closes, and writes it on a thread of its own: a slow disk must not delay a frame.
final class AnswerKeeper: Sendable {
    private let run: Int
    private let folder: RunFolder
    private let queue = DispatchQueue(label: "answers", qos: .utility)
    private let problem = Mutex<(any Error)?>(nil)

    init(run: Int, folder: RunFolder) {
        self.run = run
        self.folder = folder
    }

    /// Writes the answer of `step` behind those before it. After a failure nothing more is written.
    func keep(_ step: StepRecord) {
        guard !step.prepared.isPlanted, !step.answer.played.isEmpty else { return }
        let name = TurnResult.answerPath(run: run, step: step.prepared.step.id)
        queue.async { [self, answer = step.answer] in
            guard problem.withLock({ $0 == nil }) else { return }
            do {
                if let recording = try answer.recording() { try folder.write(recording, to: name) }
            } catch {
                problem.withLock { $0 = error }
            }
        }
    }

    /// Waits until everything is written.
    ///
    /// - Throws: the first problem of the disk.
    func finish() async throws {
        await withCheckedContinuation { continuation in queue.async { continuation.resume() } }
        if let problem = problem.withLock({ $0 }) { throw problem }
    }
}
