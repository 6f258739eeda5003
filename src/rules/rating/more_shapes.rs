//! Rarer printed shapes of a rating, with invented brokers and companies.

use super::shapes::check;

#[test]
fn rarer_company_headings() {
    check(
        "望江证券公司点评报告爱农科技(600000)\n{}\n总股本1.2亿股总市值30亿元公司前三季度收入增长。",
        &[
            ("当前评级：买入", "Stock 买入 -"),
            ("投资评级为买入（维持）", "Stock 买入 Maintain"),
            ("[买入]（维持）", "Stock 买入 Maintain"),
            ("中性 / 下调", "Stock 中性 Downgrade"),
            ("投资评级 | 买入 | 维持", "Stock 买入 Maintain"),
            ("评级：中性→增持", "Stock 增持 Upgrade < 中性"),
            ("评级：买入（前值：增持）", "Stock 买入 - < 增持"),
            ("评级：BUY", "Stock BUY -"),
            ("投资评级：Outperform（维持）", "Stock Outperform Maintain"),
            ("评级（维持）：买入（前次评级：买入）", "Stock 买入 Maintain < 买入"),
            ("买入（维持评级）\n行业评级：看好（维持）", "Stock 买入 Maintain & Industry 看好 Maintain"),
            ("证券评级\t回避\n调整\t下调", "Stock 回避 -"),
            ("業績符合預期，重申買入評級", "Stock 買入 Maintain"),
            ("評級：賣出（首次覆蓋）", "Stock 賣出 Initiate"),
            ("評級由「買入」下調至「中性」", "Stock 中性 Downgrade < 買入"),
            ("行业：电子 | 评级：增持（维持）", "Stock 增持 Maintain"),
            ("BUY 买进", "Stock 买进 -"),
            ("操作建议：增持", "Stock 增持 -"),
            ("增持（降级）", "Stock 增持 Downgrade"),
            ("买入（升级）", "Stock 买入 Upgrade"),
            ("维持（买入）", "Stock 买入 Maintain"),
            ("买入（Buy）", "Stock 买入 -"),
            ("NEUTRAL 中立", "Stock 中立 -"),
        ],
    );
}

#[test]
fn rarer_english_companies() {
    check(
        "Harbour Foods (0999.HK)\nCompany Update\n{}\nMarket cap: HK$30bn\nSales grew and costs fell in the third quarter.\n",
        &[
            ("Rating: BUY | PT: HK$20", "Stock BUY -"),
            ("BUY | Target: HK$20", "Stock BUY -"),
            ("Buy, PT HK$20", "Stock Buy -"),
            ("BUY (Unchanged)", "Stock BUY Maintain"),
            ("Rating\tBuy", "Stock Buy -"),
            ("Rating: Buy/High Risk", "Stock Buy -"),
            ("Rating: Hold (Buy)", "Stock Hold Downgrade < Buy"),
            ("Rating: Buy → Hold", "Stock Hold Downgrade < Buy"),
            ("Recommendation\nBUY\nMaintained", "Stock BUY Maintain"),
            ("MAINTAIN BUY", "Stock BUY Maintain"),
            ("UPGRADE TO BUY", "Stock BUY Upgrade"),
            ("Investment Rating: Market Perform", "Stock Market Perform -"),
            ("Our rating remains Buy.", "Stock Buy Maintain"),
            ("We rate Harbour Underperform.", "Stock Underperform -"),
            ("We assign a Sell rating with a TP of HK$5.", "Stock Sell -"),
            ("Our Hold rating is unchanged.", "Stock Hold Maintain"),
            ("Rating: Restricted", "Stock Restricted -"),
            ("Rating: Withdrawn (previously Buy)", "Stock Withdrawn Drop < Buy"),
            ("We are downgrading Harbour to Hold (from Buy).", "Stock Hold Downgrade < Buy"),
            ("We end coverage and move to Not Rated from Hold.", "Stock Not Rated Drop < Hold"),
        ],
    );
}

#[test]
fn more_that_is_no_rating() {
    check(
        "Harbour Foods (0999.HK)\nCompany Update\n{}\nMarket cap: HK$30bn\nSales grew and costs fell in the third quarter.\n",
        &[
            ("Sector: Consumer Staples", ""),
            ("Credit rating: Positive outlook", ""),
            ("ESG rating: N", ""),
            ("Prior rating: Buy", ""),
            ("We hold a positive view on the industry.", ""),
            ("Moody's downgraded the bonds; we add to our estimates.", ""),
        ],
    );
    check(
        "望江证券公司点评报告爱农科技(600000)总股本1.2亿股总市值30亿元公司前三季度收入增长。{}风险提示：需求不及预期。",
        &[
            ("货币政策维持中性，流动性维持宽松。", ""),
            ("维持推荐：嵩山药业、华山药业。", ""),
            ("原评级：增持", ""),
            ("公司维持持有该资产的意图不变。", ""),
            ("信用评级维持AA，展望维持中性。", ""),
        ],
    );
}

#[test]
fn several_ratings_of_a_page() {
    check(
        "望江证券行业研究行业周报\n{}\n行业走势本周指数上涨2%。",
        &[
            (
                "电子行业 买入（维持）\n通信行业 增持（首次）\n正文。维持通信行业“增持”评级。",
                "Industry 买入 Maintain & Industry 增持 Initiate",
            ),
            ("电子行业买入（维持）（深度）通信行业中性（下调）", "Industry 买入 Maintain & Industry 中性 Downgrade"),
            (
                "煤炭：看好（维持）\n钢铁：看淡（下调）\n建材：中性（维持）",
                "Industry 看好 Maintain & Industry 看淡 Downgrade & Industry 中性 Maintain",
            ),
        ],
    );
}

#[test]
fn header_against_body() {
    check(
        "望江证券公司点评报告爱农科技(600000)\n{}\n风险提示：需求不及预期。",
        &[
            ("增持（维持）\n总股本1.2亿股。公司收入增长，维持“买入”评级。", "Stock 增持 Maintain ! 买入"),
            ("投资评级：持有\n总股本1.2亿股。公司收入增长，上调至“买入”评级。", "Stock 持有 - ! 买入"),
            ("卖出（下调）\n总股本1.2亿股。我们将评级由“持有”下调至“卖出”。", "Stock 卖出 Downgrade < 持有"),
        ],
    );
    check(
        "Harbour Foods (0999.HK)\nCompany Update\n{}\nMarket cap: HK$30bn\n",
        &[("Rating: HOLD\nSales grew. We reiterate our Buy rating on Harbour.", "Stock HOLD - ! Buy")],
    );
}

#[test]
fn english_boxes_and_sentences_of_more_houses() {
    check(
        "Harbour Foods Inc. (HBF)\nCompany Update\n{}\nMarket cap: US$30bn\nSales grew and costs fell in the third quarter.\n",
        &[
            ("Recom : Outperform\n(Maintained)", "Stock Outperform Maintain"),
            ("Reco.: REDUCE (Downgraded)", "Stock REDUCE Downgrade"),
            ("We recommend a Neutral rating on the stock.", "Stock Neutral -"),
            ("We are Neutral/Buy-rated on Harbour-A/H.", "Stock Neutral -"),
            ("We remain Sell-rated.", "Stock Sell Maintain"),
        ],
    );
    // A ticker behind a legal form names the company of a page without line breaks.
    check(
        "Ref. No.: 0014 Harbour Medical Group Ltd (HMG) Beyond borders SINGAPORE | HEALTHCARE | UPDATE Plans at home are on track. {} Merits: a strong name.",
        &[("We downgrade to Hold rating with TP of S$4.74 on slower growth.", "Stock Hold Downgrade")],
    );
}

#[test]
fn a_box_of_grade_and_target_in_the_long_forms() {
    check(
        "2023.03.17\n方某 fang@example.com\n2999.TT 望湖\n需求逐漸清晰\n{}\n公司基本資料\n流通在外股數(百萬股) 735\n",
        &[
            ("投資評等/目標價 重點摘要\n\n買進 35  報價優於預期\n【前次投資建議】區間操作,30~34", "Stock 買進 - < 區間操作"),
            ("投資建議/目標價\n賣出 NT$35", "Stock 賣出 -"),
        ],
    );
}

#[test]
fn grades_beside_names_and_actions_apart() {
    check(
        "Company Note\n7 January 2020\n{}\nBloomberg code : HRB IJ\nTP: IDR330 (from: IDR280)\nImproving prices of used cars are positive for the rental business.\n",
        &[
            ("Harbour Rental BUY\n\nSector: Land Transport (Neutral) (unchanged)", "Stock BUY - & Industry Neutral -"),
            ("Harbour Rental\n\nREDUCE\n(Unchanged)", "Stock REDUCE Maintain"),
            ("Rating : Add   Harbour Rental\nRATING............... Unchanged", "Stock Add Maintain"),
            // A verb before the grade is a sentence's.
            ("Harbour Rental\nRetain BUY", "Stock BUY Maintain"),
        ],
    );
    check(
        "Spotlight\n17 September 2015\n{}\nConcern on inflows is dampening sales of land, and we cut our estimates.\n",
        &[("NEUTRAL\n\nHarbour Industrial Estates\n\n(Unchanged)\n\nSector: Industrial estates (Neutral)", "Industry Neutral Maintain")],
    );
    check(
        "1 Equity Research Healthcare 2018 Healthcare Sector Outlook Favorable changes drive growth Ann Chiu SFC CE No. AVH000 Harbour Securities Limited {} The industry has grown.",
        &[("Sector view Positive", "Industry Positive -")],
    );
}

#[test]
fn covers_in_traditional_characters_and_two_languages() {
    check(
        "研究報告 Research Report 12 Mar 2024 望湖創新 Northlake Innovations (300999 CH)\n{}\n現價 Rmb61.70 目標價 Rmb85.10 公司公布年報，收入增長。",
        &[
            ("維持優於大市 Maintain OUTPERFORM 評級 優於大市 OUTPERFORM", "Stock 優於大市 Maintain"),
            ("維持優于大市維持優于大市Maintain OUTPERFORM 評級 優于大市 OUTPERFORM", "Stock 優于大市 Maintain"),
        ],
    );
}

#[test]
fn a_column_of_grades_is_no_box_beside_one() {
    check(
        "望江证券行业研究行业月报\n\n证券\n\n{}\n\n行业走势本周指数上涨2%。",
        &[("评级\n\n推荐\n\n推荐\n\n2024年3月12日\n\n评级\n\n同步大市\n\n评级变动: 维持", "Industry 同步大市 Maintain")],
    );
}
