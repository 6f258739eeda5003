//! Names in two languages side by side, as covers of Hong Kong print them: `望湖創新 Northlake Innovations (300999 CH)`.

use std::ops::Range;

use super::{LEAD, is_sector};
use crate::rules::Context;
use crate::rules::find::{Pattern, compile, first, group, has};

/// A name in Latin letters and the Chinese one before it, as covers in two languages print them: the Chinese one, else
/// all words of the other.
pub(super) fn name(context: &Context<'_>, name: &Range<usize>) -> Option<Range<usize>> {
    static LATIN: Pattern =
        Pattern::new(|| compile(r"(?P<han>\p{Han}{2,16})?[\s/|]{0,3}(?:\d[、.]\s?)?(?P<words>(?:[A-Z][A-Za-z&’'.-]*\s){0,5})$"));
    if !context.slice(name.clone()).starts_with(|c: char| c.is_ascii_uppercase()) || !context.slice(name.clone()).is_ascii() {
        return None;
    }
    let before = context.before(name.start, 70);
    let base = name.start - before.len();
    let found = first(&LATIN, before)?;
    let words = group(&found, "words").map_or(name.start, |words| base + words.start);
    let Some(han) = group(&found, "han").map(|han| base + han.start..base + han.end) else {
        return (words < name.start).then_some(words..name.end);
    };
    // Printed twice by a converter.
    let printed = context.slice(han.clone());
    let (half, rest) = printed.split_at_checked(printed.len() / 2)?;
    let han = if half == rest { han.start + half.len()..han.end } else { han };
    let printed = context.slice(han.clone());
    let fits = (2..=8).contains(&printed.chars().count()) && !has(&LEAD, printed) && !is_sector(printed);
    Some(if fits { han } else { words..name.end })
}

#[cfg(test)]
mod tests {
    use crate::document::Document;
    use crate::rules::{Context, subject};
    use crate::zones::Zones;

    fn of(text: &str) -> Option<(String, String)> {
        let document = Document::from_bytes("x.txt", text.as_bytes()).unwrap();
        let zones = Zones::of(&document);
        let context = Context::new(&document, &zones);
        subject::stock(&context).map(|stock| (context.words(stock.name), context.words(stock.code)))
    }

    #[test]
    fn the_chinese_name_of_two() {
        for (head, name, code) in [
            ("望湖創新 Northlake Innovations (300999 CH)", "望湖創新", "300999 CH"),
            ("望湖創新望湖創新\n2、Northlake Innovations Technology(300999 CH)", "望湖創新", "300999 CH"),
            ("望湖創新 | Northlake Innovations (999 HK)", "望湖創新", "999 HK"),
            ("望湖教育(NLED US)", "望湖教育", "NLED US"),
        ] {
            let text = format!(
                "研究報告 Research Report 12 Mar 2024 {head}\n盈利彈性可期\n評級 優於大市 OUTPERFORM\n現價 Rmb61.70\n目標價 Rmb85.10\n公司公布年報，收入增長，費用率下降。\n"
            );
            assert_eq!(of(&text), Some((name.to_owned(), code.to_owned())), "{head}");
        }
    }
}
