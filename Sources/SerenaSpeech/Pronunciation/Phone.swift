// The sounds of English, and how easily one is heard for another.

/// A phone of the set that the CMU pronouncing dictionary uses, without stress.
public enum Phone: String, CaseIterable, Hashable, Sendable {
    case aa, ae, ah, ao, aw, ay, b, ch, d, dh, eh, er, ey, f, g, hh, ih, iy, jh, k, l, m, n, ng, ow, oy, p, r, s, sh, t,
        th,
        uh, uw, v, w, y, z, zh

    /// Reads a phone as the dictionary or flite writes it: in either case, with or without a digit for its stress. Nil for pauses
    /// and what is no phone.
    public init?(written: some StringProtocol) {
        let name = written.lowercased().filter { !$0.isNumber }
        // flite tells the schwa from the vowel of "cut"; the dictionary doesn't.
        self.init(rawValue: name == "ax" ? "ah" : name == "axr" ? "er" : name)
    }

    /// How the sound is made: what is confused is mostly of one kind.
    enum Kind {
        case vowel, stop, fricative, affricate, nasal, approximant
    }

    var kind: Kind {
        switch self {
        case .aa, .ae, .ah, .ao, .aw, .ay, .eh, .er, .ey, .ih, .iy, .ow, .oy, .uh, .uw: .vowel
        case .b, .d, .g, .k, .p, .t: .stop
        case .dh, .f, .hh, .s, .sh, .th, .v, .z, .zh: .fricative
        case .ch, .jh: .affricate
        case .m, .n, .ng: .nasal
        case .l, .r, .w, .y: .approximant
        }
    }

    /// The same sound made without the voice.
    var unvoiced: Phone {
        switch self {
        case .b: .p
        case .d: .t
        case .g: .k
        case .v: .f
        case .z: .s
        case .zh: .sh
        case .dh: .th
        case .jh: .ch
        default: self
        }
    }

    /// What it costs to hear this phone for `other`, from 0 to 1.
    ///
    /// Graded after the confusions of Miller and Nicely (1955): voicing is lost first, then the place, then the manner.
    func cost(ofHearing other: Phone) -> Double {
        if self == other { return 0 }
        if unvoiced == other.unvoiced { return 0.3 }
        switch (kind, other.kind) {
        case (.vowel, .vowel): return isReduced || other.isReduced ? 0.3 : 0.5
        case (.nasal, .nasal): return 0.4
        case (.stop, .stop), (.fricative, .fricative), (.approximant, .approximant): return 0.6
        case (.affricate, .fricative), (.fricative, .affricate), (.affricate, .stop), (.stop, .affricate): return 0.7
        case (.vowel, .approximant), (.approximant, .vowel): return isRhotic && other.isRhotic ? 0.2 : 0.8
        default: return 1
        }
    }

    /// What it costs to miss the phone, or to hear it where none was, from 0 to 1.
    var costOfLoss: Double {
        isReduced || self == .hh || self == .y ? 0.5 : kind == .vowel ? 0.8 : 1
    }

    private var isReduced: Bool { self == .ah || self == .ih }
    private var isRhotic: Bool { self == .r || self == .er }
}
