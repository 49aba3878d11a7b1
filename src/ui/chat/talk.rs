//! A conversation's state in the browser, and what can be done with it.
//!
//! Nothing that a person typed is lost: a message that the server did not take goes back into the field.

use leptos::{prelude::*, task::spawn_local};
use serde_json::json;
use uuid::Uuid;

use super::{
    door::{Act, Door},
    wire::{self, Events},
};
use crate::{
    model::{
        chat::{AnswerEvent, Conversation},
        error::{Code, Error},
        link::Visit,
        page::Page,
        session::{Author, Message, MessageOutcome, Receipt, Session},
    },
    paths,
    ui::parts::markdown::spoken,
};

/// So often, a second apart, a server is tried that is not there.
const MOST_TRIES: u32 = 25;

/// A message as it is shown.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Tells it apart from the others in the log.
    pub key: usize,
    /// Who wrote it.
    pub author: Author,
    /// What it says so far.
    pub text: ArcRwSignal<String>,
    /// How it stands.
    pub state: ArcRwSignal<EntryState>,
}

/// How a message stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EntryState {
    /// More of it is on its way.
    pub streaming: bool,
    /// How it came out.
    pub outcome: Option<MessageOutcome>,
    /// What produced it.
    pub receipt: Option<Receipt>,
    /// Why it failed.
    pub error: Option<String>,
}

impl EntryState {
    fn of(message: &Message) -> Self {
        Self {
            streaming: false,
            outcome: Some(message.outcome),
            receipt: message.receipt.clone(),
            error: message.error.clone(),
        }
    }

    /// Whether it may be tried again.
    #[must_use]
    pub fn can_retry(&self) -> bool {
        matches!(self.outcome, Some(MessageOutcome::Failed | MessageOutcome::Stopped))
    }
}

/// A conversation. Copy it into any closure.
#[derive(Clone, Copy, Debug)]
pub struct Talk {
    door: Door,
    /// The session; none before the first message.
    pub session: RwSignal<Option<Uuid>>,
    /// What would answer, as the session says; none before the first message.
    pub receipt: RwSignal<Option<Receipt>>,
    /// The messages.
    pub entries: RwSignal<Vec<Entry>>,
    /// What is being typed.
    pub typed: RwSignal<String>,
    /// Whether an answer is on its way.
    pub busy: RwSignal<bool>,
    /// Whether an answer was on its way when the page was made, and is not read on here yet.
    awaited: RwSignal<bool>,
    /// Why the conversation is over, if it is.
    pub over: RwSignal<Option<String>>,
    /// What went wrong with sending.
    pub problem: RwSignal<Option<String>>,
    /// What screen readers are told.
    pub said: RwSignal<String>,
    /// Counts the answers that ended, for who wants to look again at what is live.
    pub answers: RwSignal<usize>,
    /// Which chat it is: what still comes for an earlier one is not shown.
    chat: RwSignal<usize>,
    next_key: StoredValue<usize>,
    /// The newest message that the server told of.
    known: StoredValue<Option<Uuid>>,
}

impl Talk {
    /// A conversation that begins with its first message.
    #[must_use]
    pub fn new(agent: Uuid, draft_mode: bool) -> Self {
        let session = RwSignal::new(None);
        Self::at(Door::Member { agent, draft_mode, session }, session)
    }

    fn at(door: Door, session: RwSignal<Option<Uuid>>) -> Self {
        Self {
            door,
            session,
            receipt: RwSignal::new(None),
            entries: RwSignal::new(Vec::new()),
            typed: RwSignal::new(String::new()),
            busy: RwSignal::new(false),
            awaited: RwSignal::new(false),
            over: RwSignal::new(None),
            problem: RwSignal::new(None),
            said: RwSignal::new(String::new()),
            answers: RwSignal::new(0),
            chat: RwSignal::new(0),
            next_key: StoredValue::new(0),
            known: StoredValue::new(None),
        }
    }

    /// The conversation that is there already.
    #[must_use]
    pub fn resume(agent: Uuid, draft_mode: bool, conversation: &Conversation) -> Self {
        let talk = Self::new(agent, draft_mode);
        let session = &conversation.session;
        talk.session.set(Some(session.id));
        talk.receipt.set(Some(session.receipt.clone()));
        talk.over.set(session.end_reason.map(|reason| reason.sentence().to_owned()));
        let entries = conversation.messages.iter().map(|message| talk.entry_of(message)).collect();
        talk.entries.set(entries);
        if conversation.answering {
            talk.awaited.set(true);
            Effect::new(move || talk.rejoin());
        }
        talk
    }

    /// A stranger's conversation on a public page, begun or not.
    #[must_use]
    pub fn visit(page: String, pass: Option<String>, chat: Option<String>, visit: &Visit) -> Self {
        let (page, pass, chat) = (StoredValue::new(page), StoredValue::new(pass), RwSignal::new(chat));
        let talk = Self::at(Door::Visitor { page, pass, chat }, RwSignal::new(None));
        talk.over.set(visit.over.clone());
        talk.problem.set(visit.problem.clone());
        talk.typed.set(visit.typed.clone());
        talk.entries.set(visit.messages.iter().map(|message| talk.entry_of(message)).collect());
        if visit.answering {
            talk.awaited.set(true);
            Effect::new(move || talk.rejoin());
        }
        talk
    }

    /// Sends what is typed.
    pub fn send(self) {
        let text = self.typed.get_untracked();
        if !text.trim().is_empty() {
            self.say(text);
        }
    }

    /// Sends a text, such as a prompt bubble.
    pub fn say(self, text: String) {
        if self.busy.get_untracked() || self.over.with_untracked(Option::is_some) {
            return;
        }
        if self.typed.get_untracked() == text {
            self.typed.set(String::new());
        }
        let mine = self.entry(Author::User, text.clone(), EntryState::default());
        let answer = self.begin();
        self.entries.update(|entries| entries.extend([mine.clone(), answer.clone()]));
        let chat = self.chat.get_untracked();
        spawn_local(async move {
            let asked = self.ask_message(&text).await;
            match asked {
                Ok(events) => self.follow(chat, &answer, events).await,
                Err(error) => self.refused(chat, &[mine.key, answer.key], &text, error),
            }
        });
    }

    /// Tries the last message again.
    pub fn retry(self) {
        let Some(address) = self.door.address(Act::Retry) else { return };
        if self.busy.get_untracked() {
            return;
        }
        let answer = self.begin();
        self.entries.update(|entries| entries.push(answer.clone()));
        let chat = self.chat.get_untracked();
        spawn_local(async move {
            let asked = wire::ask("POST", &address, Some(&json!({})), true).await;
            match asked.map(|response| Events::of(&response)) {
                Ok(events) => self.follow(chat, &answer, events).await,
                Err(error) => self.refused(chat, &[answer.key], "", error),
            }
        });
    }

    /// Stops the answer that is on its way; what came stays.
    pub fn stop(self) {
        let Some(address) = self.door.address(Act::Stop) else { return };
        spawn_local(async move {
            let stopped = wire::ask("POST", &address, Some(&json!({})), false).await;
            if let Err(error) = stopped {
                let _ = self.problem.try_set(Some(error.detail));
            }
        });
    }

    /// Ends this conversation and begins with nothing.
    pub fn new_chat(self) {
        if let Some(session) = self.session.get_untracked()
            && self.over.with_untracked(Option::is_none)
        {
            spawn_local(async move {
                let _ = wire::ask("POST", &paths::session_end(session), Some(&json!({})), false).await;
            });
        }
        self.chat.update(|chat| *chat += 1);
        self.session.set(None);
        self.door.began(None);
        self.receipt.set(None);
        self.entries.set(Vec::new());
        self.busy.set(false);
        self.over.set(None);
        self.problem.set(None);
        self.said.set("New chat".to_owned());
    }

    /// Whether the last message has no answer, and none is on its way: the server that wrote it died.
    #[must_use]
    pub fn is_unanswered(self) -> bool {
        let unanswered = self.entries.with(|entries| entries.last().is_some_and(|entry| entry.author == Author::User));
        unanswered && !self.busy.get() && !self.awaited.get() && self.over.with(Option::is_none)
    }

    /// Whether nothing was said yet.
    #[must_use]
    pub fn is_fresh(self) -> bool {
        self.entries.with(Vec::is_empty)
    }

    async fn ask_message(self, text: &str) -> Result<Option<Events>, Error> {
        let Door::Member { agent, draft_mode, .. } = self.door else { return self.ask_on_page(text).await };
        let session = match self.session.get_untracked() {
            Some(session) => session,
            None => {
                let body = json!({ "agent_id": agent, "draft_mode": draft_mode });
                let session: Session = wire::post(paths::API_SESSIONS, &body).await?;
                let _ = self.session.try_set(Some(session.id));
                let _ = self.receipt.try_set(Some(session.receipt));
                session.id
            }
        };
        let body = json!({ "content": text, "stream": true });
        let response = wire::ask("POST", &paths::session_messages(session), Some(&body), true).await?;
        Ok(Events::of(&response))
    }

    /// On a public page the first message begins the conversation.
    async fn ask_on_page(self, text: &str) -> Result<Option<Events>, Error> {
        let address = self.door.of_page(Act::Messages).unwrap_or_default();
        let response = wire::ask("POST", &address, Some(&json!({ "content": text })), true).await?;
        if let Ok(Some(token)) = response.headers().get("galley-chat") {
            self.door.began(Some(token));
        }
        Ok(Events::of(&response))
    }

    /// An answer to be filled.
    fn begin(self) -> Entry {
        self.busy.set(true);
        self.problem.set(None);
        self.said.set("The agent is answering".to_owned());
        self.entry(Author::Agent, String::new(), EntryState { streaming: true, ..EntryState::default() })
    }

    /// Fills an answer as it comes. When the connection breaks it is fetched again, since the server goes on writing it.
    async fn follow(self, chat: usize, answer: &Entry, events: Option<Events>) {
        let ours = || self.chat.try_get_untracked() == Some(chat);
        let mut events = events;
        let mut tries = 0;
        while ours() {
            if let Some(mut stream) = events.take() {
                while let Some(event) = stream.next().await {
                    if !ours() {
                        return;
                    }
                    match event {
                        AnswerEvent::Token(text) => answer.text.update(|so_far| so_far.push_str(&text)),
                        AnswerEvent::Done(message) => return self.settle(answer, Ok(*message)),
                        AnswerEvent::Error(failed) => {
                            let Some(message) = failed.message else { return self.settle(answer, Err(failed.error)) };
                            return self.settle(answer, Ok(message));
                        }
                    }
                }
            }
            tries += 1;
            let Some(address) = self.door.address(Act::Answer) else { return };
            if tries > MOST_TRIES {
                let lost = "The connection broke. Reload the page to see the answer.";
                return self.settle(answer, Err(Error::new(Code::Busy, lost)));
            }
            let asked = wire::ask("GET", &address, None, true).await;
            if !ours() {
                return;
            }
            match asked {
                Ok(response) => {
                    // From its beginning: what was shown so far comes again.
                    answer.text.set(String::new());
                    events = Events::of(&response);
                }
                Err(error) if error.code == Code::NotFound => {
                    // Nobody writes it any more: it is there, or its server died.
                    let newest = self.newest().await;
                    if ours() {
                        let broken = || Error::new(Code::Busy, "The answer broke off.");
                        self.settle(answer, newest.ok_or_else(broken));
                    }
                    return;
                }
                Err(error) => {
                    // Another node writes it, for as long as that takes.
                    tries -= u32::from(error.code == Code::AnswerInProgress);
                    pause().await;
                }
            }
        }
    }

    async fn newest(self) -> Option<Message> {
        let mut url = self.door.address(Act::Messages)?;
        // A public page gives the newest alone.
        if matches!(self.door, Door::Member { .. }) {
            url.push_str("?limit=1");
        }
        let response = wire::ask("GET", &url, None, false).await.ok()?;
        let page: Page<Message> = wire::read(&response).await.ok()?;
        let known = self.known.get_value();
        page.data.into_iter().next().filter(|message| message.role == Author::Agent && Some(message.id) != known)
    }

    /// Goes on reading an answer that was being written when the page was loaded.
    fn rejoin(self) {
        let answer = self.begin();
        self.awaited.set(false);
        self.entries.update(|entries| entries.push(answer.clone()));
        let chat = self.chat.get_untracked();
        spawn_local(async move { self.follow(chat, &answer, None).await });
    }

    /// The answer ended.
    fn settle(self, answer: &Entry, end: Result<Message, Error>) {
        let said = match end {
            Ok(message) => {
                self.known.set_value(Some(message.id));
                answer.text.set(message.content.clone());
                answer.state.set(EntryState::of(&message));
                match message.error {
                    Some(error) => error,
                    None if message.outcome == MessageOutcome::Stopped => "Stopped".to_owned(),
                    None => spoken(&message.content),
                }
            }
            Err(error) => {
                let state = EntryState {
                    outcome: Some(MessageOutcome::Failed),
                    error: Some(error.detail.clone()),
                    ..EntryState::default()
                };
                answer.state.set(state);
                error.detail
            }
        };
        let _ = self.said.try_set(said);
        let _ = self.busy.try_set(false);
        let _ = self.answers.try_update(|answers| *answers += 1);
    }

    /// The server did not take the message: it goes back into the field.
    fn refused(self, chat: usize, keys: &[usize], text: &str, error: Error) {
        if self.chat.try_get_untracked() != Some(chat) {
            return;
        }
        self.entries.update(|entries| entries.retain(|entry| !keys.contains(&entry.key)));
        self.typed.update(|typed| {
            if typed.is_empty() {
                text.clone_into(typed);
            }
        });
        self.busy.set(false);
        self.said.set(String::new());
        let over = error.code == Code::SessionEnded;
        let sentence = self.door.sentence(error);
        if over {
            self.over.set(Some(sentence));
        } else {
            self.problem.set(Some(sentence));
        }
        self.answers.update(|answers| *answers += 1);
    }

    fn entry_of(self, message: &Message) -> Entry {
        self.known.set_value(Some(message.id));
        self.entry(message.role, message.content.clone(), EntryState::of(message))
    }

    fn entry(self, author: Author, text: String, state: EntryState) -> Entry {
        let key = self.next_key.get_value();
        self.next_key.set_value(key + 1);
        Entry { key, author, text: ArcRwSignal::new(text), state: ArcRwSignal::new(state) }
    }
}

/// A moment before another try.
async fn pause() {
    let waited = js_sys::Promise::new(&mut |done, _| {
        if let Some(window) = web_sys::window() {
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&done, 1_000);
        }
    });
    let _ = wasm_bindgen_futures::JsFuture::from(waited).await;
}
