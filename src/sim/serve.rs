//! Serves a simulator's HTTP on the loopback address and stops all of it, open connections
//! too, when the simulator is dropped.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use axum::serve::Listener;
use futures_util::stream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::{CancellationToken, DropGuard, WaitForCancellationFutureOwned};

/// A running server; dropping it closes its port and its connections.
#[derive(Debug)]
pub(super) struct Server {
    address: SocketAddr,
    _stop_on_drop: DropGuard,
}

impl Server {
    /// Serves `app` on 127.0.0.1; port 0 takes a free one.
    pub(super) async fn start(port: u16, app: Router) -> io::Result<Self> {
        let listener = bind(port).await?;
        let address = listener.local_addr()?;
        let stop = CancellationToken::new();
        let listener = Stoppable {
            inner: listener,
            stop: stop.clone(),
        };
        let stopped = stop.clone().cancelled_owned();
        watch_over(async move {
            tokio::select! {
                () = stopped => {}
                _ = axum::serve(listener, app) => {}
            }
        });
        Ok(Self {
            address,
            _stop_on_drop: stop.drop_guard(),
        })
    }

    /// The port that was bound.
    pub(super) fn port(&self) -> u16 {
        self.address.port()
    }
}

/// Binds the port; one that a stopped simulator is about to give up is waited for.
async fn bind(port: u16) -> io::Result<TcpListener> {
    let mut tries = 0;
    loop {
        match TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse && port != 0 && tries < 100 => {
                tries += 1;
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            bound => return bound,
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the simulators' one place; ends by its drop guard"
)]
fn watch_over(task: impl Future<Output = ()> + Send + 'static) {
    tokio::spawn(task);
}

/// An answer that closes the connection before a byte of it is sent: the body fails before
/// the head, which waits in the same buffer, is flushed.
pub(super) fn no_answer() -> Response {
    let broken = stream::once(async { Err::<String, _>(io::Error::other("connection dropped")) });
    Response::new(Body::from_stream(broken))
}

struct Stoppable {
    inner: TcpListener,
    stop: CancellationToken,
}

impl Listener for Stoppable {
    type Io = Connection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        let (stream, address) = Listener::accept(&mut self.inner).await;
        // Without it small answers wait for the peer's delayed acknowledgement.
        let _ = stream.set_nodelay(true);
        let stopped = Box::pin(self.stop.clone().cancelled_owned());
        (Connection { stream, stopped }, address)
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.inner.local_addr()
    }
}

/// A connection that ends with its server: axum's own connection tasks outlive the listener.
struct Connection {
    stream: TcpStream,
    stopped: Pin<Box<WaitForCancellationFutureOwned>>,
}

impl Connection {
    fn check(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        match self.stopped.as_mut().poll(context) {
            Poll::Ready(()) => Err(io::ErrorKind::ConnectionAborted.into()),
            Poll::Pending => Ok(()),
        }
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.check(context)?;
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.check(context)?;
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
