//! Lists of who sees the rows of some holders only: each holder's page is read from an index of its own. One walk over
//! all rows would look at everybody else's, too, before it had a page.

use uuid::Uuid;

use super::{ListQuery, Statement};
use crate::domain::catalogue::Kind;
use crate::domain::ids::UserId;
use crate::store::visible::Rows;

/// More teams than that have their rows looked for in one walk.
const MOST_TEAMS: usize = 24;

/// Whose rows a list has, and in which columns that stands.
pub struct Holders<'r> {
    table: &'static str,
    columns: (&'static str, &'static str),
    person: UserId,
    teams: &'r [Uuid],
}

/// The holders of a list in the usual order, for which there are indexes; none of another list.
pub fn of<'r>(kind: &'static Kind, seen: &'r Rows, query: &ListQuery) -> Option<Holders<'r>> {
    let (Rows::HeldBy(person, teams), Some(columns)) = (seen, kind.holders) else { return None };
    let usual = query.sort.is_none() && query.q.is_none() && teams.len() <= MOST_TEAMS;
    usual.then_some(Holders { table: kind.table, columns, person: *person, teams })
}

impl Holders<'_> {
    /// Has a statement, which ends with its conditions from this place on, give the first rows of each holder by
    /// themselves, together. Which they are is found out by their ids, so that none is read but those that are shown.
    pub fn side_by_side(&self, statement: &mut Statement, conditions: usize, order: &str, limit: i64) {
        let (person, team) = self.columns;
        let conditions = statement.sql.split_off(conditions);
        let me = statement.bind(self.person.into());
        // The number itself: PostgreSQL would plan for each one that is bound.
        let limit = limit + 1;
        let mut walks = vec![format!("{person} = {me}")];
        for id in self.teams {
            let id = statement.bind((*id).into());
            walks.push(format!("{team} = {id} and {person} is distinct from {me}"));
        }
        let table = self.table;
        let walk = |condition: &String| {
            format!(
                "select id from (select id from {table}{conditions} and {condition}{order} limit {limit}) as w"
            )
        };
        let walks: Vec<String> = walks.iter().map(walk).collect();
        statement.sql.push_str(&format!(" where id in ({})", walks.join(" union all ")));
    }
}
