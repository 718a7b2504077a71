//! Every operation of the API's description, as a request that would be right for somebody who may: with the ids of
//! records that the caller has nothing to do with.

use reqwest::{Method, RequestBuilder};
use serde_json::Value;

use crate::app::TestApp;
use crate::artifacts::artifact;
use crate::description::{example, query};

/// The declared kind whose records requests name.
pub const DECLARED: &str = "visit";

/// An operation.
pub struct Operation<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its method.
    pub method: Method,
    path: &'a str,
    says: &'a Value,
}

/// Every operation below `/v1/`.
pub fn operations(api: &Value) -> Vec<Operation<'_>> {
    let paths = api["paths"].as_object().expect("paths").iter();
    let ours = paths.filter(|(path, _)| path.starts_with("/v1/"));
    ours.flat_map(|(path, methods)| {
        methods.as_object().expect("methods").iter().map(move |(method, says)| Operation {
            name: says["operationId"].as_str().expect("a name"),
            method: method.to_uppercase().parse().expect("a method"),
            path,
            says,
        })
    })
    .collect()
}

/// Records that the caller has nothing to do with, which requests name one after the other.
pub struct Foreign {
    /// Their ids.
    pub ids: Vec<String>,
    next: usize,
}

impl Foreign {
    /// These.
    pub fn new(ids: Vec<String>) -> Self {
        Self { ids, next: 0 }
    }

    /// Puts them in the place of a request's ids.
    fn put_into(&mut self, value: &mut Value) {
        match value {
            Value::Object(members) => members.values_mut().for_each(|member| self.put_into(member)),
            Value::Array(items) => items.iter_mut().for_each(|item| self.put_into(item)),
            Value::String(text) if uuid::Uuid::try_parse(text).is_ok() => {
                self.ids[self.next % self.ids.len()].clone_into(text);
                self.next += 1;
            }
            _ => {}
        }
    }
}

impl Operation<'_> {
    /// Its addresses: with each of the records where it names one, whatever it is.
    pub fn addresses(&self, api: &Value, foreign: &Foreign) -> Vec<String> {
        let wanted = if self.path.contains('{') { foreign.ids.clone() } else { vec![String::new()] };
        let address = |id: &String| {
            let of_declared = self.path.starts_with("/v1/records/");
            let steps = self.path.split('/').map(|step| match step {
                "{name}" if of_declared => DECLARED,
                step if step.starts_with('{') => id.as_str(),
                step => step,
            });
            steps.collect::<Vec<_>>().join("/") + &query(api, self.says)
        };
        wanted.iter().map(address).collect()
    }

    /// The request to one of them, with the example of its body.
    pub fn request(
        &self,
        app: &TestApp,
        api: &Value,
        address: &str,
        foreign: &mut Foreign,
    ) -> RequestBuilder {
        let request = app.request(self.method.clone(), address);
        let Some(content) = self.says["requestBody"]["content"].as_object() else { return request };
        let (media_type, content) = content.iter().next().expect("a media type");
        let body = if media_type == "application/wasm" {
            artifact("csat")
        } else {
            let mut body = example(api, &content["schema"]);
            foreign.put_into(&mut body);
            body.to_string().into_bytes()
        };
        request.header("content-type", media_type).body(body)
    }
}

/// Every id that an answer mentions.
pub fn ids(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => members.values().for_each(|member| ids(member, found)),
        Value::Array(items) => items.iter().for_each(|item| ids(item, found)),
        Value::String(text) if uuid::Uuid::try_parse(text).is_ok() && !found.contains(text) => {
            found.push(text.clone());
        }
        _ => {}
    }
}
