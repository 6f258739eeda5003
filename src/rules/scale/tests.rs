use super::*;
use crate::document::Document;
use crate::zones::Zones;

fn scales(text: &str) -> Vec<ScaleReading> {
    let document = Document::from_bytes("a.txt", text.as_bytes()).unwrap();
    let zones = Zones::of(&document);
    read(&Context::new(&document, &zones)).0
}

/// `买入 20..` and so on, a line a grade.
fn show(scale: &ScaleReading) -> Vec<String> {
    let bound = |bound: Option<Amount>| bound.map_or(String::new(), |bound| bound.to_string());
    scale
        .grades
        .iter()
        .map(|grade| match grade.value.status {
            RatingStatus::Rated => format!("{} {}..{}", grade.value.label, bound(grade.value.low), bound(grade.value.high)),
            status => format!("{} {status:?}", grade.value.label),
        })
        .collect()
}

#[test]
fn a_run_on_sentence_holds_two_scales() {
    let scales = scales(
        "投资评级声明股票投资评级自报告日后的6个月内，相对同期沪深300指数的涨跌幅行业投资评级自报告日后的6个月内，相对同期沪深300指数的涨跌幅买入预期股价相对收益20％以上增持预期股价相对收益10%-20%持有预期股价相对收益-10%-10%卖出预期股价相对收益-10%以下强于大市预期行业指数涨幅5%以上中性预期行业指数涨幅-5%-5%弱于大市预期行业指数涨幅-5%以下望江证券研究某市某路36号",
    );
    assert_eq!(scales.len(), 2);
    assert_eq!(show(&scales[0]), ["买入 20..", "增持 10..20", "持有 -10..10", "卖出 ..-10"]);
    assert_eq!(show(&scales[1]), ["强于大市 5..", "中性 -5..5", "弱于大市 ..-5"]);
    assert_eq!(scales[1].grades[2].value.definition.as_deref(), Some("预期行业指数涨幅-5%以下"));
    assert_eq!(scales[0].horizon_months.as_ref().map(|months| months.value), Some(6));
    assert_eq!(scales[0].basis, [crate::domain::rating::Basis::Relative]);
    assert_eq!(scales[0].benchmark.as_ref().map(|name| name.value.as_str()), Some("沪深300"));
}

#[test]
fn rows_of_a_table() {
    let scales = scales(
        "股票投资评级：\t以报告日起6个月内公司股价相对于同期市场基准指数表现的看法。\n买入\t股价表现将强于基准指数 20%以上\n增持\t股价表现将强于基准指数 5-20%\n中性\t股价表现将介于基准指数±5%之间\n减持\t股价表现将弱于基准指数 5%以上\n无评级\t由于我们无法获取必要的资料，无法给出明确的投资评级\n行业投资评级：\t以报告日起12个月内的基本面和行业指数相对于同期市场基准指数表现的看法。\n增持\t行业基本面看好，相对表现优于同期基准指数\n中性\t行业基本面稳定，相对表现与同期基准指数持平\n减持\t行业基本面看淡，相对表现弱于同期基准指数\n",
    );
    assert_eq!(show(&scales[0]), ["买入 20..", "增持 5..20", "中性 -5..5", "减持 ..-5", "无评级 NotRated"]);
    assert_eq!(show(&scales[1]), ["增持 ..", "中性 ..", "减持 .."]);
    assert_eq!(scales[1].grades[0].value.definition.as_deref(), Some("行业基本面看好，相对表现优于同期基准指数"));
    assert_eq!(scales[1].horizon_months.as_ref().map(|months| months.value), Some(12));
}

#[test]
fn stock_and_industry_grades_share_rows_and_a_word_is_damaged() {
    let scales = scales(
        "投资建议的比较标准\t股票投资评级\t行业投资评级\n时间段：报告发布之日起6个月\t买入：股价相对强于基准15%以\t看好：行业指数超越基准；\n增持：股价相对强于基准5%～\t中性：行业指数与基准基本持平；\n特有：股价相对基准波动在士5%\t看淡：行业指数弱于基准。\n卖出：股价相对弱于基准5%以下。\n",
    );
    assert_eq!(show(&scales[0]), ["买入 15..", "增持 5..", "特有 -5..5", "卖出 ..-5"]);
    assert!(scales[0].grades[2].value.uncertain && !scales[0].grades[3].value.uncertain);
    assert_eq!(show(&scales[1]), ["看好 ..", "中性 ..", "看淡 .."]);
}

#[test]
fn a_lost_label_is_not_guessed() {
    let scales = scales(
        "类别\t说明\t评级\t体系\n股票投资评级\t自报告日后的6个月内\t买入\t预期股价相对收益20%以上\n\t预期股价相对收益10%210%\n卖出\t预期股价相对收益-10%以下\n",
    );
    assert_eq!(show(&scales[0]), ["买入 20..", "卖出 ..-10"]);
    assert!(scales[0].grades.iter().all(|grade| grade.value.uncertain), "the gap between the bands shows the loss");
}

#[test]
fn the_last_of_a_list_of_grades_is_not_defined_by_the_next_line() {
    let scales = scales(
        "望江证券行业评级体系：推荐、中性、回避\n推荐：未来6-12个月，预计行业指数强于基准指数。\n中性：未来6-12个月，预计行业指数与基准指数持平。\n回避：未来6-12个月，预计行业指数弱于基准指数。\n望江证券公司评级体系：强烈推荐、推荐、中性、回避\n强烈推荐：未来6-12个月，预计公司股价涨幅在20%以上。\n推荐：未来6-12个月，预计公司股价涨幅介于5%-20%。\n中性：未来6-12个月，预计公司股价变动介于-5%-5%。\n回避：未来6-12个月，预计公司股价跌幅在5%以上。\n",
    );
    assert_eq!(show(&scales[0]), ["强烈推荐 20..", "推荐 5..20", "中性 -5..5", "回避 ..-5"]);
    assert_eq!(show(&scales[1]), ["推荐 ..", "中性 ..", "回避 .."]);
}

#[test]
fn rows_of_nothing_but_grade_and_band() {
    let scales = scales(
        "股票投资评级说明：\n投资建议  预测个股相对同期指数涨幅\n1    买入    > 20%\n\n2    增持    10% — 20%\n\n3    中性    -10% — 10%\n\n4    卖出    < -10%\n\n行业投资评级说明：\n投资建议  行业指数相对同期指数涨幅\n1    推荐    > 10%\n2    中性    -10% — 10%\n3    回避    < -10%\n以报告日后的12个月内的涨跌幅为标准。\n",
    );
    assert_eq!(show(&scales[0]), ["买入 20..", "增持 10..20", "中性 -10..10", "卖出 ..-10"]);
    assert_eq!(show(&scales[1]), ["推荐 10..", "中性 -10..10", "回避 ..-10"]);
}

#[test]
fn a_table_is_named_beside_its_middle_row() {
    let scales = scales(
        "评级说明\n评级标准      评级      说明\n              推荐      相对基准指数涨幅15%以上\n以报告日后的12个月   谨慎推荐    相对基准指数涨幅5%~15%之间\n公司评级\n内的涨跌幅为准。  中性      相对基准指数涨幅-5%~5%之间\n              回避      相对基准指数跌幅5%以上\n              推荐      相对基准指数涨幅5%以上\n行业评级      中性      相对基准指数涨幅-5%~5%之间\n              回避      相对基准指数跌幅5%以上\n",
    );
    assert_eq!(show(&scales[0]), ["推荐 15..", "谨慎推荐 5..15", "中性 -5..5", "回避 ..-5"]);
    assert_eq!(show(&scales[1]), ["推荐 5..", "中性 -5..5", "回避 ..-5"]);
    assert_eq!(scales[0].horizon_months.as_ref().map(|months| months.value), Some(12));
}

#[test]
fn three_tables_named_beside_their_middle_rows() {
    let scales = scales(
        "望江证券投资评级说明\n类型    评级     说明\n        买入     预期个股相对同期基准指数涨幅在20%以上\n        增持     预期个股相对同期基准指数涨幅在10%与20%之间\n股票评级\n        中性     预期个股相对同期基准指数涨幅在-10%与10%之间\n        回避     预期个股相对同期基准指数涨幅在-10%以下\n        强于大市   预期行业相对同期基准指数涨幅在10%以上\n行业评级   中性     预期行业相对同期基准指数涨幅在-10%与10%之间\n        弱于大市   预期行业相对同期基准指数涨幅在-10%以下\n        推荐     预期可转债相对同期基准指数涨幅在10%以上\n可转债    谨慎推荐   预期可转债相对同期基准指数涨幅在5%与10%之间\n评级     中性     预期可转债相对同期基准指数涨幅在-5%与5%之间\n        回避     预期可转债相对同期基准指数涨幅在-5%以下\n",
    );
    let subjects: Vec<SubjectType> = scales.iter().map(|scale| scale.subject_type).collect();
    assert_eq!(subjects, [SubjectType::Stock, SubjectType::Industry, SubjectType::Bond]);
    assert_eq!(show(&scales[1]), ["强于大市 10..", "中性 -10..10", "弱于大市 ..-10"]);
    assert_eq!(show(&scales[2]), ["推荐 10..", "谨慎推荐 5..10", "中性 -5..5", "回避 ..-5"]);
}

#[test]
fn room_to_rise_between_two_bounds() {
    let scales = scales(
        "【投资评等说明】\n评等定义\n强力买进（Strong Buy）    潜在上涨空间≥ 35%\n买进（Buy）    15%≤潜在上涨空间<35%\n区间操作（Trading Buy）    5%≤潜在上涨空间<15%\n中立（Neutral）    预期近期股价将处于盘整\n",
    );
    assert_eq!(show(&scales[0]), ["强力买进 35..", "买进 15..35", "区间操作 5..15", "中立 .."]);
}

#[test]
fn a_row_for_what_is_not_rated_may_be_named_none() {
    let scales = scales(
        "证券的投资评级：以报告日后6个月内的涨跌幅为标准：\n买入：相对同期市场基准指数涨跌幅在20%以上；\n增持：相对同期市场基准指数涨跌幅在5%~20%之间；\n减持：相对同期市场基准指数涨跌幅低于-5%及以下。\n无：由于我们无法获取必要的资料，致使我们无法给出明确的投资评级。\n",
    );
    assert_eq!(show(&scales[0]), ["买入 20..", "增持 5..20", "减持 ..-5", "无 NotRated"]);
}

#[test]
fn values_before_labels() {
    let scales = scales(
        "证券投资评级：以报告发布之日起6个月内证券的绝对收益为分类标准。30%以上为买入评级；15%-30%为增持评级；-15%-15%为中性评级；-15%以下为减持评级。行业投资评级：以报告发布之日起6个月内行业相对市场基准指数的收益为分类标准。30%以上为买入评级；15%-30%为增持评级；-15%-15%为中性评级；-15%以下为减持评级。",
    );
    for scale in &scales {
        assert_eq!(show(scale), ["买入 30..", "增持 15..30", "中性 -15..15", "减持 ..-15"]);
    }
    assert_eq!(scales.iter().map(|scale| scale.subject_type).collect::<Vec<_>>(), [SubjectType::Stock, SubjectType::Industry]);
    assert_eq!(scales[0].basis, [crate::domain::rating::Basis::Absolute]);
}

#[test]
fn a_misleading_word_keeps_its_band_and_lines_run_together() {
    let scales = scales(
        "公司投资评级\n\n买入：未来6个月内公司相对大盘涨幅15％以上；\n增持：未来6个月内公司相对大盘涨幅5％至15％；\n谨慎增持：未来6个月内公司相对大盘涨幅-10％至5％观望：未来6个月内公司相对大盘涨幅-15％至-10％；\n卖出：未来6个月内公司相对大盘跌幅15％以上。\n",
    );
    assert_eq!(show(&scales[0]), ["买入 15..", "增持 5..15", "谨慎增持 -10..5", "观望 -15..-10", "卖出 ..-15"]);
}

#[test]
fn a_status_of_a_shared_table_is_on_both_scales() {
    let scales = scales(
        "评级说明行业及公司评级买入未来6-12个月的投资收益率领先市场基准指数15%以上增持未来6-12个月的投资收益率领先市场基准指数5%至15%；卖出未来6-12个月的投资收益率落后市场基准指数15%以上；无评级因无法获取必要的资料，或者公司面临重大不确定性事件，致使无法给出明确的投资评级。",
    );
    for (scale, subject) in scales.iter().zip([SubjectType::Stock, SubjectType::Industry]) {
        assert_eq!(scale.subject_type, subject);
        assert_eq!(show(scale), ["买入 15..", "增持 5..15", "卖出 ..-15", "无评级 NotRated"]);
        assert_eq!(scale.horizon_months.as_ref().map(|months| months.value), Some(12));
    }
    assert_eq!(scales.len(), 2);
}

#[test]
fn english_sentences() {
    let scales = scales(
        "Explanation of Equity Research Ratings:\nHarbour Bank uses the following rating system: Overweight (over the duration of the price target indicated in this report, we expect this\nstock will outperform the average total return of the stocks in the team’s coverage universe); Neutral (over the duration of the price target, we expect this stock will perform in line with the average total return of the stocks in the team’s coverage\nuniverse); and Underweight (over the duration of the price target, we expect this stock will underperform the average total return of the stocks in the team’s coverage universe. NR is Not Rated. In this case, Harbour has removed the rating.\n",
    );
    assert_eq!(show(&scales[0]), ["Overweight ..", "Neutral ..", "Underweight ..", "NR NotRated"]);
    let definition = scales[0].grades[0].value.definition.clone().unwrap();
    assert!(definition.starts_with("over the duration") && definition.ends_with("coverage universe"), "{definition}");
}

#[test]
fn english_tables_and_quoted_grades() {
    let scales_of_lines = scales(
        "Lotus Securities Ratings\nBUY\n: Stock with potential return of over 15% over next 12 months\nHOLD\n: Stock with potential return of +15% to -10% over next 12 months\nSELL\n: Stock with potential loss of over 10% over next 12 months\nNOT RATED\n: Stock is not rated by Lotus\nOUTPERFORM : Industry expected to outperform the relevant broad market benchmark over next 12 months\nMARKET-PERFORM : Industry expected to perform in-line with the relevant broad market benchmark over next 12 months\nUNDERPERFORM : Industry expected to underperform the relevant broad market benchmark over next 12 months\n",
    );
    assert_eq!(show(&scales_of_lines[0]), ["BUY 15..", "HOLD -10..15", "SELL ..-10", "NOT RATED NotRated"]);
    assert_eq!(show(&scales_of_lines[1]), ["OUTPERFORM ..", "MARKET-PERFORM ..", "UNDERPERFORM .."]);
    assert_eq!(scales_of_lines[0].horizon_months.as_ref().map(|months| months.value), Some(12));
    let quoted = scales(
        "Definition of the equity research rating system\nSTOCKS\nA rating of 'Buy', indicates that the analyst expects the stock to outperform the Benchmark over the next 12 months. A rating of 'Neutral',\nindicates that the analyst expects the stock to perform in line with the Benchmark. A rating of 'Reduce', indicates that the analyst expects the stock to underperform the Benchmark.\nSECTORS\nA 'Bullish' stance, indicates that the analyst expects the sector to outperform the Benchmark. A 'Neutral' stance, indicates that the analyst expects the sector to perform in line with the Benchmark. A 'Bearish' stance, indicates that the analyst expects the sector to underperform the Benchmark.\n",
    );
    assert_eq!(show(&quoted[0]), ["Buy ..", "Neutral ..", "Reduce .."]);
    assert_eq!(show(&quoted[1]), ["Bullish ..", "Neutral ..", "Bearish .."]);
}

#[test]
fn ratings_in_prose_define_nothing() {
    assert!(scales("我们维持“买入”评级，预计公司股价表现优于指数。风险提示：需求不及预期。推荐：中游公司，看好行业指数表现。").is_empty());
    assert!(
        scales("We maintain Buy and expect the stock to outperform. We downgrade peer to Hold; potential downside remains.").is_empty()
    );
}

#[test]
fn english_scales_of_other_shapes() {
    let stock = |text: &str| scales(text).first().map(show).unwrap_or_default();
    for (text, expected) in [
        (
            "Explanation of Harbour Ratings\nBuy - Describes securities that we expect to provide a total return (price appreciation plus yield) of 15% or more within a 12-month period.\nHold - Describes securities that we expect to provide a total return of plus 15% or minus 10% within a 12-month period.\nUnderperform - Describes securities that we expect to provide a total return of minus 10% or less within a 12-month period.\n",
            vec!["Buy 15..", "Hold -10..15", "Underperform ..-10"],
        ),
        (
            "Rating definition\nBuy\nFSR is &gt; 6% above the MRA.\nNeutral\nFSR is between -6% and 6% of the MRA.\nSell\nFSR is &gt; 6% below the MRA.\n",
            vec!["Buy 6..", "Neutral -6..6", "Sell ..-6"],
        ),
        (
            "Explanation of Investment Rating\nInvestment Rating\nExpected return (over 12-month)\nBUY\n>=15%\nNEUTRAL\n< - 10 % to 15%\nSELL\n< - 10%\nNOT RATED\nWe have forward looking estimates but not rated\n",
            vec!["BUY 15..", "NEUTRAL -10..15", "SELL ..-10", "NOT RATED NotRated"],
        ),
        (
            "Stock ratings are defined below.\nOverweight (O). The stock's total return is expected to exceed the average total return of the analyst's industry coverage universe, over the next 12-18 months.\nEqual-weight (E). The stock's total return is expected to be in line with the average total return of the analyst's industry coverage universe.\nUnderweight (U). The stock's total return is expected to be below the average total return of the analyst's industry coverage universe.\n",
            vec!["Overweight ..", "Equal-weight ..", "Underweight .."],
        ),
        (
            "Recommendation definitions / rating system\nOutperform – expected return >+10%\nNeutral – expected return from -10% to +10%\nUnderperform – expected return <-10%\n",
            vec!["Outperform 10..", "Neutral -10..10", "Underperform ..-10"],
        ),
        (
            "Rating system\nBUY. We expect this stock to deliver more than 15% returns over the next 12 months.\nADD. We expect this stock to deliver 5-15% returns over the next 12 months.\nREDUCE. We expect this stock to deliver -5-+5% returns over the next 12 months.\nSELL. We expect this stock to deliver <-5% returns over the next 12 months.\n",
            vec!["BUY 15..", "ADD 5..15", "REDUCE -5..5", "SELL ..-5"],
        ),
        (
            "Rating Structure\nBUY: >15%\nADD: 5% to 15%\nHOLD: -5% to 5%\nREDUCE: -15% to -5%\nSELL: < -15%\n",
            vec!["BUY 15..", "ADD 5..15", "HOLD -5..5", "REDUCE -15..-5", "SELL ..-15"],
        ),
    ] {
        assert_eq!(stock(text), expected, "{text}");
    }
}

#[test]
fn chinese_scales_of_other_shapes() {
    for (text, expected) in [
        (
            "投资评级说明\n以报告日后的12个月内证券相对于同期恒生指数的表现\n強烈推荐说明\n优于大市：相对恒生指数涨幅10%以上\n中性：相对恒生指数涨幅介于-10%～10%之间\n弱于大市：相对恒生指数跌幅10%以上\n",
            vec!["优于大市 10..", "中性 -10..10", "弱于大市 ..-10"],
        ),
        (
            "股票评级标准：强烈推荐：公司股价涨幅超基准指数$20\\%$以上审慎推荐：公司股价涨幅超基准指数$5-20\\%$之间中性：公司股价变动幅度相对基准指数介于$\\pm5\\%$之间回避：公司股价表现弱于基准指数$5\\%$以上",
            vec!["强烈推荐 20..", "审慎推荐 5..20", "中性 -5..5", "回避 ..-5"],
        ),
        (
            "<table><tr><td rowspan=4>股票评级</td><td>买入</td><td>相对同期基准指数涨幅在15%以上</td></tr><tr><td>增持</td><td>相对涨幅5%—15%</td></tr><tr><td>中性</td><td>相对涨幅-5%—5%之间</td></tr><tr><td>减持</td><td>相对跌幅5%—15%</td></tr><tr><td>卖出</td><td>相对跌幅15%以上</td></tr></table>",
            vec!["买入 15..", "增持 5..15", "中性 -5..5", "减持 -15..-5", "卖出 ..-15"],
        ),
        (
            "投资评级标准（股票）\n买入\t15%以上\n增持\t5%~15%\n中性\t-5%~5%\n减持\t-5%以下\n",
            vec!["买入 15..", "增持 5..15", "中性 -5..5", "减持 ..-5"],
        ),
        (
            "评级说明\n卖出：预计未来12个月内股价跌幅10%以上；\n持有：预计未来12个月内股价变动幅度在±10%之间；\n买入：预计未来12个月内股价涨幅10%以上。\n",
            vec!["买入 10..", "持有 -10..10", "卖出 ..-10"],
        ),
    ] {
        assert_eq!(scales(text).first().map(show).unwrap_or_default(), expected, "{text}");
    }
}

fn labels_of(text: &str, subject: SubjectType) -> Vec<String> {
    scales(text)
        .into_iter()
        .filter(|scale| scale.subject_type == subject)
        .flat_map(|scale| scale.grades)
        .map(|grade| grade.value.label)
        .collect()
}

#[test]
fn a_row_head_names_the_subject_and_is_no_grade() {
    let text = "望江证券投资评级标准\n| 类别 | 评级 | 说明 |\n|---|---|---|\n| 公司 | 买入 | 预计股价相对基准涨幅超过20% |\n| 公司 | 回避 | 预计股价相对基准跌幅超过10% |\n| 公司 | 未评级 | 未纳入覆盖，或因合规要求暂不评级 |\n| 行业 | 强于大市 | 预计行业指数相对基准涨幅超过5% |\n| 行业 | 弱于大市 | 预计行业指数相对基准跌幅超过5% |\n";
    assert_eq!(labels_of(text, SubjectType::Stock), ["买入", "回避", "未评级"]);
    assert_eq!(labels_of(text, SubjectType::Industry), ["强于大市", "弱于大市"]);
}

#[test]
fn a_cited_table_is_not_mixed_in() {
    let own = "投资评级说明\n买入：未来12个月股价相对指数涨幅15%以上\n中性：未来12个月股价相对指数涨跌幅-5%至5%\n回避：未来12个月股价相对指数跌幅5%以上\n";
    let cited = "买入 | 未来3个月绝对涨幅50%以上\n中性 | 未来3个月绝对涨幅20%以上\n减持 | 未来3个月绝对涨幅10%以上\n";
    let body = "公司前三季度收入增长，费用率下降，毛利率与上年持平。\n".repeat(40);
    let quoted: String = cited.lines().map(|line| format!("> | {line} |\n")).collect();
    for other in [format!("> 岩屿证券的手册\n>\n{quoted}\n"), format!("岩屿证券的定义不同：\n{}", cited.replace(" | ", "："))]
    {
        let text = format!("{body}{other}{body}分析师声明\n本人具有执业资格。\n{own}免责声明\n本报告仅供客户使用。\n");
        assert_eq!(labels_of(&text, SubjectType::Stock), ["买入", "中性", "回避"], "{other}");
    }
}

#[test]
fn english_statuses() {
    let text = "EXPLANATION OF RATINGS\n\nOUTPERFORM: expected total return above 15%.\nNEUTRAL: expected total return between -5% and 15%.\nUNDERPERFORM: expected total return below -5%.\nNOT RATED: the company is not part of regular coverage.\n";
    assert_eq!(labels_of(text, SubjectType::Stock), ["OUTPERFORM", "NEUTRAL", "UNDERPERFORM", "NOT RATED"]);
}

#[test]
fn a_table_for_both_makes_two_scales_unless_industries_have_their_own() {
    let text = "行业及公司评级买入未来6-12个月的投资收益率领先市场基准指数15%以上增持未来6-12个月的投资收益率领先市场基准指数5%至15%；减持未来6-12个月的投资收益率落后市场基准指数5%至15%；卖出未来6-12个月的投资收益率落后市场基准指数15%以上；";
    let both = scales(text);
    assert_eq!(both.iter().map(|scale| scale.subject_type).collect::<Vec<_>>(), [SubjectType::Stock, SubjectType::Industry]);
    for scale in &both {
        assert_eq!(show(scale), ["买入 15..", "增持 5..15", "减持 -15..-5", "卖出 ..-15"]);
    }
    let apart = scales(
        "股票及行业评级标准\n买入：相对同期指数涨幅15%以上\n中性：相对同期指数涨幅-5%至15%\n卖出：相对同期指数跌幅5%以上\n强于大市：行业指数相对涨幅5%以上\n中性：行业指数相对涨幅-5%至5%\n弱于大市：行业指数相对跌幅5%以上\n",
    );
    assert_eq!(show(&apart[0]), ["买入 15..", "中性 -5..15", "卖出 ..-5"]);
    assert_eq!(show(&apart[1]), ["强于大市 5..", "中性 -5..5", "弱于大市 ..-5"]);
}

#[test]
fn words_run_together_in_a_cell_keep_their_order_and_lose_their_bands() {
    let scales = scales(
        "望江证券投资评级标准\n股票评级\t买入增持\t相对同期基准指数涨幅在15%以上\n股票评级\t中性\t相对涨幅-5%—5%之间\n股票评级\t减持卖出\t相对跌幅5%—15%\n行业评级\t推荐\t相对涨幅10%以上\n行业评级\t中性\t相对涨幅-10%—10%之间\n行业评级\t回避\t相对跌幅10%以上\n",
    );
    assert_eq!(show(&scales[0]), ["买入 ..", "增持 ..", "中性 -5..5", "减持 ..", "卖出 .."]);
    let uncertain: Vec<bool> = scales[0].grades.iter().map(|grade| grade.value.uncertain).collect();
    assert_eq!(uncertain, [true, true, false, true, true]);
    assert_eq!(show(&scales[1]), ["推荐 10..", "中性 -10..10", "回避 ..-10"]);
}

#[test]
fn a_line_below_the_grades_names_their_benchmark() {
    let scales = scales(
        "公司投资评级\n买入：未来半年内公司相对大盘涨幅15%以上；\n观望：未来半年内公司相对大盘涨幅-5%至15%；\n卖出：未来半年内公司相对大盘跌幅5%以上。\n基准指数：沪深300指数\n风险提示\n",
    );
    assert_eq!(scales[0].benchmark.as_ref().map(|name| name.value.as_str()), Some("沪深300"));
    assert_eq!(scales[0].horizon_months.as_ref().map(|months| months.value), Some(6));
}

#[test]
fn traditional_characters() {
    let scales = scales(
        "投資評級定義\n買入：預期未來十二個月股價表現優於恒生指數15%以上\n持有：預期未來十二個月股價表現介於恒生指數-5%至15%\n賣出：預期未來十二個月股價表現落後恒生指數5%以上\n",
    );
    assert_eq!(show(&scales[0]), ["買入 15..", "持有 -5..15", "賣出 ..-5"]);
    assert_eq!(scales[0].horizon_months.as_ref().map(|months| months.value), Some(12));
    assert_eq!(scales[0].benchmark.as_ref().map(|name| name.value.as_str()), Some("恒生指數"));
}

#[test]
fn an_english_code_in_brackets() {
    let text = "Rating definitions\nBUY: Expected total return of 20% or more over 12 months\nOutperform (O-PF): Expected total return of 10% to 20%\nUnderperform (U-PF): Expected total return of less than 10%\nSELL: Expected total return of less than -10%\n";
    assert_eq!(show(&scales(text)[0]), ["BUY 20..", "Outperform 10..20", "Underperform ..10", "SELL ..-10"]);
}

#[test]
fn words_of_sectors_under_a_heading_of_companies() {
    let grades = "公司评级体系\n领先大市—未来6个月的收益率领先沪深300指数8%以上；\n同步大市—未来6个月的收益率与沪深300指数的变动幅度相差-8%至8%；\n落后大市—未来6个月的收益率落后沪深300指数8%以上；\n";
    let of_a_sector = scales(&format!("望江证券行业研究\n机械行业周报\n行业走势\n行业评级领先大市维持\n{grades}"));
    assert_eq!(of_a_sector[0].subject_type, SubjectType::Industry);
    let of_a_company = scales(&format!("望江证券公司研究\n爱农科技（600000.SH）公司点评\n总股本1.2亿股\n收盘价12元\n{grades}"));
    assert_eq!(of_a_company[0].subject_type, SubjectType::Stock);
}

#[test]
fn a_rating_box_near_the_table_defines_nothing() {
    let table = "评级说明\n推荐：未来12个月股价相对基准指数涨幅8%以上\n中性：未来12个月股价相对基准指数涨幅-8%至8%\n回避：未来12个月股价相对基准指数跌幅8%以上\n";
    for front in
        ["回避 首次覆盖 市场表现 收入增长12.5%。", "原评级：推荐市场价格：25元，较指数高12.5%。", "中性股价表现(%)今年 12.5% 指数 3%。"]
    {
        let scales = scales(&format!("爱农科技（600000）\n{front}\n{table}"));
        assert_eq!(show(&scales[0]), ["推荐 8..", "中性 -8..8", "回避 ..-8"], "{front}");
    }
}

#[test]
fn bands_before_grades_and_no_order() {
    let stock = |text: &str| scales(text).first().map(show).unwrap_or_default();
    assert_eq!(
        stock(
            "Total Returns\tRecommendation\tRating\n>+18%\tBuy\t1\n+4% to +18%\tAccumulate\t2\n-4% to +4%\tNeutral\t3\n-4% to -18%\tReduce\t4\n<-18%\tSell\t5\n"
        ),
        ["Buy 18..", "Accumulate 4..18", "Neutral -4..4", "Reduce -18..-4", "Sell ..-18"]
    );
    assert_eq!(stock("Investment Rating\nBUY: >12%\nSELL: < -8%\nNEUTRAL: -8% to 12%\n"), ["BUY 12..", "NEUTRAL -8..12", "SELL ..-8"]);
}

#[test]
fn an_index_of_the_days_market_is_no_benchmark() {
    let grades = "行业投资评级强于大市:未来6个月内行业指数相对大盘涨幅10%以上;同步大市:未来6个月内行业指数相对大盘涨幅10%至-10%之间;弱于大市:未来6个月内行业指数相对大盘跌幅10%以上。";
    let benchmark = |text: String| scales(&text)[0].benchmark.as_ref().map(|name| name.value.clone());
    let week = "上周影院指数上涨,跑输上证综指0.2个百分点。";
    assert_eq!(benchmark(format!("{week}{grades}")).as_deref(), Some("大盘"));
    assert_eq!(benchmark(format!("{week}{grades}基准指数:沪深300指数")).as_deref(), Some("沪深300"));
}

#[test]
fn a_status_inside_its_own_definition() {
    let text = "公司评级买入:预计股价超越基准15%以上卖出:预计股价弱于基准15%以上暂停评级:已暂停评级、目标价及预测,以遵守适用法规";
    assert_eq!(scales(text)[0].grades[2].value.definition.as_deref(), Some("已暂停评级、目标价及预测,以遵守适用法规"));
    let doubtful =
        "行业评级看好:相对强于基准5%以上;看淡:相对弱于基准5%以下。暂停评级:由于报告发布当时该行业的投资价值分析存在重大不确定性。";
    assert_eq!(scales(doubtful)[0].grades[2].value.label, "暂停评级");
}

#[test]
fn a_table_of_three_subjects_between_blank_lines_and_beside_their_names() {
    let scales = scales(
        "   一、评级说明\n\n                             评级                          说明\n                              看多     未来 6 个月内市场指数上升幅度达到或超过 20%\n\n      市场指数评级                  看平     未来 6 个月内市场指数波动幅度在-20%—20%之间\n\n                              看空     未来 6 个月内市场指数下跌幅度达到或超过 20%\n\n                              超配     未来 6 个月内行业指数相对强于基准指数达到或超过 10%\n\n      行业指数评级                  标配     未来 6 个月内行业指数相对基准指数在-10%—10%之间\n\n                              低配     未来 6 个月内行业指数相对弱于基准指数达到或超过 10%\n\n                              买入     未来 6 个月内股价相对强于基准指数达到或超过 15%\n\n                              增持     未来 6 个月内股价相对强于基准指数在 5%—15%之间\n\n      公司股票评级                  中性     未来 6 个月内股价相对基准指数在-5%—5%之间\n\n                              减持     未来 6 个月内股价相对弱于基准指数 5%—15%之间\n\n                              卖出     未来 6 个月内股价相对弱于基准指数达到或超过 15%\n",
    );
    let of = |subject: crate::domain::rating::SubjectType| {
        scales.iter().find(|scale| scale.subject_type == subject).map(show).unwrap_or_default()
    };
    use crate::domain::rating::SubjectType::{Industry, Market, Stock};
    assert_eq!(of(Stock), ["买入 15..", "增持 5..15", "中性 -5..5", "减持 -15..-5", "卖出 ..-15"]);
    assert_eq!(of(Industry), ["超配 10..", "标配 -10..10", "低配 ..-10"]);
    assert_eq!(of(Market), ["看多 20..", "看平 -20..20", "看空 ..-20"]);
}

#[test]
fn a_band_goes_on_behind_a_blank_line_and_an_analyst_inside_a_definition() {
    let wrapped = scales(
        "望江证券股票投资评级标准：\n\n买入：预期未来 6 个月内股价收益率超越沪深 300 指数的涨跌幅 15%以\n\n上；\n\n增持：预期未来 6 个月内股价收益率超越沪深 300 指数的涨跌幅 5%～\n\n15%；\n\n中性：预期未来 6 个月内股价收益率相对沪深 300 指数涨跌幅差异在-\n\n5%～+5%之间；\n",
    );
    assert_eq!(show(&wrapped[0]), ["买入 15..", "增持 5..15", "中性 -5..5"]);
    let peers = scales(
        "强烈推荐： 未来6－12个月，公司股价超越分析师（或分析师团队）所覆盖股票平均回报20%及以上。该评级由分析师给出。\n推荐： 未来6－12个月，公司股价超越分析师（或分析师团队）所覆盖股票平均回报10%－20%。该评级由分析师给出。\n中性： 未来6－12个月，公司股价与分析师（或分析师团队）所覆盖股票平均回报相当。该评级由分析师给出。\n",
    );
    assert_eq!(show(&peers[0]), ["强烈推荐 20..", "推荐 10..20", "中性 .."]);
}

#[test]
fn rows_in_two_languages_are_the_chinese_grades_in_a_chinese_report() {
    let scales = scales(&format!(
        "望湖研究\n{}\nCOMPANY      RATING DEFINITION\nThe Benchmark: Hang Seng Index\n  Rating                                 Definition\n Buy                    买入                      Relative Performance>15%;\n                                                or the fundamental outlook of the Company is favorable.\n Accumulate             收集                      Relative Performance is 5% to 15%;\n Neutral                中性                      Relative Performance is -5% to 5%;\n Sell                   卖出                      Relative Performance < -15%;\n",
        "公司收入按年上升，毛利率平稳，新产线年内投产。\n".repeat(12)
    ));
    assert_eq!(show(&scales[0]), ["买入 15..", "收集 5..15", "中性 -5..5", "卖出 ..-15"]);
}

#[test]
fn rows_that_lost_their_lines_keep_their_numbers() {
    let scales = scales(
        "股票投资评级说明:投资建议预测个股相对同期证券市场代表性指数涨幅1买入>20%2增持10%—20%3中性-10%—10%4卖出<-10%行业投资评级说明:投资建议行业指数相对同期证券市场代表性指数涨幅1推荐>10%2中性-10%—10%3回避<-10%以报告日后的12个月内,预测个股或行业指数相对于相关证券市场主要指数的涨跌幅为标准。",
    );
    assert_eq!(show(&scales[0]), ["买入 20..", "增持 10..20", "中性 -10..10", "卖出 ..-10"]);
    assert_eq!(show(&scales[1]), ["推荐 10..", "中性 -10..10", "回避 ..-10"]);
}
