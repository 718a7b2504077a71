/// Gives a ticket to who has fewest.
impl hospes_sdk::Assignment for Plugin {
    fn choose(
        _ticket: hospes_sdk::Entity,
        candidates: Vec<hospes_sdk::assignment::Candidate>,
    ) -> Result<Option<hospes_sdk::assignment::Choice>, hospes_sdk::Error> {
        let first = candidates.into_iter().min_by_key(|candidate| candidate.open_tickets);
        Ok(first.map(|first| hospes_sdk::assignment::Choice {
            reason: format!("{} has {} open tickets", first.name, first.open_tickets),
            user: first.user,
        }))
    }
}
