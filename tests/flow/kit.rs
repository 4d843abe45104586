//! What the tests of flow play with: a platform, a destination, a clock and a desk that does as it is told.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use kith::chat::{Connector, Done, Failure, Finding, Inlet, Limit, ListenError, Pace, Start, Task};
use kith::domain::clock::{Clock, Timestamp};
use kith::domain::decision::Capabilities;
use kith::domain::ids::{CaseId, ConnectorId, EffectId, InboundKey};
use kith::domain::inbound::Inbound;
use kith::domain::report::Subject;
use kith::domain::settings::Channel;
use kith::domain::speech::Speech;
use kith::flow::{
    Counters, Desk, Driver, Flow, FlowError, Forwarder, Handing, Health, Part, Parts,
};
use kith::store::{Promised, Standing, Store};
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::desk::{Pen, Told};

const PATIENCE: Duration = Duration::from_mins(1);

/// Waits for what must come.
pub(crate) async fn soon<T>(task: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, task)
        .await
        .expect("expected it to happen, waited too long")
}

/// A clock that stands still until it is moved.
pub(crate) struct TestClock(AtomicI64);

impl TestClock {
    pub(crate) fn pass(&self, time: Duration) {
        let millis = i64::try_from(time.as_millis()).unwrap();
        self.0.fetch_add(millis, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}

/// A kith on disk, that can be started, killed and started again.
pub(crate) struct Kith {
    path: PathBuf,
    url: String,
    pace: Pace,
    recognises_repeats: bool,
    pub(crate) store: Store,
    pub(crate) clock: Arc<TestClock>,
    _folder: tempfile::TempDir,
}

impl Kith {
    pub(crate) async fn new() -> Self {
        let limit = Limit {
            count: 1_000,
            per: Duration::from_millis(1),
        };
        Self::with_pace(Pace {
            overall: limit,
            channel: limit,
            direct: limit,
        })
        .await
    }

    pub(crate) async fn with_pace(pace: Pace) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kith.db");
        let url = format!("sqlite://{}", path.display());
        Self {
            store: Store::open(&url).await.unwrap(),
            path,
            url,
            pace,
            recognises_repeats: true,
            clock: Arc::new(TestClock(AtomicI64::new(1_790_000_000_000))),
            _folder: folder,
        }
    }

    /// On a platform that shows what is sent to it twice as two.
    pub(crate) async fn that_can_repeat() -> Self {
        Self {
            recognises_repeats: false,
            ..Self::new().await
        }
    }

    /// Starts it and waits until it listens.
    pub(crate) async fn start(&self) -> Stage {
        self.start_as("kith", "platform").await
    }

    pub(crate) async fn start_as(&self, owner: &str, platform: &str) -> Stage {
        let mut stage = self.begin_as(owner, platform);
        stage.until_listening().await;
        stage
    }

    pub(crate) fn begin_as(&self, owner: &str, platform: &str) -> Stage {
        self.begin_with(Arc::new(Told), owner, platform)
    }

    /// Starts it with a desk of one's own and waits until it listens.
    pub(crate) async fn start_with(&self, desk: Arc<dyn Desk>) -> Stage {
        let mut stage = self.begin_with(desk, "kith", "platform");
        stage.until_listening().await;
        stage
    }

    fn begin_with(&self, desk: Arc<dyn Desk>, owner: &str, platform: &str) -> Stage {
        let platform = ConnectorId::new(platform);
        let (starts, started) = mpsc::unbounded_channel();
        let (tasks, asked) = mpsc::unbounded_channel();
        let (hands, handed) = mpsc::unbounded_channel();
        let fails = Arc::new(Notify::new());
        let connector = Platform {
            id: platform.clone(),
            pace: self.pace,
            recognises_repeats: self.recognises_repeats,
            starts,
            tasks,
            fails: Arc::clone(&fails),
        };
        let forwarder = Forwarder::new(move |handing| {
            let (answer, answered) = oneshot::channel();
            let sent = hands.send(OpenHanding { handing, answer });
            async move {
                if sent.is_err() {
                    std::future::pending::<()>().await;
                }
                answered.await.unwrap_or_else(|_| Err(away()))
            }
        });
        let (url, clock, owner) = (self.url.clone(), Arc::clone(&self.clock), owner.to_owned());
        let (counters, counted) = oneshot::channel();
        let stop = CancellationToken::new();
        let stopping = stop.clone();
        let mut run = JoinSet::new();
        run.spawn(async move {
            let flow = Flow::new(Parts {
                store: Store::open(&url).await.unwrap(),
                drivers: vec![Driver::of(&Arc::new(connector))],
                forwarder,
                destinations: Vec::new(),
                desk,
                clock,
                owner,
            });
            let _ = counters.send((flow.counters(), flow.health()));
            flow.run(stopping).await
        });
        Stage {
            pen: Pen::new(platform, self.clock.now()),
            counters: Arc::default(),
            health: Arc::default(),
            store: self.store.clone(),
            counted: Some(counted),
            start: None,
            stop,
            started,
            asked,
            handed,
            fails,
            run,
        }
    }

    /// From now on nothing can be taken in.
    pub(crate) fn break_database(&self) {
        self.sql("ALTER TABLE receipt RENAME TO receipt_away");
    }

    pub(crate) fn mend_database(&self) {
        self.sql("ALTER TABLE receipt_away RENAME TO receipt");
    }

    /// Somebody else holds the database until the lock is dropped.
    pub(crate) fn lock(&self) -> Lock {
        let database = rusqlite::Connection::open(&self.path).unwrap();
        database.busy_timeout(PATIENCE).unwrap();
        database.execute_batch("BEGIN IMMEDIATE").unwrap();
        Lock(database)
    }

    /// Nothing that is promised can be taken out to be carried out.
    pub(crate) fn break_leasing(&self) {
        self.sql(
            "CREATE TRIGGER stuck BEFORE UPDATE ON outbox WHEN new.state = 'leased' \
             BEGIN SELECT RAISE(ABORT, 'stuck'); END",
        );
    }

    pub(crate) fn mend_leasing(&self) {
        self.sql("DROP TRIGGER stuck");
    }

    /// Nothing that is promised to a channel can be written down as done.
    pub(crate) fn break_settling(&self, channel: &str) {
        self.sql(&format!(
            "CREATE TRIGGER spoilt BEFORE DELETE ON outbox WHEN old.queue = '{channel}' \
             BEGIN SELECT RAISE(ABORT, 'spoilt'); END"
        ));
    }

    /// No dialogue can be read any more.
    pub(crate) fn spoil_dialogues(&self) {
        self.sql("UPDATE dialogue SET body = '{'");
    }

    fn sql(&self, sql: &str) {
        let database = rusqlite::Connection::open(&self.path).unwrap();
        database.busy_timeout(PATIENCE).unwrap();
        database.execute_batch(sql).unwrap();
    }

    /// What the desk noted, in order.
    pub(crate) async fn notes(&self) -> Vec<String> {
        let log = Subject::Case(CaseId::new("log"));
        let events = self.store.events(&log).await.unwrap();
        events.into_iter().map(|event| event.what).collect()
    }
}

/// Nobody else writes as long as this is there.
pub(crate) struct Lock(#[expect(dead_code, reason = "holds the database")] rusqlite::Connection);

/// One run of kith. Dropping it is to kill it.
pub(crate) struct Stage {
    pen: Pen,
    pub(crate) counters: Arc<Counters>,
    health: Arc<Health>,
    store: Store,
    counted: Option<oneshot::Receiver<(Arc<Counters>, Arc<Health>)>>,
    start: Option<Start>,
    pub(crate) stop: CancellationToken,
    started: mpsc::UnboundedReceiver<Start>,
    asked: mpsc::UnboundedReceiver<OpenTask>,
    handed: mpsc::UnboundedReceiver<OpenHanding>,
    fails: Arc<Notify>,
    run: JoinSet<Result<(), FlowError>>,
}

impl Stage {
    async fn until_counted(&mut self) {
        if let Some(counted) = self.counted.take() {
            (self.counters, self.health) = soon(counted).await.unwrap();
        }
    }

    pub(crate) async fn until_listening(&mut self) {
        self.until_counted().await;
        self.start = Some(soon(self.started.recv()).await.unwrap());
    }

    /// Waits until it has seen that another process owns the platform.
    pub(crate) async fn until_waiting(&mut self) {
        self.until_counted().await;
        let platform = Part::Connector("platform".to_owned());
        soon(async {
            while self
                .health
                .troubles()
                .iter()
                .all(|(part, _)| *part != platform)
            {
                tokio::task::yield_now().await;
            }
        })
        .await;
    }

    pub(crate) async fn until_ready(&self, ready: bool) {
        let mut health = self.health.ready();
        soon(health.wait_for(|now| *now == ready)).await.unwrap();
    }

    pub(crate) async fn until_channels(&mut self, count: usize) {
        let channels = &mut self.start.as_mut().unwrap().channels;
        let reached = channels.wait_for(|channels: &Vec<Channel>| channels.len() == count);
        soon(reached).await.unwrap();
    }

    /// The platform's library panics; waits until it is listened to again.
    pub(crate) async fn break_listening(&mut self) {
        self.fails.notify_one();
        self.until_listening().await;
    }

    pub(crate) fn inlet(&self) -> Inlet {
        self.start.as_ref().unwrap().inlet.clone()
    }

    pub(crate) fn cursors(&self) -> &HashMap<String, String> {
        &self.start.as_ref().unwrap().cursors
    }

    pub(crate) fn message(&self, key: &str, words: &str) -> Inbound {
        self.pen.message(InboundKey::new(key), words)
    }

    pub(crate) fn message_of(&self, author: &str, key: &str, words: &str) -> Inbound {
        self.pen.message_of(author, InboundKey::new(key), words)
    }

    pub(crate) async fn offer(&self, inbound: &[Inbound]) -> oneshot::Receiver<()> {
        let offered = self.inlet().offer(inbound.to_vec(), Vec::new()).await;
        offered.unwrap()
    }

    pub(crate) async fn hand_over(&self, inbound: &[Inbound]) {
        self.hand_over_with(inbound, &[]).await;
    }

    pub(crate) async fn hand_over_with(&self, inbound: &[Inbound], cursors: &[(&str, &str)]) {
        let cursors = cursors
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        soon(self.inlet().hand_over(inbound.to_vec(), cursors))
            .await
            .unwrap();
    }

    /// The next task that the platform is given.
    pub(crate) async fn task(&mut self) -> OpenTask {
        soon(self.asked.recv()).await.unwrap()
    }

    pub(crate) fn task_if_any(&mut self) -> Option<OpenTask> {
        self.asked.try_recv().ok()
    }

    /// The next case that the destination is given.
    pub(crate) async fn handing(&mut self) -> OpenHanding {
        soon(self.handed.recv()).await.unwrap()
    }

    /// Waits until nothing is leased any more: all that was answered is settled.
    pub(crate) async fn settled(&self) {
        self.until_outbox(|promised| promised.standing != Standing::Leased)
            .await;
    }

    /// Waits until these are done.
    pub(crate) async fn until_done(&self, effects: &[EffectId]) {
        self.until_outbox(|promised| !effects.contains(&promised.effect.id))
            .await;
    }

    async fn until_outbox(&self, holds: impl Fn(&Promised) -> bool) {
        soon(async {
            while !self
                .store
                .list_outbox(1_000)
                .await
                .unwrap()
                .iter()
                .all(&holds)
            {
                tokio::task::yield_now().await;
            }
        })
        .await;
    }

    /// Kills it at whatever it is doing, and waits until it is gone.
    pub(crate) async fn kill(mut self) {
        self.run.shutdown().await;
    }

    /// Stops it in order, and sees that it ends well.
    pub(crate) async fn stop(mut self) {
        self.stop.cancel();
        soon(self.run.join_next()).await.unwrap().unwrap().unwrap();
    }
}

/// What a task says.
pub(crate) fn text_of(task: &Task) -> &str {
    let speech = match task {
        Task::Post { speech, .. } | Task::Edit { speech, .. } | Task::Direct { speech, .. } => {
            speech
        }
        Task::Answer { answer, .. } => &answer.speech,
        Task::Delete { .. } => return "",
    };
    match speech {
        Speech::CommandProblem { problem } => problem,
        other => panic!("the desk says nothing like {other:?}"),
    }
}

/// A task that the platform has not answered yet.
pub(crate) struct OpenTask {
    pub(crate) task: Task,
    answer: oneshot::Sender<Result<Done, Failure>>,
}

impl OpenTask {
    pub(crate) fn says(&self, words: &str) -> bool {
        text_of(&self.task) == words
    }

    /// Its idempotency key; only what is said anew has one.
    pub(crate) fn key(&self) -> EffectId {
        match &self.task {
            Task::Post { key, .. } | Task::Direct { key, .. } | Task::Answer { key, .. } => {
                key.clone()
            }
            other => panic!("{other:?} has no key"),
        }
    }

    pub(crate) fn answer(self, result: Result<Done, Failure>) {
        // A kith that was stopped or killed doesn't hear it.
        let _ = self.answer.send(result);
    }

    /// The platform's library panics.
    pub(crate) fn panic(self) {
        drop(self.answer);
    }
}

/// A case that the destination has not answered yet.
pub(crate) struct OpenHanding {
    pub(crate) handing: Handing,
    answer: oneshot::Sender<Result<Option<String>, Failure>>,
}

impl OpenHanding {
    pub(crate) fn answer(self, result: Result<Option<String>, Failure>) {
        let _ = self.answer.send(result);
    }
}

fn away() -> Failure {
    Failure::Retry {
        after: None,
        why: "the test let go of it".to_owned(),
    }
}

struct Platform {
    id: ConnectorId,
    pace: Pace,
    recognises_repeats: bool,
    starts: mpsc::UnboundedSender<Start>,
    tasks: mpsc::UnboundedSender<OpenTask>,
    fails: Arc<Notify>,
}

impl Connector for Platform {
    fn id(&self) -> ConnectorId {
        self.id.clone()
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            buttons: true,
            forms: false,
            ephemeral: false,
            sees_deletions: false,
            direct_first: false,
            recognises_repeats: self.recognises_repeats,
            message_length: 4_096,
        }
    }

    fn pace(&self) -> Pace {
        self.pace
    }

    async fn listen(&self, start: Start) -> Result<(), ListenError> {
        let stop = start.stop.clone();
        let _ = self.starts.send(start);
        tokio::select! {
            () = stop.cancelled() => Ok(()),
            () = self.fails.notified() => panic!("the platform's library fails"),
        }
    }

    async fn perform(&self, task: Task) -> Result<Done, Failure> {
        let (answer, answered) = oneshot::channel();
        if self.tasks.send(OpenTask { task, answer }).is_err() {
            std::future::pending::<()>().await;
        }
        answered.await.expect("the platform's library fails")
    }

    async fn examine(&self, _channels: &[Channel]) -> Vec<Finding> {
        Vec::new()
    }
}
