//! What several tests share.

pub(crate) mod batches;
pub(crate) mod server;
pub(crate) mod workspace;
