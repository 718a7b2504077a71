//! An export as it is sent: a page of records at a time, read as fast as the client takes them.

use std::collections::HashMap;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::FromRequestParts as _;
use axum::http::request::Parts;
use futures::{Stream, StreamExt as _, stream};
use serde_json::{Map, Value};
use tokio::time::Instant;

use super::get::{Format, Header};
use crate::http::extract::Caller;
use crate::http::reasons;
use crate::http::texts::Texts;
use crate::ops::records::AnyRecord;
use crate::ops::records::exports::{self, Export, cell};
use crate::ops::{App, Refusal, RequestContext};

/// The caller is asked again so often whether they still may.
const RECHECK: Duration = Duration::from_secs(2);

/// Why a file ends before its end; its client sees that it isn't whole.
#[derive(Debug, thiserror::Error)]
pub enum Cut {
    /// The token or session stands no more.
    #[error("the caller's token or session has ended")]
    Ended,
    /// The host is about to stop.
    #[error("the host stops")]
    Stopping,
    /// The caller may no more, or the database can't.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// A row can't be written: a defect.
    #[error("a row can't be written: {0}")]
    Unwritable(String),
}

/// What of an export is still to be sent.
pub struct Rows {
    app: App,
    /// What the caller is known by, to be looked at again.
    parts: Parts,
    ctx: RequestContext,
    export: Export,
    format: Format,
    header: Header,
    /// The language of who reads it.
    reader: Texts,
    checked: Instant,
    /// Where the page before ended; none at the beginning.
    cursor: Option<String>,
    begun: bool,
    ended: bool,
}

impl Rows {
    /// Of an export that was begun.
    pub fn new(app: App, parts: Parts, ctx: RequestContext, export: Export, how: (Format, Header)) -> Self {
        let (format, header) = how;
        let (reader, checked) = (reasons::reader(), Instant::now());
        Self {
            app,
            parts,
            ctx,
            export,
            format,
            header,
            reader,
            checked,
            cursor: None,
            begun: false,
            ended: false,
        }
    }

    /// The file, piece by piece. What compresses it asks for more after the end.
    pub fn stream(self) -> impl Stream<Item = Result<Bytes, Cut>> {
        stream::unfold(self, |mut rows| async {
            if rows.ended {
                return None;
            }
            let piece = rows.piece().await;
            if let Err(cut) = &piece {
                rows.ended = true;
                tracing::info!(kind = rows.export.kind.name, error = %cut, "an export ends early");
            }
            Some((piece, rows))
        })
        .fuse()
    }

    async fn piece(&mut self) -> Result<Bytes, Cut> {
        self.still_may().await?;
        let mut tx = self.app.db.read().await.map_err(Refusal::from)?;
        let page = exports::page(&mut tx, &self.ctx, &self.export, self.cursor.take()).await?;
        let named = match self.header {
            Header::Titles => exports::titles(&mut tx, &self.ctx, &self.export, &page.items).await?,
            Header::Names => Vec::new(),
        };
        drop(tx);
        let named: HashMap<String, String> = named.into_iter().collect();
        let piece = match self.format {
            Format::Csv => self.csv(&page.items, &named)?,
            Format::Ndjson => self.ndjson(&page.items)?,
        };
        self.begun = true;
        self.ended = page.next.is_none();
        self.cursor = page.next;
        Ok(piece.into())
    }

    fn csv(&self, records: &[AnyRecord], named: &HashMap<String, String>) -> Result<Vec<u8>, Cut> {
        let unwritable = |error: csv::Error| Cut::Unwritable(error.to_string());
        // Spreadsheets take a file without the mark for one in the system's own encoding.
        let begin = if self.begun { Vec::new() } else { "\u{feff}".as_bytes().to_vec() };
        let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(begin);
        let columns = &self.export.columns;
        if !self.begun {
            let titles = columns.iter().map(|column| match (self.header, self.reader) {
                (Header::Names, _) => column.name.clone(),
                (Header::Titles, Texts::Chinese) => cell(&Value::from(column.titles.1.as_str())),
                (Header::Titles, Texts::English) => cell(&Value::from(column.titles.0.as_str())),
            });
            writer.write_record(titles).map_err(unwritable)?;
        }
        for record in records {
            let cells = columns.iter().map(|column| {
                let value = record.value(&column.name);
                let title = value.as_str().filter(|_| column.target.is_some()).and_then(|id| named.get(id));
                title.map_or_else(|| cell(value), |title| cell(&Value::from(title.as_str())))
            });
            writer.write_record(cells).map_err(unwritable)?;
        }
        writer.into_inner().map_err(|error| Cut::Unwritable(error.to_string()))
    }

    fn ndjson(&self, records: &[AnyRecord]) -> Result<Vec<u8>, Cut> {
        let mut to = Vec::new();
        for record in records {
            let fields = self.export.columns.iter();
            let fields = fields.map(|column| (column.name.clone(), record.value(&column.name).clone()));
            let line: Map<String, Value> = fields.collect();
            serde_json::to_writer(&mut to, &line).map_err(|error| Cut::Unwritable(error.to_string()))?;
            to.push(b'\n');
        }
        Ok(to)
    }

    /// Asks now and then whether the caller's token or session still stands; what they may is asked with each page.
    async fn still_may(&mut self) -> Result<(), Cut> {
        if self.app.feed.closing().is_cancelled() {
            return Err(Cut::Stopping);
        }
        if self.checked.elapsed() < RECHECK {
            return Ok(());
        }
        self.checked = Instant::now();
        let Ok(Caller(ctx)) = Caller::from_request_parts(&mut self.parts, &self.app).await else {
            return Err(Cut::Ended);
        };
        self.ctx = ctx;
        Ok(())
    }
}
