//! Comments: on any record, by name to whom they concern, changed and deleted by who wrote them.

use reqwest::Method;
use serde_json::{Value, json};
use support::on_both_engines;
use support::people::{People, people};
use support::store::Engine;

on_both_engines!(
    who_is_mentioned_is_told_in_their_language,
    only_the_author_changes_a_comment,
    comments_belong_to_records_that_one_may_see,
    what_was_told_is_read_by_each_for_themselves,
);

/// A comment on a ticket by 李娜; its path.
async fn comment(people: &People, ticket: &str, text: &str) -> String {
    let ticket = ticket.rsplit('/').next().unwrap();
    let new = json!({"subject_kind": "ticket", "subject_id": ticket, "text": text});
    let made = people.li.post(&people.app, "/v1/comments", &new).await;
    assert_eq!(made.status, 201, "{}", made.text);
    made.header("location").to_owned()
}

async fn who_is_mentioned_is_told_in_their_language(engine: Engine) {
    let people = people(engine).await;
    let (app, ticket) = (&people.app, people.ticket().await);
    let text = format!("请@[Ann](user:{})和@[客服](team:{})看一下", people.ann.id, people.service);
    let path = comment(&people, &ticket, &text).await;
    let made = app.get(&path).await;
    assert_eq!((made["text"].as_str(), made["mentions"].as_array().unwrap().len()), (Some(&*text), 2));
    assert_eq!(made["author"], format!("user:{}", people.li.id));

    let told = people.ann.get(app, "/v1/inbox").await;
    assert_eq!(told["items"][0]["kind"], "mention");
    assert_eq!(told["items"][0]["text"], "李娜 mentions you: 请@Ann和@客服看一下");
    assert_eq!(told["items"][0]["subject_kind"], "ticket");
    // Who wrote it is in the team that is mentioned, and isn't told what they said.
    let own = people.li.get(app, "/v1/inbox").await;
    assert!(own["items"].as_array().unwrap().iter().all(|item| item["kind"] != "mention"), "{own:#}");

    let customer = app.get(&ticket).await["customer_id"].as_str().unwrap().to_owned();
    let view = app.get(&format!("/v1/customers/{customer}/view")).await;
    assert_eq!(view["comments"][0]["text"], text.as_str());
    let created = people.history(&ticket, "comment.created").await;
    assert_eq!(created[0]["data"]["text"], text.as_str());
    let stranger = format!("@[Eve](user:{})", people.service);
    let ticket_id = ticket.rsplit('/').next().unwrap();
    let new = json!({"subject_kind": "ticket", "subject_id": ticket_id, "text": stranger});
    let problem = app.post("/v1/comments", &new).await.expect(422);
    assert!(problem["detail"].as_str().unwrap().contains("@Eve"), "{problem:#}");
}

async fn only_the_author_changes_a_comment(engine: Engine) {
    let people = people(engine).await;
    let (app, ticket) = (&people.app, people.ticket().await);
    let path = comment(&people, &ticket, "第一稿").await;
    let tag = app.call(Method::GET, &path, None).await.header("etag").to_owned();
    let edit = json!({"text": format!("第二稿 @[Ann](user:{})", people.ann.id)});
    people.ann.call(app, Method::PATCH, &path, Some(&edit)).await.expect(403);
    app.call(Method::PATCH, &path, Some(&edit)).await.expect(403);
    app.clock.advance_millis(60_000);
    let edited = people.li.call(app, Method::PATCH, &path, Some(&edit)).await.expect(200);
    assert_eq!(
        (edited["text"].as_str(), edited["edited_at"].as_str()),
        (edit["text"].as_str(), Some("2026-01-05T08:01:00Z"))
    );
    assert_eq!(people.ann.get(app, "/v1/inbox?unread=true").await["items"][0]["kind"], "mention");
    let stale = app.request(Method::PATCH, &path).bearer_auth(&people.li.token).header("if-match", tag);
    app.send(stale.json(&json!({"text": "lost"}))).await.expect(412);
    for text in ["", "  ", &"x".repeat(20_001)] {
        people.li.call(app, Method::PATCH, &path, Some(&json!({"text": text}))).await.expect(422);
    }
    let said = people.history(&ticket, "comment.edited").await;
    assert_eq!(said[0]["data"]["text"], json!({"old": "第一稿", "new": edit["text"]}));

    // Deleted by its author, or by an administrator; not by anybody else who may comment.
    let scopes =
        json!({"name": "Ann", "scopes": ["comments:write", "tickets:read"], "user_id": people.ann.id});
    let token = app.post("/v1/tokens", &scopes).await.expect(201)["token"].as_str().unwrap().to_owned();
    let delete = async |path: &str| app.send(app.request(Method::DELETE, path).bearer_auth(&token)).await;
    delete(&path).await.expect(403);
    people.li.call(app, Method::DELETE, &path, None).await.expect(204);
    let gone = app.get(&path).await;
    assert_eq!(
        (gone["text"].as_str(), gone["deleted_at"].is_null(), &gone["mentions"]),
        (Some(""), false, &json!([]))
    );
    people.li.call(app, Method::PATCH, &path, Some(&edit)).await.expect(409);
    let other = comment(&people, &ticket, "anybody's").await;
    app.call(Method::DELETE, &other, None).await.expect(204);
    assert_eq!(people.history(&ticket, "comment.deleted").await.len(), 2);
    let listed = app
        .get(&format!("/v1/comments?subject_kind=ticket&subject_id={}", ticket.rsplit('/').next().unwrap()))
        .await;
    let texts: Vec<&Value> =
        listed["items"].as_array().unwrap().iter().map(|comment| &comment["text"]).collect();
    assert_eq!(texts, ["", ""]);
}

async fn comments_belong_to_records_that_one_may_see(engine: Engine) {
    let people = people(engine).await;
    let (app, ticket) = (&people.app, people.ticket().await);
    let path = comment(&people, &ticket, "内部").await;
    let ticket_id = ticket.rsplit('/').next().unwrap();
    let scopes = json!({"name": "r", "scopes": ["comments:read", "comments:write", "customers:read"]});
    let token = app.post("/v1/tokens", &scopes).await.expect(201)["token"].as_str().unwrap().to_owned();
    let ask =
        async |method: Method, path: &str| app.send(app.request(method, path).bearer_auth(&token)).await;
    let of_ticket = format!("/v1/comments?subject_kind=ticket&subject_id={ticket_id}");
    for (method, path) in [
        (Method::GET, path.as_str()),
        (Method::GET, &of_ticket),
        (Method::GET, "/v1/comments"),
        (Method::DELETE, &path),
    ] {
        let problem = ask(method, path).await.expect(403);
        assert!(problem["detail"].as_str().unwrap().contains(":read"), "{path}: {problem:#}");
    }
    let nobody = "01900000-0000-7000-8000-000000000000";
    app.call(Method::GET, &format!("/v1/comments/{nobody}"), None).await.expect(404);
    app.call(Method::GET, &format!("/v1/comments?subject_kind=ticket&subject_id={nobody}"), None)
        .await
        .expect(404);
    app.call(Method::GET, "/v1/comments?subject_kind=ticket", None).await.expect(422);
    let unknown = json!({"subject_kind": "ticket", "subject_id": nobody, "text": "x"});
    app.post("/v1/comments", &unknown).await.expect(404);
    app.post("/v1/comments", &json!({"subject_kind": "robot", "subject_id": nobody, "text": "x"}))
        .await
        .expect(400);
    // On every kind of record, by a page at a time.
    let customer = people.customer().await;
    for number in 0..3 {
        let new = json!({"subject_kind": "customer", "subject_id": customer, "text": number.to_string()});
        app.post("/v1/comments", &new).await.expect(201);
    }
    let first = app.get(&format!("/v1/comments?subject_kind=customer&subject_id={customer}&limit=2")).await;
    let next = first["next"].as_str().unwrap();
    let rest = format!("/v1/comments?subject_kind=customer&subject_id={customer}&limit=2&cursor={next}");
    let texts = |list: &Value| -> Vec<String> {
        list["items"].as_array().unwrap().iter().map(|c| c["text"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(
        (texts(&first), texts(&app.get(&rest).await)),
        (vec!["2".to_owned(), "1".to_owned()], vec!["0".to_owned()])
    );
    assert_eq!(app.get("/v1/comments").await["items"].as_array().unwrap().len(), 4);
}

async fn what_was_told_is_read_by_each_for_themselves(engine: Engine) {
    let people = people(engine).await;
    let app = &people.app;
    let bob = support::people::person(app, "Bob", "en", &people.workshop).await;
    let ticket = people.ticket().await;
    for number in 0..3 {
        comment(&people, &ticket, &format!("{number} @[Workshop](team:{})", people.workshop)).await;
    }
    let unread = people.ann.get(app, "/v1/inbox/unread").await;
    assert_eq!(unread, json!({"unread": 3, "kinds": {"mention": 3}}));
    let page = people.ann.get(app, "/v1/inbox?limit=2").await;
    let next = page["next"].as_str().unwrap();
    assert_eq!(
        people.ann.get(app, &format!("/v1/inbox?limit=2&cursor={next}")).await["items"]
            .as_array()
            .unwrap()
            .len(),
        1
    );

    let first = format!("/v1/notifications/{}/read", page["items"][0]["id"].as_str().unwrap());
    people.ann.post(app, &first, &json!({})).await.expect(204);
    app.clock.advance_millis(60_000);
    people.ann.post(app, &first, &json!({})).await.expect(204);
    let read = people.ann.get(app, "/v1/inbox").await;
    assert_eq!(read["items"][0]["read_at"], "2026-01-05T08:00:00Z", "since the first time");
    assert_eq!(people.ann.get(app, "/v1/inbox?unread=true").await["items"].as_array().unwrap().len(), 2);
    assert_eq!(bob.get(app, "/v1/inbox/unread").await["unread"], 3, "what Ann has read Bob has not");
    let all = people.ann.post(app, "/v1/notifications:read-all", &json!({})).await.expect(200);
    assert_eq!(all, json!({"read": 2}));
    assert_eq!(people.ann.get(app, "/v1/inbox/unread").await, json!({"unread": 0, "kinds": {}}));

    // What one wasn't told one can't read, and a program has no inbox.
    people.li.post(app, &first, &json!({})).await.expect(404);
    let problem = app.call(Method::GET, "/v1/inbox", None).await.expect(403);
    assert!(problem["detail"].as_str().unwrap().contains("user_id"), "{problem:#}");
    // A person who has left has no way in.
    app.call(Method::PATCH, &format!("/v1/users/{}", bob.id), Some(&json!({"active": false})))
        .await
        .expect(200);
    bob.call(app, Method::GET, "/v1/inbox", None).await.expect(401);
}
