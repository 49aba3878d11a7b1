//! Starting the server: the database, the schema, the listener; and stopping it without losing a request.

use std::{net::SocketAddr, time::Duration};

use super::{clock::Clock, core::Core, router::router, settings::Settings, store::db::Db};

/// What starting may fail with.
pub type StartError = Box<dyn std::error::Error + Send + Sync>;

/// Opens the database and brings it up to date.
///
/// # Errors
/// When the database cannot be opened or migrated.
pub async fn open(settings: Settings) -> Result<Core, StartError> {
    let db = Db::open(&settings.database_url).await?;
    db.migrate().await?;
    Core::new(db, Clock::System, settings)
}

/// Serves until the process is told to stop.
///
/// # Errors
/// When the address cannot be listened on.
pub async fn serve(settings: Settings) -> Result<(), StartError> {
    let address = settings.address;
    let core = open(settings).await?;
    let listener = tokio::net::TcpListener::bind(address).await?;
    let address = listener.local_addr()?;
    println!("Galley is at http://{address}");
    let service = router(core.clone()).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(stop_signal()).await?;
    core.engine.finish(Duration::from_secs(core.settings.answer_timeout_seconds)).await;
    core.db.close().await;
    Ok(())
}

async fn stop_signal() {
    let interrupt = tokio::signal::ctrl_c();
    let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) else {
        let _ = interrupt.await;
        return;
    };
    tokio::select! {
        _ = interrupt => {}
        _ = terminate.recv() => {}
    }
}
