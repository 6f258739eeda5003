//! A run whose questions go with batches of the provider's: for half the price, within a day.
//!
//! In each round the documents that are not done are read as ever, but what would be sent is posted. What is posted then goes
//! in as few batches as hold it, and the next round finds the answers. Every step is committed before the next one, so that a
//! run that was killed at any of them goes on from there.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::engine::{Halt, LOOK, Limits, Stop, folder_gone, read_all};
use super::input::Input;
use super::progress::AtProvider;
use super::work::Desk;
use crate::llm::{LlmError, Model, ProviderBatch, ProviderBatches};
use crate::store::{BatchSize, OpenBatch, RunOutbox, RunStore};

/// Pause before a batch is looked at again; doubles until it is as long as it may be.
const SOON: Duration = Duration::from_secs(1);
/// Answers in one commit.
const TOGETHER: usize = 256;

/// How questions go with batches.
#[derive(Debug)]
pub struct Posting {
    /// Where they wait; the same one the model was given.
    pub outbox: Arc<RunOutbox>,
    /// How much goes into one batch.
    pub size: BatchSize,
    /// Longest pause between two looks at batches under way.
    pub poll: Duration,
}

/// Reads everything there is to read, in as many rounds as that takes.
pub(super) async fn rounds(desk: &Arc<Desk>, posting: &Posting, mut inputs: Vec<Input>, limits: Limits, stop: &mut Stop) -> Option<Halt> {
    if let Err(error) = desk.store.forget_unsent().await {
        return Some(error.into());
    }
    for round in 1.. {
        let (halt, waiting) = read_all(desk, inputs, limits, stop).await;
        if halt.is_some() {
            return halt;
        }
        if waiting.is_empty() {
            // A failure that was final is asked about anew by the next run, as one that came at once is.
            return desk.store.forget_posted().await.err().map(Halt::from);
        }
        if let Err(halt) = attended(desk, posting, round, stop).await {
            return Some(halt);
        }
        desk.progress.change(|now| now.at_provider = None);
        inputs = waiting;
    }
    None
}

/// Exchanges questions for answers, unless somebody asks for the end or the run's folder goes away. What is left at any moment
/// goes on at the provider.
async fn attended(desk: &Arc<Desk>, posting: &Posting, round: u32, stop: &mut Stop) -> Result<(), Halt> {
    let exchange = exchange(desk, posting, round);
    tokio::pin!(exchange);
    let mut look = tokio::time::interval(LOOK);
    let mut may_stop = true;
    loop {
        if *stop.borrow() {
            return Err(Halt::Interrupted);
        }
        tokio::select! {
            done = &mut exchange => return done,
            changed = stop.changed(), if may_stop => may_stop = changed.is_ok(),
            _ = look.tick() => {
                if let Some(gone) = folder_gone(&desk.store) {
                    return Err(gone);
                }
            }
        }
    }
}

async fn exchange(desk: &Desk, posting: &Posting, round: u32) -> Result<(), Halt> {
    let store = &desk.store;
    while store.make_batch(posting.size).await? {}
    let open = store.open_batches().await?;
    let (Some(Model::OpenAi(model)), false) = (desk.reader.extractor.model_in_use(), open.is_empty()) else {
        // Documents wait for what nobody has: going on would never end.
        return Err(store.damaged("posted questions").into());
    };
    let provider = model.provider_batches();
    let questions = open.iter().fold(0u64, |sum, batch| sum.saturating_add(batch.questions));
    let mut answered: BTreeMap<i64, u64> = BTreeMap::new();
    let show = |answered: &BTreeMap<i64, u64>| {
        let answered = answered.values().fold(0u64, |sum, count| sum.saturating_add(*count));
        desk.progress.change(|now| now.at_provider = Some(AtProvider { round, questions, answered }));
    };
    show(&answered);
    let mut made = Vec::new();
    for batch in open {
        let id = send(store, provider, &batch).await?;
        made.push((batch, id));
    }
    let mut pause = SOON;
    loop {
        let mut under_way = Vec::new();
        for (batch, id) in made {
            match passing(provider.get(&id).await)? {
                Some(found) => {
                    let has_ended = found.has_ended() && collect(store, provider, &batch, &found).await?;
                    answered.insert(batch.number, if has_ended { batch.questions } else { found.answered.min(batch.questions) });
                    if !has_ended {
                        under_way.push((batch, id));
                    }
                }
                None => under_way.push((batch, id)),
            }
            show(&answered);
        }
        if under_way.is_empty() {
            return Ok(());
        }
        made = under_way;
        tokio::time::sleep(pause.min(posting.poll)).await;
        pause = pause.saturating_mul(2);
    }
}

/// Hands a batch to the provider, as far as that is not done; the provider's name for it.
async fn send(store: &RunStore, provider: ProviderBatches<'_>, batch: &OpenBatch) -> Result<String, Halt> {
    if let Some(id) = &batch.id {
        return Ok(id.clone());
    }
    let file = if let Some(file) = &batch.file {
        file.clone()
    } else {
        let lines = store.batch_lines(batch.number, provider.path()).await?;
        let file = provider.upload(&format!("sellside-{}.jsonl", batch.number), &lines).await.map_err(Halt::Batches)?;
        store.batch_sent(batch.number, file.clone()).await?;
        file
    };
    store.batch_tried(batch.number).await?;
    let made = provider.create(&file, batch.tried).await.map_err(Halt::Batches)?;
    store.batch_made(batch.number, made.id.clone()).await?;
    Ok(made.id)
}

/// Keeps the answers of a batch that has ended; false where they could not be had now.
async fn collect(store: &RunStore, provider: ProviderBatches<'_>, batch: &OpenBatch, found: &ProviderBatch) -> Result<bool, Halt> {
    for file in &found.files {
        let Some(mut lines) = passing(provider.answers(file, batch.questions, batch.bytes).await)? else { return Ok(false) };
        loop {
            let mut together = Vec::new();
            while together.len() < TOGETHER {
                match passing(lines.next().await)? {
                    Some(Some(line)) => together.push(line),
                    Some(None) => break,
                    // What is kept of the file stays; the next look reads it from its beginning.
                    None => return Ok(false),
                }
            }
            let is_last = together.len() < TOGETHER;
            store.answered(batch.number, together).await?;
            if is_last {
                break;
            }
        }
    }
    let why = match (found.state.as_str(), &found.said) {
        ("completed", None) => "the batch was completed without it".to_owned(),
        (state, None) => format!("the batch is `{state}`"),
        (state, Some(said)) => format!("the batch is `{state}`: {said}"),
    };
    store.batch_ended(batch.number, &why).await?;
    Ok(true)
}

/// What came; `None` where the next look may bring it: a batch takes hours, and so may a line that is down.
fn passing<T>(came: Result<T, LlmError>) -> Result<Option<T>, Halt> {
    match came {
        Ok(came) => Ok(Some(came)),
        Err(error) if error.may_pass() => {
            tracing::warn!(%error, "the provider did not answer; it is asked again");
            Ok(None)
        }
        Err(error) => Err(Halt::Batches(error)),
    }
}
