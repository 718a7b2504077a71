//! Whom a comment can mention, as its form offers them while somebody types.

use crate::domain::team::{Team, User};
use crate::domain::terms::Terms;

/// Somebody who can be mentioned.
#[derive(Debug)]
pub struct Name {
    /// What people call them.
    pub name: String,
    /// How the name is written in a comment.
    pub written: String,
    /// What it is found by, the sound of Chinese names among it.
    pub keys: String,
    /// Whether it is a team's.
    pub is_team: bool,
}

/// The names of people who work here and of teams. A name that two have says by its id who is meant.
pub fn names<'a>(users: &'a [User], teams: impl Iterator<Item = &'a Team>) -> Vec<Name> {
    let people = users.iter().filter(|user| user.active);
    let people = people.map(|user| (user.name.as_str(), format!("user:{}", user.id)));
    let teams = teams.map(|team| (team.name.as_str(), format!("team:{}", team.id)));
    let all: Vec<(&str, String)> = people.chain(teams).collect();
    let is_one = |name: &str| all.iter().filter(|(other, _)| other.eq_ignore_ascii_case(name)).count() == 1;
    let name = |(name, id): &(&str, String)| {
        let written = if is_one(name) { format!("@{name} ") } else { format!("@[{name}]({id}) ") };
        let mut terms = Terms::default();
        terms.name(name);
        Name { name: (*name).to_owned(), written, keys: terms.joined(), is_team: id.starts_with("team") }
    };
    all.iter().map(name).collect()
}
