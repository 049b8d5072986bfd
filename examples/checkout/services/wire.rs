//! A TCP connection that can be cut on command, below HTTP, where real connections break.

use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll, ready},
};

use axum::{
    extract::connect_info::Connected,
    serve::{IncomingStream, Listener},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
};

/// What happens to the next bytes a service sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cut {
    /// They arrive.
    No,
    /// They do not: the peer gets a TCP reset.
    Reset,
    /// The head arrives with half of the body, then the connection is closed.
    Half,
    /// Nothing more is sent.
    Closed,
}

/// Cuts the connection a request came in by. Handlers get it as `ConnectInfo<Cutter>`.
#[derive(Debug, Clone)]
pub struct Cutter(Arc<Mutex<Cut>>);

impl Cutter {
    /// The answer is lost and the connection is reset.
    pub fn reset(&self) {
        self.set(Cut::Reset);
    }

    /// The answer stops in the middle of its body.
    pub fn half(&self) {
        self.set(Cut::Half);
    }

    fn get(&self) -> Cut {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, cut: Cut) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = cut;
    }
}

impl Connected<IncomingStream<'_, CuttingListener>> for Cutter {
    fn connect_info(stream: IncomingStream<'_, CuttingListener>) -> Self {
        stream.io().cutter.clone()
    }
}

/// Accepts connections that can be cut.
#[derive(Debug)]
pub struct CuttingListener(pub TcpListener);

impl Listener for CuttingListener {
    type Io = Line;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Line, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.0).await;
        (
            Line {
                stream,
                cutter: Cutter(Arc::new(Mutex::new(Cut::No))),
            },
            address,
        )
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

/// One connection and whoever may cut it.
#[derive(Debug)]
pub struct Line {
    stream: TcpStream,
    cutter: Cutter,
}

impl AsyncWrite for Line {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let Self { stream, cutter } = &mut *self;
        let stream = Pin::new(stream);
        match cutter.get() {
            Cut::No => stream.poll_write(cx, bytes),
            Cut::Reset => {
                // Closing with zero linger sends RST instead of FIN.
                stream.set_zero_linger()?;
                Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()))
            }
            Cut::Half => {
                let sent = ready!(stream.poll_write(cx, head_and_half_the_body(bytes)))?;
                cutter.set(Cut::Closed);
                Poll::Ready(Ok(sent))
            }
            Cut::Closed => Poll::Ready(Err(io::ErrorKind::BrokenPipe.into())),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

impl AsyncRead for Line {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, into)
    }
}

/// hyper hands over a small answer in one piece: head, blank line, body.
fn head_and_half_the_body(answer: &[u8]) -> &[u8] {
    let head = answer
        .windows(4)
        .position(|bytes| bytes == b"\r\n\r\n")
        .map_or(0, |at| at + 4);
    answer
        .get(..usize::midpoint(head, answer.len()))
        .unwrap_or(answer)
}
