//! Several readings of one reader to one: the parts of a report that did not fit one request, or the drafts of a model
//! that was asked several times.
//!
//! Works on grounded readings, so that every value keeps its places. The same value is joined with the places of each;
//! where values differ one is taken, and the others stay beside it as rivals, for the judge to show. Parts: the first
//! that reads a value wins, since the first page comes first. Drafts: the majority wins, field by field, and "nothing" is
//! a vote too. What items are the same is decided as between rules and model. Pure.

mod items;
mod lists;
mod settle;

use crate::domain::Reading;
use crate::domain::reading::{ProductReading, PublisherReading, SubjectReading, TargetReading};
use crate::reconcile::policy::{same_code, same_name, same_text};

use lists::list;
use settle::{How, field};

/// Joins the readings of a report's parts, in the order of the report.
pub fn parts(readings: Vec<Reading>) -> Reading {
    merge(readings, How::Parts)
}

/// Joins independent readings of one report by majority, field by field.
pub fn votes(readings: Vec<Reading>) -> Reading {
    let drafts = readings.len();
    merge(readings, How::Votes { drafts })
}

fn merge(mut readings: Vec<Reading>, how: How) -> Reading {
    if how == How::Parts && readings.len() <= 1 {
        return readings.pop().unwrap_or_default();
    }
    let mut all: Vec<(usize, Reading)> = readings.into_iter().enumerate().collect();
    let all = all.as_mut_slice();
    Reading {
        product: ProductReading {
            category: field(all, how, |r| &mut r.product.category, PartialEq::eq),
            title: field(all, how, |r| &mut r.product.title, same_text),
            subtitle: field(all, how, |r| &mut r.product.subtitle, same_text),
            series: field(all, how, |r| &mut r.product.series, same_text),
            publish_date: field(all, how, |r| &mut r.product.publish_date, PartialEq::eq),
            publish_time: field(all, how, |r| &mut r.product.publish_time, same_text),
            period_start: field(all, how, |r| &mut r.product.period_start, PartialEq::eq),
            period_end: field(all, how, |r| &mut r.product.period_end, PartialEq::eq),
        },
        publisher: PublisherReading {
            name: field(all, how, |r| &mut r.publisher.name, same_name),
            legal_name: field(all, how, |r| &mut r.publisher.legal_name, same_name),
        },
        authors: items::authors(all, how),
        subject: SubjectReading {
            kind: field(all, how, |r| &mut r.subject.kind, PartialEq::eq),
            name: field(all, how, |r| &mut r.subject.name, same_name),
            code: field(all, how, |r| &mut r.subject.code, same_code),
            industry: field(all, how, |r| &mut r.subject.industry, same_name),
        },
        ratings: items::ratings(all, how),
        target_price: TargetReading {
            low: field(all, how, |r| &mut r.target_price.low, PartialEq::eq),
            high: field(all, how, |r| &mut r.target_price.high, PartialEq::eq),
            currency: field(all, how, |r| &mut r.target_price.currency, same_text),
            prior_low: field(all, how, |r| &mut r.target_price.prior_low, PartialEq::eq),
            prior_high: field(all, how, |r| &mut r.target_price.prior_high, PartialEq::eq),
            horizon_months: field(all, how, |r| &mut r.target_price.horizon_months, PartialEq::eq),
            current_price: field(all, how, |r| &mut r.target_price.current_price, PartialEq::eq),
            price_date: field(all, how, |r| &mut r.target_price.price_date, PartialEq::eq),
            method: field(all, how, |r| &mut r.target_price.method, same_text),
        },
        estimates: list(all, how, |r| &mut r.estimates),
        rating_scales: items::scales(all, how),
        benchmarks: list(all, how, |r| &mut r.benchmarks),
        mentions: list(all, how, |r| &mut r.mentions),
        sector_calls: list(all, how, |r| &mut r.sector_calls),
        key_points: list(all, how, |r| &mut r.key_points),
        risks: list(all, how, |r| &mut r.risks),
        related_reports: list(all, how, |r| &mut r.related_reports),
        disclosures: list(all, how, |r| &mut r.disclosures),
        review: all.iter_mut().flat_map(|(_, reading)| std::mem::take(&mut reading.review)).collect(),
    }
}

#[cfg(test)]
mod tests;
