//! Tests that need more than one module, or a server: one binary, so that they link once.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test that cannot go on fails")]

mod adjudicate;
mod agent;
mod architecture;
mod bad_input;
mod batch;
mod chart;
mod check;
mod compare;
mod converted;
mod decisions;
mod documents;
mod drift;
mod examples;
mod fuzz;
mod gold;
mod injection;
mod laws;
mod layouts;
mod long;
mod matrix;
mod model;
mod network;
mod providers;
mod rating_layouts;
mod review;
mod secrets;
mod support;
mod traps;
mod votes;
