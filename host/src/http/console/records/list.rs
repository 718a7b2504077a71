//! `GET /records/{kind}`: a list of records.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use uuid::Uuid;

use super::cell::Cell;
use super::field::PageField;
use super::input::{self, Choice};
use super::list_request::{ListRequest, NARROW};
use super::names::Names;
use super::{columns, fields, is_searched, kind, may_draft, one, path_of, plural};
use crate::domain::actor::Permission;
use crate::domain::catalogue::{Kind, Type};
use crate::domain::saved_view::SavedView;
use crate::http::console::frame::Frame;
use crate::http::console::visitor::{Fields, Person};
use crate::http::extract::{Name, Query};
use crate::http::page::Page;
use crate::http::problem::Problem;
use crate::ops::records::saved_views;
use crate::ops::records::{self, AnyRecord, MOST_COUNTED};
use crate::ops::{App, Refusal, RequestContext};
use crate::store::db::Tx;
use crate::store::page::Page as Rows;

/// A field that the list can be narrowed by, with what is chosen from.
struct Narrowing {
    field: PageField,
    choices: Vec<Choice>,
}

/// A row of the list.
struct Line {
    id: Uuid,
    path: String,
    title: String,
    cells: Vec<Cell>,
}

/// What could be set for many records at once.
struct Settable {
    field: PageField,
    choices: Vec<Choice>,
}

/// What came of a change of many records.
#[derive(Debug, Default)]
pub struct Outcome {
    /// How many were changed.
    pub changed: i64,
    /// Which were not, and why.
    pub refused: Vec<(String, String)>,
}

/// The page.
#[derive(Template)]
#[template(path = "console/records.html")]
struct Records<'a> {
    frame: &'a Frame,
    kind: &'static Kind,
    title: String,
    one: &'static str,
    request: &'a ListRequest,
    views: Vec<SavedView>,
    fields: &'a [PageField],
    columns: Vec<&'a PageField>,
    narrowings: Vec<Narrowing>,
    settable: Vec<Settable>,
    lines: Vec<Line>,
    next: Option<String>,
    count: Option<i64>,
    fault: Option<String>,
    outcome: Option<Outcome>,
    may_create: bool,
    is_searched: bool,
}

impl Records<'_> {
    /// The view that is shown.
    fn view(&self) -> Option<&SavedView> {
        self.views.iter().find(|view| self.is_view(view))
    }

    /// Whether the list began with this view.
    fn is_view(&self, view: &SavedView) -> bool {
        view.id.to_string() == self.request.view
    }

    /// Whether who signed in may change and remove the view that is shown.
    fn may_change_view(&self, view: &SavedView) -> bool {
        let user = self.frame.user().map(|user| user.id);
        view.owner_id.is_some() && view.owner_id == user || self.frame.may_change_kinds()
    }

    /// The way in which the list is sorted by a column, for assistive programs.
    fn order(&self, field: &PageField) -> &'static str {
        let sorted = self.sorted();
        match sorted.strip_prefix('-') {
            Some(name) if name == field.name => "descending",
            None if sorted == field.name => "ascending",
            _ => "none",
        }
    }

    /// The address of the list sorted by a column; the other way round where it is already.
    fn sort_by(&self, field: &PageField) -> String {
        let sort =
            if self.order(field) == "ascending" { format!("-{}", field.name) } else { field.name.clone() };
        self.request.sorted_by(sort).address()
    }

    fn sorted(&self) -> &str {
        let sort = if self.request.sort.is_empty() { self.kind.usual } else { &self.request.sort };
        sort.split(',').next().unwrap_or_default()
    }

    /// Whether a field has a column.
    fn has_column(&self, field: &PageField) -> bool {
        self.columns.iter().any(|column| column.name == field.name)
    }

    /// Whether the list is narrowed by anything.
    fn is_narrowed(&self) -> bool {
        let request = self.request;
        !(request.q.is_empty() && request.filter.is_empty() && request.narrow.is_empty())
    }

    /// All conditions in one, for a view.
    fn condition(&self) -> String {
        self.request.condition(self.fields)
    }

    /// The address of the list as a file, for who may take it away.
    fn export(&self) -> Option<String> {
        let asked = |name: &str, value: &str| match value {
            "" => String::new(),
            value => format!("&{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC)),
        };
        let columns: Vec<&str> = self.columns.iter().map(|field| field.name.as_str()).collect();
        let list = [
            asked("columns", &columns.join(",")),
            asked("filter", &self.condition()),
            asked("sort", &self.request.sort),
            asked("q", &self.request.q),
        ];
        let may = self.frame.may(Permission::RecordsExport) && self.fault.is_none();
        may.then(|| format!("/v1/exports/{}?header=titles{}", self.kind.name, list.concat()))
    }

    /// How many there are, in words.
    fn counted(&self) -> Option<String> {
        let count = self.count?;
        if count > MOST_COUNTED {
            return Some(self.frame.named("records-more-than", &MOST_COUNTED.to_string()));
        }
        Some(self.frame.count("records-count", &count))
    }
}

/// Shows the list.
pub async fn list(
    State(app): State<App>,
    person: Person,
    name: Name,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let asked = Fields::of(asked);
    let outcome = asked.read::<i64>("changed").map(|changed| Outcome { changed, ..Outcome::default() });
    draw(&app, &person, kind(&app, &person.ctx, &name).await?, &asked, outcome).await
}

/// Draws the list that an address asks for.
pub async fn draw(
    app: &App,
    person: &Person,
    kind: &'static Kind,
    asked: &Fields,
    outcome: Option<Outcome>,
) -> Result<Response, Problem> {
    let (frame, ctx) = (&person.frame, &person.ctx);
    let mut tx = app.db.read().await?;
    let views = saved_views::list(&mut tx, ctx, kind.name).await?;
    let mut request = ListRequest::read(asked);
    let view = views.iter().find(|view| view.id.to_string() == request.view);
    if let Some(view) = view.filter(|_| !ListRequest::is_set(asked)) {
        request = ListRequest::of_view(view, request);
    }
    let fields = fields(&mut tx, frame, ctx, kind).await?;
    let (page, fault) = rows(&mut tx, ctx, kind, &request, &fields).await?;
    let query = request.query(&fields);
    let whole = page.next.is_none() && query.cursor.is_none();
    let count = match (&fault, whole, request.counts) {
        (Some(_), ..) => None,
        (None, true, _) => i64::try_from(page.items.len()).ok(),
        (None, false, true) => Some(records::count(&mut tx, ctx, kind, &query).await?),
        (None, false, false) => None,
    };
    let columns = columns::shown(kind, &fields, &request.columns);
    let names = Names::of(&mut tx, ctx, columns.iter().copied(), &page.items).await?;
    let line = |record: &AnyRecord| Line {
        id: record.id,
        path: path_of(kind, record.id),
        title: record.title(),
        cells: columns
            .iter()
            .filter(|field| field.name != kind.title)
            .map(|field| Cell::of(frame, field, record.value(&field.name), &names))
            .collect(),
    };
    let next = page.next.map(|next| ListRequest { cursor: Some(next), ..request.clone() });
    let mut narrowings = Vec::new();
    for field in fields.iter().filter(|field| field.is_chosen() && is_narrowing(field)) {
        let value = request.narrowed(&field.name);
        let choices = input::choices(&mut tx, ctx, frame, field, value).await?;
        narrowings.push(Narrowing { field: field.clone(), choices });
    }
    let mut settable = Vec::new();
    let can_change = records::may_change(ctx, kind);
    for field in fields.iter().filter(|field| can_change && field.change && field.is_chosen()) {
        let choices = input::given(&mut tx, ctx, frame, field, "").await?;
        settable.push(Settable { field: field.clone(), choices });
    }
    let page = Records {
        frame,
        kind,
        title: plural(frame, kind),
        one: one(frame, kind),
        request: &request,
        views,
        fields: &fields,
        narrowings,
        settable,
        lines: page.items.iter().map(line).collect(),
        next: next.map(|next| format!("{}&cursor={}", next.address(), next.cursor.unwrap_or_default())),
        count,
        fault,
        outcome,
        may_create: may_draft(ctx, kind),
        is_searched: is_searched(kind),
        columns,
    };
    Ok(Page::console(StatusCode::OK, page).into_response())
}

/// The rows of a page; none and what was wrong where the condition or the order can't be understood.
async fn rows(
    tx: &mut Tx,
    ctx: &RequestContext,
    kind: &'static Kind,
    request: &ListRequest,
    fields: &[PageField],
) -> Result<(Rows<AnyRecord, String>, Option<String>), Problem> {
    match records::list(tx, ctx, kind, &request.query(fields)).await {
        Ok(page) => Ok((page, None)),
        Err(Refusal::Query(wrong)) => Ok((Rows { items: Vec::new(), next: None }, Some(wrong))),
        Err(other) => Err(other.into()),
    }
}

/// Whether the form offers to narrow the list by it.
fn is_narrowing(field: &PageField) -> bool {
    matches!(field.of, Type::Word(_) | Type::Boolean)
        || field.target.is_some_and(|kind| matches!(kind.name, "user" | "team"))
        || field.name.starts_with("custom.")
}
