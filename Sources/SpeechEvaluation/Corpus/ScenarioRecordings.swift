// The recordings that the scenarios play, with the words of the notes beside them.

import Foundation
import SerenaAudio

/// The synthetic voices of the scenarios.
enum ScenarioRecordings {
    /// The part of a note that matters here.
    private struct Note: Decodable {
        var text: String?
    }

    /// Every recording below `Scenarios/audio` of which the words are known, in order of its name.
    ///
    /// - Throws: ``EvaluationError`` when there is none.
    static func load(home: URL) throws(EvaluationError) -> [SpokenSample] {
        let root = home.appending(path: "Scenarios/audio")
        let files = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)?.allObjects ?? []
        let recordings = files.compactMap { $0 as? URL }.filter { $0.pathExtension == "wav" }
        var samples: [SpokenSample] = []
        for file in recordings.sorted(by: { $0.path < $1.path }) {
            let note = file.deletingPathExtension().appendingPathExtension("json")
            guard let bytes = try? Data(contentsOf: note),
                let text = (try? JSONDecoder().decode(Note.self, from: bytes))?.text
            else { continue }
            let name = file.deletingPathExtension().lastPathComponent
            samples.append(
                SpokenSample(
                    name: name, text: text, samples: try HumanRecordings.sound(file.path(percentEncoded: false)),
                    isHuman: false))
        }
        guard !samples.isEmpty else {
            throw EvaluationError("there are no recordings with notes in \(root.path)", remedy: "scripts/make-audio")
        }
        return samples
    }
}
