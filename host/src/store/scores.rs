//! Scores that plugins gave.

use std::sync::LazyLock;

use super::db::{DbError, Tx, args, row};
use super::records;
use crate::domain::catalogue::Record as _;
use crate::domain::customer::Score;
use crate::domain::ids::CustomerId;

/// Puts a score in the place of the one before; returns that one's value and grade.
pub async fn put(tx: &mut Tx, score: &Score) -> Result<Option<(f64, String)>, DbError> {
    let before: Option<Before> = tx
        .optional(
            "select value, grade from scores where customer_id = $1 and name = $2 and installation_id = $3",
            args![score.customer_id, &score.name, score.installation_id],
        )
        .await?;
    static SQL: LazyLock<String> = LazyLock::new(|| {
        let tail = "on conflict (customer_id, name, installation_id) do update set value = excluded.value, \
                    grade = excluded.grade, reasons = excluded.reasons, computed_at = excluded.computed_at";
        records::insert_sql(Score::KIND, &[], tail)
    });
    tx.execute(&SQL, &records::insert_args(score, &[])).await?;
    Ok(before.map(|before| (before.value, before.grade)))
}

/// A customer's scores.
pub async fn of_customer(tx: &mut Tx, customer: CustomerId) -> Result<Vec<Score>, DbError> {
    tx.all("select * from scores where customer_id = $1 order by name, installation_id", args![customer])
        .await
}

row! {
    struct Before {
        value: f64,
        grade: String,
    }
}
