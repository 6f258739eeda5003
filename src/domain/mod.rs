//! The words of the field as types: ratings, dates, amounts, securities, people, disclosures, records.
//!
//! Knows nothing of documents, models or rules; everything else speaks in these words. No I/O.

pub mod amount;
pub mod date;
pub mod disclosure;
pub mod evidence;
pub mod license;
pub mod rating;
pub mod reading;
pub mod record;
pub mod scale;
pub mod schema;
pub mod security;

pub use amount::Amount;
pub use date::Date;
pub use disclosure::DisclosureId;
pub use evidence::{Alignment, By, Evidence, Located, Reason, Slot, Span, Verdict};
pub use reading::Reading;
pub use record::Record;
