//! The settings that the package hands out are settings that kith takes.

#![expect(clippy::unwrap_used, reason = "a test that can't go on fails")]

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use kith::config::{Config, ConfigError};
use tempfile::TempDir;

const EXAMPLE: &str = include_str!("../docker/kith.example.toml");

fn load(text: &str) -> Result<Config, ConfigError> {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("kith.toml");
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
    Config::load(&path)
}

/// The lines that are there to be uncommented, uncommented.
fn everything_said() -> String {
    let lines = EXAMPLE.lines().map(|line| {
        let setting = line.strip_prefix("# ").filter(|rest| {
            let name = rest.split(" = ").next().unwrap_or_default();
            let named = rest.contains(" = ")
                && !name.is_empty()
                && name
                    .bytes()
                    .all(|sign| sign.is_ascii_lowercase() || sign.is_ascii_digit() || sign == b'_');
            named || rest.starts_with('[')
        });
        setting.unwrap_or(line)
    });
    lines
        .map(|line| line.replace("whsec_…", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
        .map(|line| {
            line.replace(
                "sha256 = \"…\"",
                &format!("sha256 = \"{}\"", "0f".repeat(32)),
            )
        })
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn the_example_is_taken_as_it_is() {
    let config = load(EXAMPLE).unwrap();
    assert!(config.telegram.token.is_some() && config.discord.token.is_some());
    assert!(config.hub.destination.is_empty());
}

#[test]
fn every_line_of_the_example_is_a_setting() {
    let text = everything_said();
    let config = load(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let [council] = config.hub.destination.as_slice() else {
        panic!("expected one destination, found {:?}", config.hub);
    };
    assert_eq!(council.title, "Example Council");
    assert!(config.safeguarding.contacts.is_some() && config.safeguarding.vetting.is_some());
    assert!(config.triage.rules.is_some());
    let [board] = config.web.api_token.as_slice() else {
        panic!("expected one token, found {:?}", config.web);
    };
    assert_eq!(board.area, ["ME7", "ME8"]);
    let plain = load(EXAMPLE).unwrap();
    assert_eq!(
        (&config.web.listen, &config.log, &config.reading),
        (&plain.web.listen, &plain.log, &plain.reading),
        "what stands behind a # is the default"
    );
}
