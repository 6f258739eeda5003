//! Reads brokerage research reports with a language model and with rules, and reconciles the two.
pub mod document;
pub mod domain;
pub mod prompt;
pub mod rules;
pub mod zones;
