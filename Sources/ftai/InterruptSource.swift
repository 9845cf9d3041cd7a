// Ctrl-C as a request to stop the program that is debugged.

import Dispatch
import Foundation
import SerenaNetVM

/// Turns the signal of Ctrl-C into requests, instead of ending the tool.
struct InterruptSource {
    private let source: any DispatchSourceSignal

    init(_ interruption: Interruption) {
        signal(SIGINT, SIG_IGN)
        source = DispatchSource.makeSignalSource(signal: SIGINT, queue: DispatchQueue(label: "interrupts"))
        source.setEventHandler { interruption.request() }
        source.resume()
    }

    func cancel() {
        source.cancel()
        signal(SIGINT, SIG_DFL)
    }
}
