//! No key may stand in what is checked in: recordings and everything else under `examples`, settings, documentation.

use std::path::{Path, PathBuf};

use regex::Regex;

use crate::support::workspace::repository;

/// Keys by their makes, each with one that does not exist: `#8` stands for eight digits.
const MAKES: [(&str, &str, &str); 21] = [
    ("OpenAI, DeepSeek, DashScope, Moonshot, SiliconFlow", r"\bsk-[A-Za-z0-9_-]{16,}", "sk-#32"),
    ("Anthropic", r"\bsk-ant-[A-Za-z0-9_-]{16,}", "sk-ant-#32"),
    ("OpenRouter", r"\bsk-or-v1-[0-9a-f]{32,}", "sk-or-v1-#32"),
    ("Google", r"\bAIza[A-Za-z0-9_-]{30,}", "AIza#35"),
    ("Zhipu", r"\b[0-9a-f]{32}\.[A-Za-z0-9]{16}\b", "#32.#16"),
    ("Azure, older", r"\b[0-9a-f]{32}\b", "#32"),
    ("Azure, newer", r"\b[A-Za-z0-9]{52}JQQJ99[A-Za-z0-9]{26}\b", "#52JQQJ99#26"),
    ("Groq", r"\bgsk_[A-Za-z0-9]{20,}", "gsk_#40"),
    ("xAI", r"\bxai-[A-Za-z0-9]{20,}", "xai-#40"),
    ("Hugging Face", r"\bhf_[A-Za-z0-9]{20,}", "hf_#34"),
    ("Perplexity", r"\bpplx-[A-Za-z0-9]{20,}", "pplx-#40"),
    ("Fireworks", r"\bfw_[A-Za-z0-9]{20,}", "fw_#24"),
    ("AWS", r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b", "AKIA#16"),
    ("Alibaba Cloud", r"\bLTAI[A-Za-z0-9]{12,}\b", "LTAI#20"),
    ("Tencent Cloud", r"\bAKID[A-Za-z0-9]{13,}\b", "AKID#32"),
    ("GitHub", r"\b(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,})", "ghp_#36"),
    ("Slack", r"\bxox[abprs]-[A-Za-z0-9-]{10,}", "xoxb-#12"),
    ("a JSON Web Token", r"\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}", "eyJ#20.#40"),
    ("a private key", r"-----BEGIN [A-Z ]*PRIVATE KEY", "-----BEGIN RSA PRIVATE KEY-----"),
    ("a bearer", r"(?i)\bbearer\s+[A-Za-z._~+/=-]*[0-9][A-Za-z0-9._~+/=-]{7,}", "Bearer #12"),
    (
        "a header that holds one",
        r#"(?i)"(?:proxy-)?authorization"\s*:|"(?:x-)?api-key"\s*:|"(?:set-)?cookie"\s*:"#,
        r##""api-key": "#12""##,
    ),
];

/// A key of a make, put together here so that nobody takes this file for a leak.
fn sample(template: &str) -> String {
    let mut parts = template.split('#');
    let mut text = parts.next().unwrap().to_owned();
    for part in parts {
        let (count, rest) = part.split_at(2);
        text.extend("0123456789".chars().cycle().take(count.parse().unwrap()));
        text.push_str(rest);
    }
    text
}

/// What looks like a key in a text.
fn keys(text: &str) -> Vec<String> {
    let found = MAKES.iter().filter_map(|(make, pattern, _)| {
        let found = Regex::new(pattern).unwrap().find(text)?;
        let start: String = found.as_str().chars().take(12).collect();
        Some(format!("{make} (`{start}…` at byte {})", found.start()))
    });
    found.collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

#[test]
fn every_make_is_recognised_where_recordings_would_hold_it() {
    for (make, _, template) in MAKES {
        let sample = sample(template);
        let line = serde_json::json!({"request_hash": format!("b3:{}", "0".repeat(64)), "body": format!("bad key {sample} given")});
        assert!(keys(&sample).iter().any(|found| found.starts_with(make)), "{make}: `{sample}` was not seen");
        let escaped = line.to_string();
        // Quotes are escaped inside a body; there the value itself has to be known by its looks.
        if !sample.contains('"') {
            assert!(keys(&escaped).iter().any(|found| found.starts_with(make)), "{make} was not seen in {escaped}");
        }
    }
    for harmless in [
        format!("b3:{}", "0123456789abcdef".repeat(4)),
        "S9830519040008 risk-adjusted-returns-of-2024 sk-短".to_owned(),
        "send it as `Authorization: Bearer KEY`".to_owned(),
        "bearer instruments".to_owned(),
        "{\"headers\":{\"content-type\":\"application/json\",\"x-ratelimit-remaining-tokens\":\"1\"}}".to_owned(),
    ] {
        assert_eq!(keys(&harmless), Vec::<String>::new(), "{harmless}");
    }
}

#[test]
fn nothing_checked_in_holds_a_key() {
    let recordings = files(&repository("examples/replies"));
    assert!(recordings.iter().filter(|path| path.extension().is_some_and(|ending| ending == "jsonl")).count() >= 6);
    let others = ["examples/reports", "docs", "prompts", "schemas"].iter().flat_map(|folder| files(&repository(folder)));
    let single = ["README.md", "CHANGELOG.md", "sellside.example.toml"].map(repository);
    for path in recordings.into_iter().chain(others).chain(single) {
        // Reports may be of any encoding; keys are ASCII in all of them.
        let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
        assert_eq!(keys(&text), Vec::<String>::new(), "{}", path.display());
    }
}
