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
fn the_firms_qualification_on_the_cover() {
    for line in ["望江证券股份有限公司具备证券投资咨询业务资格", "(具备证券投资咨询业务资格)"] {
        assert!(ids(&format!("望湖白药点评\n\n{line}\n\n医药生物\n公司收入平稳增长。")).contains(&Id::FirmQualification), "{line}");
    }
    let talk = "监管要求望江证券股份有限公司具备证券投资咨询业务资格后方可展业";
    assert!(!ids(&format!("券商行业点评\n{talk}\n公司收入平稳增长。")).contains(&Id::FirmQualification));
}

#[test]
fn a_mark_glued_to_a_company_whose_name_begins_with_a_preposition() {
    assert!(ids("请务必一起阅读。1证券研究报告中江国际(999 HK)上调目标价").contains(&Id::ResearchReportMarking));
    for talk in ["中的", "中所载", "中,", "中表达的", "中如有与", "中关于本公司的"] {
        assert!(!ids(&format!("我们在此声明，证券研究报告{talk}观点是独立的。")).contains(&Id::ResearchReportMarking), "{talk}");
    }
}

#[test]
fn english_reports_for_clients_that_are_not_to_be_passed_on() {
    let found = ids("Northlake\nThis report is intended for Northlake clients only. Unauthorized distribution is prohibited.\n");
    assert!(found.contains(&Id::ClientOnly) && found.contains(&Id::Copyright), "{found:?}");
    let body = ids(
        "Northlake\nUnauthorised distribution of pirated films is now prohibited by law. The new channel is intended for premium customers only.\n",
    );
    assert!(!body.contains(&Id::ClientOnly) && !body.contains(&Id::Copyright), "{body:?}");
}

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
    let text = "望江证券股份有限公司经核准具备证券投资咨询业务资格，据此开展发布证券研究报告业务。深度报告 一年之计 研究结论 市场回升。";
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

#[test]
fn a_licence_below_the_firms_name_and_the_wording_of_hong_kong_offices() {
    let body = "公司收入按年上升，毛利率平稳，新产线年内投产。\n".repeat(12);
    let cover = format!("望江国际证券股份有限公司\n具备证券投资咨询业务资格\n\n证券分析师：林乔\n{body}免责声明\n本报告仅供参考。\n");
    assert!(ids(&cover).contains(&Id::FirmQualification));
    let talk = format!("行业周报\n公司具备证券投资咨询业务资格的子公司收入增长。\n{body}免责声明\n本报告仅供参考。\n");
    assert!(!ids(&talk).contains(&Id::FirmQualification));
    for (text, id) in [
        ("此份报告不能复制或再分发或印刷报告之全部或部份内容以作任何用途。", Id::Copyright),
        ("本公司及其董事、雇员对此份报告内描述之证券持意见或立场，或会买入，沽出或提供销售此份报告内描述之证券。", Id::FirmMayHold),
        ("此份报告不是用作推销或促使客人交易此报告内所提及之证券。", Id::NotPersonalAdvice),
    ] {
        let text = format!("望江国际研究\n{body}免责声明\n{text}\n");
        assert!(ids(&text).contains(&id), "{text}: {:?}", ids(&text));
    }
}

#[test]
fn english_notes_of_a_chinese_report_are_read() {
    let body = "公司收入按年上升，毛利率平稳，新产线年内投产，订单充足，维持全年指引不变。\n".repeat(180);
    let notes = "DISCLAIMER\nThis report may not be reproduced, copied or redistributed in whole or in part without the prior written consent of the company. ".to_owned()
        + &"Opinions may change without notice and differ from those of other units of the group. ".repeat(400);
    assert!(ids(&format!("望江国际研究\n{body}{notes}")).contains(&Id::Copyright));
}

#[test]
fn an_offer_that_is_none_is_no_holding() {
    for text in ["本报告由本公司制作，并不构成对任何人出售或买入证券的要约。", "本公司声明，本报告并不构成买入或沽出任何证券的要约或邀请。"]
    {
        assert!(!ids(&format!("望江国际研究\n免责声明\n{text}\n")).contains(&Id::FirmMayHold), "{text}");
    }
    assert!(ids("望江国际研究\n免责声明\n本公司之雇员或会沽出本报告所述之证券。\n").contains(&Id::FirmMayHold));
}
