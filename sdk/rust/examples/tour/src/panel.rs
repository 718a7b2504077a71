//! `panel`: a customer's stamps, with a button for one more and a form for a reminder.

use hospes_sdk::panel::{Action, Block, Button, Context, Form, Input, InputKind};
use hospes_sdk::{Attribute, Entity, Error, Panel, Value, clock, kv, records};

use crate::Radwerk;
use crate::shop::is_chinese;

/// A day in microseconds.
const DAY: i64 = 86_400 * 1_000_000;

impl Panel for Radwerk {
    /// Says what is to be drawn; the host draws it, so that no script of a plugin reaches a browser.
    fn render(context: Context) -> Result<Vec<Block>, Error> {
        let customer = customer(&context)?;
        let stamps = kv::get(&key(customer))?.and_then(|kept| String::from_utf8(kept).ok()?.parse().ok());
        let [heading, title, add, remind, what, days] = match is_chinese(&context.language) {
            true => ["轮行", "积点", "加一个积点", "提醒", "事项", "几天后"],
            false => ["Radwerk", "Stamps", "Add a stamp", "Remind", "What", "In how many days"],
        };
        let input = |name: &str, label: &str, kind, required| Input {
            name: name.into(),
            label: label.into(),
            kind,
            required,
            value: Value::None,
            choices: Vec::new(),
        };
        Ok(vec![
            Block::Heading(heading.into()),
            Block::Fields(vec![Attribute::new(title, stamps.unwrap_or(0_i64))]),
            Block::Buttons(vec![Button { name: "stamp".into(), label: add.into() }]),
            Block::Form(Form {
                name: "remind".into(),
                label: remind.into(),
                inputs: vec![
                    input("what", what, InputKind::Text, true),
                    input("days", days, InputKind::Integer, false),
                ],
            }),
        ])
    }

    fn act(action: Action) -> Result<Vec<Block>, Error> {
        let customer = customer(&action.context)?;
        match action.name.as_str() {
            "stamp" => {
                kv::increment(&key(customer), 1)?;
            }
            "remind" => remind(customer, &action.parameters)?,
            other => return Err(Error::not_found(format!("There is no button {other:?}."))),
        }
        // With nothing in it, the host draws the panel anew, when what was written is there.
        Ok(Vec::new())
    }
}

fn customer(context: &Context) -> Result<&Entity, Error> {
    let shown = context.subject.as_ref().filter(|_| context.place == "customer");
    shown.ok_or_else(|| Error::invalid("The panel is for customers' pages."))
}

fn key(customer: &Entity) -> String {
    format!("stamps/{}", customer.id)
}

fn remind(customer: &Entity, entered: &[Attribute]) -> Result<(), Error> {
    let what = Attribute::find(entered, "what").and_then(Value::as_text);
    let what = what.ok_or_else(|| Error::invalid("Say what to remind of."))?;
    let mut task = vec![
        Attribute::new("title", what),
        Attribute::new("subject_kind", customer.kind.as_str()),
        Attribute::new("subject_id", customer.id.as_str()),
    ];
    // An input that was left empty doesn't come at all. Its kind is sure, its size isn't.
    if let Some(days) = Attribute::find(entered, "days").and_then(Value::as_integer) {
        if !(0..=365).contains(&days) {
            return Err(Error::invalid("Days are 0 to 365."));
        }
        task.push(Attribute::new("due_at", Value::Time(clock::now() + days * DAY)));
    }
    records::create("task", &task)?;
    Ok(())
}
