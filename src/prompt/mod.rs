//! What is sent to a model: which segments of a report, in how many requests, as messages made of templates, numbered
//! segments and the draft's schema.
//!
//! Pure: templates come in as strings, nothing is read or sent here.

mod agent;
mod budget;
mod cues;
mod dialogue;
mod fields;
mod plan;
mod question;
mod render;
mod scope;

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use agent::{Excerpt, Place, SUBMIT, Toolbox, Wish, last_words, reminder};
pub use budget::estimate_tokens;
pub use dialogue::{Call, Calling, Dialogue, Said, Tool, Turn};
pub use fields::{FieldGroup, Fields};
pub use plan::{Part, Plan};
pub use question::{Question, Shown};
pub use render::{PromptError, Templates};

/// Who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Instructions.
    System,
    /// The report and what is asked of it.
    User,
    /// The model's earlier answer, when it is asked again.
    Assistant,
}

/// One message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Who speaks.
    pub role: Role,
    /// The words.
    pub content: String,
}

/// A rendered prompt, ready to send.
#[derive(Clone, Debug, PartialEq)]
pub struct Prompt {
    /// Messages in order; the static part comes first, so that providers' prompt caches hit.
    pub messages: Vec<Message>,
    /// The strict JSON Schema the answer must follow.
    pub schema: Arc<Value>,
    /// Name of the schema for the API: at most 64 characters of `[A-Za-z0-9_-]`.
    pub schema_name: String,
    /// `b3:` and the BLAKE3 hash of templates and schema.
    pub hash: String,
}

impl Prompt {
    /// Tokens of all messages, estimated: about right for Chinese tokenizers, high for others.
    pub fn estimated_tokens(&self) -> usize {
        self.messages.iter().map(|message| estimate_tokens(&message.content) + 4).sum()
    }
}
