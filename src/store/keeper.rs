//! Keeps replies for models: in a run's own account, and in the cache that all runs share.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::cache::ReplyCache;
use super::error::StoreError;
use super::run::RunStore;
use crate::domain::record::Grading;
use crate::llm::{Answered, KeepError, Keeper, Keeping, Way};

/// Keeps replies in a run, in a cache, or in both. A run's own account decides; what only the cache has is copied into it,
/// so that a run never depends on a cache that may be cleared.
#[derive(Debug)]
pub struct RunKeeper {
    run: Option<Arc<RunStore>>,
    cache: Option<Arc<ReplyCache>>,
    /// Whether the cache is only written: for a run that starts anew.
    fresh: bool,
    questions: Mutex<Questions>,
}

/// What has been asked and not been forgotten yet.
#[derive(Debug, Default)]
struct Questions {
    /// How often each question was put, by report and first key.
    asked: HashMap<String, HashMap<String, u32>>,
    /// The last question's sample, by report: a report asks one question at a time.
    sample: HashMap<String, u32>,
    /// Key and sample of each request under way.
    under_way: HashMap<i64, (String, u32)>,
    /// Last number given where no run gives them.
    last: i64,
}

impl RunKeeper {
    /// A keeper with a run's account, a cache, or both.
    pub fn new(run: Option<Arc<RunStore>>, cache: Option<Arc<ReplyCache>>) -> Self {
        Self { run, cache, fresh: false, questions: Mutex::default() }
    }

    /// Takes no reply from the cache, only puts new ones there.
    #[must_use]
    pub fn fresh(mut self) -> Self {
        self.fresh = true;
        self
    }

    /// Forgets what a report has asked, so that its questions begin anew.
    pub fn forget(&self, report: &str) {
        let mut questions = self.questions();
        questions.asked.remove(report);
        questions.sample.remove(report);
    }

    fn questions(&self) -> MutexGuard<'_, Questions> {
        self.questions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a question and tells the how manyth time it is, from 0.
    fn sample(&self, report: &str, keys: &[String]) -> u32 {
        let mut questions = self.questions();
        let first = keys.first().cloned().unwrap_or_default();
        let count = questions.asked.entry(report.to_owned()).or_default().entry(first).or_default();
        let sample = *count;
        *count = count.saturating_add(1);
        questions.sample.insert(report.to_owned(), sample);
        sample
    }

    async fn look(&self, report: &str, keys: &[String]) -> Result<Option<(usize, String)>, StoreError> {
        let sample = self.sample(report, keys);
        if let Some(run) = &self.run
            && let Some(found) = run.reply(keys, sample).await?
        {
            return Ok(Some(found));
        }
        let Some(cache) = self.cache.as_ref().filter(|_| !self.fresh) else { return Ok(None) };
        let found = match cache.find(keys, sample).await {
            Ok(found) => found,
            // A cache saves money where it can; without one everything works.
            Err(error) => {
                tracing::warn!(%error, "the reply cache could not be read");
                None
            }
        };
        if let (Some(run), Some((at, body))) = (&self.run, &found)
            && let Some(key) = keys.get(*at)
        {
            run.copied(report.to_owned(), key.clone(), body).await?;
        }
        Ok(found)
    }

    async fn begin(&self, report: &str, key: &str, grade: Grading, way: Way) -> Result<i64, StoreError> {
        let number = match &self.run {
            Some(run) => Some(run.sending(report.to_owned(), key.to_owned(), grade, way).await?),
            None => None,
        };
        let mut questions = self.questions();
        questions.last = questions.last.saturating_add(1);
        let number = number.unwrap_or(questions.last);
        let sample = questions.sample.get(report).copied().unwrap_or_default();
        questions.under_way.insert(number, (key.to_owned(), sample));
        Ok(number)
    }

    async fn end(&self, number: i64, answer: Answered) -> Result<(), StoreError> {
        let asked = self.questions().under_way.remove(&number);
        if let (Some(cache), Some((key, sample)), true, Some(body)) = (&self.cache, asked, answer.complete, &answer.body)
            && let Err(error) = cache.put(key, sample, answer.model.clone(), body).await
        {
            tracing::warn!(%error, "the reply cache could not be written");
        }
        match &self.run {
            Some(run) => run.received(number, answer).await,
            None => Ok(()),
        }
    }
}

impl Keeper for RunKeeper {
    fn find<'a>(&'a self, report: &'a str, keys: &'a [String]) -> Keeping<'a, Option<(usize, String)>> {
        Box::pin(async move { self.look(report, keys).await.map_err(KeepError::new) })
    }

    fn sending<'a>(&'a self, report: &'a str, key: &'a str, grade: Grading, way: Way) -> Keeping<'a, i64> {
        Box::pin(async move { self.begin(report, key, grade, way).await.map_err(KeepError::new) })
    }

    fn received(&self, request: i64, answer: Answered) -> Keeping<'_, ()> {
        Box::pin(async move { self.end(request, answer).await.map_err(KeepError::new) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn answered(body: &str, complete: bool) -> Answered {
        Answered {
            model: "m".to_owned(),
            endpoint: "http://s/v1".to_owned(),
            status: Some(200),
            error: None,
            body: Some(body.to_owned()),
            complete,
            usage: None,
            elapsed: Duration::from_millis(5),
        }
    }

    fn keys() -> Vec<String> {
        vec!["strict".to_owned(), "plain".to_owned()]
    }

    async fn ask(keeper: &RunKeeper, report: &str, body: &str, complete: bool) -> Option<String> {
        if let Some((_, body)) = keeper.find(report, &keys()).await.unwrap() {
            return Some(body);
        }
        let number = keeper.sending(report, "plain", Grading::Prompt, Way::Alone).await.unwrap();
        keeper.received(number, answered(body, complete)).await.unwrap();
        None
    }

    #[tokio::test]
    async fn the_same_question_gets_the_same_answers_in_the_same_order() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Arc::new(ReplyCache::open(folder.path()).unwrap());
        let run = Arc::new(RunStore::create(&folder.path().join("run")).unwrap());
        let keeper = RunKeeper::new(Some(Arc::clone(&run)), Some(Arc::clone(&cache)));
        assert_eq!(ask(&keeper, "a", "first", true).await, None);
        assert_eq!(ask(&keeper, "a", "cut", false).await, None);
        assert_eq!(ask(&keeper, "b", "", true).await.as_deref(), Some("first"));
        keeper.forget("a");
        assert_eq!(ask(&keeper, "a", "", true).await.as_deref(), Some("first"));
        assert_eq!(ask(&keeper, "a", "second", true).await, None, "what was cut off is never handed out");
        // Another run finds both in the cache, and keeps them for itself.
        let other = Arc::new(RunStore::create(&folder.path().join("other")).unwrap());
        let keeper = RunKeeper::new(Some(Arc::clone(&other)), Some(Arc::clone(&cache)));
        assert_eq!(ask(&keeper, "c", "", true).await.as_deref(), Some("first"));
        let alone = RunKeeper::new(Some(other), None);
        assert_eq!(ask(&alone, "c", "", true).await.as_deref(), Some("first"));
        let fresh = RunKeeper::new(None, Some(cache)).fresh();
        assert_eq!(ask(&fresh, "d", "new", true).await, None);
    }
}
