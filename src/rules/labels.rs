//! The words brokers rate with, Chinese and English (`domain.md` §2.1 to §2.3).
//!
//! A closed list: a word outside it is no rating, however it stands. Which way a word points is *not* decided here,
//! only by the report's own table; the tone below serves to tell which end of a table is its best.

use std::sync::LazyLock;

use crate::document::Regex;

/// Chinese grades, longer words before the words they end in or begin with.
const CHINESE: &[&str] = &[
    "持有-超越同業",
    "持有-落後同業",
    "持有-超越同业",
    "持有-落后同业",
    "强烈推荐",
    "强力买入",
    "强力买进",
    "强烈买入",
    "强烈看好",
    "強烈推薦",
    "強力買入",
    "強力買進",
    "強烈買入",
    "審慎推薦",
    "謹慎推薦",
    "謹慎增持",
    "謹慎買入",
    "超越同業",
    "落後同業",
    "谨慎推荐",
    "审慎推荐",
    "谨慎买入",
    "审慎买入",
    "谨慎增持",
    "审慎增持",
    "審慎增持",
    "谨慎减持",
    "审慎减持",
    "谨慎持有",
    "审慎持有",
    "谨慎看好",
    "增加持股",
    "降低持股",
    "区间操作",
    "區間操作",
    "跑赢行业",
    "跑赢大市",
    "跑赢大盘",
    "跑赢市场",
    "跑输市场",
    "优于行业",
    "强于行业",
    "同步行业",
    "弱于行业",
    "弱于市场",
    "跑贏大市",
    "跑贏行業",
    "优于大市",
    "优于大势",
    "优于大盘",
    "優於大盤",
    "優於大勢",
    "強於大市",
    "強於大盤",
    "弱於大市",
    "弱於大盤",
    "遜於大市",
    "領先大市",
    "領先大盤",
    "落後大市",
    "落後大盤",
    "與大市同步",
    "跟隨大市",
    "同步大盤",
    "標準配置",
    "优于市场",
    "優於大市",
    "優于大市",
    "優于大盤",
    "強于大市",
    "遜于大市",
    "優於行業",
    "跑贏大盤",
    "强于大市",
    "强于大势",
    "强于大盘",
    "领先大市",
    "领先大势",
    "领先大盘",
    "超越大市",
    "超越大盘",
    "标准配置",
    "同步大市",
    "同步大势",
    "同步大盘",
    "大市同步",
    "跟随大市",
    "跟随大盘",
    "与大市同步",
    "弱于大市",
    "弱于大势",
    "弱于大盘",
    "劣于大势",
    "劣于大市",
    "落后大市",
    "落后大势",
    "落后大盘",
    "落后行业",
    "跑输行业",
    "跑输大市",
    "跑输大盘",
    "跑輸大市",
    "跑輸行業",
    "强推",
    "推荐",
    "推薦",
    "買入",
    "買進",
    "买入",
    "买进",
    "增持",
    "看好",
    "看多",
    "看平",
    "超配",
    "标配",
    "中配",
    "中性",
    "中立",
    "持有",
    "观望",
    "谨慎",
    "低配",
    "看淡",
    "看空",
    "觀望",
    "規避",
    "迴避",
    "標配",
    "回避",
    "规避",
    "减持",
    "減持",
    "卖出",
    "賣出",
    "沽出",
    "沽售",
];

/// Chinese words for no grade.
const CHINESE_STATUS: &[&str] = &[
    "无投资评级",
    "暂无评级",
    "无评级",
    "未评级",
    "不评级",
    "未予评级",
    "未有评级",
    "暂停评级",
    "暂不评级",
    "不予评级",
    "终止评级",
    "終止評級",
    "暫停評級",
    "無評級",
    "未評級",
];

/// English grades, longer words first.
const ENGLISH: &[&str] = &[
    "strong buy",
    "strong sell",
    "sector outperform",
    "sector underperform",
    "sector perform",
    "market outperform",
    "market underperform",
    "market[- ]perform",
    "peer perform",
    "equal[- ]?weight",
    "conviction buy",
    "speculative buy",
    "fully valued",
    "trading buy",
    "trading sell",
    "long-term buy",
    "sector weight",
    "market weight",
    "subscribe",
    "outperform",
    "underperform",
    "overweight",
    "underweight",
    "accumulate",
    "in-line",
    "inline",
    "(?-i:In Line)",
    "take profit",
    "neutral",
    "attractive",
    "cautious",
    "bullish",
    "bearish",
    "reduce",
    "o-pf",
    "u-pf",
    "hold",
    "sell",
    "buy",
    "add",
    "perform",
];

/// English words for no grade.
const ENGLISH_STATUS: &[&str] =
    &["not[- ]rated", "no rating", "rating suspended", "coverage suspended", "under review", "not covered", "suspended", "nr"];

/// Alternation of the Chinese grades, for use inside a pattern.
pub(super) fn chinese_grades() -> String {
    format!("(?:{})", CHINESE.join("|"))
}

/// Alternation of the Chinese grades and the words for no grade.
pub(super) fn chinese_words() -> String {
    format!("(?:{}|{})", CHINESE_STATUS.join("|"), CHINESE.join("|"))
}

/// Alternation of the English grades, any case, whole words.
pub(super) fn english_grades() -> String {
    format!(r"(?i:\b(?:{})\b)", ENGLISH.join("|"))
}

/// Alternation of the English grades and the words for no grade.
pub(super) fn english_words() -> String {
    format!(r"(?i:\b\d \(no rating\)|\b(?:{}|{})\b)", ENGLISH_STATUS.join("|"), ENGLISH.join("|"))
}

/// Which way a word sounds; never which way it points on a scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tone {
    /// 卖出, 回避, Underweight.
    Bad,
    /// 中性, Hold.
    Flat,
    /// 买入, 推荐, Overweight.
    Good,
}

/// How a label sounds; `None` for a word outside the list.
pub(super) fn tone(label: &str) -> Option<Tone> {
    static GOOD: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?i)^(?:.*(?:买入|买进|買入|買進|推荐|推薦|强推|增持|优于|優於|强于|強於|领先|領先|超越|跑赢|跑贏|看好|看多|超配|增加持股)|.*(?:buy|outperform|overweight)|add|accumulate|attractive|bullish|o-pf)")
            .ok()
    });
    static BAD: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?i)^(?:.*(?:卖出|賣出|沽|减持|減持|弱于|弱於|劣于|遜於|落后|落後|跑输|跑輸|低配|看淡|看空|回避|迴避|规避|規避|降低持股|谨慎$)|.*(?:sell|underperform|underweight)|reduce|fully valued|cautious|bearish|u-pf)")
            .ok()
    });
    static ENGLISH_WORD: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(&format!("^(?i:{})$", ENGLISH.join("|"))).ok());
    let label = label.trim();
    if BAD.as_ref().is_some_and(|bad| bad.is_match(label)) {
        return Some(Tone::Bad);
    }
    if GOOD.as_ref().is_some_and(|good| good.is_match(label)) {
        return Some(Tone::Good);
    }
    let known = CHINESE.contains(&label) || ENGLISH_WORD.as_ref().is_some_and(|word| word.is_match(label));
    known.then_some(Tone::Flat)
}

/// Whether the word is one that only sectors are rated with where nothing else is said: 强于大市, 同步大市, 超配.
pub(super) fn sounds_like_a_sector(label: &str) -> bool {
    label.ends_with("大市")
        || label.ends_with("大势")
        || label.ends_with("大盘")
        || ["看好", "看淡", "超配", "标配", "中配", "低配"].contains(&label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longer_word_is_read() {
        let words = Regex::new(&chinese_words()).unwrap();
        for (text, expected) in
            [("给予谨慎增持评级", "谨慎增持"), ("无投资评级", "无投资评级"), ("评级强烈推荐", "强烈推荐"), ("維持買入", "買入")]
        {
            assert_eq!(words.find(text).map(|m| m.as_str()), Some(expected), "{text}");
        }
        let words = Regex::new(&english_words()).unwrap();
        for (text, expected) in [
            ("Sector Outperform", "Sector Outperform"),
            ("Equal-weight", "Equal-weight"),
            ("NOT RATED", "NOT RATED"),
            ("6 (No Rating)", "6 (No Rating)"),
        ] {
            assert_eq!(words.find(text).map(|m| m.as_str()), Some(expected), "{text}");
        }
        assert!(!words.is_match("additional holdings, Buyer, unsellable"));
    }

    #[test]
    fn words_have_a_tone() {
        for (label, expected) in [
            ("买入", Some(Tone::Good)),
            ("弱于大市", Some(Tone::Bad)),
            ("中性", Some(Tone::Flat)),
            ("Underweight", Some(Tone::Bad)),
            ("Overweight", Some(Tone::Good)),
            ("HOLD", Some(Tone::Flat)),
            ("谨慎推荐", Some(Tone::Good)),
            ("特有", None),
        ] {
            assert_eq!(tone(label), expected, "{label}");
        }
    }
}
