//! Panels of plugins: blocks of data on a record's page, which the host draws.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use super::catalogue::{Kind, Record as _};
use super::clock::is_day;
use super::customer::Customer;
use super::partner::Partner;
use super::ticket::Ticket;
use super::value::{Attribute, Value};
use super::words::words;

/// The most characters of what is entered into a line, and into a long text.
const LINE: usize = 1_000;
const LONG: usize = 20_000;

words! {
    /// The pages on which panels are drawn.
    pub enum Place {
        /// A customer's.
        Customer = "customer",
        /// A ticket's.
        Ticket = "ticket",
        /// A partner's.
        Partner = "partner",
    }
}

impl Place {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Customer, Self::Ticket, Self::Partner];

    /// The kind of the record whose page it is.
    pub fn kind(self) -> &'static Kind {
        match self {
            Self::Customer => Customer::KIND,
            Self::Ticket => Ticket::KIND,
            Self::Partner => Partner::KIND,
        }
    }
}

/// A piece of a panel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum Block {
    /// A title.
    Heading {
        /// What it says.
        text: String,
    },
    /// Text in paragraphs.
    Text {
        /// What it says.
        text: String,
    },
    /// Names with values.
    Fields {
        /// The fields.
        fields: Vec<Field>,
    },
    /// A table.
    Table {
        /// The columns' titles.
        columns: Vec<String>,
        /// Rows of as many cells.
        rows: Vec<Vec<Value>>,
    },
    /// A small chart.
    Chart(Chart),
    /// Buttons in a row.
    Buttons {
        /// The buttons.
        buttons: Vec<Button>,
    },
    /// A form.
    Form(Form),
    /// Records of the host's.
    Records {
        /// The records.
        records: Vec<RecordReference>,
    },
}

/// A name with a value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Field {
    /// The name.
    pub name: String,
    /// The value.
    pub value: Value,
}

/// Series over the same labels.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Chart {
    /// Whether the values are bars, and not points of a line.
    pub bars: bool,
    /// What each place is called.
    pub labels: Vec<String>,
    /// The series, each with as many finite values as there are labels.
    pub series: Vec<Series>,
}

/// One line or one sort of bars.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// What it is called.
    pub title: String,
    /// Its values.
    pub values: Vec<f64>,
}

/// A button.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    /// By this the plugin knows it.
    pub name: String,
    /// What it says.
    pub label: String,
}

/// A form with its inputs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Form {
    /// By this the plugin knows it.
    pub name: String,
    /// What its button says.
    pub label: String,
    /// What is entered.
    pub inputs: Vec<Input>,
}

/// An input of a form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Input {
    /// By this the plugin knows it.
    pub name: String,
    /// What it is called.
    pub label: String,
    /// What goes into it.
    pub kind: InputKind,
    /// Whether the form can't be sent without it.
    pub required: bool,
    /// What is in it when it is drawn.
    pub value: Value,
    /// What can be chosen.
    pub choices: Vec<Choice>,
}

words! {
    /// What goes into an input.
    pub enum InputKind {
        /// A line.
        Text = "text",
        /// Several lines.
        LongText = "long-text",
        /// A whole number.
        Integer = "integer",
        /// Any number.
        Number = "number",
        /// Yes or no.
        Boolean = "boolean",
        /// A day.
        Date = "date",
        /// One of the choices.
        Choice = "choice",
    }
}

/// A value that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// What the plugin gets.
    pub value: String,
    /// What people see.
    pub label: String,
}

/// A record of the host's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordReference {
    /// Its kind.
    pub kind: String,
    /// Its id.
    pub id: Uuid,
    /// What it is called, for who looks at the panel.
    #[serde(default)]
    pub title: String,
}

/// What was entered wrong: the input's name, and what is wrong with it.
pub type InputFault = (String, String);

/// The form of this name among the blocks; a button is one without inputs.
pub fn form<'b>(blocks: &'b [Block], name: &str) -> Option<&'b [Input]> {
    blocks.iter().find_map(|block| match block {
        Block::Form(form) if form.name == name => Some(form.inputs.as_slice()),
        Block::Buttons { buttons } if buttons.iter().any(|button| button.name == name) => Some(&[]),
        _ => None,
    })
}

/// What was entered into these inputs, each of its kind. Everything may also come as text, as browsers send it.
pub fn entered(inputs: &[Input], given: &Map<String, Json>) -> Result<Vec<Attribute>, Vec<InputFault>> {
    let unknown = given.keys().filter(|name| !inputs.iter().any(|input| input.name == **name));
    let mut faults: Vec<InputFault> =
        unknown.map(|name| (name.clone(), "there is no such input".to_owned())).collect();
    let mut attributes = Vec::new();
    for input in inputs {
        match input.read(given.get(&input.name).unwrap_or(&Json::Null)) {
            Ok(Value::None) if input.required => faults.push((input.name.clone(), "is required".to_owned())),
            Ok(Value::None) => {}
            Ok(value) => attributes.push(Attribute::new(input.name.as_str(), value)),
            Err(fault) => faults.push((input.name.clone(), fault)),
        }
    }
    if faults.is_empty() { Ok(attributes) } else { Err(faults) }
}

impl Input {
    fn read(&self, given: &Json) -> Result<Value, String> {
        let text = match given {
            Json::Null => return Ok(self.left_empty()),
            Json::String(text) => text.trim(),
            Json::Bool(flag) => return self.read(&Json::String(flag.to_string())),
            Json::Number(number) => return self.read(&Json::String(number.to_string())),
            Json::Array(_) | Json::Object(_) => return Err("is one value, and no list or object".to_owned()),
        };
        if text.is_empty() {
            return Ok(self.left_empty());
        }
        let at_most = |most: usize| match text.chars().count() {
            length if length > most => Err(format!("has {length} characters, {most} at most")),
            _ => Ok(Value::Text(text.to_owned())),
        };
        match self.kind {
            InputKind::Text => at_most(LINE),
            InputKind::LongText => at_most(LONG),
            InputKind::Integer => {
                text.parse().map(Value::Integer).map_err(|_| format!("{text:?} is no whole number"))
            }
            InputKind::Number => match text.parse::<f64>() {
                Ok(number) if number.is_finite() => Ok(Value::Number(number)),
                _ => Err(format!("{text:?} is no number")),
            },
            InputKind::Boolean => match text {
                "true" | "on" => Ok(Value::Boolean(true)),
                "false" => Ok(Value::Boolean(false)),
                _ => Err(format!("{text:?} is neither true nor false")),
            },
            InputKind::Date if is_day(text) => Ok(Value::Date(text.to_owned())),
            InputKind::Date => Err(format!("{text:?} is no day; write YYYY-MM-DD")),
            InputKind::Choice if self.choices.iter().any(|choice| choice.value == text) => {
                Ok(Value::Text(text.to_owned()))
            }
            InputKind::Choice => Err(format!("{text:?} isn't among the choices")),
        }
    }

    /// A box that isn't ticked isn't sent.
    fn left_empty(&self) -> Value {
        if self.kind == InputKind::Boolean { Value::Boolean(false) } else { Value::None }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn input(name: &str, kind: InputKind, required: bool) -> Input {
        let choices = vec![Choice { value: "am".to_owned(), label: "Morning".to_owned() }];
        Input { name: name.to_owned(), label: String::new(), kind, required, value: Value::None, choices }
    }

    fn inputs() -> Vec<Input> {
        vec![
            input("day", InputKind::Date, true),
            input("minutes", InputKind::Integer, false),
            input("half", InputKind::Choice, false),
            input("urgent", InputKind::Boolean, false),
        ]
    }

    fn read(given: &Json) -> Result<Vec<(String, Value)>, Vec<InputFault>> {
        let read = entered(&inputs(), given.as_object().unwrap())?;
        Ok(read.into_iter().map(|attribute| (attribute.name, attribute.value)).collect())
    }

    #[test]
    fn what_is_entered_has_the_kind_of_its_input() {
        let typed =
            read(&json!({"day": "2026-02-28", "minutes": "45", "half": "am", "urgent": "on"})).unwrap();
        assert_eq!(
            typed,
            [
                ("day".to_owned(), Value::Date("2026-02-28".to_owned())),
                ("minutes".to_owned(), Value::Integer(45)),
                ("half".to_owned(), Value::Text("am".to_owned())),
                ("urgent".to_owned(), Value::Boolean(true)),
            ]
        );
        assert_eq!(
            read(&json!({"day": "2026-02-28", "minutes": 45, "half": "am", "urgent": true})).unwrap(),
            typed
        );
        let least = read(&json!({"day": "2026-02-28", "minutes": " "})).unwrap();
        assert_eq!(least.len(), 2, "what is left empty is left out, but for a box: {least:?}");
    }

    #[test]
    fn what_is_wrong_is_said_of_each_input() {
        let faults =
            read(&json!({"day": "2026-02-30", "minutes": "1.5", "half": "pm", "urgent": [], "other": 1}));
        let names: Vec<String> = faults.unwrap_err().into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["other", "day", "minutes", "half", "urgent"]);
        assert_eq!(read(&json!({})).unwrap_err(), [("day".to_owned(), "is required".to_owned())]);
    }

    #[test]
    fn only_what_is_drawn_can_be_pressed() {
        let give = Button { name: "give".to_owned(), label: "Give".to_owned() };
        let plan = Form { name: "plan".to_owned(), label: "Plan".to_owned(), inputs: inputs() };
        let blocks = [Block::Buttons { buttons: vec![give] }, Block::Form(plan)];
        assert_eq!(form(&blocks, "give").map(<[_]>::len), Some(0));
        assert_eq!(form(&blocks, "plan").map(<[_]>::len), Some(4));
        assert_eq!(form(&blocks, "take"), None);
    }
}
