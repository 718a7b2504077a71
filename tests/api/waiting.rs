//! A ticket for which nobody has room waits at no cost, and is given to somebody as soon as somebody has room.

use hospes::domain::event::Cause;
use hospes::store::db::{DbError, Tx};
use hospes::store::queue::{self, NewJob};
use reqwest::Method;
use serde_json::{Value, json};
use support::app::TestApp;
use support::on_both_engines;
use support::store::Engine;

on_both_engines!(
    who_gets_room_gets_the_most_urgent_and_oldest,
    who_comes_gets_what_waits,
    a_team_that_is_made_later_takes_what_waits,
    what_waits_costs_nothing,
    a_ticket_that_is_wanted_twice_is_given_once,
);

/// A host with customers' tickets and whoever is to take them.
struct Desk {
    app: TestApp,
    customer: Value,
}

impl Desk {
    async fn start(engine: Engine) -> Self {
        let app = TestApp::start(engine, &[]).await;
        let customer = app.post("/v1/customers", &json!({"name": "韩梅梅"})).await.expect(201)["id"].clone();
        Self { app, customer }
    }

    async fn team(&self, name: &str, classes: &[&str]) -> Value {
        let new = json!({"name": name, "classes": classes, "watches": []});
        self.app.post("/v1/teams", &new).await.expect(201)["id"].clone()
    }

    async fn person(&self, name: &str, capacity: i64, teams: &[&Value]) -> Value {
        let new = json!({
            "name": name, "email": format!("{name}@example.com"), "language": "en", "languages": ["en"],
            "capacity": capacity, "teams": teams,
        });
        self.app.post("/v1/users", &new).await.expect(201)["id"].clone()
    }

    async fn ticket(&self, class: &str, priority: &str) -> String {
        let new =
            json!({"customer_id": self.customer, "subject": priority, "class": class, "priority": priority});
        let made = self.app.post("/v1/tickets", &new).await.expect(201);
        self.app.settle().await;
        format!("/v1/tickets/{}", made["id"].as_str().unwrap())
    }

    async fn change(&self, path: &str, change: &Value) {
        self.app.call(Method::PATCH, path, Some(change)).await.expect(200);
        self.app.settle().await;
    }

    async fn resolve(&self, ticket: &str) {
        self.app.post(&format!("{ticket}/resolve"), &json!({})).await.expect(200);
        self.app.settle().await;
    }

    async fn whose(&self, ticket: &str) -> Value {
        self.app.get(ticket).await["assignee_id"].clone()
    }

    /// How many jobs are in the queue that aren't clocks, whenever they are due.
    async fn jobs(&self) -> i64 {
        let mut tx = self.app.host.app().db.read().await.unwrap();
        tx.scalar("select count(*) from jobs where queue in ('assign', 'waiting')", &[]).await.unwrap()
    }
}

async fn who_gets_room_gets_the_most_urgent_and_oldest(engine: Engine) {
    let desk = Desk::start(engine).await;
    let team = desk.team("Service", &["inquiry"]).await;
    let ann = desk.person("ann", 1, &[&team]).await;
    let first = desk.ticket("inquiry", "normal").await;
    assert_eq!(desk.whose(&first).await, ann);
    let (low, normal) = (desk.ticket("inquiry", "low").await, desk.ticket("inquiry", "normal").await);
    let (urgent, later) = (desk.ticket("inquiry", "urgent").await, desk.ticket("inquiry", "urgent").await);
    let mut taken = first;
    for next in [&urgent, &later, &normal, &low] {
        assert_eq!(desk.whose(next).await, Value::Null);
        desk.resolve(&taken).await;
        assert_eq!(desk.whose(next).await, ann, "{next}");
        taken.clone_from(next);
    }
    // One that is given to somebody else leaves room, too.
    let more = desk.ticket("inquiry", "normal").await;
    let other = desk.team("Workshop", &[]).await;
    let tom = desk.person("tom", 5, &[&other]).await;
    assert_eq!(desk.whose(&more).await, Value::Null);
    desk.app.post(&format!("{taken}/assign"), &json!({"user_id": tom})).await.expect(200);
    desk.app.settle().await;
    assert_eq!(desk.whose(&more).await, ann);
    // And whoever may take more does.
    let last = desk.ticket("inquiry", "normal").await;
    assert_eq!(desk.whose(&last).await, Value::Null);
    desk.change(&format!("/v1/users/{}", ann.as_str().unwrap()), &json!({"capacity": 2})).await;
    assert_eq!(desk.whose(&last).await, ann);
}

async fn who_comes_gets_what_waits(engine: Engine) {
    let desk = Desk::start(engine).await;
    let team = desk.team("Service", &["inquiry"]).await;
    let ann = desk.person("ann", 1, &[&team]).await;
    let away = format!("/v1/users/{}", ann.as_str().unwrap());
    desk.change(&away, &json!({"present": false})).await;
    let waits = desk.ticket("inquiry", "normal").await;
    let joins = desk.ticket("inquiry", "normal").await;
    let entered = desk.ticket("inquiry", "normal").await;
    assert_eq!(desk.whose(&waits).await, Value::Null);
    desk.change(&away, &json!({"present": true})).await;
    assert_eq!(desk.whose(&waits).await, ann);
    let tom = desk.person("tom", 1, &[]).await;
    let members = format!("/v1/teams/{}/members", team.as_str().unwrap());
    desk.app.post(&members, &json!({"user_id": tom})).await.expect(200);
    desk.app.settle().await;
    assert_eq!(desk.whose(&joins).await, tom);
    let eve = desk.person("eve", 1, &[&team]).await;
    desk.app.settle().await;
    assert_eq!(desk.whose(&entered).await, eve);
}

async fn a_team_that_is_made_later_takes_what_waits(engine: Engine) {
    let desk = Desk::start(engine).await;
    let (complaint, inquiry) =
        (desk.ticket("complaint", "urgent").await, desk.ticket("inquiry", "normal").await);
    let team = desk.team("Complaints", &["complaint"]).await;
    let ann = desk.person("ann", 5, &[&team]).await;
    desk.app.settle().await;
    assert_eq!((desk.whose(&complaint).await, desk.whose(&inquiry).await), (ann.clone(), Value::Null));
    assert_eq!(desk.app.get(&complaint).await["team_id"], team);
    let classes = json!({"classes": ["complaint", "inquiry"]});
    desk.change(&format!("/v1/teams/{}", team.as_str().unwrap()), &classes).await;
    assert_eq!(desk.whose(&inquiry).await, ann);
}

async fn what_waits_costs_nothing(engine: Engine) {
    let desk = Desk::start(engine).await;
    desk.team("Service", &["inquiry"]).await;
    let waits = desk.ticket("inquiry", "normal").await;
    let before = desk.app.kinds().await;
    assert_eq!(before.iter().filter(|kind| *kind == "ticket.unassigned").count(), 1, "{before:?}");
    assert_eq!(desk.jobs().await, 0, "no job stands for a ticket that waits");
    for _ in 0..3 {
        desk.app.clock.advance_millis(61_000);
        desk.app.settle().await;
    }
    assert_eq!((desk.app.kinds().await, desk.jobs().await), (before.clone(), 0));
    // What happens without an event is found by looking.
    desk.person("ann", 1, &[]).await;
    desk.app.settle().await;
    let db = &desk.app.host.app().db;
    let join = db.write((), |tx, ()| {
        Box::pin(async move {
            let sql = "insert into team_members (team_id, user_id) select t.id, u.id from teams t cross join users u";
            tx.execute(sql, &[]).await
        })
    });
    assert_eq!(join.await.unwrap(), 1);
    hospes::ops::calls::waiting::look(desk.app.host.app()).await.unwrap();
    desk.app.settle().await;
    assert_ne!(desk.whose(&waits).await, Value::Null);
}

/// Two events may want somebody for one ticket at the same moment: that it came, and that it is another team's now.
async fn a_ticket_that_is_wanted_twice_is_given_once(engine: Engine) {
    let desk = Desk::start(engine).await;
    let team = desk.team("Service", &["inquiry"]).await;
    let ann = desk.person("ann", 0, &[&team]).await;
    let ticket = desk.ticket("inquiry", "normal").await;
    let wanted = json!({"ticket": ticket.rsplit('/').next().unwrap(), "event": null, "depth": 0});
    let payload = json!([wanted, wanted]);
    let db = &desk.app.host.app().db;
    db.write::<_, _, DbError, _>(payload, |tx, payload| Box::pin(room_and_job(tx, payload))).await.unwrap();
    desk.app.settle().await;
    assert_eq!(desk.whose(&ticket).await, ann);
    let given = desk.app.kinds().await.into_iter().filter(|kind| kind == "ticket.assigned").count();
    assert_eq!(given, 1);
}

/// Gives everybody room and enqueues a job that gives tickets away.
async fn room_and_job(tx: &mut Tx, wanted: &Value) -> Result<(), DbError> {
    tx.execute("update users set capacity = 5", &[]).await?;
    let (lane, cause) = ("assign:twice".to_owned(), Cause::default());
    let job = NewJob { queue: "assign", lane, payload: wanted.clone(), cause, run_at: tx.now() };
    queue::enqueue(tx, job).await.map(|_| ())
}
