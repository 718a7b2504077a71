/// Knows how the shop's member numbers are written.
impl hospes_sdk::IdentityRules for Plugin {
    fn normalize(
        identities: Vec<hospes_sdk::Identity>,
    ) -> Result<Vec<hospes_sdk::Identity>, hospes_sdk::Error> {
        let written = identities.into_iter().map(|one| hospes_sdk::Identity {
            value: one.value.trim().to_lowercase(),
            ..one
        });
        Ok(written.collect())
    }

    fn compare(
        pairs: Vec<hospes_sdk::identity::Pair>,
    ) -> Result<Vec<hospes_sdk::identity::Evidence>, hospes_sdk::Error> {
        let weighed = pairs.into_iter().map(|pair| match pair.left.value == pair.right.value {
            true => hospes_sdk::identity::Evidence { weight: 4.0, reason: "the same number".into() },
            false => hospes_sdk::identity::Evidence { weight: -4.0, reason: "two numbers".into() },
        });
        Ok(weighed.collect())
    }
}
