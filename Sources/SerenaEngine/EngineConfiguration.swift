// What an assistant is made of, before it is started.

import BytecodeCache
import Foundation
import Instrumentation
import SerenaNetVM
import SerenaSpeech

/// Settings of one assistant. The defaults work.
public struct EngineConfiguration: Sendable {
    /// FTAI documents with the tasks that the assistant knows; empty for those that come with it.
    public var taskFiles: [String] = []
    /// The name that it is called by.
    public var name = "Serena"
    /// Where its memory and its log are kept; nil for nowhere.
    public var folder: String?
    public var endpointer = Endpointer.Configuration()
    /// The budgets of every task.
    public var requirements = PerformanceRequirements()
    /// The least time between two looks at what the user has said so far.
    public var partialInterval = Duration.milliseconds(500)

    /// How much of a core may be spent on work that turns out not to be wanted, 0 to 1. At 0 nothing is run ahead.
    public var speculationShare = 0.25
    /// What will be said, line by line, as far as it is known: the likely next request is answered before it is made.
    public var script: [String] = []
    /// What must be said before it listens, such as `hey computer`; nil when it always listens.
    public var wakeWord: String?
    /// Where compiled tasks are kept, for this assistant and others; nil compiles them at every start.
    public var cache: BytecodeCacheManager?
    /// How its user speaks; nil when that is not known.
    public var voiceProfile: VoiceProfile?

    public init() {}

    /// The folder's file of that name.
    func path(of file: String) -> String? {
        folder.map { URL(filePath: $0).appending(path: file).path(percentEncoded: false) }
    }
}

/// The release of this package.
public enum SerenaVersion {
    public static let current = "0.1.0"
}
