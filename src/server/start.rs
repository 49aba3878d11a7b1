//! Starting the server: the listener, the database, the schema; and stopping it without losing a request.

use std::{
    io::ErrorKind,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};
use tokio_util::sync::CancellationToken;

use super::{
    clock::Clock,
    core::Core,
    housekeeping,
    router::router,
    settings::{Settings, values},
    store::{db::Db, schema},
};

/// How long requests may take to end once the process is told to stop.
const GRACE: Duration = Duration::from_secs(10);

/// What starting may fail with.
pub type StartError = Box<dyn std::error::Error + Send + Sync>;

/// Opens the database and brings it up to date.
///
/// # Errors
/// When the database cannot be opened or migrated.
pub async fn open(settings: Settings) -> Result<Core, StartError> {
    // reqwest and sqlx share one TLS implementation; an error means that it is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let url = &settings.database_url;
    let db = Db::open(url)
        .await
        .map_err(|error| format!("the database {} cannot be opened: {error}", values::masked(url)))?;
    db.migrate().await.map_err(|error| schema::explain(&error))?;
    Core::new(db, Clock::System, settings)
}

/// Serves until the process is told to stop; then no new request is taken and those that run may end. `announce` is told
/// the address as a browser on this machine can use it, once it answers.
///
/// # Errors
/// When the address cannot be listened on, or the database not be opened.
pub async fn serve(settings: Settings, announce: impl FnOnce(SocketAddr)) -> Result<(), StartError> {
    let wanted = settings.address;
    // First of all, so that a second start by mistake does nothing to the database.
    let listener = TcpListener::bind(wanted).await.map_err(|error| refused(wanted, &error))?;
    let address = listener.local_addr()?;
    let core = open(settings).await?;

    let stop = CancellationToken::new();
    let housekeeping = tokio::spawn(housekeeping::run(core.clone(), stop.clone()));
    let service = router(core.clone()).into_make_service_with_connect_info::<SocketAddr>();
    let serving = axum::serve(listener, service).with_graceful_shutdown(stop.clone().cancelled_owned());

    announce(reachable(address));
    let out_of_time = async {
        told_to_stop().await;
        tracing::info!("stopping");
        stop.cancel();
        tokio::select! {
            () = tokio::time::sleep(GRACE) => {}
            () = told_to_stop() => {}
        }
    };
    let all_ended = async {
        serving.await?;
        // Answers go on without their readers.
        core.engine.finish(GRACE).await;
        Ok::<_, std::io::Error>(())
    };
    tokio::select! {
        ended = all_ended => ended?,
        () = out_of_time => tracing::warn!("requests that still ran were cut off"),
    }
    stop.cancel();
    let close = async {
        let _ = housekeeping.await;
        core.db.close().await;
    };
    if tokio::time::timeout(GRACE, close).await.is_err() {
        tracing::warn!("the database was still busy");
    }
    Ok(())
}

/// The address as a browser on this machine can use it.
#[must_use]
pub fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

fn refused(address: SocketAddr, error: &std::io::Error) -> String {
    let why = match error.kind() {
        ErrorKind::AddrInUse => "another program listens there",
        ErrorKind::AddrNotAvailable => "this machine has no such address",
        ErrorKind::PermissionDenied => "the port needs more rights than this user has",
        _ => return format!("cannot listen on {address}: {error}. GALLEY_ADDR or --addr chooses another address."),
    };
    format!("cannot listen on {address}: {why}. GALLEY_ADDR or --addr chooses another address.")
}

/// Waits for the next SIGINT or SIGTERM.
async fn told_to_stop() {
    let interrupt = tokio::signal::ctrl_c();
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        let _ = interrupt.await;
        return;
    };
    tokio::select! {
        _ = interrupt => {}
        _ = terminate.recv() => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_printed_address_can_be_opened() {
        for (listened, printed) in
            [("0.0.0.0:3000", "127.0.0.1:3000"), ("[::]:80", "[::1]:80"), ("10.0.0.5:3000", "10.0.0.5:3000")]
        {
            assert_eq!(reachable(listened.parse().unwrap()).to_string(), printed);
        }
    }
}
