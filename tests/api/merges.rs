//! Two records of one customer: read as one while they are merged, and as they were when that is undone.

use futures::future::join;
use hospes::domain::event::Cause;

use hospes::ops::RequestContext;
use hospes::ops::customers::{self, merges};
use reqwest::Method;
use serde_json::{Value, json};
use support::app::{Answer, TestApp};
use support::company::{company, message};
use support::mail_channel::MailChannel;
use support::on_both_engines;
use support::partner::Partner;
use support::store::Engine;

on_both_engines!(
    both_are_read_as_one_and_an_undone_merge_leaves_them_as_they_were,
    a_merge_of_merged_records_is_undone_in_either_order,
    what_a_merged_customer_writes_belongs_to_the_winner,
    a_thread_of_the_merged_record_goes_on,
    what_makes_no_sense_is_refused,
    who_may_not_change_customers_merges_none,
    two_that_are_merged_both_ways_at_once_make_no_circle,
    a_colleague_merges_and_undoes_beside_the_ticket
);

/// A customer with an address of its own and a phone number that others have, too; its id.
async fn customer(app: &TestApp, name: &str) -> String {
    let address = format!("{name}@customer.example");
    let body = json!({"name": name, "identities": [
        {"scheme": "email", "value": address}, {"scheme": "phone", "value": "+8613800138000"},
    ]});
    app.post("/v1/customers", &body).await.expect(201)["id"].as_str().unwrap().to_owned()
}

/// Gives a customer a record of every kind that belongs to one.
async fn furnish(app: &TestApp, id: &str, name: &str) {
    let ticket = json!({"customer_id": id, "subject": format!("{name}'s ticket"), "class": "inquiry"});
    app.post("/v1/tickets", &ticket).await.expect(201);
    app.post("/v1/deals", &json!({"customer_id": id, "name": format!("{name}'s deal")})).await.expect(201);
    let task = json!({"title": format!("{name}'s task"), "subject_kind": "customer", "subject_id": id});
    app.post("/v1/tasks", &task).await.expect(201);
    let comment = json!({"text": format!("{name}'s comment"), "subject_kind": "customer", "subject_id": id});
    app.post("/v1/comments", &comment).await.expect(201);
    let visit =
        json!({"channel": "shop", "kind": "visit", "customer_id": id, "text": format!("{name}'s visit")});
    app.post("/v1/interactions", &visit).await.expect(201);
    app.place_order(id, &format!("{name}'s order")).await;
    app.settle().await;
}

async fn pair(app: &TestApp, step: &str, winner: &str, loser: &str) -> Answer {
    app.post(&format!("/v1/customers/{winner}/{step}"), &json!({"customer_id": loser})).await
}

async fn merge(app: &TestApp, winner: &str, loser: &str) {
    assert_eq!(pair(app, "merge", winner, loser).await.expect(200)["id"], winner);
    app.settle().await;
}

async fn unmerge(app: &TestApp, winner: &str, loser: &str) {
    let alone = pair(app, "unmerge", winner, loser).await.expect(200);
    assert_eq!((&alone["id"], &alone["canonical_id"]), (&json!(loser), &Value::Null));
    app.settle().await;
}

async fn read(app: &TestApp, id: &str, what: &str) -> Value {
    app.get(&format!("/v1/customers/{id}{what}")).await
}

async fn canonical(app: &TestApp, id: &str) -> Value {
    read(app, id, "").await["canonical_id"].clone()
}

/// A view without what every change moves on, and without what is said of merges.
async fn view(app: &TestApp, id: &str) -> Value {
    let mut view = read(app, id, "/view").await;
    let of_merge = |entry: &Value| {
        ["customer.merged", "customer.unmerged"]
            .contains(&entry["event"]["kind"].as_str().unwrap_or_default())
    };
    view["timeline"].as_array_mut().unwrap().retain(|entry| !of_merge(entry));
    let customer = view["customer"].as_object_mut().unwrap();
    customer.remove("version");
    customer.remove("updated_at");
    view
}

/// The values of a field of a list's items, sorted.
fn all(list: &Value, field: &str) -> Vec<String> {
    let text = |item: &Value| item[field].as_str().unwrap_or_default().to_owned();
    let mut found: Vec<String> = list.as_array().unwrap().iter().map(text).collect();
    found.sort();
    found
}

fn of_both(what: &str) -> [String; 2] {
    [format!("anna's {what}"), format!("anne's {what}")]
}

async fn both_are_read_as_one_and_an_undone_merge_leaves_them_as_they_were(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let (anna, anne) = (customer(&app, "anna").await, customer(&app, "anne").await);
    furnish(&app, &anna, "anna").await;
    furnish(&app, &anne, "anne").await;
    let before = (view(&app, &anna).await, view(&app, &anne).await);
    assert_eq!(before.0["duplicates"][0]["customer_id"], anne, "offered for merging");

    let version = read(&app, &anna, "").await["version"].as_i64().unwrap();
    merge(&app, &anna, &anne).await;
    assert_eq!(canonical(&app, &anne).await, anna);
    assert_eq!(read(&app, &anna, "").await["version"], version + 1);
    let both = read(&app, &anna, "/view").await;
    assert_eq!(both["customer"]["id"], anna);
    assert_eq!(both["merged"][0]["customer_id"], anne);
    assert_eq!(both["duplicates"], json!([]));
    for (list, field, what) in [
        ("tickets", "subject", "ticket"),
        ("deals", "name", "deal"),
        ("tasks", "title", "task"),
        ("comments", "text", "comment"),
        ("orders", "number", "order"),
    ] {
        assert_eq!(all(&both[list], field), of_both(what), "{list}");
    }
    let known = all(&both["identities"], "value");
    assert_eq!(known, ["+8613800138000", "+8613800138000", "anna@customer.example", "anne@customer.example"]);
    let timeline = both["timeline"].to_string();
    assert!(of_both("visit").iter().all(|visit| timeline.contains(visit.as_str())), "{timeline}");
    let merged = both["timeline"].as_array().unwrap().iter();
    let merged: Vec<&Value> = merged.filter(|entry| entry["event"]["kind"] == "customer.merged").collect();
    assert_eq!(merged.len(), 1, "{timeline}");
    assert_eq!(merged[0]["event"]["subject"], format!("customer/{anna}"));
    assert_eq!(merged[0]["event"]["data"], json!({"customer_id": anne, "customer": "anne"}));
    for what in ["/view", "/timeline", "/identities", "/scores"] {
        assert_eq!(
            read(&app, &anne, what).await,
            read(&app, &anna, what).await,
            "{what} of the merged record"
        );
    }
    for (path, field, what) in [
        ("tickets", "subject", "ticket"),
        ("deals", "name", "deal"),
        ("tasks", "title", "task"),
        ("interactions", "text", "visit"),
    ] {
        let list = app.get(&format!("/v1/{path}?customer_id={anna}")).await;
        assert_eq!(all(&list["items"], field), of_both(what), "{path}");
    }
    let conversations = app.get(&format!("/v1/conversations?customer_id={anna}")).await;
    assert_eq!(conversations["items"].as_array().unwrap().len(), 2);
    // Two pages are one list.
    let first = app.get(&format!("/v1/tickets?customer_id={anna}&limit=1")).await;
    let next = first["next"].as_str().unwrap();
    let second = app.get(&format!("/v1/tickets?customer_id={anna}&limit=1&cursor={next}")).await;
    assert_ne!(first["items"][0]["id"], second["items"][0]["id"]);
    // The loser is in no list, and what it was found by finds the winner.
    assert_eq!(all(&app.get("/v1/customers").await["items"], "id"), std::slice::from_ref(&anna));
    for words in ["anne@customer.example", "anne", "anna"] {
        let found = app.get(&format!("/v1/customers?q={words}")).await;
        assert_eq!(all(&found["items"], "id"), std::slice::from_ref(&anna), "{words}");
    }

    unmerge(&app, &anna, &anne).await;
    assert_eq!((view(&app, &anna).await, view(&app, &anne).await), before);
    let found = app.get("/v1/customers?q=anne@customer.example").await;
    assert_eq!(all(&found["items"], "id"), std::slice::from_ref(&anne));
    // And once more.
    merge(&app, &anne, &anna).await;
    assert_eq!(canonical(&app, &anna).await, anne);
    assert_eq!(all(&read(&app, &anna, "/view").await["tickets"], "subject"), of_both("ticket"));
}

async fn a_merge_of_merged_records_is_undone_in_either_order(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let mut ids = Vec::new();
    for name in ["anna", "anne", "ann"] {
        ids.push(customer(&app, name).await);
        furnish(&app, ids.last().unwrap(), name).await;
    }
    let [anna, anne, ann] = ids.as_slice() else { unreachable!("three of them") };
    let now = async || (view(&app, anna).await, view(&app, anne).await, view(&app, ann).await);
    let apart = now().await;
    merge(&app, anne, ann).await;
    let one = now().await;
    let both = async || {
        merge(&app, anna, anne).await;
        assert_eq!((canonical(&app, anne).await, canonical(&app, ann).await), (json!(anna), json!(anna)));
        let whole = read(&app, ann, "/view").await;
        assert_eq!(whole["customer"]["id"], anna.as_str());
        assert_eq!(whole["tickets"].as_array().unwrap().len(), 3);
        assert_eq!(all(&whole["merged"], "name"), ["ann", "anne"]);
    };

    // The last first: who was merged before stays so.
    both().await;
    unmerge(&app, anna, anne).await;
    assert_eq!((canonical(&app, anne).await, canonical(&app, ann).await), (Value::Null, json!(anne)));
    assert_eq!(now().await, one);
    // The first first: it stands alone, and the other goes on.
    both().await;
    unmerge(&app, anna, ann).await;
    assert_eq!((canonical(&app, anne).await, canonical(&app, ann).await), (json!(anna), Value::Null));
    assert_eq!(view(&app, ann).await["tickets"], apart.2["tickets"]);
    assert_eq!(read(&app, anna, "/view").await["tickets"].as_array().unwrap().len(), 2);
    unmerge(&app, anna, anne).await;
    assert_eq!(now().await, apart);
}

fn mail(number: u32, references: &str) -> String {
    format!(
        "From: Anne <anne@customer.example>\r\nTo: service@example.com\r\nSubject: The fan rattles\r\n\
         Date: Mon, 05 Jan 2026 07:0{number}:00 +0000\r\nMessage-ID: <m.{number}@customer.example>\r\n{references}\r\n\r\n\
         Mail {number}: the fan rattles and I want it repaired.\r\n"
    )
}

async fn what_a_merged_customer_writes_belongs_to_the_winner(engine: Engine) {
    let company = MailChannel::start(engine, json!({})).await;
    let app = &company.app;
    company.take(mail(1, "X-First: yes")).await;
    let anne = company.last().await["customer_id"].as_str().unwrap().to_owned();
    let thread = company.list("/v1/conversations").await.remove(0);
    let anna = customer(app, "anna").await;
    merge(app, &anna, &anne).await;

    company.take(mail(2, "X-Second: yes")).await;
    assert_eq!(company.last().await["customer_id"], anna, "a new thread");
    let tickets = company.list("/v1/tickets").await;
    let of_anna: Vec<&Value> = tickets.iter().filter(|ticket| ticket["customer_id"] == anna).collect();
    assert_eq!(of_anna.len(), 1, "{tickets:#?}");

    // In the thread that the merged record had.
    company.take(mail(3, "In-Reply-To: <m.1@customer.example>\r\nReferences: <m.1@customer.example>")).await;
    let messages = company.messages(&thread).await;
    assert_eq!(messages.len(), 2, "{messages:#?}");
    assert_eq!(messages[1]["customer_id"], anna);
    assert_eq!(company.list("/v1/conversations").await.len(), 2);
    let reply = format!("/v1/conversations/{}/messages", thread["id"].as_str().unwrap());
    app.post(&reply, &json!({"text": "We come tomorrow."})).await.expect(201);
    app.settle().await;
    let sent = company.smtp.mails(1).await;
    assert!(sent[0].envelope.to_string().contains("anne@customer.example"), "{}", sent[0].envelope);

    // A ticket in that thread is the winner's, whichever record names it.
    let mut tickets = company.list("/v1/tickets").await.into_iter();
    let old = tickets.find(|ticket| ticket["conversation_id"] == thread["id"]).unwrap();
    app.post(&format!("/v1/tickets/{}/resolve", old["id"].as_str().unwrap()), &json!({})).await.expect(200);
    let new = json!({
        "customer_id": anne, "conversation_id": thread["id"], "subject": "Again", "class": "complaint",
    });
    assert_eq!(app.post("/v1/tickets", &new).await.expect(201)["customer_id"], anna);

    let view = read(app, &anna, "/view").await;
    assert_eq!(view["tickets"].as_array().unwrap().len(), 3);
    assert_eq!(all(&view["identities"], "value").len(), 3, "nothing was typed twice: {view:#}");
    unmerge(app, &anna, &anne).await;
    company.take(mail(4, "X-Fourth: yes")).await;
    assert_eq!(company.last().await["customer_id"], anne);
}

async fn a_thread_of_the_merged_record_goes_on(engine: Engine) {
    let company = company(engine).await;
    let app = &company.app;
    let say = async |number: i64, text: &str| {
        company.deliver(&message(number, 42, "小王", "zh-hans", text)).await.expect(200);
        app.settle().await;
    };
    say(1, "净水器漏电了，我要投诉！").await;
    let thread = app.get("/v1/conversations").await["items"][0].clone();
    let (wang, other) = (thread["customer_id"].as_str().unwrap().to_owned(), customer(app, "anna").await);
    merge(app, &other, &wang).await;
    // Its channel vouches for whom the merged record is.
    say(2, "请问多少钱？").await;
    assert_eq!(app.get("/v1/conversations").await["items"].as_array().unwrap().len(), 1);
    let path = format!("/v1/conversations/{}/messages", thread["id"].as_str().unwrap());
    let messages = app.get(&path).await;
    let inbound: Vec<&Value> =
        messages["items"].as_array().unwrap().iter().filter(|one| one["inbound"] == true).collect();
    assert_eq!((inbound.len(), &inbound[0]["customer_id"]), (2, &json!(other)), "{messages:#}");
    let scores = read(app, &other, "/scores").await;
    assert_eq!(scores["items"][0]["name"], "lead", "the winner is scored by all that is known: {scores:#}");
    app.post(&path, &json!({"text": "今天下午上门。"})).await.expect(201);
    app.settle().await;
    let sent = company.passing(1).await;
    assert!(sent.iter().any(|sent| sent.chat == 42 && sent.text.contains("今天下午上门")), "{sent:?}");
    assert_eq!(app.job_errors().await, [""; 0]);
}

async fn what_makes_no_sense_is_refused(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let (anna, anne, ann) =
        (customer(&app, "anna").await, customer(&app, "anne").await, customer(&app, "ann").await);
    let company =
        app.post("/v1/customers", &json!({"kind": "organisation", "name": "Acme"})).await.expect(201);
    let nobody = "019b8a3e-0000-7000-8000-0000000000ff";
    let company = company["id"].as_str().unwrap();
    for (step, loser) in
        [("merge", anna.as_str()), ("unmerge", anna.as_str()), ("merge", nobody), ("merge", company)]
    {
        let refused = pair(&app, step, &anna, loser).await.expect(422);
        assert_eq!(refused["errors"][0]["pointer"], "/customer_id", "{step} {loser}: {refused:#}");
    }
    pair(&app, "merge", nobody, &anna).await.expect(404);
    pair(&app, "unmerge", &anna, &anne).await.expect(409);
    merge(&app, &anna, &anne).await;
    for (winner, loser) in [(&anna, &anne), (&ann, &anne), (&anne, &ann)] {
        let refused = pair(&app, "merge", winner, loser).await.expect(409);
        assert!(refused["detail"].as_str().unwrap().contains("already"), "{refused:#}");
    }
    pair(&app, "unmerge", &ann, &anne).await.expect(409);
    pair(&app, "unmerge", &anne, &anna).await.expect(409);
    assert_eq!(canonical(&app, &ann).await, Value::Null);

    // A request that comes twice is done once.
    let send = async |step: &str, key: &str| {
        let request = app.request(Method::POST, &format!("/v1/customers/{anna}/{step}"));
        let request = request.bearer_auth(support::app::ADMIN).header("idempotency-key", key);
        app.send(request.json(&json!({"customer_id": anne}))).await.expect(200)
    };
    assert_eq!(send("unmerge", "undo").await, send("unmerge", "undo").await);
    assert_eq!(send("merge", "again").await, send("merge", "again").await);
    let kinds = app.kinds().await;
    assert_eq!(kinds.iter().filter(|kind| *kind == "customer.merged").count(), 2);
    assert_eq!(kinds.iter().filter(|kind| *kind == "customer.unmerged").count(), 1);
}

async fn who_may_not_change_customers_merges_none(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let (anna, anne) = (customer(&app, "anna").await, customer(&app, "anne").await);
    let partner = Partner::new(&app, "Dealer", None).await;
    let reader = json!({"name": "reader", "scopes": ["customers:read"]});
    let reader = app.post("/v1/tokens", &reader).await.expect(201)["token"].as_str().unwrap().to_owned();
    app.settle().await;
    let before = app.kinds().await;
    for step in ["merge", "unmerge"] {
        for token in [&partner.token, &reader] {
            let request = app.request(Method::POST, &format!("/v1/customers/{anna}/{step}"));
            let request = request.bearer_auth(token).json(&json!({"customer_id": anne}));
            app.send(request).await.expect(403);
        }
    }
    app.settle().await;
    assert_eq!(app.kinds().await, before);

    // Who sees the rows of one installation alone sees neither a record of others nor what was merged into its own.
    let host = app.host.app();
    let channel = app.install("web-form", &json!({}), &[]).await;
    let form = [("phone", "13912345678"), ("message", "多少钱？"), ("name", "小王")];
    app.send(app.request(Method::POST, "/in/web-form/").form(&form)).await;
    app.settle().await;
    let own = app.get("/v1/customers?limit=1").await["items"][0]["id"].as_str().unwrap().to_owned();
    let scoped = RequestContext::system(Cause::default())
        .within(hospes::domain::actor::Scope::Installation(channel.parse().unwrap()));
    let merged = async |winner: &str, loser: &str| {
        let pair = merges::Pair { winner: winner.parse().unwrap(), loser: loser.parse().unwrap() };
        let done = host.commit(&scoped, pair, |tx, call, pair| Box::pin(merges::merge(tx, call, pair)));
        done.await.map(|_| ()).unwrap_err().to_string()
    };
    assert_eq!(merged(&own, &anna).await, format!("/customer_id: there is no customer {anna}"));
    assert_eq!(merged(&anna, &own).await, format!("there is no customer {anna}"));
    merge(&app, &own, &anna).await;
    let mut tx = host.db.read().await.unwrap();
    let known = customers::identities(&mut tx, &scoped, own.parse().unwrap()).await.unwrap();
    assert_eq!(known.len(), 1, "{known:?}");
    drop(tx);
    assert_eq!(read(&app, &own, "/identities").await["items"].as_array().unwrap().len(), 3);
}

async fn two_that_are_merged_both_ways_at_once_make_no_circle(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    for round in 0..5 {
        let one = customer(&app, &format!("one{round}")).await;
        let two = customer(&app, &format!("two{round}")).await;
        let (there, back) = join(pair(&app, "merge", &one, &two), pair(&app, "merge", &two, &one)).await;
        let mut statuses = [there.status.as_u16(), back.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409], "{} {}", there.text, back.text);
        let ends = (canonical(&app, &one).await, canonical(&app, &two).await);
        assert!(
            ends == (Value::Null, json!(one)) || ends == (json!(two), Value::Null),
            "one stands for both: {ends:?}"
        );
    }
}

async fn a_colleague_merges_and_undoes_beside_the_ticket(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let (anna, anne) = (customer(&app, "anna").await, customer(&app, "anne").await);
    furnish(&app, &anna, "anna").await;
    furnish(&app, &anne, "anne").await;
    app.person("李娜", "li@example.com", "agent").await;
    let li = app.sign_in("li@example.com").await;
    let tickets = app.get(&format!("/v1/tickets?customer_id={anna}")).await;
    let ticket = format!("/tickets/{}", tickets["items"][0]["id"].as_str().unwrap());
    let page = app.visit(&li, &ticket).await;
    assert!(
        page.text.contains("Merge into this customer") && !page.text.contains("Undo merge"),
        "{}",
        page.text
    );
    let form = |step: &str| format!("{ticket}/{step}");
    let answer = app.submit(&li, &form("merge"), &[("customer_id", &anne)]).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, ticket.as_str()));
    assert_eq!(canonical(&app, &anne).await, anna);
    let page = app.visit(&li, &ticket).await;
    assert!(page.text.contains("Undo merge") && page.text.contains("Customers merged"), "{}", page.text);
    assert!(!page.text.contains("Merge into this customer"), "{}", page.text);
    // The inbox calls both tickets' customer by the winner's name.
    let inbox = app.visit(&li, "/inbox?view=all").await;
    assert!(
        inbox.text.contains("anne&#x27;s ticket") || inbox.text.contains("anne&#39;s ticket"),
        "{}",
        inbox.text
    );
    assert!(!inbox.text.contains("<bdi>anne</bdi>"), "{}", inbox.text);
    let again = app.submit(&li, &form("merge"), &[("customer_id", &anne)]).await;
    assert_eq!(again.status, 409);
    assert!(again.text.contains("Not merged"), "{}", again.text);
    let answer = app.submit(&li, &form("unmerge"), &[("customer_id", &anne)]).await;
    assert_eq!(answer.status, 303);
    assert_eq!(canonical(&app, &anne).await, Value::Null);
    assert!(app.visit(&li, &ticket).await.text.contains("Merge undone"));
}
