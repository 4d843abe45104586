//! Wires everything; the only place that names every type.

mod examine;
mod key;
mod serve;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

pub use examine::{examine, examine_tokens};
use tokio::net::TcpListener;

use crate::chat::discord::{Discord, DiscordSettings};
use crate::chat::telegram::{Telegram, TelegramSettings};
use crate::chat::{self, Connector, Failure, Finding, Limit, Pace};
use crate::config::{self, Config, Safeguarding};
use crate::domain::ids::{ChannelId, ConnectorId, PersonId, Place};
use crate::domain::people::{Language, Person};
use crate::domain::settings::{Area, Channel};
use crate::domain::traces::Hasher;
use crate::flow::{
    Driver, Flow, FlowError, ForwardWaits, Forwarder, Handing, Parts, SystemClock, supervise,
};
use crate::hub::{DestinationSettings, Destinations, ForwardFailure, Handover, HubError};
use crate::intake::Reader;
use crate::safeguarding::{Contacts, ContactsError, Deputy, Escalation, Prompts};
use crate::store::{Store, StoreError};
use crate::triage::Desk;
use crate::triage::linkage::Linkage;
use crate::triage::rules::{RuleError, Rules};
use crate::triage::vetting::Vetting;
use crate::web::{ApiToken, Web};

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
    /// The council's file of rules, or of tasks and checks, can't be used.
    #[error("{path}, {error}")]
    Rules {
        /// Which file.
        path: String,
        /// What is wrong, and where.
        error: RuleError,
    },
    /// The council's file of rules can't be read.
    #[error("can't read the file of rules {path}: {error}; check triage.rules in kith.toml")]
    RulesFile {
        /// Which file.
        path: String,
        /// What the system said.
        error: std::io::Error,
    },
    /// The council's file of tasks and checks can't be read.
    #[error(
        "can't read the file of checks {path}: {error}; check safeguarding.vetting in kith.toml"
    )]
    VettingFile {
        /// Which file.
        path: String,
        /// What the system said.
        error: std::io::Error,
    },
    /// The key of the hashes can't be used.
    #[error(
        "the key file {path}: {problem}; put the right one back, or choose another database.key_file in kith.toml"
    )]
    Key {
        /// Which file.
        path: String,
        /// What is wrong.
        problem: String,
    },
    /// The key of the hashes is not the one that the database was filled with.
    #[error(
        "the key file {path}: expected the key that this database was filled with, found {found}; put that file back from a \
         backup. Where it is lost for good, run `kith new-key`: the queue stays, but what was told before is no longer compared \
         with what is told from then on"
    )]
    OtherKey {
        /// Which file.
        path: String,
        /// What is there in its place.
        found: &'static str,
    },
    /// The web server can't listen.
    #[error(
        "can't listen at {address}: {error}; choose another web.listen in kith.toml, or stop what listens there"
    )]
    Web {
        /// Where.
        address: SocketAddr,
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
    web: Web,
    listener: TcpListener,
    address: SocketAddr,
}

impl Kith {
    /// Opens the database and makes everything that the configuration names.
    ///
    /// # Errors
    /// Something can't be used as it is configured; the error says what to do.
    pub async fn build(config: &Config) -> Result<Self, BootError> {
        let destinations = Arc::new(destinations(config)?);
        let connectors = Connectors::of(config)?;
        let drivers = connectors.drivers();
        if drivers.is_empty() {
            return Err(BootError::NoPlatform);
        }
        let store = Store::open(config.database.url.reveal()).await?;
        let desk = desk(config, key::open(config, &store).await?)?;
        let flow = Flow::new(Parts {
            store: store.clone(),
            drivers,
            forwarder: forwarder(&destinations),
            destinations: destinations.list(),
            desk: Arc::new(desk),
            clock: Arc::new(SystemClock),
            owner: owner(config),
        })
        .keeping(config.retention.0.clone());
        let web = serve::web(&flow, &store, &destinations, api_tokens(config));
        let listen = config.web.listen;
        let bind = |error| BootError::Web {
            address: listen,
            error,
        };
        let listener = TcpListener::bind(listen).await.map_err(bind)?;
        let address = listener.local_addr().map_err(bind)?;
        Ok(Self {
            flow,
            store,
            web,
            listener,
            address,
        })
    }

    /// Hands cases over with other waits between the tries than the usual ones.
    #[must_use]
    pub fn forwarding_after(mut self, waits: ForwardWaits) -> Self {
        self.flow = self.flow.forwarding_after(waits);
        self
    }

    /// Where the web server listens.
    pub const fn web_address(&self) -> SocketAddr {
        self.address
    }

    /// Runs until told to stop, then finishes what is under way within ten seconds.
    ///
    /// # Errors
    /// kith ended by a fault; nothing is lost.
    pub async fn run(self, stop: CancellationToken) -> Result<(), BootError> {
        let Self {
            flow,
            store,
            web,
            listener,
            address,
        } = self;
        tracing::info!(web.address = %address, "kith is running");
        // The web server outlives flow's own stop, so that a probe sees kith stopping rather than gone.
        let closing = CancellationToken::new();
        let serving = supervise::spawn(crate::web::serve(listener, web, closing.clone()));
        let ended = flow.run(stop).await;
        closing.cancel();
        if let Err(error) = serving.await {
            tracing::error!(web.why = %error, "the web server ended");
        }
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

/// The numbers to call: the council's own, else those that kith comes with.
fn contacts(config: &Config) -> Result<Contacts, BootError> {
    let Some(path) = &config.safeguarding.contacts else {
        return Ok(Contacts::embedded().in_nation(config.safeguarding.nation)?);
    };
    let text = std::fs::read_to_string(path).map_err(|error| BootError::ContactsFile {
        path: path.display().to_string(),
        error,
    })?;
    Ok(Contacts::from_toml(&text)?.in_nation(config.safeguarding.nation)?)
}

/// Who is called for a concern that nobody takes, and when.
fn escalation(config: &Config) -> Escalation {
    let settings = &config.safeguarding;
    let usual = Escalation::default();
    let channels = Safeguarding::deputies(&settings.deputy_channels).map(|(connector, channel)| {
        Deputy::Channel(Place {
            connector: ConnectorId::new(connector),
            channel: ChannelId::new(channel),
        })
    });
    let people = Safeguarding::deputies(&settings.deputy_people).map(|(connector, person)| {
        Deputy::Person(Person {
            connector: ConnectorId::new(connector),
            id: PersonId::new(person),
            name: "deputy".into(),
            language: Language::English,
        })
    });
    Escalation {
        danger_within: settings
            .danger_within_minutes
            .map_or(usual.danger_within, |minutes| {
                Duration::from_mins(minutes.into())
            }),
        others_within: settings
            .others_within_hours
            .map(|hours| Duration::from_hours(hours.into())),
        deputies: channels.chain(people).collect(),
        destination: settings.destination.clone(),
    }
}

/// The rules of triage: the council's own, else those that kith comes with.
fn rules(config: &Config) -> Result<Rules, BootError> {
    let Some(file) = &config.triage.rules else {
        return Ok(Rules::embedded());
    };
    let path = || file.display().to_string();
    let text = std::fs::read_to_string(file).map_err(|error| BootError::RulesFile {
        path: path(),
        error,
    })?;
    Rules::parse(&text).map_err(|error| BootError::Rules {
        path: path(),
        error,
    })
}

/// Begins with the key that is there, where the one that the database was filled with is lost: what was told before is no
/// longer compared with what is told from then on. Tells of how many cases and offers that holds. kith may not run meanwhile.
///
/// # Errors
/// The database or the file can't be used.
pub async fn begin_with_new_key(config: &Config) -> Result<usize, BootError> {
    let store = Store::open(config.database.url.reveal()).await?;
    let forgotten = key::renew(config, &store).await;
    store.close().await;
    forgotten
}

/// How far neighbours must have been checked: the council's own matrix, else the one that kith comes with.
fn vetting(config: &Config) -> Result<Vetting, BootError> {
    let Some(file) = &config.safeguarding.vetting else {
        return Ok(Vetting::embedded());
    };
    let path = || file.display().to_string();
    let text = std::fs::read_to_string(file).map_err(|error| BootError::VettingFile {
        path: path(),
        error,
    })?;
    Vetting::parse(&text).map_err(|error| BootError::Rules {
        path: path(),
        error,
    })
}

fn desk(config: &Config, hasher: Hasher) -> Result<Desk, BootError> {
    Ok(Desk {
        reader: Reader::new(),
        linkage: Linkage::new(hasher),
        rules: rules(config)?,
        vetting: vetting(config)?,
        contacts: contacts(config)?,
        prompts: Prompts::embedded(),
        escalation: escalation(config),
        keep_corrections: config.reading.keep_corrections,
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
                fields: destination.fields.clone(),
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

/// Who may read the queue over HTTP.
fn api_tokens(config: &Config) -> Vec<ApiToken> {
    let tokens = config.web.api_token.iter().map(|token| ApiToken {
        name: token.name.clone(),
        sha256: token.sha256.0,
        area: Area::new(token.area.iter().cloned()),
        expires: token.expires.map(config::Expiry::moment),
    });
    tokens.collect()
}

/// The name of this process among those that share a database: the machine's, so that it is the same after a restart.
fn owner(config: &Config) -> String {
    config.database.owner.clone().unwrap_or_else(|| {
        std::fs::read_to_string("/etc/hostname")
            .map_or_else(|_| "kith".to_owned(), |name| name.trim().to_owned())
    })
}
