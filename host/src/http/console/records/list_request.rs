//! What a list's page is asked for: a saved view, or what its form says.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::field::PageField;
use crate::domain::catalogue::Type;
use crate::domain::saved_view::SavedView;
use crate::http::console::visitor::Fields;
use crate::store::filter::ListQuery;

/// What a field of the filter form is called, before the field's own name.
pub const NARROW: &str = "f.";

/// What is shown of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListRequest {
    /// The id of the view that it began with; empty where there was none.
    pub view: String,
    /// What records are found by.
    pub q: String,
    /// The values that fields are narrowed to.
    pub narrow: Vec<(String, String)>,
    /// A condition in CEL besides.
    pub filter: String,
    /// The order.
    pub sort: String,
    /// The columns; the usual ones where it is empty.
    pub columns: Vec<String>,
    /// Where the page before ended.
    pub cursor: Option<String>,
    /// Whether all are to be counted.
    pub counts: bool,
}

impl ListRequest {
    /// Whether the address says more than which view is meant.
    pub fn is_set(fields: &Fields) -> bool {
        fields.has("set")
    }

    /// From a page's address.
    pub fn read(fields: &Fields) -> Self {
        let text = |name: &str| fields.text(name).trim().to_owned();
        let narrow = fields.named(NARROW).filter(|(_, value)| !value.is_empty());
        Self {
            view: text("view"),
            q: text("q"),
            narrow: narrow.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            filter: text("filter"),
            sort: text("sort"),
            columns: fields.all("column").filter(|name| !name.is_empty()).map(str::to_owned).collect(),
            cursor: Some(text("cursor")).filter(|cursor| !cursor.is_empty()),
            counts: fields.has("count"),
        }
    }

    /// As a view has it.
    pub fn of_view(view: &SavedView, asked: Self) -> Self {
        Self {
            view: view.id.to_string(),
            q: view.q.clone(),
            narrow: Vec::new(),
            filter: view.filter.clone(),
            sort: view.sort.clone(),
            columns: view.columns.clone(),
            ..asked
        }
    }

    /// All of its conditions in one.
    pub fn condition(&self, fields: &[PageField]) -> String {
        let narrowed = self.narrow.iter().map(|(name, value)| {
            let of = fields.iter().find(|field| field.name == *name).map(|field| field.of);
            match of {
                Some(Type::Boolean) => format!("{name} == {value}"),
                _ => format!("{name} == {}", serde_json::Value::from(value.as_str())),
            }
        });
        let mut parts: Vec<String> = narrowed.collect();
        match (self.filter.as_str(), parts.is_empty()) {
            ("", _) => {}
            (filter, true) => parts.push(filter.to_owned()),
            (filter, false) => parts.push(format!("({filter})")),
        }
        parts.join(" && ")
    }

    /// The list that it asks for.
    pub fn query(&self, fields: &[PageField]) -> ListQuery {
        let said = |text: &str| Some(text).filter(|text| !text.is_empty()).map(str::to_owned);
        ListQuery {
            cursor: self.cursor.clone(),
            sort: said(&self.sort),
            filter: said(&self.condition(fields)),
            q: said(&self.q),
            ..ListQuery::default()
        }
    }

    /// The value that a field is narrowed to.
    pub fn narrowed(&self, name: &str) -> &str {
        self.narrow.iter().find(|(narrowed, _)| narrowed == name).map_or("", |(_, value)| value)
    }

    /// The address of the first page of the same list, after the `?`.
    pub fn address(&self) -> String {
        let narrow = self.narrow.iter().map(|(name, value)| (format!("{NARROW}{name}"), value.as_str()));
        let columns = self.columns.iter().map(|column| ("column".to_owned(), column.as_str()));
        let one = [("view", &self.view), ("q", &self.q), ("filter", &self.filter), ("sort", &self.sort)];
        let one = one.into_iter().map(|(name, value)| (name.to_owned(), value.as_str()));
        let said = one.chain(narrow).chain(columns).filter(|(_, value)| !value.is_empty());
        said.fold("set=1".to_owned(), |mut address, (name, value)| {
            address.push_str(&format!("&{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC)));
            address
        })
    }

    /// The same list in another order.
    pub fn sorted_by(&self, sort: String) -> Self {
        Self { sort, cursor: None, ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        Fields::of(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn what_a_form_says_becomes_one_condition() {
        let request = ListRequest::read(&fields(&[
            ("f.stage", "customer"),
            ("f.region", ""),
            ("f.custom.industry", "制\"造"),
            ("filter", "version > 1 || version < 0"),
        ]));
        assert_eq!(
            request.condition(&[]),
            "stage == \"customer\" && custom.industry == \"制\\\"造\" && (version > 1 || version < 0)"
        );
        assert_eq!(ListRequest::read(&fields(&[("filter", " a == 1 ")])).condition(&[]), "a == 1");
        assert_eq!(ListRequest::default().query(&[]), ListQuery::default());
    }

    #[test]
    fn an_address_says_all_of_it_but_the_page() {
        let asked =
            [("set", "1"), ("q", "王 芳"), ("f.stage", "lead"), ("column", "name"), ("column", "stage")];
        let request = ListRequest::read(&fields(&asked));
        let address = request.address();
        assert_eq!(address, "set=1&q=%E7%8E%8B%20%E8%8A%B3&f.stage=lead&column=name&column=stage");
        let paged = ListRequest { cursor: Some("x".to_owned()), ..request.clone() };
        assert_eq!(paged.address(), address);
    }
}
