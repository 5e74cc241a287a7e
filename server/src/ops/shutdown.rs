//! An orderly end: no new requests, running ones may finish, then the process leaves.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// How long running requests may take after the signal. Service managers kill after 30 s or more.
pub const DEADLINE: Duration = Duration::from_secs(10);

/// Tells everyone who holds a clone that the server is ending.
#[derive(Clone, Debug)]
pub struct ShutdownSignal(watch::Receiver<bool>);

/// Gives the signal; for tests and for a worker that cannot go on.
#[derive(Debug)]
pub struct ShutdownTrigger(watch::Sender<bool>);

impl ShutdownTrigger {
    /// Ends the server; a second call changes nothing.
    pub fn shut_down(&self) {
        self.0.send_replace(true);
    }
}

impl ShutdownSignal {
    /// A signal and the means to give it.
    pub fn new() -> (ShutdownTrigger, Self) {
        let (sender, receiver) = watch::channel(false);
        (ShutdownTrigger(sender), Self(receiver))
    }

    /// The signal that SIGTERM and ctrl-c give. Call inside the runtime.
    pub fn from_process() -> io::Result<Self> {
        let (trigger, signal) = Self::new();
        let asked = process_signals()?;
        tokio::spawn(async move {
            asked.await;
            tracing::info!("shutting down");
            trigger.shut_down();
        });
        Ok(signal)
    }

    /// Returns when the server is ending (also when the trigger is gone: then nobody could say so).
    pub async fn wait(mut self) {
        let _ = self.0.wait_for(|ending| *ending).await;
    }

    /// Whether the server is ending.
    pub fn is_set(&self) -> bool {
        *self.0.borrow()
    }
}

#[cfg(unix)]
fn process_signals() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn process_signals() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}

/// Serves until the signal, then at most `deadline` longer.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    signal: ShutdownSignal,
    deadline: Duration,
) -> io::Result<()> {
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let server = axum::serve(listener, service).with_graceful_shutdown(signal.clone().wait());
    let too_late = async {
        signal.wait().await;
        tokio::time::sleep(deadline).await;
    };
    tokio::select! {
        ended = server => ended,
        () = too_late => {
            tracing::warn!("some requests did not finish in time and were cut off");
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;

    async fn start(delay: Duration, deadline: Duration) -> (ShutdownTrigger, String, bool) {
        let router = Router::new().route(
            "/",
            get(move || async move {
                tokio::time::sleep(delay).await;
                "done"
            }),
        );
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (trigger, signal) = ShutdownSignal::new();
        let server = tokio::spawn(serve(listener, router, signal, deadline));
        let mut client = TcpStream::connect(address).await.unwrap();
        client.write_all(b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
        trigger.shut_down();
        server.await.unwrap().unwrap();
        let refuses_new = TcpStream::connect(address).await.is_err();
        let mut answer = String::new();
        if delay < deadline {
            client.read_to_string(&mut answer).await.unwrap();
        }
        (trigger, answer, refuses_new)
    }

    #[tokio::test]
    async fn running_requests_finish_and_new_ones_are_refused() {
        let (_trigger, answer, refuses_new) = start(Duration::from_millis(200), Duration::from_secs(5)).await;
        assert!(answer.ends_with("done"), "{answer}");
        assert!(refuses_new);
    }

    #[tokio::test]
    async fn the_deadline_cuts_off() {
        let started = std::time::Instant::now();
        start(Duration::from_mins(1), Duration::from_millis(100)).await;
        assert!(started.elapsed() < Duration::from_secs(5));
    }
}
