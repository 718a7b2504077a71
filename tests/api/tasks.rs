//! Tasks: given to teams and people, with parts, reminders and an end that everybody hears of.

use reqwest::Method;
use serde_json::{Value, json};
use support::on_both_engines;
use support::people::{People, id, people};
use support::store::Engine;

on_both_engines!(
    a_task_goes_to_another_team_and_comes_back_done,
    a_task_with_open_parts_is_not_done,
    parts_hang_on_what_is_there,
    reminders_come_in_time_and_move_with_the_task,
    a_task_is_changed_by_who_has_read_it,
    tasks_are_found_by_what_they_are_about,
    tasks_that_make_no_sense_are_refused,
);

async fn task(people: &People, body: &Value) -> String {
    let made = people.li.post(&people.app, "/v1/tasks", body).await;
    assert_eq!(made.status, 201, "{}", made.text);
    made.header("location").to_owned()
}

fn kinds(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|item| item["kind"].as_str().unwrap()).collect()
}

async fn a_task_goes_to_another_team_and_comes_back_done(engine: Engine) {
    let people = people(engine).await;
    let (app, ticket) = (&people.app, people.ticket().await);
    let ticket_id = ticket.rsplit('/').next().unwrap();
    let path = task(
        &people,
        &json!({
            "title": "上门检修空调", "team_id": people.workshop, "subject_kind": "ticket", "subject_id": ticket_id,
            "due_at": "2026-01-06T08:00:00Z",
        }),
    )
    .await;
    let made = app.get(&path).await;
    assert_eq!(made["created_by"], format!("user:{}", people.li.id));
    let customer = app.get(&ticket).await["customer_id"].as_str().unwrap().to_owned();
    assert_eq!(made["customer_id"], customer.as_str());
    let inbox = people.ann.get(app, "/v1/inbox?unread=true").await;
    assert_eq!(kinds(&inbox), ["task.assigned"]);
    assert_eq!(inbox["items"][0]["text"], "a task is yours now: 上门检修空调, due 2026-01-06 08:00 UTC");

    people
        .ann
        .call(app, Method::PATCH, &path, Some(&json!({"assignee_id": people.ann.id})))
        .await
        .expect(200);
    app.clock.advance_millis(3_600_000);
    let done = people.ann.post(app, &format!("{path}/complete"), &json!({})).await.expect(200);
    assert_eq!(
        (done["status"].as_str(), done["closed_at"].as_str()),
        (Some("done"), Some("2026-01-05T09:00:00Z"))
    );
    let inbox = people.li.get(app, "/v1/inbox?unread=true").await;
    assert_eq!(inbox["items"][0]["text"], "任务已完成：上门检修空调");
    people.ann.post(app, &format!("{path}/complete"), &json!({})).await.expect(409);

    let completed = people.history(&path, "task.completed").await;
    assert_eq!(completed[0]["data"]["in_time"], true);
    assert_eq!(completed[0]["actor"], format!("user:{}", people.ann.id));
    let reopened = app.post(&format!("{path}/reopen"), &json!({})).await.expect(200);
    assert_eq!((reopened["status"].as_str(), reopened["closed_at"].as_str()), (Some("open"), None));
    let cancelled = app.post(&format!("{path}/cancel"), &json!({})).await.expect(200);
    assert_eq!(cancelled["status"], "cancelled");
    let view = app.get(&format!("/v1/customers/{customer}/view")).await;
    assert_eq!(view["tasks"][0]["title"], "上门检修空调");
    let timeline = view["timeline"].as_array().unwrap();
    assert!(timeline.iter().any(|entry| entry["event"]["kind"] == "task.completed"), "{timeline:#?}");
}

async fn a_task_with_open_parts_is_not_done(engine: Engine) {
    let people = people(engine).await;
    let app = &people.app;
    let parent = task(&people, &json!({"title": "安装", "team_id": people.service})).await;
    let parent_id = parent.rsplit('/').next().unwrap().to_owned();
    let part =
        task(&people, &json!({"title": "备货", "parent_id": parent_id, "team_id": people.workshop})).await;
    let part_id = part.rsplit('/').next().unwrap().to_owned();
    let grandchild = task(&people, &json!({"title": "装箱", "parent_id": part_id})).await;
    for how in ["complete", "cancel"] {
        let problem = app.post(&format!("{parent}/{how}"), &json!({})).await.expect(409);
        assert!(problem["detail"].as_str().unwrap().contains("2 of its subtasks"), "{problem:#}");
    }
    app.call(Method::PATCH, &parent, Some(&json!({"status": "done"}))).await.expect(409);
    app.post(&format!("{grandchild}/complete"), &json!({})).await.expect(200);
    app.post(&format!("{parent}/complete?with_subtasks=true"), &json!({})).await.expect(200);
    assert_eq!(app.get(&part).await["status"], "done");
    assert_eq!(people.history(&part, "task.completed").await.len(), 1);
    assert_eq!(people.history(&grandchild, "task.completed").await.len(), 1, "it was done before");

    // What is done gets no new part, and a part isn't opened again below it.
    app.post("/v1/tasks", &json!({"title": "x", "parent_id": parent_id})).await.expect(409);
    let problem = app.post(&format!("{part}/reopen"), &json!({})).await.expect(409);
    assert!(problem["detail"].as_str().unwrap().contains(&parent_id), "{problem:#}");
    app.post(&format!("{parent}/reopen"), &json!({})).await.expect(200);
    app.post(&format!("{part}/reopen"), &json!({})).await.expect(200);
    let parts = app.get(&format!("/v1/tasks?parent_id={parent_id}&closed=false")).await;
    assert_eq!(parts["items"].as_array().unwrap().len(), 1);
}

async fn parts_hang_on_what_is_there(engine: Engine) {
    let people = people(engine).await;
    let app = &people.app;
    let customer = people.customer().await;
    let first = json!({"title": "0", "subject_kind": "customer", "subject_id": customer});
    let mut path = task(&people, &first).await;
    for depth in 1..=5 {
        let parent = path.rsplit('/').next().unwrap().to_owned();
        path = task(&people, &json!({"title": depth.to_string(), "parent_id": parent})).await;
    }
    let deepest = app.get(&path).await;
    assert_eq!(
        (deepest["subject_id"].as_str(), deepest["customer_id"].as_str()),
        (Some(&*customer), Some(&*customer))
    );
    let too_deep = app.post("/v1/tasks", &json!({"title": "6", "parent_id": id(&deepest)})).await.expect(422);
    assert_eq!(too_deep["errors"][0]["pointer"], "/parent_id");
    assert_eq!(
        app.get(&format!("/v1/tasks?customer_id={customer}")).await["items"].as_array().unwrap().len(),
        6
    );
    // A parent is closed, or gets a part; never both.
    for round in 0..4 {
        let parent = task(&people, &json!({"title": "race"})).await;
        let parent_id = parent.rsplit('/').next().unwrap().to_owned();
        let close = format!("{parent}/complete");
        let (nothing, part) = (json!({}), json!({"title": "part", "parent_id": parent_id}));
        let (closed, made) = tokio::join!(app.post(&close, &nothing), app.post("/v1/tasks", &part));
        let statuses = (closed.status.as_u16(), made.status.as_u16());
        assert!([(200, 409), (409, 201)].contains(&statuses), "{round}: {statuses:?}");
    }
}

async fn reminders_come_in_time_and_move_with_the_task(engine: Engine) {
    let people = people(engine).await;
    let app = &people.app;
    let due = json!({"title": "回访", "assignee_id": people.ann.id, "due_at": "2026-01-05T09:40:00Z"});
    let path = task(&people, &due).await;
    let made = app.get(&path).await;
    assert_eq!(made["remind_at"], "2026-01-05T09:20:00Z");
    let put_off = json!({"due_at": "2026-01-05T11:20:00Z"});
    let later = app.call(Method::PATCH, &path, Some(&put_off)).await.expect(200);
    assert_eq!(later["remind_at"], "2026-01-05T10:40:00Z");
    app.clock.advance_millis(110 * 60_000);
    app.settle().await;
    assert!(people.history(&path, "task.due-soon").await.is_empty(), "it was put off");
    app.clock.advance_millis(50 * 60_000);
    app.settle().await;
    assert_eq!(people.history(&path, "task.due-soon").await.len(), 1);
    assert!(people.history(&path, "task.overdue").await.is_empty());
    app.clock.advance_millis(40 * 60_000);
    app.settle().await;
    assert_eq!(people.history(&path, "task.overdue").await.len(), 1);
    let inbox = people.ann.get(app, "/v1/inbox").await;
    assert_eq!(kinds(&inbox), ["task.overdue", "task.due-soon", "task.assigned"]);

    // What is done in time is not reminded of.
    let due = json!({"title": "回访", "assignee_id": people.ann.id, "due_at": "2026-01-05T12:20:00Z"});
    let path = task(&people, &due).await;
    app.post(&format!("{path}/complete"), &json!({})).await.expect(200);
    app.clock.advance_millis(240 * 60_000);
    app.settle().await;
    assert!(people.history(&path, "task.due-soon").await.is_empty());
    assert!(people.history(&path, "task.overdue").await.is_empty());
}

async fn a_task_is_changed_by_who_has_read_it(engine: Engine) {
    let people = people(engine).await;
    let app = &people.app;
    let path = task(&people, &json!({"title": "a", "due_at": "2026-01-05T09:40:00Z", "tags": ["x"]})).await;
    let read = app.call(Method::GET, &path, None).await;
    let tag = read.header("etag").to_owned();
    let patch = async |tag: &str, body: Value| {
        let request = app.request(Method::PATCH, &path).bearer_auth(&people.li.token).header("if-match", tag);
        app.send(request.json(&body)).await
    };
    let change = json!({"title": "b", "due_at": null, "priority": "urgent", "status": "in-progress"});
    let changed = patch(&tag, change).await.expect(200);
    assert_eq!(
        (changed["title"].as_str(), changed["due_at"].as_str(), changed["remind_at"].as_str()),
        (Some("b"), None, None)
    );
    assert_eq!((changed["status"].as_str(), changed["tags"].clone()), (Some("in-progress"), json!(["x"])));
    patch(&tag, json!({"title": "lost"})).await.expect(412);
    patch("*", json!({"title": null})).await.expect(400);
    patch("*", json!({"titel": "x"})).await.expect(400);
    let updated = people.history(&path, "task.updated").await;
    assert_eq!(updated[0]["data"]["title"], json!({"old": "a", "new": "b"}));
    assert_eq!(updated[1]["data"]["status"], json!({"old": "open", "new": "in-progress"}));
    assert_eq!(app.get(&path).await["title"], "b");
}

async fn tasks_are_found_by_what_they_are_about(engine: Engine) {
    let people = people(engine).await;
    let app = &people.app;
    let customer = people.customer().await;
    task(&people, &json!({"title": "1", "team_id": people.service, "due_at": "2026-01-05T09:00:00Z"})).await;
    task(&people, &json!({"title": "2", "assignee_id": people.ann.id, "due_at": "2026-01-07T09:00:00Z"}))
        .await;
    task(&people, &json!({"title": "3", "subject_kind": "customer", "subject_id": customer})).await;
    let found = async |query: &str| {
        let list = app.get(&format!("/v1/tasks?{query}")).await;
        let items = list["items"].as_array().unwrap().iter();
        items.map(|task| task["title"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(found("limit=2").await, ["3", "2"]);
    assert_eq!(found(&format!("team_id={}", people.service)).await, ["1"]);
    assert_eq!(found(&format!("assignee_id={}", people.ann.id)).await, ["2"]);
    assert_eq!(found(&format!("subject_kind=customer&subject_id={customer}")).await, ["3"]);
    assert_eq!(found("due_before=2026-01-06T00:00:00Z").await, ["1"]);
    assert_eq!(found("status=open&closed=false").await, ["3", "2", "1"]);
    assert_eq!(found("closed=true").await, Vec::<String>::new());
    let first = app.get("/v1/tasks?limit=2").await;
    let next = first["next"].as_str().unwrap();
    assert_eq!(found(&format!("limit=2&cursor={next}")).await, ["1"]);
    app.call(Method::GET, "/v1/tasks?subject_kind=robot", None).await.expect(400);
}

async fn tasks_that_make_no_sense_are_refused(engine: Engine) {
    let people = people(engine).await;
    let app = &people.app;
    let nobody = "01900000-0000-7000-8000-000000000000";
    app.settle().await;
    let before = app.kinds().await;
    let wrong = [
        (json!({"title": " "}), "/title"),
        (json!({"title": "x".repeat(201)}), "/title"),
        (json!({"title": "a", "team_id": nobody}), "/team_id"),
        (json!({"title": "a", "assignee_id": nobody}), "/assignee_id"),
        (json!({"title": "a", "parent_id": nobody}), "/parent_id"),
        (json!({"title": "a", "subject_kind": "ticket", "subject_id": nobody}), "/subject_id"),
        (json!({"title": "a", "subject_kind": "ticket"}), "/subject_id"),
        (json!({"title": "a", "subject_id": nobody}), "/subject_kind"),
        (json!({"title": "a", "remind_at": "2026-01-06T08:00:00Z"}), "/remind_at"),
        (json!({"title": "a", "tags": [""]}), "/tags"),
    ];
    for (body, pointer) in &wrong {
        let problem = app.post("/v1/tasks", body).await.expect(422);
        assert_eq!(problem["errors"][0]["pointer"], *pointer, "{problem:#}");
    }
    for verb in ["complete", "cancel", "reopen"] {
        app.post(&format!("/v1/tasks/{nobody}/{verb}"), &json!({})).await.expect(404);
    }
    app.call(Method::GET, &format!("/v1/tasks/{nobody}"), None).await.expect(404);
    // Whoever may not read tickets makes no task about one.
    let scopes = json!({"name": "tasks", "scopes": ["tasks:write"]});
    let token = app.post("/v1/tokens", &scopes).await.expect(201)["token"].as_str().unwrap().to_owned();
    let about = json!({"title": "a", "subject_kind": "ticket", "subject_id": nobody});
    let request = app.request(Method::POST, "/v1/tasks").bearer_auth(&token).json(&about);
    let problem = app.send(request).await.expect(403);
    assert!(problem["detail"].as_str().unwrap().contains("tickets:read"), "{problem:#}");
    app.settle().await;
    let after = app.kinds().await;
    assert_eq!(after[before.len()..], ["token.created"]);
}
