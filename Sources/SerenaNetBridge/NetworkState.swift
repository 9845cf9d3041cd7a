// Whether anything beyond this machine can be reached.

/// The state of the network, as far as it is known.
public enum NetworkState: String, Hashable, Sendable {
    case up, down
}
