//! Pages whose text is turned, as wide tables are: read as they are shown once they are turned back.

use unpdf::parser::TextSpan;

/// How far a direction may be off a quarter turn, as the smaller part of its unit vector.
const ASKEW: f32 = 0.1;

/// Which way text reads on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    Up,
    Down,
    UpsideDown,
}

/// The pieces of a page parted by how they are turned, each part as if it read from left to right, the one with more
/// characters first. A page that is hardly turned (a watermark, a note at the margin) is one part and left as it is.
pub(super) fn upright(spans: Vec<TextSpan>) -> Vec<Vec<TextSpan>> {
    let weight = |turn: Option<Turn>| spans.iter().filter(|span| of(span) == turn).map(|span| span.text.chars().count()).sum::<usize>();
    let upright = weight(None);
    let turned =
        [Turn::Up, Turn::Down, Turn::UpsideDown].into_iter().map(|turn| (weight(Some(turn)), turn)).max_by_key(|(weight, _)| *weight);
    match turned {
        Some((weight, turn)) if weight > upright => {
            let (turned, rest): (Vec<_>, Vec<_>) = spans.into_iter().partition(|span| of(span) == Some(turn));
            let mut turned: Vec<TextSpan> = turned.into_iter().map(|span| back(span, turn)).collect();
            // The engine hands turned pieces over line by line, and not in the order they are painted.
            turned.sort_by(|a, b| b.y.total_cmp(&a.y).then(a.x.total_cmp(&b.x)));
            if rest.is_empty() { vec![turned] } else { vec![turned, rest] }
        }
        _ => vec![spans],
    }
}

fn of(span: &TextSpan) -> Option<Turn> {
    match span.direction {
        [across, along] if across.abs() <= ASKEW && along > 0.0 => Some(Turn::Up),
        [across, along] if across.abs() <= ASKEW && along < 0.0 => Some(Turn::Down),
        [along, across] if across.abs() <= ASKEW && along < 0.0 => Some(Turn::UpsideDown),
        _ => None,
    }
}

/// A piece as it stands when the page is turned back. The engine gives a turned piece by the box it covers: `x` and `width`
/// across the page, `y` where its reading starts.
fn back(span: TextSpan, turn: Turn) -> TextSpan {
    let (x, y, width) = match turn {
        Turn::Up => (span.y, -(span.x + span.width), length(&span)),
        Turn::Down => (-span.y, span.x, length(&span)),
        Turn::UpsideDown => (-(span.x + span.width), -span.y, span.width),
    };
    let measured = turn == Turn::UpsideDown && span.width_measured;
    TextSpan { x, y, width, width_measured: measured, ink_width: None, direction: TextSpan::LEFT_TO_RIGHT, ..span }
}

/// How long a piece is set: the box of a turned one does not say. Letters are half as wide as ideographs.
fn length(span: &TextSpan) -> f32 {
    span.text.chars().map(|c| if c.is_ascii() { 0.5 } else { 1.0 }).sum::<f32>() * span.font_size
}
