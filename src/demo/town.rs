//! The town: both platforms and the council as simulators, kith itself with its real connectors between them.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use tempfile::TempDir;
use tokio::sync::Mutex;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::boot::{BootError, Kith};
use crate::cli::table::table;
use crate::config::{Config, Destination, Kind, Pace};
use crate::domain::disclosure::LEAST_FIELDS;
use crate::domain::ids::DestinationId;
use crate::domain::private::Private;
use crate::flow::{ForwardWaits, supervise};
use crate::sim::council::CouncilSim;
use crate::sim::discord::DiscordSim;
use crate::sim::telegram::TelegramSim;
use crate::store::{Store, StoreError};

/// How long anything in the town may take before it counts as not happening.
pub const PATIENCE: Duration = Duration::from_secs(20);
/// How many cases the queue at the end shows.
const SHOWN: u32 = 50;

/// Why the town can't be opened or closed.
#[derive(Debug, thiserror::Error)]
pub enum TownError {
    /// A simulator can't listen, or there is no room for temporary files.
    #[error("expected to listen on this machine and to write temporary files, found: {0}")]
    Machine(#[from] std::io::Error),
    /// An address of a simulator can't be one.
    #[error("expected an address of a simulator, found: {0}")]
    Address(#[from] url::ParseError),
    /// kith did not start, or did not end well.
    #[error(transparent)]
    Boot(#[from] BootError),
    /// The database can't be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// kith ended by a fault.
    #[error("expected kith to stop when told to, found that it ended by a fault: {0}")]
    Fault(String),
    /// What was promised is not done.
    #[error("expected an empty outbox, found {0}")]
    Unsettled(String),
}

/// A running town. kith in it can be stopped and started again; the platforms go on meanwhile.
pub struct Town {
    /// Telegram.
    pub telegram: TelegramSim,
    /// Discord.
    pub discord: DiscordSim,
    /// The council.
    pub council: CouncilSim,
    folder: TempDir,
    config: Config,
    forward_waits: ForwardWaits,
    running: Mutex<Option<Running>>,
}

struct Running {
    stop: CancellationToken,
    ended: JoinHandle<Result<(), BootError>>,
    web: SocketAddr,
}

impl Town {
    /// Starts the simulators and kith between them, with nobody there yet.
    ///
    /// # Errors
    /// See [`TownError`].
    pub async fn open() -> Result<Self, TownError> {
        let town = Self::prepare().await?;
        town.start_kith().await?;
        Ok(town)
    }

    /// Starts the simulators alone.
    ///
    /// # Errors
    /// See [`TownError`].
    pub async fn prepare() -> Result<Self, TownError> {
        let (telegram, discord, council) = (
            TelegramSim::start().await?,
            DiscordSim::start().await?,
            CouncilSim::start().await?,
        );
        let folder = tempfile::Builder::new().prefix("kith-town-").tempdir()?;
        let mut config = Config::default();
        config.database.url = Private::new(format!(
            "sqlite://{}",
            folder.path().join("kith.db").display()
        ));
        config.telegram.token = Some(Private::new(telegram.token().to_owned()));
        config.telegram.api_url = Some(Url::parse(&telegram.url())?);
        config.discord.token = Some(Private::new(discord.token()));
        config.discord.api_url = Some(Url::parse(&discord.api_url())?);
        config.discord.gateway_url = Some(Url::parse(&discord.gateway_url())?);
        config.web.listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        config.hub.destination.push(Destination {
            id: DestinationId::new("council"),
            title: "the council".to_owned(),
            kind: Kind::Webhook,
            url: Url::parse(&council.url())?,
            secret: Private::new(council.secret().to_owned()),
            previous_secrets: Vec::new(),
            allow_private: true,
            timeout: Duration::from_secs(2),
            fields: LEAST_FIELDS.to_vec(),
        });
        Ok(Self {
            telegram,
            discord,
            council,
            folder,
            config,
            forward_waits: ForwardWaits::default(),
            running: Mutex::new(None),
        })
    }

    /// The settings that kith runs with.
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// The settings, to change them before kith starts.
    pub const fn config_mut(&mut self) -> &mut Config {
        &mut self.config
    }

    /// Has kith speak faster than the platforms allow, from its next start on: the simulators let it.
    pub const fn speak_freely(&mut self) {
        let brisk = Some(Pace {
            overall_a_second: 1_000,
            channel_a_minute: 60_000,
            direct_a_second: 1_000,
        });
        self.config.telegram.pace = brisk;
        self.config.discord.pace = brisk;
    }

    /// Has kith try again sooner to hand a case over, from its next start on.
    pub fn forward_after(&mut self, waits: ForwardWaits) {
        self.forward_waits = waits;
    }

    /// The folder that holds the database.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Starts kith.
    ///
    /// # Errors
    /// See [`TownError`].
    pub async fn start_kith(&self) -> Result<(), TownError> {
        let kith = Kith::build(&self.config)
            .await?
            .forwarding_after(self.forward_waits.clone());
        let (stop, web) = (CancellationToken::new(), kith.web_address());
        let ended = supervise::spawn(kith.run(stop.clone()));
        *self.running.lock().await = Some(Running { stop, ended, web });
        Ok(())
    }

    /// Tells kith to stop and waits until it has.
    ///
    /// # Errors
    /// kith ended otherwise than told to.
    pub async fn stop_kith(&self) -> Result<(), TownError> {
        let Some(running) = self.running.lock().await.take() else {
            return Ok(());
        };
        running.stop.cancel();
        running
            .ended
            .await
            .map_err(|error| TownError::Fault(error.to_string()))??;
        Ok(())
    }

    /// Where destinations post back, as long as kith runs.
    pub async fn status_address(&self, destination: &str) -> Option<String> {
        let web = self.web_address().await?;
        Some(format!("http://{web}/hub/{destination}/status"))
    }

    /// Where kith's web server listens, as long as kith runs.
    pub async fn web_address(&self) -> Option<SocketAddr> {
        self.running
            .lock()
            .await
            .as_ref()
            .map(|running| running.web)
    }

    /// A second pair of eyes on the database.
    ///
    /// # Errors
    /// It can't be opened.
    pub async fn store(&self) -> Result<Store, TownError> {
        Ok(Store::open(self.config.database.url.reveal()).await?)
    }

    /// Waits until everything that was promised is done.
    ///
    /// # Errors
    /// It takes too long, or something was given up.
    pub async fn settle(&self) -> Result<(), TownError> {
        let store = self.store().await?;
        let started = tokio::time::Instant::now();
        loop {
            let counts = store.counts().await?;
            if counts.waiting == 0 && counts.dead == 0 {
                store.close().await;
                return Ok(());
            }
            if started.elapsed() > PATIENCE || counts.dead > 0 {
                let rows = store.list_outbox(SHOWN).await?;
                store.close().await;
                return Err(TownError::Unsettled(format!("{rows:#?}")));
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// The queue as a table.
    ///
    /// # Errors
    /// The database can't be read.
    pub async fn queue(&self) -> Result<String, TownError> {
        let store = self.store().await?;
        let cases = store.queue(SHOWN).await;
        let counts = store.counts().await;
        store.close().await;
        let (cases, counts) = (cases?, counts?);
        let rows = cases.iter().map(|case| {
            vec![
                case.code.to_string(),
                case.categories
                    .iter()
                    .map(|category| category.as_str())
                    .collect::<Vec<_>>()
                    .join(", "),
                case.urgency.to_string(),
                case.outcode.clone().unwrap_or_default(),
                case.state.name().to_owned(),
                case.state
                    .holder()
                    .map(|person| person.name.reveal().clone())
                    .unwrap_or_default(),
                case.place.connector.to_string(),
            ]
        });
        let head = [
            "case", "what", "urgency", "where", "state", "held by", "told on",
        ];
        let states: Vec<_> = counts
            .cases
            .iter()
            .map(|(state, count)| format!("{count} {state}"))
            .collect();
        Ok(format!(
            "{}\ncases: {} · offers: {} · concerns: {} · still to send: {}",
            table(&head, rows),
            states.join(", "),
            counts.offers,
            counts.concerns,
            counts.waiting
        ))
    }

    /// Stops everything.
    ///
    /// # Errors
    /// kith ended otherwise than told to.
    pub async fn close(self) -> Result<(), TownError> {
        self.stop_kith().await
    }
}
