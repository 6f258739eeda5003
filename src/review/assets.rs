//! The page's own files, each readable by itself.

/// What stands in the page before any report: the empty panes.
pub(super) const BODY: &str = include_str!("assets/page.html");

/// The page's style.
pub(super) const STYLE: &str = concat!(
    include_str!("assets/colours.css"),
    include_str!("assets/page.css"),
    include_str!("assets/report.css"),
    include_str!("assets/print.css")
);

/// The page's script: the files share one scope, which nothing outside can reach.
pub(super) const SCRIPT: &str = concat!(
    "(() => {\n\"use strict\";\n",
    "const WORDS = ",
    include_str!("assets/words.json"),
    ";\n",
    include_str!("assets/data.js"),
    include_str!("assets/fields.js"),
    include_str!("assets/dom.js"),
    include_str!("assets/decisions.js"),
    include_str!("assets/list.js"),
    include_str!("assets/text.js"),
    include_str!("assets/record.js"),
    include_str!("assets/form.js"),
    include_str!("assets/keys.js"),
    include_str!("assets/main.js"),
    "})();\n",
);
