//! Wires everything; the only place that names every type.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::chat::discord::{Discord, DiscordSettings};
use crate::chat::telegram::{Telegram, TelegramSettings};
use crate::chat::{self, Connector, Failure, Finding, Level, Limit, Pace};
use crate::config::{self, Config};
use crate::domain::clock::Clock;
use crate::domain::ids::ConnectorId;
use crate::domain::settings::Channel;
use crate::flow::{Driver, Flow, FlowError, Forwarder, Handing, Parts, SystemClock};
use crate::hub::{DestinationSettings, Destinations, ForwardFailure, Handover, HubError};
use crate::intake::Reader;
use crate::safeguarding::{Contacts, ContactsError, Prompts};
use crate::store::{Store, StoreError};
use crate::triage::Desk;

/// How far this machine's clock may be from others' before signatures and tokens fail.
const CLOCK_MAY_DIFFER: Duration = Duration::from_mins(2);

/// Why kith can't start, or why it ended.
#[derive(Debug, thiserror::Error)]
pub enum BootError {
    /// Neither platform is configured.
    #[error(
        "expected a token for Telegram or for Discord, found neither; run `kith init`, or set one in kith.toml"
    )]
    NoPlatform,
    /// The database can't be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The Telegram settings can't be used.
    #[error(transparent)]
    Telegram(#[from] chat::telegram::SettingsError),
    /// The Discord settings can't be used.
    #[error(transparent)]
    Discord(#[from] chat::discord::SettingsError),
    /// A destination can't be used.
    #[error(transparent)]
    Hub(#[from] HubError),
    /// The council's file of numbers can't be used.
    #[error(transparent)]
    Contacts(#[from] ContactsError),
    /// The council's file of numbers can't be read.
    #[error(
        "can't read the file of numbers {path}: {error}; check safeguarding.contacts in kith.toml"
    )]
    ContactsFile {
        /// Which file.
        path: String,
        /// What the system said.
        error: std::io::Error,
    },
    /// It ended by a fault.
    #[error(transparent)]
    Flow(#[from] FlowError),
}

/// kith, wired and ready to run.
pub struct Kith {
    flow: Flow,
    store: Store,
    web: SocketAddr,
}

impl Kith {
    /// Opens the database and makes everything that the configuration names.
    ///
    /// # Errors
    /// Something can't be used as it is configured; the error says what to do.
    pub async fn build(config: &Config) -> Result<Self, BootError> {
        let desk = desk(config)?;
        let destinations = Arc::new(destinations(config)?);
        let connectors = Connectors::of(config)?;
        let drivers = connectors.drivers();
        if drivers.is_empty() {
            return Err(BootError::NoPlatform);
        }
        let store = Store::open(config.database.url.reveal()).await?;
        let flow = Flow::new(Parts {
            store: store.clone(),
            drivers,
            forwarder: forwarder(&destinations),
            destinations: destinations.list(),
            desk: Arc::new(desk),
            clock: Arc::new(SystemClock),
            owner: owner(),
        });
        Ok(Self {
            flow,
            store,
            web: config.web.listen,
        })
    }

    /// Where the web server listens.
    pub const fn web_address(&self) -> SocketAddr {
        self.web
    }

    /// Runs until told to stop, then finishes what is under way within ten seconds.
    ///
    /// # Errors
    /// kith ended by a fault; nothing is lost.
    pub async fn run(self, stop: CancellationToken) -> Result<(), BootError> {
        let Self { flow, store, .. } = self;
        tracing::info!("kith is running");
        let ended = flow.run(stop).await;
        store.close().await;
        Ok(ended?)
    }
}

/// The connectors that the configuration names.
struct Connectors {
    telegram: Option<Arc<Telegram>>,
    discord: Option<Arc<Discord>>,
}

impl Connectors {
    fn of(config: &Config) -> Result<Self, BootError> {
        let telegram = match config.telegram.active() {
            Some(token) => Some(Arc::new(Telegram::new(TelegramSettings {
                token: token.clone(),
                api_url: config.telegram.api_url.clone(),
                pace: config.telegram.pace.map(pace),
                clock: Arc::new(SystemClock),
            })?)),
            None => None,
        };
        let discord = match config.discord.active() {
            Some(token) => {
                let usual = DiscordSettings::new(token.clone());
                Some(Arc::new(Discord::new(DiscordSettings {
                    api_url: config.discord.api_url.clone(),
                    gateway_url: config.discord.gateway_url.clone(),
                    pace: config.discord.pace.map_or(usual.pace, pace),
                    ..usual
                })?))
            }
            None => None,
        };
        Ok(Self { telegram, discord })
    }

    fn drivers(&self) -> Vec<Driver> {
        let telegram = self.telegram.iter().map(Driver::of);
        telegram
            .chain(self.discord.iter().map(Driver::of))
            .collect()
    }

    async fn examine(&self, channels: &[Channel]) -> Vec<Finding> {
        let of = |id: &ConnectorId| -> Vec<Channel> {
            channels
                .iter()
                .filter(|channel| channel.place.connector == *id)
                .cloned()
                .collect()
        };
        let mut findings = Vec::new();
        if let Some(telegram) = &self.telegram {
            findings.extend(telegram.examine(&of(&telegram.id())).await);
        }
        if let Some(discord) = &self.discord {
            findings.extend(discord.examine(&of(&discord.id())).await);
        }
        findings
    }
}

fn pace(pace: config::Pace) -> Pace {
    let second = Duration::from_secs(1);
    Pace {
        overall: Limit {
            count: pace.overall_a_second,
            per: second,
        },
        channel: Limit {
            count: pace.channel_a_minute,
            per: Duration::from_mins(1),
        },
        direct: Limit {
            count: pace.direct_a_second,
            per: second,
        },
    }
}

fn desk(config: &Config) -> Result<Desk, BootError> {
    let contacts = match &config.safeguarding.contacts {
        None => Contacts::embedded(),
        Some(path) => {
            let text = std::fs::read_to_string(path).map_err(|error| BootError::ContactsFile {
                path: path.display().to_string(),
                error,
            })?;
            Contacts::from_toml(&text)?
        }
    };
    Ok(Desk {
        reader: Reader::new(),
        contacts,
        prompts: Prompts::embedded(),
    })
}

fn destinations(config: &Config) -> Result<Destinations, BootError> {
    let settings = config
        .hub
        .destination
        .iter()
        .map(|destination| match destination.kind {
            config::Kind::Webhook => DestinationSettings {
                id: destination.id.clone(),
                title: destination.title.clone(),
                url: destination.url.clone(),
                secrets: [&destination.secret]
                    .into_iter()
                    .chain(&destination.previous_secrets)
                    .cloned()
                    .collect(),
                allow_private: destination.allow_private,
                timeout: destination.timeout,
            },
        });
    Ok(Destinations::new(settings.collect())?)
}

fn forwarder(destinations: &Arc<Destinations>) -> Forwarder {
    let destinations = Arc::clone(destinations);
    Forwarder::new(move |handing: Handing| {
        let destinations = Arc::clone(&destinations);
        async move {
            let handover = Handover {
                key: &handing.key,
                notice: &handing.notice,
                now: handing.now,
            };
            destinations
                .forward(&handing.destination, handover)
                .await
                .map_err(|failure| match failure {
                    ForwardFailure::Retry { after, why } => Failure::Retry { after, why },
                    ForwardFailure::Dead { why } => Failure::Dead { why },
                })
        }
    })
}

/// The name of this process among those that share a database: the machine's, so that it is the same after a restart.
fn owner() -> String {
    std::fs::read_to_string("/etc/hostname")
        .map_or_else(|_| "kith".to_owned(), |name| name.trim().to_owned())
}

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

fn examine_numbers(config: &Config, findings: &mut Vec<Finding>) {
    match desk(config) {
        Err(error) => findings.push(problem(error.to_string(), "correct the file of numbers")),
        Ok(desk) => {
            let today = jiff::Timestamp::from_millisecond(SystemClock.now().as_millis())
                .unwrap_or_default()
                .to_zoned(jiff::tz::TimeZone::UTC)
                .date();
            let stale = desk.contacts.stale(today);
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
    let theirs = match date_of(&url).await {
        Some(theirs) => theirs,
        None => {
            findings.push(Finding {
                level: Level::Warning,
                what: "clock: could not be compared with a platform's".to_owned(),
                remedy: "see that this machine's clock is set by the network".to_owned(),
            });
            return;
        }
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

async fn date_of(url: &str) -> Option<crate::domain::clock::Timestamp> {
    let client = reqwest::Client::builder()
        .timeout(Duration::from_secs(5))
        .build()
        .ok()?;
    let answer = client.get(url).send().await.ok()?;
    let date = answer.headers().get(reqwest::header::DATE)?.to_str().ok()?;
    let at = jiff::fmt::rfc2822::parse(date).ok()?.timestamp();
    Some(crate::domain::clock::Timestamp::from_millis(
        at.as_millisecond(),
    ))
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
