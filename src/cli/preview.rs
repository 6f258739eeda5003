//! What `--dry-run` shows: zones, messages, tokens, and what would leave the machine.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use sellside::document::Document;
use sellside::pipeline::Preview;
use sellside::prompt::{Dialogue, FieldGroup, Part, Role, Turn, estimate_tokens};
use sellside::zones::ZoneKind;

/// The preview as text. `target` is the server and the model, where one is configured.
pub(crate) fn text(document: &Document, preview: &Preview, target: Option<(&str, &str)>) -> String {
    let mut out = String::new();
    let made_by = document.origin.engine.as_deref().or(document.origin.encoding).unwrap_or_default();
    // Writing to a string cannot fail.
    let _ = writeln!(out, "# zones of {} ({} characters, {})", document.name, document.source.chars(), made_by);
    let _ = writeln!(out, "# characters of the source, kind, why, first words");
    for zone in preview.zones.zones() {
        let span = document.span(zone.range.clone());
        let (start, end) = span.map_or((0, 0), |span| (span.start, span.end));
        let words = first_words(document.normalized.text().get(zone.range.clone()).unwrap_or_default());
        let _ = writeln!(out, "{start:>7}..{end:<7} {:<18} {:<30} {words}", zone.kind.name(), zone.reason);
    }
    let parts = &preview.plan.parts;
    if let Some(dialogue) = &preview.agent {
        agent(&mut out, dialogue);
    }
    for (at, part) in parts.iter().enumerate() {
        let asked: Vec<&str> = part.fields.groups().map(FieldGroup::name).collect();
        let _ = writeln!(out, "\n# request {} of {}: {}", at + 1, parts.len(), asked.join(", "));
        for message in &part.prompt.messages {
            let role = match message.role {
                Role::System => "system",
                Role::User => "user",
                Role::Assistant => "assistant",
            };
            let _ = writeln!(out, "\n## {role}: about {} tokens\n{}", estimate_tokens(&message.content), message.content.trim_end());
        }
    }
    let _ = writeln!(out, "\n# what would be sent\n# kind, tokens about, of");
    for (kind, sent, of) in by_kind(document, preview) {
        let _ = writeln!(out, "{:<18} {sent:>7} {of:>7}", kind.name());
    }
    let sum = |tokens: fn(&Part) -> usize| parts.iter().map(tokens).sum::<usize>();
    let characters = sum(|part| part.prompt.messages.iter().map(|message| message.content.chars().count()).sum());
    let left_out: Vec<&str> = preview.plan.left_out.iter().map(|kind| kind.name()).collect();
    let _ = writeln!(out, "\nrequests    {}", parts.len());
    let _ = writeln!(out, "left out    {}", if left_out.is_empty() { "nothing for length".to_owned() } else { left_out.join(", ") });
    let _ = writeln!(out, "characters  {characters}");
    let _ = writeln!(out, "tokens      about {}, without the answers", sum(|part| part.prompt.estimated_tokens()));
    let _ = writeln!(out, "static      about {} of them, the same for every report", sum(Part::static_tokens));
    let schema = sum(|part| estimate_tokens(&part.prompt.schema.to_string()));
    let _ = writeln!(out, "schema      about {schema} tokens more in the bodies, where the grade is json_schema or tools");
    let _ = writeln!(out, "prompt      {}", parts.first().map(|part| part.prompt.hash.as_str()).unwrap_or_default());
    let _ = match target {
        Some((server, model)) => writeln!(out, "to          {} (model `{model}`)", host(server)),
        None => writeln!(out, "to          nobody: no model is configured"),
    };
    out
}

/// The first request of an agent; the next ones hold what it asks for.
fn agent(out: &mut String, dialogue: &Dialogue) {
    // Writing to a string cannot fail.
    let _ = writeln!(out, "\n# first request of the agent: about {} tokens", dialogue.estimated_tokens());
    for turn in &dialogue.turns {
        let (role, words) = match turn {
            Turn::System(words) => ("system", words.as_str()),
            Turn::User(words) => ("user", words.as_str()),
            Turn::Model(said) => ("assistant", said.words.as_str()),
            Turn::Result { words, .. } => ("tool", words.as_str()),
        };
        let _ = writeln!(out, "\n## {role}\n{}", words.trim_end());
    }
    for tool in &dialogue.tools {
        let _ = writeln!(out, "\n## function {}: {}\n{}", tool.name, tool.description, tool.parameters);
    }
    let _ = writeln!(out, "\n# what it asks for comes with the next ones: at most all of the report that the scope sends, and all of");
    let _ = writeln!(out, "# its running text; given up, it is followed by the requests below");
}

/// For each kind of zone, its tokens that are sent and all it has.
fn by_kind(document: &Document, preview: &Preview) -> Vec<(ZoneKind, usize, usize)> {
    let sent: BTreeSet<u32> = preview.plan.parts.iter().flat_map(|part| part.segments.iter().copied()).collect();
    let mut kinds: BTreeMap<ZoneKind, (usize, usize)> = BTreeMap::new();
    for segment in preview.zones.segments() {
        let tokens = document.normalized.text().get(segment.range.clone()).map_or(0, estimate_tokens);
        let (shown, all) = kinds.entry(preview.zones.kind_at(segment.range.start)).or_default();
        *all += tokens;
        *shown += if sent.contains(&segment.id) { tokens } else { 0 };
    }
    kinds.into_iter().map(|(kind, (sent, of))| (kind, sent, of)).collect()
}

/// The first words of a zone on one line, so that a person sees at a glance whether it begins where it should.
fn first_words(text: &str) -> String {
    const SHOWN: usize = 32;
    let mut words = String::new();
    let mut chars = text.split_whitespace().flat_map(|word| word.chars().chain([' ']));
    words.extend(chars.by_ref().take(SHOWN));
    words.truncate(words.trim_end().len());
    if chars.next().is_some() {
        words.push('…');
    }
    words
}

/// The host of a URL, without credentials.
fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    authority.rsplit_once('@').map_or(authority, |(_, host)| host)
}

#[cfg(test)]
mod tests {
    use super::{first_words, host};

    #[test]
    fn a_zone_shows_how_it_begins() {
        assert_eq!(first_words("\n 免责声明\t本报告\n"), "免责声明 本报告");
        let long = first_words(&"阀门".repeat(40));
        assert_eq!((long.chars().count(), long.ends_with('…')), (33, true));
    }

    #[test]
    fn a_host_has_no_credentials() {
        assert_eq!(host("https://user:secret@api.example.com:8443/v1?key=x"), "api.example.com:8443");
        assert_eq!(host("http://127.0.0.1:8094/v1"), "127.0.0.1:8094");
    }
}
