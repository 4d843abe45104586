//! The simulated Discord keeps the rules that Discord documents, as seen over plain HTTP and a
//! plain WebSocket, and two independent client libraries understand everything it sends.

#![expect(clippy::unwrap_used, reason = "a test stops at what it didn't expect")]

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use kith::sim::discord::{DiscordSim, SeenAnswer, What};
use kith::sim::faults::Faults;
use serde_json::{Value, json};
use serenity::model::event::{Event, GatewayEvent};
use tokio_tungstenite::tungstenite::Message as Packet;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use twilight_gateway::{EventTypeFlags, Intents, Shard, ShardId};

const PATIENCE: Duration = Duration::from_secs(10);

const GUILDS: u64 = 1;
const GUILD_MESSAGES: u64 = 1 << 9;
const REACTIONS: u64 = 1 << 10;
const DIRECT_MESSAGES: u64 = 1 << 12;
const MESSAGE_CONTENT: u64 = 1 << 15;
const USUAL: u64 = GUILDS | GUILD_MESSAGES | REACTIONS | DIRECT_MESSAGES | MESSAGE_CONTENT;

/// A neighbourhood with one channel and two neighbours.
struct Town {
    sim: DiscordSim,
    http: reqwest::Client,
    guild: u64,
    help: u64,
    asha: u64,
    ben: u64,
}

impl Town {
    async fn new() -> Self {
        let sim = DiscordSim::start().await.unwrap();
        let guild = sim.add_guild("Fernhill");
        let help = sim.add_channel(guild, "help");
        let (asha, ben) = (sim.add_person("Asha Rowe"), sim.add_person("Ben Okoro"));
        sim.join(guild, asha);
        sim.join(guild, ben);
        let http = reqwest::Client::builder()
            .timeout(PATIENCE)
            .build()
            .unwrap();
        Self {
            sim,
            http,
            guild,
            help,
            asha,
            ben,
        }
    }

    fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let method = method.parse().unwrap();
        let url = format!("{}/api/v10{path}", self.sim.api_url());
        self.http
            .request(method, url)
            .header("authorization", format!("Bot {}", self.sim.token()))
    }

    /// Status and body of a call.
    async fn call(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let mut request = self.request(method, path);
        if !body.is_null() {
            request = request.json(&body);
        }
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let text = response.text().await.unwrap();
        (status, serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        self.call("GET", path, Value::Null).await
    }

    async fn post(&self, body: Value) -> (u16, Value) {
        self.call("POST", &format!("/channels/{}/messages", self.help), body)
            .await
    }

    /// Answers an interaction.
    async fn answer(&self, id: u64, token: &str, body: Value) -> (u16, Value) {
        self.call(
            "POST",
            &format!("/interactions/{id}/{token}/callback"),
            body,
        )
        .await
    }

    fn webhook(&self, token: &str, rest: &str) -> String {
        format!("/webhooks/{}/{token}{rest}", self.sim.application_id())
    }

    async fn register(&self) {
        let path = format!("/applications/{}/commands", self.sim.application_id());
        let (status, body) = self.call("PUT", &path, commands()).await;
        assert_eq!(status, 200, "{body}");
    }
}

fn commands() -> Value {
    json!([
        { "name": "need", "type": 1, "description": "Ask for help", "options": [
            { "name": "what", "type": 3, "description": "What", "required": true, "max_length": 50 },
            { "name": "people", "type": 4, "description": "How many", "min_value": 1 },
        ]},
        { "name": "kith", "type": 1, "description": "Settings",
          "default_member_permissions": "32", "contexts": [0], "options": [
            { "name": "setup", "type": 1, "description": "Set a channel up", "options": [
                { "name": "role", "type": 3, "description": "Role", "required": true, "choices": [
                    { "name": "Intake", "value": "intake" }, { "name": "Hub", "value": "hub" } ]},
                { "name": "channel", "type": 7, "description": "Channel" },
                { "name": "staff", "type": 8, "description": "Staff role" },
                { "name": "lead", "type": 6, "description": "Lead" },
            ]},
        ]},
        { "name": "Log as a request", "type": 3 },
    ])
}

fn two_buttons() -> Value {
    json!([{ "type": 1, "components": [
        { "type": 2, "style": 3, "label": "Yes", "custom_id": "yes:1" },
        { "type": 2, "style": 5, "label": "Read more", "url": "https://example.org/" },
    ]}])
}

fn form() -> Value {
    json!({ "custom_id": "details:1", "title": "Details", "components": [
        { "type": 1, "components": [
            { "type": 4, "style": 2, "custom_id": "what", "label": "What is needed?",
              "required": true, "value": "A lift" }]},
        { "type": 18, "label": "Where?", "component":
            { "type": 4, "style": 1, "custom_id": "where", "required": false }},
    ]})
}

/// A gateway client that knows nothing but JSON.
struct Line {
    socket: tokio_tungstenite::WebSocketStream<
        tokio_tungstenite::MaybeTlsStream<tokio::net::TcpStream>,
    >,
    sequence: u64,
    session: String,
    resume_url: String,
    frames: Vec<String>,
}

impl Line {
    async fn open(url: &str) -> Self {
        let url = format!("{url}/?v=10&encoding=json");
        let (socket, _) = tokio_tungstenite::connect_async(url).await.unwrap();
        let mut line = Self {
            socket,
            sequence: 0,
            session: String::new(),
            resume_url: String::new(),
            frames: Vec::new(),
        };
        let hello = line.packet().await.unwrap();
        assert_eq!(hello["op"], 10);
        assert!(hello["d"]["heartbeat_interval"].is_u64());
        line
    }

    /// Connects and identifies, up to the last `GUILD_CREATE`.
    async fn identified(town: &Town, intents: u64) -> Self {
        let mut line = Self::open(&town.sim.gateway_url()).await;
        line.identify(&town.sim.token(), intents).await;
        let ready = line.event("READY").await;
        line.session = ready["session_id"].as_str().unwrap().to_owned();
        line.resume_url = ready["resume_gateway_url"].as_str().unwrap().to_owned();
        if intents & GUILDS != 0 {
            line.event("GUILD_CREATE").await;
        }
        line
    }

    async fn send(&mut self, packet: Value) {
        let packet = Packet::text(packet.to_string());
        self.socket.send(packet).await.unwrap();
    }

    async fn identify(&mut self, token: &str, intents: u64) {
        self.send(json!({ "op": 2, "d": { "token": token, "intents": intents,
            "properties": { "os": "linux", "browser": "test", "device": "test" } } }))
            .await;
    }

    async fn resume(&mut self, town: &Town, session: &str, sequence: u64) {
        self.send(json!({ "op": 6, "d": {
            "token": town.sim.token(), "session_id": session, "seq": sequence } }))
            .await;
    }

    /// The next packet, or how the line was closed: 0 when without a code.
    async fn packet(&mut self) -> Result<Value, u16> {
        let packet = tokio::time::timeout(PATIENCE, self.socket.next()).await;
        match packet.expect("expected a packet within the time, got none") {
            Some(Ok(Packet::Text(text))) => {
                let value: Value = serde_json::from_str(&text).unwrap();
                if let Some(sequence) = value["s"].as_u64() {
                    assert!(sequence > self.sequence, "numbers only grow");
                    self.sequence = sequence;
                }
                self.frames.push(text.as_str().to_owned());
                Ok(value)
            }
            Some(Ok(Packet::Close(Some(frame)))) => Err(frame.code.into()),
            _ => Err(0),
        }
    }

    /// The payload of the next dispatch, which has to have this name.
    async fn event(&mut self, name: &str) -> Value {
        let packet = self.packet().await.unwrap();
        assert_eq!(packet["t"], name, "{packet}");
        packet["d"].clone()
    }

    async fn close(mut self, code: u16) {
        let frame = CloseFrame {
            code: code.into(),
            reason: "".into(),
        };
        self.socket.close(Some(frame)).await.unwrap();
        while let Some(Ok(_)) = self.socket.next().await {}
    }
}

/// How a line ends that says this after HELLO.
async fn closed_after(town: &Town, packet: Value) -> u16 {
    let mut line = Line::open(&town.sim.gateway_url()).await;
    line.send(packet).await;
    line.packet().await.unwrap_err()
}

#[tokio::test]
async fn calls_need_the_token() {
    let town = Town::new().await;
    let url = format!("{}/api/v10", town.sim.api_url());
    let refused = town
        .http
        .get(format!("{url}/users/@me"))
        .header("authorization", "Bot wrong")
        .send()
        .await
        .unwrap();
    assert_eq!(refused.status(), 401);
    let open = town
        .http
        .get(format!("{url}/gateway"))
        .send()
        .await
        .unwrap();
    assert_eq!(open.status(), 200);
    let (_, me) = town.get("/users/@me").await;
    assert_eq!(me["id"], town.sim.bot_id().to_string());
    let (_, gateway) = town.get("/gateway/bot").await;
    assert_eq!(gateway["url"], town.sim.gateway_url());
    assert_eq!(gateway["session_start_limit"]["remaining"], 1000);
    let (_, application) = town.get("/oauth2/applications/@me").await;
    assert_eq!(application["flags"], 1 << 19);
    town.sim.grant_content_intent(false);
    let (_, application) = town.get("/applications/@me").await;
    assert_eq!(application["flags"], 0);
    assert_eq!(town.sim.calls()["GET /users/@me"], 2);
    assert_eq!(town.sim.statuses()[&401], 1);
}

#[tokio::test]
async fn messages_are_checked_like_discord_does() {
    let town = Town::new().await;
    let buttons = |count: usize, id: usize, label: usize| {
        let one = |n| {
            json!({ "type": 2, "style": 1, "label": "x".repeat(label),
                "custom_id": format!("{n}{}", "c".repeat(id)) })
        };
        json!({ "content": "x", "components": [
            { "type": 1, "components": (0..count).map(one).collect::<Vec<_>>() }] })
    };
    let row = json!({ "type": 1, "components": [
        { "type": 2, "style": 1, "label": "x", "custom_id": "same" }] });
    let cases = [
        (json!({ "content": "" }), 50006),
        (json!({ "content": "x".repeat(2001) }), 50035),
        (json!({ "content": "x", "nonce": "n".repeat(26) }), 50035),
        (buttons(6, 1, 1), 50035),
        (buttons(1, 100, 1), 50035),
        (buttons(1, 1, 81), 50035),
        (json!({ "content": "x", "components": [row, row] }), 50035),
        (
            json!({ "content": "x", "components": vec![two_buttons()[0].clone(); 6] }),
            50035,
        ),
        (json!({ "embeds": [{ "title": "t".repeat(257) }] }), 50035),
        (
            json!({ "content": "x", "message_reference": { "message_id": "1" } }),
            50035,
        ),
    ];
    for (body, code) in cases {
        let (status, answer) = town.post(body.clone()).await;
        assert_eq!((status, &answer["code"]), (400, &json!(code)), "{body}");
    }
    assert!(town.sim.messages(town.help).is_empty());
    let (status, message) = town
        .post(
            json!({ "content": "x".repeat(2000), "components": two_buttons(),
            "embeds": [{ "title": "T", "fields": [{ "name": "a", "value": "b" }] }] }),
        )
        .await;
    assert_eq!(status, 200, "{message}");
    let seen = &town.sim.messages(town.help)[0];
    assert_eq!(seen.embeds, ["T\na: b"]);
    assert_eq!(
        seen.button("Yes").unwrap().custom_id.as_deref(),
        Some("yes:1")
    );
    let link = seen.button("Read more").unwrap();
    assert_eq!(link.url.as_deref(), Some("https://example.org/"));
}

#[tokio::test]
async fn a_repeated_nonce_gives_the_first_message() {
    let town = Town::new().await;
    let body = json!({ "content": "once", "nonce": "n-1", "enforce_nonce": true });
    let (_, first) = town.post(body.clone()).await;
    let (_, second) = town.post(body.clone()).await;
    assert_eq!(first["id"], second["id"]);
    assert_eq!(town.sim.message_count(town.help), 1);
    town.sim.advance(Duration::from_mins(10));
    let (_, third) = town.post(body).await;
    assert_ne!(
        first["id"], third["id"],
        "a nonce is remembered for minutes"
    );
}

#[tokio::test]
async fn history_is_paged_newest_first() {
    let town = Town::new().await;
    let texts = (0..120).map(|number| format!("message {number}"));
    let ids = town.sim.say_many(town.help, town.asha, texts).unwrap();
    let list = |query: String| {
        let path = format!("/channels/{}/messages{query}", town.help);
        let town = &town;
        async move {
            let (_, page) = town.get(&path).await;
            let page = page.as_array().unwrap().clone();
            let page = page.iter().map(|message| message["id"].as_str().unwrap());
            page.map(|id| id.parse::<u64>().unwrap())
                .collect::<Vec<_>>()
        }
    };
    let newest_first = |range: &[u64]| range.iter().rev().copied().collect::<Vec<_>>();
    assert_eq!(list(String::new()).await, newest_first(&ids[70..]));
    let after = list(format!("?after={}&limit=100", ids[9])).await;
    assert_eq!(after, newest_first(&ids[10..110]));
    let before = list(format!("?before={}&limit=3", ids[5])).await;
    assert_eq!(before, newest_first(&ids[2..5]));
    let around = list(format!("?around={}&limit=4", ids[50])).await;
    assert_eq!(around, newest_first(&ids[48..52]));
    town.sim.delete(town.help, ids[119]).unwrap();
    assert_eq!(list("?limit=1".to_owned()).await, [ids[118]]);
    // Without READ_MESSAGE_HISTORY there is an empty list, not an error.
    town.sim.set_bot_permissions(town.help, 1 << 10 | 1 << 11);
    assert!(list(String::new()).await.is_empty());
}

#[tokio::test]
async fn an_answer_carries_what_it_answers_null_once_it_is_gone() {
    let town = Town::new().await;
    let mut line = Line::identified(&town, USUAL).await;
    let (sim, help) = (&town.sim, town.help);
    let first = sim.say(help, town.asha, "I can do a shop").unwrap();
    let second = sim.reply(help, town.ben, first, "Yes please").unwrap();
    let third = sim.reply(help, town.asha, second, "Noted").unwrap();
    assert!(
        line.event("MESSAGE_CREATE")
            .await
            .get("referenced_message")
            .is_none()
    );
    let event = line.event("MESSAGE_CREATE").await;
    assert_eq!(event["type"], 19);
    assert_eq!(event["message_reference"]["message_id"], first.to_string());
    let answered = &event["referenced_message"];
    assert_eq!(answered["content"], "I can do a shop");
    assert_eq!(answered["author"]["id"], town.asha.to_string());
    let event = line.event("MESSAGE_CREATE").await;
    let answered = &event["referenced_message"];
    assert_eq!(answered["id"], second.to_string());
    assert!(answered.get("referenced_message").is_none());
    sim.edit(help, second, "Yes please, milk").unwrap();
    let event = line.event("MESSAGE_UPDATE").await;
    assert_eq!(event["referenced_message"]["id"], first.to_string());

    sim.delete(help, first).unwrap();
    let (_, page) = town.get(&format!("/channels/{help}/messages")).await;
    let there = |at: usize, id: u64| assert_eq!(page[at]["id"], id.to_string());
    there(0, third);
    there(1, second);
    assert_eq!(page[0]["referenced_message"]["content"], "Yes please, milk");
    assert!(page[1].as_object().unwrap()["referenced_message"].is_null());
    assert_eq!(
        page[1]["message_reference"]["message_id"],
        first.to_string()
    );
}

#[tokio::test]
async fn permissions_are_enforced() {
    let town = Town::new().await;
    let theirs = town.sim.say(town.help, town.asha, "Hello").unwrap();
    let path = format!("/channels/{}/messages/{theirs}", town.help);
    let (status, error) = town.call("PATCH", &path, json!({ "content": "x" })).await;
    assert_eq!((status, &error["code"]), (403, &json!(50005)));
    town.sim.set_bot_permissions(town.help, 1 << 10 | 1 << 11);
    let (status, error) = town.call("DELETE", &path, Value::Null).await;
    assert_eq!((status, &error["code"]), (403, &json!(50013)));
    town.sim.set_bot_permissions(town.help, 1 << 10);
    let (status, error) = town.post(json!({ "content": "x" })).await;
    assert_eq!((status, &error["code"]), (403, &json!(50013)));
    town.sim.set_bot_permissions(town.help, 0);
    let (status, error) = town.post(json!({ "content": "x" })).await;
    assert_eq!((status, &error["code"]), (403, &json!(50001)));
    let (status, error) = town.get("/channels/1").await;
    assert_eq!((status, &error["code"]), (404, &json!(10003)));
    let (status, error) = town
        .get(&format!(
            "/channels/{}/messages/1",
            town.sim.add_channel(town.guild, "b")
        ))
        .await;
    assert_eq!((status, &error["code"]), (404, &json!(10008)));
    let staff = town.sim.add_role(town.guild, "Staff");
    let hub = town.sim.add_private_channel(town.guild, "hub", staff);
    assert!(town.sim.say(hub, town.asha, "Hello").is_err());
    town.sim.give_role(town.guild, town.asha, staff);
    town.sim.say(hub, town.asha, "Hello").unwrap();
}

#[tokio::test]
async fn direct_messages_can_be_refused() {
    let town = Town::new().await;
    let open = |person: u64| json!({ "recipient_id": person.to_string() });
    let (_, channel) = town
        .call("POST", "/users/@me/channels", open(town.asha))
        .await;
    let path = format!("/channels/{}/messages", channel["id"].as_str().unwrap());
    let hello = json!({ "content": "Hello" });
    let (status, _) = town.call("POST", &path, hello.clone()).await;
    assert_eq!(status, 200);
    assert_eq!(town.sim.dms(town.asha)[0].content, "Hello");
    town.sim.refuse_dms(town.asha, true);
    let (status, error) = town.call("POST", &path, hello.clone()).await;
    assert_eq!((status, &error["code"]), (403, &json!(50007)));
    let stranger = town.sim.add_person("Stranger");
    let (_, channel) = town
        .call("POST", "/users/@me/channels", open(stranger))
        .await;
    let path = format!("/channels/{}/messages", channel["id"].as_str().unwrap());
    let (status, error) = town.call("POST", &path, hello).await;
    assert_eq!((status, &error["code"]), (403, &json!(50278)));
}

#[tokio::test]
async fn threads_start_with_and_without_a_message() {
    let town = Town::new().await;
    let mut line = Line::identified(&town, USUAL).await;
    let first = town
        .sim
        .say(town.help, town.asha, "Lift on Friday?")
        .unwrap();
    let path = format!("/channels/{}/messages/{first}/threads", town.help);
    let (status, thread) = town.call("POST", &path, json!({ "name": "Lift" })).await;
    assert_eq!((status, &thread["type"]), (201, &json!(11)));
    assert_eq!(thread["id"], first.to_string());
    line.event("MESSAGE_CREATE").await;
    assert_eq!(line.event("THREAD_CREATE").await["newly_created"], true);
    let updated = line.event("MESSAGE_UPDATE").await;
    assert_eq!(updated["thread"]["id"], first.to_string());
    assert_eq!(
        updated["content"], "Lift on Friday?",
        "updates are full messages"
    );
    let (status, error) = town.call("POST", &path, json!({ "name": "Lift" })).await;
    assert_eq!((status, &error["code"]), (400, &json!(160_004)));
    town.sim.say(first, town.ben, "I can drive").unwrap();
    assert_eq!(line.event("MESSAGE_CREATE").await["channel_type"], 11);
    let (_, active) = town
        .get(&format!("/guilds/{}/threads/active", town.guild))
        .await;
    assert_eq!(active["threads"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn commands_are_registered_and_used_by_their_rules() {
    let town = Town::new().await;
    let path = format!("/applications/{}/commands", town.sim.application_id());
    let bad = json!([{ "name": "Bad Name", "type": 1, "description": "x" }]);
    assert_eq!(town.call("PUT", &path, bad).await.0, 400);
    town.register().await;
    let (_, listed) = town.get(&path).await;
    for command in listed.as_array().unwrap() {
        for field in ["id", "version", "application_id", "type", "description"] {
            assert!(!command[field].is_null(), "{field} in {command}");
        }
    }
    let before = listed[0]["id"].clone();
    town.register().await;
    let (_, listed) = town.get(&path).await;
    assert_eq!(listed[0]["id"], before, "the same name keeps its id");

    let mut line = Line::identified(&town, USUAL).await;
    let sim = &town.sim;
    let slash =
        |command: &str, options: &[(&str, &str)]| sim.slash(town.asha, town.help, command, options);
    assert!(slash("nothing", &[]).is_err());
    assert!(slash("need", &[]).is_err(), "a required option is missing");
    assert!(slash("need", &[("what", &"x".repeat(51))]).is_err());
    assert!(slash("need", &[("what", "x"), ("people", "0")]).is_err());
    assert!(slash("need", &[("what", "x"), ("other", "0")]).is_err());
    slash("need", &[("what", "A lift"), ("people", "2")]).unwrap();
    let event = line.event("INTERACTION_CREATE").await;
    assert_eq!(
        event["data"]["options"],
        json!([{ "name": "what", "type": 3, "value": "A lift" },
               { "name": "people", "type": 4, "value": 2 }])
    );
    assert_eq!(event["member"]["user"]["id"], town.asha.to_string());
    assert_eq!(event["context"], 0);

    let setup = [
        ("role", "Hub"),
        ("channel", "#help"),
        ("staff", "Staff"),
        ("lead", "Ben Okoro"),
    ];
    let staff = sim.add_role(town.guild, "Staff");
    line.event("GUILD_ROLE_CREATE").await;
    assert!(slash("kith setup", &setup).is_err(), "needs a permission");
    sim.set_administrator(town.guild, town.asha);
    line.event("GUILD_ROLE_CREATE").await;
    assert!(slash("kith", &setup).is_err(), "the subcommand is missing");
    slash("kith setup", &setup).unwrap();
    let event = line.event("INTERACTION_CREATE").await;
    let inner = &event["data"]["options"][0];
    assert_eq!(
        (&inner["name"], &inner["type"]),
        (&json!("setup"), &json!(1))
    );
    assert_eq!(inner["options"][0]["value"], "hub");
    assert_eq!(inner["options"][2]["value"], staff.to_string());
    let resolved = &event["data"]["resolved"];
    assert_eq!(resolved["channels"][town.help.to_string()]["name"], "help");
    assert_eq!(
        resolved["users"][town.ben.to_string()]["username"],
        "ben.okoro"
    );
    let direct = sim.dm_channel(town.asha);
    assert!(sim.slash(town.asha, direct, "kith setup", &setup).is_err());
    sim.slash(town.asha, direct, "need", &[("what", "A lift")])
        .unwrap();
    let event = line.event("INTERACTION_CREATE").await;
    assert_eq!(event["user"]["id"], town.asha.to_string());
    assert!(event.get("member").is_none());
}

#[tokio::test]
async fn interactions_are_answered_once_and_in_time() {
    let town = Town::new().await;
    town.register().await;
    let sim = &town.sim;
    let need = || {
        sim.slash(town.asha, town.help, "need", &[("what", "x")])
            .unwrap()
    };
    let reply = json!({ "type": 4, "data": { "content": "Noted", "flags": 64 } });

    let first = need();
    let early = town.webhook(&first.token, "");
    let (status, error) = town.call("POST", &early, json!({ "content": "x" })).await;
    assert_eq!((status, &error["code"]), (404, &json!(10015)));
    assert_eq!(
        town.answer(first.id, &first.token, reply.clone()).await.0,
        204
    );
    let (status, error) = town.answer(first.id, &first.token, reply.clone()).await;
    assert_eq!((status, &error["code"]), (400, &json!(40060)));
    assert_eq!(sim.ephemerals(town.asha)[0].content, "Noted");
    assert!(sim.ephemerals(town.ben).is_empty());
    assert!(sim.messages(town.help).is_empty());

    let original = town.webhook(&first.token, "/messages/@original");
    let (status, _) = town
        .call("PATCH", &original, json!({ "content": "Kept" }))
        .await;
    assert_eq!(status, 200);
    assert_eq!(sim.ephemerals(town.asha)[0].content, "Kept");
    let follow_up = json!({ "content": "And more", "flags": 64 });
    let (_, more) = town.call("POST", &early, follow_up).await;
    let more = town.webhook(
        &first.token,
        &format!("/messages/{}", more["id"].as_str().unwrap()),
    );
    assert_eq!(town.get(&more).await.1["content"], "And more");
    assert_eq!(town.call("DELETE", &more, Value::Null).await.0, 204);
    assert!(sim.ephemerals(town.asha)[1].deleted);
    sim.advance(Duration::from_mins(16));
    let (status, error) = town
        .call("PATCH", &original, json!({ "content": "Late" }))
        .await;
    assert_eq!((status, &error["code"]), (401, &json!(50027)));

    let late = need();
    sim.advance(Duration::from_secs(4));
    assert!(sim.has_failed(late.id));
    let (status, error) = town.answer(late.id, &late.token, reply).await;
    assert_eq!((status, &error["code"]), (404, &json!(10062)));

    let waiting = need();
    let later = json!({ "type": 5, "data": { "flags": 64 } });
    assert_eq!(town.answer(waiting.id, &waiting.token, later).await.0, 204);
    let Some(SeenAnswer::Deferred(message)) = sim.answer_to(waiting.id) else {
        panic!("expected a deferred answer");
    };
    assert!(message.loading);
    let original = town.webhook(&waiting.token, "/messages/@original");
    town.call("PATCH", &original, json!({ "content": "Done" }))
        .await;
    let message = sim.message(town.help, message.id).unwrap();
    assert_eq!((message.content.as_str(), message.loading), ("Done", false));
    assert!(!message.is_edited(), "the first content isn't an edit");
}

#[tokio::test]
async fn buttons_and_forms_work_as_people_use_them() {
    let town = Town::new().await;
    let sim = &town.sim;
    let mut line = Line::identified(&town, USUAL).await;
    let (_, card) = town
        .post(json!({ "content": "Card", "components": two_buttons() }))
        .await;
    let card: u64 = card["id"].as_str().unwrap().parse().unwrap();
    line.event("MESSAGE_CREATE").await;
    assert!(sim.press(town.asha, town.help, card, "No").is_err());
    assert!(sim.press(town.asha, town.help, card, "Read more").is_err());

    let pressed = sim.press(town.asha, town.help, card, "Yes").unwrap();
    let event = line.event("INTERACTION_CREATE").await;
    assert_eq!(
        (&event["type"], &event["data"]["custom_id"]),
        (&json!(3), &json!("yes:1"))
    );
    assert_eq!(event["message"]["id"], card.to_string());
    let modal = json!({ "type": 9, "data": form() });
    assert_eq!(
        town.answer(pressed.id, &pressed.token, modal.clone())
            .await
            .0,
        204
    );
    let open = sim.modals(town.asha);
    assert_eq!(open[0].title, "Details");
    let labels: Vec<&str> = open[0].fields.iter().map(|it| it.label.as_str()).collect();
    assert_eq!(labels, ["What is needed?", "Where?"]);
    assert!(sim.submit_modal(town.ben, pressed.id, &[]).is_err());
    assert!(
        sim.submit_modal(town.asha, pressed.id, &[("what", "")])
            .is_err()
    );
    assert!(
        sim.submit_modal(town.asha, pressed.id, &[("who", "x")])
            .is_err()
    );
    let sent = sim
        .submit_modal(town.asha, pressed.id, &[("Where?", "Near the mill")])
        .unwrap();
    assert!(sim.modals(town.asha).is_empty());
    let event = line.event("INTERACTION_CREATE").await;
    assert_eq!(event["type"], 5);
    let parts = &event["data"]["components"];
    assert_eq!(parts[0]["components"][0]["value"], "A lift");
    assert_eq!(parts[1]["component"]["value"], "Near the mill");
    let (status, error) = town.answer(sent.id, &sent.token, modal).await;
    assert_eq!(
        (status, &error["code"]),
        (400, &json!(50035)),
        "no form after a form"
    );

    let update = json!({ "type": 7, "data": { "content": "Claimed", "components": [] } });
    assert_eq!(town.answer(sent.id, &sent.token, update).await.0, 204);
    let card = sim.message(town.help, card).unwrap();
    assert_eq!((card.content.as_str(), card.buttons.len()), ("Claimed", 0));

    // A button under an ephemeral answer works for the one who sees it.
    let (_, card) = town
        .post(json!({ "content": "Card", "components": two_buttons() }))
        .await;
    let card: u64 = card["id"].as_str().unwrap().parse().unwrap();
    let pressed = sim.press(town.asha, town.help, card, "yes:1").unwrap();
    let private = json!({ "type": 4, "data":
        { "content": "Sure?", "flags": 64, "components": two_buttons() } });
    assert_eq!(
        town.answer(pressed.id, &pressed.token, private).await.0,
        204
    );
    let sure = sim.ephemerals(town.asha).pop().unwrap();
    assert!(sim.press(town.ben, town.help, sure.id, "Yes").is_err());
    let pressed = sim.press(town.asha, town.help, sure.id, "Yes").unwrap();
    let silent = json!({ "type": 6 });
    assert_eq!(town.answer(pressed.id, &pressed.token, silent).await.0, 204);
    let original = town.webhook(&pressed.token, "/messages/@original");
    let done = json!({ "content": "Done", "components": [] });
    assert_eq!(town.call("PATCH", &original, done).await.0, 200);
    assert_eq!(sim.ephemerals(town.asha).pop().unwrap().content, "Done");
}

#[tokio::test]
async fn bad_starts_are_closed_with_their_code() {
    let town = Town::new().await;
    let properties = json!({ "os": "linux", "browser": "test", "device": "test" });
    let identify = |token: &str, intents: u64| json!({ "op": 2, "d": { "token": token, "intents": intents, "properties": properties } });
    let token = town.sim.token();
    town.sim.grant_content_intent(false);
    assert_eq!(closed_after(&town, identify("wrong", 1)).await, 4004);
    assert_eq!(closed_after(&town, identify(&token, 1 << 30)).await, 4013);
    assert_eq!(closed_after(&town, identify(&token, 1 << 1)).await, 4014);
    assert_eq!(
        closed_after(&town, identify(&token, MESSAGE_CONTENT)).await,
        4014
    );
    assert_eq!(closed_after(&town, json!({ "op": 99 })).await, 4001);
    assert_eq!(closed_after(&town, json!({ "op": 3, "d": {} })).await, 4003);
    assert_eq!(town.sim.identifies(), 0);
    let mut line = Line::identified(&town, GUILDS).await;
    line.send(json!({ "op": 1, "d": line.sequence })).await;
    assert_eq!(line.packet().await.unwrap()["op"], 11);
    line.identify(&token, GUILDS).await;
    assert_eq!(line.packet().await.unwrap_err(), 4005);
}

#[tokio::test]
async fn content_is_withheld_without_the_intent() {
    let town = Town::new().await;
    town.register().await;
    town.sim.grant_content_intent(false);
    let mut line = Line::identified(&town, USUAL & !MESSAGE_CONTENT).await;
    let sim = &town.sim;
    let hidden = sim.say(town.help, town.asha, "Please help").unwrap();
    assert_eq!(line.event("MESSAGE_CREATE").await["content"], "");
    sim.edit(town.help, hidden, "Please help me").unwrap();
    assert_eq!(line.event("MESSAGE_UPDATE").await["content"], "");
    let mention = format!("<@{}> please", sim.bot_id());
    sim.say(town.help, town.asha, &mention).unwrap();
    let seen = line.event("MESSAGE_CREATE").await;
    assert_eq!(seen["content"], mention.as_str());
    assert_eq!(seen["mentions"][0]["id"], sim.bot_id().to_string());
    sim.say_directly(town.asha, "Privately").unwrap();
    let direct = line.event("MESSAGE_CREATE").await;
    assert_eq!(direct["content"], "Privately");
    assert!(direct.get("guild_id").is_none());
    town.post(json!({ "content": "Mine" })).await;
    assert_eq!(line.event("MESSAGE_CREATE").await["content"], "Mine");
    sim.message_command(town.ben, town.help, hidden, "Log as a request")
        .unwrap();
    let event = line.event("INTERACTION_CREATE").await;
    let target = &event["data"]["resolved"]["messages"][hidden.to_string()];
    assert_eq!(target["content"], "Please help me");
    let path = format!("/channels/{}/messages/{hidden}", town.help);
    assert_eq!(
        town.get(&path).await.1["content"],
        "",
        "REST withholds it too"
    );
}

#[tokio::test]
async fn sessions_resume_where_they_left() {
    let town = Town::new().await;
    let sim = &town.sim;
    let mut line = Line::identified(&town, USUAL).await;
    let (session, resume_url) = (line.session.clone(), line.resume_url.clone());
    sim.say(town.help, town.asha, "one").unwrap();
    line.event("MESSAGE_CREATE").await;
    let left_at = line.sequence;
    sim.drop_connections();
    assert_eq!(line.packet().await.unwrap_err(), 0);
    sim.say(town.help, town.asha, "two").unwrap();

    let mut line = Line::open(&resume_url).await;
    line.resume(&town, &session, left_at).await;
    assert_eq!(line.event("MESSAGE_CREATE").await["content"], "two");
    line.event("RESUMED").await;
    sim.say(town.help, town.asha, "three").unwrap();
    assert_eq!(line.event("MESSAGE_CREATE").await["content"], "three");
    assert_eq!((sim.identifies(), sim.resumes()), (1, 1));

    // From an older number the same comes again, but RESUMED of the past doesn't.
    line.close(4000).await;
    let mut line = Line::open(&resume_url).await;
    line.resume(&town, &session, left_at).await;
    assert_eq!(line.event("MESSAGE_CREATE").await["content"], "two");
    assert_eq!(line.event("MESSAGE_CREATE").await["content"], "three");
    line.event("RESUMED").await;
    let last = line.sequence;

    // A number that was never given out.
    line.close(4000).await;
    let mut line = Line::open(&resume_url).await;
    line.resume(&town, &session, last + 1000).await;
    assert_eq!(line.packet().await.unwrap_err(), 4007);

    // Time runs out.
    sim.wait_until(|sim| sim.connected() == 0, PATIENCE)
        .await
        .unwrap();
    sim.advance(Duration::from_mins(10));
    let mut line = Line::open(&resume_url).await;
    line.resume(&town, &session, last).await;
    let invalid = line.packet().await.unwrap();
    assert_eq!((&invalid["op"], &invalid["d"]), (&json!(9), &json!(false)));
    line.identify(&sim.token(), USUAL).await;
    let ready = line.event("READY").await;

    // Closing with 1000 gives the session up.
    line.close(1000).await;
    sim.wait_until(|sim| sim.connected() == 0, PATIENCE)
        .await
        .unwrap();
    let mut line = Line::open(&resume_url).await;
    line.resume(&town, ready["session_id"].as_str().unwrap(), 1)
        .await;
    assert_eq!(line.packet().await.unwrap()["op"], 9);
}

#[tokio::test]
async fn the_server_can_ask_for_a_new_start() {
    let town = Town::new().await;
    let sim = &town.sim;
    let mut line = Line::identified(&town, USUAL).await;
    sim.request_reconnect();
    assert_eq!(line.packet().await.unwrap()["op"], 7);
    sim.invalidate_session(true);
    assert_eq!(line.packet().await.unwrap()["d"], true);
    sim.mute_events(&["MESSAGE_CREATE"]);
    sim.say(town.help, town.asha, "unheard").unwrap();
    sim.inject_raw_dispatch("SOMETHING_NEW", &json!({ "a": 1 }));
    assert_eq!(line.event("SOMETHING_NEW").await["a"], 1);
    sim.invalidate_session(false);
    let invalid = line.packet().await.unwrap();
    assert_eq!((&invalid["op"], &invalid["d"]), (&json!(9), &json!(false)));
    line.sequence = 0;
    line.identify(&sim.token(), USUAL).await;
    line.event("READY").await;
    line.event("GUILD_CREATE").await;
    sim.say(town.help, town.asha, "heard").unwrap();
    assert_eq!(line.event("MESSAGE_CREATE").await["content"], "heard");
    sim.inject_raw_text("{not json");
    let text = line.socket.next().await.unwrap().unwrap();
    assert_eq!(text.to_text().unwrap(), "{not json");
    sim.close_connections(4009);
    assert_eq!(line.packet().await.unwrap_err(), 4009);
}

#[tokio::test]
async fn calls_go_wrong_when_told_to() {
    let town = Town::new().await;
    let faults = town.sim.faults();
    let path = format!("/channels/{}/messages", town.help);
    let send = || {
        let request = town.request("POST", &path);
        request.json(&json!({ "content": "x" })).send()
    };
    faults.set(Faults {
        drop_rate: 1.0,
        ..Faults::default()
    });
    assert!(send().await.is_err());
    assert_eq!(
        town.sim.message_count(town.help),
        0,
        "dropped before acting"
    );
    faults.set(Faults {
        lose_answer_rate: 1.0,
        ..Faults::default()
    });
    assert!(send().await.is_err());
    assert_eq!(town.sim.message_count(town.help), 1, "acted, then dropped");
    faults.set(Faults {
        error_rate: 1.0,
        ..Faults::default()
    });
    assert!(send().await.unwrap().status().is_server_error());
    faults.set(Faults {
        limit_rate: 1.0,
        ..Faults::default()
    });
    let limited = send().await.unwrap();
    assert_eq!(limited.status(), 429);
    assert!(limited.headers().contains_key("retry-after"));
    assert!(
        limited.json::<Value>().await.unwrap()["retry_after"]
            .as_f64()
            .unwrap()
            > 0.0
    );
    assert_eq!(town.sim.message_count(town.help), 1);
    faults.clear();
    assert_eq!(send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn events_go_wrong_when_told_to() {
    let town = Town::new().await;
    let mut line = Line::identified(&town, USUAL).await;
    let faults = town.sim.faults();
    faults.set(Faults {
        duplicate_rate: 1.0,
        ..Faults::default()
    });
    town.sim.say(town.help, town.asha, "twice").unwrap();
    let first = line.event("MESSAGE_CREATE").await;
    assert_eq!(line.event("MESSAGE_CREATE").await["id"], first["id"]);
    faults.set(Faults {
        reorder_rate: 1.0,
        ..Faults::default()
    });
    town.sim.say(town.help, town.asha, "first").unwrap();
    town.sim.say(town.help, town.asha, "second").unwrap();
    assert_eq!(line.event("MESSAGE_CREATE").await["content"], "second");
    assert_eq!(line.event("MESSAGE_CREATE").await["content"], "first");
    town.sim.say(town.help, town.asha, "alone").unwrap();
    assert_eq!(
        line.event("MESSAGE_CREATE").await["content"],
        "alone",
        "never held for good"
    );
    faults.set(Faults {
        drop_rate: 1.0,
        ..Faults::default()
    });
    town.sim
        .say(town.help, town.asha, "lost with the line")
        .unwrap();
    assert_eq!(line.packet().await.unwrap_err(), 0);
}

#[tokio::test]
async fn limits_are_enforced_when_switched_on() {
    let town = Town::new().await;
    town.sim.enforce_limits(true);
    let path = format!("/channels/{}/messages", town.help);
    for remaining in (0..5).rev() {
        let request = town.request("POST", &path).json(&json!({ "content": "x" }));
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        let header = &response.headers()["x-ratelimit-remaining"];
        assert_eq!(header, &remaining.to_string());
    }
    let (status, body) = town.post(json!({ "content": "x" })).await;
    assert_eq!((status, &body["global"]), (429, &json!(false)));
    town.sim.advance(Duration::from_secs(5));
    assert_eq!(town.post(json!({ "content": "x" })).await.0, 200);
}

#[tokio::test]
async fn the_server_goes_and_comes_back() {
    let town = Town::new().await;
    let mut line = Line::identified(&town, USUAL).await;
    town.sim.go_offline();
    assert_eq!(line.packet().await.unwrap_err(), 0);
    assert!(town.request("GET", "/users/@me").send().await.is_err());
    town.sim.come_online().await.unwrap();
    assert_eq!(town.get("/users/@me").await.0, 200);
    let (port, request) = (town.sim.port(), town.request("GET", "/users/@me"));
    drop(town);
    assert!(
        request.send().await.is_err(),
        "the last handle stops the server"
    );
    let again = DiscordSim::start_at(port).await.unwrap();
    assert_eq!(again.port(), port);
}

#[tokio::test]
async fn messages_notify_only_whom_they_may() {
    let town = Town::new().await;
    let bot = town.sim.bot_id();
    let text = format!("<@{}> <@{}> @everyone", town.asha, town.ben);
    let notified = async |allowed: Value| {
        let body = json!({ "content": text, "allowed_mentions": allowed });
        let (_, message) = town.post(body).await;
        let seen = town.sim.messages(town.help).pop().unwrap();
        let listed = message["mentions"].as_array().unwrap().len();
        (seen.pings, listed)
    };
    let (asha, ben) = (town.asha.to_string(), town.ben.to_string());
    let both = vec![asha.clone(), ben];
    assert_eq!(notified(Value::Null).await, (both, 2));
    assert_eq!(notified(json!({ "parse": [] })).await, (vec![], 0));
    let one = json!({ "parse": ["everyone"], "users": [asha] });
    assert_eq!(notified(one.clone()).await.0, vec![asha.clone()]);
    town.sim.set_bot_permissions(town.help, (1 << 47) - 1);
    assert_eq!(notified(one).await.0, [asha, "everyone".to_owned()]);
    let card = town.sim.messages(town.help).pop().unwrap();
    let reply = town
        .sim
        .reply(town.help, town.asha, card.id, "Yes")
        .unwrap();
    let reply = town.sim.message(town.help, reply).unwrap();
    assert_eq!(reply.pings, [bot.to_string()], "replies notify the author");
}

#[tokio::test]
async fn a_flood_reaches_an_open_connection_whole() {
    let town = Town::new().await;
    town.sim.set_replay_limit(100);
    let mut line = Line::identified(&town, USUAL).await;
    let texts = (0..1000).map(|number| number.to_string());
    let ids = town.sim.say_many(town.help, town.asha, texts).unwrap();
    for id in ids {
        assert_eq!(line.event("MESSAGE_CREATE").await["id"], id.to_string());
        line.frames.clear();
    }
    // More than is kept while nobody listens: the session is lost, and says so.
    let (session, sequence) = (line.session.clone(), line.sequence);
    line.close(4000).await;
    town.sim
        .wait_until(|sim| sim.connected() == 0, PATIENCE)
        .await
        .unwrap();
    let texts = (0..1000).map(|number| number.to_string());
    town.sim.say_many(town.help, town.asha, texts).unwrap();
    let mut line = Line::open(&town.sim.gateway_url()).await;
    line.resume(&town, &session, sequence).await;
    assert_eq!(line.packet().await.unwrap()["op"], 9);
}

#[tokio::test]
async fn the_transcript_tells_what_happened() {
    let town = Town::new().await;
    let mut happenings = town.sim.transcript();
    town.sim.say(town.help, town.asha, "Hello").unwrap();
    town.post(json!({ "content": "Card", "components": two_buttons() }))
        .await;
    let said = happenings.recv().await.unwrap();
    assert_eq!((said.what, said.who.as_str()), (What::Said, "Asha Rowe"));
    assert_eq!(
        (said.place.as_str(), said.text.as_str()),
        ("Fernhill #help", "Hello")
    );
    let card = happenings.recv().await.unwrap();
    assert!(card.by_bot);
    assert_eq!(card.buttons, [["Yes", "Read more"]]);
}

#[tokio::test]
async fn waiting_says_what_was_there_instead() {
    let town = Town::new().await;
    town.sim
        .say(town.help, town.asha, "Something else")
        .unwrap();
    let waited = town.sim.wait_until(|_| false, Duration::ZERO).await;
    assert!(waited.unwrap_err().to_string().contains("Something else"));
}

/// twilight reads until an event whose raw text contains something.
async fn heard(shard: &mut Shard, wanted: &str) -> String {
    let search = async {
        loop {
            match shard.next().await.expect("expected the stream to go on") {
                Ok(twilight_gateway::Message::Text(text)) if text.contains(wanted) => return text,
                // Closed lines are twilight's own business: it reconnects.
                Ok(_) | Err(_) => {}
            }
        }
    };
    let found = tokio::time::timeout(PATIENCE, search).await;
    found.unwrap_or_else(|_| panic!("expected to hear {wanted}"))
}

#[tokio::test]
async fn twilight_connects_and_resumes_even_after_a_restart() {
    let town = Town::new().await;
    let sim = &town.sim;
    let intents = Intents::from_bits_retain(USUAL);
    let config =
        || twilight_gateway::ConfigBuilder::new(sim.token(), intents).proxy_url(sim.gateway_url());
    let mut shard = Shard::with_config(ShardId::ONE, config().build());
    heard(&mut shard, "GUILD_CREATE").await;
    sim.say(town.help, town.asha, "before").unwrap();
    heard(&mut shard, "before").await;
    // Text that can't be made small, so that compression has to work in several steps.
    let mut noise = 1_u64;
    let mut next = || {
        noise = noise
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        char::from_u32(0x4e00 + u32::try_from(noise >> 52).unwrap()).unwrap()
    };
    let noise: String = (0..60_000).map(|_| next()).collect();
    sim.inject_raw_dispatch("NOISE", &json!(noise));
    let text = heard(&mut shard, "NOISE").await;
    assert!(text.contains(&noise));

    sim.drop_connections();
    sim.say(town.help, town.asha, "in the gap").unwrap();
    heard(&mut shard, "in the gap").await;
    heard(&mut shard, "RESUMED").await;
    assert_eq!((sim.identifies(), sim.resumes()), (1, 1));

    sim.request_reconnect();
    heard(&mut shard, "RESUMED").await;
    assert_eq!(sim.resumes(), 2);

    // A new process with the session of the old one.
    let (session, url) = (
        shard.session().unwrap().clone(),
        shard.resume_url().unwrap().to_owned(),
    );
    drop(shard);
    sim.say(town.help, town.asha, "while away").unwrap();
    let config = config().session(session).resume_url(url).build();
    let mut shard = Shard::with_config(ShardId::ONE, config);
    heard(&mut shard, "while away").await;
    heard(&mut shard, "RESUMED").await;
    assert_eq!((sim.identifies(), sim.resumes()), (1, 3));
}

#[tokio::test]
async fn twilight_loses_nothing_on_a_bad_line() {
    let town = Town::new().await;
    let sim = &town.sim;
    let intents = Intents::from_bits_retain(USUAL);
    let config =
        twilight_gateway::ConfigBuilder::new(sim.token(), intents).proxy_url(sim.gateway_url());
    let mut shard = Shard::with_config(ShardId::ONE, config.build());
    heard(&mut shard, "GUILD_CREATE").await;
    sim.faults().set(Faults {
        seed: 7,
        drop_rate: 0.05,
        lose_answer_rate: 0.05,
        duplicate_rate: 0.1,
        reorder_rate: 0.1,
        ..Faults::default()
    });
    let texts = (0..300).map(|number| format!("number {number}"));
    let mut missing = sim.say_many(town.help, town.asha, texts).unwrap();
    while !missing.is_empty() {
        let text = heard(&mut shard, "MESSAGE_CREATE").await;
        let event: Value = serde_json::from_str(&text).unwrap();
        let id: u64 = event["d"]["id"].as_str().unwrap().parse().unwrap();
        missing.retain(|wanted| *wanted != id);
    }
    assert!(sim.resumes() > 5, "the line was bad: {}", sim.resumes());
    assert_eq!(sim.identifies(), 1);
}

#[tokio::test]
async fn serenity_posts_and_edits_and_understands_the_answers() {
    use serenity::all::{
        ButtonStyle, ChannelId, Command, CreateActionRow, CreateButton, CreateEmbed, CreateMessage,
        EditMessage, GuildId, HttpBuilder, MessageId, UserId,
    };
    let town = Town::new().await;
    let sim = &town.sim;
    let http = HttpBuilder::new(sim.token())
        .proxy(sim.api_url())
        .ratelimiter_disabled(true)
        .application_id(sim.application_id().into())
        .build();
    let row = || {
        CreateActionRow::Buttons(vec![
            CreateButton::new("claim:1")
                .label("Claim")
                .style(ButtonStyle::Success),
            CreateButton::new_link("https://example.org/").label("Open"),
        ])
    };
    let channel = ChannelId::new(town.help);
    let card = CreateMessage::new()
        .content("A case")
        .embed(CreateEmbed::new().title("K7").field("Where", "AB1", true))
        .components(vec![row()]);
    let mut message = channel.send_message(&http, card).await.unwrap();
    assert_eq!(message.components[0].components.len(), 2);
    assert_eq!(message.embeds[0].title.as_deref(), Some("K7"));
    message
        .edit(
            &http,
            EditMessage::new()
                .content("A claimed case")
                .components(vec![]),
        )
        .await
        .unwrap();
    assert_eq!(message.content, "A claimed case");
    let seen = sim.message(town.help, message.id.get()).unwrap();
    assert_eq!((seen.content.as_str(), seen.edits), ("A claimed case", 1));

    let theirs = sim.say(town.help, town.asha, "Please help").unwrap();
    sim.reply(town.help, town.ben, theirs, "Coming").unwrap();
    let page = http.get_messages(channel, None, Some(10)).await.unwrap();
    assert_eq!(page.len(), 3);
    assert_eq!(
        page[0].referenced_message.as_ref().unwrap().id,
        MessageId::new(theirs)
    );
    sim.set_bot_permissions(town.help, (1 << 47) - 1);
    channel.create_reaction(&http, theirs, '👍').await.unwrap();
    assert_eq!(sim.message(town.help, theirs).unwrap().reactions, ["👍"]);
    message.delete(&http).await.unwrap();

    http.get_current_user().await.unwrap();
    http.get_current_application_info().await.unwrap();
    http.get_bot_gateway().await.unwrap();
    let guild = GuildId::new(town.guild);
    let whole = http.get_guild(guild).await.unwrap();
    assert_eq!(whole.name, "Fernhill");
    http.get_channels(guild).await.unwrap();
    http.get_guild_roles(guild).await.unwrap();
    http.get_member(guild, UserId::new(town.asha))
        .await
        .unwrap();
    http.get_user(UserId::new(town.asha)).await.unwrap();
    http.get_channel(channel).await.unwrap();
    let direct = UserId::new(town.asha)
        .create_dm_channel(&http)
        .await
        .unwrap();
    http.get_channel(direct.id).await.unwrap();
    let registered: Vec<Command> = http.create_global_commands(&commands()).await.unwrap();
    assert_eq!(registered.len(), 3);
    let thread = serenity::all::CreateThread::new("Lift");
    let thread = channel
        .create_thread_from_message(&http, theirs, thread)
        .await
        .unwrap();
    assert_eq!(thread.id.get(), theirs);
    let active = guild.get_active_threads(&http).await.unwrap();
    assert_eq!(active.threads.len(), 1);
    let refused = channel.send_message(&http, CreateMessage::new()).await;
    assert!(refused.unwrap_err().to_string().contains("empty message"));
}

/// Changes everything about guilds, channels and members that makes an event.
fn rebuild(town: &Town, thread: u64, staff: u64) {
    let sim = &town.sim;
    let newcomer = sim.add_person("Cleo Marsh");
    sim.join(town.guild, newcomer);
    sim.give_role(town.guild, newcomer, staff);
    sim.set_owner(town.guild, newcomer);
    sim.set_administrator(town.guild, town.asha);
    sim.set_bot_guild_permissions(town.guild, (1 << 47) - 1);
    let extra = sim.add_channel(town.guild, "extra");
    sim.rename_channel(extra, "more");
    sim.rename_channel(thread, "Old talk");
    sim.set_bot_permissions(extra, 1 << 10);
    sim.delete_channel(extra);
    let millbrook = sim.add_guild("Millbrook");
    sim.leave(millbrook, sim.bot_id());
}

/// Uses every kind of interaction; gives the message with the button.
async fn interact(town: &Town, first: u64) -> u64 {
    let sim = &town.sim;
    let message = |content: &str| json!({ "type": 4, "data": { "content": content } });
    let (_, card) = town
        .post(
            json!({ "content": "Card", "components": two_buttons(), "nonce": "n",
            "embeds": [{ "title": "Case", "color": 5 }],
            "message_reference": { "message_id": first.to_string() } }),
        )
        .await;
    let card: u64 = card["id"].as_str().unwrap().parse().unwrap();
    let used = sim
        .slash(town.ben, town.help, "need", &[("what", "x")])
        .unwrap();
    town.answer(used.id, &used.token, message("Noted")).await;
    let setup = [
        ("role", "hub"),
        ("channel", "help"),
        ("staff", "Staff"),
        ("lead", "Ben Okoro"),
    ];
    let used = sim
        .slash(town.asha, town.help, "kith setup", &setup)
        .unwrap();
    let later = json!({ "type": 5, "data": { "flags": 64 } });
    town.answer(used.id, &used.token, later).await;
    let original = town.webhook(&used.token, "/messages/@original");
    town.call("PATCH", &original, json!({ "content": "Set up" }))
        .await;
    let used = sim
        .message_command(town.ben, town.help, first, "Log as a request")
        .unwrap();
    town.answer(used.id, &used.token, message("Logged")).await;
    let pressed = sim.press(town.ben, town.help, card, "Yes").unwrap();
    // serenity 0.12 doesn't read labels in forms, so this one has rows alone.
    let mut rows = form();
    rows["components"].as_array_mut().unwrap().pop();
    let modal = json!({ "type": 9, "data": rows });
    town.answer(pressed.id, &pressed.token, modal).await;
    let sent = sim.submit_modal(town.ben, pressed.id, &[]).unwrap();
    town.answer(sent.id, &sent.token, message("Thanks")).await;
    let direct = sim.dm_channel(town.asha);
    sim.slash(town.asha, direct, "need", &[("what", "x")])
        .unwrap();
    card
}

/// Plays everything that makes an event, and gives the raw frames.
async fn everything(town: &Town) -> Vec<String> {
    let sim = &town.sim;
    sim.grant_member_intents(true);
    town.register().await;
    let staff = sim.add_role(town.guild, "Staff");
    let thread = sim.add_thread(town.help, "Older talk");
    sim.add_private_channel(town.guild, "hub", staff);
    let mut line = Line::identified(town, USUAL | 1 << 1 | 1 << 13).await;

    rebuild(town, thread, staff);
    let first = sim.say(town.help, town.asha, "Hello <@1> and all").unwrap();
    let mention = format!("<@{}>", sim.bot_id());
    let second = sim.reply(town.help, town.ben, first, &mention).unwrap();
    sim.edit(town.help, first, "Hello all").unwrap();
    sim.react(town.help, first, (town.ben, "❤️")).unwrap();
    sim.say(thread, town.ben, "In a thread").unwrap();
    sim.say_directly(town.asha, "Directly").unwrap();
    let card = interact(town, first).await;
    let path = format!("/channels/{}/messages/{first}/threads", town.help);
    town.call("POST", &path, json!({ "name": "Lift" })).await;
    sim.delete(town.help, first).unwrap();
    sim.delete_bulk(town.help, &[second, card]);
    sim.leave(town.guild, town.ben);

    while !line.frames.last().unwrap().contains("GUILD_MEMBER_REMOVE") {
        line.packet().await.unwrap();
    }
    let resume_at = line.sequence;
    sim.drop_connections();
    assert_eq!(line.packet().await.unwrap_err(), 0);
    let (session, url) = (line.session.clone(), line.resume_url.clone());
    let mut frames = line.frames;
    let mut line = Line::open(&url).await;
    line.resume(town, &session, resume_at).await;
    line.event("RESUMED").await;
    frames.extend(line.frames);
    frames
}

#[tokio::test]
async fn two_libraries_understand_every_event() {
    let town = Town::new().await;
    let frames = everything(&town).await;
    let mut kinds = Vec::new();
    for frame in frames {
        let raw: Value = serde_json::from_str(&frame).unwrap();
        if let Some(name) = raw["t"].as_str() {
            kinds.push(name.to_owned());
        }
        match serde_json::from_str::<GatewayEvent>(&frame) {
            Ok(GatewayEvent::Dispatch(_, Event::Unknown(event))) => {
                panic!("serenity doesn't know {}: {frame}", event.kind)
            }
            Ok(_) => {}
            Err(error) => panic!("serenity: {error}: {frame}"),
        }
        let parsed = twilight_gateway::parse(frame.clone(), EventTypeFlags::all());
        match parsed {
            Ok(Some(_)) => {}
            Ok(None) => panic!("twilight doesn't know {frame}"),
            Err(error) => panic!("twilight: {error:?}: {frame}"),
        }
    }
    for expected in [
        "READY",
        "RESUMED",
        "GUILD_CREATE",
        "GUILD_UPDATE",
        "GUILD_DELETE",
        "GUILD_ROLE_CREATE",
        "GUILD_ROLE_UPDATE",
        "GUILD_MEMBER_ADD",
        "GUILD_MEMBER_UPDATE",
        "GUILD_MEMBER_REMOVE",
        "CHANNEL_CREATE",
        "CHANNEL_UPDATE",
        "CHANNEL_DELETE",
        "THREAD_CREATE",
        "THREAD_UPDATE",
        "MESSAGE_CREATE",
        "MESSAGE_UPDATE",
        "MESSAGE_DELETE",
        "MESSAGE_DELETE_BULK",
        "MESSAGE_REACTION_ADD",
        "INTERACTION_CREATE",
    ] {
        assert!(kinds.iter().any(|kind| kind == expected), "no {expected}");
    }
    let interactions = kinds.iter().filter(|kind| *kind == "INTERACTION_CREATE");
    assert_eq!(interactions.count(), 6);
}
