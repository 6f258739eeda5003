//! Authors on the first slide of a presentation: names between strokes, and nothing but their unit beside them.

use super::{Person, name};
use crate::domain::record::AuthorRole;
use crate::rules::Context;
use crate::rules::find::{Pattern, captures, compile, group};

/// The first slide, in characters.
const FRONT: usize = 600;

/// `林乔 / 田川` on a line before the name of a research unit, or glued to it.
static SIGNED: Pattern = Pattern::new(|| {
    compile(
        r"(?m)^[#*\s]{0,6}(?P<names>\p{Han}{2,3}(?:\s?[/|]\s?\p{Han}{2,3}){1,5}?)\s{0,4}(?P<firm>\p{Han}{2,6}证券)(?:股份有限公司)?(?:经济)?研究(?:所|院|部|中心|发展部)",
    )
});
/// Commodities with the surnames 黄 and 白.
const METALS: [&str; 3] = ["黄金", "白银", "白糖"];
static NAME: Pattern = Pattern::new(|| compile(r"\p{Han}{2,3}"));

/// The people of the first slide. All of them must have names of people, and the firm a line of its own: that tells where
/// the last name ends.
pub(super) fn people(context: &Context<'_>) -> Vec<Person> {
    let front = context.front(FRONT);
    let signed = captures(&SIGNED, front).find_map(|found| {
        let (names, firm) = (group(&found, "names")?, front.get(group(&found, "firm")?)?);
        front.lines().any(|line| line.trim_start_matches(['#', '*', ' ']).starts_with(firm)).then_some(names)
    });
    let Some(names) = signed else { return Vec::new() };
    let people = captures(&NAME, front.get(names.clone()).unwrap_or_default()).map(|found| {
        let word = found.get(0)?;
        let place = names.start + word.start()..names.start + word.end();
        name::is_chinese(word.as_str()).then(|| Person {
            role: Some((AuthorRole::Analyst, place.clone())),
            name: place,
            ..Person::default()
        })
    });
    let people = people.collect::<Option<Vec<Person>>>().unwrap_or_default();
    // 黄金/白银 have surnames too.
    if people.iter().any(|person| METALS.contains(&context.slice(person.name.clone()))) { Vec::new() } else { people }
}

#[cfg(test)]
mod tests {
    use crate::document::Document;
    use crate::rules::{Context, author};
    use crate::zones::Zones;

    fn people(text: &str) -> Vec<String> {
        let document = Document::from_bytes("x.txt", text.as_bytes()).unwrap();
        let zones = Zones::of(&document);
        let (authors, _) = author::read(&Context::new(&document, &zones));
        authors.into_iter().filter_map(|author| author.name.map(|name| name.value)).collect()
    }

    #[test]
    fn names_between_strokes_above_or_glued_to_their_unit() {
        for gap in ["", "\n", " "] {
            let slide = format!(
                "望江证券\n\n证券研究报告\n\n深度解析\n\n行业投资评级：强于大市|维持\n\n林乔 / 田川 / 方安然{gap}望江证券研究所 军工团队\n\n投资要点\n"
            );
            assert_eq!(people(&slide), ["林乔", "田川", "方安然"], "{gap:?}");
        }
        // Where the firm begins is not known: 湖 may belong to the name.
        assert!(people("证券研究报告\n\n林乔 / 田川江湖证券研究所\n\n投资要点\n").is_empty());
        assert!(people("望江证券\n\n黄金 / 白银\n望江证券研究所\n\n投资要点\n").is_empty());
    }
}
