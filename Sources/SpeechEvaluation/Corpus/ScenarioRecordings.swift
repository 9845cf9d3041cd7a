// The recordings that the scenarios play, with the words of the notes beside them.

import EvaluationInterface
import Foundation
import SerenaAudio

/// The synthetic voices of the scenarios.
enum ScenarioRecordings {
    /// The part of a note that matters here.
    private struct Note: Decodable {
        var text: String?
    }

    /// Folders below `Scenarios/audio` that hold no speech of a scenario: hums and single words that barge-in is learnt from and measured with.
    private static let otherFolders: Set<String> = ["onsets", "backchannels"]

    /// The uncompressed recordings of the scenarios, in order of their paths.
    static func files(home: URL) -> [URL] {
        let root = home.appending(path: "Scenarios/audio")
        let files = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)?.allObjects ?? []
        return files.compactMap { $0 as? URL }
            .filter { file in
                let folder = file.deletingLastPathComponent().lastPathComponent
                return file.pathExtension == "wav" && !otherFolders.contains(folder)
            }
            .sorted { $0.path < $1.path }
    }

    /// Every recording of the scenarios of which the words are known, in order of its path.
    ///
    /// - Throws: ``EvaluationError`` when there is none.
    static func load(home: URL) throws(EvaluationError) -> [SpokenSample] {
        var samples: [SpokenSample] = []
        for file in files(home: home) {
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
            throw EvaluationError(
                "there are no recordings with notes in \(home.appending(path: "Scenarios/audio").path)",
                remedy: "scripts/make-audio")
        }
        return samples
    }
}
