//! Looking at everything that could be wrong, for `kith init` and `kith doctor`.

use std::time::Duration;

use super::{BootError, Connectors, contacts, destinations, key, rules, vetting};
use crate::chat::{Finding, Level};
use crate::config::Config;
use crate::domain::clock::{Clock, Timestamp};
use crate::domain::settings::Channel;
use crate::flow::SystemClock;
use crate::store::Store;

/// How far this machine's clock may be from others' before signatures and tokens fail.
const CLOCK_MAY_DIFFER: Duration = Duration::from_mins(2);

/// Checks the tokens alone, as `kith init` does before there is anything else.
pub async fn examine_tokens(config: &Config) -> Vec<Finding> {
    match Connectors::of(config) {
        Ok(connectors) => connectors.examine(&[]).await,
        Err(error) => vec![problem(error.to_string(), "correct it and try again")],
    }
}

/// Looks at everything that could be wrong.
pub async fn examine(config: &Config) -> Vec<Finding> {
    let mut findings = Vec::new();
    let channels = examine_database(config, &mut findings).await;
    if config.telegram.active().is_none() && config.discord.active().is_none() {
        findings.push(problem(
            BootError::NoPlatform.to_string(),
            "kith listens nowhere without one",
        ));
    }
    match Connectors::of(config) {
        Ok(connectors) => findings.extend(connectors.examine(&channels).await),
        Err(error) => findings.push(problem(error.to_string(), "correct it in kith.toml")),
    }
    examine_destinations(config, &mut findings).await;
    examine_rules(config, &mut findings);
    examine_vetting(config, &mut findings);
    examine_numbers(config, &mut findings);
    examine_clock(config, &mut findings).await;
    findings
}

async fn examine_database(config: &Config, findings: &mut Vec<Finding>) -> Vec<Channel> {
    let store = match Store::open(config.database.url.reveal()).await {
        Ok(store) => store,
        Err(error) => {
            findings.push(problem(
                format!("database: {error}"),
                "check database.url in kith.toml",
            ));
            return Vec::new();
        }
    };
    findings.push(fine(
        "database: opens, and its schema is up to date".to_owned(),
    ));
    // Before the first start there is none.
    if store.key_check().await.is_ok_and(|known| known.is_some()) {
        findings.push(match key::open(config, &store).await {
            Ok(_) => fine("key: the one that the database was filled with".to_owned()),
            Err(error) => problem(error.to_string(), "kith does not start until it is there"),
        });
    }
    match store.counts().await {
        Ok(counts) if counts.dead > 0 => findings.push(Finding {
            level: Level::Warning,
            what: format!("outbox: {} given up", counts.dead),
            remedy: "look at them with `kith outbox`, then `kith outbox retry --all`".to_owned(),
        }),
        Ok(counts) => findings.push(fine(format!(
            "outbox: {} waiting, none given up",
            counts.waiting
        ))),
        Err(error) => findings.push(problem(
            format!("outbox: {error}"),
            "the database may be damaged; restore a copy",
        )),
    }
    let channels = store.channels().await.unwrap_or_default();
    store.close().await;
    channels
}

async fn examine_destinations(config: &Config, findings: &mut Vec<Finding>) {
    match destinations(config) {
        Err(error) => findings.push(problem(error.to_string(), "correct it in kith.toml")),
        Ok(destinations) => {
            for examined in destinations.examine().await {
                let name = format!("destination {}", examined.destination.id);
                let fields = examined.destination.fields.iter();
                let fields: Vec<_> = fields.map(|field| field.as_str()).collect();
                let fields = fields.join(", ");
                findings.push(fine(format!("{name}: is told: code, {fields}")));
                findings.push(match examined.answer {
                    Ok(status) => fine(format!("{name}: answers ({status})")),
                    Err(why) => problem(
                        format!("{name}: {why}"),
                        "cases wait in the outbox until it answers",
                    ),
                });
            }
        }
    }
}

fn examine_rules(config: &Config, findings: &mut Vec<Finding>) {
    findings.push(match rules(config) {
        Ok(rules) => fine(format!(
            "rules of triage: {}, all can apply",
            rules.all().len()
        )),
        Err(error) => problem(error.to_string(), "correct the file of rules"),
    });
}

fn examine_vetting(config: &Config, findings: &mut Vec<Finding>) {
    findings.push(match vetting(config) {
        Ok(vetting) => fine(format!(
            "checks of neighbours: {} tasks name one",
            vetting.tasks()
        )),
        Err(error) => problem(error.to_string(), "correct the file of checks"),
    });
}

fn examine_numbers(config: &Config, findings: &mut Vec<Finding>) {
    match contacts(config) {
        Err(error) => findings.push(problem(error.to_string(), "correct the file of numbers")),
        Ok(contacts) => {
            let today = jiff::Timestamp::from_millisecond(SystemClock.now().as_millis())
                .unwrap_or_default()
                .to_zoned(jiff::tz::TimeZone::UTC)
                .date();
            let stale = contacts.stale(today);
            findings.push(if stale.is_empty() {
                fine("numbers to call: all checked within the last year".to_owned())
            } else {
                let names: Vec<_> = stale.iter().map(|contact| contact.name.as_str()).collect();
                Finding {
                    level: Level::Warning,
                    what: format!(
                        "numbers to call: not checked for a year: {}",
                        names.join(", ")
                    ),
                    remedy: "check them at their source and renew verified_on".to_owned(),
                }
            });
        }
    }
}

/// Compares this machine's clock with the `Date` that a platform answers with.
async fn examine_clock(config: &Config, findings: &mut Vec<Finding>) {
    let telegram = config.telegram.active().map(|_| {
        config.telegram.api_url.as_ref().map_or_else(
            || "https://api.telegram.org".to_owned(),
            ToString::to_string,
        )
    });
    let discord = config.discord.active().map(|_| {
        config
            .discord
            .api_url
            .as_ref()
            .map_or_else(|| "https://discord.com".to_owned(), ToString::to_string)
    });
    let Some(url) = telegram.or(discord) else {
        return;
    };
    let Some(theirs) = date_of(&url).await else {
        findings.push(Finding {
            level: Level::Warning,
            what: "clock: could not be compared with a platform's".to_owned(),
            remedy: "see that this machine's clock is set by the network".to_owned(),
        });
        return;
    };
    let ours = SystemClock.now();
    let apart = ours.since(theirs).max(theirs.since(ours));
    findings.push(if apart > CLOCK_MAY_DIFFER {
        problem(
            format!("clock: {} s off", apart.as_secs()),
            "let the network set this machine's clock",
        )
    } else {
        fine("clock: as the platform's".to_owned())
    });
}

async fn date_of(url: &str) -> Option<Timestamp> {
    let client = reqwest::Client::builder()
        .timeout(Duration::from_secs(5))
        .build()
        .ok()?;
    let answer = client.get(url).send().await.ok()?;
    let date = answer.headers().get(reqwest::header::DATE)?.to_str().ok()?;
    let at = jiff::fmt::rfc2822::parse(date).ok()?.timestamp();
    Some(Timestamp::from_millis(at.as_millisecond()))
}

fn fine(what: String) -> Finding {
    Finding {
        level: Level::Fine,
        what,
        remedy: String::new(),
    }
}

fn problem(what: String, remedy: &str) -> Finding {
    Finding {
        level: Level::Problem,
        what,
        remedy: remedy.to_owned(),
    }
}
