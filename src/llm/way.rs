//! By which way requests go, since each has its own prices.

use super::price::{PriceList, Pricing};
use crate::domain::Date;

/// How a question gets to the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// As a request of its own, answered at once.
    Alone,
    /// With a batch of the provider's, answered within a day.
    WithBatch,
}

/// What is known of a model's prices, by the way its requests go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prices {
    /// Of requests that go alone.
    pub alone: Pricing,
    /// Of those that go with a batch of the provider's.
    pub with_batch: Pricing,
}

impl Prices {
    /// Of nobody knows what.
    pub const UNKNOWN: Self = Self { alone: Pricing::Unknown, with_batch: Pricing::Unknown };

    /// Those of a list for a model at a base URL on a day.
    pub fn of(list: &PriceList, base_url: &str, model: &str, today: Date) -> Self {
        Self { alone: list.pricing(base_url, model, today), with_batch: list.batch_pricing(base_url, model, today) }
    }

    /// Those of one way.
    pub fn by(&self, way: Way) -> &Pricing {
        match way {
            Way::Alone => &self.alone,
            Way::WithBatch => &self.with_batch,
        }
    }
}
