//! The list of providers in `docs/providers.md` is the table's. `SELLSIDE_UPDATE=1` writes it anew.

use std::fmt::Write as _;

use sellside::llm::{Preset, grade};

use crate::support::workspace::repository;

const START: &str = "<!-- providers: written by `make schemas` -->\n";
const END: &str = "<!-- end -->";

fn list() -> String {
    let mut out = String::from("\n| `--provider` | also | server | key | `auto` tries |\n|---|---|---|---|---|\n");
    for preset in Preset::all() {
        let names = preset.aliases().iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let server = preset.base_url().or(preset.address()).unwrap_or_default();
        let key = preset.api_key_env().map_or_else(|| "none".to_owned(), |variable| format!("`{variable}`"));
        let grades = preset.grades().into_iter().map(grade::name).collect::<Vec<_>>().join(", ");
        writeln!(out, "| `{}` | {names} | {}, `{server}` | {key} | {grades} |", preset.name(), preset.title()).unwrap();
    }
    out.push_str("\nWhere each row is known from:\n\n");
    for preset in Preset::all() {
        for source in preset.sources() {
            let how = if source.read { "" } else { ", recalled and to be checked" };
            writeln!(out, "- **{}** ({}{how}): {} — {}", preset.name(), source.day, source.says, source.from).unwrap();
        }
    }
    out.push('\n');
    out
}

#[test]
fn the_list_of_providers_is_current() {
    let readme = std::fs::read_to_string(repository("README.md")).unwrap();
    for preset in Preset::all() {
        assert!(readme.contains(&format!("`{}`", preset.name())), "README.md does not name `{}`", preset.name());
    }
    let path = repository("docs/providers.md");
    let text = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once(START).unwrap();
    let (found, after) = rest.split_once(END).unwrap();
    if std::env::var_os("SELLSIDE_UPDATE").is_some() {
        std::fs::write(&path, format!("{before}{START}{}{END}{after}", list())).unwrap();
        return;
    }
    assert!(found == list(), "`docs/providers.md` differs from `src/llm/providers.toml`: run `make schemas`");
}
