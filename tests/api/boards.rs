//! Boards: everybody sees the same tasks in the same order, however many move them at once.

use reqwest::Method;
use serde_json::{Value, json};
use support::on_both_engines;
use support::people::{People, id, people};
use support::store::Engine;

on_both_engines!(
    a_board_shows_its_teams_tasks_in_columns,
    tasks_moved_at_once_all_find_their_place,
    a_board_is_made_changed_and_removed,
);

async fn tasks(people: &People, count: usize) -> Vec<String> {
    let mut made = Vec::new();
    for number in 0..count {
        let new = json!({"title": number.to_string(), "team_id": people.service});
        made.push(id(&people.app.post("/v1/tasks", &new).await.expect(201)));
    }
    made
}

async fn board(people: &People) -> String {
    let new = json!({"name": "客服", "team_id": people.service});
    people.app.post("/v1/boards", &new).await.header("location").to_owned()
}

/// The titles of each column, from left to right.
async fn shown(people: &People, board: &str) -> Vec<String> {
    let view = people.app.get(board).await;
    let columns = view["columns"].as_array().unwrap().iter();
    let titles = |column: &Value| {
        let tasks = column["tasks"].as_array().unwrap().iter();
        tasks.map(|task| task["title"].as_str().unwrap()).collect::<Vec<_>>().join(" ")
    };
    columns.map(titles).collect()
}

async fn moved(people: &People, task: &str, to: &Value) -> Value {
    people.app.post(&format!("/v1/tasks/{task}/move"), to).await.expect(200)
}

async fn a_board_shows_its_teams_tasks_in_columns(engine: Engine) {
    let people = people(engine).await;
    let (t, board) = (tasks(&people, 4).await, board(&people).await);
    people
        .app
        .post("/v1/tasks", &json!({"title": "another team's", "team_id": people.workshop}))
        .await
        .expect(201);
    assert_eq!(shown(&people, &board).await, ["0 1 2 3", "", "", ""]);
    moved(&people, &t[3], &json!({"before_id": t[0]})).await;
    moved(&people, &t[0], &json!({"after_id": t[1]})).await;
    assert_eq!(shown(&people, &board).await, ["3 1 0 2", "", "", ""]);
    moved(&people, &t[1], &json!({"status": "in-progress"})).await;
    moved(&people, &t[0], &json!({"status": "in-progress", "before_id": t[1]})).await;
    moved(&people, &t[3], &json!({"status": "in-progress", "after_id": t[1]})).await;
    assert_eq!(shown(&people, &board).await, ["2", "0 1 3", "", ""]);
    moved(&people, &t[0], &json!({})).await;
    assert_eq!(shown(&people, &board).await, ["2", "1 3 0", "", ""]);
    let done = moved(&people, &t[1], &json!({"status": "done"})).await;
    assert!(!done["closed_at"].is_null());
    assert_eq!(shown(&people, &board).await, ["2", "3 0", "", "1"]);
    let path = format!("/v1/tasks/{}", t[1]);
    assert_eq!(people.history(&path, "task.completed").await.len(), 1);
    assert_eq!(people.history(&path, "task.moved").await.len(), 2);
    let view = people.app.get(&format!("{board}?limit=1")).await;
    assert_eq!(view["columns"][1]["count"], 2);
    assert_eq!(view["columns"][1]["tasks"].as_array().unwrap().len(), 1);

    // Onto a column of things done, as by the verb: not while parts are open.
    people.app.post("/v1/tasks", &json!({"title": "part", "parent_id": t[2]})).await.expect(201);
    people.app.post(&format!("/v1/tasks/{}/move", t[2]), &json!({"status": "done"})).await.expect(409);
    assert_eq!(shown(&people, &board).await, ["2", "3 0", "", "1"], "and it stays where it was");
    for (to, pointer) in [
        (json!({"after_id": t[2]}), "/after_id"),
        (json!({"before_id": people.li.id}), "/before_id"),
        (json!({"before_id": t[0], "after_id": t[1]}), "/before_id"),
    ] {
        let problem = people.app.post(&format!("/v1/tasks/{}/move", t[2]), &to).await.expect(422);
        assert_eq!(problem["errors"][0]["pointer"], pointer);
    }
}

async fn tasks_moved_at_once_all_find_their_place(engine: Engine) {
    let people = people(engine).await;
    let (t, board) = (tasks(&people, 12).await, board(&people).await);
    // Ten people pull a card each to the same place, at the same moment, three times.
    for round in 0..3 {
        let to = json!({"status": if round == 1 { "open" } else { "waiting" }, "after_id": t[0]});
        let moves = t[2..].iter().map(|task| moved(&people, task, &to));
        futures::future::join_all(moves).await;
    }
    let view = people.app.get(&board).await;
    let order = |view: &Value| -> Vec<String> {
        view["columns"][2]["tasks"].as_array().unwrap().iter().map(id).collect()
    };
    let seen = order(&view);
    assert_eq!(seen.len(), 10, "none is lost, none is there twice");
    // Each one has a place of its own: the last can be put between any two.
    for at in 0..8 {
        let last = seen[9].clone();
        moved(&people, &last, &json!({"after_id": seen[at]})).await;
        let now = order(&people.app.get(&board).await);
        let place = now.iter().position(|task| *task == last).unwrap();
        assert_eq!(
            (now[place - 1].as_str(), now[place + 1].as_str()),
            (seen[at].as_str(), seen[at + 1].as_str())
        );
    }
}

async fn a_board_is_made_changed_and_removed(engine: Engine) {
    let people = people(engine).await;
    let app = &people.app;
    let wrong = [
        json!({"name": "x"}),
        json!({"name": "", "team_id": people.service}),
        json!({"name": "x", "team_id": people.service, "owner_id": people.li.id}),
        json!({"name": "x", "team_id": people.li.id}),
        json!({"name": "x", "team_id": people.service, "columns": ["open", "open"]}),
    ];
    for body in &wrong {
        app.post("/v1/boards", body).await.expect(422);
    }
    let new = json!({"name": "我的", "owner_id": people.li.id, "columns": ["open", "done"]});
    let made = app.post("/v1/boards", &new).await;
    let (path, tag) = (made.header("location").to_owned(), made.header("etag").to_owned());
    app.post("/v1/tasks", &json!({"title": "mine", "assignee_id": people.li.id})).await.expect(201);
    assert_eq!(shown(&people, &path).await, ["mine", ""]);
    let patch = async |tag: &str, body: &Value| {
        let request = app.request(Method::PATCH, &path).bearer_auth(&people.li.token).header("if-match", tag);
        app.send(request.json(body)).await
    };
    let changed = patch(&tag, &json!({"columns": ["done"]})).await.expect(200);
    assert_eq!(changed["columns"], json!(["done"]));
    patch(&tag, &json!({"name": "lost"})).await.expect(412);
    patch("*", &json!({"columns": []})).await.expect(422);
    assert_eq!(
        app.get(&format!("/v1/boards?owner_id={}", people.li.id)).await["items"].as_array().unwrap().len(),
        1
    );
    app.call(Method::DELETE, &path, None).await.expect(204);
    app.call(Method::GET, &path, None).await.expect(404);
    app.call(Method::DELETE, &path, None).await.expect(404);
    assert_eq!(app.get("/v1/tasks").await["items"].as_array().unwrap().len(), 1);
}
