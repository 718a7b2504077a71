//! `hospes:plugin/records`: the host's records, as far as kinds, fields and rows are granted. Writes are staged.

use std::sync::Arc;

use uuid::Uuid;

use super::view::view;
use crate::domain::actor::Scope;
use crate::domain::custom_field::{COLUMN, CustomField};
use crate::domain::entity::{Entity, RecordKind};
use crate::domain::html::{CleanHtml, LONGEST_REPLY};
use crate::domain::value::{Attribute, Value};
use crate::plugins::bindings::hospes::plugin::{records, types};
use crate::plugins::effects::Write;
use crate::plugins::engine::fault::Fault;
use crate::plugins::grants::RecordWant;
use crate::plugins::installation::Installation;
use crate::plugins::values;
use crate::store::filter::{Comparison, Condition, FilterError};

/// Records of a page.
const MOST_FOUND: u32 = 200;
/// Records that are read at once.
const AT_ONCE: u32 = 25;
/// A page ends with the record that brings it to so many bytes.
const PAGE_BYTES: usize = 2 << 20;
/// Conditions of a query.
const MOST_CONDITIONS: usize = 20;

/// What a call wants written.
#[derive(Debug, Default)]
pub(in crate::plugins) struct StagedRecords {
    writes: Vec<Write>,
}

impl StagedRecords {
    /// The writes, in the order they were made.
    pub fn take(&mut self) -> Vec<Write> {
        std::mem::take(&mut self.writes)
    }

    /// The record as the call itself has made it so far, if the call created it.
    fn created(&self, kind: &str, id: Uuid) -> Option<Entity> {
        self.writes.iter().find_map(|write| match write {
            Write::Create { id: created, kind: of, attributes } if *created == id && of == kind => {
                Some(Entity { kind: kind.to_owned(), id, version: 1, attributes: attributes.clone() })
            }
            _ => None,
        })
    }

    /// What the call has changed of a record already, by an update that expects the same version: both are one.
    fn update_of(&mut self, kind: &str, id: Uuid, expected: i64) -> Option<&mut Vec<Attribute>> {
        self.writes.iter_mut().find_map(|write| match write {
            Write::Update { kind: of, id: known, expected: before, attributes }
                if *known == id && of == kind && *before == expected =>
            {
                Some(attributes)
            }
            _ => None,
        })
    }

    fn first_tag_of(&self, kind: &str, id: Uuid) -> Option<usize> {
        self.writes.iter().position(
            |write| matches!(write, Write::Tag { kind: of, id: known, .. } if *known == id && of == kind),
        )
    }

    /// Applies the call's own updates to what is kept. The version stays the kept one, because that is what the next
    /// update has to expect.
    fn updated(&self, mut entity: Entity) -> Entity {
        for write in &self.writes {
            let Write::Update { kind, id, attributes, .. } = write else { continue };
            if *id != entity.id || *kind != entity.kind {
                continue;
            }
            for attribute in attributes {
                entity.attributes.retain(|kept| kept.name != attribute.name);
                if attribute.value != Value::None {
                    entity.attributes.push(attribute.clone());
                }
            }
        }
        entity
    }
}

fn id(text: &str) -> Result<Uuid, Fault> {
    Uuid::try_parse(text).map_err(|_| Fault::invalid(format!("{text:?} is no id of a record")))
}

/// Refuses a kind that there isn't. Which kinds are declared is known to who declares them: the manifest names those that it
/// wants.
fn known_kind(installation: &Installation, kind: &str) -> Result<(), Fault> {
    if kind.parse::<RecordKind>().is_ok() || installation.grants.wants_records(kind) {
        return Ok(());
    }
    let known = RecordKind::WORDS.join(", ");
    Err(Fault::invalid(format!("there is no kind of records called {kind:?}; there are: {known}")))
}

fn known_field(kind: &str, field: &str) -> Result<(), Fault> {
    // Which fields a declared kind has is seen where they are read and written.
    let Ok(known) = kind.parse::<RecordKind>() else { return Ok(()) };
    let mut fields = known.kind().granted().map(|field| field.name);
    // Which fields the company has added is seen where they are read and written.
    let added = CustomField::can_be_added_to(known.kind())
        && field.split_once('.').is_some_and(|(of, _)| of == COLUMN);
    if added || fields.any(|known| known == field) {
        return Ok(());
    }
    let known: Vec<&str> = known.kind().granted().map(|field| field.name).collect();
    Err(Fault::invalid(format!("{kind} has no field {field:?}; it has: {}", known.join(", "))))
}

fn scope(want: &RecordWant, installation: &Installation) -> Scope {
    if want.own { Scope::Installation(installation.id) } else { Scope::All }
}

/// The record with the granted fields only, in the order that the fields stand in.
fn masked(entity: Entity, want: &RecordWant) -> types::Entity {
    let granted = entity.attributes.into_iter().filter(|attribute| want.read.contains(&attribute.name));
    types::Entity {
        kind: entity.kind,
        id: entity.id.to_string(),
        version: entity.version,
        attributes: granted.map(Into::into).collect(),
    }
}

view! {
    /// Records as a call sees them, and what it wants written.
    RecordsView { records: StagedRecords = records }
}

impl RecordsView<'_> {
    async fn record_get(&mut self, kind: &str, id_text: &str) -> Result<types::Entity, Fault> {
        let installation = Arc::clone(&self.call.installation);
        known_kind(&installation, kind)?;
        let want = installation.grants.read(kind).map_err(|denied| self.call.refuse(&denied))?;
        let id = id(id_text)?;
        let kept = match self.records.created(kind, id) {
            Some(created) => Some(created),
            None => {
                self.call
                    .read_record(kind, id, scope(want, &installation), &|field| want.read.contains(field))
                    .await?
            }
        };
        let entity = kept.ok_or_else(|| Fault::not_found(format!("there is no {kind} {id}")))?;
        Ok(masked(self.records.updated(entity), want))
    }

    async fn record_find(&mut self, query: records::Query) -> Result<records::Page, Fault> {
        if query.conditions.len() > MOST_CONDITIONS {
            return Err(Fault::limit(format!("records are found by at most {MOST_CONDITIONS} conditions")));
        }
        let size = |condition: &records::Condition| {
            condition.field.len()
                + match &condition.value {
                    types::Value::Text(text) | types::Value::Json(text) => text.len(),
                    _ => 8,
                }
        };
        let texts: usize = query.conditions.iter().map(size).sum();
        self.call.meter.transfer(texts + query.kind.len())?;
        let kind = query.kind.as_str();
        let installation = Arc::clone(&self.call.installation);
        known_kind(&installation, kind)?;
        let want = installation.grants.read(&query.kind).map_err(|denied| self.call.refuse(&denied))?;
        if query.limit == 0 || query.limit > MOST_FOUND {
            return Err(Fault::invalid(format!(
                "limit is {}; ask for 1 to {MOST_FOUND} records",
                query.limit
            )));
        }
        let mut conditions = Vec::with_capacity(query.conditions.len());
        for condition in query.conditions {
            known_field(kind, &condition.field)?;
            if !want.read.contains(&condition.field) {
                // What can't be read can't be asked for either, or it could be found out by asking.
                let denied = installation.grants.field(&query.kind, &condition.field, false);
                return Err(self.call.refuse(&denied));
            }
            let value = values::from_guest(&condition.field, condition.value)?;
            conditions.push(Condition {
                comparison: condition.comparison.into(),
                value,
                field: condition.field,
            });
        }
        let after = query.cursor.as_deref().map_or(Ok(Uuid::nil()), |cursor| {
            Uuid::try_parse(cursor)
                .map_err(|_| Fault::invalid(format!("{cursor:?} is no cursor; give page.next")))
        })?;
        let scope = scope(want, &installation);
        let may_see = |field: &str| want.read.contains(field);
        let (mut items, mut bytes, mut next) = (Vec::new(), 0, None);
        let mut from = after;
        while items.len() < query.limit as usize && bytes < PAGE_BYTES {
            // A few at a time: how large they are is known only when they are there.
            let some = (query.limit - items.len() as u32).min(AT_ONCE);
            let found = self.call.read_records(kind, &conditions, from, some, scope, &may_see).await;
            let found = found.map_err(|error| match error {
                FilterError::Store(error) => Fault::from(error),
                senseless => Fault::invalid(senseless.to_string()),
            })?;
            let full = found.len() == some as usize;
            next = found.last().filter(|_| full).map(|last| last.id.to_string());
            from = found.last().map_or(from, |last| last.id);
            for entity in found {
                let entity = masked(entity, want);
                bytes += values::size(&entity.attributes);
                items.push(entity);
            }
            if !full {
                break;
            }
        }
        Ok(records::Page { items, next })
    }

    /// Checks a write's kind and fields and brings its attributes into the host's form.
    fn writable(&mut self, kind: &str, attributes: Vec<types::Attribute>) -> Result<Vec<Attribute>, Fault> {
        self.call.bring(&attributes)?;
        let installation = Arc::clone(&self.call.installation);
        known_kind(&installation, kind)?;
        let want = installation.grants.write(kind).map_err(|denied| self.call.refuse(&denied))?;
        for attribute in &attributes {
            known_field(kind, &attribute.name)?;
            if !want.write.contains(&attribute.name) {
                let denied = installation.grants.field(kind, &attribute.name, true);
                return Err(self.call.refuse(&denied));
            }
        }
        values::attributes_from_guest(attributes)
    }

    /// Stages a write, unless the call has staged as many as it may.
    fn record_stage(&mut self, write: Write) -> Result<(), Fault> {
        let most = self.call.meter.limits().writes;
        if self.records.writes.len() >= most {
            return Err(Fault::limit(format!(
                "a call can make {most} changes; make the others in another one"
            )));
        }
        self.records.writes.push(write);
        Ok(())
    }

    /// A write of texts beside a record's fields.
    fn touchable(&mut self, kind: &str, texts: &[&str]) -> Result<(), Fault> {
        self.call.meter.transfer(texts.iter().map(|text| text.len()).sum())?;
        self.writable(kind, Vec::new()).map(|_| ())
    }

    fn record_create(&mut self, kind: String, attributes: Vec<types::Attribute>) -> Result<String, Fault> {
        let attributes = self.writable(&kind, attributes)?;
        let id = self.call.draw_id();
        self.record_stage(Write::Create { id, kind, attributes })?;
        Ok(id.to_string())
    }

    fn record_update(
        &mut self,
        kind: String,
        record: &str,
        expected: i64,
        attributes: Vec<types::Attribute>,
    ) -> Result<(), Fault> {
        let attributes = self.writable(&kind, attributes)?;
        let id = id(record)?;
        if let Some(earlier) = self.records.update_of(&kind, id, expected) {
            earlier.retain(|kept| !attributes.iter().any(|new| new.name == kept.name));
            earlier.extend(attributes);
            return Ok(());
        }
        let tagged = self.records.first_tag_of(&kind, id);
        self.record_stage(Write::Update { kind, id, expected, attributes })?;
        // Tags make a version, too, and what the update expects is the one before the call.
        if let Some(place) = tagged {
            self.records.writes[place..].rotate_right(1);
        }
        Ok(())
    }

    fn record_tag(
        &mut self,
        kind: String,
        record: &str,
        add: Vec<String>,
        remove: Vec<String>,
    ) -> Result<(), Fault> {
        let texts: Vec<&str> = add.iter().chain(&remove).map(String::as_str).collect();
        self.touchable(&kind, &texts)?;
        self.record_stage(Write::Tag { kind, id: id(record)?, add, remove })?;
        Ok(())
    }

    fn record_comment(&mut self, kind: String, record: &str, text: String) -> Result<String, Fault> {
        self.touchable(&kind, &[&text])?;
        let (record, id) = (id(record)?, self.call.draw_id());
        self.record_stage(Write::Comment { id, kind, record, text })?;
        Ok(id.to_string())
    }

    fn record_link(
        &mut self,
        kind: String,
        record: &str,
        relation: String,
        to_kind: String,
        to: &str,
    ) -> Result<(), Fault> {
        self.touchable(&kind, &[&relation])?;
        let installation = Arc::clone(&self.call.installation);
        known_kind(&installation, &to_kind)?;
        // Whoever may not even read the other end may not tie anything to it.
        if let (Err(denied), Err(_)) =
            (installation.grants.read(&to_kind), installation.grants.write(&to_kind))
        {
            return Err(self.call.refuse(&denied));
        }
        self.record_stage(Write::Link { kind, id: id(record)?, relation, to_kind, to_id: id(to)? })?;
        Ok(())
    }

    fn record_message(
        &mut self,
        conversation: &str,
        text: String,
        attributes: Vec<types::Attribute>,
    ) -> Result<String, Fault> {
        self.call.bring(&attributes)?;
        self.touchable("conversation", &[&text])?;
        let (conversation, mut attributes) = (id(conversation)?, values::attributes_from_guest(attributes)?);
        let at = attributes.iter().position(|attribute| attribute.name == "html");
        let html = at.map(|at| attributes.swap_remove(at).value);
        let html = html.as_ref().and_then(Value::as_text);
        if html.is_some_and(|html| html.len() > LONGEST_REPLY) {
            return Err(Fault::limit(format!("a message's HTML has {LONGEST_REPLY} bytes at most")));
        }
        let html = html.map(CleanHtml::new);
        let id = self.call.draw_id();
        self.record_stage(Write::Message { id, conversation, text, html, attributes })?;
        Ok(id.to_string())
    }
}

impl From<records::Comparison> for Comparison {
    fn from(comparison: records::Comparison) -> Self {
        match comparison {
            records::Comparison::Equal => Self::Equal,
            records::Comparison::NotEqual => Self::NotEqual,
            records::Comparison::Less => Self::Less,
            records::Comparison::LessOrEqual => Self::LessOrEqual,
            records::Comparison::Greater => Self::Greater,
            records::Comparison::GreaterOrEqual => Self::GreaterOrEqual,
            records::Comparison::StartsWith => Self::StartsWith,
            records::Comparison::Contains => Self::Contains,
        }
    }
}

impl records::Host for RecordsView<'_> {
    async fn get(&mut self, kind: String, id: String) -> Result<types::Entity, Fault> {
        let answer = self.record_get(&kind, &id).await;
        self.call.leave(answer)
    }

    async fn find(&mut self, query: records::Query) -> Result<records::Page, Fault> {
        let answer = self.record_find(query).await;
        self.call.leave(answer)
    }

    async fn create(&mut self, kind: String, attributes: Vec<types::Attribute>) -> Result<String, Fault> {
        let answer = self.record_create(kind, attributes);
        self.call.leave(answer)
    }

    async fn update(
        &mut self,
        kind: String,
        id: String,
        expected: i64,
        attributes: Vec<types::Attribute>,
    ) -> Result<(), Fault> {
        let answer = self.record_update(kind, &id, expected, attributes);
        self.call.leave(answer)
    }

    async fn tag(
        &mut self,
        kind: String,
        id: String,
        add: Vec<String>,
        remove: Vec<String>,
    ) -> Result<(), Fault> {
        let answer = self.record_tag(kind, &id, add, remove);
        self.call.leave(answer)
    }

    async fn comment(&mut self, kind: String, id: String, text: String) -> Result<String, Fault> {
        let answer = self.record_comment(kind, &id, text);
        self.call.leave(answer)
    }

    async fn link(
        &mut self,
        kind: String,
        id: String,
        relation: String,
        to_kind: String,
        to_id: String,
    ) -> Result<(), Fault> {
        let answer = self.record_link(kind, &id, relation, to_kind, &to_id);
        self.call.leave(answer)
    }

    async fn message(
        &mut self,
        conversation: String,
        text: String,
        attributes: Vec<types::Attribute>,
    ) -> Result<String, Fault> {
        let answer = self.record_message(&conversation, text, attributes);
        self.call.leave(answer)
    }
}
