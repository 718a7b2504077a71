//! What the records are called that others name by their ids.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;
use uuid::Uuid;

use super::field::PageField;
use crate::domain::actor::Principal;
use crate::domain::catalogue::{Kind, Record as _, Type};
use crate::domain::team::User;
use crate::ops::records::{self, AnyRecord};
use crate::ops::{Refusal, RequestContext};
use crate::store::db::Tx;

/// Titles by ids.
#[derive(Debug, Default)]
pub struct Names(HashMap<Uuid, String>);

impl Names {
    /// Of all records that these name in these fields.
    pub async fn of<'f>(
        tx: &mut Tx,
        ctx: &RequestContext,
        fields: impl Iterator<Item = &'f PageField> + Clone,
        found: &[AnyRecord],
    ) -> Result<Self, Refusal> {
        let mut values = Vec::new();
        for record in found {
            values.extend(fields.clone().filter_map(|field| named(field, record.value(&field.name))));
        }
        Self::read(tx, ctx, values).await
    }

    /// Of the records that these values of fields name.
    pub async fn of_values<'v>(
        tx: &mut Tx,
        ctx: &RequestContext,
        values: impl Iterator<Item = (&'v PageField, &'v Value)>,
    ) -> Result<Self, Refusal> {
        let values = values.filter_map(|(field, value)| named(field, value)).collect();
        Self::read(tx, ctx, values).await
    }

    async fn read(
        tx: &mut Tx,
        ctx: &RequestContext,
        named: Vec<(&'static Kind, Uuid)>,
    ) -> Result<Self, Refusal> {
        let mut wanted: HashMap<&'static str, (&'static Kind, BTreeSet<Uuid>)> = HashMap::new();
        for (kind, id) in named {
            wanted.entry(kind.name).or_insert_with(|| (kind, BTreeSet::new())).1.insert(id);
        }
        let mut names = HashMap::new();
        for (kind, ids) in wanted.into_values() {
            let ids: Vec<Uuid> = ids.into_iter().collect();
            names.extend(records::titles(tx, ctx, kind, &ids).await?);
        }
        Ok(Self(names))
    }

    /// What a record is called.
    pub fn get(&self, id: Uuid) -> Option<&str> {
        self.0.get(&id).map(String::as_str)
    }
}

/// The record that a field's value names.
pub fn named(field: &PageField, value: &Value) -> Option<(&'static Kind, Uuid)> {
    let text = value.as_str()?;
    match field.of {
        Type::Id(_) => Some((field.target?, text.parse().ok()?)),
        Type::Text => match Principal::read(text)? {
            Principal::User(id) => Some((User::KIND, id.0)),
            _ => None,
        },
        _ => None,
    }
}
