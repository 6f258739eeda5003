//! Ratings: what they are about, what happened to them, which way they point.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a rating, a scale or a report is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SubjectType {
    /// One company's security.
    Stock,
    /// A sector.
    Industry,
    /// A market or an index.
    Market,
    /// A bond or fixed income.
    Bond,
    /// A fund.
    Fund,
    /// Nothing in particular.
    None,
}

/// What the report does to the rating (RIXML `ratingAction`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// First rating: 首次, 首次覆盖, initiate.
    Initiate,
    /// Unchanged: 维持, 重申, maintain, reiterate.
    Maintain,
    /// Raised: 上调, 调高, upgrade.
    Upgrade,
    /// Lowered: 下调, 调低, downgrade.
    Downgrade,
    /// Coverage ended: 终止覆盖.
    Drop,
    /// Coverage resumed: 恢复.
    Resume,
}

/// Whether there is a grade at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RatingStatus {
    /// A grade is given.
    Rated,
    /// 无评级, 未评级, NR.
    NotRated,
    /// 暂停评级, rating suspended.
    Suspended,
}

/// Which way a grade points, from its place on the report's own scale (FINRA's buy, hold and sell buckets).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Better than the benchmark.
    Positive,
    /// Near the benchmark.
    Neutral,
    /// Worse than the benchmark.
    Negative,
}

/// What decided the meaning of a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MappingSource {
    /// The report's own table of definitions.
    OwnTable,
    /// The dated registry of brokers' scales.
    Registry,
    /// Nothing did: the label stands as printed.
    Unmapped,
}

/// What a grade is measured by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Against a benchmark or a peer group.
    Relative,
    /// By the return itself.
    Absolute,
    /// By fundamentals.
    Fundamentals,
}

impl Action {
    /// Reads the printed word, Chinese or English. `None` for a word that is no rating action.
    ///
    /// 给予 alone is none: a grade is "given" in a first report as in a tenth, and labels want what is printed.
    pub fn parse(word: &str) -> Option<Self> {
        /// Beginnings of the words; the longer ones and those that others begin with come first.
        const STEMS: &[(Action, &[&str])] = &[
            (Action::Drop, &["终止", "停止覆盖", "終止", "drop", "terminat", "discontinu", "withdraw"]),
            (Action::Resume, &["恢复", "恢復", "重启", "resum", "reinstat"]),
            (Action::Upgrade, &["上调", "上調", "调高", "調高", "调升", "調升", "提升", "升级", "升級", "提高", "upgrad", "u/g", "raise"]),
            (
                Action::Downgrade,
                &["下调", "下調", "调低", "調低", "调降", "調降", "降级", "降級", "降低", "downgrad", "d/g", "cut", "lower"],
            ),
            (Action::Initiate, &["首次", "初次", "initiat", "new coverage"]),
            (
                Action::Maintain,
                &[
                    "维持",
                    "維持",
                    "重申",
                    "保持",
                    "不变",
                    "不變",
                    "maintain",
                    "reiterat",
                    "remain",
                    "retain",
                    "reaffirm",
                    "unchanged",
                    "no change",
                ],
            ),
        ];
        let word = word.trim().trim_matches(['(', ')', '（', '）']).to_lowercase();
        // A rating action is a word or two; a sentence that begins with one is something else.
        if word.chars().count() > 24 || ["目标", "盈利", "预测", "target", "estimate", "forecast"].iter().any(|other| word.contains(other))
        {
            return None;
        }
        STEMS.iter().find(|(_, stems)| stems.iter().any(|stem| word.starts_with(stem))).map(|(action, _)| *action)
    }
}

/// Words that say there is no grade, and which status they name.
pub fn status_word(label: &str) -> Option<RatingStatus> {
    let label: String = label.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase();
    match label.as_str() {
        "无评级" | "未评级" | "不评级" | "未予评级" | "未有评级" | "暂不评级" | "无投资评级" | "暂无评级" | "暂无" | "不予评级"
        | "终止评级" | "終止評級" | "無評級" | "未評級" | "nr" | "notrated" | "not-rated" | "norating" | "notcovered" | "n/r"
        | "6(norating)" | "withdrawn" | "terminated" | "discontinued" | "dropped" => Some(RatingStatus::NotRated),
        "暂停评级" | "暫停評級" | "暂停" | "suspended" | "ratingsuspended" | "coveragesuspended" | "underreview" | "restricted" | "rs" => {
            Some(RatingStatus::Suspended)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_actions_as_printed() {
        for (word, expected) in [
            ("维持", Some(Action::Maintain)),
            ("（维持评级）", Some(Action::Maintain)),
            ("首次覆盖", Some(Action::Initiate)),
            ("下调", Some(Action::Downgrade)),
            ("Upgraded", Some(Action::Upgrade)),
            ("u/g", Some(Action::Upgrade)),
            ("Remains", Some(Action::Maintain)),
            ("终止覆盖", Some(Action::Drop)),
            ("恢复评级", Some(Action::Resume)),
            ("给予", None),
            ("上调目标价", None),
            ("raise target price", None),
            ("买入", None),
        ] {
            assert_eq!(Action::parse(word), expected, "{word}");
        }
    }

    #[test]
    fn tells_no_grade_from_grades() {
        assert_eq!(status_word("无评级"), Some(RatingStatus::NotRated));
        assert_eq!(status_word("Not Rated"), Some(RatingStatus::NotRated));
        assert_eq!(status_word("暂停评级"), Some(RatingStatus::Suspended));
        assert_eq!(status_word("Neutral"), None);
    }
}
