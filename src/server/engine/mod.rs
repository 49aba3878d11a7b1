//! Executing an agent: what it is asked goes out to a model, what comes back goes into a feed.
//!
//! | file | what it does |
//! | --- | --- |
//! | [`answer`] | one answer from start to end: limits, stop, what is kept |
//! | [`providers`] | language models behind their APIs, and their errors in plain words |
//! | [`rehearsal`] | the built-in model that is none |
//! | [`history`] | how much of a conversation a model gets to see |
//! | [`feed`] | an answer on its way to its readers |
//!
//! An answer runs in a task of its own and never in that of its reader, so a reader who leaves changes nothing. The engine
//! knows no database: `domain::chat` and `domain::runs` give it what to ask and keep what comes back.
//! To add a way to answer: a variant of [`answer::By`], and a file here that gives a [`providers::Pieces`].

pub mod answer;
pub mod feed;
pub mod history;
pub mod providers;
pub mod rehearsal;

use std::{
    collections::HashMap,
    future::Future,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio_util::{sync::CancellationToken, task::TaskTracker};
use uuid::Uuid;

use feed::{Feed, Reader};

/// The engine of a running server.
#[derive(Debug)]
pub struct Engine {
    client: genai::Client,
    running: Mutex<HashMap<Uuid, Running>>,
    tasks: TaskTracker,
    started: AtomicU64,
}

/// An answer that is being written on this node.
#[derive(Debug)]
struct Running {
    number: u64,
    stop: CancellationToken,
    feed: Reader,
}

impl Engine {
    /// An engine with nothing to do yet.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new() -> Result<Arc<Self>, Box<dyn std::error::Error + Send + Sync>> {
        let client = genai::Client::builder().with_reqwest(super::http_client::build()?).build()?;
        Ok(Arc::new(Self { client, running: Mutex::default(), tasks: TaskTracker::new(), started: AtomicU64::new(0) }))
    }

    /// The client for providers' APIs.
    #[must_use]
    pub fn client(&self) -> &genai::Client {
        &self.client
    }

    /// Runs `work`, which writes the answer of this session or run into the feed it is given, in a task of its own.
    pub fn spawn<F, W>(self: &Arc<Self>, session: Uuid, work: W) -> Reader
    where
        W: FnOnce(Feed, CancellationToken) -> F,
        F: Future<Output = ()> + Send + 'static,
    {
        let (feed, reader) = Feed::new();
        let stop = CancellationToken::new();
        let number = self.started.fetch_add(1, Ordering::Relaxed);
        let running = Running { number, stop: stop.clone(), feed: reader.clone() };
        self.table().insert(session, running);
        let guard = Guard { engine: self.clone(), session, number };
        let work = work(feed, stop);
        self.tasks.spawn(async move {
            // Also when `work` panics: a session must not look busy for ever.
            let _guard = guard;
            work.await;
        });
        reader
    }

    /// The answer that is being written for a session on this node, from its beginning.
    #[must_use]
    pub fn reader(&self, session: Uuid) -> Option<Reader> {
        self.table().get(&session).map(|running| running.feed.clone())
    }

    /// Asks the answer of a session to stop; gives its reader, or nothing when no answer is being written here.
    pub fn stop(&self, session: Uuid) -> Option<Reader> {
        self.table().get(&session).map(|running| {
            running.stop.cancel();
            running.feed.clone()
        })
    }

    /// Waits for the answers that are being written, at the most this long: the last thing before the server ends.
    pub async fn finish(&self, most: Duration) {
        self.tasks.close();
        let _ = tokio::time::timeout(most, self.tasks.wait()).await;
    }

    fn table(&self) -> std::sync::MutexGuard<'_, HashMap<Uuid, Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Guard {
    engine: Arc<Engine>,
    session: Uuid,
    number: u64,
}

impl Drop for Guard {
    fn drop(&mut self) {
        let mut table = self.engine.table();
        // The session's next answer may have begun already.
        if table.get(&self.session).is_some_and(|running| running.number == self.number) {
            table.remove(&self.session);
        }
    }
}
