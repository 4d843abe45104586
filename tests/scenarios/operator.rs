//! The commands of whoever runs kith: init, doctor, outbox, corrections, read, run.

use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use kith::config::Config;
use kith::demo::{PATIENCE, Town, code_in};
use kith::domain::private::Private;

use super::kit;

/// kith must stop within ten seconds, whatever is under way.
const STOPS_WITHIN: Duration = Duration::from_secs(10);

fn kith() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kith"));
    command.stdin(Stdio::null()).env_remove("KITH_DATABASE_URL");
    command
}

fn with_config(words: &[&str], config: &Path) -> Command {
    let mut command = kith();
    command.args(words).arg("--config").arg(config);
    command
}

/// Runs a command away from the runtime's own threads, which carry the simulators.
async fn finished(mut command: Command) -> Output {
    tokio::task::spawn_blocking(move || command.output().expect("the binary runs"))
        .await
        .expect("no panic")
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn written(town: &Town) -> PathBuf {
    let path = town.folder().join("kith.toml");
    town.config()
        .write_new(&path)
        .expect("the configuration is written");
    path
}

fn free_address() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("its address")
}

fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill")
        .arg(format!("-{name}"))
        .arg(child.id().to_string())
        .status();
    assert!(sent.expect("kill runs").success());
}

async fn get(url: String) -> (u16, String) {
    let client = reqwest::Client::builder()
        .timeout(PATIENCE)
        .build()
        .expect("a client");
    let answer = client.get(url).send().await.expect("an answer");
    (
        answer.status().as_u16(),
        answer.text().await.expect("a body"),
    )
}

async fn until_ready(address: SocketAddr) {
    let client = reqwest::Client::builder()
        .timeout(Duration::from_secs(1))
        .build()
        .expect("a client");
    let since = Instant::now();
    loop {
        let answer = client.get(format!("http://{address}/readyz")).send().await;
        if answer.is_ok_and(|answer| answer.status().is_success()) {
            return;
        }
        assert!(since.elapsed() < PATIENCE, "kith is not ready");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn init_checks_the_tokens_and_writes_for_the_owner_alone() {
    let town = Town::prepare().await.unwrap();
    let path = town.folder().join("new.toml");
    let database = format!("sqlite://{}/new.db", town.folder().display());
    let answers = format!(
        "{database}\n{}\n{}\n",
        town.telegram.token(),
        town.discord.token()
    );
    let init = |answers: String| {
        let mut command = with_config(&["init"], &path);
        command
            .env("KITH_TELEGRAM_API_URL", town.telegram.url())
            .env("KITH_DISCORD_API_URL", town.discord.api_url())
            .env("KITH_DISCORD_GATEWAY_URL", town.discord.gateway_url())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        tokio::task::spawn_blocking(move || {
            let mut child = command.spawn().unwrap();
            // A refusal may come before the answers are read.
            let _ = child.stdin.take().unwrap().write_all(answers.as_bytes());
            child.wait_with_output().unwrap()
        })
    };

    let output = init(answers.clone()).await.unwrap();
    assert!(output.status.success(), "{}{}", out(&output), err(&output));
    assert!(!out(&output).contains("problem"), "{}", out(&output));
    assert!(
        !out(&output).contains(town.telegram.token()),
        "a token is never shown"
    );
    assert_eq!(
        std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let config = Config::load(&path).unwrap();
    assert_eq!(
        config.telegram.token,
        Some(Private::new(town.telegram.token().to_owned()))
    );
    assert_eq!(config.database.url.reveal(), &database);

    let output = init(answers).await.unwrap();
    assert!(!output.status.success());
    assert!(
        err(&output).contains("nothing is overwritten"),
        "{}",
        err(&output)
    );

    std::fs::remove_file(&path).unwrap();
    let output = init(format!(
        "{database}\n123456:not-a-token-that-anybody-gave-out-00\n\n"
    ))
    .await
    .unwrap();
    assert!(!output.status.success());
    assert!(out(&output).contains("problem"), "{}", out(&output));
    assert!(!path.exists(), "nothing is written without a yes");

    let output = init(format!("{database}\n\n\n")).await.unwrap();
    assert!(
        err(&output).contains("expected a Telegram or a Discord token"),
        "{}",
        err(&output)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn doctor_finds_nothing_wrong_with_a_healthy_town() {
    let town = kit::town().await;
    kit::cast(&town).await;
    let config = written(&town);
    let output = finished(with_config(&["doctor"], &config)).await;
    let said = out(&output);
    assert!(output.status.success(), "{said}{}", err(&output));
    for looked_at in [
        "database",
        "outbox",
        "destination council",
        "rules of triage",
        "numbers to call",
        "clock",
    ] {
        assert!(
            said.contains(looked_at),
            "nothing about {looked_at} in\n{said}"
        );
    }
    assert!(said.contains("0 problems"), "{said}");
    kit::nothing_left(town).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn doctor_names_each_problem_and_what_to_do() {
    let town = kit::town().await;
    let cast = kit::cast(&town).await;
    let config = written(&town);
    let rules = "cash_cap = 30\n[[rule]]\nname = \"cold\"\nurgency = \"urgent\"\n";
    std::fs::write(town.folder().join("rules.toml"), rules).unwrap();
    let mut settings = std::fs::read_to_string(&config).unwrap();
    settings = settings.replace("[triage]\n", "[triage]\nrules = \"rules.toml\"\n");
    std::fs::write(&config, settings).unwrap();
    town.telegram.set_privacy(true);
    for chat in [cast.riverside.street, cast.riverside.hub] {
        town.telegram.kick_bot(chat);
        town.telegram.add_bot(chat);
    }
    town.discord.grant_content_intent(false);
    town.discord.set_bot_permissions(cast.hillview.hub, 0);
    town.council.go_down();

    let output = finished(with_config(&["doctor"], &config)).await;
    let said = out(&output);
    assert!(!output.status.success(), "{said}");
    for (trouble, remedy) in [
        ("privacy", "@BotFather"),
        ("Message Content", "Developer Portal"),
        ("council", "outbox"),
        (
            "rules.toml, line 4, rule `cold`",
            "correct the file of rules",
        ),
    ] {
        assert!(said.contains(trouble), "nothing about {trouble} in\n{said}");
        assert!(
            said.contains(remedy),
            "nothing to do about {trouble} in\n{said}"
        );
    }
    let remedies = said
        .lines()
        .filter(|line| line.trim_start().starts_with('→'))
        .count();
    let troubles = said
        .lines()
        .filter(|line| line.starts_with("problem") || line.starts_with("warning"))
        .count();
    assert_eq!(remedies, troubles, "every trouble says what to do:\n{said}");
    town.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_configuration_is_one_readable_line() {
    let folder = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let taken = taken.local_addr().map(|address| (taken, address)).unwrap();
    let cases = [
        ("missing", None, "kith init"),
        ("unknown", Some("[databse]\nurl = \"sqlite://x.db\"\n".to_owned()), "database"),
        ("nothing", Some(String::new()), "kith init"),
        ("url", Some("[database]\nurl = \"mysql://x\"\n[telegram]\ntoken = \"1:abcdefghijklmnopqrstuvwxyzabcdefghi\"\n".to_owned()), "sqlite://"),
        (
            "port",
            Some(format!(
                "[database]\nurl = \"sqlite://{}/port.db\"\n[telegram]\ntoken = \"1:abcdefghijklmnopqrstuvwxyzabcdefghi\"\n\
                 [web]\nlisten = \"{}\"\n",
                folder.path().display(),
                taken.1
            )),
            "web.listen",
        ),
    ];
    for (name, text, expected) in cases {
        let path = folder.path().join(format!("{name}.toml"));
        if let Some(text) = text {
            std::fs::write(&path, text).unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        }
        let output = finished(with_config(&["run"], &path)).await;
        assert!(!output.status.success(), "{name}");
        let said = err(&output);
        assert!(said.starts_with("kith: "), "{name}: {said}");
        assert!(
            said.contains(expected),
            "{name}: expected {expected} in {said}"
        );
        assert!(!said.contains("panicked"), "{name}: {said}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_running_binary_serves_its_health_and_stops_in_time() {
    for name in ["TERM", "INT"] {
        let mut town = Town::prepare().await.unwrap();
        let address = free_address();
        town.config_mut().web.listen = address;
        town.start_kith().await.unwrap();
        let cast = kit::cast(&town).await;
        town.settle().await.unwrap();
        town.stop_kith().await.unwrap();
        let config = written(&town);
        let mut child = with_config(&["run"], &config)
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        until_ready(address).await;
        assert_eq!(get(format!("http://{address}/healthz")).await.0, 200);
        let (status, metrics) = get(format!("http://{address}/metrics")).await;
        assert_eq!(status, 200);
        assert!(metrics.contains("kith_outbox_waiting"), "{metrics}");

        let place = &cast.riverside;
        let need = "Could anyone pick up my prescription today please? ME7 1AB";
        let said = town.telegram.say(place.street, place.rosa, need);
        cast.hears(place.street, "a question", |message| {
            message.reply_to == Some(said)
        })
        .await
        .unwrap();
        for number in 0..20 {
            town.telegram.say(
                place.street,
                place.omar,
                &format!("Could anyone lend me chair number {number} please?"),
            );
        }
        signal(&child, name);
        let since = Instant::now();
        let ended = tokio::task::spawn_blocking(move || child.wait().unwrap())
            .await
            .unwrap();
        assert!(ended.success(), "{name}: {ended}");
        assert!(
            since.elapsed() < STOPS_WITHIN,
            "{name}: {:?}",
            since.elapsed()
        );

        // Started again, it takes the rest in and sends what it had promised.
        town.start_kith().await.unwrap();
        kit::nothing_left(town).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_outbox_shows_what_was_given_up_and_tries_it_again() {
    let town = kit::town().await;
    let cast = kit::cast(&town).await;
    let config = written(&town);
    town.settle().await.unwrap();
    let output = finished(with_config(&["outbox"], &config)).await;
    assert!(
        out(&output).contains("The outbox is empty"),
        "{}",
        out(&output)
    );

    // The hub's group lets kith read but not write.
    town.telegram.mute_bot(cast.riverside.hub, true);
    let place = &cast.hillview;
    let need = "Could anyone pick up my prescription today please? ME7 1AB";
    let said = town.discord.say(place.street, place.priya, need).unwrap();
    let ask = cast
        .reads(place.street, "a question", |message| {
            message.reply_to == Some(said)
        })
        .await
        .unwrap();
    cast.clicks(place.priya, &ask, "Yes, pass it on").unwrap();
    cast.reads(place.hub, "the card on Discord", |message| {
        code_in(&message.text()).is_some()
    })
    .await
    .unwrap();

    let since = Instant::now();
    let listed = loop {
        let output = finished(with_config(&["outbox"], &config)).await;
        let listed = out(&output);
        if listed.contains("dead") || since.elapsed() > PATIENCE {
            break listed;
        }
    };
    assert!(listed.contains("dead"), "{listed}");
    assert!(listed.contains("kith outbox retry"), "{listed}");
    assert!(
        !listed.contains("prescription"),
        "no words of anybody's: {listed}"
    );

    town.telegram.mute_bot(cast.riverside.hub, false);
    let output = finished(with_config(&["outbox", "retry", "--all"], &config)).await;
    assert!(
        out(&output).contains("will be tried again"),
        "{}{}",
        out(&output),
        err(&output)
    );
    cast.hears(cast.riverside.hub, "the card after all", |message| {
        code_in(&message.text).is_some()
    })
    .await
    .unwrap();
    let output = finished(with_config(&["outbox", "retry", "nosucheffect"], &config)).await;
    assert!(!output.status.success());
    assert!(err(&output).contains("no dead effect"), "{}", err(&output));
    kit::nothing_left(town).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn corrections_are_printed_once_the_operator_has_them_kept() {
    let mut town = Town::prepare().await.unwrap();
    let silent = town.folder().join("silent.toml");
    town.config().write_new(&silent).unwrap();
    town.config_mut().reading.keep_corrections = true;
    let config = written(&town);
    town.start_kith().await.unwrap();
    let cast = kit::cast(&town).await;
    let place = &cast.hillview;
    let output = finished(with_config(&["corrections"], &silent)).await;
    assert!(output.status.success(), "{}", err(&output));
    assert_eq!(out(&output), "");
    assert!(err(&output).contains("[reading]"), "{}", err(&output));

    let need = "Does anyone have a \"spare\" kettle?\nOurs is broken, ME7 1AB";
    dismiss(&cast, need).await;
    let chat = "Lovely sunset tonight";
    let said = town.discord.say(place.street, place.leah, chat).unwrap();
    let logged = town
        .discord
        .message_command(place.leah, place.street, said, "Log as a request");
    let logged = logged.unwrap().id;
    cast.on_discord("an answer", || town.discord.answer_to(logged).map(|_| ()))
        .await
        .unwrap();
    town.settle().await.unwrap();
    let output = finished(with_config(&["corrections"], &config)).await;
    assert!(output.status.success(), "{}", err(&output));
    let lines: Vec<serde_json::Value> = out(&output)
        .lines()
        .map(|line| serde_json::from_str(line).expect("one object a line"))
        .collect();
    let said: Vec<_> = lines
        .iter()
        .map(|line| (line["text"].as_str(), line["kind"].as_str()))
        .collect();
    assert_eq!(
        said,
        [(Some(need), Some("other")), (Some(chat), Some("request"))]
    );
    for line in &lines {
        let names: Vec<_> = line.as_object().unwrap().keys().collect();
        assert_eq!(names.len(), 4, "{names:?}");
        assert!(line["id"].is_string() && line.get("language").is_some());
    }
    kit::nothing_left(town).await;
}

/// Priya writes something that reads as a request, and says that it is none.
async fn dismiss(cast: &kith::demo::Cast<'_>, need: &str) {
    let place = &cast.hillview;
    let said = cast.town.discord.say(place.street, place.priya, need);
    let said = said.unwrap();
    let ask = cast
        .reads(place.street, "a question", |message| {
            message.reply_to == Some(said)
        })
        .await
        .unwrap();
    let press = cast.clicks(place.priya, &ask, "Not a request").unwrap();
    cast.on_discord("an answer", || {
        cast.town.discord.answer_to(press).map(|_| ())
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn read_explains_itself_to_people_and_to_programs() {
    let mut command = kith();
    command.args([
        "read",
        "Could anyone pick up a prescription for my mum in ME7 1AB today?",
    ]);
    let output = finished(command).await;
    let said = out(&output);
    assert!(output.status.success(), "{said}");
    for expected in ["request", "prescription", "today", "ME7 1AB", "~~~"] {
        assert!(said.contains(expected), "no {expected} in\n{said}");
    }

    let mut command = kith();
    command
        .args(["read", "--jsonl"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let output = tokio::task::spawn_blocking(move || {
        let mut child = command.spawn().unwrap();
        let lines = "{\"id\":\"a\",\"text\":\"need a lift to the hospital tomorrow, anyone?\"}\nnot json\n{\"id\":7,\"text\":\"hello\"}\n";
        child.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    })
    .await
    .unwrap();
    let lines: Vec<serde_json::Value> = out(&output)
        .lines()
        .map(|line| serde_json::from_str(line).expect("one object a line"))
        .collect();
    assert_eq!(lines.len(), 3, "a bad line has an answer too");
    for field in [
        "id",
        "kind",
        "categories",
        "urgency",
        "on_behalf",
        "safeguarding",
        "postcode",
        "confidence",
        "because",
    ] {
        assert!(lines[0].get(field).is_some(), "no {field} in {}", lines[0]);
    }
    assert_eq!(lines[0]["kind"], "request");
    assert!(lines[1].get("error").is_some(), "{}", lines[1]);
    assert_eq!(lines[2]["kind"], "other");
    assert!(!output.status.success(), "a bad line is not passed over");
}
