//! The task that listens, and its end.

use std::io;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::line::{Cut, CuttableListener, Lines};
use super::{Shared, gateway, rest};

/// The listening task. It ends, and every line is cut, when this is dropped.
#[derive(Debug, Default)]
pub(super) struct Server {
    lines: Lines,
    task: Mutex<Option<JoinHandle<()>>>,
}

/// Listens on the loopback address; port 0 takes any that is free.
pub(super) async fn bind(port: u16) -> io::Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await
}

impl Server {
    /// Serves on a listener, in place of whatever was served before.
    #[expect(
        clippy::disallowed_methods,
        reason = "the simulator's one task; it is aborted when the simulator is dropped"
    )]
    pub(super) fn start(&self, shared: &Arc<Shared>, listener: TcpListener) {
        self.stop();
        let listener = CuttableListener {
            listener,
            lines: self.lines.clone(),
        };
        let service = router(Arc::clone(shared)).into_make_service_with_connect_info::<Cut>();
        let task = tokio::spawn(async move {
            // Serving ends only when it is aborted.
            axum::serve(listener, service).await.ok();
        });
        *self.task.lock().unwrap_or_else(PoisonError::into_inner) = Some(task);
    }

    /// Stops listening and cuts every line.
    pub(super) fn stop(&self) {
        let task = self
            .task
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(task) = task {
            task.abort();
        }
        self.lines.cut_all();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/gateway", get(gateway::connect))
        .route("/gateway/", get(gateway::connect))
        .route("/gateway/resume", get(gateway::connect))
        .route("/gateway/resume/", get(gateway::connect))
        .fallback(rest::answer)
        .with_state(shared)
}
