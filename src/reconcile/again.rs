//! A record taken back to a reading, so that what follows from its values can be judged anew when a person changed some.

use std::collections::BTreeMap;

use crate::domain::evidence::{Located, Slot, Verdict};
use crate::domain::reading::{
    AuthorReading, ProductReading, PublisherReading, RatingReading, Reading, ScaleReading, SubjectReading, TargetReading,
};
use crate::domain::record::{Author, Provenance, Rating, RatingScale, Record};

/// The values of a record as one reader's, with their evidence, in the same order. What was computed from others is left out.
pub fn reading_of(record: &Record) -> Reading {
    let values = Values(&record.provenance);
    let product = &record.product;
    Reading {
        product: ProductReading {
            category: values.slot("/product/category", &product.category),
            title: values.slot("/product/title", &product.title),
            subtitle: values.slot("/product/subtitle", &product.subtitle),
            series: values.slot("/product/series", &product.series),
            publish_date: values.slot("/product/publish_date", &product.publish_date),
            publish_time: values.slot("/product/publish_time", &product.publish_time),
            period_start: values.slot("/product/period_start", &product.period_start),
            period_end: values.slot("/product/period_end", &product.period_end),
        },
        publisher: PublisherReading {
            name: values.slot("/publisher/name", &record.publisher.name),
            legal_name: values.slot("/publisher/legal_name", &record.publisher.legal_name),
        },
        authors: each(&record.authors, |index, author| values.author(index, author)),
        subject: values.subject(record),
        ratings: each(&record.ratings, |index, rating| values.rating(index, rating)),
        target_price: values.target_price(record),
        estimates: values.items("/estimates", &record.estimates),
        rating_scales: each(&record.rating_scales, |index, scale| values.scale(index, scale)),
        benchmarks: values.items("/benchmarks", &record.benchmarks),
        mentions: values.items("/mentions", &record.mentions),
        sector_calls: values.items("/sector_calls", &record.sector_calls),
        key_points: values.items("/key_points", &record.key_points),
        risks: values.items("/risks", &record.risks),
        related_reports: values.items("/related_reports", &record.related_reports),
        disclosures: values.items("/disclosures", &record.disclosures).into_iter().filter(|found| found.value.present).collect(),
        review: Vec::new(),
    }
}

fn each<T, R>(items: &[T], read: impl Fn(usize, &T) -> R) -> Vec<R> {
    items.iter().enumerate().map(|(index, item)| read(index, item)).collect()
}

struct Values<'a>(&'a BTreeMap<String, Provenance>);

impl Values<'_> {
    fn slot<T: Clone>(&self, pointer: &str, value: &Option<T>) -> Slot<T> {
        let entry = self.0.get(pointer);
        if entry.is_some_and(|entry| entry.verdict == Verdict::Derived) {
            return None;
        }
        let evidence = entry.map(|entry| entry.evidence.clone()).unwrap_or_default();
        value.clone().map(|value| Located::read(value, evidence))
    }

    fn items<T: Clone>(&self, list: &str, items: &[T]) -> Vec<Located<T>> {
        let evidence = |index| self.0.get(&format!("{list}/{index}")).map(|entry| entry.evidence.clone()).unwrap_or_default();
        each(items, |index, item| Located::read(item.clone(), evidence(index)))
    }

    fn author(&self, index: usize, author: &Author) -> AuthorReading {
        let at = |leaf: &str| format!("/authors/{index}/{leaf}");
        AuthorReading {
            name: self.slot(&at("name"), &author.name),
            role: self.slot(&at("role"), &author.role),
            license_type: self.slot(&at("license_type"), &author.license_type),
            license_no: self.slot(&at("license_no"), &author.license_no),
            email: self.slot(&at("email"), &author.email),
            phone: self.slot(&at("phone"), &author.phone),
        }
    }

    fn subject(&self, record: &Record) -> SubjectReading {
        let Some(subject) = &record.subject else { return SubjectReading::default() };
        SubjectReading {
            kind: self.slot("/subject/type", &subject.kind),
            name: self.slot("/subject/name", &subject.name),
            code: self.slot("/subject/code", &subject.code),
            industry: self.slot("/subject/industry", &subject.industry),
        }
    }

    fn rating(&self, index: usize, rating: &Rating) -> RatingReading {
        let at = |leaf: &str| format!("/ratings/{index}/{leaf}");
        RatingReading {
            subject_type: self.slot(&at("subject_type"), &rating.subject_type),
            subject: self.slot(&at("subject"), &rating.subject),
            label: self.slot(&at("label"), &rating.label),
            label_raw: self.slot(&at("label_raw"), &rating.label_raw),
            action: self.slot(&at("action"), &rating.action),
            prior_label: self.slot(&at("prior_label"), &rating.prior_label),
            status: self.slot(&at("status"), &rating.status),
            contradicted_by: Vec::new(),
        }
    }

    fn target_price(&self, record: &Record) -> TargetReading {
        let Some(target) = &record.target_price else { return TargetReading::default() };
        let at = |leaf: &str| format!("/target_price/{leaf}");
        TargetReading {
            low: self.slot(&at("low"), &target.low),
            high: self.slot(&at("high"), &target.high),
            currency: self.slot(&at("currency"), &target.currency),
            prior_low: self.slot(&at("prior_low"), &target.prior_low),
            prior_high: self.slot(&at("prior_high"), &target.prior_high),
            horizon_months: self.slot(&at("horizon_months"), &target.horizon_months),
            current_price: self.slot(&at("current_price"), &target.current_price),
            price_date: self.slot(&at("price_date"), &target.price_date),
            method: self.slot(&at("method"), &target.method),
        }
    }

    fn scale(&self, index: usize, scale: &RatingScale) -> ScaleReading {
        let at = |leaf: &str| format!("/rating_scales/{index}/{leaf}");
        ScaleReading {
            subject_type: scale.subject_type,
            horizon_months: self.slot(&at("horizon_months"), &scale.horizon_months),
            basis: scale.basis.clone(),
            benchmark: self.slot(&at("benchmark"), &scale.benchmark),
            grades: self.items(&at("grades"), &scale.grades),
        }
    }
}
