//! Colours by what they mean.

/// What a colour stands for. The colours differ in lightness too, and are told apart with any kind of colour vision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tone {
    /// The one thing shown.
    Plain,
    /// Read by the rules.
    Rules,
    /// Read by the model.
    Model,
    /// Read alike by both, or right.
    Agreed,
    /// Read differently, or wrong.
    Conflict,
    /// The reconciled record.
    Record,
    /// Decided by a person.
    Human,
    /// Neither: empty, not found, not applicable.
    Empty,
}

/// The style sheet of charts: one class a tone, each a CSS variable (`--tone-rules` …) with a colour for light and one for
/// dark pages.
pub const STYLE: &str = "\
.sellside-chart{font:12px/1.3 system-ui,-apple-system,'Segoe UI','PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif;max-width:100%;height:auto;\
--t-plain:#4a7ab5;--t-rules:#c47f00;--t-model:#2b6cb0;--t-agreed:#2e8b6f;--t-conflict:#c8452d;--t-record:#6b55a8;--t-human:#a03c78;--t-empty:#9aa3ad}\
@media screen and (prefers-color-scheme:dark){.sellside-chart{--t-plain:#6d9bd6;--t-rules:#e0a330;--t-model:#5b9fe3;--t-agreed:#48b592;--t-conflict:#ee7257;\
--t-record:#9d8be0;--t-human:#d478ad;--t-empty:#747d87}}\
[data-theme=dark] .sellside-chart{--t-plain:#6d9bd6;--t-rules:#e0a330;--t-model:#5b9fe3;--t-agreed:#48b592;--t-conflict:#ee7257;\
--t-record:#9d8be0;--t-human:#d478ad;--t-empty:#747d87}\
[data-theme=light] .sellside-chart{--t-plain:#4a7ab5;--t-rules:#c47f00;--t-model:#2b6cb0;--t-agreed:#2e8b6f;--t-conflict:#c8452d;\
--t-record:#6b55a8;--t-human:#a03c78;--t-empty:#9aa3ad}\
.tone-plain{fill:var(--tone-plain,var(--t-plain))}.tone-rules{fill:var(--tone-rules,var(--t-rules))}\
.tone-model{fill:var(--tone-model,var(--t-model))}.tone-agreed{fill:var(--tone-agreed,var(--t-agreed))}\
.tone-conflict{fill:var(--tone-conflict,var(--t-conflict))}.tone-record{fill:var(--tone-record,var(--t-record))}\
.tone-human{fill:var(--tone-human,var(--t-human))}.tone-empty{fill:var(--tone-empty,var(--t-empty))}\
@media print{.sellside-chart{break-inside:avoid;color:#000}}";

impl Tone {
    /// Its class in [`STYLE`].
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Plain => "tone-plain",
            Self::Rules => "tone-rules",
            Self::Model => "tone-model",
            Self::Agreed => "tone-agreed",
            Self::Conflict => "tone-conflict",
            Self::Record => "tone-record",
            Self::Human => "tone-human",
            Self::Empty => "tone-empty",
        }
    }

    /// Its colour where no style sheet is.
    pub(super) fn colour(self) -> &'static str {
        match self {
            Self::Plain => "#4a7ab5",
            Self::Rules => "#c47f00",
            Self::Model => "#2b6cb0",
            Self::Agreed => "#2e8b6f",
            Self::Conflict => "#c8452d",
            Self::Record => "#6b55a8",
            Self::Human => "#a03c78",
            Self::Empty => "#9aa3ad",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tone_stands_in_the_style_sheet_with_its_colour() {
        for tone in [Tone::Plain, Tone::Rules, Tone::Model, Tone::Agreed, Tone::Conflict, Tone::Record, Tone::Human, Tone::Empty] {
            let name = tone.class().trim_start_matches("tone-");
            assert!(STYLE.contains(&format!(".tone-{name}{{fill:var(--tone-{name},var(--t-{name}))}}")), "{name}");
            assert!(STYLE.contains(&format!("--t-{name}:{}", tone.colour())), "{name}");
        }
    }
}
