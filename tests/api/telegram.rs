//! What Telegram's users do beside writing texts: edit, send albums and voices, write into topics, send what has no words.

mod files;

use futures::future::join_all;
use serde_json::{Value, json};
use support::company::{Company, company, message};
use support::on_both_engines;
use support::store::Engine;

on_both_engines!(
    an_edit_changes_its_message_and_nothing_else,
    an_edit_that_overtakes_its_message_loses_no_ticket,
    a_live_location_is_one_message_that_moves,
    what_has_no_text_leaves_a_line,
    notices_are_kept_and_leave_nothing_to_see,
    topics_are_conversations_and_answers_go_into_them,
    an_album_in_parallel_is_one_message,
    an_album_whose_words_come_last_is_judged_by_them,
    voices_and_pictures_open_tickets_and_stickers_do_not,
    hidden_links_are_kept,
);

const LIN: i64 = 6_001_002_003;

/// A private message of Lin's with this content.
fn said(number: i64, content: Value) -> Value {
    update("message", number, content)
}

fn update(key: &str, number: i64, content: Value) -> Value {
    let mut message = json!({
        "message_id": number, "date": 1_767_600_000,
        "from": {"id": LIN, "is_bot": false, "first_name": "Lin", "language_code": "zh-hans"},
        "chat": {"id": LIN, "type": "private", "first_name": "Lin"},
    });
    let Value::Object(content) = content else { panic!("{content} is no content of a message") };
    message.as_object_mut().unwrap().extend(content);
    json!({"update_id": 870_000_000 + number, key: message})
}

fn photo(number: i64) -> Value {
    json!([
        {"file_id": format!("s{number}"), "file_unique_id": "s", "width": 90, "height": 67, "file_size": 900},
        {"file_id": format!("L{number}"), "file_unique_id": "L", "width": 1280, "height": 960, "file_size": 150_000},
    ])
}

async fn deliver(company: &Company, update: &Value) {
    let answer = company.deliver(update).await;
    company.app.clock.advance_millis(1);
    assert_eq!(answer.status, 200, "{update:#}: {answer:?}");
}

/// What came in, in all conversations, oldest first.
async fn messages(company: &Company) -> Vec<Value> {
    company.app.settle().await;
    let conversations = company.app.get("/v1/conversations?limit=100").await;
    let mut all = Vec::new();
    for conversation in conversations["items"].as_array().unwrap() {
        let id = conversation["id"].as_str().unwrap();
        let list = company.app.get(&format!("/v1/conversations/{id}/messages?limit=100")).await;
        let items = list["items"].as_array().unwrap().iter();
        all.extend(items.filter(|message| message["inbound"] == true).cloned());
    }
    all.sort_by_key(|message| message["id"].as_str().unwrap().to_owned());
    all
}

async fn tickets(company: &Company) -> Vec<Value> {
    company.app.settle().await;
    company.app.get("/v1/tickets?limit=100").await["items"].as_array().unwrap().clone()
}

async fn count(company: &Company, kind: &str) -> usize {
    company.app.settle().await;
    company.app.kinds().await.iter().filter(|known| *known == kind).count()
}

fn edited(number: i64, update: i64, at: i64, content: &Value) -> Value {
    let mut edit = self::update("edited_message", number, content.clone());
    edit["update_id"] = json!(update);
    edit["edited_message"]["edit_date"] = json!(at);
    edit
}

async fn an_edit_changes_its_message_and_nothing_else(engine: Engine) {
    let company = company(engine).await;
    let original = said(11, json!({"text": "热水器不出热水，怎么办？"}));
    deliver(&company, &original).await;
    let ticket = tickets(&company).await[0]["id"].as_str().unwrap().to_owned();
    company.app.post(&format!("/v1/tickets/{ticket}/resolve"), &json!({})).await.expect(200);
    let before = messages(&company).await;

    // A reaction or a preview of a link: Telegram calls it an edit.
    deliver(&company, &edited(11, 900, 1_767_600_010, &json!({"text": "热水器不出热水，怎么办？"}))).await;
    assert_eq!(messages(&company).await, before, "an edit that changes nothing leaves no trace");

    let first = edited(11, 901, 1_767_600_020, &json!({"text": "热水器和水龙头都不出热水，怎么办？"}));
    let second = edited(11, 902, 1_767_600_020, &json!({"text": "热水器修好了，谢谢"}));
    // Each twice, an earlier one late, and the message itself again.
    for update in [&first, &first, &second, &second, &first, &original] {
        deliver(&company, update).await;
    }
    let all = messages(&company).await;
    let [one] = all.as_slice() else { panic!("{all:#?}") };
    assert_eq!(one["text"], "热水器修好了，谢谢");
    assert_eq!(one["attributes"]["edited"], true);
    assert_eq!(one["attributes"]["edited_at"], "2026-01-05T08:00:20Z");
    assert_eq!(count(&company, "interaction.edited").await, 2);
    let events = company.app.get("/v1/events?limit=500").await;
    let event =
        events["items"].as_array().unwrap().iter().find(|event| event["type"] == "interaction.edited");
    assert_eq!(
        event.unwrap()["data"]["text"]["old"],
        "热水器不出热水，怎么办？",
        "the words before are kept"
    );
    let found = company.app.get("/v1/search?q=%E4%BF%AE%E5%A5%BD&kind=interaction").await;
    assert_eq!(found["items"].as_array().unwrap().len(), 1, "the new words are found");

    let tickets = tickets(&company).await;
    assert_eq!(
        (tickets.len(), &tickets[0]["status"]),
        (1, &json!("resolved")),
        "nothing is opened or reopened"
    );
    let page = li_sees(&company, &ticket).await;
    assert!(page.contains("已编辑") && page.contains("热水器修好了"), "{page}");

    // Posts and business messages alike.
    for (key, edited_key) in
        [("channel_post", "edited_channel_post"), ("business_message", "edited_business_message")]
    {
        let business = if key == "business_message" { json!("bc1") } else { Value::Null };
        let content = |text: &str| json!({"text": text, "business_connection_id": business});
        deliver(&company, &update(key, 50, content("第一版"))).await;
        let before = messages(&company).await.len();
        let mut edit = update(edited_key, 50, content("第二版"));
        edit[edited_key]["edit_date"] = json!(1_767_600_090);
        deliver(&company, &edit).await;
        let after = messages(&company).await;
        assert_eq!(after.len(), before, "{key}");
        assert!(after.iter().any(|message| message["text"] == "第二版"), "{key}: {after:#?}");
        assert!(!after.iter().any(|message| message["text"] == "第一版"), "{key}: {after:#?}");
    }
}

async fn li_sees(company: &Company, ticket: &str) -> String {
    company.app.let_in(&company.li).await;
    let session = company.app.sign_in("li@example.com").await;
    company.app.visit(&session, &format!("/tickets/{ticket}")).await.text
}

async fn an_edit_that_overtakes_its_message_loses_no_ticket(engine: Engine) {
    let company = company(engine).await;
    let edit = edited(12, 912, 1_767_600_030, &json!({"text": "净水器漏水了，请今天来修"}));
    for _ in 0..2 {
        deliver(&company, &edit).await;
    }
    assert_eq!(
        (messages(&company).await.len(), tickets(&company).await.len()),
        (1, 0),
        "an edit opens nothing"
    );
    let original = said(12, json!({"text": "净水器漏水了"}));
    for update in [&original, &edit, &original] {
        deliver(&company, update).await;
    }
    let all = messages(&company).await;
    assert_eq!((all.len(), &all[0]["text"]), (1, &json!("净水器漏水了，请今天来修")), "{all:#?}");
    assert_eq!(
        tickets(&company).await.len(),
        1,
        "the message that was edited asks for something all the same"
    );
}

async fn a_live_location_is_one_message_that_moves(engine: Engine) {
    let company = company(engine).await;
    let place = |latitude: f64, live: bool| {
        let mut place = json!({"latitude": latitude, "longitude": 121.4737, "horizontal_accuracy": 12.5});
        if live {
            place["live_period"] = json!(3600);
        }
        json!({ "location": place })
    };
    deliver(&company, &said(12, place(31.2304, true))).await;
    let steps = tickets(&company).await.len();
    for step in 1..=5_i32 {
        let latitude = 31.2304 + f64::from(step) / 1000.0;
        deliver(
            &company,
            &edited(12, 920 + i64::from(step), 1_767_600_000 + i64::from(step), &place(latitude, step < 5)),
        )
        .await;
    }
    let all = messages(&company).await;
    assert_eq!(all.len(), 1, "{all:#?}");
    assert_eq!(all[0]["text"], "📍 31.2354, 121.4737");
    assert_eq!(all[0]["attributes"]["location"]["latitude"], 31.2354);
    assert_eq!(
        (&all[0]["attributes"]["live"], &all[0]["attributes"]["edited"]),
        (&json!(true), &Value::Null)
    );
    assert_eq!(tickets(&company).await.len(), steps);
    assert_eq!(count(&company, "interaction.edited").await, 0);
}

async fn what_has_no_text_leaves_a_line(engine: Engine) {
    let company = company(engine).await;
    let kinds = [
        (
            json!({"web_app_data": {"button_text": "报修", "data": "{\"fault\":\"E3\"}"}}),
            "[小程序] 报修\n{\"fault\":\"E3\"}",
        ),
        (
            json!({"story": {"id": 5, "chat": {"id": LIN, "type": "private", "first_name": "Lin"}}}),
            "[动态] Lin",
        ),
        (json!({"paid_media": {"star_count": 5, "paid_media": [{"type": "preview"}]}}), "[付费内容] 5 ⭐"),
        (
            json!({"checklist": {"title": "上门前准备", "tasks": [{"id": 1, "text": "关水"}]}}),
            "[清单] 上门前准备\n- 关水",
        ),
        (json!({"giveaway": {"winner_count": 1}}), "[抽奖] ×1"),
        (json!({"gift": {"gift": {"id": "7"}, "text": "谢谢师傅"}}), "[礼物] 谢谢师傅"),
        (
            json!({"users_shared": {"request_id": 3, "users": [{"user_id": 42, "first_name": "Friend"}]}}),
            "[分享的用户] Friend",
        ),
        (
            json!({"successful_payment": {"currency": "CNY", "total_amount": 19900, "invoice_payload": "o-77"}}),
            "[已付款] CNY 199.00 o-77",
        ),
        (json!({"game": {"title": "Snake", "photo": []}}), "[游戏] Snake"),
        (json!({"hologram": {"file_id": "h1", "description": "漏水的位置"}}), "[hologram] 漏水的位置"),
        (
            json!({"business_connection_id": "bc1", "text": "我想买一台净水器，多少钱？"}),
            "我想买一台净水器，多少钱？",
        ),
    ];
    for (number, (content, _)) in (100..).zip(&kinds) {
        let key =
            if content.get("business_connection_id").is_some() { "business_message" } else { "message" };
        deliver(&company, &update(key, number, content.clone())).await;
    }
    let all = messages(&company).await;
    let texts: Vec<&str> = all.iter().map(|message| message["text"].as_str().unwrap()).collect();
    assert_eq!(texts, kinds.iter().map(|(_, line)| *line).collect::<Vec<_>>());
    assert_eq!(all[7]["attributes"]["successful_payment"]["total_amount"], 19900);
    assert_eq!(all[9]["attributes"]["hologram"]["file_id"], "h1");
    // The business account's customer is answered in its name.
    let business = all[10]["conversation_id"].as_str().unwrap();
    company
        .app
        .post(&format!("/v1/conversations/{business}/messages"), &json!({"text": "199 元"}))
        .await
        .expect(201);
    let sent = company.passing(1).await;
    assert_eq!(sent[0].parameters["business_connection_id"], "bc1");
    assert_eq!(sent[0].chat, LIN);

    let reaction = json!({"update_id": 7, "message_reaction": {
        "chat": {"id": LIN, "type": "private"}, "message_id": 100, "date": 1_767_600_050,
        "user": {"id": LIN, "is_bot": false, "first_name": "Lin", "language_code": "zh-hans"},
        "old_reaction": [], "new_reaction": [{"type": "emoji", "emoji": "👍"}]}});
    let before = tickets(&company).await;
    deliver(&company, &reaction).await;
    assert!(messages(&company).await.iter().any(|message| message["text"] == "[表情回应] 👍"));
    assert_eq!(tickets(&company).await.len(), before.len());
}

async fn notices_are_kept_and_leave_nothing_to_see(engine: Engine) {
    let company = company(engine).await;
    let notices = [
        said(200, json!({"message_auto_delete_timer_changed": {"message_auto_delete_time": 86400}})),
        said(201, json!({"new_chat_title": "售后群"})),
        said(
            202,
            json!({"pinned_message": {"message_id": 3, "date": 1, "chat": {"id": LIN}, "text": "old"}}),
        ),
        json!({"update_id": 203, "inline_query": {"id": "1", "from": {"id": LIN, "is_bot": false, "first_name": "Lin"}, "query": "价格", "offset": ""}}),
        json!({"update_id": 204, "message": {"message_id": 1}}),
    ];
    for notice in &notices {
        deliver(&company, notice).await;
    }
    assert_eq!(messages(&company).await.len(), 0);
    assert_eq!(tickets(&company).await.len(), 0);
}

async fn topics_are_conversations_and_answers_go_into_them(engine: Engine) {
    let company = company(engine).await;
    let group =
        json!({"id": -1_002_003_004_005_i64, "type": "supergroup", "title": "售后群", "is_forum": true});
    let topic = |number: i64, thread: i64, text: &str| {
        let opener = json!({"message_id": thread, "date": 1, "chat": group, "forum_topic_created": {"name": "净水器", "icon_color": 0}});
        said(
            number,
            json!({"chat": group, "message_thread_id": thread, "is_topic_message": true, "reply_to_message": opener, "text": text}),
        )
    };
    deliver(&company, &topic(302, 301, "净水器漏水了，请派人上门")).await;
    deliver(&company, &topic(402, 401, "咖啡机的发票开错了")).await;
    deliver(&company, &said(403, json!({"chat": group, "text": "营业时间是几点到几点？"}))).await;
    let all = messages(&company).await;
    let tickets = tickets(&company).await;
    assert_eq!((all.len(), tickets.len()), (3, 3), "{tickets:#?}");
    let conversations = company.app.get("/v1/conversations").await;
    let mut names: Vec<&str> = conversations["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["external_id"].as_str().unwrap())
        .collect();
    names.sort_unstable();
    assert_eq!(names, ["-1002003004005", "-1002003004005/301", "-1002003004005/401"]);
    for (index, message) in all.iter().enumerate() {
        let id = message["conversation_id"].as_str().unwrap();
        company
            .app
            .post(&format!("/v1/conversations/{id}/messages"), &json!({"text": format!("答 {index}")}))
            .await
            .expect(201);
    }
    let sent = company.passing(3).await;
    let thread = |text: &str| {
        sent.iter()
            .find(|sent| sent.text == text)
            .map(|sent| sent.parameters.get("message_thread_id").cloned())
    };
    assert_eq!(thread("答 0"), Some(Some(json!(301))));
    assert_eq!(thread("答 1"), Some(Some(json!(401))));
    assert_eq!(thread("答 2"), Some(None), "what was written outside of topics is answered there");
}

fn album(number: i64, caption: Option<&str>) -> Value {
    let mut content = json!({"media_group_id": "13900000000000001", "photo": photo(number)});
    if let Some(caption) = caption {
        content["caption"] = json!(caption);
    }
    said(number, content)
}

fn files(message: &Value) -> Vec<&str> {
    message["attachments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| file["reference"].as_str().unwrap())
        .collect()
}

async fn an_album_in_parallel_is_one_message(engine: Engine) {
    let company = company(engine).await;
    let caption = "这三个地方都在漏水，能今天来修吗？";
    let parts = [album(24, None), album(22, Some(caption)), album(23, None), album(100, None)];
    join_all(parts.iter().map(|part| deliver(&company, part))).await;
    // All of them again, at once and one by one: what was answered late is sent again.
    join_all(parts.iter().map(|part| deliver(&company, part))).await;
    for part in &parts {
        deliver(&company, part).await;
    }
    let all = messages(&company).await;
    assert_eq!(all.len(), 1, "{all:#?}");
    assert_eq!(all[0]["text"], caption);
    assert_eq!(files(&all[0]), ["L22", "L23", "L24", "L100"], "in the order in which they were sent");
    let tickets = tickets(&company).await;
    assert_eq!(
        (tickets.len(), &tickets[0]["subject"], &tickets[0]["class"]),
        (1, &json!(caption), &json!("after-sales"))
    );
    // Another album is another message.
    let mut other = album(30, None);
    other["message"]["media_group_id"] = json!("13900000000000002");
    deliver(&company, &other).await;
    assert_eq!(messages(&company).await.len(), 2);

    let mut edit = album(22, Some("已经修好了"));
    edit = json!({"update_id": 990, "edited_message": edit["message"]});
    edit["edited_message"]["edit_date"] = json!(1_767_600_100);
    for _ in 0..2 {
        deliver(&company, &edit).await;
    }
    let all = messages(&company).await;
    assert_eq!((all.len(), &all[0]["text"], files(&all[0]).len()), (2, &json!("已经修好了"), 4), "{all:#?}");
    assert_eq!(count(&company, "interaction.edited").await, 1);
}

async fn an_album_whose_words_come_last_is_judged_by_them(engine: Engine) {
    let company = company(engine).await;
    deliver(&company, &album(23, None)).await;
    let wordless = tickets(&company).await;
    assert_eq!((wordless.len(), &wordless[0]["subject"]), (1, &json!("[图片] photo.jpg")));
    deliver(&company, &album(22, Some("净水器漏电了，太危险了！我要投诉，马上处理！"))).await;
    let judged = tickets(&company).await;
    assert_eq!(
        (judged.len(), &judged[0]["class"], &judged[0]["priority"]),
        (1, &json!("complaint"), &json!("urgent"))
    );
    assert!(judged[0]["subject"].as_str().unwrap().starts_with("净水器漏电了"));
    assert_eq!(messages(&company).await.len(), 1);
}

async fn voices_and_pictures_open_tickets_and_stickers_do_not(engine: Engine) {
    let company = company(engine).await;
    let cases = [
        (
            1,
            json!({"voice": {"file_id": "v", "duration": 17, "mime_type": "audio/ogg", "file_size": 40_000}}),
            Some("[语音]"),
        ),
        (2, json!({"photo": photo(2)}), Some("[图片] photo.jpg")),
        (
            3,
            json!({"document": {"file_id": "d", "file_name": "报价单.pdf", "mime_type": "application/pdf"}}),
            Some("[文件] 报价单.pdf"),
        ),
        (4, json!({"photo": photo(4), "caption": "🔥🔥"}), Some("[图片] photo.jpg")),
        (5, json!({"sticker": {"file_id": "s", "emoji": "👍"}}), None),
        (6, json!({"sticker": {"file_id": "s"}}), None),
        (7, json!({"text": "👍"}), None),
    ];
    for (person, content, subject) in cases {
        let mut update = said(person, content.clone());
        update["message"]["chat"]["id"] = json!(person);
        update["message"]["from"]["id"] = json!(person);
        let before = tickets(&company).await.len();
        deliver(&company, &update).await;
        let all = tickets(&company).await;
        assert_eq!(all.len() - before, usize::from(subject.is_some()), "{content}");
        if let Some(subject) = subject {
            assert!(
                all.iter().any(|ticket| ticket["subject"] == subject && ticket["class"] == "inquiry"),
                "{all:#?}"
            );
        }
    }
    // In English where the customer reads English.
    let mut update = message(8, 8, "Ann", "en", "x");
    update["message"].as_object_mut().unwrap().remove("text");
    update["message"]["voice"] = json!({"file_id": "v", "duration": 1, "mime_type": "audio/ogg"});
    deliver(&company, &update).await;
    assert!(tickets(&company).await.iter().any(|ticket| ticket["subject"] == "[voice message]"));
}

async fn hidden_links_are_kept(engine: Engine) {
    let company = company(engine).await;
    let entities = json!([
        {"type": "text_link", "offset": 16, "length": 3, "url": "https://files.customer.example/quote-77.pdf"},
        {"type": "text_link", "offset": 4, "length": 900, "url": "https://x.example/"},
        {"type": "text_link", "offset": -3, "length": 1, "url": "https://y.example/"},
    ]);
    deliver(&company, &said(31, json!({"text": "👩‍👩‍👧‍👦🔥 请看报价单", "entities": entities}))).await;
    let text = messages(&company).await[0]["text"].as_str().unwrap().to_owned();
    for address in [
        "报价单 (https://files.customer.example/quote-77.pdf)",
        "(https://x.example/)",
        "(https://y.example/)",
    ] {
        assert!(text.contains(address), "{text}");
    }
}
