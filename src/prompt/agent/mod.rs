//! A report read step by step: the model asks for what it wants to see, and hands over a draft when it is done.
//!
//! Pure: here are the functions it may call, what they show, and the words around them. Who sends the requests is
//! `pipeline`.

mod find;
mod toolbox;
mod tools;

use std::sync::Arc;

use minijinja::context;
use serde_json::Value;

use super::dialogue::{Calling, Dialogue, Turn};
use super::fields::Fields;
use super::render::{PromptError, Templates, boundary, render};
use crate::config::Scope;
use crate::document::Document;

pub use toolbox::{Excerpt, Toolbox};
pub use tools::{Place, SUBMIT, Wish};

impl Templates {
    /// The conversation with an agent before it has said anything.
    ///
    /// # Errors
    /// When a template does not parse or uses an unknown variable.
    pub fn agent(&self, document: &Document, toolbox: &Toolbox<'_>, scope: Scope) -> Result<Dialogue, PromptError> {
        let (segments, zones, tokens) = toolbox.size();
        let system = render("agent.md", &self.agent, context! {})?;
        let user = render(
            "agent-user.md",
            &self.agent_user,
            context! { boundary => boundary(document), segments => segments, zones => zones, tokens => tokens },
        )?;
        let tools = tools::tools(Arc::unwrap_or_clone(Fields::of(scope).schema()));
        let mut hasher = blake3::Hasher::new();
        let functions = tools.iter().map(|tool| format!("{} {} {}", tool.name, tool.description, tool.parameters));
        let constants = [self.agent.clone(), self.agent_user.clone(), reminder().to_owned(), last_words("")];
        for part in constants.into_iter().chain(functions) {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        let hash = format!("b3:{}", hasher.finalize().to_hex());
        Ok(Dialogue { turns: vec![Turn::System(system), Turn::User(user)], tools, calling: Calling::Some, hash })
    }
}

impl Dialogue {
    /// The schema of the draft an agent is asked for.
    pub fn draft_schema(&self) -> Option<&Value> {
        self.tools.iter().find(|tool| tool.name == SUBMIT).map(|tool| &tool.parameters)
    }
}

impl Fields {
    /// Tokens kept free for an agent's draft.
    pub fn draft_tokens(scope: Scope) -> usize {
        Self::of(scope).answer_tokens()
    }
}

/// What a model is told that talked instead of calling a function.
pub fn reminder() -> &'static str {
    "Call a function: \"outline\", \"find\" or \"read\" to see the report, or \"submit\" with the JSON object."
}

/// What a model is told that reached a limit.
pub fn last_words(limit: &str) -> String {
    format!(
        "{limit} Nothing more can be read. Call \"submit\" now with what you have found; write null or an empty list for what you have not."
    )
}
