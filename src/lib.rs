//! Reads brokerage research reports with a language model and with rules, and reconciles the two.
pub mod config;
pub mod domain;
pub mod llm;
pub mod prompt;
