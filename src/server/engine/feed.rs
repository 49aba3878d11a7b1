//! An answer on its way to its readers.
//!
//! A reader gets all of the text from the beginning, whenever it comes and however slowly it reads, and its leaving is not
//! even noticed. What is kept in memory is the answer once, not once per reader.

use tokio::sync::watch;

use crate::model::{
    chat::{AnswerEvent, StreamError},
    error::{Code, Error},
    session::Message,
};

#[derive(Debug, Default)]
struct Progress {
    text: String,
    end: Option<Result<Box<Message>, Box<StreamError>>>,
}

/// The writing side.
#[derive(Debug)]
pub struct Feed(watch::Sender<Progress>);

impl Feed {
    /// A feed with nothing in it, and its first reader.
    #[must_use]
    pub fn new() -> (Self, Reader) {
        let (sender, progress) = watch::channel(Progress::default());
        (Self(sender), Reader { progress, read: 0, ended: false })
    }

    /// Appends to the answer.
    pub fn push(&self, text: &str) {
        self.0.send_modify(|progress| progress.text.push_str(text));
    }

    /// The answer so far.
    #[must_use]
    pub fn text(&self) -> String {
        self.0.borrow().text.clone()
    }

    /// Ends the answer.
    pub fn end(&self, end: Result<Message, StreamError>) {
        self.0.send_modify(|progress| progress.end = Some(end.map(Box::new).map_err(Box::new)));
    }
}

/// The reading side; a clone reads from where the original stands.
#[derive(Clone, Debug)]
pub struct Reader {
    progress: watch::Receiver<Progress>,
    read: usize,
    ended: bool,
}

impl Reader {
    /// The next event; nothing after the last.
    pub async fn next(&mut self) -> Option<AnswerEvent> {
        loop {
            if self.ended {
                return None;
            }
            {
                let progress = self.progress.borrow_and_update();
                if let Some(fresh) = progress.text.get(self.read..).filter(|fresh| !fresh.is_empty()) {
                    let fresh = fresh.to_owned();
                    self.read = progress.text.len();
                    return Some(AnswerEvent::Token(fresh));
                }
                if let Some(end) = &progress.end {
                    self.ended = true;
                    return Some(match end {
                        Ok(message) => AnswerEvent::Done(message.clone()),
                        Err(error) => AnswerEvent::Error(error.clone()),
                    });
                }
            }
            if self.progress.changed().await.is_err() {
                self.ended = true;
                let error = Error::new(Code::Internal, "The answer was lost on the server. Try again.");
                return Some(AnswerEvent::Error(Box::new(StreamError { error, message: None })));
            }
        }
    }

    /// Waits for the end and gives it.
    ///
    /// # Errors
    /// What the answer failed with.
    pub async fn finished(mut self) -> Result<Message, StreamError> {
        while let Some(event) = self.next().await {
            match event {
                AnswerEvent::Token(_) => {}
                AnswerEvent::Done(message) => return Ok(*message),
                AnswerEvent::Error(error) => return Err(*error),
            }
        }
        let error = Error::new(Code::Internal, "The answer was lost on the server. Try again.");
        Err(StreamError { error, message: None })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_reader_gets_all_of_it() {
        let (feed, mut early) = Feed::new();
        let late = early.clone();
        feed.push("Good ");
        assert_eq!(early.next().await, Some(AnswerEvent::Token("Good ".into())));
        feed.push("mor");
        feed.push("ning");
        let error = StreamError { error: Error::new(Code::UpstreamFailed, "It failed."), message: None };
        feed.end(Err(error.clone()));
        assert_eq!(early.next().await, Some(AnswerEvent::Token("morning".into())));
        assert_eq!(early.next().await, Some(AnswerEvent::Error(Box::new(error.clone()))));
        assert_eq!(early.next().await, None);
        let mut late_again = late.clone();
        assert_eq!(late_again.next().await, Some(AnswerEvent::Token("Good morning".into())));
        assert_eq!(late.finished().await, Err(error));
    }

    #[tokio::test]
    async fn a_writer_that_dies_ends_the_feed() {
        let (feed, mut reader) = Feed::new();
        drop(feed);
        assert!(matches!(reader.next().await, Some(AnswerEvent::Error(_))));
        assert_eq!(reader.next().await, None);
    }
}
