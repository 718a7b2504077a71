//! `partner`: the wholesaler of parts, whose system takes orders and knows its stock.

use hospes_sdk::http::{self, Request, Response};
use hospes_sdk::partner::{QueryRequest, Receipt, Share};
use hospes_sdk::serde_json::{Value as Json, json};
use hospes_sdk::{Attribute, Column, Error, Partner, Table, Value, encoding};
use serde::Deserialize;

use crate::Radwerk;
use crate::shop::is_chinese;

/// What the wholesaler answers when it is asked for its stock.
#[derive(Deserialize)]
struct Stock {
    items: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    part: String,
    available: i64,
}

impl Partner for Radwerk {
    fn push(shares: Vec<Share>) -> Result<Vec<Receipt>, Error> {
        // All at once: one after the other could take longer than the call has.
        let responses = http::send_many(shares.iter().map(order).collect())?;
        // If one can't be delivered all are pushed again; the wholesaler knows those that it has by their keys.
        shares.iter().zip(responses).map(|(share, response)| receipt(share, &response?)).collect()
    }

    fn query(request: QueryRequest) -> Result<Table, Error> {
        if request.name != "stock" {
            return Err(Error::new("unsupported", "The wholesaler can be asked for \"stock\"."));
        }
        let part = Attribute::find(&request.parameters, "part").and_then(Value::as_text);
        let part = part.ok_or_else(|| Error::invalid("Which part? Give the parameter \"part\"."))?;
        let stock: Stock =
            good(wholesaler("GET", &format!("stock?part={}", encoding::url_encoded(part))).send()?)?
                .json()?;
        let titles = if is_chinese(&request.language) { ["配件", "库存"] } else { ["Part", "In stock"] };
        let column = |(name, title): (&str, &str)| Column { name: name.into(), title: title.into() };
        let row = |item: Item| vec![item.part.into(), item.available.into()];
        Ok(Table {
            columns: ["part", "available"].into_iter().zip(titles).map(column).collect(),
            rows: stock.items.into_iter().map(row).collect(),
        })
    }
}

fn wholesaler(method: &str, path: &str) -> Request {
    Request::new(method, format!("https://parts.example.com/{path}")).bearer("parts-token")
}

fn order(share: &Share) -> Request {
    // The share's id stays the same however often it is pushed.
    wholesaler("POST", "orders")
        .header("idempotency-key", share.id.clone())
        .json(&json!({"note": share.note, "subject": share.subject.id}))
}

fn receipt(share: &Share, response: &Response) -> Result<Receipt, Error> {
    let accepted = response.is_success();
    if !accepted && response.status != 409 {
        good(response.clone())?;
    }
    // A refusal is an answer, too: people read it on the timeline.
    let answer: Json = response.json()?;
    let text = |field: &str| answer[field].as_str().unwrap_or_default().to_owned();
    Ok(Receipt { share: share.id.clone(), accepted, reference: text("number"), message: text("message") })
}

fn good(response: Response) -> Result<Response, Error> {
    match response.is_success() {
        true => Ok(response),
        false => {
            let answered = format!("The wholesaler answered {}.", response.status);
            Err(Error::unavailable(answered, Some(30_000)))
        }
    }
}
