//! What a change of a kind means for the records that are there: what is renamed, dropped and filled in, and what has to be
//! looked at first because it might not fit any more.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::DeclaredKind;
use super::field::{DeclaredField, DeclaredType, is_empty};
use crate::domain::catalogue::InvalidField;

/// What is to be done to a record of the form before. Doing it twice does no more than doing it once.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Pending {
    /// New names with the old ones.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub renamed: BTreeMap<String, String>,
    /// Names of fields that are no more.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub dropped: BTreeSet<String>,
    /// What records get that have no value, in the form in which it is kept.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub filled: BTreeMap<String, Value>,
}

impl Pending {
    /// Whether records stay as they are.
    pub fn is_nothing(&self) -> bool {
        self.renamed.is_empty() && self.dropped.is_empty() && self.filled.is_empty()
    }

    /// Brings a record's values into the new form.
    pub fn apply(&self, values: &mut Map<String, Value>) {
        for (new, old) in &self.renamed {
            if let Some(value) = values.remove(old) {
                values.entry(new.clone()).or_insert(value);
            }
        }
        for name in &self.dropped {
            values.remove(name);
        }
        for (name, value) in &self.filled {
            values.entry(name.clone()).or_insert_with(|| value.clone());
        }
    }
}

/// What follows from a change of a kind.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Plan {
    /// What is to be done to records.
    pub pending: Pending,
    /// The fields, by their new names, that some records might have no fitting value of.
    pub narrowed: Vec<String>,
}

impl Plan {
    /// From a kind to how it shall be; what can't be done, with a pointer into the request.
    pub fn of(before: &DeclaredKind, after: &DeclaredKind) -> Result<Self, Vec<InvalidField>> {
        let (mut plan, mut faults) = (Self::default(), Vec::new());
        let mut kept = BTreeSet::new();
        for (place, field) in after.fields.iter().enumerate() {
            let mut fault = |part: &str, detail: String| {
                faults.push(InvalidField { pointer: format!("/fields/{place}/{part}"), detail });
            };
            // Where it was renamed before already, a manifest says so still.
            let was = field
                .was
                .as_deref()
                .filter(|was| before.field(was).is_some() || before.field(&field.name).is_none());
            let old = was.unwrap_or(&field.name);
            let Some(known) = before.field(old) else {
                if was.is_some() {
                    fault("was", format!("there was no field {old:?}"));
                }
                plan.add(field);
                continue;
            };
            if !kept.insert(old) {
                fault("was", format!("another field is what {old:?} was"));
            }
            if field.name != *old {
                // A record of the form before would be read as one of the new form.
                if before.field(&field.name).is_some() {
                    fault(
                        "name",
                        format!("{:?} is another field's so far; rename that one first", field.name),
                    );
                }
                plan.pending.renamed.insert(field.name.clone(), old.to_owned());
            }
            match change_of_type(known.of, field.of) {
                None => fault(
                    "type",
                    format!("it holds {} so far, which is no {}: add another field", known.of, field.of),
                ),
                Some(narrows) => {
                    let fewer = known.choices.iter().any(|choice| !field.choices.contains(choice));
                    let chosen = field.of == DeclaredType::Word && known.of == DeclaredType::Word && fewer;
                    if narrows || chosen || field.required && !known.required {
                        plan.narrowed.push(field.name.clone());
                    }
                }
            }
            if known.relates_to != field.relates_to && known.of == field.of {
                fault("relates_to", "it names records of another kind so far: add another field".to_owned());
            }
            if field.required && !known.required {
                plan.fill(field);
            }
        }
        for field in before.fields.iter().filter(|field| !kept.contains(field.name.as_str())) {
            plan.pending.dropped.insert(field.name.clone());
        }
        if faults.is_empty() { Ok(plan) } else { Err(faults) }
    }

    /// A field that wasn't there before.
    fn add(&mut self, field: &DeclaredField) {
        self.fill(field);
        if field.required && field.default.is_none() {
            self.narrowed.push(field.name.clone());
        }
    }

    fn fill(&mut self, field: &DeclaredField) {
        if let Some(kept) = field.default.as_ref().and_then(|default| field.keep(default).ok()) {
            self.pending.filled.insert(field.name.clone(), kept);
        }
    }

    /// What of a record doesn't fit the kind as it shall be; it is given as it is kept.
    pub fn misfit(&self, after: &DeclaredKind, values: &Map<String, Value>) -> Option<(String, String)> {
        let mut values = values.clone();
        self.pending.apply(&mut values);
        self.narrowed.iter().find_map(|name| {
            let field = after.field(name)?;
            let value = values.get(name).filter(|value| !is_empty(value));
            field.misfit(value).map(|detail| (name.clone(), detail))
        })
    }
}

/// Whether values of one type may be kept as another's, and if so whether some might not fit.
fn change_of_type(from: DeclaredType, to: DeclaredType) -> Option<bool> {
    use DeclaredType as T;
    match (from, to) {
        (from, to) if from == to => Some(false),
        (T::Text | T::Word, T::LongText) | (T::Word | T::Date, T::Text) | (T::Integer, T::Number) => {
            Some(false)
        }
        (T::LongText, T::Text | T::Word) | (T::Text, T::Word | T::Date) | (T::Number, T::Integer) => {
            Some(true)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::catalogue::Record as _;

    fn kind(fields: Vec<DeclaredField>) -> DeclaredKind {
        DeclaredKind { fields, ..DeclaredKind::blank() }
    }

    fn field(name: &str, of: DeclaredType) -> DeclaredField {
        DeclaredField::plain(name, of)
    }

    fn was(old: &str, field: DeclaredField) -> DeclaredField {
        DeclaredField { was: Some(old.to_owned()), ..field }
    }

    fn required(field: DeclaredField) -> DeclaredField {
        DeclaredField { required: true, ..field }
    }

    fn values(json: Value) -> Map<String, Value> {
        match json {
            Value::Object(values) => values,
            other => unreachable!("{other} has no fields"),
        }
    }

    #[test]
    fn records_are_renamed_dropped_and_filled_and_twice_is_once() {
        let before = kind(vec![field("a", DeclaredType::Text), field("b", DeclaredType::Text)]);
        let new = DeclaredField { default: Some(json!(3)), ..field("c", DeclaredType::Integer) };
        let after = kind(vec![was("a", field("name", DeclaredType::Text)), new]);
        let plan = Plan::of(&before, &after).unwrap();
        assert!(plan.narrowed.is_empty());
        let mut record = values(json!({"a": "x", "b": "y"}));
        plan.pending.apply(&mut record);
        assert_eq!(json!(record), json!({"name": "x", "c": 3}));
        plan.pending.apply(&mut record);
        assert_eq!(json!(record), json!({"name": "x", "c": 3}));
    }

    #[test]
    fn what_might_not_fit_is_looked_at() {
        let before = kind(vec![field("a", DeclaredType::Text), field("n", DeclaredType::Number)]);
        let word = DeclaredField { choices: vec!["x".to_owned()], ..field("a", DeclaredType::Word) };
        let after = kind(vec![
            word,
            required(field("n", DeclaredType::Number)),
            required(field("new", DeclaredType::Text)),
        ]);
        let plan = Plan::of(&before, &after).unwrap();
        assert_eq!(plan.narrowed, ["a", "n", "new"]);
        let misfit = |json| plan.misfit(&after, &values(json)).map(|(name, _)| name);
        assert_eq!(misfit(json!({"a": "x", "n": 1, "new": "z"})), None);
        assert_eq!(misfit(json!({"n": 1, "new": "z"})), None);
        assert_eq!(misfit(json!({"a": "y", "n": 1, "new": "z"})).as_deref(), Some("a"));
        assert_eq!(misfit(json!({"a": "x", "new": "z"})).as_deref(), Some("n"));
        assert_eq!(misfit(json!({"a": "x", "n": 1, "new": " "})).as_deref(), Some("new"));
    }

    #[test]
    fn what_cannot_be_told_apart_or_kept_is_refused() {
        let before = kind(vec![field("a", DeclaredType::Text), field("b", DeclaredType::Text)]);
        for (fields, pointer) in [
            (vec![was("nothing", field("c", DeclaredType::Text))], "/fields/0/was"),
            (vec![was("a", field("b", DeclaredType::Text))], "/fields/0/name"),
            (vec![field("a", DeclaredType::Boolean)], "/fields/0/type"),
            (vec![field("a", DeclaredType::Text), was("a", field("c", DeclaredType::Text))], "/fields/1/was"),
        ] {
            let faults = Plan::of(&before, &kind(fields)).unwrap_err();
            assert_eq!(faults[0].pointer, pointer);
        }
    }

    #[test]
    fn a_field_that_must_be_there_now_gets_its_default() {
        let before = kind(vec![field("a", DeclaredType::Text)]);
        let filled = DeclaredField { default: Some(json!("x")), ..required(field("a", DeclaredType::Text)) };
        let after = kind(vec![filled]);
        let plan = Plan::of(&before, &after).unwrap();
        assert_eq!(plan.misfit(&after, &Map::new()), None);
    }
}
