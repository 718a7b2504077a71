//! Surveys that were sent.

use std::sync::LazyLock;

use super::db::{DbError, Tx, args};
use super::filter::{CustomerRows, of_customer};
use super::page::{Page, PagePosition, PageRequest};
use super::records;
use super::visible::{seen, visible};
use crate::domain::actor::Scope;
use crate::domain::catalogue::Record as _;
use crate::domain::clock::Timestamp;
use crate::domain::ids::{ConversationId, SurveyId, TicketId};
use crate::domain::survey::Survey;

/// Adds a survey under the digest of its link's secret.
pub async fn insert(tx: &mut Tx, survey: &Survey, token_digest: &[u8]) -> Result<(), DbError> {
    static SQL: LazyLock<String> = LazyLock::new(|| {
        let given = ["kind", "language", "token_digest"].map(|column| (column, records::NEXT));
        records::insert_sql(Survey::KIND, &given, "")
    });
    let mut args = records::insert_args(survey, &[]);
    let asked = &survey.questionnaire;
    args.extend([(&asked.kind).into(), (&asked.language).into(), token_digest.into()]);
    tx.execute(&SQL, &args).await?;
    Ok(())
}

/// The survey of a link.
pub async fn by_token(tx: &mut Tx, token_digest: &[u8]) -> Result<Option<Survey>, DbError> {
    tx.optional("select * from surveys where token_digest = $1", args![token_digest]).await
}

/// One survey.
pub async fn get(tx: &mut Tx, id: SurveyId, scope: Scope) -> Result<Option<Survey>, DbError> {
    tx.optional(
        seen!(scope, "select * from surveys where id = $1 and ", ("survey", "surveys.id", "$2"), ""),
        args![id, scope.viewer()],
    )
    .await
}

/// Locks a survey for its answer by raising its version.
pub async fn lock(tx: &mut Tx, id: SurveyId) -> Result<Option<Survey>, DbError> {
    tx.optional("update surveys set version = version + 1 where id = $1 returning *", args![id]).await
}

/// Writes the answer of a locked survey.
pub async fn update(tx: &mut Tx, survey: &Survey) -> Result<(), DbError> {
    records::update(tx, survey).await
}

/// Whether a ticket has been asked about since it was last resolved.
pub async fn asked_since(tx: &mut Tx, ticket: TicketId, since: Timestamp) -> Result<bool, DbError> {
    let sql = "select exists (select 1 from surveys where ticket_id = $1 and sent_at >= $2)";
    tx.scalar(sql, args![ticket, since]).await
}

/// The unanswered survey that was last sent into a conversation after a time.
pub async fn waiting(
    tx: &mut Tx,
    conversation: ConversationId,
    since: Timestamp,
) -> Result<Option<Survey>, DbError> {
    tx.optional(
        "select * from surveys where conversation_id = $1 and answered_at is null and sent_at >= $2 \
         order by id desc limit 1",
        args![conversation, since],
    )
    .await
}

/// How satisfied a customer was by the latest answer, from 0 to 1. Answers to questions of other kinds, such as whether one
/// recommends the company, say something else.
pub async fn latest_csat(tx: &mut Tx, of: CustomerRows) -> Result<Option<f64>, DbError> {
    let forms = of_customer!(
        "select normalized from surveys where ",
        "$1",
        " and kind = 'csat' and normalized is not null order by answered_at desc limit 1"
    );
    let sql = of.choose(tx, forms).await?;
    tx.optional_scalar(sql, args![of.customer()]).await
}

/// A customer's surveys, newest first.
pub async fn of_customer(tx: &mut Tx, of: CustomerRows, limit: i64) -> Result<Vec<Survey>, DbError> {
    let forms = of_customer!("select * from surveys where ", "$1", " order by id desc limit $2");
    let sql = of.choose(tx, forms).await?;
    tx.all(sql, args![of.customer(), limit]).await
}

/// What a list of surveys is narrowed by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SurveyFilter {
    /// Those about this ticket.
    pub ticket: Option<TicketId>,
    /// Those to this customer.
    pub customer: Option<CustomerRows>,
    /// Those that are answered, or those that aren't.
    pub answered: Option<bool>,
}

/// Surveys, newest first.
pub async fn list(
    tx: &mut Tx,
    page: PageRequest,
    filter: SurveyFilter,
    scope: Scope,
) -> Result<Page<Survey>, DbError> {
    let after = page.after.unwrap_or(PagePosition::START);
    let forms = of_customer!(
        concat!(
            "select * from surveys where id < $1 and ",
            visible!("survey", "surveys.id", "$2"),
            " and ($3 is null or ticket_id = $3) and ($4 is null or "
        ),
        "$4",
        ") and ($5 is null or (answered_at is not null) = $5) order by id desc limit $6"
    );
    let sql = match filter.customer {
        Some(of) => of.choose(tx, forms).await?,
        None => forms.alone,
    };
    let customer = filter.customer.map(CustomerRows::customer);
    let arguments = args![after.id, scope.viewer(), filter.ticket, customer, filter.answered, page.limit + 1];
    let rows = tx.all(sql, arguments).await?;
    Ok(Page::cut(rows, page.limit, |row: &Survey| PagePosition { at: row.sent_at, id: row.id.0 }))
}
