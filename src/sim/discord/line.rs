//! TCP lines that can be cut: how a simulated server drops a connection in the middle of an
//! answer, loses a socket, or goes away altogether.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use futures_util::task::AtomicWaker;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

/// The switch that cuts one line.
#[derive(Clone, Debug, Default)]
pub(super) struct Cut {
    inner: Arc<CutState>,
}

#[derive(Debug, Default)]
struct CutState {
    done: AtomicBool,
    reader: AtomicWaker,
    writer: AtomicWaker,
}

impl Cut {
    /// Cuts the line: whatever the other side waits for, it gets a closed connection.
    pub(super) fn cut(&self) {
        self.inner.done.store(true, Ordering::SeqCst);
        self.inner.reader.wake();
        self.inner.writer.wake();
    }

    fn check(&self, waker: &AtomicWaker, context: &Context<'_>) -> io::Result<()> {
        waker.register(context.waker());
        if self.inner.done.load(Ordering::SeqCst) {
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        Ok(())
    }
}

/// Every line that is open now.
#[derive(Clone, Debug, Default)]
pub(super) struct Lines {
    open: Arc<Mutex<BTreeMap<u64, Cut>>>,
    last: Arc<AtomicU64>,
}

impl Lines {
    /// Cuts every open line.
    pub(super) fn cut_all(&self) {
        for cut in self.with(std::mem::take).into_values() {
            cut.cut();
        }
    }

    fn add(&self, cut: Cut) -> u64 {
        let key = self.last.fetch_add(1, Ordering::Relaxed);
        self.with(|open| open.insert(key, cut));
        key
    }

    fn with<T>(&self, act: impl FnOnce(&mut BTreeMap<u64, Cut>) -> T) -> T {
        act(&mut self.open.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A listener whose connections can be cut.
pub(super) struct CuttableListener {
    pub(super) listener: TcpListener,
    pub(super) lines: Lines,
}

impl Listener for CuttableListener {
    type Io = Line;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Line, SocketAddr) {
        loop {
            match self.listener.accept().await {
                Ok((stream, address)) => {
                    // Answers are small and latency is what a simulator is measured by; a line
                    // that refuses the option works all the same.
                    stream.set_nodelay(true).ok();
                    let cut = Cut::default();
                    let key = self.lines.add(cut.clone());
                    let lines = self.lines.clone();
                    return (
                        Line {
                            stream,
                            cut,
                            key,
                            lines,
                        },
                        address,
                    );
                }
                // Out of file handles: others may close soon.
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

impl Connected<IncomingStream<'_, CuttableListener>> for Cut {
    fn connect_info(stream: IncomingStream<'_, CuttableListener>) -> Self {
        stream.io().cut.clone()
    }
}

/// One connection that can be cut.
pub(super) struct Line {
    stream: TcpStream,
    cut: Cut,
    key: u64,
    lines: Lines,
}

impl Drop for Line {
    fn drop(&mut self) {
        self.lines.with(|open| open.remove(&self.key));
    }
}

impl AsyncRead for Line {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.cut.check(&self.cut.inner.reader, context)?;
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Line {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.cut.check(&self.cut.inner.writer, context)?;
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.cut.check(&self.cut.inner.writer, context)?;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
