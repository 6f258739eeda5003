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
    pub fn parse(word: &str) -> Option<Self> {
        let word = word.trim().to_lowercase();
        const WORDS: &[(Action, &[&str])] = &[
            (Action::Drop, &["终止", "终止覆盖", "停止覆盖", "drop", "dropped", "terminate"]),
            (Action::Resume, &["恢复", "恢复覆盖", "恢复评级", "resume", "resumed", "reinstate", "reinstated"]),
            (Action::Upgrade, &["上调", "调高", "调升", "提升", "upgrade", "upgraded", "u/g", "raised to"]),
            (Action::Downgrade, &["下调", "调低", "调降", "downgrade", "downgraded", "d/g", "cut to"]),
            (
                Action::Initiate,
                &["首次", "首次覆盖", "首次评级", "首次给予", "首次推荐", "给予", "initiate", "initiated", "initiation", "initiating"],
            ),
            (
                Action::Maintain,
                &[
                    "维持",
                    "维持评级",
                    "重申",
                    "保持",
                    "不变",
                    "maintain",
                    "maintained",
                    "reiterate",
                    "reiterated",
                    "remains",
                    "retain",
                    "retained",
                    "unchanged",
                ],
            ),
        ];
        WORDS.iter().find(|(_, words)| words.contains(&word.as_str())).map(|(action, _)| *action)
    }
}

/// Words that say there is no grade, and which status they name.
pub fn status_word(label: &str) -> Option<RatingStatus> {
    let label: String = label.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase();
    match label.as_str() {
        "无评级" | "未评级" | "不评级" | "无投资评级" | "暂无评级" | "暂无" | "nr" | "notrated" | "norating" | "notcovered" | "n/r"
        | "6(norating)" => Some(RatingStatus::NotRated),
        "暂停评级" | "暂停" | "suspended" | "ratingsuspended" | "coveragesuspended" | "underreview" | "rs" => {
            Some(RatingStatus::Suspended)
        }
        _ => None,
    }
}
