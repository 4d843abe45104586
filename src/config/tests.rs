//! What the file may say, what it may not, and how it is told.

use std::collections::HashMap;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::Duration;

use insta::assert_snapshot;
use tempfile::TempDir;

use super::*;
use crate::domain::disclosure::{Item, LEAST_FIELDS};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

fn read_with(text: &str, variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let variables: HashMap<String, String> = variables
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let environment = Environment::new(move |name| variables.get(name).cloned());
    Config::parse(text, Path::new("kith.toml"))?.finish(&environment)
}

fn read(text: &str) -> Result<Config, ConfigError> {
    read_with(text, &[])
}

fn complaint(text: &str) -> String {
    read(text).unwrap_err().to_string()
}

fn destination(lines: &str) -> String {
    let given = |name: &str| lines.lines().any(|line| line.starts_with(name));
    let mut text = String::from("[[hub.destination]]\nkind = \"webhook\"\n");
    for (name, value) in [
        ("id", "medway"),
        ("title", "Medway Council"),
        ("url", "https://hub.example.org/kith"),
        ("secret", SECRET),
    ] {
        if !given(name) {
            text = format!("{text}{name} = \"{value}\"\n");
        }
    }
    format!("{text}{lines}\n")
}

fn file(folder: &TempDir, text: &str, mode: u32) -> PathBuf {
    let path = folder.path().join("kith.toml");
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
    path
}

#[test]
fn nothing_said_is_the_default() {
    let config = read("").unwrap();
    assert_eq!(config, Config::default());
    assert_eq!(config.database.url.reveal(), "sqlite://kith.db");
    assert_eq!(config.web.listen.to_string(), "127.0.0.1:8480");
    assert_eq!(config.telegram.active(), None);
    assert!(
        !config.reading.keep_corrections,
        "nobody's words are kept unless the operator says so"
    );
}

#[test]
fn everything_can_be_said() {
    let text = format!(
        r#"
        [database]
        url = "postgres://kith@localhost/kith"
        [telegram]
        token = "12345:planted"
        api_url = "http://127.0.0.1:9001"
        enabled = false
        [discord]
        token = "planted.discord"
        api_url = "http://127.0.0.1:9002"
        gateway_url = "ws://127.0.0.1:9003"
        [web]
        listen = "[::]:80"
        [log]
        format = "json"
        level = "warn,kith::flow=debug"
        [reading]
        keep_corrections = true
        [retention]
        words = 10
        [triage]
        rules = "rules.toml"
        [safeguarding]
        contacts = "numbers.toml"
        {}
        "#,
        destination(
            "allow_private = true\ntimeout = \"2s\"\nprevious_secrets = [\"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\"]"
        )
    );
    let config = read(&text).unwrap();
    assert_eq!(config.telegram.active(), None, "it is paused");
    assert_eq!(config.discord.active(), Some(&"planted.discord".into()));
    assert_eq!(config.log.format, Format::Json);
    assert!(config.reading.keep_corrections);
    let [council] = config.hub.destination.as_slice() else {
        panic!("{:?}", config.hub)
    };
    assert_eq!(council.id, crate::domain::ids::DestinationId::new("medway"));
    assert_eq!(council.timeout, Duration::from_secs(2));
    assert!(council.allow_private);
    let debug = format!("{config:?}");
    assert!(
        !debug.contains("planted") && !debug.contains("MfKQ"),
        "{debug}"
    );
}

#[test]
fn a_mistyped_setting_is_told_with_its_line_and_the_nearest_known() {
    assert_snapshot!(complaint("[telegram]\n\ntokn = \"1:a\"\n"), @"kith.toml, line 3: there is no setting `tokn`; did you mean `token`?");
    assert_snapshot!(complaint("[database]\nurl = \"sqlite:x\"\n[telegramm]\n"), @"kith.toml, line 3: there is no setting `telegramm`; did you mean `telegram`?");
    assert_snapshot!(complaint(&destination("allow-private = true")), @"kith.toml, line 7: there is no setting `allow-private`; did you mean `allow_private`?");
    assert_snapshot!(complaint("[web]\nbananas = 1\n"), @"kith.toml, line 2: there is no setting `bananas`");
}

#[test]
fn what_is_not_toml_or_of_the_wrong_sort_is_told_with_its_line() {
    assert_snapshot!(complaint("[web]\nlisten = 8480\n"), @"kith.toml, line 2: invalid type: integer `8480`, expected socket address");
    assert_snapshot!(complaint("[web]\nlisten = \"8480\"\n"), @"kith.toml, line 2: invalid socket address syntax");
    assert_snapshot!(complaint("[log]\n\nformat = \"xml\"\n"), @"kith.toml, line 3: unknown variant `xml`, expected `text` or `json`");
    assert_snapshot!(complaint("[telegram\ntoken = \"1:a\"\n"), @"kith.toml, line 1: unclosed table, expected `]`");
    assert_snapshot!(complaint("[telegram]\napi_url = \"example\"\n"), @"kith.toml, line 2: relative URL without a base: \"example\"");
    assert_snapshot!(complaint(&destination("timeout = \"soon\"")), @"kith.toml, line 7: expected a time such as `10s`, found `soon`");
    assert_snapshot!(complaint("[[hub.destination]]\nid = \"a\"\n"), @"kith.toml, line 1: missing field `title`");
}

#[test]
fn days_that_keep_too_long_or_not_long_enough_are_refused() {
    assert_snapshot!(complaint("[retention]\nwords = 400\n"), @"retention.words: expected 1 to 30 days, with outbox no longer than words, words than details, details than cases, found 400; leave it out for 7 days, or see docs/privacy.md");
    assert!(complaint("[retention]\nwards = 4\n").contains("`wards`"));
}

#[test]
fn a_complaint_never_shows_a_secret() {
    let text = "[telegram]\ntoken = \"12345:planted\"  oops\n";
    assert!(!complaint(text).contains("planted"), "{}", complaint(text));
    let text = destination("secret = \"whsec_planted!\"");
    assert!(
        !complaint(&text).contains("planted"),
        "{}",
        complaint(&text)
    );
}

#[test]
fn values_that_cannot_be_are_told_with_what_to_do() {
    assert_snapshot!(complaint("[database]\nurl = \"mysql://x\"\n"), @"database.url: expected an address that begins with sqlite: or postgres:, found one that begins with `mysql`; use sqlite://kith.db for a file beside kith");
    assert_snapshot!(complaint("[telegram]\ntoken = \"1:a b\"\n"), @"telegram.token: expected a token in one piece, found a token with a space in it; copy it again, or leave the line out");
    assert_snapshot!(complaint("[discord]\ngateway_url = \"https://x.example\"\n"), @"discord.gateway_url: expected an address that begins with wss:// or ws://, found `https://x.example/`; leave it out to use Discord's own");
    assert_snapshot!(complaint("[log]\nlevel = \"a=b=c\"\n"), @"log.level: expected error, warn, info, debug or trace, found `a=b=c`; use `info`, or `info,kith::flow=debug` for more from one part");
    assert_snapshot!(complaint(&destination("id = \"Medway Council\"")), @"id of destination 1: expected 1 to 32 of a to z, 0 to 9 and hyphens, found `Medway Council`; choose a short name such as `medway-council`");
    assert_snapshot!(complaint(&destination("title = \" \"")), @"title of destination 1: expected what people call it, found nothing; write its name as staff know it");
    assert_snapshot!(complaint(&destination("secret = \"whsec_c2hvcnQ=\"")), @"secret of destination 1: expected `whsec_` and 24 to 64 bytes in base64, found 5 bytes; copy it again, or make one: echo whsec_$(openssl rand -base64 32)");
    assert_snapshot!(complaint(&destination("url = \"file:///etc/passwd\"")), @"url of destination 1: expected an address that begins with https:// or http://, found `file:`; write it as a browser shows it");
    assert_snapshot!(complaint(&destination("timeout = \"90s\"")), @"timeout of destination 1: expected 1s to 60s, found 90s; leave it out for 10s");
    assert_snapshot!(complaint(&format!("{}{}", destination(""), destination(""))), @"id of destination 2: expected a name of its own, found `medway` a second time; rename one of the two");
}

#[test]
fn variables_stand_over_the_file() {
    let config = read_with(
        "[telegram]\ntoken = \"1:file\"\n[discord]\ntoken = \"file\"\n",
        &[
            ("KITH_DATABASE_URL", "sqlite://other.db"),
            ("KITH_TELEGRAM_TOKEN", "1:variable"),
            ("KITH_TELEGRAM_API_URL", "http://127.0.0.1:1"),
            ("KITH_DISCORD_TOKEN", "  "),
            ("KITH_DISCORD_API_URL", "http://127.0.0.1:2"),
            ("KITH_DISCORD_GATEWAY_URL", "ws://127.0.0.1:3"),
            ("KITH_WEB_LISTEN", "127.0.0.1:0"),
            ("KITH_LOG_FORMAT", "json"),
            ("KITH_LOG_LEVEL", "debug"),
            ("KITH_READING_KEEP_CORRECTIONS", "true"),
            ("KITH_TRIAGE_RULES", "/elsewhere/rules.toml"),
            ("KITH_SAFEGUARDING_CONTACTS", "/elsewhere/numbers.toml"),
        ],
    )
    .unwrap();
    assert_eq!(config.database.url.reveal(), "sqlite://other.db");
    assert_eq!(config.telegram.token, Some("1:variable".into()));
    assert_eq!(
        config.discord.token,
        Some("file".into()),
        "an empty variable is none"
    );
    assert_eq!(
        config.discord.gateway_url.unwrap().as_str(),
        "ws://127.0.0.1:3/"
    );
    assert_eq!(config.web.listen.port(), 0);
    assert!(config.reading.keep_corrections);
    assert_eq!(config.log.format, Format::Json);
    assert_eq!(
        config.triage.rules,
        Some(PathBuf::from("/elsewhere/rules.toml"))
    );
    assert_eq!(
        config.safeguarding.contacts,
        Some(PathBuf::from("/elsewhere/numbers.toml"))
    );
    let error = read_with("", &[("KITH_WEB_LISTEN", "everywhere")]).unwrap_err();
    assert_snapshot!(error, @"KITH_WEB_LISTEN: expected an address and a port such as 127.0.0.1:8480, found `everywhere`; change it or unset it");
    let error = read_with("", &[("KITH_READING_KEEP_CORRECTIONS", "yes")]).unwrap_err();
    assert_snapshot!(error, @"KITH_READING_KEEP_CORRECTIONS: expected true or false, found `yes`; change it or unset it");
}

#[test]
fn a_file_with_tokens_is_for_its_owner_alone() {
    let folder = TempDir::new().unwrap();
    let text = "[telegram]\ntoken = \"1:a\"\n";
    let path = file(&folder, text, 0o644);
    let error = Config::load(&path).unwrap_err();
    assert_eq!(error, ConfigError::Exposed { path: path.clone() });
    assert!(error.to_string().contains("chmod 600"), "{error}");
    assert!(Config::load(&file(&folder, text, 0o640)).is_ok());
    assert!(
        Config::load(&file(&folder, "[web]\n", 0o644)).is_ok(),
        "it holds no secret"
    );
    let open = "[database]\nurl = \"postgres://kith:planted@localhost/kith\"\n";
    assert!(Config::load(&file(&folder, open, 0o644)).is_err());
}

#[test]
fn a_file_that_is_not_there_is_told() {
    let path = PathBuf::from("nowhere/kith.toml");
    assert_snapshot!(Config::load(&path).unwrap_err(), @"there is no settings file at nowhere/kith.toml; `kith init` writes one");
}

#[test]
fn the_files_of_a_council_are_beside_the_settings() {
    let folder = TempDir::new().unwrap();
    let path = file(
        &folder,
        "[safeguarding]\ncontacts = \"numbers.toml\"\n[triage]\nrules = \"rules.toml\"\n",
        0o600,
    );
    let config = Config::load(&path).unwrap();
    let beside = |name| Some(folder.path().join(name));
    assert_eq!(config.safeguarding.contacts, beside("numbers.toml"));
    assert_eq!(config.triage.rules, beside("rules.toml"));
}

#[test]
fn a_new_file_is_private_reads_back_and_is_never_overwritten() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("kith.toml");
    let mut config = read(&destination("timeout = \"3s\"")).unwrap();
    config.telegram.token = Some("12345:planted".into());
    config.write_new(&path).unwrap();
    let mode = fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(Config::load(&path).unwrap(), config);
    let before = fs::read(&path).unwrap();
    assert_eq!(
        Config::default().write_new(&path),
        Err(ConfigError::Exists { path: path.clone() })
    );
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn a_new_file_explains_itself() {
    assert_snapshot!(Config::default().to_text().unwrap(), @r#"
    # The settings of kith. They hold secrets: keep this file to yourself.

    # Where kith keeps its data: sqlite://FILE or postgres://USER:PASSWORD@HOST/NAME.
    [database]
    url = "sqlite://kith.db"

    # The bot's token from @BotFather. Take the line out to do without Telegram.
    [telegram]
    enabled = true

    # The bot's token from the developer portal. Take the line out to do without Discord.
    [discord]
    enabled = true

    # Health, metrics, and what destinations post back.
    [web]
    listen = "127.0.0.1:8480"

    # format: text or json. level: error, warn, info, debug or trace.
    [log]
    format = "text"
    level = "info"

    # keep_corrections: whether the words of a message that kith misread are kept to learn from, once a person has said what it is.
    [reading]
    keep_corrections = false

    # How many days kith keeps what; docs/privacy.md has the table.
    [retention]

    # rules: a file of rules in place of kith's own, for how soon cases are looked at and by whom.
    [triage]

    # Where cases can go. Each [[hub.destination]] has id, title, kind = "webhook", url and secret.
    [hub]

    # contacts: a file of numbers in place of kith's own.
    [safeguarding]
    "#);
}

#[test]
fn a_destination_is_told_what_its_settings_name() {
    let fields = |lines: &str| {
        read(&destination(lines)).unwrap().hub.destination[0]
            .fields
            .clone()
    };
    assert_eq!(fields(""), LEAST_FIELDS);
    let named = fields("fields = [\"need\", \"first_name\", \"contact\"]");
    assert_eq!(named, [Item::Need, Item::FirstName, Item::Contact]);
    assert_snapshot!(complaint(&destination("fields = [\"phone\"]")), @"kith.toml, line 7: expected fields out of need, outcode, urgency, on_behalf, opened, first_name, name, task, time, for_whom, address, contact, found `phone`");
    // What the hub alone sees is no field of a destination.
    assert!(complaint(&destination("fields = [\"words\"]")).contains("found `words`"));
}
