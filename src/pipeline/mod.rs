//! One document through all steps. Nothing else knows their order.

mod adjudicate;
mod agent;
mod ask;
mod queue;
mod rejudge;
mod validators;
mod views;

use std::num::NonZeroU32;
use std::sync::Arc;

pub use adjudicate::QUESTIONS;
pub use agent::{AgentLimit, Step, ToolUse, UseResult};
use ask::{Asked, Interview};
pub use rejudge::rejudge;
use validators::Validators;
pub use views::{Readings, Views, views};

use crate::check::{Answer, CheckContext, Checklist, check, needs_source_check};
use crate::config::{Asking, Mode, Scope};
use crate::document::Document;
use crate::domain::Reading;
use crate::domain::record::{Readers, Record, Run};
use crate::llm::{Attempt, Keeper, LlmError, Model, Outbox, SettingsError, Usage};
use crate::prompt::{Dialogue, Plan, PromptError, Templates, Toolbox};
use crate::reconcile::{self, Case, CheckedRow};
use crate::rules::profile::{Profile, profile};
use crate::rules::{self, Context, Statements, Suspicious};
use crate::validate::{Issue, SchemaError};
use crate::zones::{ZoneKind, Zones};

/// Version of this program, as it stands in records.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Hash of this program's source: rules change more often than versions.
const SOURCES: &str = env!("SELLSIDE_SOURCES");

/// Reads documents: by the rules, by a model, or by both.
#[derive(Debug)]
pub struct Extractor {
    model: Option<Model>,
    rules: bool,
    templates: Templates,
    /// Most questions about conflicts; `None` where none are asked.
    questions: Option<NonZeroU32>,
    asking: Asking,
    validators: Validators,
}

/// What reading one document gave. Nothing of it but the record is the same from run to run.
#[derive(Debug)]
pub struct Outcome {
    /// The record, also where the model failed and the rules did not.
    pub record: Record,
    /// Why the model's reading is missing from the record.
    pub model_failure: Option<ModelFailure>,
    /// What each reader read, for looking at them apart: see [`views`].
    pub readings: Readings,
    /// Every request, in order.
    pub attempts: Vec<Attempt>,
    /// Tokens of all requests together.
    pub usage: Usage,
    /// What an agent did, step by step.
    pub steps: Vec<Step>,
    /// Whether a question waits for a batch of the provider's: the record is that of what is known so far.
    pub posted: bool,
}

/// Why there is no draft.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelFailure {
    /// No reply came.
    #[error(transparent)]
    Request(LlmError),
    /// The reply was cut off by the token limit.
    #[error("the model's answer was cut off by its token limit")]
    Truncated,
    /// The model declined.
    #[error("the model declined: {0}")]
    Refused(String),
    /// The provider's filter took the answer away.
    #[error("the provider's content filter took the answer away")]
    Filtered,
    /// The reply does not follow the schema, also when asked again.
    #[error("the model's answer does not follow the schema: {}", first(.0))]
    Invalid(Vec<Issue>),
    /// An agent reached a limit and submitted nothing when it was asked to.
    #[error("the model reached the limit `{}` of an agent and submitted nothing", .0.name())]
    Unfinished(AgentLimit),
}

fn first(issues: &[Issue]) -> String {
    let more = issues.len().saturating_sub(1);
    match issues.first() {
        Some(issue) if more > 0 => format!("{issue} (and {more} more)"),
        Some(issue) => issue.to_string(),
        None => "no reason given".to_owned(),
    }
}

impl ModelFailure {
    /// A stable code, for `model_failed:CODE` in a record.
    pub fn code(&self) -> String {
        match self {
            Self::Request(error) => error.code(),
            Self::Truncated => "truncated".to_owned(),
            Self::Refused(_) => "refused".to_owned(),
            Self::Filtered => "content_filter".to_owned(),
            Self::Invalid(_) => "invalid".to_owned(),
            Self::Unfinished(limit) => format!("agent_{}", limit.name()),
        }
    }

    /// What to do next.
    pub fn hint(&self) -> String {
        match self {
            Self::Request(error) => error.hint(),
            Self::Truncated => "raise `max_output_tokens`, or use a model with a longer context".to_owned(),
            Self::Refused(_) | Self::Filtered => "use another model for this report".to_owned(),
            Self::Invalid(_) => "use a stronger model, or a grade that enforces the schema (`sellside doctor` shows them)".to_owned(),
            Self::Unfinished(limit) => limit.hint().to_owned(),
        }
    }
}

/// A document cannot be read at all with these settings.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExtractError {
    /// A prompt template cannot be used.
    #[error(transparent)]
    Prompt(#[from] PromptError),
    /// The replay folder holds no answer to this request.
    #[error(transparent)]
    Replay(LlmError),
    /// The draft's schema does not compile.
    #[error(transparent)]
    Schema(#[from] SchemaError),
}

/// What would be sent for a document.
#[derive(Debug)]
pub struct Preview {
    /// Segments and zones.
    pub zones: Zones,
    /// The requests; with an agent, those it would be given up for.
    pub plan: Plan,
    /// The first request of an agent.
    pub agent: Option<Dialogue>,
}

/// Reads one document by the rules alone: no model, no settings, nothing that can fail.
pub fn extract_by_rules(document: &Document) -> Record {
    let zones = Zones::of(document);
    let context = Context::new(document, &zones);
    let reading = rules::read(&context);
    let run = run(None, Readers::Rules, &Asked::default());
    let (case, _) = case(&context, None, Some(&reading), run);
    reconcile::reconcile(case, Some(reading), None)
}

/// Reads one document by the rules alone and holds it against a checklist: the one given, else that of its jurisdiction.
/// The answers are those of the record's `compliance`, in the same order.
pub fn check_by_rules(document: &Document, checklist: Option<&Checklist>) -> (Record, Vec<Answer>) {
    let zones = Zones::of(document);
    let context = Context::new(document, &zones);
    let reading = rules::read(&context);
    let run = run(None, Readers::Rules, &Asked::default());
    let (case, answers) = case(&context, checklist, Some(&reading), run);
    (reconcile::reconcile(case, Some(reading), None), answers)
}

impl Extractor {
    /// Reads by the rules alone.
    ///
    /// # Errors
    /// When the program's own schema does not compile.
    pub fn rules() -> Result<Self, ExtractError> {
        let asking = Asking::default();
        Ok(Self { model: None, rules: true, templates: Templates::default(), asking, questions: None, validators: Validators::new()? })
    }

    /// Reads by the rules and by a model, neither seeing what the other read.
    ///
    /// # Errors
    /// When the program's own schema does not compile.
    pub fn both(model: Model) -> Result<Self, ExtractError> {
        Ok(Self { asking: model.asking(), model: Some(model), ..Self::rules()? })
    }

    /// Reads by a model alone.
    ///
    /// # Errors
    /// When the program's own schema does not compile.
    pub fn model(model: Model) -> Result<Self, ExtractError> {
        Ok(Self { rules: false, ..Self::both(model)? })
    }

    /// Keeps what a server says, and has questions wait in the outbox where there is one. A recording is kept already.
    ///
    /// # Errors
    /// When questions may not wait: see [`OpenAiModel::can_post`](crate::llm::OpenAiModel::can_post).
    pub fn keeping(mut self, keeper: Arc<dyn Keeper>, outbox: Option<Arc<dyn Outbox>>) -> Result<Self, SettingsError> {
        self.model = match self.model {
            Some(Model::OpenAi(model)) => {
                let model = model.with_keeper(keeper);
                Some(Model::OpenAi(match outbox {
                    Some(outbox) => model.posting(outbox)?,
                    None => model,
                }))
            }
            other => other,
        };
        Ok(self)
    }

    /// Uses other prompt templates.
    #[must_use]
    pub fn with_templates(mut self, templates: Templates) -> Self {
        self.templates = templates;
        self
    }

    /// Says how a report would be put to a model, for a preview without one; a model brings its own.
    #[must_use]
    pub fn with_asking(mut self, asking: Asking) -> Self {
        self.asking = self.model.as_ref().map_or(asking, Model::asking);
        self
    }

    /// Who answers, where a model is used.
    pub fn model_in_use(&self) -> Option<&Model> {
        self.model.as_ref()
    }

    /// Who reads.
    pub fn readers(&self) -> Readers {
        match (self.rules, self.model.is_some()) {
            (true, true) => Readers::Both,
            (false, true) => Readers::Model,
            (_, false) => Readers::Rules,
        }
    }

    /// `b3:` and a hash of all that decides a record beside its document: this program, who reads, and how the model is
    /// asked. A record made under another one is made anew.
    pub fn fingerprint(&self) -> String {
        let model = self.model.as_ref().map(Model::fingerprint);
        let parts = format!("{VERSION} {SOURCES} {} {:?} {:?} {:?} {model:?}", self.rules, self.questions, self.asking, self.templates);
        format!("b3:{}", blake3::hash(parts.as_bytes()).to_hex())
    }

    /// `b3:` and a hash of the prompt templates.
    pub fn prompts_hash(&self) -> String {
        format!("b3:{}", blake3::hash(format!("{:?}", self.templates).as_bytes()).to_hex())
    }

    /// What would be sent for a document; sends nothing.
    ///
    /// # Errors
    /// When a prompt template cannot be used.
    pub fn preview(&self, document: &Document) -> Result<Preview, ExtractError> {
        let zones = Zones::of(document);
        let plan = self.plan(document, &zones, self.context())?;
        let agent = match self.asking.mode {
            Mode::OneShot => None,
            Mode::Agent => {
                let toolbox = Toolbox::new(document, &zones, self.asking.scope);
                Some(self.templates.agent(document, &toolbox, self.asking.scope)?)
            }
        };
        Ok(Preview { zones, plan, agent })
    }

    /// Reads one document.
    ///
    /// # Errors
    /// When nothing could be read with these settings. A model that fails is no error while the rules read: the record
    /// says so in `run.issues`.
    pub async fn extract(&self, document: &Document) -> Result<Outcome, ExtractError> {
        let zones = Zones::of(document);
        let context = Context::new(document, &zones);
        let by_rules = self.rules.then(|| rules::read(&context));
        let mut asked = Asked::default();
        if let Some(model) = &self.model {
            let suspicious = &Suspicious::of(&context).stretches;
            let interview = Interview { extractor: self, model, document, zones: &zones, suspicious, context: self.context() };
            interview.run(&mut asked).await?;
        }
        if let Some(failure) = &asked.failure {
            asked.issues.push(format!("model_failed:{}", failure.code()));
        }
        let by_model = asked.reading.take();
        if by_model.is_some() && !self.rules && self.asking.scope == Scope::Zones {
            // Nobody looked at the legal text, so that none of them is absent on anyone's word.
            asked.issue("not_asked:disclosures");
        }
        let run = run(self.model.as_ref(), self.readers(), &asked);
        let sound = by_model.clone().map(Reading::sound);
        let (mut case, _) = case(&context, None, by_rules.as_ref().or(sound.as_ref()), run);
        let answers = self.answers(&case, by_rules.as_ref(), by_model.as_ref(), &mut asked).await?;
        case.run.issues.clone_from(&asked.issues);
        let readings = Readings { rules: by_rules.clone(), model: by_model.clone() };
        let (record, _) = reconcile::adjudicate(case, by_rules, by_model, answers);
        let Asked { failure: model_failure, attempts, usage, steps, posted, .. } = asked;
        Ok(Outcome { record, model_failure, readings, attempts, usage, steps, posted })
    }
}

impl Extractor {
    /// The requests to be made about a document, when prompt and answer must fit into `context` tokens.
    fn plan(&self, document: &Document, zones: &Zones, context: Option<usize>) -> Result<Plan, PromptError> {
        self.templates.plan(document, zones, self.asking, context)
    }

    /// Tokens the model's context holds, where that is known.
    fn context(&self) -> Option<usize> {
        self.model.as_ref().and_then(Model::context_tokens).and_then(|tokens| usize::try_from(tokens).ok())
    }
}

/// How a record is made, by who read it and what asking gave.
fn run(model: Option<&Model>, readers: Readers, asked: &Asked) -> Run {
    Run {
        sellside: VERSION.to_owned(),
        readers,
        model: model.map(|model| model.model_name().to_owned()),
        endpoint: model.map(|model| model.endpoint().to_owned()),
        grade: asked.grade,
        strategy: asked.strategy,
        prompt: asked.prompt_hash.clone(),
        replayed: model.is_some_and(Model::is_replay),
        issues: asked.issues.clone(),
    }
}

/// The document's profile and its checklist, for the judge. The checklist rests on the rules' reading; a model's is second
/// best. Its own wording is always the rules' to find.
fn case<'a>(context: &Context<'a>, checklist: Option<&Checklist>, reading: Option<&Reading>, run: Run) -> (Case<'a>, Vec<Answer>) {
    let (document, zones) = (context.document, context.zones);
    let Profile { language, jurisdiction } = profile(context);
    let checked = CheckContext {
        jurisdiction: Some(jurisdiction),
        truncated: document.is_incomplete(),
        has_legal_text: zones.zones().iter().any(|zone| matches!(zone.kind, ZoneKind::Disclaimer | ZoneKind::AnalystStatement)),
    };
    let answers = match (reading, checklist.or_else(|| Checklist::of(jurisdiction))) {
        (Some(reading), Some(checklist)) => check(checklist, reading, &Statements::new(context), checked),
        _ => Vec::new(),
    };
    let compliance = answers
        .iter()
        .map(|answer| CheckedRow { row: answer.row.clone(), evidence: answer.evidence.clone(), from: answer.from.clone() })
        .collect();
    let needs_source_check = reading.is_some_and(|reading| needs_source_check(reading, checked));
    let case = Case {
        document,
        language: Some(language),
        jurisdiction: Some(jurisdiction),
        compliance,
        needs_source_check,
        suspicious: Suspicious::of(context),
        run,
    };
    (case, answers)
}
