//! Ratings, scales and targets of front and last pages in the layouts brokers print: as they stand, and a Chinese page
//! also without a line break, as many sources store it.

use serde::Deserialize;

use sellside::Extractor;
use sellside::document::Document;
use sellside::domain::Record;
use sellside::domain::rating::{RatingStatus, SubjectType};
use sellside::domain::record::RatingScale;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Layouts {
    body: String,
    tail: String,
    scale: Vec<Scale>,
    page: Vec<Page>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scale {
    name: String,
    text: String,
    #[serde(default)]
    stock: Vec<String>,
    stock_months: Option<u32>,
    #[serde(default)]
    industry: Vec<String>,
    industry_months: Option<u32>,
    #[serde(default)]
    bond: Vec<String>,
    bond_months: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Page {
    name: String,
    scale: Option<String>,
    front: String,
    #[serde(default)]
    say: String,
    ratings: Vec<String>,
    target: Option<String>,
    /// Not read without its line breaks.
    #[serde(default)]
    needs_lines: bool,
}

async fn read(text: &str) -> Record {
    let document = Document::from_bytes("report.txt", text.as_bytes()).unwrap();
    Extractor::rules().unwrap().extract(&document).await.unwrap().record
}

fn word<T: serde::Serialize>(value: T) -> String {
    serde_json::to_value(value).unwrap().as_str().unwrap().to_owned()
}

fn ratings(record: &Record) -> Vec<String> {
    let show = |rating: &sellside::domain::record::Rating| {
        let mut words = vec![word(rating.subject_type), rating.label.clone().unwrap_or_default()];
        words.extend(rating.action.map(word));
        words.extend(rating.prior_label.as_ref().map(|prior| format!("< {prior}")));
        words.extend(rating.direction.map(word));
        words.extend(rating.rank.zip(rating.of).map(|(rank, of)| format!("{rank}/{of}")));
        words.join(" ")
    };
    record.ratings.iter().map(show).collect()
}

fn grades(record: &Record, subject: SubjectType) -> (Vec<String>, Option<u32>) {
    let Some(scale) = record.rating_scales.iter().find(|scale| scale.subject_type == subject) else { return (Vec::new(), None) };
    let bound = |bound: Option<sellside::domain::Amount>| bound.map(|bound| bound.to_string()).unwrap_or_default();
    let show = |grade: &sellside::domain::record::Grade| {
        let band = match (grade.low, grade.high) {
            (None, None) => String::new(),
            (low, high) => format!(" {}..{}", bound(low), bound(high)),
        };
        let status = if grade.status == RatingStatus::Rated { "" } else { " not" };
        format!("{}{band}{status}", grade.label)
    };
    let RatingScale { grades, horizon_months, .. } = scale;
    (grades.iter().map(show).collect(), *horizon_months)
}

fn target(record: &Record) -> Option<String> {
    let target = record.target_price.as_ref()?;
    let high = target.high?;
    Some(target.prior_high.map_or(high.to_string(), |prior| format!("{high} < {prior}")))
}

async fn check(layouts: &str, chinese: bool) {
    let Layouts { body, tail, scale, page } = toml::from_str(layouts).unwrap();
    let mut wrong = Vec::new();
    for page in &page {
        let own = page.scale.as_ref().map(|name| scale.iter().find(|scale| scale.name == *name).unwrap());
        let definitions = own.map(|scale| scale.text.as_str()).unwrap_or_default();
        let text = format!("{}{body}{}\n{tail}{definitions}", page.front, page.say);
        let mut texts = vec![text.clone()];
        if chinese && !page.needs_lines {
            texts.push(text.replace(['\n', '\t'], ""));
        }
        for text in texts {
            let record = read(&text).await;
            let mut differ = |what: &str, expected: String, shown: String| {
                if expected != shown {
                    let broken = if text.contains('\n') { "" } else { " (without line breaks)" };
                    wrong.push(format!("{}{broken}: {what}\n    expected {expected}\n    shown    {shown}", page.name));
                }
            };
            differ("ratings", page.ratings.join(" & "), ratings(&record).join(" & "));
            differ("target", format!("{:?}", page.target), format!("{:?}", target(&record)));
            for (subject, grades_expected, months) in own.into_iter().flat_map(|scale| {
                [
                    (SubjectType::Stock, &scale.stock, scale.stock_months),
                    (SubjectType::Industry, &scale.industry, scale.industry_months),
                    (SubjectType::Bond, &scale.bond, scale.bond_months),
                ]
            }) {
                let (shown, horizon) = grades(&record, subject);
                differ(&format!("{subject:?}"), grades_expected.join(", "), shown.join(", "));
                if months.is_some() {
                    differ(&format!("months of {subject:?}"), format!("{months:?}"), format!("{horizon:?}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test]
async fn chinese_layouts() {
    check(include_str!("rating_layouts/chinese.toml"), true).await;
}

#[tokio::test]
async fn english_layouts() {
    check(include_str!("rating_layouts/english.toml"), false).await;
}
