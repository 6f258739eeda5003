//! A model behind an OpenAI-compatible server.

use std::fmt;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use serde_json::{Map, Value};

use super::Completion;
use super::drive::{Plan, SendError, Transport, drive};
use super::grade::GradeChoice;
use super::http::{HttpClient, Lost, Received};
use super::recording::{Manifest, RecordError, Recorder};
use super::request::{Request, request_key};
use super::retry::Pauses;
use super::scrub::Scrubber;
use super::settings::{self, ModelSettings, SettingsError};
use crate::config::Asking;
use crate::domain::record::Grading;
use crate::prompt::Prompt;

/// A model behind an OpenAI-compatible server. One value serves any number of requests at once.
pub struct OpenAiModel {
    http: HttpClient,
    endpoint: String,
    model: String,
    parameters: Map<String, Value>,
    choice: GradeChoice,
    /// The best grade the server has not refused yet.
    accepted: Mutex<Grading>,
    max_attempts: u32,
    pauses: Pauses,
    context_tokens: Option<u32>,
    asking: Asking,
    scrubber: Scrubber,
    recorder: Option<Recorder>,
}

impl fmt::Debug for OpenAiModel {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = formatter.debug_struct("OpenAiModel");
        debug.field("endpoint", &self.endpoint).field("model", &self.model).field("grade", &self.choice);
        debug.finish_non_exhaustive()
    }
}

impl OpenAiModel {
    /// Checks the settings and sets up connections; nothing is sent.
    ///
    /// # Errors
    /// When the address, the key or a header cannot be used, `extra_body` sets what is ours, or `offline` is asked
    /// for and the host is another machine.
    pub fn new(settings: &ModelSettings) -> Result<Self, SettingsError> {
        let address = settings::check(settings)?;
        let (headers, scrubber) = settings::headers(settings)?;
        Ok(Self {
            http: HttpClient::new(settings, &address, headers)?,
            model: settings.model.trim().to_owned(),
            parameters: settings.parameters(&address.host),
            endpoint: address.label,
            choice: settings.grade,
            accepted: Mutex::new(settings.grade.first()),
            max_attempts: settings.max_attempts.max(1),
            pauses: Pauses { base: settings.retry_base, cap: settings.retry_after_cap },
            context_tokens: settings.context_tokens,
            asking: settings.asking,
            scrubber,
            recorder: None,
        })
    }

    /// Writes every exchange from now on into a folder that [`super::ReplayModel`] can open. `date` is today's, for
    /// people to read. A report's file is replaced when the report is first asked about.
    ///
    /// # Errors
    /// When the folder or its `manifest.json` cannot be written.
    pub fn recording(mut self, directory: &Path, date: &str) -> Result<Self, RecordError> {
        let manifest = Manifest {
            format: super::request::FORMAT,
            server: self.endpoint.clone(),
            model: self.model.clone(),
            date: date.to_owned(),
            grade: self.choice,
            max_attempts: self.max_attempts,
            context_tokens: self.context_tokens,
            asking: self.asking,
            parameters: self.parameters.clone(),
        };
        self.recorder = Some(Recorder::create(directory, &manifest, self.scrubber.clone())?);
        Ok(self)
    }

    /// Asks once, with as many attempts as that takes. `report` names the report in recordings.
    pub async fn complete(&self, report: &str, prompt: &Prompt) -> Completion {
        let start = self.accepted();
        let transport = Live { model: self, report: Some(report) };
        let completion = drive(&transport, &self.plan(self.choice, start, self.max_attempts), prompt).await;
        if let Some(grade) = completion.grade {
            // Another request may have stepped further down meanwhile.
            let mut accepted = self.accepted.lock().unwrap_or_else(PoisonError::into_inner);
            *accepted = (*accepted).max(grade);
        }
        completion
    }

    /// Asks once in one grade, without retries, recording or remembering.
    pub(super) async fn ask_once(&self, grade: Grading, prompt: &Prompt) -> Completion {
        let transport = Live { model: self, report: None };
        drive(&transport, &self.plan(GradeChoice::Only(grade), grade, 1), prompt).await
    }

    /// The keys a reply to this prompt may be cached under, by grade, best first.
    pub fn request_keys(&self, prompt: &Prompt) -> Vec<(Grading, String)> {
        let grades = self.choice.possible(self.accepted()).into_iter();
        grades.map(|grade| (grade, request_key(&self.model, &self.parameters, prompt, grade))).collect()
    }

    /// The grade the next request starts with: the best one the server has not refused.
    pub fn accepted(&self) -> Grading {
        *self.accepted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tokens the model's context holds, where that is known.
    pub fn context_tokens(&self) -> Option<u32> {
        self.context_tokens
    }

    /// How a report is put to the model.
    pub fn asking(&self) -> Asking {
        self.asking
    }

    /// Model name as sent.
    pub fn model_name(&self) -> &str {
        &self.model
    }

    /// The server's base URL without credentials and query.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    fn plan(&self, choice: GradeChoice, start: Grading, max_attempts: u32) -> Plan<'_> {
        Plan {
            endpoint: &self.endpoint,
            model: &self.model,
            parameters: &self.parameters,
            choice,
            start,
            max_attempts,
            pauses: self.pauses,
            scrubber: &self.scrubber,
        }
    }
}

/// Requests on the wire, written down on the way when asked for.
struct Live<'a> {
    model: &'a OpenAiModel,
    /// The report to record under.
    report: Option<&'a str>,
}

impl Transport for Live<'_> {
    const LIVE: bool = true;

    async fn send(&self, request: &Request) -> Result<Received, SendError> {
        let received: Result<Received, Lost> = self.model.http.send(&request.body).await;
        if let (Some(recorder), Some(report)) = (&self.model.recorder, self.report) {
            recorder.record(report, request, &received).map_err(|error| SendError::Fatal(error.into()))?;
        }
        received.map_err(SendError::Lost)
    }
}
