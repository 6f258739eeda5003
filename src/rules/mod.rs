//! The deterministic reader: one file a field, no look at any model's answer.
//!
//! Every rule works on the normalised text ([`Context`]), so patterns need one width, one kind of blank, one kind of
//! bracket. A rule must hold for reports nobody here has seen: it is made of the field's words, never of one broker's
//! layout.

mod author;
mod benchmark;
mod category;
mod context;
mod cover;
mod date;
mod disclosure;
mod estimate;
mod find;
mod foreign;
mod labels;
mod mention;
pub mod profile;
mod publisher;
mod rating;
pub mod registry;
mod related;
mod risk;
mod scale;
mod sector;
mod subject;
mod suspicious;
mod target_price;
mod title;
mod unwrap;

pub use crate::document::Regex;

use crate::domain::{Evidence, Reading};

pub use context::Context;
pub use disclosure::{Found, Statements, Voice};
pub use suspicious::{Alert, Suspicious};

/// Reads a document by the rules alone.
pub fn read(context: &Context<'_>) -> Reading {
    let mut reading = Reading::default();
    let (scales, definitions) = scale::read(context);
    reading.ratings = rating::read(context, &scales, &definitions);
    reading.rating_scales = scales;
    reading.benchmarks = benchmark::read(context);
    (reading.product.publish_date, reading.product.publish_time) = date::read(context);
    let stock = subject::stock(context);
    let title = title::find(context, stock.as_ref());
    title::fill(context, title.as_ref(), &mut reading.product);
    reading.product.category = category::read(context, stock.as_ref(), title.as_ref());
    reading.target_price = target_price::read(context, reading.product.category.as_ref().map(|category| category.value));
    reading.subject = subject::of(context, stock.as_ref(), &reading.product, title.as_ref());
    reading.estimates = estimate::read(context, &reading);
    reading.publisher = publisher::read(context);
    let (authors, strangers) = author::read(context);
    reading.authors = authors;
    reading.review.extend(strangers);
    let firm = reading.publisher.name.as_ref().map(|name| name.value.as_str());
    let day = reading.product.publish_date.as_ref().map(|day| day.value);
    reading.review.extend(author::licenses(&reading.authors, firm, day));
    reading.risks = risk::read(context, &reading.ratings);
    reading.related_reports = related::read(context);
    reading.mentions = mention::read(context, &reading.subject);
    reading.sector_calls = sector::read(context);
    reading.disclosures = disclosure::read(context, &reading.product.publish_date);
    // What is written for a reading model is not said to the report's readers.
    let own = |evidence: &[Evidence]| evidence.iter().any(|evidence| !context.is_suspicious(evidence));
    reading.mentions.retain(|found| own(&found.evidence));
    reading.sector_calls.retain(|found| own(&found.evidence));
    reading.risks.retain(|found| own(&found.evidence));
    reading.disclosures.retain(|found| own(&found.evidence));
    reading
}
