//! The house's rules about who may import whom and who may do I/O, checked against the source.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use syn::visit::{self, Visit};

/// For each module: what it may import, and whether it may touch files, clocks or the network.
const HOUSE: &[(&str, &[&str], bool)] = &[
    ("domain", &[], false),
    ("config", &[], false),
    ("markup", &[], false),
    ("document", &["domain"], true),
    ("draft", &["domain"], false),
    ("gold", &["domain"], true),
    ("chart", &["markup"], false),
    ("zones", &["domain", "document"], false),
    ("validate", &["domain", "draft"], false),
    ("rules", &["domain", "document", "zones"], false),
    ("prompt", &["domain", "config", "document", "draft", "zones"], false),
    ("ground", &["domain", "document", "zones", "draft"], false),
    ("check", &["domain", "rules"], false),
    ("reconcile", &["domain", "document", "draft", "validate", "rules", "ground"], false),
    ("llm", &["domain", "config", "prompt"], true),
    ("merge", &["domain", "reconcile"], false),
    ("compare", &["domain", "gold", "chart"], false),
    ("sink", &["domain"], true),
    ("store", &["domain", "document", "llm"], true),
    ("review", &["domain", "document", "markup"], false),
    (
        "pipeline",
        &["domain", "config", "document", "draft", "zones", "validate", "rules", "prompt", "ground", "check", "reconcile", "llm", "merge"],
        false,
    ),
    ("matrix", &["domain", "sink", "markup"], false),
    ("decide", &["domain", "document", "ground", "pipeline"], false),
    ("batch", &["domain", "document", "draft", "gold", "llm", "sink", "store", "validate", "pipeline", "decide"], true),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Every source file with the module it belongs to.
fn files() -> Vec<(String, PathBuf)> {
    let mut found = Vec::new();
    let mut folders = vec![root()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let relative = path.strip_prefix(root()).unwrap();
                let first = relative.components().next().unwrap().as_os_str().to_string_lossy();
                found.push((first.trim_end_matches(".rs").to_owned(), path));
            }
        }
    }
    found
}

/// Paths named in one file, tests left out.
#[derive(Default)]
struct Paths(Vec<Vec<String>>);

fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg") && attribute.meta.require_list().is_ok_and(|list| list.tokens.to_string() == "test")
    })
}

impl<'ast> Visit<'ast> for Paths {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if !is_test(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.0.push(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        visit::visit_path(self, path);
    }

    fn visit_use_tree(&mut self, tree: &'ast syn::UseTree) {
        fn walk(tree: &syn::UseTree, before: &[String], all: &mut Vec<Vec<String>>) {
            match tree {
                syn::UseTree::Path(path) => walk(&path.tree, &[before, &[path.ident.to_string()]].concat(), all),
                syn::UseTree::Name(name) => all.push([before, &[name.ident.to_string()]].concat()),
                syn::UseTree::Rename(name) => all.push([before, &[name.ident.to_string()]].concat()),
                syn::UseTree::Glob(_) => all.push(before.to_vec()),
                syn::UseTree::Group(group) => group.items.iter().for_each(|tree| walk(tree, before, all)),
            }
        }
        walk(tree, &[], &mut self.0);
    }
}

fn paths(file: &Path) -> Vec<Vec<String>> {
    let source = std::fs::read_to_string(file).unwrap();
    let mut paths = Paths::default();
    paths.visit_file(&syn::parse_file(&source).unwrap());
    paths.0
}

/// Whether a file is compiled for tests only.
fn is_test_file(file: &Path) -> bool {
    file.file_stem().is_some_and(|stem| stem == "tests")
}

#[test]
fn modules_import_only_what_the_house_allows() {
    let house: BTreeMap<&str, BTreeSet<&str>> = HOUSE.iter().map(|(name, may, _)| (*name, may.iter().copied().collect())).collect();
    let mut wrong = Vec::new();
    for (module, file) in files() {
        if matches!(module.as_str(), "lib" | "main" | "cli") || is_test_file(&file) {
            continue;
        }
        let may = house.get(module.as_str()).unwrap_or_else(|| panic!("module `{module}` has no row in the house table"));
        for path in paths(&file) {
            let target = match path.first().map(String::as_str) {
                Some("crate") => path.get(1).cloned(),
                // `super` from the top file of a module leads to the crate's root.
                Some("super") if file.parent() == Some(root().as_path()) => path.get(1).cloned(),
                Some("super")
                    if file.file_name().is_some_and(|name| name == "mod.rs")
                        && file.parent().and_then(Path::parent) == Some(root().as_path()) =>
                {
                    path.get(1).cloned()
                }
                _ => None,
            };
            let Some(target) = target.filter(|target| house.contains_key(target.as_str())) else { continue };
            if target != module && !may.contains(target.as_str()) {
                wrong.push(format!("{}: `{module}` may not import `{target}`", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn pure_modules_do_no_input_or_output() {
    let pure: BTreeSet<&str> = HOUSE.iter().filter(|(.., io)| !io).map(|(name, ..)| *name).collect();
    let mut wrong = Vec::new();
    for (module, file) in files().into_iter().filter(|(module, file)| pure.contains(module.as_str()) && !is_test_file(file)) {
        for path in paths(&file) {
            let path = path.join("::");
            let banned = ["std::fs", "std::net", "std::env", "std::process", "std::time::SystemTime", "tokio", "reqwest", "async_openai"];
            if banned.iter().any(|name| path == *name || path.starts_with(&format!("{name}::"))) {
                wrong.push(format!("{}: `{module}` is pure and names `{path}`", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_the_printer_prints_and_only_llm_talks_to_servers() {
    let mut wrong = Vec::new();
    for (module, file) in files() {
        for path in paths(&file) {
            let path = path.join("::");
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            // `table` only asks how wide the terminal is.
            if (path.contains("io::stdout") || path.contains("io::stderr"))
                && !(module == "cli" && matches!(name.as_str(), "printer.rs" | "mod.rs" | "table.rs"))
            {
                wrong.push(format!("{}: prints (`{path}`)", file.display()));
            }
            if path.starts_with("async_openai") && module != "llm" {
                wrong.push(format!("{}: only `llm` touches async-openai", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The table of `docs/architecture.md` says the same as the one enforced here.
#[test]
fn the_documented_house_is_the_enforced_one() {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/architecture.md")).unwrap();
    for (module, may, io) in HOUSE {
        let row = text
            .lines()
            .find(|line| line.split('|').nth(2).is_some_and(|cell| cell.trim().trim_matches('`') == *module))
            .unwrap_or_else(|| panic!("docs/architecture.md has no row for `{module}`"));
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let named: BTreeSet<String> = cells[4]
            .split([',', ' '])
            .map(|name| name.trim_matches('`').to_owned())
            .filter(|name| HOUSE.iter().any(|(known, ..)| known == name))
            .collect();
        let allowed: BTreeSet<String> = may.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(named, allowed, "row of `{module}` in docs/architecture.md");
        assert_eq!(cells[5] == "no", !io, "I/O of `{module}` in docs/architecture.md: {}", cells[5]);
    }
}
