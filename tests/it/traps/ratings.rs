//! T1–T9, T24–T26: words that are grades somewhere else.

use sellside::domain::rating::{Action, Direction, SubjectType};
use sellside::domain::record::{ComplianceStatus, ReviewCode, Stance};

use super::{Note, labels, read};

#[test]
fn t1_ratings_of_other_stocks_are_not_this_reports() {
    let record =
        Note::with_body("表：可比公司估值\n公司\t代码\t评级\tPE\n云岫科技\t605992.SH\t买入\t18.0\n石澜电子\t301996.SZ\t中性\t22.0\n");
    assert_eq!(labels(&record), ["增持"]);
}

#[test]
fn t2_a_past_rating_is_the_prior_one() {
    let mut note = Note::default();
    note.header = "证券研究报告\n澄川证券\n岚浦股份(605993.SH)\n2025年05月20日\n投资评级：增持（下调）\n上次评级：买入\n证券分析师：邵临\n执业证书编号：S9910521030007\n";
    note.body = "历史评级\n日期\t评级\n2024-08-20\t中性\n2025-01-10\t买入\n\n我们下调评级至“增持”。\n".to_owned();
    let record = note.read();
    assert_eq!(labels(&record), ["增持"]);
    assert_eq!(record.ratings[0].prior_label.as_deref(), Some("买入"));
    assert_eq!(record.ratings[0].action, Some(Action::Downgrade));
}

#[test]
fn t3_definitions_alone_give_no_rating() {
    let mut note = Note::default();
    note.header = "证券研究报告 | 策略周报\n澄川证券\n缩量震荡，等待方向\n2025年05月20日\n证券分析师：邵临\n执业证书编号：S9910521030007\n";
    note.body = "本周两市成交额环比回落，风格偏向大盘。\n".to_owned();
    let record = note.read();
    assert!(record.ratings.is_empty(), "{:?}", record.ratings);
    assert_eq!(record.rating_scales.len(), 2);
}

#[test]
fn t4_counts_of_other_brokers_ratings_are_no_rating() {
    let record = Note::with_body(
        "市场中相关报告评级比率分析\n日期\t一周内\t一月内\t二月内\n买入\t0\t3\t5\n增持\t1\t2\t2\n中性\t0\t0\t1\n评分\t2.00\t1.40\t1.50\n",
    );
    assert_eq!(labels(&record), ["增持"]);
    assert_eq!(record.mentions.len(), 0, "{:?}", record.mentions);
}

#[test]
fn t5_one_word_on_two_scales_is_read_on_the_subjects() {
    let mut note = Note::default();
    note.header = "证券研究报告 | 行业周报\n澄川证券\n行业：物流\n增持（维持）\n2025年05月20日\n运价企稳——物流行业周报\n证券分析师：邵临\n执业证书编号：S9910521030007\n";
    note.body = "本周干线运价环比持平。\n".to_owned();
    note.definitions = "投资评级说明\n股票评级（6个月）\n买入\t相对沪深300指数涨幅20%以上\n增持\t相对沪深300指数涨幅5%至20%\n中性\t相对沪深300指数涨跌幅±5%之间\n减持\t相对沪深300指数跌幅5%以上\n行业评级（12个月）\n增持\t行业指数表现优于沪深300指数\n中性\t行业指数表现与沪深300指数持平\n减持\t行业指数表现弱于沪深300指数\n";
    let record = note.read();
    let rating = &record.ratings[0];
    assert_eq!((rating.subject_type, rating.rank, rating.of), (Some(SubjectType::Industry), Some(1), Some(3)));
    assert_eq!(rating.score, None, "a sector has no I/B/E/S score");
    assert_eq!(rating.horizon_months, Some(12));
}

#[test]
fn t6_company_and_industry_on_one_page_are_two_ratings() {
    let mut note = Note::default();
    note.header = "证券研究报告 | 公司点评\n澄川证券\n岚浦股份(605993.SH)\n订单回暖，盈利拐点临近\n2025年05月20日\n公司评级：增持（维持）\n行业评级：看好（维持）\n证券分析师：邵临\n执业证书编号：S9910521030007\n";
    let record = note.read();
    assert_eq!(labels(&record), ["增持", "看好"]);
    assert_eq!(
        record.ratings.iter().map(|rating| rating.subject_type.unwrap()).collect::<Vec<_>>(),
        [SubjectType::Stock, SubjectType::Industry]
    );
    assert_eq!(record.ratings.iter().map(|rating| rating.rank.unwrap()).collect::<Vec<_>>(), [2, 1]);
}

#[test]
fn t7_header_and_body_that_differ_are_both_kept() {
    let mut note = Note::default();
    note.body = "公司一季报符合预期，订单回暖。我们给予“买入”评级。\n".to_owned();
    let record = note.read();
    assert_eq!(labels(&record), ["增持"], "the header is the report's");
    assert!(record.review.iter().any(|item| item.code == ReviewCode::Contradicted && item.detail.contains("买入")), "{:?}", record.review);
}

#[test]
fn t7_coverage_begun_without_a_grade_is_no_rating() {
    let record = read(
        "证券研究报告\n澄川证券\n岚浦股份(605993.SH)\n首次覆盖：订单回暖\n2025年05月20日\n证券分析师：邵临\n执业证书编号：S9910521030007\n公司一季报符合预期。\n",
    );
    assert_eq!(labels(&record), [""; 0]);
}

#[test]
fn t8_a_recommendation_is_a_stance() {
    let record = Note::with_body("产业链上，推荐【云岫科技】；建议关注【石澜电子】。");
    assert_eq!(labels(&record), ["增持"]);
    let stances: Vec<(&str, Option<Stance>)> = record.mentions.iter().map(|mention| (mention.name.as_str(), mention.stance)).collect();
    assert_eq!(stances, [("云岫科技", Some(Stance::Recommend)), ("石澜电子", Some(Stance::Watch))]);
}

#[test]
fn t9_shareholders_buy_and_sell() {
    let mut note = Note::default();
    note.header = "证券研究报告\n澄川证券\n岚浦股份(605993.SH)\n订单回暖\n2025年05月20日\n证券分析师：邵临\n执业证书编号：S9910521030007\n";
    note.body = "公司公告第二大股东减持计划，拟减持不超过2%；三名高管合计增持12万股。控股股东承诺维持增持计划。\n".to_owned();
    assert_eq!(labels(&note.read()), [""; 0]);
}

#[test]
fn t24_a_misprinted_table_is_kept_and_marked() {
    let mut note = Note::default();
    note.definitions = "投资评级说明\n股票评级\n买入\t预期股价相对沪深300指数涨幅20%以上\n增持\t预期股价相对沪深300指数涨幅10%至20%\n减持\t预期股价相对沪深300指数跌幅10%以上\n";
    let record = note.read();
    let scale = &record.rating_scales[0];
    assert_eq!(scale.grades.iter().map(|grade| grade.label.as_str()).collect::<Vec<_>>(), ["买入", "增持", "减持"]);
    assert!(scale.grades.iter().any(|grade| grade.uncertain), "the band around zero is missing: {scale:?}");
    assert!(record.review.iter().any(|item| item.code == ReviewCode::UncertainScale));
}

#[test]
fn t24_a_label_the_table_lacks_is_contradicted() {
    let mut note = Note::default();
    note.header = "证券研究报告\n澄川证券\n岚浦股份(605993.SH)\n订单回暖\n2025年05月20日\n投资评级：强烈推荐（维持）\n证券分析师：邵临\n执业证书编号：S9910521030007\n";
    note.body = "公司一季报符合预期。\n".to_owned();
    let record = note.read();
    assert_eq!(labels(&record), ["强烈推荐"]);
    assert_eq!(record.ratings[0].rank, None);
    let row = record.compliance.iter().find(|row| row.id == "CN-R1").unwrap();
    assert_eq!(row.status, ComplianceStatus::Contradicted);
}

#[test]
fn t25_the_benchmark_is_that_of_the_subjects_market() {
    let mut note = Note::default();
    note.definitions = "投资评级说明\n报告发布日后的12个月内公司股价相对同期基准指数的涨跌幅。A股市场以沪深300指数为基准；港股市场以恒生指数为基准；美股市场以标普500指数为基准。\n股票评级\n买入\t涨幅20%以上\n增持\t涨幅5%至20%\n中性\t涨跌幅-5%至5%\n减持\t跌幅5%以上\n";
    let record = note.read();
    assert_eq!(record.ratings[0].benchmark.as_deref().map(|name| name.replace("指数", "")).as_deref(), Some("沪深300"));
    assert_eq!(record.benchmarks.len(), 3, "{:?}", record.benchmarks);
}

#[test]
fn t26_a_bond_comment_has_no_rating_and_that_is_right() {
    let record = read(
        "证券研究报告 | 固定收益点评\n澄川证券\n资金面平稳，利率低位震荡\n2025年05月20日\n证券分析师：邵临\n执业证书编号：S9910521030007\n本周央行净投放1200亿元，隔夜利率下行。主体评级AAA的城投债利差收窄，某企业主体评级由AA上调至AA+。\n",
    );
    assert!(record.ratings.is_empty(), "{:?}", record.ratings);
    assert!(record.target_price.is_none());
    let row = record.compliance.iter().find(|row| row.id == "CN-R1").unwrap();
    assert_eq!(row.status, ComplianceStatus::NotApplicable);
}

#[test]
fn the_grade_of_a_sell_note_points_down() {
    let mut note = Note::default();
    note.header = "证券研究报告\n澄川证券\n岚浦股份(605993.SH)\n订单走弱\n2025年05月20日\n投资评级：减持（下调）\n证券分析师：邵临\n执业证书编号：S9910521030007\n";
    note.body = "一季报低于预期，下调至“减持”评级。\n".to_owned();
    let rating = note.read().ratings.remove(0);
    assert_eq!(
        (rating.label.as_deref(), rating.direction, rating.rank, rating.of),
        (Some("减持"), Some(Direction::Negative), Some(4), Some(4))
    );
}
