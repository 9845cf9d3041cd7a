// What an assistant is made of, before it is started.

import Foundation
import Instrumentation
import SerenaNetVM

/// Settings of one assistant. The defaults work.
public struct EngineConfiguration: Sendable {
    /// FTAI documents with the tasks that the assistant knows; empty for those that come with it.
    public var taskFiles: [String] = []
    /// The name that it is called by.
    public var name = "Serena"
    /// Where its memory and its log are kept; nil for nowhere.
    public var folder: String?
    public var endpointer = Endpointer.Configuration()
    /// A factor on all waits for more words: above 1 the engine lets speakers pause longer and answers later. 0.1 to 10.
    public var endpointPatience = 1.0
    /// The budgets of every task.
    public var requirements = PerformanceRequirements()
    /// The least time between two looks at what the user has said so far.
    public var partialInterval = Duration.milliseconds(500)

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
