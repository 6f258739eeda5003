//! Rows on readings and on short invented texts.

use super::*;
use crate::document::Document;
use crate::domain::rating::{RatingStatus, SubjectType};
use crate::domain::reading::{AuthorReading, RatingReading};
use crate::domain::record::{AuthorRole, ComplianceStatus as Status, Disclosure, Polarity};
use crate::domain::{By, Located, Span};
use crate::rules::Context;
use crate::zones::Zones;

fn at<T>(value: T) -> Located<T> {
    Located::new(value, Evidence::exact(By::Rules, "x", Span { start: 0, end: 1 }))
}

fn states(id: DisclosureId, polarity: Polarity, specific: bool) -> Located<Disclosure> {
    at(Disclosure { id, present: true, polarity: Some(polarity), specific: Some(specific) })
}

fn weekly() -> Reading {
    let mut reading = Reading::default();
    reading.publisher.name = Some(at("望江证券".to_owned()));
    reading.product.publish_date = Some(at(crate::domain::date::Date::new(2024, 5, 6).unwrap()));
    reading.authors.push(AuthorReading {
        name: Some(at("林某".to_owned())),
        role: Some(at(AuthorRole::Analyst)),
        license_no: Some(at("S0990520010001".to_owned())),
        ..AuthorReading::default()
    });
    reading.authors.push(AuthorReading {
        name: Some(at("周某".to_owned())),
        role: Some(at(AuthorRole::Contact)),
        ..AuthorReading::default()
    });
    reading.ratings.push(RatingReading {
        subject_type: Some(at(SubjectType::Industry)),
        label: Some(at("增持".to_owned())),
        status: Some(at(RatingStatus::Rated)),
        ..RatingReading::default()
    });
    for id in [DisclosureId::FirmQualification, DisclosureId::RatingDefinitions] {
        reading.disclosures.push(states(id, Polarity::Affirmed, true));
    }
    for id in [DisclosureId::SourceStatement, DisclosureId::UseRiskWarning, DisclosureId::FirmMayHold] {
        reading.disclosures.push(states(id, Polarity::Affirmed, false));
    }
    reading
}

const FULL: CheckContext<'static> = CheckContext { jurisdiction: Some("CN"), truncated: false, has_legal_text: true };

/// The answers of a list over a reading and a text.
fn answers(list: &Checklist, reading: &Reading, text: &str, context: CheckContext<'_>) -> Vec<Answer> {
    let document = Document::from_bytes("t.txt", text.as_bytes()).unwrap();
    let zones = Zones::of(&document);
    let context_of_text = Context::new(&document, &zones);
    check(list, reading, &Statements::new(&context_of_text), context)
}

/// The row of a list over a text alone.
fn says(list: &str, id: &str, text: &str) -> (Status, String) {
    let answers = answers(Checklist::of(list).unwrap(), &Reading::default(), text, FULL);
    let answer = answers.into_iter().find(|answer| answer.row.id == id).unwrap();
    (answer.row.status, answer.evidence.first().map(|evidence| evidence.quote.clone()).unwrap_or_default())
}

fn row(reading: &Reading, context: CheckContext<'_>, id: &str) -> (Status, bool, Vec<String>) {
    let answers = answers(Checklist::of("CN").unwrap(), reading, "望江证券", context);
    let answer = answers.into_iter().find(|answer| answer.row.id == id).unwrap();
    (answer.row.status, answer.row.needs_source_check, answer.from)
}

#[test]
fn an_industry_weekly_without_its_page_header() {
    let reading = weekly();
    let expected = [
        ("CN-8-1", Status::NotFound, true),
        ("CN-8-2", Status::Pass, false),
        ("CN-8-3", Status::Pass, false),
        ("CN-8-4", Status::Pass, false),
        ("CN-8-5", Status::Pass, false),
        ("CN-8-6", Status::PassGeneric, false),
        ("CN-8-7", Status::Pass, false),
        ("CN-12-1", Status::NotApplicable, false),
        ("CN-16-1", Status::NotFound, false),
        ("CN-R1", Status::Pass, false),
    ];
    for (id, status, needs_source_check) in expected {
        let (found, check, _) = row(&reading, FULL, id);
        assert_eq!((found, check), (status, needs_source_check), "{id}");
    }
    assert!(needs_source_check(&reading, FULL));
}

#[test]
fn the_analysts_licence_is_not_the_firms() {
    let mut reading = weekly();
    reading.disclosures.retain(|found| found.value.id != DisclosureId::FirmQualification);
    reading.disclosures.push(states(DisclosureId::AnalystQualification, Polarity::Affirmed, true));
    assert_eq!(row(&reading, FULL, "CN-8-3"), (Status::NotFound, false, Vec::new()));
}

#[test]
fn every_signer_needs_a_code() {
    let mut reading = weekly();
    reading.authors.push(AuthorReading {
        name: Some(at("吴某".to_owned())),
        role: Some(at(AuthorRole::Analyst)),
        ..AuthorReading::default()
    });
    assert_eq!(row(&reading, FULL, "CN-8-4").0, Status::NotFound);
    reading.authors.clear();
    assert_eq!(row(&reading, FULL, "CN-8-4").0, Status::NotFound);
}

#[test]
fn a_stock_rating_asks_for_the_holding() {
    let mut reading = weekly();
    reading.ratings.iter_mut().for_each(|rating| rating.subject_type = Some(at(SubjectType::Stock)));
    assert_eq!(row(&reading, FULL, "CN-12-1").0, Status::NotFound);
    reading.disclosures.push(states(DisclosureId::HoldingGe1pct, Polarity::Negated, true));
    assert_eq!(row(&reading, FULL, "CN-12-1").0, Status::Pass);
    reading.disclosures.push(states(DisclosureId::HoldingGe1pct, Polarity::Affirmed, true));
    assert_eq!(row(&reading, FULL, "CN-12-1").0, Status::Contradicted);
}

#[test]
fn a_lost_tail_proves_nothing() {
    let mut reading = weekly();
    reading.disclosures.clear();
    let bare = CheckContext { has_legal_text: false, ..FULL };
    assert_eq!(row(&reading, bare, "CN-8-7"), (Status::NotFound, true, Vec::new()));
    assert_eq!(row(&reading, FULL, "CN-8-7"), (Status::NotFound, false, Vec::new()));
    assert!(row(&reading, CheckContext { truncated: true, ..FULL }, "CN-8-7").1);
}

#[test]
fn a_pointer_to_the_website_is_by_reference() {
    let mut reading = weekly();
    reading.disclosures.push(states(DisclosureId::QuietPeriod, Polarity::Affirmed, false));
    assert_eq!(row(&reading, FULL, "CN-16-1"), (Status::ByReference, false, vec!["quiet_period".to_owned()]));
}

#[test]
fn a_month_is_a_general_time() {
    let mut reading = weekly();
    reading.product.publish_date = None;
    assert_eq!(row(&reading, FULL, "CN-8-5").0, Status::NotFound);
    reading.disclosures.push(states(DisclosureId::PublicationDate, Polarity::Affirmed, false));
    assert_eq!(row(&reading, FULL, "CN-8-5").0, Status::PassGeneric);
}

#[test]
fn no_rating_needs_no_definition() {
    let mut reading = weekly();
    reading.ratings.clear();
    reading.disclosures.clear();
    assert_eq!(row(&reading, FULL, "CN-R1").0, Status::NotApplicable);
}

#[test]
fn a_source_under_a_figure_is_specific() {
    assert_eq!(says("CN", "CN-8-6", "图1:产量\n资料来源:国家统计局,望江证券研究所"), (Status::Pass, "资料来源:国家统计局".to_owned()));
    assert_eq!(says("CN", "CN-8-6", "免责声明 资料来源:合法合规。").0, Status::NotFound);
}

#[test]
fn a_promise_of_gain_is_a_violation_and_its_denial_satisfies() {
    for text in ["本公司保证投资者获利30%以上。", "现在买入,稳赚不赔。", "We guarantee annual returns of 20% to every reader."]
    {
        assert_eq!(says("CN", "CN-R4", text).0, Status::Violation, "{text}");
    }
    for text in ["免责声明 本公司不保证投资者一定获利。", "任何形式的分享证券投资收益或者分担证券投资损失的书面或口头承诺均为无效。"]
    {
        let (status, words) = says("CN", "CN-R4", text);
        assert!(status == Status::Pass && !words.is_empty(), "{text}");
    }
    for text in ["公司股东承诺三年净利润不低于5亿元,产品保证收益率为2.5%。", "加工环节稳赚加工费。"] {
        assert_eq!(says("CN", "CN-R4", text).0, Status::NotApplicable, "{text}");
    }
    // The denial in the tail does not undo the promise in the text.
    let both = says("CN", "CN-R4", "我们保证收益翻倍。\n免责声明 本公司不承诺投资者一定获利。");
    assert_eq!(both, (Status::Violation, "我们保证收益翻倍".to_owned()));
}

#[test]
fn a_rumour_is_put_before_a_person() {
    assert_eq!(says("CN", "CN-R3", "据市场传闻,公司将获大单。").0, Status::Contradicted);
    for text in ["公司公告澄清市场传闻。", "行业景气回升。", "据传统经验,二季度为淡季。"] {
        assert_eq!(says("CN", "CN-R3", text).0, Status::NotApplicable, "{text}");
    }
    assert_eq!(says("CN", "CN-R3", "本报告不使用市场传闻。").0, Status::Pass);
}

#[test]
fn signers_are_analysts_by_their_codes() {
    let mut reading = weekly();
    assert_eq!(row(&reading, FULL, "CN-5-1").0, Status::Pass);
    reading.authors.push(AuthorReading {
        name: Some(at("吴某".to_owned())),
        role: Some(at(AuthorRole::Analyst)),
        license_no: Some(at("S0990120010001".to_owned())),
        ..AuthorReading::default()
    });
    assert_eq!(row(&reading, FULL, "CN-5-1").0, Status::Contradicted);
}

#[test]
fn a_target_price_needs_method_and_risks() {
    let mut reading = weekly();
    assert_eq!(row(&reading, FULL, "CN-R2").0, Status::NotApplicable);
    reading.target_price.low = Some(at(crate::domain::Amount::from_int(10)));
    reading.target_price.method = Some(at("给予2024年20倍PE".to_owned()));
    assert_eq!(row(&reading, FULL, "CN-R2").0, Status::NotFound);
    reading.risks.push(at("需求不及预期".to_owned()));
    assert_eq!(row(&reading, FULL, "CN-R2").0, Status::Pass);
}

#[test]
fn other_jurisdictions_are_read_in_their_own_words() {
    for (list, id, text) in [
        ("HK", "HK-16.6-1", "No part of the analyst's compensation is linked to a specific investment banking transaction."),
        ("HK", "HK-16.4-1", "分析师及其有联系者并不担任海川科技的高级人员,亦无任何相关财务利益。"),
        ("HK", "HK-ID", "香港证监会牌照的中央编号:BXX040"),
        (
            "US",
            "US-c4B",
            "Pay is based on the profitability of the firm, which includes investment banking revenues, and analysts are compensated from investment banking.",
        ),
        (
            "US",
            "US-c4C",
            "Northlake expects to receive or intends to seek compensation for investment banking services in the next three months.",
        ),
        ("EU", "EU-6a", "Northlake holds a net long position exceeding 0.5% of the total issued share capital of the issuer."),
        ("EU", "EU-7", "Recommendation distributed 22 June 2026 12:40"),
        ("IN", "IN-REG", "Research Analyst, SEBI Registration No. INH000000999"),
        ("IN", "IN-W", "Investment in securities market are subject to market risks."),
    ] {
        let reading = Reading { ratings: weekly_stock(), ..Reading::default() };
        let answers = answers(Checklist::of(list).unwrap(), &reading, &format!("Disclosures\n{text}"), FULL);
        let answer = answers.into_iter().find(|answer| answer.row.id == id).unwrap();
        assert!(answer.row.status == Status::Pass && !answer.evidence.is_empty(), "{id}: {:?}", answer.row.status);
    }
    assert_eq!(
        says("US", "US-c6", "For important disclosures visit our website at https://example.com/disclosures").0,
        Status::ByReference
    );
    assert_eq!(says("IN", "IN-REG", "Harbour is registered with SEBI as a research analyst").0, Status::PassGeneric);
}

/// The rating of [`weekly`] as one of a stock.
fn weekly_stock() -> Vec<RatingReading> {
    let mut ratings = weekly().ratings;
    for rating in &mut ratings {
        rating.subject_type = Some(at(SubjectType::Stock));
    }
    ratings
}

#[test]
fn a_list_of_ones_own_works_the_same() {
    let list = Checklist::parse(
        "jurisdiction = 'house'\n[[row]]\nid = 'H-1'\nrequirement = 'approved by'\nlaw = 'handbook'\narticle = '3'\npatterns = ['审核人：\\S{2,4}']\n",
    )
    .unwrap();
    let answer = answers(&list, &Reading::default(), "望江证券\n审核人：林某", FULL).pop().unwrap();
    assert_eq!((answer.row.status, answer.row.clause.as_str()), (Status::Pass, "handbook 3: approved by"));
    assert_eq!(answer.evidence.first().unwrap().quote, "审核人：林某");
    let missing = answers(&list, &Reading::default(), "望江证券", CheckContext { truncated: true, ..FULL }).pop().unwrap();
    assert!(missing.row.status == Status::NotFound && missing.row.needs_source_check && missing.evidence.is_empty());
}
