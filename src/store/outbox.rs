//! The questions of a run that go with batches of the provider's.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::run::RunStore;
use crate::llm::{Collected, KeepError, Keeping, Outbox};

/// Keeps questions and their answers in a run.
#[derive(Debug)]
pub struct RunOutbox {
    run: Arc<RunStore>,
    /// How many answers to each question were handed out, by report and key.
    handed_out: Mutex<HashMap<String, HashMap<String, u32>>>,
}

impl RunOutbox {
    /// The outbox of a run.
    pub fn new(run: Arc<RunStore>) -> Self {
        Self { run, handed_out: Mutex::default() }
    }

    /// Forgets what was handed out for a report, so that its answers are handed out from the first one on.
    pub fn forget(&self, report: &str) {
        self.with(|handed_out| handed_out.remove(report));
    }

    fn with<T>(&self, act: impl FnOnce(&mut HashMap<String, HashMap<String, u32>>) -> T) -> T {
        act(&mut self.handed_out.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn nth(&self, report: &str, key: &str) -> u32 {
        self.with(|handed_out| handed_out.get(report).and_then(|keys| keys.get(key)).copied().unwrap_or_default())
    }
}

impl Outbox for RunOutbox {
    fn posted<'a>(&'a self, keys: &'a [String]) -> Keeping<'a, Option<usize>> {
        Box::pin(async move { self.run.posted_under(keys).await.map_err(KeepError::new) })
    }

    fn next<'a>(&'a self, report: &'a str, key: &'a str) -> Keeping<'a, Option<Collected>> {
        Box::pin(async move {
            let nth = self.nth(report, key);
            let found = self.run.collected(key.to_owned(), nth).await.map_err(KeepError::new)?;
            if found.is_some() {
                let next = nth.saturating_add(1);
                self.with(|handed_out| handed_out.entry(report.to_owned()).or_default().insert(key.to_owned(), next));
            }
            Ok(found)
        })
    }

    fn post<'a>(&'a self, report: &'a str, key: &'a str, body: String) -> Keeping<'a, ()> {
        let nth = self.nth(report, key);
        Box::pin(async move { self.run.post(report.to_owned(), key.to_owned(), nth, body).await.map_err(KeepError::new) })
    }

    fn counted(&self, number: i64) -> Keeping<'_, ()> {
        Box::pin(async move { self.run.counted(number).await.map_err(KeepError::new) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::llm::BatchLine;
    use crate::store::BatchSize;

    const SIZE: BatchSize = BatchSize { questions: 2, bytes: 1_000_000 };

    #[tokio::test]
    async fn answers_come_in_order_and_again_in_every_round() {
        let folder = tempfile::tempdir().unwrap();
        let run = Arc::new(RunStore::create(&folder.path().join("run")).unwrap());
        let outbox = RunOutbox::new(Arc::clone(&run));
        for key in ["k1", "k2", "k3", "k1"] {
            outbox.post("a", key, format!("{{\"问\":\"{key}\"}}")).await.unwrap();
        }
        assert_eq!(outbox.posted(&["k0".to_owned(), "k2".to_owned()]).await.unwrap(), Some(1));
        // Two and one: the limit is two.
        assert!(run.make_batch(SIZE).await.unwrap() && run.make_batch(SIZE).await.unwrap() && !run.make_batch(SIZE).await.unwrap());
        let batches = run.open_batches().await.unwrap();
        assert_eq!(batches.iter().map(|batch| batch.questions).collect::<Vec<_>>(), [2, 1]);
        let first = batches[0].number;
        let lines = String::from_utf8(run.batch_lines(first, "/v1/x".to_owned()).await.unwrap()).unwrap();
        let expected = "{\"custom_id\":\"question-1\",\"method\":\"POST\",\"url\":\"/v1/x\",\"body\":{\"问\":\"k1\"}}\n";
        assert!(lines.starts_with(expected) && lines.lines().count() == 2, "{lines}");

        // What is not the batch's, or comes twice, changes nothing.
        let line = |name: &str, answer: Result<(u16, &str), &str>| BatchLine {
            custom_id: name.to_owned(),
            answer: answer.map(|(status, body)| (status, body.to_owned())).map_err(str::to_owned),
        };
        let answers =
            [("question-1", Ok((500, "busy"))), ("question-1", Ok((200, "late"))), ("question-3", Ok((200, "no"))), ("x", Err("odd"))];
        run.answered(first, answers.into_iter().map(|(name, answer)| line(name, answer)).collect()).await.unwrap();
        run.batch_ended(first, "it expired").await.unwrap();
        let busy = outbox.next("a", "k1").await.unwrap().unwrap();
        assert_eq!((busy.answer, busy.counted), (Ok((500, "busy".to_owned())), false));
        outbox.counted(busy.number).await.unwrap();
        assert_eq!(outbox.next("a", "k1").await.unwrap(), None);
        outbox.post("a", "k1", "{}".to_owned()).await.unwrap();
        assert_eq!(outbox.next("a", "k2").await.unwrap().unwrap().answer, Err("it expired".to_owned()));
        assert_eq!(outbox.next("a", "k3").await.unwrap(), None);
        outbox.forget("a");
        assert!(outbox.next("a", "k1").await.unwrap().unwrap().counted, "the same again in the next round");

        // What no provider has is forgotten, what one has is not; numbers are never given twice.
        run.forget_unsent().await.unwrap();
        assert_eq!(outbox.posted(&["k3".to_owned()]).await.unwrap(), None);
        assert_eq!(outbox.posted(&["k1".to_owned()]).await.unwrap(), None, "its batch was never sent");
        outbox.post("a", "k9", "{}".to_owned()).await.unwrap();
        assert!(run.make_batch(SIZE).await.unwrap());
        let batch = run.open_batches().await.unwrap()[0].number;
        run.batch_sent(batch, "file-1".to_owned()).await.unwrap();
        run.forget_unsent().await.unwrap();
        let lines = String::from_utf8(run.batch_lines(batch, "/v1/x".to_owned()).await.unwrap()).unwrap();
        assert!((1..=3).all(|number| !lines.contains(&format!("question-{number}\""))), "{lines}");
    }
}
