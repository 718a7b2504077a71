//! One of the compared systems, and how its figures are taken.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::json;

use super::operations::Operation;
use super::{CONNECTIONS, batch};
use crate::client::{Until, drive, write};
use crate::database::{Database, Session};
use crate::host::{Admin, settle};
use crate::{random, v7};

/// Whose system it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Product {
    /// Ours.
    Hospes,
    /// The peer.
    Directus,
}

/// How many customers are made in bulk, and how many of them by one request.
const BULK: u64 = 10_000;
const BATCH: u64 = 1_000;

/// A running system.
pub struct System {
    product: Product,
    address: SocketAddr,
    token: String,
    /// A connection to its database, beside its own.
    pub session: Session,
    /// The customers that requests are about.
    customers: Vec<String>,
    /// The number of the next record, so that no two are alike.
    next: u64,
}

impl System {
    /// The system at this address.
    pub async fn of(
        product: Product,
        address: SocketAddr,
        token: String,
        database: &Database,
    ) -> Result<Self> {
        let session = database.open().await?;
        // Beyond those that are made in bulk.
        Ok(Self { product, address, token, session, customers: Vec::new(), next: 10_000_000 })
    }

    /// Makes ten thousand customers in bulk; how many seconds it took.
    pub async fn bulk(&mut self, round: u64) -> Result<f64> {
        let path = match self.product {
            Product::Hospes => "/v1/customers:batch",
            Product::Directus => "/items/customers?fields=id",
        };
        let mut api = Admin::at(self.address, &self.token).await?;
        let began = Instant::now();
        for part in 0..BULK / BATCH {
            let body = batch(self.product, round * BULK + part * BATCH, BATCH);
            let made = api.call("POST", path, Some(&body)).await?;
            let refused = made["items"].as_array().into_iter().flatten().find(|one| one["status"] != 201);
            ensure!(refused.is_none(), "a customer was refused: {refused:?}");
        }
        let seconds = began.elapsed().as_secs_f64();
        self.rest().await?;
        Ok(seconds)
    }

    /// Remembers customers whom the requests will be about.
    pub async fn look_up_customers(&mut self) -> Result<()> {
        let (path, list) = match self.product {
            Product::Hospes => ("/v1/customers?limit=500", "items"),
            Product::Directus => ("/items/customers?limit=500&fields=id", "data"),
        };
        let found = Admin::at(self.address, &self.token).await?.call("GET", path, None).await?;
        let found = found[list].as_array().context("a list")?.iter();
        self.customers = found.filter_map(|one| Some(one["id"].as_str()?.to_owned())).collect();
        ensure!(self.customers.len() > 100, "only {} customers are found", self.customers.len());
        Ok(())
    }

    /// Requests of an operation a second, with all connections busy for so long; none where the system has no such thing.
    pub async fn rate(&mut self, operation: &Operation, length: Duration) -> Result<Option<f64>> {
        let make = match self.product {
            Product::Hospes => operation.hospes,
            Product::Directus => match operation.directus {
                Some(make) => make,
                None => return Ok(None),
            },
        };
        let (token, customers, first) = (self.token.clone(), self.customers.clone(), self.next);
        let began = Instant::now();
        let outcome = drive(self.address, CONNECTIONS, Until::Elapsed(length), move |number, buffer| {
            let customer = &customers[random(number) as usize % customers.len()];
            let request = make(first + number, customer);
            let body = if request.body.is_null() { String::new() } else { request.body.to_string() };
            let headers = [("authorization", token.as_str()), ("content-type", "application/json")];
            write(buffer, request.method, &request.path, &headers, body.as_bytes());
        })
        .await
        .with_context(|| operation.what)?;
        let count = outcome.micros.len() as f64;
        self.next += outcome.micros.len() as u64;
        if operation.until_settled && self.product == Product::Hospes {
            let waiting = "select count(*) from tickets where assignee_id is null";
            while self.session.count(waiting, &[]).await? > 0 {
                ensure!(began.elapsed() < 20 * length, "tickets are never assigned");
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
        let rate = if operation.until_settled { count / began.elapsed().as_secs_f64() } else { outcome.rate };
        self.rest().await?;
        Ok(Some(rate))
    }

    /// Sends messages one after the other; how many milliseconds each one's score came after its answer.
    pub async fn until_scored(&mut self, count: u64) -> Result<Vec<f64>> {
        match self.product {
            Product::Hospes => v7::until_scored(self.address, &mut self.session, count, v7::form).await,
            Product::Directus => {
                let (token, customers) = (self.token.clone(), self.customers.clone());
                let message = move |number: u64, request: &mut Vec<u8>| {
                    let customer = &customers[number as usize % customers.len()];
                    let body = json!({"customer": customer, "text": "How much is it?"}).to_string();
                    let headers = [("authorization", token.as_str()), ("content-type", "application/json")];
                    write(request, "POST", "/items/interactions", &headers, body.as_bytes());
                };
                v7::until_scored(self.address, &mut self.session, count, message).await
            }
        }
    }

    /// Waits until nothing is left to do that would slow the others in their turns.
    async fn rest(&mut self) -> Result<()> {
        match self.product {
            Product::Hospes => settle(&mut self.session).await,
            // It does nothing after its answers that could be waited for.
            Product::Directus => Ok(()),
        }
    }
}
