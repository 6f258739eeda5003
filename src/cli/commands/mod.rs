//! One verb a file.

pub(crate) mod apply;
pub(crate) mod batch;
pub(crate) mod cache;
pub(crate) mod check;
pub(crate) mod compare;
pub(crate) mod completions;
pub(crate) mod doctor;
pub(crate) mod export;
pub(crate) mod extract;
pub(crate) mod pdf_worker;
pub(crate) mod review;
pub(crate) mod schema;
pub(crate) mod validate;
