// Names and jargon, and the sentences that they are said in.

/// Vocabulary of a speaker and what they say with it. Sets that are tuned on, enrolled with and reported are kept apart.
enum ProfileSentences {
    /// On which the tolerance was chosen.
    static let developmentTerms = [
        "Terraform", "Anneliese", "Okafor", "Prometheus", "Castellano", "Wikimedia", "Ljubljana", "Raskolnikov", "Ceph",
        "Yolanda", "Haskell", "Vercingetorix",
    ]
    /// On which the figures are reported.
    static let reportedTerms = [
        "Kubernetes", "Grafana", "Okonkwo", "Nakamura", "Postgres", "Siobhan", "Ansible", "Moonshine", "Bialystok",
        "Lindqvist", "Serena", "Zookeeper", "Elasticsearch", "Papadopoulos", "Fortran", "Tadashi",
    ]

    static let enrolment = ["I have a question about %.", "Yesterday % was on the list."]
    static let heldOut = ["Please tell me more about % today.", "Can we talk to % before lunch?"]

    static func sentence(_ frame: String, _ term: String) -> String {
        frame.split(separator: "%", omittingEmptySubsequences: false).joined(separator: term)
    }
}
