//! A comparison as Markdown, for a pull request or a working paper.

use super::report::Report;
use super::sections::{Detail, Section, sections};

/// The comparison as Markdown. Words of reports show as they are and mean nothing.
pub fn markdown(report: &Report) -> String {
    let mut text = String::from("# Comparison\n");
    for section in sections(report, Detail::Full) {
        text.push_str(&part(&section));
    }
    text
}

fn part(section: &Section) -> String {
    let mut text = format!("\n## {}\n", plain(&section.title));
    for note in &section.notes {
        text.push_str(&format!("\n{}\n", plain(note)));
    }
    if !section.rows.is_empty() {
        let heads: Vec<String> = section.columns.iter().map(|column| plain(&column.name)).collect();
        let rules: Vec<&str> = section.columns.iter().map(|column| if column.number { "---:" } else { "---" }).collect();
        text.push_str(&format!("\n| {} |\n|{}|\n", heads.join(" | "), rules.join("|")));
        for row in &section.rows {
            text.push_str(&format!("| {} |\n", row.iter().map(|cell| plain(cell)).collect::<Vec<_>>().join(" | ")));
        }
    }
    text
}

/// Text that means nothing in Markdown or HTML, on one line.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' | '!' | '$' | '{' | '}' => {
                out.push('\\');
                out.push(c);
            }
            // What looks like an address or a name would become a link.
            '/' if out.ends_with(':') => out.push_str("&#47;"),
            '.' if is_www(&out) => out.push_str("&#46;"),
            '@' => out.push_str("&#64;"),
            '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' => {}
            c if c.is_control() || c.is_whitespace() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

fn is_www(text: &str) -> bool {
    text.as_bytes().last_chunk::<3>().is_some_and(|end| end.eq_ignore_ascii_case(b"www"))
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn words_of_reports_mean_nothing() {
        assert_eq!(
            plain("a|b\n<script>*x*</script> [l](javascript:1)"),
            "a\\|b &lt;script&gt;\\*x\\*&lt;/script&gt; \\[l\\](javascript:1)"
        );
        assert_eq!(plain("https://a.example www.b.example c@d.example"), "https:&#47;/a.example www&#46;b.example c&#64;d.example");
        assert_eq!(plain("買\u{202e}入\u{1b}[31m"), "買入 \\[31m");
    }
}
