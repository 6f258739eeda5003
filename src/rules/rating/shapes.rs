//! Every printed shape of a rating that is known, with invented brokers and companies, and what must not be read as one.

use super::tests::show;

/// Each text with what [`show`] must give, several ratings apart by ` & `.
pub(super) fn check(context: &str, cases: &[(&str, &str)]) {
    let failed: Vec<String> = cases
        .iter()
        .filter_map(|(text, expected)| {
            let shown = show(&context.replace("{}", text)).join(" & ");
            (shown != *expected).then(|| format!("{text}\n    expected {expected}\n    shown    {shown}"))
        })
        .collect();
    assert!(failed.is_empty(), "{} of {}:\n{}", failed.len(), cases.len(), failed.join("\n"));
}

#[test]
fn company_headings_glued() {
    check(
        "望江证券公司点评报告爱农科技(600000){}总股本1.2亿股总市值30亿元公司前三季度收入增长。",
        &[
            ("推荐维持评级", "Stock 推荐 Maintain"),
            ("增持——维持", "Stock 增持 Maintain"),
            ("增持|首次评级", "Stock 增持 Initiate"),
            ("买入/首次", "Stock 买入 Initiate"),
            ("买入（调高）", "Stock 买入 Upgrade"),
            ("买入(首次覆盖)", "Stock 买入 Initiate"),
            ("中性（调低）", "Stock 中性 Downgrade"),
            ("【买入】（维持）", "Stock 买入 Maintain"),
            ("投资评级（维持）：买入", "Stock 买入 Maintain"),
            ("投资评级：买入(维持)", "Stock 买入 Maintain"),
            ("投资评级：维持“买入”", "Stock 买入 Maintain"),
            ("评级：买入（首次）", "Stock 买入 Initiate"),
            ("买入（首次评级）", "Stock 买入 Initiate"),
            ("维持评级：增持", "Stock 增持 Maintain"),
            ("上调评级：买入", "Stock 买入 Upgrade"),
            ("最新评级：持有上次评级：买入", "Stock 持有 Downgrade < 买入"),
            ("评级：增持（维持）前次评级：增持", "Stock 增持 Maintain < 增持"),
            ("评级：买入（上调，原评级增持）", "Stock 买入 Upgrade < 增持"),
            ("买入（前次：增持）", "Stock 买入 - < 增持"),
            ("投资建议：买入（维持）", "Stock 买入 Maintain"),
            ("6个月评级买入（维持评级）", "Stock 买入 Maintain"),
            ("投资评级：恢复覆盖增持", "Stock 增持 Resume"),
            ("投资评级：卖出（下调）", "Stock 卖出 Downgrade"),
            ("无评级", ""),
            ("投资评级：未评级", "Stock 未评级 -"),
            ("投资评级：暂停评级", "Stock 暂停评级 -"),
            ("评级：终止评级", "Stock 终止评级 Drop"),
            ("维持跑赢行业", "Stock 跑赢行业 Maintain"),
            ("跑输行业（下调）", "Stock 跑输行业 Downgrade"),
            ("强推（维持）", "Stock 强推 Maintain"),
            ("强烈推荐-A（维持）", "Stock 强烈推荐-A Maintain"),
            ("審慎增持（維持）", "Stock 審慎增持 Maintain"),
        ],
    );
}

#[test]
fn company_lines_and_tables() {
    check(
        "望江证券\n公司研究\n爱农科技（600000.SH）\n{}\n总市值（亿元）\t30\n总股本（亿股）\t1.2\n公司前三季度收入增长。\n",
        &[
            ("买入", "Stock 买入 -"),
            ("**买入**", "Stock 买入 -"),
            ("买入（维持）", "Stock 买入 Maintain"),
            ("买入 维持", "Stock 买入 Maintain"),
            ("买入\n维持", "Stock 买入 Maintain"),
            ("维持\n买入", "Stock 买入 Maintain"),
            ("维持 买入", "Stock 买入 Maintain"),
            ("投资评级\t买入", "Stock 买入 -"),
            ("投资评级\t买入（维持）", "Stock 买入 Maintain"),
            ("投资评级\t买入\t维持", "Stock 买入 Maintain"),
            ("评级\t持有\n上次评级\t买入\n目标价\t8元", "Stock 持有 Downgrade < 买入"),
            ("最新评级\t卖出\n前次评级\t持有\n评级变动\t下调", "Stock 卖出 Downgrade < 持有"),
            ("评级变动\t维持\n投资评级\t增持", "Stock 增持 Maintain"),
            ("投资评级\n增持\n维持", "Stock 增持 Maintain"),
            ("公司投资评级：增持 | 首次", "Stock 增持 Initiate"),
            ("评级：买入 ↑", "Stock 买入 -"),
            ("A股评级：买入（维持）\nH股评级：增持（维持）", "Stock 买入 Maintain & Stock 增持 Maintain"),
            ("公司评级\t增持\n行业评级\t看好", "Stock 增持 - & Industry 看好 -"),
            ("增持（维持）\n行业：电子 看好（维持）", "Stock 增持 Maintain & Industry 看好 Maintain"),
            ("買入（維持）", "Stock 買入 Maintain"),
            ("評級：沽售（下調）", "Stock 沽售 Downgrade"),
            ("投資評級：減持", "Stock 減持 -"),
            ("評級：優於大市（首次覆蓋）", "Stock 優於大市 Initiate"),
            ("評級：中性\n前次評級：買入", "Stock 中性 Downgrade < 買入"),
            ("評級：持有（調低）\n原評級：買入", "Stock 持有 Downgrade < 買入"),
            ("評級：強烈推薦", "Stock 強烈推薦 -"),
        ],
    );
}

#[test]
fn company_sentences() {
    check(
        "望江证券公司点评报告爱农科技(600000)总股本1.2亿股总市值30亿元公司前三季度收入增长，费用率下降。{}风险提示：需求不及预期。",
        &[
            ("维持“买入”评级。", "Stock 买入 Maintain"),
            ("首次覆盖，给予“增持”评级。", "Stock 增持 Initiate"),
            ("我们将评级由“增持”上调至“买入”。", "Stock 买入 Upgrade < 增持"),
            ("评级由增持上调至买入。", "Stock 买入 Upgrade < 增持"),
            ("将公司评级从买入下调至中性。", "Stock 中性 Downgrade < 买入"),
            ("下调评级至“持有”。", "Stock 持有 Downgrade"),
            ("下调评级至持有，目标价8元。", "Stock 持有 Downgrade"),
            ("上调至“强烈推荐”评级。", "Stock 强烈推荐 Upgrade"),
            ("上调评级为“买入”（原为“增持”）。", "Stock 买入 Upgrade < 增持"),
            ("维持“卖出”的投资评级。", "Stock 卖出 Maintain"),
            ("我们下调盈利预测，维持“减持”评级。", "Stock 减持 Maintain"),
            ("投资评级维持“中性”。", "Stock 中性 Maintain"),
            ("评级维持买入。", "Stock 买入 Maintain"),
            ("维持买入，目标价20元。", "Stock 买入 Maintain"),
            ("重申增持评级，目标价20元。", "Stock 增持 Maintain"),
            ("业绩潜力较大，维持买进建议。", "Stock 买进 Maintain"),
            ("我们将评级由“买入”调整为“中性”。", "Stock 中性 Downgrade < 买入"),
            ("将投资评级从“买入”降至“持有”。", "Stock 持有 Downgrade < 买入"),
            ("评级由买入降为持有。", "Stock 持有 Downgrade < 买入"),
            ("毛利率降至20%，产品升级，予以“买入”评级。", "Stock 买入 -"),
            ("我们认为估值合理，升级至买入评级。", "Stock 买入 Upgrade"),
            ("给出“买入”评级。", "Stock 买入 -"),
            ("我们对爱农科技的评级为买入。", "Stock 买入 -"),
            ("恢复覆盖，给予“买入”评级。", "Stock 买入 Resume"),
            ("維持「買入」評級。", "Stock 買入 Maintain"),
            ("評級由「持有」調低至「沽售」。", "Stock 沽售 Downgrade < 持有"),
            ("首次覆蓋，給予「優於大市」評級。", "Stock 優於大市 Initiate"),
        ],
    );
}

#[test]
fn industries() {
    check(
        "望江证券行业研究行业周报{}行业走势本周指数上涨2%。",
        &[
            ("看好/维持", "Industry 看好 Maintain"),
            ("行业评级：看好（维持）", "Industry 看好 Maintain"),
            ("行业评级 增持（首次）", "Industry 增持 Initiate"),
            ("行业投资评级：弱于大市（下调）上次评级：强于大市", "Industry 弱于大市 Downgrade < 强于大市"),
            ("\n电子行业评级：看好（维持）\n通信行业评级：中性（下调）\n", "Industry 看好 Maintain & Industry 中性 Downgrade"),
            ("\n电子 看好（维持）\n通信 中性（下调）\n", "Industry 看好 Maintain & Industry 中性 Downgrade"),
            ("维持行业“推荐”评级。", "Industry 推荐 Maintain"),
            ("我们维持煤炭板块“强于大市”评级。", "Industry 强于大市 Maintain"),
            ("将行业评级由“看好”下调至“中性”。", "Industry 中性 Downgrade < 看好"),
            ("領先大市（維持）", "Industry 領先大市 Maintain"),
        ],
    );
}

#[test]
fn english_companies() {
    check(
        "Harbour Foods (0999.HK)\nCompany Update\n{}\nMarket cap: HK$30bn\nSales grew and costs fell in the third quarter.\n",
        &[
            ("Rating: BUY (maintained)", "Stock BUY Maintain"),
            ("Rating: Buy (from Hold)", "Stock Buy Upgrade < Hold"),
            ("Rating: Neutral (prev. Buy)", "Stock Neutral Downgrade < Buy"),
            ("BUY (previously HOLD)", "Stock BUY Upgrade < HOLD"),
            ("Rating: HOLD\nPrior rating: BUY", "Stock HOLD Downgrade < BUY"),
            ("Overweight", "Stock Overweight -"),
            ("O-PF", "Stock O-PF -"),
            ("ADD (Maintain)", "Stock ADD Maintain"),
            ("EW", "Stock EW -"),
            ("Rating: EW", "Stock EW -"),
            ("Stock Rating: Equal-weight\nIndustry View: In-Line", "Stock Equal-weight - & Industry In-Line -"),
            ("Stock Rating\nOverweight\nIndustry View\nAttractive", "Stock Overweight - & Industry Attractive -"),
            ("Rating: OUTPERFORM\nSector View: Positive", "Stock OUTPERFORM - & Industry Positive -"),
            ("Investment Opinion: B-1-7", "Stock B-1-7 -"),
            ("Rating: C-3-9", "Stock C-3-9 -"),
            ("Rating: N", "Stock N -"),
            ("Rating | Sell", "Stock Sell -"),
            ("Recommendation: REDUCE (Downgrade)", "Stock REDUCE Downgrade"),
            ("Rating: Not Rated", "Stock Not Rated -"),
            ("Rating: Suspended", "Stock Suspended -"),
            ("Rating: Under Review", "Stock Under Review -"),
            ("Sell (Initiation)", "Stock Sell Initiate"),
            ("Downgrade to Sell from Hold", "Stock Sell Downgrade < Hold"),
            ("Downgrading from Buy to Underperform", "Stock Underperform Downgrade < Buy"),
            ("Upgraded to Buy (from Neutral)", "Stock Buy Upgrade < Neutral"),
            ("We cut our rating to Reduce from Buy.", "Stock Reduce Downgrade < Buy"),
            ("We move to Hold from Buy.", "Stock Hold Downgrade < Buy"),
            ("We resume coverage with a Neutral rating.", "Stock Neutral Resume"),
            ("Reiterate Sell on weak margins.", "Stock Sell Maintain"),
        ],
    );
}

#[test]
fn english_industries() {
    check(
        "Asia Shipping\nSector Update\n{}\nRates rose and volumes fell in the third quarter.\n",
        &[
            ("Sector: Overweight", "Industry Overweight -"),
            ("Sector rating: OVERWEIGHT (maintained)", "Industry OVERWEIGHT Maintain"),
            ("Industry View: Cautious", "Industry Cautious -"),
            ("Sector Stance: Neutral", "Industry Neutral -"),
            ("OVERWEIGHT (Maintain)", "Industry OVERWEIGHT Maintain"),
            ("We maintain our Overweight rating on the sector.", "Industry Overweight Maintain"),
            ("We downgrade the sector to Underweight from Neutral.", "Industry Underweight Downgrade < Neutral"),
        ],
    );
}

#[test]
fn chinese_negatives() {
    check(
        "望江证券公司点评报告爱农科技(600000)总股本1.2亿股总市值30亿元公司前三季度收入增长，费用率下降。{}风险提示：需求不及预期。",
        &[
            ("控股股东首次增持公司股份120万股。", ""),
            ("公司公告股东减持（预披露）计划。", ""),
            ("董事长拟增持，维持增持计划不变。", ""),
            ("北向资金持续增持，机构维持看好。", ""),
            ("上调目标价至30元，上调盈利预测。", ""),
            ("下调目标价至8元（此前10元）。", ""),
            ("历史评级：2020年3月买入。", ""),
            ("上次评级：买入", ""),
            ("主体信用评级：AA，评级展望稳定，维持AA评级。", ""),
            ("MSCI将其ESG评级上调至AA。", ""),
            ("市场中相关报告评级比率分析买入12增持3中性0减持0评分1.2", ""),
            ("相关报告《爱农科技：维持“买入”评级》2023-07-02", ""),
            ("公司持有（含间接）子公司51%股权。", ""),
            ("建议关注嵩山药业，推荐（1）华山药业；（2）泰山药业。", ""),
            ("公司卖出（处置）资产，买入首次公开发行股票。", ""),
            ("近六个月共有20家机构给出评级，其中买入15家，增持5家。", ""),
            ("不构成买入或卖出的建议。", ""),
            ("分析师将评级为买入的股票纳入名单。", ""),
            ("首次推荐建议关注嵩山药业。", ""),
            ("评级分布 买入 持有 卖出 全球 49% 34% 17%", ""),
        ],
    );
    check(
        "望江证券行业研究行业周报{}行业走势本周指数上涨2%。",
        &[
            ("华山药业：维持“买入”评级。泰山药业：维持“增持”评级。", ""),
            ("\n代码\t公司\t评级\n600001\t华山药业\t买入\n600002\t泰山药业\t增持\n", ""),
            ("\n重点公司盈利预测与评级\n华山药业 12.3 买入\n泰山药业 8.1 增持\n", ""),
            ("我们看好行业龙头，持有现金的公司维持稳健。", ""),
        ],
    );
}

#[test]
fn english_negatives() {
    check(
        "Harbour Foods (0999.HK)\nCompany Update\n{}\nMarket cap: HK$30bn\nSales grew and costs fell in the third quarter.\n",
        &[
            ("The company may buy back shares and sell assets.", ""),
            ("We raise our price target to HK$20 from HK$18.", ""),
            ("Moody's maintains its rating of Baa1 with a Stable outlook.", ""),
            ("Rating distribution: Buy 55%, Hold 40%, Sell 5%", ""),
            ("Peers: Lotus (3999 TT, Buy), Vidya (VIDYA IN, Sell)", ""),
            ("Of the 20 analysts, 15 rate it Buy and 5 Hold.", ""),
            ("The founder will add to and hold his stake.", ""),
            ("Rating history\n12-Mar-24 Buy HK$20\n01-Feb-23 Hold HK$15", ""),
            ("Buy: expected return above 15%. Hold: between 0% and 15%. Sell: below 0%.", ""),
        ],
    );
    check(
        "Morning Brief\n{}\nIndices rose on Friday.\n",
        &[("We maintain Buy on Harbour and Sell on Lotus.", ""), ("Harbour: Maintain BUY. Lotus: Maintain ADD.", "")],
    );
}
