// Speech recognition by Apple's framework, where there is one.

#if canImport(Speech)
    import AVFoundation
    import SerenaAudio
    import Speech
    import Synchronization

    /// Recognises English speech with the Speech framework, on the device and nowhere else.
    ///
    /// The user must have allowed speech recognition before; nothing is ever sent over a network.
    public final class AppleSpeechRecognizer: SpeechRecognizer {
        public let name = "apple speech en-US"
        public let modelFiles: [String] = []

        /// The longest time that one stretch of speech may take.
        private static let patience = DispatchTimeInterval.seconds(30)

        /// - Throws: ``RecognitionError`` when the framework has no model on this device or the user has not allowed it.
        public init() throws(RecognitionError) {
            _ = try Self.makeRecognizer()
        }

        public func transcribe(_ samples: [Float], sampleRate: Int) throws(RecognitionError) -> Transcript {
            guard let prepared = try RecognitionInput.prepare(samples, sampleRate: sampleRate) else { return .empty }
            guard let buffer = Self.buffer(of: prepared) else {
                throw .failed(recognizer: name, reason: "there is no memory for the sound")
            }
            let recognizer = try Self.makeRecognizer()
            let request = SFSpeechAudioBufferRecognitionRequest()
            request.requiresOnDeviceRecognition = true
            request.shouldReportPartialResults = false
            request.append(buffer)
            request.endAudio()
            let outcome = Outcome()
            let task = recognizer.recognitionTask(with: request) { result, error in
                if let error {
                    outcome.settle(.failure(error))
                } else if let result, result.isFinal {
                    let best = result.bestTranscription
                    let confidences = best.segments.map { Double($0.confidence) }
                    let mean = confidences.isEmpty ? nil : confidences.reduce(0, +) / Double(confidences.count)
                    outcome.settle(.success(Transcript(text: best.formattedString, confidence: mean)))
                }
            }
            guard let settled = outcome.wait(for: Self.patience) else {
                task.cancel()
                throw .failed(recognizer: name, reason: "it gave no answer in time")
            }
            switch settled {
            case .success(let transcript): return transcript
            case .failure(let error): throw .failed(recognizer: name, reason: error.localizedDescription)
            }
        }

        private static func makeRecognizer() throws(RecognitionError) -> SFSpeechRecognizer {
            let remedy = "allow speech recognition in System Settings, Privacy & Security"
            guard SFSpeechRecognizer.authorizationStatus() == .authorized else {
                throw .cannotLoad(recognizer: "Apple Speech", reason: "it is not allowed", remedy: remedy)
            }
            guard let recognizer = SFSpeechRecognizer(locale: Locale(identifier: "en-US")),
                recognizer.supportsOnDeviceRecognition
            else {
                throw .cannotLoad(recognizer: "Apple Speech", reason: "there is no model on the device", remedy: remedy)
            }
            return recognizer
        }

        private static func buffer(of samples: [Float]) -> AVAudioPCMBuffer? {
            guard
                let format = AVAudioFormat(
                    commonFormat: .pcmFormatFloat32, sampleRate: Double(AudioFrame.sampleRate), channels: 1,
                    interleaved: false),
                let buffer = AVAudioPCMBuffer(pcmFormat: format, frameCapacity: AVAudioFrameCount(samples.count)),
                let channel = buffer.floatChannelData?[0]
            else { return nil }
            for (index, sample) in samples.enumerated() { channel[index] = sample }
            buffer.frameLength = AVAudioFrameCount(samples.count)
            return buffer
        }

        /// The first answer of the framework, handed from its queue to the worker that waits for it.
        private final class Outcome: Sendable {
            private let result = Mutex<Result<Transcript, any Error>?>(nil)
            private let settled = DispatchSemaphore(value: 0)

            func settle(_ value: Result<Transcript, any Error>) {
                let isFirst = result.withLock { result in
                    defer { result = result ?? value }
                    return result == nil
                }
                if isFirst { settled.signal() }
            }

            func wait(for time: DispatchTimeInterval) -> Result<Transcript, any Error>? {
                guard settled.wait(timeout: .now() + time) == .success else { return nil }
                return result.withLock { $0 }
            }
        }
    }
#endif
