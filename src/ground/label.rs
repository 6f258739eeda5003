//! Rating words: a grade of the report's own table, said of the report's own subject.

use std::ops::Range;

use crate::domain::Reason;
use crate::domain::rating::{Action, status_word};
use crate::domain::scale::fold_label;
use crate::zones::{ZoneKind, Zones};

use super::near::{after, before, has, is_han, last_of};

/// Words beside a label that say it is a rating.
const CUES: &[&str] = &[
    "评级",
    "評級",
    "维持",
    "維持",
    "首次",
    "给予",
    "給予",
    "重申",
    "上调",
    "上調",
    "下调",
    "下調",
    "调高",
    "调低",
    "覆盖",
    "评价",
    "投资建议",
    "rating",
    "maintain",
    "reiterat",
    "initiat",
    "upgrad",
    "downgrad",
    "remain",
    "recommendation",
    "unchanged",
    "rated",
    "view",
];

/// Whether a word can be a grade of the report: no action, no stance where the report's table has none such, no sentence.
pub(super) fn is_grade(label: &str, text: &str, zones: &Zones) -> bool {
    if status_word(label).is_some() {
        return true;
    }
    let chars = label.chars().count();
    if chars == 0 || chars > 24 || (label.chars().any(is_han) && chars > 8) || Action::parse(label).is_some() {
        return false;
    }
    let bare = fold_label(label);
    // 给予, 看好 and 关注 are no grades unless the table below says so; nor is 评级 itself.
    if has(&bare, &["评级", "rating"]) {
        return false;
    }
    let mut tables = zones.of_kind(ZoneKind::Definitions).peekable();
    if tables.peek().is_none() {
        return !matches!(bare.as_str(), "给予" | "关注" | "建议关注" | "重点关注" | "受益" | "首推");
    }
    tables.any(|range| {
        let table = text.get(range).unwrap_or_default().to_lowercase();
        let table: String = table.chars().filter(|c| !c.is_whitespace()).collect();
        let wanted: String = bare.chars().filter(|c| !c.is_whitespace()).collect();
        table.contains(&wanted)
    })
}

/// What a label's surroundings say of it.
pub(super) fn standing(text: &str, zones: &Zones, place: &Range<usize>, own: &Own<'_>) -> Result<(), Reason> {
    let lead = before(text, place.start, 40);
    let rest = after(text, place.end, 24);
    if another(text, place, &lead, own) {
        return Err(Reason::OtherMeaning);
    }
    let line_lead = lead.rsplit('\n').next().unwrap_or_default();
    let line_rest = rest.split('\n').next().unwrap_or_default();
    // A word on a line of its own on the first page is a rating box.
    let alone = zones.kind_at(place.start) == ZoneKind::Header && line_lead.chars().count() + line_rest.chars().count() <= 24;
    if alone || has(&lead, CUES) || has(&rest, CUES) { Ok(()) } else { Err(Reason::Unnamed) }
}

/// Whether the words beside an earlier label say that it is the earlier one.
pub(super) fn is_prior(text: &str, place: &Range<usize>) -> bool {
    const PRIOR: &[&str] = &["上次", "前次", "此前", "原", "由", "从", "前值", "调整前", "from", "previous", "prior", "old", "was"];
    has(&before(text, place.start, 16), PRIOR)
        || has(&after(text, place.end, 10), &["上调至", "下调至", "调高至", "调低至", "→", "->", "to "])
}

/// Names and code of what the report is about, as the model reads them.
pub(super) struct Own<'a> {
    pub(super) names: Vec<&'a str>,
    pub(super) code: Option<&'a str>,
}

impl Own<'_> {
    /// Whether a name is one of the subject's own, or a word that stands for it.
    fn is_own(&self, name: &str) -> bool {
        const WORDS: &[&str] = &[
            "公司",
            "行业",
            "板块",
            "股票",
            "该股",
            "其",
            "我们",
            "对",
            "投资",
            "目标价",
            "以",
            "上述",
            "评级",
            "本",
            "为",
            "至",
            "到",
            "的",
            "首次",
            "覆盖",
            "维持",
            "并",
        ];
        WORDS.iter().any(|word| name.contains(word)) || self.names.iter().any(|own| own.contains(name) || name.contains(own))
    }
}

/// Whether the label is another company's: beside another code, or `给予NAME“买入”`.
fn another(text: &str, place: &Range<usize>, lead: &str, own: &Own<'_>) -> bool {
    if let Some(code) = code_before(lead) {
        return own.code.is_none_or(|own| digits(own) != code);
    }
    let cues = ["给予", "給予", "维持", "維持", "重申", "上调", "下调"];
    let Some((cue, _)) = last_of(lead, &cues) else { return false };
    let between = lead.get(cue.end..).unwrap_or_default().trim_end_matches(['"', '“', '「', '\'', ' ', '(']);
    let named = between.chars().count();
    (2..=8).contains(&named)
        && !own.names.is_empty()
        && between.chars().all(is_han)
        && !own.is_own(between)
        && text.get(place.clone()).is_some()
}

/// The digits of the last security code on the label's own line, `NAME(600519.SH)`.
fn code_before(lead: &str) -> Option<String> {
    let line = lead.rsplit(['\n', ';', '。']).next()?;
    let mut last = None;
    let mut run = String::new();
    for c in line.chars().chain([' ']) {
        if c.is_ascii_digit() {
            run.push(c);
            continue;
        }
        if run.len() == 6 && !run.starts_with("20") || (4..=5).contains(&run.len()) && c == '.' {
            last = Some(run.clone());
        }
        run.clear();
    }
    last.map(|code| code.trim_start_matches('0').to_owned())
}

fn digits(code: &str) -> String {
    code.chars().filter(char::is_ascii_digit).collect::<String>().trim_start_matches('0').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;

    fn zones(text: &str) -> (Document, Zones) {
        let document = Document::from_bytes("a.txt", text.as_bytes()).unwrap();
        let zones = Zones::of(&document);
        (document, zones)
    }

    #[test]
    fn a_grade_is_one_of_the_report_s_own_table() {
        let (document, found) = zones(
            "望江证券\n增持（维持）\n\n投资评级说明\n买入：未来6个月股价相对沪深300指数涨幅20%以上；\n增持：未来6个月股价相对沪深300指数涨幅5%至20%；\n中性：未来6个月股价相对沪深300指数涨幅-5%至5%；\n",
        );
        let text = document.normalized.text();
        assert!(is_grade("增持", text, &found) && is_grade("增持-A", text, &found) && is_grade("无评级", text, &found));
        for word in ["维持", "推荐", "首次覆盖", "评级", "强于大市", ""] {
            assert!(!is_grade(word, text, &found), "{word}");
        }
        let (document, none) = zones("望江证券\n推荐（维持）\n");
        assert!(is_grade("推荐", document.normalized.text(), &none) && !is_grade("关注", document.normalized.text(), &none));
    }

    #[test]
    fn another_company_s_rating_is_not_the_report_s() {
        let own = Own { names: vec!["临河科技"], code: Some("688999.SH") };
        let check = |text: &str, label: &str| {
            let (document, zones) = zones(text);
            let text = document.normalized.text();
            let at = text.find(label).unwrap();
            standing(text, &zones, &(at..at + label.len()), &own)
        };
        assert_eq!(check("维持临河科技“买入”评级", "买入"), Ok(()));
        assert_eq!(check("维持公司“买入”评级", "买入"), Ok(()));
        assert_eq!(check("给予澄明机械“买入”评级", "买入"), Err(Reason::OtherMeaning));
        assert_eq!(check("澄明机械(600888.SH)买入评级", "买入"), Err(Reason::OtherMeaning));
        assert_eq!(check("临河科技(688999.SH)买入评级", "买入"), Ok(()));
        let buried = format!("{}机构买入意愿增强{}", "公司一季度收入保持增长,".repeat(8), ",渠道库存处于低位".repeat(8));
        assert_eq!(check(&buried, "买入"), Err(Reason::Unnamed));
    }
}
