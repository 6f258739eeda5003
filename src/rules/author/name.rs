//! What looks like a person's name: Chinese surnames with their reading, words that are no names, Latin names.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::rules::find::is_han;

/// Surnames and their readings (more than one where a character has several), the commonest of mainland China.
const SURNAMES: &str = include_str!("surnames.txt");

/// Surnames that are also common words: they make a name only where its place says so.
const WEAK: &str = "华金方于元平和水云时明计成利国信公安强高经上全文相后都由从关连应万富通步古向益年商师广东农石车常左红原来初温丰融包别支居江山海原战展线单";

/// Words of author blocks and of the trade that are no names although their first character is a surname.
static WORDS: LazyLock<Vec<&str>> = LazyLock::new(|| include_str!("words.txt").lines().collect());

static READINGS: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    SURNAMES
        .lines()
        .filter_map(|entry| entry.char_indices().find(|(_, c)| c.is_ascii()).and_then(|(at, _)| Some((entry.get(..at)?, entry.get(at..)?))))
        .collect()
});

/// Surnames in traditional characters, and the simplified ones.
const TRADITIONAL: &str = "陳陈張张劉刘楊杨趙赵黃黄吳吴孫孙馬马羅罗鄭郑謝谢許许鄧邓馮冯葉叶蔣蒋呂吕蘇苏盧卢鍾钟譚谭韓韩陸陆賴赖錢钱湯汤龔龚賈贾鄒邹嚴严顧顾蕭萧閻阎喬乔潘潘龐庞簡简溫温";

/// The simplified form of a surname's character.
fn simplified(c: char) -> char {
    let mut pairs = TRADITIONAL.chars();
    while let (Some(traditional), Some(simplified)) = (pairs.next(), pairs.next()) {
        if traditional == c {
            return simplified;
        }
    }
    c
}

/// The surname a Chinese word starts with.
fn surname(word: &str) -> Option<&'static str> {
    let two: String = word.chars().take(2).map(simplified).collect();
    let one: String = word.chars().take(1).map(simplified).collect();
    READINGS
        .get_key_value(two.as_str())
        .filter(|_| word.chars().count() > 2)
        .or_else(|| READINGS.get_key_value(one.as_str()))
        .map(|(key, _)| *key)
}

/// Whether `word` can be a Chinese name: two to four characters, a surname first, no word of the trade.
pub(super) fn is_chinese(word: &str) -> bool {
    let count = word.chars().count();
    if !word.chars().all(|c| is_han(c) || c == '·') || !(2..=4).contains(&count) {
        return false;
    }
    let Some(surname) = surname(word) else {
        return false;
    };
    if count == 4 && surname.chars().count() == 1 {
        return false;
    }
    !WORDS.iter().any(|known| word.starts_with(known) || (known.chars().count() > 1 && word.ends_with(known)))
}

/// Whether `word`, which a role and a colon announce and nothing is glued to, is a name: also four characters behind
/// one surname (two given by the parents) and names of peoples who write `·` between their parts.
pub(super) fn is_announced(word: &str) -> bool {
    let parts: Vec<&str> = word.split('·').collect();
    let han = |part: &&str| (1..=7).contains(&part.chars().count()) && part.chars().all(is_han);
    let known = WORDS.iter().any(|known| word.starts_with(known) || (known.chars().count() > 1 && word.ends_with(known)));
    match parts.as_slice() {
        _ if known => false,
        [whole] => {
            is_chinese(whole)
                || whole.chars().count() == 4 && whole.chars().all(is_han) && surname(whole).is_some_and(|name| !WEAK.contains(name))
        }
        [_, _] | [_, _, _] => parts.iter().all(han) && word.chars().count() > 3,
        _ => false,
    }
}

/// Whether `word` behind a role and a colon, alone to the end of its line, can be a name with a surname that is not among
/// the common ones.
pub(super) fn is_unknown(word: &str) -> bool {
    (2..=3).contains(&word.chars().count())
        && word.chars().all(is_han)
        && !NOT_KNOWN.contains(&word)
        && !WORDS.iter().any(|known| word.starts_with(known) || word.ends_with(known))
}

/// What stands where a name is missing.
const NOT_KNOWN: &[&str] = &["暂无", "待定", "未知", "无", "姓名", "见下", "如下", "同上", "全体", "所有"];

/// The name that a run of characters without a break ends with: `医疗器械陈某某` ends with `陈某某`.
///
/// A mail address behind it decides between two cuts; else the longer one with a common surname.
pub(super) fn at_end<'a>(run: &'a str, mail: Option<&str>) -> Option<&'a str> {
    let starts: Vec<usize> = run.char_indices().rev().take(4).map(|(at, _)| at).collect();
    let cuts: Vec<&str> = starts.iter().filter_map(|&at| run.get(at..)).filter(|word| is_chinese(word)).collect();
    let by_mail = mail.and_then(|mail| cuts.iter().rev().find(|word| fits_mail(word, mail)));
    let strong = |word: &&&str| word.chars().next().is_some_and(|c| !WEAK.contains(c));
    by_mail.or_else(|| cuts.iter().rev().find(strong)).or_else(|| cuts.last()).copied()
}

/// `周某某医药行业` before a role word is `周某某`: what stays when words of the trade are cut off the end.
pub(super) fn before_trade(run: &str) -> Option<&str> {
    let mut rest = run;
    while let Some(shorter) = WORDS.iter().find_map(|word| rest.strip_suffix(*word)) {
        rest = shorter;
    }
    // What stands before the name may be glued on as well: `11月26日周某某医药`.
    (rest.len() < run.len()).then(|| if is_chinese(rest) { Some(rest) } else { at_end(rest, None) }).flatten()
}

/// The name that a run of characters without a break starts with.
pub(super) fn at_start<'a>(run: &'a str, mail: Option<&str>) -> Option<&'a str> {
    let ends: Vec<usize> = run.char_indices().map(|(at, c)| at + c.len_utf8()).take(4).collect();
    let cuts: Vec<&str> = ends.iter().filter_map(|&end| run.get(..end)).filter(|word| is_chinese(word)).collect();
    let whole = cuts.iter().find(|word| word.len() == run.len());
    let before_word = cuts.iter().find(|word| run.get(word.len()..).is_some_and(|rest| WORDS.iter().any(|known| rest.starts_with(known))));
    let three = cuts.iter().find(|word| word.chars().count() == 3 && mail.is_none_or(|mail| fits_mail(word, mail)));
    whole.or(before_word).or(three).or_else(|| cuts.first()).copied()
}

/// Whether a mail address can be the person's: its local part starts or ends with the reading of the surname.
pub(super) fn fits_mail(name: &str, mail: &str) -> bool {
    let local = mail.split('@').next().unwrap_or_default().to_ascii_lowercase();
    let local = local.trim_end_matches(|c: char| c.is_ascii_digit());
    surname(name)
        .and_then(|surname| READINGS.get(surname))
        .is_some_and(|readings| readings.split(',').any(|reading| local.starts_with(reading) || local.ends_with(reading)))
}

/// Words that stand where English names stand.
const NOT_PERSONS: &str = " research analyst analysts securities limited equity equities asia pacific head technology china india taiwan japan korea global markets strategy price target rating sales contact team associate director executive managing internet media bank capital financial services group holdings merrill lynch morgan company data stock market source figure table exhibit industrials consumer healthcare energy hardware software semiconductor semiconductors telecom economics fixed income credit strategist economist quantitative buy sell hold neutral overweight underweight outperform current registration number important disclosures north america europe european emerging infrastructure transport materials sector email tel phone sfc sebi sac finra crd ce no. specialist institutional private limited, inc llc plc corp co ltd of and the for in to on by at ";
/// Letters people put behind their names.
const DEGREES: &[&str] =
    &["cfa", "cpa", "phd", "ph.d", "ph.d.", "frm", "caia", "md", "m.d.", "aca", "ca", "mba", "cmt", "esq", "fcma", "facs"];

/// Small words inside a surname.
const PARTICLES: &[&str] =
    &["van", "von", "de", "der", "den", "da", "di", "del", "della", "du", "la", "le", "bin", "binti", "al", "ten", "ter", "y"];

/// The name on a line of an English author block, without degrees, `AC`, entity tags and marks; `None` for any other line.
pub(super) fn latin(line: &str) -> Option<&str> {
    let mut words = line.trim().trim_matches(['*', '#', '>', '<', '^', '†', '‡', ' ', '(', ')', '[', ']', '|', '•', ':', '\\']).trim();
    if let Some((first, _)) = words.split_once(" - ").or_else(|| words.split_once(" – ")).or_else(|| words.split_once(" -  ")) {
        words = first.trim();
    }
    if let Some((first, rest)) = words.split_once(',') {
        let degrees = rest.split([',', ' ', '>']).filter(|word| !word.is_empty());
        if degrees.clone().all(|word| DEGREES.contains(&word.to_ascii_lowercase().as_str()) || word == "AC") {
            // `Ann Field\*, CFA`: a mark that points to a note.
            words = first.trim().trim_end_matches(['*', '^', '†', '‡', '\\']).trim_end();
        } else {
            return None;
        }
    }
    loop {
        let cut = words
            .rsplit_once(' ')
            .filter(|(_, last)| *last == "AC" || last.starts_with('>') || DEGREES.contains(&last.to_ascii_lowercase().as_str()));
        match cut {
            Some((rest, _)) => words = rest.trim_end(),
            None => break,
        }
    }
    // `Ann FieldAC`: the mark of the certifying analyst glued to the name.
    words = words.strip_suffix("AC").filter(|rest| rest.ends_with(|c: char| c.is_lowercase())).unwrap_or(words);
    let parts: Vec<&str> = words.split_whitespace().collect();
    let proper = |word: &&str| {
        let mut letters = word.chars();
        letters.next().is_some_and(char::is_uppercase) && letters.all(|c| c.is_alphabetic() || matches!(c, '\'' | '’' | '-' | '.'))
    };
    let between = |at: usize| at > 0 && at + 1 < parts.len();
    let person = (2..=4).contains(&parts.len())
        && parts.iter().enumerate().all(|(at, word)| proper(word) || between(at) && PARTICLES.contains(word))
        && parts.iter().any(|word| word.chars().filter(|c| c.is_alphabetic()).count() > 1)
        && !words.contains("Hong Kong")
        && !parts.iter().any(|word| NOT_PERSONS.contains(&format!(" {} ", word.to_lowercase())));
    person.then_some(words)
}

/// Whether a mail address can be an English-named person's: it holds a part of the name.
pub(super) fn latin_fits_mail(name: &str, mail: &str) -> bool {
    let local = mail.split('@').next().unwrap_or_default().to_lowercase();
    name.split([' ', '-']).map(str::to_lowercase).any(|part| part.chars().count() > 1 && local.contains(&part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_from_words() {
        for name in ["陈某", "欧阳某某", "李某某", "贺潇翔宇", "经某甚"] {
            assert_eq!(is_chinese(name), name != "贺潇翔宇", "{name}");
        }
        for word in ["金融", "高级", "宏观首席", "电子", "计算机", "某某", "相关报告"] {
            assert!(!is_chinese(word), "{word}");
        }
    }

    #[test]
    fn announced_names_may_be_longer() {
        for name in ["贺潇翔宇", "阿不都·某某", "欧阳某某", "陈某"] {
            assert!(is_announced(name), "{name}");
        }
        for word in ["公司研究", "投资评级", "证券研究·行业", "高端制造", "某某某某"] {
            assert!(!is_announced(word), "{word}");
        }
    }

    #[test]
    fn a_name_is_cut_off_the_words_before_it() {
        assert_eq!(at_end("医疗器械魏某", None), Some("魏某"));
        assert_eq!(at_end("绝对收益冯俊某", None), Some("冯俊某"));
        assert_eq!(at_end("汽车陆雨某", Some("luyumou@x.cn")), Some("陆雨某"));
        assert_eq!(at_end("行业评级", None), None);
        assert_eq!(before_trade("周某某医药行业"), Some("周某某"));
        assert_eq!(before_trade("日周某某医药"), Some("周某某"));
        assert_eq!(before_trade("医药行业"), None);
    }

    #[test]
    fn english_lines() {
        assert_eq!(latin("Ann B. Field, CFA AC"), Some("Ann B. Field"));
        assert_eq!(latin("Ming-Li ZHAO >>"), Some("Ming-Li ZHAO"));
        assert_eq!(latin("Ann Field -  NIHK"), Some("Ann Field"));
        assert_eq!(latin("Ann FieldAC"), Some("Ann Field"));
        for line in ["Northlake Securities Limited", "Head of Research", "Price Target", "Harbour", "in Asia"] {
            assert_eq!(latin(line), None, "{line}");
        }
    }
}
