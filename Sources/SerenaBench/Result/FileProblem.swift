// What went wrong with a file, in a few words.

import Foundation
import SerenaAudio

/// Says why a file operation failed.
enum FileProblem {
    /// The operating system's own reason where there is one, such as `No space left on device`.
    static func describe(_ error: any Error) -> String {
        if let error = error as? AudioFileError { return error.description }
        let error = error as NSError
        let cause = error.userInfo[NSUnderlyingErrorKey] as? NSError ?? error
        if cause.domain == NSPOSIXErrorDomain, let code = Int32(exactly: cause.code) {
            return String(cString: strerror(code))
        }
        return error.localizedDescription
    }
}
