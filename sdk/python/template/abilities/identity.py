class Identity:
    """Knows how the shop's member numbers are written."""

    def normalize(self, identities):
        return [
            hospes.types.Identity(one.scheme, one.issuer, one.value.strip().lower(), one.attested)
            for one in identities
        ]

    def compare(self, pairs):
        def weighed(pair):
            same = pair.left.value == pair.right.value
            return exports.identity.Evidence(4.0 if same else -4.0, "the same number" if same else "two numbers")

        return [weighed(pair) for pair in pairs]
