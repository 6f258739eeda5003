//! Charts as SVG text, for where people would rather look than read.
//!
//! Pure and deterministic. A chart has no script, no reference to anything outside and no `style` attribute, so that it may
//! stand in a page whose content security policy allows none of them. Text takes the colour of the page around it; the colours
//! of what is drawn are classes that [`STYLE`] binds to CSS variables, and plain attributes where nobody includes it. Every
//! label is escaped, measured (a Chinese character is two wide) and broken or shortened to fit, with the whole of it in a
//! `title` element. Each chart says in words what it shows (`role="img"`, `title`, `desc`).

mod bars;
mod columns;
mod heat;
mod histogram;
mod number;
mod stacked;
mod svg;
mod tone;

pub use bars::{BarRow, Bars, Measure};
pub use columns::{Column, Columns};
pub use heat::Heat;
pub use histogram::{Bin, Histogram, Mark};
pub use number::Format;
pub use stacked::{Stacked, StackedRow};
pub use tone::{STYLE, Tone};

/// What a chart is called, and what it shows in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// Stands above the chart.
    pub title: String,
    /// For whoever cannot see it: what is compared, and what stands out.
    pub description: String,
}

impl Head {
    /// A title and what the chart shows.
    pub fn new(title: impl Into<String>, description: impl Into<String>) -> Self {
        Self { title: title.into(), description: description.into() }
    }
}

/// One of several things shown side by side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// Its name in the legend.
    pub name: String,
    /// Its colour.
    pub tone: Tone,
}

impl Series {
    /// A name and its colour.
    pub fn new(name: impl Into<String>, tone: Tone) -> Self {
        Self { name: name.into(), tone }
    }
}
