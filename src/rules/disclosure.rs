//! Which statements the report carries: wording from `checklists/disclosures.toml`, and where it has to stand.
//!
//! A statement counts only in the report's own voice: another firm's words in quotation marks are not this report's
//! (domain.md T22), and legal wording in the running text of the first pages is as a rule talk about somebody else.

mod statements;
mod wording;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use crate::document::Regex;

use self::wording::WORDINGS;
use super::Context;
use super::find::is_han;
use crate::domain::record::{Disclosure, Polarity};
use crate::domain::{By, Date, DisclosureId, Evidence, Located, Slot};
use crate::zones::ZoneKind;

pub use self::statements::{Found, Statements, Voice};

/// Characters of a heading shown as evidence.
const HEADING: usize = 60;
/// How far above the first definition its heading may stand, in characters.
const ABOVE: usize = 300;
/// Places kept for one disclosure.
const PLACES: usize = 2;

/// The month of publication where no day is printed: 2024年4月 after a label or the mark of the document, or on a line of
/// its own.
static MONTH: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?m)(?:(?:报告|发布|出版|完成)?日期|(?:报告|发布|出版)时间)[:\s]{0,3}20\d\d(?:年(?:0?[1-9]|1[0-2])月(?:[^\d日号]|$)|[-./](?:0[1-9]|1[0-2])(?:[^\d\-./月日]|$))|证券研究报告\s?20\d\d年(?:0?[1-9]|1[0-2])月(?:[^\d日号]|$)|^[#\s]*20\d\d年(?:0?[1-9]|1[0-2])月\s*$|(?i)^[#\s]*(?:January|February|March|April|May|June|July|August|September|October|November|December) 20\d\d\s*$").ok()
});
/// A figure's own source line.
static FIGURE_SOURCE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?:资料|数据)来源:\s*[^\s。,]{2,20}").ok());

/// Reads the disclosures. `published` is the day of publication, where the rules found one.
pub(super) fn read(context: &Context<'_>, published: &Slot<Date>) -> Vec<Located<Disclosure>> {
    let mut found: BTreeMap<DisclosureId, Located<Disclosure>> = BTreeMap::new();
    let statements = Statements::new(context);
    for wording in WORDINGS.iter().filter(|wording| wording.chinese.is_none_or(|chinese| chinese == context.chinese)) {
        let said = statements.find(&wording.pattern, wording.voice);
        for statement in said.filter(|statement| wording.means(statements.sentence(statement))).take(PLACES) {
            let Some(evidence) = statements.evidence(&statement) else { continue };
            let value = Disclosure { id: wording.id, present: true, polarity: Some(wording.polarity), specific: Some(wording.specific) };
            let entry = found.entry(wording.id).or_insert_with(|| Located::read(value, Vec::new()));
            // Wording is listed strongest first; a later, weaker one only adds its place.
            if entry.evidence.len() < PLACES {
                entry.evidence.push(evidence);
            }
        }
    }
    footers(context, &mut found);
    sourced_figures(context, &mut found);
    definitions(context, &mut found);
    publication(context, published, &mut found);
    found.into_values().collect()
}

/// The footers were taken out of the text, and are what sends the reader to the notices; some mark the document too.
fn footers(context: &Context<'_>, found: &mut BTreeMap<DisclosureId, Located<Disclosure>>) {
    for id in [DisclosureId::ReadDisclaimerFooter, DisclosureId::ResearchReportMarking] {
        footer(context, id, found);
    }
}

fn footer(context: &Context<'_>, id: DisclosureId, found: &mut BTreeMap<DisclosureId, Located<Disclosure>>) {
    let marks = id == DisclosureId::ResearchReportMarking;
    // A mark is no word of the footer's sentence: `请务必阅读本证券研究报告的免责声明`.
    let alone = |words: &str, place: Range<usize>| {
        let before = words.get(..place.start).unwrap_or_default().trim_end();
        let ends = ["声明", "申明", "条款", "部分", "说明", "披露"].iter().any(|end| before.ends_with(end));
        (ends || !before.ends_with(is_han)) && !words.get(place.end..).is_some_and(|after| after.starts_with(is_han))
    };
    let says = |words: &str| {
        WORDINGS
            .iter()
            .filter(|wording| wording.id == id)
            .any(|wording| wording.pattern.find(words).is_some_and(|found| !marks || context.chinese && alone(words, found.range())))
    };
    let Some(footer) = context.document.normalized.footers().iter().find(|footer| says(&footer.words)) else { return };
    let evidence = Evidence::exact(By::Rules, context.document.source.slice(footer.span), footer.span);
    let value = Disclosure { id, present: true, polarity: Some(Polarity::Affirmed), specific: Some(false) };
    let entry = found.entry(id).or_insert_with(|| Located::read(value, Vec::new()));
    if entry.evidence.len() < PLACES {
        entry.evidence.push(evidence);
    }
}

/// Sources named under the figures make the general statement of sources specific (CSRC Art. 8(6)).
fn sourced_figures(context: &Context<'_>, found: &mut BTreeMap<DisclosureId, Located<Disclosure>>) {
    let Some(statement) = found.get_mut(&DisclosureId::SourceStatement) else { return };
    let Some(figure) = FIGURE_SOURCE.as_ref().and_then(|pattern| pattern.find(context.text())) else { return };
    statement.value.specific = Some(true);
    statement.evidence.extend(context.evidence(figure.range()));
}

/// A zone of definitions is the statement that ratings are defined (SAC 执业规范; FINRA 2241(c)(2)).
fn definitions(context: &Context<'_>, found: &mut BTreeMap<DisclosureId, Located<Disclosure>>) {
    let Some(zone) = context.zones.of_kind(ZoneKind::Definitions).next() else { return };
    let words = context.slice(zone.clone());
    let lead = words.len() - words.trim_start().len();
    let start = zone.start + lead;
    let heading = context.after(start, HEADING).split(['\n', '。']).next().unwrap_or_default();
    let range = heading_above(context, start).unwrap_or(start..(start + heading.len()).min(zone.end));
    let value = Disclosure { id: DisclosureId::RatingDefinitions, present: true, polarity: Some(Polarity::Affirmed), specific: Some(true) };
    if let Some(located) = context.located(value, range) {
        found.insert(DisclosureId::RatingDefinitions, located);
    }
}

/// The heading a run of definitions stands under, where the zone begins with the definitions themselves.
fn heading_above(context: &Context<'_>, start: usize) -> Option<Range<usize>> {
    static NAMES: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?:投资)?评级(?:的)?(?:体系|定义|说明|标准|准则)(?:[与和及、](?:投资)?评级(?:的)?(?:体系|定义|说明|标准))?").ok()
    });
    let names = NAMES.as_ref()?;
    // What begins with its own heading needs none above it.
    if names.find(context.after(start, HEADING)).is_some_and(|own| own.start() < HEADING / 2) {
        return None;
    }
    let before = context.before(start, ABOVE);
    let base = start - before.len();
    let found = names.find(before)?;
    Some(base + found.start()..base + found.end())
}

/// A day of publication, or a month alone, shows the time of publication (CSRC Art. 8(5)).
fn publication(context: &Context<'_>, published: &Slot<Date>, found: &mut BTreeMap<DisclosureId, Located<Disclosure>>) {
    let disclosure = |specific| Disclosure {
        id: DisclosureId::PublicationDate,
        present: true,
        polarity: Some(Polarity::Affirmed),
        specific: Some(specific),
    };
    if let Some(published) = published {
        found.insert(DisclosureId::PublicationDate, published.with(disclosure(true)));
        return;
    }
    let month = MONTH.as_ref().and_then(|pattern| {
        pattern.find_iter(context.text()).map(|found| found.range()).find(|range| context.kind_at(range.start) == ZoneKind::Header)
    });
    if let Some(located) = month.and_then(|range| context.located(disclosure(false), range)) {
        found.insert(DisclosureId::PublicationDate, located);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::zones::Zones;

    fn reading(text: &str) -> Vec<Located<Disclosure>> {
        let document = Document::from_bytes("t.txt", text.as_bytes()).unwrap();
        let zones = Zones::of(&document);
        read(&Context::new(&document, &zones), &None)
    }

    fn ids(text: &str) -> Vec<DisclosureId> {
        reading(text).into_iter().map(|found| found.value.id).collect()
    }

    fn get(text: &str, id: DisclosureId) -> Option<Located<Disclosure>> {
        reading(text).into_iter().find(|found| found.value.id == id)
    }

    use DisclosureId as Id;

    #[test]
    fn every_pattern_compiles() {
        assert!(MONTH.is_some() && FIGURE_SOURCE.is_some());
    }

    #[test]
    fn a_footer_that_was_taken_out_is_still_said() {
        let text = "望江证券研究报告\n阀门销量回升\n请务必阅读正文之后的免责声明部分 3\n毛利率环比改善\n";
        let found = get(text, Id::ReadDisclaimerFooter).unwrap();
        assert_eq!(found.evidence[0].quote, "请务必阅读正文之后的免责声明部分 3");
    }

    #[test]
    fn the_firm_is_not_its_analyst() {
        let analyst = "望江证券。分析师声明本人具有中国证券业协会授予的证券投资咨询执业资格。";
        assert_eq!(ids(analyst), [Id::AnalystQualification]);
        let firm = "免责声明:望江证券股份有限公司(已具备中国证监会批复的证券投资咨询业务资格)制作本报告。";
        assert!(ids(firm).contains(&Id::FirmQualification) && !ids(firm).contains(&Id::AnalystQualification));
        for held in [
            "经证监会核准,本公司取得证券投资咨询业务许可。",
            "本公司的经营范围包括证券经纪;证券投资咨询业务。",
            "免责声明 本公司具有证监会核准的“证券投资咨询”业务资格。",
        ] {
            assert!(ids(held).contains(&Id::FirmQualification), "{held}");
        }
    }

    #[test]
    fn explaining_the_business_is_not_holding_the_licence() {
        for text in [
            "免责声明。证券投资咨询业务的说明。证券投资咨询业务是指取得监管部门颁发的相关资格的机构及其咨询人员为投资者提供建议的活动。",
            "免责声明。从事此项活动的机构应当具备证券投资咨询业务资格。",
        ] {
            assert!(!ids(text).contains(&Id::FirmQualification), "{text}");
        }
    }

    #[test]
    fn anothers_words_are_not_the_reports() {
        let quoted = format!("望江证券周报。海川咨询公告称:“本公司具备证券投资咨询业务资格”。{}", "行业景气回升,需求向好。".repeat(40));
        assert!(!ids(&quoted).contains(&Id::FirmQualification));
    }

    #[test]
    fn a_notice_before_the_text_is_the_firms_own() {
        let text =
            "望江证券股份有限公司经核准具备证券投资咨询业务资格，据此开展发布证券研究报告业务。深度报告 一年之计 研究结论 市场回升。";
        assert!(ids(&format!("{text}{}", "成交放大，估值回升。".repeat(40))).contains(&Id::FirmQualification));
        assert!(!ids("We expect the Company's investment banking business will grow.\n").contains(&Id::IbRelationship));
    }

    #[test]
    fn a_mark_is_not_a_sentence_about_reports() {
        for text in [
            "证券研究报告|电子\n正文",
            "公司快报证券研究报告医疗器械投资评级",
            "证 券 研 究 报 告\n望江证券",
            "2024年5月6日证券研究报告-市场分析",
        ] {
            assert!(ids(text).contains(&Id::ResearchReportMarking), "{text}");
        }
        for text in [
            "发布证券研究报告是证券投资咨询业务的一种基本形式",
            "本证券研究报告所载的信息仅供决策",
            "形成评级等意见,制作证券研究报告,并向客户发布",
        ] {
            assert!(!ids(text).contains(&Id::ResearchReportMarking), "{text}");
        }
    }

    #[test]
    fn a_mark_in_a_footer_counts_and_words_of_a_notice_do_not() {
        let page = "阀门销量回升。\n请务必阅读最后一页免责声明                    证券研究报告           2\n毛利率环比改善。\n";
        assert!(ids(page).contains(&Id::ResearchReportMarking));
        let notice = format!(
            "阀门销量回升。{}\n免责声明\n依据规定特此声明，禁止公司员工将公司证券研究报告私自提供给未经公司授权的任何媒体。",
            "毛利率环比改善。".repeat(40)
        );
        assert!(!ids(&notice).contains(&Id::ResearchReportMarking));
    }

    #[test]
    fn a_ban_on_copies_names_who_must_not_make_them() {
        let text = "免责声明\n未经望江证券事先书面许可，任何机构或个人不得以任何形式翻版、复制、刊登、转载和引用。";
        assert!(ids(text).contains(&Id::Copyright));
    }

    #[test]
    fn english_houses_say_it_in_other_words() {
        for (text, id) in [
            (
                "Harbour Securities Co. Limited is licensed to conduct securities consultancy business by the China Commission.",
                Id::RegulatoryStatus,
            ),
            ("Unless stated, information and data in this report are based on company disclosures and filings.", Id::SourceStatement),
            ("On how Harbour manages conflicts, please visit the website.", Id::FirmMayHold),
            ("Harbour acts or may act as principal in the debt securities.", Id::FirmMayHold),
            ("The research set out in this report is not complete.", Id::ResearchReportMarking),
            ("Harbour Research | EQUITIES", Id::ResearchReportMarking),
            ("In preparing this research, we did not take into account the objectives and needs of the reader.", Id::NotPersonalAdvice),
        ] {
            assert!(ids(text).contains(&id), "{text}: {:?}", ids(text));
        }
    }

    #[test]
    fn sources_need_more_than_a_disclaimer_of_accuracy() {
        for text in [
            "免责声明 本公司对信息的准确性不作任何保证。",
            "图1:产量\n资料来源:Wind,望江证券研究所",
            "The firm does not warrant the accuracy or completeness of this report.",
        ] {
            assert!(!ids(text).contains(&Id::SourceStatement), "{text}");
        }
        let general = "免责声明 本报告的信息来源于已公开的资料。";
        assert_eq!(get(general, Id::SourceStatement).unwrap().value.specific, Some(false));
        let figures = format!("图1:产量\n资料来源:国家统计局\n{general}");
        assert_eq!(get(&figures, Id::SourceStatement).unwrap().value.specific, Some(true));
        assert!(
            ids("Disclosures\nInformation has been obtained from sources believed to be\nreliable but is not guaranteed.")
                .contains(&Id::SourceStatement)
        );
    }

    #[test]
    fn other_houses_say_it_in_other_words() {
        for (text, id) in [
            (
                "Their views about the companies discussed are accurately expressed and they have not received and will not receive compensation for them.",
                Id::AnalystViews,
            ),
            (
                "They have not received and will not receive direct or indirect compensation for the views in this report.",
                Id::AnalystCompensation,
            ),
            ("The forecasts expressed herein accurately reflect their personal view(s).", Id::AnalystViews),
            ("This research is based on current public information.", Id::SourceStatement),
            ("The facts have been prepared from company reports and publicly available data.", Id::SourceStatement),
            ("Harbour Berhad is a Participating Organisation of Bursa Example.", Id::RegulatoryStatus),
            ("Harbour Securities is a SEBI registered Research Analyst.", Id::RegulatoryStatus),
            ("Distributed by Harbour Pty Ltd (AFSL 000000).", Id::RegulatoryStatus),
            ("This document is intended for institutional investors only.", Id::ClientOnly),
            ("A loss of original capital may occur.", Id::UseRiskWarning),
        ] {
            let text = format!("Disclosures\n{text}\n");
            assert!(ids(&text).contains(&id), "{text}: {:?}", ids(&text));
        }
        assert!(!ids("Disclosures\nThe buyback was authorised by the board of the company.").contains(&Id::RegulatoryStatus));
    }

    #[test]
    fn traditional_characters_say_the_same() {
        for (text, id) in [
            ("本報告所載資料乃根據相信為可靠之來源編製，惟不保證其準確性。", Id::SourceStatement),
            ("本報告所載資料乃根據相信為可靠之來源編製，惟不保證其準確性。", Id::NoAccuracyWarranty),
            ("本報告並不構成買賣任何證券之要約或邀請。", Id::NotPersonalAdvice),
            ("未經本公司書面同意，不得複製或轉載本報告。", Id::Copyright),
            ("證券價格可升可跌，投資涉及風險。", Id::UseRiskWarning),
            ("本公司及其關聯公司可能持有本報告所述證券的倉盤。", Id::FirmMayHold),
            ("本報告的觀點準確反映分析員對該公司的個人意見。", Id::AnalystViews),
            ("分析員的薪酬過往、現在或將來均不會與報告內的建議掛鈎。", Id::AnalystCompensation),
            ("本报告署名分析师与本报告中提及公司无财务权益关系。", Id::AnalystHolding),
            ("望江國際為根據證券及期貨條例獲發牌的持牌法團。", Id::FirmQualification),
        ] {
            let text = format!("望江國際研究\n{}\n免責聲明\n{text}\n", "公司收入按年上升，毛利率平穩。\n".repeat(12));
            assert!(ids(&text).contains(&id), "{text}: {:?}", ids(&text));
        }
    }

    #[test]
    fn definitions_are_shown_by_their_heading() {
        let text = format!(
            "望江证券周报\n{}## 评级体系与评级定义\n\n**股票：** 分析师给出下列评级中的一项，代表其看法。\n买入：股价表现将强于基准指数18%以上\n增持：股价表现将强于基准指数4-18%\n减持：股价表现将弱于基准指数4%以上\n",
            "行业景气回升，需求向好。\n".repeat(40)
        );
        let found = get(&text, Id::RatingDefinitions).unwrap();
        assert_eq!(found.evidence[0].quote, "评级体系与评级定义");
    }

    #[test]
    fn business_risks_do_not_warn_of_using_the_report() {
        assert!(!ids("风险提示:需求不及预期,原材料价格上涨。").contains(&Id::UseRiskWarning));
        assert!(ids("免责声明 市场有风险,投资需谨慎。").contains(&Id::UseRiskWarning));
    }

    #[test]
    fn denial_satisfies_and_explanation_does_not() {
        let denied = get("信息披露:截至本报告发布日,本公司未持有该公司已发行股份的1%以上。", Id::HoldingGe1pct).unwrap();
        assert_eq!((denied.value.polarity, denied.value.specific), (Some(Polarity::Negated), Some(true)));
        let held = get("信息披露:截至本报告发布日,本公司持有海川科技已发行股份的1%以上。", Id::HoldingGe1pct).unwrap();
        assert_eq!(held.value.polarity, Some(Polarity::Affirmed));
        assert!(!ids("持仓信息:本公司持仓超过1%需披露,不超过1%则无需披露").contains(&Id::HoldingGe1pct));
        let english =
            get("Disclosures: Neither the firm nor its affiliates own one per cent or more of the company.", Id::HoldingGe1pct).unwrap();
        assert_eq!(english.value.polarity, Some(Polarity::Negated));
    }

    #[test]
    fn a_view_of_the_day_is_no_certification() {
        let text = "免责声明 本报告仅反映报告作者的出具日的观点和判断。";
        assert!(ids(text).contains(&Id::ViewsAsOfDate) && !ids(text).contains(&Id::AnalystViews));
        let certified = "分析师声明 本报告准确反映了分析师本人的研究观点,薪酬的任何部分过去不曾与、现在不与本报告的推荐意见直接或间接相关,结论不受任何第三方的授意。";
        let found = ids(certified);
        assert!([Id::AnalystViews, Id::AnalystCompensation, Id::AnalystIndependence].iter().all(|id| found.contains(id)), "{found:?}");
    }

    #[test]
    fn a_month_is_a_time_of_publication() {
        assert_eq!(get("望江证券\n报告日期:2024年4月\n正文", Id::PublicationDate).unwrap().value.specific, Some(false));
        assert!(get("望江证券 数据截至2024年4月", Id::PublicationDate).is_none());
        let marked = "阀门销量跟踪证券研究报告2024年05月机械投资评级推荐";
        assert_eq!(get(marked, Id::PublicationDate).unwrap().value.specific, Some(false));
    }

    #[test]
    fn a_sentence_goes_on_over_a_wrapped_line() {
        let text = "风险提示\n本报告版权归望江证券股份有限公司所有,仅供我公司\n客户使用。市场行情请自行判断。";
        assert_eq!(get(text, Id::ClientOnly).unwrap().evidence.first().unwrap().quote, "仅供我公司\n客户使用");
    }

    #[test]
    fn a_day_is_no_month() {
        assert!(get("望江证券\n日期:2024年04月17日\n正文", Id::PublicationDate).is_none());
    }

    #[test]
    fn evidence_is_the_clause() {
        let found = get("免责声明\n\n本公司具备证券投资咨询业务资格。\n\n市场有风险,投资需谨慎。", Id::FirmQualification).unwrap();
        assert_eq!(found.evidence.len(), 1);
        assert_eq!(found.evidence.first().unwrap().quote, "本公司具备证券投资咨询业务资格");
    }
}
