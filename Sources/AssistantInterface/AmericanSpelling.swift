// One spelling for words that are spelled in two ways.

/// Brings British spellings into the American ones.
///
/// A recogniser that learned from both writes "colour" in one turn and "color" in the next. What was remembered under one must be found
/// under the other, and neither is an error of recognition.
public enum AmericanSpelling {
    /// Stems that differ, British and American. A word that begins with one is respelled; its ending stays.
    private static let stems: [(british: String, american: String)] = [
        ("armour", "armor"), ("behaviour", "behavior"), ("catalogue", "catalog"), ("centimetre", "centimeter"),
        ("centre", "center"), ("colour", "color"), ("defence", "defense"), ("endeavour", "endeavor"),
        ("favour", "favor"), ("fibre", "fiber"), ("flavour", "flavor"), ("grey", "gray"), ("harbour", "harbor"),
        ("honour", "honor"), ("humour", "humor"), ("jewellery", "jewelry"), ("kilometre", "kilometer"),
        ("labour", "labor"), ("licence", "license"), ("litre", "liter"), ("metre", "meter"),
        ("millimetre", "millimeter"), ("neighbour", "neighbor"), ("offence", "offense"), ("parlour", "parlor"),
        ("pyjama", "pajama"), ("rumour", "rumor"), ("savour", "savor"), ("sceptic", "skeptic"),
        ("theatre", "theater"), ("travelle", "travele"), ("travelli", "traveli"), ("tumour", "tumor"),
        ("vapour", "vapor"),
    ]

    /// `word` in American spelling; its capitals are kept.
    public static func of(word: some StringProtocol) -> String {
        let lower = word.lowercased()
        for (british, american) in stems where lower.hasPrefix(british) {
            let ending = word.dropFirst(british.count)
            let isCapitalized = word.first?.isUppercase ?? false
            return (isCapitalized ? american.prefix(1).uppercased() + american.dropFirst() : american) + ending
        }
        return String(word)
    }

    /// `text` with every word in American spelling; everything between the words stays.
    public static func of(text: String) -> String {
        var result = ""
        var word = ""
        for character in text {
            if character.isLetter {
                word.append(character)
            } else {
                result += of(word: word)
                result.append(character)
                word = ""
            }
        }
        return result + of(word: word)
    }
}
