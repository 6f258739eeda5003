//! Reads brokerage research reports with a language model and with rules, and reconciles the two.
pub mod check;
pub mod config;
pub mod document;
pub mod domain;
pub mod draft;
pub mod ground;
pub mod llm;
pub mod pipeline;
pub mod prompt;
pub mod reconcile;
pub mod rules;
pub mod validate;
pub mod zones;
