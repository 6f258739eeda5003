//! Nothing about providers stands outside their table; the list in `docs/providers.md` is made from it. `SELLSIDE_UPDATE=1` writes it anew.

use std::fmt::Write as _;

use sellside::llm::{Preset, grade};
use syn::visit::{self, Visit};

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

/// Text constants of a file, those of tests and documentation left out.
#[derive(Default)]
struct Texts(Vec<String>);

impl<'ast> Visit<'ast> for Texts {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if !item.attrs.iter().any(|attribute| attribute.path().is_ident("cfg")) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        self.0.push(call.tokens.to_string());
    }

    fn visit_lit_str(&mut self, text: &'ast syn::LitStr) {
        self.0.push(text.value());
    }
}

#[test]
fn no_code_names_a_provider() {
    let names: Vec<&str> =
        Preset::all().iter().flat_map(|preset| preset.aliases().iter().map(String::as_str).chain([preset.name()])).collect();
    // The crate the requests go through.
    let ours = ["async_openai"];
    let mut wrong = Vec::new();
    let mut folders = vec![repository("src/llm"), repository("src/cli"), repository("src/pipeline"), repository("src/config")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") && !path.ends_with("tests.rs") {
                let mut texts = Texts::default();
                texts.visit_file(&syn::parse_file(&std::fs::read_to_string(&path).unwrap()).unwrap());
                for text in texts.0 {
                    let text = ours.iter().fold(text, |text, ours| text.replace(ours, ""));
                    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '-'));
                    wrong.extend(words.filter(|word| names.contains(word)).map(|word| format!("{}: `{word}`", path.display())));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "what providers do belongs into src/llm/providers.toml: {}", wrong.join("; "));
}
