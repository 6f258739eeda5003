//! What `--dry-run` shows: zones, messages, tokens, and what would leave the machine.

use std::fmt::Write as _;

use sellside::document::Document;
use sellside::pipeline::Preview;
use sellside::prompt::{Role, estimate_tokens};

/// The preview as text. `target` is the server and the model, where one is configured.
pub(crate) fn text(document: &Document, preview: &Preview, target: Option<(&str, &str)>) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(out, "# zones of {} ({} characters, {})", document.name, document.source.chars(), document.encoding);
    let _ = writeln!(out, "# characters of the source, kind, why, first words");
    for zone in preview.zones.zones() {
        let span = document.span(zone.range.clone());
        let (start, end) = span.map_or((0, 0), |span| (span.start, span.end));
        let words = first_words(document.normalized.text().get(zone.range.clone()).unwrap_or_default());
        let _ = writeln!(out, "{start:>7}..{end:<7} {:<18} {:<30} {words}", zone.kind.name(), zone.reason);
    }
    let _ = writeln!(out, "\n# messages");
    for message in &preview.prompt.messages {
        let role = match message.role {
            Role::System => "system",
            Role::User => "user",
            Role::Assistant => "assistant",
        };
        let _ = writeln!(out, "\n## {role}: about {} tokens\n{}", estimate_tokens(&message.content), message.content.trim_end());
    }
    let characters: usize = preview.prompt.messages.iter().map(|message| message.content.chars().count()).sum();
    let _ = writeln!(out, "\n# what would be sent");
    let left_out: Vec<&str> = preview.left_out.iter().map(|kind| kind.name()).collect();
    let _ = writeln!(out, "segments    {}", preview.zones.segments().len());
    let _ = writeln!(out, "left out    {}", if left_out.is_empty() { "nothing".to_owned() } else { left_out.join(", ") });
    let _ = writeln!(out, "characters  {characters}");
    let _ = writeln!(out, "tokens      about {}, without the answer", preview.prompt.estimated_tokens());
    let schema = estimate_tokens(&preview.prompt.schema.to_string());
    let _ = writeln!(out, "schema      about {schema} tokens more in the body, where the grade is json_schema or tools");
    let _ = writeln!(out, "prompt      {}", preview.prompt.hash);
    let _ = match target {
        Some((server, model)) => writeln!(out, "to          {} (model `{model}`)", host(server)),
        None => writeln!(out, "to          nobody: no model is configured"),
    };
    out
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
