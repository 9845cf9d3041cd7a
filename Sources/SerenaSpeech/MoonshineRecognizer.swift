// Speech recognition by Moonshine's tiny English model.

import CMoonshine
import Synchronization

/// Recognises English speech with Moonshine, whose library is loaded at run time.
public final class MoonshineRecognizer: SpeechRecognizer {
    public let name = "moonshine tiny-en"
    public let modelFiles: [String]
    /// The version of the library, such as `3.0.0`.
    public let version: String

    private struct Transcriber {
        let library: cmoonshine_library
        let handle: Int32
    }

    /// A transcript belongs to the library until the next call: one call at a time, copying included.
    private let transcriber: Mutex<Transcriber>

    /// Loads library and model.
    public init(_ installation: MoonshineInstallation) throws(RecognitionError) {
        let library = try Self.open(installation)
        let number = library.version()
        guard number >= Int32(CMOONSHINE_INTERFACE_VERSION) else {
            throw Self.loadError("its version \(Self.text(ofVersion: number)) is older than the interface needs")
        }
        let handle = Self.load(installation.modelFolder, with: library)
        guard handle >= 0 else {
            throw Self.loadError("\(installation.modelFolder): \(Self.text(of: handle, library))")
        }
        version = Self.text(ofVersion: number)
        modelFiles = installation.modelFiles
        transcriber = Mutex(Transcriber(library: library, handle: handle))
    }

    deinit {
        transcriber.withLock { $0.library.release($0.handle) }
    }

    public func transcribe(_ samples: [Float], sampleRate: Int) throws(RecognitionError) -> Transcript {
        guard var prepared = try RecognitionInput.prepare(samples, sampleRate: sampleRate) else { return .empty }
        return try transcriber.withLock { transcriber throws(RecognitionError) in
            var transcript: UnsafeMutablePointer<cmoonshine_transcript>?
            let error = transcriber.library.transcribe(
                transcriber.handle, &prepared, UInt64(prepared.count), 16_000, 0, &transcript)
            guard error == 0, let transcript else {
                throw .failed(recognizer: "Moonshine", reason: Self.text(of: error, transcriber.library))
            }
            return Transcript(text: Self.text(of: transcript.pointee))
        }
    }

    private static func text(of transcript: cmoonshine_transcript) -> String {
        let lines = UnsafeBufferPointer(start: transcript.lines, count: Int(transcript.line_count))
        return
            lines
            .compactMap { $0.text.map { String(cString: $0).trimmingSpaces } }
            .filter { !$0.isEmpty }
            .joined(separator: " ")
    }

    // MARK: Loading

    private static func open(_ installation: MoonshineInstallation) throws(RecognitionError) -> cmoonshine_library {
        var library = cmoonshine_library()
        var reason = [CChar](repeating: 0, count: 512)
        guard cmoonshine_open(installation.libraryPath, &library, &reason, UInt64(reason.count)) == 0 else {
            let end = reason.firstIndex(of: 0) ?? reason.endIndex
            throw loadError(String(decoding: reason[..<end].map(UInt8.init(bitPattern:)), as: UTF8.self))
        }
        return library
    }

    private static func load(_ folder: String, with library: cmoonshine_library) -> Int32 {
        // The engine has found where speech is; at threshold 0 the library's own detector takes everything for speech.
        "vad_threshold".withCString { name in
            "0".withCString { value in
                var option = cmoonshine_option(name: name, value: value)
                return library.load(
                    folder, UInt32(CMOONSHINE_MODEL_TINY), &option, 1, Int32(CMOONSHINE_INTERFACE_VERSION))
            }
        }
    }

    private static func loadError(_ reason: String) -> RecognitionError {
        .cannotLoad(recognizer: "Moonshine", reason: reason, remedy: MoonshineInstallation.remedy)
    }

    private static func text(of error: Int32, _ library: cmoonshine_library) -> String {
        library.error_text(error).map { String(cString: $0) } ?? "error \(error)"
    }

    private static func text(ofVersion number: Int32) -> String {
        "\(number / 10_000).\(number / 100 % 100).\(number % 100)"
    }
}

extension StringProtocol {
    /// Without white space at either end.
    var trimmingSpaces: String {
        let start = firstIndex { !$0.isWhitespace } ?? endIndex
        let end = lastIndex { !$0.isWhitespace }.map { index(after: $0) } ?? start
        return String(self[start..<end])
    }
}
