//! What it shows on a record's page.

use hospes_sdk::panel::{
    Action, Block, Button, Chart, Choice, Context, Form, Input, InputKind, RecordReference, Series,
};
use hospes_sdk::{Attribute, Entity, Error, Panel, Table, Value, records};

use crate::{Visits, visits_of};

impl Panel for Visits {
    fn render(context: Context) -> Result<Vec<Block>, Error> {
        let Some(subject) = context.subject else { return Err(Error::invalid("a panel is a record's")) };
        match context.place.as_str() {
            "customer" => of_customer(&subject, context.language == "zh-CN"),
            place => Ok(vec![Block::Text(format!("{place} {} {}", subject.kind, subject.attributes.len()))]),
        }
    }

    fn act(action: Action) -> Result<Vec<Block>, Error> {
        let Some(subject) = &action.context.subject else {
            return Err(Error::invalid("a panel is a record's"));
        };
        let entered = |name: &str| {
            let found = action.parameters.iter().find(|parameter| parameter.name == name);
            found.map_or(Value::None, |parameter| parameter.value.clone())
        };
        match action.name.as_str() {
            "plan" => {
                if entered("minutes") == Value::Integer(0) {
                    return Err(Error::invalid("a visit takes a minute at least"));
                }
                let visit = [
                    Attribute::new("purpose", entered("purpose")),
                    Attribute::new("customer_id", subject.id.as_str()),
                    Attribute::new("visit_on", entered("visit_on")),
                    Attribute::new("minutes", entered("minutes")),
                    Attribute::new("severity", entered("severity")),
                ];
                records::create("visit", &visit)?;
            }
            #[expect(clippy::panic, reason = "a panel that breaks down is what this button is for")]
            "stop" => panic!("the button says so"),
            other => return Err(Error::new("unsupported", format!("there is no {other}"))),
        }
        // Drawn anew with the visit that this call has made.
        Ok(Vec::new())
    }
}

fn of_customer(customer: &Entity, is_chinese: bool) -> Result<Vec<Block>, Error> {
    let visits = visits_of(&customer.id, 20)?;
    let value = |visit: &Entity, name: &str| {
        let found = visit.attributes.iter().find(|attribute| attribute.name == name);
        found.map_or(Value::None, |attribute| attribute.value.clone())
    };
    let minutes = |visit: &Entity| match value(visit, "minutes") {
        Value::Integer(minutes) => minutes as f64,
        _ => 0.0,
    };
    let text = |chinese: &str, english: &str| if is_chinese { chinese } else { english }.to_owned();
    let column = |name: &str, title: String| hospes_sdk::Column { name: name.into(), title };
    let table = Table {
        columns: vec![column("visit_on", text("日期", "Day")), column("minutes", text("分钟", "Minutes"))],
        rows: visits.iter().map(|visit| vec![value(visit, "visit_on"), value(visit, "minutes")]).collect(),
    };
    let chart = Chart {
        kind: "bar".into(),
        labels: (1..=visits.len()).map(|number| number.to_string()).collect(),
        series: vec![Series {
            title: text("分钟", "Minutes"), values: visits.iter().map(minutes).collect()
        }],
    };
    let input = |name: &str, label: String, kind, required| Input {
        name: name.into(),
        label,
        kind,
        required,
        value: Value::None,
        choices: Vec::new(),
    };
    let choice = |value: &str, label: String| Choice { value: value.into(), label };
    let form = Form {
        name: "plan".into(),
        label: text("安排上门", "Plan a visit"),
        inputs: vec![
            input("purpose", text("事由", "Purpose"), InputKind::Text, true),
            input("visit_on", text("日期", "Day"), InputKind::Date, true),
            Input {
                value: Value::Integer(45),
                ..input("minutes", text("分钟", "Minutes"), InputKind::Integer, false)
            },
            Input {
                choices: vec![choice("low", text("低", "Low")), choice("high", text("高", "High"))],
                ..input("severity", text("级别", "Severity"), InputKind::Choice, false)
            },
            input("urgent", text("紧急", "Urgent"), InputKind::Boolean, false),
        ],
    };
    let fields = customer.attributes.clone();
    let reference = |visit: &Entity| RecordReference { kind: "visit".into(), id: visit.id.clone() };
    Ok(vec![
        Block::Heading(text("上门服务", "Visits")),
        Block::Fields(fields),
        Block::Table(table),
        Block::Chart(chart),
        Block::Records(visits.iter().map(reference).collect()),
        Block::Form(form),
        Block::Buttons(vec![Button { name: "stop".into(), label: text("停止", "Stop") }]),
    ])
}
