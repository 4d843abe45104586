//! The simulated Telegram keeps the rules of the Bot API, seen over plain HTTP.

use std::time::Duration;

use kith::sim::faults::{Faults, Outcome};
use kith::sim::telegram::{ChatId, Happened, PersonId, RateLimits, Sender, SimError, TelegramSim};
use serde_json::{Value, json};

const WAIT: Duration = Duration::from_secs(10);

/// A bot that knows nothing but HTTP.
struct Bot {
    http: reqwest::Client,
    base: String,
}

impl Bot {
    fn of(sim: &TelegramSim) -> Self {
        let http = reqwest::Client::builder()
            .timeout(WAIT)
            .no_proxy()
            .build()
            .expect("a client");
        Self {
            http,
            base: format!("{}/bot{}", sim.url(), sim.token()),
        }
    }

    /// Calls a method; gives the HTTP status and the body.
    async fn call(&self, method: &str, params: Value) -> (u16, Value) {
        self.try_call(method, params).await.expect("an answer")
    }

    async fn try_call(&self, method: &str, params: Value) -> reqwest::Result<(u16, Value)> {
        let answer = self
            .http
            .post(format!("{}/{method}", self.base))
            .json(&params)
            .send()
            .await?;
        Ok((
            answer.status().as_u16(),
            answer.json().await.unwrap_or(Value::Null),
        ))
    }

    async fn ok(&self, method: &str, params: Value) -> Value {
        let (status, mut body) = self.call(method, params).await;
        assert_eq!(
            (status, &body["ok"]),
            (200, &json!(true)),
            "{method}: {body}"
        );
        body["result"].take()
    }

    async fn fails(&self, method: &str, params: Value) -> (u16, String) {
        let (status, body) = self.call(method, params).await;
        assert_eq!(body["ok"], json!(false), "{method}: {body}");
        assert_eq!(body["error_code"], json!(status), "{method}: {body}");
        (
            status,
            body["description"]
                .as_str()
                .expect("a description")
                .to_owned(),
        )
    }

    /// Fails with 400 and this reason.
    async fn refuses(&self, method: &str, params: Value, reason: &str) {
        let found = self.fails(method, params).await;
        assert_eq!(found, (400, format!("Bad Request: {reason}")));
    }

    async fn updates(&self, offset: i64) -> Vec<Value> {
        let updates = self.ok("getUpdates", json!({ "offset": offset })).await;
        updates.as_array().expect("a list").clone()
    }

    /// Takes and confirms everything.
    async fn drain(&self) -> Vec<Value> {
        let mut all = Vec::new();
        loop {
            let next = all.last().map_or(0, |last| id(last) + 1);
            let batch = self.updates(next).await;
            if batch.is_empty() {
                return all;
            }
            all.extend(batch);
        }
    }

    async fn send(&self, chat: impl Into<ChatId>, text: &str) -> i64 {
        let sent = self
            .ok(
                "sendMessage",
                json!({ "chat_id": chat.into().0, "text": text }),
            )
            .await;
        sent["message_id"].as_i64().expect("a number")
    }

    /// Sends a question with one row of buttons.
    async fn ask(&self, chat: ChatId, buttons: Value) -> i64 {
        let markup = json!({ "inline_keyboard": [buttons] });
        let question = json!({ "chat_id": chat.0, "text": "?", "reply_markup": markup });
        self.ok("sendMessage", question).await["message_id"]
            .as_i64()
            .expect("a number")
    }
}

fn id(update: &Value) -> i64 {
    update["update_id"].as_i64().expect("an update id")
}

fn kinds(updates: &[Value]) -> Vec<String> {
    let kind = |update: &Value| {
        let mut keys = update.as_object()?.keys();
        keys.find(|key| *key != "update_id").cloned()
    };
    updates.iter().filter_map(kind).collect()
}

fn texts(updates: &[Value]) -> Vec<String> {
    let text = |update: &Value| update["message"]["text"].as_str().map(str::to_owned);
    updates.iter().filter_map(text).collect()
}

/// A supergroup with Anna in it and nothing left to tell the bot.
async fn street() -> (TelegramSim, Bot, ChatId, PersonId) {
    let sim = TelegramSim::start().await.expect("a free port");
    let bot = Bot::of(&sim);
    let chat = sim.add_supergroup("Elm Street");
    let anna = sim.add_person("Anna");
    sim.join(chat, anna);
    bot.drain().await;
    (sim, bot, chat, anna)
}

#[tokio::test]
async fn tokens_methods_and_encodings() {
    let (sim, bot, chat, _) = street().await;
    let me = bot.ok("GETME", json!({})).await;
    assert_eq!(me["username"], sim.bot_username());
    assert_eq!(me["can_read_all_group_messages"], true);
    let unknown = bot.fails("flyToTheMoon", json!({})).await;
    assert_eq!(unknown, (404, "Not Found: method not found".into()));
    let stranger = Bot {
        base: format!("{}/bot1:wrong", sim.url()),
        ..Bot::of(&sim)
    };
    assert_eq!(
        stranger.fails("getMe", json!({})).await,
        (401, "Unauthorized".into())
    );

    let url = format!("{}/sendMessage", bot.base);
    let by_query = format!("{url}?chat_id={}&text=by+query", chat.0);
    let form = format!("chat_id={}&text=by+form", chat.0);
    let parts = format!(
        "--line\r\nContent-Disposition: form-data; name=\"chat_id\"\r\n\r\n{}\r\n--line\r\n\
         Content-Disposition: form-data; name=\"text\"\r\n\r\nby parts\r\n--line--\r\n",
        chat.0
    );
    let form_kind = "application/x-www-form-urlencoded";
    let parts_kind = "multipart/form-data; boundary=line";
    for request in [
        bot.http.get(by_query),
        bot.http
            .post(&url)
            .header("content-type", form_kind)
            .body(form),
        bot.http
            .post(&url)
            .header("content-type", parts_kind)
            .body(parts),
    ] {
        assert_eq!(request.send().await.expect("an answer").status(), 200);
    }
    let seen: Vec<String> = sim
        .messages(chat)
        .into_iter()
        .map(|message| message.text)
        .collect();
    assert_eq!(seen, ["by query", "by form", "by parts"]);
    assert_eq!(sim.calls()["sendMessage"].ok, 3);
}

#[tokio::test]
async fn an_offset_confirms_everything_below_it() {
    let (sim, bot, chat, anna) = street().await;
    sim.say_many(chat, anna, ["one", "two", "three"]);
    let first = bot.updates(-3).await;
    assert_eq!(texts(&first), ["one", "two", "three"]);
    assert_eq!(sim.pending_updates(), 3, "what was only taken still waits");
    assert_eq!(texts(&bot.updates(id(&first[1])).await), ["two", "three"]);
    assert_eq!(sim.pending_updates(), 2);
    assert_eq!(
        texts(&bot.updates(-1).await),
        ["three"],
        "a negative offset forgets all before"
    );
    assert_eq!(sim.pending_updates(), 1);
    bot.updates(id(&first[2]) + 1).await;
    assert_eq!(sim.pending_updates(), 0);

    sim.say_many(chat, anna, ["four", "five"]);
    let far = bot.updates(id(&first[2]) + 500).await;
    assert_eq!(
        texts(&far),
        ["four", "five"],
        "an offset far ahead falls back to the head"
    );
    let limited = bot
        .ok("getUpdates", json!({ "offset": 1, "limit": 1 }))
        .await;
    assert_eq!(texts(limited.as_array().expect("a list")), ["four"]);
    assert_eq!(
        texts(&bot.updates(1).await),
        ["four"],
        "the same offset in haste gets one"
    );
    assert_eq!(sim.pending_updates(), 2);
}

#[tokio::test]
async fn a_waiting_poll_wakes_for_news() {
    let (sim, bot, chat, anna) = street().await;
    let begun = sim.polls_begun();
    let speaking = async {
        sim.wait_until(|view| view.polls_begun() > begun, WAIT)
            .await
            .expect("a poll");
        sim.say(chat, anna, "hello");
    };
    let polling = bot.ok("getUpdates", json!({ "offset": -1, "timeout": 9 }));
    let (news, ()) = tokio::join!(polling, speaking);
    assert_eq!(texts(news.as_array().expect("a list")), ["hello"]);
}

#[tokio::test]
async fn a_second_poller_ends_the_first() {
    let (sim, bot, ..) = street().await;
    let other = Bot::of(&sim);
    let begun = sim.polls_begun();
    let taking_over = async {
        sim.wait_until(|view| view.polls_begun() > begun, WAIT)
            .await
            .expect("a poll");
        other.updates(-2).await
    };
    let waiting = bot.fails("getUpdates", json!({ "offset": -1, "timeout": 50 }));
    let ((status, reason), _) = tokio::join!(waiting, taking_over);
    assert_eq!(status, 409);
    assert_eq!(
        reason,
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance \
         is running"
    );
    bot.ok("setWebhook", json!({ "url": "https://example.org/hook" }))
        .await;
    let (status, reason) = bot.fails("getUpdates", json!({})).await;
    assert!(
        status == 409 && reason.contains("while webhook is active"),
        "{reason}"
    );
    bot.ok("deleteWebhook", json!({})).await;
    bot.updates(-5).await;
}

#[tokio::test]
async fn updates_expire_after_a_day_and_presses_sooner() {
    let (sim, bot, chat, anna) = street().await;
    let asked = bot
        .ask(chat, json!([{ "text": "Yes", "callback_data": "y" }]))
        .await;
    sim.say(chat, anna, "early");
    sim.press(anna, chat, asked, "Yes").expect("a button");
    assert_eq!(sim.pending_updates(), 2);
    sim.advance(Duration::from_secs(151));
    assert_eq!(
        kinds(&bot.updates(1).await),
        ["message"],
        "the press is gone, the message is not"
    );
    sim.advance(Duration::from_secs(86_400 - 200));
    sim.say(chat, anna, "late");
    assert_eq!(sim.pending_updates(), 2);
    sim.advance(Duration::from_secs(100));
    assert_eq!(texts(&bot.updates(2).await), ["late"]);
}

#[tokio::test]
async fn allowed_updates_count_when_the_update_is_made() {
    let (sim, bot, chat, anna) = street().await;
    let first = sim.say(chat, anna, "milk");
    bot.ok(
        "getUpdates",
        json!({ "offset": -1, "allowed_updates": ["message"] }),
    )
    .await;
    sim.edit(chat, first, "oat milk").expect("her own message");
    let wanted = json!(["message", "edited_message", "chat_member"]);
    bot.ok(
        "getUpdates",
        json!({ "offset": -2, "allowed_updates": wanted }),
    )
    .await;
    sim.edit(chat, first, "soya milk").expect("her own message");
    sim.set_bot_admin(chat, true);
    sim.set_admin(chat, anna);
    let updates = bot.updates(-100).await;
    assert_eq!(
        kinds(&updates),
        ["message", "edited_message", "chat_member"]
    );
    assert_eq!(updates[1]["edited_message"]["text"], "soya milk");
    assert!(updates[1]["edited_message"]["edit_date"].is_i64());
    assert_eq!(
        updates[2]["chat_member"]["new_chat_member"]["status"],
        "administrator"
    );
    bot.ok("getUpdates", json!({ "offset": -1, "allowed_updates": [] }))
        .await;
    sim.unset_admin(chat, anna);
    assert_eq!(
        sim.pending_updates(),
        1,
        "the default leaves chat_member out"
    );
}

#[tokio::test]
async fn the_queue_holds_a_hundred_thousand() {
    let (sim, _, chat, anna) = street().await;
    sim.forget_history(true);
    let numbers = sim.say_many(
        chat,
        anna,
        (0..100_010).map(|number| format!("message {number}")),
    );
    assert_eq!(numbers.len(), 100_010);
    assert_eq!(
        (sim.pending_updates(), sim.updates_dropped()),
        (100_000, 10)
    );
    assert!(sim.messages(chat).is_empty(), "nothing was kept");
}

#[tokio::test]
async fn privacy_mode_hides_ordinary_talk() {
    let (sim, bot, open, anna) = street().await;
    sim.set_privacy(true);
    assert_eq!(
        bot.ok("getMe", json!({})).await["can_read_all_group_messages"],
        false
    );
    sim.say(open, anna, "still heard: the bot joined before");
    assert_eq!(texts(&bot.drain().await).len(), 1);

    let chat = sim.add_supergroup("Oak Road");
    sim.join(chat, anna);
    bot.drain().await;
    let asked = bot.send(chat, "Anything needed?").await;
    sim.say(chat, anna, "milk please");
    sim.say(chat, anna, "/need milk");
    sim.say(chat, anna, &format!("/need@{} eggs", sim.bot_username()));
    sim.say(chat, anna, "/need@other_bot bread");
    sim.reply(chat, anna, asked, "yes, tea");
    let ben = sim.add_person("Ben");
    sim.join(chat, ben);
    let heard = bot.drain().await;
    assert_eq!(
        texts(&heard),
        ["/need milk", "/need@kith_sim_bot eggs", "yes, tea"]
    );
    assert_eq!(
        heard[3]["message"]["new_chat_members"][0]["first_name"],
        "Ben"
    );

    sim.set_bot_admin(chat, true);
    sim.say(chat, anna, "heard by an administrator");
    assert_eq!(kinds(&bot.drain().await), ["my_chat_member", "message"]);
    sim.set_bot_admin(chat, false);
    sim.set_privacy(false);
    sim.say(chat, anna, "not heard: the bot joined under privacy");
    sim.kick_bot(chat);
    sim.add_bot(chat);
    sim.say(chat, anna, "heard again");
    assert_eq!(texts(&bot.drain().await), ["heard again"]);
}

#[tokio::test]
async fn a_group_moves_to_a_supergroup() {
    let (sim, bot, _, anna) = street().await;
    let old = sim.add_group("Ash Close");
    sim.join(old, anna);
    bot.drain().await;
    let card = bot.send(old, "a card").await;
    let new = sim.migrate(old);
    assert_ne!(old, new);
    let moved = bot.drain().await;
    assert_eq!(moved[0]["message"]["migrate_to_chat_id"], new.0);
    assert_eq!(moved[0]["message"]["chat"]["id"], old.0);
    assert_eq!(moved[1]["message"]["migrate_from_chat_id"], old.0);
    assert_eq!(moved[1]["message"]["chat"]["id"], new.0);
    for (method, params) in [
        ("sendMessage", json!({ "chat_id": old.0, "text": "x" })),
        (
            "editMessageText",
            json!({ "chat_id": old.0, "message_id": card, "text": "x" }),
        ),
    ] {
        let (status, body) = bot.call(method, params).await;
        assert_eq!(status, 400);
        let reason = "Bad Request: group chat was upgraded to a supergroup chat";
        assert_eq!(body["description"], reason);
        assert_eq!(body["parameters"]["migrate_to_chat_id"], new.0);
    }
    sim.say(old, anna, "hello from the new place");
    let heard = bot.drain().await;
    assert_eq!(heard[0]["message"]["chat"]["id"], new.0);
    assert_eq!(heard[0]["message"]["chat"]["type"], "supergroup");
    bot.send(new, "here too").await;
}

#[tokio::test]
async fn too_many_messages_are_refused_with_a_time_to_wait() {
    let (sim, bot, chat, anna) = street().await;
    sim.start_bot(anna, None).expect("no payload");
    // The chats are far enough apart in simulated time that the machine's pace plays no part.
    let limits = RateLimits {
        overall_a_second: 1_000,
        ..RateLimits::default()
    };
    sim.set_rate_limits(Some(limits));
    for number in 0..20 {
        sim.advance(Duration::from_secs(1));
        bot.send(chat, &format!("card {number}")).await;
    }
    sim.advance(Duration::from_secs(1));
    let (status, body) = bot
        .call("sendMessage", json!({ "chat_id": chat.0, "text": "x" }))
        .await;
    let wait = body["parameters"]["retry_after"].as_u64().expect("seconds");
    assert_eq!((status, (1..=40).contains(&wait)), (429, true), "{body}");
    assert_eq!(
        body["description"],
        format!("Too Many Requests: retry after {wait}")
    );
    assert_eq!(sim.refused_by_limits(), 1);
    bot.send(anna, "elsewhere it goes on").await;
    sim.advance(Duration::from_secs(wait));
    bot.send(chat, "in time").await;
    sim.set_rate_limits(None);
    for _ in 0..50 {
        bot.send(chat, "no limits").await;
    }
}

#[tokio::test]
async fn texts_are_checked() {
    let (sim, bot, chat, _) = street().await;
    let text = |text: String| json!({ "chat_id": chat.0, "text": text });
    bot.ok("sendMessage", text("é".repeat(4_096))).await;
    bot.ok("sendMessage", text("😀".repeat(2_048))).await;
    bot.refuses(
        "sendMessage",
        text("a".repeat(4_097)),
        "message is too long",
    )
    .await;
    bot.refuses(
        "sendMessage",
        text("😀".repeat(2_049)),
        "message is too long",
    )
    .await;
    bot.refuses(
        "sendMessage",
        text(" \n".to_owned()),
        "message text is empty",
    )
    .await;
    let html = |text: &str| json!({ "chat_id": chat.0, "text": text, "parse_mode": "HTML" });
    bot.ok(
        "sendMessage",
        html(&format!("<b>{}</b>", "a".repeat(4_096))),
    )
    .await;
    let reason = "can't parse entities: Unsupported start tag \"\" at byte offset 2";
    bot.refuses("sendMessage", html("a < b"), reason).await;
    let reason = "can't parse entities: Can't find end tag corresponding to start tag \"b\"";
    bot.refuses("sendMessage", html("<b>open"), reason).await;
    let sent = bot.ok("sendMessage", html("<b>K7</b> &lt;now&gt;")).await;
    assert_eq!(sent["text"], "K7 <now>");
    assert_eq!(
        sent["entities"],
        json!([{ "type": "bold", "offset": 0, "length": 2 }])
    );
    assert_eq!(sim.bot_messages(), 4);
}

#[tokio::test]
async fn keyboards_are_checked() {
    let (sim, bot, chat, _) = street().await;
    let with = |button: Value| {
        let markup = json!({ "inline_keyboard": [[button]] });
        json!({ "chat_id": chat.0, "text": "?", "reply_markup": markup })
    };
    let unreadable = "can't parse inline keyboard button: ";
    for (button, reason) in [
        (
            json!({ "text": "x", "callback_data": "a".repeat(65) }),
            "BUTTON_DATA_INVALID".to_owned(),
        ),
        (
            json!({ "text": "x", "callback_data": "" }),
            "BUTTON_DATA_INVALID".to_owned(),
        ),
        (
            json!({ "text": "x" }),
            format!("{unreadable}Text buttons are unallowed in the inline keyboard"),
        ),
        (
            json!({ "callback_data": "x" }),
            format!("{unreadable}Can't find field \"text\""),
        ),
        (
            json!({ "text": "x", "url": "not a link" }),
            "inline keyboard button URL 'not a link' is invalid: Wrong HTTP URL".to_owned(),
        ),
    ] {
        bot.refuses("sendMessage", with(button), &reason).await;
    }
    bot.ok(
        "sendMessage",
        with(json!({ "text": "x", "callback_data": "é".repeat(32) })),
    )
    .await;
    assert_eq!(sim.messages(chat)[0].labels(), ["x"]);
}

#[tokio::test]
async fn edits_are_checked() {
    let (sim, bot, chat, anna) = street().await;
    let card = bot.send(chat, "open").await;
    let edit = |id: i64, text: &str| json!({ "chat_id": chat.0, "message_id": id, "text": text });
    let same = "message is not modified: specified new message content and reply markup are \
                exactly the same as a current content and reply markup of the message";
    bot.refuses("editMessageText", edit(card, "open"), same)
        .await;
    assert!(bot.ok("editMessageText", edit(card, "claimed")).await["edit_date"].is_i64());
    let hers = sim.say(chat, anna, "milk");
    bot.refuses(
        "editMessageText",
        edit(hers, "x"),
        "message can't be edited",
    )
    .await;
    bot.refuses(
        "editMessageText",
        edit(9_999, "x"),
        "message to edit not found",
    )
    .await;
    let keyboard = json!({ "inline_keyboard": [[{ "text": "Claim", "callback_data": "c" }]] });
    let markup = json!({ "chat_id": chat.0, "message_id": card, "reply_markup": keyboard });
    bot.ok("editMessageReplyMarkup", markup.clone()).await;
    bot.refuses("editMessageReplyMarkup", markup, same).await;
    let seen = || sim.view(|view| view.message(chat, card)).expect("kept");
    assert_eq!(seen().labels(), ["Claim"]);
    bot.ok("editMessageText", edit(card, "done")).await;
    assert_eq!((seen().text.as_str(), seen().edited), ("done", true));
    assert!(
        seen().buttons.is_empty(),
        "an edit without a keyboard takes it away"
    );
}

#[tokio::test]
async fn deletions_are_checked_and_never_reported() {
    let (sim, bot, chat, anna) = street().await;
    let card = bot.send(chat, "open").await;
    let hers = sim.say(chat, anna, "milk");
    let message = |id: i64| json!({ "chat_id": chat.0, "message_id": id });
    bot.refuses("deleteMessage", message(hers), "message can't be deleted")
        .await;
    bot.ok("deleteMessage", message(card)).await;
    bot.refuses(
        "deleteMessage",
        message(card),
        "message to delete not found",
    )
    .await;
    assert!(
        sim.view(|view| view.message(chat, card))
            .expect("kept")
            .deleted
    );
    sim.set_bot_admin(chat, true);
    bot.drain().await;
    bot.ok("deleteMessage", message(hers)).await;
    let again = sim.say(chat, anna, "eggs");
    sim.delete(chat, again).expect("hers");
    assert_eq!(kinds(&bot.drain().await), ["message"]);
    let reply = |lenient: bool| {
        let to = json!({ "message_id": again, "allow_sending_without_reply": lenient });
        json!({ "chat_id": chat.0, "text": "re", "reply_parameters": to })
    };
    bot.refuses(
        "sendMessage",
        reply(false),
        "message to be replied not found",
    )
    .await;
    assert!(
        bot.ok("sendMessage", reply(true))
            .await
            .get("reply_to_message")
            .is_none()
    );
    let old = json!({ "chat_id": chat.0, "text": "re", "reply_to_message_id": again });
    bot.refuses("sendMessage", old, "message to be replied not found")
        .await;
}

#[tokio::test]
async fn a_deep_link_opens_the_private_chat() {
    let (sim, bot, chat, anna) = street().await;
    let write = json!({ "chat_id": anna.0, "text": "hello" });
    let first = bot.fails("sendMessage", write.clone()).await;
    let reason = "Forbidden: bot can't initiate conversation with a user";
    assert_eq!(first, (403, reason.to_owned()));
    let link = format!("https://t.me/{}?start=case_K7", sim.bot_username());
    let asked = bot
        .ask(chat, json!([{ "text": "Tell me privately", "url": link }]))
        .await;
    let pressed = sim.press(anna, chat, asked, 0).expect_err("a link");
    assert_eq!(pressed, SimError::OpensLink { url: link.clone() });
    sim.follow(anna, chat, asked, "privately")
        .expect("a link to the bot");
    let started = bot.drain().await;
    let message = &started[0]["message"];
    assert_eq!(message["text"], "/start case_K7");
    assert_eq!(message["chat"]["type"], "private");
    assert_eq!(
        message["entities"][0],
        json!({ "type": "bot_command", "offset": 0, "length": 6 })
    );
    bot.send(anna, "Thank you").await;
    assert_eq!(sim.private_messages(anna)[1].from, Sender::Bot);

    sim.block_bot(anna);
    let blocked = bot.fails("sendMessage", write).await;
    assert_eq!(
        blocked,
        (403, "Forbidden: bot was blocked by the user".to_owned())
    );
    let told = bot.drain().await;
    assert_eq!(
        told[0]["my_chat_member"]["new_chat_member"]["status"],
        "kicked"
    );
    sim.open_link(anna, "https://t.me/other_bot?start=x")
        .expect_err("another bot");
    sim.start_bot(anna, Some("not allowed"))
        .expect_err("a space");
    sim.start_bot(anna, Some(&"a".repeat(65)))
        .expect_err("too long");
}

#[tokio::test]
async fn presses_are_answered_in_time_or_too_old() {
    let (sim, bot, chat, anna) = street().await;
    let buttons = json!([
        { "text": "Yes", "callback_data": "yes:1" }, { "text": "No", "callback_data": "no:1" },
    ]);
    let asked = bot.ask(chat, buttons).await;
    let press = sim.press(anna, chat, asked, "No").expect("a button");
    let query = bot.drain().await[0]["callback_query"].take();
    assert_eq!(query["id"], json!(press));
    assert_eq!(
        (&query["data"], &query["from"]["id"]),
        (&json!("no:1"), &json!(anna.0))
    );
    assert_eq!(query["message"]["message_id"], asked);
    let answer = json!({ "callback_query_id": press, "text": "Noted", "show_alert": true });
    bot.ok("answerCallbackQuery", answer.clone()).await;
    bot.ok("answerCallbackQuery", json!({ "callback_query_id": press }))
        .await;
    let shown = sim.answers(anna);
    assert_eq!((shown[0].text.as_str(), shown[0].alert), ("Noted", true));
    sim.advance(Duration::from_secs(151));
    let reason = "query is too old and response timeout expired or query ID is invalid";
    bot.refuses("answerCallbackQuery", answer, reason).await;
    bot.refuses(
        "answerCallbackQuery",
        json!({ "callback_query_id": "1" }),
        reason,
    )
    .await;

    sim.make_inaccessible(chat, asked);
    sim.press(anna, chat, asked, 0).expect("a button");
    let query = bot.drain().await[0]["callback_query"].take();
    assert_eq!(query["message"]["date"], 0);
    assert!(query["message"].get("text").is_none());
    let missing = sim
        .press(anna, chat, asked, "Maybe")
        .expect_err("no such button");
    assert!(
        missing.to_string().contains("found [\"Yes\", \"No\"]"),
        "{missing}"
    );
}

#[tokio::test]
async fn the_bot_writes_only_where_it_may() {
    let (sim, bot, chat, _) = street().await;
    let to = |chat: i64| json!({ "chat_id": chat, "text": "x" });
    bot.refuses("sendMessage", to(-42), "chat not found").await;
    sim.mute_bot(chat, true);
    let muted = "not enough rights to send text messages to the chat";
    bot.refuses("sendMessage", to(chat.0), muted).await;
    sim.mute_bot(chat, false);
    sim.kick_bot(chat);
    let kicked = bot.fails("sendMessage", to(chat.0)).await;
    assert_eq!(
        kicked,
        (
            403,
            "Forbidden: bot was kicked from the supergroup chat".to_owned()
        )
    );
    let group = sim.add_group("Ash Close");
    bot.ok("leaveChat", json!({ "chat_id": group.0 })).await;
    let left = bot.fails("sendMessage", to(group.0)).await;
    assert_eq!(
        left,
        (
            403,
            "Forbidden: bot is not a member of the group chat".to_owned()
        )
    );
}

#[tokio::test]
async fn an_answer_carries_what_it_answers_and_no_further() {
    let (sim, bot, chat, anna) = street().await;
    let first = sim.say(chat, anna, "I've a pram 👶, and a cot");
    let second = sim.reply_quoting(chat, anna, (first, "a cot"), "still here");
    sim.reply(chat, anna, second, "gone now");
    let heard = bot.drain().await;
    let (second, third) = (&heard[1]["message"], &heard[2]["message"]);
    let answered = &second["reply_to_message"];
    assert_eq!(answered["message_id"], first);
    assert_eq!(answered["from"]["id"], anna.0);
    assert_eq!(answered["text"], "I've a pram 👶, and a cot");
    // In UTF-16 units, of which the picture has two.
    let quote = json!({ "text": "a cot", "position": 20, "is_manual": true });
    assert_eq!(second["quote"], quote);
    assert_eq!(third["reply_to_message"]["text"], "still here");
    assert!(third["reply_to_message"].get("reply_to_message").is_none());
    assert!(third.get("quote").is_none());
    let mine = bot.send(chat, "Shall I pass it on?").await;
    sim.reply(chat, anna, mine, "yes");
    let heard = bot.drain().await;
    let answered = &heard[0]["message"]["reply_to_message"];
    assert_eq!(answered["from"]["is_bot"], true);
    assert_eq!(answered["text"], "Shall I pass it on?");
}

#[tokio::test]
async fn topics_keep_their_messages() {
    let (sim, bot, chat, anna) = street().await;
    let forum = sim.add_forum("Oak Road");
    sim.join(forum, anna);
    let food = sim.add_topic(forum, "Food");
    bot.drain().await;
    let said = sim.say_in_topic(forum, food, anna, "bread?");
    let heard = bot.drain().await;
    let message = &heard[0]["message"];
    assert_eq!(message["message_thread_id"], food);
    assert_eq!(message["is_topic_message"], true);
    assert_eq!(
        message["reply_to_message"]["forum_topic_created"]["name"],
        "Food"
    );
    let into = |topic: i64| json!({ "chat_id": forum.0, "message_thread_id": topic, "text": "x" });
    bot.ok("sendMessage", into(food)).await;
    let reply = json!({
        "chat_id": forum.0, "text": "x", "reply_parameters": { "message_id": said },
    });
    bot.ok("sendMessage", reply).await;
    let threads: Vec<_> = sim
        .messages(forum)
        .iter()
        .map(|message| message.thread)
        .collect();
    assert_eq!(threads, [Some(food); 3], "an answer stays in its topic");
    bot.refuses("sendMessage", into(food + 50), "message thread not found")
        .await;
    let astray = json!({ "chat_id": chat.0, "message_thread_id": 7, "text": "x" });
    bot.refuses("sendMessage", astray, "message thread not found")
        .await;
    sim.close_topic(forum, food);
    bot.refuses("sendMessage", into(food), "TOPIC_CLOSED").await;
    sim.set_bot_admin(forum, true);
    bot.ok("sendMessage", into(food)).await;
    let opened = bot
        .ok(
            "createForumTopic",
            json!({ "chat_id": forum.0, "name": "Lifts" }),
        )
        .await;
    bot.ok(
        "sendMessage",
        into(opened["message_thread_id"].as_i64().expect("a topic")),
    )
    .await;
}

#[tokio::test]
async fn administrators_are_known_and_may_be_anonymous() {
    let (sim, bot, chat, anna) = street().await;
    let ben = sim.add_person("Ben");
    sim.set_anonymous_admin(chat, ben);
    bot.drain().await;
    let rank = |person: PersonId| json!({ "chat_id": chat.0, "user_id": person.0 });
    assert_eq!(
        bot.ok("getChatMember", rank(anna)).await["status"],
        "member"
    );
    assert_eq!(
        bot.ok("getChatMember", rank(ben)).await["is_anonymous"],
        true
    );
    let stranger = sim.add_person("Cai");
    assert_eq!(
        bot.ok("getChatMember", rank(stranger)).await["status"],
        "left"
    );
    let here = json!({ "chat_id": chat.0 });
    let admins = bot.ok("getChatAdministrators", here.clone()).await;
    assert_eq!(
        admins.as_array().map(Vec::len),
        Some(2),
        "the founder and Ben"
    );
    assert_eq!(bot.ok("getChatMemberCount", here.clone()).await, 4);
    assert_eq!(bot.ok("getChat", here).await["title"], "Elm Street");
    sim.say(chat, ben, "from the committee");
    let heard = bot.drain().await;
    assert_eq!(heard[0]["message"]["from"]["id"], 1_087_968_824);
    assert_eq!(heard[0]["message"]["sender_chat"]["id"], chat.0);
    assert_eq!(sim.messages(chat)[0].from_name, "Elm Street");
}

#[tokio::test]
async fn commands_have_scopes_and_languages() {
    let (sim, bot, chat, anna) = street().await;
    let commands = |name: &str| json!([{ "command": name, "description": "Does it" }]);
    bot.ok("setMyCommands", json!({ "commands": commands("help") }))
        .await;
    let staff = json!({ "type": "chat", "chat_id": chat.0 });
    bot.ok(
        "setMyCommands",
        json!({ "commands": commands("queue"), "scope": staff }),
    )
    .await;
    let private = json!({ "type": "all_private_chats" });
    let welsh = json!({
        "commands": commands("angen"), "scope": private, "language_code": "cy",
    });
    bot.ok("setMyCommands", welsh).await;
    let first = |menu: Vec<(String, String)>| menu[0].0.clone();
    assert_eq!(first(sim.menu(chat, anna)), "queue");
    assert_eq!(first(sim.menu(anna, anna)), "help");
    sim.describe_person(anna, None, Some("cy"));
    assert_eq!(first(sim.menu(anna, anna)), "angen");
    assert_eq!(first(sim.commands("all_private_chats", "cy")), "angen");
    let read = bot.ok("getMyCommands", json!({ "scope": staff })).await;
    assert_eq!(read[0]["command"], "queue");
    bot.ok("deleteMyCommands", json!({ "scope": staff })).await;
    assert_eq!(first(sim.menu(chat, anna)), "help");
    let bad = json!({ "commands": commands("Help!") });
    bot.refuses("setMyCommands", bad, "BOT_COMMAND_INVALID")
        .await;
}

#[tokio::test]
async fn reactions_are_those_that_telegram_has() {
    let (sim, bot, chat, anna) = street().await;
    let hers = sim.say(chat, anna, "thanks");
    let react = |emoji: &str| {
        let reaction = json!([{ "type": "emoji", "emoji": emoji }]);
        json!({ "chat_id": chat.0, "message_id": hers, "reaction": reaction })
    };
    bot.ok("setMessageReaction", react("👍")).await;
    assert_eq!(sim.messages(chat)[0].reactions, ["👍"]);
    bot.refuses("setMessageReaction", react("✅"), "REACTION_INVALID")
        .await;
}

#[tokio::test]
async fn planned_faults_hit_the_calls_they_are_for() {
    let (sim, bot, chat, _) = street().await;
    let text = json!({ "chat_id": chat.0, "text": "x" });
    sim.fail_next("sendMessage", Outcome::Fail(502));
    sim.fail_next("SendMessage", Outcome::Limit(3));
    sim.fail_next("sendMessage", Outcome::Drop);
    sim.fail_next("sendMessage", Outcome::LoseAnswer);
    assert_eq!(bot.call("sendMessage", text.clone()).await.0, 502);
    let (status, body) = bot.call("sendMessage", text.clone()).await;
    assert_eq!(
        (status, &body["parameters"]["retry_after"]),
        (429, &json!(3))
    );
    bot.try_call("sendMessage", text.clone())
        .await
        .expect_err("no answer");
    assert!(sim.messages(chat).is_empty(), "none of these acted");
    bot.try_call("sendMessage", text.clone())
        .await
        .expect_err("no answer");
    assert_eq!(sim.messages(chat).len(), 1, "this one acted");
    assert_eq!(
        (
            sim.calls()["sendMessage"].ok,
            sim.calls()["sendMessage"].faulted
        ),
        (1, 3)
    );
    bot.ok("sendMessage", text).await;
}

#[tokio::test]
async fn the_server_goes_away_and_comes_back_with_its_chats() {
    let (sim, bot, chat, anna) = street().await;
    sim.go_down();
    sim.say(chat, anna, "meanwhile");
    bot.try_call("getMe", json!({})).await.expect_err("refused");
    sim.come_back().await.expect("its port");
    assert_eq!(texts(&bot.drain().await), ["meanwhile"]);
    let port = sim.port();
    drop(sim);
    let fresh = TelegramSim::start_at(port).await.expect("the same port");
    bot.ok("getMe", json!({})).await;
    assert_eq!(fresh.pending_updates(), 0);
}

#[tokio::test]
async fn drawn_faults_hit_as_often_as_told() {
    let (sim, bot, ..) = street().await;
    sim.faults().set(Faults {
        seed: 11,
        error_rate: 0.3,
        drop_rate: 0.2,
        ..Faults::default()
    });
    let mut went_wrong = 0;
    for _ in 0..100 {
        let answer = bot.try_call("getMe", json!({})).await;
        went_wrong += usize::from(!answer.is_ok_and(|(status, _)| status == 200));
    }
    assert!(
        (25..=65).contains(&went_wrong),
        "expected about 44, found {went_wrong}"
    );
    sim.faults().clear();
    bot.ok("getMe", json!({})).await;
}

#[tokio::test]
async fn faults_repeat_and_swap_updates_but_lose_none() {
    let (sim, bot, chat, anna) = street().await;
    sim.say_many(
        chat,
        anna,
        (0..300).map(|number| format!("message {number}")),
    );
    sim.faults().set(Faults {
        seed: 5,
        duplicate_rate: 0.2,
        reorder_rate: 0.3,
        ..Faults::default()
    });
    let mut got = Vec::new();
    let mut next = 1;
    while sim.pending_updates() > 0 {
        let batch = bot.updates(next).await;
        next = batch
            .iter()
            .map(|update| id(update) + 1)
            .chain([next])
            .max()
            .expect("one at least");
        got.extend(batch.iter().map(id));
    }
    let mut unique = got.clone();
    unique.sort_unstable();
    assert_ne!(got, unique, "some came out of order");
    unique.dedup();
    assert_eq!(unique.len(), 300);
    assert!(got.len() > 320, "some came twice: {}", got.len());
}

#[tokio::test]
async fn garbage_can_be_injected() {
    let (sim, bot, chat, anna) = street().await;
    sim.inject_raw_body("{\"ok\":true,\"result\":[{\"upd");
    let raw = bot
        .http
        .get(format!("{}/getUpdates", bot.base))
        .send()
        .await
        .expect("an answer");
    assert_eq!(
        raw.text().await.expect("a text"),
        "{\"ok\":true,\"result\":[{\"upd"
    );
    sim.inject_raw_update(json!({ "brand_new_kind": { "of": "update" } }));
    sim.say(chat, anna, "after");
    let updates = bot.updates(1).await;
    assert_eq!(updates[0]["brand_new_kind"]["of"], "update");
    assert_eq!(id(&updates[1]), id(&updates[0]) + 1);
}

#[tokio::test]
async fn what_happens_is_told_as_it_happens() {
    let (sim, bot, chat, anna) = street().await;
    let mut story = sim.on_change();
    sim.say(chat, anna, "milk please");
    let sent = bot.send(chat, "Shall I pass it on?").await;
    bot.ok(
        "deleteMessage",
        json!({ "chat_id": chat.0, "message_id": sent }),
    )
    .await;
    let said = story.recv().await.expect("told");
    assert_eq!(
        (said.who.as_str(), said.title.as_str()),
        ("Anna", "Elm Street")
    );
    assert!(matches!(said.what, Happened::Said(message) if message.text == "milk please"));
    assert!(story.recv().await.expect("told").by_bot);
    assert!(matches!(
        story.recv().await.expect("told").what,
        Happened::Deleted(_)
    ));
    let missed = sim
        .wait_until(|view| view.bot_messages() > 9, Duration::from_millis(1))
        .await;
    assert!(
        missed
            .expect_err("never")
            .to_string()
            .contains("Anna: milk please")
    );
}

/// The shapes are not only ours: an independent library reads every one of them.
#[tokio::test]
async fn an_independent_library_reads_every_update_and_answer() {
    use teloxide::types::{ChatFullInfo, ChatMember, Me, Message};

    let (sim, bot, chat, anna) = street().await;
    let everything = json!([
        "message",
        "edited_message",
        "callback_query",
        "my_chat_member",
        "chat_member"
    ]);
    bot.ok(
        "getUpdates",
        json!({ "offset": -1, "allowed_updates": everything }),
    )
    .await;
    sim.describe_person(anna, Some("anna_elm"), Some("en"));
    let html = "<b>x</b> <a href=\"https://example.org/\">y</a>";
    let markup = json!({ "inline_keyboard": [[{ "text": "Yes", "callback_data": "y" }]] });
    let first = sim.say(
        chat,
        anna,
        "/need milk @anna_elm #food https://example.org/",
    );
    let question = json!({
        "chat_id": chat.0, "text": html, "parse_mode": "HTML", "reply_markup": markup,
        "reply_parameters": { "message_id": first },
    });
    let asked: Message =
        serde_json::from_value(bot.ok("sendMessage", question).await).expect("a message");
    let asked = i64::from(asked.id.0);
    play_everything(&sim, chat, anna, first, asked);

    let updates = bot.drain().await;
    assert!(
        updates.len() > 25,
        "expected one of everything, found {}",
        updates.len()
    );
    for update in updates {
        check_with_library(&update);
    }
    let here = json!({ "chat_id": chat.0 });
    let _: Me = serde_json::from_value(bot.ok("getMe", json!({})).await).expect("getMe");
    let info = bot.ok("getChat", here.clone()).await;
    let _: ChatFullInfo = serde_json::from_value(info).expect("getChat");
    let private = bot.ok("getChat", json!({ "chat_id": anna.0 })).await;
    let _: ChatFullInfo = serde_json::from_value(private).expect("getChat");
    let admins = bot.ok("getChatAdministrators", here).await;
    let admins: Vec<ChatMember> = serde_json::from_value(admins).expect("administrators");
    assert_eq!(admins.len(), 2);
}

fn play_everything(sim: &TelegramSim, chat: ChatId, anna: PersonId, first: i64, asked: i64) {
    let forum = sim.add_forum("Oak Road");
    let old = sim.add_group("Ash Close");
    sim.set_bot_admin(forum, true);
    sim.set_bot_admin(chat, true);
    sim.set_admin(forum, anna);
    sim.set_anonymous_admin(chat, anna);
    sim.say(chat, anna, "as the group");
    sim.unset_admin(chat, anna);
    let topic = sim.add_topic(forum, "Food");
    sim.say_in_topic(forum, topic, anna, "bread");
    sim.close_topic(forum, topic);
    sim.edit(chat, first, "/need oat milk").expect("hers");
    sim.reply(chat, anna, first, "please");
    let photo = json!({ "file_id": "a", "file_unique_id": "b", "width": 9, "height": 9 });
    sim.say_with(chat, anna, "my shelf", json!({ "photo": [photo] }));
    let contact = json!({ "phone_number": "07700900123", "first_name": "Anna" });
    sim.say_with(chat, anna, "", json!({ "contact": contact }));
    sim.press(anna, chat, asked, 0).expect("a button");
    sim.make_inaccessible(chat, asked);
    sim.press(anna, chat, asked, 0).expect("a button");
    sim.start_bot(anna, Some("x")).expect("a payload");
    sim.block_bot(anna);
    sim.migrate(old);
    sim.leave(forum, anna);
    sim.kick_bot(forum);
}

fn check_with_library(update: &Value) {
    use teloxide::types::{Update, UpdateKind};

    // Read from text, as it comes over the wire: from a `Value` the library reads no kind.
    let read: Update = serde_json::from_str(&update.to_string()).expect("an update");
    assert!(
        !matches!(read.kind, UpdateKind::Error(_)),
        "not read: {update}"
    );
    if let UpdateKind::Message(message) = &read.kind {
        let kind = format!("{:?}", message.kind);
        assert!(
            !kind.starts_with("Empty"),
            "read as an empty message: {update}"
        );
    }
}
