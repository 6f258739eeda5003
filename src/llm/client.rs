//! A model behind an OpenAI-compatible server.

use std::fmt;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use serde_json::Value;

use super::budget::{Budget, BudgetError};
use super::drive::{Delivery, Plan, Transport, drive};
use super::error::{Failure, LlmError};
use super::grade::GradeChoice;
use super::http::{Lost, Received};
use super::keep::{Answered, Keeper};
use super::key::request_keys;
use super::meter::{Meter, at_most};
use super::outbox::Outbox;
use super::pool::{Pool, Server};
use super::price::Pricing;
use super::recording::{Manifest, RecordError, Recorder};
use super::request::Request;
use super::retry::Pauses;
use super::said::Spoken;
use super::scrub::Scrubber;
use super::settings::{self, ModelSettings, SettingsError};
use super::shape::Manner;
use super::way::Way;
use super::{Attempt, Completion};
use crate::config::Asking;
use crate::domain::record::Grading;
use crate::prompt::{Dialogue, Prompt};

/// A model behind an OpenAI-compatible server. One value serves any number of requests at once.
pub struct OpenAiModel {
    /// Boxed, because clients are large.
    pool: Box<Pool>,
    model: String,
    /// Boxed, because a client is large as it is.
    manner: Box<Manner>,
    choice: GradeChoice,
    /// The place among the grades of the first the server has not refused yet.
    accepted: AtomicUsize,
    max_attempts: u32,
    pauses: Pauses,
    context_tokens: Option<u32>,
    asking: Asking,
    scrubber: Scrubber,
    recorder: Option<Box<Recorder>>,
    meter: Option<Box<Meter>>,
    keeper: Option<Arc<dyn Keeper>>,
    outbox: Option<Arc<dyn Outbox>>,
}

impl fmt::Debug for OpenAiModel {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = formatter.debug_struct("OpenAiModel");
        debug.field("endpoint", &self.endpoint()).field("model", &self.model).field("grade", &self.choice);
        debug.finish_non_exhaustive()
    }
}

impl OpenAiModel {
    /// Checks the settings and sets up connections; nothing is sent.
    ///
    /// # Errors
    /// When the address, the key or a header cannot be used, a patch sets what is ours, or `offline` is asked for and
    /// the host is another machine.
    pub fn new(settings: &ModelSettings) -> Result<Self, SettingsError> {
        let preset = settings.known_provider();
        settings::check(settings, preset)?;
        let (servers, scrubber) = settings::servers(settings, preset)?;
        Ok(Self {
            pool: Box::new(Pool::new(settings, servers)?),
            model: settings.model.trim().to_owned(),
            manner: Box::new(Manner::new(settings, preset)),
            choice: settings.grade,
            accepted: AtomicUsize::new(0),
            max_attempts: settings.max_attempts.max(1),
            pauses: Pauses { base: settings.retry_base, cap: settings.retry_after_cap },
            context_tokens: settings.context_tokens.or_else(|| preset.and_then(super::Preset::context_tokens)),
            asking: settings.asking,
            scrubber,
            recorder: None,
            meter: None,
            keeper: None,
            outbox: None,
        })
    }

    /// Writes every exchange from now on into a folder that [`super::ReplayModel`] can open. `date` is today's, for
    /// people to read. A report's file is replaced when the report is first asked about.
    ///
    /// # Errors
    /// When the folder or its `manifest.json` cannot be written.
    pub fn recording(mut self, directory: &Path, date: &str) -> Result<Self, RecordError> {
        let manifest = Manifest {
            format: super::key::FORMAT,
            server: self.endpoint().to_owned(),
            model: self.model.clone(),
            date: date.to_owned(),
            grade: self.choice,
            // One grade asked for alone is named above; the list is for `auto`.
            grades: if self.choice == GradeChoice::Auto { self.manner.grades.clone() } else { super::grade::ALL.to_vec() },
            max_attempts: self.max_attempts,
            context_tokens: self.context_tokens,
            asking: self.asking,
            shape: self.manner.shape.clone(),
        };
        self.recorder = Some(Box::new(Recorder::create(directory, &manifest, self.scrubber.clone())?));
        Ok(self)
    }

    /// Holds every request from now on, retries and probes included, against a budget that other models may share.
    ///
    /// # Errors
    /// When the budget is money and the model's price is not known, or in another currency.
    pub fn with_budget(mut self, budget: Arc<Budget>, pricing: Pricing) -> Result<Self, BudgetError> {
        self.meter = Some(Box::new(Meter::new(budget, pricing, &self.model)?));
        Ok(self)
    }

    /// Looks every question up with a keeper before it is asked, and tells it what came.
    #[must_use]
    pub fn with_keeper(mut self, keeper: Arc<dyn Keeper>) -> Self {
        self.keeper = Some(keeper);
        self
    }

    /// Whether questions may wait for a batch.
    ///
    /// # Errors
    /// When requests hold what looks like a key: questions that wait are written down.
    pub fn can_post(&self) -> Result<(), SettingsError> {
        let clean = self.manner.shape.scrubbed(&self.scrubber) == self.manner.shape;
        if clean { Ok(()) } else { Err(SettingsError::KeyInBody) }
    }

    /// Sends nothing from now on: a question without a kept reply is posted, and answered by what the provider's batches
    /// brought. Whoever calls this sends the batches: see [`super::ProviderBatches`].
    ///
    /// # Errors
    /// Where [`OpenAiModel::can_post`] has one.
    pub fn posting(mut self, outbox: Arc<dyn Outbox>) -> Result<Self, SettingsError> {
        self.can_post()?;
        self.outbox = Some(outbox);
        Ok(self)
    }

    /// Asks once, with as many attempts as that takes. `report` names the report in recordings and to the keeper.
    pub async fn complete(&self, report: &str, prompt: &Prompt) -> Completion {
        let (grades, kept) = match self.kept(report, prompt).await {
            Ok(Some((grades, body))) => (grades, Some(body)),
            Ok(None) => match self.posted(prompt).await {
                Ok(grades) => (grades.unwrap_or_else(|| self.grades()), None),
                Err(error) => return Completion::failed(error),
            },
            Err(error) => return Completion::failed(error),
        };
        let is_kept = kept.is_some();
        let transport = Live { model: self, report: Some(report), kept: Mutex::new(kept) };
        let completion = drive(&transport, &self.plan(grades, self.max_attempts), prompt).await;
        // What is kept says nothing of what the server accepts now.
        if !is_kept {
            let reached = completion.grade.and_then(|reached| self.manner.grades.iter().position(|grade| *grade == reached));
            // Another request may have stepped further down meanwhile.
            self.accepted.fetch_max(reached.unwrap_or_default(), Ordering::Relaxed);
        }
        completion
    }

    /// Asks for the next turn of a conversation, with as many attempts as that takes.
    pub async fn speak(&self, report: &str, dialogue: &Dialogue) -> Completion<Spoken> {
        let kept = match self.kept_turn(report, dialogue).await {
            Ok(kept) => kept,
            Err(error) => return Completion::failed(error),
        };
        let transport = Live { model: self, report: Some(report), kept: Mutex::new(kept) };
        drive(&transport, &self.plan(&[Grading::Tools], self.max_attempts), dialogue).await
    }

    /// Whether the budget has room for the next turn, and for one more whose prompt is longer by `more` tokens.
    pub fn affords(&self, dialogue: &Dialogue, more: usize) -> bool {
        let Some(meter) = &self.meter else { return true };
        meter.has_room(&Request::turn(&self.model, &self.manner.shape, dialogue).body, more)
    }

    /// Asks once in one grade, without retries, recording or remembering.
    pub(super) async fn ask_once(&self, grade: Grading, prompt: &Prompt) -> Completion {
        let transport = Live { model: self, report: None, kept: Mutex::default() };
        drive(&transport, &self.plan(&[grade], 1), prompt).await
    }

    /// The kept reply to a question, and the grades from that of its request on.
    async fn kept(&self, report: &str, prompt: &Prompt) -> Result<Option<(&[Grading], String)>, LlmError> {
        let Some(keeper) = &self.keeper else { return Ok(None) };
        // All grades: what another run was refused is not asked again when the answer is here.
        let grades = self.manner.grades.as_slice();
        let keys = request_keys(&self.model, &self.manner.shape, prompt, grades);
        let found = keeper.find(report, &keys).await?;
        Ok(found.and_then(|(at, body)| Some((grades.get(at..)?, body))))
    }

    /// The grades from the one on a question was posted in first: its answers are those to that.
    async fn posted(&self, prompt: &Prompt) -> Result<Option<&[Grading]>, LlmError> {
        let Some(outbox) = &self.outbox else { return Ok(None) };
        let grades = self.manner.grades.as_slice();
        let keys = request_keys(&self.model, &self.manner.shape, prompt, grades);
        Ok(outbox.posted(&keys).await?.and_then(|at| grades.get(at..)))
    }

    /// The kept next turn of a conversation.
    async fn kept_turn(&self, report: &str, dialogue: &Dialogue) -> Result<Option<String>, LlmError> {
        let Some(keeper) = &self.keeper else { return Ok(None) };
        let key = Request::turn(&self.model, &self.manner.shape, dialogue).key;
        Ok(keeper.find(report, &[key]).await?.map(|(_, body)| body))
    }

    /// The keys a reply to this prompt may be cached under, by grade, best first.
    pub fn request_keys(&self, prompt: &Prompt) -> Vec<(Grading, String)> {
        let keys = request_keys(&self.model, &self.manner.shape, prompt, self.grades());
        self.grades().iter().copied().zip(keys).collect()
    }

    /// The grades the next request is tried in, in order: the first is the best one the server has not refused.
    pub fn grades(&self) -> &[Grading] {
        self.manner.grades.get(self.accepted.load(Ordering::Relaxed)..).unwrap_or_default()
    }

    /// What was asked for in the settings and is not sent, for people.
    pub fn notes(&self) -> &[String] {
        &self.manner.notes
    }

    /// Tokens the model's context holds, where that is known.
    pub fn context_tokens(&self) -> Option<u32> {
        self.context_tokens
    }

    /// How a report is put to the model.
    pub fn asking(&self) -> Asking {
        self.asking
    }

    /// Members of every request beside model, messages and grade, without what looks like a key; for people.
    pub fn parameters(&self) -> Value {
        self.scrubber.value(&Value::Object(self.manner.shape.parameters.clone()))
    }

    /// All that decides what is asked; nothing that looks like a key.
    pub fn fingerprint(&self) -> String {
        let shape = self.manner.shape.scrubbed(&self.scrubber);
        format!("{} {} {} {:?} {shape:?} {:?}", self.endpoint(), self.model, self.choice, self.manner.grades, self.context_tokens)
    }

    /// Model name as sent.
    pub fn model_name(&self) -> &str {
        &self.model
    }

    /// The server's base URL without credentials and query; of several, the first one's.
    pub fn endpoint(&self) -> &str {
        &self.pool.first().endpoint
    }

    fn plan<'a>(&'a self, grades: &'a [Grading], max_attempts: u32) -> Plan<'a> {
        Plan {
            endpoint: self.endpoint(),
            model: &self.model,
            shape: &self.manner.shape,
            grades,
            max_attempts,
            pauses: if self.outbox.is_some() { Pauses::NONE } else { self.pauses },
            scrubber: &self.scrubber,
        }
    }

    /// The settings' own server.
    pub(super) fn server(&self) -> &Server {
        self.pool.first()
    }

    /// How often something is tried, with which pauses, and what is taken out of what is said of it.
    pub(super) fn patience(&self) -> (Pauses, u32, &Scrubber) {
        (self.pauses, self.max_attempts, &self.scrubber)
    }
}

/// Requests on the wire, written down on the way when asked for.
struct Live<'a> {
    model: &'a OpenAiModel,
    /// The report to record and keep account under.
    report: Option<&'a str>,
    /// A kept reply that answers the first request.
    kept: Mutex<Option<String>>,
}

impl Live<'_> {
    /// The answer a batch brought; without one the question is posted.
    async fn by_batch(&self, outbox: &Arc<dyn Outbox>, report: &str, request: &Request) -> Result<Delivery, LlmError> {
        let Some(collected) = outbox.next(report, &request.key).await? else {
            outbox.post(report, &request.key, request.body.to_string()).await?;
            return Err(LlmError::Posted);
        };
        let received = match collected.answer {
            Ok((status, body)) => {
                let json = (200..300).contains(&status).then(|| serde_json::from_str(&body).ok()).flatten();
                Ok(Received { status, headers: std::collections::BTreeMap::new(), body, json })
            }
            Err(reason) => Err(Lost { failure: Failure::Unanswered { reason }, status: None }),
        };
        // What was counted in an earlier round counts no more than what was kept.
        if collected.counted {
            return Ok(Delivery::at_once(received, true));
        }
        let number = match &self.model.keeper {
            Some(keeper) => Some(keeper.sending(report, &request.key, request.grade, Way::WithBatch).await?),
            None => None,
        };
        let endpoint = Some(self.model.endpoint().to_owned());
        Ok(Delivery { number, endpoint, collected: Some(collected.number), ..Delivery::at_once(received, false) })
    }
}

impl Transport for Live<'_> {
    const LIVE: bool = true;

    async fn send(&self, request: &Request) -> Result<Delivery, LlmError> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(body) = kept {
            return Ok(Delivery::at_once(Ok(Received::kept(body)), true));
        }
        if let (Some(outbox), Some(report)) = (&self.model.outbox, self.report) {
            return self.by_batch(outbox, report, request).await;
        }
        let hold = self.model.meter.as_ref().map(|meter| meter.hold(&request.body)).transpose()?;
        let most = at_most(&request.body);
        let (pass, server) = self.model.pool.enter(most.prompt_tokens.saturating_add(most.completion_tokens)).await;
        let number = match (&self.model.keeper, self.report) {
            (Some(keeper), Some(report)) => Some(keeper.sending(report, &request.key, request.grade, Way::Alone).await?),
            (None, _) | (_, None) => None,
        };
        let sent = Instant::now();
        let received = server.http.send(&request.body).await;
        let elapsed = sent.elapsed();
        pass.leave(&received, self.model.pool.longest());
        self.model.pool.learn(server, &received);
        if let Some(hold) = hold {
            hold.settle(&received);
        }
        if let (Some(recorder), Some(report)) = (&self.model.recorder, self.report) {
            recorder.record(report, request, &received)?;
        }
        Ok(Delivery { received, elapsed, kept: false, number, endpoint: Some(server.endpoint.clone()), collected: None })
    }

    fn has_another(&self) -> bool {
        // A batch is one server's own.
        self.model.outbox.is_none() && self.model.pool.has_another()
    }

    async fn keep(&self, delivery: &Delivery, attempt: &Attempt, complete: bool) -> Result<(), LlmError> {
        let (Some(keeper), Some(number)) = (&self.model.keeper, delivery.number) else { return Ok(()) };
        let body = delivery.received.as_ref().ok().map(|received| self.model.scrubber.text(&received.body).into_owned());
        let answered = Answered {
            model: self.model.model.clone(),
            endpoint: delivery.endpoint.clone().unwrap_or_default(),
            status: attempt.status,
            error: attempt.error.clone(),
            body,
            complete,
            usage: attempt.usage,
            elapsed: delivery.elapsed,
        };
        keeper.received(number, answered).await?;
        if let (Some(outbox), Some(collected)) = (&self.model.outbox, delivery.collected) {
            outbox.counted(collected).await?;
        }
        Ok(())
    }
}
