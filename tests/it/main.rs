//! Tests that need more than one module, or a server: one binary, so that they link once.

mod network;
mod support;
