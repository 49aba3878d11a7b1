//! `galley doctor`: what is configured, what is reachable, what is wrong. It changes nothing and makes no file.
//!
//! To add a check: a function here that tells the [`Report`] `ok`, `note` or `broken`.

use std::{
    fmt::Display,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};

use super::{Stop, existing_database, say};
use crate::server::{
    assets,
    domain::providers::purpose,
    secrets::Secrets,
    settings::{Options, secret_key, values},
    store::{
        checkup,
        db::{Db, Engine},
        pools::OLDEST_SQLITE,
        schema,
    },
};

/// Less room than this on the disk is worth a word.
const LITTLE_ROOM_MIB: u64 = 1024;

/// What was found so far; each line is said at once, as a later one may take its time.
#[derive(Default)]
struct Report {
    fine: u32,
    notes: u32,
    broken: u32,
}

impl Report {
    fn ok(&mut self, what: &str, found: impl Display) {
        self.fine += 1;
        say(format_args!("ok      {what}: {found}"));
    }

    fn note(&mut self, what: &str, found: impl Display) {
        self.notes += 1;
        say(format_args!("note    {what}: {found}"));
    }

    fn broken(&mut self, what: &str, found: impl Display) {
        self.broken += 1;
        say(format_args!("BROKEN  {what}: {found}"));
    }
}

/// Looks at everything and says what it finds.
///
/// # Errors
/// When something is broken.
pub async fn run(options: &Options) -> Result<(), Stop> {
    let mut report = Report::default();
    report.ok("Galley", env!("CARGO_PKG_VERSION"));
    site(&mut report);
    settings(options, &mut report);
    let key = key(options, &mut report);
    disk(options, &mut report);
    database(options, key, &mut report).await;
    let Report { fine, notes, broken } = report;
    say(format_args!("{fine} ok, {notes} to note, {broken} broken"));
    if broken == 0 { Ok(()) } else { Err(Stop::Failed("something is broken".to_owned())) }
}

fn site(report: &mut Report) {
    if assets::embedded() {
        report.ok("pages", "the browser code is inside this binary");
    } else {
        report.broken("pages", "this binary was built without the browser code; `make build` puts it inside");
    }
}

fn settings(options: &Options, report: &mut Report) {
    match &options.config {
        Some(file) if !file.as_os_str().is_empty() => report.ok("GALLEY_CONFIG", file.display()),
        _ => report.ok("GALLEY_CONFIG", "none"),
    }
    report.ok("GALLEY_ADDR", options.addr);
    let outside = !options.addr.ip().is_loopback();
    match options.public_url() {
        Some(url) if url.starts_with("https://") => {
            report.ok("GALLEY_PUBLIC_URL", url);
            if options.trusted_proxies.0.is_empty() {
                report.note(
                    "GALLEY_TRUSTED_PROXIES",
                    "none: behind a proxy every visitor then has the proxy's address, and they share its limits",
                );
            }
        }
        Some(url) => report.note("GALLEY_PUBLIC_URL", format_args!("{url}: passwords and cookies travel unencrypted")),
        None if outside => report.note("GALLEY_PUBLIC_URL", "none, though the server listens beyond this machine"),
        None => report.ok("GALLEY_PUBLIC_URL", "none: links name the address that the server listens on"),
    }
    if !options.trusted_proxies.0.is_empty() {
        let all: Vec<_> = options.trusted_proxies.0.iter().map(ToString::to_string).collect();
        report.ok("GALLEY_TRUSTED_PROXIES", all.join(", "));
    }
    report.ok("GALLEY_OPEN_SIGN_UP", options.open_sign_up);
    report.ok("GALLEY_SESSION_IDLE", format_args!("{} s", options.session_idle));
    report.ok("GALLEY_ANSWER_TIMEOUT", format_args!("{} s", options.answer_timeout));
    report.ok("GALLEY_RATE_KEY", format_args!("{} requests a minute", options.rate_key));
    report.ok("GALLEY_RATE_ADDRESS", format_args!("{} requests a minute", options.rate_address));
    report.ok("GALLEY_RATE_LINK_ADDRESS", format_args!("{} requests a minute", options.rate_link_address));
    report.ok("GALLEY_RATE_LINK", format_args!("{} messages a minute", options.rate_link));
    report.ok("GALLEY_LOG", options.log.as_deref().unwrap_or("the usual"));
    let providers = options.providers.settings();
    let set = [
        ("OpenAI", providers.openai_api_key.is_some() || providers.openai_base_url.is_some()),
        ("Anthropic", providers.anthropic_api_key.is_some()),
        ("Gemini", providers.gemini_api_key.is_some()),
    ];
    let set: Vec<_> = set.into_iter().filter(|(_, set)| *set).map(|(name, _)| name).collect();
    match set.as_slice() {
        [] => report.ok("providers set by the operator", "none; without any the rehearsal answers"),
        set => report.ok("providers set by the operator", set.join(", ")),
    }
}

/// The secret key, without making one.
fn key(options: &Options, report: &mut Report) -> Option<[u8; 32]> {
    const WHAT: &str = "GALLEY_SECRET_KEY";
    if let Some(key) = options.secret_key.as_ref().and_then(|key| key.0) {
        report.ok(WHAT, "set");
        return Some(key);
    }
    let Some(database) = options.database_file() else {
        report.broken(WHAT, "not set; with Postgres the server needs it: 64 hex digits, the same on every node");
        return None;
    };
    let path = secret_key::path(&database);
    match secret_key::read(&path) {
        Ok(Some(key)) => {
            report.ok(WHAT, format_args!("not set; kept in {}", path.display()));
            private(&path, report);
            Some(key)
        }
        Ok(None) => {
            report.ok(WHAT, format_args!("not set; the server will make {}", path.display()));
            None
        }
        Err(why) => {
            report.broken(WHAT, why);
            None
        }
    }
}

/// Whether only its owner may read a file.
fn private(path: &Path, report: &mut Report) {
    let Ok(mode) = path.metadata().map(|file| file.permissions().mode() & 0o777) else { return };
    if mode & 0o077 != 0 {
        report
            .broken("permissions", format_args!("{} has mode {mode:o}: `chmod 600` keeps others out", path.display()));
    }
}

/// The folder of an embedded database: rights and room.
fn disk(options: &Options, report: &mut Report) {
    let Some(database) = options.database_file() else { return };
    // The server makes the folders that are missing, so what counts is the nearest one that is there.
    let there =
        database.ancestors().skip(1).map(|folder| if folder.as_os_str().is_empty() { Path::new(".") } else { folder });
    let folder: PathBuf = there.into_iter().find(|folder| folder.exists()).unwrap_or(Path::new("/")).into();
    let writable = tempfile_in(&folder);
    match writable {
        Ok(()) => report.ok("folder", format_args!("{} can be written to", folder.display())),
        Err(error) => report.broken("folder", format_args!("{} cannot be written to: {error}", folder.display())),
    }
    match free_mib(&folder) {
        Some(free) if free < LITTLE_ROOM_MIB => report.note("disk", format_args!("only {free} MiB are free")),
        Some(free) => report.ok("disk", format_args!("{free} MiB are free")),
        None => report.note("disk", "`df` does not say how much is free"),
    }
    if database.exists() {
        let world = database.metadata().map(|file| file.permissions().mode() & 0o007);
        if world.is_ok_and(|mode| mode != 0) {
            report.note("permissions", format_args!("others on this machine can read {}", database.display()));
        }
    }
}

/// Tries the folder with a file that is gone at once.
fn tempfile_in(folder: &Path) -> std::io::Result<()> {
    let path = folder.join(format!(".galley-doctor-{}", std::process::id()));
    std::fs::OpenOptions::new().write(true).create_new(true).open(&path)?;
    std::fs::remove_file(path)
}

fn free_mib(folder: &Path) -> Option<u64> {
    let output = Command::new("df").arg("-Pk").arg(folder).output().ok().filter(|output| output.status.success())?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.lines().nth(1)?.split_whitespace().nth(3)?.parse::<u64>().ok().map(|kib| kib / 1024)
}

async fn database(options: &Options, key: Option<[u8; 32]>, report: &mut Report) {
    const WHAT: &str = "GALLEY_DATABASE_URL";
    let shown = values::masked(&options.database_url);
    if options.database_file().is_some_and(|file| !file.exists()) {
        report.ok(WHAT, format_args!("{shown}: not there yet, the server will make it"));
        return;
    }
    let db = match existing_database(options).await {
        Ok(db) => db,
        Err(Stop::Failed(why) | Stop::Setting(why)) => return report.broken(WHAT, why),
        Err(Stop::Usage(why)) => return report.broken(WHAT, why),
    };
    report.ok(WHAT, format_args!("{shown} answers"));
    if let Err(Stop::Failed(why)) = look_inside(&db, key, report).await {
        report.broken("database", why);
    }
    db.close().await;
}

async fn look_inside(db: &Db, key: Option<[u8; 32]>, report: &mut Report) -> Result<(), Stop> {
    let (version, damage) = db
        .read(|tx| Box::pin(async move { Ok((checkup::engine_version(tx).await?, checkup::damage(tx).await?)) }))
        .await
        .map_err(Stop::server)?;
    let (a, b, c) = OLDEST_SQLITE;
    match db.engine() {
        Engine::Sqlite => report.ok("SQLite", format_args!("{version} ({a}.{b}.{c} or later is needed)")),
        Engine::Postgres => report.ok("Postgres", version),
    }
    if let Some(damage) = damage {
        report.broken("database file", damage);
    }
    let (found, known) = (schema::version(db).await.map_err(Stop::server)?, schema::known(db.engine()));
    match found.cmp(&known) {
        std::cmp::Ordering::Equal => report.ok("schema", found),
        std::cmp::Ordering::Greater => {
            report.broken("schema", format_args!("{found}, from a newer Galley; this one knows {known}"));
        }
        std::cmp::Ordering::Less => {
            report.note("schema", format_args!("{found}; the server brings it up to {known} when it starts"));
            return Ok(());
        }
    }
    let (agents, accounts, providers) = db
        .read(|tx| {
            Box::pin(async move {
                Ok((checkup::agents(tx).await?, checkup::accounts(tx).await?, checkup::providers(tx).await?))
            })
        })
        .await
        .map_err(Stop::server)?;
    report.ok("content", format_args!("{accounts} accounts, {agents} agents, {} providers", providers.len()));
    let sealed: Vec<_> = providers.into_iter().filter_map(|(id, sealed)| Some((id, sealed?))).collect();
    let secrets = key.map(Secrets::new);
    let opens = |id, sealed: &[u8]| secrets.as_ref().is_some_and(|secrets| secrets.open(&purpose(id), sealed).is_ok());
    match sealed.iter().filter(|(id, sealed)| !opens(*id, sealed)).count() {
        0 if sealed.is_empty() => {}
        0 => report.ok("providers' keys", format_args!("all {} open with the secret key", sealed.len())),
        shut => report.broken(
            "providers' keys",
            format_args!(
                "{shut} of {} do not open with this secret key: give the right one, or enter them anew",
                sealed.len()
            ),
        ),
    }
    Ok(())
}
